//! What offices said of the lists that they owe: each list, each note, and who files contacts.

use posthorse_domain::{Month, ReportFact, Said, date_in_china};
use posthorse_package::PartyId;
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use crate::error::LedgerError;
use crate::sqlite::columns;

/// Lists about the months that are told of, and those about no month that came in them. A month
/// that nobody named is kept as an empty text.
pub(super) const LISTS: &str = "
    SELECT sender, list, period, received_at, 'list', accepted, rejected FROM submissions
    WHERE period BETWEEN ?1 AND ?2 AND received_at <= ?4
    UNION ALL
    SELECT sender, list, NULL, received_at, 'list', accepted, rejected FROM submissions
    WHERE period = '' AND received_at BETWEEN ?3 AND ?4";

pub(super) const NOTES: &str = "
    SELECT sender, about_list, about_month, recorded_at, report, 0, 0 FROM report_rows
    WHERE report IN ('nil', 'deferral') AND about_month BETWEEN ?1 AND ?2 AND recorded_at <= ?4
    UNION ALL
    SELECT sender, about_list, NULL, recorded_at, report, 0, 0 FROM report_rows
    WHERE report IN ('nil', 'deferral') AND about_month IS NULL
      AND recorded_at BETWEEN ?3 AND ?4";

pub(super) const CONTACTS: &str = "
    SELECT sender, max(recorded_at) FROM report_rows
    WHERE report = 'contact' AND recorded_at <= ?1 GROUP BY sender ORDER BY sender";

/// Everything that was said of lists for a month and the months that are told of together with it.
pub(super) fn said(
    connection: &Connection,
    month: &Month,
    as_of: i64,
) -> Result<Vec<ReportFact>, LedgerError> {
    let out_of_range = || LedgerError::OutOfRange { what: "month" };
    let from = month.earliest_told().ok_or_else(out_of_range)?;
    let earliest = Month::new(&from).map_err(|_| out_of_range())?;
    let (first, last) = (from.as_str(), month.period().as_str());
    let mut facts: Vec<ReportFact> = Vec::new();
    for sql in [LISTS, NOTES] {
        let mut statement = connection.prepare_cached(sql)?;
        let bound = params![first, last, earliest.begins().as_second(), as_of];
        for fact in statement.query_map(bound, fact)? {
            facts.push(fact?);
        }
    }
    facts.sort_by(|a, b| (a.received, &a.sender, &a.list).cmp(&(b.received, &b.sender, &b.list)));
    Ok(facts)
}

fn fact(row: &Row<'_>) -> rusqlite::Result<ReportFact> {
    let said: String = row.get(4)?;
    Ok(ReportFact {
        sender: columns::name(row, 0)?,
        list: columns::optional_name(row, 1)?,
        month: columns::optional_name(row, 2)?,
        received: date_in_china(columns::instant(row, 3)?),
        said: match said.as_str() {
            "list" => Said::List {
                accepted: columns::unsigned(row, 5)?,
                rejected: columns::unsigned(row, 6)?,
            },
            "nil" => Said::Nil,
            "deferral" => Said::Deferral,
            _ => return Err(columns::damaged(4, Type::Text, "report")),
        },
    })
}

/// The day on which each office last filed its contacts.
pub(super) fn contacts(
    connection: &Connection,
    as_of: i64,
) -> Result<Vec<(PartyId, posthorse_domain::Date)>, LedgerError> {
    let mut statement = connection.prepare_cached(CONTACTS)?;
    let rows = statement.query_map(params![as_of], |row| {
        Ok((
            columns::name(row, 0)?,
            date_in_china(columns::instant(row, 1)?),
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

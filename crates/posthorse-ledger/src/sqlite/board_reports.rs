//! What offices said of the lists that they owe: each list, each note, and who files contacts.

use posthorse_domain::{Month, ReportFact, Said, date_in_china};
use posthorse_package::PartyId;
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use crate::error::LedgerError;
use crate::sqlite::columns;

/// A list as it counts: since the day of the one that it replaces, unless its package was withdrawn
/// or replaced as a whole, and without rows withdrawn since. Amendments count the rows of a package,
/// so they are taken off where the package holds one list only.
macro_rules! lists {
    ($month:literal) => {
        concat!(
            "SELECT s.sender, s.list, ",
            $month,
            ", coalesce((SELECT min(a.since) FROM amendments a
                WHERE a.manifest = s.manifest AND a.what = 'superseded'), s.received_at),
            'list', CASE (SELECT count(*) FROM submissions o WHERE o.manifest = s.manifest)
                WHEN 1 THEN max(s.accepted - (SELECT coalesce(sum(a.rows), 0) FROM amendments a
                    WHERE a.target = s.manifest AND a.what = 'withdrawn' AND a.at <= ?4), 0)
                ELSE s.accepted END, s.rejected
            FROM submissions s
            WHERE NOT EXISTS (SELECT 1 FROM amendments a
                WHERE a.target = s.manifest AND a.is_whole = 1 AND a.at <= ?4) AND "
        )
    };
}

/// A note as it counts, by the same rules, row by row.
macro_rules! notes {
    ($month:literal) => {
        concat!(
            "SELECT r.sender, r.about_list, ",
            $month,
            ", coalesce((SELECT min(a.since) FROM amendments a
                WHERE a.manifest = r.manifest AND a.what = 'superseded'), r.recorded_at),
            r.report, 0, 0
            FROM report_rows r
            WHERE r.report IN ('nil', 'deferral') AND NOT EXISTS (SELECT 1 FROM amendments a
                WHERE a.target = r.manifest AND a.at <= ?4
                  AND (a.is_whole = 1 OR a.manifest = r.withdrawn_by)) AND "
        )
    };
}

/// Lists about the months that are told of, and those about no month that came in them. A month
/// that nobody named is kept as an empty text.
pub(super) const LISTS: &str = concat!(
    lists!("s.period"),
    "s.period BETWEEN ?1 AND ?2 AND s.received_at <= ?4 UNION ALL ",
    lists!("NULL"),
    "s.period = '' AND s.received_at BETWEEN ?3 AND ?4"
);

pub(super) const NOTES: &str = concat!(
    notes!("r.about_month"),
    "r.about_month BETWEEN ?1 AND ?2 AND r.recorded_at <= ?4 UNION ALL ",
    notes!("NULL"),
    "r.about_month IS NULL AND r.recorded_at BETWEEN ?3 AND ?4"
);

pub(super) const CONTACTS: &str = "
    SELECT r.sender, max(r.recorded_at) FROM report_rows r
    WHERE r.report = 'contact' AND r.recorded_at <= ?1 AND NOT EXISTS (
        SELECT 1 FROM amendments a
        WHERE a.target = r.manifest AND a.at <= ?1
          AND (a.is_whole = 1 OR a.manifest = r.withdrawn_by))
    GROUP BY r.sender ORDER BY r.sender";

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

//! What a board is drawn from: counts that the indexes answer, for the month and as of an instant.

use posthorse_domain::{
    Arrival, Backlog, BoardFacts, Month, QuarantineCount, StuckFacts, UnpublishedCount,
    date_in_china, date_of_china_day,
};
use posthorse_package::{Disposition, Timestamp};
use rusqlite::{Connection, params};

use crate::error::LedgerError;
use crate::monitor::BoardQuestion;
use crate::sqlite::{board_reports, board_work, columns};

pub(super) const ARRIVALS: &str = "
    SELECT sender, received_at, disposition, accepted, rejected FROM packages
    WHERE received_at >= ?1 AND received_at < ?2 AND received_at <= ?3
    ORDER BY received_at, sender";

pub(super) const QUARANTINED: &str = "
    SELECT code, count(*) FROM intakes
    WHERE outcome = 'quarantined' AND ended_at >= ?1 AND ended_at < ?2 AND ended_at <= ?3
    GROUP BY code ORDER BY code";

pub(super) const UNFINISHED: &str =
    "SELECT count(*) FROM intakes WHERE ended_at IS NULL AND claimed_at <= ?1";

pub(super) const UNROUTED: &str = "
    SELECT count(*) FROM leads
    WHERE unrouted IS NOT NULL AND superseded_by IS NULL AND received_at <= ?1";

pub(super) const BACKLOG: &str = "
    SELECT county, min(received_at), count(*) FROM leads
    WHERE dispatched_in IS NULL AND superseded_by IS NULL AND county IS NOT NULL
      AND received_at <= ?1
    GROUP BY county ORDER BY county";

pub(super) const UNPUBLISHED: &str = "
    SELECT party, count(*) FROM outbox INDEXED BY outbox_waiting
    WHERE published_at IS NULL GROUP BY party ORDER BY party";

pub(super) const LAST_ROSTER: &str =
    "SELECT max(sealed_at) FROM sealed WHERE kind = 'roster' AND sealed_at <= ?1";

pub(super) fn facts(
    connection: &Connection,
    question: &BoardQuestion<'_>,
) -> Result<BoardFacts, LedgerError> {
    let as_of = question.as_of.as_second();
    let last_roster: Option<i64> = connection
        .prepare_cached(LAST_ROSTER)?
        .query_row(params![as_of], |row| row.get(0))?;
    Ok(BoardFacts {
        arrivals: arrivals(connection, question.month, as_of)?,
        reports: board_reports::said(connection, question.month, as_of)?,
        contacts: board_reports::contacts(connection, as_of)?,
        open: board_work::open(connection, question)?,
        cohort: board_work::cohort(connection, question)?,
        closed: board_work::closed(connection, question)?,
        stuck: stuck(connection, question)?,
        last_roster: last_roster
            .and_then(Timestamp::from_second)
            .map(date_in_china),
        coverage: Vec::new(),
    })
}

fn arrivals(
    connection: &Connection,
    month: &Month,
    as_of: i64,
) -> Result<Vec<Arrival>, LedgerError> {
    let mut statement = connection.prepare_cached(ARRIVALS)?;
    let (begins, ends) = (month.begins().as_second(), month.ends().as_second());
    let rows = statement.query_map(params![begins, ends, as_of], |row| {
        Ok(Arrival {
            sender: columns::name(row, 0)?,
            received: date_in_china(columns::instant(row, 1)?),
            taken: columns::disposition(row, 2)? != Disposition::Rejected,
            accepted: columns::unsigned(row, 3)?,
            rejected: columns::unsigned(row, 4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn stuck(connection: &Connection, question: &BoardQuestion<'_>) -> Result<StuckFacts, LedgerError> {
    let as_of = question.as_of.as_second();
    let count = |sql: &str| -> Result<u64, LedgerError> {
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![as_of], |row| columns::unsigned(row, 0))?)
    };
    let (begins, ends) = (question.month.begins(), question.month.ends());
    let mut statement = connection.prepare_cached(QUARANTINED)?;
    let quarantined = statement
        .query_map(
            params![begins.as_second(), ends.as_second(), as_of],
            |row| {
                Ok(QuarantineCount {
                    code: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
                    things: columns::unsigned(row, 1)?,
                })
            },
        )?
        .collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(BACKLOG)?;
    let backlog = statement
        .query_map(params![as_of], |row| {
            Ok(Backlog {
                county: row.get(0)?,
                oldest: date_in_china(columns::instant(row, 1)?),
                leads: columns::unsigned(row, 2)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(UNPUBLISHED)?;
    let unpublished = statement
        .query_map([], |row| {
            Ok(UnpublishedCount {
                party: columns::name(row, 0)?,
                files: columns::unsigned(row, 1)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(StuckFacts {
        quarantined,
        unfinished: count(UNFINISHED)?,
        unrouted: count(UNROUTED)?,
        orphans: board_work::orphans(connection, question)?,
        backlog,
        unpublished,
    })
}

/// The date of a day that a query counted.
pub(super) fn china_day(
    row: &rusqlite::Row<'_>,
    index: usize,
) -> rusqlite::Result<posthorse_domain::Date> {
    Ok(date_of_china_day(row.get(index)?))
}

//! What counties have to do, as counts: open, opened in the month, closed in the month, orphaned.

use posthorse_domain::{CohortGroup, OpenGroup, date_of_china_day};
use rusqlite::{Connection, params};

use crate::error::LedgerError;
use crate::monitor::BoardQuestion;
use crate::sqlite::board::china_day;
use crate::sqlite::columns;

/// Open as of an instant: open now, or closed since. Days are counted in China, eight hours ahead.
pub(super) const OPEN: &str = "
    SELECT county, day, sum(1 - answered), sum(answered) FROM (
        SELECT county, (opened_at + 28800) / 86400 AS day, EXISTS (
            SELECT 1 FROM verifications v
            WHERE v.warning_id = w.warning_id AND v.recorded_at <= ?1) AS answered
        FROM warnings w WHERE closed_at IS NULL AND opened_at <= ?1
        UNION ALL
        SELECT county, (opened_at + 28800) / 86400 AS day, EXISTS (
            SELECT 1 FROM verifications v
            WHERE v.warning_id = w.warning_id AND v.recorded_at <= ?1) AS answered
        FROM warnings w WHERE closed_at > ?1 AND opened_at <= ?1)
    GROUP BY county, day ORDER BY county, day";

/// The last answer is the outcome; one that closes nothing counts only where no other came.
pub(super) const COHORT: &str = "
    SELECT county, opened, closed, outcome, count(*) FROM (
        SELECT county, (opened_at + 28800) / 86400 AS opened,
            CASE WHEN closed_at <= ?3 THEN (closed_at + 28800) / 86400 END AS closed,
            (SELECT v.outcome FROM verifications v
             WHERE v.warning_id = w.warning_id AND v.recorded_at <= ?3
             ORDER BY v.outcome IN (SELECT value FROM json_each(?4)), v.verification_id DESC
             LIMIT 1) AS outcome
        FROM warnings w WHERE opened_at >= ?1 AND opened_at < ?2 AND opened_at <= ?3)
    GROUP BY county, opened, closed, outcome ORDER BY county, opened, closed, outcome";

pub(super) const CLOSED: &str = "
    SELECT county, count(*) FROM warnings
    WHERE closed_at >= ?1 AND closed_at < ?2 AND closed_at <= ?3
    GROUP BY county ORDER BY county";

/// Rows of the month's lists that left no lead, and dispatched leads without their warning.
pub(super) const ORPHANS: &str = "
    SELECT coalesce(sum(max(p.accepted - (
                SELECT count(*) FROM leads l WHERE l.manifest = p.manifest), 0)), 0)
         + coalesce(sum((
                SELECT count(*) FROM leads l
                WHERE l.manifest = p.manifest AND l.dispatched_in IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM warnings w JOIN dispatch_rows r USING (warning_id)
                    WHERE w.person_id = l.person_id AND w.county = l.county
                      AND r.manifest = l.dispatched_in))), 0)
    FROM packages p
    WHERE p.received_at >= ?1 AND p.received_at < ?2 AND p.received_at <= ?3
      AND p.kind = 'warning_list'";

pub(super) fn open(connection: &Connection, as_of: i64) -> Result<Vec<OpenGroup>, LedgerError> {
    let mut statement = connection.prepare_cached(OPEN)?;
    let rows = statement.query_map(params![as_of], |row| {
        Ok(OpenGroup {
            county: row.get(0)?,
            opened: china_day(row, 1)?,
            unanswered: columns::unsigned(row, 2)?,
            answered: columns::unsigned(row, 3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn cohort(
    connection: &Connection,
    question: &BoardQuestion<'_>,
) -> Result<Vec<CohortGroup>, LedgerError> {
    let staying = serde_json::to_string(question.staying)
        .map_err(|_| LedgerError::Corrupt { what: "outcome" })?;
    let (begins, ends, as_of) = span(question);
    let mut statement = connection.prepare_cached(COHORT)?;
    let rows = statement.query_map(params![begins, ends, as_of, staying], |row| {
        Ok(CohortGroup {
            county: row.get(0)?,
            opened: china_day(row, 1)?,
            closed: row.get::<_, Option<i64>>(2)?.map(date_of_china_day),
            outcome: row.get(3)?,
            count: columns::unsigned(row, 4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn closed(
    connection: &Connection,
    question: &BoardQuestion<'_>,
) -> Result<Vec<(String, u64)>, LedgerError> {
    let (begins, ends, as_of) = span(question);
    let mut statement = connection.prepare_cached(CLOSED)?;
    let rows = statement.query_map(params![begins, ends, as_of], |row| {
        Ok((row.get(0)?, columns::unsigned(row, 1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn orphans(
    connection: &Connection,
    question: &BoardQuestion<'_>,
) -> Result<u64, LedgerError> {
    let (begins, ends, as_of) = span(question);
    let mut statement = connection.prepare_cached(ORPHANS)?;
    Ok(statement.query_row(params![begins, ends, as_of], |row| {
        columns::unsigned(row, 0)
    })?)
}

fn span(question: &BoardQuestion<'_>) -> (i64, i64, i64) {
    (
        question.month.begins().as_second(),
        question.month.ends().as_second(),
        question.as_of.as_second(),
    )
}

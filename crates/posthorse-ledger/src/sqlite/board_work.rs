//! What offices have to do, as counts: open, opened in the month, closed in the month, orphaned.

use posthorse_domain::{ClosedGroup, CohortGroup, OpenGroup, Task, date_of_china_day};
use rusqlite::{Connection, Row, params};

use crate::error::LedgerError;
use crate::monitor::BoardQuestion;
use crate::sqlite::board::china_day;
use crate::sqlite::columns;

/// Open as of an instant: open now, or settled since. Days are counted in China, eight hours ahead.
pub(super) const OPEN: &str = "
    SELECT county, party, stage, day, due_on, sum(1 - answered), sum(answered) FROM (
        SELECT c.county, t.party, t.stage, (t.dispatched_at + 28800) / 86400 AS day, t.due_on,
            EXISTS (SELECT 1 FROM answers a WHERE a.case_id = t.case_id AND a.stage = t.stage
                    AND a.recorded_at <= ?1 AND a.withdrawn_by IS NULL) AS answered
        FROM cases c INDEXED BY cases_open JOIN tasks t USING (case_id)
        WHERE c.procedure = ?2 AND c.ended_at IS NULL AND t.dispatched_at <= ?1
          AND (t.settled_at > ?1 OR (t.settled_at IS NULL AND t.stage = c.stage))
        UNION ALL
        SELECT c.county, t.party, t.stage, (t.dispatched_at + 28800) / 86400 AS day, t.due_on,
            EXISTS (SELECT 1 FROM answers a WHERE a.case_id = t.case_id AND a.stage = t.stage
                    AND a.recorded_at <= ?1 AND a.withdrawn_by IS NULL) AS answered
        FROM cases c INDEXED BY cases_by_ending JOIN tasks t USING (case_id)
        WHERE c.procedure = ?2 AND c.ended_at > ?1 AND t.dispatched_at <= ?1
          AND (t.settled_at > ?1 OR t.settled_at IS NULL))
    GROUP BY county, party, stage, day, due_on ORDER BY county, party, stage, day, due_on";

/// The last answer is the outcome; one that closes nothing counts only where no other came. A task
/// is over with its case, answered or not; what was withdrawn was nobody's to answer.
pub(super) const COHORT: &str = "
    SELECT county, party, stage, opened, due_on, closed, outcome, count(*) FROM (
        SELECT c.county, t.party, t.stage,
            (t.dispatched_at + 28800) / 86400 AS opened, t.due_on,
            CASE WHEN min(coalesce(t.settled_at, c.ended_at), coalesce(c.ended_at, t.settled_at))
                      <= ?3
                 THEN (min(coalesce(t.settled_at, c.ended_at),
                           coalesce(c.ended_at, t.settled_at)) + 28800) / 86400 END AS closed,
            (SELECT a.outcome FROM answers a
             WHERE a.case_id = t.case_id AND a.stage = t.stage AND a.recorded_at <= ?3
               AND a.withdrawn_by IS NULL AND a.replaced_by IS NULL
             ORDER BY a.outcome IN (SELECT value FROM json_each(?4)), a.answer_id DESC
             LIMIT 1) AS outcome
        FROM tasks t CROSS JOIN cases c USING (case_id)
        WHERE t.dispatched_at >= ?1 AND t.dispatched_at < ?2 AND t.dispatched_at <= ?3
          AND c.procedure = ?5 AND NOT (c.state = 'withdrawn' AND c.ended_at <= ?3))
    GROUP BY county, party, stage, opened, due_on, closed, outcome
    ORDER BY county, party, stage, opened, due_on, closed, outcome";

pub(super) const CLOSED: &str = "
    SELECT c.county, t.party, t.stage, (t.dispatched_at + 28800) / 86400 AS day, t.due_on,
           count(*)
    FROM tasks t CROSS JOIN cases c USING (case_id)
    WHERE t.settled_at >= ?1 AND t.settled_at < ?2 AND t.settled_at <= ?3 AND c.procedure = ?4
    GROUP BY c.county, t.party, t.stage, day, t.due_on
    ORDER BY c.county, t.party, t.stage, day, t.due_on";

/// Rows of the month's lists that left no lead, and dispatched leads without their case. The few
/// cases of a person come first: a dispatch has as many rows as a county has people.
pub(super) const ORPHANS: &str = "
    SELECT coalesce(sum(max(p.accepted - (
                SELECT count(*) FROM leads l
                WHERE l.manifest = p.manifest AND l.amended_in IS NULL), 0)), 0)
         + coalesce(sum((
                SELECT count(*) FROM leads l
                WHERE l.manifest = p.manifest AND l.dispatched_in IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM cases c INDEXED BY cases_of_person
                    CROSS JOIN dispatch_rows r USING (case_id)
                    WHERE c.person_id = l.person_id AND c.county = l.county
                      AND r.manifest = l.dispatched_in))), 0)
    FROM packages p
    WHERE p.received_at >= ?1 AND p.received_at < ?2 AND p.received_at <= ?3
      AND p.kind = 'warning_list'";

pub(super) fn open(
    connection: &Connection,
    question: &BoardQuestion<'_>,
) -> Result<Vec<OpenGroup>, LedgerError> {
    let mut statement = connection.prepare_cached(OPEN)?;
    let bound = params![question.as_of.as_second(), question.procedure.as_str()];
    let rows = statement.query_map(bound, |row| {
        Ok(OpenGroup {
            task: task(row)?,
            unanswered: columns::unsigned(row, 5)?,
            answered: columns::unsigned(row, 6)?,
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
    let bound = params![begins, ends, as_of, staying, question.procedure.as_str()];
    let rows = statement.query_map(bound, |row| {
        Ok(CohortGroup {
            task: task(row)?,
            closed: row.get::<_, Option<i64>>(5)?.map(date_of_china_day),
            outcome: row.get(6)?,
            count: columns::unsigned(row, 7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn closed(
    connection: &Connection,
    question: &BoardQuestion<'_>,
) -> Result<Vec<ClosedGroup>, LedgerError> {
    let (begins, ends, as_of) = span(question);
    let mut statement = connection.prepare_cached(CLOSED)?;
    let bound = params![begins, ends, as_of, question.procedure.as_str()];
    let rows = statement.query_map(bound, |row| {
        Ok(ClosedGroup {
            task: task(row)?,
            count: columns::unsigned(row, 5)?,
        })
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

/// What the first columns say: of whom, about which county, since when and by when.
fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    Ok(Task {
        county: row.get(0)?,
        party: columns::name(row, 1)?,
        stage: columns::name(row, 2)?,
        opened: china_day(row, 3)?,
        due: columns::optional_name(row, 4)?,
    })
}

fn span(question: &BoardQuestion<'_>) -> (i64, i64, i64) {
    (
        question.month.begins().as_second(),
        question.month.ends().as_second(),
        question.as_of.as_second(),
    )
}

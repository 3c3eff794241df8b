//! What offices had to do about a person: cases, dispatches, answers.

use posthorse_package::Digest;
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use crate::error::LedgerError;
use crate::monitor::{TraceFact, TraceStep};
use crate::sqlite::{columns, trace_tasks};

pub(super) const PERSON_OF_CASE: &str = "
    SELECT p.person_id, p.detail, c.detail FROM cases c LEFT JOIN persons p USING (person_id)
    WHERE c.case_id = ?1";

pub(super) const CASES: &str = "
    SELECT case_id, ended_at, outcome, state = 'closed', procedure, county, deleted_in,
           (SELECT at FROM deletions WHERE number = deleted_in)
    FROM cases WHERE person_id = ?1 ORDER BY case_id";

pub(super) const CASE: &str = "
    SELECT case_id, ended_at, outcome, state = 'closed', procedure, county, deleted_in,
           (SELECT at FROM deletions WHERE number = deleted_in)
    FROM cases WHERE case_id = ?1";

/// Answers stand in a table of their own, those that changed nothing among them.
pub(super) const EVENTS: &str = "
    SELECT at, what, party, due_on, manifest FROM case_events
    WHERE case_id = ?1 AND what NOT IN ('answered', 'corrected') ORDER BY number";

pub(super) const ANSWERS: &str = "
    SELECT recorded_at, manifest, party, outcome FROM answers
    WHERE case_id = ?1 ORDER BY answer_id";

pub(super) const DISPATCHED_IN: &str = "SELECT manifest FROM dispatch_rows WHERE case_id = ?1";

pub(super) const ANSWERS_KEPT: &str =
    "SELECT min(recorded_at), count(*) FROM answers WHERE manifest = ?1";

pub(super) fn answers_kept(row: &Row<'_>) -> rusqlite::Result<Option<TraceStep>> {
    let answers = columns::unsigned(row, 1)?;
    Ok(match answers {
        0 => None,
        _ => Some(TraceStep {
            at: columns::optional_instant(row, 0)?,
            fact: TraceFact::AnswersKept { answers },
        }),
    })
}

/// The packages in which a case was given to an office.
pub(super) fn dispatched_in(
    connection: &Connection,
    case_id: &str,
) -> Result<Vec<Digest>, LedgerError> {
    let mut statement = connection.prepare_cached(DISPATCHED_IN)?;
    let rows = statement.query_map(params![case_id], |row| columns::digest(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The steps of a person's cases, or of one of them.
pub(super) fn steps(
    connection: &Connection,
    person: i64,
    only: Option<&str>,
) -> Result<Vec<TraceStep>, LedgerError> {
    let mut steps = Vec::new();
    let mut statement = connection.prepare_cached(CASES)?;
    let mut rows = statement.query(params![person])?;
    while let Some(row) = rows.next()? {
        let case_id: String = row.get(0)?;
        if only.is_some_and(|only| only != case_id) {
            continue;
        }
        of_case(connection, row, &case_id, &mut steps)?;
    }
    Ok(steps)
}

/// The steps of a case that is about nobody in particular.
pub(super) fn steps_of_case(
    connection: &Connection,
    case_id: &str,
    steps: &mut Vec<TraceStep>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(CASE)?;
    let mut rows = statement.query(params![case_id])?;
    while let Some(row) = rows.next()? {
        of_case(connection, row, case_id, steps)?;
    }
    Ok(())
}

fn of_case(
    connection: &Connection,
    row: &Row<'_>,
    case_id: &str,
    steps: &mut Vec<TraceStep>,
) -> Result<(), LedgerError> {
    if let (Some(at), true) = (columns::optional_instant(row, 1)?, row.get(3)?) {
        steps.push(TraceStep {
            at: Some(at),
            fact: TraceFact::Closed {
                case_id: case_id.to_owned(),
                outcome: row.get(2)?,
            },
        });
    }
    if let Some(at) = columns::optional_instant(row, 7)? {
        let deletion = columns::unsigned(row, 6)?;
        steps.push(TraceStep {
            at: Some(at),
            fact: TraceFact::Deleted { deletion },
        });
    }
    let mut events = connection.prepare_cached(EVENTS)?;
    let mut events = events.query(params![case_id])?;
    while let Some(event) = events.next()? {
        steps.push(TraceStep {
            at: Some(columns::instant(event, 0)?),
            fact: fact(event, row, case_id)?,
        });
    }
    answers(connection, case_id, steps)?;
    trace_tasks::of_case(connection, case_id, steps)
}

/// What an event says of its case.
fn fact(event: &Row<'_>, case: &Row<'_>, case_id: &str) -> rusqlite::Result<TraceFact> {
    let case_id = case_id.to_owned();
    let what: String = event.get(1)?;
    Ok(match what.as_str() {
        "opened" => TraceFact::Opened {
            case_id,
            procedure: columns::name(case, 4)?,
            county: case.get(5)?,
        },
        "dispatched" => TraceFact::Dispatched {
            case_id,
            manifest: columns::optional_digest(event, 4)?,
            party: columns::name(event, 2)?,
            due: columns::optional_name(event, 3)?,
        },
        "retracted" => TraceFact::Retracted {
            case_id,
            party: columns::name(event, 2)?,
        },
        "moved" => TraceFact::Moved {
            case_id,
            manifest: columns::optional_digest(event, 4)?,
            party: columns::name(event, 2)?,
            due: columns::optional_name(event, 3)?,
        },
        "lapsed" => TraceFact::Lapsed { case_id },
        "withdrawn" => TraceFact::Withdrawn { case_id },
        _ => return Err(columns::damaged(1, Type::Text, "case's event")),
    })
}

fn answers(
    connection: &Connection,
    case_id: &str,
    steps: &mut Vec<TraceStep>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(ANSWERS)?;
    let rows = statement.query_map(params![case_id], |row| {
        Ok(TraceStep {
            at: Some(columns::instant(row, 0)?),
            fact: TraceFact::Answered {
                case_id: case_id.to_owned(),
                manifest: columns::digest(row, 1)?,
                party: columns::name(row, 2)?,
                outcome: row.get(3)?,
            },
        })
    })?;
    for step in rows {
        steps.push(step?);
    }
    Ok(())
}

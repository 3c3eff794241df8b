//! What counties had to do about a person: warnings, dispatches, answers.

use posthorse_package::Digest;
use rusqlite::{Connection, Row, params};

use crate::error::LedgerError;
use crate::monitor::{TraceFact, TraceStep};
use crate::sqlite::columns;

pub(super) const PERSON_OF_WARNING: &str = "
    SELECT p.person_id, p.detail FROM warnings w JOIN persons p USING (person_id)
    WHERE w.warning_id = ?1";

pub(super) const WARNINGS: &str = "
    SELECT warning_id, county, opened_at, closed_at, outcome FROM warnings
    WHERE person_id = ?1 ORDER BY opened_at, warning_id";

pub(super) const DISPATCHES: &str = "
    SELECT d.dispatched_at, d.manifest, d.party
    FROM dispatch_rows r JOIN dispatches d USING (manifest) WHERE r.warning_id = ?1";

pub(super) const ANSWERS: &str = "
    SELECT recorded_at, manifest, outcome FROM verifications
    WHERE warning_id = ?1 ORDER BY verification_id";

pub(super) const ANSWERS_KEPT: &str =
    "SELECT min(recorded_at), count(*) FROM verifications WHERE manifest = ?1";

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

/// The packages in which a warning was given to its county.
pub(super) fn dispatched_in(
    connection: &Connection,
    warning_id: &str,
) -> Result<Vec<Digest>, LedgerError> {
    let mut statement = connection.prepare_cached(DISPATCHES)?;
    let rows = statement.query_map(params![warning_id], |row| columns::digest(row, 1))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn steps(
    connection: &Connection,
    person: i64,
    only: Option<&str>,
) -> Result<Vec<TraceStep>, LedgerError> {
    let mut steps = Vec::new();
    let mut statement = connection.prepare_cached(WARNINGS)?;
    let mut rows = statement.query(params![person])?;
    while let Some(row) = rows.next()? {
        let warning_id: String = row.get(0)?;
        if only.is_some_and(|only| only != warning_id) {
            continue;
        }
        steps.push(TraceStep {
            at: Some(columns::instant(row, 2)?),
            fact: TraceFact::Opened {
                warning_id: warning_id.clone(),
                county: row.get(1)?,
            },
        });
        if let Some(closed) = columns::optional_instant(row, 3)? {
            steps.push(TraceStep {
                at: Some(closed),
                fact: TraceFact::Closed {
                    warning_id: warning_id.clone(),
                    outcome: row.get(4)?,
                },
            });
        }
        handed_over_and_answered(connection, &warning_id, &mut steps)?;
    }
    Ok(steps)
}

fn handed_over_and_answered(
    connection: &Connection,
    warning_id: &str,
    steps: &mut Vec<TraceStep>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(DISPATCHES)?;
    let rows = statement.query_map(params![warning_id], |row| {
        Ok(TraceStep {
            at: Some(columns::instant(row, 0)?),
            fact: TraceFact::Dispatched {
                warning_id: warning_id.to_owned(),
                manifest: columns::digest(row, 1)?,
                party: columns::name(row, 2)?,
            },
        })
    })?;
    for step in rows {
        steps.push(step?);
    }
    let mut statement = connection.prepare_cached(ANSWERS)?;
    let rows = statement.query_map(params![warning_id], |row| {
        Ok(TraceStep {
            at: Some(columns::instant(row, 0)?),
            fact: TraceFact::Answered {
                warning_id: warning_id.to_owned(),
                manifest: columns::digest(row, 1)?,
                outcome: row.get(2)?,
            },
        })
    })?;
    for step in rows {
        steps.push(step?);
    }
    Ok(())
}

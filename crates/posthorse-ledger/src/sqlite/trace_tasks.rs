//! What was said to the offices that have a case in their hands, what they said of it, and which of
//! them have not settled it.

use rusqlite::{Connection, Row, params};

use crate::error::LedgerError;
use crate::monitor::{TraceFact, TraceStep};
use crate::sqlite::columns;

/// An urge is about all cases of an office that are due on one day: the case's history says which
/// days those were, for a last day can move.
pub(super) const URGES: &str = "
    SELECT s.sealed_at, u.manifest, u.party, u.due_on, u.escalated
    FROM cases c JOIN tasks t USING (case_id)
    CROSS JOIN urges u ON u.party = t.party AND u.procedure = c.procedure
                      AND u.stage = t.stage AND u.due_on IN (
        SELECT due_on FROM case_events
        WHERE case_id = t.case_id AND party = t.party AND due_on IS NOT NULL)
    CROSS JOIN sealed s ON s.manifest = u.manifest
    WHERE c.case_id = ?1 AND s.sealed_at >= t.dispatched_at
      AND (t.settled_at IS NULL OR s.sealed_at <= t.settled_at)
    ORDER BY s.sealed_at, u.party";

/// Deferral notes of an office while it had the case in its hands.
pub(super) const DEFERRALS: &str = "
    SELECT r.recorded_at, r.manifest, r.sender, r.about_list, r.about_month, r.day, t.stage
    FROM tasks t CROSS JOIN report_rows r ON r.report = 'deferral' AND r.sender = t.party
                                         AND r.recorded_at >= t.dispatched_at
    WHERE t.case_id = ?1 AND (t.settled_at IS NULL OR r.recorded_at <= t.settled_at)
    ORDER BY r.row_id";

pub(super) const AWAITED: &str = "
    SELECT t.party, t.stage, t.due_on FROM cases c JOIN tasks t USING (case_id)
    WHERE c.case_id = ?1 AND c.ended_at IS NULL AND t.stage = c.stage AND t.settled_at IS NULL
    ORDER BY t.party";

/// The notes in a package.
pub(super) const NOTES: &str = "
    SELECT recorded_at, manifest, sender, about_list, about_month, day, report FROM report_rows
    WHERE manifest = ?1 AND report IN ('nil', 'deferral') ORDER BY row_id";

pub(super) fn note(row: &Row<'_>) -> rusqlite::Result<Option<TraceStep>> {
    let report: String = row.get(6)?;
    let fact = match report.as_str() {
        "nil" => TraceFact::Nil {
            manifest: columns::digest(row, 1)?,
            party: columns::name(row, 2)?,
            list: columns::optional_name(row, 3)?,
            month: columns::optional_name(row, 4)?,
        },
        _ => deferral(row, None)?,
    };
    let at = columns::optional_instant(row, 0)?;
    Ok(Some(TraceStep { at, fact }))
}

fn deferral(
    row: &Row<'_>,
    case: Option<(String, posthorse_domain::StageId)>,
) -> rusqlite::Result<TraceFact> {
    Ok(TraceFact::Deferred {
        case,
        manifest: columns::digest(row, 1)?,
        party: columns::name(row, 2)?,
        list: columns::optional_name(row, 3)?,
        month: columns::optional_name(row, 4)?,
        until: columns::optional_name(row, 5)?,
    })
}

/// Adds what happened to the tasks of a case.
pub(super) fn of_case(
    connection: &Connection,
    case_id: &str,
    steps: &mut Vec<TraceStep>,
) -> Result<(), LedgerError> {
    let urged = |row: &Row<'_>| {
        Ok(TraceStep {
            at: Some(columns::instant(row, 0)?),
            fact: TraceFact::Urged {
                case_id: case_id.to_owned(),
                manifest: columns::digest(row, 1)?,
                party: columns::name(row, 2)?,
                due: columns::name(row, 3)?,
                escalated: row.get(4)?,
            },
        })
    };
    let deferred = |row: &Row<'_>| {
        let case = (case_id.to_owned(), columns::name(row, 6)?);
        Ok(TraceStep {
            at: Some(columns::instant(row, 0)?),
            fact: deferral(row, Some(case))?,
        })
    };
    let awaited = |row: &Row<'_>| {
        Ok(TraceStep {
            at: None,
            fact: TraceFact::Awaited {
                case_id: case_id.to_owned(),
                party: columns::name(row, 0)?,
                stage: columns::name(row, 1)?,
                due: columns::optional_name(row, 2)?,
            },
        })
    };
    add(connection, URGES, case_id, urged, steps)?;
    add(connection, DEFERRALS, case_id, deferred, steps)?;
    add(connection, AWAITED, case_id, awaited, steps)
}

fn add(
    connection: &Connection,
    sql: &str,
    case_id: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<TraceStep>,
    steps: &mut Vec<TraceStep>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    for step in statement.query_map(params![case_id], read)? {
        steps.push(step?);
    }
    Ok(())
}

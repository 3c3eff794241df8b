//! The clocks of open tasks, and what becomes of them when another calendar or due rule is in force.

use posthorse_domain::{ProcedureId, StageId};
use rusqlite::{Connection, Transaction, named_params};

use crate::error::LedgerError;
use crate::event::Event;
use crate::query::RunningClock;
use crate::record::{ClockMove, RecountRecord, TaskDue};
use crate::sqlite::case_rows::due_of;
use crate::sqlite::{audit, columns};

pub(super) fn running(connection: &Connection) -> Result<Vec<RunningClock>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT t.party, c.procedure, t.stage, date(t.dispatched_at, 'unixepoch', '+8 hours'),
                t.due_on, t.provisional_for, count(*)
         FROM tasks t JOIN cases c USING (case_id)
         WHERE t.settled_at IS NULL AND t.due_on IS NOT NULL AND c.state = 'assigned'
           AND c.stage = t.stage
         GROUP BY 1, 2, 3, 4, 5, 6
         ORDER BY 1, 2, 3, 4, 5, 6",
    )?;
    let mut rows = statement.query([])?;
    let mut running = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(due) = due_of(row, 4)? {
            running.push(RunningClock {
                party: columns::name(row, 0)?,
                procedure: columns::name(row, 1)?,
                stage: columns::name(row, 2)?,
                opened_on: columns::name(row, 3)?,
                due,
                cases: columns::unsigned(row, 6)?,
            });
        }
    }
    Ok(running)
}

pub(super) fn open_stages(
    connection: &Connection,
) -> Result<Vec<(ProcedureId, StageId)>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT procedure, stage FROM cases WHERE ended_at IS NULL ORDER BY 1, 2",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((columns::name(row, 0)?, columns::name(row, 1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The tasks of one change. An office that settles one in the meantime keeps its judgement.
const TASKS: &str = "party = :party AND stage = :stage AND settled_at IS NULL
       AND due_on = :before AND provisional_for IS :before_year
       AND date(dispatched_at, 'unixepoch', '+8 hours') = :opened
       AND case_id IN (SELECT case_id FROM cases WHERE procedure = :procedure
                         AND state = 'assigned' AND stage = :stage)";

pub(super) fn recount(tx: &Transaction<'_>, record: &RecountRecord) -> Result<(), LedgerError> {
    for change in &record.changes {
        let cases = apply(tx, record, change)?;
        let event = Event::ClocksRecounted {
            party: record.party.clone(),
            procedure: change.procedure.to_string(),
            stage: change.stage.to_string(),
            before: change.before.on.to_string(),
            after: change.after.on.to_string(),
            provisional_for: change.after.certainty.missing_year(),
            cases,
            manifest: record.letter.as_ref().map(|letter| letter.manifest),
        };
        audit::append(tx, record.at, &event)?;
    }
    Ok(())
}

fn apply(
    tx: &Transaction<'_>,
    record: &RecountRecord,
    change: &ClockMove,
) -> Result<u64, LedgerError> {
    let year = |due: &TaskDue| due.certainty.missing_year().map(i64::from);
    if change.moved() {
        let manifest = record.letter.as_ref().map(|letter| letter.manifest);
        tx.prepare_cached(&format!(
            "INSERT INTO case_events (case_id, at, what, stage, party, due_on, manifest)
             SELECT case_id, :at, 'moved', stage, party, :after, :manifest
             FROM tasks WHERE {TASKS} ORDER BY case_id"
        ))?
        .execute(named_params! {
            ":at": record.at.as_second(),
            ":manifest": manifest.as_ref().map(|manifest| manifest.as_bytes()),
            ":after": change.after.on.to_string(),
            ":party": record.party.as_str(),
            ":stage": change.stage.as_str(),
            ":before": change.before.on.to_string(),
            ":before_year": year(&change.before),
            ":opened": change.opened_on.to_string(),
            ":procedure": change.procedure.as_str(),
        })?;
    }
    let changed = tx
        .prepare_cached(&format!(
            "UPDATE tasks SET due_on = :after, provisional_for = :after_year WHERE {TASKS}"
        ))?
        .execute(named_params! {
            ":after": change.after.on.to_string(),
            ":after_year": year(&change.after),
            ":party": record.party.as_str(),
            ":stage": change.stage.as_str(),
            ":before": change.before.on.to_string(),
            ":before_year": year(&change.before),
            ":opened": change.opened_on.to_string(),
            ":procedure": change.procedure.as_str(),
        })?;
    Ok(columns::count(changed))
}

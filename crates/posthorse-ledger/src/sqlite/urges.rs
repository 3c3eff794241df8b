//! What offices owe, and what was said to them about it.

use rusqlite::{Connection, Transaction, params};

use crate::error::LedgerError;
use crate::event::Event;
use crate::query::Owed;
use crate::record::UrgeRecord;
use crate::sqlite::{audit, columns};

pub(super) fn owed(connection: &Connection) -> Result<Vec<Owed>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT t.party, c.procedure, t.stage, t.due_on, min(t.dispatched_at), count(*),
                (SELECT max(urged_on) FROM urges u
                 WHERE u.party = t.party AND u.procedure = c.procedure AND u.stage = t.stage
                   AND u.due_on = t.due_on)
         FROM tasks t JOIN cases c USING (case_id)
         WHERE t.settled_at IS NULL AND t.due_on IS NOT NULL AND c.state = 'assigned'
           AND c.stage = t.stage
         GROUP BY t.party, c.procedure, t.stage, t.due_on
         ORDER BY t.party, t.due_on, c.procedure, t.stage",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Owed {
            party: columns::name(row, 0)?,
            procedure: columns::name(row, 1)?,
            stage: columns::name(row, 2)?,
            due_on: columns::name(row, 3)?,
            dispatched_at: columns::instant(row, 4)?,
            cases: columns::unsigned(row, 5)?,
            urged_on: columns::optional_name(row, 6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn say(tx: &Transaction<'_>, record: &UrgeRecord) -> Result<(), LedgerError> {
    for matter in &record.matters {
        tx.prepare_cached(
            "INSERT INTO urges (manifest, party, procedure, stage, due_on, urged_on, cases,
                                escalated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            record.sealed.manifest.as_bytes(),
            record.sealed.party.as_str(),
            matter.procedure.as_str(),
            matter.stage.as_str(),
            matter.due_on.to_string(),
            record.on.to_string(),
            columns::integer(matter.cases, "cases")?,
            matter.escalated,
        ])?;
    }
    let event = Event::Urged {
        manifest: record.sealed.manifest,
        party: record.sealed.party.clone(),
        matters: columns::count(record.matters.len()),
        cases: record.matters.iter().map(|matter| matter.cases).sum(),
    };
    audit::append(tx, record.at, &event)
}

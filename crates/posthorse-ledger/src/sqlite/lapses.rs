//! What several offices were asked, and some did not answer in time.

use rusqlite::{Transaction, params};

use crate::case_id::day_of;
use crate::error::LedgerError;
use crate::event::Event;
use crate::record::LapseRecord;
use crate::sqlite::answers;
use crate::sqlite::cases::Line;
use crate::sqlite::{audit, columns, feedback};

/// Closes every case of the stage whose last day is over; says how many.
pub(super) fn record(tx: &Transaction<'_>, record: &LapseRecord) -> Result<u64, LedgerError> {
    let (procedure, stage) = (record.procedure.as_str(), record.stage.as_str());
    let ids: Vec<String> = tx
        .prepare_cached(
            "SELECT case_id FROM cases c
             WHERE procedure = ?1 AND state = 'assigned' AND stage = ?2 AND EXISTS
               (SELECT 1 FROM tasks t WHERE t.case_id = c.case_id AND t.stage = c.stage
                  AND t.due_on < ?3)
             ORDER BY case_id",
        )?
        .query_map(
            params![procedure, stage, day_of(record.at).to_string()],
            |row| row.get(0),
        )?
        .collect::<Result<_, _>>()?;
    for case_id in &ids {
        Line {
            case_id,
            at: record.at,
            what: "lapsed",
            stage,
            party: None,
            outcome: None,
            due_on: None,
            manifest: None,
        }
        .append(tx)?;
        answers::close(tx, case_id, record.at)?;
        feedback::owe(tx, case_id, None)?;
    }
    let cases = columns::count(ids.len());
    if cases > 0 {
        let event = Event::CasesLapsed {
            procedure: record.procedure.clone(),
            cases,
        };
        audit::append(tx, record.at, &event)?;
    }
    Ok(cases)
}

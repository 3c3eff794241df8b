//! What keeps an open case: a lead that stands, or a package that speaks of it. A case that nothing
//! keeps is withdrawn, and whoever has it is told.

use posthorse_package::Digest;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::error::LedgerError;
use crate::record::VerdictRecord;
use crate::sqlite::cases::Line;
use crate::sqlite::people::changed_one;
use crate::sqlite::{columns, notices};

/// Whether the case `c` is made of leads: one was ever given to an office in it.
macro_rules! is_made_of_leads {
    () => {
        "EXISTS (SELECT 1 FROM dispatch_rows r CROSS JOIN leads l ON l.dispatched_in = r.manifest
                 AND l.person_id = c.person_id AND l.county = c.county
                 WHERE r.case_id = c.case_id)"
    };
}
pub(super) use is_made_of_leads;

/// Whether a lead that stands keeps the case `c` open: one that waits for its county or was
/// given to it in this case; or one that has lost its office, in the place of one that was given.
macro_rules! keeps_the_case {
    () => {
        "EXISTS (SELECT 1 FROM leads h WHERE h.person_id = c.person_id
           AND h.superseded_by IS NULL AND h.withdrawn_by IS NULL
           AND ((h.county = c.county AND (h.dispatched_in IS NULL OR h.dispatched_in IN
                  (SELECT manifest FROM dispatch_rows WHERE case_id = c.case_id)))
             OR (h.county IS NULL AND EXISTS (SELECT 1 FROM leads o
                 WHERE o.person_id = h.person_id AND o.source = h.source AND o.list = h.list
                   AND o.period = h.period AND o.county = c.county AND o.dispatched_in IN
                     (SELECT manifest FROM dispatch_rows WHERE case_id = c.case_id)))))"
    };
}
pub(super) use keeps_the_case;

/// Takes back that a package speaks of a case, which is withdrawn if no other one does.
/// Returns how many cases it withdrew.
pub(super) fn withdraw_opening(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    target: &Digest,
    case_id: &str,
) -> Result<u64, LedgerError> {
    changed_one(
        tx.prepare_cached(
            "UPDATE case_openers SET withdrawn_by = ?3
             WHERE case_id = ?1 AND manifest = ?2 AND withdrawn_by IS NULL",
        )?
        .execute(params![
            case_id,
            target.as_bytes(),
            record.package.manifest.as_bytes()
        ])?,
    )?;
    let is_kept = tx
        .prepare_cached("SELECT 1 FROM case_openers WHERE case_id = ?1 AND withdrawn_by IS NULL")?
        .exists(params![case_id])?;
    if is_kept {
        return Ok(0);
    }
    withdraw_case(tx, record, case_id)?;
    Ok(1)
}

/// Withdraws the cases of a person that no lead keeps any more, and tells nobody how a case
/// ended who has withdrawn what it had said. Returns how many cases it withdrew.
pub(super) fn settle(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    person: i64,
) -> Result<u64, LedgerError> {
    let unkept: Vec<String> = tx
        .prepare_cached(concat!(
            "SELECT case_id FROM cases c WHERE person_id = ?1 AND ended_at IS NULL AND ",
            is_made_of_leads!(),
            " AND NOT ",
            keeps_the_case!()
        ))?
        .query_map(params![person], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for case_id in &unkept {
        withdraw_case(tx, record, case_id)?;
    }
    tx.prepare_cached(
        "DELETE FROM feedbacks WHERE manifest IS NULL
           AND case_id IN (SELECT case_id FROM cases
                           WHERE person_id = ?1 AND opened_in IS NULL)
           AND NOT EXISTS (SELECT 1 FROM dispatch_rows r JOIN cases c USING (case_id)
             JOIN leads l ON l.dispatched_in = r.manifest AND l.person_id = c.person_id
                         AND l.county = c.county
             WHERE r.case_id = feedbacks.case_id AND c.person_id = ?1
               AND l.source = feedbacks.party AND l.withdrawn_by IS NULL)",
    )?
    .execute(params![person])?;
    Ok(columns::count(unkept.len()))
}

/// Ends an open case because what it was about was taken back, and tells whoever has it.
fn withdraw_case(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    case_id: &str,
) -> Result<(), LedgerError> {
    let (state, stage): (String, String) = tx
        .prepare_cached("SELECT state, stage FROM cases WHERE case_id = ?1 AND ended_at IS NULL")?
        .query_row(params![case_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or(LedgerError::Corrupt { what: "amendment" })?;
    tx.prepare_cached("UPDATE cases SET state = 'withdrawn', ended_at = ?2 WHERE case_id = ?1")?
        .execute(params![case_id, record.at.as_second()])?;
    Line {
        case_id,
        at: record.at,
        what: "withdrawn",
        stage: &stage,
        party: None,
        outcome: None,
        due_on: None,
        manifest: Some(record.package.manifest.as_bytes()),
    }
    .append(tx)?;
    // What a case said that nobody has to answer any more is told to nobody.
    tx.prepare_cached(
        "DELETE FROM notices WHERE case_id = ?1 AND manifest IS NULL AND what = 'correction'",
    )?
    .execute(params![case_id])?;
    if state != "assigned" {
        return Ok(());
    }
    let offices: Vec<String> = tx
        .prepare_cached("SELECT party FROM tasks WHERE case_id = ?1 AND stage = ?2")?
        .query_map(params![case_id, stage], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for party in offices {
        notices::owe(tx, case_id, &party, None)?;
    }
    Ok(())
}

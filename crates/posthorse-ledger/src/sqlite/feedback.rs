//! How cases ended, for those whose leads are in them: owed with the answer, told once.

use posthorse_package::PartyId;
use rusqlite::{Connection, Transaction, params};

use crate::cipher::Cipher;
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::PendingFeedback;
use crate::record::FeedbackRecord;
use crate::sqlite::answers::ANSWERS;
use crate::sqlite::people::{self, PERSONS};
use crate::sqlite::{audit, columns};

/// Notes that every source of a case is to be told of this answer. One that still waits to be
/// told of an earlier answer is told of this one only.
pub(super) fn owe(tx: &Transaction<'_>, case_id: &str, answer: i64) -> Result<(), LedgerError> {
    tx.prepare_cached(
        "INSERT INTO feedbacks (case_id, party, answer_id)
         SELECT DISTINCT c.case_id, l.source, ?2
         FROM cases c
         JOIN dispatch_rows r ON r.case_id = c.case_id
         JOIN leads l ON l.person_id = c.person_id AND l.dispatched_in = r.manifest
                     AND l.county = c.county
         WHERE c.case_id = ?1
         ON CONFLICT (case_id, party) WHERE manifest IS NULL
         DO UPDATE SET answer_id = excluded.answer_id",
    )?
    .execute(params![case_id, answer])?;
    Ok(())
}

pub(super) fn waiting_parties(connection: &Connection) -> Result<Vec<PartyId>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT party FROM feedbacks WHERE manifest IS NULL ORDER BY party",
    )?;
    let rows = statement.query_map([], |row| columns::name(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn waiting_for(
    connection: &Connection,
    cipher: &Cipher,
    party: &PartyId,
) -> Result<Vec<PendingFeedback>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT f.feedback_id, c.case_id, c.ended_at, a.outcome, a.answer_id, a.detail,
                p.person_id, p.detail
         FROM feedbacks f JOIN cases c USING (case_id) JOIN answers a USING (answer_id)
         JOIN persons p USING (person_id)
         WHERE f.party = ?1 AND f.manifest IS NULL ORDER BY c.case_id",
    )?;
    let mut rows = statement.query(params![party.as_str()])?;
    let mut pending = Vec::new();
    while let Some(row) = rows.next()? {
        let case_id: String = row.get(1)?;
        let (answer, person): (i64, i64) = (row.get(4)?, row.get(6)?);
        let (answer_detail, person_detail): (Vec<u8>, Vec<u8>) = (row.get(5)?, row.get(7)?);
        pending.push(PendingFeedback {
            feedback: row.get(0)?,
            closed_at: columns::instant(row, 2)?,
            outcome: row.get(3)?,
            answer: cipher.open(ANSWERS, &answer.to_string(), &answer_detail)?,
            identity: cipher.open(PERSONS, &person.to_string(), &person_detail)?,
            leads: people::leads_in(connection, cipher, &case_id, Some(party))?,
            case_id,
        });
    }
    Ok(pending)
}

pub(super) fn tell(tx: &Transaction<'_>, record: &FeedbackRecord) -> Result<(), LedgerError> {
    for feedback in &record.feedbacks {
        let told = tx
            .prepare_cached(
                "UPDATE feedbacks SET manifest = ?2, told_at = ?3
                 WHERE feedback_id = ?1 AND party = ?4 AND manifest IS NULL",
            )?
            .execute(params![
                feedback,
                record.sealed.manifest.as_bytes(),
                record.at.as_second(),
                record.sealed.party.as_str(),
            ])?;
        if told != 1 {
            return Err(LedgerError::Corrupt { what: "feedback" });
        }
    }
    let event = Event::FedBack {
        manifest: record.sealed.manifest,
        party: record.sealed.party.clone(),
        cases: columns::count(record.feedbacks.len()),
    };
    audit::append(tx, record.at, &event)
}

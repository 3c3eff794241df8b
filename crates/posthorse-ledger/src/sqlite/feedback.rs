//! How cases ended, for those whose leads are in them and those who opened them: owed with the
//! answer, told once.

use posthorse_domain::ProcedureId;
use posthorse_package::PartyId;
use rusqlite::{Connection, Transaction, params};

use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::{PendingFeedback, PendingResult};
use crate::record::FeedbackRecord;
use crate::sqlite::answers::ANSWERS;
use crate::sqlite::people::{self, PERSONS};
use crate::sqlite::screenings::CASES;
use crate::sqlite::{audit, columns};

/// Notes that every source of a case, and whoever opened it to be told, is to be told of this
/// answer, or that there will be none. One that still waits to be told of an earlier answer is
/// told of this one only.
pub(super) fn owe(
    tx: &Transaction<'_>,
    case_id: &str,
    answer: Option<i64>,
) -> Result<(), LedgerError> {
    tx.prepare_cached(
        "INSERT INTO feedbacks (case_id, party, answer_id)
         SELECT c.case_id, l.source, ?2
         FROM cases c
         JOIN dispatch_rows r ON r.case_id = c.case_id
         JOIN leads l ON l.person_id = c.person_id AND l.dispatched_in = r.manifest
                     AND l.county = c.county AND l.withdrawn_by IS NULL
         WHERE c.case_id = ?1
         UNION
         SELECT case_id, informs, ?2 FROM cases WHERE case_id = ?1 AND informs IS NOT NULL
         ON CONFLICT (case_id, party) WHERE manifest IS NULL
         DO UPDATE SET answer_id = excluded.answer_id",
    )?
    .execute(params![case_id, answer])?;
    Ok(())
}

pub(super) fn waiting_parties(
    connection: &Connection,
) -> Result<Vec<(ProcedureId, PartyId)>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT c.procedure, f.party FROM feedbacks f JOIN cases c USING (case_id)
         WHERE f.manifest IS NULL ORDER BY c.procedure, f.party",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((columns::name(row, 0)?, columns::name(row, 1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn waiting_for(
    connection: &Connection,
    cipher: &Cipher,
    procedure: &ProcedureId,
    party: &PartyId,
) -> Result<Vec<PendingFeedback>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT f.feedback_id, c.case_id, c.ended_at, a.outcome, a.answer_id, a.detail,
                p.person_id, p.detail
         FROM feedbacks f JOIN cases c USING (case_id) JOIN answers a USING (answer_id)
         JOIN persons p USING (person_id)
         WHERE f.party = ?1 AND f.manifest IS NULL AND c.procedure = ?2 ORDER BY c.case_id",
    )?;
    let mut rows = statement.query(params![party.as_str(), procedure.as_str()])?;
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

pub(super) fn results_for(
    connection: &Connection,
    cipher: &Cipher,
    procedure: &ProcedureId,
    party: &PartyId,
) -> Result<Vec<PendingResult>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT f.feedback_id, c.case_id, c.ended_at, c.opened_in, c.detail
         FROM feedbacks f JOIN cases c USING (case_id)
         WHERE f.party = ?1 AND f.manifest IS NULL AND c.procedure = ?2 AND c.informs = ?1
         ORDER BY c.case_id",
    )?;
    let mut rows = statement.query(params![party.as_str(), procedure.as_str()])?;
    let mut pending = Vec::new();
    while let Some(row) = rows.next()? {
        let case_id: String = row.get(1)?;
        let detail: Vec<u8> = row.get(4)?;
        let Voices { answers, silent } = voices_of(connection, cipher, &case_id)?;
        pending.push(PendingResult {
            feedback: row.get(0)?,
            closed_at: columns::instant(row, 2)?,
            opened_in: columns::digest(row, 3)?,
            detail: cipher.open(CASES, &case_id, &detail)?,
            answers,
            silent,
            case_id,
        });
    }
    Ok(pending)
}

/// Who has said what of a case, and who nothing.
struct Voices {
    answers: Vec<(PartyId, Secret)>,
    silent: Vec<PartyId>,
}

/// The last answer of every office in the stage in which a case ended, and who gave none. The
/// answer of an office that has taken over a county counts as that of the one before it.
fn voices_of(
    connection: &Connection,
    cipher: &Cipher,
    case_id: &str,
) -> Result<Voices, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT t.party, a.answer_id, a.detail
         FROM cases c JOIN tasks t ON t.case_id = c.case_id AND t.stage = c.stage
         LEFT JOIN answers a ON a.answer_id =
           (SELECT max(b.answer_id) FROM answers b
            WHERE b.case_id = t.case_id AND b.stage = t.stage AND b.outcome = t.outcome
              AND (b.party = t.party OR 1 =
                   (SELECT count(*) FROM tasks o
                    WHERE o.case_id = t.case_id AND o.stage = t.stage)))
         WHERE c.case_id = ?1 ORDER BY t.party",
    )?;
    let mut rows = statement.query(params![case_id])?;
    let (mut answers, mut silent) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let party = columns::name(row, 0)?;
        match row.get::<_, Option<i64>>(1)? {
            Some(number) => {
                let sealed: Vec<u8> = row.get(2)?;
                let detail = cipher.open(ANSWERS, &number.to_string(), &sealed)?;
                answers.push((party, detail));
            }
            None => silent.push(party),
        }
    }
    Ok(Voices { answers, silent })
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

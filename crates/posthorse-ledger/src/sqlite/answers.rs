//! Answers: every one is kept; what it does with its case follows from where the case stands.

use posthorse_domain::Transition as Then;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::case_id::day_of;
use crate::cipher::Cipher;
use crate::error::LedgerError;
use crate::event::Event;
use crate::record::{NewAnswer, VerdictRecord};
use crate::sqlite::cases::Line;
use crate::sqlite::{audit, columns, feedback, people};

pub(super) const ANSWERS: &str = "answers";

pub(super) fn keep(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
) -> Result<(), LedgerError> {
    if record.answers.is_empty() {
        return Ok(());
    }
    let mut closed = 0;
    for answer in &record.answers {
        let (state, stage): (String, String) = tx
            .prepare_cached("SELECT state, stage FROM cases WHERE case_id = ?1")?
            .query_row(params![answer.case_id], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?
            .ok_or_else(|| LedgerError::NoSuchCase {
                case_id: answer.case_id.clone(),
            })?;
        let number = keep_text(tx, cipher, record, answer)?;
        // What answers a stage that is past, or came after the case was taken back, is kept and
        // changes nothing; so does one that would reopen what is closed.
        if stage != answer.stage.as_str() {
            continue;
        }
        let tells = match (state.as_str(), &answer.then) {
            ("assigned", _) => {
                let closes = take(tx, record, answer)?;
                closed += u64::from(closes);
                closes
            }
            ("closed", Then::Closes) => correct(tx, record, answer)?,
            _ => false,
        };
        if tells {
            feedback::owe(tx, &answer.case_id, number)?;
        }
    }
    let event = Event::AnswersKept {
        manifest: record.package.manifest,
        answers: columns::count(record.answers.len()),
        closed,
    };
    audit::append(tx, record.at, &event)
}

fn keep_text(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
    answer: &NewAnswer,
) -> Result<i64, LedgerError> {
    let number = people::next_row(tx, "SELECT coalesce(max(answer_id), 0) + 1 FROM answers")?;
    tx.prepare_cached(
        "INSERT INTO answers (answer_id, case_id, stage, party, manifest, outcome, detail,
                              recorded_at, reason, late_days)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?10,
                 (SELECT coalesce(max(0, julianday(?9) - julianday(due_on)), 0) FROM
                    (SELECT max(due_on) AS due_on FROM tasks WHERE case_id = ?2 AND stage = ?3)))",
    )?
    .execute(params![
        number,
        answer.case_id,
        answer.stage.as_str(),
        record.package.sender.as_str(),
        record.package.manifest.as_bytes(),
        answer.outcome,
        cipher.seal(ANSWERS, &number.to_string(), &answer.detail)?,
        record.at.as_second(),
        day_of(record.at).to_string(),
        answer.reason,
    ])?;
    Ok(number)
}

/// Takes an answer to an open task; says whether it closed the case.
fn take(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    answer: &NewAnswer,
) -> Result<bool, LedgerError> {
    let Some(party) = answered_as(tx, record, answer)? else {
        return Ok(false);
    };
    let settles = answer.then != Then::StaysOpen;
    tx.prepare_cached(
        "UPDATE tasks SET answered_at = ?4, outcome = ?5,
                          settled_at = CASE WHEN ?6 THEN coalesce(settled_at, ?4) END
         WHERE case_id = ?1 AND stage = ?2 AND party = ?3",
    )?
    .execute(params![
        answer.case_id,
        answer.stage.as_str(),
        party,
        record.at.as_second(),
        answer.outcome,
        settles,
    ])?;
    line(record, answer, "answered", &party).append(tx)?;
    match &answer.then {
        Then::StaysOpen => Ok(false),
        Then::Advances(to) => {
            tx.prepare_cached("UPDATE cases SET state = 'waiting', stage = ?2 WHERE case_id = ?1")?
                .execute(params![answer.case_id, to.as_str()])?;
            Ok(false)
        }
        Then::Closes => {
            let awaited = tx
                .prepare_cached(
                    "SELECT 1 FROM tasks
                     WHERE case_id = ?1 AND stage = ?2 AND settled_at IS NULL",
                )?
                .exists(params![answer.case_id, answer.stage.as_str()])?;
            if awaited {
                return Ok(false);
            }
            tx.prepare_cached(
                "UPDATE cases SET state = 'closed', ended_at = ?2, outcome = ?3 WHERE case_id = ?1",
            )?
            .execute(params![
                answer.case_id,
                record.at.as_second(),
                answer.outcome
            ])?;
            Ok(true)
        }
    }
}

/// An office that answers again corrects the outcome, not the day on which the case was closed.
/// Says whether it did.
fn correct(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    answer: &NewAnswer,
) -> Result<bool, LedgerError> {
    let Some(party) = answered_as(tx, record, answer)? else {
        return Ok(false);
    };
    tx.prepare_cached(
        "UPDATE tasks SET answered_at = ?4, outcome = ?5
         WHERE case_id = ?1 AND stage = ?2 AND party = ?3",
    )?
    .execute(params![
        answer.case_id,
        answer.stage.as_str(),
        party,
        record.at.as_second(),
        answer.outcome,
    ])?;
    tx.prepare_cached("UPDATE cases SET outcome = ?2 WHERE case_id = ?1")?
        .execute(params![answer.case_id, answer.outcome])?;
    line(record, answer, "corrected", &party).append(tx)?;
    Ok(true)
}

/// In whose name an answer counts: the sender's, if the task is with it; else that of the one
/// office with which it is, whose place the sender has taken.
fn answered_as(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    answer: &NewAnswer,
) -> Result<Option<String>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT party FROM tasks WHERE case_id = ?1 AND stage = ?2 ORDER BY party = ?3 DESC, party",
    )?;
    let sender = record.package.sender.as_str();
    let parties: Vec<String> = statement
        .query_map(
            params![answer.case_id, answer.stage.as_str(), sender],
            |row| row.get(0),
        )?
        .collect::<Result<_, _>>()?;
    Ok(match &parties[..] {
        [first, ..] if first == sender => Some(first.clone()),
        [only] => Some(only.clone()),
        _ => None,
    })
}

fn line<'a>(
    record: &'a VerdictRecord,
    answer: &'a NewAnswer,
    what: &'static str,
    party: &'a str,
) -> Line<'a> {
    Line {
        case_id: &answer.case_id,
        at: record.at,
        what,
        stage: answer.stage.as_str(),
        party: Some(party),
        outcome: Some(&answer.outcome),
        due_on: None,
        manifest: Some(record.package.manifest.as_bytes()),
    }
}

//! Answers: every one is kept; what it does with its case follows from where the case stands.

use posthorse_domain::Transition as Then;
use posthorse_package::Timestamp;
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
        let tells = match state.as_str() {
            "assigned" => {
                let closes = take(tx, record, answer)?;
                closed += u64::from(closes);
                closes
            }
            "closed" => correct(tx, record, answer)?,
            _ => false,
        };
        if tells {
            feedback::owe(tx, &answer.case_id, Some(number))?;
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
    // Where others are still waited for, an office that has settled its answer corrects it.
    let what = match said(tx, answer, &party)? {
        Said {
            is_settled: true, ..
        } => "corrected",
        _ => "answered",
    };
    note(tx, record, answer, &party)?;
    line(record, answer, what, &party).append(tx)?;
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
            if !awaited {
                close(tx, &answer.case_id, record.at)?;
            }
            Ok(!awaited)
        }
    }
}

/// Closes a case as of what its tasks say.
pub(super) fn close(tx: &Transaction<'_>, case_id: &str, at: Timestamp) -> Result<(), LedgerError> {
    tx.prepare_cached("UPDATE cases SET state = 'closed', ended_at = ?2 WHERE case_id = ?1")?
        .execute(params![case_id, at.as_second()])?;
    conclude(tx, case_id)
}

/// What one office said is the outcome of its case; what several said has none in common.
fn conclude(tx: &Transaction<'_>, case_id: &str) -> Result<(), LedgerError> {
    tx.prepare_cached(
        "UPDATE cases SET outcome =
           (SELECT CASE count(*) WHEN 1 THEN max(t.outcome) END FROM tasks t
            WHERE t.case_id = cases.case_id AND t.stage = cases.stage)
         WHERE case_id = ?1",
    )?
    .execute(params![case_id])?;
    Ok(())
}

/// Takes an answer to a closed case, which stays closed as of its day: an office corrects the
/// outcome, or says after the lapse what it had not said. Says whether anything changed.
fn correct(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    answer: &NewAnswer,
) -> Result<bool, LedgerError> {
    let Some(party) = answered_as(tx, record, answer)? else {
        return Ok(false);
    };
    let what = match said(tx, answer, &party)? {
        Said {
            has_answered: false,
            ..
        } => "answered",
        Said { .. } if answer.then == Then::Closes => "corrected",
        // It would reopen what is closed.
        Said { .. } => return Ok(false),
    };
    note(tx, record, answer, &party)?;
    conclude(tx, &answer.case_id)?;
    line(record, answer, what, &party).append(tx)?;
    Ok(true)
}

/// Writes an answer into its task, which it settles unless the office still owes one.
fn note(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    answer: &NewAnswer,
    party: &str,
) -> Result<(), LedgerError> {
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
        answer.then != Then::StaysOpen,
    ])?;
    Ok(())
}

/// What an office has said of its task.
struct Said {
    has_answered: bool,
    is_settled: bool,
}

fn said(tx: &Transaction<'_>, answer: &NewAnswer, party: &str) -> Result<Said, LedgerError> {
    let said = tx
        .prepare_cached(
            "SELECT outcome IS NOT NULL, settled_at IS NOT NULL FROM tasks
             WHERE case_id = ?1 AND stage = ?2 AND party = ?3",
        )?
        .query_row(
            params![answer.case_id, answer.stage.as_str(), party],
            |row| {
                Ok(Said {
                    has_answered: row.get(0)?,
                    is_settled: row.get(1)?,
                })
            },
        )?;
    Ok(said)
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

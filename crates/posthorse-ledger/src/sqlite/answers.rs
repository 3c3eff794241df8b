//! Answers: every one is kept; what it does with its case follows from where the case stands.

use posthorse_domain::Transition as Then;
use posthorse_package::{Digest, Timestamp};
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
        let number = keep_text(tx, cipher, record, answer, None)?;
        // What answers a stage that is past, or came after the case was taken back, is kept and
        // changes nothing; so does one that would reopen what is closed.
        if stage != answer.stage.as_str() {
            continue;
        }
        let tells = match state.as_str() {
            "assigned" => {
                let closes = take(tx, record, answer, "answered")?;
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

/// The answer that another one corrects: where it stood, and how late it came.
struct Origin {
    manifest: Digest,
    late_days: i64,
}

/// Keeps an answer; one that corrects another stands in the place of that one, and is as late.
fn keep_text(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
    answer: &NewAnswer,
    origin: Option<&Origin>,
) -> Result<i64, LedgerError> {
    let number = people::next_row(tx, "SELECT coalesce(max(answer_id), 0) + 1 FROM answers")?;
    let package = &record.package.manifest;
    tx.prepare_cached(
        "INSERT INTO answers (answer_id, case_id, stage, party, manifest, list, outcome, detail,
                              recorded_at, amended_in, late_days, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, coalesce(?11,
                 (SELECT coalesce(max(0, julianday(?12) - julianday(due_on)), 0) FROM
                    (SELECT max(due_on) AS due_on FROM tasks WHERE case_id = ?2 AND stage = ?3))),
                 ?13)",
    )?
    .execute(params![
        number,
        answer.case_id,
        answer.stage.as_str(),
        record.package.sender.as_str(),
        origin.map_or(package, |old| &old.manifest).as_bytes(),
        answer.list.as_str(),
        answer.outcome,
        cipher.seal(ANSWERS, &number.to_string(), &answer.detail)?,
        record.at.as_second(),
        origin.map(|_| package.as_bytes()),
        origin.map(|old| old.late_days),
        day_of(record.at).to_string(),
        answer.reason,
    ])?;
    Ok(number)
}

/// Puts a corrected answer in the place of another one. It does what an answer that comes again
/// does: in an open case it is taken, and what is closed stays closed.
pub(super) fn amend(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
    old: i64,
    answer: &NewAnswer,
) -> Result<(), LedgerError> {
    let (origin, state) = tx
        .prepare_cached(
            "SELECT a.manifest, a.late_days, c.state FROM answers a JOIN cases c USING (case_id)
             WHERE a.answer_id = ?1 AND a.stage = c.stage",
        )?
        .query_row(params![old], |row| {
            let origin = Origin {
                manifest: columns::digest(row, 0)?,
                late_days: row.get(1)?,
            };
            Ok((origin, row.get::<_, String>(2)?))
        })
        .optional()?
        .ok_or(LedgerError::Corrupt { what: "amendment" })?;
    let number = keep_text(tx, cipher, record, answer, Some(&origin))?;
    people::changed_one(
        tx.prepare_cached(
            "UPDATE answers SET replaced_by = ?2
             WHERE answer_id = ?1 AND replaced_by IS NULL AND withdrawn_by IS NULL",
        )?
        .execute(params![old, number])?,
    )?;
    let tells = match (state.as_str(), &answer.then) {
        ("assigned", _) => take(tx, record, answer, "corrected")?,
        ("closed", Then::Closes) => correct(tx, record, answer)?,
        _ => return Err(LedgerError::Corrupt { what: "amendment" }),
    };
    if tells {
        feedback::owe(tx, &answer.case_id, Some(number))?;
    }
    Ok(())
}

/// Takes an answer back that closed nothing: its office owes one again.
pub(super) fn retract(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    answer: i64,
) -> Result<(), LedgerError> {
    let manifest = record.package.manifest.as_bytes();
    people::changed_one(
        tx.prepare_cached(
            "UPDATE answers SET withdrawn_by = ?2
             WHERE answer_id = ?1 AND replaced_by IS NULL AND withdrawn_by IS NULL",
        )?
        .execute(params![answer, manifest])?,
    )?;
    let (case_id, stage): (String, String) = tx
        .prepare_cached(
            "SELECT a.case_id, a.stage FROM answers a JOIN cases c USING (case_id)
             WHERE a.answer_id = ?1 AND a.stage = c.stage AND c.state = 'assigned'",
        )?
        .query_row(params![answer], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or(LedgerError::Corrupt { what: "amendment" })?;
    let Some(party) = answered_as(tx, record, &case_id, &stage)? else {
        return Ok(());
    };
    tx.prepare_cached(
        "UPDATE tasks SET answered_at = NULL, outcome = NULL, settled_at = NULL
         WHERE case_id = ?1 AND stage = ?2 AND party = ?3",
    )?
    .execute(params![case_id, stage, party])?;
    Line {
        case_id: &case_id,
        at: record.at,
        what: "retracted",
        stage: &stage,
        party: Some(&party),
        outcome: None,
        due_on: None,
        manifest: Some(manifest),
    }
    .append(tx)
}

/// Takes an answer to an open task; says whether it closed the case.
fn take(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    answer: &NewAnswer,
    what: &'static str,
) -> Result<bool, LedgerError> {
    let Some(party) = answered_as(tx, record, &answer.case_id, answer.stage.as_str())? else {
        return Ok(false);
    };
    // Where others are still waited for, an office that has settled its answer corrects it.
    let what = match said(tx, answer, &party)? {
        Said {
            is_settled: true, ..
        } => "corrected",
        _ => what,
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
    let Some(party) = answered_as(tx, record, &answer.case_id, answer.stage.as_str())? else {
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
    case_id: &str,
    stage: &str,
) -> Result<Option<String>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT party FROM tasks WHERE case_id = ?1 AND stage = ?2 ORDER BY party = ?3 DESC, party",
    )?;
    let sender = record.package.sender.as_str();
    let parties: Vec<String> = statement
        .query_map(params![case_id, stage, sender], |row| row.get(0))?
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

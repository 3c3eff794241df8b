//! Warnings: numbered once, dispatched as often as something new is said, closed by an answer.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::cipher::Cipher;
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::{DispatchFacts, WarningRow};
use crate::record::{Closing, DispatchRecord, DispatchRow, NewVerification, VerdictRecord};
use crate::sqlite::people::{self, PERSONS};
use crate::sqlite::{audit, columns};
use crate::warning_id::{month_of, warning_id};

const VERIFICATIONS: &str = "verifications";

pub(super) fn next_number(
    connection: &Connection,
    month: &str,
    county: &str,
) -> Result<u64, LedgerError> {
    let next = connection
        .prepare_cached("SELECT next FROM warning_counters WHERE month = ?1 AND county = ?2")?
        .query_row(params![month, county], |row| columns::unsigned(row, 0))
        .optional()?;
    Ok(next.unwrap_or(1))
}

pub(super) fn dispatch(tx: &Transaction<'_>, record: &DispatchRecord) -> Result<(), LedgerError> {
    let manifest = record.sealed.manifest.as_bytes();
    tx.execute(
        "INSERT INTO dispatches (manifest, county, party, people, dispatched_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            manifest,
            record.county,
            record.sealed.party.as_str(),
            columns::integer(columns::count(record.rows.len()), "people")?,
            record.at.as_second(),
        ],
    )?;
    let mut new_warnings = 0;
    for row in &record.rows {
        new_warnings += u64::from(open_warning(tx, record, row)?);
        tx.prepare_cached("INSERT INTO dispatch_rows (warning_id, manifest) VALUES (?1, ?2)")?
            .execute(params![row.warning_id, manifest])?;
        for lead in &row.leads {
            tx.prepare_cached(
                "UPDATE leads SET dispatched_in = ?2 WHERE lead_id = ?1 AND person_id = ?3",
            )?
            .execute(params![lead, manifest, row.person])?;
        }
    }
    let event = Event::Dispatched {
        manifest: record.sealed.manifest,
        county: record.county.clone(),
        people: columns::count(record.rows.len()),
        new_warnings,
    };
    audit::append(tx, record.at, &event)
}

/// Opens the row's warning unless it is open already; says whether it is new.
fn open_warning(
    tx: &Transaction<'_>,
    record: &DispatchRecord,
    row: &DispatchRow,
) -> Result<bool, LedgerError> {
    let open: Option<String> = tx
        .prepare_cached(
            "SELECT warning_id FROM warnings
             WHERE person_id = ?1 AND county = ?2 AND closed_at IS NULL",
        )?
        .query_row(params![row.person, record.county], |row| row.get(0))
        .optional()?;
    if let Some(open) = open {
        let same = open == row.warning_id;
        return if same {
            Ok(false)
        } else {
            Err(LedgerError::WarningNumberMoved)
        };
    }
    let month = month_of(record.at);
    let number = next_number(tx, &month, &record.county)?;
    if row.warning_id != warning_id(&month, &record.county, number) {
        return Err(LedgerError::WarningNumberMoved);
    }
    tx.prepare_cached(
        "INSERT INTO warning_counters (month, county, next) VALUES (?1, ?2, ?3)
         ON CONFLICT (month, county) DO UPDATE SET next = excluded.next",
    )?
    .execute(params![
        month,
        record.county,
        columns::integer(number.saturating_add(1), "warning number")?
    ])?;
    tx.prepare_cached(
        "INSERT INTO warnings (warning_id, person_id, county, opened_at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        row.warning_id,
        row.person,
        record.county,
        record.at.as_second()
    ])?;
    Ok(true)
}

pub(super) fn find(
    connection: &Connection,
    cipher: &Cipher,
    id: &str,
) -> Result<Option<WarningRow>, LedgerError> {
    let found = connection
        .prepare_cached(
            "SELECT w.county, w.opened_at, w.outcome, p.person_id, p.detail
             FROM warnings w JOIN persons p USING (person_id) WHERE w.warning_id = ?1",
        )?
        .query_row(params![id], |row| {
            let person: i64 = row.get(3)?;
            let detail: Vec<u8> = row.get(4)?;
            let opened_at = columns::instant(row, 1)?;
            Ok((row.get(0)?, opened_at, row.get(2)?, person, detail))
        })
        .optional()?;
    found
        .map(|(county, opened_at, outcome, person, detail)| {
            Ok(WarningRow {
                warning_id: id.to_owned(),
                county,
                identity: cipher.open(PERSONS, &person.to_string(), &detail)?,
                opened_at,
                outcome,
            })
        })
        .transpose()
}

pub(super) fn keep_answers(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
) -> Result<(), LedgerError> {
    if record.verifications.is_empty() {
        return Ok(());
    }
    let mut closed = 0_usize;
    for answer in &record.verifications {
        let known = tx
            .prepare_cached("SELECT 1 FROM warnings WHERE warning_id = ?1")?
            .exists(params![answer.warning_id])?;
        if !known {
            return Err(LedgerError::NoSuchWarning {
                warning_id: answer.warning_id.clone(),
            });
        }
        let number = people::next_row(
            tx,
            "SELECT coalesce(max(verification_id), 0) + 1 FROM verifications",
        )?;
        tx.prepare_cached(
            "INSERT INTO verifications (verification_id, warning_id, manifest, outcome, detail,
                                        recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            number,
            answer.warning_id,
            record.package.manifest.as_bytes(),
            answer.outcome,
            cipher.seal(VERIFICATIONS, &number.to_string(), &answer.detail)?,
            record.at.as_second(),
        ])?;
        if answer.closing == Closing::Closes {
            closed += close(tx, record, answer)?;
        }
    }
    let event = Event::AnswersKept {
        manifest: record.package.manifest,
        answers: columns::count(record.verifications.len()),
        closed: columns::count(closed),
    };
    audit::append(tx, record.at, &event)
}

/// Settles a warning; says whether it was open. A county that answers again corrects the outcome,
/// not the day on which the warning was settled.
fn close(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    answer: &NewVerification,
) -> Result<usize, LedgerError> {
    let closed = tx
        .prepare_cached(
            "UPDATE warnings SET closed_at = ?2 WHERE warning_id = ?1 AND closed_at IS NULL",
        )?
        .execute(params![answer.warning_id, record.at.as_second()])?;
    tx.prepare_cached("UPDATE warnings SET outcome = ?2 WHERE warning_id = ?1")?
        .execute(params![answer.warning_id, answer.outcome])?;
    Ok(closed)
}

pub(super) fn dispatches(connection: &Connection) -> Result<Vec<DispatchFacts>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT d.manifest, d.county, d.party, d.people, d.dispatched_at
         FROM dispatches d JOIN sealed s USING (manifest) ORDER BY s.sequence",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(DispatchFacts {
            manifest: columns::digest(row, 0)?,
            county: row.get(1)?,
            party: columns::name(row, 2)?,
            people: columns::unsigned(row, 3)?,
            dispatched_at: columns::instant(row, 4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

//! What was claimed, how often it was tried, and how it ended.

use posthorse_domain::Month;
use posthorse_package::{Digest, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::event::Event;
use crate::monitor::QuarantinedThing;
use crate::query::{IntakeEnd, IntakeOutcome, IntakeState, OpenIntake};
use crate::record::{ClaimId, QuarantineRecord};
use crate::sqlite::{audit, columns};

const TABLE: &str = "intakes";

pub(super) fn begin(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    claim: &ClaimId,
    file_name: &Secret,
    at: Timestamp,
) -> Result<(), LedgerError> {
    let sealed = cipher.seal(TABLE, claim.as_str(), file_name)?;
    tx.execute(
        "INSERT INTO intakes (claim, file_name, claimed_at) VALUES (?1, ?2, ?3)",
        params![claim.as_str(), sealed, at.as_second()],
    )?;
    audit::append(
        tx,
        at,
        &Event::Claiming {
            claim: claim.clone(),
        },
    )
}

pub(super) fn attempt(tx: &Transaction<'_>, claim: &ClaimId) -> Result<u32, LedgerError> {
    tx.query_row(
        "UPDATE intakes SET attempts = attempts + 1
         WHERE claim = ?1 AND ended_at IS NULL RETURNING attempts",
        params![claim.as_str()],
        |row| row.get(0),
    )
    .optional()?
    .ok_or(LedgerError::NoOpenIntake)
}

pub(super) fn withdraw_attempt(tx: &Transaction<'_>, claim: &ClaimId) -> Result<(), LedgerError> {
    let withdrawn = tx.execute(
        "UPDATE intakes SET attempts = attempts - 1
         WHERE claim = ?1 AND ended_at IS NULL AND attempts > 0",
        params![claim.as_str()],
    )?;
    if withdrawn == 1 {
        Ok(())
    } else {
        Err(LedgerError::NoOpenIntake)
    }
}

/// How an intake ends, for the columns that say so.
pub(super) struct End<'a> {
    pub(super) outcome: &'static str,
    pub(super) code: Option<&'a str>,
    pub(super) manifest: Option<&'a Digest>,
    pub(super) file: Option<&'a Digest>,
}

pub(super) fn end(
    tx: &Transaction<'_>,
    claim: &ClaimId,
    at: Timestamp,
    end: &End<'_>,
) -> Result<(), LedgerError> {
    let ended = tx.execute(
        "UPDATE intakes SET ended_at = ?2, outcome = ?3, code = ?4, manifest = ?5, file = ?6
         WHERE claim = ?1 AND ended_at IS NULL",
        params![
            claim.as_str(),
            at.as_second(),
            end.outcome,
            end.code,
            columns::bytes(end.manifest),
            columns::bytes(end.file),
        ],
    )?;
    if ended == 1 {
        Ok(())
    } else {
        Err(LedgerError::NoOpenIntake)
    }
}

pub(super) fn release(
    tx: &Transaction<'_>,
    claim: &ClaimId,
    at: Timestamp,
) -> Result<(), LedgerError> {
    end(
        tx,
        claim,
        at,
        &End {
            outcome: "released",
            code: None,
            manifest: None,
            file: None,
        },
    )?;
    audit::append(
        tx,
        at,
        &Event::Released {
            claim: claim.clone(),
        },
    )
}

pub(super) fn quarantine(
    tx: &Transaction<'_>,
    record: &QuarantineRecord,
) -> Result<(), LedgerError> {
    let ending = End {
        outcome: "quarantined",
        code: Some(&record.code),
        manifest: None,
        file: record.file.as_ref(),
    };
    end(tx, &record.claim, record.at, &ending)?;
    let event = Event::Quarantined {
        claim: record.claim.clone(),
        code: record.code.clone(),
        file: record.file,
    };
    audit::append(tx, record.at, &event)
}

pub(super) fn replay(
    tx: &Transaction<'_>,
    claim: &ClaimId,
    manifest: &Digest,
    file: &Digest,
    at: Timestamp,
) -> Result<(), LedgerError> {
    let ending = End {
        outcome: "replayed",
        code: None,
        manifest: Some(manifest),
        file: Some(file),
    };
    end(tx, claim, at, &ending)?;
    let event = Event::Replayed {
        claim: claim.clone(),
        manifest: *manifest,
        file: *file,
    };
    audit::append(tx, at, &event)
}

pub(super) fn open(
    connection: &Connection,
    cipher: &Cipher,
) -> Result<Vec<OpenIntake>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT claim, file_name, claimed_at, attempts FROM intakes
         WHERE ended_at IS NULL ORDER BY claimed_at, claim",
    )?;
    let rows = statement.query_map([], |row| {
        let claim: ClaimId = columns::name(row, 0)?;
        let sealed: Vec<u8> = row.get(1)?;
        Ok((claim, sealed, columns::instant(row, 2)?, row.get(3)?))
    })?;
    rows.map(|row| {
        let (claim, sealed, claimed_at, attempts) = row?;
        let file_name = cipher.open(TABLE, claim.as_str(), &sealed)?;
        Ok(OpenIntake {
            claim,
            file_name,
            claimed_at,
            attempts,
        })
    })
    .collect()
}

pub(super) const QUARANTINED: &str = "
    SELECT claim, file_name, claimed_at, ended_at, code, file FROM intakes
    WHERE outcome = 'quarantined' AND ended_at >= ?1 AND ended_at < ?2
    ORDER BY ended_at DESC, claim";

/// What was put away without a verdict in a month, or ever; the latest first.
pub(super) fn quarantined(
    connection: &Connection,
    cipher: &Cipher,
    month: Option<&Month>,
) -> Result<Vec<QuarantinedThing>, LedgerError> {
    let (from, to) = month.map_or((0, i64::MAX), |month| {
        (month.begins().as_second(), month.ends().as_second())
    });
    let mut statement = connection.prepare_cached(QUARANTINED)?;
    let rows = statement.query_map(params![from, to], |row| {
        let claim: ClaimId = columns::name(row, 0)?;
        let sealed: Vec<u8> = row.get(1)?;
        let thing = QuarantinedThing {
            claim,
            file_name: Secret::new(Vec::new()),
            claimed_at: columns::instant(row, 2)?,
            at: columns::instant(row, 3)?,
            code: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
            file: columns::optional_digest(row, 5)?,
        };
        Ok((thing, sealed))
    })?;
    rows.map(|row| {
        let (thing, sealed) = row?;
        let file_name = cipher.open(TABLE, thing.claim.as_str(), &sealed)?;
        Ok(QuarantinedThing { file_name, ..thing })
    })
    .collect()
}

pub(super) fn state(connection: &Connection, claim: &ClaimId) -> Result<IntakeState, LedgerError> {
    let found = connection
        .prepare_cached("SELECT outcome, code, ended_at, file FROM intakes WHERE claim = ?1")?
        .query_row(params![claim.as_str()], |row| {
            let outcome: Option<String> = row.get(0)?;
            let code: Option<String> = row.get(1)?;
            let at = columns::optional_instant(row, 2)?;
            Ok((outcome.zip(at), code, columns::optional_digest(row, 3)?))
        })
        .optional()?;
    let (end, code, file) = match found {
        None => return Ok(IntakeState::Unknown),
        Some((None, ..)) => return Ok(IntakeState::Open),
        Some((Some(end), code, file)) => (end, code, file),
    };
    let (word, at) = end;
    let outcome = match (word.as_str(), code) {
        ("decided", _) => IntakeOutcome::Decided,
        ("turned-away", _) => IntakeOutcome::TurnedAway,
        ("replayed", _) => IntakeOutcome::Replayed,
        ("released", _) => IntakeOutcome::Released,
        ("quarantined", Some(code)) => IntakeOutcome::Quarantined(code),
        _ => return Err(LedgerError::Corrupt { what: "intake" }),
    };
    Ok(IntakeState::Ended(IntakeEnd { at, outcome, file }))
}

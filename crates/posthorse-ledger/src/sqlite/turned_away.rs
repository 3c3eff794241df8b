//! Copies that lack signatures: answered, known by their bytes, without a verdict.

use posthorse_package::{Digest, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::error::LedgerError;
use crate::event::Event;
use crate::record::{ClaimId, TurnedAwayRecord};
use crate::sqlite::intakes::End;
use crate::sqlite::{audit, columns, intakes};

pub(super) fn is_known(connection: &Connection, file: &Digest) -> Result<bool, LedgerError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM turned_away WHERE file = ?1")?
        .exists(params![file.as_bytes()])?)
}

pub(super) fn keep(tx: &Transaction<'_>, record: &TurnedAwayRecord) -> Result<(), LedgerError> {
    tx.execute(
        "INSERT INTO turned_away (file, manifest, code, receipt, at, kind)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            record.file.as_bytes(),
            record.manifest.as_bytes(),
            record.code,
            record.receipt,
            record.at.as_second(),
            record.kind.as_str(),
        ],
    )?;
    end(tx, &record.claim, &record.file, record.at)
}

pub(super) fn again(
    tx: &Transaction<'_>,
    claim: &ClaimId,
    file: &Digest,
    at: Timestamp,
) -> Result<(), LedgerError> {
    end(tx, claim, file, at)
}

fn end(
    tx: &Transaction<'_>,
    claim: &ClaimId,
    file: &Digest,
    at: Timestamp,
) -> Result<(), LedgerError> {
    let known = tx
        .prepare_cached("SELECT manifest, code FROM turned_away WHERE file = ?1")?
        .query_row(params![file.as_bytes()], |row| {
            Ok((columns::digest(row, 0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let (manifest, code) = known.ok_or(LedgerError::Corrupt {
        what: "copy turned away",
    })?;
    let ending = End {
        outcome: "turned-away",
        code: Some(&code),
        manifest: Some(&manifest),
        file: Some(file),
    };
    intakes::end(tx, claim, at, &ending)?;
    let event = Event::TurnedAway {
        claim: claim.clone(),
        manifest,
        code: code.clone(),
        file: *file,
    };
    audit::append(tx, at, &event)
}

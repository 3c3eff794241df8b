//! What waits to be published, and the sequence of this office's own packages.

use posthorse_package::{Digest, KeyId, KindName, PartyId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::error::LedgerError;
use crate::event::Event;
use crate::query::{OutboxRow, OwnChain};
use crate::record::{Outgoing, SealedFacts};
use crate::sqlite::{audit, columns};

pub(super) fn put(
    tx: &Transaction<'_>,
    outgoing: &Outgoing,
    about: &Digest,
) -> Result<(), LedgerError> {
    tx.execute(
        "INSERT INTO outbox (party, file_name, digest, length, about) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            outgoing.party.as_str(),
            outgoing.file_name,
            outgoing.digest.as_bytes(),
            columns::integer(outgoing.length, "length")?,
            about.as_bytes(),
        ],
    )?;
    Ok(())
}

pub(super) fn put_back(tx: &Transaction<'_>, about: &Digest) -> Result<(), LedgerError> {
    tx.execute(
        "UPDATE outbox SET published_at = NULL WHERE about = ?1 AND deleted_in IS NULL",
        params![about.as_bytes()],
    )?;
    Ok(())
}

pub(super) fn own_chain(
    connection: &Connection,
    signing_key: &KeyId,
) -> Result<OwnChain, LedgerError> {
    let found = connection
        .prepare_cached("SELECT next_sequence, previous FROM own_chains WHERE signing_key = ?1")?
        .query_row(params![signing_key.to_string()], |row| {
            Ok(OwnChain {
                next_sequence: columns::unsigned(row, 0)?,
                previous: columns::optional_digest(row, 1)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or(OwnChain {
        next_sequence: 1,
        previous: None,
    }))
}

/// Writes down a package that this office sealed: only the next one in its sequence can be.
pub(super) fn seal(
    tx: &Transaction<'_>,
    sealed: &SealedFacts,
    about: &Digest,
    at: Timestamp,
) -> Result<(), LedgerError> {
    let chain = own_chain(tx, &sealed.signing_key)?;
    if chain.next_sequence != sealed.sequence {
        let (stated, found) = (sealed.sequence, chain.next_sequence);
        return Err(LedgerError::SequenceMoved { stated, found });
    }
    let key = sealed.signing_key.to_string();
    let sequence = columns::integer(sealed.sequence, "sequence")?;
    tx.execute(
        "INSERT INTO own_chains (signing_key, next_sequence, previous) VALUES (?1, ?2, ?3)
         ON CONFLICT (signing_key) DO UPDATE
         SET next_sequence = excluded.next_sequence, previous = excluded.previous",
        params![key, sequence.saturating_add(1), sealed.manifest.as_bytes()],
    )?;
    tx.execute(
        "INSERT INTO sealed (manifest, package_id, kind, signing_key, sequence, party,
                             in_reply_to, file, sealed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            sealed.manifest.as_bytes(),
            sealed.package_id.to_string(),
            sealed.kind.as_str(),
            key,
            sequence,
            sealed.party.as_str(),
            columns::bytes(sealed.in_reply_to.as_ref()),
            sealed.outgoing.digest.as_bytes(),
            sealed.sealed_at.as_second(),
        ],
    )?;
    put(tx, &sealed.outgoing, about)?;
    let event = Event::Sealed {
        manifest: sealed.manifest,
        package_id: sealed.package_id,
        kind: sealed.kind.clone(),
        party: sealed.party.clone(),
        sequence: sealed.sequence,
    };
    audit::append(tx, at, &event)
}

fn outbox_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<OutboxRow> {
    Ok(OutboxRow {
        number: row.get(0)?,
        outgoing: Outgoing {
            party: columns::name(row, 1)?,
            file_name: row.get(2)?,
            digest: columns::digest(row, 3)?,
            length: columns::unsigned(row, 4)?,
        },
        published_at: columns::optional_instant(row, 5)?,
    })
}

pub(super) fn unpublished(connection: &Connection) -> Result<Vec<OutboxRow>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT outbox_id, party, file_name, digest, length, published_at FROM outbox
         WHERE published_at IS NULL ORDER BY outbox_id",
    )?;
    let rows = statement.query_map([], outbox_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn mark_published(
    tx: &Transaction<'_>,
    number: i64,
    at: Timestamp,
) -> Result<(), LedgerError> {
    let published = tx
        .prepare_cached(
            "UPDATE outbox SET published_at = ?2 WHERE outbox_id = ?1 AND published_at IS NULL
             RETURNING outbox_id, party, file_name, digest, length, published_at",
        )?
        .query_row(params![number, at.as_second()], outbox_row)
        .optional()?;
    let Some(OutboxRow { outgoing, .. }) = published else {
        return Ok(());
    };
    let event = Event::Published {
        party: outgoing.party,
        file_name: outgoing.file_name,
        digest: outgoing.digest,
    };
    audit::append(tx, at, &event)
}

pub(super) fn is_outgoing(connection: &Connection, digest: &Digest) -> Result<bool, LedgerError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM outbox WHERE digest = ?1 LIMIT 1")?
        .exists(params![digest.as_bytes()])?)
}

pub(super) fn is_sealed_for(
    connection: &Connection,
    manifest: &Digest,
    kind: &KindName,
    party: &PartyId,
) -> Result<bool, LedgerError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM sealed WHERE manifest = ?1 AND kind = ?2 AND party = ?3")?
        .exists(params![manifest.as_bytes(), kind.as_str(), party.as_str()])?)
}

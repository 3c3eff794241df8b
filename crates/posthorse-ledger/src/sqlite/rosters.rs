//! The bureau's rosters: which one is current, who has it, and what was said by it before payouts.

use posthorse_package::{Digest, PartyId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::RosterRow;
use crate::record::{PrecheckRecord, RosterSendingRecord, ScreeningRecord};
use crate::sqlite::people::PERSONS;
use crate::sqlite::{audit, columns, outbox, people};

/// People whose last closed case ended for a reason. What a county said later is believed.
pub(super) const ENDED_FOR: &str = "
    SELECT DISTINCT p.person_id, p.detail
    FROM answers a JOIN cases c USING (case_id) JOIN persons p USING (person_id)
    WHERE p.deleted_in IS NULL AND a.reason = ?1 AND c.procedure IN ('warning', 'recheck') AND c.state = 'closed' AND c.outcome = a.outcome
      AND a.answer_id = (SELECT max(b.answer_id) FROM answers b
                         WHERE b.case_id = c.case_id AND b.outcome = c.outcome)
      AND NOT EXISTS (SELECT 1 FROM cases d
                      WHERE d.person_id = c.person_id AND d.state = 'closed'
                        AND d.procedure IN ('warning', 'recheck') AND d.ended_at > c.ended_at)
    ORDER BY p.person_id";

/// Writes down a roster that can be used.
pub(super) fn keep(tx: &Transaction<'_>, record: &ScreeningRecord) -> Result<(), LedgerError> {
    tx.execute(
        "INSERT INTO rosters (file, day, arrived_at) VALUES (?1, ?2, ?3)",
        params![
            record.file.as_bytes(),
            record.day.to_string(),
            record.at.as_second()
        ],
    )?;
    Ok(())
}

/// The newest roster, by its day, then by arrival.
pub(super) fn current(connection: &Connection) -> Result<Option<RosterRow>, LedgerError> {
    let found = connection
        .prepare_cached(
            "SELECT file, day, arrived_at FROM rosters ORDER BY day DESC, number DESC LIMIT 1",
        )?
        .query_row([], |row| {
            Ok(RosterRow {
                file: columns::digest(row, 0)?,
                day: columns::name(row, 1)?,
                arrived_at: columns::instant(row, 2)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// The offices that have a roster, or of which it has nobody.
pub(super) fn settled(connection: &Connection, file: &Digest) -> Result<Vec<PartyId>, LedgerError> {
    let mut statement = connection
        .prepare_cached("SELECT party FROM roster_sendings WHERE file = ?1 ORDER BY party")?;
    let rows = statement.query_map(params![file.as_bytes()], |row| columns::name(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn send(tx: &Transaction<'_>, record: &RosterSendingRecord) -> Result<(), LedgerError> {
    if let Some(sealed) = &record.sealed {
        outbox::seal(tx, sealed, &sealed.manifest, record.at)?;
    }
    let manifest = record.sealed.as_ref().map(|sealed| sealed.manifest);
    tx.execute(
        "INSERT INTO roster_sendings (file, party, manifest, people, sent_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            record.file.as_bytes(),
            record.party.as_str(),
            columns::bytes(manifest.as_ref()),
            columns::integer(record.people, "people")?,
            record.at.as_second(),
        ],
    )?;
    let event = Event::RosterSent {
        file: record.file,
        party: record.party.clone(),
        manifest,
        people: record.people,
    };
    audit::append(tx, record.at, &event)
}

/// Keeps what was answered before a payout, so that the payout can be compared with it.
pub(super) fn keep_precheck(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    at: Timestamp,
    record: &PrecheckRecord,
) -> Result<(), LedgerError> {
    for (identity, word) in &record.rows {
        let person = people::person_of(tx, cipher, identity)?;
        // One number in two lists of a request has the same answer.
        tx.prepare_cached(
            "INSERT OR IGNORE INTO precheck_rows (manifest, person_id, word) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![record.manifest.as_bytes(), person, word])?;
    }
    let event = Event::Prechecked {
        manifest: record.manifest,
        rows: columns::count(record.rows.len()),
    };
    audit::append(tx, at, &event)
}

/// The word that a precheck gave for a person; none if it was not asked about them.
pub(super) fn prechecked(
    tx: &Transaction<'_>,
    manifest: &Digest,
    person: i64,
) -> Result<Option<String>, LedgerError> {
    Ok(tx
        .prepare_cached("SELECT word FROM precheck_rows WHERE manifest = ?1 AND person_id = ?2")?
        .query_row(params![manifest.as_bytes(), person], |row| row.get(0))
        .optional()?)
}

/// Who ended for a reason.
pub(super) fn ended_for(
    connection: &Connection,
    cipher: &Cipher,
    reason: &str,
) -> Result<Vec<Secret>, LedgerError> {
    let mut statement = connection.prepare_cached(ENDED_FOR)?;
    let mut rows = statement.query(params![reason])?;
    let mut people = Vec::new();
    while let Some(row) = rows.next()? {
        let (person, detail): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        people.push(cipher.open(PERSONS, &person.to_string(), &detail)?);
    }
    Ok(people)
}

//! How a row loses what it said and stays, and what is left to be removed (spec/retention-v1.md,
//! section 4).

use posthorse_package::{Digest, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::error::LedgerError;
use crate::event::Event;
use crate::retention::{DeletionEntry, LastDeletion, UnfinishedDeletion};
use crate::sqlite::retention::copies;
use crate::sqlite::{audit, columns};

pub(super) fn last(connection: &Connection) -> Result<Option<LastDeletion>, LedgerError> {
    let found = connection
        .prepare_cached("SELECT number, digest FROM deletions ORDER BY number DESC LIMIT 1")?
        .query_row([], |row| {
            Ok(LastDeletion {
                number: columns::unsigned(row, 0)?,
                digest: columns::digest(row, 1)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// Writes a deletion down: its record, the marks on its rows, and nothing of what they said.
pub(super) fn record(tx: &Transaction<'_>, entry: &DeletionEntry<'_>) -> Result<(), LedgerError> {
    let next = last(tx)?.map_or(1, |last| last.number + 1);
    if entry.number != next {
        return Err(LedgerError::DeletionMoved);
    }
    let number = columns::integer(entry.number, "deletion")?;
    tx.execute(
        "INSERT INTO deletions (number, at, digest, record) VALUES (?1, ?2, ?3, ?4)",
        params![
            number,
            entry.at.as_second(),
            entry.digest.as_bytes(),
            entry.record
        ],
    )?;
    let mut rows = 0;
    for package in &entry.due.packages {
        rows += empty_package(tx, number, &package.manifest)?;
    }
    for case in &entry.due.cases {
        tx.prepare_cached(
            "UPDATE cases SET detail = NULL, deleted_in = ?1,
                subject = CASE WHEN opened_in IS NULL THEN subject ELSE '' END
             WHERE case_id = ?2 AND ended_at IS NOT NULL AND deleted_in IS NULL",
        )?
        .execute(params![number, case])?;
        tx.prepare_cached(
            "UPDATE notices SET detail = NULL, deleted_in = ?1
             WHERE case_id = ?2 AND manifest IS NOT NULL AND deleted_in IS NULL",
        )?
        .execute(params![number, case])?;
    }
    for claim in entry.due.quarantined.iter().chain(&entry.due.released) {
        tx.prepare_cached(
            "UPDATE intakes SET file_name = NULL, deleted_in = ?1
             WHERE claim = ?2 AND ended_at IS NOT NULL AND deleted_in IS NULL",
        )?
        .execute(params![number, claim.as_str()])?;
    }
    let persons = empty_persons(tx, number)?;
    let event = Event::Deleted {
        number: entry.number,
        record: entry.digest,
        packages: columns::count(entry.due.packages.len()),
        rows,
        cases: columns::count(entry.due.cases.len()),
        persons,
        quarantined: columns::count(entry.due.quarantined.len()),
        rosters: entry.rosters,
    };
    audit::append(tx, entry.at, &event)
}

/// Empties what came or went with a package; says how many rows lost what they said.
fn empty_package(tx: &Transaction<'_>, number: i64, manifest: &Digest) -> Result<u64, LedgerError> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO deleted_packages (manifest, deletion) VALUES (?2, ?1)",
    )?
    .execute(params![number, manifest.as_bytes()])?;
    let mut emptied = 0;
    for sql in [
        "UPDATE leads SET detail = NULL, cells = NULL, fingerprint = NULL, deleted_in = ?1
         WHERE manifest = ?2 AND deleted_in IS NULL",
        "UPDATE answers SET detail = NULL, deleted_in = ?1
         WHERE manifest = ?2 AND deleted_in IS NULL",
        "UPDATE report_rows SET detail = NULL, deleted_in = ?1
         WHERE manifest = ?2 AND deleted_in IS NULL",
    ] {
        let rows = tx
            .prepare_cached(sql)?
            .execute(params![number, manifest.as_bytes()])?;
        emptied += columns::count(rows);
    }
    for sql in [
        "UPDATE intakes SET file_name = NULL, deleted_in = ?1
         WHERE manifest = ?2 AND ended_at IS NOT NULL AND deleted_in IS NULL",
        "UPDATE outbox SET deleted_in = ?1
         WHERE digest IN (SELECT file FROM sealed WHERE manifest = ?2) AND deleted_in IS NULL",
    ] {
        tx.prepare_cached(sql)?
            .execute(params![number, manifest.as_bytes()])?;
    }
    Ok(emptied)
}

/// Forgets the persons whom this deletion concerned and nothing names any more.
fn empty_persons(tx: &Transaction<'_>, number: i64) -> Result<u64, LedgerError> {
    let forgotten = tx.execute(
        "UPDATE persons SET hash = NULL, detail = NULL, deleted_in = ?1
         WHERE deleted_in IS NULL AND person_id IN
             (SELECT person_id FROM leads WHERE deleted_in = ?1
              UNION SELECT person_id FROM cases WHERE deleted_in = ?1
              UNION SELECT person_id FROM report_rows
                    WHERE deleted_in = ?1 AND person_id IS NOT NULL
              UNION SELECT p.person_id FROM precheck_rows p JOIN deleted_packages d USING (manifest)
                    WHERE d.deletion = ?1)
           AND NOT EXISTS (SELECT 1 FROM leads l
                           WHERE l.person_id = persons.person_id AND l.deleted_in IS NULL)
           AND NOT EXISTS (SELECT 1 FROM cases c
                           WHERE c.person_id = persons.person_id AND c.deleted_in IS NULL)
           AND NOT EXISTS (SELECT 1 FROM report_rows r
                           WHERE r.person_id = persons.person_id AND r.deleted_in IS NULL)
           AND NOT EXISTS (SELECT 1 FROM precheck_rows p
                           WHERE p.person_id = persons.person_id AND NOT EXISTS
                             (SELECT 1 FROM deleted_packages d WHERE d.manifest = p.manifest))",
        params![number],
    )?;
    Ok(columns::count(forgotten))
}

/// The first deletion whose files may still be there.
pub(super) fn unfinished(
    connection: &Connection,
) -> Result<Option<UnfinishedDeletion>, LedgerError> {
    let found: Option<(i64, Vec<u8>)> = connection
        .prepare_cached(
            "SELECT number, record FROM deletions WHERE finished_at IS NULL
             ORDER BY number LIMIT 1",
        )?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((number, record)) = found else {
        return Ok(None);
    };
    let stored = copies(
        connection,
        "SELECT ended_at, file FROM intakes
         WHERE deleted_in = ?1 AND file IS NOT NULL AND outcome <> 'quarantined'
         UNION SELECT NULL, s.file FROM deleted_packages d JOIN sealed s USING (manifest)
               WHERE d.deletion = ?1
         ORDER BY 1, 2",
        params![number],
    )?;
    let mut statement = connection.prepare_cached(
        "SELECT party, file_name FROM outbox WHERE deleted_in = ?1 ORDER BY outbox_id",
    )?;
    let outbox = statement.query_map(params![number], |row| {
        Ok((columns::name(row, 0)?, row.get(1)?))
    })?;
    let outbox = outbox.collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(
        "SELECT claim FROM intakes WHERE deleted_in = ?1 AND outcome = 'quarantined'",
    )?;
    let quarantined = statement.query_map(params![number], |row| columns::name(row, 0))?;
    let quarantined = quarantined.collect::<Result<_, _>>()?;
    Ok(Some(UnfinishedDeletion {
        number: u64::try_from(number)
            .map_err(|_| columns::damaged(0, Type::Integer, "deletion"))?,
        record,
        copies: stored,
        outbox,
        quarantined,
    }))
}

pub(super) fn finish(tx: &Transaction<'_>, number: u64, at: Timestamp) -> Result<(), LedgerError> {
    tx.execute(
        "UPDATE deletions SET finished_at = ?2 WHERE number = ?1 AND finished_at IS NULL",
        params![columns::integer(number, "deletion")?, at.as_second()],
    )?;
    Ok(())
}

/// Writes the file anew and empties its log, so that no page keeps what was deleted. False where a
/// reader is in the way.
pub(super) fn erase(connection: &Connection) -> Result<bool, LedgerError> {
    match connection.execute_batch("VACUUM") {
        Ok(()) => {}
        Err(error) => {
            return match LedgerError::from(error) {
                LedgerError::Busy => Ok(false),
                error => Err(error),
            };
        }
    }
    let is_in_the_way: i64 =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(is_in_the_way == 0)
}

/// When a roster with these bytes was screened.
pub(super) fn screened_at(
    connection: &Connection,
    file: &Digest,
) -> Result<Option<Timestamp>, LedgerError> {
    let found = connection
        .prepare_cached("SELECT screened_at FROM screenings WHERE file = ?1")?
        .query_row(params![file.as_bytes()], |row| columns::instant(row, 0))
        .optional()?;
    Ok(found)
}

/// Whether anything happened between these moments.
pub(super) fn has_event_between(
    connection: &Connection,
    from: Timestamp,
    to: Timestamp,
) -> Result<bool, LedgerError> {
    // Numbers grow with time: the last event before a moment tells of every earlier one.
    let mut statement =
        connection.prepare_cached("SELECT at FROM events ORDER BY event_id DESC")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let at = columns::instant(row, 0)?;
        if at <= to {
            return Ok(at >= from);
        }
    }
    Ok(false)
}

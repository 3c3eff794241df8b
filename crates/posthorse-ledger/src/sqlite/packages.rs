//! Verified packages, their verdicts and receipts, and the sequences of their signing keys.

use posthorse_package::Digest;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::error::LedgerError;
use crate::event::Event;
use crate::query::{HighWater, HistoryOf, PackageHistory, PackageRow};
use crate::record::{PackageFacts, SequenceStep, Verdict, VerdictRecord};
use crate::sqlite::intakes::End;
use crate::sqlite::{audit, columns, intakes};

const COLUMNS: &str = "manifest, package_id, sender, kind, period, signing_key, sequence, \
    previous, in_reply_to, supersedes, sealed_at, received_at, file, length, disposition, code, \
    accepted, rejected";

fn package_row(row: &Row<'_>) -> rusqlite::Result<PackageRow> {
    Ok(PackageRow {
        facts: PackageFacts {
            manifest: columns::digest(row, 0)?,
            package_id: columns::name(row, 1)?,
            sender: columns::name(row, 2)?,
            kind: columns::name(row, 3)?,
            period: columns::optional_name(row, 4)?,
            signing_key: columns::name(row, 5)?,
            sequence: columns::unsigned(row, 6)?,
            previous: columns::optional_digest(row, 7)?,
            in_reply_to: columns::optional_digest(row, 8)?,
            supersedes: columns::optional_digest(row, 9)?,
            sealed_at: columns::instant(row, 10)?,
            file: columns::digest(row, 12)?,
            length: columns::unsigned(row, 13)?,
        },
        received_at: columns::instant(row, 11)?,
        verdict: Verdict {
            disposition: columns::disposition(row, 14)?,
            code: row.get(15)?,
            accepted: columns::unsigned(row, 16)?,
            rejected: columns::unsigned(row, 17)?,
        },
    })
}

pub(super) fn history(
    connection: &Connection,
    of: HistoryOf<'_>,
) -> Result<PackageHistory, LedgerError> {
    let manifest = of.manifest.as_bytes();
    let key = of.signing_key.to_string();
    let sequence = columns::integer(of.sequence, "sequence")?;
    let decided = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM packages WHERE manifest = ?1"
        ))?
        .query_row(params![manifest], package_row)
        .optional()?;
    let same_id = connection
        .prepare_cached(
            "SELECT manifest FROM packages
             WHERE sender = ?1 AND package_id = ?2 AND manifest <> ?3 LIMIT 1",
        )?
        .query_row(
            params![of.sender.as_str(), of.package_id.to_string(), manifest],
            |row| columns::digest(row, 0),
        )
        .optional()?;
    let high_water = connection
        .prepare_cached("SELECT sequence, manifest FROM high_water WHERE signing_key = ?1")?
        .query_row(params![key], |row| {
            Ok(HighWater {
                sequence: columns::unsigned(row, 0)?,
                manifest: columns::digest(row, 1)?,
            })
        })
        .optional()?;
    let same_sequence = connection
        .prepare_cached(
            "SELECT manifest FROM packages
             WHERE signing_key = ?1 AND sequence = ?2 AND holds_place = 1 AND manifest <> ?3",
        )?
        .query_row(params![key, sequence, manifest], |row| {
            columns::digest(row, 0)
        })
        .optional()?;
    let named_by_successor = connection
        .prepare_cached(
            "SELECT previous FROM packages
             WHERE signing_key = ?1 AND sequence = ?2 AND holds_place = 1",
        )?
        .query_row(params![key, sequence.saturating_add(1)], |row| {
            columns::optional_digest(row, 0)
        })
        .optional()?
        .flatten();
    let predecessor = connection
        .prepare_cached(
            "SELECT manifest FROM packages
             WHERE signing_key = ?1 AND sequence = ?2 AND holds_place = 1",
        )?
        .query_row(params![key, sequence - 1], |row| columns::digest(row, 0))
        .optional()?;
    Ok(PackageHistory {
        decided,
        same_id,
        high_water,
        same_sequence,
        named_by_successor,
        predecessor,
    })
}

pub(super) fn decide(tx: &Transaction<'_>, record: &VerdictRecord) -> Result<(), LedgerError> {
    let (package, verdict) = (&record.package, &record.verdict);
    let ending = End {
        outcome: "decided",
        code: Some(&verdict.code),
        manifest: Some(&package.manifest),
        file: Some(&package.file),
    };
    intakes::end(tx, &record.claim, record.at, &ending)?;
    insert(tx, record)?;
    tx.execute(
        "INSERT INTO receipts (manifest, bytes) VALUES (?1, ?2)",
        params![package.manifest.as_bytes(), record.receipt],
    )?;
    let event = Event::Decided {
        claim: record.claim.clone(),
        manifest: package.manifest,
        package_id: package.package_id,
        sender: package.sender.clone(),
        kind: package.kind.clone(),
        disposition: verdict.disposition,
        code: verdict.code.clone(),
        accepted: verdict.accepted,
        rejected: verdict.rejected,
    };
    audit::append(tx, record.at, &event)?;
    step(tx, record)
}

fn insert(tx: &Transaction<'_>, record: &VerdictRecord) -> Result<(), LedgerError> {
    let (package, verdict) = (&record.package, &record.verdict);
    let inserted = tx.execute(
        &format!(
            "INSERT INTO packages ({COLUMNS}, holds_place) VALUES
             (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
             ON CONFLICT (manifest) DO NOTHING"
        ),
        params![
            package.manifest.as_bytes(),
            package.package_id.to_string(),
            package.sender.as_str(),
            package.kind.as_str(),
            package.period.as_ref().map(|period| period.as_str()),
            package.signing_key.to_string(),
            columns::integer(package.sequence, "sequence")?,
            columns::bytes(package.previous.as_ref()),
            columns::bytes(package.in_reply_to.as_ref()),
            columns::bytes(package.supersedes.as_ref()),
            package.sealed_at.as_second(),
            record.at.as_second(),
            package.file.as_bytes(),
            columns::integer(package.length, "length")?,
            columns::word(verdict.disposition)?,
            verdict.code,
            columns::integer(verdict.accepted, "accepted rows")?,
            columns::integer(verdict.rejected, "rejected rows")?,
            record.step != SequenceStep::Stays,
        ],
    )?;
    if inserted == 1 {
        Ok(())
    } else {
        Err(LedgerError::AlreadyDecided)
    }
}

fn step(tx: &Transaction<'_>, record: &VerdictRecord) -> Result<(), LedgerError> {
    let package = &record.package;
    match record.step {
        SequenceStep::Stays => Ok(()),
        SequenceStep::FillsGap => audit::append(
            tx,
            record.at,
            &Event::SequenceGapFilled {
                signing_key: package.signing_key,
                sequence: package.sequence,
            },
        ),
        SequenceStep::Advances { missing } => {
            tx.execute(
                "INSERT INTO high_water (signing_key, sequence, manifest) VALUES (?1, ?2, ?3)
                 ON CONFLICT (signing_key) DO UPDATE
                 SET sequence = excluded.sequence, manifest = excluded.manifest
                 WHERE excluded.sequence > high_water.sequence",
                params![
                    package.signing_key.to_string(),
                    columns::integer(package.sequence, "sequence")?,
                    package.manifest.as_bytes(),
                ],
            )?;
            if missing == 0 {
                return Ok(());
            }
            let event = Event::SequenceGap {
                signing_key: package.signing_key,
                from: package.sequence.saturating_sub(missing),
                missing,
            };
            audit::append(tx, record.at, &event)
        }
    }
}

pub(super) fn receipt(
    connection: &Connection,
    manifest: &Digest,
) -> Result<Option<Vec<u8>>, LedgerError> {
    Ok(connection
        .prepare_cached("SELECT bytes FROM receipts WHERE manifest = ?1")?
        .query_row(params![manifest.as_bytes()], |row| row.get(0))
        .optional()?)
}

pub(super) fn latest(connection: &Connection, limit: u32) -> Result<Vec<PackageRow>, LedgerError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM packages ORDER BY received_at DESC, manifest LIMIT ?1"
    ))?;
    let rows = statement.query_map(params![limit], package_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

//! Who was paid of those entitled, as it was counted: by policy, county and roster.

use posthorse_domain::{Coverage, CoverageLine};
use posthorse_package::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::query::CoverageState;
use crate::record::{CoverageBasis, CoverageRecord};
use crate::sqlite::columns;
use crate::sqlite::reports::REPORT_ROWS;

/// The last count of each policy in a year, as of an instant.
pub(super) const LATEST: &str = "
    SELECT n.title, l.county, l.eligible, l.paid FROM (
        SELECT max(number) AS number FROM coverage_counts
        WHERE year = ?1 AND counted_at <= ?2 GROUP BY policy)
    JOIN coverage_counts n USING (number) JOIN coverage_lines l USING (number)
    ORDER BY n.policy, l.county";

/// On what the last count of a policy rests, and which payout of it is the last.
pub(super) fn state(
    connection: &Connection,
    policy: &str,
    title: &str,
    year: &str,
) -> Result<CoverageState, LedgerError> {
    let last_row: Option<i64> = connection
        .prepare_cached(
            "SELECT coalesce(max(row_id), 0) + (SELECT count(*) FROM report_rows
                WHERE report = 'payout' AND policy = ?1
                  AND (replaced_by IS NOT NULL OR withdrawn_by IS NOT NULL))
             FROM report_rows WHERE report = 'payout' AND policy = ?1",
        )?
        .query_row(params![title], |row| row.get(0))?;
    let counted = connection
        .prepare_cached(
            "SELECT file, year, last_row FROM coverage_counts WHERE year = ?1 AND policy = ?2
             ORDER BY counted_at DESC, number DESC LIMIT 1",
        )?
        .query_row(params![year, policy], |row| {
            Ok(CoverageBasis {
                file: columns::digest(row, 0)?,
                year: row.get(1)?,
                last_row: row.get(2)?,
            })
        })
        .optional()?;
    Ok(CoverageState {
        last_row: last_row.unwrap_or(0),
        counted,
    })
}

/// Every payout of a policy about a month of a year, as the caller wrote it.
pub(super) fn payouts(
    connection: &Connection,
    cipher: &Cipher,
    title: &str,
    year: &str,
    take: &mut dyn FnMut(Secret),
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT row_id, detail FROM report_rows
         WHERE report = 'payout' AND policy = ?1 AND replaced_by IS NULL AND withdrawn_by IS NULL
           AND deleted_in IS NULL
           AND ?2 =
           substr(coalesce(about_month, date(recorded_at + 28800, 'unixepoch')), 1, 4)
         ORDER BY row_id",
    )?;
    let mut rows = statement.query(params![title, year])?;
    while let Some(row) = rows.next()? {
        let (number, detail): (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
        take(cipher.open(REPORT_ROWS, &number.to_string(), &detail)?);
    }
    Ok(())
}

pub(super) fn record(tx: &Transaction<'_>, record: &CoverageRecord) -> Result<(), LedgerError> {
    let basis = &record.basis;
    tx.execute(
        "INSERT INTO coverage_counts (policy, title, year, file, last_row, counted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            record.policy,
            record.title,
            basis.year,
            basis.file.as_bytes(),
            basis.last_row,
            record.at.as_second(),
        ],
    )?;
    let number = tx.last_insert_rowid();
    for line in &record.lines {
        tx.prepare_cached(
            "INSERT INTO coverage_lines (number, county, eligible, paid) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            number,
            line.county,
            columns::integer(line.eligible, "people")?,
            columns::integer(line.paid, "people")?,
        ])?;
    }
    Ok(())
}

pub(super) fn latest(
    connection: &Connection,
    year: &str,
    as_of: Timestamp,
) -> Result<Vec<CoverageLine>, LedgerError> {
    let mut statement = connection.prepare_cached(LATEST)?;
    let rows = statement.query_map(params![year, as_of.as_second()], |row| {
        let (eligible, paid) = (columns::unsigned(row, 2)?, columns::unsigned(row, 3)?);
        Ok(CoverageLine {
            policy: row.get(0)?,
            county: row.get(1)?,
            coverage: Coverage::new(eligible, paid),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

//! The schema's versions: numbered steps, each run once, in one transaction with its number.

use posthorse_package::Digest;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::error::LedgerError;

/// Stands in the file's header, so that no other application's database is taken for a ledger.
const APPLICATION_ID: i32 = 0x5048_4c47;

/// Each version with the step that leads to it, ascending.
const STEPS: &[(u32, &str)] = &[(1, include_str!("../migrations/0001_init.sql"))];

/// Refuses a database that is not a ledger or comes from a later program, before anything is written.
pub(crate) fn recognise(connection: &Connection) -> Result<(), LedgerError> {
    let application: i32 = pragma(connection, "application_id")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (application != 0 || tables != 0) {
        return Err(LedgerError::NotALedger);
    }
    let found: u32 = pragma(connection, "user_version")?;
    let known = STEPS.last().map_or(0, |(version, _)| *version);
    if found > known {
        Err(LedgerError::NewerSchema { found, known })
    } else {
        Ok(())
    }
}

/// Brings the schema up to this program's version and recognises the key.
pub(crate) fn migrate(connection: &mut Connection, key_check: &Digest) -> Result<(), LedgerError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again under the lock: another process may have made the ledger meanwhile.
    recognise(&transaction)?;
    let version: u32 = pragma(&transaction, "user_version")?;
    for (step, sql) in STEPS.iter().filter(|(step, _)| *step > version) {
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", step)?;
    }
    if version == 0 {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.execute(
            "INSERT INTO meta (name, value) VALUES ('key-check', ?1)",
            params![key_check.as_bytes()],
        )?;
    }
    require_key(&transaction, key_check)?;
    transaction.commit()?;
    Ok(())
}

/// Refuses a ledger that would have to be brought up to this version first, or has another key.
pub(crate) fn require_current(
    connection: &Connection,
    key_check: &Digest,
) -> Result<(), LedgerError> {
    let found: u32 = pragma(connection, "user_version")?;
    let known = STEPS.last().map_or(0, |(version, _)| *version);
    if found < known {
        return Err(LedgerError::OlderSchema { found, known });
    }
    require_key(connection, key_check)
}

fn require_key(connection: &Connection, key_check: &Digest) -> Result<(), LedgerError> {
    let stored: [u8; 32] = connection.query_row(
        "SELECT value FROM meta WHERE name = 'key-check'",
        [],
        |row| row.get(0),
    )?;
    if stored == *key_check.as_bytes() {
        Ok(())
    } else {
        Err(LedgerError::WrongKey)
    }
}

fn pragma<T: rusqlite::types::FromSql>(
    connection: &Connection,
    name: &str,
) -> Result<T, LedgerError> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}

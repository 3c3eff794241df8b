//! How values become columns and come back: everything read is parsed again.

use std::str::FromStr;

use posthorse_package::{Digest, Disposition, Timestamp};
use rusqlite::Row;
use rusqlite::types::Type;

use crate::error::LedgerError;

pub(super) fn damaged(index: usize, kind: Type, what: &'static str) -> rusqlite::Error {
    let error = LedgerError::Corrupt { what };
    rusqlite::Error::FromSqlConversionFailure(index, kind, Box::new(error))
}

/// A count as SQLite holds it.
pub(super) fn integer(value: u64, what: &'static str) -> Result<i64, LedgerError> {
    i64::try_from(value).map_err(|_| LedgerError::OutOfRange { what })
}

/// A length of something in memory.
pub(super) fn count(length: usize) -> u64 {
    length as u64
}

pub(super) fn unsigned(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(index)?;
    u64::try_from(value).map_err(|_| damaged(index, Type::Integer, "count"))
}

pub(super) fn instant(row: &Row<'_>, index: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_second(row.get(index)?).ok_or_else(|| damaged(index, Type::Integer, "instant"))
}

pub(super) fn optional_instant(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Timestamp>> {
    match row.get::<_, Option<i64>>(index)? {
        None => Ok(None),
        Some(_) => instant(row, index).map(Some),
    }
}

pub(super) fn digest(row: &Row<'_>, index: usize) -> rusqlite::Result<Digest> {
    row.get(index).map(Digest::from_bytes)
}

pub(super) fn optional_digest(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Digest>> {
    let bytes: Option<[u8; 32]> = row.get(index)?;
    Ok(bytes.map(Digest::from_bytes))
}

pub(super) fn name<T: FromStr>(row: &Row<'_>, index: usize) -> rusqlite::Result<T> {
    let text: String = row.get(index)?;
    text.parse().map_err(|_| damaged(index, Type::Text, "name"))
}

pub(super) fn optional_name<T: FromStr>(
    row: &Row<'_>,
    index: usize,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(index)?;
    text.filter(|text| !text.is_empty())
        .map(|text| text.parse())
        .transpose()
        .map_err(|_| damaged(index, Type::Text, "name"))
}

/// The bytes of an optional digest, for binding.
pub(super) fn bytes(digest: Option<&Digest>) -> Option<&[u8; 32]> {
    digest.map(Digest::as_bytes)
}

/// The word of a disposition, the one that receipts carry.
pub(super) fn word(disposition: Disposition) -> Result<String, LedgerError> {
    match serde_json::to_value(disposition) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(LedgerError::Corrupt {
            what: "disposition",
        }),
    }
}

pub(super) fn disposition(row: &Row<'_>, index: usize) -> rusqlite::Result<Disposition> {
    let word: String = row.get(index)?;
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|_| damaged(index, Type::Text, "disposition"))
}

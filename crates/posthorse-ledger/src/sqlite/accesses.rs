//! Who looked at personal data, as the events have it.

use rusqlite::types::Type;
use rusqlite::{Connection, Row};
use serde::Deserialize;

use crate::error::LedgerError;
use crate::monitor::AccessRecord;
use crate::sqlite::columns;

/// The facts of the event, which nothing else reads.
#[derive(Deserialize)]
struct Facts {
    accessed: Accessed,
}

#[derive(Deserialize)]
struct Accessed {
    user: String,
    person: String,
    subject: String,
    action: String,
    reason: String,
    rows: u64,
}

pub(super) fn all(connection: &Connection) -> Result<Vec<AccessRecord>, LedgerError> {
    let mut statement = connection
        .prepare_cached("SELECT at, facts FROM events WHERE kind = 'accessed' ORDER BY event_id")?;
    let rows = statement.query_map([], record)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn record(row: &Row<'_>) -> rusqlite::Result<AccessRecord> {
    let facts: String = row.get(1)?;
    let Facts { accessed } =
        serde_json::from_str(&facts).map_err(|_| columns::damaged(1, Type::Text, "event"))?;
    Ok(AccessRecord {
        at: columns::instant(row, 0)?,
        user: accessed.user,
        person: accessed.person,
        subject: accessed.subject,
        action: accessed.action,
        reason: accessed.reason,
        rows: accessed.rows,
    })
}

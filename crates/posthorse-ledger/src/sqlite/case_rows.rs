//! Cases as they are read back: where each stands, with whom, and how it came there.

use std::collections::BTreeSet;

use posthorse_domain::{CaseEvent, Certainty, Date, Happening};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::case_id::day_of;
use crate::cipher::Cipher;
use crate::error::LedgerError;
use crate::query::{CaseHistory, CaseRow, CaseStanding, TaskRow};
use crate::record::TaskDue;
use crate::sqlite::columns;
use crate::sqlite::people::PERSONS;

/// The case with this id, unless what was said of it was deleted: nobody answers it any more.
pub(super) fn find_kept(
    connection: &Connection,
    cipher: &Cipher,
    id: &str,
) -> Result<Option<CaseRow>, LedgerError> {
    let is_deleted = connection
        .prepare_cached(
            "SELECT 1 FROM cases WHERE case_id = ?1 AND deleted_in IS NOT NULL
             UNION ALL SELECT 1 FROM answers WHERE case_id = ?1 AND deleted_in IS NOT NULL",
        )?
        .exists(params![id])?;
    match is_deleted {
        true => Ok(None),
        false => find(connection, cipher, id),
    }
}

pub(super) fn find(
    connection: &Connection,
    cipher: &Cipher,
    id: &str,
) -> Result<Option<CaseRow>, LedgerError> {
    let found = connection
        .prepare_cached(
            "SELECT c.case_id, c.procedure, c.stage, c.state, c.county, c.opened_at, c.ended_at,
                    c.outcome, k.sender, p.person_id, p.detail
             FROM cases c LEFT JOIN persons p USING (person_id)
             LEFT JOIN packages k ON k.manifest = c.opened_in WHERE c.case_id = ?1",
        )?
        .query_row(params![id], |row| {
            let sealed: (Option<i64>, Option<Vec<u8>>) = (row.get(9)?, row.get(10)?);
            Ok((case_of(row)?, sealed))
        })
        .optional()?;
    let Some((mut case, sealed)) = found else {
        return Ok(None);
    };
    if let (Some(person), Some(detail)) = sealed {
        case.identity = Some(cipher.open(PERSONS, &person.to_string(), &detail)?);
    }
    case.tasks = tasks_of(connection, id)?;
    Ok(Some(case))
}

fn case_of(row: &Row<'_>) -> rusqlite::Result<CaseRow> {
    let state: String = row.get(3)?;
    let standing = match state.as_str() {
        "waiting" => CaseStanding::Waiting,
        "assigned" => CaseStanding::Assigned,
        "closed" => CaseStanding::Closed,
        "withdrawn" => CaseStanding::Withdrawn,
        _ => return Err(columns::damaged(3, Type::Text, "case's state")),
    };
    Ok(CaseRow {
        case_id: row.get(0)?,
        procedure: columns::name(row, 1)?,
        stage: columns::name(row, 2)?,
        standing,
        county: row.get(4)?,
        identity: None,
        opened_by: columns::optional_name(row, 8)?,
        opened_at: columns::instant(row, 5)?,
        ended_at: columns::optional_instant(row, 6)?,
        outcome: row.get(7)?,
        tasks: Vec::new(),
    })
}

fn tasks_of(connection: &Connection, id: &str) -> Result<Vec<TaskRow>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT stage, party, dispatched_at, outcome, settled_at, due_on, provisional_for
         FROM tasks WHERE case_id = ?1 ORDER BY stage, party",
    )?;
    let rows = statement.query_map(params![id], |row| {
        Ok(TaskRow {
            stage: columns::name(row, 0)?,
            party: columns::name(row, 1)?,
            dispatched_at: columns::instant(row, 2)?,
            outcome: row.get(3)?,
            settled_at: columns::optional_instant(row, 4)?,
            due: due_of(row, 5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Reads a last day from two columns that begin here: the day, and the year it is provisional for.
pub(super) fn due_of(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<TaskDue>> {
    let on: Option<Date> = columns::optional_name(row, first)?;
    let year: Option<i16> = row.get(first + 1)?;
    let certainty = year.map_or(Certainty::Decided, |year| Certainty::Provisional { year });
    Ok(on.map(|on| TaskDue { on, certainty }))
}

pub(super) fn histories(
    connection: &Connection,
    cipher: &Cipher,
) -> Result<Vec<CaseHistory>, LedgerError> {
    let ids: Vec<String> = connection
        .prepare_cached("SELECT case_id FROM cases ORDER BY case_id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut histories = Vec::with_capacity(ids.len());
    for id in ids {
        let case = find(connection, cipher, &id)?.ok_or(LedgerError::Corrupt { what: "case" })?;
        let events = events_of(connection, &id)?;
        histories.push(CaseHistory { case, events });
    }
    Ok(histories)
}

fn events_of(connection: &Connection, id: &str) -> Result<Vec<CaseEvent>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT at, what, party, outcome, due_on FROM case_events
         WHERE case_id = ?1 ORDER BY number",
    )?;
    let mut rows = statement.query(params![id])?;
    let mut events: Vec<CaseEvent> = Vec::new();
    while let Some(row) = rows.next()? {
        let on = day_of(columns::instant(row, 0)?);
        let what = happening(row)?;
        // Offices that were handed a case at once stand in one line each, and are one event.
        if let Happening::Dispatched { assignees, .. } = &what
            && let Some(CaseEvent {
                on: last_on,
                what: Happening::Dispatched { assignees: all, .. },
            }) = events.last_mut()
            && *last_on == on
            && !all.is_superset(assignees)
        {
            all.extend(assignees.iter().cloned());
            continue;
        }
        events.push(CaseEvent { on, what });
    }
    Ok(events)
}

fn happening(row: &Row<'_>) -> rusqlite::Result<Happening> {
    let word: String = row.get(1)?;
    Ok(match word.as_str() {
        "opened" => Happening::Opened,
        "dispatched" => Happening::Dispatched {
            assignees: BTreeSet::from([columns::name(row, 2)?]),
            due: columns::optional_name(row, 4)?,
        },
        "answered" => Happening::Answered {
            by: columns::name(row, 2)?,
            outcome: row.get(3)?,
        },
        "corrected" => Happening::Corrected {
            by: columns::name(row, 2)?,
            outcome: row.get(3)?,
        },
        "retracted" => Happening::Retracted {
            by: columns::name(row, 2)?,
        },
        "moved" => Happening::Moved {
            due: columns::name(row, 4)?,
        },
        "lapsed" => Happening::Lapsed,
        "withdrawn" => Happening::Withdrawn,
        _ => return Err(columns::damaged(1, Type::Text, "case's event")),
    })
}

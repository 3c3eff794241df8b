//! Cases: numbered once, dispatched as often as something new is said, closed by answers.

use posthorse_package::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::case_id::{case_id, month_of};
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::DispatchFacts;
use crate::record::{DispatchRecord, DispatchRow, TaskDue};
use crate::sqlite::{audit, columns};

/// How the office of a dispatch stands to others that have the same stage of the same case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Office {
    /// It is the one office, in whose place another one may have been before.
    InPlace,
    /// Each has a task of its own.
    BesideOthers,
}

/// One line of a case's history, as it is written.
pub(super) struct Line<'a> {
    pub(super) case_id: &'a str,
    pub(super) at: Timestamp,
    pub(super) what: &'static str,
    pub(super) stage: &'a str,
    pub(super) party: Option<&'a str>,
    pub(super) outcome: Option<&'a str>,
    pub(super) due_on: Option<String>,
    pub(super) manifest: Option<&'a [u8; 32]>,
}

impl Line<'_> {
    pub(super) fn append(&self, tx: &Transaction<'_>) -> Result<(), LedgerError> {
        tx.prepare_cached(
            "INSERT INTO case_events (case_id, at, what, stage, party, outcome, due_on, manifest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            self.case_id,
            self.at.as_second(),
            self.what,
            self.stage,
            self.party,
            self.outcome,
            self.due_on,
            self.manifest,
        ])?;
        Ok(())
    }
}

pub(super) fn next_number(
    connection: &Connection,
    series: &str,
    month: &str,
    county: &str,
) -> Result<u64, LedgerError> {
    let next = connection
        .prepare_cached(
            "SELECT next FROM case_counters WHERE series = ?1 AND month = ?2 AND county = ?3",
        )?
        .query_row(params![series, month, county], |row| {
            columns::unsigned(row, 0)
        })
        .optional()?;
    Ok(next.unwrap_or(1))
}

pub(super) fn dispatch(
    tx: &Transaction<'_>,
    record: &DispatchRecord,
    office: Office,
) -> Result<(), LedgerError> {
    let manifest = record.sealed.manifest.as_bytes();
    tx.execute(
        "INSERT INTO dispatches (manifest, procedure, stage, county, party, people, dispatched_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            manifest,
            record.procedure.as_str(),
            record.stage.as_str(),
            record.county,
            record.sealed.party.as_str(),
            columns::integer(columns::count(record.rows.len()), "people")?,
            record.at.as_second(),
        ],
    )?;
    let mut new_cases = 0;
    for row in &record.rows {
        new_cases += u64::from(open_case(tx, record, row)?);
        hand_over(tx, record, row, office)?;
        tx.prepare_cached("INSERT INTO dispatch_rows (case_id, manifest) VALUES (?1, ?2)")?
            .execute(params![row.case_id, manifest])?;
        for lead in &row.leads {
            tx.prepare_cached(
                "UPDATE leads SET dispatched_in = ?2 WHERE lead_id = ?1 AND person_id IS ?3",
            )?
            .execute(params![lead, manifest, row.person])?;
        }
    }
    let event = Event::Dispatched {
        manifest: record.sealed.manifest,
        county: record.county.clone(),
        people: columns::count(record.rows.len()),
        new_cases,
    };
    audit::append(tx, record.at, &event)
}

/// Takes the next number of a series and a month in a county.
pub(super) fn take_number(
    tx: &Transaction<'_>,
    series: &str,
    month: &str,
    county: &str,
) -> Result<u64, LedgerError> {
    let number = next_number(tx, series, month, county)?;
    let next = columns::integer(number.saturating_add(1), "case number")?;
    tx.prepare_cached(
        "INSERT INTO case_counters (series, month, county, next) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (series, month, county) DO UPDATE SET next = excluded.next",
    )?
    .execute(params![series, month, county, next])?;
    Ok(number)
}

/// Opens the row's case unless it is open already; says whether it is new.
fn open_case(
    tx: &Transaction<'_>,
    record: &DispatchRecord,
    row: &DispatchRow,
) -> Result<bool, LedgerError> {
    let is_known = tx
        .prepare_cached(
            "SELECT 1 FROM cases WHERE case_id = ?1 AND procedure = ?2 AND person_id IS ?3
               AND ended_at IS NULL",
        )?
        .exists(params![row.case_id, record.procedure.as_str(), row.person])?;
    if is_known {
        return Ok(false);
    }
    let open: Option<String> = tx
        .prepare_cached(
            "SELECT case_id FROM cases WHERE procedure = ?1 AND person_id IS ?2 AND county = ?3
               AND subject = '' AND ended_at IS NULL",
        )?
        .query_row(
            params![record.procedure.as_str(), row.person, record.county],
            |row| row.get(0),
        )
        .optional()?;
    if open.is_some() {
        return Err(LedgerError::CaseNumberMoved);
    }
    let (series, month) = (record.series.as_str(), month_of(record.at));
    let number = take_number(tx, series, &month, &record.county)?;
    if row.case_id != case_id(series, &month, &record.county, number) {
        return Err(LedgerError::CaseNumberMoved);
    }
    // A clock set back must not begin a case after its first dispatch.
    let since = row.since.min(record.at);
    tx.prepare_cached(
        "INSERT INTO cases (case_id, procedure, person_id, county, subject, stage, state, opened_at)
         VALUES (?1, ?2, ?3, ?4, '', ?5, 'waiting', ?6)",
    )?
    .execute(params![
        row.case_id,
        record.procedure.as_str(),
        row.person,
        record.county,
        record.stage.as_str(),
        since.as_second()
    ])?;
    Line {
        case_id: &row.case_id,
        at: since,
        what: "opened",
        stage: record.stage.as_str(),
        party: None,
        outcome: None,
        due_on: None,
        manifest: None,
    }
    .append(tx)?;
    Ok(true)
}

/// Puts a case into an office's hands. A task that has begun keeps its office's name and its last
/// day: who has taken over a county answers in the place of the one before.
fn hand_over(
    tx: &Transaction<'_>,
    record: &DispatchRecord,
    row: &DispatchRow,
    office: Office,
) -> Result<(), LedgerError> {
    let (manifest, stage) = (record.sealed.manifest.as_bytes(), record.stage.as_str());
    let own = (office == Office::BesideOthers).then_some(record.sealed.party.as_str());
    let begun: Option<(String, Option<String>)> = tx
        .prepare_cached(
            "SELECT party, due_on FROM tasks
             WHERE case_id = ?1 AND stage = ?2 AND party = coalesce(?3, party)",
        )?
        .query_row(params![row.case_id, stage, own], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (party, due_on) = match begun {
        Some(begun) => begun,
        None => {
            let party = record.sealed.party.as_str();
            Task {
                case_id: &row.case_id,
                stage,
                party,
                manifest,
                at: record.at,
                due: record.due,
            }
            .begin(tx)?;
            (party.to_owned(), day(record.due.as_ref()))
        }
    };
    Line {
        case_id: &row.case_id,
        at: record.at,
        what: "dispatched",
        stage,
        party: Some(&party),
        outcome: None,
        due_on,
        manifest: Some(manifest),
    }
    .append(tx)
}

/// A task that begins.
pub(super) struct Task<'a> {
    pub(super) case_id: &'a str,
    pub(super) stage: &'a str,
    pub(super) party: &'a str,
    pub(super) manifest: &'a [u8; 32],
    pub(super) at: Timestamp,
    pub(super) due: Option<TaskDue>,
}

impl Task<'_> {
    pub(super) fn begin(&self, tx: &Transaction<'_>) -> Result<(), LedgerError> {
        let provisional_for = self
            .due
            .and_then(|due| due.certainty.missing_year())
            .map(i64::from);
        tx.prepare_cached(
            "INSERT INTO tasks (case_id, stage, party, manifest, dispatched_at, due_on,
                                provisional_for)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            self.case_id,
            self.stage,
            self.party,
            self.manifest,
            self.at.as_second(),
            day(self.due.as_ref()),
            provisional_for,
        ])?;
        tx.prepare_cached("UPDATE cases SET state = 'assigned', stage = ?2 WHERE case_id = ?1")?
            .execute(params![self.case_id, self.stage])?;
        Ok(())
    }
}

pub(super) fn day(due: Option<&TaskDue>) -> Option<String> {
    due.map(|due| due.on.to_string())
}

pub(super) fn dispatches(connection: &Connection) -> Result<Vec<DispatchFacts>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT d.manifest, d.county, d.party, d.people, d.dispatched_at
         FROM dispatches d JOIN sealed s USING (manifest) ORDER BY s.sequence",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(DispatchFacts {
            manifest: columns::digest(row, 0)?,
            county: row.get(1)?,
            party: columns::name(row, 2)?,
            people: columns::unsigned(row, 3)?,
            dispatched_at: columns::instant(row, 4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

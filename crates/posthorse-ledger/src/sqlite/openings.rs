//! Cases that the rows of an office's package open.

use posthorse_domain::ProcedureId;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::case_id::{case_id, month_of};
use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::CaseRow;
use crate::record::{OpenedCase, Openings, VerdictRecord};
use crate::sqlite::cases::{self, Line, Task};
use crate::sqlite::screenings::CASES;
use crate::sqlite::{audit, case_rows, columns, people};

/// Opens what the rows of a package say and is not open yet.
pub(super) fn open(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
) -> Result<(), LedgerError> {
    let Some(openings) = record.openings.as_ref().filter(|all| !all.cases.is_empty()) else {
        return Ok(());
    };
    let mut opened = 0;
    for case in &openings.cases {
        opened += u64::from(open_one(tx, cipher, record, openings, case)?);
    }
    let event = Event::CasesOpened {
        manifest: record.package.manifest,
        opened,
        joined: columns::count(openings.cases.len()) - opened,
    };
    audit::append(tx, record.at, &event)
}

/// Opens a row's case, unless it is open; says whether it did.
fn open_one(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
    openings: &Openings,
    case: &OpenedCase,
) -> Result<bool, LedgerError> {
    let (procedure, stage) = (openings.procedure.as_str(), openings.stage.as_str());
    let subject = subject_of(cipher, &case.key);
    let manifest = record.package.manifest.as_bytes();
    let replaced = record.amendments.replaces.as_ref().map(|old| old.manifest);
    // What a package replaces and was answered is not opened anew.
    let known: Option<String> = tx
        .prepare_cached(
            "SELECT case_id FROM cases c WHERE procedure = ?1 AND subject = ?2 AND county = ?3
               AND opened_in IS NOT NULL AND (ended_at IS NULL OR (state = 'closed' AND EXISTS
                 (SELECT 1 FROM case_openers o WHERE o.case_id = c.case_id AND o.manifest = ?4)))
             ORDER BY ended_at IS NULL DESC, case_id DESC LIMIT 1",
        )?
        .query_row(
            params![
                procedure,
                subject,
                case.county,
                columns::bytes(replaced.as_ref())
            ],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(id) = known {
        note_opener(tx, &id, manifest)?;
        return Ok(false);
    }
    let person = match &case.identity {
        Some(identity) => Some(people::person_of(tx, cipher, identity)?),
        None => None,
    };
    let (series, month) = (openings.series.as_str(), month_of(record.at));
    let number = cases::take_number(tx, series, &month, &case.county)?;
    let id = case_id(series, &month, &case.county, number);
    tx.prepare_cached(
        "INSERT INTO cases (case_id, procedure, person_id, county, subject, stage, state,
                            opened_at, detail, opened_in, informs)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        id,
        procedure,
        person,
        case.county,
        subject,
        stage,
        record.at.as_second(),
        cipher.seal(CASES, &id, &case.detail)?,
        manifest,
        openings.informs.as_ref().map(|party| party.as_str()),
    ])?;
    note_opener(tx, &id, manifest)?;
    let line = Line {
        case_id: &id,
        at: record.at,
        what: "opened",
        stage,
        party: None,
        outcome: None,
        due_on: None,
        manifest: Some(manifest),
    };
    line.append(tx)?;
    if let Some(task) = &case.task {
        let party = task.party.as_str();
        Task {
            case_id: &id,
            stage,
            party,
            manifest,
            at: record.at,
            due: task.due,
        }
        .begin(tx)?;
        Line {
            what: "dispatched",
            party: Some(party),
            due_on: cases::day(task.due.as_ref()),
            ..line
        }
        .append(tx)?;
    }
    Ok(true)
}

/// Notes that a package speaks of a case: it stays open as long as one of them does.
fn note_opener(
    tx: &Transaction<'_>,
    case_id: &str,
    manifest: &[u8; 32],
) -> Result<(), LedgerError> {
    tx.prepare_cached(
        "INSERT INTO case_openers (case_id, manifest) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?
    .execute(params![case_id, manifest])?;
    Ok(())
}

/// What the table has instead of a key: an office may have put a name into it.
pub(super) fn subject_of(cipher: &Cipher, key: &Secret) -> String {
    let hash = cipher.key_hash(key);
    let bytes = hash.as_bytes().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn of_key(
    connection: &Connection,
    cipher: &Cipher,
    procedure: &ProcedureId,
    key: &Secret,
) -> Result<Vec<CaseRow>, LedgerError> {
    let subject = subject_of(cipher, key);
    let mut statement = connection.prepare_cached(
        "SELECT case_id FROM cases
         WHERE procedure = ?1 AND subject = ?2 AND opened_in IS NOT NULL ORDER BY case_id",
    )?;
    let ids: Vec<String> = statement
        .query_map(params![procedure.as_str(), subject], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut cases = Vec::with_capacity(ids.len());
    for id in ids {
        cases.extend(case_rows::find(connection, cipher, &id)?);
    }
    Ok(cases)
}

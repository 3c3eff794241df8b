//! Cases that this office opens by its own screening, until they are handed over.

use posthorse_domain::{ProcedureId, StageId};
use posthorse_package::{Digest, Timestamp};
use rusqlite::{Connection, Transaction, params};

use crate::case_id::{case_id, month_of};
use crate::cipher::Cipher;
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::WaitingCase;
use crate::record::{NewCase, ScreeningRecord};
use crate::sqlite::answers::ANSWERS;
use crate::sqlite::cases::{self, Line};
use crate::sqlite::{audit, columns, people, rosters};

pub(super) const CASES: &str = "cases";

pub(super) fn is_screened(connection: &Connection, file: &Digest) -> Result<bool, LedgerError> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM screenings WHERE file = ?1")?
        .exists(params![file.as_bytes()])?)
}

/// Opens what was found and is not open yet; says how many cases that are.
pub(super) fn record(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &ScreeningRecord,
) -> Result<u64, LedgerError> {
    let opening = Opening {
        at: record.at,
        procedure: &record.procedure,
        stage: &record.stage,
        series: &record.series,
    };
    let mut opened = 0;
    for case in &record.cases {
        opened += u64::from(open(tx, cipher, &opening, case)?);
    }
    let found = columns::count(record.cases.len());
    tx.execute(
        "INSERT INTO screenings (file, people, rejected, as_of, found, opened, screened_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            record.file.as_bytes(),
            columns::integer(record.people, "people")?,
            columns::integer(record.rejected, "rows")?,
            record.as_of.map(|day| day.to_string()),
            columns::integer(found, "cases")?,
            columns::integer(opened, "cases")?,
            record.at.as_second(),
        ],
    )?;
    rosters::keep(tx, record)?;
    let event = Event::Screened {
        file: record.file,
        people: record.people,
        rejected: record.rejected,
        found,
        opened,
    };
    audit::append(tx, record.at, &event)?;
    Ok(opened)
}

/// What the cases that are opened together have in common.
pub(super) struct Opening<'a> {
    pub(super) at: Timestamp,
    pub(super) procedure: &'a ProcedureId,
    pub(super) stage: &'a StageId,
    pub(super) series: &'a str,
}

/// Opens a case unless one about the same matter is open; says whether it did.
pub(super) fn open(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    opening: &Opening<'_>,
    case: &NewCase,
) -> Result<bool, LedgerError> {
    let person = people::person_of(tx, cipher, &case.identity)?;
    let is_open = tx
        .prepare_cached(
            "SELECT 1 FROM cases WHERE procedure = ?1 AND person_id = ?2 AND county = ?3
               AND subject = ?4 AND ended_at IS NULL",
        )?
        .exists(params![
            opening.procedure.as_str(),
            person,
            case.county,
            case.subject
        ])?;
    if is_open {
        return Ok(false);
    }
    let (series, month) = (opening.series, month_of(opening.at));
    let number = cases::take_number(tx, series, &month, &case.county)?;
    let id = case_id(series, &month, &case.county, number);
    tx.prepare_cached(
        "INSERT INTO cases (case_id, procedure, person_id, county, subject, stage, state,
                            opened_at, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7, ?8)",
    )?
    .execute(params![
        id,
        opening.procedure.as_str(),
        person,
        case.county,
        case.subject,
        opening.stage.as_str(),
        opening.at.as_second(),
        cipher.seal(CASES, &id, &case.detail)?,
    ])?;
    Line {
        case_id: &id,
        at: opening.at,
        what: "opened",
        stage: opening.stage.as_str(),
        party: None,
        outcome: None,
        due_on: None,
        manifest: None,
    }
    .append(tx)?;
    Ok(true)
}

/// What waits to be handed over, by procedure, stage, county and number.
pub(super) fn waiting(
    connection: &Connection,
    cipher: &Cipher,
) -> Result<Vec<WaitingCase>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT c.case_id, c.procedure, c.stage, c.county, c.person_id, c.opened_at, c.detail,
                a.answer_id, a.detail
         FROM cases c LEFT JOIN answers a ON a.answer_id =
           (SELECT max(answer_id) FROM answers b
            WHERE b.case_id = c.case_id AND b.withdrawn_by IS NULL)
         WHERE c.state = 'waiting' ORDER BY c.procedure, c.stage, c.county, c.case_id",
    )?;
    let mut rows = statement.query([])?;
    let mut waiting = Vec::new();
    while let Some(row) = rows.next()? {
        let case_id: String = row.get(0)?;
        let detail: Vec<u8> = row.get(6)?;
        let answer: Option<i64> = row.get(7)?;
        let answer = match answer {
            Some(number) => {
                let sealed: Vec<u8> = row.get(8)?;
                Some(cipher.open(ANSWERS, &number.to_string(), &sealed)?)
            }
            None => None,
        };
        waiting.push(WaitingCase {
            procedure: columns::name(row, 1)?,
            stage: columns::name(row, 2)?,
            county: row.get(3)?,
            person: row.get(4)?,
            opened_at: columns::instant(row, 5)?,
            detail: cipher.open(CASES, &case_id, &detail)?,
            answer,
            case_id,
        });
    }
    Ok(waiting)
}

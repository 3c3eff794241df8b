//! Answers that did not enrol somebody, page by page, and the cases that a second look opens.

use posthorse_domain::ProcedureId;
use posthorse_package::Digest;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::cipher::Cipher;
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::{NotEnrolledCase, NotEnrolledPage};
use crate::record::RecheckRecord;
use crate::sqlite::answers::ANSWERS;
use crate::sqlite::people::PERSONS;
use crate::sqlite::screenings::{self, Opening};
use crate::sqlite::{audit, columns, people};

/// The answers of a page that closed a warning so, each the last word on it.
pub(super) const PAGE: &str = "
    SELECT a.answer_id, c.case_id, c.county, c.person_id, a.outcome, a.detail, p.detail
    FROM answers a JOIN cases c USING (case_id) JOIN persons p USING (person_id)
    WHERE a.answer_id > ?1 AND a.answer_id <= ?2 AND a.reason IS NOT NULL
      AND a.deleted_in IS NULL AND c.deleted_in IS NULL
      AND c.procedure = 'warning' AND c.state = 'closed' AND c.outcome = a.outcome
      AND a.answer_id = (SELECT max(b.answer_id) FROM answers b
                         WHERE b.case_id = c.case_id AND b.outcome = c.outcome)
    ORDER BY a.answer_id";

/// The next answers that were not looked at by this roster, at most so many; none if all were.
pub(super) fn page(
    connection: &Connection,
    cipher: &Cipher,
    file: &Digest,
    procedure: &ProcedureId,
    limit: u32,
) -> Result<Option<NotEnrolledPage>, LedgerError> {
    let mark: Option<i64> = connection
        .prepare_cached("SELECT answer_id FROM recheck_marks WHERE file = ?1")?
        .query_row(params![file.as_bytes()], |row| row.get(0))
        .optional()?;
    let mark = mark.unwrap_or(0);
    let upto: Option<i64> = connection
        .prepare_cached(
            "SELECT max(answer_id) FROM
               (SELECT answer_id FROM answers WHERE answer_id > ?1 ORDER BY answer_id LIMIT ?2)",
        )?
        .query_row(params![mark, limit], |row| row.get(0))?;
    let Some(upto) = upto else {
        return Ok(None);
    };
    let mut cases = Vec::new();
    let mut statement = connection.prepare_cached(PAGE)?;
    let mut rows = statement.query(params![mark, upto])?;
    while let Some(row) = rows.next()? {
        let (answer, case_id, person): (i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(3)?);
        let (said, who): (Vec<u8>, Vec<u8>) = (row.get(5)?, row.get(6)?);
        cases.push(NotEnrolledCase {
            county: row.get(2)?,
            outcome: row.get(4)?,
            answer: cipher.open(ANSWERS, &answer.to_string(), &said)?,
            identity: cipher.open(PERSONS, &person.to_string(), &who)?,
            leads: people::leads_in(connection, cipher, &case_id, None)?,
            subjects: subjects(connection, person, procedure)?,
            case_id,
        });
    }
    Ok(Some(NotEnrolledPage { upto, cases }))
}

fn subjects(
    connection: &Connection,
    person: i64,
    procedure: &ProcedureId,
) -> Result<Vec<String>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT subject FROM cases WHERE person_id = ?1 AND procedure = ?2 ORDER BY case_id",
    )?;
    let rows = statement.query_map(params![person, procedure.as_str()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Opens what was found, and remembers how far was looked; says how many cases were opened.
pub(super) fn record(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &RecheckRecord,
) -> Result<u64, LedgerError> {
    let opening = Opening {
        at: record.at,
        procedure: &record.procedure,
        stage: &record.stage,
        series: &record.series,
    };
    let mut opened = 0;
    for case in &record.cases {
        opened += u64::from(screenings::open(tx, cipher, &opening, case)?);
    }
    tx.execute(
        "INSERT INTO recheck_marks (file, answer_id) VALUES (?1, ?2)
         ON CONFLICT (file) DO UPDATE SET answer_id = excluded.answer_id",
        params![record.file.as_bytes(), record.upto],
    )?;
    if opened > 0 {
        let event = Event::Rechecked {
            file: record.file,
            found: columns::count(record.cases.len()),
            opened,
        };
        audit::append(tx, record.at, &event)?;
    }
    Ok(opened)
}

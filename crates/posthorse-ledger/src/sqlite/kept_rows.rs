//! Rows as their sender names them again, and what may still be done with each.

use posthorse_package::{Digest, PackageId, PartyId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::amendment::{Hold, KeptRow, OwnPackage, RowRef, StandingRow};
use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::sqlite::answers::ANSWERS;
use crate::sqlite::people::LEAD_CELLS;
use crate::sqlite::reports::REPORT_ROWS;
use crate::sqlite::screenings::CASES;
use crate::sqlite::{columns, openings};

/// How an answer `a` in a case `c` stands. Only the last answer of an office in a stage counts.
macro_rules! hold_of_answer {
    () => {
        "CASE WHEN a.replaced_by IS NOT NULL OR a.withdrawn_by IS NOT NULL
                OR EXISTS (SELECT 1 FROM answers b WHERE b.case_id = a.case_id
                     AND b.stage = a.stage AND b.party = a.party AND b.answer_id > a.answer_id)
                OR c.state = 'withdrawn' THEN 'gone'
              WHEN c.stage = a.stage AND c.state = 'assigned' THEN 'stands'
              WHEN c.stage = a.stage AND c.state = 'closed' THEN 'closed'
              ELSE 'past' END"
    };
}

fn hold(word: &str) -> Result<Hold, LedgerError> {
    Ok(match word {
        "stands" => Hold::Stands,
        "closed" => Hold::Closed,
        "past" => Hold::Past,
        "gone" => Hold::Gone,
        _ => return Err(LedgerError::Corrupt { what: "row" }),
    })
}

pub(super) fn own_package(
    connection: &Connection,
    sender: &PartyId,
    package_id: PackageId,
) -> Result<Option<OwnPackage>, LedgerError> {
    let manifest = connection
        .prepare_cached(
            "SELECT manifest FROM packages
             WHERE sender = ?1 AND package_id = ?2 AND disposition <> 'rejected'
               AND manifest NOT IN (SELECT manifest FROM deleted_packages)",
        )?
        .query_row(params![sender.as_str(), package_id.to_string()], |row| {
            columns::digest(row, 0)
        })
        .optional()?;
    match manifest {
        Some(manifest) => own_package_of(connection, sender, &manifest),
        None => Ok(None),
    }
}

pub(super) fn own_package_of(
    connection: &Connection,
    sender: &PartyId,
    manifest: &Digest,
) -> Result<Option<OwnPackage>, LedgerError> {
    Ok(connection
        .prepare_cached(
            "SELECT manifest, kind, period,
                    coalesce((SELECT min(since) FROM amendments a
                              WHERE a.manifest = p.manifest AND a.what = 'superseded'),
                             received_at),
                    NOT EXISTS (SELECT 1 FROM amendments a
                                WHERE a.target = p.manifest AND a.is_whole = 1)
             FROM packages p
             WHERE sender = ?1 AND manifest = ?2 AND disposition <> 'rejected'
               AND manifest NOT IN (SELECT manifest FROM deleted_packages)",
        )?
        .query_row(params![sender.as_str(), manifest.as_bytes()], |row| {
            Ok(OwnPackage {
                manifest: columns::digest(row, 0)?,
                kind: columns::name(row, 1)?,
                period: columns::optional_name(row, 2)?,
                since: columns::instant(row, 3)?,
                stands: row.get(4)?,
            })
        })
        .optional()?)
}

pub(super) fn is_superseded(
    connection: &Connection,
    sender: &PartyId,
    manifest: &Digest,
) -> Result<bool, LedgerError> {
    Ok(connection
        .prepare_cached(
            "SELECT 1 FROM packages
             WHERE supersedes = ?1 AND sender = ?2 AND disposition <> 'rejected'",
        )?
        .exists(params![manifest.as_bytes(), sender.as_str()])?)
}

pub(super) fn find(
    connection: &Connection,
    cipher: &Cipher,
    manifest: &Digest,
    key: &str,
) -> Result<Vec<KeptRow>, LedgerError> {
    let hash = cipher.person_hash(&Secret::new(key.as_bytes().to_vec()));
    let person: Option<i64> = connection
        .prepare_cached("SELECT person_id FROM persons WHERE hash = ?1")?
        .query_row(params![hash.as_bytes()], |row| row.get(0))
        .optional()?;
    let subject = openings::subject_of(cipher, &Secret::new(key.as_bytes().to_vec()));
    let mut found = Vec::new();
    if let Some(person) = person {
        leads(connection, cipher, manifest, person, &mut found)?;
    }
    cases(connection, cipher, manifest, (person, &subject), &mut found)?;
    answers(connection, cipher, manifest, (key, &subject), &mut found)?;
    reports(connection, cipher, manifest, person, &mut found)?;
    Ok(found)
}

fn leads(
    connection: &Connection,
    cipher: &Cipher,
    manifest: &Digest,
    person: i64,
    found: &mut Vec<KeptRow>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT lead_id, list, cells,
                CASE WHEN superseded_by IS NULL AND withdrawn_by IS NULL THEN 'stands'
                     ELSE 'gone' END
         FROM leads WHERE person_id = ?1 AND manifest = ?2 ORDER BY lead_id",
    )?;
    let mut rows = statement.query(params![person, manifest.as_bytes()])?;
    while let Some(row) = rows.next()? {
        let lead: i64 = row.get(0)?;
        found.push(KeptRow {
            case_id: None,
            row: RowRef::Lead(lead),
            list: Some(columns::name(row, 1)?),
            cells: cipher.open(LEAD_CELLS, &lead.to_string(), &row.get::<_, Vec<u8>>(2)?)?,
            names_a_person: true,
            hold: hold(&row.get::<_, String>(3)?)?,
        });
    }
    Ok(())
}

/// Cases that a package opened or joined, by the person or by their key. One that is closed keeps
/// nothing that could be taken back.
fn cases(
    connection: &Connection,
    cipher: &Cipher,
    manifest: &Digest,
    (person, subject): (Option<i64>, &str),
    found: &mut Vec<KeptRow>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT c.case_id, c.detail,
                CASE WHEN o.withdrawn_by IS NOT NULL OR c.state = 'withdrawn' THEN 'gone'
                     WHEN c.state = 'closed' THEN 'past' ELSE 'stands' END
         FROM case_openers o JOIN cases c USING (case_id)
         WHERE o.manifest = ?1 AND (c.person_id = ?2 OR c.subject = ?3) ORDER BY c.case_id",
    )?;
    let mut rows = statement.query(params![manifest.as_bytes(), person, subject])?;
    while let Some(row) = rows.next()? {
        let case_id: String = row.get(0)?;
        let cells = match row.get::<_, Option<Vec<u8>>>(1)? {
            Some(sealed) => cipher.open(CASES, &case_id, &sealed)?,
            None => Secret::new(Vec::new()),
        };
        found.push(KeptRow {
            case_id: Some(case_id.clone()),
            row: RowRef::Case(case_id),
            list: None,
            cells,
            names_a_person: true,
            hold: hold(&row.get::<_, String>(2)?)?,
        });
    }
    Ok(())
}

/// Answers to the case with this number, or to those that their openers called so.
fn answers(
    connection: &Connection,
    cipher: &Cipher,
    manifest: &Digest,
    (key, subject): (&str, &str),
    found: &mut Vec<KeptRow>,
) -> Result<(), LedgerError> {
    // A package may hold ten thousand answers, a case has few.
    let mut statement = connection.prepare_cached(concat!(
        "SELECT a.answer_id, a.list, a.detail, ",
        hold_of_answer!(),
        ", a.case_id FROM answers a JOIN cases c USING (case_id)
          WHERE a.case_id IN (SELECT ?1 UNION ALL SELECT case_id FROM cases
                              WHERE subject = ?3 AND opened_in IS NOT NULL)
            AND +a.manifest = ?2 ORDER BY a.answer_id"
    ))?;
    let mut rows = statement.query(params![key, manifest.as_bytes(), subject])?;
    while let Some(row) = rows.next()? {
        let answer: i64 = row.get(0)?;
        found.push(KeptRow {
            case_id: Some(row.get(4)?),
            row: RowRef::Answer(answer),
            list: Some(columns::name(row, 1)?),
            cells: cipher.open(ANSWERS, &answer.to_string(), &row.get::<_, Vec<u8>>(2)?)?,
            names_a_person: true,
            hold: hold(&row.get::<_, String>(3)?)?,
        });
    }
    Ok(())
}

/// Rows about the person, and those about nobody: whose key they have, only their list can say.
fn reports(
    connection: &Connection,
    cipher: &Cipher,
    manifest: &Digest,
    person: Option<i64>,
    found: &mut Vec<KeptRow>,
) -> Result<(), LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT row_id, list, detail, person_id IS NOT NULL,
                CASE WHEN replaced_by IS NULL AND withdrawn_by IS NULL THEN 'stands'
                     ELSE 'gone' END
         FROM report_rows WHERE manifest = ?1 AND (person_id IS NULL OR person_id = ?2)
         ORDER BY row_id",
    )?;
    let mut rows = statement.query(params![manifest.as_bytes(), person])?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        found.push(KeptRow {
            case_id: None,
            row: RowRef::Report(number),
            list: Some(columns::name(row, 1)?),
            cells: cipher.open(REPORT_ROWS, &number.to_string(), &row.get::<_, Vec<u8>>(2)?)?,
            names_a_person: row.get(3)?,
            hold: hold(&row.get::<_, String>(4)?)?,
        });
    }
    Ok(())
}

const STANDING: &str = concat!(
    "SELECT 'lead', lead_id, NULL, 'stands' FROM leads
     WHERE manifest = ?1 AND superseded_by IS NULL AND withdrawn_by IS NULL
     UNION ALL
     SELECT 'report', row_id, NULL, 'stands' FROM report_rows
     WHERE manifest = ?1 AND replaced_by IS NULL AND withdrawn_by IS NULL
     UNION ALL
     SELECT 'case', 0, c.case_id, 'stands' FROM case_openers o JOIN cases c USING (case_id)
     WHERE o.manifest = ?1 AND o.withdrawn_by IS NULL AND c.ended_at IS NULL
     UNION ALL
     SELECT 'answer', answer_id, case_id, hold FROM (SELECT a.answer_id, a.case_id, ",
    hold_of_answer!(),
    " AS hold FROM answers a JOIN cases c USING (case_id) WHERE a.manifest = ?1)
     WHERE hold <> 'gone'"
);

pub(super) fn that_stand(
    connection: &Connection,
    manifest: &Digest,
) -> Result<Vec<StandingRow>, LedgerError> {
    let mut statement = connection.prepare_cached(STANDING)?;
    let mut rows = statement.query(params![manifest.as_bytes()])?;
    let mut standing = Vec::new();
    while let Some(row) = rows.next()? {
        standing.push(standing_row(row)?);
    }
    Ok(standing)
}

fn standing_row(row: &Row<'_>) -> Result<StandingRow, LedgerError> {
    let (sort, number): (String, i64) = (row.get(0)?, row.get(1)?);
    let case_id: Option<String> = row.get(2)?;
    let reference = match (sort.as_str(), &case_id) {
        ("lead", _) => RowRef::Lead(number),
        ("report", _) => RowRef::Report(number),
        ("answer", _) => RowRef::Answer(number),
        ("case", Some(case_id)) => RowRef::Case(case_id.clone()),
        _ => return Err(LedgerError::Corrupt { what: "row" }),
    };
    Ok(StandingRow {
        hold: hold(&row.get::<_, String>(3)?)?,
        case_id: case_id.filter(|_| sort == "answer"),
        row: reference,
    })
}

pub(super) fn any_stands(connection: &Connection, manifest: &Digest) -> Result<bool, LedgerError> {
    Ok(connection
        .prepare_cached(STANDING)?
        .exists(params![manifest.as_bytes()])?)
}

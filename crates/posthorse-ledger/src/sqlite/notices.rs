//! What offices are to be told of amendments: owed with the amendment, told once.

use posthorse_package::PartyId;
use rusqlite::types::Type;
use rusqlite::{Connection, Transaction, params};

use crate::amendment::{NoticeKind, NoticeRecord, PendingNotice};
use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::event::Event;
use crate::sqlite::screenings::CASES;
use crate::sqlite::{audit, columns, people};

const NOTICES: &str = "notices";

/// Notes that an office is to be told of a correction, or of a case's withdrawal.
pub(super) fn owe(
    tx: &Transaction<'_>,
    case_id: &str,
    party: &str,
    correction: Option<(&Cipher, &Secret)>,
) -> Result<(), LedgerError> {
    let number = people::next_row(tx, "SELECT coalesce(max(notice_id), 0) + 1 FROM notices")?;
    let (kind, detail) = match correction {
        Some((cipher, said)) => (
            NoticeKind::Correction,
            Some(cipher.seal(NOTICES, &number.to_string(), said)?),
        ),
        None => (NoticeKind::Withdrawal, None),
    };
    tx.prepare_cached(
        "INSERT INTO notices (notice_id, case_id, party, what, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![number, case_id, party, kind.word(), detail])?;
    Ok(())
}

pub(super) fn parties(connection: &Connection) -> Result<Vec<(PartyId, NoticeKind)>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT party, what FROM notices WHERE manifest IS NULL ORDER BY party, what",
    )?;
    let rows = statement.query_map([], |row| {
        let word: String = row.get(1)?;
        let kind =
            NoticeKind::of_word(&word).ok_or_else(|| columns::damaged(1, Type::Text, "notice"))?;
        Ok((columns::name(row, 0)?, kind))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn pending(
    connection: &Connection,
    cipher: &Cipher,
    party: &PartyId,
    kind: NoticeKind,
) -> Result<Vec<PendingNotice>, LedgerError> {
    // The office knows the case by the last package in which it was given to it.
    let mut statement = connection.prepare_cached(
        "SELECT n.notice_id, n.case_id, c.county, n.detail,
                coalesce(
                  (SELECT s.package_id FROM dispatch_rows r JOIN sealed s USING (manifest)
                   WHERE r.case_id = n.case_id
                   ORDER BY s.party = n.party DESC, s.sealed_at DESC, s.sequence DESC LIMIT 1),
                  (SELECT p.package_id FROM tasks t JOIN packages p USING (manifest)
                   WHERE t.case_id = n.case_id AND t.party = n.party LIMIT 1)),
                c.procedure, c.stage, c.detail
         FROM notices n JOIN cases c USING (case_id)
         WHERE n.party = ?1 AND n.what = ?2 AND n.manifest IS NULL ORDER BY n.notice_id",
    )?;
    let mut rows = statement.query(params![party.as_str(), kind.word()])?;
    let mut pending = Vec::new();
    while let Some(row) = rows.next()? {
        let notice: i64 = row.get(0)?;
        let sealed: Option<Vec<u8>> = row.get(3)?;
        let detail = match sealed {
            Some(sealed) => Some(cipher.open(NOTICES, &notice.to_string(), &sealed)?),
            None => None,
        };
        let case_id: String = row.get(1)?;
        let said: Option<Vec<u8>> = row.get(7)?;
        let opened_with = match said {
            Some(said) => Some(cipher.open(CASES, &case_id, &said)?),
            None => None,
        };
        pending.push(PendingNotice {
            notice,
            case_id,
            procedure: columns::name(row, 5)?,
            stage: columns::name(row, 6)?,
            opened_with,
            county: row.get(2)?,
            package_id: columns::name(row, 4)?,
            detail,
        });
    }
    Ok(pending)
}

pub(super) fn tell(tx: &Transaction<'_>, record: &NoticeRecord) -> Result<(), LedgerError> {
    for notice in &record.notices {
        let told = tx
            .prepare_cached(
                "UPDATE notices SET manifest = ?2, told_at = ?3
                 WHERE notice_id = ?1 AND party = ?4 AND manifest IS NULL",
            )?
            .execute(params![
                notice,
                record.sealed.manifest.as_bytes(),
                record.at.as_second(),
                record.party.as_str(),
            ])?;
        if told != 1 {
            return Err(LedgerError::Corrupt { what: "notice" });
        }
    }
    let event = Event::AmendmentTold {
        manifest: record.sealed.manifest,
        party: record.sealed.party.clone(),
        cases: columns::count(record.notices.len()),
    };
    audit::append(tx, record.at, &event)
}

//! Persons and what departments say of them. Everything said rests encrypted.

use std::collections::BTreeSet;

use posthorse_domain::ProcedureId;
use posthorse_package::{Digest, PartyId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::event::Event;
use crate::query::{ClosedCase, OpenCase, PendingCounty, PendingLead, PendingPerson, UnroutedLead};
use crate::record::{Destination, NewLead, VerdictRecord};
use crate::sqlite::answers::ANSWERS;
use crate::sqlite::{audit, case_rows, columns, kept_cases};

pub(super) const PERSONS: &str = "persons";
pub(super) const LEADS: &str = "leads";
/// Of the second sealed field of a lead.
pub(super) const LEAD_CELLS: &str = "leads.cells";

/// An earlier lead about the same person from the same list and month.
struct Earlier {
    lead: i64,
    manifest: Digest,
    county: Option<String>,
    fingerprint: Digest,
    dispatched_in: Option<[u8; 32]>,
}

pub(super) fn keep_leads(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
) -> Result<(), LedgerError> {
    if record.leads.is_empty() {
        return Ok(());
    }
    let (mut unrouted, mut repeated) = (0, 0);
    let mut moved = BTreeSet::new();
    for lead in &record.leads {
        let person = person_of(tx, cipher, &lead.identity)?;
        let kept = keep_lead(tx, cipher, record, lead, person)?;
        unrouted += u64::from(matches!(lead.destination, Destination::Unrouted(_)));
        repeated += u64::from(kept.repeats);
        if kept.moves {
            moved.insert(person);
        }
    }
    for person in moved {
        kept_cases::settle(tx, record, person)?;
    }
    let event = Event::LeadsKept {
        manifest: record.package.manifest,
        leads: columns::count(record.leads.len()),
        unrouted,
        repeated,
    };
    audit::append(tx, record.at, &event)
}

pub(super) fn person_of(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    identity: &Secret,
) -> Result<i64, LedgerError> {
    let hash = cipher.person_hash(identity);
    let known = tx
        .prepare_cached("SELECT person_id FROM persons WHERE hash = ?1")?
        .query_row(params![hash.as_bytes()], |row| row.get(0))
        .optional()?;
    if let Some(person) = known {
        return Ok(person);
    }
    let person = next_row(tx, "SELECT coalesce(max(person_id), 0) + 1 FROM persons")?;
    tx.prepare_cached("INSERT INTO persons (person_id, hash, detail) VALUES (?1, ?2, ?3)")?
        .execute(params![
            person,
            hash.as_bytes(),
            cipher.seal(PERSONS, &person.to_string(), identity)?
        ])?;
    Ok(person)
}

/// The number of the next row, known before the row is written: the cipher binds a field to it.
pub(super) fn next_row(tx: &Transaction<'_>, query: &str) -> Result<i64, LedgerError> {
    Ok(tx.prepare_cached(query)?.query_row([], |row| row.get(0))?)
}

/// What a kept lead does to those before it.
struct Kept {
    /// It only repeats what its county already has.
    repeats: bool,
    /// It takes one away from another county.
    moves: bool,
}

fn keep_lead(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
    lead: &NewLead,
    person: i64,
) -> Result<Kept, LedgerError> {
    let fingerprint = cipher.fingerprint(&lead.said);
    let county = lead.destination.county();
    let earlier = earlier_leads(tx, record, lead, person)?;
    let replaced = record.amendments.replaces.as_ref();
    let mut dispatched_in = None;
    for one in &earlier {
        let (Some(package), true) = (one.dispatched_in, one.county.as_deref() == county) else {
            continue;
        };
        // What a package repeats is not dispatched again while the case is open; what it replaces
        // does not open anew what has been answered.
        let repeats = match case_with(tx, person, county, &package)? {
            Some(CaseWith::Open) => one.fingerprint == fingerprint,
            Some(CaseWith::Ended) => replaced.is_some_and(|old| old.manifest == one.manifest),
            None => false,
        };
        if repeats {
            dispatched_in = dispatched_in.or(one.dispatched_in);
        }
    }
    let row = LeadRow {
        manifest: &record.package.manifest,
        source: record.package.sender.as_str(),
        period: period_of(record),
        county,
        unrouted: lead.destination.reason(),
        received_at: record.at,
        dispatched_in,
        amended_in: None,
    };
    let number = insert_lead(tx, cipher, person, lead, &row)?;
    let mut moves = false;
    for one in earlier {
        let leaves = one.county.is_some() && county.is_some() && one.county.as_deref() != county;
        if leaves {
            withdraw_lead(tx, one.lead, record)?;
        } else {
            supersede_lead(tx, one.lead, number)?;
        }
        moves |= leaves;
    }
    Ok(Kept {
        repeats: dispatched_in.is_some(),
        moves,
    })
}

/// Where a lead comes from and where it has come to.
pub(super) struct LeadRow<'a> {
    pub(super) manifest: &'a Digest,
    pub(super) source: &'a str,
    pub(super) period: &'a str,
    pub(super) county: Option<&'a str>,
    pub(super) unrouted: Option<&'a str>,
    pub(super) received_at: Timestamp,
    pub(super) dispatched_in: Option<[u8; 32]>,
    /// The package that corrected it.
    pub(super) amended_in: Option<&'a Digest>,
}

pub(super) fn insert_lead(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    person: i64,
    lead: &NewLead,
    row: &LeadRow<'_>,
) -> Result<i64, LedgerError> {
    let number = next_row(tx, "SELECT coalesce(max(lead_id), 0) + 1 FROM leads")?;
    tx.prepare_cached(
        "INSERT INTO leads (lead_id, person_id, manifest, source, list, period, county, unrouted,
                            fingerprint, detail, cells, received_at, dispatched_in, amended_in)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        number,
        person,
        row.manifest.as_bytes(),
        row.source,
        lead.list.as_str(),
        row.period,
        row.county,
        row.unrouted,
        cipher.fingerprint(&lead.said).as_bytes(),
        cipher.seal(LEADS, &number.to_string(), &lead.detail)?,
        cipher.seal(LEAD_CELLS, &number.to_string(), &lead.cells)?,
        row.received_at.as_second(),
        row.dispatched_in,
        columns::bytes(row.amended_in),
    ])?;
    Ok(number)
}

pub(super) fn supersede_lead(tx: &Transaction<'_>, lead: i64, by: i64) -> Result<(), LedgerError> {
    changed_one(
        tx.prepare_cached(
            "UPDATE leads SET superseded_by = ?2
             WHERE lead_id = ?1 AND superseded_by IS NULL AND withdrawn_by IS NULL",
        )?
        .execute(params![lead, by])?,
    )
}

pub(super) fn withdraw_lead(
    tx: &Transaction<'_>,
    lead: i64,
    record: &VerdictRecord,
) -> Result<(), LedgerError> {
    changed_one(
        tx.prepare_cached(
            "UPDATE leads SET withdrawn_by = ?2
             WHERE lead_id = ?1 AND superseded_by IS NULL AND withdrawn_by IS NULL",
        )?
        .execute(params![lead, record.package.manifest.as_bytes()])?,
    )
}

/// A row ends once: the caller has named one that stands.
pub(super) fn changed_one(rows: usize) -> Result<(), LedgerError> {
    match rows {
        1 => Ok(()),
        _ => Err(LedgerError::Corrupt { what: "amendment" }),
    }
}

fn period_of(record: &VerdictRecord) -> &str {
    record
        .package
        .period
        .as_ref()
        .map_or("", |period| period.as_str())
}

fn earlier_leads(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    lead: &NewLead,
    person: i64,
) -> Result<Vec<Earlier>, LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT lead_id, county, fingerprint, dispatched_in, manifest FROM leads
         WHERE person_id = ?1 AND source = ?2 AND list = ?3 AND period = ?4
           AND manifest <> ?5 AND superseded_by IS NULL AND withdrawn_by IS NULL
           AND deleted_in IS NULL
         ORDER BY lead_id",
    )?;
    let rows = statement.query_map(
        params![
            person,
            record.package.sender.as_str(),
            lead.list.as_str(),
            period_of(record),
            record.package.manifest.as_bytes()
        ],
        |row| {
            Ok(Earlier {
                lead: row.get(0)?,
                county: row.get(1)?,
                fingerprint: columns::digest(row, 2)?,
                dispatched_in: row.get(3)?,
                manifest: columns::digest(row, 4)?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How the case stands that a package gave to a county.
enum CaseWith {
    Open,
    Ended,
}

fn case_with(
    tx: &Transaction<'_>,
    person: i64,
    county: Option<&str>,
    package: &[u8; 32],
) -> Result<Option<CaseWith>, LedgerError> {
    let is_open = tx
        .prepare_cached(
            "SELECT c.ended_at IS NULL FROM cases c JOIN dispatch_rows r USING (case_id)
             WHERE c.person_id = ?1 AND c.county = ?2 AND r.manifest = ?3",
        )?
        .query_row(params![person, county, package], |row| row.get(0))
        .optional()?;
    Ok(is_open.map(|is_open| {
        if is_open {
            CaseWith::Open
        } else {
            CaseWith::Ended
        }
    }))
}

pub(super) fn pending_counties(connection: &Connection) -> Result<Vec<PendingCounty>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT county, min(received_at) FROM leads
         WHERE dispatched_in IS NULL AND superseded_by IS NULL AND withdrawn_by IS NULL
           AND county IS NOT NULL
         GROUP BY county ORDER BY county",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(PendingCounty {
            county: row.get(0)?,
            oldest: columns::instant(row, 1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The people of a county of whom something waits, with what belongs to the next dispatch. A closed
/// case has taken its leads with it: only those after it, and those of the open one, do.
pub(super) const PENDING: &str =
    "SELECT l.person_id, c.case_id, l.lead_id, l.source, l.list, l.period, l.detail,
            l.received_at, t.due_on, t.provisional_for
     FROM leads l
     LEFT JOIN cases c
       ON c.procedure = ?2 AND c.person_id = l.person_id AND c.county = l.county
          AND c.ended_at IS NULL
     LEFT JOIN tasks t ON t.case_id = c.case_id AND t.stage = c.stage
     WHERE l.county = ?1 AND l.superseded_by IS NULL AND l.withdrawn_by IS NULL
       AND l.person_id IN (SELECT person_id FROM leads
                           WHERE county = ?1 AND dispatched_in IS NULL
                             AND superseded_by IS NULL AND withdrawn_by IS NULL)
       AND (l.dispatched_in IS NULL OR l.dispatched_in IN
            (SELECT manifest FROM dispatch_rows r WHERE r.case_id = c.case_id))
     ORDER BY l.person_id, l.lead_id";

pub(super) fn pending_people(
    connection: &Connection,
    cipher: &Cipher,
    procedure: &ProcedureId,
    county: &str,
) -> Result<Vec<PendingPerson>, LedgerError> {
    let mut statement = connection.prepare_cached(PENDING)?;
    let mut people: Vec<PendingPerson> = Vec::new();
    let mut rows = statement.query(params![county, procedure.as_str()])?;
    while let Some(row) = rows.next()? {
        let person: i64 = row.get(0)?;
        let lead = lead_of(row, cipher, 2)?;
        match people.last_mut() {
            Some(last) if last.person == person => last.leads.push(lead),
            _ => people.push(PendingPerson {
                person,
                open_case: open_case_of(row)?,
                last: None,
                leads: vec![lead],
            }),
        }
    }
    drop(rows);
    drop(statement);
    for person in people.iter_mut().filter(|one| one.open_case.is_none()) {
        person.last = last_closed(connection, cipher, procedure, person.person, county)?;
    }
    Ok(people)
}

/// The index is named: another one matches more columns, and holds every case that the county has
/// ever closed.
pub(super) const LAST_CLOSED: &str =
    "SELECT c.case_id, c.ended_at, c.outcome, a.answer_id, a.detail
     FROM cases c INDEXED BY cases_of_person
     JOIN answers a ON a.case_id = c.case_id AND a.outcome = c.outcome
     WHERE c.person_id = ?1 AND c.procedure = ?3 AND c.county = ?2
       AND c.state = 'closed' AND a.deleted_in IS NULL
     ORDER BY c.ended_at DESC, c.case_id DESC, a.answer_id DESC LIMIT 1";

/// The last closed case about a person in a county: what is already known of them there.
fn last_closed(
    connection: &Connection,
    cipher: &Cipher,
    procedure: &ProcedureId,
    person: i64,
    county: &str,
) -> Result<Option<ClosedCase>, LedgerError> {
    let found = connection
        .prepare_cached(LAST_CLOSED)?
        .query_row(params![person, county, procedure.as_str()], |row| {
            let sealed: (i64, Vec<u8>) = (row.get(3)?, row.get(4)?);
            let case: (String, _, String) = (row.get(0)?, columns::instant(row, 1)?, row.get(2)?);
            Ok((case, sealed))
        })
        .optional()?;
    let Some(((case_id, ended_at, outcome), (answer, detail))) = found else {
        return Ok(None);
    };
    Ok(Some(ClosedCase {
        case_id,
        ended_at,
        outcome,
        answer: cipher.open(ANSWERS, &answer.to_string(), &detail)?,
    }))
}

/// What one department, or every one, said in the leads of a case, the oldest first.
pub(super) fn leads_in(
    connection: &Connection,
    cipher: &Cipher,
    case_id: &str,
    source: Option<&PartyId>,
) -> Result<Vec<PendingLead>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT l.lead_id, l.source, l.list, l.period, l.detail, l.received_at
         FROM cases c
         JOIN dispatch_rows r ON r.case_id = c.case_id
         JOIN leads l ON l.person_id = c.person_id AND l.dispatched_in = r.manifest
                     AND l.county = c.county
         WHERE c.case_id = ?1 AND l.source = coalesce(?2, l.source) AND l.deleted_in IS NULL
         ORDER BY l.lead_id",
    )?;
    let mut leads = Vec::new();
    let mut rows = statement.query(params![case_id, source.map(PartyId::as_str)])?;
    while let Some(row) = rows.next()? {
        leads.push(lead_of(row, cipher, 0)?);
    }
    Ok(leads)
}

fn open_case_of(row: &rusqlite::Row<'_>) -> Result<Option<OpenCase>, LedgerError> {
    let case_id: Option<String> = row.get(1)?;
    let due = case_rows::due_of(row, 8)?;
    Ok(case_id.map(|case_id| OpenCase { case_id, due }))
}

/// Reads a lead from six columns that begin here: number, source, list, period, detail, and when
/// it came.
fn lead_of(
    row: &rusqlite::Row<'_>,
    cipher: &Cipher,
    first: usize,
) -> Result<PendingLead, LedgerError> {
    let lead: i64 = row.get(first)?;
    let detail: Vec<u8> = row.get(first + 4)?;
    Ok(PendingLead {
        lead,
        source: columns::name(row, first + 1)?,
        list: columns::name(row, first + 2)?,
        period: columns::optional_name(row, first + 3)?,
        received_at: columns::instant(row, first + 5)?,
        detail: cipher.open(LEADS, &lead.to_string(), &detail)?,
    })
}

pub(super) fn unrouted(
    connection: &Connection,
    cipher: &Cipher,
) -> Result<Vec<UnroutedLead>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT lead_id, source, list, period, detail, received_at, manifest, unrouted FROM leads
         WHERE unrouted IS NOT NULL AND superseded_by IS NULL AND withdrawn_by IS NULL
           AND deleted_in IS NULL
         ORDER BY lead_id",
    )?;
    let mut leads = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let PendingLead {
            lead,
            source,
            list,
            detail,
            ..
        } = lead_of(row, cipher, 0)?;
        leads.push(UnroutedLead {
            lead,
            manifest: columns::digest(row, 6)?,
            source,
            list,
            reason: row.get(7)?,
            detail,
        });
    }
    Ok(leads)
}

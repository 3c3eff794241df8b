//! What senders take back, correct and replace of what they sent (spec/casework-v1.md, section 11).

use std::collections::{BTreeMap, BTreeSet};

use posthorse_package::{Digest, Timestamp};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::amendment::{Corrected, Correction, NoticeKind, OwnPackage, RowRef};
use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::event::Event;
use crate::record::{NewLead, VerdictRecord};
use crate::sqlite::cases::Line;
use crate::sqlite::people::{LeadRow, changed_one};
use crate::sqlite::{answers, audit, columns, kept_rows, notices, people, reports};

/// Whether the case `c` is made of leads: one was ever given to an office in it.
macro_rules! is_made_of_leads {
    () => {
        "EXISTS (SELECT 1 FROM dispatch_rows r CROSS JOIN leads l ON l.dispatched_in = r.manifest
                 AND l.person_id = c.person_id AND l.county = c.county
                 WHERE r.case_id = c.case_id)"
    };
}
pub(super) use is_made_of_leads;

/// Whether a lead that stands keeps the case `c` open: one that waits for its county or was
/// given to it in this case; or one that has lost its office, in the place of one that was given.
macro_rules! keeps_the_case {
    () => {
        "EXISTS (SELECT 1 FROM leads h WHERE h.person_id = c.person_id
           AND h.superseded_by IS NULL AND h.withdrawn_by IS NULL
           AND ((h.county = c.county AND (h.dispatched_in IS NULL OR h.dispatched_in IN
                  (SELECT manifest FROM dispatch_rows WHERE case_id = c.case_id)))
             OR (h.county IS NULL AND EXISTS (SELECT 1 FROM leads o
                 WHERE o.person_id = h.person_id AND o.source = h.source AND o.list = h.list
                   AND o.period = h.period AND o.county = c.county AND o.dispatched_in IN
                     (SELECT manifest FROM dispatch_rows WHERE case_id = c.case_id)))))"
    };
}
pub(super) use keeps_the_case;

/// Withdrawn, corrected, superseded: as the table has it.
type What = &'static str;

/// What has been done so far.
#[derive(Default)]
struct Tally {
    rows: BTreeMap<(Digest, What), u64>,
    cases: u64,
    /// Whose leads have changed: their warnings may have nobody left who keeps them.
    persons: BTreeSet<i64>,
}

impl Tally {
    fn count(&mut self, target: &Digest, what: What) {
        *self.rows.entry((*target, what)).or_default() += 1;
    }

    fn of(&self, what: What) -> u64 {
        let counted = self.rows.iter().filter(|((_, one), _)| *one == what);
        counted.map(|(_, rows)| rows).sum()
    }
}

pub(super) fn keep(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
) -> Result<(), LedgerError> {
    let amendments = &record.amendments;
    if amendments.is_empty() {
        return Ok(());
    }
    let mut tally = Tally::default();
    for (target, row) in &amendments.withdrawn {
        withdraw(tx, record, target, row, &mut tally)?;
        tally.count(target, "withdrawn");
    }
    for correction in &amendments.corrected {
        correct(tx, cipher, record, correction, &mut tally)?;
        tally.count(&correction.target, "corrected");
    }
    if let Some(old) = &amendments.replaces {
        replace(tx, record, old, &mut tally)?;
    }
    for person in std::mem::take(&mut tally.persons) {
        tally.cases += settle(tx, record, person)?;
    }
    for ((target, what), rows) in &tally.rows {
        write_down(tx, record, (target, what), *rows)?;
    }
    let event = Event::Amended {
        manifest: record.package.manifest,
        withdrawn: tally.of("withdrawn"),
        corrected: tally.of("corrected"),
        replaces: amendments.replaces.as_ref().map(|old| old.manifest),
        cases: tally.cases,
    };
    audit::append(tx, record.at, &event)
}

fn withdraw(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    target: &Digest,
    row: &RowRef,
    tally: &mut Tally,
) -> Result<(), LedgerError> {
    match row {
        RowRef::Lead(lead) => {
            people::withdraw_lead(tx, *lead, record)?;
            tally.persons.insert(person_of(tx, *lead)?);
            Ok(())
        }
        RowRef::Answer(answer) => answers::retract(tx, record, *answer),
        RowRef::Report(row) => changed_one(
            tx.prepare_cached(
                "UPDATE report_rows SET withdrawn_by = ?2
                 WHERE row_id = ?1 AND replaced_by IS NULL AND withdrawn_by IS NULL",
            )?
            .execute(params![row, record.package.manifest.as_bytes()])?,
        ),
        RowRef::Case(case_id) => withdraw_opening(tx, record, target, case_id, tally),
    }
}

/// Takes back that a package speaks of a case, which is withdrawn if no other one does.
fn withdraw_opening(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    target: &Digest,
    case_id: &str,
    tally: &mut Tally,
) -> Result<(), LedgerError> {
    changed_one(
        tx.prepare_cached(
            "UPDATE case_openers SET withdrawn_by = ?3
             WHERE case_id = ?1 AND manifest = ?2 AND withdrawn_by IS NULL",
        )?
        .execute(params![
            case_id,
            target.as_bytes(),
            record.package.manifest.as_bytes()
        ])?,
    )?;
    let is_kept = tx
        .prepare_cached("SELECT 1 FROM case_openers WHERE case_id = ?1 AND withdrawn_by IS NULL")?
        .exists(params![case_id])?;
    if !is_kept {
        withdraw_case(tx, record, case_id)?;
        tally.cases += 1;
    }
    Ok(())
}

fn person_of(tx: &Transaction<'_>, lead: i64) -> Result<i64, LedgerError> {
    Ok(tx
        .prepare_cached("SELECT person_id FROM leads WHERE lead_id = ?1")?
        .query_row(params![lead], |row| row.get(0))?)
}

fn correct(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
    correction: &Correction,
    tally: &mut Tally,
) -> Result<(), LedgerError> {
    let target = &correction.target;
    match (&correction.row, &correction.with) {
        (RowRef::Lead(old), Corrected::Lead(lead, told)) => {
            let place = place_of(tx, *old)?;
            let number = insert_corrected(tx, cipher, record, lead, &place)?;
            people::supersede_lead(tx, *old, number)?;
            tell_of_correction(tx, cipher, &place, told)
        }
        (RowRef::Lead(old), Corrected::MovedLead(lead)) => {
            let place = place_of(tx, *old)?;
            let moved = Place {
                county: lead.destination.county().map(str::to_owned),
                unrouted: lead.destination.reason().map(str::to_owned),
                dispatched_in: None,
                received_at: record.at,
                ..place
            };
            insert_corrected(tx, cipher, record, lead, &moved)?;
            people::withdraw_lead(tx, *old, record)?;
            tally.persons.insert(moved.person);
            Ok(())
        }
        (RowRef::Answer(old), Corrected::Answer(answer)) => {
            answers::amend(tx, cipher, record, *old, answer)
        }
        (RowRef::Report(old), Corrected::Report(row)) => {
            reports::amend(tx, cipher, record, *old, target, row)
        }
        _ => Err(LedgerError::Corrupt { what: "amendment" }),
    }
}

/// Where a lead stands.
struct Place {
    person: i64,
    manifest: Digest,
    source: String,
    period: String,
    county: Option<String>,
    unrouted: Option<String>,
    dispatched_in: Option<[u8; 32]>,
    received_at: Timestamp,
}

fn place_of(tx: &Transaction<'_>, lead: i64) -> Result<Place, LedgerError> {
    Ok(tx
        .prepare_cached(
            "SELECT person_id, manifest, source, period, county, unrouted, dispatched_in,
                    received_at FROM leads WHERE lead_id = ?1",
        )?
        .query_row(params![lead], |row| {
            Ok(Place {
                person: row.get(0)?,
                manifest: columns::digest(row, 1)?,
                source: row.get(2)?,
                period: row.get(3)?,
                county: row.get(4)?,
                unrouted: row.get(5)?,
                dispatched_in: row.get(6)?,
                received_at: columns::instant(row, 7)?,
            })
        })?)
}

fn insert_corrected(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    record: &VerdictRecord,
    lead: &NewLead,
    place: &Place,
) -> Result<i64, LedgerError> {
    let row = LeadRow {
        manifest: &place.manifest,
        source: &place.source,
        period: &place.period,
        county: place.county.as_deref(),
        unrouted: place.unrouted.as_deref(),
        received_at: place.received_at,
        dispatched_in: place.dispatched_in,
        amended_in: Some(&record.package.manifest),
    };
    people::insert_lead(tx, cipher, place.person, lead, &row)
}

/// Whoever has the lead's case is told what it says now; of a case that has ended, nobody.
fn tell_of_correction(
    tx: &Transaction<'_>,
    cipher: &Cipher,
    place: &Place,
    told: &[Secret],
) -> Result<(), LedgerError> {
    let mut statement = tx.prepare_cached(
        "SELECT c.case_id, t.party FROM cases c JOIN dispatch_rows r USING (case_id)
         JOIN tasks t ON t.case_id = c.case_id AND t.stage = c.stage
         WHERE c.person_id = ?1 AND c.county = ?2 AND r.manifest = ?3 AND c.state = 'assigned'",
    )?;
    let offices: Vec<(String, String)> = statement
        .query_map(
            params![place.person, place.county, place.dispatched_in],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?
        .collect::<Result<_, _>>()?;
    for (case_id, party) in &offices {
        for detail in told {
            notices::owe(tx, case_id, party, Some((cipher, detail)))?;
        }
    }
    Ok(())
}

/// Takes back what stands of a package that this one replaces. What both have is replaced already,
/// or is a row of a report and is marked so here.
fn replace(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    old: &OwnPackage,
    tally: &mut Tally,
) -> Result<(), LedgerError> {
    let target = &old.manifest;
    tx.prepare_cached(
        "UPDATE report_rows AS o SET replaced_by =
           (SELECT min(n.row_id) FROM report_rows n
            WHERE n.manifest = ?2 AND n.person_id IS o.person_id AND n.list = o.list
              AND n.report = o.report AND n.policy IS o.policy AND n.about_list IS o.about_list
              AND n.about_month IS o.about_month)
         WHERE o.manifest = ?1 AND o.replaced_by IS NULL AND o.withdrawn_by IS NULL",
    )?
    .execute(params![
        target.as_bytes(),
        record.package.manifest.as_bytes()
    ])?;
    let answered: BTreeSet<&str> = record
        .answers
        .iter()
        .map(|answer| answer.case_id.as_str())
        .collect();
    tally.rows.insert((*target, "superseded"), 0);
    for standing in kept_rows::that_stand(tx, target)? {
        // An answer that came again has another in its place.
        if standing
            .case_id
            .is_some_and(|case_id| answered.contains(case_id.as_str()))
        {
            continue;
        }
        withdraw(tx, record, target, &standing.row, tally)?;
        tally.count(target, "superseded");
    }
    Ok(())
}

/// Withdraws the cases of a person that no lead keeps any more, and tells nobody how a case
/// ended who has withdrawn what it had said. Returns how many cases it withdrew.
pub(super) fn settle(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    person: i64,
) -> Result<u64, LedgerError> {
    let unkept: Vec<String> = tx
        .prepare_cached(concat!(
            "SELECT case_id FROM cases c WHERE person_id = ?1 AND ended_at IS NULL AND ",
            is_made_of_leads!(),
            " AND NOT ",
            keeps_the_case!()
        ))?
        .query_map(params![person], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for case_id in &unkept {
        withdraw_case(tx, record, case_id)?;
    }
    tx.prepare_cached(
        "DELETE FROM feedbacks WHERE manifest IS NULL
           AND case_id IN (SELECT case_id FROM cases
                           WHERE person_id = ?1 AND opened_in IS NULL)
           AND NOT EXISTS (SELECT 1 FROM dispatch_rows r JOIN cases c USING (case_id)
             JOIN leads l ON l.dispatched_in = r.manifest AND l.person_id = c.person_id
                         AND l.county = c.county
             WHERE r.case_id = feedbacks.case_id AND c.person_id = ?1
               AND l.source = feedbacks.party AND l.withdrawn_by IS NULL)",
    )?
    .execute(params![person])?;
    Ok(columns::count(unkept.len()))
}

/// Ends an open case because what it was about was taken back, and tells whoever has it.
fn withdraw_case(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    case_id: &str,
) -> Result<(), LedgerError> {
    let (state, stage): (String, String) = tx
        .prepare_cached("SELECT state, stage FROM cases WHERE case_id = ?1 AND ended_at IS NULL")?
        .query_row(params![case_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or(LedgerError::Corrupt { what: "amendment" })?;
    tx.prepare_cached("UPDATE cases SET state = 'withdrawn', ended_at = ?2 WHERE case_id = ?1")?
        .execute(params![case_id, record.at.as_second()])?;
    Line {
        case_id,
        at: record.at,
        what: "withdrawn",
        stage: &stage,
        party: None,
        outcome: None,
        due_on: None,
        manifest: Some(record.package.manifest.as_bytes()),
    }
    .append(tx)?;
    // What a case said that nobody has to answer any more is told to nobody.
    tx.prepare_cached(
        "DELETE FROM notices WHERE case_id = ?1 AND manifest IS NULL AND what = 'correction'",
    )?
    .execute(params![case_id])?;
    if state != "assigned" {
        return Ok(());
    }
    let offices: Vec<String> = tx
        .prepare_cached("SELECT party FROM tasks WHERE case_id = ?1 AND stage = ?2")?
        .query_map(params![case_id, stage], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for party in offices {
        notices::owe(tx, case_id, &party, None)?;
    }
    Ok(())
}

/// One line of what one package did to another. Whole is what leaves nothing standing.
fn write_down(
    tx: &Transaction<'_>,
    record: &VerdictRecord,
    (target, what): (&Digest, What),
    rows: u64,
) -> Result<(), LedgerError> {
    let replaced = record.amendments.replaces.as_ref();
    let since = replaced.filter(|_| what == "superseded");
    let is_whole = since.is_some() || !kept_rows::any_stands(tx, target)?;
    tx.prepare_cached(
        "INSERT INTO amendments (manifest, target, what, rows, is_whole, since, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        record.package.manifest.as_bytes(),
        target.as_bytes(),
        what,
        columns::integer(rows, "rows")?,
        is_whole,
        since.map_or(record.at, |old| old.since).as_second(),
        record.at.as_second(),
    ])?;
    Ok(())
}

impl NoticeKind {
    /// The sort that this word means.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::Withdrawal, Self::Correction]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

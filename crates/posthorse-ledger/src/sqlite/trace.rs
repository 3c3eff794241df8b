//! The way of a person, a case or a package, step by step.

use posthorse_package::{Digest, PackageId};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::cipher::{Cipher, Secret};
use crate::error::LedgerError;
use crate::monitor::{AmendedReach, Amending, LeadStanding, PersonTrace, TraceFact, TraceStep};
use crate::sqlite::people::{LEADS, PERSONS};
use crate::sqlite::screenings::CASES;
use crate::sqlite::{columns, trace_tasks, trace_work};

pub(super) const RECEIVED: &str = "
    SELECT received_at, manifest, package_id, sender, kind, period, code, accepted, rejected
    FROM packages WHERE manifest = ?1";

pub(super) const REPLIES: &str = "
    SELECT received_at, manifest, package_id, sender, kind, period, code, accepted, rejected
    FROM packages WHERE in_reply_to = ?1";

pub(super) const CAME_AGAIN: &str = "
    SELECT ended_at, outcome FROM intakes
    WHERE manifest = ?1 AND outcome IN ('replayed', 'turned-away')";

pub(super) const SEALED: &str = "
    SELECT sealed_at, manifest, package_id, party, kind FROM sealed WHERE manifest = ?1
    UNION
    SELECT sealed_at, manifest, package_id, party, kind FROM sealed WHERE in_reply_to = ?1";

pub(super) const PUBLISHED: &str =
    "SELECT published_at, party, file_name FROM outbox WHERE about = ?1";

pub(super) const SEALED_FILE: &str = "
    SELECT o.published_at, o.party, o.file_name FROM sealed s JOIN outbox o ON o.digest = s.file
    WHERE s.manifest = ?1";

pub(super) const ROUTED: &str = "
    SELECT min(received_at), county, count(*) FROM leads
    WHERE manifest = ?1 AND amended_in IS NULL
    GROUP BY county ORDER BY county";

/// What a package amends, and what amends it.
pub(super) const AMENDED: &str = "
    SELECT at, manifest, target, what, rows, is_whole FROM amendments WHERE manifest = ?1
    UNION
    SELECT at, manifest, target, what, rows, is_whole FROM amendments WHERE target = ?1";

pub(super) const BY_ID: &str = "
    SELECT manifest FROM packages WHERE package_id = ?1
    UNION
    SELECT manifest FROM sealed WHERE package_id = ?1";

pub(super) const DELETED: &str = "
    SELECT d.at, d.number FROM deleted_packages p JOIN deletions d ON d.number = p.deletion
    WHERE p.manifest = ?1";

pub(super) const PERSON: &str = "SELECT person_id, detail FROM persons WHERE hash = ?1";

pub(super) const PERSONS_LEADS: &str = "
    SELECT received_at, manifest, source, list, period, county, unrouted, superseded_by, lead_id,
           detail, dispatched_in, withdrawn_by
    FROM leads WHERE person_id = ?1 ORDER BY lead_id";

/// A sealed field that may be empty.
type Sealed = Option<Vec<u8>>;

pub(super) fn by_id(connection: &Connection, id: PackageId) -> Result<Vec<Digest>, LedgerError> {
    let mut statement = connection.prepare_cached(BY_ID)?;
    let rows = statement.query_map(params![id.to_string()], |row| columns::digest(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn package(
    connection: &Connection,
    manifest: &Digest,
) -> Result<Vec<TraceStep>, LedgerError> {
    let mut steps = Vec::new();
    for (sql, read) in [
        (RECEIVED, received as fn(&Row<'_>) -> _),
        (REPLIES, received),
        (CAME_AGAIN, came_again),
        (ROUTED, routed),
        (SEALED, sealed),
        (PUBLISHED, published),
        (SEALED_FILE, published),
        (trace_work::ANSWERS_KEPT, trace_work::answers_kept),
        (trace_tasks::NOTES, trace_tasks::note),
        (AMENDED, amended),
        (DELETED, deleted),
    ] {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![manifest.as_bytes()], read)?;
        for step in rows {
            steps.extend(step?);
        }
    }
    Ok(sorted(steps))
}

pub(super) fn person(
    connection: &Connection,
    cipher: &Cipher,
    identity: &Secret,
) -> Result<Option<PersonTrace>, LedgerError> {
    let hash = cipher.person_hash(identity);
    let found: Option<(i64, Vec<u8>)> = connection
        .prepare_cached(PERSON)?
        .query_row(params![hash.as_bytes()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((person, sealed)) = found else {
        return Ok(None);
    };
    let identity = cipher.open(PERSONS, &person.to_string(), &sealed)?;
    let (steps, detail) = persons_way(connection, cipher, person, None)?;
    Ok(Some(PersonTrace {
        identity: Some(identity),
        detail,
        steps: sorted(steps),
    }))
}

pub(super) fn case(
    connection: &Connection,
    cipher: &Cipher,
    case_id: &str,
) -> Result<Option<PersonTrace>, LedgerError> {
    let found: Option<(Option<i64>, Sealed, Sealed)> = connection
        .prepare_cached(trace_work::PERSON_OF_CASE)?
        .query_row(params![case_id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((person, sealed, row)) = found else {
        return Ok(None);
    };
    let (mut steps, mut detail, mut identity) = (Vec::new(), None, None);
    if let Some(person) = person {
        if let Some(sealed) = sealed {
            identity = Some(cipher.open(PERSONS, &person.to_string(), &sealed)?);
        }
        (steps, detail) = persons_way(connection, cipher, person, Some(case_id))?;
    } else {
        trace_work::steps_of_case(connection, case_id, &mut steps)?;
    }
    if let (None, Some(row)) = (&detail, row) {
        detail = Some(cipher.open(CASES, case_id, &row)?);
    }
    Ok(Some(PersonTrace {
        identity,
        detail,
        steps: sorted(steps),
    }))
}

/// The leads of a person and what became of them; of one case only what belongs to it.
fn persons_way(
    connection: &Connection,
    cipher: &Cipher,
    person: i64,
    only: Option<&str>,
) -> Result<(Vec<TraceStep>, Option<Secret>), LedgerError> {
    let mut steps = trace_work::steps(connection, person, only)?;
    let packages = match only {
        Some(case_id) => Some(trace_work::dispatched_in(connection, case_id)?),
        None => None,
    };
    let mut detail = None;
    let mut statement = connection.prepare_cached(PERSONS_LEADS)?;
    let mut rows = statement.query(params![person])?;
    while let Some(row) = rows.next()? {
        let dispatched_in = columns::optional_digest(row, 10)?;
        let belongs = packages
            .as_ref()
            .is_none_or(|known| dispatched_in.is_some_and(|one| known.contains(&one)));
        if belongs {
            let lead: i64 = row.get(8)?;
            let sealed: Option<Vec<u8>> = row.get(9)?;
            if let Some(sealed) = sealed {
                detail = Some(cipher.open(LEADS, &lead.to_string(), &sealed)?);
            }
            steps.push(lead_step(row)?);
        }
    }
    Ok((steps, detail))
}

fn lead_step(row: &Row<'_>) -> rusqlite::Result<TraceStep> {
    let county: Option<String> = row.get(5)?;
    let unrouted: Option<String> = row.get(6)?;
    Ok(TraceStep {
        at: Some(columns::instant(row, 0)?),
        fact: TraceFact::Lead {
            manifest: columns::digest(row, 1)?,
            source: columns::name(row, 2)?,
            list: columns::name(row, 3)?,
            period: columns::optional_name(row, 4)?,
            county: county.ok_or_else(|| unrouted.unwrap_or_default()),
            standing: match (
                row.get::<_, Option<i64>>(7)?,
                columns::optional_digest(row, 11)?,
            ) {
                (_, Some(_)) => LeadStanding::Withdrawn,
                (Some(_), None) => LeadStanding::Superseded,
                (None, None) => LeadStanding::Current,
            },
        },
    })
}

fn received(row: &Row<'_>) -> rusqlite::Result<Option<TraceStep>> {
    Ok(Some(TraceStep {
        at: Some(columns::instant(row, 0)?),
        fact: TraceFact::Received {
            manifest: columns::digest(row, 1)?,
            package_id: columns::name(row, 2)?,
            sender: columns::name(row, 3)?,
            kind: columns::name(row, 4)?,
            period: columns::optional_name(row, 5)?,
            code: row.get(6)?,
            accepted: columns::unsigned(row, 7)?,
            rejected: columns::unsigned(row, 8)?,
        },
    }))
}

fn came_again(row: &Row<'_>) -> rusqlite::Result<Option<TraceStep>> {
    Ok(Some(TraceStep {
        at: columns::optional_instant(row, 0)?,
        fact: TraceFact::CameAgain {
            outcome: row.get(1)?,
        },
    }))
}

fn routed(row: &Row<'_>) -> rusqlite::Result<Option<TraceStep>> {
    Ok(Some(TraceStep {
        at: columns::optional_instant(row, 0)?,
        fact: TraceFact::Routed {
            county: row.get(1)?,
            leads: columns::unsigned(row, 2)?,
        },
    }))
}

fn amended(row: &Row<'_>) -> rusqlite::Result<Option<TraceStep>> {
    let what: String = row.get(3)?;
    let what = [
        Amending::Withdrawn,
        Amending::Corrected,
        Amending::Superseded,
    ]
    .into_iter()
    .find(|one| one.word() == what)
    .ok_or_else(|| columns::damaged(3, Type::Text, "amendment"))?;
    Ok(Some(TraceStep {
        at: Some(columns::instant(row, 0)?),
        fact: TraceFact::Amended {
            manifest: columns::digest(row, 1)?,
            target: columns::digest(row, 2)?,
            what,
            rows: columns::unsigned(row, 4)?,
            reach: if row.get(5)? {
                AmendedReach::Whole
            } else {
                AmendedReach::Part
            },
        },
    }))
}

fn sealed(row: &Row<'_>) -> rusqlite::Result<Option<TraceStep>> {
    Ok(Some(TraceStep {
        at: Some(columns::instant(row, 0)?),
        fact: TraceFact::Sealed {
            manifest: columns::digest(row, 1)?,
            package_id: columns::name(row, 2)?,
            party: columns::name(row, 3)?,
            kind: columns::name(row, 4)?,
        },
    }))
}

fn published(row: &Row<'_>) -> rusqlite::Result<Option<TraceStep>> {
    Ok(Some(TraceStep {
        at: columns::optional_instant(row, 0)?,
        fact: TraceFact::Published {
            party: columns::name(row, 1)?,
            file_name: row.get(2)?,
        },
    }))
}

fn deleted(row: &Row<'_>) -> rusqlite::Result<Option<TraceStep>> {
    Ok(Some(TraceStep {
        at: Some(columns::instant(row, 0)?),
        fact: TraceFact::Deleted {
            deletion: columns::unsigned(row, 1)?,
        },
    }))
}

/// In the order of time; at one instant in the order of a package's way. What waits comes last.
fn sorted(mut steps: Vec<TraceStep>) -> Vec<TraceStep> {
    steps.sort_by_key(|step| (step.at.is_none(), step.at, rank(&step.fact)));
    steps.dedup();
    steps
}

fn rank(fact: &TraceFact) -> u8 {
    match fact {
        TraceFact::Received { .. } | TraceFact::Lead { .. } => 0,
        TraceFact::Routed { .. } | TraceFact::AnswersKept { .. } | TraceFact::Opened { .. } => 1,
        TraceFact::Sealed { .. } | TraceFact::Dispatched { .. } | TraceFact::Moved { .. } => 2,
        TraceFact::Urged { .. } | TraceFact::Deferred { .. } | TraceFact::Nil { .. } => 3,
        TraceFact::Answered { .. } | TraceFact::Retracted { .. } => 4,
        TraceFact::Closed { .. }
        | TraceFact::Lapsed { .. }
        | TraceFact::Withdrawn { .. }
        | TraceFact::Amended { .. }
        | TraceFact::CameAgain { .. } => 5,
        TraceFact::Published { .. } | TraceFact::Awaited { .. } => 6,
        TraceFact::Deleted { .. } => 7,
    }
}

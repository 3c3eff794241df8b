//! What is due for deletion (spec/retention-v1.md, section 1).

use std::collections::BTreeMap;

use posthorse_domain::{Date, Expiry};
use posthorse_package::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::case_id::month_of;
use crate::error::LedgerError;
use crate::record::ClaimId;
use crate::retention::{ArchivedCopy, DueForDeletion, DuePackage};
use crate::sqlite::columns;

/// The packages that came, that were sealed here, and that never came whole: manifest, kind, since
/// when they are kept, and before when something of their kind must have begun to be due.
pub(super) const KEPT: [&str; 3] = [
    "SELECT p.manifest AS manifest, p.kind AS kind, p.received_at AS begun,
            coalesce((SELECT value FROM json_each(?1) WHERE key = p.kind), ?2) AS bound
     FROM packages p WHERE p.received_at < ?3",
    "SELECT s.manifest AS manifest, s.kind AS kind, s.sealed_at AS begun,
            coalesce((SELECT value FROM json_each(?1) WHERE key = s.kind), ?2) AS bound
     FROM sealed s WHERE s.sealed_at < ?3
       AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.digest = s.file AND o.published_at IS NULL)",
    "SELECT t.manifest AS manifest, t.kind AS kind, max(t.at) AS begun,
            coalesce((SELECT value FROM json_each(?1) WHERE key = t.kind), ?2) AS bound
     FROM turned_away t WHERE t.at < ?3
       AND NOT EXISTS (SELECT 1 FROM packages p WHERE p.manifest = t.manifest)
     GROUP BY t.manifest, t.kind",
];

/// Those of them that are due: nothing holds them, and they are not deleted yet.
const DUE: &str = "
    SELECT k.manifest, k.kind FROM kept k
    WHERE k.begun < k.bound
      AND NOT EXISTS (SELECT 1 FROM deleted_packages d WHERE d.manifest = k.manifest)
      AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.about = k.manifest AND o.published_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM leads l WHERE l.manifest = k.manifest AND l.county IS NOT NULL
                        AND l.dispatched_in IS NULL AND l.superseded_by IS NULL
                        AND l.withdrawn_by IS NULL)
      AND NOT EXISTS (SELECT 1 FROM amendments m WHERE m.target = k.manifest AND m.at >= k.bound)
      AND NOT EXISTS
        (SELECT 1 FROM cases c WHERE c.case_id IN
           (SELECT case_id FROM case_events WHERE manifest = k.manifest
            UNION ALL SELECT case_id FROM answers WHERE manifest = k.manifest
            UNION ALL SELECT case_id FROM dispatch_rows WHERE manifest = k.manifest
            UNION ALL SELECT case_id FROM feedbacks WHERE manifest = k.manifest
            UNION ALL SELECT case_id FROM notices WHERE manifest = k.manifest
            UNION ALL SELECT case_id FROM case_openers WHERE manifest = k.manifest
            UNION ALL SELECT case_id FROM answers WHERE amended_in = k.manifest
            UNION ALL SELECT o.case_id FROM leads l
              CROSS JOIN cases o ON o.person_id = l.person_id AND o.county = l.county
              CROSS JOIN dispatch_rows r ON r.case_id = o.case_id AND r.manifest = l.dispatched_in
              WHERE l.manifest = k.manifest OR l.amended_in = k.manifest)
           AND (c.ended_at IS NULL OR c.ended_at >= k.bound OR EXISTS
             (SELECT 1 FROM feedbacks f WHERE f.case_id = c.case_id AND f.manifest IS NULL) OR EXISTS
             (SELECT 1 FROM notices n WHERE n.case_id = c.case_id AND n.manifest IS NULL)))
    ORDER BY k.begun, k.manifest LIMIT ?4";

/// Copies of deleted packages that came once more and have been settled since.
const AGAIN: &str = "
    SELECT DISTINCT i.manifest, coalesce((SELECT kind FROM packages p WHERE p.manifest = i.manifest),
                                         (SELECT kind FROM turned_away t WHERE t.manifest = i.manifest))
    FROM intakes i
    WHERE i.outcome IN ('replayed', 'turned-away') AND i.deleted_in IS NULL AND i.ended_at < ?1
      AND EXISTS (SELECT 1 FROM deleted_packages d WHERE d.manifest = i.manifest)
    ORDER BY i.manifest LIMIT ?2";

const ROWS: &str = "
    SELECT (SELECT count(*) FROM leads WHERE manifest = ?1)
         + (SELECT count(*) FROM answers WHERE manifest = ?1)
         + (SELECT count(*) FROM report_rows WHERE manifest = ?1)
         + (SELECT count(*) FROM dispatch_rows WHERE manifest = ?1)
         + (SELECT count(*) FROM precheck_rows WHERE manifest = ?1)
         + (SELECT count(*) FROM feedbacks WHERE manifest = ?1)";

const COPIES: &str = "
    SELECT ended_at, file FROM intakes
    WHERE manifest = ?1 AND file IS NOT NULL AND ended_at IS NOT NULL AND deleted_in IS NULL
    UNION SELECT NULL, file FROM sealed WHERE manifest = ?1
      AND NOT EXISTS (SELECT 1 FROM deleted_packages d WHERE d.manifest = ?1)
    ORDER BY 1, 2";

pub(super) const CASES: &str = "
    SELECT c.case_id FROM cases c
    WHERE c.ended_at IS NOT NULL AND c.deleted_in IS NULL AND c.ended_at < ?3
      AND c.ended_at < coalesce((SELECT value FROM json_each(?1) WHERE key = c.procedure), ?2)
      AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.case_id = c.case_id AND a.recorded_at >=
            coalesce((SELECT value FROM json_each(?1) WHERE key = c.procedure), ?2))
      AND NOT EXISTS (SELECT 1 FROM feedbacks f WHERE f.case_id = c.case_id AND f.manifest IS NULL)
      AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.case_id = c.case_id AND n.manifest IS NULL)
    ORDER BY c.ended_at, c.case_id LIMIT ?4";

const QUARANTINED: &str = "
    SELECT claim FROM intakes
    WHERE outcome = 'quarantined' AND deleted_in IS NULL AND ended_at < ?1 ORDER BY claim LIMIT ?2";

const RELEASED: &str = "
    SELECT claim FROM intakes
    WHERE outcome = 'released' AND deleted_in IS NULL AND ended_at < ?1 ORDER BY claim LIMIT ?2";

/// The instant at which the day after this one begins in China.
fn end_of(day: Date) -> Result<i64, LedgerError> {
    const CHINA_OFFSET_SECONDS: i64 = 8 * 3600;
    let next = day.tomorrow().unwrap_or(Date::MAX);
    let midnight: Timestamp = format!("{next}T00:00:00Z")
        .parse()
        .map_err(|_| LedgerError::OutOfRange { what: "day" })?;
    Ok(midnight.as_second() - CHINA_OFFSET_SECONDS)
}

/// Bounds by a name, as JSON, with one for every other name and the latest of all.
fn bounds<'n>(
    named: impl Iterator<Item = (&'n str, Date)>,
    other: Date,
) -> Result<(String, i64, i64), LedgerError> {
    let other = end_of(other)?;
    let mut latest = other;
    let mut by_name = BTreeMap::new();
    for (name, day) in named {
        let bound = end_of(day)?;
        latest = latest.max(bound);
        by_name.insert(name, bound);
    }
    let json = serde_json::to_string(&by_name);
    let json = json.map_err(|_| LedgerError::Corrupt { what: "bound" })?;
    Ok((json, other, latest))
}

pub(super) fn due(
    connection: &Connection,
    expiry: &Expiry,
    today: Date,
    most: u32,
) -> Result<DueForDeletion, LedgerError> {
    let mut due = DueForDeletion {
        packages: due_packages(connection, expiry, today, most)?,
        cases: Vec::new(),
        quarantined: claims(connection, QUARANTINED, end_of(expiry.logs.last_day)?, most)?,
        released: claims(connection, RELEASED, end_of(expiry.logs.last_day)?, most)?,
    };
    let procedures = expiry.procedures.iter();
    let named = procedures.map(|(id, rule)| (id.as_str(), rule.last_day));
    let (json, other, latest) = bounds(named, expiry.other_kinds.last_day)?;
    let mut statement = connection.prepare_cached(CASES)?;
    let rows = statement.query_map(params![json, other, latest, most], |row| row.get(0))?;
    due.cases = rows.collect::<Result<_, _>>()?;
    Ok(due)
}

/// What is due of one of the sorts of [`KEPT`].
pub(super) fn due_query(kept: &str) -> String {
    format!("WITH kept AS ({kept}) {DUE}")
}

fn due_packages(
    connection: &Connection,
    expiry: &Expiry,
    today: Date,
    most: u32,
) -> Result<Vec<DuePackage>, LedgerError> {
    let kinds = expiry.kinds.iter();
    let named = kinds.map(|(kind, rule)| (kind.as_str(), rule.last_day));
    let (json, other, latest) = bounds(named, expiry.other_kinds.last_day)?;
    let found = |row: &Row<'_>| Ok((columns::digest(row, 0)?, columns::name(row, 1)?));
    let mut found_due = BTreeMap::new();
    for kept in KEPT {
        let mut statement = connection.prepare_cached(&due_query(kept))?;
        let rows = statement.query_map(params![json, other, latest, most], found)?;
        for row in rows {
            let (manifest, kind) = row?;
            found_due.insert(manifest, kind);
        }
    }
    let yesterday = today.yesterday().unwrap_or(Date::MIN);
    let mut statement = connection.prepare_cached(AGAIN)?;
    for row in statement.query_map(params![end_of(yesterday)?, most], found)? {
        let (manifest, kind) = row?;
        found_due.insert(manifest, kind);
    }
    let taken = usize::try_from(most).unwrap_or(usize::MAX);
    let mut packages = Vec::new();
    for (manifest, kind) in found_due.into_iter().take(taken) {
        packages.push(DuePackage {
            rows: connection
                .prepare_cached(ROWS)?
                .query_row(params![manifest.as_bytes()], |row| {
                    columns::unsigned(row, 0)
                })?,
            copies: copies(connection, COPIES, params![manifest.as_bytes()])?,
            manifest,
            kind,
        });
    }
    Ok(packages)
}

pub(super) fn copies(
    connection: &Connection,
    sql: &str,
    parameters: &[&dyn rusqlite::ToSql],
) -> Result<Vec<ArchivedCopy>, LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(parameters, |row| {
        let file = columns::digest(row, 1)?;
        let came = columns::optional_instant(row, 0)?;
        Ok(match came.map(month_of) {
            Some(month) => ArchivedCopy::Came { month, file },
            None => ArchivedCopy::Sent { file },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn claims(
    connection: &Connection,
    sql: &str,
    bound: i64,
    most: u32,
) -> Result<Vec<ClaimId>, LedgerError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![bound, most], |row| columns::name(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

//! The events themselves, and the questions that show whether the ledger keeps its promises.

use posthorse_package::Timestamp;
use rusqlite::{Connection, Transaction, params};

use crate::error::LedgerError;
use crate::event::{Event, StoredEvent};
use crate::query::{BrokenInvariant, DispositionCount};
use crate::sqlite::amendments::{is_made_of_leads, keeps_the_case};
use crate::sqlite::columns;

/// Each promise, and the query that counts the rows which break it (spec/ledger-v1.md, section 6).
const INVARIANTS: &[(&str, &str)] = &[
    (
        "every decided intake has its package",
        "SELECT count(*) FROM intakes i WHERE outcome IN ('decided', 'replayed')
           AND NOT EXISTS (SELECT 1 FROM packages p WHERE p.manifest = i.manifest)",
    ),
    (
        "every package has its receipt",
        "SELECT count(*) FROM packages p
         WHERE NOT EXISTS (SELECT 1 FROM receipts r WHERE r.manifest = p.manifest)",
    ),
    (
        "every package has one decided event",
        "SELECT count(*) FROM packages p WHERE 1 <>
           (SELECT count(*) FROM events e WHERE e.kind = 'decided'
              AND json_extract(e.facts, '$.decided.claim') IN
                (SELECT claim FROM intakes i
                 WHERE i.manifest = p.manifest AND i.outcome = 'decided'))",
    ),
    (
        "every copy turned away has its receipt in the outbox",
        "SELECT count(*) FROM turned_away t
         WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.about = t.file)",
    ),
    (
        "every sealed package has its outbox row",
        "SELECT count(*) FROM sealed s
         WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.digest = s.file)",
    ),
    (
        "an own sequence has no gap",
        "SELECT count(*) FROM own_chains c WHERE next_sequence - 1 <>
           (SELECT count(*) FROM sealed s WHERE s.signing_key = c.signing_key)",
    ),
    (
        "every lead belongs to a package that was not rejected",
        "SELECT count(*) FROM leads l WHERE NOT EXISTS
           (SELECT 1 FROM packages p WHERE p.manifest = l.manifest
              AND p.disposition <> 'rejected')",
    ),
    (
        "every dispatched lead belongs to a case of its person and county",
        "SELECT count(*) FROM leads l WHERE dispatched_in IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM dispatch_rows r JOIN cases c USING (case_id)
            WHERE r.manifest = l.dispatched_in AND c.person_id = l.person_id
              AND c.county = l.county)",
    ),
    (
        "every dispatch has as many rows as people",
        "SELECT count(*) FROM dispatches d WHERE people <>
           (SELECT count(*) FROM dispatch_rows r WHERE r.manifest = d.manifest)",
    ),
    (
        "every answer belongs to a task",
        "SELECT count(*) FROM answers a WHERE NOT EXISTS
           (SELECT 1 FROM tasks t WHERE t.case_id = a.case_id AND t.stage = a.stage)",
    ),
    (
        "every case has begun once, and first",
        "SELECT count(*) FROM cases c WHERE 'opened' IS NOT
           (SELECT what FROM case_events e WHERE e.case_id = c.case_id ORDER BY number LIMIT 1)
           OR 1 <> (SELECT count(*) FROM case_events e
                    WHERE e.case_id = c.case_id AND e.what = 'opened')",
    ),
    (
        "every case that an office has is awaited from somebody, and no other but what has lapsed or \
         was withdrawn",
        "SELECT count(*) FROM cases c WHERE state <> 'withdrawn' AND (state = 'assigned') <> EXISTS
           (SELECT 1 FROM tasks t WHERE t.case_id = c.case_id AND t.stage = c.stage
              AND t.settled_at IS NULL)
           AND NOT EXISTS (SELECT 1 FROM case_events e
                           WHERE e.case_id = c.case_id AND e.what = 'lapsed')",
    ),
    (
        "what has lapsed is closed, and somebody had not answered it",
        "SELECT count(*) FROM case_events e JOIN cases c USING (case_id)
         WHERE e.what = 'lapsed' AND (c.state <> 'closed' OR e.stage <> c.stage OR NOT EXISTS
           (SELECT 1 FROM tasks t WHERE t.case_id = c.case_id AND t.stage = c.stage
              AND (t.settled_at IS NULL OR t.settled_at >= e.at)))",
    ),
    (
        "every case that a package opened belongs to one that was not rejected",
        "SELECT count(*) FROM cases c WHERE opened_in IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM packages p WHERE p.manifest = c.opened_in
              AND p.disposition <> 'rejected')",
    ),
    (
        "every dispatched case has a task in its hands",
        "SELECT count(*) FROM dispatch_rows r JOIN dispatches d USING (manifest) WHERE NOT EXISTS
           (SELECT 1 FROM tasks t WHERE t.case_id = r.case_id AND t.stage = d.stage)",
    ),
    (
        "what is closed has the answer that closed it",
        "SELECT count(*) FROM cases c WHERE state = 'closed' AND outcome IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.case_id
                             AND t.stage = c.stage AND t.outcome = c.outcome)",
    ),
    (
        "every settled task has its answer in the history",
        "SELECT count(*) FROM tasks t WHERE settled_at IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM case_events e WHERE e.case_id = t.case_id AND e.stage = t.stage
              AND e.party = t.party AND e.what = 'answered')",
    ),
    (
        "every source of a closed case that has not withdrawn has been told, or waits to be",
        "SELECT count(*) FROM cases c
         JOIN dispatch_rows r ON r.case_id = c.case_id
         JOIN leads l ON l.person_id = c.person_id AND l.dispatched_in = r.manifest
                     AND l.county = c.county AND l.withdrawn_by IS NULL
         WHERE c.state = 'closed' AND NOT EXISTS
           (SELECT 1 FROM feedbacks f WHERE f.case_id = c.case_id AND f.party = l.source)",
    ),
    (
        "every opener of a closed case that is to be told has been, or waits to be",
        "SELECT count(*) FROM cases c WHERE state = 'closed' AND informs IS NOT NULL
           AND NOT EXISTS
           (SELECT 1 FROM feedbacks f WHERE f.case_id = c.case_id AND f.party = c.informs)",
    ),
    (
        "every open case that is made of leads is kept by one that stands, and every one that \
         packages opened by one of them",
        concat!(
            "SELECT count(*) FROM cases c WHERE ended_at IS NULL AND ((",
            is_made_of_leads!(),
            " AND NOT ",
            keeps_the_case!(),
            ") OR (opened_in IS NOT NULL AND NOT EXISTS
               (SELECT 1 FROM case_openers o
                WHERE o.case_id = c.case_id AND o.withdrawn_by IS NULL)))"
        ),
    ),
    (
        "nobody is told of a withdrawal that did not happen",
        "SELECT count(*) FROM notices n JOIN cases c USING (case_id)
         WHERE n.what = 'withdrawal' AND c.state <> 'withdrawn'",
    ),
    (
        "nobody is told what is not closed",
        "SELECT count(*) FROM feedbacks f JOIN cases c USING (case_id) WHERE c.state <> 'closed'",
    ),
    (
        "every deletion has its event",
        "SELECT count(*) FROM deletions d WHERE 1 <>
           (SELECT count(*) FROM events e WHERE e.kind = 'deleted'
              AND json_extract(e.facts, '$.deleted.number') = d.number)",
    ),
    (
        "nothing is kept of a deleted package",
        "SELECT count(*) FROM deleted_packages d WHERE
           EXISTS (SELECT 1 FROM leads l WHERE l.manifest = d.manifest AND l.deleted_in IS NULL)
           OR EXISTS (SELECT 1 FROM answers a WHERE a.manifest = d.manifest AND a.deleted_in IS NULL)
           OR EXISTS (SELECT 1 FROM report_rows r
                      WHERE r.manifest = d.manifest AND r.deleted_in IS NULL)",
    ),
    (
        "nobody is forgotten of whom something is kept",
        "SELECT count(*) FROM persons p WHERE deleted_in IS NOT NULL AND
           (EXISTS (SELECT 1 FROM leads l WHERE l.person_id = p.person_id AND l.deleted_in IS NULL)
            OR EXISTS (SELECT 1 FROM cases c
                       WHERE c.person_id = p.person_id AND c.deleted_in IS NULL)
            OR EXISTS (SELECT 1 FROM report_rows r
                       WHERE r.person_id = p.person_id AND r.deleted_in IS NULL))",
    ),
    (
        "every roster that was sent is sealed for the office that has it",
        "SELECT count(*) FROM roster_sendings r WHERE manifest IS NOT NULL AND NOT EXISTS
           (SELECT 1 FROM sealed s WHERE s.manifest = r.manifest AND s.party = r.party
              AND s.kind = 'roster')",
    ),
];

pub(super) fn append(
    tx: &Transaction<'_>,
    at: Timestamp,
    event: &Event,
) -> Result<(), LedgerError> {
    let facts = serde_json::to_string(event).map_err(|_| LedgerError::Corrupt { what: "event" })?;
    tx.prepare_cached("INSERT INTO events (at, kind, facts) VALUES (?1, ?2, ?3)")?
        .execute(params![at.as_second(), event.kind(), facts])?;
    Ok(())
}

pub(super) fn events_after(
    connection: &Connection,
    number: i64,
    limit: u32,
) -> Result<Vec<StoredEvent>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT event_id, at, kind, facts FROM events WHERE event_id > ?1
         ORDER BY event_id LIMIT ?2",
    )?;
    let rows = statement.query_map(params![number, limit], |row| {
        Ok(StoredEvent {
            number: row.get(0)?,
            at: columns::instant(row, 1)?,
            kind: row.get(2)?,
            facts: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn disposition_counts(
    connection: &Connection,
) -> Result<Vec<DispositionCount>, LedgerError> {
    let mut statement = connection.prepare_cached(
        "SELECT disposition, code, count(*) FROM packages GROUP BY disposition, code
         UNION ALL
         SELECT outcome, code, count(*) FROM intakes WHERE outcome IN ('quarantined', 'turned-away')
         GROUP BY outcome, code
         ORDER BY 1, 2",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(DispositionCount {
            disposition: row.get(0)?,
            code: row.get(1)?,
            packages: columns::unsigned(row, 2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn broken_invariants(
    connection: &Connection,
) -> Result<Vec<BrokenInvariant>, LedgerError> {
    let mut broken = Vec::new();
    for (rule, query) in INVARIANTS {
        let rows = connection.query_row(query, [], |row| columns::unsigned(row, 0))?;
        if rows > 0 {
            broken.push(BrokenInvariant { rule, rows });
        }
    }
    Ok(broken)
}

//! No answer for the operator may read a whole table that grows with the years.

use rusqlite::Connection;

use crate::cipher::LedgerKey;
use crate::sqlite::{
    SqliteLedger, board, board_reports, board_work, coverage, intakes, people, rechecks, retention,
    rosters, trace, trace_tasks, trace_work,
};

const QUERIES: &[&str] = &[
    board::ARRIVALS,
    board::QUARANTINED,
    board::UNFINISHED,
    board::UNROUTED,
    board::BACKLOG,
    board::UNPUBLISHED,
    board::LAST_ROSTER,
    board_reports::LISTS,
    board_reports::NOTES,
    board_reports::CONTACTS,
    board::ROSTER_SENT,
    board::PAYOUTS,
    coverage::LATEST,
    rechecks::PAGE,
    rosters::ENDED_FOR,
    board_work::OPEN,
    board_work::COHORT,
    board_work::CLOSED,
    board_work::ORPHANS,
    intakes::QUARANTINED,
    people::PENDING,
    people::LAST_CLOSED,
    trace::RECEIVED,
    trace::REPLIES,
    trace::CAME_AGAIN,
    trace::SEALED,
    trace::PUBLISHED,
    trace::SEALED_FILE,
    trace::ROUTED,
    trace::AMENDED,
    trace::BY_ID,
    trace::PERSON,
    trace::PERSONS_LEADS,
    trace_tasks::URGES,
    trace_tasks::DEFERRALS,
    trace_tasks::AWAITED,
    trace_tasks::NOTES,
    trace_work::PERSON_OF_CASE,
    trace_work::CASES,
    trace_work::CASE,
    trace_work::EVENTS,
    trace_work::DISPATCHED_IN,
    trace_work::ANSWERS,
    trace_work::ANSWERS_KEPT,
];

/// Indexes that hold only what still waits: walking one whole is the answer itself.
const WHAT_WAITS: &[&str] = &[
    "intakes_open",
    "leads_unrouted",
    "leads_waiting",
    "outbox_waiting",
    "cases_open",
    "tasks_open",
];

/// How a query is answered, line by line.
fn plan(connection: &Connection, query: &str) -> Vec<String> {
    let mut statement = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {query}"))
        .expect("a plan");
    // Unbound, every parameter is NULL; the plan is the same for any value.
    let mut rows = statement.raw_query();
    let mut lines: Vec<String> = Vec::new();
    while let Some(row) = rows.next().expect("a line") {
        lines.push(row.get(3).expect("a line"));
    }
    lines
}

/// The lines of a plan that read a stored table or one of its indexes from end to end.
fn full_scans(connection: &Connection, query: &str) -> Vec<String> {
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .expect("a statement");
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .expect("tables")
        .collect::<Result<_, _>>()
        .expect("names");
    plan(connection, query)
        .into_iter()
        .filter(|line| {
            let Some(rest) = line.strip_prefix("SCAN ") else {
                return false;
            };
            let waits = WHAT_WAITS.iter().any(|index| rest.ends_with(index));
            let alias = ["a", "c", "l", "o", "p", "r", "s", "t", "u"];
            let name = rest.split(' ').next().unwrap_or_default();
            !waits && (tables.iter().any(|table| table == name) || alias.contains(&name))
        })
        .collect()
}

#[test]
fn no_question_of_the_operator_reads_a_whole_table() {
    let ledger = SqliteLedger::in_memory(&LedgerKey::from_bytes([7; 32])).expect("a ledger");
    for query in QUERIES {
        let scans = full_scans(&ledger.connection, query);
        assert!(scans.is_empty(), "{query}\n{scans:?}");
    }
}

/// A county closes thousands of cases a year, and a dispatch asks this of every one of thousands.
#[test]
fn what_is_known_of_a_person_is_found_by_the_person() {
    let ledger = SqliteLedger::in_memory(&LedgerKey::from_bytes([7; 32])).expect("a ledger");
    let plan = plan(&ledger.connection, people::LAST_CLOSED);
    let cases = plan.iter().find(|line| line.starts_with("SEARCH c "));
    let cases = cases.expect("cases are searched");
    assert!(cases.contains("(person_id=?"), "{cases}");
}

#[test]
fn a_whole_table_would_be_noticed() {
    let ledger = SqliteLedger::in_memory(&LedgerKey::from_bytes([7; 32])).expect("a ledger");
    for (query, scans) in [
        ("SELECT count(*) FROM events", 1),
        ("SELECT outcome FROM cases c WHERE outcome = ?1", 1),
        ("SELECT detail FROM leads WHERE detail = ?1", 1),
        ("SELECT code FROM packages WHERE code = ?1", 1),
        ("SELECT value FROM json_each(?1)", 0),
    ] {
        assert_eq!(
            full_scans(&ledger.connection, query).len(),
            scans,
            "{query}"
        );
    }
}

#[test]
fn what_is_due_is_found_without_reading_whole_tables() {
    let ledger = SqliteLedger::in_memory(&LedgerKey::from_bytes([7; 32])).expect("a ledger");
    // The third sort is copies turned away, of which there are few.
    let sorts = retention::KEPT.iter().take(2);
    let mut queries: Vec<String> = sorts.map(|kept| retention::due_query(kept)).collect();
    queries.push(retention::CASES.to_owned());
    for query in queries {
        let scans = full_scans(&ledger.connection, &query);
        assert!(scans.is_empty(), "{query}\n{scans:?}");
    }
}

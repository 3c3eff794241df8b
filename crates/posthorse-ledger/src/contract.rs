//! The suite that every store must pass: each case gets a fresh, empty ledger.

mod monitor;
mod openings;
mod packages;
mod people;
mod retention;
mod support;

use crate::cipher::LedgerKey;
use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::sqlite::SqliteLedger;
use support::key;

type Case = fn(&mut dyn Ledger);

const CASES: &[Case] = &[
    packages::an_intake_is_open_until_it_ends_once,
    packages::attempts_are_counted_until_the_end,
    packages::a_verdict_is_written_whole_and_once,
    packages::a_failed_verdict_leaves_nothing,
    packages::history_knows_the_neighbours,
    packages::a_replay_puts_the_same_receipt_back,
    packages::a_lone_copy_is_turned_away_and_decides_nothing,
    packages::what_was_refused_holds_no_number,
    packages::the_own_sequence_has_no_gap_and_no_fork,
    people::one_person_gets_one_case_and_every_source,
    people::a_repeated_lead_is_not_dispatched_again,
    people::an_answer_closes_and_a_later_lead_opens_anew,
    people::what_has_no_county_waits_for_the_operator,
    people::cases_carry_the_next_number,
    people::an_answer_to_an_unknown_case_is_refused,
    retention::nothing_open_untold_or_unsent_is_due,
    retention::req_27_what_was_kept_three_years_goes_and_its_evidence_stays,
    retention::who_is_named_still_is_remembered,
    retention::logs_and_quarantine_are_kept_six_months,
    openings::a_row_opens_a_case_or_joins_an_open_one,
    openings::every_office_is_asked_at_once_or_none_is,
    openings::a_case_of_several_closes_with_the_last_answer,
    openings::what_lapses_is_told_and_a_late_answer_again,
    openings::an_office_that_has_the_package_has_the_task,
];

#[test]
fn sqlite_in_memory_keeps_the_contract() {
    for case in CASES {
        let mut ledger = SqliteLedger::in_memory(&key()).expect("a ledger");
        case(&mut ledger);
        assert_eq!(ledger.broken_invariants().expect("answers"), []);
    }
}

#[test]
fn sqlite_in_a_file_keeps_the_contract() {
    for case in CASES {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger.sqlite");
        case(&mut SqliteLedger::open(&path, &key()).expect("a ledger"));
        let again = SqliteLedger::open(&path, &key()).expect("the same ledger");
        assert_eq!(again.broken_invariants().expect("answers"), []);
    }
}

#[test]
fn foreign_newer_and_wrongly_keyed_files_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    drop(SqliteLedger::open(&path, &key()).expect("a ledger"));
    let wrong = LedgerKey::from_bytes([9; 32]);
    assert!(matches!(
        SqliteLedger::open(&path, &wrong),
        Err(LedgerError::WrongKey)
    ));

    let connection = rusqlite::Connection::open(&path).expect("opens");
    connection
        .pragma_update(None, "user_version", 99)
        .expect("written");
    drop(connection);
    assert!(matches!(
        SqliteLedger::open(&path, &key()),
        Err(LedgerError::NewerSchema {
            found: 99,
            known: 1
        })
    ));

    let foreign = folder.path().join("foreign.sqlite");
    let connection = rusqlite::Connection::open(&foreign).expect("opens");
    connection
        .execute_batch("CREATE TABLE t (x)")
        .expect("written");
    drop(connection);
    assert!(matches!(
        SqliteLedger::open(&foreign, &key()),
        Err(LedgerError::NotALedger)
    ));

    let text = folder.path().join("text.sqlite");
    std::fs::write(&text, [b'x'; 4096]).expect("written");
    assert!(matches!(
        SqliteLedger::open(&text, &key()),
        Err(LedgerError::NotALedger)
    ));
}

#[test]
fn the_file_names_nobody_and_events_never_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    let mut ledger = SqliteLedger::open(&path, &key()).expect("a ledger");
    people::one_person_gets_one_case_and_every_source(&mut ledger);
    people::what_has_no_county_waits_for_the_operator(&mut ledger);
    drop(ledger);
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("read");
        for word in ["person-one", "said of", "list.xpkg"] {
            assert!(
                !bytes
                    .windows(word.len())
                    .any(|window| window == word.as_bytes()),
                "{word}"
            );
        }
    }
    let connection = rusqlite::Connection::open(&path).expect("opens");
    for statement in [
        "UPDATE events SET at = 0",
        "DELETE FROM events",
        "UPDATE packages SET disposition = 'rejected'",
        "DELETE FROM packages",
        "UPDATE receipts SET bytes = x''",
        "DELETE FROM sealed",
        "UPDATE case_events SET what = 'opened'",
        "DELETE FROM case_events",
    ] {
        assert!(connection.execute(statement, []).is_err(), "{statement}");
    }
}

#[test]
fn the_answer_to_a_lone_copy_never_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    let mut ledger = SqliteLedger::open(&path, &key()).expect("a ledger");
    packages::a_lone_copy_is_turned_away_and_decides_nothing(&mut ledger);
    let connection = rusqlite::Connection::open(&path).expect("opens");
    for statement in [
        "UPDATE turned_away SET receipt = x''",
        "DELETE FROM turned_away",
    ] {
        assert!(connection.execute(statement, []).is_err(), "{statement}");
    }
}

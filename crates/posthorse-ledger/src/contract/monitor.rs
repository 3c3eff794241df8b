//! What the operator is answered.

use posthorse_domain::{Date, Month, ProcedureId, Transition};
use posthorse_package::Disposition;

use super::support::{accepted, at, dispatch, key, lead, manifest, secret, stage};
use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::monitor::{AccessRecord, BoardQuestion, TraceFact};
use crate::record::{Destination, NewAnswer, VerdictRecord};
use crate::sqlite::SqliteLedger;

fn staying() -> Vec<String> {
    vec!["继续核实".to_owned()]
}

fn warning() -> ProcedureId {
    "warning".parse().expect("a procedure")
}

fn month(text: &str) -> Month {
    Month::new(&text.parse().expect("a period")).expect("a month")
}

fn answer(ledger: &mut dyn Ledger, number: u8, case: &str, outcome: &str, second: i64) {
    let mut record: VerdictRecord = accepted(ledger, number, "411722");
    record.at = at(second);
    record.package.kind = "verification_result".parse().expect("a kind");
    record.package.in_reply_to = Some(manifest(50));
    record.answers = vec![NewAnswer {
        case_id: case.to_owned(),
        stage: stage(),
        list: "verification-result".parse().expect("a list"),
        outcome: outcome.to_owned(),
        then: if outcome == "继续核实" {
            Transition::StaysOpen
        } else {
            Transition::Closes
        },
        detail: secret("answered"),
        reason: None,
    }];
    ledger.record_verdict(&record).expect("decided");
}

/// Two persons dispatched, a third without a county; one answered twice, the other still verified.
fn work(ledger: &mut SqliteLedger) -> Vec<String> {
    let mut list = accepted(ledger, 1, "housing");
    list.verdict.accepted = 3;
    list.verdict.rejected = 1;
    list.verdict.disposition = Disposition::AcceptedInPart;
    list.leads = vec![
        lead("person-one", "411722", "said of one"),
        lead("person-two", "411722", "said of two"),
        lead("person-three", "", "said of three"),
    ];
    list.leads[2].destination = Destination::Unrouted("no-office".into());
    ledger.record_verdict(&list).expect("decided");
    let ids = dispatch(ledger, 50, 1, "411722");
    answer(ledger, 2, &ids[0], "继续核实", 2000);
    answer(ledger, 3, &ids[1], "不纳入", 3000);
    answer(ledger, 4, &ids[1], "纳入", 4000);
    ids
}

#[test]
fn req_23_a_board_is_counted_as_of_any_moment() {
    let mut ledger = SqliteLedger::in_memory(&key()).expect("a ledger");
    work(&mut ledger);
    // at(0) is 2026-11-18 in China.
    let november = month("2026-11");
    let (staying, warning) = (staying(), warning());
    let board = |second| {
        let question = BoardQuestion {
            month: &november,
            as_of: at(second),
            procedure: &warning,
            staying: &staying,
        };
        ledger.board_facts(&question).expect("facts")
    };
    let counts = |second| {
        let facts = board(second);
        let open: Vec<(u64, u64)> = facts
            .open
            .iter()
            .map(|group| (group.unanswered, group.answered))
            .collect();
        let outcomes: Vec<(Option<String>, bool)> = facts
            .cohort
            .iter()
            .map(|group| (group.outcome.clone(), group.closed.is_some()))
            .collect();
        let closed: u64 = facts.closed.iter().map(|group| group.count).sum();
        (open, outcomes, closed)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(counts(999), (vec![], vec![], 0));
    assert_eq!(counts(1000), (vec![(2, 0)], vec![(None, false)], 0));
    assert_eq!(
        counts(2000),
        (
            vec![(1, 1)],
            vec![(None, false), (some("继续核实"), false)],
            0
        )
    );
    let later = |outcome: &str| {
        let outcomes = vec![(some("继续核实"), false), (some(outcome), true)];
        (vec![(0, 1)], outcomes, 1)
    };
    assert_eq!(counts(3999), later("不纳入"));
    assert_eq!(counts(9999), later("纳入"));
    let facts = board(9999);
    assert_eq!(facts.open[0].task.opened, Date::constant(2026, 11, 18));
    assert_eq!(facts.arrivals.len(), 4);
    assert_eq!(
        (facts.arrivals[0].accepted, facts.arrivals[0].rejected),
        (3, 1)
    );
    assert_eq!((facts.stuck.unrouted, facts.stuck.unfinished), (1, 0));
    assert_eq!(facts.last_roster, None);
}

#[test]
fn req_25_every_accepted_row_has_somebody_who_answers_for_it() {
    let mut ledger = SqliteLedger::in_memory(&key()).expect("a ledger");
    work(&mut ledger);
    let november = month("2026-11");
    let orphans = |ledger: &SqliteLedger| {
        let question = BoardQuestion {
            month: &november,
            as_of: at(9999),
            procedure: &warning(),
            staying: &[],
        };
        ledger.board_facts(&question).expect("facts").stuck.orphans
    };
    assert_eq!(orphans(&ledger), 0);
    // A lead that left its county, and one that was deleted, would both be seen.
    let connection = ledger.connection_for_tests();
    connection
        .execute("UPDATE leads SET county = '411728' WHERE lead_id = 1", [])
        .expect("written");
    connection
        .execute("DELETE FROM leads WHERE lead_id = 2", [])
        .expect("written");
    assert_eq!(orphans(&ledger), 2);
}

#[test]
fn a_person_a_warning_and_a_package_are_traced() {
    let mut ledger = SqliteLedger::in_memory(&key()).expect("a ledger");
    let ids = work(&mut ledger);
    let person = ledger.trace_person(&secret("person-two")).expect("asked");
    let person = person.expect("a person");
    assert_eq!(person.detail, Some(secret("said of two")));
    let words = |steps: &[crate::monitor::TraceStep]| -> Vec<&'static str> {
        steps
            .iter()
            .map(|step| match &step.fact {
                TraceFact::Received { .. } => "received",
                TraceFact::CameAgain { .. } => "again",
                TraceFact::Routed {
                    county: Some(_), ..
                } => "routed",
                TraceFact::Routed { county: None, .. } => "unrouted",
                TraceFact::AnswersKept { .. } => "kept",
                TraceFact::Sealed { .. } => "sealed",
                TraceFact::Published { .. } => "published",
                TraceFact::Lead { .. } => "lead",
                TraceFact::Opened { .. } => "opened",
                TraceFact::Dispatched { .. } => "dispatched",
                TraceFact::Answered { .. } => "answered",
                TraceFact::Closed { .. } => "closed",
                TraceFact::Moved { .. } => "moved",
                TraceFact::Lapsed { .. } => "lapsed",
                TraceFact::Withdrawn { .. } => "withdrawn",
                TraceFact::Urged { .. } => "urged",
                TraceFact::Deferred { .. } => "deferred",
                TraceFact::Nil { .. } => "nil",
                TraceFact::Awaited { .. } => "awaited",
                TraceFact::Amended { .. } => "amended",
                TraceFact::Retracted { .. } => "retracted",
                TraceFact::Deleted { .. } => "deleted",
            })
            .collect()
    };
    let way = [
        "lead",
        "opened",
        "dispatched",
        "answered",
        "closed",
        "answered",
    ];
    assert_eq!(words(&person.steps), way);
    let case = ledger.trace_case(&ids[1]).expect("asked");
    assert_eq!(case.expect("a case").steps, person.steps);
    assert_eq!(
        ledger.trace_case("W202611-411722-999999").expect("asked"),
        None
    );
    assert_eq!(ledger.trace_person(&secret("nobody")).expect("asked"), None);
    let list = ledger.trace_package(&manifest(1)).expect("asked");
    assert_eq!(
        words(&list),
        ["received", "unrouted", "routed", "published"]
    );
    assert_eq!(list[3].at, None);
    let sent = ledger.trace_package(&manifest(50)).expect("asked");
    let way = ["sealed", "received", "received", "received", "published"];
    assert_eq!(words(&sent), way);
    assert_eq!(ledger.trace_package(&manifest(99)).expect("asked"), []);
}

#[test]
fn a_ledger_is_read_beside_its_writer_and_only_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    assert!(SqliteLedger::open_to_read(&path, &key()).is_err());
    assert!(!path.exists());
    let mut writer = SqliteLedger::open(&path, &key()).expect("a ledger");
    work(&mut writer);
    let mut reader = SqliteLedger::open_to_read(&path, &key()).expect("a reader");
    assert!(
        reader
            .trace_person(&secret("person-one"))
            .expect("asked")
            .is_some()
    );
    let record = AccessRecord {
        at: at(5000),
        user: "operator".to_owned(),
        person: "李操作".to_owned(),
        subject: "person".to_owned(),
        action: "unmask".to_owned(),
        reason: "群众来访".to_owned(),
        rows: 1,
    };
    assert!(reader.record_access(&record).is_err());
    writer.record_access(&record).expect("written");
    let events = reader.events_after(0, 1000).expect("events");
    let last = events.last().expect("an event");
    assert_eq!(last.kind, "accessed");
    assert_eq!(
        last.facts,
        r#"{"accessed":{"user":"operator","person":"李操作","subject":"person","action":"unmask","reason":"群众来访","rows":1}}"#
    );
    assert_eq!(reader.accesses().expect("accesses"), [record]);
    let wrong = crate::cipher::LedgerKey::from_bytes([9; 32]);
    assert!(matches!(
        SqliteLedger::open_to_read(&path, &wrong),
        Err(LedgerError::WrongKey)
    ));
}

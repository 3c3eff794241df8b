//! Cases that packages open: joined, given to several offices, lapsed, told to their opener.

use posthorse_domain::{Certainty, StageId, Transition};

use super::support::{accepted, at, key_id, manifest, party, sealed, secret};
use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::query::{CaseRow, CaseStanding, PendingResult};
use crate::record::{
    DirectTask, DispatchRecord, DispatchRow, LapseRecord, NewAnswer, OpenedCase, Openings, TaskDue,
};

const DAY: i64 = 86_400;

fn stage() -> StageId {
    "compare".parse().expect("a stage")
}

fn openings(cases: Vec<OpenedCase>) -> Option<Openings> {
    Some(Openings {
        procedure: "applicant".parse().expect("a procedure"),
        stage: stage(),
        series: "C".into(),
        informs: Some(party("411722")),
        cases,
    })
}

fn opened(person: &str, county: &str) -> OpenedCase {
    OpenedCase {
        identity: Some(secret(person)),
        key: secret(person),
        county: county.into(),
        detail: secret("said of the applicant"),
        task: None,
    }
}

/// A case of one person in one county, from package 1.
fn one_case(ledger: &mut dyn Ledger) -> CaseRow {
    let mut record = accepted(ledger, 1, "411722");
    record.openings = openings(vec![opened("person-one", "411722")]);
    ledger.record_verdict(&record).expect("decided");
    of_person(ledger).remove(0)
}

fn of_person(ledger: &dyn Ledger) -> Vec<CaseRow> {
    let procedure = "applicant".parse().expect("a procedure");
    let found = ledger.cases_of_key(&procedure, &secret("person-one"));
    found.expect("answers")
}

/// The day of the dispatch is the last day.
fn handed(number: u8, sequence: u64, to: &str, case: &CaseRow) -> DispatchRecord {
    let on = crate::case_id::day_of(at(1000));
    DispatchRecord {
        procedure: case.procedure.clone(),
        stage: case.stage.clone(),
        series: String::new(),
        county: String::new(),
        at: at(1000),
        due: Some(TaskDue {
            on,
            certainty: Certainty::Decided,
        }),
        sealed: sealed(number, sequence, to),
        rows: vec![DispatchRow {
            person: None,
            case_id: case.case_id.clone(),
            since: at(1),
            leads: Vec::new(),
        }],
    }
}

fn hand_over(ledger: &mut dyn Ledger, case: &CaseRow) {
    let waiting = ledger.waiting_cases().expect("answers");
    assert_eq!(waiting.len(), 1);
    let mut records = [
        handed(50, 1, "education", case),
        handed(51, 2, "housing", case),
    ];
    for record in &mut records {
        record.rows[0].person = waiting[0].person;
    }
    ledger.record_hand_over(&records).expect("handed over");
}

/// An answer of a department, as package `number`, this many seconds after the dispatch.
fn answer(ledger: &mut dyn Ledger, number: u8, from: &str, outcome: &str, after: i64) {
    let case = of_person(ledger).remove(0);
    let mut record = accepted(ledger, number, from);
    record.at = at(1000 + after);
    record.answers = vec![NewAnswer {
        case_id: case.case_id,
        stage: stage(),
        list: "applicant-result".parse().expect("a list"),
        outcome: outcome.into(),
        reason: None,
        then: match outcome {
            "需进一步核实" => Transition::StaysOpen,
            _ => Transition::Closes,
        },
        detail: secret(&format!("{from} says {outcome}")),
    }];
    ledger.record_verdict(&record).expect("decided");
}

fn lapse(ledger: &mut dyn Ledger, after: i64) -> u64 {
    let record = LapseRecord {
        at: at(1000 + after),
        procedure: "applicant".parse().expect("a procedure"),
        stage: stage(),
    };
    ledger.record_lapses(&record).expect("written")
}

fn results(ledger: &dyn Ledger) -> Vec<PendingResult> {
    let procedure = "applicant".parse().expect("a procedure");
    let waiting = ledger.feedback_parties().expect("answers");
    let pending = ledger.pending_results(&procedure, &party("411722"));
    let pending = pending.expect("answers");
    assert_eq!(waiting.is_empty(), pending.is_empty());
    pending
}

fn tell(ledger: &mut dyn Ledger, number: u8, sequence: u64) {
    let feedbacks = results(ledger).iter().map(|one| one.feedback).collect();
    let record = crate::record::FeedbackRecord {
        at: at(1000 + 10 * DAY),
        sealed: sealed(number, sequence, "411722"),
        feedbacks,
    };
    ledger.record_feedback(&record).expect("told");
    assert_eq!(results(ledger), []);
}

pub(super) fn a_row_opens_a_case_or_joins_an_open_one(ledger: &mut dyn Ledger) {
    let case = one_case(ledger);
    assert!(
        case.case_id.starts_with("C202611-411722-"),
        "{}",
        case.case_id
    );
    assert_eq!(case.opened_by, Some(party("411722")));
    assert_eq!(case.identity, Some(secret("person-one")));
    let mut again = accepted(ledger, 2, "411722");
    let mut nobody = opened("number-7", "411722");
    nobody.identity = None;
    again.openings = openings(vec![
        opened("person-one", "411722"),
        opened("person-one", "411721"),
        nobody,
    ]);
    ledger.record_verdict(&again).expect("decided");
    let counties: Vec<String> = of_person(ledger)
        .into_iter()
        .map(|one| one.county)
        .collect();
    assert_eq!(counties, ["411721", "411722"]);
    let procedure = "applicant".parse().expect("a procedure");
    let found = ledger.cases_of_key(&procedure, &secret("number-7"));
    assert_eq!(found.expect("answers")[0].identity, None);
    let other = "anomaly".parse().expect("a procedure");
    let found = ledger.cases_of_key(&other, &secret("person-one"));
    assert_eq!(found.expect("answers"), []);
    let events = ledger.events_after(0, 1000).expect("events");
    let opened = events.iter().filter(|event| event.kind == "cases-opened");
    let facts: Vec<&str> = opened.map(|event| event.facts.as_str()).collect();
    assert!(
        facts[0].contains(r#""opened":1,"joined":0"#),
        "{}",
        facts[0]
    );
    assert!(
        facts[1].contains(r#""opened":2,"joined":1"#),
        "{}",
        facts[1]
    );
}

pub(super) fn every_office_is_asked_at_once_or_none_is(ledger: &mut dyn Ledger) {
    let case = one_case(ledger);
    let mut records = [
        handed(50, 1, "education", &case),
        handed(51, 3, "housing", &case),
    ];
    let person = ledger.waiting_cases().expect("answers")[0].person;
    for record in &mut records {
        record.rows[0].person = person;
    }
    assert!(matches!(
        ledger.record_hand_over(&records),
        Err(LedgerError::SequenceMoved { .. })
    ));
    assert_eq!(ledger.waiting_cases().expect("answers").len(), 1);
    let chain = ledger.own_chain(&key_id(2)).expect("a chain");
    assert_eq!(chain.next_sequence, 1);
    assert_eq!(ledger.owed().expect("answers"), []);

    hand_over(ledger, &case);
    let owed = ledger.owed().expect("answers");
    let owed: Vec<&str> = owed.iter().map(|owed| owed.party.as_str()).collect();
    assert_eq!(owed, ["education", "housing"]);
    let histories = ledger.case_histories().expect("cases");
    assert_eq!(histories[0].events.len(), 2, "one dispatch to both");
}

pub(super) fn a_case_of_several_closes_with_the_last_answer(ledger: &mut dyn Ledger) {
    let case = one_case(ledger);
    hand_over(ledger, &case);
    answer(ledger, 2, "education", "无相关信息", 1);
    answer(ledger, 3, "education", "有相关信息", 2);
    answer(ledger, 4, "housing", "需进一步核实", 3);
    assert_eq!(of_person(ledger)[0].standing, CaseStanding::Assigned);
    let owed = ledger.owed().expect("answers");
    let owed: Vec<&str> = owed.iter().map(|owed| owed.party.as_str()).collect();
    assert_eq!(owed, ["housing"], "only who is silent is urged");
    assert_eq!(results(ledger), []);
    answer(ledger, 5, "housing", "无相关信息", 4);
    let closed = of_person(ledger).remove(0);
    assert_eq!(closed.standing, CaseStanding::Closed);
    assert_eq!(closed.outcome, None, "two offices, no one outcome");
    let told = results(ledger);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].opened_in, manifest(1));
    assert_eq!(told[0].detail, secret("said of the applicant"));
    assert_eq!(told[0].silent, []);
    assert_eq!(
        told[0].answers,
        [
            (party("education"), secret("education says 有相关信息")),
            (party("housing"), secret("housing says 无相关信息")),
        ]
    );
    tell(ledger, 60, 3);
    assert_eq!(lapse(ledger, 9 * DAY), 0, "what is closed does not lapse");
}

pub(super) fn what_lapses_is_told_and_a_late_answer_again(ledger: &mut dyn Ledger) {
    let case = one_case(ledger);
    hand_over(ledger, &case);
    answer(ledger, 2, "education", "有相关信息", 1);
    assert_eq!(lapse(ledger, 2), 0, "the last day is not over");
    assert_eq!(lapse(ledger, DAY), 1);
    assert_eq!(lapse(ledger, DAY), 0);
    let lapsed = of_person(ledger).remove(0);
    assert_eq!(lapsed.standing, CaseStanding::Closed);
    assert_eq!(ledger.owed().expect("answers"), []);
    let told = results(ledger);
    assert_eq!(
        (told[0].answers.len(), &told[0].silent[..]),
        (1, &[party("housing")][..])
    );
    tell(ledger, 60, 3);

    answer(ledger, 3, "housing", "需进一步核实", 11 * DAY);
    let late = of_person(ledger).remove(0);
    assert_eq!(late.ended_at, lapsed.ended_at);
    let told = results(ledger);
    assert_eq!((told[0].answers.len(), told[0].silent.len()), (2, 0));
    tell(ledger, 61, 4);
    answer(ledger, 4, "housing", "需进一步核实", 12 * DAY);
    assert_eq!(results(ledger), [], "it would reopen what is closed");
}

pub(super) fn an_office_that_has_the_package_has_the_task(ledger: &mut dyn Ledger) {
    let mut record = accepted(ledger, 1, "housing");
    let mut case = opened("number-7", "411722");
    case.identity = None;
    case.task = Some(DirectTask {
        party: party("411722"),
        due: None,
    });
    record.openings = openings(vec![case]);
    ledger.record_verdict(&record).expect("decided");
    assert_eq!(ledger.waiting_cases().expect("answers"), []);
    let procedure = "applicant".parse().expect("a procedure");
    let found = ledger.cases_of_key(&procedure, &secret("number-7"));
    let case = found.expect("answers").remove(0);
    assert_eq!(case.standing, CaseStanding::Assigned);
    assert_eq!(case.tasks[0].party, party("411722"));
    assert_eq!(case.opened_by, Some(party("housing")));
}

//! Leads, warnings, dispatches, answers.

use posthorse_domain::Transition;

use super::support::key_id;
use super::support::{accepted, at, dispatch, due, lead, party, sealed, secret, stage, warning};
use crate::case_id::{case_id, month_of};
use crate::cipher::Secret;
use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::query::OpenCase;
use crate::record::{Destination, DispatchRecord, DispatchRow, NewAnswer};

pub(super) fn one_person_gets_one_case_and_every_source(ledger: &mut dyn Ledger) {
    let mut first = accepted(ledger, 1, "housing");
    first.leads = vec![
        lead("person-one", "411722", "said of one by housing"),
        lead("person-two", "411722", "said of two"),
        lead("person-three", "411721", "said of three"),
    ];
    ledger.record_verdict(&first).expect("decided");
    let counties = ledger.pending_counties().expect("counties");
    let codes: Vec<&str> = counties
        .iter()
        .map(|county| county.county.as_str())
        .collect();
    assert_eq!(codes, ["411721", "411722"]);
    assert_eq!(counties[1].oldest, at(1));
    let ids = dispatch(ledger, 50, 1, "411722");
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ledger.pending_counties().expect("counties").len(), 1);

    let mut second = accepted(ledger, 2, "health");
    second.leads = vec![lead("person-one", "411722", "said of one by health")];
    ledger.record_verdict(&second).expect("decided");
    let people = ledger.pending_people(&warning(), "411722").expect("people");
    assert_eq!(people.len(), 1);
    assert_eq!(
        people[0].open_case,
        Some(OpenCase {
            case_id: ids[0].clone(),
            due: Some(due()),
        })
    );
    let sources: Vec<&str> = people[0]
        .leads
        .iter()
        .map(|lead| lead.source.as_str())
        .collect();
    assert_eq!(sources, ["housing", "health"]);
    assert_eq!(people[0].leads[1].detail, secret("said of one by health"));
    assert_eq!(dispatch(ledger, 51, 2, "411722"), [ids[0].clone()]);

    let opened = ledger.case(&ids[0]).expect("asked").expect("a warning");
    assert_eq!(opened.identity, Some(secret("person-one")));
    assert_eq!((opened.county.as_str(), opened.outcome), ("411722", None));
    let dispatches = ledger.dispatches().expect("dispatches");
    assert_eq!(
        dispatches.iter().map(|one| one.people).collect::<Vec<_>>(),
        [2, 1]
    );
}

pub(super) fn a_repeated_lead_is_not_dispatched_again(ledger: &mut dyn Ledger) {
    let mut first = accepted(ledger, 1, "housing");
    first.leads = vec![
        lead("person-one", "411722", "the same"),
        lead("person-two", "411722", "before"),
    ];
    ledger.record_verdict(&first).expect("decided");
    dispatch(ledger, 50, 1, "411722");
    let mut second = accepted(ledger, 2, "housing");
    second.leads = vec![
        lead("person-one", "411722", "the same"),
        lead("person-two", "411722", "after"),
    ];
    ledger.record_verdict(&second).expect("decided");
    let people = ledger.pending_people(&warning(), "411722").expect("people");
    assert_eq!(people.len(), 1);
    let said: Vec<&Secret> = people[0].leads.iter().map(|lead| &lead.detail).collect();
    assert_eq!(said, [&secret("after")]);
}

pub(super) fn an_answer_closes_and_a_later_lead_opens_anew(ledger: &mut dyn Ledger) {
    let mut first = accepted(ledger, 1, "housing");
    first.leads = vec![lead("person-one", "411722", "first")];
    ledger.record_verdict(&first).expect("decided");
    let ids = dispatch(ledger, 50, 1, "411722");
    let answer = |outcome: &str, then| NewAnswer {
        case_id: ids[0].clone(),
        stage: stage(),
        list: "verification-result".parse().expect("a list"),
        outcome: outcome.into(),
        then,
        reason: None,
        detail: secret("answer"),
    };
    let mut reply = accepted(ledger, 2, "411722");
    reply.answers = vec![answer("继续核实", Transition::StaysOpen)];
    ledger.record_verdict(&reply).expect("decided");
    assert_eq!(
        ledger
            .case(&ids[0])
            .expect("asked")
            .expect("a warning")
            .outcome,
        None
    );
    let mut reply = accepted(ledger, 3, "411722");
    reply.answers = vec![answer("不纳入", Transition::Closes)];
    ledger.record_verdict(&reply).expect("decided");
    let closed = ledger.case(&ids[0]).expect("asked").expect("a warning");
    assert_eq!(closed.outcome.as_deref(), Some("不纳入"));

    // The county corrects itself; what it goes on about is not open again.
    let mut correction = accepted(ledger, 5, "411722");
    correction.answers = vec![
        answer("纳入", Transition::Closes),
        answer("继续核实", Transition::StaysOpen),
    ];
    ledger.record_verdict(&correction).expect("decided");
    let closed = ledger.case(&ids[0]).expect("asked").expect("a warning");
    assert_eq!(closed.outcome.as_deref(), Some("纳入"));

    let mut later = accepted(ledger, 4, "health");
    later.step = crate::record::SequenceStep::FillsGap;
    later.leads = vec![lead("person-one", "411722", "later")];
    ledger.record_verdict(&later).expect("decided");
    let people = ledger.pending_people(&warning(), "411722").expect("people");
    assert_eq!(people[0].open_case, None);
    assert_eq!(people[0].leads.len(), 1);
    let again = dispatch(ledger, 51, 2, "411722");
    assert_ne!(again, ids);
}

pub(super) fn what_has_no_county_waits_for_the_operator(ledger: &mut dyn Ledger) {
    let mut record = accepted(ledger, 9, "housing");
    let mut nowhere = lead("person-one", "411722", "said of one");
    nowhere.destination = Destination::Unrouted("county-unknown".into());
    record.leads = vec![nowhere];
    ledger.record_verdict(&record).expect("decided");
    let unrouted = ledger.unrouted().expect("leads");
    assert_eq!(unrouted.len(), 1);
    assert_eq!(unrouted[0].reason, "county-unknown");
    assert_eq!(unrouted[0].detail, secret("said of one"));
    assert_eq!(unrouted[0].source, party("housing"));
}

pub(super) fn cases_carry_the_next_number(ledger: &mut dyn Ledger) {
    let mut first = accepted(ledger, 1, "housing");
    first.leads = vec![lead("person-one", "411722", "first")];
    ledger.record_verdict(&first).expect("decided");
    let person = ledger
        .pending_people(&warning(), "411722")
        .expect("people")
        .remove(0);
    let record = DispatchRecord {
        procedure: warning(),
        stage: stage(),
        series: "W".into(),
        due: Some(due()),
        county: "411722".into(),
        at: at(1000),
        sealed: sealed(50, 1, "411722"),
        rows: vec![DispatchRow {
            person: Some(person.person),
            case_id: case_id("W", &month_of(at(1000)), "411722", 2),
            since: at(1),
            leads: vec![person.leads[0].lead],
        }],
    };
    assert!(matches!(
        ledger.record_dispatch(&record),
        Err(LedgerError::CaseNumberMoved)
    ));
    assert!(ledger.dispatches().expect("dispatches").is_empty());
    assert_eq!(
        ledger.own_chain(&key_id(2)).expect("a chain").next_sequence,
        1
    );
}

pub(super) fn an_answer_to_an_unknown_case_is_refused(ledger: &mut dyn Ledger) {
    let mut reply = accepted(ledger, 1, "411722");
    reply.answers = vec![NewAnswer {
        case_id: "W202611-411722-000001".into(),
        stage: stage(),
        list: "verification-result".parse().expect("a list"),
        outcome: "纳入".into(),
        then: Transition::Closes,
        reason: None,
        detail: secret("answer"),
    }];
    assert!(matches!(
        ledger.record_verdict(&reply),
        Err(LedgerError::NoSuchCase { .. })
    ));
    assert!(ledger.packages(1).expect("rows").is_empty());
}

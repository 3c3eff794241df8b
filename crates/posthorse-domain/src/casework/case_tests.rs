use proptest::prelude::*;

use super::*;
use crate::casework::ProcedureSet;

fn set() -> ProcedureSet {
    ProcedureSet::built_in().expect("the procedures compiled in")
}

fn procedure<'s>(set: &'s ProcedureSet, id: &str) -> &'s Procedure {
    set.get(&id.parse().expect("an id")).expect("a procedure")
}

fn party(id: &str) -> PartyId {
    id.parse().expect("a party")
}

fn day(offset: i32) -> Date {
    let first = Date::constant(2026, 11, 1);
    first
        .checked_add(jiff::Span::new().days(offset))
        .expect("a day")
}

fn at(offset: i32, what: Happening) -> CaseEvent {
    CaseEvent {
        on: day(offset),
        what,
    }
}

fn dispatched(to: &[&str], due: i32) -> Happening {
    Happening::Dispatched {
        assignees: to.iter().map(|id| party(id)).collect(),
        due: Some(day(due)),
    }
}

fn answered(by: &str, outcome: &str) -> Happening {
    let (by, outcome) = (party(by), outcome.to_owned());
    Happening::Answered { by, outcome }
}

fn corrected(by: &str, outcome: &str) -> Happening {
    let (by, outcome) = (party(by), outcome.to_owned());
    Happening::Corrected { by, outcome }
}

fn retracted(by: &str) -> Happening {
    Happening::Retracted { by: party(by) }
}

fn fault(case: &Case<'_>, event: &CaseEvent) -> &'static str {
    case.after(event).expect_err("impossible").code()
}

#[test]
fn req_08_a_last_day_moves_while_somebody_is_waited_for() {
    let set = set();
    let case = Case::open(procedure(&set, "warning"), day(0));
    let moved = |to| Happening::Moved { due: day(to) };
    assert_eq!(fault(&case, &at(0, moved(20))), "case-not-dispatched");
    let case = case.after(&at(1, dispatched(&["411722"], 16)));
    let case = case.expect("dispatched");
    assert_eq!(fault(&case, &at(2, moved(0))), "case-due-before-dispatch");
    let case = case.after(&at(2, moved(20))).expect("moved");
    let CaseState::WithAssignee(task) = case.state() else {
        panic!("it is with the county");
    };
    assert_eq!(task.due(), Some(day(20)));
    let case = case.after(&at(3, answered("411722", "已在册")));
    let case = case.expect("answered");
    assert_eq!(fault(&case, &at(4, moved(25))), "case-ended");
}

#[test]
fn req_25_a_lead_goes_from_opened_to_closed() {
    let set = set();
    let case = Case::open(procedure(&set, "warning"), day(0));
    assert_eq!(
        fault(&case, &at(0, answered("411722", "纳入"))),
        "case-not-dispatched"
    );
    let case = case
        .after(&at(1, dispatched(&["411722"], 16)))
        .expect("dispatched");
    let CaseState::WithAssignee(task) = case.state() else {
        panic!("{:?}", case.state());
    };
    assert_eq!((task.due(), task.last_urged()), (Some(day(16)), None));
    assert_eq!(
        fault(&case, &at(1, answered("411723", "纳入"))),
        "case-not-assignee"
    );
    assert_eq!(
        fault(&case, &at(0, Happening::Reminded)),
        "case-out-of-order"
    );
    assert_eq!(
        fault(&case, &at(1, answered("411722", "好"))),
        "case-unknown-outcome"
    );
    assert_eq!(
        fault(&case, &at(99, Happening::Lapsed)),
        "case-does-not-lapse"
    );
    let case = case.after(&at(11, Happening::Reminded)).expect("reminded");
    let case = case
        .after(&at(12, answered("411722", "继续核实")))
        .expect("answered");
    assert!(!case.is_ended());
    let case = case
        .after(&at(20, answered("411722", "不纳入")))
        .expect("late");
    let CaseState::Closed(closing) = case.state() else {
        panic!("{:?}", case.state());
    };
    assert_eq!((closing.outcome(), closing.on()), (Some("不纳入"), day(20)));
    for what in [
        answered("411722", "纳入"),
        dispatched(&["411722"], 40),
        Happening::Reminded,
        Happening::Withdrawn,
    ] {
        assert_eq!(fault(&case, &at(21, what)), "case-ended");
    }
}

#[test]
fn req_17_a_gap_goes_from_the_county_to_the_department_until_it_is_settled() {
    let set = set();
    let history = [
        at(0, Happening::Opened),
        at(1, dispatched(&["411722"], 8)),
        at(4, answered("411722", "属实")),
        at(5, dispatched(&["housing"], 35)),
        at(20, answered("housing", "正在落实")),
        at(30, answered("housing", "已落实")),
    ];
    let gap = procedure(&set, "measure-gap");
    let order: StageId = "order".parse().expect("a stage");
    let waiting = Case::replay(gap, &history[..3]).expect("a case");
    let state = CaseState::WaitingForDispatch {
        stage: order.clone(),
        since: day(4),
    };
    assert_eq!(waiting.state(), &state);
    assert_eq!(
        fault(&waiting, &at(4, corrected("411722", "不属实"))),
        "case-answer-is-past"
    );
    let case = Case::replay(gap, &history).expect("a case");
    let CaseState::Closed(closing) = case.state() else {
        panic!("{:?}", case.state());
    };
    assert_eq!(
        (closing.stage(), closing.outcome()),
        (&order, Some("已落实"))
    );
}

#[test]
fn req_36_an_applicant_waits_for_every_department_or_for_the_last_day() {
    let set = set();
    let departments = ["civil-affairs", "education", "housing"];
    let case = Case::open(procedure(&set, "applicant"), day(0));
    let case = case
        .after(&at(0, dispatched(&departments, 3)))
        .expect("dispatched");
    let case = case
        .after(&at(1, answered("education", "无相关信息")))
        .expect("answered");
    let again = at(1, answered("education", "有相关信息"));
    assert_eq!(fault(&case, &again), "case-already-answered");
    let case = case
        .after(&at(1, corrected("education", "有相关信息")))
        .expect("corrected");
    let case = case
        .after(&at(2, answered("housing", "需进一步核实")))
        .expect("answered");
    let CaseState::WithAssignee(task) = case.state() else {
        panic!("{:?}", case.state());
    };
    let waiting: Vec<&str> = task.waiting().iter().map(PartyId::as_str).collect();
    assert_eq!(waiting, ["civil-affairs", "housing"]);
    assert_eq!(fault(&case, &at(3, Happening::Lapsed)), "case-not-yet-due");

    let lapsed = case.after(&at(4, Happening::Lapsed)).expect("lapsed");
    let CaseState::Closed(closing) = lapsed.state() else {
        panic!("{:?}", lapsed.state());
    };
    assert_eq!(closing.outcome(), None);
    let silent: Vec<&str> = closing.silent().iter().map(PartyId::as_str).collect();
    assert_eq!(silent, ["civil-affairs"]);
    assert_eq!(closing.answers()[&party("housing")], "需进一步核实");
    let late = lapsed.after(&at(9, answered("civil-affairs", "需进一步核实")));
    let late = late.expect("said late");
    let CaseState::Closed(closing) = late.state() else {
        panic!("{:?}", late.state());
    };
    assert_eq!((closing.on(), closing.silent().len()), (day(4), 0));
    assert_eq!(closing.answers()[&party("civil-affairs")], "需进一步核实");
    let more = at(9, answered("housing", "无相关信息"));
    assert_eq!(fault(&late, &more), "case-ended");

    let case = case
        .after(&at(3, answered("housing", "无相关信息")))
        .expect("answered");
    let case = case
        .after(&at(3, answered("civil-affairs", "无相关信息")))
        .expect("answered");
    let CaseState::Closed(closing) = case.state() else {
        panic!("{:?}", case.state());
    };
    assert_eq!((closing.answers().len(), closing.silent().len()), (3, 0));
}

#[test]
fn a_correction_never_opens_what_is_closed() {
    let set = set();
    let history = [
        at(0, Happening::Opened),
        at(0, dispatched(&["411722"], 15)),
        at(2, answered("411722", "不纳入")),
    ];
    let case = Case::replay(procedure(&set, "warning"), &history).expect("closed");
    assert_eq!(
        fault(&case, &at(3, corrected("411722", "继续核实"))),
        "case-would-reopen"
    );
    assert_eq!(
        fault(&case, &at(3, corrected("411723", "纳入"))),
        "case-nothing-to-correct"
    );
    let case = case
        .after(&at(3, corrected("411722", "纳入")))
        .expect("corrected");
    let CaseState::Closed(closing) = case.state() else {
        panic!("{:?}", case.state());
    };
    assert_eq!((closing.outcome(), closing.on()), (Some("纳入"), day(2)));
}

#[test]
fn an_answer_is_taken_back_only_where_the_case_still_waits() {
    let set = set();
    let history = [at(0, Happening::Opened), at(0, dispatched(&["411722"], 15))];
    let case = Case::replay(procedure(&set, "warning"), &history).expect("dispatched");
    assert_eq!(
        fault(&case, &at(1, retracted("411722"))),
        "case-nothing-to-correct"
    );
    let answered_once = case
        .after(&at(1, answered("411722", "继续核实")))
        .expect("answered");
    let taken_back = answered_once
        .after(&at(2, retracted("411722")))
        .expect("taken back");
    assert_eq!(taken_back.state(), case.state(), "it owes an answer again");
    assert_eq!(
        fault(&taken_back, &at(2, corrected("411722", "纳入"))),
        "case-nothing-to-correct"
    );
    let closed = taken_back
        .after(&at(3, answered("411722", "纳入")))
        .expect("closed");
    assert_eq!(fault(&closed, &at(4, retracted("411722"))), "case-ended");
    let gap = procedure(&set, "measure-gap");
    let history = [
        at(0, Happening::Opened),
        at(1, dispatched(&["411722"], 8)),
        at(4, answered("411722", "属实")),
    ];
    let gone_on = Case::replay(gap, &history).expect("a case");
    assert_eq!(
        fault(&gone_on, &at(5, retracted("411722"))),
        "case-answer-is-past"
    );
}

#[test]
fn more_to_say_about_a_case_does_not_move_its_last_day() {
    let set = set();
    let history = [
        at(0, Happening::Opened),
        at(0, dispatched(&["411722"], 15)),
        at(9, dispatched(&["411722"], 24)),
    ];
    let case = Case::replay(procedure(&set, "warning"), &history).expect("dispatched");
    let CaseState::WithAssignee(task) = case.state() else {
        panic!("{:?}", case.state());
    };
    assert_eq!((task.dispatched_on(), task.due()), (day(0), Some(day(15))));
    let other = at(9, dispatched(&["411723"], 24));
    assert_eq!(fault(&case, &other), "case-other-assignees");
}

#[test]
fn histories_begin_with_their_beginning() {
    let set = set();
    let warning = procedure(&set, "warning");
    let error = Case::replay(warning, &[]).expect_err("empty");
    assert_eq!(error.to_string(), "event 0: the case was never opened");
    let twice = [at(0, Happening::Opened), at(0, Happening::Opened)];
    let error = Case::replay(warning, &twice).expect_err("twice");
    assert_eq!(
        (error.position, error.fault.code()),
        (1, "case-already-open")
    );
    let case = Case::open(warning, day(0));
    assert_eq!(fault(&case, &at(0, dispatched(&[], 9))), "case-assignees");
    assert_eq!(
        fault(&case, &at(0, dispatched(&["a", "b"], 9))),
        "case-assignees"
    );
    assert_eq!(
        fault(&case, &at(9, dispatched(&["a"], 8))),
        "case-due-before-dispatch"
    );
}

const PARTIES: [&str; 3] = ["a", "b", "c"];
const OUTCOMES: [&str; 12] = [
    "纳入",
    "不纳入",
    "继续核实",
    "属实",
    "不属实",
    "已落实",
    "正在落实",
    "不符合条件",
    "有相关信息",
    "需进一步核实",
    "在册",
    "无此结果",
];

fn happening() -> impl Strategy<Value = Happening> {
    let who = prop::sample::select(&PARTIES[..]);
    let outcome = prop::sample::select(&OUTCOMES[..]);
    prop_oneof![
        1 => Just(Happening::Opened),
        4 => (prop::sample::subsequence(&PARTIES[..], 0..=3), 0..90i32)
            .prop_map(|(to, due)| dispatched(&to, due)),
        8 => (who.clone(), outcome.clone()).prop_map(|(by, said)| answered(by, said)),
        1 => Just(Happening::Reminded),
        3 => (who.clone(), outcome).prop_map(|(by, said)| corrected(by, said)),
        2 => who.prop_map(retracted),
        1 => Just(Happening::Lapsed),
        1 => Just(Happening::Withdrawn),
    ]
}

/// The shortest rest of a case's life, by doing at each step what the procedure waits for.
fn finish<'p>(case: &Case<'p>) -> Case<'p> {
    let mut case = case.clone();
    for _ in 0..16 {
        let on = case.last_on;
        let next = match case.state() {
            CaseState::Closed(_) | CaseState::Withdrawn { .. } => return case,
            CaseState::WaitingForDispatch { .. } => Happening::Dispatched {
                assignees: [party("a")].into(),
                due: None,
            },
            CaseState::WithAssignee(task) => {
                let stage = case.procedure().stage(task.stage()).expect("a stage");
                let closes = stage
                    .outcomes()
                    .find(|(_, then)| **then == Transition::Closes);
                let (outcome, _) = closes.expect("each stage of the built-in set can close");
                let by = task
                    .waiting()
                    .first()
                    .expect("somebody is waited for")
                    .clone();
                Happening::Answered {
                    by,
                    outcome: outcome.to_owned(),
                }
            }
        };
        case = case
            .after(&CaseEvent { on, what: next })
            .expect("a possible step");
    }
    case
}

proptest! {
    /// No history loses a case or opens a closed one: a refused event changes nothing, an
    /// accepted one leaves the case with somebody or at its end, and from everywhere there is a
    /// way to 销号.
    #[test]
    fn req_25_every_history_keeps_each_case_in_one_state_with_a_way_to_its_end(
        which in 0usize..6,
        events in prop::collection::vec((0i32..4, happening()), 0..40),
    ) {
        let set = set();
        let procedure = set.iter().nth(which).expect("six procedures");
        let mut case = Case::open(procedure, day(0));
        let mut history = vec![at(0, Happening::Opened)];
        let mut today = 0;
        for (later, what) in events {
            today += later;
            let event = at(today, what);
            let ended = case.is_ended();
            let Ok(next) = case.after(&event) else { continue };
            history.push(event);
            if ended {
                let same_end = match (case.state(), next.state()) {
                    (CaseState::Closed(was), CaseState::Closed(is)) => was.on() == is.on(),
                    (was, is) => was == is,
                };
                prop_assert!(same_end, "an end was left");
            }
            match next.state() {
                CaseState::WaitingForDispatch { stage, .. } => {
                    prop_assert!(procedure.stage(stage).is_some());
                }
                CaseState::WithAssignee(task) => {
                    prop_assert!(procedure.stage(task.stage()).is_some());
                    prop_assert!(!task.waiting().is_empty());
                    let known: BTreeSet<PartyId> =
                        task.answers().map(|(who, _)| who.clone()).collect();
                    prop_assert!(task.waiting().is_subset(&known));
                }
                CaseState::Closed(closing) => {
                    for said in closing.answers().values() {
                        prop_assert!(procedure.transition(closing.stage(), said).is_ok());
                    }
                    prop_assert!(closing.silent().iter().all(|p| !closing.answers().contains_key(p)));
                }
                CaseState::Withdrawn { on } => prop_assert_eq!(*on, day(today)),
            }
            case = next;
        }
        prop_assert_eq!(&Case::replay(procedure, &history).expect("accepted events"), &case);
        prop_assert!(finish(&case).is_ended());
    }
}

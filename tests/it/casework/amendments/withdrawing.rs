use posthorse_ledger::{CaseStanding, Ledger as _};

use super::{
    last_code, last_problem, list_sent, reached, rows_sent, sent, standing, told, warning_of,
    withdraw,
};
use crate::bureau_world::{World, row};
use crate::casework::noon_on;

const ENROLLED: &[(&str, &str)] = &[("outcome", "已在册")];

#[test]
fn req_25_a_lead_that_waits_is_withdrawn_and_never_dispatched() {
    let world = World::at(noon_on("2026-11-24"));
    world.set("dispatch_wait_minutes = 60");
    let people = world.people(7, 3, "411722");
    let list = list_sent(&world, &world.housing, &people).to_string();
    let gone = people[1].id.as_str();
    withdraw(&world, &world.housing, &[(&list, gone)]);
    assert_eq!(last_code(&world, &world.housing), "accepted");
    world.wait_days(1);
    assert_eq!(world.round().dispatched_people, 2);
    let rows = world.dispatched(&world.shangcai);
    assert!(rows.iter().all(|row| row["id_no"] != gone));
    assert_eq!(told(&world, &world.shangcai, "withdrawal"), []);
}

#[test]
fn req_25_a_warning_that_nobody_keeps_is_withdrawn_and_its_county_told() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    let list = list_sent(&world, &world.housing, &people).to_string();
    let [taken, left] = [0, 1].map(|at| warning_of(&world, &world.shangcai, &people[at]));
    withdraw(&world, &world.housing, &[(&list, people[0].id.as_str())]);
    assert_eq!(standing(&world, &taken), CaseStanding::Withdrawn);
    assert_eq!(standing(&world, &left), CaseStanding::Assigned);
    let dispatch = world
        .packages(&world.shangcai, "warning_dispatch")
        .remove(0);
    let rows = told(&world, &world.shangcai, "withdrawal");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["row_key"], taken);
    assert_eq!(
        rows[0]["package_id"],
        dispatch.manifest().package_id.to_string()
    );
    assert_eq!(rows[0]["reason"], "报送单位已撤回，不再需要核实");
    assert!(!reached(&world, &world.shangcai, "金丝雀"));

    // The answer was on its way: it is kept and changes nothing, and nobody is told of it.
    world.put(
        "answer.xpkg",
        &world.answer(&world.shangcai, &[(&taken, ENROLLED), (&left, ENROLLED)]),
    );
    let summary = world.round();
    assert_eq!((summary.accepted, summary.fed_back), (1, 1));
    assert_eq!(standing(&world, &taken), CaseStanding::Withdrawn);
    assert_eq!(world.round().amendments_told, 0, "nothing is told twice");

    // What was withdrawn may come again, as something new.
    list_sent(&world, &world.housing, &people[..1]);
    assert_ne!(warning_of(&world, &world.shangcai, &people[0]), taken);
}

#[test]
fn req_25_a_warning_that_another_source_keeps_stays_open_and_nothing_is_told() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    let list = list_sent(&world, &world.housing, &people).to_string();
    list_sent(&world, &world.health, &people);
    let warning = warning_of(&world, &world.shangcai, &people[0]);
    withdraw(&world, &world.housing, &[(&list, "")]);
    assert_eq!(standing(&world, &warning), CaseStanding::Assigned);
    assert_eq!(told(&world, &world.shangcai, "withdrawal"), []);
    world.wait_days(1);
    world.put(
        "answer.xpkg",
        &world.answer(&world.shangcai, &[(&warning, ENROLLED)]),
    );
    assert_eq!(world.round().fed_back, 1, "one source is left");
    assert!(
        world
            .packages(&world.housing, "warning_feedback")
            .is_empty()
    );
    assert_eq!(world.packages(&world.health, "warning_feedback").len(), 1);

    // What is closed stays closed, whatever is withdrawn.
    let again = list_sent(&world, &world.health, &people).to_string();
    let open = warning_of(&world, &world.shangcai, &people[0]);
    assert_ne!(open, warning);
    withdraw(&world, &world.health, &[(&again, people[0].id.as_str())]);
    assert_eq!(standing(&world, &open), CaseStanding::Withdrawn);
    assert_eq!(standing(&world, &warning), CaseStanding::Closed);
}

#[test]
fn what_was_withdrawn_is_not_withdrawn_again() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    let list = list_sent(&world, &world.housing, &people).to_string();
    let one = people[0].id.as_str();
    withdraw(
        &world,
        &world.housing,
        &[(&list, one), (&list, one.to_lowercase().as_str())],
    );
    assert!(last_problem(&world, &world.housing).starts_with("E1"));
    withdraw(&world, &world.housing, &[(&list, one)]);
    assert_eq!(last_code(&world, &world.housing), "no-acceptable-row");
    assert!(last_problem(&world, &world.housing).starts_with("E141 "));
    withdraw(&world, &world.housing, &[(&list, "")]);
    assert_eq!(last_code(&world, &world.housing), "accepted");
    withdraw(&world, &world.housing, &[(&list, "")]);
    assert!(last_problem(&world, &world.housing).starts_with("E141 "));
}

#[test]
fn req_27_another_office_learns_nothing_from_naming_a_package() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    let id = people[0].id.as_str();
    let theirs = list_sent(&world, &world.housing, &people).to_string();
    let never = "019ab3c0-0000-7000-8000-000000000001";
    let mut said = Vec::new();
    for package in [theirs.as_str(), never] {
        for key in [id, ""] {
            withdraw(&world, &world.health, &[(package, key)]);
            assert_eq!(last_code(&world, &world.health), "no-acceptable-row");
            said.push(last_problem(&world, &world.health));
        }
        super::correct(&world, &world.health, &[[package, id, "备注", "", "甲"]]);
        said.push(last_problem(&world, &world.health));
    }
    assert!(said[0].starts_with("E140 "), "{}", said[0]);
    assert!(said.iter().all(|one| *one == said[0]), "{said:?}");
    let warning = warning_of(&world, &world.shangcai, &people[0]);
    assert_eq!(standing(&world, &warning), CaseStanding::Assigned);

    // Its own package, another row: nothing more is said.
    let own = list_sent(&world, &world.health, &people).to_string();
    withdraw(&world, &world.health, &[(&own, "411722199001010000")]);
    assert_eq!(last_problem(&world, &world.health), said[0]);
}

#[test]
fn req_25_an_answer_is_taken_back_unless_it_closed_the_case() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    list_sent(&world, &world.housing, &people);
    let [open, closed] = [0, 1].map(|at| warning_of(&world, &world.shangcai, &people[at]));
    let answers = [(open.as_str(), &[][..]), (&closed, ENROLLED)];
    let package = sent(&world, &world.answer_draft(&world.shangcai, &answers)).to_string();
    let said = |case: &str| {
        let case = world.ledger().case(case).expect("answers").expect("a case");
        case.tasks[0].outcome.clone()
    };
    assert_eq!(said(&open).as_deref(), Some("继续核实"));
    withdraw(&world, &world.shangcai, &[(&package, "")]);
    assert_eq!(last_code(&world, &world.shangcai), "no-acceptable-row");
    assert!(last_problem(&world, &world.shangcai).starts_with("E146 "));
    assert_eq!(said(&open).as_deref(), Some("继续核实"), "all or nothing");
    withdraw(
        &world,
        &world.shangcai,
        &[(&package, &closed), (&package, &open)],
    );
    assert_eq!(last_code(&world, &world.shangcai), "rows-returned");
    assert_eq!((said(&open), said(&closed)), (None, Some("已在册".into())));
    assert_eq!(standing(&world, &open), CaseStanding::Assigned);
    world.put(
        "again.xpkg",
        &world.answer(&world.shangcai, &[(&open, ENROLLED)]),
    );
    world.round();
    assert_eq!(standing(&world, &open), CaseStanding::Closed);
}

#[test]
fn req_21_what_was_withdrawn_of_a_report_is_counted_nowhere() {
    let world = World::at(noon_on("2026-11-26"));
    let people = world.people(7, 3, "411722");
    let rows = world.rows_of("unpaid", &people);
    let package = rows_sent(&world, &world.housing, "unpaid_list", "unpaid", &rows);
    let manifest = || {
        let ledger = world.ledger();
        let found = ledger.own_package(&world.housing.id, package);
        found.expect("answers").expect("the package").manifest
    };
    let counted = || {
        let rows = world.ledger().report_rows(&manifest());
        rows.expect("answers").len()
    };
    assert_eq!(counted(), 3);
    let id = people[2].id.as_str();
    withdraw(&world, &world.housing, &[(&package.to_string(), id)]);
    assert_eq!(counted(), 2);
    withdraw(&world, &world.housing, &[(&package.to_string(), "")]);
    assert_eq!(counted(), 0);
}

#[test]
fn req_06_a_nil_report_that_is_withdrawn_leaves_silence() {
    use posthorse_domain::Month;
    use posthorse_ledger::BoardQuestion;
    let world = World::at(noon_on("2026-11-26"));
    let cells = [
        ("unit", "市住建局"),
        ("list_name", "住建-住房安全"),
        ("period", "2026-11"),
        ("statement", "本月无新增人员"),
    ];
    let rows = [row("nil", &cells.into_iter().collect())];
    let package = rows_sent(&world, &world.housing, "nil_report", "nil", &rows).to_string();
    let month = Month::new(&"2026-11".parse().expect("a month")).expect("a month");
    let procedure = "warning".parse().expect("a procedure");
    let arrivals = || {
        let question = BoardQuestion {
            month: &month,
            as_of: world.now(),
            procedure: &procedure,
            staying: &[],
        };
        let facts = world.ledger().board_facts(&question).expect("facts");
        let nil = |one: &&posthorse_domain::ReportFact| one.said == posthorse_domain::Said::Nil;
        facts.reports.iter().filter(nil).count()
    };
    assert_eq!(arrivals(), 1);
    withdraw(&world, &world.housing, &[(&package, "住建-住房安全")]);
    assert_eq!(last_code(&world, &world.housing), "accepted");
    assert_eq!(arrivals(), 0);
}

//! What offices owe by when, as the board tells it over a ledger that the daemon wrote.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::bureau_world::{Member, World, csv, row};
use crate::cli::run;
use crate::operator::ask;

/// Sends one list of a department about a month, and runs the bureau's daemon.
fn report(world: &World, sender: &Member, list: (&str, &str), month: &str, rows: &[Vec<String>]) {
    let (kind, list) = list;
    let mut draft = world.draft(sender, kind);
    draft.request.period = Some(month.parse().expect("a month"));
    draft.lists = vec![(list.to_owned(), csv(list, rows))];
    world.put("report.xpkg", &draft.seal());
    world.round();
}

fn board(world: &World, month: &str, day: &str) -> Value {
    let line = format!("--json board --config posthorse.toml --month {month} --as-of");
    ask(world.root(), &format!("{line} {day}T04:00:00Z"))
}

/// State and days of the lines of one list: of this stretch, or of earlier ones.
fn states(board: &Value, which: &str, party: &str, list: &str) -> Vec<(String, String, u64)> {
    let lines = board[which].as_array().expect("lines");
    let own = lines
        .iter()
        .filter(|line| line["party"] == party && line["list"] == list);
    own.map(|line| {
        let text = |name: &str| line[name].as_str().expect("a text").to_owned();
        (
            text("first"),
            text("state"),
            line["days"].as_u64().expect("days"),
        )
    })
    .collect()
}

/// What the receipts of a party say of timeliness, as JSON.
fn told(world: &World, member: &Member) -> Vec<String> {
    let receipts = world.receipts(member);
    let said = receipts.iter().map(|receipt| {
        let extensions = &receipt.receipt().extensions;
        serde_json::to_string(extensions).expect("JSON")
    });
    said.collect()
}

fn line(first: &str, state: &str, days: u64) -> Vec<(String, String, u64)> {
    vec![(first.to_owned(), state.to_owned(), days)]
}

#[test]
fn req_04_a_quarterly_unit_has_until_the_quarters_end_and_others_owe_what_is_registered() {
    let world = World::new();
    let lists = [("housing-safety", None), ("unpaid", Some("quarterly"))];
    world.owes(&world.housing, &lists);
    let unpaid = |board: &Value| states(board, "reports", "housing", "unpaid");
    world.round();
    let december = board(&world, "2026-11", "2026-12-03");
    assert_eq!(unpaid(&december), line("2026-10-01", "open", 28));
    assert_eq!(
        states(&december, "reports", "housing", "housing-safety"),
        line("2026-11-01", "missing", 3)
    );
    let over = board(&world, "2026-12", "2027-01-02");
    assert_eq!(unpaid(&over), line("2026-10-01", "missing", 2));
    // Health has the right to send both, is registered for neither, and is red for nothing.
    assert_eq!(over["no_reports_registered"], serde_json::json!(["health"]));
    let lines = over["reports"].as_array().expect("lines");
    assert!(lines.iter().all(|line| line["party"] == "housing"));
    // A list about October, sent on 24 November, is in time by the quarter.
    let people = world.people(7, 2, "411722");
    let rows = world.rows_of("unpaid", &people);
    report(
        &world,
        &world.housing,
        ("unpaid_list", "unpaid"),
        "2026-10",
        &rows,
    );
    assert_eq!(
        told(&world, &world.housing),
        [r#"{"timeliness":{"days":0,"state":"in-time"}}"#]
    );
    let after = board(&world, "2026-12", "2027-01-02");
    assert_eq!(unpaid(&after), line("2026-10-01", "in-time", 0));
}

#[test]
fn req_28_a_semester_is_one_row_with_its_name() {
    let world = World::new();
    world.owes(&world.housing, &[("education-dropout", None)]);
    let list = ("warning_list", "education-dropout");
    let state =
        |month: &str, day: &str| states(&board(&world, month, day), "reports", "housing", list.1);
    world.round();
    assert_eq!(
        state("2026-11", "2026-12-03"),
        line("2026-09-01", "open", 59)
    );
    assert_eq!(
        state("2027-01", "2027-02-02"),
        line("2026-09-01", "missing", 2)
    );
    let people = world.people(7, 2, "411722");
    let rows = world.rows_of(list.1, &people);
    report(&world, &world.housing, list, "2026-11", &rows);
    assert_eq!(
        state("2027-01", "2027-02-02"),
        line("2026-09-01", "in-time", 0)
    );
    let spring = board(&world, "2027-03", "2027-03-10");
    assert_eq!(
        states(&spring, "earlier", "housing", list.1),
        line("2026-09-01", "in-time", 0)
    );
    let asked = "--lang zh board --config posthorse.toml --month 2027-03";
    let asked = format!("{asked} --as-of 2027-03-10T04:00:00Z");
    let arguments: Vec<String> = asked.split(' ').map(str::to_owned).collect();
    let output = run(world.root(), &arguments, "");
    let screen = String::from_utf8(output.stdout).expect("UTF-8");
    for shown in ["按学期报送", "2026年秋季学期", "2027年春季学期"] {
        assert!(screen.contains(shown), "{shown}\n{screen}");
    }
}

#[test]
fn req_29_a_school_year_is_owed_apart_from_the_semester() {
    let world = World::new();
    let lists = [
        ("education-dropout", None),
        ("education-school-costs", None),
    ];
    world.owes(&world.housing, &lists);
    let costs = ("warning_list", "education-school-costs");
    let of = |list: &str, month: &str, day: &str| {
        states(&board(&world, month, day), "reports", "housing", list)
    };
    let people = world.people(7, 2, "411722");
    let rows = world.rows_of(costs.1, &people);
    report(&world, &world.housing, costs, "2026-11", &rows);
    // What came for the school year says nothing of the semester.
    assert_eq!(
        of("education-school-costs", "2027-01", "2027-02-02"),
        line("2026-09-01", "in-time", 0)
    );
    assert_eq!(
        of("education-dropout", "2027-01", "2027-02-02"),
        line("2026-09-01", "missing", 2)
    );
    let next = board(&world, "2027-09", "2027-09-20");
    assert_eq!(
        states(&next, "reports", "housing", costs.1),
        line("2027-09-01", "open", 346)
    );
    assert_eq!(
        states(&next, "earlier", "housing", costs.1),
        line("2026-09-01", "in-time", 0)
    );
}

#[test]
fn req_05_and_06_notes_stand_for_the_list_that_they_name() {
    let world = World::new();
    let lists = [("housing-safety", None), ("unpaid", None)];
    world.owes(&world.housing, &lists);
    let note = |list: &'static str, kind: &str| {
        let mut cells = BTreeMap::from([
            ("unit", "市住建局"),
            ("list_name", list),
            ("period", "2026-11"),
        ]);
        match kind {
            "nil" => cells.extend([("statement", "本月无新增人员")]),
            _ => cells.extend([("reason", "系统升级"), ("planned_on", "2026-12-10")]),
        }
        row(kind, &cells)
    };
    let nil = note("住建-住房安全", "nil");
    report(
        &world,
        &world.housing,
        ("nil_report", "nil"),
        "2026-11",
        &[nil],
    );
    let later = note("未兑付名单", "deferral");
    report(
        &world,
        &world.housing,
        ("deferral_note", "deferral"),
        "2026-11",
        &[later],
    );
    let board = board(&world, "2026-11", "2026-12-03");
    let lines = board["reports"].as_array().expect("lines");
    let told: Vec<[&Value; 4]> = lines
        .iter()
        .map(|line| ["list", "state", "submitted", "deferred"].map(|name| &line[name]))
        .collect();
    assert_eq!(
        serde_json::to_value(told).expect("JSON"),
        serde_json::json!([
            ["housing-safety", "early", "nil", null],
            ["unpaid", "missing", null, "2026-11-24"],
        ])
    );
}

#[test]
fn req_01_who_has_not_said_whom_to_call_is_listed_until_the_form_comes() {
    let world = World::new();
    let missing = |day: &str| -> Vec<String> {
        let board = board(&world, "2026-11", day);
        let contacts = board["contacts"].as_array().expect("contacts");
        let missing = contacts.iter().filter(|line| line["state"] == "missing");
        missing
            .map(|line| {
                // They joined after the day that the notice names.
                assert_eq!(line["due"], "2026-10-25");
                line["party"].as_str().expect("a party").to_owned()
            })
            .collect()
    };
    world.round();
    let all = ["411722", "411728", "health", "housing"];
    assert_eq!(missing("2026-11-24"), all);
    let late = |day: &str| {
        let line = &board(&world, "2026-11", day)["contacts"][0];
        (line["due"].clone(), line["overdue_days"].clone())
    };
    assert_eq!(late("2026-10-25"), ("2026-10-25".into(), 0.into()));
    assert_eq!(late("2026-11-24"), ("2026-10-25".into(), 30.into()));
    assert_eq!(late("2026-10-24").0, "2023-11-24", "not there yet");
    let cells = row(
        "contacts",
        &BTreeMap::from([
            ("unit", "市住建局"),
            ("leader", "赵建国"),
            ("section", "规划科"),
            ("contact", "钱联络"),
            ("office_phone", "0396-1234567"),
            ("email", "office@example.org"),
        ]),
    );
    world.wait_days(1);
    let list = ("contact_form", "contacts");
    report(&world, &world.housing, list, "2026-11", &[cells]);
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    assert_eq!(missing("2026-11-24"), all, "as of the day before");
    assert_eq!(missing("2026-11-25"), ["411722", "411728", "health"]);
    let line = "--json urge --config posthorse.toml --month 2026-11 --as-of 2026-11-25T04:00:00Z";
    let urge = ask(world.root(), line);
    let texts = urge["texts"].as_array().expect("texts");
    let urged = texts.iter().filter(|text| text["reason"] == "contact");
    assert_eq!(urged.count(), 3);
}

#[test]
fn req_11_the_way_of_a_case_shows_each_urge_the_deferral_and_who_is_awaited() {
    let world = World::new();
    let people = world.people(1, 1, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    world.round();
    let case = world.dispatched(&world.shangcai).remove(0)["warning_id"].clone();
    let steps = || -> Vec<Value> {
        let told = ask(
            world.root(),
            &format!("--json trace --config posthorse.toml {case}"),
        );
        told["ways"][0]["steps"].as_array().expect("steps").clone()
    };
    let words = |steps: &[Value]| -> Vec<String> {
        let words = steps.iter().map(|step| step["what"].as_str());
        words.map(|word| word.expect("a word").to_owned()).collect()
    };
    let waiting = steps();
    assert_eq!(words(&waiting), ["lead", "opened", "dispatched", "awaited"]);
    assert_eq!(waiting[3]["at"], Value::Null);
    assert_eq!(waiting[3]["party"], "411722");
    assert_eq!(waiting[3]["due"], "2026-12-09");
    // T-5 is urged; then the county defers its answer, and another list, which is no step of this.
    world.wait_days(10);
    assert_eq!(world.round().urges, 1);
    let note = |list: &'static str| {
        row(
            "deferral",
            &BTreeMap::from([
                ("unit", "上蔡县乡村振兴局"),
                ("list_name", list),
                ("period", "2026-11"),
                ("reason", "大雪封路"),
                ("planned_on", "2026-12-14"),
            ]),
        )
    };
    let list = ("deferral_note", "deferral");
    let notes = [note("核实结果"), note("住建-住房安全")];
    report(&world, &world.shangcai, list, "2026-11", &notes);
    world.wait_days(8);
    assert_eq!(world.round().urges, 1);
    let late = steps();
    let expected = [
        "lead",
        "opened",
        "dispatched",
        "urged",
        "deferred",
        "urged-with-leader",
        "awaited",
    ];
    assert_eq!(words(&late), expected);
    assert_eq!(late[3]["due"], "2026-12-09");
    assert_eq!(late[4]["until"], "2026-12-14");
    assert_eq!(late[4]["list"], "verification-result");
    let answer = [(case.as_str(), &[("outcome", "已在册")][..])];
    world.put("b.xpkg", &world.answer(&world.shangcai, &answer));
    world.round();
    let closed = words(&steps());
    assert_eq!(closed[..6], expected[..6]);
    assert_eq!(closed[6..], ["answered", "closed"]);
    let arguments = ["--lang", "zh", "trace", "--config", "posthorse.toml"];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
    arguments.push(case.clone());
    let output = run(world.root(), &arguments, "");
    let screen = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        screen.contains("2026-12-12 12:00  "),
        "Beijing time: {screen}"
    );
    assert!(screen.contains("并报分管领导"), "{screen}");
}

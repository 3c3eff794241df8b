//! Loop E: what is odd in a list, told to bureau and county alike, verified there and answered.

use std::collections::BTreeMap;

use posthorse_ledger::{CaseRow, CaseStanding, Ledger as _, Secret};
use posthorse_package::{Limits, VerifiedReceipt};
use serde_json::Value;

use super::noon_on;
use crate::bureau_world::{Member, World, csv, open, row};
use crate::cli::run;

type Row = BTreeMap<String, String>;

/// The cells of a report's row: its number, its county, by when to answer.
type Anomaly<'a> = (&'a str, &'a str, &'a str);

fn report(world: &World, sender: &Member, to: &[&Member], anomalies: &[Anomaly<'_>]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = anomalies
        .iter()
        .map(|(number, county, reply_by)| {
            let cells = [
                ("anomaly_id", *number),
                ("county_name", county),
                ("list_name", "脱贫人口/监测对象名单"),
                ("subject", "金丝雀出现在两户。"),
                ("found_on", "2026-11-20"),
                ("reply_by", reply_by),
            ];
            row("anomaly-report", &cells.into_iter().collect())
        })
        .collect();
    let mut draft = world.draft(sender, "anomaly_report");
    draft
        .request
        .recipients
        .extend(to.iter().map(|member| member.recipient()));
    draft.lists = vec![("anomaly-report".into(), csv("anomaly-report", &rows))];
    match sender.id == world.bureau.id {
        // Somebody of the bureau, with a key that is not the daemon's.
        true => draft.seal_with(&[&sender.second]),
        false => draft.seal(),
    }
}

fn answer(world: &World, county: &Member, number: &str, conclusion: &str) -> Vec<u8> {
    let mut cells: BTreeMap<&str, &str> = [
        ("anomaly_id", number),
        ("conclusion", conclusion),
        ("explanation", "已核对户籍。"),
        ("verifier", "王核实"),
    ]
    .into();
    if conclusion == "属实已更正" {
        cells.insert("corrected_on", "2026-11-20");
    }
    let mut draft = world.draft(county, "anomaly_result");
    let list = csv("anomaly-result", &[row("anomaly-result", &cells)]);
    draft.lists = vec![("anomaly-result".into(), list)];
    draft.seal()
}

fn send(world: &World, name: &str, bytes: &[u8]) {
    world.put(name, bytes);
    assert_eq!(world.round().accepted, 1, "{name}");
}

fn case(world: &World, number: &str) -> CaseRow {
    let procedure = "anomaly".parse().expect("a procedure");
    let key = Secret::new(number.as_bytes().to_vec());
    let found = world.ledger().cases_of_key(&procedure, &key);
    let mut found = found.expect("answers");
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn last_day(case: &CaseRow) -> String {
    let due = case.tasks[0].due.expect("a last day");
    due.on.to_string()
}

/// What the reporting office was told.
fn told(world: &World, member: &Member) -> Vec<Row> {
    let lists = world.lists_in(member, "anomaly_result", "data/results.csv");
    lists.into_iter().flatten().collect()
}

/// Runs the program over the world's folder and reads its one JSON document.
fn posthorse(world: &World, line: &str) -> Value {
    let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let output = run(world.root(), &arguments, "");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "posthorse {line}\n{stderr}");
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

#[test]
fn req_22_one_package_reaches_bureau_and_county_and_both_copies_are_receipted() {
    let world = World::at(noon_on("2026-11-24"));
    let anomalies = [("甲-1", "411722", "2026-12-01"), ("甲-2", "411722", "")];
    let bytes = report(&world, &world.housing, &[&world.shangcai], &anomalies);
    send(&world, "a.xpkg", &bytes);
    assert_eq!(world.codes(&world.housing), ["accepted"]);

    let outbox = world.outbox(&world.shangcai);
    let file = |ending: &str| {
        let mut files = outbox.iter();
        let found = files.find(|(name, _)| name.ends_with(ending));
        found.expect(ending).1
    };
    let (copy, receipt) = (file(".xpkg"), file(".receipt.json"));
    assert_eq!(*copy, bytes, "byte for byte");
    let receipt =
        VerifiedReceipt::verify(receipt, &world.registry(), world.now(), &Limits::default());
    let receipt = receipt.expect("a receipt that verifies");
    let package = world.verify(copy.clone());
    assert_eq!(
        receipt.receipt().package.manifest,
        package.manifest_digest()
    );
    assert!(open(package, &world.suiping).is_err());
    open(world.verify(copy.clone()), &world.shangcai).expect("it opens");

    for (number, day) in [("甲-1", "2026-12-01"), ("甲-2", "2026-12-09")] {
        let case = case(&world, number);
        assert_eq!(case.standing, CaseStanding::Assigned);
        assert_eq!(case.tasks[0].party, world.shangcai.id);
        assert_eq!(last_day(&case), day);
        assert_eq!(case.identity, None);
    }
    // The case is traced, though it is about nobody in particular; an auditor finds nothing odd.
    let id = case(&world, "甲-1").case_id;
    let trace = posthorse(
        &world,
        &format!("--json trace --config posthorse.toml {id}"),
    );
    let steps = trace["ways"][0]["steps"].as_array().expect("steps");
    let what: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["what"].as_str())
        .collect();
    assert_eq!(what, ["opened", "dispatched", "awaited"]);
    posthorse(&world, "--json audit drop state/archive");
    // The same package again: both get what they have, byte for byte.
    world.put("b.xpkg", &bytes);
    assert_eq!(world.round().replayed, 1);
    assert_eq!(world.outbox(&world.shangcai), outbox);
}

#[test]
fn req_22_the_county_answers_and_the_reporting_office_is_told() {
    let world = World::at(noon_on("2026-11-24"));
    let anomalies = [("甲-1", "411722", ""), ("甲-2", "411722", "")];
    let bytes = report(&world, &world.housing, &[&world.shangcai], &anomalies);
    send(&world, "a.xpkg", &bytes);
    send(
        &world,
        "b.xpkg",
        &answer(&world, &world.shangcai, "甲-1", "属实待更正"),
    );
    assert_eq!(told(&world, &world.housing), Vec::<Row>::new());
    send(
        &world,
        "c.xpkg",
        &answer(&world, &world.shangcai, "甲-1", "属实已更正"),
    );
    assert_eq!(case(&world, "甲-1").outcome.as_deref(), Some("属实已更正"));
    assert_eq!(case(&world, "甲-2").standing, CaseStanding::Assigned);
    let rows = told(&world, &world.housing);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        [
            &rows[0]["anomaly_id"],
            &rows[0]["conclusion"],
            &rows[0]["verifier"]
        ],
        ["甲-1", "属实已更正", "王核实"]
    );
    assert!(world.packages(&world.health, "anomaly_result").is_empty());
    // Another county cannot say what was not handed to it.
    world.put("d.xpkg", &answer(&world, &world.suiping, "甲-2", "不属实"));
    assert_eq!(world.round().rejected, 1);
    let back = world.returned(&world.suiping);
    let fault = &back.last().expect("a row")[2];
    assert!(fault.starts_with("E133 “异常编号”甲-2 "), "{fault}");
}

#[test]
fn req_22_a_number_belongs_in_a_county_to_whoever_used_it_first() {
    let world = World::at(noon_on("2026-11-24"));
    let first = [("甲-1", "411722", "")];
    let bytes = report(&world, &world.housing, &[&world.shangcai], &first);
    send(&world, "a.xpkg", &bytes);
    let taken = [("甲-1", "411722", ""), ("乙-1", "411722", "")];
    let bytes = report(&world, &world.health, &[&world.shangcai], &taken);
    world.put("b.xpkg", &bytes);
    assert_eq!(world.round().rejected, 1);
    assert_eq!(world.codes(&world.health), ["not-whole"]);
    let back = world.returned(&world.health);
    let fault = &back.last().expect("a row")[2];
    assert!(fault.starts_with("E131 “异常编号”甲-1 "), "{fault}");
    assert_eq!(world.packages(&world.shangcai, "anomaly_report").len(), 1);
    // In another county the number is free.
    let elsewhere = [("甲-1", "411728", "")];
    let bytes = report(&world, &world.health, &[&world.suiping], &elsewhere);
    send(&world, "c.xpkg", &bytes);
    send(
        &world,
        "d.xpkg",
        &answer(&world, &world.suiping, "甲-1", "不属实"),
    );
    assert_eq!(told(&world, &world.health).len(), 1);
    assert_eq!(told(&world, &world.housing), Vec::<Row>::new());
}

#[test]
fn req_22_what_is_addressed_wrongly_reaches_no_county() {
    let world = World::at(noon_on("2026-11-24"));
    let (ours, theirs) = (("甲-1", "411722", ""), ("甲-2", "411728", ""));
    let bytes = report(&world, &world.housing, &[], &[ours]);
    world.put("1.xpkg", &bytes);
    world.round();
    let both = [&world.shangcai, &world.suiping];
    let bytes = report(&world, &world.housing, &both, &[ours]);
    world.put("2.xpkg", &bytes);
    world.round();
    let bytes = report(&world, &world.housing, &[&world.shangcai], &[ours, theirs]);
    world.put("3.xpkg", &bytes);
    world.round();
    assert_eq!(
        world.codes(&world.housing),
        ["kind-recipient-missing", "several-counties", "not-whole"]
    );
    let back = world.returned(&world.housing);
    let fault = &back.last().expect("a row")[2];
    assert!(fault.starts_with("E132 “县（区）”“遂平县”"), "{fault}");
    assert!(world.outbox(&world.shangcai).is_empty());
    assert!(world.outbox(&world.suiping).is_empty());
}

#[test]
fn req_22_a_county_reports_to_the_bureau_which_hands_it_to_the_county_named() {
    let world = World::at(noon_on("2026-11-24"));
    let anomalies = [("上-1", "411728", ""), ("上-2", "411728", "2026-12-01")];
    send(
        &world,
        "a.xpkg",
        &report(&world, &world.shangcai, &[], &anomalies),
    );
    let lists = world.lists_in(&world.suiping, "anomaly_report", "data/tasks.csv");
    let mut rows: Vec<[String; 2]> = lists
        .iter()
        .flatten()
        .map(|row| ["anomaly_id", "reply_by"].map(|field| row[field].clone()))
        .collect();
    rows.sort();
    let expected = [["上-1", "2026-12-09"], ["上-2", "2026-12-01"]];
    assert_eq!(rows, expected);
    send(
        &world,
        "b.xpkg",
        &answer(&world, &world.suiping, "上-2", "不属实"),
    );
    let rows = told(&world, &world.shangcai);
    assert_eq!((rows.len(), rows[0]["conclusion"].as_str()), (1, "不属实"));
    let package = world.packages(&world.shangcai, "anomaly_result").remove(0);
    let files = open(package, &world.shangcai)
        .expect("it opens")
        .into_store();
    for bytes in files.into_files().values() {
        assert!(!String::from_utf8_lossy(bytes).contains("金丝雀"));
    }
}

#[test]
fn req_23_open_anomalies_age_on_the_board() {
    let world = World::at(noon_on("2026-11-24"));
    let anomalies = [("甲-1", "411722", "2026-12-01"), ("甲-2", "411722", "")];
    let bytes = report(&world, &world.housing, &[&world.shangcai], &anomalies);
    send(&world, "a.xpkg", &bytes);
    let board = |day: &str| -> Value {
        let line = "--json board --config posthorse.toml --month 2026-11 --procedure anomaly";
        let board = posthorse(&world, &format!("{line} --as-of {day}T04:00:00Z"));
        board["total"].clone()
    };
    let counts = |day: &str| {
        let total = board(day);
        [
            "in_time",
            "due_soon",
            "overdue_1_to_7_days",
            "overdue_8_to_30_days",
        ]
        .map(|what| total[what].as_u64().expect("a count"))
    };
    assert_eq!(counts("2026-11-25"), [2, 0, 0, 0]);
    assert_eq!(counts("2026-11-26"), [1, 1, 0, 0]);
    assert_eq!(counts("2026-12-01"), [1, 1, 0, 0]);
    assert_eq!(counts("2026-12-02"), [1, 0, 1, 0]);
    assert_eq!(counts("2026-12-04"), [0, 1, 1, 0]);
    assert_eq!(counts("2026-12-10"), [0, 0, 1, 1]);
}

#[test]
fn req_22_what_the_bureau_itself_reports_opens_a_case_in_each_county_that_it_names() {
    let world = World::at(noon_on("2026-11-24"));
    let anomalies = [("市-1", "411722", "2026-12-01"), ("市-2", "411728", "")];
    let bytes = report(&world, &world.bureau, &[], &anomalies);
    send(&world, "a.xpkg", &bytes);
    for (county, number, day) in [
        (&world.shangcai, "市-1", "2026-12-01"),
        (&world.suiping, "市-2", "2026-12-09"),
    ] {
        let lists = world.lists_in(county, "anomaly_report", "data/tasks.csv");
        let rows: Vec<&Row> = lists.iter().flatten().collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(
            [&rows[0]["anomaly_id"], &rows[0]["reply_by"]],
            [number, day]
        );
        assert_eq!(last_day(&case(&world, number)), day);
    }
    // Addressed to a county too, the county has the very package.
    let direct = [("市-3", "411722", "")];
    let bytes = report(&world, &world.bureau, &[&world.shangcai], &direct);
    send(&world, "b.xpkg", &bytes);
    assert!(
        world
            .outbox(&world.shangcai)
            .values()
            .any(|copy| *copy == bytes)
    );
    send(
        &world,
        "c.xpkg",
        &answer(&world, &world.shangcai, "市-1", "属实已更正"),
    );
    let answered = case(&world, "市-1");
    assert_eq!(answered.standing, CaseStanding::Closed);
    assert_eq!(answered.outcome.as_deref(), Some("属实已更正"));
    // The bureau has the answer: nothing is sealed to itself about it.
    assert!(world.packages(&world.bureau, "anomaly_result").is_empty());
    posthorse(&world, "--json audit drop state/archive");
}

#[test]
fn req_22_the_bureau_takes_back_what_it_reported() {
    let world = World::at(noon_on("2026-11-24"));
    let bytes = report(&world, &world.bureau, &[], &[("市-1", "411722", "")]);
    send(&world, "a.xpkg", &bytes);
    let id = world.verify(bytes).manifest().package_id.to_string();
    let cells = [
        ("package_id", id.as_str()),
        ("row_key", "市-1"),
        ("reason", "误报"),
    ];
    let mut draft = world.draft(&world.bureau, "withdrawal");
    let list = csv(
        "withdrawal",
        &[row("withdrawal", &cells.into_iter().collect())],
    );
    draft.lists = vec![("withdrawal".into(), list)];
    send(&world, "b.xpkg", &draft.seal_with(&[&world.bureau.second]));
    assert_eq!(case(&world, "市-1").standing, CaseStanding::Withdrawn);
    assert_eq!(world.packages(&world.shangcai, "withdrawal").len(), 1);
}

#[test]
fn req_22_a_package_under_the_daemons_own_key_is_refused() {
    let world = World::at(noon_on("2026-11-24"));
    let mut draft = world.draft(&world.bureau, "anomaly_report");
    let cells = [
        ("anomaly_id", "市-1"),
        ("county_name", "411722"),
        ("list_name", "脱贫人口/监测对象名单"),
        ("subject", "出现在两户。"),
        ("found_on", "2026-11-20"),
    ];
    let list = csv(
        "anomaly-report",
        &[row("anomaly-report", &cells.into_iter().collect())],
    );
    draft.lists = vec![("anomaly-report".into(), list)];
    world.put("a.xpkg", &draft.seal_aside());
    assert_eq!(world.round().rejected, 1);
    assert_eq!(world.codes(&world.bureau), ["own-key"]);
    assert!(world.outbox(&world.shangcai).is_empty());
}

#[test]
fn req_11_a_county_is_urged_of_an_anomaly_as_of_anything_else() {
    let world = World::at(noon_on("2026-11-24"));
    let anomalies = [("甲-1", "411722", "2026-12-01")];
    let bytes = report(&world, &world.housing, &[&world.shangcai], &anomalies);
    send(&world, "a.xpkg", &bytes);
    let mut urged = Vec::new();
    for _ in 0..10 {
        world.wait_days(1);
        if world.round().urges == 1 {
            urged.push(world.now());
        }
    }
    let days = [
        "2026-11-26",
        "2026-11-30",
        "2026-12-02",
        "2026-12-03",
        "2026-12-04",
    ];
    assert_eq!(urged, days.map(noon_on));
    let lists = world.lists_in(&world.shangcai, "urge", "data/urge.csv");
    let last = lists.last().and_then(|rows| rows.first()).expect("a row");
    assert_eq!(
        [&last["matter"], &last["addressee"]],
        ["异常数据核实：核实核准", "联系人和分管领导"]
    );
}

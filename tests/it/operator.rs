//! What the bureau's operator is answered by the program, over a ledger that the daemon wrote.

use std::fs;
use std::path::Path;

use posthorse_domain::SyntheticPerson;
use posthorse_ledger::{Ledger as _, LedgerKey, SqliteLedger};
use serde_json::Value;
use tempfile::TempDir;

use crate::bureau_world::World;
use crate::cli::{copy_folder, run};
use crate::cli_world;

/// Runs posthorse over a folder and reads the one JSON document.
pub(crate) fn ask(folder: &Path, line: &str) -> Value {
    let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let output = run(folder, &arguments, "");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "posthorse {line}\n{stderr}");
    serde_json::from_slice(&output.stdout).expect("one JSON document")
}

/// Three persons dispatched on 2026-11-24: due on 2026-12-09. Housing reported a day early.
fn dispatched() -> (World, Vec<SyntheticPerson>) {
    let world = World::new();
    world.owes(&world.health, &[("health-serious-illness", None)]);
    world.round();
    world.owes(&world.housing, &[("housing-safety", None)]);
    let people = world.people(1, 3, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    assert_eq!(world.round().dispatched_people, 3);
    (world, people)
}

#[test]
fn req_11_the_board_shows_who_is_silent_and_who_is_to_be_escalated() {
    let (world, _) = dispatched();
    let board = |as_of: &str| {
        let line = "--json board --config posthorse.toml --month 2026-11 --as-of";
        ask(world.root(), &format!("{line} {as_of}T04:00:00Z"))
    };
    let last_day = board("2026-12-09");
    assert_eq!(last_day["counties"][0]["county"], "411722");
    assert_eq!(last_day["counties"][0]["oldest_due"], "2026-12-09");
    assert_eq!(last_day["total"]["open"], 3);
    assert_eq!(last_day["total"]["due_soon"], 3);
    assert_eq!(last_day["escalated"], Value::Array(Vec::new()));
    let third_day = board("2026-12-12");
    assert_eq!(third_day["total"]["overdue_1_to_7_days"], 3);
    assert_eq!(third_day["escalated"], serde_json::json!(["411722"]));
    let state = |party: &str| {
        let lines = third_day["reports"].as_array().expect("lines");
        let of_party = |line: &&Value| line["party"] == party && line["kind"] == "warning_list";
        let line = lines.iter().find(of_party).expect("a line");
        (line["state"].clone(), line["days"].clone())
    };
    assert_eq!(state("housing"), ("early".into(), 1.into()));
    assert_eq!(state("health"), ("missing".into(), 12.into()));
}

#[test]
fn req_23_the_report_is_reproducible_and_req_25_no_lead_is_orphaned() {
    let (world, people) = dispatched();
    let trace = format!(
        "--json trace --config posthorse.toml {}",
        people[0].id.as_str()
    );
    let ids: Vec<String> = ask(world.root(), &trace)["ways"][0]["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .filter(|step| step["what"] == "opened")
        .map(|step| step["case"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(ids.len(), 1);
    let report = |name: &str| {
        let line = "--json report --config posthorse.toml --month 2026-11 --as-of";
        let line = format!("{line} 2026-11-27T04:00:00Z -o {name}.html -o {name}.xlsx");
        let mut document = ask(world.root(), &line);
        document["output"].take();
        let page = fs::read(world.path(&format!("{name}.html"))).expect("a page");
        let workbook = fs::read(world.path(&format!("{name}.xlsx"))).expect("a workbook");
        (document, page, workbook)
    };
    let before = report("before");
    assert_eq!(before.0["total"]["opened"], 3);
    assert_eq!(before.0["total"]["answered"], 0);
    assert_eq!(before.0["orphans"], 0);
    // What happens afterwards does not change what was so.
    world.wait_days(5);
    let answer = [(ids[0].as_str(), &[("outcome", "已在册")][..])];
    world.put("b.xpkg", &world.answer(&world.shangcai, &answer));
    world.round();
    assert!(before == report("again"));
    let line = "--json report --config posthorse.toml --month 2026-11 --as-of";
    let after = ask(world.root(), &format!("{line} 2026-12-01T04:00:00Z"));
    assert_eq!(after["total"]["closed"], 1);
    assert_eq!(after["total"]["outcomes"]["已在册"], 1);
    assert_eq!(after["total"]["closing_basis_points"], 3333);
    assert_eq!(after["orphans"], 0);
    let words: Vec<Value> = ask(world.root(), &trace)["ways"][0]["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| step["what"].clone())
        .collect();
    assert_eq!(
        words,
        ["lead", "opened", "dispatched", "answered", "closed"]
    );
}

#[test]
fn req_27_nobody_is_shown_before_it_is_written_down_who_looks_and_why() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path();
    copy_folder(cli_world::folder(), path);
    let ledger = || {
        let key = fs::read(path.join("bureau/keys/ledger.key")).expect("the key");
        let key = LedgerKey::from_bytes(key.try_into().expect("32 bytes"));
        let file = path.join("exchange/state/ledger.sqlite");
        SqliteLedger::open_to_read(&file, &key).expect("the ledger")
    };
    let accesses = || {
        let events = ledger().events_after(0, 1_000_000).expect("events");
        let accesses = events.into_iter().filter(|event| event.kind == "accessed");
        accesses.map(|event| event.facts).collect::<Vec<_>>()
    };
    let line = "--json trace --config exchange/posthorse.toml 41282519700101000X";
    let masked = ask(path, line).to_string();
    assert!(!masked.contains("41282519700101000X") && !masked.contains("张一"));
    assert_eq!(accesses(), Vec::<String>::new());
    let open = ask(path, &format!("{line} --unmask --reason 群众来访"));
    assert_eq!(open["ways"][0]["id_no"], "41282519700101000X");
    assert_eq!(open["ways"][0]["name"], "张一");
    let accesses = accesses();
    assert_eq!(accesses.len(), 1);
    let facts: Value = serde_json::from_str(&accesses[0]).expect("JSON");
    let facts = &facts["accessed"];
    assert_eq!(facts["reason"], "群众来访");
    assert_eq!(
        (&facts["rows"], &facts["subject"]),
        (&1.into(), &"person".into())
    );
    assert_eq!(facts["person"], "市乡村振兴局");
    assert!(!accesses[0].contains("41282519700101000X"));
}

//! Rules that come with the registry: who takes them, when they come into force, and what becomes of
//! the clocks that run (spec/registry-v1.md §6, spec/routing-and-deadlines-v1.md §6).

mod clocks;
mod published;
mod tenth_department;

use std::collections::BTreeMap;
use std::fs;

use posthorse_domain::{Certainty, built_in_rule_file};
use posthorse_ledger::{Ledger as _, TaskDue};
use posthorse_package::{RuleFile, Timestamp};

use crate::bureau_world::World;

/// Noon in China on this day.
fn noon_on(day: &str) -> Timestamp {
    format!("{day}T04:00:00Z").parse().expect("a timestamp")
}

/// A built-in file as text.
fn built_in(file: &str) -> String {
    let name = file.parse().expect("a name");
    let bytes = built_in_rule_file(&name).expect("a file");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// A version of a built-in file in which one text is another.
fn edited(file: &str, version: u64, from: &str, to: &str) -> RuleFile {
    let text = built_in(file);
    assert!(text.contains(from), "{file}: {from}");
    let text = text.replacen(from, to, 1);
    let text = text.replacen("\"version\": 1", &format!("\"version\": {version}"), 1);
    RuleFile::new(file.parse().expect("a name"), version, text.into_bytes())
}

/// Due rules by which a county has so many calendar days.
fn days_for_counties(version: u64, days: u16) -> RuleFile {
    edited(
        "due_rules.json",
        version,
        "\"calendar_days\": 15",
        &format!("\"calendar_days\": {days}"),
    )
}

/// Version 2 of the calendar: the built-in one, and a year 2027 that nobody has announced. It says so
/// itself, for nobody may take it for the State Council's.
fn calendar_with_a_test_year() -> RuleFile {
    let year = r#"{
      "year": 2027,
      "notice": "测试用日历，并非国务院办公厅通知",
      "issued": "2026-11-10",
      "days": [
        { "date": "2027-01-01", "kind": "off", "name": "测试假日" },
        { "date": "2027-01-02", "kind": "off", "name": "测试假日" },
        { "date": "2027-01-03", "kind": "off", "name": "测试假日" }
      ]
    }"#;
    let mut calendar: serde_json::Value =
        serde_json::from_str(&built_in("holidays.json")).expect("JSON");
    calendar["version"] = 2.into();
    let year = serde_json::from_str(year).expect("JSON");
    calendar["years"].as_array_mut().expect("years").push(year);
    let bytes = serde_json::to_vec_pretty(&calendar).expect("JSON");
    RuleFile::new("holidays.json".parse().expect("a name"), 2, bytes)
}

/// Publishes the next version of the registry with these rule files and no others.
fn publish(world: &World, files: &[RuleFile]) {
    let folder = world.path("drop/registry/rules");
    fs::create_dir_all(&folder).expect("a folder");
    for file in files {
        fs::write(folder.join(file.entry().stored_name()), file.bytes()).expect("a rule file");
    }
    name(world, files);
}

/// The same, but the files are not put beside it.
fn name(world: &World, files: &[RuleFile]) {
    let mut entries: Vec<_> = files.iter().map(|file| file.entry().clone()).collect();
    entries.sort_by(|a, b| a.file.cmp(&b.file));
    world.change_registry(|document| document.rules = entries);
}

/// Sends a list about one person of 上蔡县 and lets the daemon dispatch it.
fn dispatch_one(world: &World, seed: u64) {
    let people = world.people(seed, 1, "411722");
    world.put(
        &format!("{seed}.xpkg"),
        &world.warning_list(&world.housing, &people),
    );
    assert_eq!(world.round().dispatched_people, 1);
}

/// What the ledger has as the last day of every case, by its number.
fn dues(world: &World) -> Vec<TaskDue> {
    let histories = world.ledger().case_histories().expect("the cases");
    let tasks = histories.iter().flat_map(|history| &history.case.tasks);
    tasks.map(|task| task.due.expect("a last day")).collect()
}

fn decided(day: &str) -> TaskDue {
    TaskDue {
        on: day.parse().expect("a day"),
        certainty: Certainty::Decided,
    }
}

fn provisional(day: &str, year: i16) -> TaskDue {
    TaskDue {
        on: day.parse().expect("a day"),
        certainty: Certainty::Provisional { year },
    }
}

/// What 上蔡县 was told of last days that moved.
fn told(world: &World) -> Vec<BTreeMap<String, String>> {
    let lists = world.lists_in(&world.shangcai, "urge", "data/urge.csv");
    let rows = lists.into_iter().flatten();
    rows.filter(|row| row["step"] == "期限调整").collect()
}

//! What sources learn of how their leads ended, and what is remembered of a person.

use std::collections::BTreeMap;

use super::{dispatched_on, noon_on};
use crate::bureau_world::{Member, World, open};

const ENROLLED: &[(&str, &str)] = &[("outcome", "已在册")];
const NOT_ENROLLED: &[(&str, &str)] = &[
    ("outcome", "不纳入"),
    ("reject_reason", "已死亡"),
    ("explanation", "入户核实，本人已于去年去世。"),
];

/// The rows of every feedback that a department got, one list a package.
fn told(world: &World, member: &Member) -> Vec<Vec<BTreeMap<String, String>>> {
    world.lists_in(member, "warning_feedback", "data/warning-feedback.csv")
}

#[test]
fn req_11_the_outcome_goes_back_to_every_source_in_its_own_columns() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    world.put("b.xpkg", &world.warning_list(&world.health, &people[..1]));
    world.round();
    let rows = world.dispatched(&world.shangcai);
    let both = rows
        .iter()
        .find(|row| row["id_no"] == people[0].id.as_str());
    let both = &both.expect("the person of both")["warning_id"];
    let other = rows.iter().find(|row| row["warning_id"] != *both);
    let other = &other.expect("the other person")["warning_id"];
    world.wait_days(3);
    let answer = world.answer(&world.shangcai, &[(both, NOT_ENROLLED), (other, &[])]);
    world.put("c.xpkg", &answer);
    assert_eq!(world.round().fed_back, 2);
    let expected = |list: &str| -> BTreeMap<String, String> {
        [
            ("warning_id", both.as_str()),
            ("name", &people[0].name),
            ("id_no", people[0].id.as_str()),
            ("lists", list),
            ("outcome", "不纳入"),
            ("reject_reason", "05 已死亡"),
            ("closed_on", "2026-11-27"),
        ]
        .into_iter()
        .map(|(field, text)| (field.to_owned(), text.to_owned()))
        .collect()
    };
    let without_place = |mut row: BTreeMap<String, String>| {
        row.retain(|field, _| !field.starts_with("source_"));
        row
    };
    for (member, list) in [
        (&world.housing, "住建-住房安全"),
        (&world.health, "卫健-突发公共卫生事件"),
    ] {
        let lists = told(&world, member);
        assert_eq!(lists.len(), 1, "one package");
        let rows: Vec<_> = lists[0].iter().cloned().map(without_place).collect();
        assert_eq!(rows, [expected(list)]);
    }
    assert_eq!(world.round().fed_back, 0, "nothing is told twice");

    // Only the source can open it: the other department cannot read what the first one asked.
    let package = world.packages(&world.housing, "warning_feedback").remove(0);
    assert!(open(package, &world.health).is_err());
}

#[test]
fn req_25_a_corrected_outcome_is_told_again() {
    let world = dispatched_on("2026-11-24", 1);
    let id = world.dispatched(&world.shangcai)[0]["warning_id"].clone();
    for cells in [ENROLLED, NOT_ENROLLED] {
        world.wait_days(1);
        world.put("a.xpkg", &world.answer(&world.shangcai, &[(&id, cells)]));
        assert_eq!(world.round().fed_back, 1);
    }
    let lists = told(&world, &world.housing);
    let outcomes: Vec<_> = lists
        .iter()
        .flatten()
        .map(|row| (row["outcome"].as_str(), row["closed_on"].as_str()))
        .collect();
    assert_eq!(
        outcomes,
        [("已在册", "2026-11-25"), ("不纳入", "2026-11-25")]
    );
}

#[test]
fn req_27_feedback_carries_nothing_of_the_visit() {
    let world = dispatched_on("2026-11-24", 1);
    let id = world.dispatched(&world.shangcai)[0]["warning_id"].clone();
    let mut cells = NOT_ENROLLED.to_vec();
    cells.push(("verifier", "金丝雀"));
    world.put("a.xpkg", &world.answer(&world.shangcai, &[(&id, &cells)]));
    assert_eq!(world.round().fed_back, 1);
    let package = world.packages(&world.housing, "warning_feedback").remove(0);
    let files = open(package, &world.housing).expect("it opens");
    let files = files.into_store().into_files();
    let list = "data/warning-feedback.csv".parse().expect("a name");
    assert!(String::from_utf8_lossy(&files[&list]).contains("不纳入"));
    for bytes in files.values() {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        for forbidden in ["金丝雀", "去年去世"] {
            assert!(!text.contains(forbidden), "{forbidden}");
        }
    }
}

#[test]
fn req_07_a_person_pushed_again_comes_with_the_last_answer() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people[..1]));
    world.round();
    let first = world.dispatched(&world.shangcai)[0]["warning_id"].clone();
    world.wait_days(1);
    world.put(
        "b.xpkg",
        &world.answer(&world.shangcai, &[(&first, NOT_ENROLLED)]),
    );
    world.round();
    world.wait_days(30);
    world.put("c.xpkg", &world.warning_list(&world.health, &people));
    world.round();
    let rows = world.dispatched(&world.shangcai);
    let again = rows[1..]
        .iter()
        .find(|row| row["id_no"] == people[0].id.as_str());
    let again = again.expect("the person, again");
    assert_ne!(again["warning_id"], first);
    let known = format!("；上次核实（{first}，2026-11-25 办结）：不纳入，原因 05 已死亡");
    assert!(again["summary"].ends_with(&known), "{}", again["summary"]);
    let new = rows[1..]
        .iter()
        .find(|row| row["id_no"] == people[1].id.as_str());
    let new = &new.expect("the new person")["summary"];
    assert!(!new.contains("上次核实"), "{new}");
}

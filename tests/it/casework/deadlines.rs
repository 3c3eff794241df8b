//! By when a county answers, and how sure that day is.

use posthorse_domain::Certainty;
use posthorse_ledger::{Ledger as _, TaskDue};

use super::{dispatched_on, noon_on};
use crate::bureau_world::{World, open};

/// What the ledger has as the last day of every case.
fn dues(world: &World) -> Vec<TaskDue> {
    let histories = world.ledger().case_histories().expect("the cases");
    let tasks = histories.iter().flat_map(|history| &history.case.tasks);
    tasks.map(|task| task.due.expect("a last day")).collect()
}

/// The texts of the notes on deadlines that went to 上蔡县.
fn notes(world: &World) -> Vec<String> {
    let packages = world.packages(&world.shangcai, "warning_dispatch");
    let files = packages.into_iter().map(|package| {
        let opened = open(package, &world.shangcai).expect("it opens");
        let files = opened.into_store().into_files();
        let note = "attachments/deadline-note.txt".parse().expect("a name");
        let text = files.get(&note)?;
        Some(String::from_utf8(text.clone()).expect("UTF-8"))
    });
    files.flatten().collect()
}

#[test]
fn req_08_fifteen_days_cross_the_spring_festival() {
    for (dispatched, due) in [
        ("2024-01-31", "2024-02-18"),
        ("2026-02-05", "2026-02-24"),
        ("2026-09-18", "2026-10-08"),
        ("2026-11-24", "2026-12-09"),
    ] {
        let world = dispatched_on(dispatched, 1);
        let row = world.dispatched(&world.shangcai).remove(0);
        assert_eq!(row["reply_by"], due, "{dispatched}");
        let expected = TaskDue {
            on: due.parse().expect("a day"),
            certainty: Certainty::Decided,
        };
        assert_eq!(dues(&world), [expected], "{dispatched}");
        assert_eq!(notes(&world), Vec::<String>::new(), "{dispatched}");
    }
}

#[test]
fn req_08_a_day_that_no_calendar_has_decided_says_so() {
    let world = dispatched_on("2026-12-17", 2);
    let expected = TaskDue {
        on: "2027-01-01".parse().expect("a day"),
        certainty: Certainty::Provisional { year: 2027 },
    };
    assert_eq!(dues(&world), [expected, expected]);
    assert_eq!(
        notes(&world),
        ["E207 节假日表缺少 2027 年安排，截止日期为暂算，请更新节假日表。\r\n"]
    );
}

#[test]
fn req_07_more_about_an_open_case_moves_no_day_and_begins_no_second_one() {
    let world = dispatched_on("2026-11-24", 1);
    let id = world.dispatched(&world.shangcai)[0]["warning_id"].clone();
    let people = world.people(7, 1, "411722");
    world.clock.set(noon_on("2026-12-01"));
    world.put("b.xpkg", &world.warning_list(&world.health, &people));
    world.round();
    let rows = world.dispatched(&world.shangcai);
    assert_eq!(rows.len(), 2);
    assert_eq!(
        [&rows[1]["warning_id"], &rows[1]["reply_by"]],
        [&id, "2026-12-09"]
    );
    let case = world.ledger().case(&id).expect("answers").expect("a case");
    assert_eq!(case.tasks.len(), 1);
    assert_eq!(case.tasks[0].dispatched_at, noon_on("2026-11-24"));
}

#[test]
fn req_25_a_case_begins_with_its_first_lead_and_ends_once() {
    let world = World::at(noon_on("2026-11-24"));
    world.set("dispatch_wait_minutes = 2880");
    let people = world.people(7, 1, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    assert_eq!(world.round().dispatches, 0);
    world.wait_days(2);
    assert_eq!(world.round().dispatches, 1);
    let row = world.dispatched(&world.shangcai).remove(0);
    assert_eq!(row["reply_by"], "2026-12-11");
    for (wait, outcome) in [(3, "已在册"), (1, "已在册"), (1, "继续核实")] {
        world.wait_days(wait);
        let cells = [("outcome", outcome)];
        let answer = world.answer(&world.shangcai, &[(&row["warning_id"], &cells)]);
        world.put("b.xpkg", &answer);
        assert_eq!(world.round().accepted, 1);
    }
    let case = world.ledger().case(&row["warning_id"]);
    let case = case.expect("answers").expect("a case");
    assert_eq!(
        (case.opened_at, case.ended_at),
        (noon_on("2026-11-24"), Some(noon_on("2026-11-29")))
    );
    assert_eq!(case.outcome.as_deref(), Some("已在册"));
}

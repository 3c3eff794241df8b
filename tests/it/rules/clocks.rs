//! A new calendar and new due rules while clocks run.

use posthorse_ledger::Ledger as _;

use super::{
    built_in, calendar_with_a_test_year, days_for_counties, decided, dispatch_one, dues, noon_on,
    provisional, publish, told,
};
use crate::bureau_world::{World, open};

/// A world in which counties have 45 days, so that what is dispatched in November is due about the
/// new year.
fn world_of_45_days(day: &str) -> World {
    let world = World::at(noon_on(day));
    publish(&world, &[days_for_counties(2, 45)]);
    world
}

#[test]
fn req_08_a_calendar_that_arrives_in_november_moves_what_was_provisional_and_tells_whom() {
    let world = world_of_45_days("2026-11-16");
    dispatch_one(&world, 7);
    world.clock.set(noon_on("2026-11-17"));
    dispatch_one(&world, 8);
    assert_eq!(
        dues(&world),
        [
            provisional("2026-12-31", 2027),
            provisional("2027-01-01", 2027)
        ]
    );
    world.clock.set(noon_on("2026-11-25"));
    publish(
        &world,
        &[days_for_counties(2, 45), calendar_with_a_test_year()],
    );
    let summary = world.round();
    // The one becomes sure and stays; the other is a holiday now and becomes the next worked day.
    assert_eq!(dues(&world), [decided("2026-12-31"), decided("2027-01-04")]);
    assert_eq!(summary.moved_clocks, 1);
    let rows = told(&world);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["due_on"], "2027-01-04");
    assert_eq!(rows[0]["open_count"], "1");
    assert_eq!(rows[0]["days"], "40");
    assert_eq!(
        rows[0]["message"],
        "节假日安排或期限规则已更新，核实结果的反馈期限由 2027-01-01 调整为 2027-01-04，还有 40 天。"
    );
    let events = world.ledger().events_after(0, 1000).expect("events");
    let recounted = events
        .iter()
        .filter(|event| event.kind == "clocks-recounted");
    assert_eq!(recounted.count(), 2);
}

#[test]
fn req_08_what_was_worked_out_again_is_not_told_twice() {
    let world = world_of_45_days("2026-11-17");
    dispatch_one(&world, 7);
    publish(
        &world,
        &[days_for_counties(2, 45), calendar_with_a_test_year()],
    );
    assert_eq!(world.round().moved_clocks, 1);
    for _ in 0..2 {
        assert_eq!(world.round().moved_clocks, 0);
    }
    assert_eq!(told(&world).len(), 1);
}

#[test]
fn req_08_a_day_that_has_become_sure_goes_out_without_its_note() {
    let world = world_of_45_days("2026-11-16");
    dispatch_one(&world, 7);
    publish(
        &world,
        &[days_for_counties(2, 45), calendar_with_a_test_year()],
    );
    world.round();
    assert_eq!(dues(&world), [decided("2026-12-31")]);
    assert_eq!(told(&world), []);
    // More is said about the same case, by another department.
    let people = world.people(7, 1, "411722");
    world.put("b.xpkg", &world.warning_list(&world.health, &people));
    world.round();
    let note = "attachments/deadline-note.txt".parse().expect("a name");
    let packages = world.packages(&world.shangcai, "warning_dispatch");
    let notes: Vec<bool> = packages
        .into_iter()
        .map(|package| {
            let opened = open(package, &world.shangcai).expect("it opens");
            opened.into_store().into_files().contains_key(&note)
        })
        .collect();
    assert_eq!(notes, [true, false]);
}

#[test]
fn req_08_new_due_rules_move_what_runs_and_not_what_is_answered() {
    let world = World::at(noon_on("2026-11-24"));
    dispatch_one(&world, 7);
    dispatch_one(&world, 8);
    let rows = world.dispatched(&world.shangcai);
    world.wait_days(1);
    let cells = [("outcome", "已在册")];
    let answer = world.answer(&world.shangcai, &[(&rows[0]["warning_id"], &cells)]);
    world.put("answer.xpkg", &answer);
    world.round();
    publish(&world, &[days_for_counties(2, 20)]);
    assert_eq!(world.round().moved_clocks, 1);
    assert_eq!(dues(&world), [decided("2026-12-09"), decided("2026-12-14")]);
    let messages: Vec<String> = told(&world)
        .iter()
        .map(|row| row["message"].clone())
        .collect();
    assert_eq!(
        messages,
        [
            "节假日安排或期限规则已更新，核实结果的反馈期限由 2026-12-09 调整为 2026-12-14，还有 19 天。"
        ]
    );
}

#[test]
fn the_test_calendar_says_that_it_is_none_of_the_state_councils() {
    let file = calendar_with_a_test_year();
    let text = String::from_utf8(file.bytes().to_vec()).expect("UTF-8");
    assert!(text.contains("测试用日历，并非国务院办公厅通知"));
    assert!(!built_in("holidays.json").contains("\"year\": 2027"));
}

//! Offices that owe an answer are urged in time, and no more often than the rules say.

use super::{dispatched_on, noon_on};
use crate::bureau_world::{World, open};

/// Everything that 上蔡县 was urged of: step, days, addressee and open count, in order.
fn said(world: &World) -> Vec<[String; 4]> {
    let lists = world.lists_in(&world.shangcai, "urge", "data/urge.csv");
    let rows = lists.into_iter().flatten();
    rows.map(|row| ["step", "days", "addressee", "open_count"].map(|field| row[field].clone()))
        .collect()
}

fn line(step: &str, days: u32, addressee: &str, open: u32) -> [String; 4] {
    [
        step.into(),
        days.to_string(),
        addressee.into(),
        open.to_string(),
    ]
}

#[test]
fn req_11_a_county_is_urged_at_t5_t1_and_daily_until_it_answers() {
    let world = dispatched_on("2026-11-24", 3);
    let ids: Vec<_> = world
        .dispatched(&world.shangcai)
        .iter()
        .map(|row| row["warning_id"].clone())
        .collect();
    let answer = |id: &str| world.answer(&world.shangcai, &[(id, &[("outcome", "已在册")])]);
    for _ in 0..18 {
        world.wait_days(1);
        if world.now() == noon_on("2026-12-10") {
            world.put("a.xpkg", &answer(&ids[0]));
        }
        world.round();
        assert_eq!(world.round().urges, 0, "once a day");
    }
    let (ahead, late) = ("到期提醒", "逾期催办");
    let (contact, leader) = ("联系人", "联系人和分管领导");
    assert_eq!(
        said(&world),
        [
            line(ahead, 5, contact, 3),
            line(ahead, 1, contact, 3),
            line(late, 1, contact, 2),
            line(late, 2, contact, 2),
            line(late, 3, leader, 2),
        ]
    );
    for id in &ids[1..] {
        world.put("b.xpkg", &answer(id));
        world.round();
    }
    world.wait_days(1);
    assert_eq!(world.round().urges, 0, "nothing is owed");
}

#[test]
fn req_11_a_day_on_which_the_daemon_slept_is_made_up_for_once() {
    let world = dispatched_on("2026-11-24", 1);
    world.clock.set(noon_on("2026-12-06"));
    assert_eq!(world.round().urges, 1);
    world.clock.set(noon_on("2026-12-07"));
    assert_eq!(world.round().urges, 0);
    assert_eq!(said(&world), [line("到期提醒", 3, "联系人", 1)]);
}

#[test]
fn req_27_an_urge_names_nobody() {
    let world = dispatched_on("2026-11-24", 1);
    let row = world.dispatched(&world.shangcai).remove(0);
    world.clock.set(noon_on("2026-12-15"));
    assert_eq!(world.round().urges, 1);
    let package = world.packages(&world.shangcai, "urge").remove(0);
    let files = open(package, &world.shangcai).expect("it opens");
    let files = files.into_store().into_files();
    let list = &files[&"data/urge.csv".parse().expect("a name")];
    let list = String::from_utf8(list.clone()).expect("UTF-8");
    assert!(list.contains("预警核实：入户核实"), "{list}");
    assert!(list.contains("核实结果应于 2026-12-09 前报送，已逾期 6 天，请立即报送。"));
    for bytes in files.values() {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        for personal in ["id_no", "name", "phone", "warning_id"] {
            assert!(!text.contains(&row[personal]), "{personal}");
        }
    }
}

//! The bureau's roster in use: who is sent what of it, once, and whom it counts.

use std::collections::BTreeMap;
use std::fs;

use posthorse_daemon::{Mode, Shutdown, run};
use posthorse_package::{PartyId, Timestamp};

use super::bureau_roster::{Cells, put};
use super::noon_on;
use crate::bureau_world::{DAY, Member, World, csv, field, open};

/// Values that only their own recipients may see, each in its column.
const CANARIES: Cells<'static> = &[
    ("phone", "13800001234"),
    ("household_phone", "13900005678"),
    ("cause_1", "金丝雀致贫"),
    ("remark", "金丝雀备注"),
    ("disaster_kind", "金丝雀灾害"),
    ("education", "金丝雀文化"),
    ("schooling", "金丝雀在校"),
    ("health", "金丝雀健康"),
    ("labour", "金丝雀技能"),
    ("work_place", "金丝雀务工地"),
    ("ethnicity", "金丝雀民族"),
    ("income", "7654.32"),
    ("compliant_self_paid", "4321.98"),
    ("measures", "金丝雀措施"),
    ("risk_1", "因意外事故"),
    ("natural_village", "金丝雀自然村"),
];

fn rosters(world: &World, member: &Member) -> Vec<Vec<BTreeMap<String, String>>> {
    world.lists_in(member, "roster", "data/roster.csv")
}

fn names(rows: &[BTreeMap<String, String>]) -> Vec<&str> {
    rows.iter().map(|row| row["name"].as_str()).collect()
}

/// Everything that a member can read of its rosters.
fn text_of(world: &World, member: &Member) -> String {
    let mut text = String::new();
    for package in world.packages(member, "roster") {
        let files = open(package, member)
            .expect("it opens")
            .into_store()
            .into_files();
        for (name, bytes) in &files {
            text.push_str(&format!("{name}\n{}\n", String::from_utf8_lossy(bytes)));
        }
    }
    text
}

#[test]
fn req_19_a_department_gets_its_own_columns_of_the_whole_city_and_a_county_its_own_people() {
    let world = World::at(noon_on("2026-11-05"));
    let (here, there) = (world.people(7, 2, "411722"), world.people(8, 1, "411728"));
    let people = [
        (&here[0], CANARIES),
        (&here[1], &[][..]),
        (&there[0], &[][..]),
    ];
    put(&world, "名单20261101.csv", &people);
    assert_eq!(world.round().rosters, 4);

    let all = [&here[0], &here[1], &there[0]].map(|person| person.name.as_str());
    for (member, expected) in [
        (&world.housing, &all[..]),
        (&world.health, &all[..]),
        (&world.shangcai, &all[..2]),
        (&world.suiping, &all[2..]),
    ] {
        let lists = rosters(&world, member);
        assert_eq!(lists.len(), 1, "{}", member.id);
        assert_eq!(names(&lists[0]), expected, "{}", member.id);
        assert!(
            lists[0].iter().all(|row| row["as_of"] == "2026-11-01"),
            "the file's name says it"
        );
    }
    for (member, own) in [
        (&world.housing, "金丝雀自然村"),
        (&world.health, "金丝雀健康"),
    ] {
        let text = text_of(&world, member);
        assert!(text.contains(own), "{}", member.id);
        for (_, canary) in CANARIES.iter().filter(|(_, canary)| *canary != own) {
            assert!(!text.contains(canary), "{} sees {canary}", member.id);
        }
    }
    let text = text_of(&world, &world.suiping);
    for person in &here {
        assert!(
            !text.contains(person.id.as_str()),
            "a county sees its own people only"
        );
    }
    assert!(text_of(&world, &world.shangcai).contains("金丝雀措施"));
}

#[test]
fn req_19_a_version_is_sent_once_and_the_newest_by_its_own_day_is_the_one_in_use() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 2, "411722");
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    assert_eq!(world.round().rosters, 3, "遂平县 has nobody on it");
    assert_eq!(world.round().rosters, 0);
    put(&world, "20261001.csv", &[(&people[1], &[])]);
    assert_eq!(world.round().rosters, 0, "an older one is not in use");
    world.wait_days(30);
    put(
        &world,
        "20261201.csv",
        &[(&people[0], &[]), (&people[1], &[])],
    );
    assert_eq!(world.round().rosters, 3);
    let sent: Vec<usize> = rosters(&world, &world.housing)
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(sent, [1, 2]);
    let periods: Vec<_> = world
        .packages(&world.housing, "roster")
        .iter()
        .map(|package| {
            package
                .manifest()
                .period
                .clone()
                .expect("a month")
                .to_string()
        })
        .collect();
    assert_eq!(periods, ["2026-11", "2026-12"]);
}

#[test]
fn req_19_who_gets_a_key_later_gets_the_roster_then() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 1, "411722");
    let later: Timestamp = noon_on("2026-11-20");
    let health: PartyId = world.health.id.clone();
    world.change_registry(|document| {
        let party = document.parties.iter_mut().find(|party| party.id == health);
        party.expect("a party").recipients[0].valid_from = later;
    });
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    assert_eq!(world.round().rosters, 2);
    assert_eq!(rosters(&world, &world.health).len(), 0);
    world.clock.set(later.plus_seconds(DAY));
    assert_eq!(world.round().rosters, 1);
    assert_eq!(rosters(&world, &world.health).len(), 1);
    assert_eq!(rosters(&world, &world.housing).len(), 1);
}

#[test]
fn req_19_a_run_that_ends_between_two_offices_is_taken_up_by_the_next() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 1, "411722");
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    let mut sent = Vec::new();
    for _ in 0..5 {
        let stopped = Shutdown::new();
        stopped.request();
        let (config, keys) = (world.config(), world.keys());
        let summary = run(&config, &keys, &world.clock, &stopped, Mode::Once);
        sent.push(summary.expect("a round").rosters);
        world.assert_sound();
    }
    assert_eq!(sent.iter().sum::<u64>(), 3, "{sent:?}");
    assert!(
        sent.iter().all(|rosters| *rosters <= 1),
        "one a round: {sent:?}"
    );
    for member in [&world.housing, &world.health, &world.shangcai] {
        assert_eq!(rosters(&world, member).len(), 1, "{}", member.id);
    }
}

#[test]
fn req_19_a_column_that_the_roster_lacks_is_not_sent_empty() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 1, "411722");
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    let path = world.path("state/rosters/20261101.csv");
    let bytes = fs::read(&path).expect("the roster");
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let dropped = field("roster", "unsafe_house");
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = reader.headers().expect("a header").clone();
    for record in [header]
        .into_iter()
        .chain(reader.records().map(|one| one.expect("a record")))
    {
        let kept = record.iter().enumerate().filter(|(at, _)| *at != dropped);
        writer
            .write_record(kept.map(|(_, cell)| cell))
            .expect("a record");
    }
    fs::write(&path, writer.into_inner().expect("a list")).expect("a roster");
    world.round();
    let row = &rosters(&world, &world.housing)[0][0];
    assert!(row.contains_key("natural_village"));
    assert!(
        !row.contains_key("unsafe_house"),
        "empty, it would say that no house is unsafe"
    );
}

/// The coverage of a policy as the board knows it: county, entitled, paid.
fn coverage(world: &World, policy: &str, month: &str) -> Vec<(String, u64, u64)> {
    let month = posthorse_domain::Month::new(&month.parse().expect("a month")).expect("a month");
    let question = posthorse_ledger::BoardQuestion {
        month: &month,
        as_of: world.now(),
        procedure: &"warning".parse().expect("a procedure"),
        staying: &[],
    };
    let facts = world.ledger().board_facts(&question).expect("answers");
    let lines = facts
        .coverage
        .into_iter()
        .filter(|line| line.policy == policy);
    lines
        .map(|line| (line.county, line.coverage.eligible, line.coverage.paid))
        .collect()
}

#[test]
fn req_20_coverage_is_paid_of_entitled_by_policy_and_county() {
    let world = World::at(noon_on("2026-11-05"));
    let (here, there) = (world.people(7, 3, "411722"), world.people(8, 1, "411728"));
    let unsafe_house: Cells<'_> = &[("unsafe_house", "是")];
    let people = [
        (&here[0], unsafe_house),
        (&here[1], unsafe_house),
        (&here[2], &[][..]),
        (&there[0], unsafe_house),
    ];
    put(&world, "20261101.csv", &people);
    world.round();
    let unpaid = [("411722".to_owned(), 2, 0), ("411728".to_owned(), 1, 0)];
    assert_eq!(coverage(&world, "危房改造", "2026-11"), unpaid);

    // One is paid, one payment failed, one is paid under another name, one is not entitled.
    let paid: Vec<_> = [&here[0], &here[1], &there[0], &here[2]]
        .map(Clone::clone)
        .into();
    let mut rows = world.rows_of("payout-general", &paid);
    let at = |column| field("payout-general", column);
    for row in &mut rows {
        row[at("policy")] = "危房改造".into();
        row[at("status")] = "成功".into();
        row[at("fail_reason")].clear();
    }
    rows[1][at("status")] = "失败".into();
    rows[1][at("fail_reason")] = "账号有误".into();
    rows[2][at("name")] = "王不同".into();
    rows[2][at("account_name")] = "王不同".into();
    let mut draft = world.draft(&world.housing, "payout_list");
    draft.lists = vec![("payout-general".into(), csv("payout-general", &rows))];
    world.put("payout.xpkg", &draft.seal());
    assert_eq!(
        world.round().accepted,
        1,
        "{:?}",
        world.returned(&world.housing)
    );
    let expected = [("411722".to_owned(), 2, 1), ("411728".to_owned(), 1, 0)];
    assert_eq!(coverage(&world, "危房改造", "2026-11"), expected);
    assert_eq!(coverage(&world, "教育扶持", "2026-11"), []);
    let before = world.now();
    world.clock.set(noon_on("2027-01-05"));
    world.round();
    let anew = [("411722".to_owned(), 2, 0), ("411728".to_owned(), 1, 0)];
    assert_eq!(
        coverage(&world, "危房改造", "2027-01"),
        anew,
        "each year is counted for itself"
    );
    assert_eq!(coverage(&world, "危房改造", "2026-12"), expected);
    world.clock.set(before);
}

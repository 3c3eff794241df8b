//! Loop B: what should have been done and was not (应落实未落实), from the screening to the end.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;

use posthorse_domain::{SchemaSet, read_roster};
use posthorse_ledger::{CaseStanding, Ledger as _};

use super::noon_on;
use crate::bureau_world::{Member, World, csv, day, field, open, row, titled_csv};
use crate::operator::ask;

type Row = BTreeMap<String, String>;

/// A roster on which nobody of these households has a measure against unsafe housing; put where
/// the operator puts it.
fn put_roster(world: &World, name: &str, count: usize) {
    let people = world.people(7, count, "411722");
    let mut rows = world.rows_of("roster", &people);
    let month = day(world.now()).to_string()[..7].to_owned();
    for (at, row) in rows.iter_mut().enumerate() {
        for (column, cell) in [
            ("household_no", format!("4117220000{at:06}")),
            ("person_no", format!("41172200000{at:05}")),
            ("household_size", "1".to_owned()),
            ("relation", "户主".to_owned()),
            ("monitor_category", "边缘易致贫户".to_owned()),
            ("risk_1", "因安全住房".to_owned()),
            ("risk_cleared", "否".to_owned()),
            ("risk_identified", month.clone()),
            ("measures", String::new()),
            ("phone", "13800001234".to_owned()),
        ] {
            row[field("roster", column)] = cell;
        }
        for column in [
            "risk_2",
            "risk_3",
            "risk_4",
            "risk_5",
            "risk_cleared_on",
            "clear_mode",
        ] {
            row[field("roster", column)].clear();
        }
    }
    fs::create_dir_all(world.path("state/rosters")).expect("a folder");
    let bytes = titled_csv("roster", &rows);
    let schemas = SchemaSet::built_in().expect("the built-in schemas");
    let list = schemas.only_of(&"roster".parse().expect("a kind"));
    let list = list.expect("the roster's schema");
    let read = read_roster(list, day(world.now()), name, Cursor::new(&bytes)).expect("a roster");
    assert!(read.report.is_clean(), "{:?}", read.report.problems);
    fs::write(world.path("state/rosters").join(name), bytes).expect("a roster");
}

/// The gaps about housing that a county got.
fn gaps(world: &World) -> Vec<Row> {
    let lists = world.lists_in(&world.shangcai, "measure_gap_list", "data/tasks.csv");
    let rows = lists.into_iter().flatten();
    rows.filter(|row| row["policy"] == "住房安全保障").collect()
}

fn orders(world: &World) -> Vec<Row> {
    let lists = world.lists_in(&world.housing, "measure_gap_order", "data/tasks.csv");
    lists.into_iter().flatten().collect()
}

fn send(world: &World, sender: &Member, kind: &str, list: &str, rows: &[&[(&str, &str)]]) {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|cells| row(list, &cells.iter().copied().collect()))
        .collect();
    let mut draft = world.draft(sender, kind);
    draft.lists = vec![(list.to_owned(), csv(list, &rows))];
    world.put("answer.xpkg", &draft.seal());
    let summary = world.round();
    assert_eq!(summary.accepted, 1, "{:?}", world.returned(sender));
}

fn conclusion<'a>(gap: &'a str, said: &'a str, on: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("gap_id", gap),
        ("conclusion", said),
        ("explanation", "入户查看，房屋未修。"),
        ("verifier", "金丝雀"),
        ("verified_on", on),
    ]
}

fn standing(world: &World, gap: &str) -> (CaseStanding, String) {
    let case = world.ledger().case(gap).expect("answers").expect("a case");
    (case.standing, case.stage.to_string())
}

#[test]
fn req_14_a_roster_is_screened_once_and_its_gaps_go_to_the_county() {
    let world = World::at(noon_on("2026-02-05"));
    world.round();
    put_roster(&world, "监测对象.csv", 2);
    assert!(world.round().gaps >= 2);
    let found = gaps(&world);
    assert_eq!(found.len(), 2);
    for gap in &found {
        assert!(
            gap["gap_id"].starts_with("G202602-411722-"),
            "{}",
            gap["gap_id"]
        );
        assert_eq!(gap["gap_type"], "未落实");
        assert_eq!(gap["dept"], "housing的名称");
        assert_eq!(
            standing(&world, &gap["gap_id"]),
            (CaseStanding::Assigned, "check".into())
        );
    }
    put_roster(&world, "监测对象-另存.csv", 2);
    assert_eq!(world.round().gaps, 0, "the same bytes are screened once");
    world.wait_days(1);
    let bytes = fs::read(world.path("state/rosters/监测对象.csv")).expect("the roster");
    fs::write(
        world.path("state/rosters/更新.csv"),
        [&bytes[..], b"\n"].concat(),
    )
    .expect("a roster");
    assert_eq!(world.round().gaps, 0, "what is open is not opened again");
}

#[test]
fn req_15_the_county_has_five_working_days_and_is_urged_on_the_fourth() {
    let world = World::at(noon_on("2026-02-05"));
    world.round();
    put_roster(&world, "roster.csv", 1);
    world.round();
    assert_eq!(gaps(&world)[0]["reply_by"], "2026-02-12");
    let mut urged = Vec::new();
    for _ in 0..8 {
        world.wait_days(1);
        if world.round().urges == 1 {
            urged.push(world.now());
        }
    }
    assert_eq!(urged, [noon_on("2026-02-11"), noon_on("2026-02-13")]);
}

/// A county that was asked about two gaps on 30 January, on the day after, with their ids.
fn two_gaps_a_day_old() -> (World, Vec<String>) {
    let world = World::at(noon_on("2026-01-30"));
    world.round();
    put_roster(&world, "roster.csv", 2);
    world.round();
    world.clock.set(noon_on("2026-01-31"));
    let ids = gaps(&world)
        .iter()
        .map(|gap| gap["gap_id"].clone())
        .collect();
    (world, ids)
}

#[test]
fn req_16_only_what_is_true_goes_on_and_req_17_it_ends_with_the_department() {
    let (world, ids) = two_gaps_a_day_old();
    let answers = [
        conclusion(&ids[0], "属实", "2026-01-31"),
        conclusion(&ids[1], "不属实", "2026-01-31"),
    ];
    let list = "measure-gap-result";
    let rows: Vec<&[(&str, &str)]> = answers.iter().map(|cells| &cells[..]).collect();
    send(&world, &world.shangcai, "measure_gap_result", list, &rows);
    let ordered = orders(&world);
    assert_eq!(ordered.len(), 1, "only what is true is forwarded");
    assert_eq!(
        [
            &ordered[0]["gap_id"],
            &ordered[0]["finding"],
            &ordered[0]["reply_by"]
        ],
        [&ids[0], "入户查看，房屋未修。", "2026-02-28"]
    );
    assert_eq!(
        standing(&world, &ids[1]),
        (CaseStanding::Closed, "check".into())
    );

    let status = |said| {
        [
            ("gap_id", ids[0].as_str()),
            ("status", said),
            ("explanation", "已开工"),
        ]
    };
    let list = "supervision-result";
    world.wait_days(3);
    send(
        &world,
        &world.housing,
        "supervision_result",
        list,
        &[&status("正在落实")],
    );
    assert_eq!(
        standing(&world, &ids[0]),
        (CaseStanding::Assigned, "order".into())
    );
    world.wait_days(3);
    let mut done = status("已落实").to_vec();
    done.extend([
        ("done_on", "2026-02-05"),
        ("amount", "20000.00"),
        ("evidence", "验收单 12 号"),
    ]);
    send(&world, &world.housing, "supervision_result", list, &[&done]);
    assert_eq!(
        standing(&world, &ids[0]),
        (CaseStanding::Closed, "order".into())
    );
}

#[test]
fn req_27_an_order_tells_the_department_its_own_matter_and_no_more() {
    let world = World::at(noon_on("2026-02-05"));
    world.round();
    put_roster(&world, "roster.csv", 1);
    world.round();
    let id = gaps(&world)[0]["gap_id"].clone();
    let answer = conclusion(&id, "属实", "2026-02-05");
    send(
        &world,
        &world.shangcai,
        "measure_gap_result",
        "measure-gap-result",
        &[&answer],
    );
    assert_eq!(orders(&world).len(), 1);
    assert!(
        world
            .packages(&world.health, "measure_gap_order")
            .is_empty()
    );
    let package = world
        .packages(&world.housing, "measure_gap_order")
        .remove(0);
    let files = open(package, &world.housing).expect("it opens");
    for bytes in files.into_store().into_files().values() {
        let text = String::from_utf8(bytes.clone()).expect("UTF-8");
        for forbidden in ["金丝雀", "13800001234"] {
            assert!(!text.contains(forbidden), "{forbidden}");
        }
    }
}

#[test]
fn req_16_a_department_cannot_answer_for_another() {
    let world = World::at(noon_on("2026-02-05"));
    world.round();
    put_roster(&world, "roster.csv", 1);
    world.round();
    let id = gaps(&world)[0]["gap_id"].clone();
    let answer = conclusion(&id, "属实", "2026-02-05");
    send(
        &world,
        &world.shangcai,
        "measure_gap_result",
        "measure-gap-result",
        &[&answer],
    );
    let mut draft = world.draft(&world.health, "supervision_result");
    let cells = [
        ("gap_id", id.as_str()),
        ("status", "不符合条件"),
        ("explanation", "无"),
    ];
    let rows = [row("supervision-result", &cells.into_iter().collect())];
    draft.lists = vec![(
        "supervision-result".into(),
        csv("supervision-result", &rows),
    )];
    world.put("foreign.xpkg", &draft.seal());
    assert_eq!(world.round().rejected, 1);
    assert_eq!(
        standing(&world, &id),
        (CaseStanding::Assigned, "order".into())
    );
}

#[test]
fn req_17_a_department_that_is_late_is_late_under_its_own_name() {
    let (world, ids) = two_gaps_a_day_old();
    let answers = [conclusion(&ids[0], "属实", "2026-01-31")];
    let rows: Vec<&[(&str, &str)]> = answers.iter().map(|cells| &cells[..]).collect();
    let (kind, list) = ("measure_gap_result", "measure-gap-result");
    send(&world, &world.shangcai, kind, list, &rows);
    assert_eq!(orders(&world).len(), 1);
    let line = "--json board --config posthorse.toml --month 2026-02 --procedure measure-gap";
    let board = ask(
        world.root(),
        &format!("{line} --as-of 2026-03-04T04:00:00Z"),
    );
    let departments = board["departments"].as_array().expect("lines");
    assert_eq!(departments.len(), 1);
    assert_eq!(departments[0]["party"], "housing");
    assert_eq!(departments[0]["ageing"]["overdue"], 1);
    assert_eq!(departments[0]["oldest_due"], "2026-02-28");
    // What the county has still to check is the county's.
    let shangcai = &board["counties"][0];
    assert_eq!(shangcai["county"], "411722");
    assert_eq!(shangcai["oldest_due"], "2026-02-06");
    assert_eq!(board["escalated"], serde_json::json!(["411722", "housing"]));
}

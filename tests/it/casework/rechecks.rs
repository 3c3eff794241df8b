//! People who were not enrolled, looked at again by the roster in use (核实调研).

use std::collections::BTreeMap;

use posthorse_ledger::{CaseStanding, Ledger as _};

use super::bureau_roster::put;
use super::{dispatched_on, noon_on};
use crate::bureau_world::{World, csv, row};

const EXPLANATION: &str = "入户走访，经核实收入稳定可自行化解";

/// A world in which 上蔡县 did not enrol so many people, for the reason that their income is stable.
fn not_enrolled(on: &str, count: usize) -> World {
    let world = dispatched_on(on, count);
    let rows = world.dispatched(&world.shangcai);
    let cells = [
        ("outcome", "不纳入"),
        ("reject_reason", "01 收入稳定可自行化解"),
        ("explanation", EXPLANATION),
    ];
    let answers: Vec<(&str, &[(&str, &str)])> = rows
        .iter()
        .map(|row| (row["warning_id"].as_str(), &cells[..]))
        .collect();
    world.put("answer.xpkg", &world.answer(&world.shangcai, &answers));
    assert_eq!(
        world.round().accepted,
        1,
        "{:?}",
        world.returned(&world.shangcai)
    );
    world
}

fn tasks(world: &World) -> Vec<BTreeMap<String, String>> {
    let lists = world.lists_in(&world.shangcai, "recheck_task", "data/tasks.csv");
    lists.into_iter().flatten().collect()
}

#[test]
fn req_12_whom_the_roster_contradicts_goes_back_to_the_county_and_is_answered() {
    let world = not_enrolled("2026-11-02", 2);
    assert_eq!(
        tasks(&world).len(),
        0,
        "without a roster nothing is looked at"
    );
    let people = world.people(7, 2, "411722");
    world.clock.set(noon_on("2026-11-05"));
    let rich = [
        ("household_type", "脱贫户"),
        ("monitor_category", ""),
        ("income", "20000.00"),
    ];
    let poor = [
        ("household_type", "脱贫户"),
        ("monitor_category", ""),
        ("income", "8000.00"),
    ];
    put(
        &world,
        "20261101.csv",
        &[(&people[0], &rich[..]), (&people[1], &poor[..])],
    );
    assert_eq!(world.round().rechecks, 1);

    let found = tasks(&world);
    assert_eq!(found.len(), 1);
    let (task, person) = (&found[0], &people[1]);
    let warnings = world.dispatched(&world.shangcai);
    let warning = warnings
        .iter()
        .find(|row| row["id_no"] == person.id.as_str());
    for (column, expected) in [
        ("recheck_id", "R202611-411722-000001"),
        ("warning_id", &warning.expect("a warning")["warning_id"]),
        ("name", &person.name),
        ("id_no", person.id.as_str()),
        ("county_name", "411722"),
        ("former_outcome", "不纳入"),
        ("former_reason", "01 收入稳定可自行化解"),
        ("former_explanation", EXPLANATION),
        (
            "basis",
            "以收入稳定不纳入，但导出表中人均纯收入不高于 8300 元",
        ),
        ("reply_by", "2026-11-20"),
    ] {
        assert_eq!(task[column], expected, "{column}");
    }

    let on = "2026-11-06";
    world.clock.set(noon_on(on));
    let cells = [
        ("recheck_id", task["recheck_id"].as_str()),
        ("id_no", person.id.as_str()),
        ("visited", "是"),
        ("visited_on", on),
        ("verifier", "李核实"),
        ("outcome", "纳入"),
        ("household_no", "4117220000000001"),
        ("monitor_category", "边缘易致贫户"),
        ("risk_1", "因病"),
        ("identified_month", "2026-11"),
    ];
    let mut draft = world.draft(&world.shangcai, "recheck_result");
    let rows = [row("recheck-result", &cells.into_iter().collect())];
    draft.lists = vec![("recheck-result".into(), csv("recheck-result", &rows))];
    world.put("recheck.xpkg", &draft.seal());
    assert_eq!(
        world.round().accepted,
        1,
        "{:?}",
        world.returned(&world.shangcai)
    );
    let case = world.ledger().case(&task["recheck_id"]).expect("answers");
    let case = case.expect("a case");
    assert_eq!(case.standing, CaseStanding::Closed);
    assert_eq!(case.outcome.as_deref(), Some("纳入"));
}

#[test]
fn req_12_a_warning_goes_back_once_for_a_basis_and_again_for_a_new_one() {
    let world = not_enrolled("2026-11-02", 1);
    let person = &world.people(7, 1, "411722")[0];
    let poor = [
        ("household_type", "脱贫户"),
        ("monitor_category", ""),
        ("income", "8000.00"),
    ];
    world.clock.set(noon_on("2026-11-05"));
    put(&world, "20261101.csv", &[(person, &poor[..])]);
    assert_eq!(world.round().rechecks, 1);
    assert_eq!(world.round().rechecks, 0);
    world.clock.set(noon_on("2026-12-05"));
    let more = [("income", "7000.00"), ("risk_identified", "2026-11")];
    put(&world, "20261201.csv", &[(person, &more[..])]);
    assert_eq!(world.round().rechecks, 1);
    let bases: Vec<String> = tasks(&world)
        .into_iter()
        .map(|task| task["basis"].clone())
        .collect();
    assert_eq!(
        bases,
        [
            "以收入稳定不纳入，但导出表中人均纯收入不高于 8300 元",
            "不纳入，但导出表中为未消除风险的监测对象",
        ]
    );
}

#[test]
fn req_12_an_answer_that_comes_after_the_roster_is_looked_at_then() {
    let world = dispatched_on("2026-11-02", 1);
    let people = world.people(7, 1, "411722");
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    assert_eq!(world.round().rechecks, 0);
    let warning = world.dispatched(&world.shangcai)[0]["warning_id"].clone();
    world.clock.set(noon_on("2026-11-10"));
    let cells = [
        ("outcome", "不纳入"),
        ("reject_reason", "99 其他"),
        ("explanation", EXPLANATION),
    ];
    world.put(
        "a.xpkg",
        &world.answer(&world.shangcai, &[(&warning, &cells)]),
    );
    let summary = world.round();
    assert_eq!((summary.accepted, summary.rechecks), (1, 1));
    assert_eq!(
        tasks(&world)[0]["basis"],
        "不纳入，但导出表中为未消除风险的监测对象"
    );
    for _ in 0..16 {
        world.wait_days(1);
        world.round();
    }
    let urges = world.lists_in(&world.shangcai, "urge", "data/urge.csv");
    let urges = urges.into_iter().flatten();
    let steps: Vec<String> = urges
        .filter(|row| row["matter"].starts_with("未纳入人员核实调研"))
        .map(|row| format!("{} {} {}", row["step"], row["days"], row["due_on"]))
        .collect();
    assert_eq!(
        steps,
        [
            "到期提醒 5 2026-11-25",
            "到期提醒 1 2026-11-25",
            "逾期催办 1 2026-11-25"
        ]
    );
}

//! What counties answer, and which of it comes back.

use posthorse_ledger::Ledger as _;

use super::{dispatched_world, warnings};
use crate::bureau_world::World;

const ANSWERED: &[(&str, &str)] = &[("outcome", "已在册")];

#[test]
fn answers_are_recorded_and_may_come_in_parts() {
    let world = dispatched_world(3);
    let ids = warnings(&world);
    world.wait_days(2);
    world.put(
        "b.xpkg",
        &world.answer(&world.shangcai, &[(&ids[0], ANSWERED), (&ids[1], &[])]),
    );
    assert_eq!(world.round().accepted, 1);
    let outcome = |id: &String| {
        world
            .ledger()
            .case(id)
            .expect("answers")
            .expect("known")
            .outcome
    };
    assert_eq!(outcome(&ids[0]).as_deref(), Some("已在册"));
    assert_eq!([outcome(&ids[1]), outcome(&ids[2])], [None, None]);
    world.put(
        "c.xpkg",
        &world.answer(&world.shangcai, &[(&ids[2], ANSWERED), (&ids[1], ANSWERED)]),
    );
    assert_eq!(world.round().accepted, 1);
    assert!(ids.iter().all(|id| outcome(id).is_some()));
    assert_eq!(world.codes(&world.shangcai), ["accepted", "accepted"]);
}

#[test]
fn a_later_answer_corrects_the_outcome_and_reopens_nothing() {
    let world = dispatched_world(1);
    let id = &warnings(&world)[0];
    let outcome = || {
        world
            .ledger()
            .case(id)
            .expect("answers")
            .expect("known")
            .outcome
    };
    for (cells, expected) in [
        (ANSWERED, "已在册"),
        (ANSWERED, "已在册"),
        (&[][..], "已在册"),
        (
            &[
                ("outcome", "不纳入"),
                ("reject_reason", "已死亡"),
                ("explanation", "入户核实，本人已于去年去世。"),
            ],
            "不纳入",
        ),
    ] {
        let name = format!("{}.xpkg", world.receipts(&world.shangcai).len());
        world.put(&name, &world.answer(&world.shangcai, &[(id, cells)]));
        let summary = world.round();
        assert_eq!(summary.accepted, 1, "{:?}", world.returned(&world.shangcai));
        assert_eq!(outcome().as_deref(), Some(expected));
    }
}

#[test]
fn answers_to_foreign_and_unknown_warnings_go_back_alike() {
    let world = World::new();
    let mut people = world.people(7, 1, "411722");
    people.extend(world.people(8, 1, "411728"));
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    world.round();
    let own = warnings(&world).remove(0);
    let foreign = world.dispatched(&world.suiping)[0]["warning_id"].clone();
    let unknown = "W202611-411728-000999";
    let answer = [
        (foreign.as_str(), ANSWERED),
        (&own, ANSWERED),
        (unknown, ANSWERED),
    ];
    world.put("b.xpkg", &world.answer(&world.shangcai, &answer));
    assert_eq!(world.round().accepted_in_part, 1);
    let sheet = world.returned(&world.shangcai);
    let told = |id: &str| {
        format!("E120 预警编号“{id}”不属于本县区或不存在。请使用下发工作簿中的预警编号，不要改动。")
    };
    assert_eq!(
        sheet[1][..3],
        ["名单".to_owned(), "3".into(), told(&foreign)]
    );
    assert_eq!(
        sheet[2][..3],
        ["名单".to_owned(), "5".into(), told(unknown)]
    );
    assert_eq!(sheet.len(), 3);
    let ledger = world.ledger();
    let stands = |id: &str| ledger.case(id).expect("answers").expect("known").outcome;
    assert_eq!(
        [stands(&own), stands(&foreign)],
        [Some("已在册".to_owned()), None]
    );
}

#[test]
fn a_visit_lies_between_dispatch_and_answer_and_the_person_is_the_warnings() {
    let world = dispatched_world(5);
    let rows = world.dispatched(&world.shangcai);
    let ids = warnings(&world);
    world.wait_days(3);
    let answer = [
        (ids[0].as_str(), &[("visited_on", "2026-11-23")][..]),
        (&ids[1], &[("visited_on", "2026-11-24")]),
        (
            &ids[2],
            &[("visited_on", "2026-11-27"), ("id_no", &rows[2]["id_no"])],
        ),
        (&ids[3], &[("id_no", &rows[4]["id_no"])]),
        (&ids[4], &[("visited", "否"), ("visited_on", "")]),
    ];
    let mut draft = world.answer_draft(&world.shangcai, &answer);
    world.put("b.xpkg", &draft.seal());
    world.round();
    let sheet = world.returned(&world.shangcai);
    assert_eq!(sheet.len(), 3, "{sheet:?}");
    assert_eq!(
        sheet[1][1..3],
        [
            "3",
            "E121 “入户日期” 2026-11-23 不在交办日（2026-11-24）与反馈日（2026-11-27）之间。请核对入户日期，改为实际入户的那一天。"
        ]
    );
    assert_eq!(sheet[2][1], "6");
    assert!(
        sheet[2][2].starts_with("E130 证件号码（"),
        "{}",
        sheet[2][2]
    );
    assert!(
        !sheet[2][2].contains(&rows[4]["id_no"]),
        "a number is told masked"
    );

    // Sealed on one day and dropped on a later one: the visit is not after the answer.
    let late = [(ids[0].as_str(), &[("visited_on", "2026-11-28")][..])];
    draft = world.answer_draft(&world.shangcai, &late);
    world.wait_days(2);
    world.put("c.xpkg", &draft.seal());
    world.round();
    let sheet = world.returned(&world.shangcai);
    assert!(
        sheet.last().expect("a row")[2].starts_with("E121 "),
        "{sheet:?}"
    );
}

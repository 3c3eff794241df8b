use posthorse_ledger::{CaseStanding, Ledger as _, Timeliness};
use posthorse_package::Digest;

use super::{correct, last_code, list_sent, rows_sent, sent, standing, told, warning_of, withdraw};
use crate::bureau_world::{Draft, Member, World, csv, field, row};
use crate::casework::noon_on;

const ENROLLED: &[(&str, &str)] = &[("outcome", "已在册")];

/// The digest of the last package of a member.
fn last(member: &Member) -> Digest {
    member.place().1.expect("a package")
}

fn replacing<'w>(mut draft: Draft<'w>, old: Digest) -> Draft<'w> {
    draft.request.supersedes = Some(old);
    draft
}

#[test]
fn req_25_a_replaced_list_withdraws_what_is_gone_and_opens_nothing_anew() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 4, "411722");
    list_sent(&world, &world.housing, &people[..3]);
    let old = last(&world.housing);
    let [closed, same, gone] = [0, 1, 2].map(|at| warning_of(&world, &world.shangcai, &people[at]));
    world.put(
        "a.xpkg",
        &world.answer(&world.shangcai, &[(&closed, ENROLLED)]),
    );
    world.round();
    let rows = world.rows_of("housing-safety", &people);
    world.wait_days(8);
    let kept = [people[0].clone(), people[1].clone(), people[3].clone()];
    let mut draft = replacing(world.list_draft(&world.housing, &kept), old);
    // What was said before is said in another row, and of the closed one something else.
    let mut rows = vec![rows[3].clone(), rows[0].clone(), rows[1].clone()];
    rows[1][field("housing-safety", "phone")] = "13800001234".into();
    draft.lists[0].1 = csv("housing-safety", &rows);
    world.put("b.xpkg", &draft.seal());
    let summary = world.round();
    assert_eq!((summary.accepted, summary.dispatched_people), (1, 1));
    assert_eq!(standing(&world, &closed), CaseStanding::Closed);
    assert_eq!(standing(&world, &same), CaseStanding::Assigned);
    assert_eq!(standing(&world, &gone), CaseStanding::Withdrawn);
    assert_eq!(
        told(&world, &world.shangcai, "withdrawal")[0]["row_key"],
        gone
    );
    let new = warning_of(&world, &world.shangcai, &people[3]);
    assert_eq!(standing(&world, &new), CaseStanding::Assigned);

    // It came late, and stands where the other one stood.
    let month = "2026-11".parse().expect("a month");
    let submissions = world.ledger().submissions(&month).expect("answers");
    let stood: Vec<_> = submissions.iter().map(|one| one.timeliness).collect();
    assert_eq!(stood, [Some(Timeliness::Early { days: 1 }); 2]);
}

#[test]
fn what_cannot_replace_is_refused_and_the_other_stays() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    list_sent(&world, &world.housing, &people);
    let old = last(&world.housing);
    let warning = warning_of(&world, &world.shangcai, &people[0]);
    let code = |draft: Draft<'_>| {
        sent(&world, &draft);
        assert_eq!(standing(&world, &warning), CaseStanding::Assigned);
        last_code(&world, &world.housing)
    };
    let list = || world.list_draft(&world.housing, &people[1..]);
    let mut other_month = replacing(list(), old);
    other_month.request.period = Some("2026-10".parse().expect("a month"));
    assert_eq!(code(other_month), "supersedes-other");
    let mut in_part = replacing(list(), old);
    let mut rows = world.rows_of("housing-safety", &people);
    rows[1][field("housing-safety", "county_name")] = "天边县".into();
    in_part.lists[0].1 = csv("housing-safety", &rows);
    assert_eq!(code(in_part), "supersedes-in-part");
    let mut withdrawal = replacing(world.draft(&world.housing, "withdrawal"), old);
    let cells = [("package_id", "x"), ("row_key", ""), ("reason", "甲")];
    let rows = [row("withdrawal", &cells.into_iter().collect())];
    withdrawal.lists = vec![("withdrawal".into(), csv("withdrawal", &rows))];
    assert_eq!(code(withdrawal), "supersedes-other");

    sent(&world, &replacing(list(), old));
    assert_eq!(last_code(&world, &world.housing), "accepted");
    assert_eq!(standing(&world, &warning), CaseStanding::Withdrawn);
    sent(&world, &replacing(list(), old));
    assert_eq!(last_code(&world, &world.housing), "supersedes-gone");
}

#[test]
fn req_38_naming_a_package_of_another_office_replaces_and_tells_nothing() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    list_sent(&world, &world.housing, &people);
    let warning = warning_of(&world, &world.shangcai, &people[0]);
    for named in [last(&world.housing), Digest::of(b"never was")] {
        let list = world.list_draft(&world.health, &people);
        sent(&world, &replacing(list, named));
        assert_eq!(last_code(&world, &world.health), "accepted");
        assert_eq!(standing(&world, &warning), CaseStanding::Assigned);
    }
    let own = world
        .ledger()
        .own_package_of(&world.housing.id, &last(&world.housing));
    assert!(own.expect("answers").expect("the package").stands);
}

#[test]
fn a_package_that_comes_after_the_one_in_its_place_is_refused() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    let lost = world.warning_list(&world.housing, &people[..1]);
    let old = last(&world.housing);
    let list = world.list_draft(&world.housing, &people[1..]);
    sent(&world, &replacing(list, old));
    world.put("late.xpkg", &lost);
    assert_eq!(world.round().rejected, 1);
    assert_eq!(world.codes(&world.housing), ["superseded", "accepted"]);
    assert_eq!(world.dispatched(&world.shangcai).len(), 1);
}

#[test]
fn req_25_replaced_answers_come_again_and_none_that_closed_a_case_goes_missing() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 3, "411722");
    list_sent(&world, &world.housing, &people);
    let ids = [0, 1, 2].map(|at| warning_of(&world, &world.shangcai, &people[at]));
    let answers = [
        (ids[0].as_str(), &[][..]),
        (&ids[1], ENROLLED),
        (&ids[2], &[]),
    ];
    sent(&world, &world.answer_draft(&world.shangcai, &answers));
    let old = last(&world.shangcai);
    let missing = world.answer_draft(&world.shangcai, &[(&ids[0], ENROLLED)]);
    sent(&world, &replacing(missing, old));
    assert_eq!(last_code(&world, &world.shangcai), "supersedes-closed");
    assert_eq!(standing(&world, &ids[0]), CaseStanding::Assigned);
    let whole = world.answer_draft(&world.shangcai, &[(&ids[0], ENROLLED), (&ids[1], ENROLLED)]);
    sent(&world, &replacing(whole, old));
    assert_eq!(last_code(&world, &world.shangcai), "accepted");
    let case = |id: &str| world.ledger().case(id).expect("answers").expect("a case");
    assert_eq!(case(&ids[0]).standing, CaseStanding::Closed);
    assert_eq!(case(&ids[1]).standing, CaseStanding::Closed);
    assert_eq!(case(&ids[2]).standing, CaseStanding::Assigned);
    assert_eq!(case(&ids[2]).tasks[0].outcome, None, "it is taken back");
}

#[test]
fn req_21_a_replaced_report_is_counted_once() {
    let world = World::at(noon_on("2026-11-26"));
    let people = world.people(7, 3, "411722");
    let rows = world.rows_of("unpaid", &people);
    let first = rows_sent(&world, &world.housing, "unpaid_list", "unpaid", &rows);
    let old = last(&world.housing);
    let mut draft = replacing(world.draft(&world.housing, "unpaid_list"), old);
    draft.lists = vec![("unpaid".into(), csv("unpaid", &rows[1..]))];
    let second = sent(&world, &draft);
    let counted = |package| {
        let own = world.ledger().own_package(&world.housing.id, package);
        let manifest = own.expect("answers").expect("the package").manifest;
        let rows = world.ledger().report_rows(&manifest);
        rows.expect("answers").len()
    };
    assert_eq!((counted(first), counted(second)), (0, 2));

    // What was said under the first id is gone; the second one holds it now.
    let (first, second) = (first.to_string(), second.to_string());
    let id = people[1].id.as_str();
    withdraw(&world, &world.housing, &[(&first, id)]);
    assert_eq!(last_code(&world, &world.housing), "no-acceptable-row");
    let known = &rows[1][field("unpaid", "remark")];
    let remark = [second.as_str(), id, "备注", known, "已核对"];
    correct(&world, &world.housing, &[remark]);
    assert_eq!(last_code(&world, &world.housing), "accepted");
}

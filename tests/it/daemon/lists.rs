//! A department's list on its way: receipt, returned rows, dispatches.

use std::collections::BTreeMap;
use std::fs;

use posthorse_ledger::Ledger as _;
use posthorse_package::{Disposition, Refusal};

use super::{dispatched_world, warnings};
use crate::bureau_world::{World, cells, csv, field, names_in, open};

#[test]
fn a_package_gets_one_receipt_that_names_it() {
    let world = World::new();
    let people = world.people(7, 3, "411722");
    let package = world.warning_list(&world.housing, &people);
    world.put("a.xpkg", &package);
    let summary = world.round();
    assert_eq!(
        (
            summary.accepted,
            summary.dispatches,
            summary.dispatched_people
        ),
        (1, 1, 3)
    );
    let sealed = world.verify(package.clone());
    let receipts = world.receipts(&world.housing);
    let [receipt] = &receipts[..] else {
        panic!("one receipt")
    };
    let receipt = receipt.receipt();
    assert_eq!(receipt.disposition, Disposition::Accepted);
    assert_eq!(receipt.code, "accepted");
    assert_eq!(receipt.package.manifest, sealed.manifest_digest());
    assert_eq!(receipt.package.signatures, sealed.signatures_digest());
    assert_eq!(receipt.received_at, world.now());
    assert_eq!(receipt.returned, None);
    assert_eq!(world.outbox(&world.housing).len(), 1);
    assert_eq!(names_in(&world.path("drop/inbox")), [".claimed"]);
    let archived = world
        .ledger()
        .packages(9)
        .expect("answers")
        .remove(0)
        .facts
        .file;
    let name = format!("{archived}.xpkg").replace("blake3:", "");
    assert_eq!(
        fs::read(world.path("state/archive/2026/11").join(name)).expect("archived"),
        package
    );
}

#[test]
fn faulty_rows_go_back_with_their_own_places_and_the_others_are_taken() {
    let world = World::new();
    let people = world.people(7, 4, "411722");
    let mut draft = world.list_draft(&world.housing, &people);
    let mut rows = world.rows_of("housing-safety", &people);
    let (id, county) = (
        field("housing-safety", "id_no"),
        field("housing-safety", "county_name"),
    );
    rows[1][county] = "天边县".into();
    rows[3][id] = "412825197001010019".into();
    draft.lists[0].1 = csv("housing-safety", &rows);
    world.put("a.xpkg", &draft.seal());
    let summary = world.round();
    assert_eq!(
        (summary.accepted_in_part, summary.dispatched_people),
        (1, 2)
    );
    assert_eq!(world.codes(&world.housing), ["rows-returned"]);
    let packages = world.packages(&world.housing, "return_sheet");
    assert_eq!(
        world.receipts(&world.housing)[0].receipt().returned,
        Some(packages[0].manifest_digest())
    );
    let sheet = world.returned(&world.housing);
    assert_eq!(sheet.len(), 3);
    assert_eq!(sheet[0][..3], ["原表工作表", "原表行号", "退回原因"]);
    assert_eq!(sheet[1][..2], ["名单", "4"]);
    assert_eq!(
        sheet[1][2],
        "E109 户籍县区“天边县”不属于本市或名称有误。请填写本市县区全称，例如“上蔡县”。"
    );
    assert_eq!(sheet[2][..2], ["名单", "6"]);
    assert!(sheet[2][2].starts_with("E103 "), "{}", sheet[2][2]);
    let name = field("housing-safety", "name") + 3;
    assert_eq!(
        [&sheet[1][name], &sheet[2][name]],
        [&rows[1][name - 3], &rows[3][name - 3]]
    );
    let package = world.packages(&world.housing, "return_sheet").remove(0);
    assert_eq!(
        open(package, &world.shangcai).err(),
        Some(Refusal::NotARecipient)
    );
}

#[test]
fn a_list_without_one_good_row_is_rejected_and_goes_back_whole() {
    let world = World::new();
    let people = world.people(7, 2, "411722");
    let mut draft = world.list_draft(&world.housing, &people);
    let mut rows = world.rows_of("housing-safety", &people);
    rows.iter_mut()
        .for_each(|row| row[field("housing-safety", "county_name")] = "天边县".into());
    draft.lists[0].1 = csv("housing-safety", &rows);
    world.put("a.xpkg", &draft.seal());
    assert_eq!(world.round().rejected, 1);
    assert_eq!(world.codes(&world.housing), ["no-acceptable-row"]);
    assert_eq!(world.returned(&world.housing).len(), 3);
    assert_eq!(world.ledger().unrouted().expect("answers").len(), 0);
}

#[test]
fn people_of_several_lists_are_merged_and_split_by_county() {
    let world = World::new();
    let mut people = world.people(7, 2, "411722");
    people.extend(world.people(8, 2, "411728"));
    people.extend(world.people(9, 1, "411721"));
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    world.put("b.xpkg", &world.warning_list(&world.health, &people[1..3]));
    let summary = world.round();
    assert_eq!(
        (
            summary.accepted,
            summary.dispatches,
            summary.dispatched_people
        ),
        (2, 2, 4)
    );
    let told = |county| -> BTreeMap<String, String> {
        let rows = world.dispatched(county).into_iter();
        rows.map(|row| (row["id_no"].clone(), row["sources"].clone()))
            .collect()
    };
    let expected = |pairs: &[(usize, &str)]| -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|(at, sources)| (people[*at].id.as_str().to_owned(), (*sources).to_owned()))
            .collect()
    };
    let both = "health的名称；housing的名称";
    assert_eq!(
        told(&world.shangcai),
        expected(&[(0, "housing的名称"), (1, both)])
    );
    assert_eq!(
        told(&world.suiping),
        expected(&[(2, both), (3, "housing的名称")])
    );
    let package = world.packages(&world.suiping, "warning_dispatch").remove(0);
    assert_eq!(
        open(package, &world.shangcai).err(),
        Some(Refusal::NotARecipient)
    );
    let unrouted = world.ledger().unrouted().expect("answers");
    assert_eq!(unrouted.len(), 1);
    assert_eq!(unrouted[0].reason, "no-office");
    let detail: serde_json::Value =
        serde_json::from_slice(unrouted[0].detail.expose()).expect("JSON");
    assert_eq!(detail["id_no"], people[4].id.as_str());
}

#[test]
fn the_county_gets_a_workbook_to_fill_in() {
    let world = dispatched_world(2);
    let package = world
        .packages(&world.shangcai, "warning_dispatch")
        .remove(0);
    let files = open(package, &world.shangcai)
        .expect("it opens")
        .into_store()
        .into_files();
    let workbook = &files[&"attachments/answer.xlsx".parse().expect("a name")];
    let sheet = cells(workbook, "核实结果");
    let column = |title: &str| {
        sheet[0]
            .iter()
            .position(|cell| cell == title)
            .expect("a column")
    };
    let rows = world.dispatched(&world.shangcai);
    for (row, cells) in rows.iter().zip(&sheet[1..]) {
        assert_eq!(cells[column("预警编号")], row["warning_id"]);
        assert_eq!(cells[column("证件号码")], row["id_no"]);
        assert_eq!(cells[column("预警内容")], row["summary"]);
        assert_eq!(cells[column("反馈期限")], "2026-12-09");
        assert_eq!(cells[column("核实结果")], "");
    }
    assert_eq!(
        warnings(&world),
        ["W202611-411722-000001", "W202611-411722-000002"]
    );
}

#[test]
fn leads_wait_for_others_as_long_as_the_settings_say() {
    let world = World::new();
    world.set("dispatch_wait_minutes = 1440");
    let people = world.people(7, 2, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people[..1]));
    assert_eq!(world.round().dispatches, 0);
    world.put("b.xpkg", &world.warning_list(&world.health, &people));
    world.wait_days(1);
    let summary = world.round();
    assert_eq!((summary.dispatches, summary.dispatched_people), (1, 2));
}

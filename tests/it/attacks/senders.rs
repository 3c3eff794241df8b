//! A registered office that means harm: everything here is validly signed.

use std::collections::BTreeSet;

use crate::bureau_world::{World, csv, field, open};

#[test]
fn more_people_than_one_workbook_holds_go_out_in_several_packages() {
    let world = World::new();
    world.set("[limits]\npeople_per_dispatch = 2");
    let people = world.people(7, 5, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    let summary = world.round();
    assert_eq!((summary.dispatches, summary.dispatched_people), (3, 5));
    let rows = world.dispatched(&world.shangcai);
    let numbers: BTreeSet<&str> = rows.iter().map(|row| row["warning_id"].as_str()).collect();
    let of: BTreeSet<&str> = rows.iter().map(|row| row["id_no"].as_str()).collect();
    assert_eq!((rows.len(), numbers.len(), of.len()), (5, 5, 5));
}

#[test]
fn more_lists_than_a_reader_takes_cost_their_sender_the_package_and_nobody_else() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let mut draft = world.list_draft(&world.housing, &people);
    let list = draft.lists[0].clone();
    draft.lists = vec![list; 255];
    world.put("many.xpkg", &draft.seal());
    world.put("good.xpkg", &world.warning_list(&world.health, &people));
    world.round();
    // The same row 255 times is one person, told once.
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    assert_eq!(world.codes(&world.health), ["accepted"]);
    assert_eq!(world.dispatched(&world.shangcai).len(), 1);
}

#[test]
fn formulas_escapes_and_huge_cells_come_back_as_text() {
    let world = World::new();
    let list = "housing-safety";
    let people = world.people(7, 3, "411722");
    let mut rows = world.rows_of(list, &people);
    let formula = "=HYPERLINK(\"http://x\",\"y\")";
    rows[0][field(list, "name")] = formula.into();
    rows[1][field(list, "name")] = "\u{1b}[2J\u{202e}张三".into();
    rows[2][field(list, "name")] = "长".repeat(10_900);
    rows[0][field(list, "county_name")] = "天边县".into();
    rows[1][field(list, "county_name")] = "天边县".into();
    rows[2][field(list, "county_name")] = "天边县".into();
    let mut draft = world.list_draft(&world.housing, &people);
    draft.lists[0].1 = csv(list, &rows);
    world.put("a.xpkg", &draft.seal());
    world.round();
    assert_eq!(world.codes(&world.housing), ["no-acceptable-row"]);
    let returned = world.returned(&world.housing);
    assert_eq!(returned.len(), 4);
    // `cells` fails on anything that is no text: no cell is a formula.
    assert!(returned[1].iter().any(|cell| cell == formula));
    let package = world.packages(&world.housing, "return_sheet").remove(0);
    let files = open(package, &world.housing)
        .expect("it opens")
        .into_store()
        .into_files();
    assert_eq!(files.len(), 2);
}

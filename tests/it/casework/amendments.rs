//! What offices take back, correct and replace of what they sent (spec/casework-v1.md, section 11).

mod correcting;
mod histories;
mod opened;
mod replacing;
mod withdrawing;

use std::collections::BTreeMap;

use posthorse_domain::SyntheticPerson;
use posthorse_ledger::{CaseStanding, Ledger as _};
use posthorse_package::PackageId;

use crate::bureau_world::{Member, World, csv, row};

type Row = BTreeMap<String, String>;

/// Seals the lists of a draft, lets the bureau take them, and tells under which id.
fn sent(world: &World, draft: &crate::bureau_world::Draft<'_>) -> PackageId {
    world.put(&format!("{}.xpkg", draft.request.package_id), &draft.seal());
    world.round();
    draft.request.package_id
}

/// A department's list about these people, sent.
fn list_sent(world: &World, sender: &Member, people: &[SyntheticPerson]) -> PackageId {
    sent(world, &world.list_draft(sender, people))
}

/// One list of an office with these rows, sent.
fn rows_sent(
    world: &World,
    sender: &Member,
    kind: &str,
    list: &str,
    rows: &[Vec<String>],
) -> PackageId {
    let mut draft = world.draft(sender, kind);
    draft.lists = vec![(list.to_owned(), csv(list, rows))];
    sent(world, &draft)
}

/// Withdraws rows, each by package and key.
fn withdraw(world: &World, sender: &Member, rows: &[(&str, &str)]) -> PackageId {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|(package, key)| {
            let cells = [
                ("package_id", *package),
                ("row_key", *key),
                ("reason", "金丝雀原因"),
            ];
            row("withdrawal", &cells.into_iter().collect())
        })
        .collect();
    rows_sent(world, sender, "withdrawal", "withdrawal", &rows)
}

/// Corrects cells, each by package, key, column, old and new value.
fn correct(world: &World, sender: &Member, rows: &[[&str; 5]]) -> PackageId {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|[package, key, column, old, new]| {
            let cells = [
                ("package_id", *package),
                ("row_key", *key),
                ("column_title", *column),
                ("old_value", *old),
                ("new_value", *new),
                ("reason", "金丝雀原因"),
            ];
            row("correction", &cells.into_iter().collect())
        })
        .collect();
    rows_sent(world, sender, "correction", "correction", &rows)
}

/// The rows that the bureau told a party of amendments, without the places of rows.
fn told(world: &World, member: &Member, kind: &str) -> Vec<Row> {
    let lists = world.lists_in(member, kind, "data/amendments.csv");
    let mut rows: Vec<Row> = lists.into_iter().flatten().collect();
    for row in &mut rows {
        row.retain(|field, _| !field.starts_with("source_"));
    }
    rows
}

fn standing(world: &World, case: &str) -> CaseStanding {
    let found = world.ledger().case(case).expect("answers");
    found.expect("a case").standing
}

/// The warning about a person that a county was last given.
fn warning_of(world: &World, county: &Member, person: &SyntheticPerson) -> String {
    let rows = world.dispatched(county);
    let of_person = rows.iter().rfind(|row| row["id_no"] == person.id.as_str());
    of_person.expect("the person")["warning_id"].clone()
}

/// The code of the last receipt of a party.
fn last_code(world: &World, member: &Member) -> String {
    world.codes(member).pop().expect("a receipt")
}

/// What the last row that came back says.
fn last_problem(world: &World, member: &Member) -> String {
    let sheet = world.returned(member);
    sheet.last().expect("a row came back")[2].clone()
}

/// Whether any file that a party got holds a text.
fn reached(world: &World, member: &Member, text: &str) -> bool {
    let kinds = [
        "warning_dispatch",
        "withdrawal",
        "correction",
        "return_sheet",
        "warning_feedback",
    ];
    kinds.iter().any(|kind| {
        let packages = world.packages(member, kind).into_iter();
        packages
            .map(|package| crate::bureau_world::open(package, member).expect("it opens"))
            .flat_map(|opened| opened.into_store().into_files())
            .any(|(_, bytes)| String::from_utf8_lossy(&bytes).contains(text))
    })
}

//! The clerk's own way: a template filled in, sealed, answered, and seen again.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::copy_folder;
use crate::cli_world::{self, json_text, must};
use crate::workbook_parts::Parts;

const DAEMON: &str = "daemon run --config exchange/posthorse.toml --once";

fn json(folder: &Path, line: &str) -> Value {
    serde_json::from_str(&must(folder, line)).expect("one JSON document")
}

/// Makes the template of a kind and fills its second row.
fn fill(folder: &Path, kind: &str, cells: &[&str]) {
    must(folder, &format!("template {kind} -o empty-{kind}.xlsx"));
    let empty = fs::read(folder.join(format!("empty-{kind}.xlsx"))).expect("a template");
    let mut parts = Parts::of(&empty);
    let mut row = String::from(r#"<row r="2">"#);
    for (column, text) in ('A'..).zip(cells) {
        row += &format!(r#"<c r="{column}2" t="inlineStr"><is><t>{text}</t></is></c>"#);
    }
    parts.edit(1, "</sheetData>", &format!("{row}</row></sheetData>"));
    fs::write(folder.join(format!("{kind}.xlsx")), parts.pack()).expect("a workbook");
}

/// Seals a list of the health office into the inbox, lets the bureau take it, and tells its id.
fn send(folder: &Path, kind: &str, list: &str) -> String {
    let seal = "--json seal --home health --to bureau --kind";
    let package = format!("exchange/drop/inbox/{kind}.xpkg");
    let sealed = must(folder, &format!("{seal} {kind} {list} -o {package}"));
    must(folder, DAEMON);
    json_text(&sealed, "package_id")
}

#[test]
fn a_clerk_corrects_and_withdraws_with_templates_and_sees_it_in_status_and_trace() {
    let world = TempDir::new().expect("a folder");
    let folder = world.path();
    copy_folder(cli_world::folder(), folder);
    let list = "--list health-public-event --period 2026-11 good.csv";
    let package = send(folder, "warning_list", list);
    let person = "41282519700101000X";
    fill(
        folder,
        "correction",
        &[&package, person, "联系电话", "", "13812341234", "漏填"],
    );
    send(folder, "correction", "correction.xlsx");
    fill(folder, "withdrawal", &[&package, "", "报错了月份"]);
    send(folder, "withdrawal", "withdrawal.xlsx");

    let status = json(folder, "--json status --home health --drop exchange/drop");
    let packages = status["packages"].as_array().expect("packages");
    let own = packages
        .iter()
        .find(|one| one["package"]["package_id"] == package.as_str());
    let own = own.expect("the list");
    assert_eq!(
        own["amended_by"],
        serde_json::json!([
            {"how": "correction", "sequence": 3},
            {"how": "withdrawal", "sequence": 4},
        ])
    );
    let said = must(folder, "status --home health --drop exchange/drop");
    assert!(said.contains("number 4 withdrew rows of it"), "{said}");

    let trace = "trace --config exchange/posthorse.toml";
    let way = json(folder, &format!("--json {trace} {package}"));
    let steps = way["ways"][0]["steps"].as_array().expect("steps");
    let what: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["what"].as_str())
        .collect();
    assert!(what.contains(&"amended-corrected"), "{what:?}");
    assert!(what.contains(&"amended-withdrawn-whole"), "{what:?}");
    let said = must(folder, &format!("{trace} {person}"));
    assert!(said.contains("(withdrawn)"), "{said}");
}

//! What a home remembers from one command to the next: what was opened, and which registry it trusts.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::cli::{copy_folder, run};
use crate::cli_world::{self, must};

fn world() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    copy_folder(cli_world::folder(), folder.path());
    folder
}

fn pinned_version(folder: &Path, home: &str) -> u64 {
    let shown = must(
        folder,
        &format!("--json registry show {home}/registry.json"),
    );
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("one JSON document");
    shown["document"]["version"].as_u64().expect("a version")
}

#[test]
fn what_a_home_has_opened_is_told_as_opened() {
    let folder = world();
    let status = || {
        let arguments = "--json status --home bureau --drop mixed".split(' ');
        let arguments: Vec<String> = arguments.map(str::to_owned).collect();
        let output = run(folder.path(), &arguments, "");
        let document: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("one JSON document");
        document["incoming"][0]["opened_at"].clone()
    };
    assert_eq!(status(), serde_json::Value::Null);
    must(folder.path(), "open --home bureau good.xpkg -o opened");
    let first = status();
    assert!(first.is_string(), "{first}");
    must(folder.path(), "open --home bureau good.xpkg -o again");
    assert_eq!(status(), first, "the first opening stands");
    let record = fs::read_to_string(folder.path().join("bureau/opened.jsonl")).expect("a record");
    assert_eq!(record.lines().count(), 2);
}

#[test]
fn an_office_that_missed_versions_of_the_registry_goes_through_the_kept_ones() {
    let folder = world();
    let path = folder.path();
    for kind in ["nil_report", "deferral_note"] {
        must(
            path,
            &format!("registry rights --registry registry.json --party health --may-send {kind}"),
        );
        must(path, "registry sign --registry registry.json --home bureau");
    }
    must(path, "registry trust --home health registry.json");
    assert_eq!(pinned_version(path, "health"), 3);
    fs::remove_file(path.join("registry.v2.json")).expect("the kept version");
    let arguments = "registry trust --home housing registry.json".split(' ');
    let arguments: Vec<String> = arguments.map(str::to_owned).collect();
    assert_eq!(run(path, &arguments, "").status.code(), Some(1));
    assert_eq!(pinned_version(path, "housing"), 1);
    // A file that the trusted version does not vouch for is no bridge.
    fs::copy(path.join("registry.json"), path.join("registry.v2.json")).expect("a copy");
    assert_eq!(run(path, &arguments, "").status.code(), Some(1));
    assert_eq!(pinned_version(path, "housing"), 1);
}

#[test]
fn the_sender_sees_what_came_late() {
    let folder = world();
    let list = "单位,名单名称,报送月份,零报告说明\n市卫生健康委,卫健-大病重病慢病,2020-01,本月无新增人员\n";
    fs::write(folder.path().join("nil.csv"), list).expect("a list");
    must(
        folder.path(),
        "seal --home health --kind 零报告 --to bureau --period 2020-01 nil.csv -o exchange/drop/inbox/nil.xpkg",
    );
    must(
        folder.path(),
        "daemon run --config exchange/posthorse.toml --once",
    );
    let status = must(
        folder.path(),
        "--lang zh status --home health --drop exchange/drop",
    );
    let line = status.lines().find(|line| line.contains("零报告"));
    assert!(line.is_some_and(|line| line.contains("已接收")), "{status}");
    let late = status
        .lines()
        .any(|line| line.contains("逾期报送") && line.contains("天，已接收并登记"));
    assert!(late, "{status}");
}

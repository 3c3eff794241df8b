//! The demonstration: what it promises is what lies there afterwards.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::run;
use crate::cli_world::must;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

fn count(folder: &Path) -> usize {
    names(folder).len()
}

#[test]
fn the_main_job_runs_and_everything_stays_to_be_looked_at() {
    let world = TempDir::new().expect("a folder");
    let told = must(world.path(), "--json demo --dir demo");
    let told: Value = serde_json::from_str(&told).expect("one JSON document");
    assert_eq!(told["exit"], 0);
    let steps = told["steps"].as_array().expect("steps");
    let told_steps: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["step"].as_str())
        .collect();
    assert_eq!(
        told_steps,
        [
            "offices", "lists", "routed", "answered", "attacks", "verified"
        ]
    );
    assert!(steps.iter().all(|step| step["good"] == true));

    let packages = told["packages"].as_array().expect("packages");
    assert_eq!(packages.len(), 10);
    let returned: u64 = packages
        .iter()
        .filter_map(|package| package["returned"].as_u64())
        .sum();
    assert_eq!(returned, 9, "three faulty rows in three lists");
    assert_eq!(told["counties"].as_array().map(Vec::len), Some(10));
    let attacks: Vec<&str> = told["attacks"]
        .as_array()
        .expect("attacks")
        .iter()
        .filter_map(|attack| attack["code"].as_str())
        .collect();
    assert_eq!(attacks, ["payload-digest", "replayed", "signer-unknown"]);
    assert_eq!(told["verification"]["refused"], 0);

    let dir = world.path().join("demo");
    let offices = names(&dir.join("offices"));
    assert_eq!(offices.len(), 21);
    for office in &offices {
        let identity = fs::read_to_string(dir.join("offices").join(office).join("identity.txt"));
        assert!(
            identity.expect("an identity").contains("AGE-SECRET-KEY-1"),
            "{office}"
        );
    }
    let water = dir.join("offices/water");
    assert_eq!(names(&water.join("lists")), ["水利-饮水安全.csv"]);
    assert_eq!(names(&water.join("packages/sent")), ["water-safety.xpkg"]);
    assert_eq!(count(&water.join("packages/received")), 1);
    assert_eq!(count(&water.join("receipts")), 1);
    assert_eq!(
        names(&water.join("returned-1/attachments")),
        ["return-1.xlsx"]
    );
    let county = dir.join("offices/411722");
    assert_eq!(names(&county.join("opened/data")), ["warning-dispatch.csv"]);
    assert_eq!(names(&county.join("packages/sent")), ["answer.xpkg"]);

    // The keyless verification again, by somebody who was not there.
    must(
        world.path(),
        "verify --registry demo/drop/registry/registry.json demo/drop/outbox demo/state/archive demo/offices",
    );
    must(world.path(), "audit demo/drop demo/state/archive");
    let doctor = run(
        world.path(),
        &["doctor", "--config", "demo/posthorse.toml"].map(str::to_owned),
        "",
    );
    assert_eq!(
        doctor.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&doctor.stdout)
    );
}

#[test]
fn a_folder_that_holds_something_is_not_played_in() {
    let world = TempDir::new().expect("a folder");
    fs::create_dir(world.path().join("full")).expect("a folder");
    fs::write(world.path().join("full/mine.txt"), "mine").expect("a file");
    fs::write(world.path().join("file"), "mine").expect("a file");
    for dir in ["full", "file"] {
        let output = run(world.path(), &["demo", "--dir", dir].map(str::to_owned), "");
        assert_eq!(output.status.code(), Some(3), "{dir}");
    }
    assert_eq!(names(&world.path().join("full")), ["mine.txt"]);
}

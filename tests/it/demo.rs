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
fn req_25_a_quarter_is_played_to_its_end_and_everything_stays_to_be_looked_at() {
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
            "offices", "january", "february", "march", "attacks", "verified", "closed"
        ]
    );
    assert!(steps.iter().all(|step| step["good"] == true));

    let packages = told["packages"].as_array().expect("packages");
    let returned: u64 = packages
        .iter()
        .filter_map(|package| package["returned"].as_u64())
        .sum();
    assert_eq!(returned, 3, "three faulty rows in one list");
    assert_eq!(told["counties"].as_array().map(Vec::len), Some(10));
    let attacks: Vec<&str> = told["attacks"]
        .as_array()
        .expect("attacks")
        .iter()
        .filter_map(|attack| attack["code"].as_str())
        .collect();
    assert_eq!(attacks, ["payload-digest", "replayed", "signer-unknown"]);
    assert_eq!(told["verification"]["findings"], 0);
    assert_eq!(told["orphans"], 0);
    let procedures: Vec<(&str, bool)> = told["procedures"]
        .as_array()
        .expect("procedures")
        .iter()
        .map(|one| {
            let id = one["procedure"].as_str().expect("an id");
            (id, one["closed"].as_u64() > Some(0))
        })
        .collect();
    assert_eq!(
        procedures,
        [
            ("anomaly", true),
            ("applicant", true),
            ("measure-gap", true),
            ("recheck", true),
            ("warning", true)
        ],
        "a lead of each kind was followed until it was closed"
    );

    let dir = world.path().join("demo");
    let offices = names(&dir.join("offices"));
    assert_eq!(offices.len(), 24);
    for office in &offices {
        let identity = fs::read_to_string(dir.join("offices").join(office).join("identity.txt"));
        assert!(
            identity.expect("an identity").contains("AGE-SECRET-KEY-1"),
            "{office}"
        );
    }
    for file in ["通报-2026-03.html", "通报-2026-03.xlsx"] {
        assert!(dir.join(file).is_file(), "{file}");
    }
    // A department with the roster that it may see, the answer to its question, and its receipts.
    let education = dir.join("offices/education");
    assert!(count(&education.join("opened")) >= 2);
    assert!(education.join("compared.xlsx").is_file());
    assert!(count(&education.join("receipts")) >= 4);

    // The audit again, by somebody who was not there.
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

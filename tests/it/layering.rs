//! The house's rules: what each crate must not have, and which way the arrows point.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What may never stand in a crate's sources, and why.
const ABSENCES: &[(&str, &[&str], &str)] = &[
    (
        "posthorse-package",
        &[
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "SystemTime",
            "Instant::now",
            "println!",
            "eprintln!",
            "posthorse_domain",
        ],
        "opens no path, reads no clock and no environment, prints nothing, knows no lists",
    ),
    (
        "posthorse-log",
        &[
            "std::env",
            "std::net",
            "std::process",
            "SystemTime",
            "Instant::now",
            "println!",
            "eprintln!",
            "posthorse_domain",
            "rusqlite",
        ],
        "reads no clock and no environment, prints nothing, knows no lists and no SQL",
    ),
    (
        "posthorse-domain",
        &[
            "std::fs",
            "std::env",
            "std::net",
            "std::process",
            "SystemTime",
            "Instant::now",
            "println!",
            "eprintln!",
            "use ring",
            "use age",
            "rusqlite",
        ],
        "same input, same answer: no I/O of its own, no cryptography, no SQL, no clock",
    ),
    (
        "posthorse-ledger",
        &[
            "std::env",
            "std::net",
            "std::process",
            "SystemTime",
            "Instant::now",
            "println!",
            "eprintln!",
            "clap",
        ],
        "knows SQL and nothing else",
    ),
    (
        "posthorse-daemon",
        &[
            "clap",
            "println!",
            "eprintln!",
            "rusqlite",
            "std::net",
            "std::env",
        ],
        "no command line, no printing, no SQL, no port",
    ),
    (
        "posthorse-cli",
        &["rusqlite", "std::net"],
        "no SQL, no port",
    ),
];

/// The only crates of the house that each may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("posthorse-package", &[]),
    ("posthorse-log", &["posthorse-package"]),
    ("posthorse-domain", &["posthorse-package"]),
    (
        "posthorse-ledger",
        &["posthorse-package", "posthorse-domain"],
    ),
    (
        "posthorse-daemon",
        &[
            "posthorse-package",
            "posthorse-log",
            "posthorse-domain",
            "posthorse-ledger",
        ],
    ),
    (
        "posthorse-cli",
        &[
            "posthorse-package",
            "posthorse-log",
            "posthorse-domain",
            "posthorse-ledger",
            "posthorse-daemon",
        ],
    ),
];

/// The one file of the house that may do each of these.
const ONE_PLACE: &[(&str, &[&str])] = &[
    (
        "fs::rename(",
        &[
            "posthorse-daemon/src/folders.rs",
            "posthorse-cli/src/files.rs",
            "posthorse-log/src/directory.rs",
        ],
    ),
    (
        "SystemTime::now",
        &[
            "posthorse-daemon/src/clock.rs",
            "posthorse-cli/src/clock.rs",
        ],
    ),
    ("process::exit", &[]),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file without its comments and its unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let text = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Which absent things a source reaches for. A grouped `use std::{…}` would hide them, so it counts.
fn reaches_for<'a>(code: &str, absent: &[&'a str]) -> Vec<&'a str> {
    let mut found: Vec<&str> = absent
        .iter()
        .copied()
        .filter(|word| code.contains(word))
        .collect();
    if code.contains("use std::{") {
        found.push("use std::{");
    }
    found
}

#[test]
fn reaching_for_what_is_absent_is_seen() {
    let absent = ["std::fs", "SystemTime"];
    assert_eq!(
        reaches_for("let x = std::fs::read(path)?;", &absent),
        ["std::fs"]
    );
    assert_eq!(reaches_for("use std::{fs, io};", &absent), ["use std::{"]);
    assert!(reaches_for("use std::io::Read;", &absent).is_empty());
}

#[test]
fn each_crate_lacks_what_it_must_not_have() {
    let mut broken = Vec::new();
    for (name, absent, promise) in ABSENCES {
        let mut files = Vec::new();
        sources(&crates().join(name).join("src"), &mut files);
        assert!(!files.is_empty(), "{name} has no sources");
        for file in files {
            for word in reaches_for(&code(&file), absent) {
                broken.push(format!("{}: {word} ({name} {promise})", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn one_file_of_the_log_touches_a_disk() {
    let mut files = Vec::new();
    sources(&crates().join("posthorse-log/src"), &mut files);
    let touching: Vec<_> = files
        .iter()
        .filter(|file| code(file).contains("std::fs"))
        .filter_map(|file| file.file_name())
        .collect();
    assert_eq!(touching, ["directory.rs"]);
}

#[test]
fn arrows_point_one_way() {
    for (name, allowed) in ARROWS {
        let manifest =
            fs::read_to_string(crates().join(name).join("Cargo.toml")).expect("a manifest");
        let dependencies = manifest
            .split("[dev-dependencies]")
            .next()
            .unwrap_or_default();
        let used: BTreeSet<&str> = dependencies
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|dependency| dependency.starts_with("posthorse-"))
            .collect();
        for dependency in used {
            assert!(
                allowed.contains(&dependency),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

#[test]
fn dangerous_calls_stand_in_one_place() {
    let mut files = Vec::new();
    sources(&crates(), &mut files);
    let mut broken = Vec::new();
    for file in files
        .iter()
        .filter(|file| !file.to_string_lossy().contains("/fuzz/"))
    {
        let code = code(file);
        for (call, places) in ONE_PLACE {
            let here = places.iter().any(|place| file.ends_with(place));
            if code.contains(call) && !here {
                broken.push(format!("{}: {call}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

//! `spec/requirements.md` names the tests that exist, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const REQUIREMENTS: u8 = 40;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust source below a folder, as a path from the workspace.
fn sources(below: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![below.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(workspace().join(&folder)).expect("a folder") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            let path = format!("{folder}/{name}");
            match entry.file_type().expect("a type").is_dir() {
                true => folders.push(path),
                false if path.ends_with(".rs") => found.push(path),
                false => {}
            }
        }
    }
    found
}

/// The requirements in a test's name: `req_07_and_req_25_…` and `req_28_and_29_…` are of two,
/// and so is `req_16_…_and_req_17_…`.
fn named(test: &str) -> BTreeSet<u8> {
    let words: Vec<&str> = test.split('_').collect();
    let number = |at: usize| -> Option<u8> {
        let word = words.get(at).filter(|word| word.len() == 2)?;
        word.parse().ok()
    };
    let mut found = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        match *word {
            "req" => found.extend(number(at + 1)),
            "and" if at == 2 => found.extend(number(at + 1)),
            _ => {}
        }
    }
    found
}

/// Where a test stands, as the page says it: `crates/posthorse-domain/src/clocks/deadline_tests.rs`
/// is `domain/clocks/deadline_tests`, and `tests/it/owing.rs` is `it/owing`.
fn place(path: &str) -> String {
    let path = path.trim_end_matches(".rs");
    match path.strip_prefix("crates/posthorse-") {
        Some(path) => path.replacen("/src/", "/", 1),
        None => path.trim_start_matches("tests/").to_owned(),
    }
}

/// Where each requirement has tests.
fn tests_that_exist() -> BTreeMap<u8, BTreeSet<String>> {
    let mut found: BTreeMap<u8, BTreeSet<String>> = BTreeMap::new();
    for path in ["crates", "tests"].into_iter().flat_map(sources) {
        let source = fs::read_to_string(workspace().join(&path)).expect("a source");
        for line in source.lines() {
            let line = line.trim_start();
            let line = line.strip_prefix("pub ").unwrap_or(line);
            let Some(test) = line.strip_prefix("fn req_") else {
                continue;
            };
            let test = test.split('(').next().unwrap_or_default();
            for number in named(&format!("req_{test}")) {
                found.entry(number).or_default().insert(place(&path));
            }
        }
    }
    found
}

/// The last cell of each requirement's line.
fn tests_that_are_named() -> BTreeMap<u8, String> {
    let page = fs::read_to_string(workspace().join("spec/requirements.md")).expect("the page");
    let lines = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let number = cells.first()?.parse().ok()?;
        Some((number, (*cells.last()?).to_owned()))
    });
    lines.collect()
}

#[test]
fn the_page_of_requirements_names_every_test_and_every_requirement_has_one() {
    let (exist, page) = (tests_that_exist(), tests_that_are_named());
    let all: Vec<u8> = (1..=REQUIREMENTS).collect();
    assert_eq!(exist.keys().copied().collect::<Vec<_>>(), all);
    assert_eq!(page.keys().copied().collect::<Vec<_>>(), all);
    let wrong: Vec<String> = exist
        .iter()
        .filter_map(|(number, places)| {
            let places: Vec<String> = places.iter().map(|at| format!("`{at}`")).collect();
            let expected = places.join(", ");
            (page[number] != expected).then(|| format!("{number:02} | {expected}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "these lines of spec/requirements.md end otherwise:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_tests_name_tells_its_requirements() {
    let numbers = |test| named(test).into_iter().collect::<Vec<_>>();
    assert_eq!(numbers("req_08_fifteen_days"), [8]);
    assert_eq!(numbers("req_28_and_29_a_term_has_a_name"), [28, 29]);
    assert_eq!(numbers("req_16_goes_on_and_req_17_it_ends"), [16, 17]);
    assert_eq!(numbers("req_11_at_t5_and_16_days"), [11]);
}

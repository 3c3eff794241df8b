//! Lists as offices really have them, one trap a file, with what a check must find beside each.
//!
//! The files in `tests/corpus/` are made by `tests/corpus/make.py`, which says by hand what is wrong
//! with each; it shares no code with the check.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use posthorse_domain::ProblemCode;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::run;

/// What stands beside a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    arguments: Vec<String>,
    exit: i32,
    /// The code of the failure, where there is no report.
    error: Option<String>,
    #[serde(flatten)]
    report: Option<Report>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Report {
    list: Option<String>,
    accepted: u64,
    rejected: u64,
    problems: Vec<Found>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Found {
    code: String,
    level: String,
    sheet: Option<String>,
    row: Option<u32>,
    column: Option<u32>,
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// Every file that has an expectation beside it.
fn cases() -> BTreeMap<PathBuf, Expected> {
    const BESIDE: &str = ".expected.json";
    let mut cases = BTreeMap::new();
    for folder in fs::read_dir(corpus()).expect("the corpus") {
        let folder = folder.expect("an entry").path();
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let beside = entry.expect("an entry").path();
            let name = beside.file_name().and_then(|name| name.to_str());
            let Some(name) = name.and_then(|name| name.strip_suffix(BESIDE)) else {
                continue;
            };
            let text = fs::read_to_string(&beside).expect("an expectation");
            let expected = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", beside.display()));
            cases.insert(folder.join(name), expected);
        }
    }
    cases
}

/// The one JSON document of `check`, and the exit code.
fn check(path: &Path, arguments: &[String]) -> (Value, Option<i32>) {
    let folder = path.parent().expect("a folder");
    let name = path.file_name().and_then(|name| name.to_str());
    let mut line = vec!["--json".to_owned(), "check".to_owned()];
    line.extend_from_slice(arguments);
    line.push(name.expect("a name").to_owned());
    let output = run(folder, &line, "");
    let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{}: {error}\n{}{}",
            path.display(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    });
    (document, output.status.code())
}

/// The report in a document; the order of problems is no matter here.
fn report(document: &Value) -> Option<Report> {
    let mut report: Report = serde_json::from_value(document.clone()).ok()?;
    report.problems.sort();
    Some(report)
}

#[test]
fn every_trap_is_found_and_nothing_else() {
    let mut wrong = String::new();
    let cases = cases();
    assert!(cases.len() > 180, "only {} files", cases.len());
    for (path, mut expected) in cases {
        let (document, exit) = check(&path, &expected.arguments);
        if let Some(report) = &mut expected.report {
            report.problems.sort();
        }
        let is_right = exit == Some(expected.exit)
            && report(&document) == expected.report
            && document["error"]["code"].as_str() == expected.error.as_deref();
        if !is_right {
            let path = path.display();
            let _ = writeln!(wrong, "{path}: {exit:?}\n  {expected:?}\n  {document}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_code_is_hit_and_every_list_is_faulty_once() {
    let (mut codes, mut lists) = (BTreeSet::new(), BTreeSet::new());
    for (path, expected) in cases() {
        let Some(report) = expected.report else {
            continue;
        };
        codes.extend(report.problems.iter().map(|found| found.code.clone()));
        if path
            .parent()
            .is_some_and(|folder| folder.ends_with("every-list"))
        {
            lists.extend(report.list.filter(|_| report.rejected > 0));
        }
    }
    // These three are found by the receiver, who knows what was dispatched.
    let of_receiver = ["E120", "E121", "E130"];
    let missing: Vec<&str> = ProblemCode::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !of_receiver.contains(code) && !codes.contains(*code))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
    let set = posthorse_domain::SchemaSet::built_in().expect("schemas");
    let of_offices = [
        "warning_list",
        "warning_dispatch",
        "verification_result",
        "payout_list",
        "unpaid_list",
        "roster",
        "contact_form",
        "nil_report",
        "deferral_note",
    ];
    let known: BTreeSet<String> = set
        .iter()
        .filter(|schema| of_offices.contains(&schema.kind().as_str()))
        .map(|schema| schema.id().to_string())
        .collect();
    assert_eq!(lists, known);
}

/// Seventy thousand people, the last of whom has a wrong digit; made here, since it is large.
#[test]
fn one_fault_at_the_end_of_seventy_thousand_rows_is_found() {
    use posthorse_domain::{Date, SchemaSet, SyntheticPeople};
    let set = SchemaSet::built_in().expect("schemas");
    let kind = "warning_list".parse().expect("a kind");
    let schema = set.find(&kind, "health-public-event").expect("a list");
    let mut people = SyntheticPeople::from_seed(7, Date::constant(2026, 11, 24));
    let titles: Vec<&str> = schema.fields().iter().map(|field| field.title()).collect();
    let mut list = titles.join(",");
    let id = schema.position("id_no").expect("a field");
    let mut seen = BTreeSet::new();
    while seen.len() < 70_000 {
        let person = people.next().expect("endless");
        if !seen.insert(person.id.as_str().to_owned()) {
            continue;
        }
        let mut cells = people.row(schema, &person, seen.len());
        if seen.len() == 70_000 {
            let digit = if cells[id].ends_with('1') { "2" } else { "1" };
            cells[id].replace_range(17.., digit);
        }
        let _ = write!(list, "\r\n{}", cells.join(","));
    }
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("list.csv");
    fs::write(&path, list).expect("a list");
    let (document, exit) = check(&path, &[]);
    let found = Found {
        code: "E103".to_owned(),
        level: "row".to_owned(),
        sheet: None,
        row: Some(70_001),
        column: u32::try_from(id + 1).ok(),
    };
    let expected = Report {
        list: Some("health-public-event".to_owned()),
        accepted: 69_999,
        rejected: 1,
        problems: vec![found],
    };
    assert_eq!((report(&document), exit), (Some(expected), Some(1)));
}

/// What a clerk has mended on an annotated copy must be judged as in the list itself, so the copy,
/// unmended, has the same problems in the same cells.
#[test]
fn an_annotated_copy_has_the_same_problems_of_rows() {
    let room = TempDir::new().expect("a folder");
    let mut copied = 0;
    for (path, expected) in cases() {
        let Some(report_of_list) = &expected.report else {
            continue;
        };
        let is_usable = report_of_list
            .problems
            .iter()
            .all(|one| one.level != "file");
        if report_of_list.rejected == 0 || !is_usable {
            continue;
        }
        copied += 1;
        let copy = room.path().join(format!("{copied}.xlsx"));
        let mut arguments = expected.arguments.clone();
        arguments.extend(["--annotate".to_owned(), copy.display().to_string()]);
        let (document, exit) = check(&path, &arguments);
        assert_eq!(exit, Some(expected.exit), "{}: {document}", path.display());
        let (document, exit) = check(&copy, &expected.arguments);
        assert_eq!(exit, Some(expected.exit), "{}: {document}", path.display());
        let cells = |report: &Report| {
            let of_rows = report.problems.iter();
            let of_rows = of_rows.filter(|one| one.level == "row" || one.code == "E114");
            let mut cells: Vec<_> = of_rows
                .map(|one| (one.code.clone(), one.row, one.column))
                .collect();
            cells.sort();
            cells
        };
        let of_copy = report(&document).expect("a report");
        assert_eq!(cells(&of_copy), cells(report_of_list), "{}", path.display());
    }
    assert!(copied > 50, "only {copied} lists were copied");
}

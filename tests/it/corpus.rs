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
    // These are found by the receiver, who knows what was reported before and what was dispatched.
    let of_receiver = [
        "E120", "E121", "E130", "E131", "E132", "E133", "E140", "E141", "E142", "E143", "E144",
        "E145", "E146", "E147", "E148",
    ];
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

/// The second person's value of a field in its normal form.
fn normal_form(file: &str, list: &str, field: &str) -> String {
    let set = posthorse_domain::SchemaSet::built_in().expect("schemas");
    let kind = "warning_list".parse().expect("a kind");
    let schema = set.find(&kind, list).expect("a list");
    let mut values = Vec::new();
    let source = fs::File::open(corpus().join(file)).expect(file);
    posthorse_domain::ListCheck::new(schema, posthorse_domain::Date::constant(2026, 11, 24))
        .check(source, &mut |record| {
            values.push(record.get(field).to_owned());
            Ok(())
        })
        .expect("a report");
    assert_eq!(values.len(), 3, "{file}");
    values.swap_remove(1)
}

#[test]
fn every_accident_of_typing_is_healed() {
    const EVENTS: &str = "health-public-event";
    const COSTS: &str = "medical-insurance-self-paid";
    let id = normal_form("text/utf-8.csv", EVENTS, "id_no");
    let name = normal_form("text/utf-8.csv", EVENTS, "name");
    let day = "2026-11-20";
    let healed = [
        ("text/full-width-digits.csv", "id_no", id.as_str()),
        ("text/zero-width-characters.csv", "id_no", &id),
        ("text/spaces-within-a-number.csv", "id_no", &id),
        ("text/leading-apostrophe.csv", "id_no", &id),
        ("text/no-break-space.csv", "name", &name),
        ("text/ideographic-space-within-a-name.csv", "name", "张三"),
        ("text/dot-in-a-name-2.csv", "name", "买买提•艾力"),
        ("text/dot-in-a-name-6.csv", "name", "买买提．艾力"),
        ("text/gb18030-rare-characters.csv", "name", "李𬱖"),
        (
            "text/cells-that-look-like-formulas.csv",
            "event",
            "@SUM(A1)",
        ),
        (
            "openpyxl/text-that-looks-like-a-formula.xlsx",
            "name",
            "=张三",
        ),
        ("text/date-in-chinese.csv", "as_of", day),
        ("text/date-with-slashes.csv", "as_of", day),
        ("text/date-with-dots.csv", "as_of", day),
        ("text/date-in-eight-digits.csv", "as_of", day),
        ("text/date-with-a-time.csv", "as_of", day),
        ("text/date-as-serial-number.csv", "as_of", day),
        ("openpyxl/date-as-a-day.xlsx", "as_of", day),
        ("openpyxl/date-as-a-day-in-chinese.xlsx", "as_of", day),
        ("openpyxl/date-as-a-bare-number.xlsx", "as_of", day),
        ("openpyxl/date-with-a-time.xlsx", "as_of", day),
        ("openpyxl/dates-counted-from-1904.xlsx", "as_of", day),
        ("xlwt/dates-as-days.xls", "as_of", day),
        ("xlwt/dates-counted-from-1904.xls", "as_of", day),
        ("libreoffice/dates-counted-from-1904.xls", "as_of", day),
        ("libreoffice/dates-counted-from-1904.xlsx", "as_of", day),
        ("text/county-as-former-code.csv", "county_name", "411722"),
        ("text/county-as-alias.csv", "county_name", "411771"),
        (
            "openpyxl/county-codes-as-numbers.xlsx",
            "county_name",
            "411722",
        ),
    ];
    for (file, field, expected) in healed {
        assert_eq!(normal_form(file, EVENTS, field), expected, "{file}");
    }
    for file in ["text/lower-case-x.csv", "text/full-width-x.csv"] {
        assert!(normal_form(file, EVENTS, "id_no").ends_with('X'), "{file}");
    }
    let amounts = "openpyxl/money-with-commas-and-yuan.xlsx";
    assert_eq!(normal_form(amounts, COSTS, "total_cost"), "152300.00");
    assert_eq!(normal_form(amounts, COSTS, "self_paid"), "41200.00");
    let month = "openpyxl/month-as-a-number-with-a-decimal.xlsx";
    assert_eq!(normal_form(month, COSTS, "period"), "2026-10");
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

/// The reason that stands beside a row of an annotated copy.
fn reason_beside(file: &str, arguments: &[&str], row: u32) -> String {
    let room = TempDir::new().expect("a folder");
    let copy = room.path().join("copy.xlsx");
    let mut line: Vec<String> = arguments.iter().map(|one| (*one).to_owned()).collect();
    line.extend(["--annotate".to_owned(), copy.display().to_string()]);
    let (document, exit) = check(&corpus().join(file), &line);
    assert_eq!(exit, Some(1), "{document}");
    let parts = crate::workbook_parts::Parts::of(&fs::read(&copy).expect("a copy"));
    let sheet = parts.sheet(2);
    let (_, cells) = sheet
        .split_once(&format!(r#"<row r="{row}""#))
        .expect("the row");
    let (cells, _) = cells.split_once("</row>").expect("its end");
    let (_, reason) = cells.rsplit_once("<t>").expect("a reason");
    let (reason, _) = reason.split_once("</t>").expect("its end");
    reason.to_owned()
}

#[test]
fn the_clerks_own_copy_says_more_than_the_report() {
    // The proposal is whole where the old number stands in the same row.
    let reason = reason_beside("text/id-of-15-digits.csv", &[], 3);
    assert_eq!(
        reason,
        "E105 15 位旧身份证号（412825*****5001），应换为 18 位号码（推算为 412825196503150016）。\
         请核对本人现用证件后填写 18 位号码，不要直接照抄推算的号码。"
    );
    // Households are complete only when the list has ended, and yet stand beside their first row.
    let roster = ["--kind", "roster", "--list", "roster"];
    let reason = reason_beside("every-list/roster.xlsx", &roster, 6);
    assert_eq!(
        reason,
        "E128 “人数”填写 3 人，该户在名单中实有 1 行。请核对该户是否缺人或多人：补上、删去，或改正人数。"
    );
    let reason = reason_beside("every-list/roster.xlsx", &roster, 7);
    assert_eq!(
        reason,
        "E129 该户应有一名户主，名单中有 0 名。请在“与户主关系”列改正：每户有且只有一名填“户主”。"
    );
    let reason = reason_beside("openpyxl/duplicates-in-other-spelling.xlsx", &[], 5);
    assert!(
        reason.ends_with("本行为“司***”，第 3 行为另一姓名。请核对身份证原件，更正姓名或号码。"),
        "{reason}"
    );
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

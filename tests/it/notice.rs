//! Requirements of the notice that one list or one package proves: each list of Annex 1, what
//! must stand in a row, and what never counts.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use posthorse_ledger::{Ledger as _, Timeliness};
use serde_json::Value;
use tempfile::TempDir;

use crate::bureau_world::{World, csv, field, names_in, titled_csv};
use crate::casework::{dispatched_on, noon_on};
use crate::cli::run;
use crate::offices::signing_key;
use crate::operator::ask;

/// Every warning list of Annex 1, by the group that sends it.
const WARNING_LISTS: &[(&str, &[&str])] = &[
    ("教育", &["education-dropout", "education-school-costs"]),
    ("民政", &["civil-affairs-low-income"]),
    ("住建", &["housing-safety"]),
    ("水利", &["water-safety"]),
    ("卫健", &["health-serious-illness", "health-public-event"]),
    (
        "医保",
        &["medical-insurance-self-paid", "medical-insurance-uninsured"],
    ),
    ("残联", &["disabled-persons-certified"]),
    (
        "其他",
        &[
            "public-security-incidents",
            "human-resources-unemployment",
            "emergency-disasters",
        ],
    ),
];

/// What `check` says of a file: its document and its exit code.
fn check(folder: &Path, list: &str, file: &str) -> (Value, Option<i32>) {
    let line = [
        "--json",
        "check",
        "--kind",
        "warning_list",
        "--list",
        list,
        file,
    ];
    let output = run(folder, &line.map(str::to_owned), "");
    let document = serde_json::from_slice(&output.stdout).expect("one JSON document");
    (document, output.status.code())
}

/// The codes of the problems of level `row`, with their rows.
fn faulty_rows(document: &Value) -> Vec<(String, u64)> {
    let problems = document["problems"].as_array().expect("problems");
    let rows = problems.iter().filter(|problem| problem["level"] == "row");
    rows.map(|problem| {
        let code = problem["code"].as_str().expect("a code").to_owned();
        (code, problem["row"].as_u64().expect("a row"))
    })
    .collect()
}

#[test]
fn req_02_every_warning_list_of_annex_1_passes_and_its_faulty_twin_is_caught() {
    let world = World::new();
    let people = world.people(11, 5, "411722");
    let folder = TempDir::new().expect("a folder");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/every-list");
    let mut lists = 0;
    for list in WARNING_LISTS.iter().flat_map(|(_, lists)| *lists) {
        lists += 1;
        let rows = world.rows_of(list, &people);
        let name = format!("{list}.csv");
        fs::write(folder.path().join(&name), titled_csv(list, &rows)).expect("a list");
        let (document, exit) = check(folder.path(), list, &name);
        assert_eq!(exit, Some(0), "{list}: {document}");
        assert_eq!(document["accepted"], 5, "{list}");
        // The twin in the corpus: make.py says by hand which of its rows are wrong.
        let beside = corpus.join(format!("{list}.xlsx.expected.json"));
        let beside = fs::read_to_string(beside).expect("an expectation");
        let expected: Value = serde_json::from_str(&beside).expect("JSON");
        let (document, exit) = check(&corpus, list, &format!("{list}.xlsx"));
        assert_eq!(exit, Some(1), "{list}");
        let counts =
            |document: &Value| (document["accepted"].clone(), document["rejected"].clone());
        assert_eq!(counts(&document), counts(&expected), "{list}");
        assert!(
            document["rejected"].as_u64() >= Some(3),
            "{list}: {document}"
        );
        // And one required cell emptied in the good list is one row sent back.
        let mut broken = rows.clone();
        broken[2][field(list, "name")].clear();
        fs::write(folder.path().join(&name), titled_csv(list, &broken)).expect("a list");
        let (document, exit) = check(folder.path(), list, &name);
        assert_eq!(exit, Some(1), "{list}");
        assert_eq!(faulty_rows(&document), [("E116".to_owned(), 4)], "{list}");
    }
    assert_eq!(lists, 13);
}

#[test]
fn req_09_who_is_enrolled_has_all_four_fields_or_the_row_goes_back() {
    let whole = [
        ("outcome", "纳入"),
        ("household_no", "411722000001"),
        ("monitor_category", "突发严重困难户"),
        ("risk_1", "因病"),
        ("identified_month", "2026-11"),
    ];
    for missing in [
        "household_no",
        "monitor_category",
        "risk_1",
        "identified_month",
    ] {
        let world = dispatched_on("2026-11-24", 1);
        let row = world.dispatched(&world.shangcai).remove(0);
        let id = row["warning_id"].as_str();
        let without: Vec<(&str, &str)> = whole
            .iter()
            .copied()
            .filter(|(field, _)| *field != missing)
            .collect();
        world.put("a.xpkg", &world.answer(&world.shangcai, &[(id, &without)]));
        assert_eq!(world.round().rejected, 1, "{missing}");
        let returned = world.returned(&world.shangcai).concat();
        assert!(
            returned.iter().any(|cell| cell.contains("E113")),
            "{missing}: {returned:?}"
        );
        let case = |world: &World| world.ledger().case(id).expect("answers").expect("known");
        assert_eq!(case(&world).outcome, None, "{missing}");
        world.put("b.xpkg", &world.answer(&world.shangcai, &[(id, &whole)]));
        assert_eq!(world.round().accepted, 1, "{missing}");
        assert_eq!(case(&world).outcome.as_deref(), Some("纳入"));
    }
}

/// Every file under a folder, whatever its name.
fn files_under(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_under(&path));
        } else if path.is_file() {
            let bytes = fs::read(&path).expect("a file");
            files.insert(path.display().to_string(), bytes);
        }
    }
    files
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[test]
fn req_26_an_open_list_in_the_inbox_is_put_away_and_alarmed_and_goes_nowhere() {
    let world = World::new();
    let canary = world.people(99, 1, "411722").remove(0);
    let number = canary.id.as_str();
    let rows = world.rows_of("housing-safety", std::slice::from_ref(&canary));
    let open = titled_csv("housing-safety", &rows);
    assert!(holds(&open, number) && holds(&open, &canary.name));
    world.put(&format!("名单{number}.csv"), &open);
    let line = "daemon run --config posthorse.toml --once".split(' ');
    let arguments: Vec<String> = line.map(str::to_owned).collect();
    let output = run(world.root(), &arguments, "");
    let log = [output.stdout, output.stderr].concat();
    assert!(output.status.success());
    let log_text = String::from_utf8_lossy(&log).into_owned();
    let alarm = log_text.lines().find(|line| line.contains("quarantined"));
    let alarm = alarm.expect("a line of the log");
    assert!(
        alarm.contains("alarm") && alarm.contains("plaintext-list"),
        "{alarm}"
    );
    assert_eq!(names_in(&world.path("drop/inbox")), [".claimed"]);
    // It lies in quarantine, whole, and nowhere else: not in an outbox, an archive, the ledger or the log.
    let mut seen = Vec::new();
    for (path, bytes) in files_under(world.root()) {
        if holds(&bytes, number) || holds(&bytes, &canary.name) {
            seen.push(path);
        }
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].contains("/state/quarantine/"), "{seen:?}");
    assert!(!log_text.contains(number) && !log_text.contains(&canary.name));
    let told = ask(
        world.root(),
        "--json daemon quarantine --config posthorse.toml",
    );
    let things = told["quarantined"].as_array().expect("things");
    assert_eq!(things.len(), 1);
    assert_eq!(things[0]["code"], "plaintext-list");
    let folder = Path::new(&seen[0]).parent().expect("a folder");
    assert_eq!(things[0]["path"], folder.display().to_string());
    assert!(!told.to_string().contains(number), "{told}");
    let arguments = [
        "--lang",
        "zh",
        "daemon",
        "quarantine",
        "--config",
        "posthorse.toml",
    ];
    let output = run(world.root(), &arguments.map(str::to_owned), "");
    let screen = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(screen.contains("以明文放入收件箱"), "{screen}");
    assert!(!screen.contains(number), "{screen}");
}

#[test]
fn req_30_the_four_kinds_of_low_income_are_taken_by_their_old_names_too() {
    let world = World::new();
    let list = "civil-affairs-low-income";
    let given = [
        "低保",
        "分散供养特困",
        "低保边缘",
        "刚性支出困难",
        "支出型困难家庭",
    ];
    let people = world.people(13, given.len() + 1, "411722");
    let mut rows = world.rows_of(list, &people);
    for (row, relief) in rows.iter_mut().zip(given) {
        row[field(list, "relief_type")] = relief.to_owned();
    }
    rows[given.len()][field(list, "relief_type")] = "中等收入".to_owned();
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("list.csv"), titled_csv(list, &rows)).expect("a list");
    let (document, exit) = check(folder.path(), list, "list.csv");
    assert_eq!(exit, Some(1), "{document}");
    assert_eq!(document["accepted"], given.len());
    let faulty = faulty_rows(&document);
    assert_eq!(faulty.len(), 1, "{document}");
    assert_eq!(faulty[0].1, 7);
}

#[test]
fn req_32_only_houses_of_grade_c_and_d_are_leads() {
    let world = World::new();
    let list = "housing-safety";
    let people = world.people(17, 4, "411722");
    let mut rows = world.rows_of(list, &people);
    for (row, grade) in rows.iter_mut().zip(["A", "B", "C", "D"]) {
        row[field(list, "house_grade")] = grade.to_owned();
    }
    let mut draft = world.draft(&world.housing, "warning_list");
    draft.lists = vec![(list.to_owned(), csv(list, &rows))];
    world.put("a.xpkg", &draft.seal());
    let summary = world.round();
    assert_eq!(
        (summary.accepted_in_part, summary.dispatched_people),
        (1, 2)
    );
    let returned = world.returned(&world.housing).concat();
    let codes = returned.iter().filter(|cell| cell.contains("E125"));
    assert_eq!(codes.count(), 2, "{returned:?}");
    let mut names: Vec<String> = world
        .dispatched(&world.shangcai)
        .into_iter()
        .map(|row| row["id_no"].clone())
        .collect();
    names.sort();
    let mut expected: Vec<&str> = people[2..].iter().map(|one| one.id.as_str()).collect();
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn req_33_each_way_in_which_water_is_not_assured_is_a_lead_that_names_it() {
    let world = World::new();
    let list = "water-safety";
    let issues = ["水量", "水质", "取水距离", "供水保证率"];
    let people = world.people(19, issues.len() + 1, "411722");
    let mut rows = world.rows_of(list, &people);
    for (row, issue) in rows.iter_mut().zip(issues) {
        row[field(list, "water_issue")] = issue.to_owned();
    }
    rows[issues.len()][field(list, "water_issue")] = "有保障".to_owned();
    let mut draft = world.draft(&world.housing, "warning_list");
    draft.lists = vec![(list.to_owned(), csv(list, &rows))];
    world.put("a.xpkg", &draft.seal());
    let summary = world.round();
    assert_eq!(
        (summary.accepted_in_part, summary.dispatched_people),
        (1, 4)
    );
    let told = world.dispatched(&world.shangcai);
    for (person, issue) in people.iter().zip(issues) {
        let row = told.iter().find(|row| row["id_no"] == person.id.as_str());
        let row = row.expect("the person");
        assert!(
            row.values().any(|cell| cell.contains(issue)),
            "{issue}: {row:?}"
        );
    }
}

#[test]
fn req_39_regional_and_large_risks_come_at_once_and_are_owed_by_no_window() {
    let month = "2026-11".parse().expect("a month");
    for list in ["public-security-incidents", "emergency-disasters"] {
        let world = World::at(noon_on("2026-11-03"));
        world.owes(&world.health, &[(list, None)]);
        let people = world.people(23, 2, "411722");
        let mut draft = world.draft(&world.health, "warning_list");
        let rows = world.rows_of(list, &people);
        draft.lists = vec![(list.to_owned(), csv(list, &rows))];
        world.put("a.xpkg", &draft.seal());
        let summary = world.round();
        assert_eq!(
            (summary.accepted, summary.dispatched_people),
            (1, 2),
            "{list}"
        );
        let submissions = world.ledger().submissions(&month).expect("answers");
        assert_eq!(
            submissions[0].timeliness,
            Some(Timeliness::AtOnce),
            "{list}"
        );
        // Long after every window, silence about it is nobody's debt.
        let line = "--json board --config posthorse.toml --month 2026-12 --as-of 2027-01-20";
        let board = ask(world.root(), line);
        assert_eq!(board["reports"], serde_json::json!([]), "{list}");
        assert_eq!(
            board["no_reports_registered"],
            serde_json::json!(["housing"])
        );
    }
}

#[test]
fn req_40_what_nobody_signed_is_nothing_and_what_is_signed_anybody_verifies() {
    let world = World::new();
    let people = world.people(29, 2, "411722");
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/package");
    let unsigned = fs::read(vectors.join("signatures-none")).expect("a vector");
    let draft = world.list_draft(&world.housing, &people);
    let by_a_stranger = draft.seal_with(&[&signing_key(99)]);
    world.housing.set_place(0, None);
    world.put("unsigned.xpkg", &unsigned);
    world.put("stranger.xpkg", &by_a_stranger);
    let summary = world.round();
    assert_eq!((summary.quarantined, summary.dispatches), (2, 0));
    assert_eq!(world.ledger().packages(10).expect("answers"), []);
    assert_eq!(world.receipts(&world.housing).len(), 0);
    let signed = world.warning_list(&world.housing, &people);
    world.put("signed.xpkg", &signed);
    assert_eq!(world.round().accepted, 1);
    // An auditor's copy: packages and receipts, the registry, and no key at all.
    let copy = TempDir::new().expect("a folder");
    let put = |name: &str, bytes: &[u8]| fs::write(copy.path().join(name), bytes).expect("a file");
    let registry = fs::read(world.path("drop/registry/registry.json")).expect("a registry");
    put("registry.json", &registry);
    put("signed.xpkg", &signed);
    for (name, bytes) in world.outbox(&world.housing) {
        put(&name, &bytes);
    }
    let line = "--json verify --registry registry.json --as-of 2026-11-24 .";
    let told = ask(copy.path(), line);
    assert_eq!((&told["good"], &told["refused"]), (&2.into(), &0.into()));
    let results = told["results"].as_array().expect("results");
    let package = results.iter().find(|result| result["type"] == "package");
    let signed_by = package.expect("the package")["signed_by"].to_string();
    assert!(signed_by.contains("经办人"), "{signed_by}");
    put("unsigned.xpkg", &unsigned);
    put("stranger.xpkg", &by_a_stranger);
    let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let output = run(copy.path(), &arguments, "");
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&told["good"], &told["refused"]), (&2.into(), &2.into()));
}

//! `examples/tenth-department/`: a department that the program has never heard of, with a list and a
//! policy of its own, by data alone. Its README is run as its reader would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use posthorse_domain::{Date, ListSchema, Rulebook, SyntheticPeople, SyntheticPerson};
use posthorse_package::{ContactForm, Fingerprint, Limits, RuleFile};

use super::built_in;
use crate::cli::posthorse;

const DEPARTMENT: &str = "transport";
const LIST: &str = "transport-road-cutoff";
const POLICY: &str = "农村学生乘车补贴";
const COUNTY: &str = "411722";
/// People and lists are made once, and the same each time.
const SEED: u64 = 1010;
const DAY: Date = Date::constant(2026, 7, 15);

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/tenth-department")
}

/// A built-in file in which a text follows another one, one version on.
fn with(file: &str, insertions: &[(&str, &str)]) -> String {
    let mut text = built_in(file);
    let (version, next) = match file.starts_with("schemas/") {
        true => ("\"posthorse:version\": 1,", "\"posthorse:version\": 2,"),
        false => ("\"version\": 1,", "\"version\": 2,"),
    };
    for (anchor, more) in [(version, next)].iter().chain(insertions) {
        assert_eq!(text.matches(anchor).count(), 1, "{file}: {anchor}");
        let replaced = match anchor == &version {
            true => (*more).to_owned(),
            false => format!("{anchor}{more}"),
        };
        text = text.replace(anchor, &replaced);
    }
    text
}

/// The files that the department needs beside its list: the built-in ones and a few lines more.
fn rule_files() -> Vec<(&'static str, String)> {
    let department = format!(",\n    {{ \"department\": \"{DEPARTMENT}\", \"title\": \"交通\" }}");
    let policy = format!(
        r#"
    {{
      "policy": "student-bus",
      "title": "{POLICY}",
      "department": "{DEPARTMENT}",
      "payouts": ["payout-general"],
      "eligible": {{
        "all": [
          {{ "filled": ["schooling"] }},
          {{ "not": {{ "is": {{ "fields": ["schooling"], "values": ["非在校生"] }} }} }}
        ]
      }}
    }},"#
    );
    let disclosure = format!(
        r#"
    {{
      "kind": "roster",
      "list": "roster",
      "to": {{ "department_of": "{DEPARTMENT}" }},
      "columns": [
        "as_of", "county_name", "town_name", "village_name", "household_no", "person_no", "name",
        "id_no", "household_size", "relation", "schooling", "household_type", "monitor_category",
        "risk_cleared", "risk_identified", "risk_cleared_on", "clear_mode"
      ]
    }},"#
    );
    let at_once = format!(
        "\n    {{ \"kind\": \"warning_list\", \"list\": \"{LIST}\", \"cadence\": \"at_once\" }},"
    );
    let last_department = "{ \"department\": \"emergency\", \"title\": \"应急\" }";
    let monthly = "{ \"kind\": \"warning_list\", \"cadence\": \"monthly\" },";
    let value = format!("\n          \"{POLICY}\",");
    vec![
        (
            "policies.json",
            with(
                "policies.json",
                &[
                    (last_department, department.as_str()),
                    ("\"policies\": [", policy.as_str()),
                ],
            ),
        ),
        (
            "disclosures.json",
            with(
                "disclosures.json",
                &[("\"disclosures\": [", disclosure.as_str())],
            ),
        ),
        (
            "due_rules.json",
            with("due_rules.json", &[(monthly, at_once.as_str())]),
        ),
        (
            "payout-general.json",
            with(
                "schemas/payout-general.json",
                &[("\"教育扶持\",", value.as_str())],
            ),
        ),
        (
            "unpaid.json",
            with("schemas/unpaid.json", &[("\"教育扶持\",", value.as_str())]),
        ),
    ]
}

/// What the registry names, read from the example.
fn published() -> Vec<RuleFile> {
    let files = fs::read_dir(example().join("rules")).expect("the rules");
    files
        .map(|entry| {
            let bytes = fs::read(entry.expect("an entry").path()).expect("a file");
            let facts =
                posthorse_domain::identify_rule_file("example", &bytes).expect("a rule file");
            RuleFile::new(facts.file, facts.version.expect("a version"), bytes)
        })
        .collect()
}

fn rules() -> Rulebook {
    Rulebook::from_files(&published()).expect("sound rules in agreement")
}

fn schema<'r>(rules: &'r Rulebook, kind: &str, list: &str) -> &'r ListSchema {
    let kind = kind.parse().expect("a kind");
    rules.schemas().find(&kind, list).expect("the list")
}

/// People of 上蔡县 who do not exist, with identity numbers whose check digits are right.
fn people() -> Vec<SyntheticPerson> {
    let rules = rules();
    let county = rules.areas().county(COUNTY.parse().expect("a code"));
    let county = county.expect("the county");
    let mut people: Vec<_> = SyntheticPeople::from_seed(SEED, DAY).take(6).collect();
    for person in &mut people {
        person.county = county.code;
        person.county_name.clone_from(&county.name);
    }
    people
}

/// A list about some of them, with the cells that are not the generator's.
fn list(
    schema: &ListSchema,
    people: &[SyntheticPerson],
    cells: &[(&str, &dyn Fn(usize) -> String)],
) -> String {
    let mut source = SyntheticPeople::from_seed(SEED, DAY);
    let titles: Vec<&str> = schema.fields().iter().map(|field| field.title()).collect();
    let mut lines = vec![titles.join(",")];
    for (at, person) in people.iter().enumerate() {
        let mut row = source.row(schema, person, at + 1);
        for (field, cell) in cells {
            row[schema.position(field).expect("a field")] = cell(at);
        }
        assert!(row.iter().all(|cell| !cell.contains([',', '"', '\n'])));
        lines.push(row.join(","));
    }
    lines.join("\n") + "\n"
}

/// The sample lists: who is cut off, who is on the roster, who was paid.
fn samples() -> [(&'static str, String); 3] {
    let (rules, people) = (rules(), people());
    let day = |_: usize| "2026-07-10".to_owned();
    let as_of = |_: usize| "2026-07-15".to_owned();
    let school = |at: usize| ["小学", "非在校生", "初中", "", "小学", "中职一年级"][at].to_owned();
    let one = |_: usize| "1".to_owned();
    let head = |_: usize| "户主".to_owned();
    let no = |_: usize| "否".to_owned();
    let empty = |_: usize| String::new();
    let policy = |_: usize| POLICY.to_owned();
    let done = |_: usize| "成功".to_owned();
    let monitored = |_: usize| "边缘易致贫户".to_owned();
    [
        (
            "交通-道路中断.csv",
            list(
                schema(&rules, "warning_list", LIST),
                &people,
                &[("cut_on", &day), ("as_of", &as_of)],
            ),
        ),
        (
            "信息系统导出表.csv",
            list(
                schema(&rules, "roster", "roster"),
                &people,
                &[
                    ("as_of", &as_of),
                    ("schooling", &school),
                    ("household_size", &one),
                    ("relation", &head),
                    ("monitor_category", &monitored),
                    ("risk_cleared", &no),
                    ("risk_cleared_on", &empty),
                    ("clear_mode", &empty),
                ],
            ),
        ),
        (
            "农村学生乘车补贴发放.csv",
            list(
                schema(&rules, "payout_list", "payout-general"),
                &people[..2],
                &[
                    ("policy", &policy),
                    ("paid_on", &day),
                    ("status", &done),
                    ("fail_reason", &empty),
                    ("as_of", &as_of),
                ],
            ),
        ),
    ]
}

#[test]
fn its_rule_files_are_the_built_in_ones_and_a_few_lines_more() {
    for (name, expected) in rule_files() {
        let found = fs::read_to_string(example().join("rules").join(name)).expect("a rule file");
        assert!(
            found == expected,
            "{name} is not the built-in file with the department's lines: a built-in file has \
             changed; write them again with `cargo test -p posthorse-tests --test it \
             write_the_tenth_department -- --ignored`"
        );
    }
    assert_eq!(published().len(), rule_files().len() + 1);
}

#[test]
fn its_lists_are_made_from_a_fixed_seed() {
    for (name, expected) in samples() {
        let found = fs::read_to_string(example().join(name)).expect("a list");
        assert!(found == expected, "{name} is another one now");
    }
}

#[test]
#[ignore = "writes into examples/: for whoever changes a built-in rule file"]
fn write_the_tenth_department() {
    for (name, text) in rule_files() {
        fs::write(example().join("rules").join(name), text).expect("written");
    }
    for (name, text) in samples() {
        fs::write(example().join(name), text).expect("written");
    }
}

/// Nothing compiled knows the department, its list or its policy.
#[test]
fn no_source_of_the_program_names_it() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let words = [LIST, POLICY, "student-bus", "交通-道路中断"];
    let mut folders = vec![crates];
    let mut looked_at = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if let Ok(text) = fs::read_to_string(&path) {
                looked_at += 1;
                for word in words {
                    assert!(!text.contains(word), "{} names {word}", path.display());
                }
            }
        }
    }
    assert!(looked_at > 300);
}

/// What people would read to each other over the telephone, as far as it is known by now.
fn heard(folder: &Path) -> Vec<(&'static str, String)> {
    let homes = [
        ("JIAOTONG", "jiaotong"),
        ("SHANGCAI", "shangcai"),
        ("ROOT", "bureau"),
    ];
    let forms = homes.into_iter().filter_map(|(name, home)| {
        let bytes = fs::read(folder.join(home).join("contact-form.json")).ok()?;
        let form = ContactForm::parse(&bytes, &Limits::default()).expect("a contact form");
        let fingerprint = match name {
            "ROOT" => Fingerprint::of_root(&[form.key]),
            _ => form.fingerprint(),
        };
        Some((name, fingerprint.to_string()))
    });
    forms.collect()
}

#[test]
fn a_tenth_department_is_added_by_data_alone() {
    let work = tempfile::tempdir().expect("a folder");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(example().join(".."))
        .arg(work.path().join("examples"))
        .status();
    assert!(copied.expect("cp").success());
    let bin = posthorse()
        .parent()
        .expect("a folder")
        .display()
        .to_string();
    let path = format!("{bin}:{}", std::env::var("PATH").expect("a search path"));
    let readme = fs::read_to_string(example().join("README.md")).expect("the README");
    let mut said = String::new();
    let blocks: Vec<&str> = readme
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().expect("a block"))
        .collect();
    assert_eq!(blocks.len(), 5);
    for block in blocks {
        let output = Command::new("sh")
            .args(["-eu", "-c", block])
            .current_dir(work.path())
            .env("PATH", &path)
            .env("LC_ALL", "C.UTF-8")
            .envs(heard(work.path()))
            .output()
            .expect("a shell");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{block}\n{errors}");
        said.push_str(&String::from_utf8_lossy(&output.stdout));
    }
    // The county has everybody who is cut off, with what the department's own columns say.
    let list = fs::read_to_string(work.path().join("opened/data/warning-dispatch.csv"));
    let list = list.expect("the dispatch");
    for person in people() {
        let line = list.lines().find(|line| line.contains(person.id.as_str()));
        let line = line.unwrap_or_else(|| panic!("{} was dispatched", person.name));
        assert!(
            line.contains("交通-道路中断") && line.contains("中断日期"),
            "{line}"
        );
    }
    // Of six people four go to school; one of the two who were paid does not.
    assert!(said.contains("25.00%"), "{said}");
    assert!(work.path().join("unpaid.xlsx").exists());
}

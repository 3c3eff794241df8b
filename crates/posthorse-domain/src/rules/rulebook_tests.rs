use posthorse_package::{RuleFile, RuleFileName};

use super::*;
use crate::built_in_rule_file;

fn name(text: &str) -> RuleFileName {
    text.parse().expect("a name")
}

fn built_in(file: &str) -> String {
    let bytes = built_in_rule_file(&name(file)).expect("a file");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The built-in file, one version on, with a text replaced.
fn edited(file: &str, from: &str, to: &str) -> RuleFile {
    let text = built_in(file);
    assert!(text.contains(from), "{file}: {from}");
    let (one, two) = match file.starts_with("schemas/") {
        true => ("\"posthorse:version\": 1", "\"posthorse:version\": 2"),
        false => ("\"version\": 1", "\"version\": 2"),
    };
    let text = text.replacen(one, two, 1).replacen(from, to, 1);
    RuleFile::new(name(file), 2, text.into_bytes())
}

fn refused(files: &[RuleFile]) -> (&'static str, String) {
    let error = Rulebook::from_files(files).expect_err("no rulebook");
    (error.code(), error.to_string())
}

#[test]
fn the_built_in_files_are_a_rulebook() {
    let rules = Rulebook::built_in().expect("the built-in rules");
    assert_eq!(rules.entries(), []);
    assert_eq!(
        rules.versions().count(),
        13 + rules.schemas().iter().count()
    );
    assert!(rules.versions().all(|(_, version)| version == 1));
    assert!(rules.follows(&rules).is_ok());
}

#[test]
fn a_file_takes_the_place_of_the_built_in_one() {
    let later = edited(
        "kinds.json",
        "\"title\": \"预警名单\"",
        "\"title\": \"线索名单\"",
    );
    let rules = Rulebook::from_files(std::slice::from_ref(&later)).expect("a rulebook");
    let kind = "warning_list".parse().expect("a kind");
    let title = rules
        .casework()
        .kinds()
        .get(&kind)
        .map(|kind| kind.title().to_owned());
    assert_eq!(title.as_deref(), Some("线索名单"));
    assert_eq!(rules.entries(), [later.entry().clone()]);
    let built_in = Rulebook::built_in().expect("the built-in rules");
    assert!(rules.follows(&built_in).is_ok());
    let back = built_in.follows(&rules).expect_err("a step back");
    assert_eq!(back.code(), "rules-version-went-back");
    assert_eq!(
        back.to_string(),
        "kinds.json: version 1 cannot follow version 2"
    );
}

#[test]
fn another_content_needs_a_higher_version() {
    let one = edited(
        "kinds.json",
        "\"title\": \"预警名单\"",
        "\"title\": \"线索名单\"",
    );
    let two = edited(
        "kinds.json",
        "\"title\": \"预警名单\"",
        "\"title\": \"预警清单\"",
    );
    let rules = |file| Rulebook::from_files(&[file]).expect("a rulebook");
    let error = rules(one)
        .follows(&rules(two))
        .expect_err("the same version");
    assert_eq!(error.code(), "rules-version-went-back");
}

#[test]
fn errors_name_the_file_and_the_place() {
    let broken = RuleFile::new(name("kinds.json"), 2, b"{\n\"format\"}".to_vec());
    let (code, text) = refused(&[broken]);
    assert_eq!(code, "rules-unsound");
    assert_eq!(text, "kinds.json: expected `:` at line 2 column 9");
    let (code, text) = refused(&[edited("gap_rules.json", "\"water\"", "\"waters\"")]);
    assert_eq!(code, "rules-unsound");
    assert!(text.starts_with("gap_rules.json: rule "), "{text}");
    assert!(
        text.ends_with("a department of policies.json, not waters"),
        "{text}"
    );
    let misnamed = RuleFile::new(name("kinds.json"), 7, built_in("kinds.json").into_bytes());
    let (code, text) = refused(&[misnamed]);
    assert_eq!(code, "rules-version");
    assert_eq!(
        text,
        "kinds.json says that it is version 1, but is named as version 7"
    );
    let elsewhere = RuleFile::new(
        name("kinds.json"),
        1,
        built_in("policies.json").into_bytes(),
    );
    assert_eq!(refused(&[elsewhere]).0, "rules-unknown-file");
    let strange = RuleFile::new(name("strange.json"), 1, b"{}".to_vec());
    assert_eq!(
        refused(&[strange]).1,
        "strange.json: none of the files that rules are made of"
    );
    let file = edited("kinds.json", "\"预警名单\"", "\"线索名单\"");
    assert_eq!(refused(&[file.clone(), file]).0, "rules-file-twice");
}

#[test]
fn files_that_contradict_each_other_are_no_rulebook() {
    let (code, text) = refused(&[edited(
        "thresholds.json",
        "\"column\": \"self_paid\"",
        "\"column\": \"self_pain\"",
    )]);
    assert_eq!(code, "rules-disagree");
    assert!(text.contains("no column self_pain"), "{text}");
}

#[test]
fn rechecks_follow_the_line_that_they_name() {
    let moved = edited("thresholds.json", "\"20000\"", "\"30000\"");
    let rules = Rulebook::from_files(&[moved]).expect("a rulebook");
    let unnamed = edited("recheck_rules.json", "\"self-paid\"", "\"self-payed\"");
    let (code, text) = refused(&[unnamed]);
    assert_eq!(code, "rules-unsound");
    assert!(text.contains("lines that thresholds.json has"), "{text}");
    assert!(format!("{:?}", rules.recheck_rules()).contains("达到 30000 元"));
}

#[test]
fn another_city_has_other_counties() {
    let table = "code,name,level,now,aliases\n37,山东省,above,,山东\n3709,泰安市,above,,\n\
                 370921,宁阳县,county,,\n";
    let areas = RuleFile::new(name("areas.csv"), 2, table.into());
    let rules = Rulebook::from_files(&[areas]).expect("a rulebook");
    let resolve = |text: &str| rules.areas().resolve(text).map(|code| code.to_string());
    assert_eq!(resolve("山东省泰安市宁阳县").as_deref(), Some("370921"));
    assert_eq!(resolve("河南省驻马店市上蔡县"), None);
    let list = rules.schemas().iter().next().expect("a list");
    assert_eq!(list.areas().counties().len(), 1);
}

#[test]
fn a_calendar_never_loses_a_year() {
    let fewer = r#"{"format":"posthorse-work-calendar/1","version":2,"years":[{"year":2026,
        "notice":"测试用，并非国务院通知","issued":"2025-11-04","days":[]}]}"#;
    let fewer = RuleFile::new(name("holidays.json"), 2, fewer.into());
    let rules = Rulebook::from_files(&[fewer]).expect("a rulebook");
    let built_in = Rulebook::built_in().expect("the built-in rules");
    let error = rules.follows(&built_in).expect_err("a lost year");
    assert_eq!(error.code(), "rules-version-went-back");
}

#[test]
fn a_file_is_told_by_what_it_says_of_itself() {
    let told = |bytes: &[u8]| {
        let facts = crate::identify_rule_file("x", bytes).expect("a file of the rules");
        (facts.file.to_string(), facts.version)
    };
    let of = |file: &str| told(built_in(file).as_bytes());
    assert_eq!(of("holidays.json"), ("holidays.json".to_owned(), Some(1)));
    assert_eq!(
        of("schemas/unpaid.json"),
        ("schemas/unpaid.json".to_owned(), Some(1))
    );
    assert_eq!(of("areas.csv"), ("areas.csv".to_owned(), None));
    assert!(crate::identify_rule_file("x", b"[]").is_err());
}

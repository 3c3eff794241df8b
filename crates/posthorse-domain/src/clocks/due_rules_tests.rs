use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::clocks::deadline::OpeningEvent;

fn changed(change: impl FnOnce(&mut Value)) -> Result<DueRules, DueRulesError> {
    let mut document = serde_json::from_slice(BUILT_IN).expect("JSON");
    change(&mut document);
    DueRules::from_json(document.to_string().as_bytes())
}

fn kind(text: &str) -> KindName {
    text.parse().expect("a kind")
}

fn cadence_of(of: &str, list: Option<&str>) -> Option<String> {
    let list: Option<ListName> = list.map(|list| list.parse().expect("a list"));
    match DueRules::built_in().reporting(&kind(of), list.as_ref())? {
        Reporting::Windowed(rule) => Some(rule.cadence().to_owned()),
        Reporting::AtOnce => Some(AT_ONCE.to_owned()),
    }
}

#[test]
fn the_built_in_rules_are_whole() {
    let rules = DueRules::from_json(BUILT_IN).expect("the file");
    assert_eq!(&rules, DueRules::built_in());
    assert_eq!(rules.version(), 1);
    let kinds: Vec<_> = rules
        .due_rules()
        .iter()
        .map(|r| r.kind().as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "warning_dispatch",
            "verification_result",
            "measure_gap_list",
            "measure_gap_result",
            "measure_gap_order",
            "supervision_result",
            "applicant_result",
            "contact_form"
        ]
    );
    assert_eq!(rules.due_rule(&kind("urge")), None);
}

#[test]
fn req_08_the_clock_opens_when_the_county_has_the_dispatch() {
    let rule = DueRules::built_in().due_rule(&kind("verification_result"));
    let opening = rule.and_then(DueRule::opened_by).expect("an opening");
    assert_eq!(opening.event, OpeningEvent::Dispatched);
    assert_eq!(opening.kind, kind("warning_dispatch"));
    assert_eq!(rule.map(DueRule::clause), Some("一(一)2"));
}

#[test]
fn req_34_an_event_is_in_no_window() {
    for (of, list, cadence) in [
        ("warning_list", None, Some("monthly")),
        ("warning_list", Some("housing-safety"), Some("monthly")),
        ("warning_list", Some("a-new-list"), Some("monthly")),
        ("warning_list", Some("education-dropout"), Some("semester")),
        (
            "warning_list",
            Some("education-school-costs"),
            Some("school_year"),
        ),
        ("warning_list", Some("health-public-event"), Some("at_once")),
        ("warning_list", Some("emergency-disasters"), Some("at_once")),
        ("unpaid_list", None, Some("monthly")),
        ("roster", None, Some("before_window")),
        ("verification_result", None, None),
    ] {
        assert_eq!(cadence_of(of, list).as_deref(), cadence, "{of} {list:?}");
    }
}

#[test]
fn every_assigned_list_exists() {
    let schemas = crate::SchemaSet::built_in().expect("schemas");
    for assignment in &DueRules::built_in().assignments {
        if let Some(list) = &assignment.list {
            assert!(
                schemas.find(&assignment.kind, list.as_str()).is_some(),
                "{list}"
            );
        }
    }
}

#[test]
fn broken_rules_say_what_is_wrong() {
    use DueRulesError as E;
    assert!(matches!(DueRules::from_json(b"[]"), Err(E::Shape(_))));
    assert!(matches!(
        DueRules::from_json(&vec![b' '; MOST_BYTES + 1]),
        Err(E::TooLarge { .. })
    ));
    assert!(matches!(
        changed(|d| d["more"] = json!(1)),
        Err(E::Shape(_))
    ));
    assert!(matches!(
        changed(|d| d["dues"][0]["more"] = json!(1)),
        Err(E::Shape(_))
    ));
    assert!(matches!(
        changed(|d| d["format"] = json!("x")),
        Err(E::Format)
    ));
    assert!(matches!(
        changed(|d| d["version"] = json!(0)),
        Err(E::Version)
    ));
}

#[test]
fn a_broken_due_rule_is_named() {
    let broken = |member: &str, value: Value| match changed(|d| d["dues"][1][member] = value) {
        Err(DueRulesError::Due { kind, rule }) => format!("{kind}: {rule}"),
        other => panic!("{other:?}"),
    };
    let says = |rule: &str| format!("verification_result: {rule}");
    assert_eq!(
        broken("kind", json!("warning_dispatch")),
        "warning_dispatch: one rule a kind"
    );
    assert_eq!(
        broken("clause", json!("")),
        says("a clause of 1 to 100 characters")
    );
    for term in [
        json!({"calendar_days": 0}),
        json!({"working_days": 733}),
        json!({"months": 25}),
    ] {
        let rule = "a term of 1 to 732 days or 1 to 24 months";
        assert_eq!(broken("term", term), says(rule));
    }
    let rule = "opened_by, unless the date is fixed";
    assert_eq!(broken("opened_by", Value::Null), says(rule));
    assert_eq!(
        broken("term", json!({"fixed_date": "2023-11-24"})),
        says(rule)
    );
    let rule = "reminders of 1 to 732 days";
    assert_eq!(
        broken("remind_before", json!([{"working_days": 0}])),
        says(rule)
    );
    assert_eq!(broken("remind_overdue_every_days", json!(0)), says(rule));
}

#[test]
fn a_broken_report_rule_is_named() {
    let broken = |nth: usize, member: &str, value: Value| match changed(|d| {
        d["reports"][nth - 1][member] = value
    }) {
        Err(DueRulesError::Report { nth: told, rule }) if told == nth => rule,
        other => panic!("{other:?}"),
    };
    let cadence = "a cadence of its own: 1 to 32 of a-z, 0-9 and inner underscores";
    assert_eq!(broken(2, "cadence", json!("monthly")), cadence);
    assert_eq!(broken(1, "cadence", json!("at_once")), cadence);
    assert_eq!(broken(1, "cadence", json!("每月")), cadence);
    let days = "days of a month, 1 to 31";
    assert_eq!(broken(1, "closes_day", json!(32)), days);
    assert_eq!(broken(1, "opens_day", json!(0)), days);
    let order = "a window that opens before it closes";
    assert_eq!(broken(1, "closes_day", json!(24)), order);
    let terms = "terms that divide the year, or named ones without a common month";
    let term = |first: i8, last: i8| json!({"name": "a", "first_month": first, "last_month": last});
    for bad in [
        json!({"every_months": 5}),
        json!({"every_months": 0}),
        json!({"named": []}),
        json!({"named": [term(9, 13)]}),
        json!({"named": [term(-128, 127)]}),
        json!({"every_months": -128}),
        json!({"named": [term(9, 1), term(1, 7)]}),
    ] {
        assert_eq!(broken(3, "terms", bad), terms);
    }
}

#[test]
fn a_broken_assignment_is_named() {
    let broken = |member: &str, value: Value| match changed(|d| d["assignments"][1][member] = value)
    {
        Err(DueRulesError::Assignment { nth: 2, rule, .. }) => rule,
        other => panic!("{other:?}"),
    };
    let rule = "a cadence of the report rules, or at_once";
    assert_eq!(broken("cadence", json!("weekly")), rule);
    assert_eq!(broken("list", Value::Null), "one cadence a list");
}

proptest! {
    #[test]
    fn no_damage_to_a_file_is_a_panic(at in 0..BUILT_IN.len(), byte: u8) {
        let mut bytes = BUILT_IN.to_vec();
        bytes[at] = byte;
        if let Ok(rules) = DueRules::from_json(&bytes) {
            prop_assert!(rules.version() > 0);
            let calendar = crate::WorkCalendar::built_in();
            for month in ["0001-01", "2026-02", "9999-12"] {
                let month = month.parse().expect("a month");
                for rule in &rules.reports {
                    let window = rule.window(&month, calendar);
                    prop_assert!(window.is_none_or(|window| window.opens <= window.closes));
                }
            }
        }
    }
}

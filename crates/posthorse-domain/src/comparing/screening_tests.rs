//! The gap screening and the recheck selection.

use jiff::civil::date;

use super::gap_rules::GapRules;
use super::gap_screening::GapScreening;
use super::precheck::Precheck;
use super::recheck_selection::{NotEnrolled, RecheckRules};
use super::roster_index::RosterIndex;
use super::test_roster::{
    Cells, TODAY, for_each_row, person, roster, roster_without, schema, schemas, states,
};
use crate::casework::Policies;

fn rules() -> GapRules {
    GapRules::built_in(&schema("roster", "roster")).expect("the built-in rules")
}

/// What a screening of a roster finds: rule and name.
fn gaps(roster: &RosterIndex) -> Vec<(String, String)> {
    let rules = rules();
    let screening = GapScreening::of(roster, &states(), &rules, TODAY);
    let rows = screening.rows.iter();
    rows.map(|row| (row.rule.id().to_owned(), row.person.name().to_owned()))
        .collect()
}

fn gap(rule: &str, nth: usize) -> (String, String) {
    (rule.to_owned(), person(nth).0)
}

#[test]
fn req_14_each_seed_rule_finds_what_it_is_for_and_nothing_else() {
    let none: Cells<'_> = &[("measures", "综合保障")];
    let index = roster(&[
        &[("risk_1", "因安全住房"), ("measures", "健康帮扶")],
        &[("risk_3", "因安全住房"), ("measures", "易地搬迁")],
        &[("risk_1", "因安全饮水"), ("measures", "产业帮扶")],
        &[("risk_2", "因学"), ("measures", "健康帮扶")],
        &[("risk_2", "因学"), ("measures", "社会帮扶")],
        &[
            ("risk_1", "因病"),
            ("measures", "健康帮扶"),
            ("compliant_self_paid", "0"),
        ],
        &[
            ("risk_1", "因病"),
            ("measures", "健康帮扶"),
            ("compliant_self_paid", "0.01"),
        ],
        &[
            ("risk_1", "因务工就业不稳"),
            ("measures", "就业帮扶"),
            ("work_months", "0"),
        ],
        &[
            ("risk_1", "因务工就业不稳"),
            ("measures", "就业帮扶"),
            ("work_months", "5"),
        ],
        &[("risk_1", "因残"), ("measures", "健康帮扶")],
        &[("risk_1", "因残"), ("measures", "综合保障")],
        &[],
        none,
        &[
            ("risk_cleared", "是"),
            ("risk_cleared_on", "202306"),
            ("clear_mode", "帮扶消除"),
        ],
        &[
            ("risk_cleared", "是"),
            ("risk_cleared_on", "202307"),
            ("clear_mode", "帮扶消除"),
        ],
        &[
            ("risk_cleared", "是"),
            ("risk_cleared_on", "202305"),
            ("clear_mode", "自然消除"),
        ],
    ]);
    assert_eq!(
        gaps(&index),
        [
            gap("housing-without-measure", 0),
            gap("water-without-measure", 2),
            gap("schooling-without-measure", 3),
            gap("illness-without-cost", 5),
            gap("unstable-work-nobody-works", 7),
            gap("no-labour-without-support", 9),
            gap("month-without-measure", 11),
            gap("cleared-within-two-months", 13),
        ]
    );
    assert_eq!(
        gaps(&index),
        gaps(&index),
        "the same input gives the same output"
    );
}

#[test]
fn req_14_a_household_is_judged_by_all_its_members_and_named_once() {
    let one = [
        ("household_no", "A"),
        ("risk_1", "因务工就业不稳"),
        ("measures", "就业帮扶"),
    ];
    let idle = roster(&[&one, &one]);
    assert_eq!(gaps(&idle), [gap("unstable-work-nobody-works", 0)]);
    let works: Vec<(&str, &str)> = one.iter().copied().chain([("work_months", "8")]).collect();
    let busy = roster(&[&one, &works]);
    assert_eq!(gaps(&busy), []);
}

#[test]
fn req_14_a_month_has_passed_when_it_has_passed_whatever_the_day() {
    for (identified, expected) in [("202609", 1), ("202610", 0), ("202611", 0)] {
        let index = roster(&[&[("risk_identified", identified)]]);
        assert_eq!(gaps(&index).len(), expected, "{identified}");
    }
    let index = roster(&[&[("risk_identified", "202610")]]);
    let rules = rules();
    let at_the_end = GapScreening::of(&index, &states(), &rules, date(2026, 11, 30));
    assert_eq!(at_the_end.rows.len(), 1);
}

#[test]
fn req_14_a_rule_without_its_columns_is_skipped_and_named() {
    let index = roster_without(
        &[&[("risk_1", "因病")]],
        &["measures", "compliant_self_paid"],
    );
    let rules = rules();
    let screening = GapScreening::of(&index, &states(), &rules, TODAY);
    let rows: Vec<&str> = screening.rows.iter().map(|row| row.rule.id()).collect();
    assert_eq!(rows, [""; 0]);
    let skipped: Vec<_> = (screening.skipped.iter())
        .map(|skipped| (skipped.rule.id(), skipped.missing.join("、")))
        .collect();
    let expected = [
        ("housing-without-measure", "帮扶措施"),
        ("water-without-measure", "帮扶措施"),
        ("schooling-without-measure", "帮扶措施"),
        ("illness-without-cost", "合规自付支出"),
        ("month-without-measure", "帮扶措施"),
        ("no-labour-without-support", "帮扶措施"),
    ];
    let expected = expected.map(|(rule, missing)| (rule, missing.to_owned()));
    assert_eq!(skipped, expected);
}

#[test]
fn req_31_somebody_without_labour_is_referred_to_the_civil_affairs_office() {
    let index = roster(&[&[("risk_1", "因缺劳动力"), ("measures", "产业帮扶")]]);
    let rules = rules();
    let screening = GapScreening::of(&index, &states(), &rules, TODAY);
    let rule = screening.rows[0].rule;
    assert_eq!(
        (rule.department(), rule.policy()),
        ("civil-affairs", "社会救助")
    );
}

#[test]
fn req_24_gap_types_and_stages_are_those_of_the_notice() {
    let rules = rules();
    for rule in rules.rules() {
        let gap_type = rule.gap_type().as_str();
        assert!(
            ["未落实", "不按时", "不足额"].contains(&gap_type),
            "{}",
            rule.id()
        );
        let stage = rule.stage().as_str();
        assert!(
            ["识别", "帮扶", "风险消除"].contains(&stage),
            "{}",
            rule.id()
        );
    }
    let unknown =
        br#"{"format":"posthorse-gap-rules/1","version":1,"rules":[{"rule":"a","gap_type":"x",
        "stage":"x","policy":"x","department":"x","per":"person","among":"living","basis":"x",
        "when":{"filled":["name"]}}]}"#;
    assert!(GapRules::from_json(unknown, &schema("roster", "roster")).is_err());
}

#[test]
fn damaged_rules_are_refused_by_name() {
    let roster = schema("roster", "roster");
    let rule = |when: &str| {
        format!(
            r#"{{"format":"posthorse-gap-rules/1","version":1,"rules":[{{"rule":"r-1",
            "gap_type":"未落实","stage":"帮扶","policy":"p","department":"d","per":"person",
            "among":"living","basis":"b","when":{when}}}]}}"#
        )
    };
    assert!(GapRules::from_json(rule(r#"{"filled":["name"]}"#).as_bytes(), &roster).is_ok());
    for (when, must) in [
        (
            r#"{"filled":["no_such"]}"#,
            "conditions on columns that exist",
        ),
        (r#"{"filled":[]}"#, "conditions on one column or more"),
        (r#"{"all":[]}"#, "1 to 64 conditions under all and any"),
        (
            r#"{"is":{"fields":["name"],"values":[]}}"#,
            "conditions with values that are not empty",
        ),
        (
            r#"{"at_least":{"field":"income","value":"x"}}"#,
            "bounds that are numbers",
        ),
    ] {
        let error = GapRules::from_json(rule(when).as_bytes(), &roster).expect_err(when);
        assert_eq!(error.to_string(), format!("rule r-1: {must}"));
    }
    assert!(GapRules::from_json(rule(r#"{"near":["name"]}"#).as_bytes(), &roster).is_err());
    assert!(GapRules::from_json(&vec![b' '; (1 << 20) + 1], &roster).is_err());
}

#[test]
fn req_12_not_enrolled_yet_over_the_line_is_picked() {
    let (answers, leads) = (
        schema("verification_result", "verification-result"),
        schema("warning_list", "medical-insurance-self-paid"),
    );
    let roster = roster(&[
        &[],
        &[("household_type", "脱贫户"), ("monitor_category", "")],
    ]);
    let states = states();
    let precheck = Precheck::new(&roster, &states, TODAY);
    let because = |reason: &str, nth: usize, number: &str| {
        let (name, id) = person(nth);
        let cells = [
            number,
            &name,
            &id,
            "是",
            "2026-11-01",
            "王芳",
            "不纳入",
            reason,
        ];
        let mut cells = cells.map(str::to_owned).to_vec();
        cells.push("已与本人和村干部核对过家庭收入和支出".to_owned());
        cells
    };
    let rows = [
        because("01 收入稳定可自行化解", 7, "W1"),
        because("01 收入稳定可自行化解", 8, "W2"),
        because("08 重复预警", 9, "W3"),
        because("99 其他", 0, "W4"),
        because("05 已死亡", 1, "W5"),
    ];
    let columns = [
        "warning_id",
        "name",
        "id_no",
        "visited",
        "visited_on",
        "verifier",
        "outcome",
        "reject_reason",
        "explanation",
        "household_no",
        "monitor_category",
        "risk_1",
        "identified_month",
    ];
    let mut cases = Vec::new();
    for_each_row(&answers, &columns, &rows, |record| {
        cases.extend(NotEnrolled::from_answer(record));
    });
    assert_eq!(cases.len(), 5);
    let paid = [(7, "20000.00"), (8, "19999.99"), (9, "29000")];
    let paid = paid.map(|(nth, paid)| {
        let (name, id) = person(nth);
        let place = ["上蔡县", "蔡都街道", "东李村"].map(str::to_owned);
        let mut row = place.to_vec();
        row.extend([
            name,
            id,
            "住院".to_owned(),
            "30000".to_owned(),
            paid.to_owned(),
        ]);
        row.extend(["2026-11".to_owned(), "2026-11-01".to_owned()]);
        row
    });
    let columns = [
        "county_name",
        "town_name",
        "village_name",
        "name",
        "id_no",
        "care_type",
        "total_cost",
        "self_paid",
        "period",
        "as_of",
    ];
    let mut at = 0;
    for_each_row(&leads, &columns, &paid, |record| {
        cases[at] = cases[at].clone().with_record(record);
        at += 1;
    });
    let rules = RecheckRules::built_in(schemas()).expect("the built-in rules");
    let rows = rules.select(&cases, &precheck);
    let picked: Vec<_> = (rows.iter())
        .map(|row| {
            let rules: Vec<&str> = row.grounds.iter().map(|ground| &*ground.rule).collect();
            (row.warning_id.as_str(), rules.join("+"))
        })
        .collect();
    let expected = [
        ("W1", "self-paid-over-line"),
        ("W4", "monitored-in-the-export"),
        ("W5", "dead-yet-on-the-roster"),
    ];
    assert_eq!(
        picked,
        expected.map(|(number, rules)| (number, rules.to_owned()))
    );
    assert_eq!(rows[0].basis(), "不纳入，但个人自付金额达到 20000 元");
}

#[test]
fn req_14_gaps_fill_the_list_that_goes_to_the_county() {
    let list = schema("measure_gap_list", "measure-gap-list");
    let at = list.position("policy").expect("a field");
    for rule in rules().rules() {
        let known = &list.fields()[at].values();
        assert!(
            known.iter().any(|policy| policy == rule.policy()),
            "{}",
            rule.id()
        );
    }
    let index = roster(&[&[
        ("risk_1", "因安全饮水"),
        ("measures", "产业帮扶"),
        ("phone", "13900000000"),
    ]]);
    let rules = rules();
    let screening = GapScreening::of(&index, &states(), &rules, TODAY);
    let cells = screening.rows[0].cells(&list, "G-1", "市水利局");
    let (name, id) = person(0);
    let filled: Vec<_> = (list.fields().iter().zip(&cells))
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(field, cell)| (field.name(), cell.as_str()))
        .collect();
    let expected = [
        ("gap_id", "G-1"),
        ("household_no", "411722000000"),
        ("name", &name),
        ("id_no", &id),
        ("county_name", "411722"),
        ("town_name", "蔡都街道"),
        ("village_name", "东李村"),
        ("phone", "13900000000"),
        ("policy", "饮水安全保障"),
        ("gap_type", "未落实"),
        ("stage", "帮扶"),
        ("dept", "市水利局"),
        ("rule", "风险含“因安全饮水”，全户未登记饮水安全保障措施"),
    ];
    assert_eq!(filled, expected);
}

#[test]
fn req_14_every_rule_has_a_department_that_answers_for_it() {
    let policies = Policies::built_in().expect("the built-in policies");
    for rule in rules().rules() {
        let mut departments = policies.departments();
        let known = departments.any(|(tag, _)| tag.as_str() == rule.department());
        assert!(known, "{}", rule.id());
    }
}

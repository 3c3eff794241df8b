use jiff::civil::Date;
use proptest::prelude::*;

use super::*;
use crate::casework::ColumnName;
use crate::comparing::condition::{Condition, Subject};
use crate::comparing::condition_document::ConditionDocument;

fn policies() -> Policies {
    Policies::built_in().expect("the policies compiled in")
}

fn changed(from: &str, to: &str) -> String {
    let text = std::str::from_utf8(BUILT_IN).expect("UTF-8");
    assert!(text.contains(from), "{from}");
    let error = Policies::from_json(text.replacen(from, to, 1).as_bytes());
    error.expect_err("broken").to_string()
}

/// Somebody without a household, by the values of columns that a test has named.
struct Somebody<'c>(&'c [&'c str]);

impl Subject for Somebody<'_> {
    fn value(&self, field: usize) -> &str {
        self.0.get(field).copied().unwrap_or_default()
    }

    fn some_member(&self, test: &dyn Fn(&dyn Subject) -> bool) -> bool {
        test(self)
    }
}

/// Whether a condition holds for somebody with these cells; any other column is empty.
fn holds(condition: &ConditionDocument, row: &[(&str, &str)]) -> bool {
    let position = |column: &str| {
        let found = row.iter().position(|(name, _)| *name == column);
        Some(found.unwrap_or(row.len()))
    };
    let values: Vec<&str> = row.iter().map(|(_, value)| *value).collect();
    let condition = Condition::from_document("policy", condition, &position);
    let condition = condition.expect("a sound condition");
    condition.holds(&Somebody(&values), Date::constant(2026, 11, 24))
}

/// The policies for which somebody with these cells is eligible.
fn for_whom(row: &[(&str, &str)]) -> Vec<String> {
    let policies = policies();
    let eligible = policies
        .iter()
        .filter(|policy| holds(policy.eligible(), row));
    eligible.map(|policy| policy.title().to_owned()).collect()
}

#[test]
fn req_20_the_ten_policies_of_the_notice_are_there() {
    let policies = policies();
    let mut lines: Vec<String> = policies
        .iter()
        .map(|policy| format!("{} {}", policy.title(), policy.department()))
        .collect();
    lines.sort_unstable();
    let mut expected = [
        "教育扶持 education",
        "医疗报销 medical-insurance",
        "危房改造 housing",
        "务工奖补 human-resources",
        "公益岗位 human-resources",
        "雨露计划 rural-revitalisation",
        "小额信贷贴息 rural-revitalisation",
        "代缴医保 medical-insurance",
        "代缴养老 human-resources",
        "跨省交通补贴 human-resources",
    ];
    expected.sort_unstable();
    assert_eq!(lines, expected);
    assert_eq!(policies.departments().count(), 11);
    let policy = policies.titled("雨露计划").expect("a policy");
    assert_eq!(policy.id().as_str(), "yulu-plan");
    let payouts: Vec<&str> = policy.payouts().iter().map(ListName::as_str).collect();
    assert_eq!(payouts, ["payout-yulu-plan"]);
}

#[test]
fn req_20_the_roster_tells_who_is_eligible() {
    assert_eq!(for_whom(&[("unsafe_house", "是")]), ["危房改造"]);
    assert_eq!(
        for_whom(&[("unsafe_house", "否"), ("schooling", "非在校生")]),
        [""; 0]
    );
    assert_eq!(for_whom(&[("schooling", "小学")]), ["教育扶持"]);
    assert_eq!(
        for_whom(&[("schooling", "中职一年级")]),
        ["教育扶持", "雨露计划"]
    );
    assert_eq!(
        for_whom(&[("monitor_category", "边缘易致贫户"), ("risk_cleared", "否")]),
        ["代缴医保", "代缴养老"]
    );
    assert_eq!(for_whom(&[("compliant_self_paid", "0.00")]), [""; 0]);
    assert_eq!(
        for_whom(&[("compliant_self_paid", "1,200.50")]),
        ["医疗报销"]
    );
    assert_eq!(
        for_whom(&[("work_months", "3")]),
        ["跨省交通补贴", "务工奖补"]
    );
    assert_eq!(for_whom(&[("work_months", "2.5")]), [""; 0]);
    assert_eq!(for_whom(&[]), [""; 0]);
}

#[test]
fn what_breaks_a_rule_is_refused_by_its_name() {
    assert_eq!(
        changed("\"policy\": \"public-post\"", "\"policy\": \"work-award\""),
        "policies: work-award stands twice"
    );
    assert_eq!(
        changed("\"title\": \"公益岗位\"", "\"title\": \"务工奖补\""),
        "policies: public-post: a title that no other policy has"
    );
    assert_eq!(
        changed("\"department\": \"water\"", "\"department\": \"housing\""),
        "policies: department housing needs one title of 1 to 60 characters"
    );
    let from = "{ \"is\": { \"fields\": [\"unsafe_house\"], \"values\": [\"是\"] } }";
    let says = |rule: &str| format!("policies: house-renovation: {rule}");
    assert_eq!(
        changed(from, "{ \"all\": [] }"),
        says("1 to 64 conditions under all and any")
    );
    assert_eq!(
        changed(from, "{ \"filled\": [] }"),
        says("conditions on one column or more")
    );
    assert_eq!(
        changed(from, "{ \"threshold\": \"self-paid\" }"),
        says("a condition that names no line of the thresholds")
    );
    let deep = format!("{}{from}{}", "{ \"not\": ".repeat(8), " }".repeat(8));
    assert_eq!(changed(from, &deep), says("conditions at most 8 deep"));
    assert!(changed(from, "{ \"never\": [] }").contains("unknown variant `never`"));
    let bottomless = format!(
        "{}{from}{}",
        "{ \"not\": ".repeat(5_000),
        " }".repeat(5_000)
    );
    assert!(changed(from, &bottomless).contains("recursion limit exceeded"));
}

fn condition() -> impl Strategy<Value = ConditionDocument> {
    let leaf = prop::sample::select(vec!["a", "b", "c"]).prop_map(|column| {
        let leaf = serde_json::json!({ "is": { "fields": [column], "values": ["是"] } });
        serde_json::from_value(leaf).expect("a condition")
    });
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(ConditionDocument::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(ConditionDocument::Any),
            inner.prop_map(|one| ConditionDocument::Not(Box::new(one))),
        ]
    })
}

proptest! {
    /// What a condition says depends on the columns that it names, and on no other.
    #[test]
    fn conditions_read_only_the_columns_that_they_name(
        condition in condition(),
        cells in prop::collection::vec(any::<bool>(), 3),
        others in prop::collection::vec(any::<bool>(), 3),
    ) {
        let read = condition.columns();
        let is_named = |column: &str| read.iter().any(|name: &&ColumnName| name.as_str() == column);
        let row = |given: &dyn Fn(usize, &str) -> bool| -> Vec<(&str, &str)> {
            let columns = ["a", "b", "c"].into_iter().enumerate();
            columns.map(|(at, name)| (name, if given(at, name) { "是" } else { "" })).collect()
        };
        let whole = holds(&condition, &row(&|at, _| cells[at]));
        let blurred = row(&|at, name| if is_named(name) { cells[at] } else { others[at] });
        prop_assert_eq!(whole, holds(&condition, &blurred));
        let not = ConditionDocument::Not(Box::new(condition.clone()));
        prop_assert_eq!(holds(&not, &row(&|at, _| cells[at])), !whole);
    }
}

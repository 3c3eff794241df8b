use proptest::prelude::*;

use super::*;

fn lines() -> Thresholds {
    Thresholds::built_in().expect("the lines compiled in")
}

fn changed(from: &str, to: &str) -> Result<Thresholds, ThresholdsError> {
    let text = std::str::from_utf8(BUILT_IN).expect("UTF-8");
    assert!(text.contains(from), "{from}");
    Thresholds::from_json(text.replacen(from, to, 1).as_bytes())
}

fn holds(lines: &Thresholds, id: &str, value: &str) -> Option<bool> {
    let id = id.parse().expect("a line");
    lines.get(&id).expect("a line").holds(value)
}

#[test]
fn req_35_the_line_of_self_payment_is_a_setting() {
    let at = |lines: &Thresholds, value| holds(lines, "self-paid", value);
    assert_eq!(at(&lines(), "20000"), Some(true));
    assert_eq!(at(&lines(), "19999.99"), Some(false));
    assert_eq!(at(&lines(), "￥20,000.00元"), Some(true));
    assert_eq!(at(&lines(), "两万"), None);
    let lower = changed("\"at_least\": \"20000\"", "\"at_least\": \"5000\"").expect("lower");
    assert_eq!(at(&lower, "5000"), Some(true));
}

#[test]
fn lines_lie_where_the_data_say() {
    let lines = lines();
    assert_eq!(holds(&lines, "school-net-cost", "10000"), Some(false));
    assert_eq!(holds(&lines, "school-net-cost", "10000.01"), Some(true));
    assert_eq!(holds(&lines, "loan-amount", "50000"), Some(true));
    assert_eq!(holds(&lines, "loan-amount", "50000.01"), Some(false));
    assert_eq!(holds(&lines, "unsafe-house-grade", "C"), Some(true));
    assert_eq!(holds(&lines, "unsafe-house-grade", "B"), Some(false));
    let (kind, list) = ("warning_list", "water-safety");
    let (kind, list) = (kind.parse().expect("a kind"), list.parse().expect("a list"));
    let over: Vec<&str> = lines
        .of_list(&kind, &list)
        .map(|line| line.id().as_str())
        .collect();
    assert_eq!(over, ["days-without-water"]);
}

#[test]
fn what_breaks_a_rule_is_refused_by_its_name() {
    let refusal = |from, to| changed(from, to).expect_err("broken").to_string();
    assert!(refusal("\"20000\"", "20000").contains("invalid type: integer"));
    assert!(refusal("\"20000\"", "\"2万\"").contains("not a number such as"));
    assert!(refusal("\"20000\"", "\"-1\"").contains("not a number such as"));
    assert!(refusal("\"at_least\"", "\"about\"").contains("unknown variant `about`"));
    assert!(refusal("\"basis\"", "\"source\"").contains("unknown field `source`"));
    assert_eq!(
        refusal("[\"C\", \"D\"]", "[]"),
        "thresholds: unsafe-house-grade: a value"
    );
    assert_eq!(
        refusal(
            "\"threshold\": \"school-net-cost\"",
            "\"threshold\": \"self-paid\""
        ),
        "thresholds: self-paid stands twice"
    );
    assert_eq!(
        refusal("\"title\": \"个人自付较大\"", "\"title\": \"\""),
        "thresholds: self-paid: a title of 1 to 60 characters"
    );
}

proptest! {
    #[test]
    fn a_line_divides_all_numbers_exactly(cents in 0u32..10_000_000) {
        let lines = lines();
        let value = format!("{}.{:02}", cents / 100, cents % 100);
        prop_assert_eq!(holds(&lines, "self-paid", &value), Some(cents >= 2_000_000));
        prop_assert_eq!(holds(&lines, "loan-amount", &value), Some(cents <= 5_000_000));
        prop_assert_eq!(holds(&lines, "school-net-cost", &value), Some(cents > 1_000_000));
    }
}

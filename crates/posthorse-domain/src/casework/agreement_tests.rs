use super::*;

fn schemas() -> SchemaSet {
    SchemaSet::built_in().expect("the schemas")
}

/// What is wrong with the casework if this stands in one of its files instead of that.
fn changed(file: &str, from: &str, to: &str) -> String {
    let text = match file {
        "kinds" => include_str!("../../data/kinds.json"),
        "procedures" => include_str!("../../data/procedures.json"),
        "disclosures" => include_str!("../../data/disclosures.json"),
        "reason_codes" => include_str!("../../data/reason_codes.json"),
        "thresholds" => include_str!("../../data/thresholds.json"),
        _ => include_str!("../../data/policies.json"),
    };
    assert!(text.contains(from), "{from}");
    let text = text.replacen(from, to, 1);
    let bytes = text.as_bytes();
    let mut parts = CaseworkParts::built_in().expect("the parts");
    match file {
        "kinds" => parts.kinds = KindSet::from_json(bytes).expect("kinds"),
        "procedures" => parts.procedures = ProcedureSet::from_json(bytes).expect("procedures"),
        "disclosures" => parts.disclosures = Disclosures::from_json(bytes).expect("disclosures"),
        "reason_codes" => parts.reason_codes = ReasonCodes::from_json(bytes).expect("reasons"),
        "thresholds" => parts.thresholds = Thresholds::from_json(bytes).expect("thresholds"),
        _ => parts.policies = Policies::from_json(bytes).expect("policies"),
    }
    match Casework::agreed(parts, &schemas(), DueRules::built_in()) {
        Ok(_) => "they agree".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn req_25_what_is_compiled_in_agrees() {
    let casework = Casework::built_in(&schemas(), DueRules::built_in());
    let casework = casework.expect("an agreement");
    assert_eq!(casework.kinds().iter().count(), 26);
    assert_eq!(casework.procedures().iter().count(), 6);
    assert_eq!(casework.policies().iter().count(), 10);
}

#[test]
fn req_24_an_outcome_or_reason_that_only_one_side_knows_is_refused() {
    assert_eq!(
        changed(
            "procedures",
            "\"outcome\": \"已在册\"",
            "\"outcome\": \"在册\""
        ),
        "procedure warning, stage verify: list verification-result permits other outcomes"
    );
    assert_eq!(
        changed(
            "reason_codes",
            "\"value\": \"不足额\"",
            "\"value\": \"不够\""
        ),
        "reason set gap-type is not what column gap_type of list measure-gap-list permits"
    );
    assert_eq!(
        changed("thresholds", "[\"C\", \"D\"]", "[\"C\", \"E\"]"),
        "threshold unsafe-house-grade names a value that its column does not permit"
    );
}

#[test]
fn kinds_and_procedures_name_each_other() {
    assert_eq!(
        changed(
            "kinds",
            "{ \"opens\": { \"procedure\": \"warning\" } }",
            "{ \"opens\": { \"procedure\": \"alarm\" } }"
        ),
        "the duty of warning_list is not what the procedures say of it"
    );
    assert_eq!(
        changed(
            "kinds",
            "{ \"feedback\": { \"procedure\": \"warning\" } }",
            "\"return\""
        ),
        "procedure warning uses warning_feedback as its feedback, which is not its duty"
    );
    assert_eq!(
        changed(
            "procedures",
            "\"task\": \"recheck_task\"",
            "\"task\": \"recheck_order\""
        ),
        "the duty of recheck_task is not what the procedures say of it"
    );
    assert_eq!(
        changed("kinds", "\"kind\": \"roster\"", "\"kind\": \"rosters\""),
        "the due rules do not have what clock Report of rosters needs, or have more"
    );
    assert_eq!(
        changed("procedures", "\"key\": \"gap_id\"", "\"key\": \"gap_no\""),
        "list measure-gap-list of measure_gap_list has no column gap_no of the type that \
         the procedures needs"
    );
}

#[test]
fn req_15_clocks_and_due_rules_say_the_same() {
    let gap = "\"duty\": { \"answer\": { \"procedure\": \"measure-gap\", \"stage\": \"check\" } },\n      \
               \"ways\": [{ \"from\": [\"county\"], \"to\": [\"bureau\"] }],\n      \"clock\": ";
    assert_eq!(
        changed("kinds", &format!("{gap}\"due\""), &format!("{gap}\"none\"")),
        "the due rules do not have what clock None of measure_gap_result needs, or have more"
    );
    assert_eq!(
        changed("kinds", "\"clock\": \"set\"", "\"clock\": \"due\""),
        "the due rules do not have what clock Due of recheck_result needs, or have more"
    );
}

#[test]
fn req_27_nothing_is_disclosed_by_oversight() {
    assert_eq!(
        changed(
            "disclosures",
            "\"to\": \"county\"",
            "\"to\": \"department\""
        ),
        "list warning-dispatch of warning_dispatch goes to the County, and no column is disclosed"
    );
    assert_eq!(
        changed("disclosures", "\"id_no\",", ""),
        "list warning-dispatch of warning_dispatch cannot do without id_no, which is not disclosed"
    );
    assert_eq!(
        changed("disclosures", "\"head_name\"", "\"head\""),
        "list warning-dispatch of warning_dispatch has no column head of the type that \
         the disclosures needs"
    );
    assert_eq!(
        changed(
            "disclosures",
            "{ \"department_of\": \"water\" }",
            "{ \"department_of\": \"forestry\" }"
        ),
        "department forestry is not among the departments"
    );
}

#[test]
fn req_27_a_sensitive_column_goes_to_two_departments_only_with_a_reason() {
    let shown = ("\"safe_water\",", "\"safe_water\", \"health\",");
    // The county's entry names the column, too; the water department's is the last one.
    let text = include_str!("../../data/disclosures.json");
    let water = text.rfind("\"safe_water\",").expect("water's columns");
    let (before, after) = text.split_at(water);
    let unexplained = format!("{before}{}", after.replacen(shown.0, shown.1, 1));
    let agreed = |text: &str| {
        let mut parts = CaseworkParts::built_in().expect("the parts");
        parts.disclosures = Disclosures::from_json(text.as_bytes()).expect("disclosures");
        Casework::agreed(parts, &schemas(), DueRules::built_in())
    };
    assert_eq!(
        agreed(&unexplained).expect_err("unexplained").to_string(),
        "sensitive column health of list roster goes to several departments unexplained"
    );
    let reason = "\"shared\": [{ \"kind\": \"roster\", \"list\": \"roster\", \
                  \"column\": \"health\", \"departments\": [\"health\", \"water\"], \
                  \"reason\": \"饮水型地方病患者优先改水。\" }]";
    let explained = unexplained.replace("\"shared\": []", reason);
    assert!(agreed(&explained).is_ok());
    let unshared = text.replace("\"shared\": []", reason);
    assert_eq!(
        agreed(&unshared).expect_err("unshared").to_string(),
        "column health of list roster is not shared as it is explained"
    );
}

#[test]
fn req_20_a_department_sees_what_its_policies_ask_and_can_pay_them() {
    assert_eq!(
        changed(
            "policies",
            "\"fields\": [\"unsafe_house\"]",
            "\"fields\": [\"health\"]"
        ),
        "policy house-renovation reads health, which its department does not see"
    );
    assert_eq!(
        changed("policies", "[\"payout-public-post\"]", "[\"payout-post\"]"),
        "policy public-post is not one that list payout-post can pay"
    );
    assert_eq!(
        changed(
            "policies",
            "\"title\": \"公益岗位\"",
            "\"title\": \"公益岗\""
        ),
        "policy public-post is not one that list payout-public-post can pay"
    );
}

#[test]
fn req_27_no_duty_is_a_way_around_the_years_of_keeping() {
    assert_eq!(
        changed("kinds", "\"duty\": \"reference\"", "\"duty\": \"notice\""),
        "list roster of roster names people, but the kind's duty lets it go as early as a log"
    );
}

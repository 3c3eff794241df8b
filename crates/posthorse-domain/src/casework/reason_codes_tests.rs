use proptest::prelude::*;

use super::*;

fn codes() -> ReasonCodes {
    ReasonCodes::built_in().expect("the reasons compiled in")
}

fn changed(from: &str, to: &str) -> String {
    let text = std::str::from_utf8(BUILT_IN).expect("UTF-8");
    assert!(text.contains(from), "{from}");
    let error = ReasonCodes::from_json(text.replacen(from, to, 1).as_bytes());
    error.expect_err("broken").to_string()
}

fn values(set: &str) -> Vec<String> {
    let (codes, id) = (codes(), set.parse().expect("a set"));
    let set = codes.get(&id).expect("a set");
    let of = |reason: &Reason| format!("{}={}", reason.code().as_str(), reason.value());
    set.reasons().iter().map(of).collect()
}

#[test]
fn req_24_gaps_have_three_types_and_three_stages() {
    assert_eq!(
        values("gap-type"),
        ["absent=未落实", "late=不按时", "short=不足额"]
    );
    assert_eq!(
        values("gap-stage"),
        [
            "identification=识别",
            "assistance=帮扶",
            "clearance=风险消除"
        ]
    );
}

#[test]
fn req_10_not_enrolling_has_ten_reasons() {
    let codes = codes();
    let kind = "verification_result".parse().expect("a kind");
    let set = codes.of_column(&kind, "reject_reason").expect("a set");
    let short: Vec<&str> = set
        .reasons()
        .iter()
        .map(|one| one.code().as_str())
        .collect();
    assert_eq!(
        short,
        ["01", "02", "03", "04", "05", "06", "07", "08", "09", "99"]
    );
    let code = |text: &str| set.find(text).map(|reason| reason.code().as_str());
    assert_eq!(code("05 已死亡"), Some("05"));
    assert_eq!(code("死亡"), Some("05"));
    assert_eq!(code("５"), Some("05"));
    assert_eq!(code(" 其他 "), Some("99"));
    assert_eq!(code("有车"), Some("04"));
    assert_eq!(code("不想去"), None);
}

#[test]
fn req_21_not_paying_has_its_reasons() {
    let set = values("unpaid");
    assert_eq!((set.len(), set[0].as_str()), (15, "no-funds=资金未到位"));
    let codes = codes();
    let set = codes.get(&"unpaid".parse().expect("a set")).expect("a set");
    let found = set.find("户名不符").expect("an alias");
    assert_eq!(found.code().as_str(), "account");
}

#[test]
fn what_breaks_a_rule_is_refused_by_its_name() {
    assert_eq!(
        changed("\"set\": \"unpaid\"", "\"set\": \"not-enrolled\""),
        "reason codes: not-enrolled stands twice"
    );
    assert_eq!(
        changed("\"code\": \"02\"", "\"code\": \"01\""),
        "reason codes: 01 of not-enrolled means two reasons"
    );
    assert_eq!(
        changed("\"value\": \"05 已死亡\"", "\"value\": \"（）\""),
        "reason codes: 05 of not-enrolled needs a value and aliases of 1 to 60 characters"
    );
    assert_eq!(
        changed("\"title\": \"不纳入原因\"", "\"title\": \"\""),
        "reason codes: not-enrolled needs a title of 1 to 60 characters, reasons and columns"
    );
    let twice = "{ \"kind\": \"verification_result\", \"column\": \"reject_reason\" }";
    assert_eq!(
        changed(
            "{ \"kind\": \"unpaid_list\", \"column\": \"unpaid_reason\" }",
            twice
        ),
        "reason codes: reject_reason of verification_result holds two sets"
    );
    assert!(changed("\"code\": \"03\"", "\"code\": \"Ⅲ\"").contains("not a reason code"));
    assert!(changed("\"code\": \"03\"", "\"kode\": \"03\"").contains("unknown field `kode`"));
}

proptest! {
    #[test]
    fn every_way_to_write_a_reason_leads_to_it_and_no_other(
        which in any::<prop::sample::Index>(),
        spaces in "[ \u{3000}]{0,3}",
    ) {
        let codes = codes();
        let reasons: Vec<(&ReasonSet, &Reason)> = codes
            .iter()
            .flat_map(|set| set.reasons().iter().map(move |reason| (set, reason)))
            .collect();
        let (set, reason) = reasons[which.index(reasons.len())];
        let texts = [reason.code().as_str(), reason.value()];
        let aliases = reason.aliases().iter().map(String::as_str);
        for text in texts.into_iter().chain(aliases) {
            let written = format!("{spaces}{text}{spaces}");
            prop_assert_eq!(set.find(&written), Some(reason));
        }
    }
}

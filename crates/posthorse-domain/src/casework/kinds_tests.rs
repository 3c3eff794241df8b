use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::casework::StageId;

/// Issue and notice: every kind that the closed loop needs.
const KINDS: [&str; 26] = [
    "anomaly_report",
    "anomaly_result",
    "applicant_compare",
    "applicant_result",
    "contact_form",
    "correction",
    "deferral_note",
    "measure_gap_list",
    "measure_gap_order",
    "measure_gap_result",
    "nil_report",
    "payout_list",
    "precheck_request",
    "precheck_result",
    "recheck_result",
    "recheck_task",
    "return_sheet",
    "roster",
    "supervision_result",
    "unpaid_list",
    "urge",
    "verification_result",
    "warning_dispatch",
    "warning_feedback",
    "warning_list",
    "withdrawal",
];

fn kinds() -> KindSet {
    KindSet::built_in().expect("the kinds compiled in")
}

fn kind(name: &str) -> Kind {
    let name = name.parse().expect("a kind's name");
    kinds().get(&name).expect("a kind").clone()
}

fn changed(from: &str, to: &str) -> Result<KindSet, KindSetError> {
    let text = std::str::from_utf8(BUILT_IN).expect("UTF-8");
    assert!(text.contains(from), "{from}");
    KindSet::from_json(text.replacen(from, to, 1).as_bytes())
}

#[test]
fn every_kind_has_one_duty_and_every_duty_has_a_kind() {
    let kinds = kinds();
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name().as_str()).collect();
    assert_eq!(names, KINDS);
    let word = |duty: &Duty| match duty {
        Duty::Opens { .. } => "opens",
        Duty::Task { .. } => "task",
        Duty::Answer { .. } => "answer",
        Duty::Feedback { .. } => "feedback",
        Duty::Report(ReportKind::Unpaid) => "unpaid",
        Duty::Report(ReportKind::Payout) => "payout",
        Duty::Report(ReportKind::Nil) => "nil",
        Duty::Report(ReportKind::Deferral) => "deferral",
        Duty::Report(ReportKind::Contact) => "contact",
        Duty::Reference => "reference",
        Duty::Notice => "notice",
        Duty::Return => "return",
        Duty::Correction => "correction",
        Duty::Withdrawal => "withdrawal",
    };
    let words: BTreeSet<&str> = kinds.iter().map(|kind| word(kind.duty())).collect();
    assert_eq!(words.len(), 14);
    assert_eq!(
        kind("supervision_result").duty(),
        &Duty::Answer {
            procedure: "measure-gap".parse().expect("a procedure"),
            stage: "order".parse::<StageId>().expect("a stage"),
        }
    );
    let two: Vec<&str> = kinds
        .iter()
        .filter(|kind| kind.signatures() == Signatures::Two)
        .map(|kind| kind.name().as_str())
        .collect();
    assert_eq!(two, ["payout_list"]);
}

#[test]
fn ways_are_kept_to() {
    use Role::{Auditor, Bureau, County, Department};
    let ok = |name: &str, from: &[Role], to: &[&[Role]]| kind(name).addressing(from, to);
    assert_eq!(ok("warning_list", &[Department], &[&[Bureau]]), Ok(()));
    assert_eq!(
        ok("warning_list", &[County], &[&[Bureau]]),
        Err(AddressFault::Sender)
    );
    assert_eq!(
        ok("warning_list", &[Department], &[&[Bureau], &[County]]),
        Err(AddressFault::Recipient { position: 1 })
    );
    assert_eq!(
        ok("roster", &[Bureau], &[&[Department], &[Auditor]]),
        Err(AddressFault::Recipient { position: 1 })
    );
    assert_eq!(ok("roster", &[Bureau], &[]), Err(AddressFault::Nobody));
    assert_eq!(ok("applicant_compare", &[County], &[&[Bureau]]), Ok(()));
    assert_eq!(ok("applicant_compare", &[Bureau], &[&[Department]]), Ok(()));
    assert_eq!(
        ok("applicant_compare", &[County], &[&[Department]]),
        Err(AddressFault::Recipient { position: 0 })
    );
    assert_eq!(ok("urge", &[Department, Bureau], &[&[County]]), Ok(()));
    assert_eq!(AddressFault::Sender.code(), "kind-sender");
}

#[test]
fn req_22_a_department_tells_an_anomaly_to_bureau_and_county_alike() {
    use Role::{Bureau, County, Department};
    let report = kind("anomaly_report");
    assert_eq!(
        report.addressing(&[Department], &[&[Bureau], &[County]]),
        Ok(())
    );
    assert_eq!(
        report.addressing(&[Department], &[&[Bureau]]),
        Err(AddressFault::Missing { role: County })
    );
    assert_eq!(
        report.addressing(&[Department], &[&[County]]),
        Err(AddressFault::Missing { role: Bureau })
    );
    assert_eq!(report.addressing(&[County], &[&[Bureau]]), Ok(()));
    // The bureau hands one over, or reports one itself.
    assert_eq!(report.addressing(&[Bureau], &[&[County]]), Ok(()));
    assert_eq!(report.addressing(&[Bureau], &[&[Bureau]]), Ok(()));
    assert_eq!(
        report.addressing(&[Bureau], &[&[Bureau], &[County]]),
        Ok(())
    );
}

#[test]
fn req_27_records_of_provision_stay_three_years_and_logs_six_months() {
    for kind in kinds().iter() {
        assert!(kind.retention_months() >= kind.duty().retention_floor_months());
        assert!(kind.purpose().starts_with("仅用于"), "{}", kind.name());
    }
    assert_eq!(kinds().log_months(), 6);
    let error = changed("\"retention_months\": 36", "\"retention_months\": 35");
    assert_eq!(
        error.expect_err("too short").to_string(),
        "kinds: warning_list is kept 35 months; 36 to 1200 are permitted"
    );
    let error = changed("\"log_months\": 6", "\"log_months\": 5");
    assert_eq!(
        error.expect_err("too short").to_string(),
        "kinds: logs are kept 5 months; 6 to 1200 are permitted"
    );
    assert_eq!(kind("roster").duty().retention_floor_months(), 36);
    assert_eq!(kind("nil_report").duty().retention_floor_months(), 6);
}

#[test]
fn what_breaks_a_rule_is_refused_by_its_name() {
    let refusal = |from, to| changed(from, to).expect_err("broken").to_string();
    assert!(
        refusal("\"log_months\": 6", "\"log_months\": 6, \"extra\": 1")
            .starts_with("kinds: unknown field `extra`")
    );
    assert!(
        refusal(
            "{ \"procedure\": \"warning\" }",
            "{ \"procedure\": \"warning\", \"x\": 1 }"
        )
        .starts_with("kinds: unknown field `x`")
    );
    assert!(refusal("\"opens\"", "\"closes\"").starts_with("kinds: unknown variant `closes`"));
    assert_eq!(
        refusal("posthorse-kinds/1", "posthorse-kinds/2"),
        "kinds: the format is not posthorse-kinds/1"
    );
    assert_eq!(
        refusal("\"version\": 1", "\"version\": 0"),
        "kinds: the version must be 1 or more"
    );
    assert_eq!(
        refusal(
            "\"kind\": \"warning_dispatch\"",
            "\"kind\": \"warning_list\""
        ),
        "kinds: warning_list stands twice"
    );
    assert_eq!(
        refusal("\"title\": \"预警名单\"", "\"title\": \" \""),
        "kinds: warning_list needs a title of 1 to 60 characters"
    );
    assert_eq!(
        refusal("致贫返贫风险。", "致贫返贫风险"),
        "kinds: the purpose of warning_list must be one Chinese sentence"
    );
    assert_eq!(
        refusal("\"from\": [\"department\"]", "\"from\": []"),
        "kinds: warning_list needs ways with senders and recipients, each role once"
    );
    assert_eq!(
        refusal("\"to\": [\"bureau\"]", "\"to\": [\"bureau\", \"bureau\"]"),
        "kinds: warning_list needs ways with senders and recipients, each role once"
    );
    let long = vec![b' '; crate::casework::document::MOST_BYTES + 1];
    assert_eq!(
        KindSet::from_json(&long).expect_err("too long").to_string(),
        "kinds: 4194305 bytes; 4194304 are permitted"
    );
}

proptest! {
    #[test]
    fn bytes_never_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(KindSet::from_json(&bytes).is_err());
    }

    #[test]
    fn a_damaged_file_is_refused_or_still_keeps_the_law(
        at in 0..BUILT_IN.len(),
        byte in any::<u8>(),
    ) {
        let mut bytes = BUILT_IN.to_vec();
        bytes[at] = byte;
        if let Ok(set) = KindSet::from_json(&bytes) {
            prop_assert!(set.log_months() >= LOG_FLOOR_MONTHS);
            for kind in set.iter() {
                let floor = kind.duty().retention_floor_months();
                prop_assert!(kind.retention_months() >= floor);
            }
        }
    }
}

//! What the bureau logs has one text each.

use posthorse_log::{
    DeletionLeaf, Leaf, LeafError, LogPlace, Origin, ReceiptLeaf, RegistryLeaf, RulesLeaf,
    VerdictLeaf,
};
use posthorse_package::json::Value;
use posthorse_package::{Digest, Disposition, ReceiptedPackage};

use crate::support::{ORIGIN, at};

fn leaves() -> Vec<(Leaf, &'static str)> {
    let digest = Digest::of(b"x");
    vec![
        (
            Leaf::Verdict(VerdictLeaf {
                package: ReceiptedPackage {
                    package_id: "0193632c-5800-7000-8000-000000000001"
                        .parse()
                        .expect("an id"),
                    manifest: digest,
                    signatures: digest,
                    sender: "medical-insurance".parse().expect("a party"),
                    kind: "warning_list".parse().expect("a kind"),
                    sequence: 7,
                },
                received_at: at(0),
                decided_at: at(2),
                disposition: Disposition::AcceptedInPart,
                code: "rows-returned".into(),
            }),
            r#"{"format":"posthorse-log-leaf/1","what":"verdict","package":{"package_id":"0193632c-5800-7000-8000-000000000001","manifest":"D","signatures":"D","sender":"medical-insurance","kind":"warning_list","sequence":7},"received_at":"2026-11-24T08:00:00Z","decided_at":"2026-11-24T08:00:02Z","disposition":"accepted-in-part","code":"rows-returned"}"#,
        ),
        (
            Leaf::Receipt(ReceiptLeaf {
                receipt: digest,
                manifest: digest,
                issued_at: at(3),
            }),
            r#"{"format":"posthorse-log-leaf/1","what":"receipt","receipt":"D","manifest":"D","issued_at":"2026-11-24T08:00:03Z"}"#,
        ),
        (
            Leaf::Registry(RegistryLeaf {
                version: 3,
                registry: digest,
                trusted_at: at(4),
            }),
            r#"{"format":"posthorse-log-leaf/1","what":"registry","version":3,"registry":"D","trusted_at":"2026-11-24T08:00:04Z"}"#,
        ),
        (
            Leaf::Rules(RulesLeaf {
                file: "calendar.json".parse().expect("a name"),
                digest,
                used_since: at(5),
            }),
            r#"{"format":"posthorse-log-leaf/1","what":"rules","file":"calendar.json","digest":"D","used_since":"2026-11-24T08:00:05Z"}"#,
        ),
        (
            Leaf::Deletion(DeletionLeaf {
                number: 2,
                record: digest,
                deleted_at: at(6),
            }),
            r#"{"format":"posthorse-log-leaf/1","what":"deletion","number":2,"record":"D","deleted_at":"2026-11-24T08:00:06Z"}"#,
        ),
    ]
}

#[test]
fn each_leaf_has_one_text() {
    for (leaf, text) in leaves() {
        let text = text.replace('D', &Digest::of(b"x").to_string());
        let entry = leaf.to_entry().expect("an entry");
        assert_eq!(String::from_utf8_lossy(entry.as_bytes()), text);
        assert_eq!(Leaf::parse(entry.as_bytes()), Ok(leaf));
        let doubled = text.replacen(
            r#","what""#,
            r#","format":"posthorse-log-leaf/1","what""#,
            1,
        );
        assert!(matches!(
            Leaf::parse(doubled.as_bytes()),
            Err(LeafError::Json(_))
        ));
        for (other, error) in [
            (format!("{text} "), LeafError::NotCanonical),
            (text.replacen('{', "{ ", 1), LeafError::NotCanonical),
            (
                text.replacen(r#","what""#, r#","name":"张三","what""#, 1),
                LeafError::NotCanonical,
            ),
            (text.replacen("leaf/1", "leaf/2", 1), LeafError::NotALeaf),
            (
                text.replacen(r#""what":""#, r#""what":"x"#, 1),
                LeafError::NotALeaf,
            ),
            (
                text.replacen("posthorse", r"p\u006fsthorse", 1),
                LeafError::NotCanonical,
            ),
        ] {
            assert_eq!(Leaf::parse(other.as_bytes()), Err(error), "{other}");
        }
    }
}

#[test]
fn a_code_takes_no_free_text() {
    let Some((Leaf::Verdict(mut verdict), _)) = leaves().into_iter().next() else {
        panic!("the first is a verdict");
    };
    for code in [
        "",
        "Zhang San",
        "411722199001011234",
        "张三",
        &"x".repeat(65),
    ] {
        verdict.code = code.to_owned();
        assert_eq!(
            Leaf::Verdict(verdict.clone()).to_entry(),
            Err(LeafError::Code)
        );
    }
}

#[test]
fn a_place_is_an_extension_of_a_receipt() {
    let origin: Origin = ORIGIN.parse().expect("an origin");
    let place = LogPlace::new(&origin, 73_894);
    let value = place.to_value();
    assert_eq!(LogPlace::from_value(&value), Some(place));
    let Value::Object(mut members) = value else {
        panic!("an object");
    };
    members.insert("more".into(), Value::Null);
    assert_eq!(LogPlace::from_value(&Value::Object(members.clone())), None);
    members.remove("more");
    members.insert("index".into(), Value::Integer(-1));
    assert_eq!(LogPlace::from_value(&Value::Object(members)), None);
    assert_eq!(LogPlace::from_value(&Value::Integer(1)), None);
}

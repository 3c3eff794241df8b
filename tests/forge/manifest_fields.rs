//! Faults of single fields of manifest.json.

use crate::json::{Object, array, text};
use crate::keys::{self, BUREAU, COUNTY, SENDER, digest, key_id};
use crate::manifests::{Case, case, set};

pub(crate) fn cases() -> Vec<Case> {
    [names(), times(), recipients(), facts(), extensions()]
        .into_iter()
        .flatten()
        .collect()
}

fn names() -> Vec<Case> {
    vec![
        set(
            "id-version-4",
            "field",
            "package_id",
            r#""019ab3c0-7400-4000-8000-000000000001""#,
            "A UUID of version 4.",
        ),
        set(
            "id-upper-case",
            "field",
            "package_id",
            r#""019AB3C0-7400-7000-8000-000000000001""#,
            "A UUID in capitals.",
        ),
        set(
            "id-braces",
            "field",
            "package_id",
            r#""{019ab3c0-7400-7000-8000-000000000001}""#,
            "A UUID in braces.",
        ),
        set(
            "id-variant",
            "field",
            "package_id",
            r#""019ab3c0-7400-7000-c000-000000000001""#,
            "A UUID of another variant.",
        ),
        set(
            "kind-upper-case",
            "field",
            "kind",
            r#""Warning_list""#,
            "A capital in a kind.",
        ),
        set(
            "kind-hyphen",
            "field",
            "kind",
            r#""warning-list""#,
            "A hyphen in a kind.",
        ),
        set(
            "kind-outer-underscore",
            "field",
            "kind",
            r#""_warning""#,
            "A kind begins with a letter or digit.",
        ),
        set("kind-empty", "field", "kind", r#""""#, "An empty kind."),
        set(
            "sender-long",
            "field",
            "sender",
            &text(&"a".repeat(33)),
            "A party id of 33 characters.",
        ),
        set(
            "sender-slash",
            "field",
            "sender",
            r#""../bureau""#,
            "A party id that would be a path.",
        ),
        set(
            "signing-key-upper-case",
            "field",
            "signing_key",
            &text(&key_id(SENDER.signer).to_uppercase().replace("KEY", "key")),
            "A key id in capitals.",
        ),
        set(
            "signing-key-prefix",
            "field",
            "signing_key",
            &text(&key_id(SENDER.signer).replace("key:", "")),
            "A key id without its prefix.",
        ),
        set(
            "period-month-13",
            "field",
            "period",
            r#""2026-13""#,
            "There is no thirteenth month.",
        ),
        set(
            "period-day",
            "field",
            "period",
            r#""2026-11-24""#,
            "A day where a month stands.",
        ),
    ]
}

fn times() -> Vec<Case> {
    vec![
        set(
            "sealed-at-offset",
            "field",
            "sealed_at",
            r#""2026-11-24T08:00:00+00:00""#,
            "An offset.",
        ),
        set(
            "sealed-at-fraction",
            "field",
            "sealed_at",
            r#""2026-11-24T08:00:00.0Z""#,
            "A fraction of a second.",
        ),
        set(
            "sealed-at-leap-second",
            "field",
            "sealed_at",
            r#""2026-06-30T23:59:60Z""#,
            "A leap second.",
        ),
        set(
            "sealed-at-lower-case",
            "field",
            "sealed_at",
            r#""2026-11-24t08:00:00z""#,
            "Letters in lower case.",
        ),
        set(
            "sealed-at-no-such-day",
            "field",
            "sealed_at",
            r#""2026-02-30T08:00:00Z""#,
            "There is no such day.",
        ),
        set(
            "sealed-at-1969",
            "field",
            "sealed_at",
            r#""1969-12-31T23:59:59Z""#,
            "Before 1970.",
        ),
        set(
            "not-after-equal",
            "field",
            "not_after",
            r#""2026-11-24T08:00:00Z""#,
            "not_after must be later than sealed_at.",
        ),
        case(
            "previous-missing",
            "field",
            "Sequence 2 without the digest of the package before.",
            |manifest| manifest.set("sequence", "2"),
        ),
        case(
            "previous-of-the-first",
            "field",
            "Sequence 1 with a package before it.",
            |manifest| manifest.after("sequence", "previous", text(&digest(b""))),
        ),
        case(
            "previous-upper-case",
            "field",
            "A digest in capitals.",
            |manifest| {
                let digest = digest(b"").to_uppercase().replace("BLAKE3", "blake3");
                manifest
                    .set("sequence", "2")
                    .after("sequence", "previous", text(&digest))
            },
        ),
    ]
}

fn party(id: &str, recipient: &str) -> String {
    Object::default()
        .with("party", text(id))
        .with("recipient", text(recipient))
        .text()
}

fn recipients() -> Vec<Case> {
    let bureau = party(BUREAU.id, &BUREAU.recipient());
    let county = party(COUNTY.id, &COUNTY.recipient());
    let weak = |name, point: [u8; 32], comment| {
        let list = array([party(BUREAU.id, &crate::age::bech32("age", &point))]);
        set(name, "weak-key", "recipients", &list, comment)
    };
    let mut one = [0; 32];
    one[0] = 1;
    let mut p_and_nine = [0xff; 32];
    (p_and_nine[0], p_and_nine[31]) = (0xf6, 0x7f);
    let mut high_bit = crate::age::public([BUREAU.secret; 32]);
    high_bit[31] |= 0x80;
    let order_eight = [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ];
    let many = array((0..65_u8).map(|number| party(BUREAU.id, &keys::recipient(number))));
    let mut sorted: Vec<String> = (0..65_u8).map(keys::recipient).collect();
    sorted.sort();
    let sorted = array(sorted.iter().map(|recipient| party(BUREAU.id, recipient)));
    vec![
        set(
            "recipients-none",
            "field",
            "recipients",
            "[]",
            "At least one recipient.",
        ),
        set(
            "recipients-order",
            "field",
            "recipients",
            &array([&bureau, &county]),
            "Recipients stand in ascending order.",
        ),
        set(
            "recipients-twice",
            "field",
            "recipients",
            &array([&bureau, &bureau]),
            "A recipient stands once.",
        ),
        set(
            "recipients-65",
            "too-large",
            "recipients",
            &sorted,
            "One recipient more than 64.",
        ),
        set(
            "recipients-65-in-disorder",
            "field",
            "recipients",
            &many,
            "Their order is a rule of its field, which comes before the bound.",
        ),
        set(
            "recipient-upper-case",
            "field",
            "recipients",
            &array([party(BUREAU.id, &BUREAU.recipient().to_uppercase())]),
            "Bech32 in capitals.",
        ),
        set(
            "recipient-checksum",
            "field",
            "recipients",
            &array([party(BUREAU.id, &format!("{}q", &BUREAU.recipient()[..61]))]),
            "A Bech32 checksum that does not fit.",
        ),
        set(
            "recipient-ssh",
            "field",
            "recipients",
            &array([party(BUREAU.id, "ssh-ed25519 AAAA")]),
            "Not an age X25519 recipient.",
        ),
        weak(
            "recipient-zero",
            [0; 32],
            "The point of order 2: every sender would share the same secret.",
        ),
        weak("recipient-one", one, "The point of order 4."),
        weak("recipient-order-8", order_eight, "A point of order 8."),
        weak(
            "recipient-not-reduced",
            p_and_nine,
            "The base point, written as p + 9.",
        ),
        weak(
            "recipient-high-bit",
            high_bit,
            "The bureau's point with the unused bit set: a second text for one key.",
        ),
    ]
}

fn facts() -> Vec<Case> {
    let facts = |blake3: &str, length: &str| {
        Object::default()
            .with("blake3", text(blake3))
            .with("length", length)
            .text()
    };
    vec![
        set(
            "payload-length-negative",
            "field",
            "payload",
            &facts(&digest(b""), "-1"),
            "A negative length.",
        ),
        set(
            "payload-digest-short",
            "field",
            "payload",
            &facts("blake3:00", "16640"),
            "A digest that is too short.",
        ),
        set(
            "payload-digest-sha256",
            "field",
            "payload",
            &facts(&digest(b"").replace("blake3", "sha256"), "16640"),
            "A digest of another kind.",
        ),
    ]
}

fn extensions() -> Vec<Case> {
    let with = |name, expect, critical: &str, extensions: &str, comment| {
        let (critical, extensions) = (critical.to_owned(), extensions.to_owned());
        case(name, expect, comment, move |manifest| {
            manifest
                .set("critical", critical.clone())
                .set("extensions", extensions.clone())
        })
    };
    vec![
        with(
            "critical-unknown",
            "unknown-critical-extension",
            r#"["a"]"#,
            r#"{"a":1}"#,
            "An extension that must not be ignored.",
        ),
        with(
            "critical-absent",
            "field",
            r#"["a"]"#,
            "{}",
            "A critical name that no extension has.",
        ),
        with(
            "critical-order",
            "field",
            r#"["b","a"]"#,
            r#"{"a":1,"b":1}"#,
            "Critical names ascend.",
        ),
        with(
            "critical-twice",
            "field",
            r#"["a","a"]"#,
            r#"{"a":1}"#,
            "A critical name stands once.",
        ),
        with(
            "extension-name-upper-case",
            "field",
            "[]",
            r#"{"A":1}"#,
            "A capital in an extension's name.",
        ),
        with(
            "extension-name-empty",
            "field",
            "[]",
            r#"{"":1}"#,
            "An extension without a name.",
        ),
        with(
            "extension-name-long",
            "field",
            "[]",
            &format!("{{{}:1}}", text(&"a".repeat(65))),
            "An extension's name of 65 characters.",
        ),
    ]
}

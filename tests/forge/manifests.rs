//! Faults of manifest.json and signatures.json, each in a package that is otherwise honestly signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::json::{Object, array, text};
use crate::keys::{self, BUREAU, COUNTY, SENDER, STRANGER, digest, key_id};
use crate::package::{MANIFEST_TYPE, Package};
use crate::vector::Vector;

/// An edit of the manifest and the class that it must give.
type Case = (
    &'static str,
    &'static str,
    &'static str,
    Box<dyn Fn(Object) -> Object>,
);

fn case(
    name: &'static str,
    expect: &'static str,
    comment: &'static str,
    edit: impl Fn(Object) -> Object + 'static,
) -> Case {
    (name, expect, comment, Box::new(edit))
}

fn set(
    name: &'static str,
    expect: &'static str,
    member: &'static str,
    value: &str,
    comment: &'static str,
) -> Case {
    let value = value.to_owned();
    case(name, expect, comment, move |manifest| {
        manifest.set(member, value.clone())
    })
}

pub(crate) fn vectors() -> Vec<Vector> {
    let cases = [
        formats(),
        numbers_and_depth(),
        order(),
        names(),
        times(),
        recipients(),
        facts(),
        extensions(),
    ];
    let mut all: Vec<Vector> = cases
        .into_iter()
        .flatten()
        .map(|(name, expect, comment, edit)| {
            let package = Package {
                manifest: edit,
                ..Package::short()
            };
            let section = if expect == "weak-key" { "1" } else { "4" };
            let section = if expect == "too-large" || expect == "json-depth" {
                "4, package-v1 §10"
            } else {
                section
            };
            Vector::package(
                &format!("manifest-{name}"),
                ("read", expect),
                section,
                comment,
            )
            .of(package.bytes())
        })
        .collect();
    all.extend(texts());
    all.extend(signatures());
    all
}

fn formats() -> Vec<Case> {
    vec![
        set(
            "format-next",
            "unknown-version",
            "format",
            r#""posthorse-package/2""#,
            "A later version, told from a fault.",
        ),
        set(
            "format-of-registry",
            "wrong-document-type",
            "format",
            r#""posthorse-registry/1""#,
            "Another document.",
        ),
        set(
            "format-longer-family",
            "wrong-document-type",
            "format",
            r#""posthorse-packages/1""#,
            "Another family whose name begins alike.",
        ),
        set(
            "format-no-number",
            "wrong-document-type",
            "format",
            r#""posthorse-package/x""#,
            "No number after the slash.",
        ),
        set(
            "format-number",
            "field",
            "format",
            "1",
            "format is a string.",
        ),
        case("format-missing", "field", "No format.", |manifest| {
            manifest.without("format")
        }),
        set(
            "suite-b",
            "unknown-suite",
            "suite",
            r#""B""#,
            "A suite of the future.",
        ),
        set(
            "suite-lower-case",
            "unknown-suite",
            "suite",
            r#""a""#,
            "A suite is one word.",
        ),
        case("suite-missing", "field", "No suite.", |manifest| {
            manifest.without("suite")
        }),
    ]
}

fn numbers_and_depth() -> Vec<Case> {
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(15), "]".repeat(15));
    vec![
        set(
            "sequence-fraction",
            "json-number",
            "sequence",
            "1.0",
            "A fraction, even if it is whole.",
        ),
        set(
            "sequence-exponent",
            "json-number",
            "sequence",
            "1e0",
            "An exponent.",
        ),
        set(
            "sequence-too-big",
            "json-number",
            "sequence",
            "9223372036854775808",
            "2 to the 63rd: one more than the largest.",
        ),
        set(
            "sequence-minus-zero",
            "json-number",
            "sequence",
            "-0",
            "Minus zero is no integer.",
        ),
        set(
            "sequence-leading-zero",
            "json-syntax",
            "sequence",
            "01",
            "JSON has no leading zeros.",
        ),
        set(
            "sequence-not-a-number",
            "json-syntax",
            "sequence",
            "NaN",
            "JSON has no NaN.",
        ),
        set(
            "sequence-text",
            "field",
            "sequence",
            r#""1""#,
            "A number in a string.",
        ),
        set(
            "sequence-zero",
            "field",
            "sequence",
            "0",
            "Sequences begin with 1.",
        ),
        set(
            "sequence-negative",
            "field",
            "sequence",
            "-1",
            "A negative sequence.",
        ),
        set(
            "extension-deep",
            "json-depth",
            "extensions",
            &deep,
            "One level deeper than 16.",
        ),
        set(
            "extension-fraction",
            "json-number",
            "extensions",
            r#"{"a":0.5}"#,
            "Extensions hold whole numbers only.",
        ),
        set(
            "extension-duplicate-key",
            "json-duplicate-key",
            "extensions",
            r#"{"a":{"b":1,"b":1}}"#,
            "The same key twice, inside an extension.",
        ),
        set(
            "extension-duplicate-key-escaped",
            "json-duplicate-key",
            "extensions",
            r#"{"a":{"b":1,"\u0062":1}}"#,
            "The same key twice, once escaped.",
        ),
    ]
}

fn order() -> Vec<Case> {
    vec![
        case(
            "duplicate-key",
            "json-duplicate-key",
            "sender twice: two parsers see two senders.",
            |manifest| manifest.after("sender", "sender", text("education")),
        ),
        case(
            "duplicate-key-same-value",
            "json-duplicate-key",
            "kind twice with the same value.",
            |manifest| manifest.after("kind", "kind", text("warning_list")),
        ),
        case(
            "order-of-members",
            "json-not-canonical",
            "kind before package_id.",
            |manifest| {
                let kind = manifest.get("kind").to_owned();
                manifest.without("kind").after("suite", "kind", kind)
            },
        ),
        set(
            "escape-without-need",
            "json-not-canonical",
            "kind",
            r#""warning\u005flist""#,
            "An escape that is not needed.",
        ),
        set(
            "extension-escaped-slash",
            "json-not-canonical",
            "extensions",
            r#"{"a":"\/"}"#,
            "A slash is not escaped.",
        ),
        set(
            "extension-control-in-capitals",
            "json-not-canonical",
            "extensions",
            r#"{"a":"\u001F"}"#,
            "Hexadecimal digits of an escape are lower case.",
        ),
        set(
            "extension-long-newline",
            "json-not-canonical",
            "extensions",
            r#"{"a":"\u000a"}"#,
            "A line feed is written as its short escape.",
        ),
        set(
            "extension-order-of-keys",
            "json-not-canonical",
            "extensions",
            r#"{"b":1,"a":1}"#,
            "Keys of extensions stand in byte order.",
        ),
        set(
            "extension-lone-surrogate",
            "json-syntax",
            "extensions",
            r#"{"a":"\ud800"}"#,
            "Half a surrogate pair is no character.",
        ),
        set(
            "extension-raw-control",
            "json-syntax",
            "extensions",
            "{\"a\":\"\u{1}\"}",
            "A control character stands escaped only.",
        ),
        case(
            "previous-null",
            "field",
            "null for an absent member.",
            |manifest| manifest.after("sequence", "previous", "null"),
        ),
        case(
            "unknown-member",
            "field",
            "A member that nobody knows.",
            |manifest| manifest.with("note", text("x")),
        ),
        case(
            "payload-unknown-member",
            "field",
            "An unknown member inside payload.",
            |manifest| {
                let facts = manifest.get("payload").replace('}', r#","note":1}"#);
                manifest.set("payload", facts)
            },
        ),
        case(
            "payload-array",
            "field",
            "payload as an array of its values.",
            |manifest| {
                let facts = manifest
                    .get("payload")
                    .replace(r#"{"blake3":"#, "[")
                    .replace(r#""length":"#, "")
                    .replace('}', "]");
                manifest.set("payload", facts)
            },
        ),
        case(
            "contents-missing",
            "field",
            "A required member is absent.",
            |manifest| manifest.without("contents"),
        ),
    ]
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

fn texts() -> Vec<Vector> {
    let of = |name: &str, expect, comment: &str, edit: fn(Vec<u8>) -> Vec<u8>| {
        let package = Package {
            manifest_text: Box::new(edit),
            ..Package::short()
        };
        Vector::package(&format!("manifest-{name}"), ("read", expect), "4", comment)
            .of(package.bytes())
    };
    vec![
        of(
            "white-space",
            "json-not-canonical",
            "A space after the first brace.",
            |text| [b"{ ", &text[1..]].concat(),
        ),
        of(
            "final-newline",
            "json-not-canonical",
            "A line feed at the end.",
            |text| [&text[..], b"\n"].concat(),
        ),
        of(
            "byte-order-mark",
            "json-syntax",
            "A byte order mark.",
            |text| [b"\xef\xbb\xbf", &text[..]].concat(),
        ),
        of(
            "something-after",
            "json-syntax",
            "A second value behind the first.",
            |text| [&text[..], b"{}"].concat(),
        ),
        of(
            "cut",
            "json-syntax",
            "The last brace is not there.",
            |text| text[..text.len() - 1].to_vec(),
        ),
        of("empty", "json-syntax", "Nothing at all.", |_| Vec::new()),
        of(
            "not-utf-8",
            "json-syntax",
            "A byte that is not UTF-8.",
            |text| {
                let mut text = text;
                let at = text.windows(9).position(|window| window == b"posthorse");
                text[at.expect("the format")] = 0xff;
                text
            },
        ),
        of("array", "field", "Not an object.", |_| b"[]".to_vec()),
        of(
            "trailing-comma",
            "json-syntax",
            "A comma before the last brace.",
            |text| [&text[..text.len() - 1], b",}"].concat(),
        ),
    ]
}

fn signatures() -> Vec<Vector> {
    let made = Package::short().make();
    let sig = STANDARD.encode(keys::sign(SENDER.signer, MANIFEST_TYPE, &made.manifest));
    let id = key_id(SENDER.signer);
    let of = |name: &str, expect, section: &str, comment: &str, signatures: String| {
        let step = if matches!(expect, "signature-invalid" | "signer-unknown") {
            "verify"
        } else {
            "read"
        };
        let signatures = signatures.into_bytes();
        let package = crate::zip::package(&made.payload, &made.manifest, &signatures);
        Vector::package(
            &format!("signatures-{name}"),
            (step, expect),
            section,
            comment,
        )
        .of(package.bytes)
    };
    let list = |entries: &[String]| format!("{{\"signatures\":{}}}", array(entries));
    let one = |sig: &str| list(&[keys::signature(&id, sig)]);
    let flipped = |at: usize| {
        let mut bytes = STANDARD.decode(&sig).expect("base64");
        bytes[at] ^= 1;
        STANDARD.encode(bytes)
    };
    let url_safe = sig.replace('+', "-").replace('/', "_");
    let stray = format!("{}{}==", &sig[..85], next_letter(&sig[85..86]));
    let seventeen: Vec<u8> = (200..217).collect();
    let many = keys::signatures(&seventeen, MANIFEST_TYPE, &made.manifest);
    let mut two: Vec<String> = [SENDER.signer, keys::SECOND_PERSON]
        .iter()
        .map(|seed| key_id(*seed))
        .collect();
    two.sort_by(|first, second| second.cmp(first));
    let reversed: Vec<String> = two.iter().map(|id| keys::signature(id, &sig)).collect();
    let stranger = keys::signatures(&[SENDER.signer, STRANGER], MANIFEST_TYPE, &made.manifest);
    let other_type = keys::sign(
        SENDER.signer,
        "application/vnd.posthorse.receipt.v1+json",
        &made.manifest,
    );
    vec![
        of(
            "none",
            "field",
            "5",
            "An empty list: absence of a signature is a failure.",
            list(&[]),
        ),
        of(
            "twice",
            "field",
            "5",
            "The same key twice.",
            list(&[keys::signature(&id, &sig), keys::signature(&id, &sig)]),
        ),
        of(
            "order",
            "field",
            "5",
            "Key ids do not ascend.",
            list(&reversed),
        ),
        of(
            "of-another-key-only",
            "signature-missing",
            "5",
            "Signed by another person of the sender, and not by signing_key.",
            format!(
                "{{\"signatures\":{}}}",
                keys::signatures(&[keys::SECOND_PERSON], MANIFEST_TYPE, &made.manifest)
            ),
        ),
        of(
            "no-padding",
            "field",
            "5",
            "Base64 without its padding.",
            one(sig.trim_end_matches('=')),
        ),
        of(
            "url-safe",
            "field",
            "5",
            "Base64 of the other alphabet.",
            one(&url_safe),
        ),
        of(
            "line-break",
            "field",
            "5",
            "A line break in base64.",
            one(&format!("{}\\n{}", &sig[..64], &sig[64..])),
        ),
        of(
            "stray-bits",
            "field",
            "5",
            "Base64 whose last letter has bits that say nothing.",
            one(&stray),
        ),
        of(
            "short",
            "field",
            "5",
            "63 bytes.",
            one(&STANDARD.encode(&STANDARD.decode(&sig).expect("base64")[..63])),
        ),
        of(
            "unknown-member",
            "field",
            "5",
            "A member that nobody knows.",
            format!(
                "{{\"signatures\":[{}],\"note\":1}}",
                keys::signature(&id, &sig)
            ),
        ),
        of(
            "white-space",
            "json-not-canonical",
            "5",
            "White space.",
            one(&sig).replace(':', ": ").replace("key: ", "key:"),
        ),
        of(
            "duplicate-key",
            "json-duplicate-key",
            "5",
            "signatures twice: two parsers see two lists.",
            format!("{{\"signatures\":[],{}", &one(&sig)[1..]),
        ),
        of("syntax", "json-syntax", "5", "Not JSON.", "signed".into()),
        of(
            "seventeen",
            "too-large",
            "10",
            "One signature more than 16.",
            format!("{{\"signatures\":{many}}}"),
        ),
        of(
            "flipped-r",
            "signature-invalid",
            "5, package-v1 §8.1",
            "One bit of the signature's first half.",
            one(&flipped(3)),
        ),
        of(
            "flipped-s",
            "signature-invalid",
            "5, package-v1 §8.1",
            "One bit of the signature's second half.",
            one(&flipped(40)),
        ),
        of(
            "s-not-reduced",
            "signature-invalid",
            "5",
            "S with the group order added: a second signature for the same bytes.",
            one(&not_reduced(&sig)),
        ),
        of(
            "of-another-type",
            "signature-invalid",
            "5",
            "A signature over the same bytes as a receipt: the type is signed too.",
            one(&STANDARD.encode(other_type)),
        ),
        of(
            "without-pae",
            "signature-invalid",
            "5",
            "A signature over the bare manifest.",
            one(&bare(&made.manifest)),
        ),
        of(
            "of-another-manifest",
            "signature-invalid",
            "8.1",
            "A captured signature of the sender over another manifest.",
            one(&of_another()),
        ),
        of(
            "one-more-by-a-stranger",
            "signer-unknown",
            "5, package-v1 §8.1",
            "A further signature that nobody can check is not ignored.",
            format!("{{\"signatures\":{stranger}}}"),
        ),
    ]
}

fn next_letter(letter: &str) -> char {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let at = LETTERS.find(letter).expect("a letter of base64");
    LETTERS.chars().nth(at + 1).expect("not the last letter")
}

fn bare(manifest: &[u8]) -> String {
    STANDARD.encode(keys::sign_bare(SENDER.signer, manifest))
}

fn of_another() -> String {
    let other = Package {
        number: 2,
        ..Package::default()
    };
    STANDARD.encode(keys::sign(
        SENDER.signer,
        MANIFEST_TYPE,
        &other.make().manifest,
    ))
}

/// Adds the group order to S.
fn not_reduced(sig: &str) -> String {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = STANDARD.decode(sig).expect("base64");
    let mut carry = 0_u16;
    for (byte, more) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    STANDARD.encode(bytes)
}

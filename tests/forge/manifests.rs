//! Faults of manifest.json and signatures.json, each in a package that is otherwise honestly signed.

use crate::json::{Object, text};
use crate::package::Package;
use crate::vector::Vector;
use crate::{manifest_fields, signature_lists};

/// An edit of the manifest and the class that it must give.
pub(crate) type Case = (
    &'static str,
    &'static str,
    &'static str,
    Box<dyn Fn(Object) -> Object>,
);

pub(crate) fn case(
    name: &'static str,
    expect: &'static str,
    comment: &'static str,
    edit: impl Fn(Object) -> Object + 'static,
) -> Case {
    (name, expect, comment, Box::new(edit))
}

pub(crate) fn set(
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
        manifest_fields::cases(),
    ];
    let mut all: Vec<Vector> = cases
        .into_iter()
        .flatten()
        .map(|(name, expect, comment, edit)| {
            let package = Package {
                manifest: edit,
                ..Package::short()
            };
            let section = if expect == "weak-key" {
                "1, package-v1 §4"
            } else {
                "4"
            };
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
    all.extend(signature_lists::vectors());
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

//! Registries that break a rule of their own form.

use crate::json::{Object, array, text};
use crate::keys::{self, BUREAU, OTHER, ROOT, SENDER, digest, public};
use crate::registries::{
    FROM, UNTIL, all, first, key_entry, parties, recipient_entry, root, root_of,
};
use crate::registry_trust::trust;
use crate::vector::Vector;

pub(crate) fn vectors() -> Vec<Vector> {
    [documents(), party_rules()].concat()
}

fn document(
    name: &str,
    expect: &'static str,
    comment: &str,
    edit: impl FnOnce(Object) -> Object,
) -> Vector {
    let section = match expect {
        "weak-key" => "package-v1 §1, registry-v1 §2",
        _ if name == "root-key-not-on-the-curve" => "package-v1 §1, registry-v1 §2",
        _ => "registry-v1 §2",
    };
    trust(
        name,
        expect,
        section,
        comment,
        first().edit(edit).signed(&[ROOT]),
    )
}

fn documents() -> Vec<Vector> {
    let base = [root_of("1", &[public(ROOT), public(ROOT)]), {
        let mut keys = [public(ROOT), public(20)];
        keys.sort();
        keys.reverse();
        root_of("1", &keys)
    }];
    let weak = |hex: &str| root_of("1", &[format!("ed25519:{hex}")]);
    let mut all = vec![
        document(
            "format-next",
            "unknown-version",
            "A later version of the format.",
            |document| document.set("format", text("posthorse-registry/2")),
        ),
        document(
            "format-of-receipt",
            "wrong-document-type",
            "A receipt's format under a registry's type.",
            |document| document.set("format", text("posthorse-receipt/1")),
        ),
        document(
            "unknown-member",
            "field",
            "A member that nobody knows.",
            |document| document.with("note", "1"),
        ),
        document(
            "version-zero",
            "field",
            "Versions begin with 1.",
            |document| document.set("version", "0"),
        ),
        document(
            "version-fraction",
            "json-number",
            "A fraction.",
            |document| document.set("version", "1.0"),
        ),
        document(
            "previous-of-the-first",
            "field",
            "The first version with one before it.",
            |document| document.after("version", "previous", text(&digest(b""))),
        ),
        document(
            "previous-missing",
            "field",
            "Version 2 without the digest of version 1.",
            |document| document.set("version", "2"),
        ),
        document(
            "expires-not-later",
            "field",
            "It expires when it is issued.",
            |document| document.set("expires", text(FROM)),
        ),
        document(
            "root-threshold-zero",
            "field",
            "A threshold of 0: anybody's registry.",
            |document| document.set("root", root("0", &[ROOT])),
        ),
        document(
            "root-threshold-too-high",
            "field",
            "A threshold that nobody can reach.",
            |document| document.set("root", root("2", &[ROOT])),
        ),
        document("root-none", "field", "No root key.", |document| {
            document.set("root", root("0", &[]))
        }),
        document("root-key-twice", "field", "A root key twice.", |document| {
            document.set("root", base[0].clone())
        }),
        document(
            "root-key-order",
            "field",
            "Root keys do not ascend.",
            |document| document.set("root", base[1].clone()),
        ),
        document(
            "root-key-upper-case",
            "field",
            "A key in capitals.",
            |document| {
                document.set(
                    "root",
                    root_of("1", &[public(ROOT).to_uppercase().replace("ED", "ed")]),
                )
            },
        ),
        document(
            "root-key-not-on-the-curve",
            "field",
            "Bytes that are no point.",
            |document| document.set("root", weak(&format!("02{}", "0".repeat(62)))),
        ),
        document(
            "parties-order",
            "field",
            "Parties do not ascend.",
            |document| {
                let mut list = parties();
                list.swap(0, 1);
                document.set("parties", all(&list))
            },
        ),
        document("party-twice", "field", "A party twice.", |document| {
            let mut list = parties();
            list[2] = list[1].clone();
            document.set("parties", all(&list))
        }),
    ];
    for (name, hex) in WEAK {
        all.push(document(
            &format!("root-key-weak-{name}"),
            "weak-key",
            "A key of low order, or a second text of one: one signature can fit many messages.",
            |document| document.set("root", weak(hex)),
        ));
    }
    all
}

/// Points of order 1, 2, 4 and 8, second encodings of them, and a mixed one (ed25519-speccheck; CCTV ed25519).
const WEAK: [(&str, &str); 12] = [
    (
        "order-1",
        "0100000000000000000000000000000000000000000000000000000000000000",
    ),
    (
        "order-2",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ),
    (
        "order-4",
        "0000000000000000000000000000000000000000000000000000000000000000",
    ),
    (
        "order-4-other-sign",
        "0000000000000000000000000000000000000000000000000000000000000080",
    ),
    (
        "order-8-a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    ),
    (
        "order-8-b",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    ),
    (
        "order-8-c",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ),
    (
        "order-8-d",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ),
    (
        "one-not-reduced",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ),
    (
        "zero-not-reduced",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ),
    (
        "one-with-sign",
        "0100000000000000000000000000000000000000000000000000000000000080",
    ),
    (
        "mixed",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
    ),
];

fn party_rules() -> Vec<Vector> {
    let of = |name: &str, expect, comment: &str, edit: &dyn Fn(Object) -> Object| {
        document(&format!("party-{name}"), expect, comment, |document| {
            let mut list = parties();
            list[3] = edit(list[3].clone());
            document.set("parties", all(&list))
        })
    };
    let set = |name: &str, comment: &str, member: &'static str, value: String| {
        of(
            &format!("{member}-{name}").replace('_', "-"),
            "field",
            comment,
            &move |party: Object| party.set(member, value.clone()),
        )
    };
    let key = |entry: String| array([key_entry(SENDER.signer, "first", FROM, UNTIL, None), entry]);
    let weak = Object::default()
        .with("key", text(&format!("ed25519:{}", WEAK[4].1)))
        .with("person", text("x"))
        .with("valid_from", text(FROM))
        .with("valid_until", text(UNTIL));
    let weak_recipient = recipient_entry(0x60, UNTIL)
        .replace(&keys::recipient(0x60), &crate::age::bech32("age", &[0; 32]));
    let contact = parties()[3].get("contact").replace(
        "\"leader\":\"\"",
        &format!("\"leader\":{}", text(&"长".repeat(501))),
    );
    let revoked = key_entry(60, "x", FROM, UNTIL, Some(FROM));
    vec![
        set("empty", "No name.", "name", text("")),
        set(
            "long",
            "A name of 101 characters.",
            "name",
            text(&"名".repeat(101)),
        ),
        set(
            "control",
            "A control character in a name.",
            "name",
            text("a\u{1b}b"),
        ),
        set("none", "No role.", "roles", "[]".into()),
        set(
            "unknown",
            "A role that is none.",
            "roles",
            array([text("minister")]),
        ),
        set(
            "order",
            "Roles in another order.",
            "roles",
            array([text("auditor"), text("department")]),
        ),
        set(
            "short",
            "A county code of five digits.",
            "counties",
            array([text("41172")]),
        ),
        set(
            "order",
            "Counties do not ascend.",
            "counties",
            array([text("411723"), text("411722")]),
        ),
        set(
            "order",
            "Kinds do not ascend.",
            "may_send",
            array([text("warning_list"), text("case_file")]),
        ),
        set(
            "twice",
            "A kind twice.",
            "two_signatures",
            array([text("case_file"), text("case_file")]),
        ),
        set("long", "A text of 501 characters.", "contact", contact),
        set(
            "validity",
            "A key that ends before it begins.",
            "signing_keys",
            key(key_entry(60, "x", UNTIL, FROM, None)),
        ),
        set(
            "no-person",
            "A key of nobody.",
            "signing_keys",
            key(key_entry(60, "", FROM, UNTIL, None)),
        ),
        set(
            "twice",
            "A key twice.",
            "signing_keys",
            key(key_entry(SENDER.signer, "x", FROM, UNTIL, None)),
        ),
        set(
            "of-another-party",
            "A key that another party has too: whose signature is it?",
            "signing_keys",
            key(key_entry(OTHER.signer, "x", FROM, UNTIL, None)),
        ),
        set(
            "no-reason",
            "Revoked without a reason.",
            "signing_keys",
            key(revoked.replace("compromised", "")),
        ),
        set(
            "revoked-null",
            "null for a revocation that is absent.",
            "signing_keys",
            key(key_entry(60, "x", FROM, UNTIL, None).replace('}', ",\"revoked\":null}")),
        ),
        set(
            "of-another-party",
            "A recipient that another party has too.",
            "recipients",
            array([recipient_entry(BUREAU.secret, UNTIL)]),
        ),
        set(
            "validity",
            "A recipient that ends before it begins.",
            "recipients",
            array([recipient_entry(0x60, FROM)]),
        ),
        of(
            "signing-key-weak",
            "weak-key",
            "A verifying key of low order.",
            &move |party: Object| party.set("signing_keys", key(weak.text())),
        ),
        of(
            "recipient-weak",
            "weak-key",
            "A recipient of low order.",
            &move |party: Object| party.set("recipients", array([weak_recipient.clone()])),
        ),
    ]
}

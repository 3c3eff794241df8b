//! The registry of the vectors, and registries that must not be believed.

use crate::json::{Object, array, text};
use crate::keys::{
    self, BUREAU, COUNTY, EXPIRED, EXPIRES_IN_DECEMBER, NOT_YET, OLD_BUREAU, OTHER, Office,
    REVOKED, REVOKED_IN_DECEMBER, ROOT, ROOTS, SAME_PERSON, SECOND_PERSON, SENDER, digest, public,
};
use crate::vector::Vector;

pub(crate) const TYPE: &str = "application/vnd.posthorse.registry.v1+json";
const FROM: &str = "2026-01-01T00:00:00Z";
const UNTIL: &str = "2028-01-01T00:00:00Z";

/// A registry's payload.
#[derive(Debug, Clone)]
pub(crate) struct Document(Object);

impl Document {
    fn edit(self, edit: impl FnOnce(Object) -> Object) -> Self {
        Self(edit(self.0))
    }

    fn text(&self) -> String {
        self.0.text()
    }

    pub(crate) fn signed(&self, seeds: &[u8]) -> Vec<u8> {
        keys::envelope(TYPE, self.text().as_bytes(), seeds)
            .text()
            .into_bytes()
    }
}

fn key_entry(seed: u8, person: &str, from: &str, until: &str, revoked: Option<&str>) -> String {
    let mut entry = Object::default()
        .with("key", text(&public(seed)))
        .with("person", text(person))
        .with("valid_from", text(from))
        .with("valid_until", text(until));
    if let Some(at) = revoked {
        let revoked = Object::default()
            .with("at", text(at))
            .with("reason", text("compromised"));
        entry = entry.with("revoked", revoked.text());
    }
    entry.text()
}

fn recipient_entry(secret: u8, until: &str) -> String {
    Object::default()
        .with("recipient", text(&keys::recipient(secret)))
        .with("valid_from", text(FROM))
        .with("valid_until", text(until))
        .text()
}

fn party(
    office: Office,
    role: &str,
    may_send: &[&str],
    two: &[&str],
    signing_keys: &[String],
) -> Object {
    let texts = |items: &[&str]| array(items.iter().map(|item| text(item)));
    let counties: &[&str] = if role == "county" { &[office.id] } else { &[] };
    let contact = [
        "leader",
        "section",
        "contact",
        "office_phone",
        "email",
        "remark",
    ]
    .iter()
    .fold(Object::default(), |contact, name| {
        contact.with(name, text(""))
    });
    let mut recipients = vec![recipient_entry(office.secret, UNTIL)];
    if office.id == BUREAU.id {
        recipients.push(recipient_entry(OLD_BUREAU, "2026-07-01T00:00:00Z"));
    }
    Object::default()
        .with("id", text(office.id))
        .with("name", text(office.id))
        .with("roles", texts(&[role]))
        .with("counties", texts(counties))
        .with("may_send", texts(may_send))
        .with("two_signatures", texts(two))
        .with("contact", contact.text())
        .with("signing_keys", array(signing_keys))
        .with("recipients", array(recipients))
}

fn sender() -> Object {
    let keys = [
        key_entry(SENDER.signer, "first", FROM, UNTIL, None),
        key_entry(SECOND_PERSON, "second", FROM, UNTIL, None),
        key_entry(SAME_PERSON, "first", FROM, UNTIL, None),
        key_entry(EXPIRED, "third", FROM, "2026-06-01T00:00:00Z", None),
        key_entry(NOT_YET, "third", "2027-01-01T00:00:00Z", UNTIL, None),
        key_entry(REVOKED, "fourth", FROM, UNTIL, Some("2026-06-01T00:00:00Z")),
        key_entry(
            REVOKED_IN_DECEMBER,
            "fifth",
            FROM,
            UNTIL,
            Some("2026-12-01T00:00:00Z"),
        ),
        key_entry(
            EXPIRES_IN_DECEMBER,
            "sixth",
            FROM,
            "2026-12-01T00:00:00Z",
            None,
        ),
    ];
    party(
        SENDER,
        "department",
        &["case_file", "warning_list"],
        &["case_file"],
        &keys,
    )
}

fn parties() -> Vec<Object> {
    let one = |office: Office| vec![key_entry(office.signer, "first", FROM, UNTIL, None)];
    vec![
        party(
            COUNTY,
            "county",
            &["verification_result"],
            &[],
            &one(COUNTY),
        ),
        party(
            BUREAU,
            "bureau",
            &["return_sheet", "warning_dispatch"],
            &[],
            &one(BUREAU),
        ),
        party(OTHER, "department", &["warning_list"], &[], &one(OTHER)),
        sender(),
    ]
}

fn all(parties: &[Object]) -> String {
    array(parties.iter().map(Object::text))
}

fn root(threshold: &str, seeds: &[u8]) -> String {
    let mut keys: Vec<String> = seeds.iter().map(|seed| public(*seed)).collect();
    keys.sort();
    root_of(threshold, &keys)
}

fn root_of(threshold: &str, keys: &[String]) -> String {
    Object::default()
        .with("threshold", threshold)
        .with("keys", array(keys.iter().map(|key| text(key))))
        .text()
}

/// The registry that packages are judged by.
pub(crate) fn first() -> Document {
    Document(
        Object::default()
            .with("format", text("posthorse-registry/1"))
            .with("version", "1")
            .with("issued_at", text(FROM))
            .with("expires", text("2027-01-01T00:00:00Z"))
            .with("root", root("1", &[ROOT]))
            .with("parties", all(&parties())),
    )
}

/// The same, vouched for by two of three.
pub(crate) fn with_three_roots() -> Document {
    first().edit(|document| document.set("root", root("2", &ROOTS)))
}

fn second(of: &Document) -> Document {
    let previous = text(&digest(of.text().as_bytes()));
    of.clone().edit(|document| {
        document
            .set("version", "2")
            .after("version", "previous", previous)
            .set("issued_at", text("2026-06-01T00:00:00Z"))
            .set("expires", text("2027-06-01T00:00:00Z"))
    })
}

pub(crate) fn vectors() -> Vec<Vector> {
    let mut all = trusting();
    all.extend(succeeding());
    all.extend(envelopes());
    all.extend(documents());
    all.extend(party_rules());
    all
}

fn trust(name: &str, expect: &'static str, section: &str, comment: &str, bytes: Vec<u8>) -> Vector {
    Vector::document("registry", name, ("trust", expect), section, comment).of(bytes)
}

fn trusting() -> Vec<Vector> {
    let three = with_three_roots();
    let of = |name: &str, expect, comment: &str, bytes: Vec<u8>| {
        trust(
            &format!("first-{name}"),
            expect,
            "registry-v1 §3",
            comment,
            bytes,
        )
    };
    let mut repeated = keys::envelope(TYPE, three.text().as_bytes(), &[ROOTS[0]]);
    let list = repeated.get("signatures");
    let one = list[1..list.len() - 1].to_owned();
    repeated = repeated.set("signatures", array([&one, &one]));
    let of_first = first().signed(&[ROOT]);
    let altered = keys::envelope(
        TYPE,
        first()
            .edit(|document| document.set("version", "1").set("expires", text(UNTIL)))
            .text()
            .as_bytes(),
        &[ROOT],
    )
    .set(
        "signatures",
        keys::signatures(&[ROOT], TYPE, first().text().as_bytes()),
    );
    vec![
        of("good", "good", "One root key, one signature.", of_first),
        of(
            "good-two-of-three",
            "good",
            "Two of three root keys.",
            three.signed(&ROOTS[..2]),
        ),
        of(
            "good-three-of-three",
            "good",
            "More signatures than needed.",
            three.signed(&ROOTS),
        ),
        of(
            "one-of-two-needed",
            "too-few-signatures",
            "One signature where two are needed.",
            three.signed(&ROOTS[..1]),
        ),
        of(
            "one-key-twice",
            "field",
            "The same root key twice does not make two.",
            repeated.text().into_bytes(),
        ),
        of(
            "by-a-stranger",
            "signer-unknown",
            "Signed by a key that is no root key.",
            first().signed(&[keys::STRANGER]),
        ),
        of(
            "by-a-party",
            "signer-unknown",
            "Signed by a registered key that is no root key.",
            first().signed(&[BUREAU.signer]),
        ),
        of(
            "also-by-a-stranger",
            "signer-unknown",
            "A further signature by a key that is no root key.",
            first().signed(&[ROOT, keys::STRANGER]),
        ),
        of(
            "altered",
            "signature-invalid",
            "The signature is over another registry.",
            altered.text().into_bytes(),
        ),
        Vector::document(
            "registry",
            "first-expired",
            ("judge", "registry-expired"),
            "registry-v1 §3",
            "Believed, but nothing is judged by it at or after its expiry.",
        )
        .with("as-of", "2027-01-01T00:00:00Z")
        .of(first().signed(&[ROOT])),
    ]
}

fn succeeding() -> Vec<Vector> {
    let three = with_three_roots();
    let next = second(&three);
    let of = |name: &str, expect, comment: &str, bytes: Vec<u8>| {
        Vector::document(
            "registry",
            &format!("next-{name}"),
            ("succeed", expect),
            "registry-v1 §3",
            comment,
        )
        .with("trusted", "registry-three-roots.json")
        .of(bytes)
    };
    let new_roots = next
        .clone()
        .edit(|document| document.set("root", root("2", &[30, 31, 32])));
    let member = |name, value: String| next.clone().edit(|document| document.set(name, value));
    let rollback = "registry-rollback";
    let two = &ROOTS[..2];
    vec![
        of(
            "good",
            "good",
            "The next version, signed by two of the three.",
            next.signed(two),
        ),
        of(
            "good-new-roots",
            "good",
            "New root keys, vouched for by two old and two new ones.",
            new_roots.signed(&[ROOTS[0], ROOTS[1], 30, 31]),
        ),
        of(
            "good-same-time",
            "good",
            "Issued at the very moment of the version before.",
            member("issued_at", text(FROM)).signed(two),
        ),
        of(
            "same-version",
            rollback,
            "The trusted version again.",
            three.signed(two),
        ),
        of(
            "version-skipped",
            rollback,
            "Version 3: a revocation in version 2 may be skipped.",
            member("version", "3".into()).signed(two),
        ),
        of(
            "previous-of-another",
            rollback,
            "Another history: a fork.",
            member("previous", text(&digest(b"another"))).signed(two),
        ),
        of(
            "issued-earlier",
            rollback,
            "Issued before the version that it follows.",
            member("issued_at", text("2025-12-31T23:59:59Z")).signed(two),
        ),
        of(
            "new-roots-alone",
            "too-few-signatures",
            "The new root keys vouch for themselves: who holds them is nobody's word.",
            new_roots.signed(&[30, 31]),
        ),
        of(
            "new-roots-and-one-old",
            "too-few-signatures",
            "One old key is less than the old threshold.",
            new_roots.signed(&[ROOTS[0], 30, 31]),
        ),
        of(
            "old-roots-alone",
            "too-few-signatures",
            "The new root keys have not signed: they may not exist.",
            new_roots.signed(two),
        ),
        of(
            "old-roots-and-one-new",
            "too-few-signatures",
            "One new key is less than the new threshold.",
            new_roots.signed(&[ROOTS[0], ROOTS[1], 30]),
        ),
        of(
            "by-a-stranger-too",
            "signer-unknown",
            "Enough signatures, and one by a key of neither.",
            next.signed(&[ROOTS[0], ROOTS[1], keys::STRANGER]),
        ),
        of(
            "rollback-and-unsigned",
            rollback,
            "An old version is told by its number before its signatures are judged.",
            three.signed(&[keys::STRANGER]),
        ),
    ]
}

fn envelopes() -> Vec<Vector> {
    let good = keys::envelope(TYPE, first().text().as_bytes(), &[ROOT]);
    let of = |name: &str, expect, comment: &str, bytes: String| {
        trust(
            &format!("envelope-{name}"),
            expect,
            "registry-v1 §1",
            comment,
            bytes.into_bytes(),
        )
    };
    let payload = good.get("payload").to_owned();
    let padding = payload
        .trim_end_matches('"')
        .trim_end_matches('=')
        .to_owned();
    let receipt = crate::receipts::TYPE;
    vec![
        of(
            "another-type",
            "wrong-document-type",
            "A receipt's type around a registry.",
            keys::envelope(receipt, first().text().as_bytes(), &[ROOT]).text(),
        ),
        of(
            "type-in-capitals",
            "wrong-document-type",
            "A type is compared byte for byte.",
            keys::envelope(&TYPE.to_uppercase(), first().text().as_bytes(), &[ROOT]).text(),
        ),
        of(
            "no-signature",
            "field",
            "No signature.",
            good.clone().set("signatures", "[]").text(),
        ),
        of(
            "unknown-member",
            "field",
            "A member that nobody knows.",
            good.clone().with("note", "1").text(),
        ),
        of(
            "payload-missing",
            "field",
            "No payload.",
            good.clone().without("payload").text(),
        ),
        of(
            "payload-line-break",
            "field",
            "A line break in base64.",
            good.clone()
                .set(
                    "payload",
                    format!("\"{}\\n{}", &payload[1..65], &payload[65..]),
                )
                .text(),
        ),
        of(
            "payload-padding",
            "field",
            "Base64 with another padding.",
            good.clone()
                .set("payload", format!("{padding}===\""))
                .text(),
        ),
        of(
            "order",
            "json-not-canonical",
            "signatures before payload.",
            good.clone()
                .without("payload")
                .with("payload", payload)
                .text(),
        ),
        of(
            "white-space",
            "json-not-canonical",
            "A line feed at the end.",
            format!("{}\n", good.text()),
        ),
        of(
            "duplicate-key",
            "json-duplicate-key",
            "payload twice: two parsers see two registries.",
            good.clone().after("payload", "payload", text("")).text(),
        ),
        of(
            "seventeen-signatures",
            "too-large",
            "One signature more than 16.",
            keys::envelope(
                TYPE,
                first().text().as_bytes(),
                &(200..217).collect::<Vec<u8>>(),
            )
            .text(),
        ),
        of("syntax", "json-syntax", "Not JSON.", "registry".into()),
    ]
}

fn document(
    name: &str,
    expect: &'static str,
    comment: &str,
    edit: impl FnOnce(Object) -> Object,
) -> Vector {
    let section = match expect {
        "weak-key" => "package-v1 §1, registry-v1 §2",
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
                document.set("parties", crate::registries::all(&list))
            },
        ),
        document("party-twice", "field", "A party twice.", |document| {
            let mut list = parties();
            list[2] = list[1].clone();
            document.set("parties", crate::registries::all(&list))
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

//! The registry of the vectors, and the parts that others are made of.

use crate::json::{Object, array, text};
use crate::keys::{
    self, BUREAU, COUNTY, EXPIRED, EXPIRES_IN_DECEMBER, NOT_YET, OLD_BUREAU, OTHER, Office,
    REVOKED, REVOKED_IN_DECEMBER, ROOT, ROOTS, SAME_PERSON, SECOND_PERSON, SENDER, digest, public,
};
use crate::vector::Vector;
use crate::{registry_rules, registry_trust};

pub(crate) const TYPE: &str = "application/vnd.posthorse.registry.v1+json";
pub(crate) const FROM: &str = "2026-01-01T00:00:00Z";
pub(crate) const UNTIL: &str = "2028-01-01T00:00:00Z";

/// A registry's payload.
#[derive(Debug, Clone)]
pub(crate) struct Document(Object);

impl Document {
    pub(crate) fn edit(self, edit: impl FnOnce(Object) -> Object) -> Self {
        Self(edit(self.0))
    }

    pub(crate) fn text(&self) -> String {
        self.0.text()
    }

    pub(crate) fn signed(&self, seeds: &[u8]) -> Vec<u8> {
        keys::envelope(TYPE, self.text().as_bytes(), seeds)
            .text()
            .into_bytes()
    }
}

pub(crate) fn key_entry(
    seed: u8,
    person: &str,
    from: &str,
    until: &str,
    revoked: Option<&str>,
) -> String {
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

pub(crate) fn recipient_entry(secret: u8, until: &str) -> String {
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

pub(crate) fn parties() -> Vec<Object> {
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

pub(crate) fn all(parties: &[Object]) -> String {
    array(parties.iter().map(Object::text))
}

pub(crate) fn root(threshold: &str, seeds: &[u8]) -> String {
    let mut keys: Vec<String> = seeds.iter().map(|seed| public(*seed)).collect();
    keys.sort();
    root_of(threshold, &keys)
}

pub(crate) fn root_of(threshold: &str, keys: &[String]) -> String {
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

pub(crate) fn second(of: &Document) -> Document {
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
    [registry_trust::vectors(), registry_rules::vectors()].concat()
}

//! Contact forms, good and bad.

use crate::json::{Object, text};
use crate::keys::{self, BUREAU, COUNTY, NOW, Office, SENDER, public};
use crate::vector::Vector;

const TYPE: &str = "application/vnd.posthorse.contact-form.v1+json";

fn form(office: Office) -> Object {
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
    Object::default()
        .with("format", text("posthorse-contact-form/1"))
        .with("party", text(office.id))
        .with("name", text("上蔡县乡村振兴局"))
        .with("roles", r#"["county"]"#)
        .with("counties", r#"["411722"]"#)
        .with("contact", contact.text())
        .with("person", text("first"))
        .with("key", text(&public(office.signer)))
        .with("recipient", text(&office.recipient()))
        .with("issued_at", text(NOW))
}

pub(crate) fn vectors() -> Vec<Vector> {
    let vector = |name: &str, expect, comment: &str, bytes: Vec<u8>| {
        Vector::document(
            "contact-form",
            name,
            ("verify", expect),
            "registry-v1 §4",
            comment,
        )
        .of(bytes)
    };
    let signed = |form: &Object, seeds: &[u8]| {
        keys::envelope(TYPE, form.text().as_bytes(), seeds)
            .text()
            .into_bytes()
    };
    let good = form(COUNTY);
    let of = |name: &str, expect, comment: &str, form: Object| {
        vector(name, expect, comment, signed(&form, &[COUNTY.signer]))
    };
    let weak_key = format!("ed25519:{}", "0".repeat(64));
    let sealed = |office: Office| {
        let header = crate::age::header(&crate::age::stanza(office.point(), [7; 32]));
        crate::age::file(
            &header,
            &crate::age::chunks(&signed(&good, &[COUNTY.signer])),
        )
    };
    let altered = keys::envelope(
        TYPE,
        good.clone().set("person", text("second")).text().as_bytes(),
        &[COUNTY.signer],
    )
    .set(
        "signatures",
        keys::signatures(&[COUNTY.signer], TYPE, good.text().as_bytes()),
    );
    let mut damaged = sealed(BUREAU);
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    vec![
        of(
            "good",
            "good",
            "Signed by the key that it carries. Its fingerprint is compared over the telephone.",
            good.clone(),
        )
        .with("fingerprint", &fingerprint(COUNTY)),
        vector(
            "good-sealed",
            "good",
            "The same, encrypted for the bureau.",
            sealed(BUREAU),
        )
        .with("identity", "bureau.txt"),
        vector(
            "sealed-for-somebody-else",
            "not-a-recipient",
            "Encrypted for another office.",
            sealed(SENDER),
        )
        .with("identity", "bureau.txt"),
        vector(
            "sealed-damaged",
            "not-a-recipient",
            "Encrypted for the bureau, and damaged: nothing of it is believed.",
            damaged,
        )
        .with("identity", "bureau.txt"),
        vector(
            "by-another-key",
            "signer-unknown",
            "Signed by a key other than the one that it carries.",
            signed(&good, &[SENDER.signer]),
        ),
        vector(
            "by-two-keys",
            "signer-unknown",
            "A further signature that proves nothing.",
            signed(&good, &[COUNTY.signer, SENDER.signer]),
        ),
        vector(
            "altered",
            "signature-invalid",
            "The signature is over another form.",
            altered.text().into_bytes(),
        ),
        of(
            "format-next",
            "unknown-version",
            "A later version.",
            good.clone().set("format", text("posthorse-contact-form/2")),
        ),
        of(
            "format-of-registry",
            "wrong-document-type",
            "A registry's format.",
            good.clone().set("format", text("posthorse-registry/1")),
        ),
        vector(
            "another-type",
            "wrong-document-type",
            "A receipt's type around a form.",
            keys::envelope(
                crate::receipts::TYPE,
                good.text().as_bytes(),
                &[COUNTY.signer],
            )
            .text()
            .into_bytes(),
        ),
        of(
            "unknown-member",
            "field",
            "A member that nobody knows.",
            good.clone().with("note", "1"),
        ),
        of(
            "role-unknown",
            "field",
            "A role that is none.",
            good.clone().set("roles", r#"["minister"]"#),
        ),
        of(
            "party-path",
            "field",
            "A party id that would be a path.",
            good.clone().set("party", text("../bureau")),
        ),
        of(
            "key-weak",
            "weak-key",
            "A verifying key of low order: anybody can sign for it.",
            good.clone().set("key", text(&weak_key)),
        ),
        of(
            "recipient-weak",
            "weak-key",
            "A recipient of low order: everybody can open what is sealed to it.",
            good.clone()
                .set("recipient", text(&crate::age::bech32("age", &[0; 32]))),
        ),
    ]
}

/// The fingerprint of registry-v1 §4.
fn fingerprint(office: Office) -> String {
    let text = format!(
        "posthorse/fingerprint/v1\0{}\0{}\0{}",
        office.id,
        public(office.signer),
        office.recipient()
    );
    blake3::hash(text.as_bytes())
        .as_bytes()
        .chunks(4)
        .map(|group| {
            let number = u32::from_be_bytes(group.try_into().expect("four bytes"));
            format!("{:05}", number % 100_000)
        })
        .collect::<Vec<_>>()
        .join(" ")
}

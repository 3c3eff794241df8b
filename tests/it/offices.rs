//! A bureau, a department and a county with fixed keys, and the registry that names them.

use std::sync::OnceLock;

use posthorse_package::{
    Contact, Identity, Limits, Party, PartyRecipient, RecipientEntry, Registry, RegistryDocument,
    Role, Root, SealRequest, SigningEntry, SigningKey, Timestamp,
};

/// 2026-11-24T08:00:00Z: the "now" of tests that do not care which.
pub(crate) fn now() -> Timestamp {
    at("2026-11-24T08:00:00Z")
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A signing key whose secret is this byte, 32 times: RFC 8410 PKCS#8, version 1.
pub(crate) fn signing_key(seed: u8) -> SigningKey {
    let mut document = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    document.extend_from_slice(&[seed; 32]);
    SigningKey::from_pkcs8(&document).expect("a PKCS#8 document")
}

pub(crate) struct Office {
    pub(crate) id: &'static str,
    pub(crate) key: SigningKey,
    /// The second person's key, for kinds that two must sign.
    pub(crate) second: SigningKey,
    pub(crate) identity: Identity,
}

impl Office {
    pub(crate) fn recipient(&self) -> PartyRecipient {
        let party = self.id.parse().expect("a party id");
        PartyRecipient {
            party,
            recipient: self.identity.recipient(),
        }
    }
}

fn office(id: &'static str, seed: u8, secret: &str) -> Office {
    Office {
        id,
        key: signing_key(seed),
        second: signing_key(seed + 100),
        identity: secret.parse().expect("an age identity"),
    }
}

pub(crate) fn bureau() -> Office {
    let secret = "AGE-SECRET-KEY-15T5309LF4T3G2TNG36DSU4PH5YXJHRWLT0KYR469GJEWMMQQG6VSHTERH8";
    office("bureau", 1, secret)
}

pub(crate) fn department() -> Office {
    let secret = "AGE-SECRET-KEY-16SPMSPW3HTQ03K63CUDLNFQQVMNS6EFW386C3CQAK39GD4PQ7E3QML2V0E";
    office("medical-insurance", 2, secret)
}

pub(crate) fn county() -> Office {
    let secret = "AGE-SECRET-KEY-17U02VPNCS35V56WM68A8G4W9RL95D9JK97M7QPRR5D6GSPG3H6FQ2W4D0J";
    office("411722", 3, secret)
}

pub(crate) fn root_key() -> SigningKey {
    signing_key(9)
}

fn party(office: &Office, role: Role, may_send: &[&str]) -> Party {
    let key = |key: &SigningKey, person: &str| SigningEntry {
        key: *key.verifying_key(),
        person: person.into(),
        valid_from: at("2026-01-01T00:00:00Z"),
        valid_until: at("2028-01-01T00:00:00Z"),
        revoked: None,
    };
    Party {
        id: office.id.parse().expect("a party id"),
        name: office.id.into(),
        roles: vec![role],
        counties: if role == Role::County {
            vec![office.id.into()]
        } else {
            Vec::new()
        },
        may_send: may_send
            .iter()
            .map(|kind| kind.parse().expect("a kind"))
            .collect(),
        two_signatures: Vec::new(),
        reports: Vec::new(),
        contact: Contact::default(),
        signing_keys: vec![key(&office.key, "first"), key(&office.second, "second")],
        recipients: vec![RecipientEntry {
            recipient: office.identity.recipient(),
            valid_from: at("2026-01-01T00:00:00Z"),
            valid_until: at("2028-01-01T00:00:00Z"),
            revoked: None,
        }],
    }
}

pub(crate) fn registry_document() -> RegistryDocument {
    let root = Root {
        threshold: 1,
        keys: vec![*root_key().verifying_key()],
    };
    let mut document =
        RegistryDocument::first(root, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    document.parties = vec![
        party(&county(), Role::County, &["verification_result"]),
        party(
            &bureau(),
            Role::Bureau,
            &["return_sheet", "warning_dispatch"],
        ),
        party(&department(), Role::Department, &["warning_list"]),
    ];
    document
}

pub(crate) fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let bytes = registry_document()
            .sign(&[&root_key()], &Limits::default())
            .expect("signing");
        Registry::trust(&bytes, &Limits::default()).expect("a trusted registry")
    })
}

/// What the department's first package to the bureau says of itself.
pub(crate) fn request() -> SealRequest {
    SealRequest {
        package_id: posthorse_package::PackageId::from_parts(now(), [7; 10]),
        kind: "warning_list".parse().expect("a kind"),
        sender: department().id.parse().expect("a party id"),
        recipients: vec![bureau().recipient()],
        period: Some("2026-11".parse().expect("a period")),
        sealed_at: now(),
        not_after: now().plus_seconds(30 * 86_400),
        sequence: 1,
        previous: None,
        in_reply_to: None,
        supersedes: None,
    }
}

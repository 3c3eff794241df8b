//! Who may send what to whom and when; and the attacks that a shared folder offers.

use crate::json::text;
use crate::keys::{
    self, BUREAU, COUNTY, EXPIRED, EXPIRES_IN_DECEMBER, NOT_YET, OLD_BUREAU, OTHER, Office,
    REVOKED, REVOKED_IN_DECEMBER, SAME_PERSON, SECOND_PERSON, SENDER, STRANGER, digest, key_id,
};
use crate::package::Package;
use crate::vector::Vector;
use crate::zip;

pub(crate) fn vectors() -> Vec<Vector> {
    let mut all = keys_in_force();
    all.extend(rights());
    all.extend(moments());
    all.extend(swapped());
    all.extend(resigned());
    all
}

/// When the key that is not valid yet becomes valid.
const NEW_YEAR: &str = "2027-01-01T00:00:00Z";

fn refused(name: &str, expect: &'static str, comment: &str, package: &Package) -> Vector {
    Vector::package(name, ("verify", expect), "8.1", comment).of(package.bytes())
}

fn signed_by(seed: u8) -> Package {
    Package {
        signing_key: seed,
        signers: vec![seed],
        ..Package::default()
    }
}

fn keys_in_force() -> Vec<Vector> {
    let mut with_second = Package::default();
    with_second.signers.push(REVOKED);
    let expired_and_of_another = Package {
        signers: vec![EXPIRES_IN_DECEMBER, OTHER.signer],
        ..signed_by(EXPIRES_IN_DECEMBER)
    };
    assert!(
        key_id(EXPIRES_IN_DECEMBER) < key_id(OTHER.signer),
        "the expired key comes first"
    );
    let first_of_a_new_key = Package {
        descriptor: Box::new(|descriptor| descriptor.set("created", text(NEW_YEAR))),
        manifest: Box::new(|manifest| {
            manifest
                .set("sealed_at", text(NEW_YEAR))
                .set("not_after", text("2027-01-31T00:00:00Z"))
        }),
        ..signed_by(NOT_YET)
    };
    let december = "2026-12-02T00:00:00Z";
    let back_dated = |seed| Package {
        manifest: Box::new(|manifest| manifest.set("sealed_at", text("2026-05-01T08:00:00Z"))),
        ..signed_by(seed)
    };
    let before = Package {
        manifest: Box::new(|manifest| manifest.set("sealed_at", text("2025-12-31T23:59:59Z"))),
        ..Package::default()
    };
    vec![
        refused("signer-stranger", "signer-unknown", "A key that stands in no entry of the registry.", &signed_by(STRANGER)),
        refused("signer-root", "signer-unknown", "A root key vouches for the registry; it sends nothing.", &signed_by(keys::ROOT)),
        refused("key-expired", "key-expired", "The key had expired when the package was sealed.", &signed_by(EXPIRED)),
        refused("key-expired-since", "key-expired", "The key expired between sealing and judging.", &signed_by(EXPIRES_IN_DECEMBER)).with("as-of", december),
        refused("key-expired-at-that-moment", "key-expired", "Judged at valid_until itself: the key is no longer valid then.", &signed_by(EXPIRES_IN_DECEMBER)).with("as-of", "2026-12-01T00:00:00Z"),
        refused("key-expired-back-dated", "key-expired", "Sealed, it says, while the key was valid; it arrives afterwards.", &back_dated(EXPIRED)),
        refused("key-not-yet-valid", "key-not-yet-valid", "The key is valid from next year on.", &signed_by(NOT_YET)),
        refused("key-not-yet-valid-when-sealed", "key-not-yet-valid", "Sealed one second before the key was valid.", &before),
        refused("key-revoked", "key-revoked", "The key was revoked before the package was sealed.", &signed_by(REVOKED)),
        refused("key-revoked-since", "key-revoked", "The key was revoked between sealing and judging.", &signed_by(REVOKED_IN_DECEMBER)).with("as-of", december),
        refused("key-revoked-at-that-moment", "key-revoked", "Judged at the moment of the revocation.", &signed_by(REVOKED_IN_DECEMBER)).with("as-of", "2026-12-01T00:00:00Z"),
        refused("key-revoked-back-dated", "key-revoked", "A thief dates the package before the revocation, and cannot arrive earlier.", &back_dated(REVOKED)),
        refused("key-revoked-of-second-signer", "key-revoked", "Every signature counts, and the second one's key is revoked.", &with_second),
        refused("key-expired-and-signed-by-another", "signer-not-sender", "The first key has expired, the second is another party's: whose word it is comes before the standing of any key.", &expired_and_of_another).with("as-of", december),
        Vector::package("opens-by-a-slow-clock-before-the-key-is-valid", ("open", "opens"), "8.1", "Sealed at valid_from, and judged by a clock that is five minutes slow.").of(first_of_a_new_key.bytes()).with("as-of", "2026-12-31T23:55:00Z"),
        refused("registry-expired", "registry-expired", "A registry from which revocations may have been kept: judged at the moment it expires.", &Package::default()).with("as-of", "2027-01-01T00:00:00Z"),
    ]
}

fn rights() -> Vec<Vector> {
    let kind = |kind, signers: &[u8]| Package {
        kind,
        signers: signers.to_vec(),
        ..Package::default()
    };
    let to = |office: Office| Package {
        recipients: vec![office],
        ..Package::default()
    };
    let old = Office {
        secret: OLD_BUREAU,
        ..BUREAU
    };
    let stranger = Office {
        id: "nobody",
        ..BUREAU
    };
    let swapped = Office {
        id: BUREAU.id,
        ..COUNTY
    };
    let never_sealed_to = Office {
        secret: 0x66,
        ..BUREAU
    };
    vec![
        refused(
            "kind-not-allowed",
            "not-allowed",
            "An office sends a kind that only the bureau may send.",
            &kind("warning_dispatch", &[SENDER.signer]),
        ),
        refused(
            "two-signatures-one",
            "too-few-signatures",
            "This kind needs two persons, and one signed.",
            &kind("case_file", &[SENDER.signer]),
        ),
        refused(
            "two-signatures-of-one-person",
            "too-few-signatures",
            "Two keys of the same person are one person.",
            &kind("case_file", &[SENDER.signer, SAME_PERSON]),
        ),
        refused(
            "kind-not-allowed-and-one-signature",
            "not-allowed",
            "Rights come before the number of signatures.",
            &kind("return_sheet", &[SENDER.signer]),
        ),
        refused(
            "recipient-not-registered",
            "recipient-unknown",
            "Sealed to a key that the registry does not have.",
            &to(never_sealed_to),
        ),
        refused(
            "recipient-expired",
            "recipient-unknown",
            "Sealed to a key of the bureau that had expired.",
            &to(old),
        ),
        refused(
            "recipient-of-another-party",
            "recipient-unknown",
            "The county's key under the bureau's name.",
            &to(swapped),
        ),
        refused(
            "recipient-party-unknown",
            "recipient-unknown",
            "A party that the registry does not have.",
            &to(stranger),
        ),
    ]
}

fn moments() -> Vec<Vector> {
    let good = Package::default();
    vec![
        refused(
            "stale",
            "stale",
            "Judged one second after not_after.",
            &good,
        )
        .with("as-of", "2026-12-24T08:00:01Z"),
        refused(
            "from-the-future",
            "from-the-future",
            "sealed_at is 601 seconds after the moment of judging.",
            &good,
        )
        .with("as-of", "2026-11-24T07:49:59Z"),
    ]
}

/// Members of different packages under one name.
fn swapped() -> Vec<Vector> {
    let first = Package::default().make();
    let second = Package {
        number: 2,
        ..Package::default()
    }
    .make();
    let of_other = Package {
        sender: OTHER,
        signing_key: OTHER.signer,
        signers: vec![OTHER.signer],
        ..Package::default()
    }
    .make();
    let mut invented = Package::default();
    invented.files[0].1 = b"source_row,name\r\n2,\xe6\x9d\x8e\xe5\x9b\x9b\r\n".to_vec();
    let invented = invented.make();
    let with_payload = |name: &str, comment: &str, payload: &[u8]| {
        let package = zip::package(payload, &second.manifest, &second.signatures);
        Vector::package(name, ("verify", "payload-digest"), "8.1", comment).of(package.bytes)
    };
    let zeros = Package {
        manifest: Box::new(|manifest| {
            let facts = manifest.get("payload").to_owned();
            let (_, length) = facts.split_once(',').expect("two members");
            manifest.set(
                "payload",
                format!("{{\"blake3\":\"blake3:{}\",{length}", "0".repeat(64)),
            )
        }),
        ..Package::default()
    };
    let other_signatures = zip::package(&second.payload, &second.manifest, &first.signatures);
    vec![
        with_payload(
            "payload-of-an-older-package",
            "An older payload of the same sender under a newer captured manifest.",
            &first.payload,
        ),
        with_payload(
            "payload-of-another-sender",
            "Another sender's payload under a captured manifest.",
            &of_other.payload,
        ),
        with_payload(
            "payload-unsigned",
            "A payload made with nothing but the recipient's public key, under a captured manifest.",
            &invented.payload,
        ),
        Vector::package(
            "signatures-of-an-older-package",
            ("verify", "signature-invalid"),
            "8.1",
            "Older signatures of the same sender under a newer manifest.",
        )
        .of(other_signatures.bytes),
        refused(
            "payload-digest-zero",
            "payload-digest",
            "A signed digest of zeros stands for no payload.",
            &zeros,
        ),
        Vector::package(
            "payload-of-an-older-package-signed",
            ("open", "exchange-mismatch"),
            "7",
            "The sender's own tool puts an older payload under a new manifest, digests and all.",
        )
        .of(Package {
            number: 2,
            ..Package::default()
        }
        .around(first.payload.clone(), first.descriptor.clone())
        .container
        .bytes),
        Vector::package(
            "payload-of-another-sender-signed",
            ("open", "exchange-mismatch"),
            "7",
            "A sender seals another sender's payload as its own, digests and all.",
        )
        .of(Package::default()
            .around(of_other.payload, of_other.descriptor)
            .container
            .bytes),
        Vector::package(
            "payload-of-an-older-package-with-new-contents",
            ("open", "contents-digest"),
            "8.2",
            "An older payload under a new manifest that names the new contents.",
        )
        .of(Package {
            number: 2,
            ..Package::default()
        }
        .around(first.payload, second.descriptor)
        .container
        .bytes),
    ]
}

/// Signatures made by somebody other than the manifest says.
fn resigned() -> Vec<Vector> {
    let good = Package::default().make();
    let names_sender = Package {
        signing_key: OTHER.signer,
        signers: vec![OTHER.signer],
        ..Package::default()
    };
    let stripped = Package {
        signers: vec![OTHER.signer],
        ..Package::default()
    };
    let mut also_other = Package::default();
    also_other.signers.push(OTHER.signer);
    let own_name = Package {
        sender: OTHER,
        signing_key: OTHER.signer,
        signers: vec![OTHER.signer],
        ..Package::default()
    };
    let claims_key = Package {
        manifest: Box::new(|manifest| {
            manifest
                .set("sender", text(OTHER.id))
                .set("contents", text(&digest(b"")))
        }),
        ..Package::default()
    };
    let second_person = Package {
        signing_key: SECOND_PERSON,
        signers: vec![SECOND_PERSON],
        ..Package::default()
    };
    let lent = keys::signature(
        &key_id(SENDER.signer),
        &base64_signature(OTHER.signer, &good.manifest),
    );
    let lent = format!("{{\"signatures\":[{lent}]}}");
    let dispatch = Package {
        sender: BUREAU,
        kind: "warning_dispatch",
        signing_key: BUREAU.signer,
        signers: vec![BUREAU.signer],
        recipients: vec![COUNTY],
        ..Package::default()
    };
    // The bureau opens the package, and encrypts the same files for a county behind a new header.
    let forwarded = Package {
        recipients: vec![COUNTY],
        descriptor_text: Box::new(|_| Package::default().make().descriptor),
        ..Package::default()
    }
    .make();
    vec![
        refused("signed-by-another-in-the-senders-name", "signer-not-sender", "A registered office signs a manifest that names another as its sender.", &names_sender),
        refused("signed-by-another-as-well", "signer-not-sender", "A second signature, good in itself, by a key of another office.", &also_other),
        refused("senders-key-with-another-sender", "signer-not-sender", "The sender's own signature under a manifest that names another sender.", &claims_key),
        Vector::package("signature-stripped-and-remade", ("read", "signature-missing"), "5", "The sender's signature is gone and another office's stands there; the manifest still names the sender's key.")
            .of(stripped.bytes()),
        Vector::package("signature-under-anothers-key-id", ("verify", "signature-invalid"), "8.1", "Another office's signature under the sender's key id.")
            .of(zip::package(&good.payload, &good.manifest, lent.as_bytes()).bytes),
        Vector::package("payload-re-signed-in-ones-own-name", ("open", "exchange-mismatch"), "7", "Another office strips the signature and sends the payload in its own name, digests and all.")
            .of(own_name.around(good.payload.clone(), good.descriptor.clone()).container.bytes),
        Vector::package("payload-re-signed-by-another-person", ("open", "exchange-mismatch"), "7", "Another person of the same office signs in the place of the first.")
            .of(second_person.around(good.payload, good.descriptor).container.bytes),
        Vector::package("forwarded-to-a-county", ("open", "exchange-mismatch"), "7", "A recipient passes the plain text on to somebody else under its own signature.")
            .with("identity", "county.txt")
            .of(dispatch.around(forwarded.payload, forwarded.descriptor).container.bytes),
    ]
}

fn base64_signature(seed: u8, manifest: &[u8]) -> String {
    use base64::Engine as _;
    let sig = keys::sign(seed, crate::package::MANIFEST_TYPE, manifest);
    base64::engine::general_purpose::STANDARD.encode(sig)
}

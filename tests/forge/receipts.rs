//! Receipts, good and bad.

use crate::json::{Object, text};
use crate::keys::{self, BUREAU, NOW, SENDER, STRANGER, digest};
use crate::package::{Made, Package};
use crate::vector::Vector;

pub(crate) const TYPE: &str = "application/vnd.posthorse.receipt.v1+json";
const ANSWERED: &str = "package/opens-one-recipient";

fn receipt(package: &Made) -> Object {
    let answered = Object::default()
        .with("package_id", text("019ab3c0-7400-7000-8000-000000000001"))
        .with("manifest", text(&digest(&package.manifest)))
        .with("signatures", text(&digest(&package.signatures)))
        .with("sender", text(SENDER.id))
        .with("kind", text("warning_list"))
        .with("sequence", "1");
    Object::default()
        .with("format", text("posthorse-receipt/1"))
        .with("issuer", text(BUREAU.id))
        .with("package", answered.text())
        .with("received_at", text(NOW))
        .with("issued_at", text("2026-11-24T08:00:05Z"))
        .with("disposition", text("accepted"))
        .with("code", text("accepted"))
        .with("critical", "[]")
        .with("extensions", "{}")
}

fn vector(
    name: &str,
    expect: &'static str,
    section: &str,
    comment: &str,
    bytes: Vec<u8>,
) -> Vector {
    Vector::document("receipt", name, ("verify", expect), section, comment)
        .with("as-of", "2026-11-24T09:00:00Z")
        .with("registry", "registry.json")
        .with("package", ANSWERED)
        .of(bytes)
}

pub(crate) fn vectors() -> Vec<Vector> {
    let mut all = forms();
    all.extend(signers());
    all
}

fn forms() -> Vec<Vector> {
    let made = Package::default().make();
    let of = |name: &str, expect, comment: &str, edit: &dyn Fn(Object) -> Object| {
        let payload = edit(receipt(&made)).text();
        let section = if expect == "not-allowed" {
            "receipt-v1 §4"
        } else {
            "receipt-v1 §1"
        };
        vector(
            name,
            expect,
            section,
            comment,
            keys::envelope(TYPE, payload.as_bytes(), &[BUREAU.signer])
                .text()
                .into_bytes(),
        )
    };
    let set = |name: &str, expect, comment: &str, member: &'static str, value: &str| {
        let value = value.to_owned();
        of(name, expect, comment, &move |receipt: Object| {
            receipt.set(member, value.clone())
        })
    };
    let log = r#"{"log":{"index":7}}"#;
    vec![
        of("good", "good", "Every row was taken.", &|receipt| receipt),
        of(
            "good-in-part",
            "good",
            "Some rows went back, in a package that the receipt names.",
            &|receipt| {
                receipt
                    .set("disposition", text("accepted-in-part"))
                    .set("code", text("rows-returned"))
                    .after("code", "returned", text(&digest(b"a return sheet")))
            },
        ),
        of(
            "good-extension",
            "good",
            "An extension that is not critical.",
            &|receipt| receipt.set("extensions", log),
        ),
        of(
            "critical-unknown",
            "unknown-critical-extension",
            "An extension that must not be ignored.",
            &|receipt| receipt.set("critical", r#"["log"]"#).set("extensions", log),
        ),
        set(
            "format-next",
            "unknown-version",
            "A later version.",
            "format",
            r#""posthorse-receipt/2""#,
        ),
        set(
            "format-of-package",
            "wrong-document-type",
            "A manifest's format under a receipt's type.",
            "format",
            r#""posthorse-package/1""#,
        ),
        of(
            "unknown-member",
            "field",
            "A member that nobody knows.",
            &|receipt| receipt.with("note", "1"),
        ),
        of(
            "package-array",
            "field",
            "The values of package in an array.",
            &|receipt| {
                let digest = digest(b"");
                receipt.set("package", format!(r#"["019ab3c0-7400-7000-8000-000000000001","{digest}","{digest}","bureau","x",1]"#))
            },
        ),
        set(
            "issued-before-received",
            "field",
            "Signed before the package was there.",
            "issued_at",
            r#""2026-11-24T07:59:59Z""#,
        ),
        set(
            "disposition-unknown",
            "field",
            "A disposition that is none.",
            "disposition",
            r#""lost""#,
        ),
        set(
            "disposition-object",
            "field",
            "A disposition that is not a string.",
            "disposition",
            r#"{"accepted":null}"#,
        ),
        set(
            "code-upper-case",
            "field",
            "A code in capitals.",
            "code",
            r#""Accepted""#,
        ),
        set("code-empty", "field", "No code.", "code", r#""""#),
        set(
            "code-long",
            "field",
            "A code of 65 letters.",
            "code",
            &text(&"a".repeat(65)),
        ),
        of(
            "order",
            "json-not-canonical",
            "code at the end.",
            &|receipt| receipt.without("code").with("code", text("accepted")),
        ),
        of(
            "duplicate-key",
            "json-duplicate-key",
            "disposition twice: two parsers see two verdicts.",
            &|receipt| receipt.after("disposition", "disposition", text("rejected")),
        ),
        of(
            "number",
            "json-number",
            "A sequence with a fraction.",
            &|receipt| {
                let answered = receipt.get("package").replace(":1}", ":1.5}");
                receipt.set("package", answered)
            },
        ),
        set(
            "issuer-is-no-bureau",
            "signer-not-sender",
            "The bureau's key under an issuer that it does not belong to.",
            "issuer",
            r#""education""#,
        ),
    ]
}

fn signers() -> Vec<Vector> {
    let made = Package::default().make();
    let good = receipt(&made);
    let by = |name: &str, expect, comment: &str, receipt: &Object, seeds: &[u8]| {
        vector(
            name,
            expect,
            "receipt-v1 §4",
            comment,
            keys::envelope(TYPE, receipt.text().as_bytes(), seeds)
                .text()
                .into_bytes(),
        )
    };
    let of_sender = good.clone().set("issuer", text(SENDER.id));
    let early = good
        .clone()
        .set("received_at", text("2025-12-31T00:00:00Z"))
        .set("issued_at", text("2025-12-31T00:00:01Z"));
    let altered = keys::envelope(
        TYPE,
        good.clone().set("code", text("rejected")).text().as_bytes(),
        &[BUREAU.signer],
    )
    .set(
        "signatures",
        keys::signatures(&[BUREAU.signer], TYPE, good.text().as_bytes()),
    );
    let other_type = keys::envelope(
        crate::registries::TYPE,
        good.text().as_bytes(),
        &[BUREAU.signer],
    );
    let manifest_type = keys::envelope(
        crate::package::MANIFEST_TYPE,
        &made.manifest,
        &[SENDER.signer],
    );
    let other = Package {
        number: 2,
        ..Package::default()
    }
    .make();
    vec![
        by(
            "by-a-stranger",
            "signer-unknown",
            "A key that nobody knows.",
            &good,
            &[STRANGER],
        ),
        by(
            "by-the-sender",
            "signer-not-sender",
            "The sender answers itself in the bureau's name.",
            &good,
            &[SENDER.signer],
        ),
        by(
            "by-a-department",
            "not-allowed",
            "A department issues a receipt in its own name.",
            &of_sender,
            &[SENDER.signer],
        ),
        by(
            "by-the-bureau-and-a-stranger",
            "signer-unknown",
            "A further signature that nobody can check is not ignored.",
            &good,
            &[BUREAU.signer, STRANGER],
        ),
        by(
            "key-not-yet-valid",
            "key-not-yet-valid",
            "Issued before the key was valid.",
            &early,
            &[BUREAU.signer],
        ),
        by(
            "key-expired",
            "key-expired",
            "Signed with a key that had expired.",
            &of_sender,
            &[keys::EXPIRED],
        ),
        by(
            "registry-expired",
            "registry-expired",
            "Judged by a registry from which revocations may have been kept.",
            &good,
            &[BUREAU.signer],
        )
        .with("as-of", "2027-01-01T00:00:00Z"),
        by(
            "key-revoked",
            "key-revoked",
            "Signed with a key that was revoked.",
            &of_sender,
            &[keys::REVOKED],
        ),
        vector(
            "altered",
            "signature-invalid",
            "receipt-v1 §4",
            "The signature is over another verdict.",
            altered.text().into_bytes(),
        ),
        vector(
            "another-type",
            "wrong-document-type",
            "registry-v1 §1",
            "A registry's type around a receipt.",
            other_type.text().into_bytes(),
        ),
        vector(
            "a-manifest",
            "wrong-document-type",
            "registry-v1 §1",
            "A signed manifest in an envelope is no receipt.",
            manifest_type.text().into_bytes(),
        ),
        by(
            "for-another-package",
            "other-package",
            "A good receipt, shown for a package that it does not answer.",
            &receipt(&other),
            &[BUREAU.signer],
        ),
        by(
            "for-other-signatures",
            "other-package",
            "The digest of signatures.json is another: not these bytes.",
            &good.clone().set(
                "package",
                good.get("package")
                    .replace(&digest(&made.signatures), &digest(b"")),
            ),
            &[BUREAU.signer],
        ),
    ]
}

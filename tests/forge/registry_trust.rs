//! Registries that must not be believed: who signed, what they follow, how they are wrapped.

use crate::json::{array, text};
use crate::keys::{self, BUREAU, ROOT, ROOTS, digest};
use crate::registries::{FROM, TYPE, UNTIL, first, root, second, with_three_roots};
use crate::vector::Vector;

pub(crate) fn vectors() -> Vec<Vector> {
    [trusting(), succeeding(), envelopes()].concat()
}

pub(crate) fn trust(
    name: &str,
    expect: &'static str,
    section: &str,
    comment: &str,
    bytes: Vec<u8>,
) -> Vector {
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
            "good-root-key-of-a-party",
            "good",
            "The bureau's signing key is the root key too, as where one office does both.",
            first()
                .edit(|document| document.set("root", root("1", &[BUREAU.signer])))
                .signed(&[BUREAU.signer]),
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

//! Faults of signatures.json.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::json::array;
use crate::keys::{self, SENDER, STRANGER, key_id};
use crate::package::{MANIFEST_TYPE, Package};
use crate::vector::Vector;

pub(crate) fn vectors() -> Vec<Vector> {
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
            "r-mixed",
            "signature-invalid",
            "5",
            "R has a small-order part: the signature fits only where the cofactor is multiplied in.",
            one(&STANDARD.encode(keys::sign_mixed(
                SENDER.signer,
                MANIFEST_TYPE,
                &made.manifest,
            ))),
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

//! The offices of the vectors, with keys that everybody may know.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::scalar::{Scalar, clamp_integer};
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::age;
use crate::json::{Object, array, text};

pub(crate) const NOW: &str = "2026-11-24T08:00:00Z";

/// An office: its id, the seed of its first signing key, the seed of its identity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Office {
    pub(crate) id: &'static str,
    pub(crate) signer: u8,
    pub(crate) secret: u8,
}

pub(crate) const BUREAU: Office = office("bureau", 1, 0x41);
pub(crate) const SENDER: Office = office("medical-insurance", 2, 0x42);
pub(crate) const OTHER: Office = office("education", 4, 0x44);
pub(crate) const COUNTY: Office = office("411722", 3, 0x43);

const fn office(id: &'static str, signer: u8, secret: u8) -> Office {
    Office { id, signer, secret }
}

/// Further keys of the sender, each with its own lot.
pub(crate) const SECOND_PERSON: u8 = 102;
pub(crate) const SAME_PERSON: u8 = 55;
pub(crate) const EXPIRED: u8 = 50;
pub(crate) const NOT_YET: u8 = 51;
pub(crate) const REVOKED: u8 = 52;
pub(crate) const REVOKED_IN_DECEMBER: u8 = 53;
pub(crate) const EXPIRES_IN_DECEMBER: u8 = 54;
pub(crate) const STRANGER: u8 = 77;
pub(crate) const ROOT: u8 = 9;
pub(crate) const ROOTS: [u8; 3] = [20, 21, 22];
/// The bureau's recipient of the first half of the year.
pub(crate) const OLD_BUREAU: u8 = 0x51;

impl Office {
    pub(crate) fn recipient(self) -> String {
        recipient(self.secret)
    }

    pub(crate) fn point(self) -> [u8; 32] {
        age::public([self.secret; 32])
    }
}

pub(crate) fn recipient(secret: u8) -> String {
    age::bech32("age", &age::public([secret; 32]))
}

/// An identity file of age.
pub(crate) fn identity(secret: u8) -> String {
    let text = age::bech32("age-secret-key-", &[secret; 32]).to_uppercase();
    format!("# public key: {}\n{text}\n", recipient(secret))
}

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("32 bytes")
}

/// A signing key as PKCS#8 version 1 in PEM (RFC 8410), as OpenSSL reads it.
pub(crate) fn pem(seed: u8) -> String {
    let mut document = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    document.extend([seed; 32]);
    let body = STANDARD.encode(document);
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn public(seed: u8) -> String {
    format!("ed25519:{}", hex(pair(seed).public_key().as_ref()))
}

pub(crate) fn key_id(seed: u8) -> String {
    let bytes = [
        b"posthorse/key/v1\0ed25519\0".as_slice(),
        pair(seed).public_key().as_ref(),
    ]
    .concat();
    format!("key:{}", blake3::hash(&bytes).to_hex())
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("blake3:{}", blake3::hash(bytes).to_hex())
}

fn pae(payload_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A signature over the PAE of a body.
pub(crate) fn sign(seed: u8, payload_type: &str, body: &[u8]) -> Vec<u8> {
    pair(seed).sign(&pae(payload_type, body)).as_ref().to_vec()
}

/// One entry of `signatures`.
pub(crate) fn signature(keyid: &str, sig: &str) -> String {
    Object::default()
        .with("keyid", text(keyid))
        .with("sig", text(sig))
        .text()
}

/// The array of signatures by these keys, in order of their ids.
pub(crate) fn signatures(seeds: &[u8], payload_type: &str, body: &[u8]) -> String {
    let mut entries: Vec<(String, String)> = seeds
        .iter()
        .map(|seed| {
            let sig = STANDARD.encode(sign(*seed, payload_type, body));
            (key_id(*seed), sig)
        })
        .collect();
    entries.sort();
    array(entries.iter().map(|(keyid, sig)| signature(keyid, sig)))
}

/// A signed document: DSSE's JSON envelope.
pub(crate) fn envelope(payload_type: &str, payload: &[u8], seeds: &[u8]) -> Object {
    Object::default()
        .with("payloadType", text(payload_type))
        .with("payload", text(&STANDARD.encode(payload)))
        .with("signatures", signatures(seeds, payload_type, payload))
}

/// A signature whose R has a small-order part: it fits for readers that multiply by the cofactor,
/// and for no others.
pub(crate) fn sign_mixed(seed: u8, payload_type: &str, body: &[u8]) -> Vec<u8> {
    let sha512 = |parts: &[&[u8]]| -> [u8; 64] {
        let digest = ring::digest::digest(&ring::digest::SHA512, &parts.concat());
        digest.as_ref().try_into().expect("64 bytes")
    };
    let expanded = sha512(&[&[seed; 32]]);
    let secret = clamp_integer(expanded[..32].try_into().expect("32 bytes"));
    let secret = Scalar::from_bytes_mod_order(secret);
    let nonce = Scalar::from(7_u8);
    let r = (ED25519_BASEPOINT_POINT * nonce + EIGHT_TORSION[1]).compress();
    let pae = pae(payload_type, body);
    let public = pair(seed);
    let hash = sha512(&[r.as_bytes(), public.public_key().as_ref(), &pae]);
    let s = nonce + Scalar::from_bytes_mod_order_wide(&hash) * secret;
    [r.as_bytes().as_slice(), s.as_bytes()].concat()
}

/// A signature over the bytes as they are, as nobody should make one.
pub(crate) fn sign_bare(seed: u8, body: &[u8]) -> Vec<u8> {
    pair(seed).sign(body).as_ref().to_vec()
}

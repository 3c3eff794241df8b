//! age v1 files, written from C2SP `age.md` with every secret fixed.

use age_core::primitives::{aead_encrypt, hkdf};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use curve25519_dalek::montgomery::MontgomeryPoint;
use ring::{aead, hmac};

pub(crate) const FILE_KEY: [u8; 16] = *b"a fixed file key";
pub(crate) const NONCE: [u8; 16] = *b"the fixed nonce.";
pub(crate) const CHUNK: usize = 64 << 10;
pub(crate) const VERSION: &str = "age-encryption.org/v1\n";

/// The point that belongs to a secret.
pub(crate) fn public(secret: [u8; 32]) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(secret).0
}

/// `-> X25519 share` and the wrapped file key.
pub(crate) fn stanza(recipient: [u8; 32], ephemeral: [u8; 32]) -> String {
    let share = public(ephemeral);
    let secret = MontgomeryPoint(recipient).mul_clamped(ephemeral).0;
    raw_stanza(share, recipient, secret)
}

/// A stanza with a share and a shared secret of one's own choosing.
pub(crate) fn raw_stanza(share: [u8; 32], recipient: [u8; 32], secret: [u8; 32]) -> String {
    let salt = [share, recipient].concat();
    let key = hkdf(&salt, b"age-encryption.org/v1/X25519", &secret);
    let body = aead_encrypt(&key, &FILE_KEY);
    format!("-> X25519 {}\n{}\n", base64(&share), base64(&body))
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// A header of these stanzas with the MAC that belongs to it.
pub(crate) fn header(stanzas: &str) -> String {
    with_mac(&format!("{VERSION}{stanzas}---"))
}

/// Closes a header, whatever it says, with its MAC: only its form is at fault then.
pub(crate) fn with_mac(head: &str) -> String {
    format!("{head} {}\n", mac(head))
}

pub(crate) fn mac(head: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &hkdf(&[], b"header", &FILE_KEY));
    base64(hmac::sign(&key, head.as_bytes()).as_ref())
}

/// One chunk of the stream.
pub(crate) fn chunk(plain: &[u8], counter: u64, last: bool) -> Vec<u8> {
    let key = hkdf(&NONCE, b"payload", &FILE_KEY);
    let key = aead::UnboundKey::new(&aead::CHACHA20_POLY1305, &key).expect("32 bytes");
    let mut nonce = [0_u8; 12];
    nonce[3..11].copy_from_slice(&counter.to_be_bytes());
    nonce[11] = u8::from(last);
    let mut bytes = plain.to_vec();
    aead::LessSafeKey::new(key)
        .seal_in_place_append_tag(
            aead::Nonce::assume_unique_for_key(nonce),
            aead::Aad::empty(),
            &mut bytes,
        )
        .expect("a short chunk");
    bytes
}

/// The chunks of a stream.
pub(crate) fn chunks(plain: &[u8]) -> Vec<Vec<u8>> {
    let parts: Vec<&[u8]> = plain.chunks(CHUNK).collect();
    let last = parts.len().saturating_sub(1);
    parts
        .iter()
        .zip(0_u64..)
        .map(|(part, counter)| chunk(part, counter, counter == last as u64))
        .collect()
}

/// A whole file: header, nonce, chunks.
pub(crate) fn file(header: &str, chunks: &[Vec<u8>]) -> Vec<u8> {
    [header.as_bytes(), &NONCE, &chunks.concat()].concat()
}

/// Bech32 (BIP 173) as age uses it.
pub(crate) fn bech32(prefix: &str, bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let mut data = Vec::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in bytes {
        bits = (bits << 8 | u32::from(*byte)) & 0xfff;
        count += 8;
        while count >= 5 {
            count -= 5;
            data.push((bits >> count & 31) as u8);
        }
    }
    if count > 0 {
        data.push((bits << (5 - count) & 31) as u8);
    }
    let mut values: Vec<u8> = prefix.bytes().map(|byte| byte >> 5).collect();
    values.push(0);
    values.extend(prefix.bytes().map(|byte| byte & 31));
    values.extend(&data);
    values.extend([0; 6]);
    let sum = polymod(&values) ^ 1;
    data.extend((0..6).map(|at| (sum >> (5 * (5 - at)) & 31) as u8));
    let letters: String = data
        .iter()
        .map(|value| char::from(LETTERS[usize::from(*value)]))
        .collect();
    format!("{prefix}1{letters}")
}

fn polymod(values: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    values.iter().fold(1_u32, |sum, value| {
        let top = sum >> 25;
        let shifted = (sum & 0x1ff_ffff) << 5 ^ u32::from(*value);
        (0..5).fold(shifted, |sum, bit| {
            if top >> bit & 1 == 1 {
                sum ^ GENERATOR[bit]
            } else {
                sum
            }
        })
    })
}

//! Keys: who signs, who can open; their text forms; and the points that are refused as keys.

use std::fmt;
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::montgomery::MontgomeryPoint;
use curve25519_dalek::traits::IsIdentity;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::digest::Digest;
use crate::names::PartyId;
use crate::refusal::Refusal;

/// How the message of [`KeyError::Weak`] begins: a document that holds such a key is told from one
/// with another fault by it.
pub(crate) const WEAK: &str = "a weak ";

/// A key that cannot be used. Never holds the key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The text or the bytes are not such a key.
    #[error("not a {0}")]
    Malformed(&'static str),
    /// The point is not canonical or not of full order, so that signatures or secrets under it prove nothing.
    #[error("{WEAK}{0}: not a canonical point of full order")]
    Weak(&'static str),
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoRandomness,
}

impl KeyError {
    /// The class of refusal.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            KeyError::Weak(_) => Refusal::WeakKey,
            KeyError::Malformed(_) | KeyError::NoRandomness => Refusal::Field,
        }
    }
}

/// An Ed25519 signing key (RFC 8032). Its `Debug` shows the public half only.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    verifying: VerifyingKey,
}

impl SigningKey {
    /// Makes a new key and returns its PKCS#8 v2 document (RFC 5958), which is all there is to keep.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`] when the system gives no random bytes.
    pub fn generate_pkcs8() -> Result<Zeroizing<Vec<u8>>, KeyError> {
        Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .map(|document| Zeroizing::new(document.as_ref().to_vec()))
            .map_err(|_| KeyError::NoRandomness)
    }

    /// Reads a key from PKCS#8: version 2 as made here, or version 1 as OpenSSL writes it.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when the bytes are no such document or its halves do not match.
    pub fn from_pkcs8(document: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document)
            .map_err(|_| KeyError::Malformed("signing key"))?;
        let mut public = [0_u8; 32];
        public.copy_from_slice(pair.public_key().as_ref());
        let verifying = VerifyingKey::from_bytes(public)?;
        Ok(Self { pair, verifying })
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// Signs the bytes as they are; documents are signed through their PAE (spec §5).
    #[must_use]
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0_u8; 64];
        signature.copy_from_slice(self.pair.sign(message).as_ref());
        signature
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifying.key_id())
    }
}

/// An Ed25519 verifying key: canonical, of prime order, never a low-order or mixed point.
///
/// Written `ed25519:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyingKey([u8; 32]);

impl VerifyingKey {
    /// Takes the 32 bytes of RFC 8032 §5.1.2.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for bytes that are no point of the curve, [`KeyError::Weak`] for a
    /// point with a second encoding or with a small-order part: under such a key one signature
    /// can fit many messages.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, KeyError> {
        let point = CompressedEdwardsY(bytes)
            .decompress()
            .ok_or(KeyError::Malformed("verifying key"))?;
        if point.compress().0 == bytes && point.is_torsion_free() && !point.is_identity() {
            Ok(Self(bytes))
        } else {
            Err(KeyError::Weak("verifying key"))
        }
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The full digest of type and key, by which documents name this key.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        let mut bytes = b"posthorse/key/v1\0ed25519\0".to_vec();
        bytes.extend_from_slice(&self.0);
        KeyId(*Digest::of(&bytes).as_bytes())
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(message, signature)
            .is_ok()
    }
}

impl FromStr for VerifyingKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = text.strip_prefix("ed25519:").and_then(hex32);
        Self::from_bytes(bytes.ok_or(KeyError::Malformed("verifying key"))?)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ed25519:{}", blake3::Hash::from(self.0).to_hex())
    }
}

/// The name of a verifying key: a digest of its type and bytes. A hint; it never decides trust.
///
/// Written `key:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 32]);

impl FromStr for KeyId {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let bytes = text.strip_prefix("key:").and_then(hex32);
        bytes.map(Self).ok_or(KeyError::Malformed("key id"))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key:{}", blake3::Hash::from(self.0).to_hex())
    }
}

fn hex32(hex: &str) -> Option<[u8; 32]> {
    if hex.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    blake3::Hash::from_hex(hex)
        .ok()
        .map(|hash| *hash.as_bytes())
}

/// An age X25519 recipient: whoever holds the identity behind it can open. Written `age1…`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient(Box<str>);

impl Recipient {
    pub(crate) fn to_age(&self) -> Result<age::x25519::Recipient, KeyError> {
        self.0.parse().map_err(|_| KeyError::Malformed("recipient"))
    }
}

impl FromStr for Recipient {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let malformed = KeyError::Malformed("recipient");
        let recipient: age::x25519::Recipient = text.parse().map_err(|_| malformed)?;
        // Bech32 also comes in upper case; one key has one text.
        if recipient.to_string() != text {
            return Err(malformed);
        }
        let point = age_core::primitives::bech32_decode(
            text,
            |_| malformed,
            |_| Ok(()),
            |_, bytes| {
                let bytes: Vec<u8> = bytes.collect();
                <[u8; 32]>::try_from(bytes).map_err(|_| malformed)
            },
        )?;
        // Eight times a low-order point is nothing: every sender would share the same secret.
        let canonical = point[31] & 0x80 == 0 && !is_at_least_p(&point);
        // Eight in binary: four steps of the ladder, where a scalar of full length takes 255.
        let eight_times =
            MontgomeryPoint(point).mul_bits_be([true, false, false, false].into_iter());
        let full_order = eight_times.0 != [0_u8; 32];
        if canonical && full_order {
            Ok(Self(text.into()))
        } else {
            Err(KeyError::Weak("recipient"))
        }
    }
}

/// Whether a little-endian number of 255 bits is 2²⁵⁵−19 or more, a second name of a smaller one.
fn is_at_least_p(bytes: &[u8; 32]) -> bool {
    bytes[31] == 0x7f && bytes[1..31].iter().all(|byte| *byte == 0xff) && bytes[0] >= 0xed
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A secret that opens what was sealed to its recipient. Its `Debug` shows nothing.
#[derive(Clone)]
pub struct Identity(age::x25519::Identity);

impl Identity {
    /// Makes a new identity.
    #[must_use]
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// The recipient that senders seal to.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public().to_string().into())
    }

    /// The secret text, `AGE-SECRET-KEY-1…`, for the file that keeps it.
    #[must_use]
    pub fn secret_text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// Reads an identity file of age: one secret a line, `#` for comments.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when a line is neither, or when no secret stands in it.
    pub fn parse_file(text: &str) -> Result<Vec<Self>, KeyError> {
        let lines = text.lines().map(str::trim);
        let identities: Vec<Self> = lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        if identities.is_empty() {
            return Err(KeyError::Malformed("identity file"));
        }
        Ok(identities)
    }

    pub(crate) fn as_age(&self) -> &age::x25519::Identity {
        &self.0
    }
}

impl FromStr for Identity {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        text.parse()
            .map(Self)
            .map_err(|_| KeyError::Malformed("identity"))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

/// What two people read to each other over the telephone to be sure that keys are the right ones:
/// eight groups of five decimal digits over party, verifying key and recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a party's keys (registry spec §4).
    #[must_use]
    pub fn of(party: &PartyId, key: &VerifyingKey, recipient: &Recipient) -> Self {
        let text = format!("posthorse/fingerprint/v1\0{party}\0{key}\0{recipient}");
        Self::of_digest(&Digest::of(text.as_bytes()))
    }

    /// The fingerprint of a set of root keys, in ascending order of their bytes (registry spec §4).
    #[must_use]
    pub fn of_root(keys: &[VerifyingKey]) -> Self {
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        let mut text = String::from("posthorse/root-fingerprint/v1");
        for key in sorted {
            text.push('\0');
            text.push_str(&key.to_string());
        }
        Self::of_digest(&Digest::of(text.as_bytes()))
    }

    fn of_digest(digest: &Digest) -> Self {
        let groups: Vec<String> = digest
            .as_bytes()
            .chunks_exact(4)
            .map(|bytes| {
                let number = bytes
                    .iter()
                    .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
                format!("{:05}", number % 100_000)
            })
            .collect();
        Self(groups.join(" "))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Fingerprint {
    type Err = KeyError;

    /// Reads the digits, however they are grouped.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
        let strange = text
            .bytes()
            .any(|byte| !byte.is_ascii_digit() && !b" -\t".contains(&byte));
        if digits.len() != 40 || strange {
            return Err(KeyError::Malformed("fingerprint"));
        }
        let groups: Vec<String> = digits
            .chunks(5)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        Ok(Self(groups.join(" ")))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({})", self.0)
    }
}

macro_rules! as_text {
    ($($name:ident),*) => {
        $(
            impl Serialize for $name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $name {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = String::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }
        )*
    };
}
as_text!(VerifyingKey, KeyId, Recipient);

macro_rules! debug_as_display {
    ($($name:ident),*) => {
        $(
            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }
        )*
    };
}
debug_as_display!(VerifyingKey, KeyId, Recipient);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_order_and_non_canonical_points_are_no_keys() {
        // The eight small-order points and second encodings (ed25519-speccheck, CCTV ed25519).
        for hex in [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ] {
            assert!(
                format!("ed25519:{hex}").parse::<VerifyingKey>().is_err(),
                "{hex}"
            );
        }
    }

    #[test]
    fn low_order_points_are_no_recipients() {
        let good = Identity::generate().recipient().to_string();
        let encoded = |point: &[u8; 32]| {
            let text = age_core::primitives::bech32_decode(
                &good,
                |_| (),
                |_| Ok(()),
                |prefix, _| Ok(age_core::primitives::bech32_encode(prefix, point)),
            );
            text.expect("a good prefix")
        };
        let mut base = [0; 32];
        base[0] = 9;
        assert!(encoded(&base).parse::<Recipient>().is_ok());
        // All five u of low order, on the curve and on its twist (RFC 7748 §6.1, and Bernstein's list).
        for hex in [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ] {
            let point = hex32(hex).expect("32 bytes");
            let text = encoded(&point);
            assert_eq!(text.parse::<Recipient>(), Err(KeyError::Weak("recipient")));
        }
    }

    #[test]
    fn keys_round_trip() {
        let key = SigningKey::from_pkcs8(&SigningKey::generate_pkcs8().expect("a key"));
        let key = key.expect("the key just made");
        let text = key.verifying_key().to_string();
        assert_eq!(
            text.parse::<VerifyingKey>().expect("its text"),
            *key.verifying_key()
        );
        assert!(text.to_uppercase().parse::<VerifyingKey>().is_err());
        let identity = Identity::generate();
        let text = identity.recipient().to_string();
        assert_eq!(text.parse::<Recipient>(), Ok(identity.recipient()));
        assert!(text.to_uppercase().parse::<Recipient>().is_err());
        let print = Fingerprint::of(
            &"bureau".parse().expect("an id"),
            key.verifying_key(),
            &identity.recipient(),
        );
        assert_eq!(
            print.to_string().replace(' ', "").parse::<Fingerprint>(),
            Ok(print)
        );
    }
}

//! Personal fields at rest: a keyed hash to find a person, and a cipher for everything said of them.

use std::fmt;

use posthorse_package::Digest;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};

use crate::error::LedgerError;

const HASH_CONTEXT: &str = "posthorse ledger v1 2026-11-24 person hash";
const FINGERPRINT_CONTEXT: &str = "posthorse ledger v1 2026-11-24 lead fingerprint";
const KEY_CONTEXT: &str = "posthorse ledger v1 2026-11-24 case key";
const FIELD_CONTEXT: &str = "posthorse ledger v1 2026-11-24 field cipher";
const CHECK_CONTEXT: &str = "posthorse ledger v1 2026-11-24 key check";

/// The secret of 32 bytes without which a ledger's file names nobody. It is never stored in the file.
pub struct LedgerKey([u8; 32]);

impl LedgerKey {
    /// A key from its 32 bytes, which must come from a cryptographic random source.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for LedgerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LedgerKey(…)")
    }
}

/// Bytes about a person, in memory. They show themselves to nobody by accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Wraps bytes that must not be printed or logged.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one who needs them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

/// The derived keys of one ledger.
pub(crate) struct Cipher {
    hash_key: [u8; 32],
    fingerprint_key: [u8; 32],
    case_key: [u8; 32],
    field_key: LessSafeKey,
    check: Digest,
    random: SystemRandom,
}

impl Cipher {
    pub(crate) fn new(key: &LedgerKey) -> Result<Self, LedgerError> {
        let field_key = blake3::derive_key(FIELD_CONTEXT, &key.0);
        let unbound =
            UnboundKey::new(&CHACHA20_POLY1305, &field_key).map_err(|_| LedgerError::Cipher)?;
        Ok(Self {
            hash_key: blake3::derive_key(HASH_CONTEXT, &key.0),
            fingerprint_key: blake3::derive_key(FINGERPRINT_CONTEXT, &key.0),
            case_key: blake3::derive_key(KEY_CONTEXT, &key.0),
            field_key: LessSafeKey::new(unbound),
            check: Digest::from_bytes(blake3::derive_key(CHECK_CONTEXT, &key.0)),
            random: SystemRandom::new(),
        })
    }

    /// What a ledger keeps to recognise its key, without giving it away.
    pub(crate) fn check(&self) -> Digest {
        self.check
    }

    /// The hash under which a person's identity is found.
    pub(crate) fn person_hash(&self, identity: &Secret) -> Digest {
        Digest::from_bytes(*blake3::keyed_hash(&self.hash_key, identity.expose()).as_bytes())
    }

    /// The hash by which two leads are known to say the same.
    pub(crate) fn fingerprint(&self, detail: &Secret) -> Digest {
        Digest::from_bytes(*blake3::keyed_hash(&self.fingerprint_key, detail.expose()).as_bytes())
    }

    /// The hash under which a case is found by what its opener calls it.
    pub(crate) fn key_hash(&self, key: &Secret) -> Digest {
        Digest::from_bytes(*blake3::keyed_hash(&self.case_key, key.expose()).as_bytes())
    }

    /// Seals a field so that it opens only in this row of this table.
    pub(crate) fn seal(
        &self,
        table: &str,
        row: &str,
        plain: &Secret,
    ) -> Result<Vec<u8>, LedgerError> {
        let mut nonce = [0_u8; NONCE_LEN];
        self.random
            .fill(&mut nonce)
            .map_err(|_| LedgerError::Cipher)?;
        let mut sealed = plain.expose().to_vec();
        self.field_key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(format!("{table}/{row}")),
                &mut sealed,
            )
            .map_err(|_| LedgerError::Cipher)?;
        let mut field = nonce.to_vec();
        field.append(&mut sealed);
        Ok(field)
    }

    /// Opens a field that was sealed in this row of this table.
    pub(crate) fn open(
        &self,
        table: &'static str,
        row: &str,
        field: &[u8],
    ) -> Result<Secret, LedgerError> {
        let damaged = LedgerError::Corrupt {
            what: "personal field",
        };
        let Some((nonce, sealed)) = field.split_first_chunk::<NONCE_LEN>() else {
            return Err(damaged);
        };
        let mut plain = sealed.to_vec();
        let length = self
            .field_key
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(format!("{table}/{row}")),
                &mut plain,
            )
            .map_err(|_| damaged)?
            .len();
        plain.truncate(length);
        Ok(Secret(plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cipher(byte: u8) -> Cipher {
        Cipher::new(&LedgerKey::from_bytes([byte; 32])).expect("a cipher")
    }

    fn other() -> Cipher {
        cipher(2)
    }

    #[test]
    fn a_field_opens_only_in_its_own_row() {
        let cipher = cipher(1);
        let secret = Secret::new(b"someone".to_vec());
        let field = cipher.seal("persons", "7", &secret).expect("sealed");
        assert_eq!(cipher.open("persons", "7", &field).expect("opened"), secret);
        assert!(cipher.open("persons", "8", &field).is_err());
        assert!(cipher.open("leads", "7", &field).is_err());
        assert!(other().open("persons", "7", &field).is_err());
        assert!(cipher.open("persons", "7", &field[..5]).is_err());
    }

    #[test]
    fn the_same_field_is_never_sealed_to_the_same_bytes() {
        let cipher = cipher(1);
        let secret = Secret::new(b"someone".to_vec());
        assert_ne!(
            cipher.seal("persons", "7", &secret).expect("sealed"),
            cipher.seal("persons", "7", &secret).expect("sealed")
        );
        assert_eq!(cipher.person_hash(&secret), cipher.person_hash(&secret));
        assert_ne!(cipher.person_hash(&secret), other().person_hash(&secret));
    }

    #[test]
    fn secrets_do_not_print() {
        let secret = Secret::new(b"someone".to_vec());
        assert!(!format!("{secret:?}").contains("someone"));
    }
}

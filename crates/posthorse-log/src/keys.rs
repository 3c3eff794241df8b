//! Who signs notes, and how: the log's own signature, and timestamped cosignatures.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use posthorse_package::{KeyError, Timestamp, VerifyingKey};
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::note::{KeyName, Note, NoteKeyId, SignatureLine};

/// What a key's signatures state. The byte is part of the key's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureType {
    /// Ed25519 over the text of the note (C2SP signed-note).
    Note,
    /// `cosignature/v1`: Ed25519 over a moment and the text (C2SP tlog-cosignature).
    Cosignature,
}

impl SignatureType {
    fn byte(self) -> u8 {
        match self {
            SignatureType::Note => 0x01,
            SignatureType::Cosignature => 0x04,
        }
    }
}

const SIGNATURE: usize = 64;
const MOMENT: usize = 8;

/// A key that is trusted to verify notes, with the name under which it signs.
///
/// Written as C2SP's vkey: `<name>+<key id>+<base64 of type and key>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerifierKey {
    name: KeyName,
    kind: SignatureType,
    key: ByBytes,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ByBytes(VerifyingKey);

impl fmt::Debug for ByBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A text that is not a vkey, or one that cannot be used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifierKeyError {
    /// Not three parts of the right form.
    #[error("not a verifier key: name+id+key")]
    Malformed,
    /// A signature type that is not used here.
    #[error("a verifier key of type 0x{0:02x}, which is not used here")]
    UnknownType(u8),
    /// The id is not that of this name and key.
    #[error("the key id {stated} is not that of this name and key, {expected}")]
    WrongId {
        /// The id that stands in the text.
        stated: NoteKeyId,
        /// The id of the key.
        expected: NoteKeyId,
    },
    /// The bytes are no key that proves anything.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl VerifierKey {
    /// A key under its name.
    #[must_use]
    pub fn new(name: KeyName, kind: SignatureType, key: VerifyingKey) -> Self {
        Self {
            name,
            kind,
            key: ByBytes(key),
        }
    }

    /// The name under which it signs.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// What its signatures state.
    #[must_use]
    pub fn signature_type(&self) -> SignatureType {
        self.kind
    }

    /// The key itself.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.key.0
    }

    /// The id by which its signatures are found: four bytes of
    /// `SHA-256(name || 0x0A || type || key)`.
    #[must_use]
    pub fn key_id(&self) -> NoteKeyId {
        let mut bytes = self.name.as_str().as_bytes().to_vec();
        bytes.extend([b'\n', self.kind.byte()]);
        bytes.extend(self.key.0.as_bytes());
        let mut id = [0_u8; 4];
        id.copy_from_slice(&digest(&SHA256, &bytes).as_ref()[..4]);
        NoteKeyId(id)
    }

    /// The text of a note, if this key has signed it, and no line of this key is wrong.
    #[must_use]
    pub fn text_of<'n>(&self, note: &'n Note) -> Option<&'n str> {
        let text = note.untrusted_text();
        let mut lines = note.signatures().iter().filter(|line| self.claims(line));
        let first = lines.next()?;
        let is_good = |line| self.verify(text, line).is_some();
        (is_good(first) && lines.all(is_good)).then_some(text)
    }

    /// Whether a line says that this key made it.
    pub(crate) fn claims(&self, line: &SignatureLine) -> bool {
        line.name == self.name && line.key == self.key_id()
    }

    /// Whether the line is this key's signature on the text, and which moment it states, if any.
    pub(crate) fn verify(&self, text: &str, line: &SignatureLine) -> Option<Stated> {
        let key = UnparsedPublicKey::new(&ED25519, self.key.0.as_bytes());
        match self.kind {
            SignatureType::Note => {
                key.verify(text.as_bytes(), &line.signature).ok()?;
                Some(Stated::Signed)
            }
            SignatureType::Cosignature => {
                let (moment, signature) = line.signature.split_first_chunk::<MOMENT>()?;
                let second = i64::try_from(u64::from_be_bytes(*moment)).ok()?;
                let message = cosigned(text, second);
                key.verify(message.as_bytes(), signature).ok()?;
                Timestamp::from_second(second).map(Stated::SeenAt)
            }
        }
    }
}

/// What a good signature states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stated {
    Signed,
    SeenAt(Timestamp),
}

impl Stated {
    pub(crate) fn moment(self) -> Option<Timestamp> {
        match self {
            Stated::Signed => None,
            Stated::SeenAt(at) => Some(at),
        }
    }
}

/// The message under a cosignature.
fn cosigned(text: &str, second: i64) -> String {
    format!("cosignature/v1\ntime {second}\n{text}")
}

impl FromStr for VerifierKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, VerifierKeyError> {
        let malformed = VerifierKeyError::Malformed;
        let mut parts = text.splitn(3, '+');
        let mut part = || parts.next().ok_or(malformed);
        let (name, id, key) = (part()?, part()?, part()?);
        let stated = hex_id(id).ok_or(malformed)?;
        let bytes = STANDARD.decode(key).map_err(|_| malformed)?;
        let (kind, key) = bytes.split_first().ok_or(malformed)?;
        let kind = match kind {
            0x01 => SignatureType::Note,
            0x04 => SignatureType::Cosignature,
            other => return Err(VerifierKeyError::UnknownType(*other)),
        };
        let key = VerifyingKey::from_bytes(key.try_into().map_err(|_| malformed)?)?;
        let verifier = Self::new(name.parse().map_err(|_| malformed)?, kind, key);
        let expected = verifier.key_id();
        if stated == expected {
            Ok(verifier)
        } else {
            Err(VerifierKeyError::WrongId { stated, expected })
        }
    }
}

fn hex_id(text: &str) -> Option<NoteKeyId> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 8 || !text.bytes().all(is_hex) {
        return None;
    }
    let number = u32::from_str_radix(text, 16).ok()?;
    Some(NoteKeyId(number.to_be_bytes()))
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&[self.kind.byte()][..], self.key.0.as_bytes()].concat();
        let key = STANDARD.encode(bytes);
        write!(f, "{}+{}+{key}", self.name, self.key_id())
    }
}

/// Signs the text of notes: a log's own key. Its `Debug` shows the public half only.
pub struct NoteSigner(Signer);

/// States that it saw a checkpoint, and when: a witness's key, or a log's clock.
/// Its `Debug` shows the public half only.
pub struct Cosigner(Signer);

struct Signer {
    pair: Ed25519KeyPair,
    verifier: VerifierKey,
}

impl Signer {
    fn new(name: KeyName, kind: SignatureType, document: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document)
            .map_err(|_| KeyError::Malformed("signing key"))?;
        let mut public = [0_u8; 32];
        public.copy_from_slice(pair.public_key().as_ref());
        let key = VerifyingKey::from_bytes(public)?;
        Ok(Self {
            pair,
            verifier: VerifierKey::new(name, kind, key),
        })
    }

    fn line(&self, signature: Vec<u8>) -> SignatureLine {
        SignatureLine {
            name: self.verifier.name.clone(),
            key: self.verifier.key_id(),
            signature,
        }
    }
}

impl NoteSigner {
    /// Reads the key from PKCS#8, as [`posthorse_package::SigningKey::generate_pkcs8`] makes it.
    /// It MUST be a key of its own: never one that signs packages, receipts or cosignatures.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when the bytes are no such document.
    pub fn from_pkcs8(name: KeyName, document: &[u8]) -> Result<Self, KeyError> {
        Signer::new(name, SignatureType::Note, document).map(Self)
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.0.verifier
    }

    pub(crate) fn sign(&self, text: &str) -> SignatureLine {
        self.0
            .line(self.0.pair.sign(text.as_bytes()).as_ref().to_vec())
    }
}

impl Cosigner {
    /// Reads the key from PKCS#8. It MUST be a key of its own (C2SP tlog-cosignature).
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when the bytes are no such document.
    pub fn from_pkcs8(name: KeyName, document: &[u8]) -> Result<Self, KeyError> {
        Signer::new(name, SignatureType::Cosignature, document).map(Self)
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        &self.0.verifier
    }

    pub(crate) fn sign(&self, text: &str, at: Timestamp) -> SignatureLine {
        let second = at.as_second();
        let message = cosigned(text, second);
        let mut signature = Vec::with_capacity(MOMENT + SIGNATURE);
        signature.extend(second.to_be_bytes());
        signature.extend(self.0.pair.sign(message.as_bytes()).as_ref());
        self.0.line(signature)
    }
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteSigner({})", self.0.verifier)
    }
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cosigner({})", self.0.verifier)
    }
}

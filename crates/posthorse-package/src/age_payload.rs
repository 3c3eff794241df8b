//! The age payload's key and chunks: 64 KiB each, sealed by itself wherever it stands.
//!
//! Header, stanzas, file key and MAC are the age crate's own work. It shows the file key to whoever
//! implements its recipient and its identity, which is how it is heard here. Ours is what follows
//! the header: the payload key, and the STREAM of chunks under ring's cipher.
//!
//! Source: C2SP age.md, "Payload"; Hoang, Reyhanitabar, Rogaway and Vizár, "Online
//! Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (2015), for STREAM.

use std::cell::RefCell;
use std::collections::HashSet;
use std::io;

use age_core::format::{FileKey, Stanza};
use age_core::primitives::hkdf;
use age_core::secrecy::ExposeSecret;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::error::Unspecified;
use zeroize::Zeroizing;

pub(crate) const NONCE: usize = 16;
pub(crate) const CHUNK: usize = 64 << 10;
pub(crate) const TAG: usize = 16;
pub(crate) const SEALED_CHUNK: usize = CHUNK + TAG;

/// Encrypts the chunks of one payload and no other.
pub(crate) struct PayloadKey(LessSafeKey);

impl PayloadKey {
    /// The key of a new payload, and what stands before its first chunk: the header and the nonce.
    ///
    /// # Errors
    /// Those of the age crate: nobody to encrypt to.
    pub(crate) fn begin(
        recipients: &[age::x25519::Recipient],
    ) -> Result<(Self, Vec<u8>), age::EncryptError> {
        let heard = RefCell::new(None);
        let listening: Vec<ListeningRecipient<'_>> = recipients
            .iter()
            .map(|recipient| ListeningRecipient {
                recipient,
                heard: &heard,
            })
            .collect();
        let encryptor = age::Encryptor::with_recipients(
            listening
                .iter()
                .map(|recipient| recipient as &dyn age::Recipient),
        )?;
        let mut head = Vec::new();
        // This writes header and nonce; the writer is dropped before its first chunk.
        drop(encryptor.wrap_output(&mut head)?);
        let key = Self::derive(&heard, &head).ok_or(age::EncryptError::MissingRecipients)?;
        Ok((key, head))
    }

    /// The key of the payload that begins with this header and nonce, for one of the identities.
    ///
    /// # Errors
    /// Those of the age crate: a header or a MAC that it refuses, or no identity that fits.
    pub(crate) fn unwrap<'a>(
        head: &[u8],
        identities: impl Iterator<Item = &'a age::x25519::Identity>,
    ) -> Result<Self, age::DecryptError> {
        let heard = RefCell::new(None);
        let listening: Vec<ListeningIdentity<'_>> = identities
            .map(|identity| ListeningIdentity {
                identity,
                heard: &heard,
            })
            .collect();
        let mut rest = head;
        let decryptor = age::Decryptor::new_buffered(&mut rest)?;
        // The MAC is verified here; the reader that comes back is not ours.
        drop(
            decryptor.decrypt(
                listening
                    .iter()
                    .map(|identity| identity as &dyn age::Identity),
            )?,
        );
        if !rest.is_empty() {
            return Err(age::DecryptError::InvalidHeader);
        }
        Self::derive(&heard, head).ok_or(age::DecryptError::NoMatchingKeys)
    }

    fn derive(heard: &RefCell<Option<FileKey>>, head: &[u8]) -> Option<Self> {
        let file_key = heard.take()?;
        let nonce = head.last_chunk::<NONCE>()?;
        let key = Zeroizing::new(hkdf(nonce, b"payload", file_key.expose_secret()));
        let key = UnboundKey::new(&CHACHA20_POLY1305, key.as_slice()).ok()?;
        Some(Self(LessSafeKey::new(key)))
    }

    /// Seals the chunks of a batch where they lie, each with room for its tag behind it; returns
    /// where the last tag ends. An empty batch is one empty chunk.
    pub(crate) fn seal(
        &self,
        batch: &mut [u8],
        plain: usize,
        position: Position,
    ) -> io::Result<usize> {
        let chunks = plain.div_ceil(CHUNK).max(1);
        let end = plain + chunks * TAG;
        for (index, chunk) in batch[..end].chunks_mut(SEALED_CHUNK).enumerate() {
            let nonce = position.nonce(index, index + 1 == chunks);
            let (content, tag) = chunk.split_at_mut(chunk.len() - TAG);
            let made = self
                .0
                .seal_in_place_separate_tag(nonce, Aad::empty(), content)
                .map_err(|Unspecified| io::Error::other("a chunk was not encrypted"))?;
            tag.copy_from_slice(made.as_ref());
        }
        Ok(end)
    }

    /// Seals one chunk in whatever place, as no writer would.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn forge(&self, chunk: &mut [u8], first: u64, ends: bool) {
        let plain = chunk.len() - TAG;
        let sealed = self.seal(chunk, plain, Position { first, ends });
        assert_eq!(sealed.ok(), Some(chunk.len()));
    }

    /// Opens the chunks of a batch to where its plain text is in one piece; returns how much of it
    /// is authentic, and whether all of it is.
    pub(crate) fn open(
        &self,
        batch: &mut [u8],
        sealed: usize,
        position: Position,
    ) -> (usize, bool) {
        let chunks = sealed.div_ceil(SEALED_CHUNK);
        let mut plain = 0;
        for index in 0..chunks {
            let end = sealed.min((index + 1) * SEALED_CHUNK);
            let nonce = position.nonce(index, index + 1 == chunks);
            let chunk = &mut batch[plain..end];
            let Ok(content) = self
                .0
                .open_within(nonce, Aad::empty(), chunk, index * TAG..)
            else {
                return (plain, false);
            };
            // Only a payload that is empty altogether ends with an empty chunk.
            if content.is_empty() && position.first + index as u64 > 0 {
                return (plain, false);
            }
            plain += content.len();
        }
        (plain, true)
    }
}

/// Where a batch stands in its stream.
#[derive(Clone, Copy)]
pub(crate) struct Position {
    /// The number of its first chunk.
    pub(crate) first: u64,
    /// Whether its last chunk is the stream's last.
    pub(crate) ends: bool,
}

impl Position {
    /// Eleven bytes of counter and one that marks the last chunk.
    fn nonce(self, index: usize, last_of_batch: bool) -> Nonce {
        let mut nonce = [0_u8; 12];
        nonce[3..11].copy_from_slice(&(self.first + index as u64).to_be_bytes());
        nonce[11] = u8::from(self.ends && last_of_batch);
        Nonce::assume_unique_for_key(nonce)
    }
}

struct ListeningRecipient<'a> {
    recipient: &'a age::x25519::Recipient,
    heard: &'a RefCell<Option<FileKey>>,
}

impl age::Recipient for ListeningRecipient<'_> {
    fn wrap_file_key(
        &self,
        file_key: &FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        self.heard.replace(Some(copy_of(file_key)));
        self.recipient.wrap_file_key(file_key)
    }
}

struct ListeningIdentity<'a> {
    identity: &'a age::x25519::Identity,
    heard: &'a RefCell<Option<FileKey>>,
}

impl age::Identity for ListeningIdentity<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        let unwrapped = self.identity.unwrap_stanza(stanza);
        if let Some(Ok(file_key)) = &unwrapped {
            self.heard.replace(Some(copy_of(file_key)));
        }
        unwrapped
    }
}

fn copy_of(file_key: &FileKey) -> FileKey {
    FileKey::init_with_mut(|copy| copy.copy_from_slice(file_key.expose_secret()))
}

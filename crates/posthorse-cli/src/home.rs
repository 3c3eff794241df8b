//! An office's home folder: its keys, its contact form, the registry it trusts, its sequence.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use posthorse_package::{ContactForm, Digest, Identity, KeyId, Limits, Registry, SigningKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, Privacy};
use crate::output::Context;
use crate::passphrase::{self, Source};
use crate::rulebook;
use crate::sent_record::SentPackage;

const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";
/// PKCS#8 version 1 of an Ed25519 key up to its 32 secret bytes (RFC 8410 §7).
const PKCS8_VERSION_1: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];
/// Where the secret bytes stand in either version.
const PKCS8_SEED: std::ops::Range<usize> = 16..48;
const SEQUENCE_FORMAT: &str = "posthorse-sequence/1";

/// How an office keeps its secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    /// Under a passphrase.
    Passphrase,
    /// In the clear, readable by the owner alone.
    OwnerOnly,
}

impl Protection {
    fn signing_key_file(self) -> &'static str {
        match self {
            Protection::Passphrase => "keys/signing-key.age",
            Protection::OwnerOnly => "keys/signing-key.pem",
        }
    }

    fn identity_file(self) -> &'static str {
        match self {
            Protection::Passphrase => "keys/identity.age",
            Protection::OwnerOnly => "keys/identity.txt",
        }
    }
}

/// The folder that `posthorse init` makes.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    folder: PathBuf,
}

impl Home {
    pub(crate) fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The public half of the office: what goes to whoever keeps the registry.
    pub(crate) fn contact_form_path(&self) -> PathBuf {
        self.folder.join("contact-form.json")
    }

    /// The registry that this office trusts.
    pub(crate) fn registry_path(&self) -> PathBuf {
        self.folder.join("registry.json")
    }

    /// The record of what this office has sealed.
    pub(crate) fn sent_path(&self) -> PathBuf {
        self.folder.join("sent.jsonl")
    }

    /// The record of what this office has opened.
    pub(crate) fn opened_path(&self) -> PathBuf {
        self.folder.join("opened.jsonl")
    }

    /// The last number that a signing key has used, or none when it has sealed nothing here.
    pub(crate) fn last_sequence(&self, key: KeyId) -> Result<Option<u64>, Failure> {
        Ok(self.last_record(key)?.map(|(sequence, _)| sequence))
    }

    /// Where a new signing key goes.
    pub(crate) fn signing_key_path(&self, protection: Protection) -> PathBuf {
        self.folder.join(protection.signing_key_file())
    }

    /// Where a new identity goes.
    pub(crate) fn identity_path(&self, protection: Protection) -> PathBuf {
        self.folder.join(protection.identity_file())
    }

    /// Who this office is, by its own signed word.
    pub(crate) fn contact_form(&self) -> Result<ContactForm, Failure> {
        let path = self.contact_form_path();
        if !path.exists() {
            return Err(Failure::new(Exit::Keys, "not-a-home").with("path", shown(&self.folder)));
        }
        let bytes = files::read(&path)?;
        ContactForm::parse(&bytes, &Limits::default())
            .map_err(|error| Failure::from(error).at(&path))
    }

    /// The key that this office signs with.
    pub(crate) fn signing_key(
        &self,
        source: &Source,
        context: &Context,
    ) -> Result<SigningKey, Failure> {
        let path = self.existing(Home::signing_key_path)?;
        let secret = passphrase::read_secret(&path, source, context)?;
        let document = match std::str::from_utf8(&secret) {
            Ok(text) if text.contains(PEM_BEGIN) => from_pem(text)
                .ok_or_else(|| Failure::new(Exit::Keys, "key-file-broken").at(&path))?,
            _ => secret,
        };
        SigningKey::from_pkcs8(&document).map_err(|error| Failure::from(error).at(&path))
    }

    /// The identities that open what is sealed to this office.
    pub(crate) fn identities(
        &self,
        source: &Source,
        context: &Context,
    ) -> Result<Vec<Identity>, Failure> {
        let path = self.existing(Home::identity_path)?;
        read_identities(&path, source, context)
    }

    fn existing(&self, path: fn(&Home, Protection) -> PathBuf) -> Result<PathBuf, Failure> {
        let candidates = [Protection::OwnerOnly, Protection::Passphrase];
        candidates
            .into_iter()
            .map(|protection| path(self, protection))
            .find(|path| path.exists())
            .ok_or_else(|| Failure::new(Exit::Keys, "not-a-home").with("path", shown(&self.folder)))
    }

    /// The registry pinned here.
    pub(crate) fn registry(&self) -> Result<Registry, Failure> {
        let path = self.registry_path();
        if !path.exists() {
            return Err(Failure::new(Exit::Keys, "no-registry")
                .with("path", shown(&path))
                .with("home", shown(&self.folder)));
        }
        read_registry(&path)
    }

    /// Pins what a registry file was read to hold: the same again, or a successor of what is pinned.
    /// An office that missed versions takes them from the files beside it, each vouched for by the
    /// one before.
    pub(crate) fn pin(&self, path: &Path, bytes: &[u8]) -> Result<Registry, Failure> {
        let limits = Limits::default();
        let held = match self.registry_path().exists() {
            true => Some(self.registry()?),
            false => None,
        };
        let registry = if let Some(held) = &held {
            let mut pinned = held.clone();
            let offered = Registry::trust(bytes, &limits)?;
            if offered.digest() == pinned.digest() {
                return Ok(pinned);
            }
            let missed = pinned.document().version.saturating_add(1)..offered.document().version;
            for version in missed {
                let kept = kept_version_path(path, version);
                if !kept.exists() {
                    break;
                }
                pinned = pinned.succeed(&files::read(&kept)?, &limits)?;
            }
            pinned.succeed(bytes, &limits)?
        } else {
            Registry::trust(bytes, &limits)?
        };
        rulebook::adopt(&registry, path, held.as_ref(), &self.registry_path())?;
        files::replace(&self.registry_path(), bytes, Privacy::Public)?;
        Ok(registry)
    }

    /// Where the last number of this office's signing key is written down.
    pub(crate) fn sequence_path(&self) -> PathBuf {
        self.folder.join("sequence.json")
    }

    /// Looks whether the record of the sequence is whole; an office that never sealed has none.
    pub(crate) fn check_sequence(&self) -> Result<(), Failure> {
        self.sequence_record().map(|_| ())
    }

    fn sequence_record(&self) -> Result<Option<SequenceRecord>, Failure> {
        let path = self.sequence_path();
        if !path.exists() {
            return Ok(None);
        }
        let broken = |detail: String| {
            Failure::new(Exit::Keys, "sequence-broken")
                .at(&path)
                .detail(detail)
        };
        let record: SequenceRecord = serde_json::from_slice(&files::read(&path)?)
            .map_err(|error| broken(error.to_string()))?;
        if record.format != SEQUENCE_FORMAT {
            return Err(broken(format!("not {SEQUENCE_FORMAT}")));
        }
        Ok(Some(record))
    }

    /// Takes the sequence of a signing key, waiting for whoever seals with this home right now.
    pub(crate) fn sequence(&self, key: KeyId) -> Result<Sequence, Failure> {
        let lock_path = self.folder.join("sequence.lock");
        let cannot = |cause: &std::io::Error| Failure::io("cannot-write", &lock_path, cause);
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|cause| cannot(&cause))?;
        lock.lock().map_err(|cause| cannot(&cause))?;
        let path = self.sequence_path();
        let last = self.last_record(key)?;
        Ok(Sequence {
            path,
            sent: self.sent_path(),
            key,
            last,
            _lock: lock,
        })
    }
}

impl Home {
    /// Number and manifest of the last package under a key. Another key is another sequence, which
    /// starts anew.
    fn last_record(&self, key: KeyId) -> Result<Option<(u64, Digest)>, Failure> {
        Ok(self
            .sequence_record()?
            .filter(|record| record.signing_key == key)
            .map(|record| (record.sequence, record.manifest)))
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SequenceRecord {
    format: String,
    signing_key: KeyId,
    sequence: u64,
    manifest: Digest,
}

/// The sequence of one signing key, held while one package is sealed.
#[derive(Debug)]
pub(crate) struct Sequence {
    path: PathBuf,
    sent: PathBuf,
    key: KeyId,
    last: Option<(u64, Digest)>,
    _lock: File,
}

impl Sequence {
    /// The number and the predecessor of the next package.
    pub(crate) fn next(&self) -> (u64, Option<Digest>) {
        match self.last {
            Some((sequence, manifest)) => (sequence.saturating_add(1), Some(manifest)),
            None => (1, None),
        }
    }

    /// Records a package before it gets its name: a crash in between leaves a gap, never a fork.
    ///
    /// The number first: it must never be given twice. The line for `status` may then be missing
    /// after a crash, together with the package's name.
    pub(crate) fn record(self, package: &SentPackage) -> Result<(), Failure> {
        let record = SequenceRecord {
            format: SEQUENCE_FORMAT.to_owned(),
            signing_key: self.key,
            sequence: package.sequence,
            manifest: package.manifest,
        };
        let bytes = serde_json::to_vec_pretty(&record)
            .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
        files::replace(&self.path, &bytes, Privacy::Public)?;
        files::append_line(&self.sent, &package.to_line()?)
    }
}

/// Where a version of a registry stays when the next one takes its place: `registry.v2.json`.
pub(crate) fn kept_version_path(registry: &Path, version: u64) -> PathBuf {
    registry.with_extension(format!("v{version}.json"))
}

/// Reads an identity file of age, in the clear or under a passphrase.
pub(crate) fn read_identities(
    path: &Path,
    source: &Source,
    context: &Context,
) -> Result<Vec<Identity>, Failure> {
    let secret = passphrase::read_secret(path, source, context)?;
    let text = std::str::from_utf8(&secret)
        .map_err(|_| Failure::new(Exit::Keys, "key-file-broken").at(path))?;
    Identity::parse_file(text).map_err(|error| Failure::from(error).at(path))
}

/// Believes the registry in a file that the caller named.
pub(crate) fn read_registry(path: &Path) -> Result<Registry, Failure> {
    let bytes = files::read(path)?;
    Registry::trust(&bytes, &Limits::default()).map_err(|error| Failure::from(error).at(path))
}

/// A new key's PKCS#8 as PEM (RFC 7468) in version 1, the one that OpenSSL reads.
pub(crate) fn to_pem(document: &[u8]) -> Option<Zeroizing<String>> {
    let seed = document.get(PKCS8_SEED)?;
    let mut version1 = Zeroizing::new(PKCS8_VERSION_1.to_vec());
    version1.extend_from_slice(seed);
    let body = Zeroizing::new(STANDARD.encode(&version1));
    let mut text = Zeroizing::new(String::with_capacity(body.len() + 64));
    text.push_str(PEM_BEGIN);
    for (at, character) in body.chars().enumerate() {
        if at % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text.push('\n');
    text.push_str(PEM_END);
    text.push('\n');
    Some(text)
}

fn from_pem(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = text.split_once(PEM_BEGIN)?;
    let (body, _) = rest.split_once(PEM_END)?;
    let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_round_trips() {
        let document = SigningKey::generate_pkcs8().expect("a key");
        let pem = to_pem(&document).expect("a new key");
        assert!(pem.lines().all(|line| line.len() <= 64));
        let read = SigningKey::from_pkcs8(&from_pem(&pem).expect("its own text"));
        let made = SigningKey::from_pkcs8(&document).expect("the key just made");
        assert_eq!(
            read.expect("the same key").verifying_key(),
            made.verifying_key()
        );
    }

    #[test]
    fn a_sequence_goes_on_where_it_was_recorded_and_starts_anew_with_another_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path());
        let key = |bytes: &[u8]| {
            SigningKey::from_pkcs8(bytes)
                .expect("a key")
                .verifying_key()
                .key_id()
        };
        let first = key(&SigningKey::generate_pkcs8().expect("a key"));
        let second = key(&SigningKey::generate_pkcs8().expect("a key"));
        let sequence = home.sequence(first).expect("the sequence");
        assert_eq!(sequence.next(), (1, None));
        let digest = Digest::of(b"manifest");
        let package = crate::sent_record::tests::package(first, 1, digest);
        sequence.record(&package).expect("recorded");
        assert_eq!(
            home.sequence(first).expect("the sequence").next(),
            (2, Some(digest))
        );
        assert_eq!(
            home.sequence(second).expect("the sequence").next(),
            (1, None)
        );
    }
}

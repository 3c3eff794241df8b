//! `Sealed → Verified → Opened`: three types, each made in one place, each the proof of what was checked.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use crate::age_payload::PayloadKey;
use crate::age_stream::PayloadReader;
use crate::archive_reader::{read_archive, stream_error};
use crate::container::{self, Members};
use crate::descriptor::Descriptor;
use crate::digest::{Digest, Measure, Measured, MeasuringReader};
use crate::dsse::{SignatureList, SignaturesFile, pae};
use crate::error::{OpenError, ReadError, VerifyError};
use crate::keys::{Identity, KeyId};
use crate::limits::Limits;
use crate::manifest::{MANIFEST_TYPE, Manifest};
use crate::names::{EntryName, PartyId};
use crate::pipeline::{with_crew, workers_for};
use crate::registry::Registry;
use crate::timestamp::Timestamp;
use crate::zstd_stream::ZstdReader;
use crate::{age_header, age_payload, padding, tree_measure};

/// So much of a payload to measure, or to open, keeps a worker busy for longer than it takes to hire one.
const WORTH_MEASURING_ASIDE: u64 = 512 << 10;
const WORTH_OPENING_ASIDE: u64 = 128 << 10;

/// Bytes with the framing and the form of a package. Whether anybody sent them is not known yet.
#[derive(Debug)]
pub struct Sealed<R> {
    pub(crate) reader: R,
    pub(crate) members: Members,
    pub(crate) manifest: Manifest,
    pub(crate) signatures: SignaturesFile,
    pub(crate) limits: Limits,
}

impl<R: Read + Seek> Sealed<R> {
    /// Reads the framing, the manifest and the signatures; the payload is not touched.
    ///
    /// # Errors
    /// See [`ReadError`]; [`ReadError::Incomplete`] means that the file may still be arriving.
    pub fn read(mut reader: R, limits: &Limits) -> Result<Self, ReadError> {
        let members = container::read_members(&mut reader, limits)?;
        let manifest = Manifest::parse(&members.manifest, limits)?;
        if manifest.payload.length != members.payload_length {
            return Err(ReadError::Framing {
                offset: members.payload_start - 16,
            });
        }
        let signatures = SignaturesFile::parse(&members.signatures, limits)?;
        let keyid = manifest.signing_key;
        if !signatures
            .signatures
            .key_ids()
            .any(|signed| signed == keyid)
        {
            return Err(ReadError::SignatureMissing { keyid });
        }
        Ok(Self {
            reader,
            members,
            manifest,
            signatures,
            limits: limits.clone(),
        })
    }

    /// What the manifest claims. Anybody can have written it.
    #[must_use]
    pub fn untrusted_manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The keys that the signatures claim.
    pub fn untrusted_signers(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.signatures.signatures.key_ids()
    }

    /// The digest of the manifest's bytes, as they are.
    #[must_use]
    pub fn untrusted_manifest_digest(&self) -> Digest {
        Digest::of(&self.members.manifest)
    }

    /// Checks who sent it and that every byte is what was signed, as of a moment (spec §8.1).
    ///
    /// The steps go from cheap to dear, and rights come last: a [`VerifyError::Policy`] is about
    /// an authentic package, whose sender can be told.
    ///
    /// # Errors
    /// See [`VerifyError`].
    pub fn verify(
        mut self,
        registry: &Registry,
        as_of: Timestamp,
    ) -> Result<Verified<R>, VerifyError> {
        let signers = self.authenticate(registry, as_of)?;
        self.check_rights(registry, persons(&signers).len(), as_of)?;
        Ok(Verified {
            manifest_digest: Digest::of(&self.members.manifest),
            signatures_digest: Digest::of(&self.members.signatures),
            sealed: self,
            signers,
        })
    }

    /// Who sent it, proven down to the payload's last byte (spec §8.1, steps 1 to 7).
    pub(crate) fn authenticate(
        &mut self,
        registry: &Registry,
        as_of: Timestamp,
    ) -> Result<Vec<Signer>, VerifyError> {
        let (manifest, bytes) = (&self.manifest, &self.members.manifest);
        let list = &self.signatures.signatures;
        let signers = signers_of(manifest, bytes, list, registry, as_of)?;
        self.check_payload()?;
        Ok(signers)
    }

    /// What an authentic package may do when so many different persons sign it (steps 8 to 12).
    pub(crate) fn check_rights(
        &self,
        registry: &Registry,
        persons: usize,
        as_of: Timestamp,
    ) -> Result<(), VerifyError> {
        let digests = (
            Digest::of(&self.members.manifest),
            Digest::of(&self.members.signatures),
        );
        rights_of(&self.manifest, digests, registry, persons, as_of)
    }

    /// One sequential read of the payload: strict header, padded length, digest, CRC-32.
    fn check_payload(&mut self) -> Result<(), VerifyError> {
        let length = self.members.payload_length;
        let recipients = self.manifest.recipients.len();
        let limits = &self.limits;
        self.reader
            .seek(SeekFrom::Start(self.members.payload_start))?;
        let reader = &mut self.reader;
        let look = |first: &[u8]| {
            let header = age_header::read(&mut &first[..], recipients, limits)??;
            let plain = age_header::plain_length(length, header.len() as u64);
            if plain.is_none_or(|plain| padding::padded_length(plain) != plain) {
                return Err(VerifyError::Padding);
            }
            Ok(())
        };
        let workers = workers_for(length / WORTH_MEASURING_ASIDE);
        let measured = with_crew(workers, |crew| {
            tree_measure::measure(crew, reader, length, look)
        })?;
        if self.is_signed_payload(&measured) {
            Ok(())
        } else {
            Err(VerifyError::PayloadDigest)
        }
    }

    pub(crate) fn is_signed_payload(&self, measured: &Measured) -> bool {
        measured.digest == self.manifest.payload.blake3
            && measured.length == self.manifest.payload.length
            && measured.crc32 == self.members.payload_crc32
    }
}

/// Who signed a manifest, each with a key that was and is in force (spec §8.1, steps 2 to 5).
pub(crate) fn signers_of(
    manifest: &Manifest,
    bytes: &[u8],
    signatures: &SignatureList,
    registry: &Registry,
    as_of: Timestamp,
) -> Result<Vec<Signer>, VerifyError> {
    registry.check_current(as_of)?;
    let pae = pae(MANIFEST_TYPE, bytes);
    let key_ids = signatures.verify(&pae, |keyid| registry.verifying_key(keyid))?;
    let sender = &manifest.sender;
    registry.check_owner(&key_ids, sender)?;
    let mut signers = Vec::with_capacity(key_ids.len());
    for keyid in key_ids {
        let standing = registry.standing(&keyid, sender, manifest.sealed_at, as_of)?;
        signers.push(Signer {
            party: sender.clone(),
            person: standing.to_owned(),
            keyid,
        });
    }
    Ok(signers)
}

/// What the sender of a manifest may do when so many different persons sign it (steps 8 to 12).
/// The digests are those of `manifest.json` and `signatures.json`.
pub(crate) fn rights_of(
    manifest: &Manifest,
    (manifest_digest, signatures_digest): (Digest, Digest),
    registry: &Registry,
    persons: usize,
    as_of: Timestamp,
) -> Result<(), VerifyError> {
    registry
        .check_rights(manifest, persons, as_of)
        .map_err(|error| VerifyError::Policy {
            error: Box::new(error),
            manifest: Box::new(manifest.clone()),
            manifest_digest,
            signatures_digest,
        })
}

/// The different persons among signers: two keys of one person are one person.
pub(crate) fn persons(signers: &[Signer]) -> BTreeSet<&str> {
    signers
        .iter()
        .map(|signer| signer.person.as_str())
        .collect()
}

pub(crate) fn payload_of<'a, R: Read + Seek>(
    reader: &'a mut R,
    members: &Members,
) -> io::Result<MeasuringReader<io::Take<&'a mut R>>> {
    bare_payload_of(reader, members).map(MeasuringReader::new)
}

fn bare_payload_of<'a, R: Read + Seek>(
    reader: &'a mut R,
    members: &Members,
) -> io::Result<io::Take<&'a mut R>> {
    reader.seek(SeekFrom::Start(members.payload_start))?;
    Ok(reader.by_ref().take(members.payload_length))
}

/// Who signed, by the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signer {
    /// The party.
    pub party: PartyId,
    /// The person that the key is registered for.
    pub person: String,
    /// The key.
    pub keyid: KeyId,
}

/// A package that a registered party sent, every byte as it was signed.
///
/// Only [`Sealed::verify`] makes one, from the same open reader that was checked:
///
/// ```compile_fail,E0451
/// use posthorse_package::{Digest, Sealed, Verified};
/// fn forge(sealed: Sealed<std::fs::File>, digest: Digest) -> Verified<std::fs::File> {
///     Verified { sealed, manifest_digest: digest, signatures_digest: digest, signers: vec![] }
/// }
/// ```
#[derive(Debug)]
pub struct Verified<R> {
    sealed: Sealed<R>,
    manifest_digest: Digest,
    signatures_digest: Digest,
    signers: Vec<Signer>,
}

impl<R: Read + Seek> Verified<R> {
    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.sealed.manifest
    }

    /// The package's identity. It stays the same when somebody countersigns.
    #[must_use]
    pub fn manifest_digest(&self) -> Digest {
        self.manifest_digest
    }

    /// The digest of `signatures.json`: together with the manifest's it determines every byte of the file.
    #[must_use]
    pub fn signatures_digest(&self) -> Digest {
        self.signatures_digest
    }

    /// Who signed.
    #[must_use]
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// Decrypts into a store, hashing the cipher text again on the way (spec §8.2).
    ///
    /// The store comes back only inside [`Opened`], when the last chunk has authenticated and
    /// everything matches; after an error it is dropped, and must then take away what it holds.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open<S: EntryStore>(
        mut self,
        identities: &[Identity],
        mut store: S,
    ) -> Result<Opened<S>, OpenError> {
        let manifest = self.sealed.manifest.clone();
        let limits = self.sealed.limits.clone();
        let length = self.sealed.members.payload_length;
        let payload = bare_payload_of(&mut self.sealed.reader, &self.sealed.members)
            .map_err(OpenError::Read)?;
        let mut payload = BufReader::new(payload);
        let head = read_head(&mut payload, &manifest, &limits)?;
        let identities = identities.iter().map(Identity::as_age);
        let key = PayloadKey::unwrap(&head, identities).map_err(decrypt_error)?;
        let mut measure = Measure::default();
        measure.update(&head);
        let workers = workers_for(length / WORTH_OPENING_ASIDE);
        let (descriptor, measured) = with_crew(workers, |crew| {
            let plain = PayloadReader::new(crew, key, measure, payload, length);
            let mut archive = ZstdReader::new(crew, plain, length, limits.expansion);
            let descriptor = read_archive(&mut archive, crew, &mut store, &manifest, &limits)?;
            Ok::<_, OpenError>((descriptor, archive.into_inner().finish()))
        })?;
        if !self.sealed.is_signed_payload(&measured) {
            return Err(OpenError::PayloadDigest);
        }
        Ok(Opened {
            manifest,
            manifest_digest: self.manifest_digest,
            descriptor,
            store,
        })
    }
}

/// What stands before the first chunk. It was strict when it was verified, or has changed since.
fn read_head<R: Read>(
    payload: &mut R,
    manifest: &Manifest,
    limits: &Limits,
) -> Result<Vec<u8>, OpenError> {
    let header = age_header::read(payload, manifest.recipients.len(), limits);
    let mut head = header
        .map_err(OpenError::Read)?
        .map_err(|_| OpenError::PayloadDamaged)?;
    let mut nonce = [0_u8; age_payload::NONCE];
    payload.read_exact(&mut nonce).map_err(stream_error)?;
    head.extend_from_slice(&nonce);
    Ok(head)
}

fn decrypt_error(error: age::DecryptError) -> OpenError {
    match error {
        age::DecryptError::NoMatchingKeys => OpenError::NotARecipient,
        age::DecryptError::Io(error) => stream_error(error),
        _ => OpenError::PayloadDamaged,
    }
}

/// Where the files of a package go while they are not proven yet.
///
/// Whoever implements it keeps them out of sight, and takes them away when it is dropped before
/// it came back inside [`Opened`].
pub trait EntryStore {
    /// Takes the bytes of one file.
    type Entry: Write;

    /// Begins a file of so many bytes.
    ///
    /// # Errors
    /// Whatever the storage says.
    fn create(&mut self, name: &EntryName, length: u64) -> io::Result<Self::Entry>;

    /// Ends a file. All its bytes are written; nothing in it is trusted yet.
    ///
    /// # Errors
    /// Whatever the storage says.
    fn close(&mut self, entry: Self::Entry) -> io::Result<()>;
}

/// A store in memory, for small packages.
#[derive(Debug, Default)]
pub struct MemoryStore {
    files: BTreeMap<EntryName, Vec<u8>>,
}

impl MemoryStore {
    /// The files by name.
    #[must_use]
    pub fn into_files(self) -> BTreeMap<EntryName, Vec<u8>> {
        self.files
    }
}

/// A file on its way into a [`MemoryStore`].
#[derive(Debug)]
pub struct MemoryEntry {
    name: EntryName,
    bytes: Vec<u8>,
}

impl Write for MemoryEntry {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl EntryStore for MemoryStore {
    type Entry = MemoryEntry;

    fn create(&mut self, name: &EntryName, _length: u64) -> io::Result<MemoryEntry> {
        Ok(MemoryEntry {
            name: name.clone(),
            bytes: Vec::new(),
        })
    }

    fn close(&mut self, entry: MemoryEntry) -> io::Result<()> {
        self.files.insert(entry.name, entry.bytes);
        Ok(())
    }
}

/// A package whose plain text is proven: decrypted to its end, and the one that was signed.
///
/// Only [`Verified::open`] makes one:
///
/// ```compile_fail,E0451
/// use posthorse_package::{Descriptor, Digest, Manifest, Opened};
/// fn forge<S>(manifest: Manifest, digest: Digest, descriptor: Descriptor, store: S) -> Opened<S> {
///     Opened { manifest, manifest_digest: digest, descriptor, store }
/// }
/// ```
#[derive(Debug)]
pub struct Opened<S> {
    manifest: Manifest,
    manifest_digest: Digest,
    descriptor: Descriptor,
    store: S,
}

impl<S> Opened<S> {
    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The package's identity.
    #[must_use]
    pub fn manifest_digest(&self) -> Digest {
        self.manifest_digest
    }

    /// What is inside.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    /// The files, now that they are proven.
    #[must_use]
    pub fn into_store(self) -> S {
        self.store
    }
}

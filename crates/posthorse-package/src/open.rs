//! `Sealed → Verified → Opened`: three types, each made in one place, each the proof of what was checked.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use crate::container::{self, Members};
use crate::descriptor::{self, Descriptor};
use crate::digest::{Digest, Measured, MeasuringReader};
use crate::dsse::{SignatureList, SignaturesFile, pae};
use crate::error::{OpenError, ReadError, VerifyError};
use crate::keys::{Identity, KeyId};
use crate::limits::Limits;
use crate::manifest::{MANIFEST_TYPE, Manifest};
use crate::names::{EntryName, PartyId};
use crate::registry::Registry;
use crate::tar::{self, TarError};
use crate::timestamp::Timestamp;
use crate::zstd_stream::{ZstdReader, compression_error};
use crate::{age_header, padding};

const BUFFER: usize = 256 << 10;

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
        let recipients = self.manifest.recipients.len();
        let mut payload = payload_of(&mut self.reader, &self.members)?;
        // What this buffer reads ahead has passed the measure already.
        let mut buffered = BufReader::new(&mut payload);
        let header_length = age_header::check(&mut buffered, recipients, &self.limits)??;
        let plain = age_header::plain_length(self.members.payload_length, header_length);
        if plain.is_none_or(|plain| padding::padded_length(plain) != plain) {
            return Err(VerifyError::Padding);
        }
        let measured = payload.drain()?;
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
    reader.seek(SeekFrom::Start(members.payload_start))?;
    Ok(MeasuringReader::new(
        reader.by_ref().take(members.payload_length),
    ))
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
        let mut payload =
            payload_of(&mut self.sealed.reader, &self.sealed.members).map_err(OpenError::Read)?;
        let buffered = BufReader::with_capacity(BUFFER, &mut payload);
        let decryptor = age::Decryptor::new_buffered(buffered).map_err(decrypt_error)?;
        let identities = identities
            .iter()
            .map(|identity| identity.as_age() as &dyn age::Identity);
        let plain = decryptor.decrypt(identities).map_err(decrypt_error)?;
        let plain = BufReader::with_capacity(BUFFER, plain);
        let mut archive = ZstdReader::new(plain, limits.expansion).map_err(OpenError::Read)?;
        let descriptor = read_archive(&mut archive, &mut store, &manifest, &limits)?;
        drop(archive);
        let measured = payload.drain().map_err(OpenError::Read)?;
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

fn decrypt_error(error: age::DecryptError) -> OpenError {
    match error {
        age::DecryptError::NoMatchingKeys => OpenError::NotARecipient,
        age::DecryptError::Io(error) => stream_error(error),
        _ => OpenError::PayloadDamaged,
    }
}

/// Tells a refusal that travelled in an I/O error from a failed read.
fn stream_error(error: io::Error) -> OpenError {
    match compression_error(&error) {
        Some(refused) => refused.into(),
        None => match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => OpenError::PayloadDamaged,
            _ => OpenError::Read(error),
        },
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

/// Reads the tar to its end; the descriptor must be its last file and list all others in order.
fn read_archive<R: Read, S: EntryStore>(
    archive: &mut R,
    store: &mut S,
    manifest: &Manifest,
    limits: &Limits,
) -> Result<Descriptor, OpenError> {
    let mut found: Vec<(EntryName, u64, Digest)> = Vec::new();
    let mut names = BTreeSet::new();
    let mut total = 0_u64;
    let mut descriptor = None;
    while let Some((name, length)) = tar::read_header(archive).map_err(stream_error)?? {
        if descriptor.is_some() {
            return Err(OpenError::EntryMismatch);
        }
        total = total.saturating_add(length);
        if total > limits.plain_bytes {
            return Err(OpenError::TooLarge {
                what: "bytes inside",
                limit: limits.plain_bytes,
            });
        }
        if !names.insert(name.clone()) {
            return Err(OpenError::DuplicateEntry { name });
        }
        if names.len() > limits.entries {
            let limit = limits.entries as u64;
            return Err(OpenError::TooLarge {
                what: "files inside",
                limit,
            });
        }
        if name.as_str() == descriptor::DOCUMENT {
            descriptor = Some(read_descriptor(
                archive, store, &name, length, manifest, limits,
            )?);
        } else {
            let entry = store.create(&name, length).map_err(OpenError::Store)?;
            let (entry, digest) = copy(archive, entry, length)?;
            store.close(entry).map_err(OpenError::Store)?;
            found.push((name, length, digest));
        }
        tar::read_gap(archive, length).map_err(stream_error)??;
    }
    let descriptor = descriptor.ok_or(OpenError::EntryMismatch)?;
    let listed = descriptor
        .resources
        .iter()
        .map(|file| (&file.path, file.bytes, file.blake3));
    if listed.eq(found
        .iter()
        .map(|(name, length, digest)| (name, *length, *digest)))
    {
        Ok(descriptor)
    } else {
        Err(OpenError::EntryMismatch)
    }
}

fn read_descriptor<R: Read, S: EntryStore>(
    archive: &mut R,
    store: &mut S,
    name: &EntryName,
    length: u64,
    manifest: &Manifest,
    limits: &Limits,
) -> Result<Descriptor, OpenError> {
    if length > limits.descriptor_bytes {
        let limit = limits.descriptor_bytes;
        return Err(OpenError::TooLarge {
            what: "bytes of the descriptor",
            limit,
        });
    }
    let (bytes, digest) = copy(archive, Vec::new(), length)?;
    if digest != manifest.contents {
        return Err(OpenError::ContentsDigest);
    }
    let descriptor = Descriptor::parse(&bytes, limits)?;
    if !descriptor.belongs_to(manifest) {
        return Err(OpenError::ExchangeMismatch);
    }
    let mut entry = store.create(name, length).map_err(OpenError::Store)?;
    entry.write_all(&bytes).map_err(OpenError::Store)?;
    store.close(entry).map_err(OpenError::Store)?;
    Ok(descriptor)
}

fn copy<R: Read, W: Write>(
    archive: &mut R,
    mut out: W,
    length: u64,
) -> Result<(W, Digest), OpenError> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0_u8; BUFFER.min(usize::try_from(length).unwrap_or(BUFFER))];
    let mut left = length;
    while left > 0 {
        let wanted = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let count = archive.read(&mut buffer[..wanted]).map_err(stream_error)?;
        if count == 0 {
            return Err(TarError::Truncated.into());
        }
        hasher.update(&buffer[..count]);
        out.write_all(&buffer[..count]).map_err(OpenError::Store)?;
        left -= count as u64;
    }
    Ok((out, Digest::from_bytes(*hasher.finalize().as_bytes())))
}

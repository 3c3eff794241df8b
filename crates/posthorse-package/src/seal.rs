//! Sealing: manifest and files in, one package out, in one pass and constant memory.

use std::collections::BTreeSet;
use std::io::{Read, Seek, Write};

use crate::age_payload::PayloadKey;
use crate::age_stream::PayloadWriter;
use crate::container::Members;
use crate::descriptor::{self, Descriptor, Resource, ResourceType};
use crate::digest::{Digest, Measured};
use crate::dsse::{SignatureList, SignaturesFile, pae};
use crate::error::SealError;
use crate::frame_writer::{self, CopyError, FrameWriter};
use crate::json::{self, Value};
use crate::keys::{KeyError, SigningKey};
use crate::limits::Limits;
use crate::manifest::{FORMAT, MANIFEST_TYPE, Manifest, PartyRecipient, PayloadFacts, Suite};
use crate::names::{EntryName, KindName, ListName, PackageId, PartyId, Period};
use crate::pipeline::{with_crew, workers_for};
use crate::timestamp::Timestamp;
use crate::{framing, padding, tar};

/// What a descriptor mostly is at most; a longer one only takes a frame more.
const ABOUT_DESCRIPTOR: u64 = 16 << 10;

/// What a package is to say of itself.
#[derive(Debug, Clone)]
pub struct SealRequest {
    /// The package's id; [`PackageId::from_parts`] makes one.
    pub package_id: PackageId,
    /// What the package is for.
    pub kind: KindName,
    /// The party that answers for it.
    pub sender: PartyId,
    /// Who can open it.
    pub recipients: Vec<PartyRecipient>,
    /// The month reported on.
    pub period: Option<Period>,
    /// Now.
    pub sealed_at: Timestamp,
    /// Nobody may accept it after this moment.
    pub not_after: Timestamp,
    /// The next number of the first signer's key.
    pub sequence: u64,
    /// The manifest digest of the package before it under the same key.
    pub previous: Option<Digest>,
    /// The manifest digest of the package that it answers.
    pub in_reply_to: Option<Digest>,
    /// The manifest digest of the package that it replaces.
    pub supersedes: Option<Digest>,
}

/// What a file to be sealed is.
#[derive(Debug, Clone)]
pub enum SourceContent {
    /// A list: UTF-8 CSV whose header row holds the names of the schema's fields.
    List {
        /// Which list.
        list: ListName,
        /// Its Table Schema.
        table_schema: Value,
    },
    /// Any other file.
    Attachment {
        /// Its media type, such as `application/pdf`.
        media_type: String,
    },
}

/// A file to be sealed.
pub struct SourceFile<'a> {
    /// Where it will lie in the package.
    pub name: EntryName,
    /// Its name at the sender, for people.
    pub title: String,
    /// What it is.
    pub content: SourceContent,
    /// How many bytes the reader will give.
    pub length: u64,
    /// The bytes.
    pub reader: &'a mut dyn Read,
}

/// What was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealedFacts {
    /// The manifest as written.
    pub manifest: Manifest,
    /// The package's identity: the digest of the manifest's bytes.
    pub manifest_digest: Digest,
    /// The package's length in bytes.
    pub length: u64,
}

/// Seals files for recipients, signed by everybody in `signers`; the first one's key gives the sequence.
///
/// `out` must be empty and is not flushed to disk: the caller owns the file and its name. After an
/// error its content is worthless and must not get a name.
///
/// # Errors
/// See [`SealError`].
pub fn seal<W: Write + Seek>(
    request: &SealRequest,
    files: &mut [SourceFile<'_>],
    signers: &[&SigningKey],
    mut out: W,
    limits: &Limits,
) -> Result<SealedFacts, SealError> {
    let first = signers.first().ok_or(SealError::NoSigner)?;
    check_files(files, limits)?;
    let mut manifest = unsealed_manifest(request, first);
    manifest.check(limits)?;

    framing::begin_members(&mut out).map_err(SealError::Write)?;
    let (payload, contents) = write_payload(&mut out, &manifest, files, limits)?;
    manifest.payload = PayloadFacts {
        blake3: payload.digest,
        length: payload.length,
    };
    manifest.contents = contents;
    // The rules depend on the payload's length too.
    manifest.check(limits)?;

    let bytes = manifest.to_bytes();
    let signatures = SignatureList::sign(&pae(MANIFEST_TYPE, &bytes), signers);
    let manifest_digest = Digest::of(&bytes);
    let members = Members {
        payload_length: payload.length,
        payload_crc32: payload.crc32,
        manifest: bytes,
        signatures: json::write(&SignaturesFile { signatures }),
        ..Members::unknown()
    };
    let length = framing::finish_members(&members, &mut out).map_err(SealError::Write)?;
    Ok(SealedFacts {
        manifest,
        manifest_digest,
        length,
    })
}

fn unsealed_manifest(request: &SealRequest, first: &SigningKey) -> Manifest {
    let mut recipients = request.recipients.clone();
    recipients.sort();
    recipients.dedup();
    Manifest {
        format: FORMAT.into(),
        suite: Suite::A,
        package_id: request.package_id,
        kind: request.kind.clone(),
        sender: request.sender.clone(),
        signing_key: first.verifying_key().key_id(),
        recipients,
        period: request.period.clone(),
        sealed_at: request.sealed_at,
        not_after: request.not_after,
        sequence: request.sequence,
        previous: request.previous,
        in_reply_to: request.in_reply_to,
        supersedes: request.supersedes,
        payload: PayloadFacts {
            blake3: Digest::of(b""),
            length: 0,
        },
        contents: Digest::of(b""),
        critical: Vec::new(),
        extensions: std::collections::BTreeMap::new(),
    }
}

fn check_files(files: &[SourceFile<'_>], limits: &Limits) -> Result<(), SealError> {
    let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let total = files
        .iter()
        .fold(0_u64, |sum, file| sum.saturating_add(file.length));
    if files.is_empty() {
        Err(SealError::Files("no file to seal"))
    } else if names.len() != files.len() || names.contains(descriptor::DOCUMENT) {
        Err(SealError::Files("two files with the same name"))
    } else if files.len() >= limits.entries {
        Err(SealError::Files("more files than one package may hold"))
    } else if total > limits.plain_bytes || files.iter().any(|file| file.length > tar::MAX_LENGTH) {
        Err(SealError::Files("more bytes than one package may hold"))
    } else {
        Ok(())
    }
}

/// tar → zstd → padding → age: packed and sealed by a crew where the list is long.
fn write_payload<W: Write>(
    out: W,
    manifest: &Manifest,
    files: &mut [SourceFile<'_>],
    limits: &Limits,
) -> Result<(Measured, Digest), SealError> {
    let recipients: Vec<age::x25519::Recipient> = manifest
        .recipients
        .iter()
        .map(|recipient| recipient.recipient.to_age())
        .collect::<Result<_, KeyError>>()?;
    let (key, head) =
        PayloadKey::begin(&recipients).map_err(|_| SealError::Files("no recipient to seal to"))?;
    let files_length = tar::archive_length(files.iter().map(|file| file.length));
    let about = files_length + ABOUT_DESCRIPTOR;
    let workers = workers_for(about.div_ceil(frame_writer::FRAME as u64));
    with_crew(workers, |crew| {
        let payload =
            PayloadWriter::begin(crew, key, &head, out, about).map_err(SealError::Write)?;
        let mut archive = FrameWriter::new(crew, payload, about, limits.expansion);
        let contents = write_archive(&mut archive, manifest, files, limits)?;
        let (mut payload, compressed) = archive.finish().map_err(SealError::Write)?;
        padding::write(&mut payload, compressed).map_err(SealError::Write)?;
        let measured = payload.finish().map_err(SealError::Write)?;
        Ok((measured, contents))
    })
}

fn write_archive<W: Write>(
    archive: &mut FrameWriter<'_, W>,
    manifest: &Manifest,
    files: &mut [SourceFile<'_>],
    limits: &Limits,
) -> Result<Digest, SealError> {
    let mut resources = Vec::with_capacity(files.len());
    for file in files {
        archive
            .write_all(&tar::header(&file.name, file.length))
            .map_err(SealError::Write)?;
        let digest = copy(file, archive)?;
        tar::write_gap(archive, file.length).map_err(SealError::Write)?;
        let name = resource_name(file.name.as_str(), &resources);
        resources.push(resource(file, name, digest));
    }
    let mut salt = [0_u8; 32];
    getrandom::fill(&mut salt).map_err(|_| KeyError::NoRandomness)?;
    let bytes = Descriptor::new(manifest, salt, resources).to_bytes();
    // What a reader would refuse is not written.
    Descriptor::parse(&bytes, limits)?;
    if bytes.len() as u64 > limits.descriptor_bytes {
        return Err(SealError::Files(
            "the descriptor is longer than a package may hold",
        ));
    }
    let name = "datapackage.json"
        .parse()
        .map_err(|_| SealError::Files("not an entry name"))?;
    archive
        .write_all(&tar::header(&name, bytes.len() as u64))
        .map_err(SealError::Write)?;
    archive.write_all(&bytes).map_err(SealError::Write)?;
    tar::write_gap(archive, bytes.len() as u64).map_err(SealError::Write)?;
    tar::write_end(archive).map_err(SealError::Write)?;
    Ok(Digest::of(&bytes))
}

/// The path without folder and ending; with a number when another resource has that name already.
fn resource_name(path: &str, others: &[Resource]) -> String {
    let base = path.rsplit('/').next().unwrap_or(path);
    let stem = base.split('.').next().unwrap_or(base);
    let is_free = |name: &String| others.iter().all(|other| other.name != *name);
    std::iter::once(stem.to_owned())
        .chain((2_u64..).map(|number| format!("{stem}-{number}")))
        .find(is_free)
        .unwrap_or_default()
}

fn resource(file: &SourceFile<'_>, name: String, blake3: Digest) -> Resource {
    let (kind, mediatype, format, encoding, list, schema) = match &file.content {
        SourceContent::List { list, table_schema } => (
            ResourceType::Table,
            "text/csv".to_owned(),
            Some("csv".to_owned()),
            Some("utf-8".to_owned()),
            Some(list.clone()),
            Some(table_schema.clone()),
        ),
        SourceContent::Attachment { media_type } => (
            ResourceType::File,
            media_type.clone(),
            None,
            None,
            None,
            None,
        ),
    };
    Resource {
        name,
        kind,
        path: file.name.clone(),
        title: file.title.as_str().into(),
        mediatype,
        format,
        encoding,
        bytes: file.length,
        blake3,
        list,
        schema,
    }
}

/// Copies exactly the announced length: the tar header in front of it is already written.
fn copy<W: Write>(
    file: &mut SourceFile<'_>,
    archive: &mut FrameWriter<'_, W>,
) -> Result<Digest, SealError> {
    let copied = archive.copy_file(&mut file.reader, file.length);
    copied.map_err(|error| match error {
        CopyError::Source(source) => SealError::Source {
            name: file.name.clone(),
            source,
        },
        CopyError::Length => SealError::SourceChanged {
            name: file.name.clone(),
            announced: file.length,
        },
        CopyError::Write(error) => SealError::Write(error),
    })
}

//! The archive inside a payload: its files go into a store, and must be those that the descriptor lists.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};

use crate::descriptor::{self, Descriptor};
use crate::digest::Digest;
use crate::error::OpenError;
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::names::EntryName;
use crate::open::EntryStore;
use crate::pipeline::{Crew, InTurn};
use crate::tar::{self, TarError};
use crate::zstd_stream::{ZstdReader, compression_error};

/// Tells a refusal that travelled in an I/O error from a failed read.
pub(crate) fn stream_error(error: io::Error) -> OpenError {
    match compression_error(&error) {
        Some(refused) => refused.into(),
        None => match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => OpenError::PayloadDamaged,
            _ => OpenError::Read(error),
        },
    }
}

/// Reads the tar to its end; the descriptor must be its last file and list all others in order.
pub(crate) fn read_archive<R: BufRead, S: EntryStore>(
    archive: &mut ZstdReader<'_, R>,
    crew: &Crew,
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
            let (entry, digest) = copy(archive, crew, entry, length)?;
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

fn read_descriptor<R: BufRead, S: EntryStore>(
    archive: &mut ZstdReader<'_, R>,
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
    let (bytes, digest) = copy(archive, &Crew::of_nobody(), Vec::new(), length)?;
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

/// Copies so many bytes; the crew takes their digest meanwhile.
fn copy<R: BufRead, W: Write>(
    archive: &mut ZstdReader<'_, R>,
    crew: &Crew,
    mut out: W,
    length: u64,
) -> Result<(W, Digest), OpenError> {
    let hasher = InTurn::new(blake3::Hasher::new());
    let mut left = length;
    while left > 0 {
        let Some(piece) = archive.piece(left).map_err(stream_error)? else {
            return Err(TarError::Truncated.into());
        };
        let (turn, hashed) = (hasher.ticket(), piece.clone());
        crew.start(move || {
            turn.take(|hasher| {
                hasher.update(&hashed);
            });
        });
        out.write_all(&piece).map_err(OpenError::Store)?;
        left -= piece.len() as u64;
    }
    let hash = hasher.ticket().take(|hasher| hasher.finalize());
    Ok((out, Digest::from_bytes(*hash.as_bytes())))
}

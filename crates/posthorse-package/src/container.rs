//! The outer ZIP: the one framing that four members can have, byte for byte (spec §3).
//!
//! The reader looks at fixed places only: it never searches, repairs or chooses. What it finds
//! there determines every other byte of the framing, which it builds and compares.

use std::io::{self, Read, Seek, SeekFrom};

use crate::digest::stream_length;
use crate::error::ReadError;
use crate::framing::{
    Framing, LOCAL_HEADER, MANIFEST_NAME, MIMETYPE, MIMETYPE_NAME, PAYLOAD_NAME, SIGNATURES_NAME,
    head_length, local_header,
};
use crate::limits::Limits;

const END_RECORD: u64 = 22;

/// Where the four members lie and what the small ones hold.
#[derive(Debug)]
pub(crate) struct Members {
    pub(crate) payload_start: u64,
    pub(crate) payload_length: u64,
    pub(crate) payload_crc32: u32,
    pub(crate) manifest: Vec<u8>,
    pub(crate) signatures: Vec<u8>,
}

impl Members {
    /// The members of a package that is being written.
    pub(crate) fn unknown() -> Self {
        Self {
            payload_start: head_length(),
            payload_length: 0,
            payload_crc32: 0,
            manifest: Vec::new(),
            signatures: Vec::new(),
        }
    }
}

/// Reads the members from their fixed places and refuses every other framing.
pub(crate) fn read_members<R: Read + Seek>(
    reader: &mut R,
    limits: &Limits,
) -> Result<Members, ReadError> {
    let length = stream_length(reader)?;
    let head_length = head_length();
    let mut head = vec![0; usize::try_from(length.min(head_length)).unwrap_or(0)];
    reader.read_exact(&mut head)?;
    check_beginning(&head)?;
    if !ends_with_end_record(reader, length)? {
        return Err(ReadError::Incomplete { length });
    }
    if (head.len() as u64) < head_length {
        return Err(ReadError::Framing {
            offset: head.len() as u64,
        });
    }
    let payload_crc32 = u32_at(&head, head.len() - 20 - 11 - 30 + 14);
    let payload_length = u64_at(&head, head.len() - 16);
    if payload_length > limits.payload_bytes {
        return Err(too_large(
            PAYLOAD_NAME,
            payload_length,
            limits.payload_bytes,
        ));
    }
    if payload_length > length {
        return Err(ReadError::Framing {
            offset: head_length - 16,
        });
    }
    let manifest_header = head_length + payload_length;
    let (manifest_start, manifest) = read_small(
        reader,
        length,
        manifest_header,
        MANIFEST_NAME,
        limits.manifest_bytes,
    )?;
    let signatures_header = manifest_start + manifest.len() as u64;
    let (signatures_start, signatures) = read_small(
        reader,
        length,
        signatures_header,
        SIGNATURES_NAME,
        limits.signatures_bytes,
    )?;
    let members = Members {
        payload_start: head_length,
        payload_length,
        payload_crc32,
        manifest,
        signatures,
    };

    let framing = Framing::of(&members);
    compare(reader, 0, &framing.head)?;
    compare(reader, manifest_header, &framing.before_manifest)?;
    compare(reader, signatures_header, &framing.before_signatures)?;
    let tail_start = signatures_start + members.signatures.len() as u64;
    compare(reader, tail_start, &framing.tail)?;
    if length != tail_start + framing.tail.len() as u64 {
        return Err(ReadError::Framing {
            offset: tail_start + framing.tail.len() as u64,
        });
    }
    Ok(members)
}

/// A file that begins otherwise is no package, however it ends. Zeros may be preallocated room.
fn check_beginning(head: &[u8]) -> Result<(), ReadError> {
    let first = local_header(
        MIMETYPE_NAME,
        crc32fast::hash(MIMETYPE),
        MIMETYPE.len() as u64,
    );
    let expected = [first.as_slice(), MIMETYPE].concat();
    let shared = head.len().min(expected.len());
    if head[..shared] == expected[..shared] || head.iter().all(|byte| *byte == 0) {
        Ok(())
    } else {
        Err(ReadError::NotAPackage)
    }
}

/// The closing record is the sender's own word that the file is whole: no size, no time, no lock.
fn ends_with_end_record<R: Read + Seek>(reader: &mut R, length: u64) -> io::Result<bool> {
    if length < END_RECORD {
        return Ok(false);
    }
    reader.seek(SeekFrom::Start(length - END_RECORD))?;
    let mut record = [0_u8; END_RECORD as usize];
    reader.read_exact(&mut record)?;
    Ok(record.starts_with(b"PK\x05\x06") && record.ends_with(&[0, 0]))
}

fn read_small<R: Read + Seek>(
    reader: &mut R,
    length: u64,
    header_start: u64,
    name: &'static str,
    limit: u64,
) -> Result<(u64, Vec<u8>), ReadError> {
    let start = header_start + LOCAL_HEADER + name.len() as u64;
    if start > length {
        return Err(ReadError::Framing { offset: length });
    }
    reader.seek(SeekFrom::Start(header_start))?;
    let mut header = [0_u8; LOCAL_HEADER as usize];
    reader.read_exact(&mut header)?;
    if !header.starts_with(b"PK\x03\x04") {
        return Err(ReadError::Framing {
            offset: header_start,
        });
    }
    let size = u64::from(u32_at(&header, 18));
    if size > limit {
        return Err(too_large(name, size, limit));
    }
    if start + size > length {
        return Err(ReadError::Framing {
            offset: header_start + 18,
        });
    }
    reader.seek(SeekFrom::Start(start))?;
    let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
    reader.read_exact(&mut bytes)?;
    Ok((start, bytes))
}

fn too_large(member: &'static str, size: u64, limit: u64) -> ReadError {
    ReadError::TooLarge {
        member,
        size,
        limit,
    }
}

fn compare<R: Read + Seek>(reader: &mut R, start: u64, expected: &[u8]) -> Result<(), ReadError> {
    reader.seek(SeekFrom::Start(start))?;
    let mut found = Vec::with_capacity(expected.len());
    reader
        .by_ref()
        .take(expected.len() as u64)
        .read_to_end(&mut found)?;
    let same = found
        .iter()
        .zip(expected)
        .take_while(|(found, expected)| found == expected)
        .count();
    if same == expected.len() {
        Ok(())
    } else {
        Err(ReadError::Framing {
            offset: start + same as u64,
        })
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut field = [0_u8; 4];
    field.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(field)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut field = [0_u8; 8];
    field.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(field)
}

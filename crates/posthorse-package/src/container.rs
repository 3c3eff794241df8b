//! The outer ZIP: the one framing that four members can have, byte for byte (spec §3).
//!
//! The reader looks at fixed places only: it never searches, repairs or chooses. What it finds
//! there determines every other byte of the framing, which it builds and compares.

use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::digest::stream_length;
use crate::error::ReadError;
use crate::limits::Limits;

pub(crate) const MIMETYPE: &[u8] = b"application/vnd.posthorse.package+zip";
pub(crate) const MIMETYPE_NAME: &str = "mimetype";
pub(crate) const PAYLOAD_NAME: &str = "payload.age";
pub(crate) const MANIFEST_NAME: &str = "manifest.json";
pub(crate) const SIGNATURES_NAME: &str = "signatures.json";

const LOCAL_HEADER: u64 = 30;
const ZIP64_EXTRA: u64 = 20;
const END_RECORD: u64 = 22;
/// Sizes and offsets from here on do not fit the 32-bit fields.
const ZIP64_FROM: u64 = 0xffff_ffff;

/// Where the four members lie and what the small ones hold.
#[derive(Debug)]
pub(crate) struct Members {
    pub(crate) payload_start: u64,
    pub(crate) payload_length: u64,
    pub(crate) payload_crc32: u32,
    pub(crate) manifest: Vec<u8>,
    pub(crate) signatures: Vec<u8>,
}

/// Every byte of a package that is not a member's own.
struct Framing {
    /// From the start to the payload's first byte, `mimetype` included.
    head: Vec<u8>,
    before_manifest: Vec<u8>,
    before_signatures: Vec<u8>,
    /// From the end of `signatures.json` to the end of the file.
    tail: Vec<u8>,
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

/// Writes a package of these members; the payload comes from a reader that stands at its first byte.
pub(crate) fn write_members<R: Read, W: Write>(
    members: &Members,
    payload: &mut R,
    out: &mut W,
) -> io::Result<u64> {
    let framing = Framing::of(members);
    out.write_all(&framing.head)?;
    let copied = io::copy(&mut payload.take(members.payload_length), out)?;
    let parts = [
        &framing.before_manifest,
        &members.manifest,
        &framing.before_signatures,
        &members.signatures,
        &framing.tail,
    ];
    let mut length = framing.head.len() as u64 + copied;
    for part in parts {
        out.write_all(part)?;
        length += part.len() as u64;
    }
    Ok(length)
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

fn head_length() -> u64 {
    let mimetype = LOCAL_HEADER + (MIMETYPE_NAME.len() + MIMETYPE.len()) as u64;
    mimetype + LOCAL_HEADER + PAYLOAD_NAME.len() as u64 + ZIP64_EXTRA
}

impl Framing {
    fn of(members: &Members) -> Self {
        let small = |name: &'static str, bytes: &[u8]| Small {
            name,
            crc32: crc32fast::hash(bytes),
            size: bytes.len() as u64,
        };
        let mimetype = small(MIMETYPE_NAME, MIMETYPE);
        let manifest = small(MANIFEST_NAME, &members.manifest);
        let signatures = small(SIGNATURES_NAME, &members.signatures);

        let mut head = mimetype.local_header();
        head.extend_from_slice(MIMETYPE);
        let payload_at = head.len() as u64;
        head.extend(payload_local_header(members));
        let before_manifest = manifest.local_header();
        let before_signatures = signatures.local_header();

        let manifest_at = members.payload_start + members.payload_length;
        let signatures_at = manifest_at + before_manifest.len() as u64 + manifest.size;
        let directory_at = signatures_at + before_signatures.len() as u64 + signatures.size;
        let mut directory = mimetype.central_header(0);
        directory.extend(payload_central_header(members, payload_at));
        directory.extend(manifest.central_header(manifest_at));
        directory.extend(signatures.central_header(signatures_at));
        let end = end_records(directory_at, directory.len() as u64);
        Self {
            head,
            before_manifest,
            before_signatures,
            tail: [directory, end].concat(),
        }
    }
}

/// A member whose size and offset in the local header always fit 32 bits.
struct Small {
    name: &'static str,
    crc32: u32,
    size: u64,
}

impl Small {
    fn local_header(&self) -> Vec<u8> {
        local_header(self.name, self.crc32, self.size)
    }

    fn central_header(&self, offset: u64) -> Vec<u8> {
        let far = offset >= ZIP64_FROM;
        let mut extra = Vec::new();
        if far {
            extra.extend_from_slice(&[1, 0, 8, 0]);
            extra.extend_from_slice(&offset.to_le_bytes());
        }
        let size = low32(self.size);
        central_header(
            10,
            self.name,
            self.crc32,
            [size, size],
            &extra,
            low32(offset),
        )
    }
}

fn local_header(name: &str, crc32: u32, size: u64) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    common_fields(&mut bytes, 10, crc32, [low32(size); 2]);
    name_and_extra_lengths(&mut bytes, name, 0);
    bytes.extend_from_slice(name.as_bytes());
    bytes
}

fn payload_local_header(members: &Members) -> Vec<u8> {
    let mut bytes = b"PK\x03\x04".to_vec();
    common_fields(&mut bytes, 45, members.payload_crc32, [u32::MAX; 2]);
    name_and_extra_lengths(&mut bytes, PAYLOAD_NAME, ZIP64_EXTRA);
    bytes.extend_from_slice(PAYLOAD_NAME.as_bytes());
    bytes.extend(payload_extra(members.payload_length));
    bytes
}

fn payload_central_header(members: &Members, offset: u64) -> Vec<u8> {
    let extra = payload_extra(members.payload_length);
    let sizes = [u32::MAX; 2];
    central_header(
        45,
        PAYLOAD_NAME,
        members.payload_crc32,
        sizes,
        &extra,
        low32(offset),
    )
}

fn payload_extra(length: u64) -> Vec<u8> {
    let mut extra = vec![1, 0, 16, 0];
    extra.extend_from_slice(&length.to_le_bytes());
    extra.extend_from_slice(&length.to_le_bytes());
    extra
}

fn central_header(
    version: u16,
    name: &str,
    crc32: u32,
    sizes: [u32; 2],
    extra: &[u8],
    offset: u32,
) -> Vec<u8> {
    let mut bytes = b"PK\x01\x02".to_vec();
    // Made by: Unix (3), so that the mode below means what it says.
    bytes.extend_from_slice(&[u8::try_from(version).unwrap_or(45), 3]);
    common_fields(&mut bytes, version, crc32, sizes);
    name_and_extra_lengths(&mut bytes, name, extra.len() as u64);
    // No comment, first disk, no internal attributes.
    bytes.extend_from_slice(&[0; 6]);
    // A regular file of mode 0644.
    bytes.extend_from_slice(&(0o100_644_u32 << 16).to_le_bytes());
    bytes.extend_from_slice(&offset.to_le_bytes());
    bytes.extend_from_slice(name.as_bytes());
    bytes.extend_from_slice(extra);
    bytes
}

/// Version needed, no flags, stored, 1980-01-01 00:00, CRC-32, sizes.
fn common_fields(bytes: &mut Vec<u8>, version: u16, crc32: u32, sizes: [u32; 2]) {
    bytes.extend_from_slice(&version.to_le_bytes());
    bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0x21, 0]);
    bytes.extend_from_slice(&crc32.to_le_bytes());
    bytes.extend_from_slice(&sizes[0].to_le_bytes());
    bytes.extend_from_slice(&sizes[1].to_le_bytes());
}

fn name_and_extra_lengths(bytes: &mut Vec<u8>, name: &str, extra: u64) {
    bytes.extend_from_slice(&low16(name.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&low16(extra).to_le_bytes());
}

fn end_records(directory_at: u64, directory_size: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let far = directory_at > ZIP64_FROM;
    if far {
        bytes.extend_from_slice(b"PK\x06\x06");
        bytes.extend_from_slice(&44_u64.to_le_bytes());
        bytes.extend_from_slice(&[45, 0, 45, 0]);
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(&4_u64.to_le_bytes());
        bytes.extend_from_slice(&4_u64.to_le_bytes());
        bytes.extend_from_slice(&directory_size.to_le_bytes());
        bytes.extend_from_slice(&directory_at.to_le_bytes());
        bytes.extend_from_slice(b"PK\x06\x07");
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&(directory_at + directory_size).to_le_bytes());
        bytes.extend_from_slice(&1_u32.to_le_bytes());
    }
    bytes.extend_from_slice(b"PK\x05\x06");
    bytes.extend_from_slice(&[0, 0, 0, 0, 4, 0, 4, 0]);
    let size = if far { u32::MAX } else { low32(directory_size) };
    bytes.extend_from_slice(&size.to_le_bytes());
    bytes.extend_from_slice(&low32(directory_at).to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

/// The value, or the mark that it stands elsewhere in 64 bits.
fn low32(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn low16(value: u64) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
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

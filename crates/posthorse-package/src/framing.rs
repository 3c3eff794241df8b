//! Every byte of a package that is not a member's own: the one framing that four members can have (spec §3).

use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::container::Members;

pub(crate) const MIMETYPE: &[u8] = b"application/vnd.posthorse.package+zip";
pub(crate) const MIMETYPE_NAME: &str = "mimetype";
pub(crate) const PAYLOAD_NAME: &str = "payload.age";
pub(crate) const MANIFEST_NAME: &str = "manifest.json";
pub(crate) const SIGNATURES_NAME: &str = "signatures.json";

pub(crate) const LOCAL_HEADER: u64 = 30;
const ZIP64_EXTRA: u64 = 20;
/// Sizes and offsets from here on do not fit the 32-bit fields.
const ZIP64_FROM: u64 = 0xffff_ffff;

/// Every byte of a package that is not a member's own.
pub(crate) struct Framing {
    /// From the start to the payload's first byte, `mimetype` included.
    pub(crate) head: Vec<u8>,
    pub(crate) before_manifest: Vec<u8>,
    pub(crate) before_signatures: Vec<u8>,
    /// From the end of `signatures.json` to the end of the file.
    pub(crate) tail: Vec<u8>,
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
    framing.write_behind_payload(members, out)?;
    Ok(framing.length_with(members, copied))
}

/// Writes what stands before a payload of which nothing is known yet.
pub(crate) fn begin_members<W: Write>(out: &mut W) -> io::Result<()> {
    out.write_all(&Framing::of(&Members::unknown()).head)
}

/// Writes what follows the payload, then goes back and says what it was. Returns the package's length.
pub(crate) fn finish_members<W: Write + Seek>(members: &Members, out: &mut W) -> io::Result<u64> {
    let framing = Framing::of(members);
    framing.write_behind_payload(members, out)?;
    let length = framing.length_with(members, members.payload_length);
    out.seek(SeekFrom::Start(0))?;
    out.write_all(&framing.head)?;
    out.seek(SeekFrom::Start(length))?;
    out.flush()?;
    Ok(length)
}

/// Where the payload begins.
pub(crate) fn head_length() -> u64 {
    let mimetype = LOCAL_HEADER + (MIMETYPE_NAME.len() + MIMETYPE.len()) as u64;
    mimetype + LOCAL_HEADER + PAYLOAD_NAME.len() as u64 + ZIP64_EXTRA
}

impl Framing {
    pub(crate) fn of(members: &Members) -> Self {
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

    fn parts_behind_payload<'a>(&'a self, members: &'a Members) -> [&'a [u8]; 5] {
        [
            &self.before_manifest,
            &members.manifest,
            &self.before_signatures,
            &members.signatures,
            &self.tail,
        ]
    }

    fn write_behind_payload<W: Write>(&self, members: &Members, out: &mut W) -> io::Result<()> {
        let mut parts = self.parts_behind_payload(members).into_iter();
        parts.try_for_each(|part| out.write_all(part))
    }

    fn length_with(&self, members: &Members, payload_length: u64) -> u64 {
        let behind = self.parts_behind_payload(members).into_iter();
        let behind: u64 = behind.map(|part| part.len() as u64).sum();
        self.head.len() as u64 + payload_length + behind
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

pub(crate) fn local_header(name: &str, crc32: u32, size: u64) -> Vec<u8> {
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

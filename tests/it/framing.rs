//! The container's framing against what was written down once, what the `zip` crate writes, and
//! what the specification says beyond 4 GiB, where nobody wants to write the bytes to a disk.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use posthorse_package::{Limits, ReadError, Sealed};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use crate::package::{LIST, sealed};
use crate::vectors::{Vector, root};

/// A file of any length that keeps what is not zero, page by page.
#[derive(Default)]
struct SparseFile {
    pages: BTreeMap<u64, Vec<u8>>,
    length: u64,
    position: u64,
}

const PAGE: u64 = 4096;

impl SparseFile {
    fn at(&self, from: u64, length: usize) -> Vec<u8> {
        (from..from + length as u64)
            .map(|place| {
                let page = self.pages.get(&(place / PAGE));
                page.map_or(0, |page| page[(place % PAGE) as usize])
            })
            .collect()
    }
}

impl Write for SparseFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = if self.is_hole(bytes) {
            bytes.len()
        } else {
            let room = (PAGE - self.position % PAGE) as usize;
            let part = &bytes[..bytes.len().min(room)];
            let start = (self.position % PAGE) as usize;
            let page = self.pages.entry(self.position / PAGE);
            let page = page.or_insert_with(|| vec![0; PAGE as usize]);
            page[start..start + part.len()].copy_from_slice(part);
            part.len()
        };
        self.position += count as u64;
        self.length = self.length.max(self.position);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a payload consists of; comparing with it is what finds zeros at the speed of memory.
static ZEROS: [u8; 16 << 20] = [0; 16 << 20];

impl SparseFile {
    /// Whether these bytes are zeros that go where nothing is yet.
    fn is_hole(&self, bytes: &[u8]) -> bool {
        bytes.len() <= ZEROS.len()
            && *bytes == ZEROS[..bytes.len()]
            && self
                .pages
                .range(self.position / PAGE + 1..)
                .next()
                .is_none()
            && self.position >= self.length
    }
}

impl Read for SparseFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.position);
        let count = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        let bytes = self.at(self.position, count);
        buffer[..count].copy_from_slice(&bytes);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for SparseFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let moved = |from: u64, by: i64| from.checked_add_signed(by);
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => moved(self.length, by),
            SeekFrom::Current(by) => moved(self.position, by),
        };
        self.position = place.ok_or_else(|| io::Error::other("before the beginning"))?;
        Ok(self.position)
    }
}

/// A manifest that a reader takes, for a payload of this length.
fn manifest(length: u64) -> Vec<u8> {
    let good = member(
        &Vector::read("package/opens-one-recipient").document,
        "manifest.json",
    );
    let text = String::from_utf8(good).expect("a manifest");
    let (before, rest) = text.split_once("\"length\":").expect("a length");
    let (_, after) = rest.split_once('}').expect("an object");
    format!("{before}\"length\":{length}}}{after}").into_bytes()
}

fn member(package: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).expect("a ZIP file");
    let mut bytes = Vec::new();
    let mut member = archive.by_name(name).expect("a member");
    member.read_to_end(&mut bytes).expect("its bytes");
    bytes
}

/// What the `zip` crate writes with the options of the specification, around a payload of zeros.
fn written_by_the_zip_crate(payload: u64) -> SparseFile {
    let signatures = member(
        &Vector::read("package/opens-one-recipient").document,
        "signatures.json",
    );
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644)
        .system(System::Unix);
    let mut zip = ZipWriter::new(SparseFile::default());
    let start = |zip: &mut ZipWriter<SparseFile>, name: &str| {
        let options = options.large_file(name == "payload.age");
        zip.start_file(name, options).expect("a member");
    };
    start(&mut zip, "mimetype");
    let mimetype = b"application/vnd.posthorse.package+zip";
    zip.write_all(mimetype).expect("memory");
    start(&mut zip, "payload.age");
    let mut left = payload;
    while left > 0 {
        let count = ZEROS.len().min(usize::try_from(left).expect("64 bits"));
        zip.write_all(&ZEROS[..count]).expect("memory");
        left -= count as u64;
    }
    start(&mut zip, "manifest.json");
    zip.write_all(&manifest(payload)).expect("memory");
    start(&mut zip, "signatures.json");
    zip.write_all(&signatures).expect("memory");
    zip.finish().expect("memory")
}

/// Everything but the payload, as hexadecimal lines.
fn framing(file: &SparseFile, payload: u64) -> String {
    let head = file.at(0, 136);
    let tail_length = usize::try_from(file.length - 136 - payload).expect("a short tail");
    let tail = file.at(136 + payload, tail_length);
    let lines = |bytes: &[u8]| -> String {
        bytes
            .chunks(32)
            .map(|line| {
                let hex: String = line.iter().map(|byte| format!("{byte:02x}")).collect();
                format!("{hex}\n")
            })
            .collect()
    };
    format!("{}payload\n{}", lines(&head), lines(&tail))
}

fn golden(name: &str) -> String {
    fs::read_to_string(root().join("framing").join(name)).expect("a golden file")
}

#[test]
fn framings_below_and_above_4_gib_have_not_drifted() {
    // The last payload whose manifest still has a 32-bit offset, and the first whose directory has not.
    let at_the_mark = 0xffff_ffff - 136;
    for (name, payload) in [
        ("small.hex", 16_584),
        (
            "offset-of-manifest-just-below-the-mark.hex",
            at_the_mark - 1,
        ),
        ("offset-of-manifest-at-the-mark.hex", at_the_mark),
        ("directory-at-the-mark.hex", directory_at_the_mark()),
        ("directory-beyond-the-mark.hex", directory_at_the_mark() + 1),
        ("five-gib.hex", 5 << 30),
    ] {
        let mut file = written_by_the_zip_crate(payload);
        assert_eq!(framing(&file, payload), golden(name), "{name}");
        // Our own reader takes the one framing, and no other length.
        let sealed = Sealed::read(&mut file, &Limits::default()).expect(name);
        assert_eq!(sealed.untrusted_manifest().payload.length, payload);
        drop(sealed);
        let end = file.length - 22;
        for place in [
            20,
            58,
            120,
            136 + payload + 14,
            end - 30,
            end + 10,
            end + 16,
        ] {
            flip(&mut file, place);
            let refused = Sealed::read(&mut file, &Limits::default());
            let is_refused = matches!(
                refused,
                Err(ReadError::Framing { .. } | ReadError::NotAPackage)
            );
            assert!(is_refused, "{name}, byte {place}");
            flip(&mut file, place);
        }
    }
}

/// The payload with which the central directory stands at 0xFFFFFFFF exactly.
fn directory_at_the_mark() -> u64 {
    let small = written_by_the_zip_crate(16_584);
    let end = small.at(small.length - 22, 22);
    let offset = u32::from_le_bytes(end[16..20].try_into().expect("four bytes"));
    // The length takes ten digits in the manifest instead of five.
    0xffff_ffff - u64::from(offset) - 5 + 16_584
}

fn flip(file: &mut SparseFile, place: u64) {
    let byte = file.at(place, 1)[0] ^ 1;
    file.seek(SeekFrom::Start(place)).expect("memory");
    file.write_all(&[byte]).expect("memory");
}

#[test]
fn a_sealed_package_has_the_framing_that_the_zip_crate_writes() {
    let package = sealed(LIST, b"attachment");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in [
        "mimetype",
        "payload.age",
        "manifest.json",
        "signatures.json",
    ] {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644)
            .system(System::Unix)
            .large_file(name == "payload.age");
        zip.start_file(name, options).expect("a member");
        zip.write_all(&member(&package, name)).expect("memory");
    }
    assert_eq!(zip.finish().expect("memory").into_inner(), package);
}

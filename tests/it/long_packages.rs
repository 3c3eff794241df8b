//! Packages long enough for a crew of threads: the same promises as for short ones.

use std::cell::Cell;
use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use posthorse_package::{
    EntryName, EntryStore, Limits, MemoryStore, OpenError, Refusal, SealError, Sealed,
    SourceContent, SourceFile, Verified, seal,
};

use crate::offices::{bureau, department, now, registry, request};
use crate::package::{LIST, sealed};
use crate::tools::succeed;

/// Bytes that do not compress, so that the payload is as long as they are.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

fn verified<R: Read + Seek>(reader: R) -> Verified<R> {
    let sealed = Sealed::read(reader, &Limits::default()).expect("a good package");
    sealed.verify(registry(), now()).expect("a good package")
}

fn payload_start(package: &[u8]) -> usize {
    let line = b"age-encryption.org/v1";
    let found = package
        .windows(line.len())
        .position(|window| window == line);
    found.expect("a payload")
}

#[test]
fn any_age_tool_and_we_open_a_payload_of_many_chunks_and_frames() {
    let attachment = noise(5_000_000);
    let package = sealed(LIST, &attachment);
    let opened = verified(Cursor::new(&package[..]))
        .open(&[bureau().identity], MemoryStore::default())
        .expect("the bureau opens it");
    let files = opened.into_store().into_files();
    assert!(files[&"attachments/1.pdf".parse().expect("a name")] == attachment);

    let folder = tempfile::tempdir().expect("a folder");
    let identity = bureau().identity.secret_text();
    fs::write(folder.path().join("identity.txt"), identity.as_bytes()).expect("writing");
    fs::write(folder.path().join("list.xpkg"), &package).expect("writing");
    let line =
        "set -o pipefail; unzip -p list.xpkg payload.age | age -d -i identity.txt | tar --zstd -x";
    succeed(folder.path(), "bash", &["-c", line]);
    let recovered = fs::read(folder.path().join("attachments/1.pdf")).expect("a recovered file");
    assert!(recovered == attachment);
    let recovered = fs::read(folder.path().join("data/list-1.csv")).expect("a recovered file");
    assert_eq!(recovered, LIST.as_bytes());
}

/// A package whose bytes change after so many reads of its payload, or that ends early.
struct ChangingFile {
    bytes: Cursor<Vec<u8>>,
    flip: Rc<Cell<Option<usize>>>,
    end: Rc<Cell<u64>>,
}

impl Read for ChangingFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(at) = self.flip.take() {
            self.bytes.get_mut()[at] ^= 1;
        }
        let left = self.end.get().saturating_sub(self.bytes.position());
        let most = usize::try_from(left).expect("small").min(buffer.len());
        self.bytes.read(&mut buffer[..most])
    }
}

impl Seek for ChangingFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(position)
    }
}

/// Verifies it as it was and opens it as it has become since.
fn opened_after(package: &[u8], flip: Option<usize>, end: Option<usize>) -> Option<Refusal> {
    let flips = Rc::new(Cell::new(None));
    let ends = Rc::new(Cell::new(package.len() as u64));
    let verified = verified(ChangingFile {
        bytes: Cursor::new(package.to_vec()),
        flip: Rc::clone(&flips),
        end: Rc::clone(&ends),
    });
    flips.set(flip);
    if let Some(end) = end {
        ends.set(end as u64);
    }
    let opened = verified.open(&[bureau().identity], MemoryStore::default());
    opened.err().and_then(|error| error.refusal())
}

#[test]
fn a_long_payload_that_changes_after_verifying_is_refused_wherever_it_changes() {
    let package = sealed(LIST, &noise(3_000_000));
    let start = payload_start(&package);
    assert_eq!(opened_after(&package, None, None), None);
    for at in [400, 65_536, 1_000_000, 2_000_000, 3_000_000] {
        let flipped = opened_after(&package, Some(start + at), None);
        assert_eq!(flipped, Some(Refusal::PayloadDamaged), "a bit at {at}");
        let cut = opened_after(&package, None, Some(start + at));
        assert_eq!(cut, Some(Refusal::PayloadDamaged), "an end at {at}");
    }
}

#[test]
fn a_bit_flipped_anywhere_in_a_long_payload_is_refused_without_a_key() {
    let package = sealed(LIST, &noise(3_000_000));
    let start = payload_start(&package);
    for at in (600..3_000_000).step_by(499_979) {
        let mut flipped = package.clone();
        flipped[start + at] ^= 0x80;
        let sealed = Sealed::read(Cursor::new(&flipped), &Limits::default());
        let refused = sealed.expect("a framing").verify(registry(), now());
        let refused = refused.err().and_then(|error| error.refusal());
        assert_eq!(refused, Some(Refusal::PayloadDigest), "a bit at {at}");
    }
}

/// A store whose disk is full after so many bytes.
struct SmallDisk(usize);

struct SmallDiskEntry(usize);

impl Write for SmallDiskEntry {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self
            .0
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl EntryStore for SmallDisk {
    type Entry = SmallDiskEntry;

    fn create(&mut self, _: &EntryName, _: u64) -> io::Result<SmallDiskEntry> {
        Ok(SmallDiskEntry(self.0))
    }

    fn close(&mut self, _: SmallDiskEntry) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_ends_the_opening_of_a_long_package() {
    let package = sealed(LIST, &noise(3_000_000));
    for room in [0, 1_000_000, 2_999_999] {
        let opened =
            verified(Cursor::new(&package[..])).open(&[bureau().identity], SmallDisk(room));
        match opened.err() {
            Some(OpenError::Store(error)) => assert_eq!(error.kind(), io::ErrorKind::StorageFull),
            other => panic!("{other:?}"),
        }
    }
}

/// Seals one attachment of an announced length into a file that takes so many bytes.
fn sealing(reader: &mut dyn Read, length: u64, room: usize) -> SealError {
    let mut files = [SourceFile {
        name: "attachments/1.pdf".parse().expect("an entry name"),
        title: "说明.pdf".into(),
        content: SourceContent::Attachment {
            media_type: "application/pdf".into(),
        },
        length,
        reader,
    }];
    let mut room = vec![0; room];
    let out = Cursor::new(&mut room[..]);
    let sealed = seal(
        &request(),
        &mut files,
        &[&department().key],
        out,
        &Limits::default(),
    );
    sealed.expect_err("an error")
}

#[test]
fn faults_of_source_and_target_end_the_sealing_of_a_long_package() {
    let bytes = noise(3_000_000);
    let announced = |length: u64| sealing(&mut &bytes[..], length, 8 << 20);
    assert!(matches!(
        announced(3_000_001),
        SealError::SourceChanged {
            announced: 3_000_001,
            ..
        }
    ));
    assert!(matches!(
        announced(2_999_999),
        SealError::SourceChanged {
            announced: 2_999_999,
            ..
        }
    ));

    struct BrokenDisk;
    impl Read for BrokenDisk {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::TimedOut.into())
        }
    }
    let mut broken = bytes[..2_000_000].chain(BrokenDisk);
    match sealing(&mut broken, 3_000_000, 8 << 20) {
        SealError::Source { source, .. } => assert_eq!(source.kind(), io::ErrorKind::TimedOut),
        other => panic!("{other:?}"),
    }

    match sealing(&mut &bytes[..], 3_000_000, 1_500_000) {
        SealError::Write(error) => assert_eq!(error.kind(), io::ErrorKind::WriteZero),
        other => panic!("{other:?}"),
    }
}

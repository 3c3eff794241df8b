//! A disk that shows the opener other bytes than it showed the verifier.

use std::cell::RefCell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use posthorse_package::{Limits, MemoryStore, Refusal, Sealed};

use crate::offices::{bureau, now, registry};
use crate::package::{LIST, sealed};

/// A file whose bytes somebody else can change at any time.
#[derive(Clone)]
struct SharedFile(Rc<RefCell<Cursor<Vec<u8>>>>);

impl SharedFile {
    fn of(bytes: Vec<u8>) -> Self {
        Self(Rc::new(RefCell::new(Cursor::new(bytes))))
    }

    fn flip(&self, at: usize) {
        self.0.borrow_mut().get_mut()[at] ^= 1;
    }
}

impl Read for SharedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

impl Seek for SharedFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.0.borrow_mut().seek(position)
    }
}

/// Flips one byte between verifying and opening.
fn opened_after_flip(at: impl Fn(&[u8]) -> usize) -> Option<Refusal> {
    let package = sealed(LIST, b"attachment");
    let at = at(&package);
    let file = SharedFile::of(package);
    let verified = Sealed::read(file.clone(), &Limits::default())
        .expect("a good package")
        .verify(registry(), now())
        .expect("a good package");
    file.flip(at);
    let identities = [bureau().identity];
    let opened = verified.open(&identities, MemoryStore::default());
    opened
        .err()
        .map(|error| error.refusal().expect("memory reads"))
}

fn place(package: &[u8], text: &[u8]) -> usize {
    let found = package
        .windows(text.len())
        .position(|window| window == text);
    found.expect("a text in the package")
}

#[test]
fn a_payload_that_changes_after_verifying_is_refused() {
    let in_chunk = opened_after_flip(|package| place(package, b"\n--- ") + 200);
    assert_eq!(in_chunk, Some(Refusal::PayloadDamaged));
    // A version that age does not know, and a MAC that does not fit.
    let version = opened_after_flip(|package| place(package, b"age-encryption.org/v1") + 20);
    assert_eq!(version, Some(Refusal::PayloadDamaged));
}

#[test]
fn a_manifest_that_changes_after_verifying_changes_nothing() {
    let manifest = opened_after_flip(|package| place(package, b"{\"format\"") + 30);
    assert_eq!(manifest, None);
}

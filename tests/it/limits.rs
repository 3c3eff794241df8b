//! Every bound of `Limits`, met by a good document that is larger than a smaller bound.

use std::fs;
use std::io::Cursor;

use posthorse_package::{Identity, Limits, MemoryStore, Refusal, Registry, RegistryError, Sealed};

use crate::offices::now;
use crate::vectors::{Vector, root};

/// The step and class that a good package gets under smaller bounds.
fn refused(vector: &str, shrink: fn(&mut Limits)) -> Option<(&'static str, Refusal)> {
    let mut limits = Limits::default();
    shrink(&mut limits);
    let registry = fs::read(root().join("registry.json")).expect("a registry");
    let registry = Registry::trust(&registry, &Limits::default()).expect("a trusted registry");
    let identity = fs::read_to_string(root().join("bureau.txt")).expect("an identity file");
    let identity = Identity::parse_file(&identity).expect("an identity");
    let sealed = match Sealed::read(Cursor::new(Vector::read(vector).document), &limits) {
        Ok(sealed) => sealed,
        Err(error) => return Some(("read", error.refusal().expect("memory reads"))),
    };
    let verified = match sealed.verify(&registry, now()) {
        Ok(verified) => verified,
        Err(error) => return Some(("verify", error.refusal().expect("memory reads"))),
    };
    let opened = verified.open(&identity, MemoryStore::default());
    opened
        .err()
        .map(|error| ("open", error.refusal().expect("memory reads and writes")))
}

#[test]
fn every_bound_is_kept_before_the_work_that_it_bounds() {
    let good = "package/opens-attachments";
    assert_eq!(refused(good, |_| ()), None);
    let read = Some(("read", Refusal::TooLarge));
    let open = Some(("open", Refusal::TooLarge));
    assert_eq!(refused(good, |limits| limits.manifest_bytes = 600), read);
    assert_eq!(refused(good, |limits| limits.signatures_bytes = 100), read);
    assert_eq!(refused(good, |limits| limits.recipients = 0), read);
    assert_eq!(refused(good, |limits| limits.payload_bytes = 16_000), read);
    let two = "package/opens-two-signatures";
    assert_eq!(refused(two, |limits| limits.signatures = 1), read);
    let depth = Some(("read", Refusal::JsonDepth));
    assert_eq!(refused(good, |limits| limits.json_depth = 2), depth);
    let header = Some(("verify", Refusal::AgeHeader));
    assert_eq!(
        refused(good, |limits| limits.age_header_bytes = 167),
        header
    );
    assert_eq!(refused(good, |limits| limits.age_header_bytes = 168), None);
    assert_eq!(refused(good, |limits| limits.plain_bytes = 1_000), open);
    assert_eq!(refused(good, |limits| limits.entries = 3), open);
    assert_eq!(refused(good, |limits| limits.entries = 4), None);
    assert_eq!(refused(good, |limits| limits.descriptor_bytes = 500), open);
}

#[test]
fn a_document_is_bounded_as_a_whole() {
    let bytes = fs::read(root().join("registry.json")).expect("a registry");
    let mut limits = Limits::default();
    limits.document_bytes = bytes.len() as u64;
    assert!(Registry::trust(&bytes, &limits).is_ok());
    limits.document_bytes -= 1;
    let refused = Registry::trust(&bytes, &limits)
        .as_ref()
        .map_err(RegistryError::refusal)
        .err();
    assert_eq!(refused, Some(Refusal::TooLarge));
}

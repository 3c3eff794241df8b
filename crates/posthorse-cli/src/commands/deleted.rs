//! What verifying and auditing know of deleted content: how its files begin, and which record names
//! which package (spec/retention-v1.md, sections 2 and 3).

use std::collections::BTreeMap;

use posthorse_domain::{Date, date_in_china};
use posthorse_package::{Digest, VerifiedDeletion};

/// How every evidence file begins: it has one form.
const EVIDENCE: &[u8] = b"{\"payloadType\":\"application/vnd.posthorse.manifest.v1+json\"";
/// How every deletion record begins.
const DELETION: &[u8] = b"{\"payloadType\":\"application/vnd.posthorse.deletion.v1+json\"";
/// So many bytes tell which it is.
pub(crate) const BEGINNING_BYTES: u64 = 80;

/// The documents that a deletion leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trace {
    /// Manifest and signatures of a package.
    Evidence,
    /// The bureau's word on what it deleted.
    Record,
}

impl Trace {
    /// What a file is by its name or its beginning.
    pub(crate) fn of(name: &str, beginning: &[u8]) -> Option<Self> {
        if beginning.starts_with(EVIDENCE) || name.ends_with(".evidence.json") {
            Some(Self::Evidence)
        } else if beginning.starts_with(DELETION) || name.ends_with(".deletion.json") {
            Some(Self::Record)
        } else {
            None
        }
    }
}

/// When a package's content was deleted, and under which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deletion {
    pub(crate) number: u64,
    pub(crate) day: Date,
}

/// The first record that names each package.
#[derive(Debug, Default)]
pub(crate) struct Deletions(BTreeMap<Digest, Deletion>);

impl Deletions {
    pub(crate) fn add(&mut self, verified: &VerifiedDeletion) {
        let record = verified.record();
        let deletion = Deletion {
            number: record.number,
            day: date_in_china(record.deleted_at),
        };
        for package in &record.packages {
            let known = self.0.entry(package.manifest).or_insert(deletion);
            if deletion.number < known.number {
                *known = deletion;
            }
        }
    }

    pub(crate) fn of(&self, manifest: &Digest) -> Option<Deletion> {
        self.0.get(manifest).copied()
    }
}

//! What has been kept long enough, and what is written down when it goes (spec/retention-v1.md).

use posthorse_package::{Digest, KindName, PartyId, Timestamp};

use crate::record::ClaimId;

/// Everything that is due for deletion, or as much of it as one record may hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueForDeletion {
    /// Packages, by manifest: those that came, and those that this office sealed.
    pub packages: Vec<DuePackage>,
    /// Cases that have ended, by id.
    pub cases: Vec<String>,
    /// Things in quarantine, by claim.
    pub quarantined: Vec<ClaimId>,
    /// Claims that came to nothing, of which only the names of files are known.
    pub released: Vec<ClaimId>,
}

impl DueForDeletion {
    /// Whether nothing is due.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let claims = self.quarantined.len() + self.released.len();
        self.packages.len() + self.cases.len() + claims == 0
    }
}

/// A package that is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DuePackage {
    /// Its manifest's digest.
    pub manifest: Digest,
    /// What it is for.
    pub kind: KindName,
    /// How many rows of the ledger came or went with it.
    pub rows: u64,
    /// Where the archive has it.
    pub copies: Vec<ArchivedCopy>,
}

/// A copy of a package in the archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArchivedCopy {
    /// It came, and its intake ended in this month (`YYYYMM`).
    Came {
        /// The month.
        month: String,
        /// The digest of the file.
        file: Digest,
    },
    /// This office sent it.
    Sent {
        /// The digest of the file.
        file: Digest,
    },
}

/// One deletion, as it is written down.
#[derive(Debug)]
pub struct DeletionEntry<'d> {
    /// Its number: that of the last one, and one more.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// The digest of the signed record's payload.
    pub digest: Digest,
    /// The signed record, byte for byte.
    pub record: &'d [u8],
    /// What goes.
    pub due: &'d DueForDeletion,
    /// How many rosters go with it.
    pub rosters: u64,
}

/// The last deletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastDeletion {
    /// Its number.
    pub number: u64,
    /// The digest of its record's payload.
    pub digest: Digest,
}

/// A deletion whose files may still be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedDeletion {
    /// Its number.
    pub number: u64,
    /// The signed record, byte for byte.
    pub record: Vec<u8>,
    /// Copies in the archive.
    pub copies: Vec<ArchivedCopy>,
    /// Files in outboxes: whose, and under which name.
    pub outbox: Vec<(PartyId, String)>,
    /// Things in quarantine.
    pub quarantined: Vec<ClaimId>,
}

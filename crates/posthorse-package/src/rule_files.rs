//! The data files by which lists are described and judged, as a registry names them: by name,
//! version and digest (registry spec §6). What they say is for whoever reads them.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::names::RuleFileName;
use crate::refusal::Refusal;

/// More files than any city writes.
pub(crate) const MOST_RULE_FILES: usize = 1024;

/// A data file that a registry names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// Its name, such as `kinds.json` or `schemas/unpaid.json`.
    pub file: RuleFileName,
    /// From 1; another content has a higher one.
    pub version: u64,
    /// The digest of its bytes.
    pub digest: Digest,
}

/// A file that is not the one that was named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} has the digest {found}, not {expected}")]
pub struct RuleDigestError {
    /// Which file.
    pub file: RuleFileName,
    /// The digest that the registry names.
    pub expected: Digest,
    /// The digest of the bytes.
    pub found: Digest,
}

impl RuleDigestError {
    /// The class of refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        Refusal::RulesDigest
    }
}

/// A data file whose bytes are those that its entry names. Made by [`RuleEntry::accept`] and
/// [`RuleFile::new`] only; it is as authentic as its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    entry: RuleEntry,
    bytes: Vec<u8>,
}

impl RuleEntry {
    /// Takes the bytes of the file, if they are the ones that are named.
    ///
    /// # Errors
    /// They are others.
    pub fn accept(&self, bytes: Vec<u8>) -> Result<RuleFile, RuleDigestError> {
        let found = Digest::of(&bytes);
        if found != self.digest {
            let (file, expected) = (self.file.clone(), self.digest);
            return Err(RuleDigestError {
                file,
                expected,
                found,
            });
        }
        let entry = self.clone();
        Ok(RuleFile { entry, bytes })
    }

    /// Under which name the file lies beside a registry: the 64 digits of its digest, and its
    /// ending.
    #[must_use]
    pub fn stored_name(&self) -> String {
        let digest = self.digest.to_string();
        let hex = digest.rsplit(':').next().unwrap_or_default();
        let ending = self.file.as_str().rsplit('.').next().unwrap_or_default();
        format!("{hex}.{ending}")
    }
}

impl RuleFile {
    /// A file that is to be named by the next version of a registry.
    #[must_use]
    pub fn new(file: RuleFileName, version: u64, bytes: Vec<u8>) -> Self {
        let digest = Digest::of(&bytes);
        let entry = RuleEntry {
            file,
            version,
            digest,
        };
        Self { entry, bytes }
    }

    /// How a registry names it.
    #[must_use]
    pub fn entry(&self) -> &RuleEntry {
        &self.entry
    }

    /// What it holds.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The first file that a later version of a registry names with a lower version, or with another
/// content under the same one.
pub(crate) fn gone_back<'r>(
    trusted: &[RuleEntry],
    offered: &'r [RuleEntry],
) -> Option<(&'r RuleEntry, u64)> {
    offered.iter().find_map(|entry| {
        let held = trusted.iter().find(|held| held.file == entry.file)?;
        let stays = entry.version == held.version && entry.digest == held.digest;
        (entry.version <= held.version && !stays).then_some((entry, held.version))
    })
}

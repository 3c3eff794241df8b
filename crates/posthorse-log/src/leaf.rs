//! What the bureau logs, and the one byte string of each (transparency-log spec §3).
//!
//! Every field is a digest, an id of a unit or package, a code, a number or a moment: none can
//! carry a person's name or number.

use posthorse_package::json::{self, JsonError, Value};
use posthorse_package::{Digest, Disposition, EntryName, ReceiptedPackage, Timestamp};
use serde::{Deserialize, Serialize};

use crate::bundle::LogEntry;
use crate::checkpoint::Origin;

const FORMAT: &str = "posthorse-log-leaf/1";
const DOCUMENT: &str = "log leaf";
const DEPTH: usize = 4;
const LONGEST_CODE: usize = 64;

/// One fact in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Leaf {
    /// The one verdict on a package.
    Verdict(VerdictLeaf),
    /// A receipt that was signed.
    Receipt(ReceiptLeaf),
    /// A version of the registry that the bureau trusts from now on.
    Registry(RegistryLeaf),
    /// A version of a file of rules, such as the work calendar, that is used from now on.
    Rules(RulesLeaf),
    /// A record of what was deleted because its time had come.
    Deletion(DeletionLeaf),
}

/// What became of a package, as its receipt says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictLeaf {
    /// The package, as its manifest names it.
    pub package: ReceiptedPackage,
    /// When the bureau held every byte durably.
    pub received_at: Timestamp,
    /// When the verdict was reached.
    pub decided_at: Timestamp,
    /// What became of it.
    pub disposition: Disposition,
    /// The coded reason (receipt spec §3).
    pub code: String,
}

/// A receipt, by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLeaf {
    /// The digest of the receipt's payload.
    pub receipt: Digest,
    /// The manifest digest of the package that it answers.
    pub manifest: Digest,
    /// When it was signed.
    pub issued_at: Timestamp,
}

/// A registry, by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryLeaf {
    /// Its version.
    pub version: u64,
    /// The digest of its payload.
    pub registry: Digest,
    /// When the bureau began to trust it.
    pub trusted_at: Timestamp,
}

/// A file of rules, by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesLeaf {
    /// Which file, such as `calendar.json`.
    pub file: EntryName,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Since when it is used.
    pub used_since: Timestamp,
}

/// A deletion record (retention spec §3), by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionLeaf {
    /// Its number among the bureau's records.
    pub number: u64,
    /// The digest of its payload.
    pub record: Digest,
    /// When the content was deleted.
    pub deleted_at: Timestamp,
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    #[serde(flatten)]
    leaf: &'a Leaf,
}

#[derive(Deserialize)]
struct Read {
    format: String,
    #[serde(flatten)]
    leaf: Leaf,
}

/// Why bytes are not a leaf of this log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LeafError {
    /// Not strict JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not a leaf of this format.
    #[error("not a leaf of {FORMAT}")]
    NotALeaf,
    /// Not the one text of what it says, or with a member that no leaf has.
    #[error("not the canonical text of what it says")]
    NotCanonical,
    /// A code with something else in it than `a-z` and hyphens.
    #[error("code: 1 to 64 of a-z and hyphens")]
    Code,
}

impl Leaf {
    /// Its bytes: canonical JSON as documents are written (package spec §4).
    ///
    /// # Errors
    /// [`LeafError::Code`] for a code that is none.
    pub fn to_entry(&self) -> Result<LogEntry, LeafError> {
        if let Leaf::Verdict(verdict) = self {
            let code = verdict.code.as_bytes();
            let is_plain = code.iter().all(|b| b.is_ascii_lowercase() || *b == b'-');
            if !is_plain || !(1..=LONGEST_CODE).contains(&code.len()) {
                return Err(LeafError::Code);
            }
        }
        let document = Written {
            format: FORMAT,
            leaf: self,
        };
        let bytes = serde_json::to_vec(&document).map_err(|_| LeafError::NotCanonical)?;
        LogEntry::new(bytes).map_err(|_| LeafError::NotCanonical)
    }

    /// Reads the bytes of a leaf; only its canonical bytes are one.
    ///
    /// # Errors
    /// [`LeafError`]: what is wrong with them.
    pub fn parse(bytes: &[u8]) -> Result<Self, LeafError> {
        json::parse(DOCUMENT, bytes, DEPTH)?;
        let read: Read = serde_json::from_slice(bytes).map_err(|_| LeafError::NotALeaf)?;
        if read.format != FORMAT {
            return Err(LeafError::NotALeaf);
        }
        // Written again and compared: members that are unknown, doubled or misspelt show here.
        if read.leaf.to_entry()?.as_bytes() == bytes {
            Ok(read.leaf)
        } else {
            Err(LeafError::NotCanonical)
        }
    }
}

/// The place of an entry that its issuer has promised, before any proof of it can exist: the
/// extension `log` of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPlace {
    /// The log.
    pub origin: Origin,
    /// The index of the entry.
    pub index: u64,
}

impl LogPlace {
    /// The place in a log.
    #[must_use]
    pub fn new(origin: &Origin, index: u64) -> Self {
        Self {
            origin: origin.clone(),
            index,
        }
    }

    /// As the value of an extension: `{"index":…,"origin":…}`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let index = i64::try_from(self.index).unwrap_or(i64::MAX);
        Value::Object(
            [
                ("index".to_owned(), Value::Integer(index)),
                ("origin".to_owned(), Value::Text(self.origin.to_string())),
            ]
            .into(),
        )
    }

    /// Reads the value of an extension; none where it is not a place.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        let Value::Object(members) = value else {
            return None;
        };
        match (members.len(), members.get("index"), members.get("origin")) {
            (2, Some(Value::Integer(index)), Some(Value::Text(origin))) => Some(Self {
                origin: origin.parse().ok()?,
                index: u64::try_from(*index).ok()?,
            }),
            _ => None,
        }
    }
}

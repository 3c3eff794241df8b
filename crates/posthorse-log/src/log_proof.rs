//! A proof to keep beside a document: index, inclusion proof and checkpoint in one text
//! (C2SP tlog-proof).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::bundle::LogEntry;
use crate::checkpoint::{CheckpointError, CheckpointNote};
use crate::hash::{TreeHash, decimal};
use crate::note::LONGEST_NOTE;
use crate::policy::{HeadError, LogPolicy, TrustedHead};
use crate::proof::{InclusionProof, LONGEST_PROOF, ProofError};

/// The ending of a file that holds such a proof.
pub const PROOF_ENDING: &str = "tlog-proof";
/// The longest extra data that is read.
pub const LONGEST_EXTRA: usize = 64 << 10;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
const EXTRA: &str = "extra ";
const INDEX: &str = "index ";
/// First line, extra data, index and hashes.
const LONGEST_HEAD: usize = 64 + LONGEST_EXTRA * 4 / 3 + 64 + LONGEST_PROOF * 45;

/// Where an entry stands in a log, with the proof and the checkpoint that it leads to.
/// Parsed is not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    extra: Option<Vec<u8>>,
    index: u64,
    inclusion: InclusionProof,
    checkpoint: CheckpointNote,
}

/// A text that is not such a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogProofTextError {
    /// Longer than any proof.
    #[error("longer than a proof can be")]
    TooLong,
    /// Not the first line of this format.
    #[error("does not begin with {FIRST_LINE}")]
    NotAProof,
    /// A line of it that is not what must stand there.
    #[error("line {line} is not what must stand there")]
    Line {
        /// Which, beginning with 1.
        line: usize,
    },
    /// More hashes than any tree needs.
    #[error("more than {LONGEST_PROOF} hashes")]
    TooManyHashes,
    /// The checkpoint at its end.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// Why a proof is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogProofError {
    /// Its checkpoint is not.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// It does not show that this entry is in the tree.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// An entry that stands in a trusted log. Made by [`LogProof::verify`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenEntry {
    index: u64,
    head: TrustedHead,
}

impl LogProof {
    /// A proof of these parts.
    #[must_use]
    pub fn new(index: u64, inclusion: InclusionProof, checkpoint: CheckpointNote) -> Self {
        Self {
            extra: None,
            index,
            inclusion,
            checkpoint,
        }
    }

    /// Reads a proof. What is read is written again byte for byte by [`LogProof::to_bytes`].
    ///
    /// # Errors
    /// [`LogProofTextError`]: the first rule that the text breaks.
    pub fn parse(bytes: &[u8]) -> Result<Self, LogProofTextError> {
        if bytes.len() > LONGEST_HEAD + LONGEST_NOTE {
            return Err(LogProofTextError::TooLong);
        }
        let mut lines = Lines { rest: bytes, at: 0 };
        if lines.next() != Some(FIRST_LINE) {
            return Err(LogProofTextError::NotAProof);
        }
        let mut line = lines.take()?;
        let extra = match line.strip_prefix(EXTRA) {
            Some(text) => {
                let data = STANDARD.decode(text).map_err(|_| lines.wrong())?;
                if data.len() > LONGEST_EXTRA {
                    return Err(LogProofTextError::TooLong);
                }
                line = lines.take()?;
                Some(data)
            }
            None => None,
        };
        let index = line.strip_prefix(INDEX).and_then(decimal);
        let index = index.ok_or(lines.wrong())?;
        let mut hashes: Vec<TreeHash> = Vec::new();
        loop {
            match lines.take()? {
                "" => break,
                _ if hashes.len() == LONGEST_PROOF => return Err(LogProofTextError::TooManyHashes),
                hash => hashes.push(hash.parse().map_err(|_| lines.wrong())?),
            }
        }
        Ok(Self {
            extra,
            index,
            inclusion: InclusionProof { hashes },
            checkpoint: CheckpointNote::parse(lines.rest)?,
        })
    }

    /// The proof as text.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{FIRST_LINE}\n");
        if let Some(extra) = &self.extra {
            text.push_str(&format!("{EXTRA}{}\n", STANDARD.encode(extra)));
        }
        text.push_str(&format!("{INDEX}{}\n", self.index));
        for hash in &self.inclusion.hashes {
            text.push_str(&format!("{hash}\n"));
        }
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend(self.checkpoint.to_bytes());
        bytes
    }

    /// The data that came along. Nothing authenticates it.
    #[must_use]
    pub fn untrusted_extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The index that it claims.
    #[must_use]
    pub fn untrusted_index(&self) -> u64 {
        self.index
    }

    /// The checkpoint that it carries.
    #[must_use]
    pub fn untrusted_checkpoint(&self) -> &CheckpointNote {
        &self.checkpoint
    }

    /// Shows that this entry stands in the log that the policy trusts.
    ///
    /// # Errors
    /// [`LogProofError`]: why that is not shown.
    pub fn verify(
        &self,
        entry: &LogEntry,
        policy: &LogPolicy,
    ) -> Result<ProvenEntry, LogProofError> {
        let head = policy.judge(self.checkpoint.clone())?;
        self.inclusion
            .verify(self.index, &entry.hash(), head.head())?;
        Ok(ProvenEntry {
            index: self.index,
            head,
        })
    }
}

impl ProvenEntry {
    /// Its place in the log.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The head under which it was proven.
    #[must_use]
    pub fn head(&self) -> &TrustedHead {
        &self.head
    }
}

/// Lines that end in a line feed, each counted.
pub(crate) struct Lines<'a> {
    pub(crate) rest: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, at: 0 }
    }

    /// The next line without its line feed; none at the end, or where it is not text.
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        self.at += 1;
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(&self.rest[..end]).ok()?;
        self.rest = &self.rest[end + 1..];
        Some(line)
    }

    fn take(&mut self) -> Result<&'a str, LogProofTextError> {
        self.next().ok_or(LogProofTextError::Line { line: self.at })
    }

    fn wrong(&self) -> LogProofTextError {
        LogProofTextError::Line { line: self.at }
    }
}

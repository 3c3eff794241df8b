//! What a witness is asked, as text: the body of `add-checkpoint` (C2SP tlog-witness).

use std::fmt::Write;

use crate::checkpoint::{CheckpointError, CheckpointNote};
use crate::hash::{TreeHash, decimal};
use crate::log_proof::Lines;
use crate::note::LONGEST_NOTE;
use crate::proof::{ConsistencyProof, LONGEST_PROOF};

/// Asks a witness for its cosignature: the body of `add-checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size that the witness cosigned last, or 0.
    pub old_size: u64,
    /// The proof from there.
    pub consistency: ConsistencyProof,
    /// The checkpoint.
    pub checkpoint: CheckpointNote,
}

/// A text that is not such a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Longer than any request.
    #[error("longer than a request can be")]
    TooLong,
    /// The first line is not `old` and a size.
    #[error("the first line is not the old size")]
    OldSize,
    /// A line of the proof is not a hash, or no empty line follows.
    #[error("line {line} is not a hash of the proof")]
    Proof {
        /// Which line, beginning with 1.
        line: usize,
    },
    /// More hashes than allowed.
    #[error("more than {LONGEST_PROOF} hashes")]
    TooManyHashes,
    /// The checkpoint.
    #[error("its checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
}

impl AddCheckpoint {
    /// Reads a request. What is read is written again byte for byte by [`AddCheckpoint::to_bytes`].
    ///
    /// # Errors
    /// [`RequestError`]: the first rule that the text breaks.
    pub fn parse(bytes: &[u8]) -> Result<Self, RequestError> {
        if bytes.len() > LONGEST_NOTE + 64 + LONGEST_PROOF * 45 {
            return Err(RequestError::TooLong);
        }
        let mut lines = Lines::of(bytes);
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old_size = old.and_then(decimal).ok_or(RequestError::OldSize)?;
        let mut hashes: Vec<TreeHash> = Vec::new();
        loop {
            let wrong = RequestError::Proof {
                line: hashes.len() + 2,
            };
            match lines.next().ok_or(wrong)? {
                "" => break,
                _ if hashes.len() == LONGEST_PROOF => return Err(RequestError::TooManyHashes),
                hash => hashes.push(hash.parse().map_err(|_| wrong)?),
            }
        }
        Ok(Self {
            old_size,
            consistency: ConsistencyProof { hashes },
            checkpoint: CheckpointNote::parse(lines.rest)?,
        })
    }

    /// The request as text.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("old {}\n", self.old_size);
        for hash in &self.consistency.hashes {
            // Writing to a string cannot fail.
            let _written = writeln!(text, "{hash}");
        }
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend(self.checkpoint.to_bytes());
        bytes
    }
}

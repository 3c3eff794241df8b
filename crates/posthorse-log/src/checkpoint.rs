//! Checkpoints: notes that state origin, size and root of a log (C2SP tlog-checkpoint).

use std::fmt;
use std::str::FromStr;

use crate::hash::{TreeHash, decimal};
use crate::note::{KeyName, Note, NoteError};
use crate::proof::TreeHead;

/// Who a log says it is: the first line of its checkpoints, and the name of its keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(Box<str>);

impl Origin {
    /// The origin as text. It came from outside: print it as such.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is not an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an origin: one line that is not empty")]
pub struct OriginError;

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text.is_empty() || text.contains(char::is_control) {
            Err(OriginError)
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl From<&KeyName> for Origin {
    fn from(name: &KeyName) -> Self {
        Self(name.as_str().into())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Bytes that are not a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Not even a signed note.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// One of its lines is empty.
    #[error("an empty line in a checkpoint")]
    EmptyLine,
    /// The first line is not an origin.
    #[error("the first line is not an origin")]
    Origin,
    /// The second line is not a size.
    #[error("the second line is not the size of a tree")]
    Size,
    /// The third line is not a hash.
    #[error("the third line is not the root of a tree")]
    Root,
}

/// A checkpoint with signatures that nobody has verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointNote {
    note: Note,
    origin: Origin,
    head: TreeHead,
}

impl CheckpointNote {
    /// Reads a checkpoint. Lines after the third are kept, and mean nothing here.
    ///
    /// # Errors
    /// [`CheckpointError`]: the first rule that the bytes break.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        Self::of_note(Note::parse(bytes)?)
    }

    fn of_note(note: Note) -> Result<Self, CheckpointError> {
        let text = note.untrusted_text();
        let lines: Vec<&str> = text
            .strip_suffix('\n')
            .unwrap_or(text)
            .split('\n')
            .collect();
        if lines.iter().any(|line| line.is_empty()) {
            return Err(CheckpointError::EmptyLine);
        }
        let line = |number: usize| lines.get(number).copied().unwrap_or_default();
        let size = decimal(line(1)).ok_or(CheckpointError::Size)?;
        let root: TreeHash = line(2).parse().map_err(|_| CheckpointError::Root)?;
        Ok(Self {
            origin: line(0).parse().map_err(|_| CheckpointError::Origin)?,
            head: TreeHead { size, root },
            note,
        })
    }

    /// The text of a checkpoint without further lines.
    pub(crate) fn text(origin: &Origin, head: &TreeHead) -> String {
        format!("{origin}\n{}\n{}\n", head.size, head.root)
    }

    /// A checkpoint that is about to be signed.
    pub(crate) fn unsigned(origin: Origin, head: TreeHead) -> Self {
        let note = Note::new(Self::text(&origin, &head), Vec::new());
        Self { note, origin, head }
    }

    /// The origin that it claims.
    #[must_use]
    pub fn untrusted_origin(&self) -> &Origin {
        &self.origin
    }

    /// The tree that it claims.
    #[must_use]
    pub fn untrusted_head(&self) -> &TreeHead {
        &self.head
    }

    /// The note with its signature lines.
    #[must_use]
    pub fn note(&self) -> &Note {
        &self.note
    }

    pub(crate) fn note_mut(&mut self) -> &mut Note {
        &mut self.note
    }

    /// The checkpoint as bytes, as it was read.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.note.to_bytes()
    }
}

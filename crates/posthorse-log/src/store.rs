//! What a log asks of the place where its files lie.

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use crate::bundle::LONGEST_BUNDLE;
use crate::hash::TreeHash;
use crate::note::LONGEST_NOTE;
use crate::tile::{TileContent, TileId, TilePath};

/// One file of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogFile {
    /// The newest checkpoint, the one file that changes.
    Checkpoint,
    /// A tile or a bundle.
    Tile(TilePath),
}

impl LogFile {
    /// No such file is longer; what is longer is not read.
    #[must_use]
    pub fn longest(&self) -> usize {
        match self {
            LogFile::Checkpoint => LONGEST_NOTE,
            LogFile::Tile(path) => match path.tile().content {
                TileContent::Entries => LONGEST_BUNDLE,
                TileContent::Hashes(_) => path.width() * TreeHash::LENGTH,
            },
        }
    }
}

impl fmt::Display for LogFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogFile::Checkpoint => f.write_str("checkpoint"),
            LogFile::Tile(path) => fmt::Display::fmt(path, f),
        }
    }
}

impl From<TilePath> for LogFile {
    fn from(path: TilePath) -> Self {
        LogFile::Tile(path)
    }
}

/// Why a file of the log could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The system refused.
    #[error("{doing} {file}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        file: LogFile,
        /// What the system says.
        source: io::Error,
    },
    /// The bytes may not be on the disk. The writer MUST stop: a second flush can report success
    /// without them.
    #[error("flush {file}: {source}")]
    Sync {
        /// Which file, or the folder that names it.
        file: LogFile,
        /// What the system says.
        source: io::Error,
    },
    /// A tile that is there already has other bytes. It is never rewritten.
    #[error("{file} is there with other bytes")]
    Conflict {
        /// Which file.
        file: LogFile,
    },
    /// Longer than such a file can be.
    #[error("{file} is longer than {longest} bytes")]
    TooLong {
        /// Which file.
        file: LogFile,
        /// The bound.
        longest: usize,
    },
}

/// Where the files of a log are read from: somebody's folder, whose bytes nobody vouches for.
pub trait TileSource {
    /// The bytes of a file, or none where there is none.
    ///
    /// # Errors
    /// [`StoreError::Io`], or [`StoreError::TooLong`] above [`LogFile::longest`].
    fn read(&self, file: LogFile) -> Result<Option<Vec<u8>>, StoreError>;
}

/// Where a log is written. One writer at a time; the caller sees to that.
pub trait TileStore: TileSource {
    /// Puts a tile or bundle into its place and makes it last. The same bytes again are no error.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where other bytes have the name: they stay.
    fn create(&mut self, path: TilePath, bytes: &[u8]) -> Result<(), StoreError>;

    /// Removes every partial version of a tile. The caller has seen the full one.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn remove_partials(&mut self, tile: TileId) -> Result<(), StoreError>;

    /// Puts a checkpoint into the place of the old one, whole or not at all, and makes it last.
    ///
    /// # Errors
    /// [`StoreError`]; after [`StoreError::Sync`] either may be there.
    fn replace_checkpoint(&mut self, bytes: &[u8]) -> Result<(), StoreError>;
}

/// A log in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryLog {
    /// Every file.
    pub files: BTreeMap<LogFile, Vec<u8>>,
}

impl TileSource for MemoryLog {
    fn read(&self, file: LogFile) -> Result<Option<Vec<u8>>, StoreError> {
        let longest = file.longest();
        match self.files.get(&file) {
            Some(bytes) if bytes.len() > longest => Err(StoreError::TooLong { file, longest }),
            other => Ok(other.cloned()),
        }
    }
}

impl TileStore for MemoryLog {
    fn create(&mut self, path: TilePath, bytes: &[u8]) -> Result<(), StoreError> {
        let file = LogFile::Tile(path);
        let present = self.files.entry(file).or_insert_with(|| bytes.to_vec());
        if present == bytes {
            Ok(())
        } else {
            Err(StoreError::Conflict { file })
        }
    }

    fn remove_partials(&mut self, tile: TileId) -> Result<(), StoreError> {
        self.files.retain(|file, _| match file {
            LogFile::Tile(path) => path.tile() != tile || path.is_full(),
            LogFile::Checkpoint => true,
        });
        Ok(())
    }

    fn replace_checkpoint(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.files.insert(LogFile::Checkpoint, bytes.to_vec());
        Ok(())
    }
}

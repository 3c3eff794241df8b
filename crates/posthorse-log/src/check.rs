//! Every file of a log against its head: what an auditor does with a copy, and the writer with
//! what it has just written.

use crate::bundle::LogEntry;
use crate::edge::parent_of;
use crate::hash::{TreeHash, subtree_root};
use crate::policy::TrustedHead;
use crate::proof::TreeHead;
use crate::reader::{ReadLogError, TreeReader, read_entries, read_hashes};
use crate::store::{LogFile, StoreError, TileSource};
use crate::tile::{FULL, TOP_LEVEL, TileId, hashes_at};

/// What is wrong with a file of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogFinding {
    /// It is not there.
    #[error("{file} is missing")]
    Missing {
        /// Which file.
        file: LogFile,
    },
    /// It has not the form or the length that its name says.
    #[error("{file} is damaged")]
    Damaged {
        /// Which file.
        file: LogFile,
    },
    /// An entry is not the one whose hash the tree has.
    #[error("entry {index} in {file} is not the one that was logged")]
    EntryDiffers {
        /// The bundle.
        file: LogFile,
        /// The index of the entry.
        index: u64,
    },
    /// A tile is not the one whose hash the level above has.
    #[error("{file} is not the tile that was logged")]
    TileDiffers {
        /// The tile.
        file: LogFile,
    },
    /// The tiles do not lead to the root of the checkpoint.
    #[error("the tiles lead to {found}, the checkpoint states {expected}")]
    RootDiffers {
        /// The root that the checkpoint states.
        expected: TreeHash,
        /// The root that the tiles give.
        found: TreeHash,
    },
}

/// Checks every entry and tile against the head and shows each entry. With no finding, all that
/// was shown is what the log's head commits to; with one, nothing of it is proven.
///
/// # Errors
/// [`StoreError`] when the folder cannot be read: that says nothing of the log.
pub fn check_log<S: TileSource>(
    source: &S,
    head: &TrustedHead,
    show: impl FnMut(u64, &LogEntry),
) -> Result<Vec<LogFinding>, StoreError> {
    check_from(source, head.head(), 0, show)
}

/// Checks everything that a tree of `from` entries did not have yet.
pub(crate) fn check_from<S: TileSource>(
    source: &S,
    head: &TreeHead,
    from: u64,
    show: impl FnMut(u64, &LogEntry),
) -> Result<Vec<LogFinding>, StoreError> {
    let mut check = Check {
        source,
        size: head.size,
        parent: None,
        findings: Vec::new(),
    };
    check.bundles(from, show)?;
    for level in 0..=TOP_LEVEL {
        check.level(level, from)?;
    }
    // A missing or damaged tile has been named above; a wrong root is told of whole tiles only.
    let mut reader = TreeReader::of_head(source, *head);
    if check.findings.is_empty()
        && let Some(found) = check.note(reader.range_root(0..head.size))?
        && found != head.root
    {
        check.findings.push(LogFinding::RootDiffers {
            expected: head.root,
            found,
        });
    }
    Ok(check.findings)
}

struct Check<'a, S> {
    source: &'a S,
    size: u64,
    parent: Option<(TileId, Vec<TreeHash>)>,
    findings: Vec<LogFinding>,
}

impl<S: TileSource> Check<'_, S> {
    /// Turns what is wrong with a file into a finding.
    fn note<T>(&mut self, read: Result<T, ReadLogError>) -> Result<Option<T>, StoreError> {
        let finding = match read {
            Ok(value) => return Ok(Some(value)),
            Err(ReadLogError::Store(StoreError::TooLong { file, .. })) => {
                LogFinding::Damaged { file }
            }
            Err(ReadLogError::Store(error)) => return Err(error),
            Err(ReadLogError::Missing { file }) => LogFinding::Missing { file },
            Err(ReadLogError::Damaged { file }) => LogFinding::Damaged { file },
            Err(ReadLogError::NotThisTree { .. } | ReadLogError::Outside { .. }) => {
                return Ok(None);
            }
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
        Ok(None)
    }

    /// Every entry against its hash.
    fn bundles(
        &mut self,
        from: u64,
        mut show: impl FnMut(u64, &LogEntry),
    ) -> Result<(), StoreError> {
        for index in from / FULL..self.size.div_ceil(FULL) {
            let entries = read_entries(self.source, TileId::entries(index), self.size);
            let hashes = read_hashes(self.source, TileId::hashes(0, index), self.size);
            let entries = self.note(entries)?;
            let hashes = self.note(hashes)?;
            let (Some((path, entries)), Some((_, hashes))) = (entries, hashes) else {
                continue;
            };
            let numbered = (index * FULL..).zip(entries.iter().zip(&hashes));
            for (index, (entry, hash)) in numbered {
                if entry.hash() == *hash {
                    show(index, entry);
                } else {
                    let file = path.into();
                    self.findings.push(LogFinding::EntryDiffers { file, index });
                }
            }
        }
        Ok(())
    }

    /// Every tile of a level against its hash in the level above.
    fn level(&mut self, level: u8, from: u64) -> Result<(), StoreError> {
        let (begin, end) = (hashes_at(level, from), hashes_at(level, self.size));
        for index in begin / FULL..end.div_ceil(FULL) {
            let tile = TileId::hashes(level, index);
            let read = read_hashes(self.source, tile, self.size);
            let Some((path, hashes)) = self.note(read)? else {
                continue;
            };
            let Some((parent, place)) = parent_of(tile).filter(|_| path.is_full()) else {
                continue;
            };
            if let Some(expected) = self.hash_in(parent, place)?
                && subtree_root(&hashes) != Some(expected)
            {
                let file = path.into();
                self.findings.push(LogFinding::TileDiffers { file });
            }
        }
        Ok(())
    }

    fn hash_in(&mut self, tile: TileId, place: usize) -> Result<Option<TreeHash>, StoreError> {
        if self.parent.as_ref().is_none_or(|(kept, _)| *kept != tile) {
            let read = read_hashes(self.source, tile, self.size);
            self.parent = self.note(read)?.map(|(_, hashes)| (tile, hashes));
        }
        let hashes = self.parent.as_ref().map(|(_, hashes)| hashes);
        Ok(hashes.and_then(|hashes| hashes.get(place).copied()))
    }
}

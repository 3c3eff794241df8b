//! Roots, entries and proofs out of a folder of tiles, none of which is believed before it leads
//! to the head that is trusted.

use std::collections::HashMap;
use std::ops::Range;

use crate::bundle::{LogEntry, prefix_length, read_bundle};
use crate::hash::{TreeHash, subtree_root};
use crate::log_proof::LogProof;
use crate::policy::TrustedHead;
use crate::proof::{ConsistencyProof, InclusionProof, ProofError, TreeHead};
use crate::store::{LogFile, StoreError, TileSource};
use crate::tile::{FULL, ROWS, TileContent, TileId, TilePath};

/// How many tiles are kept while one reader works: 8 MiB.
const KEPT_TILES: usize = 1024;

/// Why nothing can be read out of a folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadLogError {
    /// A file could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of the tree is not there, neither as wide as this tree has it nor full.
    #[error("{file} is missing")]
    Missing {
        /// Which file.
        file: LogFile,
    },
    /// A file has not the form or the length that its name says.
    #[error("{file} is damaged")]
    Damaged {
        /// Which file.
        file: LogFile,
    },
    /// The files are of the right form, but not those of this tree.
    #[error("the files do not lead to the head of {size} entries: {source}")]
    NotThisTree {
        /// The size of the head.
        size: u64,
        /// What does not fit.
        source: ProofError,
    },
    /// The tree has no such entry, or is smaller than what was asked for.
    #[error("the tree has {size} entries; {asked} was asked for")]
    Outside {
        /// The size of the tree.
        size: u64,
        /// The index or size that was asked for.
        asked: u64,
    },
}

/// Reads one tree out of its files. What it gives has been verified against the head.
#[derive(Debug)]
pub struct TreeReader<'a, S> {
    source: &'a S,
    head: TreeHead,
    tiles: HashMap<TileId, Vec<TreeHash>>,
}

impl<'a, S: TileSource> TreeReader<'a, S> {
    /// A reader of the tree that a trusted head states.
    #[must_use]
    pub fn new(source: &'a S, head: &TrustedHead) -> Self {
        Self::of_head(source, *head.head())
    }

    pub(crate) fn of_head(source: &'a S, head: TreeHead) -> Self {
        Self {
            source,
            head,
            tiles: HashMap::new(),
        }
    }

    /// The entry at an index, proven to be there.
    ///
    /// # Errors
    /// [`ReadLogError`]: what is missing, damaged or of another tree.
    pub fn entry(&mut self, index: u64) -> Result<LogEntry, ReadLogError> {
        self.require_inside(index)?;
        let tile = TileId::entries(index / FULL);
        let (path, mut entries) = read_entries(self.source, tile, self.head.size)?;
        let damaged = ReadLogError::Damaged { file: path.into() };
        let place = usize::try_from(index % FULL).unwrap_or(usize::MAX);
        if place >= entries.len() {
            return Err(damaged);
        }
        let entry = entries.swap_remove(place);
        self.inclusion(index, &entry.hash())?;
        Ok(entry)
    }

    /// The proof that the entry with this hash stands at this index.
    ///
    /// # Errors
    /// [`ReadLogError`]; [`ReadLogError::NotThisTree`] where another entry stands there.
    pub fn inclusion(
        &mut self,
        index: u64,
        entry: &TreeHash,
    ) -> Result<InclusionProof, ReadLogError> {
        self.require_inside(index)?;
        let mut hashes = Vec::new();
        let (mut begin, mut end) = (0, self.head.size);
        // From the root down: the half without the entry is the next hash of the proof.
        while end - begin > 1 {
            let middle = begin + split(end - begin);
            if index < middle {
                hashes.push(self.range_root(middle..end)?);
                end = middle;
            } else {
                hashes.push(self.range_root(begin..middle)?);
                begin = middle;
            }
        }
        hashes.reverse();
        let proof = InclusionProof { hashes };
        let verified = proof.verify(index, entry, &self.head);
        verified.map_err(|source| self.not_this_tree(source))?;
        Ok(proof)
    }

    /// The root that the tree had when it had so many entries, and the proof of it.
    ///
    /// # Errors
    /// [`ReadLogError`].
    pub fn consistency(
        &mut self,
        old_size: u64,
    ) -> Result<(TreeHead, ConsistencyProof), ReadLogError> {
        let size = self.head.size;
        if old_size > size {
            return Err(ReadLogError::Outside {
                size,
                asked: old_size,
            });
        }
        let old = TreeHead {
            size: old_size,
            root: self.range_root(0..old_size)?,
        };
        let mut hashes = Vec::new();
        if old_size > 0 && old_size < size {
            self.consistency_path(old_size, &mut hashes)?;
        }
        let proof = ConsistencyProof { hashes };
        let verified = proof.verify(&old, &self.head);
        verified.map_err(|source| self.not_this_tree(source))?;
        Ok((old, proof))
    }

    /// `PROOF(m, D[n])` of RFC 6962 §2.1.2, from the root down.
    fn consistency_path(
        &mut self,
        old_size: u64,
        hashes: &mut Vec<TreeHash>,
    ) -> Result<(), ReadLogError> {
        let (mut begin, mut end) = (0, self.head.size);
        while end != old_size {
            let middle = begin + split(end - begin);
            if old_size <= middle {
                hashes.push(self.range_root(middle..end)?);
                end = middle;
            } else {
                hashes.push(self.range_root(begin..middle)?);
                begin = middle;
            }
        }
        if begin != 0 {
            hashes.push(self.range_root(begin..end)?);
        }
        hashes.reverse();
        Ok(())
    }

    /// Everything that a holder of the entry needs to show that it was logged.
    ///
    /// # Errors
    /// [`ReadLogError`]; [`ReadLogError::Outside`] where the head is not the one of this reader.
    pub fn log_proof(
        &mut self,
        index: u64,
        entry: &TreeHash,
        head: &TrustedHead,
    ) -> Result<LogProof, ReadLogError> {
        if *head.head() != self.head {
            return Err(ReadLogError::Outside {
                size: self.head.size,
                asked: head.head().size,
            });
        }
        let inclusion = self.inclusion(index, entry)?;
        Ok(LogProof::new(index, inclusion, head.checkpoint().clone()))
    }

    fn require_inside(&self, index: u64) -> Result<(), ReadLogError> {
        let size = self.head.size;
        if index < size {
            Ok(())
        } else {
            Err(ReadLogError::Outside { size, asked: index })
        }
    }

    fn not_this_tree(&self, source: ProofError) -> ReadLogError {
        ReadLogError::NotThisTree {
            size: self.head.size,
            source,
        }
    }

    /// `MTH(D[begin:end])` for a range that begins where a subtree of its size can begin.
    pub(crate) fn range_root(&mut self, range: Range<u64>) -> Result<TreeHash, ReadLogError> {
        let mut begin = range.start;
        let mut nodes = Vec::new();
        while begin < range.end {
            let height = (range.end - begin).ilog2();
            nodes.push(self.node(height, begin >> height)?);
            begin += 1 << height;
        }
        let mut root = match nodes.pop() {
            Some(last) => last,
            None => return Ok(TreeHash::of_empty_tree()),
        };
        while let Some(left) = nodes.pop() {
            root = TreeHash::of_children(&left, &root);
        }
        Ok(root)
    }

    /// The root of the complete subtree of 2^height entries.
    fn node(&mut self, height: u32, index: u64) -> Result<TreeHash, ReadLogError> {
        let (level, rows) = (height / ROWS, height % ROWS);
        let level = u8::try_from(level).unwrap_or(u8::MAX);
        let (first, count) = (index << rows, 1_usize << rows);
        let tile = TileId::hashes(level, first / FULL);
        let begin = usize::try_from(first % FULL).unwrap_or(usize::MAX);
        let hashes = self.tile(tile)?;
        hashes
            .get(begin..begin + count)
            .and_then(subtree_root)
            .ok_or(ReadLogError::Missing {
                file: tile.full().into(),
            })
    }

    fn tile(&mut self, tile: TileId) -> Result<&[TreeHash], ReadLogError> {
        if self.tiles.len() >= KEPT_TILES {
            self.tiles.clear();
        }
        match self.tiles.entry(tile) {
            std::collections::hash_map::Entry::Occupied(kept) => Ok(kept.into_mut()),
            std::collections::hash_map::Entry::Vacant(place) => {
                let (_, hashes) = read_hashes(self.source, tile, self.head.size)?;
                Ok(place.insert(hashes))
            }
        }
    }
}

/// The largest power of two below a number: where RFC 6962 divides so many entries.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// The hashes of a tile as a tree of this size has it.
pub(crate) fn read_hashes<S: TileSource>(
    source: &S,
    tile: TileId,
    size: u64,
) -> Result<(TilePath, Vec<TreeHash>), ReadLogError> {
    let (path, bytes) = read_tile(source, tile, size)?;
    let (hashes, rest) = bytes.as_chunks::<{ TreeHash::LENGTH }>();
    if !rest.is_empty() || hashes.len() != path.width() {
        return Err(ReadLogError::Damaged { file: path.into() });
    }
    Ok((
        path,
        hashes.iter().copied().map(TreeHash::from_bytes).collect(),
    ))
}

/// The entries of a bundle as a tree of this size has it.
pub(crate) fn read_entries<S: TileSource>(
    source: &S,
    tile: TileId,
    size: u64,
) -> Result<(TilePath, Vec<LogEntry>), ReadLogError> {
    let (path, bytes) = read_tile(source, tile, size)?;
    let entries = read_bundle(&bytes, path.width());
    let entries = entries.map_err(|_| ReadLogError::Damaged { file: path.into() })?;
    Ok((path, entries))
}

/// The bytes of a tile in a tree of this size: the partial one, or the beginning of the full one,
/// for the sake of which a log may have removed the other.
pub(crate) fn read_tile<S: TileSource>(
    source: &S,
    tile: TileId,
    size: u64,
) -> Result<(TilePath, Vec<u8>), ReadLogError> {
    let path = tile.in_tree_of(size);
    let path = path.ok_or(ReadLogError::Outside { size, asked: size })?;
    let file = LogFile::from(path);
    if let Some(bytes) = source.read(file)? {
        return Ok((path, bytes));
    }
    if path.is_full() {
        return Err(ReadLogError::Missing { file });
    }
    let full = LogFile::from(tile.full());
    let mut bytes = source.read(full)?.ok_or(ReadLogError::Missing { file })?;
    let length = match tile.content {
        TileContent::Hashes(_) => Some(path.width() * TreeHash::LENGTH),
        TileContent::Entries => prefix_length(&bytes, path.width()),
    };
    match length {
        Some(length) if length <= bytes.len() => bytes.truncate(length),
        _ => return Err(ReadLogError::Damaged { file: full }),
    }
    Ok((path, bytes))
}

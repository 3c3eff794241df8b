//! The ragged right edge of a growing tree: all that must be remembered to go on.

use crate::bundle::LogEntry;
use crate::hash::{TreeHash, subtree_root};
use crate::reader::{ReadLogError, read_hashes, read_tile};
use crate::store::TileSource;
use crate::tile::{FULL, ROWS, TOP_LEVEL, TileContent, TileId, TilePath, hashes_at};

/// A file that the tree has now.
pub(crate) type Written = (TilePath, Vec<u8>);

/// The tiles that are not full, one a level, and the bundle that is not full.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edge {
    size: u64,
    levels: Vec<Vec<TreeHash>>,
    bundle: Vec<u8>,
}

impl Edge {
    /// The edge of the tree that a reader reads.
    pub(crate) fn read<S: TileSource>(source: &S, size: u64) -> Result<Self, ReadLogError> {
        let mut edge = Self {
            size,
            ..Self::default()
        };
        for level in 0..=TOP_LEVEL {
            let hashes = hashes_at(level, size);
            let tile = TileId::hashes(level, hashes / FULL);
            edge.levels.push(match hashes % FULL {
                0 => Vec::new(),
                _ => read_hashes(source, tile, size)?.1,
            });
        }
        if !size.is_multiple_of(FULL) {
            edge.bundle = read_tile(source, TileId::entries(size / FULL), size)?.1;
        }
        Ok(edge)
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Takes one entry in; tiles that it fills go to `full`.
    pub(crate) fn push(&mut self, entry: &LogEntry, full: &mut Vec<Written>) {
        let index = self.size;
        self.size += 1;
        entry.append_to(&mut self.bundle);
        if self.size.is_multiple_of(FULL) {
            let bundle = std::mem::take(&mut self.bundle);
            full.push((TileId::entries(index / FULL).full(), bundle));
        }
        let mut hash = entry.hash();
        for level in 0..=TOP_LEVEL {
            let place = usize::from(level);
            if self.levels.len() <= place {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[place];
            hashes.push(hash);
            if (hashes.len() as u64) < FULL {
                return;
            }
            let tile = TileId::hashes(level, index >> (ROWS * (u32::from(level) + 1)));
            full.push((tile.full(), bytes_of(hashes)));
            // Two hundred and fifty-six are a power of two.
            hash = subtree_root(hashes).unwrap_or(hash);
            hashes.clear();
        }
    }

    /// The tiles that are not full, as far as they differ from those of a tree of `old` entries.
    pub(crate) fn partial(&self, old: u64) -> Vec<Written> {
        let mut partial = Vec::new();
        let mut add = |tile: TileId, bytes: Vec<u8>| {
            if let Some(path) = tile.in_tree_of(self.size) {
                partial.push((path, bytes));
            }
        };
        if self.size > old && !self.bundle.is_empty() {
            add(TileId::entries(self.size / FULL), self.bundle.clone());
        }
        for (level, hashes) in (0..=TOP_LEVEL).zip(&self.levels) {
            let now = hashes_at(level, self.size);
            if now > hashes_at(level, old) && !hashes.is_empty() {
                add(TileId::hashes(level, now / FULL), bytes_of(hashes));
            }
        }
        partial
    }

    /// The root over everything.
    pub(crate) fn root(&self) -> TreeHash {
        let mut root: Option<TreeHash> = None;
        for hashes in &self.levels {
            // From right to left: the smallest complete subtree of a level first.
            let mut rest = hashes.as_slice();
            while !rest.is_empty() {
                let (before, subtree) = rest.split_at(rest.len() & (rest.len() - 1));
                if let Some(left) = subtree_root(subtree) {
                    root = Some(match root {
                        Some(right) => TreeHash::of_children(&left, &right),
                        None => left,
                    });
                }
                rest = before;
            }
        }
        root.unwrap_or_else(TreeHash::of_empty_tree)
    }
}

fn bytes_of(hashes: &[TreeHash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// Where a level's tile keeps the root of a full tile of the level below.
pub(crate) fn parent_of(tile: TileId) -> Option<(TileId, usize)> {
    let TileContent::Hashes(level) = tile.content else {
        return None;
    };
    let place = usize::try_from(tile.index % FULL).ok()?;
    Some((TileId::hashes(level + 1, tile.index / FULL), place))
}

//! Where the tree lies in files: which tile, how wide, and its path (C2SP tlog-tiles).

use std::fmt;
use std::str::FromStr;

use crate::hash::decimal;

/// How many hashes or entries a full tile has.
pub const FULL: u64 = 256;
/// A tile is the lower end of this many rows of the tree.
pub(crate) const ROWS: u32 = 8;
/// The highest level that a tree of less than 2⁶³ entries can have.
pub(crate) const TOP_LEVEL: u8 = 7;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileContent {
    /// Hashes at a level: of entries at level 0, of full tiles of the level below above it.
    Hashes(u8),
    /// The entries themselves, as a bundle.
    Entries,
}

/// A tile, whatever its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// What it holds.
    pub content: TileContent,
    /// Its place in its level.
    pub index: u64,
}

/// A tile of a given width: the name of one file that never changes.
///
/// Written `tile/<level or entries>/<index>`, with `.p/<width>` where it is not full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    tile: TileId,
    width: u16,
}

/// A text that is not the path of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
pub struct TilePathError;

impl TileId {
    /// The tile of hashes at a level.
    #[must_use]
    pub fn hashes(level: u8, index: u64) -> Self {
        Self {
            content: TileContent::Hashes(level),
            index,
        }
    }

    /// The bundle of entries.
    #[must_use]
    pub fn entries(index: u64) -> Self {
        Self {
            content: TileContent::Entries,
            index,
        }
    }

    fn level(self) -> u8 {
        match self.content {
            TileContent::Hashes(level) => level,
            TileContent::Entries => 0,
        }
    }

    /// This tile in a tree of so many entries, or none where such a tree does not reach it.
    #[must_use]
    pub fn in_tree_of(self, size: u64) -> Option<TilePath> {
        let begin = self.index.checked_mul(FULL)?;
        let width = hashes_at(self.level(), size).checked_sub(begin)?.min(FULL);
        let width = u16::try_from(width).ok().filter(|width| *width > 0)?;
        Some(TilePath { tile: self, width })
    }

    /// This tile when it is full.
    #[must_use]
    pub fn full(self) -> TilePath {
        TilePath {
            tile: self,
            width: 256,
        }
    }

    /// This tile with so many hashes or entries, 1 to 256.
    #[must_use]
    pub fn with_width(self, width: u16) -> Option<TilePath> {
        (1..=256)
            .contains(&width)
            .then_some(TilePath { tile: self, width })
    }
}

/// How many hashes a level has in a tree of so many entries.
pub(crate) fn hashes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(ROWS * u32::from(level)).unwrap_or(0)
}

/// Every tile and bundle that a tree of `new` entries has and one of `old` does not have yet, or
/// has with fewer entries; bundles first, then level by level.
pub fn new_tiles(old: u64, new: u64) -> impl Iterator<Item = TilePath> {
    let contents =
        std::iter::once(TileContent::Entries).chain((0..=TOP_LEVEL).map(TileContent::Hashes));
    contents.flat_map(move |content| {
        let level = TileId { content, index: 0 }.level();
        let (before, after) = (hashes_at(level, old), hashes_at(level, new));
        let tiles = if before < after {
            before / FULL..after.div_ceil(FULL)
        } else {
            0..0
        };
        tiles.filter_map(move |index| TileId { content, index }.in_tree_of(new))
    })
}

impl TilePath {
    /// Which tile this is.
    #[must_use]
    pub fn tile(&self) -> TileId {
        self.tile
    }

    /// How many hashes or entries it has, 1 to 256.
    #[must_use]
    pub fn width(&self) -> usize {
        usize::from(self.width)
    }

    /// Whether it has all that a tile can have.
    #[must_use]
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == FULL
    }
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            TileContent::Hashes(level) => write!(f, "tile/{level}/")?,
            TileContent::Entries => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups.iter().skip(1).rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.tile, f)?;
        if self.is_full() {
            Ok(())
        } else {
            write!(f, ".p/{}", self.width)
        }
    }
}

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, TilePathError> {
        parse(text)
            // Whatever was read must be the text that it is written with: one file has one name.
            .filter(|path| path.to_string() == text)
            .ok_or(TilePathError)
    }
}

fn parse(text: &str) -> Option<TilePath> {
    let (content, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let content = match content {
        "entries" => TileContent::Entries,
        level => TileContent::Hashes(
            decimal(level)?
                .try_into()
                .ok()
                .filter(|level| *level < 64)?,
        ),
    };
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, u16::try_from(decimal(width)?).ok()?),
        None => (rest, 256),
    };
    let mut number = 0_u64;
    for group in index.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits: u64 = digits.parse().ok()?;
        number = number.checked_mul(1000)?.checked_add(digits)?;
    }
    TileId {
        content,
        index: number,
    }
    .with_width(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let path = TileId::hashes(0, 1_234_067).full();
        assert_eq!(path.to_string(), "tile/0/x001/x234/067");
        let path = TileId::entries(5).with_width(17).expect("a width");
        assert_eq!(path.to_string(), "tile/entries/005.p/17");
        for text in [
            "tile/0/x001/x234/067",
            "tile/entries/005.p/17",
            "tile/63/999",
        ] {
            assert_eq!(text.parse::<TilePath>().expect(text).to_string(), text);
        }
        for text in [
            "",
            "tile/0",
            "tile/0/",
            "tile/0/67",
            "tile/0/x067",
            "tile/0/x000/067",
            "tile/0/001/067",
            "tile/0/x001/x067",
            "tile/00/067",
            "tile/64/067",
            "tile/-1/067",
            "tile/data/067",
            "tile/0/067.p/0",
            "tile/0/067.p/256",
            "tile/0/067.p/01",
            "tile/0/067.p/",
            "tile/0/+67",
            "/tile/0/067",
            "tile/0/../067",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(text.parse::<TilePath>(), Err(TilePathError), "{text}");
        }
    }

    #[test]
    fn a_tree_of_seventy_thousand_is_the_example_of_the_specification() {
        let tiles: Vec<String> = new_tiles(0, 70_000)
            .filter(|path| path.tile().content != TileContent::Entries)
            .map(|path| path.to_string())
            .collect();
        assert_eq!(tiles.len(), 273 + 1 + 1 + 1 + 1);
        assert_eq!(tiles[273], "tile/0/273.p/112");
        assert_eq!(tiles[274], "tile/1/000");
        assert_eq!(tiles[275], "tile/1/001.p/17");
        assert_eq!(tiles[276], "tile/2/000.p/1");
        let tiles: Vec<String> = new_tiles(255, 256).map(|path| path.to_string()).collect();
        assert_eq!(tiles, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
        assert_eq!(new_tiles(256, 256).count(), 0);
    }
}

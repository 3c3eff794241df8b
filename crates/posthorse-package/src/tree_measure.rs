//! Digest, CRC-32 and length of a stream in pieces that are hashed side by side.
//!
//! BLAKE3 is a tree: pieces of a power of two of bytes are subtrees of it, which only their joints
//! connect. Source: the BLAKE3 paper, sections 2.1 and 5.1.2, whose lazy merging this is.

use std::io::{self, Read};

use blake3::hazmat::{
    ChainingValue, HasherExt as _, Mode, merge_subtrees_non_root, merge_subtrees_root,
};

use crate::buffers::{Buffers, fill};
use crate::digest::{Digest, Measure, Measured};
use crate::pipeline::{Crew, Queue};

/// Bytes of a piece: a power of two, and of the length that BLAKE3 is fastest with.
pub(crate) const PIECE: usize = 256 << 10;

/// Reads a stream of at most so many bytes to its end and measures it. `look` sees the first piece
/// before anything else is read.
pub(crate) fn measure<R: Read, E: From<io::Error>>(
    crew: &Crew,
    reader: R,
    most: u64,
    look: impl FnOnce(&[u8]) -> Result<(), E>,
) -> Result<Measured, E> {
    let mut reader = reader.take(most);
    let size = usize::try_from(most).map_or(PIECE, |most| most.min(PIECE));
    let buffers = Buffers::default();
    let mut piece = buffers.lend(size);
    let mut filled = fill(&mut reader, &mut piece[..size])?;
    look(&piece[..filled])?;
    let mut pieces = Pieces::default();
    let mut hashing = Queue::new(crew.ahead());
    let mut offset = 0;
    loop {
        let mut next = (filled == PIECE).then(|| buffers.lend(PIECE));
        let behind = match &mut next {
            Some(next) => fill(&mut reader, &mut next[..PIECE])?,
            None => 0,
        };
        if offset == 0 && behind == 0 {
            // A piece that is all there is has no joint above it.
            let mut whole = Measure::default();
            whole.update(&piece[..filled]);
            return Ok(whole.finish());
        }
        hashing.push(crew.start(move || MeasuredPiece::of(&piece[..filled], offset)));
        while hashing.is_over_full() {
            pieces.extend(hashing.pop()?);
        }
        offset += PIECE as u64;
        match next.filter(|_| behind > 0) {
            Some(next) => (piece, filled) = (next, behind),
            None => break,
        }
    }
    while let Some(piece) = hashing.pop()? {
        pieces.extend([piece]);
    }
    Ok(pieces.finish())
}

struct MeasuredPiece {
    subtree: ChainingValue,
    crc32: crc32fast::Hasher,
}

impl MeasuredPiece {
    fn of(bytes: &[u8], offset: u64) -> Self {
        let mut blake3 = blake3::Hasher::new();
        blake3.set_input_offset(offset).update(bytes);
        let mut crc32 = crc32fast::Hasher::new();
        crc32.update(bytes);
        Self {
            subtree: blake3.finalize_non_root(),
            crc32,
        }
    }
}

/// Joins pieces, of which there must be two at least.
#[derive(Default)]
struct Pieces {
    /// Whole subtrees from the left, each larger than the next: one for each bit of their number.
    subtrees: Vec<ChainingValue>,
    count: usize,
    crc32: crc32fast::Hasher,
}

impl Extend<MeasuredPiece> for Pieces {
    fn extend<I: IntoIterator<Item = MeasuredPiece>>(&mut self, pieces: I) {
        for piece in pieces {
            // Only what more follows is joined: the last joint of all is another one.
            while self.subtrees.len() > self.count.count_ones() as usize {
                self.join_last();
            }
            self.subtrees.push(piece.subtree);
            self.count += 1;
            self.crc32.combine(&piece.crc32);
        }
    }
}

impl Pieces {
    fn join_last(&mut self) {
        if let (Some(right), Some(left)) = (self.subtrees.pop(), self.subtrees.pop()) {
            let joined = merge_subtrees_non_root(&left, &right, Mode::Hash);
            self.subtrees.push(joined);
        }
    }

    fn finish(mut self) -> Measured {
        let length = self.crc32.total_len();
        while self.subtrees.len() > 2 {
            self.join_last();
        }
        let digest = match self.subtrees.as_slice() {
            [left, right] => *merge_subtrees_root(left, right, Mode::Hash).as_bytes(),
            _ => [0; 32],
        };
        Measured {
            digest: Digest::from_bytes(digest),
            crc32: self.crc32.finalize(),
            length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::with_crew;

    #[test]
    fn pieces_side_by_side_measure_what_one_walk_measures() {
        let bytes: Vec<u8> = (0..7 * PIECE / 4 + 1)
            .flat_map(|number| u32::try_from(number).expect("small").to_le_bytes())
            .collect();
        let mut lengths = vec![0, 1, 1023, 1024, 1025];
        for pieces in 1..=7 {
            lengths.extend([pieces * PIECE - 1, pieces * PIECE, pieces * PIECE + 1]);
        }
        for length in lengths {
            let mut expected = Measure::default();
            expected.update(&bytes[..length]);
            let expected = expected.finish();
            assert_eq!(expected.length, length as u64);
            for workers in [0, 3] {
                let mut first = 0;
                let measured = with_crew(workers, |crew| {
                    measure(crew, &bytes[..], length as u64, |piece| {
                        first = piece.len();
                        Ok::<_, io::Error>(())
                    })
                });
                assert_eq!(measured.expect("memory reads"), expected, "{length}");
                assert_eq!(first, length.min(PIECE));
            }
        }
    }

    #[test]
    fn a_first_piece_that_is_refused_is_all_that_is_read() {
        let bytes = vec![0_u8; 3 * PIECE];
        let mut reader = bytes.as_slice();
        let refused = with_crew(2, |crew| {
            measure(crew, &mut reader, u64::MAX, |_| {
                Err(io::Error::other("refused"))
            })
        });
        assert!(refused.is_err());
        assert_eq!(reader.len(), 2 * PIECE);
    }
}

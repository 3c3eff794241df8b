//! The compressed stream inside the payload: zstd frames, then one padding frame, then nothing.

use std::io::{self, BufRead, Read};

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

use crate::buffers::{Buffers, Piece};
use crate::frames_ahead::{FramesAhead, Source};
use crate::padding;
use crate::pipeline::Crew;

pub(crate) const ZSTD_MAGIC: [u8; 4] = 0xFD2F_B528_u32.to_le_bytes();
/// The largest window that a writer may use: 8 MiB, so that opening stays in constant memory.
const WINDOW_LOG_MAX: u32 = 23;
/// What one step of the decoder gives at most.
const STEP: usize = 256 << 10;
/// What compressed text may unfold to before its ratio counts.
const FREE: u64 = 16 << 20;

/// What is wrong with a compressed stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompressionError {
    /// Neither a zstd frame nor the padding frame begins here.
    #[error("no zstd frame where one must begin")]
    Magic,
    /// A frame that zstd refuses, or one with a window of more than 8 MiB.
    #[error("a broken zstd frame, or one that asks for a window of more than 8 MiB")]
    Frame,
    /// The stream ends within a frame or without its padding.
    #[error("the compressed stream is cut short")]
    Truncated,
    /// The padding is not the one that the length demands, or not zeros.
    #[error("the padding is not what the length demands")]
    Padding,
    /// Something follows the padding.
    #[error("something follows the padding")]
    Trailing,
    /// It unfolds to more than the bounds allow.
    #[error("unfolds to more than the bounds allow")]
    Bomb,
}

/// Reads the plain text of a stream and, at its end, checks the padding.
///
/// A crew unpacks frames side by side where it can. All others, and a frame that does not unpack,
/// are streamed step by step, so that what is given before a fault, and which fault it is, do not
/// depend on how many cores there are.
///
/// A refusal travels inside the `io::Error`, from where [`compression_error`] takes it out again.
pub(crate) struct ZstdReader<'c, R> {
    source: Source<R>,
    frames: FramesAhead<'c>,
    /// Made for the first frame that must be streamed.
    decoder: Option<Decoder<'static>>,
    state: State,
    count: Count,
    expansion: u64,
    steps: Buffers,
    current: Option<Piece>,
}

/// Compressed bytes taken and plain bytes given.
#[derive(Clone, Copy, Default)]
pub(crate) struct Count {
    pub(crate) compressed: u64,
    pub(crate) plain: u64,
}

impl Count {
    /// Whether so many plain bytes are within the bounds.
    pub(crate) fn allows(self, plain: u64, expansion: u64) -> bool {
        let bound = self.compressed.saturating_mul(expansion);
        plain <= bound.saturating_add(FREE)
    }
}

#[derive(Clone, Copy)]
enum State {
    BetweenFrames {
        first: bool,
    },
    /// The decoder asked for so many bytes: no more than to the end of a block, so that what is
    /// before a broken block is given before the block is seen to be broken.
    InFrame {
        wanted: usize,
    },
    Ended,
}

impl<'c, R: BufRead> ZstdReader<'c, R> {
    /// `inner` has at most `most` bytes. After an error, it must give that error again: who looks
    /// ahead meets it early.
    pub(crate) fn new(crew: &'c Crew, inner: R, most: u64, expansion: u64) -> Self {
        Self {
            source: Source::new(inner),
            frames: FramesAhead::new(crew, most),
            decoder: None,
            state: State::BetweenFrames { first: true },
            count: Count::default(),
            expansion,
            steps: Buffers::default(),
            current: None,
        }
    }

    /// The reader underneath, when all has been read.
    pub(crate) fn into_inner(self) -> R {
        self.source.into_inner()
    }

    /// At most so many bytes, without copying them; none at the end.
    pub(crate) fn piece(&mut self, most: u64) -> io::Result<Option<Piece>> {
        loop {
            if let Some(piece) = &mut self.current {
                let front = piece.split_to(most);
                if !front.is_empty() || most == 0 {
                    return Ok(Some(front));
                }
                // Its buffer is free again before the next one is filled.
                self.current = None;
            }
            match self.state {
                State::Ended => return Ok(None),
                State::InFrame { wanted } => self.current = Some(self.step(wanted)?),
                State::BetweenFrames { first } => {
                    let frame =
                        self.frames
                            .next(&mut self.source, &mut self.count, self.expansion)?;
                    self.state = match frame {
                        Some(_) => State::BetweenFrames { first: false },
                        None => self.begin_frame(first)?,
                    };
                    self.current = frame;
                }
            }
        }
    }

    fn begin_frame(&mut self, first: bool) -> io::Result<State> {
        let mut magic = [0_u8; 4];
        self.read_exactly(&mut magic)?;
        if magic == ZSTD_MAGIC {
            // The decoder wants to see the magic itself.
            let mut nothing = [0_u8; 0];
            let mut out = OutBuffer::around(&mut nothing[..]);
            let mut input = InBuffer::around(&magic);
            let wanted = self
                .fresh_decoder()?
                .run(&mut input, &mut out)
                .map_err(|_| failed(CompressionError::Frame))?;
            Ok(State::InFrame { wanted })
        } else if magic == padding::SKIPPABLE_MAGIC && !first {
            self.check_padding()?;
            Ok(State::Ended)
        } else {
            Err(failed(CompressionError::Magic))
        }
    }

    fn fresh_decoder(&mut self) -> io::Result<&mut Decoder<'static>> {
        let decoder = match self.decoder.take() {
            Some(mut decoder) => {
                decoder.reinit()?;
                decoder
            }
            None => {
                let mut decoder = Decoder::new()?;
                decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))?;
                decoder
            }
        };
        Ok(self.decoder.insert(decoder))
    }

    fn check_padding(&mut self) -> io::Result<()> {
        let before = self.count.compressed - 4;
        let mut length = [0_u8; 4];
        self.read_exactly(&mut length)?;
        let length = u64::from(u32::from_le_bytes(length));
        if length != padding::content_length(before) {
            return Err(failed(CompressionError::Padding));
        }
        let mut left = length;
        while left > 0 {
            let available = self.source.fill_buf()?;
            if available.is_empty() {
                return Err(failed(CompressionError::Truncated));
            }
            let count = available
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            if available[..count].iter().any(|byte| *byte != 0) {
                return Err(failed(CompressionError::Padding));
            }
            self.source.consume(count);
            left -= count as u64;
        }
        // Reading on to the very end is what authenticates that the last chunk is the last.
        if self.source.fill_buf()?.is_empty() {
            Ok(())
        } else {
            Err(failed(CompressionError::Trailing))
        }
    }

    fn read_exactly(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        let mut filled = 0;
        while filled < bytes.len() {
            let available = self.source.fill_buf()?;
            if available.is_empty() {
                return Err(failed(CompressionError::Truncated));
            }
            let count = available.len().min(bytes.len() - filled);
            bytes[filled..filled + count].copy_from_slice(&available[..count]);
            self.source.consume(count);
            filled += count;
        }
        self.count.compressed += bytes.len() as u64;
        Ok(())
    }

    /// One step of the decoder; it may give nothing yet.
    fn step(&mut self, wanted: usize) -> io::Result<Piece> {
        let mut buffer = self.steps.lend(STEP);
        let available = self.source.fill_buf()?;
        let at_end = available.is_empty();
        let mut input = InBuffer::around(&available[..available.len().min(wanted)]);
        let mut output = OutBuffer::around(&mut buffer[..STEP]);
        let hint = match &mut self.decoder {
            Some(decoder) => decoder.run(&mut input, &mut output),
            None => Err(io::Error::other("no frame has begun")),
        };
        let hint = hint.map_err(|_| failed(CompressionError::Frame))?;
        let (taken, given) = (input.pos(), output.pos());
        self.source.consume(taken);
        self.count.compressed += taken as u64;
        self.count.plain += given as u64;
        if given == 0 && at_end && hint != 0 {
            return Err(failed(CompressionError::Truncated));
        }
        if !self.count.allows(self.count.plain, self.expansion) {
            return Err(failed(CompressionError::Bomb));
        }
        self.state = match hint {
            0 => State::BetweenFrames { first: false },
            wanted => State::InFrame { wanted },
        };
        Ok(Piece::new(buffer, given))
    }
}

impl<R: BufRead> Read for ZstdReader<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let Some(piece) = self.piece(bytes.len() as u64)? else {
            return Ok(0);
        };
        bytes[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

fn failed(error: CompressionError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// The refusal inside an `io::Error`, if it is one of this module's.
pub(crate) fn compression_error(error: &io::Error) -> Option<CompressionError> {
    error.get_ref()?.downcast_ref().copied()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::frame_writer::FrameWriter;
    use crate::pipeline::with_crew;

    /// Frames that do not tell their length, as foreign writers make them.
    fn packed(plain: &[u8], frames: usize) -> Vec<u8> {
        let parts = plain.chunks(plain.len().div_ceil(frames));
        padded(parts.map(|part| zstd::encode_all(part, 1)))
    }

    /// Frames as our own writer makes them.
    fn packed_by_us(plain: &[u8], length: usize) -> Vec<u8> {
        padded(
            plain
                .chunks(length)
                .map(|part| zstd::bulk::compress(part, 1)),
        )
    }

    fn padded(frames: impl Iterator<Item = io::Result<Vec<u8>>>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for frame in frames {
            bytes.extend(frame.expect("compressing"));
        }
        let compressed = bytes.len() as u64;
        padding::write(&mut bytes, compressed).expect("padding");
        bytes
    }

    /// What is given before the end or the fault, by one thread and by many alike.
    fn unpacked_until(bytes: &[u8]) -> (Vec<u8>, Option<CompressionError>) {
        let [alone, together] = [0, 3].map(|workers| {
            let mut plain = Vec::new();
            let outcome = with_crew(workers, |crew| {
                ZstdReader::new(crew, bytes, bytes.len() as u64, 1000).read_to_end(&mut plain)
            });
            let refused = outcome.err();
            let refused = refused.map(|error| compression_error(&error).expect("a refusal"));
            (plain, refused)
        });
        assert!(alone == together, "a crew changes nothing");
        alone
    }

    fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, CompressionError> {
        match unpacked_until(bytes) {
            (plain, None) => Ok(plain),
            (_, Some(error)) => Err(error),
        }
    }

    /// The padded stream that our own writer makes of a text, by one thread and by many alike.
    fn written_by_us(plain: &[u8]) -> Vec<u8> {
        let [alone, together] = [0, 3].map(|workers| {
            with_crew(workers, |crew| {
                let about = plain.len() as u64;
                let mut writer = FrameWriter::new(crew, Vec::new(), about, 1000);
                writer.write_all(plain).expect("writing");
                let (mut bytes, compressed) = writer.finish().expect("writing");
                assert_eq!(bytes.len() as u64, compressed);
                padding::write(&mut bytes, compressed).expect("padding");
                bytes
            })
        });
        assert!(alone == together, "a crew changes nothing");
        alone
    }

    #[test]
    fn what_repeats_itself_beyond_the_bound_is_written_so_that_it_opens() {
        let row = "411722,上蔡县,重复的一行\n".as_bytes();
        let plain = row.repeat((48 << 20) / row.len());
        let packed = packed_by_us(&plain, 256 << 10);
        assert_eq!(unpacked(&packed), Err(CompressionError::Bomb));
        let written = written_by_us(&plain);
        assert!(unpacked(&written).as_ref() == Ok(&plain));
        // Any other tool reads it too, and one raw frame in a thousand is enough.
        let known = zstd::decode_all(&written[..]).expect("zstd reads it");
        assert!(known == plain);
        assert!(
            written.len() < packed.len() + (1 << 20),
            "{}",
            written.len()
        );
    }

    #[test]
    fn a_broken_frame_is_told_behind_everything_before_it() {
        let plain: Vec<u8> = (0..900_000_u32).flat_map(u32::to_le_bytes).collect();
        let good = packed_by_us(&plain, 300_000);
        assert_eq!(unpacked(&good), Ok(plain.clone()));
        let frames: Vec<usize> = good
            .windows(4)
            .enumerate()
            .filter(|(_, window)| *window == ZSTD_MAGIC)
            .map(|(at, _)| at)
            .collect();
        assert_eq!(frames.len(), 12);
        let mut no_magic = good.clone();
        no_magic[frames[5]] ^= 1;
        let (before, refused) = unpacked_until(&no_magic);
        assert_eq!(refused, Some(CompressionError::Magic));
        assert!(before == plain[..5 * 300_000]);
        // The last block of the sixth frame: its others are given.
        let mut broken = good.clone();
        for byte in &mut broken[frames[6] - 40..frames[6]] {
            *byte = 0xff;
        }
        let (before, refused) = unpacked_until(&broken);
        assert_eq!(refused, Some(CompressionError::Frame));
        assert!(before.len() >= 5 * 300_000 + (128 << 10) && plain.starts_with(&before));
        let cut = &good[..frames[6] - 40];
        let (before, refused) = unpacked_until(cut);
        assert_eq!(refused, Some(CompressionError::Truncated));
        assert!(before.len() >= 5 * 300_000 + (128 << 10) && plain.starts_with(&before));
    }

    #[test]
    fn foreign_frames_between_ours_are_streamed_in_their_place() {
        let plain: Vec<u8> = (0..600_000_u32).flat_map(u32::to_le_bytes).collect();
        let parts = plain.chunks(200_000).enumerate();
        let mixed = padded(parts.map(|(number, part)| match number % 3 {
            0 => zstd::encode_all(part, 1),
            _ => zstd::bulk::compress(part, 3),
        }));
        assert_eq!(unpacked(&mixed), Ok(plain));
    }

    #[test]
    fn one_or_many_frames_and_exactly_one_padding() {
        let plain: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        for frames in [1, 3] {
            assert_eq!(unpacked(&packed(&plain, frames)), Ok(plain.clone()));
        }
        let good = packed(&plain, 1);
        let frame = good.len() - usize::try_from(padding_of(&good)).expect("small");
        let with = |edit: fn(&mut Vec<u8>)| {
            let mut bytes = good.clone();
            edit(&mut bytes);
            unpacked(&bytes)
        };
        assert_eq!(with(|bytes| bytes.push(0)), Err(CompressionError::Trailing));
        assert_eq!(
            with(|bytes| bytes.truncate(bytes.len() - 1)),
            Err(CompressionError::Truncated)
        );
        assert_eq!(
            with(|bytes| *bytes.last_mut().expect("one") = 1),
            Err(CompressionError::Padding)
        );
        assert_eq!(with(|bytes| bytes[0] = 0), Err(CompressionError::Magic));
        assert_eq!(unpacked(&good[..frame]), Err(CompressionError::Truncated));
        assert_eq!(unpacked(&good[frame..]), Err(CompressionError::Magic));
        assert_eq!(unpacked(&[]), Err(CompressionError::Truncated));
    }

    fn padding_of(bytes: &[u8]) -> u64 {
        let at = bytes
            .windows(4)
            .rposition(|window| window == padding::SKIPPABLE_MAGIC);
        (bytes.len() - at.expect("a padding frame")) as u64
    }

    #[test]
    fn bombs_stop_early() {
        let zeros = vec![0_u8; 64 << 20];
        assert_eq!(unpacked(&packed(&zeros, 1)), Err(CompressionError::Bomb));
        let by_us = packed_by_us(&zeros, 512 << 10);
        let (before, refused) = unpacked_until(&by_us);
        assert_eq!(refused, Some(CompressionError::Bomb));
        assert!(before.len() as u64 <= FREE + 1000 * by_us.len() as u64);
    }
}

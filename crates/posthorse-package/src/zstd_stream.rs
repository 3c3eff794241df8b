//! The compressed stream inside the payload: zstd frames, then one padding frame, then nothing.

use std::io::{self, BufRead, Read, Write};

use zstd::stream::raw::{CParameter, DParameter, Decoder, InBuffer, Operation, OutBuffer};

use crate::padding;

const ZSTD_MAGIC: [u8; 4] = 0xFD2F_B528_u32.to_le_bytes();
/// The largest window that a writer may use: 8 MiB, so that opening stays in constant memory.
const WINDOW_LOG_MAX: u32 = 23;
/// By measurement on lists: level 3 is 5 % smaller and takes twice as long.
const LEVEL: i32 = 1;
/// From this much on, starting a thread costs less than it saves.
const PARALLEL_FROM: u64 = 1 << 20;

/// Starts a compressor for so many plain bytes, with a worker for each core when that pays.
pub(crate) fn encoder<'a, W: Write>(
    out: W,
    plain_length: u64,
) -> io::Result<zstd::stream::write::Encoder<'a, W>> {
    let mut encoder = zstd::stream::write::Encoder::new(out, LEVEL)?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if plain_length >= PARALLEL_FROM && cores > 1 {
        encoder.set_parameter(CParameter::NbWorkers(
            u32::try_from(cores.min(4)).unwrap_or(1),
        ))?;
        encoder.set_parameter(CParameter::JobSize(1 << 20))?;
    }
    Ok(encoder)
}

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
/// A refusal travels inside the `io::Error`, from where [`compression_error`] takes it out again.
pub(crate) struct ZstdReader<R> {
    inner: R,
    decoder: Decoder<'static>,
    state: State,
    compressed: u64,
    plain: u64,
    expansion: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    BetweenFrames { first: bool },
    InFrame,
    Ended,
}

impl<R: BufRead> ZstdReader<R> {
    pub(crate) fn new(inner: R, expansion: u64) -> io::Result<Self> {
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))?;
        let state = State::BetweenFrames { first: true };
        Ok(Self {
            inner,
            decoder,
            state,
            compressed: 0,
            plain: 0,
            expansion,
        })
    }

    fn begin_frame(&mut self, first: bool) -> io::Result<State> {
        let mut magic = [0_u8; 4];
        self.read_exactly(&mut magic)?;
        if magic == ZSTD_MAGIC {
            self.decoder.reinit()?;
            // The decoder wants to see the magic itself.
            let mut nothing = [0_u8; 0];
            let mut out = OutBuffer::around(&mut nothing[..]);
            let mut input = InBuffer::around(&magic);
            self.decoder
                .run(&mut input, &mut out)
                .map_err(|_| failed(CompressionError::Frame))?;
            Ok(State::InFrame)
        } else if magic == padding::SKIPPABLE_MAGIC && !first {
            self.check_padding()?;
            Ok(State::Ended)
        } else {
            Err(failed(CompressionError::Magic))
        }
    }

    fn check_padding(&mut self) -> io::Result<()> {
        let before = self.compressed - 4;
        let mut length = [0_u8; 4];
        self.read_exactly(&mut length)?;
        let length = u64::from(u32::from_le_bytes(length));
        if length != padding::content_length(before) {
            return Err(failed(CompressionError::Padding));
        }
        let mut left = length;
        while left > 0 {
            let available = self.inner.fill_buf()?;
            if available.is_empty() {
                return Err(failed(CompressionError::Truncated));
            }
            let count = available
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            if available[..count].iter().any(|byte| *byte != 0) {
                return Err(failed(CompressionError::Padding));
            }
            self.inner.consume(count);
            left -= count as u64;
        }
        // Reading on to the very end is what makes age authenticate its last chunk.
        if self.inner.fill_buf()?.is_empty() {
            Ok(())
        } else {
            Err(failed(CompressionError::Trailing))
        }
    }

    fn read_exactly(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.inner
            .read_exact(bytes)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => failed(CompressionError::Truncated),
                _ => error,
            })?;
        self.compressed += bytes.len() as u64;
        Ok(())
    }

    /// One step of the decoder; tells how much it gave and whether the frame is complete.
    fn step(&mut self, buffer: &mut [u8]) -> io::Result<(usize, bool)> {
        let available = self.inner.fill_buf()?;
        let at_end = available.is_empty();
        let mut input = InBuffer::around(available);
        let mut output = OutBuffer::around(buffer);
        let hint = self
            .decoder
            .run(&mut input, &mut output)
            .map_err(|_| failed(CompressionError::Frame))?;
        let (taken, given) = (input.pos(), output.pos());
        self.inner.consume(taken);
        self.compressed += taken as u64;
        self.plain += given as u64;
        if given == 0 && at_end && hint != 0 {
            return Err(failed(CompressionError::Truncated));
        }
        let free = 16 << 20;
        if self.plain
            > self
                .compressed
                .saturating_mul(self.expansion)
                .saturating_add(free)
        {
            return Err(failed(CompressionError::Bomb));
        }
        Ok((given, hint == 0))
    }
}

impl<R: BufRead> Read for ZstdReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::Ended => return Ok(0),
                State::BetweenFrames { first } => self.state = self.begin_frame(first)?,
                State::InFrame => {
                    let (given, complete) = self.step(buffer)?;
                    if complete {
                        self.state = State::BetweenFrames { first: false };
                    }
                    if given > 0 {
                        return Ok(given);
                    }
                }
            }
        }
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
    use super::*;

    fn packed(plain: &[u8], frames: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in plain.chunks(plain.len().div_ceil(frames)) {
            bytes.extend(zstd::encode_all(part, 1).expect("compressing"));
        }
        let compressed = bytes.len() as u64;
        padding::write(&mut bytes, compressed).expect("padding");
        bytes
    }

    fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, CompressionError> {
        let mut plain = Vec::new();
        let mut reader = ZstdReader::new(bytes, 1000).expect("a decoder");
        match reader.read_to_end(&mut plain) {
            Ok(_) => Ok(plain),
            Err(error) => Err(compression_error(&error).expect("a refusal")),
        }
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
    }
}

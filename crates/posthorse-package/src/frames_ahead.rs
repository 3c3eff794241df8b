//! Looking ahead for zstd frames that a crew can unpack side by side.

use std::io::{self, BufRead};

use zstd::bulk::Decompressor;
use zstd::zstd_safe::compress_bound;

use crate::buffers::{Buffer, Buffers, Contexts, Piece};
use crate::frame_writer::FRAME;
use crate::pipeline::{Crew, Queue};
use crate::zstd_stream::{Count, ZSTD_MAGIC};

/// Compressed bytes, where what was looked at and left alone comes first again.
pub(crate) struct Source<R> {
    inner: R,
    again: Option<Piece>,
    is_closed: bool,
}

impl<R> Source<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            again: None,
            is_closed: false,
        }
    }

    pub(crate) fn into_inner(self) -> R {
        self.inner
    }

    /// Leaves these bytes and nothing behind them.
    fn end_with(&mut self, bytes: Piece) {
        self.again = Some(bytes);
        self.is_closed = true;
    }
}

impl<R: BufRead> Source<R> {
    pub(crate) fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match &self.again {
            Some(bytes) => Ok(bytes),
            None if self.is_closed => Ok(&[]),
            None => self.inner.fill_buf(),
        }
    }

    pub(crate) fn consume(&mut self, count: usize) {
        match &mut self.again {
            Some(bytes) => {
                bytes.split_to(count as u64);
                if bytes.is_empty() {
                    self.again = None;
                }
            }
            None => self.inner.consume(count),
        }
    }
}

/// Frames on their way through a crew, in the order of the stream.
///
/// Taken ahead are frames as [`crate::frame_writer`] makes them: whole, with their length in front,
/// and no longer than its own. What is found before any other kind, or before the end or an error
/// of the source, is put back; whoever streams it then meets all that in its place.
pub(crate) struct FramesAhead<'c> {
    crew: &'c Crew,
    packed: Buffers,
    plain: Buffers,
    contexts: Contexts<Decompressor<'static>>,
    unpacking: Queue<io::Result<Unpacked>>,
    may_look: bool,
    /// Room for the packed bytes of a frame.
    room: usize,
}

enum Unpacked {
    Plain(Piece),
    /// It does not unpack: its bytes, and what had been counted before it.
    Broken(Piece, Count),
}

impl<'c> FramesAhead<'c> {
    /// For a source of at most so many bytes.
    pub(crate) fn new(crew: &'c Crew, most: u64) -> Self {
        let room = compress_bound(FRAME);
        Self {
            crew,
            packed: Buffers::default(),
            plain: Buffers::default(),
            contexts: Contexts::new(),
            unpacking: Queue::new(crew.ahead().max(1)),
            may_look: true,
            room: usize::try_from(most).map_or(room, |most| most.min(room)),
        }
    }

    /// The plain text of the next frame, or none when it must be streamed.
    pub(crate) fn next<R: BufRead>(
        &mut self,
        source: &mut Source<R>,
        count: &mut Count,
        expansion: u64,
    ) -> io::Result<Option<Piece>> {
        while self.may_look && self.unpacking.has_room() {
            self.may_look = self.look(source, count, expansion);
        }
        match self.unpacking.pop()?.transpose()? {
            Some(Unpacked::Plain(piece)) => return Ok(Some(piece)),
            Some(Unpacked::Broken(frame, before)) => {
                // Nothing behind it counts any more. Streaming it again tells where it breaks.
                source.end_with(frame);
                *count = before;
                self.unpacking.clear();
            }
            // Behind the one that is streamed, others may follow.
            None => self.may_look = !source.is_closed,
        }
        Ok(None)
    }

    /// Takes one frame and starts unpacking it; tells whether it did.
    fn look<R: BufRead>(
        &mut self,
        source: &mut Source<R>,
        count: &mut Count,
        expansion: u64,
    ) -> bool {
        if source.again.is_some() {
            return false;
        }
        let mut packed = self.packed.lend(self.room);
        let mut taking = Taking {
            source,
            buffer: &mut packed,
            taken: 0,
        };
        let content = taking.frame().filter(|content| {
            // Bounds that hold before it hold at each of its bytes.
            count.allows(count.plain + *content as u64, expansion)
        });
        let taken = taking.taken;
        let Some(content) = content else {
            source.again = (taken > 0).then(|| Piece::new(packed, taken));
            return false;
        };
        let mut plain = self.plain.lend(content);
        let before = *count;
        count.compressed += taken as u64;
        count.plain += content as u64;
        let contexts = self.contexts.clone();
        self.unpacking.push(self.crew.start(move || {
            contexts.with(Decompressor::new, |context| {
                let given = context.decompress_to_buffer(&packed[..taken], &mut plain[..content]);
                Ok(match given {
                    Ok(given) if given == content => Unpacked::Plain(Piece::new(plain, content)),
                    _ => Unpacked::Broken(Piece::new(packed, taken), before),
                })
            })
        }));
        true
    }
}

/// Takes a frame off a source, looking at no more than where it ends (RFC 8878 §3.1.1).
struct Taking<'a, R> {
    source: &'a mut Source<R>,
    buffer: &'a mut Buffer,
    taken: usize,
}

impl<R: BufRead> Taking<'_, R> {
    /// The content's length of a frame that is whole in the buffer.
    fn frame(&mut self) -> Option<usize> {
        if self.bytes(4)? != ZSTD_MAGIC {
            return None;
        }
        let descriptor = self.bytes(1)?[0];
        // One segment, no checksum, no dictionary, nothing reserved.
        if descriptor & 0b0011_1111 != 0b0010_0000 {
            return None;
        }
        let width = 1 << (descriptor >> 6);
        let field = little_endian(self.bytes(width)?);
        let content = usize::try_from(field + if width == 2 { 256 } else { 0 }).ok()?;
        if content > FRAME {
            return None;
        }
        loop {
            let header = little_endian(self.bytes(3)?);
            match header >> 1 & 3 {
                // A byte that stands for many.
                1 => self.bytes(1)?,
                0 | 2 => self.bytes(usize::try_from(header >> 3).ok()?)?,
                _ => return None,
            };
            if header & 1 == 1 {
                return Some(content);
            }
        }
    }

    /// The next bytes, when the source has them and the buffer has room.
    fn bytes(&mut self, count: usize) -> Option<&[u8]> {
        let start = self.taken;
        let end = start + count;
        while self.taken < end {
            let room = self.buffer.get_mut(self.taken..end)?;
            let available = self.source.fill_buf().ok()?;
            let now = available.len().min(room.len());
            if now == 0 {
                return None;
            }
            room[..now].copy_from_slice(&available[..now]);
            self.source.consume(now);
            self.taken += now;
        }
        Some(&self.buffer[start..end])
    }
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

//! Compressing: the archive cut into zstd frames that have nothing to do with each other.

use std::io::{self, Read, Write};

use zstd::bulk::Compressor;
use zstd::zstd_safe::{CParameter, compress_bound};

use crate::buffers::{Buffer, Buffers, Contexts};
use crate::digest::Digest;
use crate::pipeline::{Crew, InTurn, Queue};
use crate::zstd_stream::{Count, ZSTD_MAGIC};

/// Plain bytes of a frame. By measurement on lists: frames of 4 MiB save one part in a hundred, and
/// frames this small are packed and unpacked in a core's own cache, by all cores, in little memory.
pub(crate) const FRAME: usize = 256 << 10;
/// By measurement on lists: level 2 saves 2 % and takes a third longer, level 3 saves 1 % and takes
/// two thirds longer. What does not compress passes at memory speed at each of them.
const LEVEL: i32 = 1;
/// What a raw block holds at most (RFC 8878, section 3.1.1.2.4).
const RAW_BLOCK: usize = 128 << 10;
/// What zstd itself takes for longer frames: 10 % faster, both ways, than what it takes for these, for 2 % of length.
const SHORTEST_MATCH: u32 = 7;

/// Compresses what is written to it, and takes the digests of files on their way.
pub(crate) struct FrameWriter<'c, W> {
    crew: &'c Crew,
    out: W,
    plain: Buffers,
    packed: Buffers,
    contexts: Contexts<Compressor<'static>>,
    /// Plain bytes of each frame but the last.
    size: usize,
    frame: Buffer,
    /// Bytes in the frame.
    filled: usize,
    file: Option<FileOnItsWay>,
    packing: Queue<io::Result<Packed>>,
    /// What one compressed byte may unfold to where the package is opened.
    expansion: u64,
    written: Count,
}

/// A frame on its way out.
struct Packed {
    plain: Buffer,
    filled: usize,
    packed: Buffer,
    length: usize,
}

/// The file whose bytes are being written, and how far its digest has come.
struct FileOnItsWay {
    hasher: InTurn<blake3::Hasher>,
    /// Where in the frame its bytes begin that no digest has seen.
    from: usize,
}

/// Why a file was not copied.
pub(crate) enum CopyError {
    /// Reading it failed.
    Source(io::Error),
    /// It has fewer or more bytes than were announced.
    Length,
    /// Writing failed.
    Write(io::Error),
}

impl<'c, W: Write> FrameWriter<'c, W> {
    /// For about so many bytes; a short archive then takes no more memory than it needs. No prefix of
    /// what is written unfolds beyond the bound of `expansion`, however often it repeats itself.
    pub(crate) fn new(crew: &'c Crew, out: W, about: u64, expansion: u64) -> Self {
        let plain = Buffers::default();
        let size = usize::try_from(about).map_or(FRAME, |about| about.clamp(1, FRAME));
        Self {
            crew,
            out,
            size,
            frame: plain.lend(size),
            plain,
            packed: Buffers::default(),
            contexts: Contexts::new(),
            filled: 0,
            file: None,
            packing: Queue::new(crew.ahead()),
            expansion,
            written: Count::default(),
        }
    }

    /// Reads exactly the announced length, straight into the frames; the digest is taken by whoever packs them.
    pub(crate) fn copy_file(
        &mut self,
        reader: &mut dyn Read,
        length: u64,
    ) -> Result<Digest, CopyError> {
        self.file = Some(FileOnItsWay {
            hasher: InTurn::new(blake3::Hasher::new()),
            from: self.filled,
        });
        let mut left = length;
        while left > 0 {
            if self.filled == self.size {
                self.pack_frame().map_err(CopyError::Write)?;
            }
            let room = (self.size - self.filled).min(usize::try_from(left).unwrap_or(FRAME));
            let free = &mut self.frame[self.filled..self.filled + room];
            match read_some(reader, free).map_err(CopyError::Source)? {
                0 => return Err(CopyError::Length),
                count => {
                    self.filled += count;
                    left -= count as u64;
                }
            }
        }
        if read_some(reader, &mut [0]).map_err(CopyError::Source)? > 0 {
            return Err(CopyError::Length);
        }
        Ok(self.end_file())
    }

    fn end_file(&mut self) -> Digest {
        let Some(file) = self.file.take() else {
            return Digest::of(b"");
        };
        let rest = &self.frame[file.from..self.filled];
        let hash = file.hasher.ticket();
        let hash = hash.take(|hasher| hasher.update(rest).finalize());
        Digest::from_bytes(*hash.as_bytes())
    }

    /// Packs what is left; returns the writer and how much was written to it.
    pub(crate) fn finish(mut self) -> io::Result<(W, u64)> {
        let last = std::mem::replace(&mut self.frame, self.plain.lend(0));
        self.pack(last)?;
        while self.write_oldest()? {}
        Ok((self.out, self.written.compressed))
    }

    fn pack_frame(&mut self) -> io::Result<()> {
        let frame = std::mem::replace(&mut self.frame, self.plain.lend(self.size));
        self.pack(frame)
    }

    fn pack(&mut self, frame: Buffer) -> io::Result<()> {
        let filled = std::mem::take(&mut self.filled);
        let hashing = self.file.as_mut().map(|file| {
            let from = std::mem::take(&mut file.from);
            (file.hasher.ticket(), from)
        });
        let contexts = self.contexts.clone();
        let mut packed = self.packed.lend(compress_bound(filled));
        self.packing.push(self.crew.start(move || {
            if let Some((turn, from)) = hashing {
                turn.take(|hasher| {
                    hasher.update(&frame[from..filled]);
                });
            }
            let length = contexts.with(new_compressor, |context| {
                context.compress_to_buffer(&frame[..filled], &mut packed[..])
            })?;
            Ok(Packed {
                plain: frame,
                filled,
                packed,
                length,
            })
        }));
        while self.packing.is_over_full() {
            self.write_oldest()?;
        }
        Ok(())
    }

    fn write_oldest(&mut self) -> io::Result<bool> {
        let Some(packed) = self.packing.pop()? else {
            return Ok(false);
        };
        let Packed {
            plain,
            filled,
            packed,
            length,
        } = packed?;
        let unfolded = self.written.plain + filled as u64;
        let length = match self.written.allows(unfolded, self.expansion) {
            true => {
                self.out.write_all(&packed[..length])?;
                length
            }
            // Sealed so, it would be taken for a bomb where it is opened.
            false => write_raw(&mut self.out, &plain[..filled])?,
        };
        self.written.compressed += length as u64;
        self.written.plain = unfolded;
        Ok(true)
    }
}

/// Writes a frame that holds its content as it is, in raw blocks; tells how long it is.
fn write_raw(out: &mut impl Write, content: &[u8]) -> io::Result<usize> {
    // A single segment whose length is stated in four bytes (RFC 8878, section 3.1.1.1.1).
    const DESCRIPTOR: u8 = 0b1010_0000;
    let length = u32::try_from(content.len()).map_err(io::Error::other)?;
    out.write_all(&ZSTD_MAGIC)?;
    out.write_all(&[DESCRIPTOR])?;
    out.write_all(&length.to_le_bytes())?;
    let mut written = ZSTD_MAGIC.len() + 1 + 4;
    let mut left = content;
    loop {
        let (block, rest) = left.split_at(left.len().min(RAW_BLOCK));
        let is_last = u32::from(rest.is_empty());
        // Whether it is the last, type 0 (raw), its length: three bytes, the lowest first.
        let length = u32::try_from(block.len()).map_err(io::Error::other)?;
        let header = (length << 3 | is_last).to_le_bytes();
        out.write_all(&header[..3])?;
        out.write_all(block)?;
        written += 3 + block.len();
        if rest.is_empty() {
            return Ok(written);
        }
        left = rest;
    }
}

fn new_compressor() -> io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::MinMatch(SHORTEST_MATCH))?;
    Ok(compressor)
}

fn read_some(reader: &mut dyn Read, bytes: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

impl<W: Write> Write for FrameWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.filled == self.size {
            self.pack_frame()?;
        }
        let count = bytes.len().min(self.size - self.filled);
        self.frame[self.filled..self.filled + count].copy_from_slice(&bytes[..count]);
        self.filled += count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! The age payload as a stream: batches of chunks that all cores seal and open, in their order.

use std::io::{self, BufRead, Read, Write};
use std::sync::Arc;

use crate::age_payload::{CHUNK, PayloadKey, Position, SEALED_CHUNK};
use crate::buffers::{Buffer, Buffers, fill};
use crate::digest::{Measure, Measured};
use crate::pipeline::{Crew, InTurn, Queue, Task};

/// Chunks of one task: long enough to be worth handing over, short enough for a core's own cache.
const BATCH: usize = 4;

fn chunks_of_batch(stream: u64) -> usize {
    let chunks = usize::try_from(stream / CHUNK as u64).unwrap_or(BATCH);
    (chunks + 1).min(BATCH)
}

/// Writes a payload: header and nonce, then what is written to it, chunk by chunk.
pub(crate) struct PayloadWriter<'c, W> {
    crew: &'c Crew,
    key: Arc<PayloadKey>,
    measure: InTurn<Measure>,
    out: W,
    buffers: Buffers,
    /// Chunks of each batch but the last.
    chunks: usize,
    batch: Buffer,
    /// Bytes of plain text in the batch.
    plain: usize,
    batches: u64,
    sealing: Queue<io::Result<(Buffer, usize)>>,
}

impl<'c, W: Write> PayloadWriter<'c, W> {
    /// Begins a payload with about so many bytes of plain text.
    pub(crate) fn begin(
        crew: &'c Crew,
        key: PayloadKey,
        head: &[u8],
        mut out: W,
        about: u64,
    ) -> io::Result<Self> {
        let mut measure = Measure::default();
        measure.update(head);
        out.write_all(head)?;
        let buffers = Buffers::default();
        let chunks = chunks_of_batch(about);
        Ok(Self {
            crew,
            key: Arc::new(key),
            measure: InTurn::new(measure),
            out,
            chunks,
            batch: buffers.lend(chunks * SEALED_CHUNK),
            buffers,
            plain: 0,
            batches: 0,
            sealing: Queue::new(crew.ahead()),
        })
    }

    /// Seals the last chunk and says what the payload measures.
    pub(crate) fn finish(mut self) -> io::Result<Measured> {
        let last = std::mem::replace(&mut self.batch, self.buffers.lend(0));
        self.seal(last, true)?;
        while self.write_oldest()? {}
        let measured = self
            .measure
            .ticket()
            .take(|measure| std::mem::take(measure).finish());
        Ok(measured)
    }

    fn seal_batch(&mut self) -> io::Result<()> {
        let next = self.buffers.lend(self.chunks * SEALED_CHUNK);
        let batch = std::mem::replace(&mut self.batch, next);
        self.seal(batch, false)
    }

    fn seal(&mut self, mut batch: Buffer, ends: bool) -> io::Result<()> {
        let plain = std::mem::take(&mut self.plain);
        let (key, turn) = (Arc::clone(&self.key), self.measure.ticket());
        let position = Position {
            first: self.batches * self.chunks as u64,
            ends,
        };
        self.batches += 1;
        let task = self.crew.start(move || {
            let sealed = key.seal(&mut batch, plain, position);
            let bytes = sealed.as_ref().map_or(&[][..], |end| &batch[..*end]);
            Measure::update_in_turn(turn, bytes);
            sealed.map(|end| (batch, end))
        });
        self.sealing.push(task);
        while self.sealing.is_over_full() {
            self.write_oldest()?;
        }
        Ok(())
    }

    fn write_oldest(&mut self) -> io::Result<bool> {
        let Some(sealed) = self.sealing.pop()? else {
            return Ok(false);
        };
        let (batch, end) = sealed?;
        self.out.write_all(&batch[..end])?;
        Ok(true)
    }
}

impl<W: Write> Write for PayloadWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut left = bytes;
        while !left.is_empty() {
            // A full batch waits for one byte more, since the last chunk of all is marked.
            if self.plain == self.chunks * CHUNK {
                self.seal_batch()?;
            }
            let within = self.plain % CHUNK;
            let at = self.plain / CHUNK * SEALED_CHUNK + within;
            let (now, later) = left.split_at(left.len().min(CHUNK - within));
            self.batch[at..at + now.len()].copy_from_slice(now);
            self.plain += now.len();
            left = later;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads the plain text behind a payload's header and nonce, one authentic chunk after the other.
///
/// What comes after an error is that error again: a reader that looks ahead meets it in its place.
pub(crate) struct PayloadReader<'c, R> {
    crew: &'c Crew,
    key: Arc<PayloadKey>,
    measure: InTurn<Measure>,
    sealed: R,
    buffers: Buffers,
    /// Chunks of each batch but the last.
    chunks: usize,
    /// One byte beyond the batch before it: that there is one tells that the batch is not the last.
    beyond: Option<u8>,
    at_end: bool,
    batches: u64,
    opening: Queue<io::Result<OpenedBatch>>,
    current: Option<OpenedBatch>,
    position: usize,
    ended: Option<Ended>,
}

struct OpenedBatch {
    buffer: Buffer,
    plain: usize,
    is_whole: bool,
}

/// How a reader ended.
#[derive(Clone, Copy)]
enum Ended {
    Well,
    Damaged,
    Failed(io::ErrorKind),
}

impl<'c, R: Read> PayloadReader<'c, R> {
    /// Reads about so many bytes; `measure` has measured what stands before them.
    pub(crate) fn new(
        crew: &'c Crew,
        key: PayloadKey,
        measure: Measure,
        sealed: R,
        about: u64,
    ) -> Self {
        Self {
            crew,
            key: Arc::new(key),
            measure: InTurn::new(measure),
            sealed,
            buffers: Buffers::default(),
            chunks: chunks_of_batch(about),
            beyond: None,
            at_end: false,
            batches: 0,
            opening: Queue::new(crew.ahead().max(1)),
            current: None,
            position: 0,
            ended: None,
        }
    }

    /// What the payload measured, header and nonce included, as far as it was read.
    pub(crate) fn finish(self) -> Measured {
        self.measure
            .ticket()
            .take(|measure| std::mem::take(measure).finish())
    }

    /// Reads one batch and starts opening it.
    fn start_batch(&mut self) -> io::Result<()> {
        let size = self.chunks * SEALED_CHUNK;
        let mut buffer = self.buffers.lend(size + 1);
        let mut filled = 0;
        if let Some(byte) = self.beyond.take() {
            buffer[0] = byte;
            filled = 1;
        }
        filled += fill(&mut self.sealed, &mut buffer[filled..=size])?;
        if filled > size {
            filled = size;
            self.beyond = Some(buffer[size]);
        } else {
            self.at_end = true;
        }
        let (key, turn) = (Arc::clone(&self.key), self.measure.ticket());
        let position = Position {
            first: self.batches * self.chunks as u64,
            ends: self.at_end,
        };
        self.batches += 1;
        self.opening.push(self.crew.start(move || {
            // Measured as it was read: opening writes over it.
            Measure::update_in_turn(turn, &buffer[..filled]);
            let (plain, is_whole) = key.open(&mut buffer, filled, position);
            Ok(OpenedBatch {
                buffer,
                plain,
                // Not even an empty payload is without a chunk.
                is_whole: is_whole && filled > 0,
            })
        }));
        Ok(())
    }

    fn next_batch(&mut self) -> Result<(), io::Error> {
        while !self.at_end && self.opening.has_room() {
            if let Err(error) = self.start_batch() {
                // It counts when what was read before it has been used up.
                self.at_end = true;
                self.opening.push(Task::done(Err(error)));
            }
        }
        match self.opening.pop()? {
            None => self.ended = Some(Ended::Well),
            Some(Ok(batch)) => {
                self.position = 0;
                self.current = Some(batch);
            }
            Some(Err(error)) => {
                self.ended = Some(Ended::Failed(error.kind()));
                return Err(error);
            }
        }
        Ok(())
    }
}

impl<R: Read> BufRead for PayloadReader<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.ended {
                Some(Ended::Well) => return Ok(&[]),
                Some(Ended::Damaged) => return Err(damaged()),
                Some(Ended::Failed(kind)) => return Err(kind.into()),
                None => {}
            }
            match &self.current {
                Some(batch) if self.position < batch.plain => break,
                Some(batch) if !batch.is_whole => self.ended = Some(Ended::Damaged),
                _ => self.next_batch()?,
            }
        }
        let batch = self.current.as_ref();
        Ok(batch.map_or(&[], |batch| &batch.buffer[self.position..batch.plain]))
    }

    fn consume(&mut self, count: usize) {
        self.position += count;
    }
}

impl<R: Read> Read for PayloadReader<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(bytes.len());
        bytes[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

fn damaged() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "a chunk of the payload is not authentic",
    )
}

//! The age payload: chunks of 64 KiB, each sealed by itself, so that all cores seal and open them.
//!
//! Header, stanzas, file key and MAC are the age crate's own work. It shows the file key to whoever
//! implements its recipient and its identity, which is how it is heard here. Ours is what follows
//! the header: the payload key, and the STREAM of chunks under ring's cipher.
//!
//! Source: C2SP age.md, "Payload"; Hoang, Reyhanitabar, Rogaway and Vizár, "Online
//! Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (2015), for STREAM.

use std::cell::RefCell;
use std::collections::HashSet;
use std::io::{self, BufRead, Read, Write};
use std::sync::Arc;

use age_core::format::{FileKey, Stanza};
use age_core::primitives::hkdf;
use age_core::secrecy::ExposeSecret;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::error::Unspecified;
use zeroize::Zeroizing;

use crate::digest::{Measure, Measured};
use crate::pipeline::{Buffer, Buffers, Crew, InTurn, Queue, Task, fill};

pub(crate) const NONCE: usize = 16;
pub(crate) const CHUNK: usize = 64 << 10;
pub(crate) const TAG: usize = 16;
pub(crate) const SEALED_CHUNK: usize = CHUNK + TAG;
/// Chunks of one task: long enough to be worth handing over, short enough for a core's own cache.
const BATCH: usize = 8;

/// Encrypts the chunks of one payload and no other.
pub(crate) struct PayloadKey(LessSafeKey);

impl PayloadKey {
    /// The key of a new payload, and what stands before its first chunk: the header and the nonce.
    ///
    /// # Errors
    /// Those of the age crate: nobody to encrypt to.
    pub(crate) fn begin(
        recipients: &[age::x25519::Recipient],
    ) -> Result<(Self, Vec<u8>), age::EncryptError> {
        let heard = RefCell::new(None);
        let listening: Vec<ListeningRecipient<'_>> = recipients
            .iter()
            .map(|recipient| ListeningRecipient {
                recipient,
                heard: &heard,
            })
            .collect();
        let encryptor = age::Encryptor::with_recipients(
            listening
                .iter()
                .map(|recipient| recipient as &dyn age::Recipient),
        )?;
        let mut head = Vec::new();
        // This writes header and nonce; the writer is dropped before its first chunk.
        drop(encryptor.wrap_output(&mut head)?);
        let key = Self::derive(&heard, &head).ok_or(age::EncryptError::MissingRecipients)?;
        Ok((key, head))
    }

    /// The key of the payload that begins with this header and nonce, for one of the identities.
    ///
    /// # Errors
    /// Those of the age crate: a header or a MAC that it refuses, or no identity that fits.
    pub(crate) fn unwrap<'a>(
        head: &[u8],
        identities: impl Iterator<Item = &'a age::x25519::Identity>,
    ) -> Result<Self, age::DecryptError> {
        let heard = RefCell::new(None);
        let listening: Vec<ListeningIdentity<'_>> = identities
            .map(|identity| ListeningIdentity {
                identity,
                heard: &heard,
            })
            .collect();
        let mut rest = head;
        let decryptor = age::Decryptor::new_buffered(&mut rest)?;
        // The MAC is verified here; the reader that comes back is not ours.
        drop(
            decryptor.decrypt(
                listening
                    .iter()
                    .map(|identity| identity as &dyn age::Identity),
            )?,
        );
        if !rest.is_empty() {
            return Err(age::DecryptError::InvalidHeader);
        }
        Self::derive(&heard, head).ok_or(age::DecryptError::NoMatchingKeys)
    }

    fn derive(heard: &RefCell<Option<FileKey>>, head: &[u8]) -> Option<Self> {
        let file_key = heard.take()?;
        let nonce = head.last_chunk::<NONCE>()?;
        let key = Zeroizing::new(hkdf(nonce, b"payload", file_key.expose_secret()));
        let key = UnboundKey::new(&CHACHA20_POLY1305, key.as_slice()).ok()?;
        Some(Self(LessSafeKey::new(key)))
    }

    /// Seals the chunks of a batch where they lie, each with room for its tag behind it; returns
    /// where the last tag ends. An empty batch is one empty chunk.
    fn seal(&self, batch: &mut [u8], plain: usize, position: Position) -> io::Result<usize> {
        let chunks = plain.div_ceil(CHUNK).max(1);
        let end = plain + chunks * TAG;
        for (index, chunk) in batch[..end].chunks_mut(SEALED_CHUNK).enumerate() {
            let nonce = position.nonce(index, index + 1 == chunks);
            let (content, tag) = chunk.split_at_mut(chunk.len() - TAG);
            let made = self
                .0
                .seal_in_place_separate_tag(nonce, Aad::empty(), content)
                .map_err(|Unspecified| io::Error::other("a chunk was not encrypted"))?;
            tag.copy_from_slice(made.as_ref());
        }
        Ok(end)
    }

    /// Seals one chunk in whatever place, as no writer would.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn forge(&self, chunk: &mut [u8], first: u64, ends: bool) {
        let plain = chunk.len() - TAG;
        let sealed = self.seal(chunk, plain, Position { first, ends });
        assert_eq!(sealed.ok(), Some(chunk.len()));
    }

    /// Opens the chunks of a batch to where its plain text is in one piece; returns how much of it
    /// is authentic, and whether all of it is.
    fn open(&self, batch: &mut [u8], sealed: usize, position: Position) -> (usize, bool) {
        let chunks = sealed.div_ceil(SEALED_CHUNK);
        let mut plain = 0;
        for index in 0..chunks {
            let end = sealed.min((index + 1) * SEALED_CHUNK);
            let nonce = position.nonce(index, index + 1 == chunks);
            let chunk = &mut batch[plain..end];
            let Ok(content) = self
                .0
                .open_within(nonce, Aad::empty(), chunk, index * TAG..)
            else {
                return (plain, false);
            };
            // Only a payload that is empty altogether ends with an empty chunk.
            if content.is_empty() && position.first + index as u64 > 0 {
                return (plain, false);
            }
            plain += content.len();
        }
        (plain, true)
    }
}

/// Where a batch stands in its stream.
#[derive(Clone, Copy)]
struct Position {
    /// The number of its first chunk.
    first: u64,
    /// Whether its last chunk is the stream's last.
    ends: bool,
}

impl Position {
    /// Eleven bytes of counter and one that marks the last chunk.
    fn nonce(self, index: usize, last_of_batch: bool) -> Nonce {
        let mut nonce = [0_u8; 12];
        nonce[3..11].copy_from_slice(&(self.first + index as u64).to_be_bytes());
        nonce[11] = u8::from(self.ends && last_of_batch);
        Nonce::assume_unique_for_key(nonce)
    }
}

struct ListeningRecipient<'a> {
    recipient: &'a age::x25519::Recipient,
    heard: &'a RefCell<Option<FileKey>>,
}

impl age::Recipient for ListeningRecipient<'_> {
    fn wrap_file_key(
        &self,
        file_key: &FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        self.heard.replace(Some(copy_of(file_key)));
        self.recipient.wrap_file_key(file_key)
    }
}

struct ListeningIdentity<'a> {
    identity: &'a age::x25519::Identity,
    heard: &'a RefCell<Option<FileKey>>,
}

impl age::Identity for ListeningIdentity<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        let unwrapped = self.identity.unwrap_stanza(stanza);
        if let Some(Ok(file_key)) = &unwrapped {
            self.heard.replace(Some(copy_of(file_key)));
        }
        unwrapped
    }
}

fn copy_of(file_key: &FileKey) -> FileKey {
    FileKey::init_with_mut(|copy| copy.copy_from_slice(file_key.expose_secret()))
}

/// Writes a payload: header and nonce, then what is written to it, chunk by chunk.
pub(crate) struct PayloadWriter<'c, W> {
    crew: &'c Crew,
    key: Arc<PayloadKey>,
    measure: InTurn<Measure>,
    out: W,
    buffers: Buffers,
    batch: Buffer,
    /// Bytes of plain text in the batch.
    plain: usize,
    batches: u64,
    sealing: Queue<io::Result<(Buffer, usize)>>,
}

impl<'c, W: Write> PayloadWriter<'c, W> {
    pub(crate) fn begin(
        crew: &'c Crew,
        key: PayloadKey,
        head: &[u8],
        mut out: W,
    ) -> io::Result<Self> {
        let mut measure = Measure::default();
        measure.update(head);
        out.write_all(head)?;
        let buffers = Buffers::new(BATCH * SEALED_CHUNK);
        Ok(Self {
            crew,
            key: Arc::new(key),
            measure: InTurn::new(measure),
            out,
            batch: buffers.lend(),
            buffers,
            plain: 0,
            batches: 0,
            sealing: Queue::new(crew.ahead()),
        })
    }

    /// Seals the last chunk and says what the payload measures.
    pub(crate) fn finish(mut self) -> io::Result<Measured> {
        self.seal_batch(true)?;
        while self.write_oldest()? {}
        let measured = self
            .measure
            .ticket()
            .take(|measure| std::mem::take(measure).finish());
        Ok(measured)
    }

    fn seal_batch(&mut self, ends: bool) -> io::Result<()> {
        let mut batch = std::mem::replace(&mut self.batch, self.buffers.lend());
        let plain = std::mem::take(&mut self.plain);
        let (key, turn) = (Arc::clone(&self.key), self.measure.ticket());
        let position = Position {
            first: self.batches * BATCH as u64,
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
            if self.plain == BATCH * CHUNK {
                self.seal_batch(false)?;
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
    /// `measure` has measured what stands before the first chunk.
    pub(crate) fn new(crew: &'c Crew, key: PayloadKey, measure: Measure, sealed: R) -> Self {
        Self {
            crew,
            key: Arc::new(key),
            measure: InTurn::new(measure),
            sealed,
            buffers: Buffers::new(BATCH * SEALED_CHUNK + 1),
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
        let mut buffer = self.buffers.lend();
        let mut filled = 0;
        if let Some(byte) = self.beyond.take() {
            buffer[0] = byte;
            filled = 1;
        }
        filled += fill(&mut self.sealed, &mut buffer[filled..])?;
        if filled == buffer.len() {
            filled -= 1;
            self.beyond = Some(buffer[filled]);
        } else {
            self.at_end = true;
        }
        let (key, turn) = (Arc::clone(&self.key), self.measure.ticket());
        let position = Position {
            first: self.batches * BATCH as u64,
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

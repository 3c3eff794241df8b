//! Buffers and contexts that are used again, by whatever thread comes next.

use std::io::{self, Read};
use std::ops::{Deref, DerefMut, Range};
use std::sync::{Arc, Mutex};

use crate::pipeline::locked;

/// Reads until the buffer is full or the reader has nothing more; tells how much there is.
pub(crate) fn fill<R: Read>(reader: &mut R, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Contexts of zstd, each used by one task after another.
pub(crate) struct Contexts<T>(Arc<Mutex<Vec<T>>>);

impl<T> Clone for Contexts<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Contexts<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(Vec::new())))
    }

    /// Works with an idle context, or with a new one.
    pub(crate) fn with<R>(
        &self,
        make: impl FnOnce() -> io::Result<T>,
        work: impl FnOnce(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        let idle = locked(&self.0).pop();
        let mut context = match idle {
            Some(context) => context,
            None => make()?,
        };
        let result = work(&mut context);
        locked(&self.0).push(context);
        result
    }
}

/// Buffers that come back.
#[derive(Clone, Default)]
pub(crate) struct Buffers(Arc<Mutex<Vec<Box<[u8]>>>>);

impl Buffers {
    /// A buffer of at least so many bytes, in which may be what its last user left there.
    pub(crate) fn lend(&self, size: usize) -> Buffer {
        let idle = locked(&self.0).pop();
        let bytes = idle.filter(|bytes| bytes.len() >= size);
        Buffer {
            bytes: bytes.unwrap_or_else(|| vec![0; size].into_boxed_slice()),
            home: Arc::clone(&self.0),
        }
    }
}

/// Goes back to where it came from when it is dropped, on whatever thread that happens.
pub(crate) struct Buffer {
    bytes: Box<[u8]>,
    home: Arc<Mutex<Vec<Box<[u8]>>>>,
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        locked(&self.home).push(std::mem::take(&mut self.bytes));
    }
}

/// A part of a buffer that several may read, each for as long as it needs.
#[derive(Clone)]
pub(crate) struct Piece {
    buffer: Arc<Buffer>,
    range: Range<usize>,
}

impl Piece {
    pub(crate) fn new(buffer: Buffer, length: usize) -> Self {
        Self {
            buffer: Arc::new(buffer),
            range: 0..length,
        }
    }

    /// Takes at most so many bytes off the front.
    pub(crate) fn split_to(&mut self, most: u64) -> Self {
        let count = usize::try_from(most).map_or(self.len(), |most| most.min(self.len()));
        let end = self.range.start + count;
        let front = Self {
            buffer: Arc::clone(&self.buffer),
            range: self.range.start..end,
        };
        self.range.start = end;
        front
    }
}

impl Deref for Piece {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.buffer[self.range.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_when_the_last_reader_has_left() {
        let buffers = Buffers::default();
        let mut buffer = buffers.lend(4);
        buffer.copy_from_slice(b"abcd");
        let mut piece = Piece::new(buffer, 3);
        let front = piece.split_to(2);
        assert_eq!((&*front, &*piece), (&b"ab"[..], &b"c"[..]));
        drop(piece);
        assert_eq!(*buffers.lend(4), [0; 4], "the first one is still read");
        drop(front);
        assert_eq!(locked(&buffers.0).len(), 2);
        assert_eq!(buffers.lend(5).len(), 5, "both are too short");
    }
}

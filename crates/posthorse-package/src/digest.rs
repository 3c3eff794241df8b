//! BLAKE3 digests, and readers and writers that take them as bytes pass.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::names::NameError;
use crate::pipeline::Ticket;

const PREFIX: &str = "blake3:";
const DRAIN_BUFFER: usize = 256 << 10;

/// A BLAKE3 digest of 256 bits, written `blake3:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A digest from its 32 bytes, as a store keeps them.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl FromStr for Digest {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = || NameError {
            what: "digest",
            rule: "`blake3:` and 64 lower-case hex digits",
        };
        let hex = text.strip_prefix(PREFIX).ok_or_else(wrong)?;
        if hex.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(wrong());
        }
        blake3::Hash::from_hex(hex)
            .map(|hash| Self(*hash.as_bytes()))
            .map_err(|_| wrong())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", blake3::Hash::from(self.0).to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What a stream of bytes measured: its digest, its CRC-32 and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) digest: Digest,
    pub(crate) crc32: u32,
    pub(crate) length: u64,
}

/// Takes digest, CRC-32 and length of everything that passes, in one walk over each buffer.
#[derive(Default)]
pub(crate) struct Measure {
    blake3: blake3::Hasher,
    crc32: crc32fast::Hasher,
    length: u64,
}

impl Measure {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.blake3.update(bytes);
        self.crc32.update(bytes);
        self.length += bytes.len() as u64;
    }

    /// The same from a task, in its turn. The CRC-32 needs no turn.
    pub(crate) fn update_in_turn(turn: Ticket<Self>, bytes: &[u8]) {
        let mut crc32 = crc32fast::Hasher::new();
        crc32.update(bytes);
        turn.take(|measure| {
            measure.blake3.update(bytes);
            measure.crc32.combine(&crc32);
            measure.length += bytes.len() as u64;
        });
    }

    pub(crate) fn finish(self) -> Measured {
        Measured {
            digest: Digest(*self.blake3.finalize().as_bytes()),
            crc32: self.crc32.finalize(),
            length: self.length,
        }
    }
}

/// Reads on behalf of another reader and measures what it gave.
pub(crate) struct MeasuringReader<R> {
    inner: R,
    measure: Measure,
}

impl<R: Read> MeasuringReader<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            measure: Measure::default(),
        }
    }

    /// Reads what is left, then says what all of it measured.
    pub(crate) fn drain(mut self) -> io::Result<Measured> {
        // Large pieces are what lets BLAKE3 use the processor's widest lanes.
        let mut buffer = vec![0_u8; DRAIN_BUFFER];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return Ok(self.measure.finish()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R: Read> Read for MeasuringReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.measure.update(&buffer[..count]);
        Ok(count)
    }
}

/// Length of a seekable stream, leaving its position at the start.
pub(crate) fn stream_length<S: Seek>(stream: &mut S) -> io::Result<u64> {
    let length = stream.seek(SeekFrom::End(0))?;
    stream.seek(SeekFrom::Start(0))?;
    Ok(length)
}

//! The canonical tar inside the payload: one header for a name and a length, so one archive for a list of files.
//!
//! Source: POSIX.1-2017 `pax`, "ustar Interchange Format".

use std::io::{self, Read, Write};

use crate::names::EntryName;

pub(crate) const BLOCK: usize = 512;
/// The longest file that eleven octal digits can tell: 8 GiB − 1.
pub(crate) const MAX_LENGTH: u64 = (8 << 30) - 1;
/// 1980-01-01T00:00:00Z, the time that ZIP calls zero.
const MTIME: u64 = 315_532_800;

/// The only header that a file of this name and length can have.
pub(crate) fn header(name: &EntryName, length: u64) -> [u8; BLOCK] {
    let mut block = [0_u8; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_str().as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{length:011o}\0").as_bytes());
    put(136, format!("{MTIME:011o}\0").as_bytes());
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// Zero bytes from the end of a file of this length to the next block.
pub(crate) fn gap(length: u64) -> usize {
    let over = usize::try_from(length % BLOCK as u64).unwrap_or(0);
    if over == 0 { 0 } else { BLOCK - over }
}

/// Fills a file's last block with zeros.
pub(crate) fn write_gap<W: Write>(out: &mut W, length: u64) -> io::Result<()> {
    out.write_all(&[0_u8; BLOCK][..gap(length)])
}

/// Writes the two zero blocks that end an archive.
pub(crate) fn write_end<W: Write>(out: &mut W) -> io::Result<()> {
    out.write_all(&[0_u8; 2 * BLOCK])
}

/// Length of the whole archive with files of these lengths.
pub(crate) fn archive_length(lengths: impl Iterator<Item = u64>) -> u64 {
    let block = BLOCK as u64;
    lengths
        .map(|length| block + length + gap(length) as u64)
        .sum::<u64>()
        + 2 * block
}

/// What is wrong with an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TarError {
    /// A header that is not the canonical one of its own name and length.
    #[error("a tar header that is not canonical")]
    Header,
    /// A name that is not an entry name.
    #[error("a tar header whose name is not a portable entry name")]
    Name,
    /// Bytes other than zero where only zeros may stand.
    #[error("bytes between or after the files of the tar")]
    Gap,
    /// The archive ends before its end.
    #[error("the tar is cut short")]
    Truncated,
}

/// Reads the next header: a file's name and length, or none at the archive's end.
pub(crate) fn read_header<R: Read>(
    reader: &mut R,
) -> io::Result<Result<Option<(EntryName, u64)>, TarError>> {
    let mut block = [0_u8; BLOCK];
    if !read_block(reader, &mut block)? {
        return Ok(Err(TarError::Truncated));
    }
    if block == [0; BLOCK] {
        if !read_block(reader, &mut block)? {
            return Ok(Err(TarError::Truncated));
        }
        let ended = block == [0; BLOCK] && reader.read(&mut [0_u8; 1])? == 0;
        return Ok(if ended { Ok(None) } else { Err(TarError::Gap) });
    }
    let name = block[..100]
        .split(|byte| *byte == 0)
        .next()
        .unwrap_or_default();
    let Some(name) = std::str::from_utf8(name)
        .ok()
        .and_then(|name| name.parse().ok())
    else {
        return Ok(Err(TarError::Name));
    };
    let digits = std::str::from_utf8(&block[124..135]).unwrap_or_default();
    let is_octal = digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    let length = u64::from_str_radix(digits, 8).ok().filter(|_| is_octal);
    match length {
        Some(length) if header(&name, length) == block => Ok(Ok(Some((name, length)))),
        _ => Ok(Err(TarError::Header)),
    }
}

/// Passes over the zeros behind a file of this length.
pub(crate) fn read_gap<R: Read>(reader: &mut R, length: u64) -> io::Result<Result<(), TarError>> {
    let mut zeros = vec![0_u8; gap(length)];
    if !read_block(reader, &mut zeros)? {
        return Ok(Err(TarError::Truncated));
    }
    let clean = zeros.iter().all(|byte| *byte == 0);
    Ok(if clean { Ok(()) } else { Err(TarError::Gap) })
}

fn read_block<R: Read>(reader: &mut R, block: &mut [u8]) -> io::Result<bool> {
    match reader.read_exact(block) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

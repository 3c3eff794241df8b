//! From the share to the bureau's own disk: opened without following, copied once, judged alone.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::SystemTime;

use posthorse_package::Digest;

use crate::durable;
use crate::error::{Failure, share, state};

const BUFFER: usize = 256 << 10;

/// What kind of thing a directory entry is, by itself, not by what it points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File,
    Directory,
    Link,
    /// A FIFO, a socket, a device.
    Special,
}

impl EntryKind {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let kind = metadata.file_type();
        if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Directory
        } else if kind.is_symlink() {
            Self::Link
        } else {
            Self::Special
        }
    }
}

/// Opens a regular file for reading. A link is not followed and a FIFO does not block; what the
/// handle is, and not what the name was, decides.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NOFOLLOW | libc::O_NONBLOCK,
    );
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ))
    }
}

/// What a file on the share looked like; a writer that goes on shows by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Appearance {
    length: u64,
    modified: Option<SystemTime>,
}

impl Appearance {
    fn of(metadata: &Metadata) -> Self {
        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }

    /// Whether the file at this path looks otherwise now.
    pub(crate) fn has_changed(&self, path: &Path) -> bool {
        path.symlink_metadata()
            .is_ok_and(|now| Self::of(&now) != *self)
    }
}

/// A copy on the bureau's own disk, flushed.
#[derive(Debug)]
pub(crate) struct PrivateCopy {
    pub(crate) file: File,
    pub(crate) digest: Digest,
    pub(crate) length: u64,
    pub(crate) source: Appearance,
}

/// What became of an attempt to copy.
#[derive(Debug)]
pub(crate) enum Copied {
    Whole(PrivateCopy),
    /// Longer than the bound; nothing was kept.
    TooLong,
}

/// Copies a claimed file to the bureau's own disk and flushes it.
pub(crate) fn copy(from: &Path, to: &Path, longest: u64) -> Result<Copied, Failure> {
    let mut source = open_regular(from).map_err(share("open what was claimed"))?;
    let appearance = Appearance::of(
        &source
            .metadata()
            .map_err(share("look at what was claimed"))?,
    );
    if appearance.length > longest {
        return Ok(Copied::TooLong);
    }
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(to)
        .map_err(state("make a private copy"))?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0_u8; BUFFER];
    let mut length = 0_u64;
    loop {
        let count = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(share("read what was claimed")(error).into()),
        };
        length += count as u64;
        if length > longest {
            return Ok(Copied::TooLong);
        }
        hasher.update(&buffer[..count]);
        file.write_all(&buffer[..count])
            .map_err(state("write a private copy"))?;
    }
    durable::sync(&file)?;
    durable::sync_parent(to)?;
    file.seek(SeekFrom::Start(0))
        .map_err(state("rewind a private copy"))?;
    let digest = Digest::from_bytes(*hasher.finalize().as_bytes());
    Ok(Copied::Whole(PrivateCopy {
        file,
        digest,
        length,
        source: appearance,
    }))
}

/// The digest and the length of what is left in a reader.
pub(crate) fn measure(mut reader: impl Read) -> io::Result<(Digest, u64)> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0_u8; BUFFER];
    let mut length = 0_u64;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                length += count as u64;
                hasher.update(&buffer[..count]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((Digest::from_bytes(*hasher.finalize().as_bytes()), length))
}

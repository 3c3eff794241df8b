//! A log in a folder of files: the one place of this crate that touches a disk.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::steps::{Disk, Folder};
use crate::store::{LogFile, StoreError, TileSource, TileStore};
use crate::tile::{TileId, TilePath};

/// A folder with a log in it, to be read or written. Every file appears whole under its name or
/// not at all: written beside it, flushed, renamed, the folder flushed.
#[derive(Debug)]
pub struct DirectoryLog(Folder<OsDisk>);

impl DirectoryLog {
    /// The log in this folder. The folder itself is not made.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self(Folder::new(folder, OsDisk))
    }
}

impl TileSource for DirectoryLog {
    fn read(&self, file: LogFile) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.read(file)
    }
}

impl TileStore for DirectoryLog {
    fn create(&mut self, path: TilePath, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.create(path, bytes)
    }

    fn remove_partials(&mut self, tile: TileId) -> Result<(), StoreError> {
        self.0.remove_partials(tile)
    }

    fn replace_checkpoint(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.replace_checkpoint(bytes)
    }
}

/// The disk of this machine.
#[derive(Debug)]
pub(crate) struct OsDisk;

impl Disk for OsDisk {
    type File = File;

    fn read(&self, path: &Path, longest: usize) -> io::Result<Option<Vec<u8>>> {
        let file = match open_regular(path) {
            Ok(file) => file,
            Err(error) if is_absence(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        let longest = u64::try_from(longest).unwrap_or(u64::MAX);
        file.take(longest.saturating_add(1))
            .read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn is_folder(&self, path: &Path) -> bool {
        // A link is not one: whoever can write here could lead us elsewhere by it.
        path.symlink_metadata()
            .is_ok_and(|metadata| metadata.is_dir())
    }

    fn make_folder(&mut self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn create(&mut self, path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    fn write(&mut self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync(&mut self, file: &mut File) -> io::Result<()> {
        file.sync_all()
    }

    fn sync_at(&mut self, path: &Path) -> io::Result<()> {
        open_regular(path)?.sync_all()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&mut self, path: &Path) -> io::Result<()> {
        if !cfg!(unix) {
            return Ok(());
        }
        match File::open(path)?.sync_all() {
            // Some network file systems know no flush of a folder; they have nothing to lose by it.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
                ) =>
            {
                Ok(())
            }
            other => other,
        }
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if is_absence(&error) => Ok(()),
            other => other,
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(path) {
            Err(error) if is_absence(&error) => return Ok(Vec::new()),
            entries => entries?,
        };
        entries.map(|entry| Ok(entry?.path())).collect()
    }

    fn remove_folder(&mut self, path: &Path) -> io::Result<()> {
        match fs::remove_dir(path) {
            Err(error) if is_absence(&error) => Ok(()),
            other => other,
        }
    }
}

/// Whether there is no such file; a file where a folder of the way should be has none below it.
fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Opens a regular file. A link is not followed and a FIFO does not block.
fn open_regular(path: &Path) -> io::Result<File> {
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
        let kind = io::ErrorKind::InvalidInput;
        Err(io::Error::new(kind, "not a regular file"))
    }
}

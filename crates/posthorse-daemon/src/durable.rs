//! What makes a change last: bytes flushed, and the folders that name them.

use std::fs::{DirBuilder, File};
use std::io;
use std::path::Path;

use crate::error::{Critical, state};

/// Flushes a file to disk. A failure is final: a second flush may succeed without the lost bytes.
pub(crate) fn sync(file: &File) -> Result<(), Critical> {
    file.sync_all().map_err(Critical::Sync)
}

/// Flushes the folder in which a path lies, so that the name itself survives a power cut.
pub(crate) fn sync_parent(path: &Path) -> Result<(), Critical> {
    match path.parent() {
        Some(folder) => sync_folder(folder),
        None => Ok(()),
    }
}

/// Flushes a folder, where the system can.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Critical> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = File::open(folder).map_err(state("open a folder to flush it"))?;
    match folder.sync_all() {
        // Some network file systems know no flush of a folder; they have nothing to lose by it.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput
            ) =>
        {
            Ok(())
        }
        other => other.map_err(Critical::Sync),
    }
}

/// Makes a folder that only its owner can enter, with everything above it that is missing.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    // A full disk refuses to make even what is there.
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a private folder whose own name survives a power cut, as do those above it that it made.
pub(crate) fn make_lasting(folder: &Path, doing: &'static str) -> Result<(), Critical> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_lasting(above, doing)?;
    }
    make_private(folder).map_err(state(doing))?;
    sync_parent(folder)
}

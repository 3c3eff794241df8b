//! Where the files of a package lie while the daemon reads them: in the work folder, for this
//! process alone, gone when the work is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use posthorse_package::{EntryName, EntryStore};

/// A folder for the entries of one package. Dropping it removes it with all that is in it.
#[derive(Debug)]
pub(crate) struct OpenedFiles {
    folder: PathBuf,
}

impl OpenedFiles {
    /// Begins with an empty folder.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// An entry name has one or two plain parts; it cannot leave the folder.
    fn path(&self, name: &EntryName) -> PathBuf {
        self.folder.join(name.as_str())
    }

    /// Reads a file again.
    pub(crate) fn read(&self, name: &EntryName) -> io::Result<BufReader<File>> {
        File::open(self.path(name)).map(BufReader::new)
    }
}

impl Drop for OpenedFiles {
    fn drop(&mut self) {
        // What stays after a failure here is removed with the work folder, at the latest at the
        // next start.
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

impl EntryStore for OpenedFiles {
    type Entry = File;

    fn create(&mut self, name: &EntryName, _length: u64) -> io::Result<File> {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    fn close(&mut self, _entry: File) -> io::Result<()> {
        Ok(())
    }
}

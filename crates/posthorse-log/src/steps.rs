//! The steps by which a file of a log comes to its place, over any disk: so that tests can stop
//! after each of them.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::{LogFile, StoreError, TileSource, TileStore};
use crate::tile::{TileId, TilePath};

/// What is asked of a disk, one step at a time.
pub(crate) trait Disk {
    type File;

    /// At most one byte more than `longest`; none where there is no such file.
    fn read(&self, path: &Path, longest: usize) -> io::Result<Option<Vec<u8>>>;
    fn is_folder(&self, path: &Path) -> bool;
    fn make_folder(&mut self, path: &Path) -> io::Result<()>;
    fn create(&mut self, path: &Path) -> io::Result<Self::File>;
    fn write(&mut self, file: &mut Self::File, bytes: &[u8]) -> io::Result<()>;
    fn sync(&mut self, file: &mut Self::File) -> io::Result<()>;
    fn sync_at(&mut self, path: &Path) -> io::Result<()>;
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()>;
    fn sync_folder(&mut self, path: &Path) -> io::Result<()>;
    fn remove(&mut self, path: &Path) -> io::Result<()>;
    fn list(&self, path: &Path) -> io::Result<Vec<PathBuf>>;
    fn remove_folder(&mut self, path: &Path) -> io::Result<()>;
}

/// A log's folder on a disk.
#[derive(Debug)]
pub(crate) struct Folder<D> {
    root: PathBuf,
    disk: D,
    /// Folders whose names have been flushed since this began.
    lasting: BTreeSet<PathBuf>,
}

impl<D: Disk> Folder<D> {
    pub(crate) fn new(root: &Path, disk: D) -> Self {
        Self {
            root: root.to_owned(),
            disk,
            lasting: BTreeSet::new(),
        }
    }

    fn path(&self, file: LogFile) -> PathBuf {
        // Names of log files are made of digits and fixed words; none can leave the folder.
        self.root.join(file.to_string())
    }

    /// Makes the folders down to a file that are missing, each lasting before the next.
    fn make_folders(&mut self, file: LogFile) -> Result<(), StoreError> {
        let path = self.path(file);
        let above = path.strip_prefix(&self.root).ok().and_then(Path::parent);
        let mut folder = self.root.clone();
        for part in above.into_iter().flat_map(Path::components) {
            let parent = folder.clone();
            folder.push(part);
            if self.lasting.contains(&folder) {
                continue;
            }
            if !self.disk.is_folder(&folder) {
                let made = self.disk.make_folder(&folder);
                made.map_err(io_error("make a folder for", file))?;
            }
            // Also one that is there: the last run may have died before it was made to last.
            let synced = self.disk.sync_folder(&parent);
            synced.map_err(sync_error(file))?;
            self.lasting.insert(folder.clone());
        }
        Ok(())
    }

    /// Brings bytes to their name: beside it, flushed, renamed, the folder flushed.
    fn put(&mut self, file: LogFile, bytes: &[u8]) -> Result<(), StoreError> {
        let target = self.path(file);
        let folder = target.parent().unwrap_or(&self.root).to_owned();
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let hidden = folder.join(format!(".{name}.new"));
        // What the last run left under this name, or somebody's link: the name itself goes.
        let removed = self.disk.remove(&hidden);
        removed.map_err(io_error("clear the way for", file))?;
        let mut new = self
            .disk
            .create(&hidden)
            .map_err(io_error("create", file))?;
        let written = self.disk.write(&mut new, bytes);
        written.map_err(io_error("write", file))?;
        self.disk.sync(&mut new).map_err(sync_error(file))?;
        drop(new);
        let renamed = self.disk.rename(&hidden, &target);
        renamed.map_err(io_error("show", file))?;
        self.disk.sync_folder(&folder).map_err(sync_error(file))
    }
}

fn io_error(doing: &'static str, file: LogFile) -> impl Fn(io::Error) -> StoreError {
    move |source| StoreError::Io {
        doing,
        file,
        source,
    }
}

fn sync_error(file: LogFile) -> impl Fn(io::Error) -> StoreError {
    move |source| StoreError::Sync { file, source }
}

impl<D: Disk> TileSource for Folder<D> {
    fn read(&self, file: LogFile) -> Result<Option<Vec<u8>>, StoreError> {
        let longest = file.longest();
        let read = self.disk.read(&self.path(file), longest);
        match read.map_err(io_error("read", file))? {
            Some(bytes) if bytes.len() > longest => Err(StoreError::TooLong { file, longest }),
            other => Ok(other),
        }
    }
}

impl<D: Disk> TileStore for Folder<D> {
    fn create(&mut self, path: TilePath, bytes: &[u8]) -> Result<(), StoreError> {
        let file = LogFile::Tile(path);
        self.make_folders(file)?;
        let present = match self.read(file) {
            Err(StoreError::TooLong { .. }) => return Err(StoreError::Conflict { file }),
            present => present?,
        };
        match present {
            None => self.put(file, bytes),
            Some(present) if present == bytes => {
                // A run that died, or whoever restored a backup, need not have made it last.
                let target = self.path(file);
                let synced = self.disk.sync_at(&target);
                synced.map_err(sync_error(file))?;
                let folder = target.parent().unwrap_or(&self.root);
                self.disk.sync_folder(folder).map_err(sync_error(file))
            }
            Some(_) => Err(StoreError::Conflict { file }),
        }
    }

    fn remove_partials(&mut self, tile: TileId) -> Result<(), StoreError> {
        let file = LogFile::Tile(tile.full());
        let mut folder = self.path(file).into_os_string();
        folder.push(".p");
        let folder = PathBuf::from(folder);
        if !self.disk.is_folder(&folder) {
            return Ok(());
        }
        let error = io_error("remove the partial versions of", file);
        for path in self.disk.list(&folder).map_err(&error)? {
            self.disk.remove(&path).map_err(&error)?;
        }
        self.lasting.remove(&folder);
        self.disk.remove_folder(&folder).map_err(&error)
    }

    fn replace_checkpoint(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.put(LogFile::Checkpoint, bytes)
    }
}

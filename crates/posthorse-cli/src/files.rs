//! Files: `-` for the standard streams, nothing overwritten, nothing half-written under its name.
//!
//! The one place of the program that gives names to files.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempDir};

use crate::exit::Exit;
use crate::failure::Failure;

/// The most that is read of a document, a key or a settings file at once.
const DOCUMENT_BYTES: u64 = 16 << 20;
/// How the name of everything unfinished begins.
pub(crate) const HIDDEN_PREFIX: &str = ".posthorse-";
/// And how it ends.
pub(crate) const HIDDEN_SUFFIX: &str = ".tmp";

/// Who may read what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// Whoever the system's default lets: sealed packages, signed documents.
    Public,
    /// Its owner alone: keys, opened lists.
    OwnerOnly,
}

/// Whether a path means a standard stream.
pub(crate) fn is_standard_stream(path: &Path) -> bool {
    path == Path::new("-")
}

/// The folder that a file stands in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Opens a file for reading. Refuses folders, which some systems open as files, and whatever else is
/// no file: a pipe that somebody left in a shared folder would hold the program for ever, and a
/// device never ends. A pipe that the shell made for us is one of the standard streams.
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    let cannot = |cause: &io::Error| match cause.kind() {
        io::ErrorKind::NotFound => Failure::io("not-found", path, cause),
        _ => Failure::io("cannot-read", path, cause),
    };
    let mut options = OpenOptions::new();
    options.read(true);
    let is_from_shell = ["/dev/fd", "/dev/stdin", "/proc/self/fd"]
        .iter()
        .any(|place| path.starts_with(place));
    #[cfg(unix)]
    if !is_from_shell {
        let flags = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    let file = options.open(path).map_err(|cause| cannot(&cause))?;
    let kind = file.metadata().map_err(|cause| cannot(&cause))?.file_type();
    if kind.is_dir() {
        return Err(Failure::new(Exit::Environment, "is-a-folder").with("path", shown(path)));
    }
    if !kind.is_file() && !is_from_shell {
        return Err(Failure::new(Exit::Environment, "not-a-file").with("path", shown(path)));
    }
    Ok(file)
}

/// Reads a document whole, or refuses it when it is larger than any document may be.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let source: Box<dyn Read> = if is_standard_stream(path) {
        Box::new(io::stdin())
    } else {
        Box::new(open(path)?)
    };
    source
        .take(DOCUMENT_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| Failure::io("cannot-read", path, &cause))?;
    if bytes.len() as u64 > DOCUMENT_BYTES {
        return Err(Failure::new(Exit::Refused, "document-too-large").with("path", shown(path)));
    }
    Ok(bytes)
}

/// Reads a text document whole.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read(path)?)
        .map_err(|_| Failure::new(Exit::Refused, "not-utf8").with("path", shown(path)))
}

/// Opens standard input as a file that can be read twice, or the file itself.
pub(crate) fn open_seekable(path: &Path) -> Result<File, Failure> {
    if !is_standard_stream(path) {
        return open(path);
    }
    let cannot = |cause: &io::Error| Failure::io("cannot-read", path, cause);
    // Unnamed from the start: nothing of it remains, however the program ends.
    let mut spool = tempfile::tempfile().map_err(|cause| cannot(&cause))?;
    io::copy(&mut io::stdin().lock(), &mut spool).map_err(|cause| cannot(&cause))?;
    spool
        .seek(SeekFrom::Start(0))
        .map_err(|cause| cannot(&cause))?;
    Ok(spool)
}

/// A file that gets its name only by [`PendingFile::commit`]; dropped before, nothing remains.
pub(crate) struct PendingFile {
    file: NamedTempFile,
    path: PathBuf,
}

impl PendingFile {
    /// Begins a new file beside its later name. Refuses when the name is taken.
    pub(crate) fn create(path: &Path, privacy: Privacy) -> Result<Self, Failure> {
        refuse_existing(path)?;
        Self::create_hidden(path, privacy)
    }

    fn create_hidden(path: &Path, privacy: Privacy) -> Result<Self, Failure> {
        let mut builder = Builder::new();
        builder.prefix(HIDDEN_PREFIX).suffix(HIDDEN_SUFFIX);
        set_mode(&mut builder, privacy);
        let file = builder
            .tempfile_in(parent(path))
            .map_err(|cause| not_created(path, &cause))?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Begins a file that is to take the place of another, with the other's rights, where the name
    /// leads: a link stays a link.
    pub(crate) fn successor(path: &Path) -> Result<Self, Failure> {
        let cannot = |cause: &io::Error| Failure::io("cannot-write", path, cause);
        let real = fs::canonicalize(path).map_err(|cause| cannot(&cause))?;
        let rights = fs::metadata(&real).map_err(|cause| cannot(&cause))?;
        let pending = Self::create_hidden(&real, Privacy::Public)?;
        let set = pending.file.as_file().set_permissions(rights.permissions());
        set.map_err(|cause| cannot(&cause))?;
        Ok(pending)
    }

    /// The file to write to.
    pub(crate) fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Makes the bytes durable, then gives them their name, which must still be free.
    pub(crate) fn commit(self) -> Result<(), Failure> {
        let Self { file, path } = self;
        let cannot = |cause: &io::Error| Failure::io("cannot-write", &path, cause);
        file.as_file().sync_all().map_err(|cause| cannot(&cause))?;
        file.persist_noclobber(&path)
            .map_err(|cause| match cause.error.kind() {
                io::ErrorKind::AlreadyExists => file_exists(&path),
                _ => cannot(&cause.error),
            })?;
        sync_directory(parent(&path))
    }

    /// Makes the bytes durable, then puts them in the place of what had the name: after a crash it
    /// is the old file or the new one.
    pub(crate) fn commit_over(self) -> Result<(), Failure> {
        let Self { file, path } = self;
        let cannot = |cause: &io::Error| Failure::io("cannot-write", &path, cause);
        file.as_file().sync_all().map_err(|cause| cannot(&cause))?;
        file.persist(&path).map_err(|cause| cannot(&cause.error))?;
        sync_directory(parent(&path))
    }
}

/// Writes a new file durably. Never overwrites.
pub(crate) fn write_new(path: &Path, bytes: &[u8], privacy: Privacy) -> Result<(), Failure> {
    let mut pending = PendingFile::create(path, privacy)?;
    let written = pending.file().write_all(bytes);
    written.map_err(|cause| Failure::io("cannot-write", path, &cause))?;
    pending.commit()
}

/// Replaces a file of our own whole and durably: after a crash it is the old one or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8], privacy: Privacy) -> Result<(), Failure> {
    let mut pending = PendingFile::create_hidden(path, privacy)?;
    let written = pending.file().write_all(bytes);
    written.map_err(|cause| Failure::io("cannot-write", path, &cause))?;
    pending.commit_over()
}

/// Adds a line to a file of our own, durably. What a crash left without its line's end stays a line
/// of its own, which no reader takes for more than it is.
pub(crate) fn append_line(path: &Path, line: &str) -> Result<(), Failure> {
    let cannot = |cause: &io::Error| Failure::io("cannot-write", path, cause);
    let mut file = OpenOptions::new()
        .create(true)
        .read(true)
        .append(true)
        .open(path)
        .map_err(|cause| cannot(&cause))?;
    let length = file.metadata().map_err(|cause| cannot(&cause))?.len();
    let mut bytes = Vec::with_capacity(line.len() + 2);
    if length > 0 {
        let mut last = [0_u8];
        file.seek(SeekFrom::Start(length - 1))
            .and_then(|_| file.read_exact(&mut last))
            .map_err(|cause| cannot(&cause))?;
        if last != *b"\n" {
            bytes.push(b'\n');
        }
    }
    bytes.extend_from_slice(line.as_bytes());
    bytes.push(b'\n');
    file.write_all(&bytes)
        .and_then(|()| file.sync_all())
        .map_err(|cause| cannot(&cause))?;
    sync_directory(parent(path))
}

/// Takes away a file of our own that has done its work.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|cause| Failure::io("cannot-write", path, &cause))?;
    sync_directory(parent(path))
}

/// Refuses when something stands under this name already.
pub(crate) fn refuse_existing(path: &Path) -> Result<(), Failure> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(file_exists(path)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(Failure::io("cannot-read", path, &cause)),
    }
}

fn not_created(path: &Path, cause: &io::Error) -> Failure {
    match cause.kind() {
        io::ErrorKind::NotFound => Failure::io("no-folder", path, cause),
        _ => Failure::io("cannot-write", path, cause),
    }
}

fn file_exists(path: &Path) -> Failure {
    Failure::new(Exit::Environment, "file-exists").with("path", shown(path))
}

/// A folder that gets its name only by [`PendingFolder::commit`]; dropped before, nothing remains.
pub(crate) struct PendingFolder {
    folder: TempDir,
    path: PathBuf,
}

impl PendingFolder {
    /// Begins a hidden folder beside its later name, which must be free or an empty folder.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        refuse_full_folder(path)?;
        let mut builder = Builder::new();
        builder.prefix(HIDDEN_PREFIX).suffix(HIDDEN_SUFFIX);
        set_folder_mode(&mut builder);
        let folder = builder
            .tempdir_in(parent(path))
            .map_err(|cause| not_created(path, &cause))?;
        Ok(Self {
            folder,
            path: path.to_owned(),
        })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Makes the names durable, then gives the folder its own.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the file that gives names"
    )]
    pub(crate) fn commit(self) -> Result<(), Failure> {
        let Self { folder, path } = self;
        let cannot = |cause: &io::Error| Failure::io("cannot-write", &path, cause);
        for entry in walkdir::WalkDir::new(folder.path()).follow_links(false) {
            let entry = entry.map_err(|cause| cannot(&cause.into()))?;
            if entry.file_type().is_dir() {
                sync_directory(entry.path())?;
            }
        }
        // Where renaming onto an empty folder is not known, the empty one makes way first.
        if cfg!(windows) && path.exists() {
            fs::remove_dir(&path).map_err(|cause| cannot(&cause))?;
        }
        fs::rename(folder.path(), &path).map_err(|cause| match cause.kind() {
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists => folder_full(&path),
            _ => cannot(&cause),
        })?;
        // It lies under its own name now; there is nothing to clean up.
        let _ = folder.keep();
        sync_directory(parent(&path))
    }
}

/// Refuses a folder that holds something; one that is not there yet is fine.
pub(crate) fn refuse_full_folder(path: &Path) -> Result<(), Failure> {
    match fs::read_dir(path) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(folder_full(path)),
        },
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(cause) if cause.kind() == io::ErrorKind::NotADirectory => Err(file_exists(path)),
        Err(cause) => Err(Failure::io("cannot-read", path, &cause)),
    }
}

fn folder_full(path: &Path) -> Failure {
    Failure::new(Exit::Environment, "folder-not-empty").with("path", shown(path))
}

/// Makes a folder that only its owner can enter; one that exists already is left as it is.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The bare rename of the system, for the doctor, which tries what it does.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the file that gives names"
)]
pub(crate) fn rename_trial(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Makes a folder as the system's default has it.
pub(crate) fn create_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|cause| Failure::io("cannot-write", path, &cause))
}

/// Creates a private file inside a folder of ours, which must not hold it yet.
pub(crate) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Refuses a secret that others on this machine can read.
///
/// On Windows the folder's access list decides, which `spec/cli-contract.md` §5 tells to set.
pub(crate) fn require_owner_only(path: &Path) -> Result<(), Failure> {
    require_closed_to(path, 0o077)
}

/// Refuses a secret that everybody on this machine can read.
pub(crate) fn require_closed_to_others(path: &Path) -> Result<(), Failure> {
    require_closed_to(path, 0o007)
}

fn require_closed_to(path: &Path, rights: u32) -> Result<(), Failure> {
    let file = open(path)?;
    let metadata = file
        .metadata()
        .map_err(|cause| Failure::io("cannot-read", path, &cause))?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
        if mode & rights != 0 {
            return Err(Failure::new(Exit::Keys, "readable-by-others")
                .with("path", shown(path))
                .with("mode", format!("{:03o}", mode & 0o777)));
        }
    }
    let _ = (metadata, rights);
    Ok(())
}

fn shown(path: &Path) -> String {
    crate::failure::shown(path)
}

#[cfg(unix)]
fn set_mode(builder: &mut Builder<'_, '_>, privacy: Privacy) {
    use std::os::unix::fs::PermissionsExt;
    let mode = match privacy {
        Privacy::Public => 0o666,
        Privacy::OwnerOnly => 0o600,
    };
    builder.permissions(fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn set_mode(_: &mut Builder<'_, '_>, _: Privacy) {}

#[cfg(unix)]
fn set_folder_mode(builder: &mut Builder<'_, '_>) {
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
}

#[cfg(not(unix))]
fn set_folder_mode(_: &mut Builder<'_, '_>) {}

/// Makes names in a folder durable. Windows does so by itself and cannot open folders.
fn sync_directory(path: &Path) -> Result<(), Failure> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(|cause| Failure::io("cannot-write", path, &cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_and_nothing_remains_of_what_was_dropped() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.txt");
        write_new(&path, b"first", Privacy::Public).expect("a new file");
        let again = write_new(&path, b"second", Privacy::Public).expect_err("it exists");
        assert_eq!(again.code(), "file-exists");
        drop(PendingFile::create(
            &folder.path().join("b.txt"),
            Privacy::Public,
        ));
        drop(PendingFolder::create(&folder.path().join("c")));
        assert_eq!(fs::read(&path).expect("the file"), b"first");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_folder_gets_its_name_only_when_the_name_is_free_or_empty() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("opened");
        fs::create_dir(&path).expect("an empty folder");
        let pending = PendingFolder::create(&path).expect("a pending folder");
        fs::write(pending.path().join("list.csv"), "x").expect("a file");
        pending.commit().expect("the name");
        assert!(path.join("list.csv").is_file());
        let full = PendingFolder::create(&path).err().expect("it is not empty");
        assert_eq!(full.code(), "folder-not-empty");
    }

    #[cfg(unix)]
    #[test]
    fn secrets_that_others_can_read_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("identity.txt");
        write_new(&path, b"secret", Privacy::OwnerOnly).expect("a new file");
        assert!(require_owner_only(&path).is_ok());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("rights");
        assert_eq!(
            require_owner_only(&path)
                .expect_err("group may read")
                .code(),
            "readable-by-others"
        );
    }
}

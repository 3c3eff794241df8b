//! The folders, and the only renames in them (spec/folders-v1.md).
//!
//! A name in the drop folder is data of strangers: it is never joined to a path, except to claim
//! the one directory entry that a scan has just seen.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use posthorse_ledger::ClaimId;
use posthorse_package::{Digest, PartyId};

use crate::error::{Critical, state};

const CLAIMED: &str = ".claimed";
const KEPT: &str = ".quarantine";
const ITEM: &str = "item";
const PACKAGE: &str = "package";

/// The two trees: the drop folder that everybody shares, and the bureau's own state.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    drop: PathBuf,
    state: PathBuf,
}

/// Holds the state folder for one daemon; dropping it, or dying, lets go.
#[derive(Debug)]
pub(crate) struct StateLock {
    _file: File,
}

/// What became of an attempt to claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claimed {
    /// It is ours.
    Yes,
    /// It had gone when we reached for it.
    Gone,
}

impl Folders {
    pub(crate) fn new(drop: &Path, state: &Path) -> Self {
        Self {
            drop: drop.to_owned(),
            state: state.to_owned(),
        }
    }

    pub(crate) fn inbox(&self) -> PathBuf {
        self.drop.join("inbox")
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.state.join("ledger.sqlite")
    }

    pub(crate) fn outbox(&self, party: &PartyId) -> PathBuf {
        self.drop.join("outbox").join(party.as_str())
    }

    /// Where claimed things lie until their end, inside the share: a rename cannot leave it.
    pub(crate) fn claimed(&self) -> PathBuf {
        self.inbox().join(CLAIMED)
    }

    pub(crate) fn claimed_item(&self, claim: &ClaimId) -> PathBuf {
        self.claimed().join(claim.as_str()).join(ITEM)
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.state.join("work")
    }

    pub(crate) fn work_of(&self, claim: &ClaimId) -> PathBuf {
        self.work().join(claim.as_str())
    }

    /// The private copy of a claimed file: what everything after the claim judges.
    pub(crate) fn private_copy(&self, claim: &ClaimId) -> PathBuf {
        self.work_of(claim).join(PACKAGE)
    }

    pub(crate) fn staged(&self) -> PathBuf {
        self.work().join("staged")
    }

    pub(crate) fn staged_file(&self, digest: &Digest) -> PathBuf {
        self.staged().join(hex(digest))
    }

    pub(crate) fn sent_file(&self, digest: &Digest) -> PathBuf {
        self.state.join("archive/sent").join(hex(digest))
    }

    pub(crate) fn archived_file(&self, month: &str, digest: &Digest) -> PathBuf {
        let (year, month) = month.split_at(4);
        let name = format!("{}.xpkg", hex(digest));
        self.state.join("archive").join(year).join(month).join(name)
    }

    pub(crate) fn quarantined(&self, claim: &ClaimId) -> PathBuf {
        self.state.join("quarantine").join(claim.as_str())
    }

    /// Takes the state folder for this process.
    pub(crate) fn lock(&self) -> Result<StateLock, Critical> {
        make_private(&self.state).map_err(state("make the state folder"))?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.state.join("daemon.lock"))
            .map_err(state("open the lock file"))?;
        match file.try_lock() {
            Ok(()) => Ok(StateLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Critical::Locked {
                state: self.state.clone(),
            }),
            Err(TryLockError::Error(source)) => Err(Critical::State {
                doing: "lock the state folder",
                source,
            }),
        }
    }

    /// Makes what is missing. The drop folder's own root is never made: an unmounted share would
    /// look like an empty one.
    pub(crate) fn prepare(&self) -> Result<(), Critical> {
        for name in ["work/staged", "archive/sent", "quarantine"] {
            make_private(&self.state.join(name)).map_err(state("make the state folders"))?;
        }
        let is_mounted = self.inbox().is_dir() || self.drop.join("registry").is_dir();
        if !is_mounted {
            return Err(Critical::DropMissing {
                drop: self.drop.clone(),
            });
        }
        for name in ["registry", "inbox", "outbox", "log"] {
            let made = fs::create_dir_all(self.drop.join(name));
            made.map_err(|source| Critical::Drop {
                doing: "make the drop folders",
                source,
            })?;
        }
        make_private(&self.claimed()).map_err(|source| Critical::Drop {
            doing: "make the folder of claims",
            source,
        })
    }

    /// Claims what has this name in the inbox, by one rename.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn claim(&self, name: &OsStr, claim: &ClaimId) -> io::Result<Claimed> {
        let folder = self.claimed().join(claim.as_str());
        make_private(&folder)?;
        match fs::rename(self.inbox().join(name), folder.join(ITEM)) {
            Ok(()) => Ok(Claimed::Yes),
            Err(error) => {
                fs::remove_dir(&folder)?;
                match error.kind() {
                    io::ErrorKind::NotFound => Ok(Claimed::Gone),
                    _ => Err(error),
                }
            }
        }
    }

    /// Takes a claim's folder away, with the item, whose bytes are safe elsewhere by now.
    pub(crate) fn remove_claimed(&self, claim: &ClaimId) -> io::Result<()> {
        match fs::remove_file(self.claimed_item(claim)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        match fs::remove_dir(self.claimed().join(claim.as_str())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Moves a private copy into the archive, under the digest of its bytes.
    pub(crate) fn archive(
        &self,
        claim: &ClaimId,
        month: &str,
        digest: &Digest,
    ) -> Result<(), Critical> {
        let target = self.archived_file(month, digest);
        if let Some(folder) = target.parent() {
            make_private(folder).map_err(state("make a folder of the archive"))?;
        }
        move_synced(&self.private_copy(claim), &target, "archive a package")
    }

    /// Moves the private copy of a claimed file into quarantine.
    pub(crate) fn quarantine_copy(&self, claim: &ClaimId) -> Result<(), Critical> {
        let folder = self.quarantined(claim);
        make_private(&folder).map_err(state("make a folder in quarantine"))?;
        move_synced(
            &self.private_copy(claim),
            &folder.join(ITEM),
            "put a file into quarantine",
        )
    }

    /// Moves a claimed thing into quarantine as it is, without looking into it or following it.
    /// Where state is on another disk than the share, it stays on the share, out of the inbox.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn quarantine_item(&self, claim: &ClaimId) -> Result<(), io::Error> {
        let item = self.claimed_item(claim);
        let folder = self.quarantined(claim);
        make_private(&folder)?;
        match fs::rename(&item, folder.join(ITEM)) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                fs::remove_dir(&folder)?;
                let kept = self.inbox().join(KEPT).join(claim.as_str());
                make_private(&kept)?;
                fs::rename(&item, kept.join(ITEM))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// Gives a finished file in the staging folder its name, which is its digest.
    pub(crate) fn stage(&self, unnamed: &Path, digest: &Digest) -> Result<(), Critical> {
        move_synced(unnamed, &self.staged_file(digest), "stage a file")
    }

    /// Keeps what was published.
    pub(crate) fn keep_sent(&self, digest: &Digest) -> Result<(), Critical> {
        let staged = self.staged_file(digest);
        if !staged.exists() {
            return Ok(());
        }
        move_synced(&staged, &self.sent_file(digest), "keep a sent file")
    }

    /// Shows a finished file in an outbox under its name.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn publish(&self, hidden: &Path, target: &Path) -> io::Result<()> {
        fs::rename(hidden, target)
    }

    /// Moves whatever occupies one of our names in an outbox into quarantine.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn evict(&self, target: &Path, claim: &ClaimId) -> io::Result<()> {
        let kept = self.inbox().join(KEPT).join(claim.as_str());
        make_private(&kept)?;
        fs::rename(target, kept.join(ITEM))
    }

    /// Puts a new trusted version of the registry in the place of the old one.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn pin_registry(&self, target: &Path, bytes: &[u8]) -> Result<(), Critical> {
        let hidden = target.with_extension("json.new");
        fs::write(&hidden, bytes).map_err(state("write the trusted registry"))?;
        let file = File::open(&hidden).map_err(state("open the trusted registry"))?;
        sync(&file)?;
        fs::rename(&hidden, target).map_err(state("pin the trusted registry"))?;
        sync_parent(target)
    }
}

/// A digest's 64 hexadecimal digits, as a file name.
fn hex(digest: &Digest) -> String {
    digest
        .to_string()
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Moves within the state folder and makes the move durable. A move already made is no error:
/// the last run may have died right after it.
#[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
fn move_synced(from: &Path, to: &Path, doing: &'static str) -> Result<(), Critical> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && to.exists() => {}
        Err(source) => return Err(Critical::State { doing, source }),
        Ok(()) => {}
    }
    sync_parent(to)?;
    sync_parent(from)
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

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
    let flushed = File::open(folder).and_then(|folder| folder.sync_all());
    match flushed {
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

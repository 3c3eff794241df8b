//! The folders, and the only renames in them (spec/folders-v1.md).
//!
//! A name in the drop folder is data of strangers: it is never joined to a path, except to claim
//! the one directory entry that a scan has just seen.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use posthorse_ledger::ClaimId;
use posthorse_package::{Digest, PartyId};

use crate::durable::{make_lasting, make_private, sync, sync_parent};
use crate::error::{Critical, Failure, PerPackage, share, state};
use crate::private_copy::EntryKind;

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

    /// Where the operator puts rosters to be screened: the bureau's own disk, never the share.
    pub(crate) fn rosters(&self) -> PathBuf {
        self.state.join("rosters")
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

    /// Where evidence stands that took the place of an archived file.
    pub(crate) fn evidence_of(archived: &Path) -> PathBuf {
        archived.with_extension("evidence.json")
    }

    /// Where a deletion record is kept.
    pub(crate) fn kept_deletion(&self, number: u64) -> PathBuf {
        let folder = self.state.join("archive/deletions");
        folder.join(format!("{number:06}.deletion.json"))
    }

    /// Where a deletion record is shown to everybody.
    pub(crate) fn shown_deletion(&self, number: u64) -> PathBuf {
        let folder = self.drop.join("deletions");
        folder.join(format!("{number:06}.deletion.json"))
    }

    /// Where things lie that could not leave the share.
    pub(crate) fn kept_on_share(&self) -> PathBuf {
        self.inbox().join(KEPT)
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
            make_lasting(&self.state.join(name), "make the state folders")?;
        }
        let is_mounted = self.inbox().is_dir() || self.drop.join("registry").is_dir();
        if !is_mounted {
            return Err(Critical::DropMissing {
                drop: self.drop.clone(),
            });
        }
        for name in ["registry", "inbox", "outbox", "log"] {
            let folder = self.drop.join(name);
            if folder.is_dir() {
                continue;
            }
            fs::create_dir_all(folder).map_err(|source| Critical::Drop {
                doing: "make the drop folders",
                source,
            })?;
        }
        make_private(&self.claimed()).map_err(|source| Critical::Drop {
            doing: "make the folder of claims",
            source,
        })?;
        self.require_own_folders()
            .map_err(|PerPackage { doing, source }| Critical::Drop { doing, source })
    }

    /// Refuses to work through a link. Whoever can write on the share could otherwise have the
    /// daemon move files that lie elsewhere.
    pub(crate) fn require_own_folders(&self) -> Result<(), PerPackage> {
        let own = [self.inbox(), self.claimed(), self.drop.join("outbox")];
        for folder in own {
            let found = folder.symlink_metadata();
            found.map_err(share("look at the drop folder"))?;
            if !is_own_folder(&folder) {
                let source = io::Error::new(
                    io::ErrorKind::NotADirectory,
                    "inbox, claims or outbox is not a folder of its own",
                );
                return Err(share("work")(source));
            }
        }
        Ok(())
    }

    /// What lies under a claim, by itself. A claim that is no folder of its own has nothing: what a
    /// link in its place leads to is not ours to read, move or remove.
    pub(crate) fn look_at_claimed(&self, claim: &ClaimId) -> io::Result<EntryKind> {
        if !is_own_folder(&self.claimed().join(claim.as_str())) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let metadata = self.claimed_item(claim).symlink_metadata()?;
        Ok(EntryKind::of(&metadata))
    }

    /// Claims what has this name in the inbox, by one rename.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn claim(&self, name: &OsStr, claim: &ClaimId) -> io::Result<Claimed> {
        let folder = self.claimed().join(claim.as_str());
        make_private(&folder)?;
        if !is_own_folder(&self.claimed()) {
            return Err(io::ErrorKind::NotADirectory.into());
        }
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

    /// Gives a claimed item to another claim.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn reclaim(&self, from: &ClaimId, to: &ClaimId) -> io::Result<()> {
        make_private(&self.claimed().join(to.as_str()))?;
        fs::rename(self.claimed_item(from), self.claimed_item(to))?;
        fs::remove_dir(self.claimed().join(from.as_str()))
    }

    /// Takes the folder of a claim away that came to nothing. What lies in it nevertheless stays.
    pub(crate) fn remove_empty_claim(&self, claim: &ClaimId) -> io::Result<()> {
        match fs::remove_dir(self.claimed().join(claim.as_str())) {
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound
                        | io::ErrorKind::NotADirectory
                        | io::ErrorKind::DirectoryNotEmpty
                ) =>
            {
                Ok(())
            }
            other => other,
        }
    }

    /// Takes a claim's folder away, with the item, whose bytes are safe elsewhere by now. A folder
    /// that somebody put in the item's place is kept under another claim.
    pub(crate) fn remove_claimed(&self, claim: &ClaimId, other: &ClaimId) -> Result<(), Failure> {
        let item = self.claimed_item(claim);
        let remove = share("take a claimed file away");
        match self.look_at_claimed(claim) {
            Ok(EntryKind::Directory) => self.keep_on_share(&item, other)?,
            Ok(_) => fs::remove_file(item).map_err(remove)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(remove(error).into()),
        }
        let removed = self.remove_empty_claim(claim);
        Ok(removed.map_err(share("take a claim's folder away"))?)
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
            make_lasting(folder, "make a folder of the archive")?;
        }
        move_synced(&self.private_copy(claim), &target, "archive a package")
    }

    /// Moves the private copy of a claimed file into quarantine.
    pub(crate) fn quarantine_copy(&self, claim: &ClaimId) -> Result<(), Critical> {
        let folder = self.quarantined(claim);
        make_lasting(&folder, "make a folder in quarantine")?;
        move_synced(
            &self.private_copy(claim),
            &folder.join(ITEM),
            "put a file into quarantine",
        )
    }

    /// Moves a claimed thing into quarantine as it is, without looking into it or following it.
    /// Where state is on another disk than the share, it stays on the share, out of the inbox.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn quarantine_item(&self, claim: &ClaimId) -> Result<(), Failure> {
        let item = self.claimed_item(claim);
        let folder = self.quarantined(claim);
        // What was put away stays what it was, whatever lies under the old claim now.
        let is_done = folder.join(ITEM).symlink_metadata().is_ok();
        if is_done || self.look_at_claimed(claim).is_err() {
            return Ok(());
        }
        make_lasting(&folder, "make a folder in quarantine")?;
        match fs::rename(&item, folder.join(ITEM)) {
            Ok(()) => Ok(sync_parent(&folder.join(ITEM))?),
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                fs::remove_dir(&folder).map_err(state("remove an empty folder"))?;
                self.keep_on_share(&item, claim)
            }
            // The last run has moved it and died before it could say so.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(share("put it into quarantine")(error).into()),
        }
    }

    /// Moves something to where it stays on the share, in nobody's way.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    fn keep_on_share(&self, path: &Path, claim: &ClaimId) -> Result<(), Failure> {
        let quarantine = self.inbox().join(KEPT);
        if quarantine.symlink_metadata().is_ok() && !is_own_folder(&quarantine) {
            // A link or a file: in the inbox it is what any other is that somebody left there.
            let name = format!("quarantine-{}", claim.as_str());
            fs::rename(&quarantine, self.inbox().join(name))
                .map_err(share("clear the place of the quarantine"))?;
        }
        let kept = quarantine.join(claim.as_str());
        make_private(&kept).map_err(share("make a folder in quarantine"))?;
        fs::rename(path, kept.join(ITEM)).map_err(share("put it into quarantine"))?;
        Ok(sync_parent(&kept.join(ITEM))?)
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
    pub(crate) fn evict(&self, target: &Path, claim: &ClaimId) -> Result<(), Failure> {
        self.keep_on_share(target, claim)
    }

    /// Puts a small file of our own, such as a new trusted version of the registry, in the place of
    /// the old one.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn put_in_home(&self, target: &Path, bytes: &[u8]) -> Result<(), Critical> {
        if let Some(folder) = target.parent() {
            crate::bureau::make_folder(folder)?;
        }
        let hidden = target.with_extension("json.new");
        fs::write(&hidden, bytes).map_err(state("write a file of the home"))?;
        let file = File::open(&hidden).map_err(state("open a file of the home"))?;
        sync(&file)?;
        fs::rename(&hidden, target).map_err(state("put a file into the home"))?;
        sync_parent(target)
    }

    /// Keeps a document in the archive: whole under its name, or not at all.
    #[expect(clippy::disallowed_methods, reason = "this is the file that renames")]
    pub(crate) fn keep_document(&self, target: &Path, bytes: &[u8]) -> Result<(), Critical> {
        if let Some(folder) = target.parent() {
            make_lasting(folder, "make a folder of the archive")?;
        }
        let hidden = target.with_extension("json.new");
        fs::write(&hidden, bytes).map_err(state("write a document"))?;
        let file = File::open(&hidden).map_err(state("open a document"))?;
        sync(&file)?;
        fs::rename(&hidden, target).map_err(state("keep a document"))?;
        sync_parent(target)
    }
}

/// Whether something is a folder by itself, and not by what it leads to.
pub(crate) fn is_own_folder(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|metadata| metadata.is_dir())
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
        Ok(()) => {
            sync_parent(to)?;
            sync_parent(from)
        }
        // By now the folder that it came from may have gone too.
        Err(error) if error.kind() == io::ErrorKind::NotFound && to.exists() => sync_parent(to),
        Err(source) => Err(Critical::State { doing, source }),
    }
}

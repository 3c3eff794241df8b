//! Looks at the bureau's own disk: where the ledger lies, who else can read it, who holds it.

use std::fs::{self, OpenOptions, TryLockError};
use std::path::Path;

use posthorse_package::Timestamp;

use super::facts::{Daemon, FileSystem, LedgerKeyFacts, StateFacts, StateStanding, TrialFacts};
use super::mounts;
use super::probe::{count, free_bytes, leftovers, mode};
use super::trial;
use crate::commands::daemon::LEDGER_KEY;
use crate::files;

const MOUNTINFO: &str = "/proc/self/mountinfo";

pub(super) fn look(folder: &Path, home: &Path, now: Timestamp) -> StateFacts {
    let standing = if !folder.is_dir() {
        StateStanding::Missing
    } else {
        match fs::read_dir(folder) {
            Ok(_) => StateStanding::There,
            Err(cause) => StateStanding::Unreadable(cause.to_string()),
        }
    };
    let is_there = standing == StateStanding::There;
    let has_ledger = folder.join("ledger.sqlite").exists();
    StateFacts {
        folder: folder.to_owned(),
        mode: mode(folder),
        file_system: file_system(folder),
        free: free_bytes(folder),
        trial: if is_there {
            trial::try_folder(folder)
        } else {
            TrialFacts::default()
        },
        daemon: daemon(folder),
        ledger_key: ledger_key(home, has_ledger),
        quarantine: count(folder.join("quarantine")),
        leftovers: leftovers(&[folder.to_owned(), folder.join("work/staged")], now),
        standing,
    }
}

fn file_system(folder: &Path) -> FileSystem {
    let existing = folder
        .ancestors()
        .find_map(|path| fs::canonicalize(path).ok());
    let mounts = fs::read_to_string(MOUNTINFO).ok();
    existing
        .zip(mounts)
        .and_then(|(path, mounts)| mounts::file_system_of(&mounts, &path))
        .map_or(FileSystem::Unknown, FileSystem::Known)
}

/// Whether a daemon holds the lock. A shared lock is asked for and given back at once, and no lock
/// file is made.
fn daemon(folder: &Path) -> Daemon {
    let path = folder.join("daemon.lock");
    if !path.exists() {
        return Daemon::Stopped;
    }
    match OpenOptions::new().read(true).open(&path) {
        Err(cause) => Daemon::Unknown(cause.to_string()),
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => Daemon::Stopped,
            Err(TryLockError::WouldBlock) => Daemon::Runs,
            Err(TryLockError::Error(cause)) => Daemon::Unknown(cause.to_string()),
        },
    }
}

fn ledger_key(home: &Path, has_ledger: bool) -> LedgerKeyFacts {
    let path = home.join(LEDGER_KEY);
    if !path.exists() {
        // Where the whole home is missing, that is said already.
        return if has_ledger && home.is_dir() {
            LedgerKeyFacts::Missing(path)
        } else {
            LedgerKeyFacts::NotNeeded
        };
    }
    if let Some(mode) = mode(&path).filter(|mode| mode & 0o077 != 0) {
        return LedgerKeyFacts::OpenToOthers(path, mode);
    }
    match files::read(&path) {
        Ok(bytes) if bytes.len() == 32 => LedgerKeyFacts::Good,
        _ => LedgerKeyFacts::Broken(path),
    }
}

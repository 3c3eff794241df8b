//! Errors in two kinds: what stops the daemon, and what concerns one thing in the inbox.

use std::io;
use std::path::PathBuf;

use posthorse_ledger::LedgerError;
use posthorse_package::{RegistryError, SealError, Timestamp};

/// Why the daemon stopped, or did not start. Nothing was half done: it can be started again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Critical {
    /// Another daemon works with this state folder.
    #[error("another daemon is running on {state}")]
    Locked {
        /// The state folder.
        state: PathBuf,
    },
    /// The drop folder is not there: perhaps the share is not mounted.
    #[error("the drop folder {drop} has no inbox; is the share mounted?")]
    DropMissing {
        /// The drop folder.
        drop: PathBuf,
    },
    /// A folder is another one than at the start, and out of a confined daemon's reach.
    #[error("{path} is another folder than at the start; start the daemon again")]
    Exchanged {
        /// Which one.
        path: PathBuf,
    },
    /// The bureau's own disk failed.
    #[error("cannot {doing}: {source}")]
    State {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// Bytes may not have reached the disk. Trying again could report a false success.
    #[error("cannot flush to disk: {0}")]
    Sync(#[source] io::Error),
    /// The share failed during a single run.
    #[error("cannot {doing} in the drop folder: {source}")]
    Drop {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The pinned registry cannot be read.
    #[error("cannot read the trusted registry {path}: {source}")]
    RegistryUnreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The pinned registry is not one.
    #[error("the trusted registry is not good: {0}")]
    Registry(#[from] RegistryError),
    /// The pinned registry is too old to judge by.
    #[error("the trusted registry expired at {expires}")]
    RegistryExpired {
        /// When.
        expires: Timestamp,
    },
    /// The signing key is not that of a bureau.
    #[error("the signing key does not belong to a bureau in the trusted registry")]
    NotABureau,
    /// A package or receipt of this office could not be made.
    #[error("cannot seal: {0}")]
    Seal(#[from] SealError),
    /// The rules that the registry names cannot be used, and none were in force before.
    #[error("the rules of the registry cannot be used: {detail}")]
    Rules {
        /// The stable code.
        code: &'static str,
        /// Which file, and why.
        detail: String,
    },
    /// The list schemas compiled in are wrong.
    #[error("the list schemas are wrong: {0}")]
    Schemas(String),
    /// A list or workbook could not be written.
    #[error("cannot write a list: {0}")]
    ListOutput(String),
    /// The share or a reader of the ledger is in the way of what must be removed.
    #[error("what was deleted could not be removed everywhere yet")]
    DeletionUnfinished,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

impl Critical {
    /// Whether a disk failed. Then no package did it, and none must be put away for it.
    pub(crate) fn is_the_disks_fault(&self) -> bool {
        match self {
            Self::Sync(_) | Self::Ledger(LedgerError::Store(_) | LedgerError::Busy) => true,
            Self::State { source, .. } => is_full_or_broken(source),
            _ => false,
        }
    }

    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked { .. } => "daemon-locked",
            Self::DropMissing { .. } => "drop-missing",
            Self::Exchanged { .. } => "folder-exchanged",
            Self::State { .. } => "state-failed",
            Self::Sync(_) => "sync-failed",
            Self::Drop { .. } => "drop-failed",
            Self::Ledger(error) => error.code(),
            Self::RegistryUnreadable { .. } => "registry-unreadable",
            Self::Registry(error) => error.refusal().code(),
            Self::RegistryExpired { .. } => "registry-expired",
            Self::NotABureau => "not-a-bureau",
            Self::Seal(_) => "seal-failed",
            Self::Rules { code, .. } => code,
            Self::Schemas(_) => "schemas-wrong",
            Self::ListOutput(_) => "list-output-failed",
            Self::DeletionUnfinished => "deletion-unfinished",
            Self::NoRandomness => "no-randomness",
        }
    }
}

/// What kept the daemon from one thing in the drop folder; the next scan tries again.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing}: {source}")]
pub(crate) struct PerPackage {
    pub(crate) doing: &'static str,
    pub(crate) source: io::Error,
}

/// Either kind.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Critical(#[from] Critical),
    #[error(transparent)]
    PerPackage(#[from] PerPackage),
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::Critical(error.into())
    }
}

/// Whether a disk has no room, takes nothing, or does not give back what it has.
fn is_full_or_broken(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    #[cfg(unix)]
    let is_broken = error.raw_os_error() == Some(libc::EIO);
    #[cfg(not(unix))]
    let is_broken = false;
    is_broken
        || matches!(
            error.kind(),
            StorageFull | QuotaExceeded | ReadOnlyFilesystem
        )
}

/// Turns an error of the bureau's own disk into one that stops the daemon.
pub(crate) fn state(doing: &'static str) -> impl FnOnce(io::Error) -> Critical {
    move |source| Critical::State { doing, source }
}

/// Turns an error of the share into one that concerns the thing in hand.
pub(crate) fn share(doing: &'static str) -> impl FnOnce(io::Error) -> PerPackage {
    move |source| PerPackage { doing, source }
}

//! What was seen, before anybody judges it.

use std::path::PathBuf;

use posthorse_daemon::{Barrier, Required};
use posthorse_package::{ContactForm, Party, Recipient, Timestamp, VerifyingKey};

/// Everything that the doctor looked at.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) now: Timestamp,
    pub(crate) settings: Option<SettingsFacts>,
    pub(crate) home: Option<HomeFacts>,
    pub(crate) share: Option<ShareFacts>,
    pub(crate) state: Option<StateFacts>,
    pub(crate) process: Option<ProcessFacts>,
    /// The years that the work calendar knows, where a daemon works out deadlines by it.
    pub(crate) calendar: Option<Vec<i16>>,
    /// Why the rules that the trusted registry names cannot be used.
    pub(crate) rules_fault: Option<(PathBuf, String)>,
    pub(crate) console: Console,
}

/// A document that was looked for.
#[derive(Debug, Clone)]
pub(crate) enum Document<T> {
    Missing,
    /// It is there and is not what it should be, for this reason.
    Broken(String),
    Good(T),
}

/// The daemon's settings.
#[derive(Debug, Clone)]
pub(crate) struct SettingsFacts {
    pub(crate) path: PathBuf,
    pub(crate) fault: Option<SettingsFault>,
    /// The keys whose folders do not begin at the root.
    pub(crate) relative: Vec<&'static str>,
}

/// Why settings cannot be used.
#[derive(Debug, Clone)]
pub(crate) enum SettingsFault {
    Missing,
    Unreadable(String),
    Syntax(String),
    UnknownKey(String),
    MissingKey(String),
    OutOfRange(String),
    Overlap { one: String, other: String },
}

/// An office's home folder.
#[derive(Debug, Clone)]
pub(crate) struct HomeFacts {
    pub(crate) folder: PathBuf,
    pub(crate) standing: HomeStanding,
    /// The rights of `keys/`, where the system has such rights.
    pub(crate) keys_mode: Option<u32>,
    pub(crate) form: Document<ContactForm>,
    pub(crate) signing: SecretFacts<VerifyingKey>,
    pub(crate) identity: SecretFacts<Vec<Recipient>>,
    pub(crate) registry: Document<RegistryFacts>,
    pub(crate) sequence: Document<()>,
    /// The passphrase file, with its rights, when others may read it.
    pub(crate) open_passphrase_file: Option<(PathBuf, u32)>,
    pub(crate) leftovers: Vec<PathBuf>,
}

/// What kind of folder a home is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HomeStanding {
    Missing,
    /// A folder with neither keys nor a contact form.
    SomethingElse,
    Home,
}

/// A secret file.
#[derive(Debug, Clone)]
pub(crate) struct SecretFacts<T> {
    pub(crate) path: PathBuf,
    /// The same secret kept a second time, with the other protection.
    pub(crate) twin: Option<PathBuf>,
    pub(crate) content: Secret<T>,
}

/// What could be seen of a secret. The secret itself never leaves the probe.
#[derive(Debug, Clone)]
pub(crate) enum Secret<T> {
    Missing,
    Unreadable(String),
    /// Others may read it, by these rights; it was not opened.
    OpenToOthers(u32),
    Broken(String),
    /// Under a passphrase that was not given.
    Locked,
    WrongPassphrase,
    /// In the clear, for the owner alone.
    Plain(T),
    /// Under a passphrase that was given.
    Protected(T),
}

impl<T> Secret<T> {
    /// The public half, where the secret could be opened.
    pub(crate) fn public(&self) -> Option<&T> {
        match self {
            Secret::Plain(public) | Secret::Protected(public) => Some(public),
            _ => None,
        }
    }
}

/// The registry that an office trusts.
#[derive(Debug, Clone)]
pub(crate) struct RegistryFacts {
    pub(crate) path: PathBuf,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires: Timestamp,
    /// What it says of this office.
    pub(crate) own: Option<Party>,
}

/// The shared folder.
#[derive(Debug, Clone)]
pub(crate) struct ShareFacts {
    pub(crate) folder: PathBuf,
    pub(crate) standing: ShareStanding,
    /// Which of its usual folders are missing.
    pub(crate) missing: Vec<&'static str>,
    pub(crate) registry_path: PathBuf,
    pub(crate) registry: Document<Relation>,
    pub(crate) trial: TrialFacts,
    pub(crate) free: Option<u64>,
    /// The file with the latest time, and that time.
    pub(crate) newest: Option<(PathBuf, Timestamp)>,
    /// What has lain in the inbox for too long.
    pub(crate) old: Vec<PathBuf>,
    pub(crate) leftovers: Vec<PathBuf>,
    pub(crate) quarantine: Option<(PathBuf, usize)>,
    pub(crate) claims: Option<(PathBuf, usize)>,
}

/// What kind of folder the share is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ShareStanding {
    Missing,
    Unreadable(String),
    /// There, without `inbox` and `registry`: a mount point with nothing mounted looks like that.
    NotMounted,
    Drop,
}

/// How the share's registry stands to the trusted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Nothing to compare with.
    Unknown,
    Same,
    /// The next version, vouched for by the trusted one.
    Newer {
        version: u64,
    },
    /// Later than the next one: versions in between are missing here.
    Gap {
        version: u64,
    },
    Older {
        version: u64,
    },
    /// Another history: the same or the next number, and not vouched for.
    Forked {
        version: u64,
    },
}

/// What came of writing, syncing and renaming in a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct TrialFacts {
    /// Where it was tried; none when it was not.
    pub(crate) folder: Option<PathBuf>,
    pub(crate) faults: Vec<TrialFault>,
    /// The time that the file system gave to the trial's file.
    pub(crate) stamped: Option<Timestamp>,
}

/// What a folder does not do as it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TrialFault {
    NotWritable(String),
    NotSynced(String),
    LosesBytes,
    NoExclusiveCreate,
    NoRename(String),
    RenameNotAtomic,
    LocksDoNotHold,
    FoldsCase,
    NoLongNames,
    NoChineseNames,
    Left(String),
}

/// The bureau's state folder.
#[derive(Debug, Clone)]
pub(crate) struct StateFacts {
    pub(crate) folder: PathBuf,
    pub(crate) standing: StateStanding,
    pub(crate) mode: Option<u32>,
    pub(crate) file_system: FileSystem,
    pub(crate) free: Option<u64>,
    pub(crate) trial: TrialFacts,
    pub(crate) daemon: Daemon,
    /// Where the ledger's key should be, when there is a ledger.
    pub(crate) ledger_key: LedgerKeyFacts,
    pub(crate) quarantine: Option<(PathBuf, usize)>,
    pub(crate) leftovers: Vec<PathBuf>,
}

/// The process that the daemon is, or would be.
#[derive(Debug, Clone)]
pub(crate) struct ProcessFacts {
    /// The state folder, when it is root's: a daemon writes what is its own.
    pub(crate) owned_by_root: Option<PathBuf>,
    pub(crate) required: Required,
    /// What this machine cannot keep a daemon from.
    pub(crate) missing: Vec<Barrier>,
}

/// What kind of folder the state is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StateStanding {
    Missing,
    Unreadable(String),
    There,
}

/// What lies under the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileSystem {
    /// Its type's name, such as `ext4`.
    Known(String),
    Unknown,
}

/// Whether a daemon holds the state folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Daemon {
    Runs,
    Stopped,
    Unknown(String),
}

/// The key of the ledger's personal fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LedgerKeyFacts {
    /// There is no ledger yet, and so it needs none.
    NotNeeded,
    Missing(PathBuf),
    OpenToOthers(PathBuf, u32),
    /// It has not its 32 bytes.
    Broken(PathBuf),
    Good,
}

/// What the console or the locale can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Console {
    Utf8,
    /// The locale names another encoding, or none.
    Other {
        variable: &'static str,
        value: String,
    },
}

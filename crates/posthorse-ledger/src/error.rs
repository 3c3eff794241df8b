//! What can go wrong with the ledger itself. Bad data never shows here: it is a recorded verdict.

/// Why the ledger did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file was written by a later version of this program.
    #[error("the ledger has schema version {found}; this program knows versions up to {known}")]
    NewerSchema {
        /// The version that the file states.
        found: u32,
        /// The latest version that this program can read.
        known: u32,
    },
    /// The file was written by an earlier version of this program, and is opened to be read only.
    #[error("the ledger has schema version {found}; the daemon brings it to version {known}")]
    OlderSchema {
        /// The version that the file states.
        found: u32,
        /// The version that this program reads.
        known: u32,
    },
    /// The file is an SQLite database, but not a ledger.
    #[error("the file is a database of another application")]
    NotALedger,
    /// The key given is not the key under which this ledger was made.
    #[error("the ledger was made under another key")]
    WrongKey,
    /// Somebody else holds the database for longer than the busy timeout.
    #[error("the ledger is in use by another process")]
    Busy,
    /// A stored value cannot be what this program wrote.
    #[error("the ledger holds a damaged {what}")]
    Corrupt {
        /// Which kind of value it is.
        what: &'static str,
    },
    /// A number that SQLite cannot hold.
    #[error("{what} is out of range")]
    OutOfRange {
        /// Which number it is.
        what: &'static str,
    },
    /// A manifest already has its verdict; a second one is never written.
    #[error("this package already has a verdict")]
    AlreadyDecided,
    /// The claim is unknown, or its intake has already ended.
    #[error("no open intake has this claim")]
    NoOpenIntake,
    /// A package was sealed under a sequence number that is no longer the next one.
    #[error("the sealing sequence moved on: {found} is next, not {stated}")]
    SequenceMoved {
        /// The sequence of the sealed package.
        stated: u64,
        /// The sequence that the ledger expects.
        found: u64,
    },
    /// A case that a record refers to does not exist.
    #[error("no such case: {case_id}")]
    NoSuchCase {
        /// The id that was named.
        case_id: String,
    },
    /// A new case's number is no longer the next one.
    #[error("the numbers of cases moved on")]
    CaseNumberMoved,
    /// A deletion's number is no longer the next one.
    #[error("the numbers of deletions moved on")]
    DeletionMoved,
    /// The system's random source or cipher failed.
    #[error("a personal field could not be sealed")]
    Cipher,
    /// The database itself failed.
    #[error("the ledger's database failed: {0}")]
    Store(#[source] rusqlite::Error),
}

impl LedgerError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NewerSchema { .. } => "ledger-newer-schema",
            Self::OlderSchema { .. } => "ledger-older-schema",
            Self::NotALedger => "ledger-foreign-file",
            Self::WrongKey => "ledger-wrong-key",
            Self::Busy => "ledger-busy",
            Self::Corrupt { .. } => "ledger-corrupt",
            Self::OutOfRange { .. } => "ledger-out-of-range",
            Self::AlreadyDecided => "ledger-already-decided",
            Self::NoOpenIntake => "ledger-no-open-intake",
            Self::SequenceMoved { .. } => "ledger-sequence-moved",
            Self::NoSuchCase { .. } => "ledger-no-such-case",
            Self::CaseNumberMoved => "ledger-case-number-moved",
            Self::DeletionMoved => "ledger-deletion-moved",
            Self::Cipher => "ledger-cipher",
            Self::Store(_) => "ledger-store",
        }
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::NotADatabase) => Self::NotALedger,
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt { what: "page" },
            _ => Self::Store(error),
        }
    }
}

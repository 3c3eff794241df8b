//! What can be wrong with a set of kinds, and with the way of a package.

use posthorse_package::{KindName, Role};

use super::document::DataFileError;
use super::kinds::LOG_FLOOR_MONTHS;

/// Why bytes are no set of kinds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KindSetError {
    /// Not such a file at all.
    #[error(transparent)]
    File(#[from] DataFileError),
    /// A kind that stands twice.
    #[error("kinds: {kind} stands twice")]
    Twice {
        /// The kind.
        kind: KindName,
    },
    /// A kind without a title.
    #[error("kinds: {kind} needs a title of 1 to 60 characters")]
    Title {
        /// The kind.
        kind: KindName,
    },
    /// A purpose that is not one Chinese sentence.
    #[error("kinds: the purpose of {kind} must be one Chinese sentence")]
    Purpose {
        /// The kind.
        kind: KindName,
    },
    /// No way, or a way with nobody at one end.
    #[error("kinds: {kind} needs ways with senders and recipients, each role once")]
    Ways {
        /// The kind.
        kind: KindName,
    },
    /// A retention shorter than the law's, or absurdly long.
    #[error("kinds: {kind} is kept {months} months; {floor} to 1200 are permitted")]
    Retention {
        /// The kind.
        kind: KindName,
        /// What the file says.
        months: u16,
        /// The least.
        floor: u16,
    },
    /// Logs that go too early, or absurdly late.
    #[error("kinds: logs are kept {months} months; {LOG_FLOOR_MONTHS} to 1200 are permitted")]
    LogRetention {
        /// What the file says.
        months: u16,
    },
}

/// Why a package of a kind must not go this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressFault {
    /// No role of the sender may send this kind.
    #[error("the sender's role may not send this kind")]
    Sender,
    /// A recipient has no role that may receive this kind from the sender.
    #[error("recipient {position} may not receive this kind from this sender")]
    Recipient {
        /// Which of the recipients, counted from 0.
        position: usize,
    },
    /// A role that must be among the recipients is not.
    #[error("a copy for the {role:?} is missing")]
    Missing {
        /// The role.
        role: Role,
    },
    /// There is no recipient.
    #[error("there is no recipient")]
    Nobody,
}

impl AddressFault {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sender => "kind-sender",
            Self::Recipient { .. } => "kind-recipient",
            Self::Missing { .. } => "kind-recipient-missing",
            Self::Nobody => "kind-no-recipient",
        }
    }
}

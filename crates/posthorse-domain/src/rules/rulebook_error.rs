//! Why files are no rulebook.

use posthorse_package::RuleFileName;

use crate::casework::Disagreement;
use crate::schemas::list_schema::SchemaError;

/// Why these files make no rulebook, or one that cannot follow another.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RulebookError {
    /// Bytes that are none of the files that rules are made of.
    #[error("{file}: none of the files that rules are made of")]
    Unknown {
        /// What it is called.
        file: String,
    },
    /// A file that is given twice.
    #[error("{file} is given twice")]
    Twice {
        /// Which file.
        file: RuleFileName,
    },
    /// A file that says another version of itself than what it is named with.
    #[error("{file} says that it is version {says}, but is named as version {named}")]
    Version {
        /// Which file.
        file: RuleFileName,
        /// What the file says.
        says: u64,
        /// What was said of it.
        named: u64,
    },
    /// A file that breaks a rule of its own page of the specification.
    #[error("{file}: {fault}")]
    Unsound {
        /// Which file.
        file: String,
        /// Where and why.
        #[source]
        fault: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A list's schema that breaks a rule, or describes a list twice. It names its file.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Each is sound, but they contradict each other.
    #[error("the rules contradict each other: {0}")]
    Disagreement(#[from] Disagreement),
    /// A file that goes back to an earlier version, or has another content under the same one.
    #[error("{file}: version {offered} cannot follow version {held}")]
    WentBack {
        /// Which file.
        file: RuleFileName,
        /// The version in force.
        held: u64,
        /// The version offered.
        offered: u64,
    },
    /// A calendar that lacks a year which the one in force has.
    #[error("holidays.json: {0}")]
    Calendar(#[from] crate::CalendarSuccessionError),
}

impl RulebookError {
    pub(crate) fn unsound(
        file: &str,
        fault: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let (file, fault) = (file.to_owned(), fault.into());
        Self::Unsound { file, fault }
    }

    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "rules-unknown-file",
            Self::Twice { .. } => "rules-file-twice",
            Self::Version { .. } => "rules-version",
            Self::Unsound { .. } | Self::Schema(_) => "rules-unsound",
            Self::Disagreement(_) => "rules-disagree",
            Self::WentBack { .. } | Self::Calendar(_) => "rules-version-went-back",
        }
    }
}

//! The exit table (spec/cli-contract.md §2). A number never changes its meaning.

use std::process::ExitCode;

/// How a run of the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for was done, and everything looked at is good.
    Good,
    /// A package, receipt, registry or list is not good: the data's fault.
    Refused,
    /// The command line is not one that the program knows.
    Usage,
    /// A file cannot be read or written, or stands in the way.
    Environment,
    /// A key is missing, unsafely kept, or its passphrase is wrong.
    Keys,
    /// The program's own fault.
    Internal,
}

impl Exit {
    /// The number that the calling program sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Exit::Good => 0,
            Exit::Refused => 1,
            Exit::Usage => 2,
            Exit::Environment => 3,
            Exit::Keys => 4,
            Exit::Internal => 70,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

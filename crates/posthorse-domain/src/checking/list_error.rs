//! What stops the reading of a list: its own fault, or the machine's.

use std::io;

use crate::checking::problem::{Problem, ProblemCode};

/// The program's or the machine's fault; what is wrong with the data is a [`Problem`] instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// The list could not be read.
    #[error("cannot read the list: {0}")]
    Read(#[source] io::Error),
    /// The converted list could not be written.
    #[error("cannot write the list: {0}")]
    Write(#[source] io::Error),
    /// The caller stopped the reading with an error of its own.
    #[error("stopped: {0}")]
    Stopped(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a file ends before its end.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The data's fault: becomes a problem of file level.
    Data(Fault),
    /// Anything else.
    Error(ListError),
}

/// What is wrong with a whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does not open; the reason is a key of `problem_texts.rs`.
    Unreadable(&'static str),
    /// It exceeds a limit.
    TooLarge { what: &'static str, limit: u64 },
    /// Its text cannot be decoded, first on this line.
    Undecodable { line: u64 },
}

impl Fault {
    pub(crate) fn to_problem(&self) -> Problem {
        match self {
            Self::Unreadable(reason) => {
                Problem::new(ProblemCode::Unreadable).with("reason", *reason)
            }
            Self::TooLarge { what, limit } => Problem::new(ProblemCode::TooLarge)
                .with("reason", *what)
                .with("limit", limit.to_string()),
            Self::Undecodable { line } => {
                Problem::new(ProblemCode::Undecodable).with("line", line.to_string())
            }
        }
    }
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Data(fault)
    }
}

impl From<ListError> for Halt {
    fn from(error: ListError) -> Self {
        Self::Error(error)
    }
}

/// An error of a reader: some kinds are how decoders say that the data is wrong.
pub(crate) fn halt_of_io(error: io::Error) -> Halt {
    match error.kind() {
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::InvalidData
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::Unsupported
        | io::ErrorKind::Other => Halt::Data(Fault::Unreadable("damaged")),
        _ => Halt::Error(ListError::Read(error)),
    }
}

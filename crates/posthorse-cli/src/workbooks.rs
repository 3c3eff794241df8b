//! Workbooks on their way to a file: their names, their faults, the annotated copy of a list.

use std::io::{BufWriter, Read, Seek, Write as _};
use std::path::Path;

use posthorse_domain::{
    AnnotateError, Annotated, CheckReport, ListCheck, ListError, WorkbookError,
};

use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{PendingFile, Privacy};

/// Refuses a name that spreadsheet programs would not open by.
pub(crate) fn require_workbook_name(path: &Path) -> Result<(), Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if ending.is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, "not-a-workbook-name").with("path", shown(path)))
}

/// A workbook that could not be written, for want of space or for another reason.
pub(crate) fn cannot_write(path: &Path, error: &WorkbookError) -> Failure {
    match error.io_error() {
        Some(cause) => Failure::io("cannot-write", path, cause),
        None => Failure::new(Exit::Environment, "cannot-write")
            .with("path", shown(path))
            .detail(error),
    }
}

/// What became of the annotated copy that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CopyState {
    Written,
    /// There is nothing that could be copied.
    NothingToCopy,
    /// The list has more rows than a worksheet holds.
    TooLong,
}

/// The annotated copy of a list, which gets its name only when it is whole.
pub(crate) struct AnnotatedCopy<'p> {
    path: &'p Path,
    pending: PendingFile,
}

impl<'p> AnnotatedCopy<'p> {
    /// Begins the copy. Refuses when the name is taken, or is no workbook's.
    pub(crate) fn create(path: &'p Path) -> Result<Self, Failure> {
        require_workbook_name(path)?;
        let pending = PendingFile::create(path, Privacy::OwnerOnly)?;
        Ok(Self { path, pending })
    }

    /// Checks a list and writes the copy; `cannot_check` says which list a fault of reading is about,
    /// and `stopped` whether the run was to stop, before the copy gets its name.
    pub(crate) fn write<R: Read + Seek>(
        mut self,
        check: &ListCheck<'_>,
        source: R,
        cannot_check: impl Fn(&ListError) -> Failure,
        stopped: impl Fn() -> Result<(), Failure>,
    ) -> Result<(CheckReport, CopyState), Failure> {
        let mut out = BufWriter::new(self.pending.file());
        let annotated = check.annotate(source, &mut out);
        let annotated = annotated.map_err(|error| match &error {
            AnnotateError::List(error) => cannot_check(error),
            AnnotateError::Workbook(error) => cannot_write(self.path, error),
            other => Failure::new(Exit::Internal, "internal").detail(other),
        });
        stopped()?;
        out.flush()
            .map_err(|cause| Failure::io("cannot-write", self.path, &cause))?;
        drop(out);
        match annotated? {
            Annotated::Written(report) => {
                self.pending.commit()?;
                Ok((report, CopyState::Written))
            }
            Annotated::Unreadable(report) => Ok((report, CopyState::NothingToCopy)),
            Annotated::TooLong(report) => Ok((report, CopyState::TooLong)),
            _ => Err(Failure::new(Exit::Internal, "internal")),
        }
    }
}

//! What is inside a package, by its kind.

use posthorse_ledger::{NewLead, NewVerification};
use posthorse_package::{Disposition, Opened};

use crate::bureau::Bureau;
use crate::error::Failure;
use crate::intake::Authentic;
use crate::opened_files::OpenedFiles;
use crate::staging::OutgoingFile;

/// What a package comes to.
pub(crate) struct Contents {
    pub(crate) disposition: Disposition,
    pub(crate) code: &'static str,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    pub(crate) leads: Vec<NewLead>,
    pub(crate) verifications: Vec<NewVerification>,
    /// What goes back to the sender, sealed.
    pub(crate) returned: Vec<OutgoingFile>,
}

impl Contents {
    /// Nothing is taken of a package, for this reason.
    pub(crate) fn refused(code: &'static str) -> Self {
        Self {
            disposition: Disposition::Rejected,
            code,
            accepted: 0,
            rejected: 0,
            leads: Vec::new(),
            verifications: Vec::new(),
            returned: Vec::new(),
        }
    }
}

impl Bureau<'_> {
    /// Reads an opened package according to its kind.
    pub(crate) fn read_contents(
        &self,
        package: &Authentic,
        opened: Opened<OpenedFiles>,
    ) -> Result<Contents, Failure> {
        match package.manifest.kind.as_str() {
            _ => Ok(Contents::refused("kind-not-handled")),
        }
    }
}

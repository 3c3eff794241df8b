//! After the ledger's word, the files follow: into the archive, into quarantine, out of the inbox.
//! The same steps run right after a verdict and after a crash, as often as needed.

use std::fs;
use std::io;

use posthorse_ledger::{ClaimId, IntakeEnd, IntakeOutcome, IntakeState, month_of};

use crate::bureau::{Bureau, new_claim};
use crate::error::{Failure, share, state};

impl Bureau<'_> {
    /// Brings the files of an ended intake to where its end says they belong.
    pub(crate) fn settle(&self, claim: &ClaimId) -> Result<(), Failure> {
        let IntakeState::Ended(end) = self.ledger.intake_state(claim)? else {
            return Ok(());
        };
        match end.outcome {
            IntakeOutcome::Released => {
                self.remove_work(claim)?;
                let removed = self.folders.remove_empty_claim(claim);
                return Ok(removed.map_err(share("take a claim's folder away"))?);
            }
            IntakeOutcome::Decided | IntakeOutcome::TurnedAway | IntakeOutcome::Replayed => {
                self.archive(claim, &end)?;
            }
            IntakeOutcome::Quarantined(_) => self.quarantine_files(claim)?,
        }
        self.remove_work(claim)?;
        self.folders.remove_claimed(claim, &new_claim()?)
    }

    fn archive(&self, claim: &ClaimId, end: &IntakeEnd) -> Result<(), Failure> {
        let Some(digest) = &end.file else {
            return Ok(());
        };
        let month = month_of(end.at);
        let is_archived = self.folders.archived_file(&month, digest).exists();
        if self.folders.private_copy(claim).exists() || is_archived {
            return Ok(self.folders.archive(claim, &month, digest)?);
        }
        // The work folder was emptied by hand. The claimed file is all there is: it is kept.
        self.folders.quarantine_item(claim)
    }

    fn quarantine_files(&self, claim: &ClaimId) -> Result<(), Failure> {
        if self.folders.private_copy(claim).exists() {
            self.folders.quarantine_copy(claim)?;
        } else {
            self.folders.quarantine_item(claim)?;
        }
        Ok(())
    }

    /// Removes what the work on a claim left.
    pub(crate) fn remove_work(&self, claim: &ClaimId) -> Result<(), Failure> {
        match fs::remove_dir_all(self.folders.work_of(claim)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(state("empty the work folder")(error).into())
            }
            _ => Ok(()),
        }
    }
}

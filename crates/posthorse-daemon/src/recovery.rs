//! The restart: what the last run left, compared with what the ledger knows.

use std::fs;
use std::io;
use std::path::Path;

use posthorse_ledger::{ClaimId, IntakeState, Secret};
use posthorse_package::Digest;

use crate::bureau::Bureau;
use crate::error::{Critical, Failure, state};
use crate::telemetry;

impl Bureau<'_> {
    /// Settles ended intakes, releases those that never were, and removes orphans. What is open is
    /// left for the first round, which takes it up before anything new.
    pub(crate) fn recover(&mut self) -> Result<(), Critical> {
        let (mut finished, mut again) = (0, 0);
        let mut claims = claims_in(&self.folders.work(), "read the work folder")?;
        claims.extend(claims_in(
            &self.folders.claimed(),
            "read the folder of claims",
        )?);
        claims.sort();
        claims.dedup();
        for claim in claims {
            match self.ledger.intake_state(&claim)? {
                IntakeState::Ended(_) => match self.settle(&claim) {
                    Ok(()) => finished += 1,
                    Err(Failure::PerPackage(cause)) => telemetry::skipped(&cause),
                    Err(Failure::Critical(cause)) => return Err(cause),
                },
                IntakeState::Open => again += 1,
                // The ledger is older than the folders, as after a restored backup: begin anew.
                IntakeState::Unknown => {
                    if self.folders.claimed_item(&claim).symlink_metadata().is_ok() {
                        let name = Secret::new(b"(unknown)".to_vec());
                        self.ledger.begin_intake(&claim, &name, self.now())?;
                        again += 1;
                    }
                }
            }
        }
        self.release_unclaimed()?;
        let orphans = self.remove_orphans()?;
        telemetry::recovered(finished, again, orphans);
        Ok(())
    }

    /// Ends intakes that were written down and then never claimed.
    fn release_unclaimed(&mut self) -> Result<(), Critical> {
        for open in self.ledger.open_intakes()? {
            let item = self.folders.claimed_item(&open.claim);
            match item.symlink_metadata() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.ledger.release_intake(&open.claim, self.now())?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes staged files that the ledger does not know, and moves on those that were published.
    fn remove_orphans(&self) -> Result<usize, Critical> {
        let mut orphans = 0;
        let waiting = self.ledger.unpublished()?;
        let staged = self.folders.staged();
        for entry in fs::read_dir(&staged).map_err(state("read the staging folder"))? {
            let entry = entry.map_err(state("read the staging folder"))?;
            let name = entry.file_name();
            let digest = name
                .to_str()
                .and_then(|name| format!("blake3:{name}").parse::<Digest>().ok());
            match digest {
                Some(digest) if waiting.iter().any(|row| row.outgoing.digest == digest) => {}
                Some(digest) if self.ledger.is_outgoing(&digest)? => {
                    self.folders.keep_sent(&digest)?;
                }
                _ => {
                    fs::remove_file(entry.path()).map_err(state("remove an orphan"))?;
                    orphans += 1;
                }
            }
        }
        Ok(orphans)
    }
}

/// The claims that have a folder here.
fn claims_in(folder: &Path, doing: &'static str) -> Result<Vec<ClaimId>, Critical> {
    let mut claims = Vec::new();
    for entry in fs::read_dir(folder).map_err(state(doing))? {
        let entry = entry.map_err(state(doing))?;
        if let Some(claim) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        {
            claims.push(claim);
        }
    }
    Ok(claims)
}

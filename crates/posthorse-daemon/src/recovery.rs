//! The restart: what the last run left, compared with what the ledger knows.

use std::fs;
use std::io;
use std::path::Path;

use posthorse_ledger::{ClaimId, IntakeOutcome, IntakeState, Secret};
use posthorse_package::Digest;

use crate::bureau::{Bureau, new_claim};
use crate::error::{Critical, Failure, share, state};
use crate::folders::is_own_folder;
use crate::telemetry;

impl Bureau<'_> {
    /// Settles ended intakes, releases those that never were, and removes orphans. What is open is
    /// left for the first round, which takes it up before anything new.
    pub(crate) fn recover(&mut self) -> Result<(), Critical> {
        let finished = self.settle_ended()?;
        let mut again = 0;
        for claim in self.claims_with_files()? {
            match self.ledger.intake_state(&claim)? {
                IntakeState::Ended(_) => {}
                IntakeState::Open => {
                    self.forget_work(&claim)?;
                    again += 1;
                }
                IntakeState::Unknown => {
                    self.forget_work(&claim)?;
                    again += usize::from(self.begin_anew(&claim)?);
                }
            }
        }
        self.release_unclaimed()?;
        let orphans = self.remove_orphans()?;
        telemetry::recovered(finished, again, orphans);
        Ok(())
    }

    /// Brings the files of every ended intake to where they belong: those that a crash, or a share
    /// that failed, has left lying.
    pub(crate) fn settle_ended(&mut self) -> Result<usize, Critical> {
        let mut finished = 0;
        for claim in self.claims_with_files()? {
            let settled = match self.ledger.intake_state(&claim)? {
                IntakeState::Ended(end) if end.outcome == IntakeOutcome::Released => {
                    self.reclaim(&claim).and_then(|()| self.settle(&claim))
                }
                IntakeState::Ended(_) => self.settle(&claim),
                IntakeState::Open | IntakeState::Unknown => continue,
            };
            match settled {
                Ok(()) => finished += 1,
                Err(Failure::PerPackage(cause)) => telemetry::skipped(&cause),
                Err(Failure::Critical(cause)) => return Err(cause),
            }
        }
        Ok(finished)
    }

    /// Takes up what lies under a claim that was given up: the share had said that nothing was
    /// claimed, or that it was gone, and was wrong. The old intake has its end; a new one begins.
    fn reclaim(&mut self, claim: &ClaimId) -> Result<(), Failure> {
        if self.folders.look_at_claimed(claim).is_err() {
            return Ok(());
        }
        let again = new_claim()?;
        let name = Secret::new(b"(unknown)".to_vec());
        self.ledger.begin_intake(&again, &name, self.now())?;
        let reclaimed = self.folders.reclaim(claim, &again);
        Ok(reclaimed.map_err(share("take a claim up again"))?)
    }

    /// The claims that have a folder, of their own or of the work on them.
    fn claims_with_files(&self) -> Result<Vec<ClaimId>, Critical> {
        let mut claims = claims_in(&self.folders.work()).map_err(state("read the work folder"))?;
        match claims_in(&self.folders.claimed()) {
            Ok(claimed) => claims.extend(claimed),
            Err(cause) => telemetry::skipped(&share("read the folder of claims")(cause)),
        }
        claims.sort();
        claims.dedup();
        Ok(claims)
    }

    /// What an attempt that died has opened must not lie about until it is tried again.
    fn forget_work(&self, claim: &ClaimId) -> Result<(), Critical> {
        fs::remove_dir_all(self.folders.work_of(claim))
            .or_else(ignore_missing)
            .map_err(state("empty the work folder"))
    }

    /// Takes up a claim that the ledger does not know: it is older than the folders, as after a
    /// restored backup. Says whether there is anything to take up.
    fn begin_anew(&mut self, claim: &ClaimId) -> Result<bool, Critical> {
        if self.folders.look_at_claimed(claim).is_ok() {
            let name = Secret::new(b"(unknown)".to_vec());
            self.ledger.begin_intake(claim, &name, self.now())?;
            return Ok(true);
        }
        if let Err(cause) = self.folders.remove_empty_claim(claim) {
            telemetry::skipped(&share("take a claim's folder away")(cause));
        }
        Ok(false)
    }

    /// Ends intakes that were written down and then never claimed.
    fn release_unclaimed(&mut self) -> Result<(), Critical> {
        for open in self.ledger.open_intakes()? {
            let found = self.folders.look_at_claimed(&open.claim);
            if found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
                self.ledger.release_intake(&open.claim, self.now())?;
                if let Err(cause) = self.folders.remove_empty_claim(&open.claim) {
                    telemetry::skipped(&share("take a claim's folder away")(cause));
                }
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

fn ignore_missing(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }
}

/// The claims that have a folder here.
fn claims_in(folder: &Path) -> io::Result<Vec<ClaimId>> {
    let mut claims = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let claim = name.to_str().and_then(|name| name.parse().ok());
        // A link among the claims leads to what is not ours.
        if let Some(claim) = claim.filter(|_| is_own_folder(&entry.path())) {
            claims.push(claim);
        }
    }
    Ok(claims)
}

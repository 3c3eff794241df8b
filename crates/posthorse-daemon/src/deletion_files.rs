//! The files of a deletion: evidence takes the place of packages, everything else goes. Each step can
//! be done again, and what the share does not let go now waits for the next round.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

use posthorse_ledger::{ArchivedCopy, ClaimId, UnfinishedDeletion};
use posthorse_package::{Digest, ReadError, Sealed};

use crate::bureau::{Bureau, new_claim};
use crate::deletion_plan::Plan;
use crate::durable;
use crate::error::{Critical, Failure, PerPackage, share, state};
use crate::folders::{Folders, is_own_folder};
use crate::private_copy::{EntryKind, open_regular};
use crate::telemetry;

impl Bureau<'_> {
    /// Removes the files of every deletion that is written down. False where something is in the way.
    pub(crate) fn finish_deletions(&mut self) -> Result<bool, Critical> {
        while let Some(unfinished) = self.ledger.unfinished_deletion()? {
            match self.remove_files(&unfinished) {
                Ok(()) => {}
                Err(Failure::PerPackage(cause)) => {
                    telemetry::skipped(&cause);
                    return Ok(false);
                }
                Err(Failure::Critical(cause)) => return Err(cause),
            }
            if !self.ledger.erase_deleted()? {
                telemetry::ledger_not_erased();
                return Ok(false);
            }
            let now = self.now();
            self.ledger.finish_deletion(unfinished.number, now)?;
        }
        Ok(true)
    }

    fn remove_files(&self, deletion: &UnfinishedDeletion) -> Result<(), Failure> {
        let kept = self.folders.kept_deletion(deletion.number);
        if !kept.exists() {
            self.folders.keep_document(&kept, &deletion.record)?;
        }
        let mut touched = BTreeSet::new();
        for copy in &deletion.copies {
            self.replace_by_evidence(copy, &mut touched)?;
        }
        for claim in &deletion.quarantined {
            let folder = self.folders.quarantined(claim);
            remove_folder(&folder).map_err(state("empty the quarantine"))?;
            touched.extend(folder.parent().map(Path::to_owned));
        }
        for folder in &touched {
            durable::sync_folder(folder)?;
        }
        self.folders.require_own_folders()?;
        for claim in &deletion.quarantined {
            self.remove_kept_on_share(claim)?;
        }
        let mut touched = BTreeSet::new();
        for (party, name) in &deletion.outbox {
            let folder = self.folders.outbox(party);
            if remove_from_outbox(&folder, name)? {
                touched.insert(folder);
            }
        }
        for folder in &touched {
            durable::sync_folder(folder)?;
        }
        self.show_deletion(deletion)
    }

    /// Puts evidence in the place of an archived package, then removes the package.
    fn replace_by_evidence(
        &self,
        copy: &ArchivedCopy,
        touched: &mut BTreeSet<PathBuf>,
    ) -> Result<(), Critical> {
        let (path, file) = match copy {
            ArchivedCopy::Came { month, file } => (self.folders.archived_file(month, file), file),
            ArchivedCopy::Sent { file } => {
                let staged = self.folders.staged_file(file);
                remove_file(&staged).map_err(state("remove a staged file"))?;
                touched.insert(self.folders.staged());
                (self.folders.sent_file(file), file)
            }
        };
        let evidence = Folders::evidence_of(&path);
        match self.evidence_in(&path)? {
            Found::Evidence(bytes) => {
                if !evidence.exists() {
                    self.folders.keep_document(&evidence, &bytes)?;
                }
            }
            Found::Nothing if evidence.exists() => return Ok(()),
            Found::Nothing | Found::Damaged => telemetry::evidence_lost(file),
        }
        remove_file(&path).map_err(state("remove an archived package"))?;
        touched.extend(path.parent().map(Path::to_owned));
        Ok(())
    }

    fn evidence_in(&self, path: &Path) -> Result<Found, Critical> {
        let doing = "read an archived package";
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(state(doing)(error)),
        };
        match Sealed::read(BufReader::new(file), &self.limits) {
            Ok(sealed) => Ok(Found::Evidence(sealed.evidence().to_bytes())),
            Err(ReadError::Io(error)) => Err(state(doing)(error)),
            Err(_) => Ok(Found::Damaged),
        }
    }

    fn remove_kept_on_share(&self, claim: &ClaimId) -> Result<(), PerPackage> {
        let quarantine = self.folders.kept_on_share();
        if !is_own_folder(&quarantine) {
            return Ok(());
        }
        let folder = quarantine.join(claim.as_str());
        remove_folder(&folder).map_err(share("empty the share's quarantine"))
    }

    /// Shows the record in the drop folder, where everybody can read it. Names there are ours alone.
    fn show_deletion(&self, deletion: &UnfinishedDeletion) -> Result<(), Failure> {
        let target = self.folders.shown_deletion(deletion.number);
        let Some(folder) = target.parent() else {
            return Ok(());
        };
        if folder.symlink_metadata().is_ok() && !is_own_folder(folder) {
            self.folders.evict(folder, &new_claim()?)?;
        }
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(share("make the folder of deletion records")(error).into());
            }
            _ => {}
        }
        if is_there(&target, &deletion.record) {
            return Ok(durable::sync_folder(folder)?);
        }
        let hidden = folder.join(format!(".{:06}.new", deletion.number));
        for occupied in [&target, &hidden] {
            if occupied.symlink_metadata().is_ok() {
                self.folders.evict(occupied, &new_claim()?)?;
            }
        }
        let write = || {
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&hidden)?;
            file.write_all(&deletion.record)?;
            Ok(file)
        };
        let file = write().map_err(share("write a deletion record"))?;
        durable::sync(&file)?;
        self.folders
            .publish(&hidden, &target)
            .map_err(share("show a deletion record"))?;
        Ok(durable::sync_folder(folder)?)
    }

    /// Removes what a deletion counts and the ledger has no row for. What a crash leaves of it is
    /// still due the next day.
    pub(crate) fn remove_unrecorded(&self, plan: &Plan) -> Result<(), Critical> {
        for roster in &plan.rosters {
            remove_file(roster).map_err(state("remove a roster"))?;
            durable::sync_parent(roster)?;
        }
        for folder in &plan.evicted {
            if let Err(cause) = remove_folder(folder) {
                telemetry::skipped(&share("empty the share's quarantine")(cause));
            }
        }
        Ok(())
    }
}

/// What there is in the archive of a package that goes.
enum Found {
    /// The package; these are the bytes of its evidence.
    Evidence(Vec<u8>),
    /// Something that is no package any more.
    Damaged,
    Nothing,
}

/// Removes a party's copy under this name. Whatever else somebody has put there is not ours; a link
/// in the place of the outbox is not followed.
fn remove_from_outbox(folder: &Path, name: &str) -> Result<bool, PerPackage> {
    if !is_own_folder(folder) {
        return Ok(false);
    }
    let path = folder.join(name);
    let doing = "take a file out of an outbox";
    match path.symlink_metadata() {
        Ok(metadata) if EntryKind::of(&metadata) == EntryKind::File => {
            remove_file(&path).map_err(share(doing))?;
            Ok(true)
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(share(doing)(error)),
        _ => Ok(false),
    }
}

fn remove_file(path: &Path) -> io::Result<()> {
    ignore_missing(fs::remove_file(path))
}

fn remove_folder(path: &Path) -> io::Result<()> {
    ignore_missing(fs::remove_dir_all(path))
}

fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Whether a file holds exactly these bytes.
fn is_there(path: &Path, bytes: &[u8]) -> bool {
    let Ok(file) = open_regular(path) else {
        return false;
    };
    let found = crate::private_copy::measure(file);
    found.is_ok_and(|(digest, _)| digest == Digest::of(bytes))
}

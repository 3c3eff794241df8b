//! From the ledger's outbox to the parties' folders: as often as it takes, never twice otherwise.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use posthorse_ledger::OutboxRow;

use crate::bureau::{Bureau, new_claim};
use crate::durable;
use crate::error::{Critical, Failure, share, state};
use crate::folders::is_own_folder;
use crate::private_copy::{EntryKind, measure, open_regular};
use crate::telemetry;

impl Bureau<'_> {
    /// Publishes everything that waits. What the share does not take now waits on.
    pub(crate) fn publish_waiting(&mut self) -> Result<(), Critical> {
        for row in self.ledger.unpublished()? {
            match self.publish(&row) {
                Ok(()) => {
                    self.ledger.mark_published(row.number, self.now())?;
                    self.folders.keep_sent(&row.outgoing.digest)?;
                    telemetry::published(&row.outgoing.party, &row.outgoing.digest);
                }
                Err(Failure::PerPackage(cause)) => telemetry::skipped(&cause),
                Err(Failure::Critical(cause)) => return Err(cause),
            }
        }
        Ok(())
    }

    fn publish(&self, row: &OutboxRow) -> Result<(), Failure> {
        let outgoing = &row.outgoing;
        let folder = self.folders.outbox(&outgoing.party);
        self.make_outbox(&folder)?;
        let target = folder.join(&outgoing.file_name);
        match self.occupant(row, &target)? {
            Occupant::None => {}
            Occupant::Same => return Ok(durable::sync_folder(&folder)?),
            Occupant::Other => {
                let claim = new_claim()?;
                self.folders.evict(&target, &claim)?;
            }
        }
        let hidden = folder.join(format!(".{}.new", outgoing.file_name));
        if is_own_folder(&hidden) {
            self.folders.evict(&hidden, &new_claim()?)?;
        }
        if let Err(cause) = self.copy_to_hidden(row, &hidden) {
            // Half a file is no use to anybody; what cannot be removed now is before the next try.
            let _removed = fs::remove_file(&hidden);
            return Err(cause);
        }
        self.folders
            .publish(&hidden, &target)
            .map_err(share("show a file in an outbox"))?;
        Ok(durable::sync_folder(&folder)?)
    }

    /// Makes a party's outbox where there is none. A file in its place is moved out of the way; a
    /// link is not written through.
    fn make_outbox(&self, folder: &Path) -> Result<(), Failure> {
        self.folders.require_own_folders()?;
        let occupant = folder.symlink_metadata();
        match occupant.map(|metadata| EntryKind::of(&metadata)) {
            Ok(EntryKind::Directory) => return Ok(()),
            Ok(EntryKind::Link) => {
                let source = io::Error::new(io::ErrorKind::InvalidInput, "it is a link");
                return Err(share("write into an outbox")(source).into());
            }
            Ok(EntryKind::File | EntryKind::Special) => {
                self.folders.evict(folder, &new_claim()?)?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(share("look at an outbox")(error).into()),
        }
        // Its own folder and no more: where the share is gone, nothing must be made in its place.
        fs::create_dir(folder).map_err(share("make an outbox"))?;
        Ok(durable::sync_parent(folder)?)
    }

    /// Who has the name that we are about to give. Names in an outbox are ours alone.
    fn occupant(&self, row: &OutboxRow, target: &Path) -> Result<Occupant, Failure> {
        let metadata = match target.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupant::None),
            Err(error) => return Err(share("look into an outbox")(error).into()),
        };
        if EntryKind::of(&metadata) != EntryKind::File || metadata.len() != row.outgoing.length {
            return Ok(Occupant::Other);
        }
        // What cannot be read is no receipt to anybody either.
        Ok(match open_regular(target).and_then(measure) {
            Ok((digest, _)) if digest == row.outgoing.digest => Occupant::Same,
            _ => Occupant::Other,
        })
    }

    fn copy_to_hidden(&self, row: &OutboxRow, hidden: &Path) -> Result<(), Failure> {
        let digest = &row.outgoing.digest;
        let mut source = File::open(self.folders.staged_file(digest))
            .or_else(|_| File::open(self.folders.sent_file(digest)))
            .map_err(state("open a file to be published"))?;
        // What the last run left under this name, or somebody's link: the name itself goes.
        match fs::remove_file(hidden) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(share("clear a hidden name")(error).into());
            }
            _ => {}
        }
        let mut copy = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(hidden)
            .map_err(share("write into an outbox"))?;
        io::copy(&mut source, &mut copy).map_err(share("write into an outbox"))?;
        Ok(durable::sync(&copy)?)
    }
}

enum Occupant {
    None,
    Same,
    Other,
}

//! One thing out of the inbox, from its claim to its end (spec/folders-v1.md, section 4).

use std::fs::File;
use std::io;

use posthorse_ledger::{ClaimId, HistoryOf, QuarantineRecord, SequenceStep};
use posthorse_package::{Digest, OpenError, Verified};

use crate::attribution::{Authentic, Checked};
use crate::bureau::{Bureau, make_folder};
use crate::contents::Contents;
use crate::engine::{self, Ruling};
use crate::error::{Failure, share, state};
use crate::opened_files::OpenedFiles;
use crate::private_copy::{self, Copied, EntryKind, PrivateCopy};
use crate::telemetry;

/// What one attempt at a claimed thing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It has its end.
    Ended,
    /// It stays where it is until the next round.
    LookAgain,
}

impl Bureau<'_> {
    /// Brings something claimed to its end, or says that it must be looked at again.
    pub(crate) fn process(&mut self, claim: &ClaimId) -> Result<Outcome, Failure> {
        // What an attempt that died left is not to be trusted.
        self.remove_work(claim)?;
        let attempt = self.ledger.begin_attempt(claim)?;
        if attempt > self.config.limits.attempts {
            return self.quarantine(claim, "poison", None);
        }
        let kind = match self.folders.look_at_claimed(claim) {
            Ok(kind) => kind,
            // Somebody moved it, unless the whole share is gone.
            Err(error)
                if error.kind() == io::ErrorKind::NotFound && self.folders.claimed().is_dir() =>
            {
                self.ledger.release_intake(claim, self.now())?;
                self.settle(claim)?;
                return Ok(Outcome::Ended);
            }
            Err(error) => return Err(share("look at what was claimed")(error).into()),
        };
        match kind {
            EntryKind::Directory => return self.quarantine(claim, "directory", None),
            EntryKind::Link => return self.quarantine(claim, "symbolic-link", None),
            EntryKind::Special => return self.quarantine(claim, "special-file", None),
            EntryKind::File => {}
        }
        make_folder(&self.folders.work_of(claim))?;
        let target = self.folders.private_copy(claim);
        let item = self.folders.claimed_item(claim);
        match private_copy::copy(&item, &target, self.longest_file())? {
            Copied::Whole(copy) => self.judge(claim, copy, attempt),
            Copied::TooLong => {
                // A part of it would be no use to anybody: the thing itself is moved.
                self.remove_work(claim)?;
                self.quarantine(claim, "too-large", None)
            }
        }
    }

    fn judge(
        &mut self,
        claim: &ClaimId,
        copy: PrivateCopy,
        attempt: u32,
    ) -> Result<Outcome, Failure> {
        let received_at = self.now();
        match self.check(claim, &copy, received_at)? {
            Checked::Unattributed(code) => {
                let item = self.folders.claimed_item(claim);
                let may_wait = attempt < self.config.limits.attempts;
                if may_wait && copy.source.has_changed(&item) {
                    // Its sender still writes through an open handle: what was judged is not it.
                    return Ok(Outcome::LookAgain);
                }
                self.quarantine(claim, code, Some(copy.digest))
            }
            Checked::TooFewSignatures(package) => self.turn_away(claim, *package),
            Checked::Refused(package, code) => match self.rule(&package)? {
                Ruling::Replay => self.replay(claim, &package),
                Ruling::Refuse(code) => self.reject(claim, *package, SequenceStep::Stays, code),
                Ruling::Proceed(step) => self.reject(claim, *package, step, code),
            },
            Checked::Good(package, verified) => match self.rule(&package)? {
                Ruling::Replay => self.replay(claim, &package),
                Ruling::Refuse(code) => self.reject(claim, *package, SequenceStep::Stays, code),
                Ruling::Proceed(step) => self.open(claim, *package, *verified, step),
            },
        }
    }

    fn rule(&self, package: &Authentic) -> Result<Ruling, Failure> {
        let manifest = &package.manifest;
        let history = self.ledger.history(HistoryOf {
            manifest: &package.digest,
            sender: &manifest.sender,
            package_id: &manifest.package_id,
            signing_key: &manifest.signing_key,
            sequence: manifest.sequence,
        })?;
        let previous = manifest.previous.as_ref();
        Ok(engine::rule(
            &history,
            &package.digest,
            manifest.sequence,
            previous,
        ))
    }

    /// Decrypts into the work folder and reads what is inside.
    fn open(
        &mut self,
        claim: &ClaimId,
        package: Authentic,
        verified: Verified<File>,
        step: SequenceStep,
    ) -> Result<Outcome, Failure> {
        let recipients = &package.manifest.recipients;
        if !recipients.iter().any(|to| to.party == self.id) {
            return self.reject(claim, package, step, "not-addressed");
        }
        // Two counters under one key: an auditor could not tell them from a forked sequence.
        if package.manifest.signing_key == self.keys.signing.verifying_key().key_id() {
            return self.reject(claim, package, step, "own-key");
        }
        let folder = self.folders.work_of(claim).join("opened");
        let store = OpenedFiles::new(&folder).map_err(state("make a work folder"))?;
        let opened = match verified.open(&self.keys.identities, store) {
            Ok(opened) => opened,
            Err(OpenError::Read(error)) => {
                return Err(state("read a private copy")(error).into());
            }
            Err(OpenError::Store(error)) => {
                return Err(state("write an opened file")(error).into());
            }
            Err(error) => {
                let code = error
                    .refusal()
                    .map_or("payload-damaged", |refusal| refusal.code());
                return self.reject(claim, package, step, code);
            }
        };
        let contents = self.read_contents(&package, opened)?;
        self.decide(claim, package, step, contents)
    }

    fn reject(
        &mut self,
        claim: &ClaimId,
        package: Authentic,
        step: SequenceStep,
        code: &'static str,
    ) -> Result<Outcome, Failure> {
        self.decide(claim, package, step, Contents::refused(code))
    }

    /// Answers a copy that lacks signatures, for itself alone. Anybody can take a signature off: a
    /// verdict on what is left would stand in the way of the whole package, whose manifest it has.
    fn turn_away(&mut self, claim: &ClaimId, package: Authentic) -> Result<Outcome, Failure> {
        if self.rule(&package)? == Ruling::Replay {
            return self.replay(claim, &package);
        }
        if self.ledger.is_turned_away(&package.file)? {
            self.ledger
                .record_turned_away_again(claim, &package.file, self.now())?;
        } else {
            self.answer_copy(claim, &package)?;
        }
        telemetry::turned_away(claim, &package.digest);
        self.summary.rejected += 1;
        self.settle(claim)?;
        Ok(Outcome::Ended)
    }

    fn replay(&mut self, claim: &ClaimId, package: &Authentic) -> Result<Outcome, Failure> {
        self.ledger
            .record_replay(claim, &package.digest, &package.file, self.now())?;
        telemetry::replayed(claim, &package.digest);
        self.summary.replayed += 1;
        self.settle(claim)?;
        Ok(Outcome::Ended)
    }

    fn quarantine(
        &mut self,
        claim: &ClaimId,
        code: &'static str,
        file: Option<Digest>,
    ) -> Result<Outcome, Failure> {
        let record = QuarantineRecord {
            claim: claim.clone(),
            at: self.now(),
            code: code.to_owned(),
            file,
        };
        self.ledger.record_quarantine(&record)?;
        telemetry::quarantined(claim, code);
        self.summary.quarantined += 1;
        self.settle(claim)?;
        Ok(Outcome::Ended)
    }
}

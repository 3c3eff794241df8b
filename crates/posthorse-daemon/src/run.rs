//! The loop: wake, scan, decide, do.

use std::collections::BTreeMap;
use std::time::Duration;

use posthorse_ledger::{ClaimId, IntakeState, Secret, SqliteLedger};

use crate::bureau::{Bureau, BureauKeys, new_claim};
use crate::clock::Clock;
use crate::config::Config;
use crate::confinement::Confined;
use crate::error::{Critical, Failure, PerPackage, share};
use crate::folders::{Claimed, Folders};
use crate::inbox_scan::{self, Candidate, Lingering, Sightings};
use crate::intake::Outcome;
use crate::shutdown::Shutdown;
use crate::telemetry;
use crate::wake::Wake;

/// How long the daemon works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Until everything that lies in the inbox has its end; for a scheduled task.
    Once,
    /// Until it is asked to stop.
    UntilStopped,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunSummary {
    /// Packages of which every row was taken.
    pub accepted: u64,
    /// Packages of which some rows went back.
    pub accepted_in_part: u64,
    /// Packages of which nothing was taken.
    pub rejected: u64,
    /// Packages that came again.
    pub replayed: u64,
    /// Things put away without a receipt.
    pub quarantined: u64,
    /// Packages sealed to counties.
    pub dispatches: u64,
    /// People in them.
    pub dispatched_people: u64,
    /// Gaps that a screening found and that were not open.
    pub gaps: u64,
    /// Packages with the roster in use.
    pub rosters: u64,
    /// Cases that a second look at answers opened.
    pub rechecks: u64,
    /// Cases that went on without the offices that were silent on their last day.
    pub lapsed: u64,
    /// How many ends of cases were told to their sources.
    pub fed_back: u64,
    /// Cases whose last day another calendar or due rule has moved.
    pub moved_clocks: u64,
    /// Packages that urge an office.
    pub urges: u64,
    /// How many withdrawals and corrections were told to those who have the cases.
    pub amendments_told: u64,
    /// Packages whose content was deleted, since it had been kept long enough.
    pub deleted: u64,
    /// What was left in the inbox at the last look.
    pub left: Vec<Lingering>,
}

/// Works as a bureau until it is done or asked to stop.
///
/// Everything it had claimed has its end when it returns; a process that dies instead loses
/// nothing, and the next run takes up where it was.
///
/// # Errors
/// Only what no further package could survive: see [`Critical`].
pub fn run(
    config: &Config,
    keys: &BureauKeys,
    clock: &dyn Clock,
    shutdown: &Shutdown,
    mode: Mode,
) -> Result<RunSummary, Critical> {
    told(work(config, keys, (clock, shutdown), mode, None))
}

/// The same, in a process that has confined itself. It ends as well when one of its folders was
/// exchanged for another, such as a share that was mounted again: a new process can reach that one.
///
/// # Errors
/// As [`run`].
pub fn run_confined(
    config: &Config,
    keys: &BureauKeys,
    (clock, shutdown): (&dyn Clock, &Shutdown),
    mode: Mode,
    confined: &Confined,
) -> Result<RunSummary, Critical> {
    told(work(config, keys, (clock, shutdown), mode, Some(confined)))
}

fn told(result: Result<RunSummary, Critical>) -> Result<RunSummary, Critical> {
    match &result {
        Ok(_) => telemetry::stopped(),
        Err(cause) => telemetry::stopped_by(cause),
    }
    result
}

fn work(
    config: &Config,
    keys: &BureauKeys,
    (clock, shutdown): (&dyn Clock, &Shutdown),
    mode: Mode,
    confined: Option<&Confined>,
) -> Result<RunSummary, Critical> {
    let folders = Folders::new(&config.drop, &config.state);
    let _lock = folders.lock()?;
    folders.prepare()?;
    let ledger = SqliteLedger::open(&folders.ledger(), &keys.ledger)?;
    if confined.is_some() {
        ledger.keep_temporary_files_in(&config.state)?;
    }
    let mut bureau = Bureau::new(config, keys, clock, folders, Box::new(ledger))?;
    telemetry::started(&bureau.id, bureau.registry.document().version);
    bureau.recover()?;
    match mode {
        Mode::Once => {
            while bureau.round(shutdown, mode)? == Progress::Some && !shutdown.is_requested() {}
        }
        Mode::UntilStopped => {
            // Watching begins before the first look, so that nothing falls between them.
            let wake = Wake::new(&bureau.folders.inbox());
            while !shutdown.is_requested() {
                if let Some(path) = confined.and_then(Confined::exchanged) {
                    let path = path.to_owned();
                    return Err(Critical::Exchanged { path });
                }
                let pause = match bureau.round(shutdown, mode)? {
                    Progress::Some => Duration::ZERO,
                    Progress::None => config.scan_interval,
                };
                wake.wait(pause, shutdown);
            }
        }
    }
    Ok(bureau.summary)
}

/// Whether a round found anything to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Some,
    None,
}

/// A share that cannot be worked with now: the next scan tries again, where there is one.
fn unreadable(mode: Mode, cause: PerPackage) -> Result<Progress, Critical> {
    match mode {
        Mode::UntilStopped => {
            telemetry::inbox_unreadable(&cause);
            Ok(Progress::None)
        }
        Mode::Once => Err(Critical::Drop {
            doing: cause.doing,
            source: cause.source,
        }),
    }
}

impl Bureau<'_> {
    /// One look at the inbox and everything that follows from it.
    fn round(&mut self, shutdown: &Shutdown, mode: Mode) -> Result<Progress, Critical> {
        self.refresh_registry()?;
        // Before anything else: nothing is published or settled through a link.
        if let Err(cause) = self.folders.require_own_folders() {
            return unreadable(mode, cause);
        }
        self.publish_waiting()?;
        self.settle_ended()?;
        // Before the inbox, which may ask about people on the roster.
        self.screen_rosters()?;
        let mut progress = Progress::None;
        for open in self.ledger.open_intakes()? {
            if shutdown.is_requested() {
                return Ok(progress);
            }
            if self.take_up(&open.claim)? == Outcome::Ended {
                progress = Progress::Some;
            }
            self.publish_waiting()?;
        }
        let found = match self.look() {
            Ok(found) => found,
            Err(cause) => return unreadable(mode, cause),
        };
        let junk = found
            .junk
            .into_iter()
            .take(self.config.limits.junk_per_scan);
        for candidate in found.packages.into_iter().chain(junk) {
            if shutdown.is_requested() {
                return Ok(progress);
            }
            if self.take_in(&candidate)? == Outcome::Ended {
                progress = Progress::Some;
            }
            self.publish_waiting()?;
        }
        self.recount_clocks(shutdown)?;
        self.dispatch_due(shutdown)?;
        if self.recheck()? | self.send_roster()? | self.count_coverage()? {
            progress = Progress::Some;
        }
        self.hand_over(shutdown)?;
        self.lapse_due()?;
        self.tell_amendments(shutdown)?;
        self.feed_back(shutdown)?;
        self.urge_due(shutdown)?;
        self.delete_due()?;
        self.publish_waiting()?;
        Ok(progress)
    }

    fn look(&mut self) -> Result<Sightings, PerPackage> {
        let hours = u64::from(self.config.limits.report_after_hours);
        let report_after = Duration::from_secs(hours * 3600);
        self.folders.require_own_folders()?;
        let inbox = self.folders.inbox();
        let found = inbox_scan::scan(&inbox, &self.limits, self.now(), report_after)?;
        let mut newly_old: BTreeMap<&'static str, usize> = BTreeMap::new();
        for left in found.lingering.iter().filter(|left| left.is_old) {
            if !self.summary.left.contains(left) {
                *newly_old.entry(left.reason).or_default() += 1;
            }
        }
        for (reason, count) in newly_old {
            telemetry::lingering(reason, count);
        }
        self.summary.left.clone_from(&found.lingering);
        Ok(found)
    }

    /// Claims something and brings it to its end.
    fn take_in(&mut self, candidate: &Candidate) -> Result<Outcome, Critical> {
        let claim = new_claim()?;
        let name = Secret::new(candidate.name.as_encoded_bytes().to_vec());
        self.ledger.begin_intake(&claim, &name, self.now())?;
        match self.folders.claim(&candidate.name, &claim) {
            Ok(Claimed::Yes) => {
                telemetry::claimed(&claim);
                self.take_up(&claim)
            }
            Ok(Claimed::Gone) => {
                self.ledger.release_intake(&claim, self.now())?;
                Ok(Outcome::LookAgain)
            }
            Err(source) => {
                telemetry::skipped(&share("claim from the inbox")(source));
                self.ledger.release_intake(&claim, self.now())?;
                Ok(Outcome::LookAgain)
            }
        }
    }

    /// Brings something claimed to its end; the share's troubles leave it for the next round.
    fn take_up(&mut self, claim: &ClaimId) -> Result<Outcome, Critical> {
        match self.process(claim) {
            Ok(outcome) => Ok(outcome),
            Err(Failure::PerPackage(cause)) => {
                telemetry::skipped(&cause);
                // The attempts count crashes; the share's troubles are not the package's fault.
                if self.ledger.intake_state(claim)? == IntakeState::Open {
                    self.ledger.withdraw_attempt(claim)?;
                }
                Ok(Outcome::LookAgain)
            }
            Err(Failure::Critical(cause)) => {
                // After the verdict the copy is what goes into the archive, and there is no attempt
                // to withdraw.
                let is_open = matches!(self.ledger.intake_state(claim), Ok(IntakeState::Open));
                if is_open && cause.is_the_disks_fault() {
                    // The copy makes room for the ledger's row on a disk that is full.
                    let _removed = self.remove_work(claim);
                    // Best effort: where this fails too, the attempt stays counted, and no more.
                    let _withdrawn = self.ledger.withdraw_attempt(claim);
                }
                Err(cause)
            }
        }
    }
}

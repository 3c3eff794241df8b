//! What has been kept long enough loses its content (spec/retention-v1.md, section 4): written down
//! first, in one transaction with a signed record; then removed, as often as it takes.

use std::collections::{BTreeMap, BTreeSet};

use posthorse_ledger::{DeletionEntry, SqliteLedger};
use posthorse_package::{
    DeletedBesides, DeletedPackage, DeletionRecord, KindName, RetentionRule, SignedDeletion,
};

use crate::bureau::{Bureau, BureauKeys};
use crate::clock::{Clock, date_in_china};
use crate::config::Config;
use crate::deletion_plan::{self, Plan};
use crate::error::Critical;
use crate::folders::Folders;
use crate::telemetry;

/// How many packages one record names, and how many cases go with it.
const MOST_AT_ONCE: u32 = 10_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// Something must have happened within so many days, or nobody knows whether the clock is right.
const WITNESSED_DAYS: i64 = 35;

/// What a deletion took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletionSummary {
    /// How many records were signed.
    pub records: u64,
    /// Packages that lost their content.
    pub packages: u64,
    /// Cases that did.
    pub cases: u64,
    /// Things in quarantine that went.
    pub quarantined: u64,
    /// Rosters that went.
    pub rosters: u64,
}

/// Deletes at the operator's word what is due now.
///
/// # Errors
/// As [`run`](crate::run), and [`Critical::DeletionUnfinished`] where something was deleted and the
/// share or a reader is in the way of removing it everywhere: the daemon's next round finishes it.
pub fn delete(
    config: &Config,
    keys: &BureauKeys,
    clock: &dyn Clock,
) -> Result<DeletionSummary, Critical> {
    let folders = Folders::new(&config.drop, &config.state);
    let _lock = folders.lock()?;
    folders.prepare()?;
    let ledger = SqliteLedger::open(&folders.ledger(), &keys.ledger)?;
    let mut bureau = Bureau::new(config, keys, clock, folders, Box::new(ledger))?;
    bureau.refresh_registry()?;
    bureau.recover()?;
    let summary = bureau.delete_all()?;
    match bureau.finish_deletions()? {
        true => Ok(summary),
        false => Err(Critical::DeletionUnfinished),
    }
}

impl Bureau<'_> {
    /// Finishes what was begun, and once a day looks what is due.
    pub(crate) fn delete_due(&mut self) -> Result<(), Critical> {
        let now = self.now();
        let today = date_in_china(now);
        if !self.finish_deletions()? || self.looked_for_due == Some(today) {
            return Ok(());
        }
        self.looked_for_due = Some(today);
        // A clock that runs ahead must not destroy: the ledger itself tells whether time has passed.
        let from = now.plus_seconds(-WITNESSED_DAYS * SECONDS_PER_DAY);
        let to = now.plus_seconds(-SECONDS_PER_DAY);
        if self.ledger.has_event_between(from, to)? {
            self.summary.deleted += self.delete_all()?.packages;
            return Ok(());
        }
        let plan = self.plan_deletion()?;
        if !plan.is_empty() {
            telemetry::deletion_waits(plan.due.packages.len(), plan.due.cases.len());
        }
        Ok(())
    }

    fn plan_deletion(&self) -> Result<Plan, Critical> {
        let (ledger, now) = (self.ledger.as_ref(), self.now());
        deletion_plan::plan(
            ledger,
            &self.folders,
            self.rules.casework(),
            now,
            MOST_AT_ONCE,
        )
    }

    /// Deletes everything that is due, one record after the other.
    fn delete_all(&mut self) -> Result<DeletionSummary, Critical> {
        let mut summary = DeletionSummary::default();
        while self.finish_deletions()? {
            let plan = self.plan_deletion()?;
            if plan.is_empty() {
                break;
            }
            self.commit_deletion(&plan)?;
            summary.records += 1;
            summary.packages += plan.due.packages.len() as u64;
            summary.cases += plan.due.cases.len() as u64;
            summary.quarantined += plan.quarantined();
            summary.rosters += plan.rosters.len() as u64;
            self.remove_unrecorded(&plan)?;
        }
        Ok(summary)
    }

    /// From here on it is deleted.
    fn commit_deletion(&mut self, plan: &Plan) -> Result<(), Critical> {
        let last = self.ledger.last_deletion()?;
        let number = last.map_or(1, |last| last.number + 1);
        let rosters = plan.rosters.len() as u64;
        let mut record = self.deletion_record(plan, number);
        record.previous = last.map(|last| last.digest);
        let signed = record.sign(&self.keys.signing);
        let SignedDeletion { bytes, digest } =
            signed.map_err(|error| Critical::Seal(error.into()))?;
        self.ledger.record_deletion(&DeletionEntry {
            number,
            at: record.deleted_at,
            digest,
            record: &bytes,
            due: &plan.due,
            rosters,
        })?;
        telemetry::deleted(number, plan.due.packages.len(), plan.due.cases.len());
        Ok(())
    }

    fn deletion_record(&self, plan: &Plan, number: u64) -> DeletionRecord {
        let mut packages: Vec<DeletedPackage> = plan
            .due
            .packages
            .iter()
            .map(|package| DeletedPackage {
                manifest: package.manifest,
                kind: package.kind.clone(),
                rows: package.rows,
            })
            .collect();
        packages.sort_by_key(|package| package.manifest);
        let kinds: BTreeSet<&KindName> = packages.iter().map(|package| &package.kind).collect();
        let rules = kinds.into_iter().map(|kind| RetentionRule {
            kind: kind.clone(),
            months: plan.expiry.kind(kind).months,
        });
        DeletionRecord {
            format: DeletionRecord::FORMAT.to_owned(),
            issuer: self.id.clone(),
            number,
            previous: None,
            deleted_at: self.now(),
            rules: rules.collect(),
            packages,
            log_months: plan.expiry.logs.months,
            besides: DeletedBesides {
                cases: plan.due.cases.len() as u64,
                quarantined: plan.quarantined(),
                rosters: plan.rosters.len() as u64,
            },
            critical: Vec::new(),
            extensions: BTreeMap::new(),
        }
    }
}

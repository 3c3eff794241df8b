//! What is due for deletion: asked of the ledger and of the folders, and nothing is changed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use posthorse_domain::{Casework, Date, Expiry};
use posthorse_ledger::{ClaimId, DueForDeletion, IntakeState, Ledger, LedgerKey, SqliteLedger};
use posthorse_package::{KindName, Timestamp};

use crate::clock::date_in_china;
use crate::config::Config;
use crate::error::{Critical, share, state};
use crate::folders::{Folders, is_own_folder};
use crate::private_copy::measure;
use crate::telemetry;

/// The kind of what is put there for screening.
const ROSTER: &str = "roster";

/// Everything that is due, and the rules by which it is.
pub(crate) struct Plan {
    pub(crate) expiry: Expiry,
    pub(crate) due: DueForDeletion,
    pub(crate) rosters: Vec<PathBuf>,
    /// Folders of the share's quarantine that the ledger does not know: what stood in the way of a
    /// file in an outbox.
    pub(crate) evicted: Vec<PathBuf>,
}

impl Plan {
    pub(crate) fn is_empty(&self) -> bool {
        self.due.is_empty() && self.rosters.is_empty() && self.evicted.is_empty()
    }

    /// How many things in quarantine go.
    pub(crate) fn quarantined(&self) -> u64 {
        (self.due.quarantined.len() + self.evicted.len()) as u64
    }
}

/// Asks what is due, so many packages and cases at most.
pub(crate) fn plan(
    ledger: &dyn Ledger,
    folders: &Folders,
    casework: &Casework,
    now: Timestamp,
    most: u32,
) -> Result<Plan, Critical> {
    let today = date_in_china(now);
    let expiry = Expiry::on(today, casework);
    let roster: KindName = crate::verdict::name(ROSTER)?;
    let last_day = expiry.kind(&roster).last_day;
    Ok(Plan {
        due: ledger.due_for_deletion(&expiry, today, most)?,
        rosters: rosters(ledger, &folders.rosters(), last_day)?,
        evicted: evicted(ledger, &folders.kept_on_share(), expiry.logs.last_day)?,
        expiry,
    })
}

/// The rosters that were screened on this day or before it. One that was never screened waits, and
/// the newest is in use.
fn rosters(ledger: &dyn Ledger, folder: &Path, last_day: Date) -> Result<Vec<PathBuf>, Critical> {
    let doing = "look for rosters";
    let current = ledger.current_roster()?.map(|roster| roster.file);
    let mut found = Vec::new();
    for path in paths_in(folder).map_err(state(doing))? {
        let metadata = path.symlink_metadata().map_err(state(doing))?;
        if !metadata.is_file() {
            continue;
        }
        let file = fs::File::open(&path).map_err(state("open a roster"))?;
        let (digest, _) = measure(file).map_err(state("read a roster"))?;
        let screened = ledger.screened_at(&digest)?;
        let is_over = screened.is_some_and(|at| date_in_china(at) <= last_day);
        if is_over && current != Some(digest) {
            found.push(path);
        }
    }
    Ok(found)
}

/// What lies in the share's quarantine without an intake, by the time at which it was put there.
fn evicted(ledger: &dyn Ledger, folder: &Path, last_day: Date) -> Result<Vec<PathBuf>, Critical> {
    let mut found = Vec::new();
    if !is_own_folder(folder) {
        return Ok(found);
    }
    let paths = match paths_in(folder) {
        Ok(paths) => paths,
        Err(cause) => {
            telemetry::skipped(&share("read the share's quarantine")(cause));
            return Ok(found);
        }
    };
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(claim) = name.and_then(|name| name.parse::<ClaimId>().ok()) else {
            continue;
        };
        let is_unknown = ledger.intake_state(&claim)? == IntakeState::Unknown;
        if is_unknown && put_on(&path).is_some_and(|day| day <= last_day) {
            found.push(path);
        }
    }
    Ok(found)
}

/// The day on which something was put into a folder of its own.
fn put_on(path: &Path) -> Option<Date> {
    let metadata = path.symlink_metadata().ok()?;
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let second = i64::try_from(since.as_secs()).ok()?;
    Timestamp::from_second(second).map(date_in_china)
}

fn paths_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry?.path());
    }
    paths.sort();
    Ok(paths)
}

/// One kind of package of which something is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueKind {
    /// The kind.
    pub kind: KindName,
    /// For how many months its packages are kept.
    pub months: u16,
    /// How many packages.
    pub packages: u64,
    /// How many rows of the ledger came or went with them.
    pub rows: u64,
}

/// What is due for deletion, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuePlan {
    /// Packages, by kind.
    pub kinds: Vec<DueKind>,
    /// Cases that ended long enough ago.
    pub cases: u64,
    /// Things in quarantine.
    pub quarantined: u64,
    /// Names of files that were never claimed.
    pub names: u64,
    /// Rosters that were put there for screening.
    pub rosters: u64,
}

impl DuePlan {
    fn of(plan: &Plan) -> Self {
        let mut kinds: BTreeMap<&KindName, (u64, u64)> = BTreeMap::new();
        for package in &plan.due.packages {
            let (packages, rows) = kinds.entry(&package.kind).or_default();
            *packages += 1;
            *rows += package.rows;
        }
        let kinds = kinds.into_iter().map(|(kind, (packages, rows))| DueKind {
            months: plan.expiry.kind(kind).months,
            kind: kind.clone(),
            packages,
            rows,
        });
        Self {
            kinds: kinds.collect(),
            cases: plan.due.cases.len() as u64,
            quarantined: plan.quarantined(),
            names: plan.due.released.len() as u64,
            rosters: plan.rosters.len() as u64,
        }
    }

    /// Whether nothing is due.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.cases + self.quarantined + self.names + self.rosters == 0
    }
}

/// What is due for deletion by these rules as of a moment. Nothing is changed; a daemon may be at work.
///
/// # Errors
/// The ledger or the bureau's own disk cannot be read.
pub fn due_for_deletion(
    config: &Config,
    key: &LedgerKey,
    casework: &Casework,
    now: Timestamp,
) -> Result<DuePlan, Critical> {
    let folders = Folders::new(&config.drop, &config.state);
    let ledger = SqliteLedger::open_to_read(&folders.ledger(), key)?;
    let plan = plan(&ledger, &folders, casework, now, u32::MAX)?;
    Ok(DuePlan::of(&plan))
}

//! Facts in, findings out. Nothing here looks at anything.

use std::path::{Path, PathBuf};

use posthorse_package::{CLOCK_SKEW, Timestamp};

use super::facts::{
    Console, Daemon, Facts, FileSystem, LedgerKeyFacts, SettingsFacts, SettingsFault, StateFacts,
    StateStanding, TrialFacts, TrialFault,
};
use super::finding::{Finding, Name};
use super::{judge_home, judge_process, judge_share, mounts};
use crate::clock;

const DAY_SECONDS: i64 = 86_400;
/// Less than this, and the next large list fills the disk: the longest package and its private copy
/// are bounded by the settings, the usual ones are a few megabytes.
const FULL_BYTES: u64 = 256 << 20;
/// The longest deadline of the rules that are counted in days or months reaches no further.
const CALENDAR_REACH: i64 = 60 * DAY_SECONDS;
const LOW_BYTES: u64 = 2 << 30;

/// Judges everything, the worst first.
pub(crate) fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(settings) = &facts.settings {
        judge_settings(settings, &mut findings);
    }
    if let Some(home) = &facts.home {
        judge_home::judge(home, facts.settings.is_some(), facts.now, &mut findings);
    }
    if let Some(share) = &facts.share {
        judge_share::judge(share, facts, &mut findings);
    }
    if let Some(state) = &facts.state {
        judge_state(state, &mut findings);
    }
    if let Some(process) = &facts.process {
        judge_process::judge(process, &mut findings);
    }
    if let Some((path, why)) = &facts.rules_fault {
        findings.push(Finding::new(Name::RulesUnusable).at(path).with("why", why));
    }
    if let Some(years) = &facts.calendar {
        findings.extend(judge_calendar(years, facts.now));
    }
    if let Console::Other { variable, value } = &facts.console {
        let found = Finding::new(Name::ConsoleNotUtf8)
            .with("variable", variable)
            .with("value", value);
        findings.push(found);
    }
    findings.sort_by_key(|finding| finding.name.level());
    findings
}

/// Deadlines in working days are provisional for a year that has not been announced.
fn judge_calendar(years: &[i16], now: Timestamp) -> Option<Finding> {
    let year = |at: Timestamp| clock::civil_date(at).year();
    let (this, soon) = (year(now), year(now.plus_seconds(CALENDAR_REACH)));
    let about = |name, year: i16| Finding::new(name).with("year", year);
    if !years.contains(&this) {
        Some(about(Name::CalendarWithoutYear, this))
    } else if !years.contains(&soon) {
        Some(about(Name::CalendarEndsSoon, soon))
    } else {
        None
    }
}

fn judge_settings(settings: &SettingsFacts, findings: &mut Vec<Finding>) {
    let about = |name| Finding::new(name).at(&settings.path);
    let fault = settings.fault.as_ref().map(|fault| match fault {
        SettingsFault::Missing => about(Name::SettingsMissing),
        SettingsFault::Unreadable(why) => about(Name::SettingsUnreadable).with("why", why),
        SettingsFault::Syntax(why) => about(Name::SettingsSyntax).with("why", why),
        SettingsFault::UnknownKey(why) => about(Name::SettingsUnknownKey).with("why", why),
        SettingsFault::MissingKey(why) => about(Name::SettingsMissingKey).with("why", why),
        SettingsFault::OutOfRange(why) => about(Name::SettingsOutOfRange).with("why", why),
        SettingsFault::Overlap { one, other } => about(Name::SettingsFoldersOverlap)
            .with("one", one)
            .with("other", other),
    });
    findings.extend(fault);
    if !settings.relative.is_empty() {
        findings
            .push(about(Name::SettingsRelativeFolder).with("keys", settings.relative.join(", ")));
    }
}

fn judge_state(state: &StateFacts, findings: &mut Vec<Finding>) {
    let about = |name| Finding::new(name).at(&state.folder);
    match &state.standing {
        StateStanding::Missing => {
            findings.push(about(Name::StateMissing));
        }
        StateStanding::Unreadable(why) => {
            findings.push(about(Name::StateUnreadable).with("why", why));
        }
        StateStanding::There => {
            if let Some(mode) = state.mode.filter(|mode| mode & 0o077 != 0) {
                findings.push(about(Name::StateOpenToOthers).with("mode", octal(mode)));
            }
            judge_daemon(state, findings);
        }
    }
    match &state.file_system {
        FileSystem::Known(kind) if mounts::is_network(kind) => {
            findings.push(about(Name::LedgerOnNetwork).with("kind", kind));
        }
        FileSystem::Known(_) => {}
        FileSystem::Unknown => findings.push(about(Name::FileSystemNotChecked)),
    }
    judge_space(&state.folder, state.free, findings);
    judge_trial(&state.trial, findings);
    judge_ledger_key(&state.ledger_key, findings);
    findings.extend(holding(Name::QuarantineNotEmpty, state.quarantine.as_ref()));
    findings.extend(left(&state.leftovers));
}

fn judge_daemon(state: &StateFacts, findings: &mut Vec<Finding>) {
    let about = |name| Finding::new(name).at(&state.folder);
    findings.push(match &state.daemon {
        Daemon::Runs => about(Name::DaemonRuns),
        Daemon::Stopped => about(Name::DaemonNotRunning),
        Daemon::Unknown(why) => about(Name::DaemonLockUnreadable).with("why", why),
    });
}

fn judge_ledger_key(key: &LedgerKeyFacts, findings: &mut Vec<Finding>) {
    findings.extend(match key {
        LedgerKeyFacts::NotNeeded | LedgerKeyFacts::Good => None,
        LedgerKeyFacts::Missing(path) => Some(Finding::new(Name::LedgerKeyMissing).at(path)),
        LedgerKeyFacts::Broken(path) => Some(
            Finding::new(Name::KeyBroken)
                .at(path)
                .with("why", "32 bytes"),
        ),
        LedgerKeyFacts::OpenToOthers(path, mode) => Some(
            Finding::new(Name::KeyReadableByOthers)
                .at(path)
                .with("mode", octal(*mode)),
        ),
    });
}

/// Whether there is room for the next packages.
pub(super) fn judge_space(folder: &Path, free: Option<u64>, findings: &mut Vec<Finding>) {
    let about = |name| Finding::new(name).at(folder);
    let megabytes = |free: u64| (free >> 20).to_string();
    findings.extend(match free {
        None => Some(about(Name::DiskNotChecked)),
        Some(free) if free < FULL_BYTES => {
            Some(about(Name::DiskFull).with("free", megabytes(free)))
        }
        Some(free) if free < LOW_BYTES => Some(about(Name::DiskLow).with("free", megabytes(free))),
        Some(_) => None,
    });
}

/// What a folder does not do as it must.
pub(super) fn judge_trial(trial: &TrialFacts, findings: &mut Vec<Finding>) {
    let Some(folder) = &trial.folder else {
        return;
    };
    let about = |name| Finding::new(name).at(folder);
    findings.extend(trial.faults.iter().map(|fault| match fault {
        TrialFault::NotWritable(why) => about(Name::FolderNotWritable).with("why", why),
        TrialFault::NotSynced(why) => about(Name::FolderNotSynced).with("why", why),
        TrialFault::LosesBytes => about(Name::FolderLosesBytes),
        TrialFault::NoExclusiveCreate => about(Name::FolderNoExclusiveCreate),
        TrialFault::NoRename(why) => about(Name::FolderNoRename).with("why", why),
        TrialFault::RenameNotAtomic => about(Name::FolderRenameNotAtomic),
        TrialFault::LocksDoNotHold => about(Name::FolderLocksDoNotHold),
        TrialFault::FoldsCase => about(Name::FolderFoldsCase),
        TrialFault::NoLongNames => about(Name::FolderNoLongNames),
        TrialFault::NoChineseNames => about(Name::FolderNoChineseNames),
        TrialFault::Left(why) => about(Name::TrialLeft).with("why", why),
    }));
}

/// Files that a run cut short has left.
pub(super) fn left(leftovers: &[PathBuf]) -> Option<Finding> {
    let first = leftovers.first()?;
    Some(
        Finding::new(Name::TemporaryLeft)
            .at(first)
            .with("count", leftovers.len()),
    )
}

/// A folder that should be empty.
pub(super) fn holding(name: Name, folder: Option<&(PathBuf, usize)>) -> Option<Finding> {
    let (folder, count) = folder?;
    Some(Finding::new(name).at(folder).with("count", count))
}

/// How near an end is: which of three names, if any.
pub(super) fn ends_soon(now: Timestamp, end: Timestamp, names: [Name; 3]) -> Option<Name> {
    let left = end.as_second() - now.as_second();
    let [week, month, two_months] = names;
    if left <= 7 * DAY_SECONDS {
        Some(week)
    } else if left <= 30 * DAY_SECONDS {
        Some(month)
    } else if left <= 60 * DAY_SECONDS {
        Some(two_months)
    } else {
        None
    }
}

/// Whether a moment lies later than the clock can be forgiven.
pub(super) fn is_ahead(now: Timestamp, at: Timestamp) -> bool {
    at > now.plus_seconds(CLOCK_SKEW)
}

/// Rights as `chmod` takes them.
pub(super) fn octal(mode: u32) -> String {
    format!("{mode:03o}")
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;

//! Judges the shared folder and what the clock says against it.

use posthorse_package::CLOCK_SKEW;

use super::facts::{Daemon, Document, Facts, Relation, ShareFacts, ShareStanding};
use super::finding::{Finding, Name};
use super::judge::{holding, is_ahead, judge_space, judge_trial, left};

pub(super) fn judge(share: &ShareFacts, facts: &Facts, findings: &mut Vec<Finding>) {
    let about = |name| Finding::new(name).at(&share.folder);
    match &share.standing {
        ShareStanding::Missing => return findings.push(about(Name::DropMissing)),
        ShareStanding::NotMounted => return findings.push(about(Name::DropNotMounted)),
        ShareStanding::Unreadable(why) => {
            return findings.push(about(Name::DropUnreadable).with("why", why));
        }
        ShareStanding::Drop => {}
    }
    findings.extend(
        share
            .missing
            .iter()
            .map(|name| Finding::new(Name::DropFolderMissing).at(&share.folder.join(name))),
    );
    judge_registry(share, facts, findings);
    judge_trial(&share.trial, findings);
    judge_space(&share.folder, share.free, findings);
    judge_clock(share, facts, findings);
    if let Some(first) = share.old.first() {
        findings.push(
            Finding::new(Name::InboxOldFile)
                .at(first)
                .with("count", share.old.len()),
        );
    }
    findings.extend(holding(Name::QuarantineNotEmpty, share.quarantine.as_ref()));
    let daemon_runs = facts
        .state
        .as_ref()
        .is_some_and(|state| state.daemon != Daemon::Stopped);
    // A running daemon has claims in hand; a stopped one takes them up when it starts.
    if !daemon_runs {
        findings.extend(holding(Name::ClaimsLeft, share.claims.as_ref()));
    }
    findings.extend(left(&share.leftovers));
}

fn judge_registry(share: &ShareFacts, facts: &Facts, findings: &mut Vec<Finding>) {
    let home = facts
        .home
        .as_ref()
        .map(|home| home.folder.display().to_string())
        .unwrap_or_default();
    let about = |name| {
        Finding::new(name)
            .at(&share.registry_path)
            .with("home", &home)
    };
    let versioned = |name, version: &u64| about(name).with("version", version);
    // A missing folder says it already.
    let has_folder = !share.missing.contains(&"registry");
    findings.extend(match &share.registry {
        Document::Missing => has_folder.then(|| about(Name::ShareRegistryMissing)),
        Document::Broken(why) => Some(about(Name::ShareRegistryBroken).with("why", why)),
        Document::Good(Relation::Unknown | Relation::Same) => None,
        Document::Good(Relation::Newer { version }) => {
            Some(versioned(Name::ShareRegistryNewer, version))
        }
        Document::Good(Relation::Gap { version }) => {
            Some(versioned(Name::ShareRegistryGap, version))
        }
        Document::Good(Relation::Older { version }) => {
            Some(versioned(Name::ShareRegistryOlder, version))
        }
        Document::Good(Relation::Forked { version }) => {
            Some(versioned(Name::ShareRegistryForked, version))
        }
    });
}

/// Two clocks are at hand: the file system's, which stamped the trial's file just now, and those of
/// everybody who has written on the share before.
fn judge_clock(share: &ShareFacts, facts: &Facts, findings: &mut Vec<Finding>) {
    let now = facts.now;
    let differs = share
        .trial
        .stamped
        .filter(|at| (at.as_second() - now.as_second()).abs() > CLOCK_SKEW);
    if let Some(at) = differs {
        return findings.push(
            Finding::new(Name::ClockDiffersFromShare)
                .at(&share.folder)
                .with("now", now)
                .with("then", at),
        );
    }
    if let Some((path, at)) = share.newest.as_ref().filter(|(_, at)| is_ahead(now, *at)) {
        findings.push(
            Finding::new(Name::ClockBehindFiles)
                .at(path)
                .with("now", now)
                .with("then", at),
        );
    }
}

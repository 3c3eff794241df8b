use std::path::PathBuf;

use super::super::facts::{
    Console, Daemon, Document, Facts, FileSystem, LedgerKeyFacts, Relation, ShareFacts,
    ShareStanding, StateFacts, StateStanding, TrialFacts, TrialFault,
};
use super::*;

const NOW: &str = "2026-11-24T08:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn sound() -> Facts {
    let trial = |folder: &str| TrialFacts {
        folder: Some(PathBuf::from(folder)),
        faults: Vec::new(),
        stamped: Some(at(NOW)),
    };
    Facts {
        now: at(NOW),
        settings: None,
        home: None,
        share: Some(ShareFacts {
            folder: "/drop".into(),
            standing: ShareStanding::Drop,
            missing: Vec::new(),
            registry_path: "/drop/registry/registry.json".into(),
            registry: Document::Good(Relation::Same),
            trial: trial("/drop/inbox"),
            free: Some(LOW_BYTES),
            newest: Some(("/drop/inbox/a.xpkg".into(), at(NOW))),
            old: Vec::new(),
            leftovers: Vec::new(),
            quarantine: None,
            claims: None,
        }),
        state: Some(StateFacts {
            folder: "/state".into(),
            standing: StateStanding::There,
            mode: Some(0o700),
            file_system: FileSystem::Known("ext4".into()),
            free: Some(LOW_BYTES),
            trial: trial("/state"),
            daemon: Daemon::Runs,
            ledger_key: LedgerKeyFacts::Good,
            quarantine: None,
            leftovers: Vec::new(),
        }),
        process: None,
        calendar: Some(vec![2026, 2027]),
        rules_fault: None,
        console: Console::Utf8,
    }
}

/// The words of everything found but that a daemon runs.
fn names(facts: &Facts) -> Vec<&'static str> {
    let findings = judge(facts);
    let names = findings.iter().map(|finding| finding.name.as_str());
    names.filter(|name| *name != "daemon-runs").collect()
}

fn with_state(change: impl FnOnce(&mut StateFacts)) -> Vec<&'static str> {
    let mut facts = sound();
    change(facts.state.as_mut().expect("a state"));
    names(&facts)
}

fn with_share(change: impl FnOnce(&mut ShareFacts)) -> Vec<&'static str> {
    let mut facts = sound();
    change(facts.share.as_mut().expect("a share"));
    names(&facts)
}

#[test]
fn sound_facts_give_no_finding() {
    assert_eq!(names(&sound()), Vec::<&str>::new());
}

#[test]
fn a_ledger_on_another_machines_disk_is_a_problem() {
    for kind in ["nfs4", "cifs", "fuse.sshfs"] {
        let found = with_state(|state| state.file_system = FileSystem::Known(kind.into()));
        assert_eq!(found, ["ledger-on-network-file-system"], "{kind}");
    }
    let found = with_state(|state| state.file_system = FileSystem::Unknown);
    assert_eq!(found, ["file-system-not-checked"]);
}

#[test]
fn space_is_judged_by_two_thresholds() {
    let state = |free| with_state(|state| state.free = free);
    assert_eq!(state(Some(FULL_BYTES - 1)), ["disk-nearly-full"]);
    assert_eq!(state(Some(FULL_BYTES)), ["disk-low"]);
    assert_eq!(state(Some(LOW_BYTES - 1)), ["disk-low"]);
    assert_eq!(state(None), ["disk-not-checked"]);
    assert_eq!(
        with_share(|share| share.free = Some(0)),
        ["disk-nearly-full"]
    );
}

#[test]
fn ten_minutes_of_difference_are_forgiven_and_no_more() {
    let stamped = |text: &str| with_share(|share| share.trial.stamped = Some(at(text)));
    assert_eq!(stamped("2026-11-24T08:10:00Z"), Vec::<&str>::new());
    assert_eq!(
        stamped("2026-11-24T08:10:01Z"),
        ["clock-differs-from-share"]
    );
    assert_eq!(stamped("2026-11-24T07:50:00Z"), Vec::<&str>::new());
    assert_eq!(
        stamped("2026-11-24T07:49:59Z"),
        ["clock-differs-from-share"]
    );
    let newest = |text: &str| with_share(|share| share.newest = Some(("/a".into(), at(text))));
    assert_eq!(newest("2026-11-24T08:10:00Z"), Vec::<&str>::new());
    assert_eq!(newest("2026-11-24T08:10:01Z"), ["clock-behind-files"]);
    // An old share says nothing against a clock.
    assert_eq!(newest("2020-01-01T00:00:00Z"), Vec::<&str>::new());
}

#[test]
fn every_fault_of_a_trial_has_its_name() {
    let why = || "why".to_owned();
    for (fault, name) in [
        (TrialFault::NotWritable(why()), "folder-not-writable"),
        (TrialFault::NotSynced(why()), "folder-not-synced"),
        (TrialFault::LosesBytes, "folder-loses-bytes"),
        (TrialFault::NoExclusiveCreate, "folder-no-exclusive-create"),
        (TrialFault::NoRename(why()), "folder-no-rename"),
        (TrialFault::RenameNotAtomic, "folder-rename-not-atomic"),
        (TrialFault::LocksDoNotHold, "folder-locks-do-not-hold"),
        (TrialFault::FoldsCase, "folder-folds-case"),
        (TrialFault::NoLongNames, "folder-no-long-names"),
        (TrialFault::NoChineseNames, "folder-no-chinese-names"),
        (TrialFault::Left(why()), "trial-left"),
    ] {
        let found = with_share(|share| share.trial.faults.push(fault.clone()));
        assert_eq!(found, [name]);
    }
}

#[test]
fn claims_are_left_over_only_when_no_daemon_has_them_in_hand() {
    let claims = || Some((PathBuf::from("/drop/inbox/.claimed"), 2));
    let mut facts = sound();
    facts.share.as_mut().expect("a share").claims = claims();
    assert_eq!(names(&facts), Vec::<&str>::new());
    facts.state.as_mut().expect("a state").daemon = Daemon::Stopped;
    assert_eq!(names(&facts), ["claims-left", "daemon-not-running"]);
}

#[test]
fn deadlines_need_the_calendar_of_this_year_and_of_the_next_sixty_days() {
    let mut facts = sound();
    let mut on = |now: &str, years: &[i16]| {
        facts.now = at(now);
        facts.share = None;
        facts.calendar = Some(years.to_vec());
        names(&facts)
    };
    assert_eq!(on("2026-11-01T15:59:59Z", &[2026]), Vec::<&str>::new());
    assert_eq!(on("2026-11-01T16:00:00Z", &[2026]), ["calendar-ends-soon"]);
    // In China the new year has begun.
    assert_eq!(
        on("2026-12-31T16:00:00Z", &[2026]),
        ["calendar-without-this-year"]
    );
    assert_eq!(
        on("2026-12-31T16:00:00Z", &[2026, 2027]),
        Vec::<&str>::new()
    );
}

#[test]
fn the_worst_stands_first() {
    let mut facts = sound();
    facts.console = Console::Other {
        variable: "LANG",
        value: "C".into(),
    };
    facts.share.as_mut().expect("a share").standing = ShareStanding::Missing;
    facts.state.as_mut().expect("a state").free = None;
    assert_eq!(
        names(&facts),
        ["drop-missing", "console-not-utf8", "disk-not-checked"]
    );
}

#[test]
fn an_end_is_near_in_three_steps() {
    let names = [Name::KeyExpires7, Name::KeyExpires30, Name::KeyExpires60];
    let after = |seconds: i64| ends_soon(at(NOW), at(NOW).plus_seconds(seconds), names);
    assert_eq!(after(7 * DAY_SECONDS), Some(Name::KeyExpires7));
    assert_eq!(after(7 * DAY_SECONDS + 1), Some(Name::KeyExpires30));
    assert_eq!(after(30 * DAY_SECONDS + 1), Some(Name::KeyExpires60));
    assert_eq!(after(60 * DAY_SECONDS + 1), None);
}

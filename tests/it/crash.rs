//! The daemon killed at every point where it changes a disk, and disks that fail under it. The real
//! program runs under strace, which injects the kill or the error; then it is started again, and
//! everything must be as if nothing had happened.
//!
//! `cargo test` takes a fixed sample that has every system call in it. The whole sweep is
//! `cargo test -p posthorse-tests --test it crash:: -- --ignored --nocapture`.

#![expect(
    clippy::print_stdout,
    reason = "a sweep tells its figures and each fault as it is found"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use posthorse_daemon::{Clock as _, SystemClock};
use posthorse_ledger::{ClaimId, Ledger as _, Secret};
use posthorse_package::Digest;
use tempfile::TempDir;

use crate::bureau_world::{Member, World, csv, day, field, names_in, row};
use crate::casework::bureau_roster;
use crate::cli::posthorse;

/// Every system call by which the program changes a disk.
const CHANGES: &str = "write,pwrite64,writev,pwritev,copy_file_range,sendfile,splice,rename,\
    renameat,renameat2,link,linkat,fsync,fdatasync,sync_file_range,msync,unlink,unlinkat,rmdir,\
    mkdir,mkdirat,ftruncate,fallocate";
const SYNCS: [&str; 2] = ["fsync", "fdatasync"];

/// What strace does to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Kill,
    Eio,
    Enospc,
}

impl Fault {
    fn text(self) -> &'static str {
        match self {
            Self::Kill => "signal=KILL",
            Self::Eio => "error=EIO",
            Self::Enospc => "error=ENOSPC",
        }
    }
}

/// One run of the daemon with one fault in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    call: String,
    fault: Fault,
    when: usize,
}

/// A world before a round, and what the round must come to.
struct Scenario {
    world: World,
    before: TempDir,
    expected: Outcome,
    /// How often the undisturbed round makes each call.
    calls: BTreeMap<String, usize>,
}

/// Everything that an outsider can see of a round, and what the ledger says of it, without what is
/// random: ids, times, cipher texts.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    receipts: Vec<(String, u64, Digest, String, bool)>,
    dispatched: Vec<Vec<BTreeMap<String, String>>>,
    dispatches: usize,
    returned: Vec<Vec<String>>,
    outboxes: Vec<usize>,
    inbox: Vec<String>,
    archived: Vec<String>,
    sent: usize,
    quarantined: Vec<Vec<u8>>,
    codes: BTreeMap<String, u64>,
    answers: Vec<Option<String>>,
    told: Told,
}

/// What offices were told beside warnings: by office, kind and row, how often.
type Told = BTreeMap<(String, &'static str, BTreeMap<String, String>), usize>;

/// The kinds of that, and where in a package the rows lie. An anomaly's is its sender's own.
const TOLD: [(&str, &str); 5] = [
    ("roster", "data/roster.csv"),
    ("anomaly_report", "data/list-1.csv"),
    ("applicant_compare", "data/tasks.csv"),
    ("measure_gap_list", "data/tasks.csv"),
    ("withdrawal", "data/amendments.csv"),
];

fn told(world: &World, members: &[&Member]) -> Told {
    let mut told = Told::new();
    for member in members {
        for (kind, list) in TOLD {
            for mut row in world.lists_in(member, kind, list).into_iter().flatten() {
                // Ids of packages are random.
                row.remove("package_id");
                *told.entry((member.id.to_string(), kind, row)).or_default() += 1;
            }
        }
    }
    told
}

impl Outcome {
    fn of(world: &World) -> Self {
        world.assert_sound();
        let senders = [
            &world.housing,
            &world.health,
            &world.shangcai,
            &world.suiping,
        ];
        let receipts = senders.iter().flat_map(|sender| receipts(world, sender));
        let counties = [&world.shangcai, &world.suiping];
        let everybody = [
            &world.housing,
            &world.health,
            &world.shangcai,
            &world.suiping,
        ];
        let ledger = world.ledger();
        let dispatched: Vec<_> = counties.map(|county| world.dispatched(county)).into();
        let answers = dispatched.iter().flatten().map(|row| {
            let warning = ledger.case(&row["warning_id"]).expect("answers");
            warning.expect("a dispatched warning").outcome
        });
        Self {
            receipts: receipts.collect(),
            answers: answers.collect(),
            dispatches: ledger.dispatches().expect("answers").len(),
            returned: senders
                .iter()
                .flat_map(|sender| world.returned(sender))
                .collect(),
            outboxes: everybody.map(|member| world.outbox(member).len()).into(),
            inbox: names_in(&world.path("drop/inbox")),
            archived: archived(&world.path("state/archive")),
            sent: names_in(&world.path("state/archive/sent")).len(),
            quarantined: quarantined(world),
            codes: world.quarantined(),
            dispatched,
            told: told(world, &everybody),
        }
    }
}

/// What must be the same though the share refused something for a while: then the rest flowed on,
/// and a person of several lists may have been dispatched twice, each time with something new.
#[derive(Debug, PartialEq, Eq)]
struct Essence<'o> {
    receipts: &'o Vec<(String, u64, Digest, String, bool)>,
    told: BTreeMap<&'o str, BTreeSet<&'o str>>,
    repeated_rows: usize,
    returned: BTreeSet<&'o Vec<String>>,
    inbox: &'o Vec<String>,
    archived: &'o Vec<String>,
    quarantined: &'o Vec<Vec<u8>>,
    codes: &'o BTreeMap<String, u64>,
    others: &'o Told,
}

impl Outcome {
    fn essence(&self) -> Essence<'_> {
        let mut told: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let (mut rows, mut said) = (0, BTreeSet::new());
        for row in self.dispatched.iter().flatten() {
            let departments = row["sources"].split('；');
            told.entry(&row["id_no"]).or_default().extend(departments);
            rows += 1;
            said.insert((&row["warning_id"], &row["summary"]));
        }
        Essence {
            receipts: &self.receipts,
            told,
            repeated_rows: rows - said.len(),
            returned: self.returned.iter().collect(),
            inbox: &self.inbox,
            archived: &self.archived,
            quarantined: &self.quarantined,
            codes: &self.codes,
            others: &self.told,
        }
    }
}

fn receipts(world: &World, sender: &Member) -> Vec<(String, u64, Digest, String, bool)> {
    world
        .receipts(sender)
        .iter()
        .map(|verified| {
            let receipt = verified.receipt();
            let package = &receipt.package;
            (
                package.sender.to_string(),
                package.sequence,
                package.manifest,
                receipt.code.clone(),
                receipt.returned.is_some(),
            )
        })
        .collect()
}

fn archived(archive: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for year in names_in(archive).into_iter().filter(|name| name != "sent") {
        for month in names_in(&archive.join(&year)) {
            let folder = archive.join(&year).join(month);
            for name in names_in(&folder) {
                let bytes = fs::read(folder.join(&name)).expect("an archived package");
                assert_eq!(
                    format!("blake3:{name}"),
                    format!("{}.xpkg", Digest::of(&bytes))
                );
                found.push(name);
            }
        }
    }
    found
}

fn quarantined(world: &World) -> Vec<Vec<u8>> {
    let folder = world.path("state/quarantine");
    let claims = names_in(&folder).into_iter();
    claims
        .map(|claim| fs::read(folder.join(claim).join("item")).expect("what was put away"))
        .collect()
}

impl Scenario {
    /// Two departments' first lists, one with faulty rows, and a list that lies open.
    fn first_round() -> Self {
        let world = World::at(SystemClock.now());
        put_first_lists(&world);
        Self::of(world)
    }

    /// After the first round: answers of a county, one of them to another county's warning, a
    /// replay, and more about people whose warnings are open; a roster, which is screened and sent to
    /// everybody; an anomaly, passed on to its county; an applicant, handed to every department; and
    /// a row that its sender takes back.
    fn second_round() -> Self {
        let world = World::at(SystemClock.now());
        let replay = put_first_lists(&world);
        assert!(posthorse_once(world.root()).status.success());
        let theirs = world.dispatched(&world.shangcai);
        let foreign = &world.dispatched(&world.suiping)[0]["warning_id"];
        let enrolled: &[(&str, &str)] = &[("outcome", "已在册")];
        let answer = world.answer(
            &world.shangcai,
            &[
                (&theirs[0]["warning_id"], enrolled),
                (&theirs[1]["warning_id"], &[]),
                (foreign, enrolled),
            ],
        );
        world.put("answer.xpkg", &answer);
        world.put("replay.xpkg", &replay);
        let again = world.people(7, 4, "411722");
        world.put("more.xpkg", &world.warning_list(&world.health, &again));
        put_other_loops(&world, &replay);
        let scenario = Self::of(world);
        let told = scenario.expected.told.keys().map(|(_, kind, _)| *kind);
        let told: BTreeSet<&str> = told.collect();
        assert_eq!(told, TOLD.map(|(kind, _)| kind).into(), "each is in it");
        scenario
    }

    fn of(world: World) -> Self {
        let before = TempDir::new().expect("a folder");
        copy(world.root(), before.path());
        let calls = count_calls(world.root());
        let expected = Outcome::of(&world);
        Self {
            world,
            before,
            expected,
            calls,
        }
    }

    /// Puts the world back to where the round begins.
    fn restore(&self) {
        for name in names_in(self.world.root()) {
            let path = self.world.path(&name);
            if path.is_dir() {
                fs::remove_dir_all(path).expect("removed");
            }
        }
        copy(self.before.path(), self.world.root());
    }

    /// Plays one case and says what is wrong afterwards, or whether its call came at all: how often
    /// the cipher text is written differs by a few from run to run.
    fn play(&self, case: &Case) -> Result<bool, String> {
        self.restore();
        let inject = format!(
            "inject={}:{}:when={}",
            case.call,
            case.fault.text(),
            case.when
        );
        let trace = format!("trace={}", case.call);
        let log = TempDir::new().expect("a folder");
        let log = log.path().join("calls");
        let path = log.to_str().expect("a path in UTF-8");
        let mut options = vec!["-o", path, "-e", &trace, "-e", &inject];
        if case.fault != Fault::Kill {
            // Faster, since other calls do not stop; but strace then sends no signal.
            options.push("--seccomp-bpf");
        }
        let faulty = strace(self.world.root(), &options);
        let has_come = match case.fault {
            Fault::Kill => !faulty.status.success(),
            Fault::Eio | Fault::Enospc => fs::read_to_string(&log)
                .expect("strace's log")
                .contains("(INJECTED)"),
        };
        // The sweep outlasts the time by which a sender's clock may differ.
        self.world.clock.set(SystemClock.now());
        let again = posthorse_once(self.world.root());
        if !again.status.success() {
            let said = String::from_utf8_lossy(&again.stderr).into_owned();
            return Err(format!("{case:?}: does not start again: {said}"));
        }
        let world = std::panic::AssertUnwindSafe(&self.world);
        let found = std::panic::catch_unwind(|| Outcome::of(&world))
            .map_err(|_| format!("{case:?}: unsound (see above)"))?;
        let is_same = match case.fault {
            Fault::Kill => found == self.expected,
            Fault::Eio | Fault::Enospc => found.essence() == self.expected.essence(),
        };
        if is_same {
            Ok(has_come)
        } else {
            let expected = &self.expected;
            Err(format!("{case:?}:\n{found:#?}\ninstead of\n{expected:#?}"))
        }
    }

    /// A kill at every call, and an error at every call that may fail; a full disk, which takes the
    /// way of any other error, at every fourth.
    fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for (call, count) in &self.calls {
            let faults: &[Fault] = match call.as_str() {
                "unlink" | "unlinkat" | "rmdir" => &[Fault::Kill],
                call if SYNCS.contains(&call) || call.starts_with("rename") => {
                    &[Fault::Kill, Fault::Eio]
                }
                _ => &[Fault::Kill, Fault::Eio, Fault::Enospc],
            };
            for fault in faults {
                let step = if *fault == Fault::Enospc { 4 } else { 1 };
                cases.extend((1..=*count).step_by(step).map(|when| Case {
                    call: call.clone(),
                    fault: *fault,
                    when,
                }));
            }
        }
        cases
    }
}

/// Puts the first lists into the inbox; gives the housing office's package.
fn put_first_lists(world: &World) -> Vec<u8> {
    let mut people = world.people(7, 6, "411722");
    people.extend(world.people(8, 3, "411728"));
    people.extend(world.people(9, 1, "411721"));
    let mut draft = world.list_draft(&world.housing, &people);
    let mut rows = world.rows_of("housing-safety", &people);
    rows[2][field("housing-safety", "county_name")] = "天边县".into();
    draft.lists[0].1 = csv("housing-safety", &rows);
    let housing = draft.seal();
    world.put("housing.xpkg", &housing);
    world.put(
        "health.xpkg",
        &world.warning_list(&world.health, &people[4..8]),
    );
    world.put("名单.csv", "姓名,证件号码\n".as_bytes());
    housing
}

/// What the second round holds of the other loops; `housing` is that office's first package.
fn put_other_loops(world: &World, housing: &[u8]) {
    let people = world.people(21, 2, "411722");
    let unhoused: bureau_roster::Cells<'_> = &[("risk_1", "因安全住房"), ("unsafe_house", "是")];
    bureau_roster::put(
        world,
        "名单.csv",
        &[(&people[0], unhoused), (&people[1], &[])],
    );
    let send = |name, sender, to: &[&Member], (kind, list), cells: &[(&str, &str)]| {
        let mut draft = world.draft(sender, kind);
        let to = to.iter().map(|member| member.recipient());
        draft.request.recipients.extend(to);
        let row = row(list, &cells.iter().copied().collect());
        draft.lists = vec![(list.to_owned(), csv(list, &[row]))];
        world.put(name, &draft.seal());
    };
    let today = day(world.now()).to_string();
    send(
        "anomaly.xpkg",
        &world.housing,
        &[&world.shangcai],
        ("anomaly_report", "anomaly-report"),
        &[
            ("anomaly_id", "甲-1"),
            ("county_name", "411722"),
            ("list_name", "脱贫人口/监测对象名单"),
            ("subject", "同一人员出现在两户。"),
            ("found_on", &today),
        ],
    );
    send(
        "applicant.xpkg",
        &world.suiping,
        &[],
        ("applicant_compare", "applicant-compare"),
        &[
            ("county_name", "411728"),
            ("head_name", "孙申请"),
            ("name", "孙申请"),
            ("id_no", world.people(22, 1, "411728")[0].id.as_str()),
            ("phone", "13800001234"),
            ("applied_on", &today),
            ("reason", "家庭成员患大病。"),
        ],
    );
    // Nobody else names this person: the county is told that the warning is over.
    let package = world.verify(housing.to_vec()).manifest().package_id;
    send(
        "withdrawal.xpkg",
        &world.housing,
        &[],
        ("withdrawal", "withdrawal"),
        &[
            ("package_id", &package.to_string()),
            ("row_key", world.people(8, 3, "411728")[2].id.as_str()),
            ("reason", "录入错误。"),
        ],
    );
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp")
        .arg("-a")
        .arg(from.join("."))
        .arg(to)
        .status();
    assert!(status.expect("cp").success());
}

fn posthorse_once(root: &Path) -> Output {
    Command::new(posthorse())
        .args(["daemon", "run", "--config", "posthorse.toml", "--once"])
        .current_dir(root)
        .output()
        .expect("posthorse starts")
}

fn strace(root: &Path, options: &[&str]) -> Output {
    Command::new("strace")
        .args(["-f", "-qq"])
        .args(options)
        .arg(posthorse())
        .args(["daemon", "run", "--config", "posthorse.toml", "--once"])
        .current_dir(root)
        .output()
        .expect("strace starts")
}

/// Runs a round undisturbed and counts its calls, in the thread that makes most of each: strace
/// counts every thread's calls by themselves.
fn count_calls(root: &Path) -> BTreeMap<String, usize> {
    let log = TempDir::new().expect("a folder");
    let log = log.path().join("calls");
    let path = log.to_str().expect("a path in UTF-8");
    let done = strace(root, &["-o", path, "-e", &format!("trace={CHANGES}")]);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in fs::read_to_string(&log).expect("strace's log").lines() {
        let mut words = line.split_whitespace();
        let (Some(thread), Some(call)) = (words.next(), words.next()) else {
            continue;
        };
        if let Some((name, _)) = call.split_once('(') {
            *counts
                .entry((thread.to_owned(), name.to_owned()))
                .or_default() += 1;
        }
    }
    let mut most = BTreeMap::new();
    for ((_, name), count) in counts {
        let known = most.entry(name).or_insert(0);
        *known = count.max(*known);
    }
    most
}

/// Whether the system lets us trace: CI does, a bare machine may lack the tool.
fn can_trace() -> bool {
    let tried = Command::new("strace").args(["-f", "-qq", "true"]).output();
    tried.is_ok_and(|output| output.status.success())
}

fn play_all(scenario: &Scenario, cases: &[Case]) {
    let (mut faults, mut past_the_end) = (0, 0);
    for case in cases {
        match scenario.play(case) {
            Ok(has_come) => past_the_end += usize::from(!has_come),
            Err(fault) => {
                println!("{fault}");
                faults += 1;
            }
        }
    }
    println!("{faults} faults, {past_the_end} calls that did not come");
    assert_eq!(faults, 0, "of {} cases", cases.len());
    assert!(past_the_end * 20 <= cases.len(), "nothing was injected");
}

/// A fixed sample: of every call and fault the first, the last, and some between.
fn sample(scenario: &Scenario) -> Vec<Case> {
    let cases = scenario.cases();
    let mut of_kind: BTreeMap<(String, Fault), Vec<Case>> = BTreeMap::new();
    for case in cases {
        let kind = (case.call.clone(), case.fault);
        of_kind.entry(kind).or_default().push(case);
    }
    let mut chosen = Vec::new();
    for ((_, fault), cases) in of_kind {
        let wanted = if fault == Fault::Kill { 4 } else { 2 };
        let step = cases.len().div_ceil(wanted).max(1);
        chosen.extend(cases.into_iter().skip(SEED % step).step_by(step));
    }
    chosen
}

/// Which of the points between are in the sample.
const SEED: usize = 20_261_124;

#[test]
fn a_kill_or_a_failing_disk_loses_and_doubles_nothing() {
    if !can_trace() {
        return;
    }
    for scenario in [Scenario::first_round(), Scenario::second_round()] {
        play_all(&scenario, &sample(&scenario));
    }
}

/// After the verdict the private copy is all that the archive will have, whatever the disk says.
#[test]
fn no_folder_that_a_full_disk_refuses_costs_a_package_its_place() {
    if !can_trace() {
        return;
    }
    let scenario = Scenario::first_round();
    let mut cases = scenario.cases();
    cases.retain(|case| case.call == "mkdir" && case.fault == Fault::Enospc);
    assert!(!cases.is_empty(), "no folder is made");
    play_all(&scenario, &cases);
}

/// The files that a round flushes, in order, as strace names them.
fn flushed(root: &Path) -> Vec<String> {
    let log = TempDir::new().expect("a folder");
    let log = log.path().join("calls");
    let path = log.to_str().expect("a path in UTF-8");
    let done = strace(root, &["-y", "-o", path, "-e", "trace=fsync"]);
    assert!(done.status.success());
    let text = fs::read_to_string(&log).expect("strace's log");
    let lines = text.lines().filter(|line| line.contains("fsync("));
    lines.map(str::to_owned).collect()
}

/// A flush that failed may succeed the next time without the bytes: only a new start, which reads
/// everything again, may go on. And however often a disk fails, no package is put away for it.
#[test]
fn a_failed_flush_stops_the_daemon_and_blames_no_package() {
    if !can_trace() {
        return;
    }
    let scenario = Scenario::first_round();
    for what in [
        "/package>",
        "/staged/.",
        ".new>",
        "/outbox/housing>",
        "/staged>",
    ] {
        scenario.restore();
        for attempt in 1..=4 {
            let now = TempDir::new().expect("a folder");
            copy(scenario.world.root(), now.path());
            let files = flushed(now.path());
            let at = files.iter().position(|line| line.contains(what));
            let inject = format!("inject=fsync:error=EIO:when={}", at.expect(what) + 1);
            let options = ["-o", "/dev/null", "-e", "trace=fsync", "-e", &inject];
            let failed = strace(scenario.world.root(), &options);
            let said = String::from_utf8_lossy(&failed.stderr);
            assert_eq!(failed.status.code(), Some(3), "{what} {attempt}: {said}");
            assert!(said.contains("\"code\":\"sync-failed\""), "{what}: {said}");
        }
        assert!(posthorse_once(scenario.world.root()).status.success());
        assert_eq!(Outcome::of(&scenario.world), scenario.expected, "{what}");
    }
}

/// The whole sweep of one round, in two parts that can run beside each other.
fn sweep(scenario: &Scenario, wanted: impl Fn(Fault) -> bool) {
    assert!(can_trace(), "the sweep needs strace");
    let mut cases = scenario.cases();
    cases.retain(|case| wanted(case.fault));
    println!("{} cases, calls {:?}", cases.len(), scenario.calls);
    play_all(scenario, &cases);
}

/// A full disk fails the private copy's folder each time: however often that happens, the package
/// is none the worse for it.
#[test]
fn a_full_disk_puts_no_package_away() {
    if !can_trace() {
        return;
    }
    let world = World::at(SystemClock.now());
    assert!(posthorse_once(world.root()).status.success());
    let claim = ClaimId::from_random([7; 16]);
    let name = Secret::new(b"a.xpkg".to_vec());
    let begun = world.ledger().begin_intake(&claim, &name, world.now());
    begun.expect("begun");
    let folder = world.path("drop/inbox/.claimed").join(claim.as_str());
    fs::create_dir(&folder).expect("a claim");
    let package = world.warning_list(&world.housing, &world.people(7, 1, "411722"));
    fs::write(folder.join("item"), package).expect("what was claimed");
    let full = ["-e", "inject=mkdir,mkdirat:error=ENOSPC", "-o", "/dev/null"];
    for _ in 0..5 {
        let stopped = strace(world.root(), &full);
        let said = String::from_utf8_lossy(&stopped.stderr);
        assert_eq!(stopped.status.code(), Some(3), "{said}");
        assert!(said.contains("\"code\":\"state-failed\""), "{said}");
    }
    assert!(posthorse_once(world.root()).status.success());
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    world.assert_sound();
}

#[test]
#[ignore = "takes many minutes; see the head of this file"]
fn every_kill_in_the_first_round() {
    sweep(&Scenario::first_round(), |fault| fault == Fault::Kill);
}

#[test]
#[ignore = "takes many minutes; see the head of this file"]
fn every_kill_in_the_second_round() {
    sweep(&Scenario::second_round(), |fault| fault == Fault::Kill);
}

#[test]
#[ignore = "takes many minutes; see the head of this file"]
fn every_error_in_the_first_round() {
    sweep(&Scenario::first_round(), |fault| fault != Fault::Kill);
}

#[test]
#[ignore = "takes many minutes; see the head of this file"]
fn every_error_in_the_second_round() {
    sweep(&Scenario::second_round(), |fault| fault != Fault::Kill);
}

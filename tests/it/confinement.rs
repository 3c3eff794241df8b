//! A confined daemon works as before, and whoever takes it over can do nothing else with it. What
//! this machine's kernel cannot forbid is not passed over in silence: then the daemon must say so.
//!
//! The intruder of these tests is a program of its own (`tests/intruder/`): it confines itself as
//! the daemon does, makes one attempt, and is looked at from outside.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;

use posthorse_daemon::{Barrier, Clock as _, SystemClock};
use serde_json::Value;

use crate::bureau_world::{World, names_in};
use crate::cli::{built, posthorse};

/// The signal by which a filter ends a process.
const SIGSYS: i32 = 31;

/// Every barrier of this machine, as the daemon names them.
fn words(barriers: &[Barrier]) -> String {
    let words: Vec<&str> = barriers.iter().map(|barrier| barrier.as_str()).collect();
    words.join(" ")
}

fn here(barrier: Barrier) -> bool {
    Barrier::of_this_machine().contains(&barrier)
}

/// What the daemon logs about itself.
fn confinement_told(said: &str) -> Value {
    let lines = said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let mut told = lines.filter(|line: &Value| {
        let event = line["event"].as_str().unwrap_or_default();
        ["confined", "confined-in-part", "not-confined"].contains(&event)
    });
    let first = told.next().expect("a line about the confinement");
    assert_eq!(told.next(), None, "one line");
    first
}

fn run_daemon(world: &World) -> (ExitStatus, String) {
    let output = Command::new(posthorse())
        .args(["daemon", "run", "--config", "posthorse.toml", "--once"])
        .current_dir(world.root())
        .output()
        .expect("posthorse starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status, said)
}

#[test]
fn the_daemon_says_what_holds_and_works_as_before() {
    let world = World::at(SystemClock.now());
    let people = world.people(7, 3, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    let (status, said) = run_daemon(&world);
    assert!(status.success(), "{said}");
    let told = confinement_told(&said);
    let (holds, all) = (Barrier::of_this_machine(), Barrier::ALL);
    let missing: Vec<Barrier> = all.into_iter().filter(|one| !holds.contains(one)).collect();
    assert_eq!(told["holds"], words(&holds).as_str());
    assert_eq!(told["missing"], words(&missing).as_str());
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    world.assert_sound();
}

#[test]
fn full_confinement_is_had_or_nothing_is_begun() {
    let world = World::at(SystemClock.now());
    world.set("[confinement]\nrequire = 'full'");
    world.put("a.xpkg", b"junk");
    let (status, said) = run_daemon(&world);
    if Barrier::of_this_machine() == Barrier::ALL {
        assert!(status.success(), "{said}");
        assert_eq!(confinement_told(&said)["missing"], "");
    } else {
        assert_eq!(status.code(), Some(3), "{said}");
        assert!(said.contains("daemon-not-confined"), "{said}");
        assert_eq!(names_in(&world.path("drop/inbox")), ["a.xpkg"]);
    }
}

#[test]
fn a_new_registry_and_its_rules_are_taken_over_and_kept_in_the_home() {
    let world = World::at(SystemClock.now());
    let (status, said) = run_daemon(&world);
    assert!(status.success(), "{said}");
    world.change_registry(|_| {});
    let (status, said) = run_daemon(&world);
    assert!(status.success(), "{said}");
    assert!(said.contains("\"event\":\"registry-advanced\""), "{said}");
    let [kept, published] = ["home/registry.json", "drop/registry/registry.json"];
    assert_eq!(
        fs::read(world.path(kept)).expect("kept"),
        fs::read(world.path(published)).expect("published")
    );
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "what an operating system does with a share"
)]
fn a_share_that_is_mounted_anew_ends_the_daemon_and_the_next_one_reaches_it() {
    let world = World::at(SystemClock.now());
    world.set("scan_interval_seconds = 1");
    let log = world.path("log");
    let child = Command::new(posthorse())
        .args(["daemon", "run", "--config", "posthorse.toml"])
        .current_dir(world.root())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).expect("a log"))
        .spawn();
    let mut child = child.expect("posthorse starts");
    let said = || fs::read_to_string(&log).expect("the log");
    while !said().contains("\"event\":\"recovered\"") {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let (drop, away) = (world.path("drop"), world.path("away"));
    fs::rename(&drop, &away).expect("gone");
    for folder in ["inbox", "registry"] {
        fs::create_dir_all(drop.join(folder)).expect("another share");
    }
    if here(Barrier::Files) {
        assert_eq!(child.wait().expect("it ends").code(), Some(3), "{}", said());
        assert!(
            said().contains("\"code\":\"folder-exchanged\""),
            "{}",
            said()
        );
    } else {
        child.kill().expect("killed");
        child.wait().expect("it ends");
    }
    let (status, said) = run_daemon(&world);
    assert!(status.success(), "{said}");
}

/// How an attempt ended, as seen from outside.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// It was done.
    Done,
    /// The kernel refused it, in this word of the intruder's.
    Refused(&'static str),
    /// The kernel ended the process.
    Killed,
}

const DENIED: End = End::Refused("denied");
const UNKNOWN_CALL: End = End::Refused("unknown-call");

/// The intruder, built once.
fn intruder() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let what = ["--example", "intruder"];
    PROGRAM.get_or_init(|| built("posthorse-tests", &what, "examples/intruder"))
}

/// Lets an intruder make an attempt in a confined process of its own.
fn attempt(world: &World, name: &str) -> End {
    let output = Command::new(intruder())
        .arg(name)
        .current_dir(world.root())
        .output()
        .expect("the intruder starts");
    if output.status.signal() == Some(SIGSYS) {
        return End::Killed;
    }
    match String::from_utf8_lossy(&output.stdout).trim() {
        "done" => End::Done,
        "denied" => DENIED,
        "unknown-call" => UNKNOWN_CALL,
        _ => panic!("{name}: {output:?}"),
    }
}

/// What each attempt must come to, and which barrier it runs into.
const ATTEMPTS: &[(&str, Barrier, End)] = &[
    ("read-a-file-of-the-system", Barrier::Files, DENIED),
    ("list-the-root", Barrier::Files, DENIED),
    ("write-beside-the-folders", Barrier::Files, DENIED),
    ("move-out-of-the-state", Barrier::Files, DENIED),
    ("read-in-another-thread", Barrier::Files, DENIED),
    ("read-its-own-memory", Barrier::Files, DENIED),
    (
        "make-a-link-in-the-drop-folder",
        Barrier::SystemCalls,
        UNKNOWN_CALL,
    ),
    (
        "make-a-pipe-in-the-state",
        Barrier::SystemCalls,
        UNKNOWN_CALL,
    ),
    ("start-a-program", Barrier::SystemCalls, UNKNOWN_CALL),
    ("signal-its-parent", Barrier::SystemCalls, UNKNOWN_CALL),
    ("become-a-program", Barrier::SystemCalls, End::Killed),
    ("connect", Barrier::SystemCalls, End::Killed),
    ("send-a-datagram", Barrier::SystemCalls, End::Killed),
    ("connect-on-this-machine", Barrier::SystemCalls, End::Killed),
    ("trace", Barrier::SystemCalls, End::Killed),
    ("mount", Barrier::SystemCalls, End::Killed),
];

#[test]
fn an_intruder_gets_nowhere() {
    let world = World::at(SystemClock.now());
    let missing = Barrier::ALL.into_iter().filter(|one| !here(*one));
    let missing: Vec<Barrier> = missing.collect();
    let (_, said) = run_daemon(&world);
    let told = confinement_told(&said)["missing"].clone();
    for (name, barrier, end) in ATTEMPTS {
        if here(*barrier) {
            assert_eq!(attempt(&world, name), *end, "{name}");
        } else {
            // Not checked here: the daemon itself must say so.
            assert_eq!(told, words(&missing).as_str(), "{name}");
        }
    }
    assert_eq!(names_in(&world.path("drop/inbox")), [".claimed"]);
}

#[test]
fn what_a_daemon_does_is_still_done() {
    let world = World::at(SystemClock.now());
    for name in [
        "write-in-the-drop-folder",
        "move-from-the-drop-folder-to-the-state",
        "read-the-home",
        "replace-the-registry-of-the-home",
        "start-a-thread",
    ] {
        assert_eq!(attempt(&world, name), End::Done, "{name}");
    }
}

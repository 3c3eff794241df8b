//! What was kept long enough: gone from every file, and its evidence still verifies.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use posthorse_daemon::{Clock as _, SystemClock};
use posthorse_domain::SyntheticPerson;
use posthorse_ledger::Ledger as _;
use posthorse_package::{Limits, Sealed, Timestamp};
use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::bureau_world::{DAY, World, csv, field, names_in, titled_csv};
use crate::cli::{posthorse, run};

/// Two rosters go to three offices each.
const ROSTERS: usize = 6;
const PACKAGES: usize = 5 + ROSTERS;
const NAME: &str = "金丝雀";
const EXPLANATION: &str = "入户核实，金丝雀一家已迁往外省。";
const ENROLLED: &[(&str, &str)] = &[("outcome", "已在册")];
const EXPLAINED: &[(&str, &str)] = &[("outcome", "已在册"), ("explanation", EXPLANATION)];

/// Lets registry and keys live for so many days from now on.
fn prolong(world: &World, days: i64) {
    let until = world.now().plus_seconds(days * DAY);
    world.change_registry(|next| {
        next.expires = until;
        for party in &mut next.parties {
            for entry in &mut party.signing_keys {
                entry.valid_until = until;
            }
            for entry in &mut party.recipients {
                entry.valid_until = until;
            }
        }
    });
    world.round();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    let entries = entries.map(|entry| entry.expect("an entry"));
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// The files of drop and state that hold any of these byte strings.
fn holding(world: &World, canaries: &[Vec<u8>]) -> Vec<String> {
    let mut found = Vec::new();
    for part in ["drop", "state"] {
        for path in files(&world.path(part)) {
            let bytes = fs::read(&path).expect("a file");
            let holds = |canary: &Vec<u8>| {
                bytes
                    .windows(canary.len())
                    .any(|window| window == canary.as_slice())
            };
            if canaries.iter().any(holds) {
                let inside = path.strip_prefix(world.root()).expect("inside");
                found.push(inside.to_string_lossy().into_owned());
            }
        }
    }
    found
}

/// Something of the cipher text of every package under a folder.
fn cipher_texts(folder: &Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for path in files(folder) {
        let bytes = fs::read(&path).expect("a file");
        if bytes.starts_with(b"PK\x03\x04") {
            found.push(bytes[8_000..8_064].to_vec());
        }
    }
    found
}

/// What the whole packages in a folder are for.
fn kinds_in(folder: &Path) -> Vec<String> {
    let whole = files(folder).into_iter().filter_map(|path| {
        let bytes = fs::read(path).expect("a file");
        let sealed = Sealed::read(Cursor::new(bytes), &Limits::default()).ok()?;
        Some(sealed.untrusted_manifest().kind.to_string())
    });
    let mut kinds: Vec<String> = whole.collect();
    kinds.sort();
    kinds
}

fn ask(folder: &Path, line: &str) -> (Value, Option<i32>) {
    let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let output = run(folder, &arguments, "");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let document = serde_json::from_slice(&output.stdout);
    let document = document.unwrap_or_else(|_| panic!("posthorse {line}\n{stderr}"));
    (document, output.status.code())
}

fn codes(audit: &Value) -> Vec<String> {
    let findings = audit["findings"].as_array().expect("findings");
    let mut codes: Vec<String> = findings
        .iter()
        .map(|one| one["code"].as_str().expect("a code").to_owned())
        .collect();
    codes.dedup();
    codes
}

fn audit(world: &World) -> (Value, Option<i32>) {
    let line = format!("--json audit --as-of {} drop state/archive", world.now());
    ask(world.root(), &line)
}

/// A roster of these people, of whom nothing is said that a gap rule asks about.
fn put_roster(world: &World, name: &str, people: &[SyntheticPerson]) {
    let mut rows = world.rows_of("roster", people);
    let stated = [
        "county_name",
        "town_name",
        "village_name",
        "household_no",
        "person_no",
        "name",
        "id_no",
        "household_size",
        "relation",
        "household_type",
    ];
    let stated = stated.map(|name| field("roster", name));
    for row in &mut rows {
        for (at, cell) in row.iter_mut().enumerate() {
            if !stated.contains(&at) {
                cell.clear();
            }
        }
    }
    fs::create_dir_all(world.path("state/rosters")).expect("a folder");
    fs::write(
        world.path("state/rosters").join(name),
        titled_csv("roster", &rows),
    )
    .expect("a roster");
}

/// Everything that the bureau holds of two people, from their list to the feedback, every case
/// closed: with a row that went back, a roster, and a list that lay open.
fn closed_world(world: &World) -> Vec<Vec<u8>> {
    let mut people = world.people(7, 3, "411722");
    people
        .iter_mut()
        .for_each(|person| NAME.clone_into(&mut person.name));
    let mut draft = world.list_draft(&world.housing, &people);
    let mut rows = world.rows_of("housing-safety", &people);
    rows[2][field("housing-safety", "county_name")] = "天边县".into();
    draft.lists[0].1 = csv("housing-safety", &rows);
    world.put("list.xpkg", &draft.seal());
    let open_list = titled_csv("housing-safety", &world.rows_of("housing-safety", &people));
    world.put("open.csv", &open_list);
    put_roster(world, "roster.csv", &people);
    let summary = world.round();
    assert_eq!((summary.dispatched_people, summary.gaps), (2, 0));
    let ids: Vec<String> = world
        .dispatched(&world.shangcai)
        .iter()
        .map(|row| row["warning_id"].clone())
        .collect();
    let answer = world.answer(
        &world.shangcai,
        &[(&ids[0], ENROLLED), (&ids[1], EXPLAINED)],
    );
    world.put("answer.xpkg", &answer);
    assert_eq!(world.round().fed_back, 2);
    // The newest roster is in use, and stays.
    world.wait_days(1);
    put_roster(world, "newer.csv", &world.people(98, 3, "411722"));
    assert_eq!(world.round().gaps, 0);
    let mut canaries = vec![NAME.as_bytes().to_vec(), EXPLANATION.as_bytes().to_vec()];
    canaries.extend(
        people
            .iter()
            .map(|person| person.id.as_str().as_bytes().to_vec()),
    );
    canaries
}

/// Three years later, the day after something else was sent: the ledger knows that time has passed.
fn three_years_later(world: &World) {
    world.wait_days(3 * 366);
    let other = world.people(99, 1, "411722");
    world.put("later.xpkg", &world.warning_list(&world.health, &other));
    assert_eq!(
        world.round().deleted,
        0,
        "nobody knows yet whether the clock is right"
    );
    world.wait_days(2);
}

#[test]
fn req_27_after_three_years_the_content_is_gone_and_the_evidence_verifies() {
    let world = World::new();
    prolong(&world, 6 * 365);
    let mut canaries = closed_world(&world);
    let archived = cipher_texts(&world.path("state/archive"));
    assert_eq!(archived.len(), PACKAGES);
    let sent = kinds_in(&world.path("drop/outbox"));
    assert_eq!(sent.len(), 3 + ROSTERS, "{sent:?}");
    canaries.extend(archived);
    // What is sealed shows its cipher text; what is not, the names themselves.
    let before = holding(&world, &canaries);
    assert!(before.iter().any(|path| path.starts_with("state/rosters/")));
    assert!(
        before
            .iter()
            .any(|path| path.starts_with("state/quarantine/"))
    );
    assert!(before.iter().any(|path| path.starts_with("drop/outbox/")));
    let (_, exit) = audit(&world);
    assert_eq!(exit, Some(0));

    three_years_later(&world);
    assert_eq!(world.round().deleted, PACKAGES as u64);
    assert_eq!(holding(&world, &canaries), Vec::<String>::new());
    let ledger = world.ledger();
    assert_eq!(ledger.unfinished_deletion().expect("asked"), None);
    assert_eq!(world.round().deleted, 0, "once is enough");

    let (found, exit) = audit(&world);
    assert_eq!((codes(&found), exit), (vec![], Some(0)));
    let evidence = found["evidence"].as_array().expect("evidence");
    assert_eq!(evidence.len(), PACKAGES);
    assert_eq!(found["deletions"][0]["number"], 1);
    let day = crate::bureau_world::day(world.now()).to_string();
    assert_eq!(found["evidence"][0]["deleted_on"], Value::from(day));
}

#[test]
fn an_audit_names_whoever_removed_without_saying_so() {
    let world = World::new();
    prolong(&world, 6 * 365);
    closed_world(&world);
    let whole = TempDir::new().expect("a folder");
    let copy_of = |part: &str| {
        let list = files(&world.path(part));
        let kept: BTreeMap<PathBuf, Vec<u8>> = list
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).expect("a file")))
            .collect();
        kept
    };
    let packages: Vec<(PathBuf, Vec<u8>)> = copy_of("state/archive")
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|ending| ending == "xpkg"))
        .collect();
    three_years_later(&world);
    world.round();
    let records = || {
        let mut records = files(&world.path("drop/deletions"));
        records.extend(files(&world.path("state/archive/deletions")));
        records
    };
    assert_eq!(records().len(), 2);
    let evidence: Vec<PathBuf> = files(&world.path("state/archive"))
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".evidence.json"))
        .collect();
    assert_eq!(evidence.len(), PACKAGES);
    let found = || codes(&audit(&world).0);
    // Evidence without the record that explains it.
    let kept: Vec<(PathBuf, Vec<u8>)> = records()
        .into_iter()
        .map(|path| (path.clone(), fs::read(path).expect("a record")))
        .collect();
    let restore = || {
        for (path, bytes) in &kept {
            fs::write(path, bytes).expect("restored");
        }
    };
    for (path, _) in &kept {
        fs::remove_file(path).expect("removed");
    }
    assert_eq!(found(), ["evidence-without-deletion"]);
    restore();
    assert_eq!(found(), Vec::<String>::new());
    // A record whose signature does not fit explains nothing.
    for (path, bytes) in &kept {
        let text = String::from_utf8(bytes.clone()).expect("text");
        let at = text.find("\"sig\":\"").expect("a signature") + 7;
        let other = if &text[at..=at] == "A" { "B" } else { "A" };
        let forged = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        fs::write(path, forged).expect("forged");
    }
    assert_eq!(found(), ["deletion-refused", "evidence-without-deletion"]);
    restore();
    // A record without the evidence.
    let received = evidence.iter().find(|path| {
        let folder = path.parent().and_then(Path::file_name);
        folder.is_some_and(|name| name != "sent")
    });
    let received = received.expect("evidence of what came");
    let bytes = fs::read(received).expect("evidence");
    fs::remove_file(received).expect("removed");
    let missing = found();
    assert!(
        missing.contains(&"evidence-missing".to_owned()),
        "{missing:?}"
    );
    assert!(
        missing.contains(&"receipt-without-package".to_owned()),
        "{missing:?}"
    );
    fs::write(received, &bytes).expect("restored");
    // Evidence with another byte in its manifest proves nothing.
    let text = String::from_utf8(bytes.clone()).expect("text");
    let at = text.find("\"payload\":\"").expect("a payload") + 40;
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    let forged = format!("{}{other}{}", &text[..at], &text[at + 1..]);
    fs::write(received, forged).expect("forged");
    assert!(found().contains(&"package-refused".to_owned()));
    fs::write(received, &bytes).expect("restored");
    // The package is still there.
    let (path, bytes) = &packages[0];
    fs::write(path, bytes).expect("put back");
    assert_eq!(found(), ["deleted-still-there"]);
    fs::remove_file(path).expect("removed");
    assert_eq!(found(), Vec::<String>::new());
    drop(whole);
}

#[test]
fn req_27_an_open_case_keeps_everything_that_it_is_made_of() {
    let world = World::new();
    prolong(&world, 9 * 365);
    let people = world.people(7, 2, "411722");
    world.put("list.xpkg", &world.warning_list(&world.housing, &people));
    world.round();
    let ids: Vec<String> = world
        .dispatched(&world.shangcai)
        .iter()
        .map(|row| row["warning_id"].clone())
        .collect();
    let half = world.answer(&world.shangcai, &[(&ids[0], ENROLLED)]);
    world.put("half.xpkg", &half);
    world.round();
    world.wait_days(4 * 366);
    world.round();
    world.wait_days(2);
    world.round();
    let ledger = world.ledger();
    assert!(
        ledger.case(&ids[0]).expect("asked").is_none(),
        "ended, and over"
    );
    assert!(ledger.case(&ids[1]).expect("asked").is_some(), "open");
    drop(ledger);
    // The list names both: it stays, and so does the dispatch.
    let kinds = |folder: &str| {
        let mut kinds = kinds_in(&world.path(folder));
        kinds.retain(|kind| kind != "urge");
        kinds
    };
    assert_eq!(kinds("state/archive/2026/11"), ["warning_list"]);
    assert_eq!(kinds("drop/outbox/411722"), ["warning_dispatch"]);
    assert_eq!(kinds("drop/outbox/housing"), Vec::<String>::new());
    let late = world.answer(&world.shangcai, &[(&ids[1], ENROLLED)]);
    world.put("late.xpkg", &late);
    assert_eq!(world.round().fed_back, 1);
    world.wait_days(3 * 366);
    assert_eq!(world.round().deleted, 0);
    world.wait_days(2);
    assert_eq!(
        world.round().deleted,
        0,
        "nothing has happened for three years"
    );
    world.put(
        "later.xpkg",
        &world.warning_list(&world.health, &people[..1]),
    );
    world.round();
    world.wait_days(2);
    assert!(world.round().deleted > 0);
    assert!(world.ledger().case(&ids[1]).expect("asked").is_none());
}

#[test]
fn the_command_shows_asks_and_deletes() {
    let world = World::at(SystemClock.now().plus_seconds(-3 * 366 * DAY));
    prolong(&world, 6 * 365);
    let canaries = closed_world(&world);
    let folder = world.root();
    let (due, exit) = ask(
        folder,
        "--json daemon delete --config posthorse.toml --dry-run",
    );
    assert_eq!(exit, Some(0));
    assert_eq!(due["deleted"], Value::Null);
    let kinds: Vec<(&str, u64, u64)> = due["due"]["kinds"]
        .as_array()
        .expect("kinds")
        .iter()
        .map(|line| {
            let number = |member: &str| line[member].as_u64().expect("a number");
            (
                line["kind"].as_str().expect("a kind"),
                number("packages"),
                number("rows"),
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("return_sheet", 1, 0),
            ("roster", ROSTERS as u64, 0),
            ("verification_result", 1, 2),
            ("warning_dispatch", 1, 2),
            ("warning_feedback", 1, 2),
            ("warning_list", 1, 2),
        ]
    );
    assert_eq!(due["due"]["cases"], 2);
    assert_eq!(due["due"]["quarantined"], 1);
    assert_eq!(due["due"]["rosters"], 1);
    let said = due.to_string();
    assert!(!said.contains(NAME));
    let earlier = format!(
        "--json daemon delete --config posthorse.toml --dry-run --as-of {}",
        world.now()
    );
    assert_eq!(ask(folder, &earlier).0["due"]["cases"], 0);
    let (refused, exit) = ask(folder, "--json daemon delete --config posthorse.toml");
    assert_eq!(exit, Some(2));
    assert_eq!(refused["error"]["code"], "delete-needs-a-yes");
    assert!(
        !holding(&world, &canaries).is_empty(),
        "nothing was deleted"
    );
    let (done, exit) = ask(folder, "--json daemon delete --config posthorse.toml --yes");
    assert_eq!(exit, Some(0));
    assert_eq!(done["deleted"]["packages"], PACKAGES);
    assert_eq!(done["deleted"]["records"], 1);
    assert_eq!(holding(&world, &canaries), Vec::<String>::new());
    let (again, _) = ask(folder, "--json daemon delete --config posthorse.toml --yes");
    assert_eq!(again["deleted"], Value::Null);
    // What is left verifies together with the record, and not without it.
    let at: Timestamp = world.now();
    let line = format!("--json verify --registry home/registry.json --as-of {at}");
    let (_, alone) = ask(folder, &format!("{line} state/archive/sent"));
    assert_eq!(alone, Some(1));
}

/// What a deletion has come to, whatever happened in between.
fn outcome(world: &World) -> (Vec<String>, usize, Vec<String>) {
    world.assert_sound();
    let ledger = world.ledger();
    assert_eq!(ledger.unfinished_deletion().expect("asked"), None);
    let names = |part: &str| -> Vec<String> {
        files(&world.path(part))
            .into_iter()
            .map(|path| {
                let inside = path.strip_prefix(world.root()).expect("inside");
                inside.to_string_lossy().into_owned()
            })
            .collect()
    };
    let mut archive = names("state/archive");
    // A roster whose removal was cut short is due once more, and gets a record of its own.
    archive.retain(|name| !name.starts_with("state/archive/deletions/"));
    let drop = names("drop/outbox");
    let records = names_in(&world.path("drop/deletions")).len();
    (archive, records, drop)
}

fn delete_under(root: &Path, options: &[&str]) -> Output {
    Command::new("strace")
        .args(["-f", "-qq"])
        .args(options)
        .arg(posthorse())
        .args(["daemon", "delete", "--config", "posthorse.toml", "--yes"])
        .current_dir(root)
        .output()
        .expect("strace starts")
}

/// Erasing writes the ledger anew, which needs room that a confined daemon has in its own folder alone.
#[test]
fn a_confined_daemon_deletes_and_erases_what_is_due() {
    let world = World::at(SystemClock.now().plus_seconds(-(3 * 366 + 3) * DAY));
    prolong(&world, 6 * 365);
    let canaries = closed_world(&world);
    three_years_later(&world);
    let run = Command::new(posthorse())
        .args(["daemon", "run", "--once", "--config", "posthorse.toml"])
        .current_dir(world.root())
        .output()
        .expect("the daemon starts");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    assert!(said.contains("\"event\":\"deleted\""), "{said}");
    assert_eq!(holding(&world, &canaries), Vec::<String>::new());
    let left = names_in(&world.path("state")).into_iter();
    assert_eq!(left.filter(|name| name.starts_with("etilqs_")).count(), 0);
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp")
        .arg("-a")
        .arg(from.join("."))
        .arg(to)
        .status();
    assert!(status.expect("cp").success());
}

#[test]
fn a_kill_in_the_middle_of_a_deletion_leaves_what_the_next_run_finishes() {
    let traced = Command::new("strace").args(["-qq", "true"]).output();
    if !traced.is_ok_and(|output| output.status.success()) {
        return;
    }
    let world = World::at(SystemClock.now().plus_seconds(-3 * 366 * DAY));
    prolong(&world, 6 * 365);
    let canaries = closed_world(&world);
    let before = TempDir::new().expect("a folder");
    copy(world.root(), before.path());
    world.clock.set(SystemClock.now());
    let undisturbed = delete_under(world.root(), &["-e", "trace=none"]);
    assert!(
        undisturbed.status.success(),
        "{}",
        String::from_utf8_lossy(&undisturbed.stderr)
    );
    let expected = outcome(&world);
    assert_eq!(holding(&world, &canaries), Vec::<String>::new());
    let cases = [
        ("unlink", 1..=12),
        ("rename", 1..=8),
        ("fsync", 1..=12),
        ("fdatasync", 1..=10),
        ("ftruncate", 1..=2),
        ("pwrite64", 20..=60),
    ];
    let mut killed = 0;
    for (call, times) in cases {
        for when in times.step_by(if call == "pwrite64" { 20 } else { 5 }) {
            for name in names_in(world.root()) {
                if world.path(&name).is_dir() {
                    fs::remove_dir_all(world.path(&name)).expect("removed");
                }
            }
            copy(before.path(), world.root());
            let inject = format!("inject={call}:signal=KILL:when={when}");
            let trace = format!("trace={call}");
            let run = delete_under(world.root(), &["-e", &trace, "-e", &inject]);
            killed += usize::from(!run.status.success());
            // A daemon's round finishes what was begun; the command deletes what was not.
            world.round();
            let line = "--json daemon delete --config posthorse.toml --yes";
            assert_eq!(ask(world.root(), line).1, Some(0), "{call} {when}");
            let found = outcome(&world);
            assert_eq!(
                (&found.0, &found.2),
                (&expected.0, &expected.2),
                "{call} {when}"
            );
            assert!(
                (1..=2).contains(&found.1),
                "{call} {when}: {} records",
                found.1
            );
            assert_eq!(
                holding(&world, &canaries),
                Vec::<String>::new(),
                "{call} {when}"
            );
            assert_eq!(
                codes(&audit(&world).0),
                Vec::<String>::new(),
                "{call} {when}"
            );
        }
    }
    assert!(killed >= 10, "{killed} kills came");
}

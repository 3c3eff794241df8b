//! The daemon as its operator has it: starting, stopping, settings, and what it must not say.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use posthorse_daemon::{Clock as _, Config, SystemClock};

use super::{dispatched_world, warnings};
use crate::bureau_world::{World, csv, field, names_in};
use crate::cli::posthorse;

#[test]
fn nobody_is_named_outside_sealed_packages() {
    const NAME: &str = "金丝雀";
    const FILE: &str = "canary-file-name";
    let world = World::at(SystemClock.now());
    let mut people = world.people(7, 3, "411722");
    people.extend(world.people(9, 1, "411721"));
    people
        .iter_mut()
        .for_each(|person| NAME.clone_into(&mut person.name));
    let mut draft = world.list_draft(&world.housing, &people);
    let mut rows = world.rows_of("housing-safety", &people);
    rows[0][field("housing-safety", "county_name")] = "天边县".into();
    draft.lists[0].1 = csv("housing-safety", &rows);
    world.put(&format!("{FILE}.xpkg"), &draft.seal());
    world.put(&format!("{FILE}.pdf"), b"junk");
    world.put(&format!("{FILE}.part"), b"x");
    let old = Command::new("touch")
        .args(["-d", "2020-01-01"])
        .arg(world.path(&format!("drop/inbox/{FILE}.part")))
        .status();
    assert!(old.expect("touch").success());
    let said = run_program(&world, &["--once"]);
    assert!(said.contains("\"event\":\"lingering\""), "{said}");
    let answer = world.answer(
        &world.shangcai,
        &[(&warnings(&world)[0], &[("verifier", NAME)])],
    );
    world.put("answer.xpkg", &answer);
    let said = said + &run_program(&world, &["--once"]);
    world.assert_sound();
    fs::remove_file(world.path(&format!("drop/inbox/{FILE}.part"))).expect("removed");

    let mut words = vec![NAME.to_owned(), FILE.to_owned()];
    words.extend(people.iter().map(|person| person.id.as_str().to_owned()));
    words.extend(people.iter().map(|person| person.phone.clone()));
    for word in &words {
        assert!(!said.contains(word), "the log names {word}");
    }
    for folder in ["drop", "state"] {
        assert_names_nobody(&world.path(folder), &words);
    }
}

fn assert_names_nobody(path: &Path, words: &[String]) {
    for name in names_in(path) {
        let path = path.join(name);
        if path.is_dir() {
            assert_names_nobody(&path, words);
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        for word in words {
            let named = bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes());
            assert!(
                !named && !path.to_string_lossy().contains(word),
                "{} names {word}",
                path.display()
            );
        }
    }
}

fn run_program(world: &World, arguments: &[&str]) -> String {
    let output = Command::new(posthorse())
        .args(["daemon", "run", "--config", "posthorse.toml"])
        .args(arguments)
        .current_dir(world.root())
        .output()
        .expect("posthorse starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn a_second_daemon_on_the_same_state_is_refused() {
    let world = dispatched_world(1);
    let lock = fs::OpenOptions::new()
        .write(true)
        .open(world.path("state/daemon.lock"))
        .expect("the lock");
    lock.lock().expect("locked");
    let refused = world.try_round().expect_err("locked");
    assert_eq!(refused.code(), "daemon-locked");
    assert!(refused.to_string().contains("state"), "{refused}");
    drop(lock);
    world.round();
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "what a stranger may do on a share"
)]
fn a_missing_share_and_links_in_its_place_are_refused() {
    let world = dispatched_world(1);
    let (inbox, elsewhere) = (world.path("drop/inbox"), world.path("elsewhere"));
    fs::rename(&inbox, &elsewhere).expect("moved");
    fs::write(elsewhere.join("precious.txt"), b"precious").expect("a file");
    std::os::unix::fs::symlink(&elsewhere, &inbox).expect("a link");
    assert_eq!(world.try_round().expect_err("a link").code(), "drop-failed");
    assert!(elsewhere.join("precious.txt").exists());
    fs::rename(world.path("drop"), world.path("unmounted")).expect("moved");
    fs::create_dir(world.path("drop")).expect("an empty mount point");
    assert_eq!(
        world.try_round().expect_err("no share").code(),
        "drop-missing"
    );
    assert_eq!(names_in(&world.path("drop")), Vec::<String>::new());
}

#[test]
fn settings_with_an_unknown_key_are_refused() {
    let world = World::new();
    let text = fs::read_to_string(world.path("posthorse.toml")).expect("settings");
    let error = Config::from_toml(&format!("{text}scan_interval = 3\n"), world.root());
    assert_eq!(error.expect_err("an unknown key").code(), "config-syntax");
}

#[test]
fn asked_to_stop_it_ends_what_it_holds_and_leaves_well() {
    let world = World::at(SystemClock.now());
    let people = world.people(7, 20, "411722");
    for number in 0..30 {
        world.put(
            &format!("{number}.xpkg"),
            &world.warning_list(&world.housing, &people),
        );
    }
    let mut child = start(&world);
    // Its first receipt shows that it is at work.
    while shown(&world) == 0 {
        assert_eq!(child.try_wait().expect("a child"), None, "it works on");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    stop(child);
    let decided = world.receipts(&world.housing).len();
    let waiting = names_in(&world.path("drop/inbox")).len() - 1;
    assert_eq!(decided + waiting, 30);
    world.assert_sound();
    run_program(&world, &["--once"]);
    world.assert_sound();
    assert_eq!(world.receipts(&world.housing).len(), 30);
}

#[test]
fn a_daemon_at_work_takes_what_comes_later() {
    let world = World::at(SystemClock.now());
    world.set("scan_interval_seconds = 1");
    let people = world.people(7, 1, "411722");
    let mut child = start(&world);
    for number in 1..=3 {
        let package = world.warning_list(&world.housing, &people);
        world.put(&format!(".{number}.xpkg"), &package);
        let (hidden, name) = (format!(".{number}.xpkg"), format!("{number}.xpkg"));
        let inbox = world.path("drop/inbox");
        let moved = Command::new("mv")
            .arg(inbox.join(hidden))
            .arg(inbox.join(name))
            .status();
        assert!(moved.expect("mv").success());
        while shown(&world) < number {
            assert_eq!(child.try_wait().expect("a child"), None, "it works on");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    }
    stop(child);
    world.assert_sound();
    assert_eq!(
        world.codes(&world.housing),
        ["accepted", "accepted", "accepted"]
    );
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "what an operating system does with a share"
)]
fn a_share_that_goes_and_comes_back_loses_nothing() {
    let world = World::at(SystemClock.now());
    world.set("scan_interval_seconds = 1");
    let people = world.people(7, 1, "411722");
    let (drop, away) = (world.path("drop"), world.path("away"));
    let log = world.path("log");
    let mut child = Command::new(posthorse())
        .args(["daemon", "run", "--config", "posthorse.toml"])
        .current_dir(world.root())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).expect("a log"))
        .spawn()
        .expect("posthorse starts");
    let says = |word: &str| fs::read_to_string(&log).expect("the log").contains(word);
    let mut wait_for = |condition: &dyn Fn() -> bool| {
        while !condition() {
            assert_eq!(child.try_wait().expect("a child"), None, "it works on");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    wait_for(&|| says("\"event\":\"recovered\""));
    fs::rename(&drop, &away).expect("gone");
    fs::create_dir(&drop).expect("an empty mount point");
    wait_for(&|| says("\"event\":\"inbox-unreadable\""));
    assert_eq!(names_in(&drop), Vec::<String>::new());
    fs::remove_dir(&drop).expect("removed");
    fs::rename(&away, &drop).expect("back");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    wait_for(&|| shown(&world) == 1);
    stop(child);
    world.assert_sound();
}

/// How many receipts stand in the housing office's outbox under their names.
fn shown(world: &World) -> usize {
    let names = names_in(&world.path("drop/outbox/housing")).into_iter();
    names.filter(|name| !name.starts_with('.')).count()
}

fn start(world: &World) -> Child {
    Command::new(posthorse())
        .args(["daemon", "run", "--config", "posthorse.toml"])
        .current_dir(world.root())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("posthorse starts")
}

/// Asks the daemon to stop, and expects it to leave well.
fn stop(child: Child) {
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    assert!(asked.expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
}

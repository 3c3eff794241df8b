//! Commands that read what others left on a share.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::bureau_world::{World, names_in};
use crate::cli::posthorse;

/// Runs posthorse in a world; one that does not end by itself is killed, and has no exit code.
fn exit_code(world: &World, line: &str) -> Option<i32> {
    let mut child = Command::new(posthorse())
        .args(line.split(' '))
        .current_dir(world.root())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("posthorse starts");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(60) {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("killed");
    child.wait().expect("a child");
    None
}

#[test]
fn a_pipe_on_the_share_holds_nobody() {
    let world = World::new();
    let registry = world.path("drop/registry/registry.json");
    fs::remove_file(&registry).expect("removed");
    for pipe in [
        registry,
        world.path("drop/outbox/a.xpkg"),
        world.path("drop/outbox/a.receipt.json"),
    ] {
        let made = Command::new("mkfifo").arg(pipe).status();
        assert!(made.expect("mkfifo").success());
    }
    for (line, exit) in [
        ("doctor --drop drop", 1),
        ("registry show drop/registry/registry.json", 3),
        ("registry verify drop/registry/registry.json", 3),
        ("verify --registry drop/registry/registry.json drop", 3),
        ("verify --registry home/registry.json drop/outbox/a.xpkg", 3),
        ("inspect drop/outbox/a.xpkg", 3),
        ("receipt show drop/outbox/a.receipt.json", 3),
        ("audit --registry home/registry.json drop", 1),
        ("check drop/outbox/a.xpkg", 3),
        ("check /dev/zero", 3),
    ] {
        assert_eq!(exit_code(&world, line), Some(exit), "{line}");
    }
    assert_eq!(names_in(&world.path("drop/outbox")).len(), 2);
}

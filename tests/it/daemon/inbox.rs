//! Whatever people and programs leave in a shared folder.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

use posthorse_daemon::RunSummary;
use posthorse_ledger::{ClaimId, Ledger as _, Secret};

use super::{dispatched_world, text_map};
use crate::bureau_world::{World, names_in, open};

#[test]
fn what_is_no_package_is_put_away_and_the_rest_flows_on() {
    let world = World::new();
    let inbox = world.path("drop/inbox");
    let workbook = {
        let package = dispatched_world(1);
        let dispatch = package
            .packages(&package.shangcai, "warning_dispatch")
            .remove(0);
        let files = open(dispatch, &package.shangcai)
            .expect("it opens")
            .into_store()
            .into_files();
        files[&"attachments/answer.xlsx".parse().expect("a name")].clone()
    };
    world.put("名单.xlsx", &workbook);
    world.put("no ending", &workbook);
    world.put("名单.csv", "姓名,证件号码\n".as_bytes());
    world.put("junk.xpkg", b"junk");
    world.put("line\nbreak\u{202e}gpkx", b"junk");
    world.put("CON", b"junk");
    world.put(&"n".repeat(255), b"junk");
    fs::write(inbox.join(OsStr::from_bytes(b"\xff\xfe.xpkg")), b"junk").expect("a file");
    fs::create_dir_all(inbox.join("folder/within")).expect("a folder");
    fs::write(inbox.join("folder/within/list.csv"), b"kept").expect("a file");
    let secret = world.path("home/keys/identity.txt");
    symlink(&secret, inbox.join("link.xpkg")).expect("a link");
    symlink("nowhere", inbox.join("broken link")).expect("a link");
    let fifo = Command::new("mkfifo").arg(inbox.join("pipe.xpkg")).status();
    assert!(fifo.expect("mkfifo").success());
    drop(UnixListener::bind(inbox.join("socket")).expect("a socket"));
    let people = world.people(7, 2, "411722");
    let mut flipped = world.list_draft(&world.housing, &people).seal_aside();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    world.put("flipped.xpkg", &flipped);
    world.put("good.xpkg", &world.warning_list(&world.health, &people));

    let summary = world.round();
    assert_eq!((summary.accepted, summary.quarantined), (1, 14));
    let codes = [
        ("directory", 1),
        ("not-a-package", 5),
        ("payload-digest", 1),
        ("plaintext-list", 3),
        ("special-file", 2),
        ("symbolic-link", 2),
    ];
    assert_eq!(world.quarantined(), text_map(&codes));
    assert_eq!(names_in(&inbox), [".claimed"]);
    assert!(secret.exists(), "a link is not followed");
    let kept = names_in(&world.path("state/quarantine"));
    assert_eq!(kept.len(), 14);
    let folder = kept
        .iter()
        .map(|claim| world.path("state/quarantine").join(claim).join("item"));
    let lists: Vec<_> = folder.filter(|item| item.is_dir()).collect();
    assert_eq!(
        fs::read(lists[0].join("within/list.csv")).expect("kept"),
        b"kept"
    );
    assert_eq!(world.codes(&world.health), ["accepted"]);
}

#[test]
fn what_is_still_arriving_is_left_alone() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let package = world.warning_list(&world.housing, &people);
    let left = [
        ("~$名单.xlsx", "temporary-name"),
        (".hidden.xpkg", "temporary-name"),
        ("a.xpkg.part", "temporary-name"),
        ("b.filepart", "temporary-name"),
        ("c.tmp", "temporary-name"),
        ("empty.xpkg", "incomplete"),
        ("growing.xpkg", "incomplete"),
        ("reserved.xpkg", "incomplete"),
    ];
    for (name, _) in left {
        world.put(name, &[]);
    }
    world.put("reserved.xpkg", &vec![0; package.len()]);
    let mut expected: Vec<(String, &str)> = left
        .iter()
        .map(|(name, reason)| ((*name).to_owned(), *reason))
        .collect();
    expected.sort();
    // A slow copy: more of it at every scan, and never taken before its last byte is there.
    for length in [1, 100, package.len() / 2, package.len() - 1] {
        world.put("growing.xpkg", &package[..length]);
        let summary = world.round();
        assert_eq!(seen(&summary), expected, "{length} bytes");
        assert_eq!(
            (summary.accepted, summary.rejected, summary.quarantined),
            (0, 0, 0)
        );
    }
    world.put("growing.xpkg", &package);
    world.put("reserved.xpkg", &package);
    let summary = world.round();
    assert_eq!((summary.accepted, summary.replayed), (1, 1));
    assert_eq!(seen(&summary).len(), 6);
}

fn seen(summary: &RunSummary) -> Vec<(String, &'static str)> {
    let left = summary.left.iter();
    let mut seen: Vec<_> = left
        .map(|one| (one.name.as_raw().to_owned(), one.reason))
        .collect();
    seen.sort();
    seen
}

#[test]
fn a_claim_that_was_given_up_and_is_there_after_all_is_taken_up() {
    let world = dispatched_world(1);
    let package = world.warning_list(&world.housing, &world.people(8, 1, "411722"));
    let claim = ClaimId::from_random([7; 16]);
    let mut ledger = world.ledger();
    let name = Secret::new(b"a.xpkg".to_vec());
    ledger
        .begin_intake(&claim, &name, world.now())
        .expect("begun");
    ledger
        .release_intake(&claim, world.now())
        .expect("given up");
    drop(ledger);
    let folder = world.path("drop/inbox/.claimed").join(claim.as_str());
    fs::create_dir(&folder).expect("a claim");
    fs::write(folder.join("item"), package).expect("what the share had denied");
    assert_eq!(world.round().accepted, 1);
    assert_eq!(world.codes(&world.housing), ["accepted", "accepted"]);
}

#[test]
fn what_is_longer_than_the_settings_allow_is_put_away() {
    let world = World::new();
    world.set("[limits]\npackage_bytes = 16000");
    let package = world.warning_list(&world.housing, &world.people(7, 1, "411722"));
    world.put("a.xpkg", &package);
    assert_eq!(world.round().quarantined, 1);
    assert_eq!(world.quarantined(), text_map(&[("too-large", 1)]));
    let claim = names_in(&world.path("state/quarantine")).remove(0);
    let kept = world.path("state/quarantine").join(claim).join("item");
    assert_eq!(fs::read(kept).expect("kept"), package);
}

#[test]
fn what_kills_its_reader_again_and_again_is_put_away() {
    let world = dispatched_world(1);
    let poison = world.warning_list(&world.housing, &world.people(8, 1, "411722"));
    let (claim, unknown) = (ClaimId::from_random([7; 16]), ClaimId::from_random([8; 16]));
    let mut ledger = world.ledger();
    let name = Secret::new(b"poison.xpkg".to_vec());
    ledger
        .begin_intake(&claim, &name, world.now())
        .expect("begun");
    for attempt in 1..=3 {
        assert_eq!(ledger.begin_attempt(&claim).expect("counted"), attempt);
    }
    drop(ledger);
    let restored = world.warning_list(&world.health, &world.people(9, 1, "411722"));
    for (claim, bytes) in [(&claim, &poison), (&unknown, &restored)] {
        let folder = world.path("drop/inbox/.claimed").join(claim.as_str());
        fs::create_dir(&folder).expect("a claim");
        fs::write(folder.join("item"), bytes).expect("what was claimed");
    }
    // The other claim is one of which a restored ledger knows nothing: it is taken up.
    let summary = world.round();
    assert_eq!((summary.quarantined, summary.accepted), (1, 1));
    assert_eq!(world.quarantined(), text_map(&[("poison", 1)]));
    let kept = world
        .path("state/quarantine")
        .join(claim.as_str())
        .join("item");
    assert_eq!(fs::read(kept).expect("kept"), poison);
    assert_eq!(world.codes(&world.health), ["accepted"]);
}

#[test]
fn what_stands_in_the_way_in_an_outbox_is_moved_and_a_link_is_not_followed() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let draft = world.list_draft(&world.housing, &people);
    let name = format!("{}.receipt.json", draft.request.package_id);
    fs::create_dir_all(world.path("drop/outbox/housing")).expect("a folder");
    fs::write(world.path("drop/outbox/housing").join(&name), b"forged").expect("a file");
    world.put("a.xpkg", &draft.seal());
    let elsewhere = world.path("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    let link = world.path("drop/outbox/411722");
    symlink(&elsewhere, &link).expect("a link");
    let summary = world.try_round().expect("a round");
    assert_eq!((summary.accepted, summary.dispatches), (1, 1));
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    let kept = world.path("drop/inbox/.quarantine");
    let claim = names_in(&kept).remove(0);
    assert_eq!(
        fs::read(kept.join(claim).join("item")).expect("kept"),
        b"forged"
    );
    assert_eq!(names_in(&elsewhere), Vec::<String>::new());
    // What could not be shown waits, and appears when it can.
    fs::remove_file(link).expect("removed");
    assert_eq!(world.round().dispatches, 0);
    assert_eq!(world.dispatched(&world.shangcai).len(), 1);
}

#[test]
fn where_state_is_on_another_disk_nothing_is_lost_on_the_way() {
    use std::os::unix::fs::MetadataExt as _;
    let world = World::new();
    // A disk in memory, where the system has one.
    let Ok(state) = tempfile::TempDir::new_in("/dev/shm") else {
        return;
    };
    let device = |path: &std::path::Path| fs::metadata(path).expect("a folder").dev();
    if device(state.path()) == device(world.root()) {
        return;
    }
    let settings = format!(
        "drop = 'drop'\nstate = '{}'\nhome = 'home'\n",
        state.path().display()
    );
    fs::write(world.path("posthorse.toml"), settings).expect("settings");
    let inbox = world.path("drop/inbox");
    fs::create_dir(inbox.join("folder")).expect("a folder");
    fs::write(inbox.join("folder/list.csv"), b"kept").expect("a file");
    symlink("nowhere", inbox.join("link")).expect("a link");
    world.put("junk", b"junk");
    let package = world.warning_list(&world.health, &world.people(7, 1, "411722"));
    world.put("good.xpkg", &package);
    let summary = world.try_round().expect("a round");
    assert_eq!((summary.accepted, summary.quarantined), (1, 3));
    assert_eq!(names_in(&inbox), [".claimed", ".quarantine"]);
    assert_eq!(names_in(&inbox.join(".claimed")), Vec::<String>::new());
    let kept = names_in(&inbox.join(".quarantine"));
    assert_eq!(kept.len(), 2, "what is no file stays on the share");
    assert_eq!(names_in(&state.path().join("quarantine")).len(), 1);
    let items = kept
        .iter()
        .map(|claim| inbox.join(".quarantine").join(claim).join("item"));
    let folders: Vec<_> = items.filter(|item| item.is_dir()).collect();
    assert_eq!(
        fs::read(folders[0].join("list.csv")).expect("kept"),
        b"kept"
    );
    assert_eq!(world.codes(&world.health), ["accepted"]);
}

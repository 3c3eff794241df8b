//! What stands in an outbox, or in place of one, when the daemon comes to publish.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use super::Stranger;
use crate::bureau_world::{World, names_in};

/// A package in the inbox, and the name that its receipt will have.
fn sent(world: &World) -> String {
    let draft = world.list_draft(&world.housing, &world.people(7, 1, "411722"));
    world.put("a.xpkg", &draft.seal());
    format!("{}.receipt.json", draft.request.package_id)
}

/// What lies in the quarantine on the share.
fn evicted(world: &World) -> Vec<PathBuf> {
    let kept = world.path("drop/inbox/.quarantine");
    let claims = names_in(&kept);
    claims
        .iter()
        .map(|claim| kept.join(claim).join("item"))
        .collect()
}

#[test]
fn a_folder_under_the_hidden_name_does_not_hold_a_receipt_back() {
    let world = World::new();
    let receipt = sent(&world);
    let outbox = world.path("drop/outbox/housing");
    fs::create_dir_all(outbox.join(format!(".{receipt}.new/within"))).expect("a folder");
    world.round();
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    assert_eq!(evicted(&world).len(), 1);
    assert!(evicted(&world)[0].join("within").is_dir());
}

#[test]
fn a_file_in_the_place_of_an_outbox_makes_way() {
    let world = World::new();
    sent(&world);
    fs::write(world.path("drop/outbox/housing"), b"in the way").expect("a file");
    world.round();
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    let kept = fs::read(&evicted(&world)[0]).expect("kept");
    assert_eq!(kept, b"in the way");
}

#[test]
fn a_link_in_the_place_of_the_quarantine_is_not_written_through() {
    let world = World::new();
    let receipt = sent(&world);
    fs::create_dir_all(world.path("drop/outbox/housing")).expect("a folder");
    fs::write(world.path("drop/outbox/housing").join(receipt), b"forged").expect("a file");
    let elsewhere = world.path("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    symlink(&elsewhere, world.path("drop/inbox/.quarantine")).expect("a link");
    world.round();
    assert_eq!(names_in(&elsewhere), Vec::<String>::new());
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    assert_eq!(fs::read(&evicted(&world)[0]).expect("kept"), b"forged");
    // The link itself was put away like any other that lies in the inbox.
    world.round();
    assert_eq!(world.quarantined()["symbolic-link"], 1);
}

#[test]
fn a_forged_receipt_that_nobody_may_read_makes_way() {
    let world = World::new();
    let receipt = sent(&world);
    let path = world.path("drop/outbox/housing").join(&receipt);
    fs::create_dir_all(world.path("drop/outbox/housing")).expect("a folder");
    // A receipt's length varies little: one of these is that of the real one.
    let length = {
        let twin = World::new();
        let name = sent(&twin);
        twin.round();
        twin.outbox(&twin.housing)[&name].len()
    };
    fs::write(&path, vec![b'x'; length]).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("a mode");
    world.round();
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    assert_eq!(evicted(&world).len(), 1);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "what a stranger may do on a share"
)]
fn the_outboxes_exchanged_for_a_link_while_it_works_are_not_written_through() {
    let world = World::new();
    sent(&world);
    let (outbox, away) = (world.path("drop/outbox"), world.path("drop/away"));
    let elsewhere = world.path("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    let there = elsewhere.clone();
    let stranger = Stranger::striking(&world, move |_| {
        fs::rename(&outbox, &away).expect("moved");
        symlink(&there, &outbox).expect("a link");
    });
    // It stops, or goes on without the outboxes; it writes nothing where the link leads.
    let _stopped = stranger.lets_work(&world);
    assert_eq!(names_in(&elsewhere), Vec::<String>::new());
    fs::remove_file(world.path("drop/outbox")).expect("removed");
    fs::rename(world.path("drop/away"), world.path("drop/outbox")).expect("moved");
    world.round();
    assert_eq!(world.codes(&world.housing), ["accepted"]);
}

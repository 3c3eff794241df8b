//! What is put among the daemon's claims.

use std::fs;
use std::os::unix::fs::symlink;

use super::Stranger;
use crate::bureau_world::{World, names_in};

/// A claim that nobody made.
const CLAIM: &str = "00112233445566778899aabbccddeeff";

#[test]
fn a_link_among_the_claims_leads_to_nothing() {
    let world = World::new();
    let elsewhere = world.path("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    fs::write(elsewhere.join("item"), b"precious").expect("a file");
    fs::create_dir_all(world.path("drop/inbox/.claimed")).expect("a folder");
    let link = world.path("drop/inbox/.claimed").join(CLAIM);
    symlink(&elsewhere, &link).expect("a link");
    let summary = world.try_round().expect("a round");
    assert_eq!(summary.quarantined, 0, "nothing was read through it");
    assert_eq!(
        fs::read(elsewhere.join("item")).expect("untouched"),
        b"precious"
    );
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "what a stranger may do on a share"
)]
fn a_claim_exchanged_for_a_link_while_it_is_read_destroys_nothing() {
    for bytes in [Some(&b"junk"[..]), None] {
        let world = World::new();
        match bytes {
            Some(junk) => world.put("junk", junk),
            None => {
                let people = world.people(7, 1, "411722");
                world.put("a.xpkg", &world.warning_list(&world.housing, &people));
            }
        }
        let elsewhere = world.path("elsewhere");
        fs::create_dir(&elsewhere).expect("a folder");
        fs::write(elsewhere.join("item"), b"precious").expect("a file");
        let there = elsewhere.clone();
        let away = world.path("drop/away");
        let stranger = Stranger::striking(&world, move |claim| {
            fs::rename(claim, &away).expect("moved");
            symlink(&there, claim).expect("a link");
        });
        let _ended = stranger.lets_work(&world);
        assert_eq!(
            fs::read(elsewhere.join("item")).expect("untouched"),
            b"precious"
        );
    }
}

#[test]
fn what_is_put_under_an_old_claim_does_not_take_the_place_of_what_was_put_away() {
    let world = World::new();
    world.put("junk", b"the evidence");
    world.round();
    let claim = names_in(&world.path("state/quarantine")).remove(0);
    let kept = world.path("state/quarantine").join(&claim).join("item");
    assert_eq!(fs::read(&kept).expect("kept"), b"the evidence");
    let again = world.path("drop/inbox/.claimed").join(&claim);
    fs::create_dir(&again).expect("a folder");
    fs::write(again.join("item"), b"something else").expect("a file");
    world.round();
    assert_eq!(fs::read(&kept).expect("kept"), b"the evidence");
}

#[test]
fn a_folder_put_under_an_old_claim_is_moved_out_of_the_way() {
    let world = World::new();
    world.put("junk", b"the evidence");
    world.round();
    let claim = names_in(&world.path("state/quarantine")).remove(0);
    let again = world.path("drop/inbox/.claimed").join(&claim);
    fs::create_dir_all(again.join("item/within")).expect("a folder");
    world.round();
    let kept = world.path("state/quarantine").join(&claim).join("item");
    assert_eq!(fs::read(&kept).expect("kept"), b"the evidence");
}

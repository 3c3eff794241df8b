//! Packages that contradict history or the registry: answered with a code, or with nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};

use posthorse_ledger::Ledger as _;
use posthorse_package::{Disposition, Revocation};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System};

use super::text_map;
use crate::bureau_world::World;
use crate::offices::signing_key;

#[test]
fn a_replay_gets_the_identical_receipt() {
    let world = World::new();
    let package = world.warning_list(&world.housing, &world.people(7, 2, "411722"));
    world.put("a.xpkg", &package);
    world.round();
    let before = world.outbox(&world.housing);
    for name in before.keys() {
        fs::remove_file(world.path("drop/outbox/housing").join(name)).expect("the sender took it");
    }
    world.wait_days(40);
    world.put("another name.xpkg", &package);
    world.put("and another.xpkg", &package);
    let summary = world.round();
    assert_eq!(
        (summary.accepted, summary.replayed, summary.dispatches),
        (0, 2, 0)
    );
    assert_eq!(world.outbox(&world.housing), before);
}

#[test]
fn history_refuses_what_contradicts_it() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let first = world.list_draft(&world.housing, &people);
    world.put("1.xpkg", &first.seal());
    world.round();

    // The same number again, the same id again, and both with other bytes.
    for name in ["2a.xpkg", "2b.xpkg", "2c.xpkg"] {
        let mut fork = world.list_draft(&world.housing, &people);
        (fork.request.sequence, fork.request.previous) = (1, None);
        world.put(name, &fork.seal_aside());
    }
    let mut reused = world.list_draft(&world.housing, &people);
    reused.request.package_id = first.request.package_id;
    world.put("3.xpkg", &reused.seal_aside());
    assert_eq!(world.round().rejected, 4);
    let mut codes = world.codes(&world.housing);
    codes.sort();
    assert_eq!(
        codes,
        [
            "accepted",
            "package-id-reused",
            "sequence-fork",
            "sequence-fork",
            "sequence-fork"
        ]
    );

    // What was refused holds no number: the true successor goes on where it was.
    world.put("4.xpkg", &world.warning_list(&world.housing, &people));
    assert_eq!(world.round().accepted, 1);
}

#[test]
fn a_late_package_fills_its_gap_and_an_older_one_rolls_back() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let first = world.warning_list(&world.health, &people);
    let second = world.warning_list(&world.health, &people);
    let third = world.warning_list(&world.health, &people);
    world.put("3.xpkg", &third);
    assert_eq!(world.round().accepted, 1);
    world.put("2.xpkg", &second);
    assert_eq!(world.round().accepted, 1);
    world.put("1.xpkg", &first);
    assert_eq!(world.round().accepted, 1);
    let mut old = world.list_draft(&world.health, &people);
    let newest = world.list_draft(&world.health, &people);
    old.request.sequence = 5;
    let mut far = newest;
    far.request.sequence = 9;
    world.put("9.xpkg", &far.seal_aside());
    assert_eq!(world.round().accepted, 1);
    world.put("5.xpkg", &old.seal_aside());
    assert_eq!(world.round().rejected, 1);
    assert!(
        world
            .codes(&world.health)
            .contains(&"sequence-rollback".to_owned())
    );
    let gaps = world.ledger().events_after(0, 1000).expect("events");
    let kinds = |kind: &str| gaps.iter().filter(|event| event.kind == kind).count();
    assert_eq!(
        (kinds("sequence-gap"), kinds("sequence-gap-filled")),
        (2, 2)
    );
}

#[test]
fn what_is_authentic_and_not_allowed_is_answered_with_its_code() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let expect = |name: &str, package: &[u8], code: &str| {
        world.put(name, package);
        assert_eq!(world.round().rejected, 1, "{code}");
        assert_eq!(
            world.codes(&world.housing).last().map(String::as_str),
            Some(code)
        );
    };
    let list = || world.list_draft(&world.housing, &people).lists.remove(0);

    let mut other_kind = world.draft(&world.housing, "measure_report");
    other_kind.lists = vec![("some-list".into(), b"source_sheet,source_row,a\n".to_vec())];
    expect("1.xpkg", &other_kind.seal(), "kind-not-handled");

    let mut not_allowed = world.draft(&world.housing, "verification_result");
    not_allowed.lists = vec![list()];
    expect("2.xpkg", &not_allowed.seal(), "not-allowed");

    let mut elsewhere = world.list_draft(&world.housing, &people);
    elsewhere.request.recipients = vec![world.shangcai.recipient()];
    expect("3.xpkg", &elsewhere.seal(), "not-addressed");

    let mut stale = world.list_draft(&world.housing, &people);
    stale.request.sealed_at = world.now().plus_seconds(-86_400);
    stale.request.not_after = world.now().plus_seconds(-1);
    expect("4.xpkg", &stale.seal(), "stale");

    let mut early = world.list_draft(&world.housing, &people);
    early.request.sealed_at = world.now().plus_seconds(601);
    expect("5.xpkg", &early.seal(), "from-the-future");

    let mut unreadable = world.list_draft(&world.housing, &people);
    unreadable.lists[0].1 = b"one,two\n1,2\n".to_vec();
    expect("6.xpkg", &unreadable.seal(), "list-unreadable");
    assert_eq!(world.dispatched(&world.shangcai), []);
    assert_eq!(world.quarantined(), BTreeMap::new());
}

#[test]
fn revoked_and_expired_keys_and_strangers_get_no_receipt() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let revoked = world.warning_list(&world.housing, &people);
    let expired = world.warning_list(&world.health, &people);
    world.change_registry(|document| {
        let at = world.now();
        for party in &mut document.parties {
            let key = &mut party.signing_keys[0];
            match party.id.as_str() {
                "housing" => {
                    key.revoked = Some(Revocation {
                        at,
                        reason: "lost".into(),
                    })
                }
                "health" => key.valid_until = at,
                _ => {}
            }
        }
    });
    let stranger = World::new();
    world.put("revoked.xpkg", &revoked);
    world.put("expired.xpkg", &expired);
    world.put(
        "stranger.xpkg",
        &stranger
            .list_draft(&stranger.housing, &people)
            .seal_with(&[&signing_key(77)]),
    );
    assert_eq!(world.round().quarantined, 3);
    let codes = [
        ("key-expired", 1),
        ("key-revoked", 1),
        ("signer-unknown", 1),
    ];
    assert_eq!(world.quarantined(), text_map(&codes));
    assert_eq!(
        world.outbox(&world.housing).len() + world.outbox(&world.health).len(),
        0
    );
}

#[test]
fn two_signatures_are_two_persons_and_a_stripped_copy_burns_nothing() {
    let world = World::new();
    world.change_registry(|document| {
        let housing = document
            .parties
            .iter_mut()
            .find(|party| party.id.as_str() == "housing");
        housing.expect("it").two_signatures = vec!["warning_list".parse().expect("a kind")];
    });
    let people = world.people(7, 2, "411722");
    let draft = world.list_draft(&world.housing, &people);
    let both = draft.seal_with(&[&world.housing.key, &world.housing.second]);
    let alone = with_one_signature(&both, &world);
    world.put("alone.xpkg", &alone);
    world.put("alone again.xpkg", &alone);
    let summary = world.round();
    assert_eq!((summary.rejected, summary.accepted), (2, 0));
    assert_eq!(world.codes(&world.housing), ["too-few-signatures"]);
    let receipt = world.receipts(&world.housing).remove(0);
    let sealed = world.outbox(&world.housing);
    assert_eq!(receipt.receipt().disposition, Disposition::Rejected);
    assert_eq!(world.dispatched(&world.shangcai), []);

    // The very same package with both signatures is judged as if it had never come with one.
    world.put("both.xpkg", &both);
    assert_eq!(world.round().accepted, 1);
    assert_eq!(world.dispatched(&world.shangcai).len(), 2);
    let mut codes = world.codes(&world.housing);
    codes.sort();
    assert_eq!(codes, ["accepted", "too-few-signatures"]);
    for (name, bytes) in &sealed {
        assert_eq!(
            world.outbox(&world.housing).get(name),
            Some(bytes),
            "a receipt is final"
        );
    }
    // After the verdict a stripped copy is the package that has it.
    world.put("alone, late.xpkg", &alone);
    assert_eq!(world.round().replayed, 1);
    assert_eq!(world.receipts(&world.housing).len(), 2);

    let sealed_by_two = world.list_draft(&world.housing, &people);
    world.put(
        "two.xpkg",
        &sealed_by_two.seal_with(&[&world.housing.key, &world.housing.second]),
    );
    assert_eq!(world.round().accepted, 1);
}

/// The same package without the signature of the housing office's second person, as anybody on the
/// share can make it: the framing has one form.
fn with_one_signature(package: &[u8], world: &World) -> Vec<u8> {
    let mut whole = zip::ZipArchive::new(Cursor::new(package)).expect("a ZIP file");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..whole.len() {
        let mut member = whole.by_index(at).expect("a member");
        let name = member.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).expect("its bytes");
        if name == "signatures.json" {
            let mut document: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
            let first = world.housing.key.verifying_key().key_id().to_string();
            let signatures = document["signatures"].as_array_mut().expect("a list");
            signatures.retain(|signature| signature["keyid"] == *first);
            assert_eq!(signatures.len(), 1);
            bytes = serde_json::to_vec(&document).expect("JSON");
        }
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644)
            .system(System::Unix)
            .large_file(name == "payload.age");
        out.start_file(name, options).expect("a member");
        out.write_all(&bytes).expect("its bytes");
    }
    out.finish().expect("a ZIP file").into_inner()
}

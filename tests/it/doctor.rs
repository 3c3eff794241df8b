//! One thing broken at a time: `posthorse doctor` must name exactly that, and nothing else.

mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::SystemTime;

use posthorse_package::{Party, RegistryDocument, Revocation, SigningEntry};
use serde_json::Value;

use self::world::{World, now};

const DAY: i64 = 86_400;

const BUREAU: &str = "--config posthorse.toml";
const HEALTH: &str = "--home health --drop drop";
const LOCKED: &str = "--home locked --drop drop --passphrase-file secret.txt";

fn document(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// The names found, by their levels.
fn found(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in document["findings"].as_array().expect("findings") {
        let text = |member: &str| finding[member].as_str().expect("a text").to_owned();
        found.entry(text("level")).or_default().insert(text("name"));
    }
    found
}

/// Everything that is more than a note. How far the calendar reaches depends on the day of the test
/// and not on the world under it; `judge_tests.rs` tries that with given days. Whoever runs the tests
/// may be root; `judge_process.rs` tries that.
fn complaints(document: &Value) -> BTreeSet<String> {
    let found = found(document);
    found
        .into_iter()
        .filter(|(level, _)| level != "note")
        .flat_map(|(_, names)| names)
        .filter(|name| !name.starts_with("calendar-") && name != "daemon-runs-as-root")
        .collect()
}

fn own<'a>(document: &'a mut RegistryDocument, id: &str) -> &'a mut Party {
    let party = document
        .parties
        .iter_mut()
        .find(|party| party.id.as_str() == id);
    party.expect("an enrolled party")
}

fn key_of(document: &mut RegistryDocument) -> &mut SigningEntry {
    &mut own(document, "health").signing_keys[0]
}

fn key_until(world: &World, days: i64) {
    world.change_registry(|document| {
        let key = key_of(document);
        key.valid_from = now().plus_seconds(-900 * DAY);
        key.valid_until = now().plus_seconds(days * DAY - 60);
    });
}

fn registry_until(world: &World, days: i64) {
    world.change_registry(|document| {
        document.issued_at = now().plus_seconds(-300 * DAY);
        document.expires = now().plus_seconds(days * DAY - 60);
    });
}

type Case = (&'static str, &'static str, fn(&World));

const SETTINGS: &[Case] = &[
    ("settings-missing", BUREAU, |world| {
        world.remove("posthorse.toml")
    }),
    ("settings-syntax", BUREAU, |world| {
        world.write("posthorse.toml", "drop = [")
    }),
    ("settings-unknown-key", BUREAU, |world| {
        world.add_setting("scan_intervall_seconds = 3")
    }),
    ("settings-missing-key", BUREAU, |world| {
        world.write("posthorse.toml", "drop = '/drop'")
    }),
    ("settings-out-of-range", BUREAU, |world| {
        world.add_setting("scan_interval_seconds = 0")
    }),
    ("settings-folders-overlap", BUREAU, |world| {
        world.write_settings("drop/state", "bureau")
    }),
    // The text of the settings does not show it: the state is a link into the share.
    ("settings-folders-overlap", BUREAU, |world| {
        world.rename("state", "drop/log/state");
        std::os::unix::fs::symlink(world.path("drop/log/state"), world.path("state"))
            .expect("a link");
    }),
    ("settings-relative-folder", BUREAU, |world| {
        world.copy("first.toml", "posthorse.toml");
    }),
];

const HOMES: &[Case] = &[
    ("home-missing", "--home nowhere", |_| {}),
    ("home-missing", BUREAU, |world| {
        world.rename("bureau", "elsewhere");
    }),
    ("not-a-home", "--home empty", |world| {
        world.make_folder("empty")
    }),
    ("contact-form-missing", HEALTH, |world| {
        world.remove("health/contact-form.json")
    }),
    ("contact-form-broken", HEALTH, |world| {
        world.write("health/contact-form.json", "{}")
    }),
    ("keys-folder-open-to-others", HEALTH, |world| {
        world.set_mode("health/keys", 0o755)
    }),
    ("key-missing", HEALTH, |world| {
        world.remove("health/keys/signing-key.pem")
    }),
    ("key-missing", HEALTH, |world| {
        world.remove("health/keys/identity.txt")
    }),
    ("key-readable-by-others", HEALTH, |world| {
        world.set_mode("health/keys/signing-key.pem", 0o644);
    }),
    ("key-readable-by-others", HEALTH, |world| {
        world.set_mode("health/keys/identity.txt", 0o640);
    }),
    ("key-broken", HEALTH, |world| {
        world.write("health/keys/signing-key.pem", "junk")
    }),
    ("key-broken", HEALTH, |world| {
        world.write("health/keys/identity.txt", "junk")
    }),
    ("key-kept-twice", HEALTH, |world| {
        world.copy("locked/keys/signing-key.age", "health/keys/signing-key.age");
    }),
    (
        "wrong-passphrase",
        "--home locked --passphrase-file wrong.txt",
        |_| {},
    ),
    ("passphrase-file-readable-by-others", LOCKED, |world| {
        world.set_mode("secret.txt", 0o644)
    }),
    ("signing-key-not-of-contact-form", HEALTH, |world| {
        world.copy("water/keys/signing-key.pem", "health/keys/signing-key.pem");
    }),
    ("identity-not-of-contact-form", HEALTH, |world| {
        world.copy("water/keys/identity.txt", "health/keys/identity.txt");
    }),
    ("sequence-broken", HEALTH, |world| {
        world.write("health/sequence.json", "{\"sequence\":")
    }),
];

const STANDING: &[Case] = &[
    ("party-not-enrolled", HEALTH, |world| {
        world.change_registry(|document| {
            document
                .parties
                .retain(|party| party.id.as_str() != "health");
        });
    }),
    ("not-a-bureau", BUREAU, |world| {
        world.write_settings("state", "health");
        world.copy("bureau/keys/ledger.key", "health/keys/ledger.key");
    }),
    ("key-not-enrolled", HEALTH, |world| {
        world.change_registry(|document| own(document, "health").signing_keys.clear());
    }),
    ("key-not-enrolled", HEALTH, |world| {
        world.change_registry(|document| own(document, "health").recipients.clear());
    }),
    ("key-revoked", HEALTH, |world| {
        world.change_registry(|document| {
            let at = now().plus_seconds(-DAY);
            let reason = "lost".to_owned();
            key_of(document).revoked = Some(Revocation { at, reason });
        });
    }),
    ("key-not-yet-valid", HEALTH, |world| {
        world.change_registry(|document| key_of(document).valid_from = now().plus_seconds(DAY));
    }),
    ("key-expired", HEALTH, |world| key_until(world, 0)),
    ("key-expires-within-7-days", HEALTH, |world| {
        key_until(world, 7)
    }),
    ("key-expires-within-30-days", HEALTH, |world| {
        key_until(world, 8)
    }),
    ("key-expires-within-30-days", HEALTH, |world| {
        key_until(world, 30)
    }),
    ("key-expires-within-60-days", HEALTH, |world| {
        key_until(world, 60)
    }),
    ("registry-not-trusted", HEALTH, |world| {
        world.remove("health/registry.json")
    }),
    ("registry-broken", HEALTH, |world| {
        world.write("health/registry.json", "{}")
    }),
    ("registry-expired", HEALTH, |world| registry_until(world, 0)),
    ("registry-expires-within-7-days", HEALTH, |world| {
        registry_until(world, 7)
    }),
    ("registry-expires-within-30-days", HEALTH, |world| {
        registry_until(world, 30)
    }),
    ("registry-expires-within-60-days", BUREAU, |world| {
        registry_until(world, 60)
    }),
    ("clock-behind-registry", HEALTH, |world| {
        world.change_registry(|document| {
            document.issued_at = now().plus_seconds(DAY);
            document.expires = now().plus_seconds(400 * DAY);
        });
    }),
];

const SHARE: &[Case] = &[
    ("clock-behind-files", HEALTH, |world| {
        world.set_age("drop/registry/registry.json", 1)
    }),
    ("drop-missing", "--drop nowhere", |_| {}),
    ("drop-not-mounted", "--drop empty", |world| {
        world.make_folder("empty")
    }),
    ("drop-folder-missing", HEALTH, |world| {
        fs::remove_dir_all(world.path("drop/outbox")).expect("removed");
    }),
    ("drop-folder-missing", HEALTH, |world| {
        fs::remove_dir_all(world.path("drop/registry")).expect("removed");
    }),
    ("share-registry-missing", HEALTH, |world| {
        world.remove("drop/registry/registry.json")
    }),
    ("share-registry-broken", HEALTH, |world| {
        world.write("drop/registry/registry.json", "{}");
    }),
    ("share-registry-newer", HEALTH, |world| {
        let next = world.next_version(&world.document());
        world.publish(&world.signed(&next));
    }),
    ("share-registry-versions-missing", HEALTH, |world| {
        let next = world.next_version(&world.document());
        let next = world.next_version(&next);
        world.publish(&world.signed(&next));
    }),
    ("share-registry-older", HEALTH, |world| {
        let next = world.next_version(&world.document());
        fs::write(world.path("health/registry.json"), world.signed(&next)).expect("a registry");
    }),
    ("share-registry-forked", HEALTH, |world| {
        let mut other = world.document();
        other.expires = other.expires.plus_seconds(1);
        world.publish(&world.signed(&other));
    }),
    ("inbox-old-file", BUREAU, |world| {
        world.write("drop/inbox/list.xpkg.part", "half");
        world.set_age("drop/inbox/list.xpkg.part", -3);
    }),
    ("quarantine-not-empty", BUREAU, |world| {
        world.make_folder("state/quarantine/0a/item")
    }),
    ("quarantine-not-empty", HEALTH, |world| {
        world.make_folder("drop/inbox/.quarantine/0a/item");
    }),
    ("claims-left", BUREAU, |world| {
        world.make_folder("drop/inbox/.claimed/0a/item")
    }),
    ("temporary-left", HEALTH, |world| {
        world.write("drop/outbox/health/.posthorse-x.tmp", "half");
        world.set_age("drop/outbox/health/.posthorse-x.tmp", -2);
    }),
];

const STATE: &[Case] = &[
    ("state-missing", BUREAU, |world| {
        world.write_settings("nowhere", "bureau")
    }),
    ("state-open-to-others", BUREAU, |world| {
        world.set_mode("state", 0o755)
    }),
    ("ledger-key-missing", BUREAU, |world| {
        world.remove("bureau/keys/ledger.key")
    }),
    ("key-broken", BUREAU, |world| {
        world.write("bureau/keys/ledger.key", "short")
    }),
    ("key-readable-by-others", BUREAU, |world| {
        world.set_mode("bureau/keys/ledger.key", 0o604)
    }),
];

fn check(cases: &[Case]) {
    let mut faults = Vec::new();
    for (expected, arguments, spoil) in cases {
        let world = World::new();
        spoil(&world);
        let output = world.doctor(arguments, "en_US.UTF-8");
        let document = document(&output);
        let complaints = complaints(&document);
        if complaints != BTreeSet::from([(*expected).to_owned()]) {
            faults.push(format!("{expected}: {complaints:?}"));
        }
        let problems = document["problems"].as_u64().expect("a number");
        let expected_exit = i32::from(problems > 0);
        if output.status.code() != Some(expected_exit) {
            faults.push(format!("{expected}: exit {:?}", output.status.code()));
        }
        let silent = document["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .filter(|finding| finding["name"] == *expected)
            .any(|finding| finding["mend"].as_str().is_none_or(str::is_empty));
        if silent {
            faults.push(format!("{expected}: no word on how to mend it"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn broken_settings_are_named() {
    check(SETTINGS);
}

#[test]
fn broken_homes_are_named() {
    check(HOMES);
}

#[test]
fn bad_standing_in_the_registry_is_named() {
    check(STANDING);
}

#[test]
fn troubles_of_the_share_are_named() {
    check(SHARE);
}

#[test]
fn troubles_of_the_state_are_named() {
    check(STATE);
}

#[test]
fn there_are_more_than_thirty_different_misconfigurations() {
    let all = [SETTINGS, HOMES, STANDING, SHARE, STATE].concat();
    let names: BTreeSet<&str> = all.iter().map(|(name, ..)| *name).collect();
    assert!(names.len() >= 30, "{}", names.len());
}

/// Every file below a folder with its content and the time of its last change.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(snapshot(&path));
        } else {
            let modified = path.metadata().and_then(|metadata| metadata.modified());
            let bytes = fs::read(&path).expect("a file");
            found.insert(path, (bytes, modified.expect("a time")));
        }
    }
    found
}

#[test]
fn a_sound_world_has_nothing_wrong_and_is_left_as_it_was() {
    let world = World::new();
    let before = snapshot(world.folder.path());
    for arguments in [BUREAU, HEALTH, LOCKED, "--home health", "--drop drop"] {
        let output = world.doctor(arguments, "zh_CN.UTF-8");
        assert_eq!(
            complaints(&document(&output)),
            BTreeSet::new(),
            "{arguments}"
        );
        assert_eq!(output.status.code(), Some(0), "{arguments}");
    }
    assert_eq!(snapshot(world.folder.path()), before);
}

#[test]
fn keys_under_a_passphrase_are_compared_when_it_is_given() {
    let world = World::new();
    let notes = |arguments: &str| {
        let output = world.doctor(arguments, "en_US.UTF-8");
        found(&document(&output)).remove("note").unwrap_or_default()
    };
    assert!(notes("--home locked").contains("key-not-opened"));
    assert!(!notes(LOCKED).contains("key-not-opened"));
    assert!(notes(HEALTH).contains("key-unprotected"));
}

#[test]
fn a_running_daemon_is_seen_and_not_disturbed() {
    let world = World::new();
    let notes = || {
        let output = world.doctor(BUREAU, "en_US.UTF-8");
        let document = document(&output);
        assert_eq!(complaints(&document), BTreeSet::new());
        found(&document).remove("note").unwrap_or_default()
    };
    assert!(notes().contains("daemon-not-running"));
    world.make_folder("drop/inbox/.claimed");
    let lock = File::options()
        .write(true)
        .open(world.path("state/daemon.lock"))
        .expect("the daemon's lock");
    lock.try_lock().expect("nobody else holds it");
    assert!(notes().contains("daemon-runs"));
}

#[test]
fn a_locale_without_utf_8_is_named() {
    let world = World::new();
    let output = world.doctor(HEALTH, "zh_CN.GB18030");
    let complaints = complaints(&document(&output));
    assert_eq!(complaints, BTreeSet::from(["console-not-utf8".to_owned()]));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_cannot_be_looked_at_is_not_called_sound() {
    let world = World::new();
    // Not UTF-8: the settings cannot be read as text at all.
    fs::write(world.path("posthorse.toml"), [0xff, 0xfe, 0x00]).expect("a file");
    let output = world.doctor(BUREAU, "en_US.UTF-8");
    let complaints = complaints(&document(&output));
    assert_eq!(
        complaints,
        BTreeSet::from(["settings-unreadable".to_owned()])
    );
    assert_eq!(output.status.code(), Some(3));
}

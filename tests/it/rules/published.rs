//! What the daemon does with rules that come, that are missing, and that cannot be used.

use std::fs;

use super::{days_for_counties, decided, dispatch_one, dues, edited, name, noon_on, publish};
use crate::bureau_world::World;

fn world() -> World {
    World::at(noon_on("2026-11-24"))
}

/// A whitelist of columns that a list does not have.
fn contradicting() -> posthorse_package::RuleFile {
    edited(
        "thresholds.json",
        2,
        "\"column\": \"self_paid\"",
        "\"column\": \"self_pain\"",
    )
}

#[test]
fn published_rules_are_in_force_at_once_and_stay_after_a_restart() {
    let world = world();
    publish(&world, &[days_for_counties(2, 20)]);
    dispatch_one(&world, 7);
    assert_eq!(dues(&world), [decided("2026-12-14")]);
    let kept = fs::read_dir(world.path("home/rules")).expect("a folder");
    assert_eq!(kept.count(), 1);
    // The share is no longer needed: the bureau's home keeps what the registry names.
    fs::remove_dir_all(world.path("drop/registry/rules")).expect("removed");
    dispatch_one(&world, 8);
    assert_eq!(dues(&world).len(), 2);
    assert_eq!(dues(&world)[1], decided("2026-12-14"));
}

#[test]
fn rules_that_contradict_each_other_leave_the_ones_before_in_force_and_revocations_count() {
    let world = world();
    publish(&world, &[days_for_counties(2, 20)]);
    dispatch_one(&world, 7);
    let bad = [days_for_counties(3, 30), contradicting()];
    publish(&world, &bad);
    world.round();
    world.change_registry(|document| {
        let mut parties = document.parties.iter_mut();
        let health = parties.find(|party| party.id.as_str() == "health");
        health.expect("the department").may_send.clear();
    });
    dispatch_one(&world, 8);
    assert_eq!(dues(&world)[1], decided("2026-12-14"));
    // The registry itself is the later one: what it no longer permits is refused.
    let people = world.people(9, 1, "411722");
    world.put("health.xpkg", &world.warning_list(&world.health, &people));
    assert_eq!(world.round().rejected, 1);
    assert_eq!(world.codes(&world.health), ["not-allowed"]);
}

#[test]
fn a_file_that_comes_later_than_the_registry_is_in_force_when_it_is_there() {
    let world = world();
    dispatch_one(&world, 7);
    name(&world, &[days_for_counties(2, 20)]);
    dispatch_one(&world, 8);
    assert_eq!(dues(&world), [decided("2026-12-09"), decided("2026-12-09")]);
    let file = days_for_counties(2, 20);
    let folder = world.path("drop/registry/rules");
    fs::create_dir_all(&folder).expect("a folder");
    let place = folder.join(file.entry().stored_name());
    fs::write(&place, b"another file under this name").expect("a file");
    world.round();
    assert_eq!(dues(&world)[0], decided("2026-12-09"));
    fs::write(&place, file.bytes()).expect("a file");
    assert_eq!(world.round().moved_clocks, 2);
    assert_eq!(dues(&world), [decided("2026-12-14"), decided("2026-12-14")]);
}

#[test]
fn a_bureau_without_any_usable_rules_does_not_begin() {
    let world = world();
    name(&world, &[days_for_counties(2, 20)]);
    let registry = world.path("drop/registry/registry.json");
    fs::copy(registry, world.path("home/registry.json")).expect("a copy");
    let error = world.try_round().expect_err("no rules");
    assert_eq!(error.code(), "rules-missing");
    assert_eq!(
        error.to_string(),
        "the rules of the registry cannot be used: due_rules.json lies neither in the home nor \
         beside the published registry"
    );
}

#[test]
fn rules_never_go_back_to_the_built_in_ones_of_an_earlier_version() {
    let world = world();
    publish(&world, &[days_for_counties(2, 20)]);
    dispatch_one(&world, 7);
    publish(&world, &[]);
    dispatch_one(&world, 8);
    assert_eq!(dues(&world)[1], decided("2026-12-14"));
}

#[test]
fn rules_without_a_stage_in_which_cases_are_open_wait() {
    let world = world();
    dispatch_one(&world, 7);
    // The procedure's only stage gets another name: every open case would be stranded.
    let stage = ("\"stage\": \"verify\"", "\"stage\": \"visit\"");
    let files = [
        edited("procedures.json", 2, stage.0, stage.1),
        renamed_in_kinds(),
    ];
    publish(&world, &files);
    dispatch_one(&world, 8);
    assert_eq!(dues(&world).len(), 2);
}

fn renamed_in_kinds() -> posthorse_package::RuleFile {
    let file = "kinds.json";
    let text = super::built_in(file);
    let mut kinds: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    kinds["version"] = 2.into();
    for kind in kinds["kinds"].as_array_mut().expect("kinds") {
        for duty in ["task", "answer"] {
            let place = kind["duty"].get_mut(duty);
            if let Some(place) = place.filter(|place| place["procedure"] == "warning") {
                place["stage"] = "visit".into();
            }
        }
    }
    let bytes = serde_json::to_vec(&kinds).expect("JSON");
    posthorse_package::RuleFile::new(file.parse().expect("a name"), 2, bytes)
}

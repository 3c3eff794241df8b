//! The daemon as its operator, the offices and a stranger on the share see it (spec/folders-v1.md).

mod answers;
mod inbox;
mod lists;
mod operation;
mod refusals;

use std::collections::BTreeMap;

use crate::bureau_world::World;

fn text_map(codes: &[(&str, u64)]) -> BTreeMap<String, u64> {
    codes
        .iter()
        .map(|(code, count)| ((*code).to_owned(), *count))
        .collect()
}

/// A world in which one list about so many people of 上蔡县 was dispatched.
fn dispatched_world(count: usize) -> World {
    let world = World::new();
    let people = world.people(7, count, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    assert_eq!(world.round().dispatched_people, count as u64);
    world
}

fn warnings(world: &World) -> Vec<String> {
    let rows = world.dispatched(&world.shangcai);
    rows.iter().map(|row| row["warning_id"].clone()).collect()
}

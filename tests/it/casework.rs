//! The closed loop as offices see it: clocks, cases and what goes back (spec/casework-v1.md).

mod amendments;
mod anomalies;
mod applicants;
pub(crate) mod bureau_roster;
mod deadlines;
mod feedback;
mod gaps;
mod histories;
mod prechecks;
mod rechecks;
mod reports;
mod rosters;
mod urging;

use posthorse_package::Timestamp;

use crate::bureau_world::World;

/// Noon in China on this day.
pub(crate) fn noon_on(day: &str) -> Timestamp {
    format!("{day}T04:00:00Z").parse().expect("a timestamp")
}

/// A world on this day in which one list about so many people of 上蔡县 was dispatched.
pub(crate) fn dispatched_on(day: &str, count: usize) -> World {
    let world = World::at(noon_on(day));
    let people = world.people(7, count, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    assert_eq!(world.round().dispatched_people, count as u64);
    world
}

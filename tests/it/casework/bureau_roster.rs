//! Rosters as a bureau's operator puts them into the state folder.

use std::fs;

use posthorse_domain::SyntheticPerson;

use crate::bureau_world::{World, field, titled_csv};

/// The cells by which somebody on a roster differs from the usual one.
pub(crate) type Cells<'c> = &'c [(&'c str, &'c str)];

/// Puts a roster of these people, each a household of its own, monitored and at no risk that a gap
/// rule asks about.
pub(crate) fn put(world: &World, name: &str, people: &[(&SyntheticPerson, Cells<'_>)]) {
    let persons: Vec<SyntheticPerson> =
        people.iter().map(|(person, _)| (*person).clone()).collect();
    let mut rows = world.rows_of("roster", &persons);
    for (at, (row, (person, cells))) in rows.iter_mut().zip(people).enumerate() {
        let code = person.county.to_string();
        let (household, number) = (format!("{code}0000{at:06}"), format!("{code}00000{at:05}"));
        let mut set = |column: &str, cell: &str| {
            let at = field("roster", column);
            cell.clone_into(&mut row[at]);
        };
        for column in [
            "risk_2",
            "risk_3",
            "risk_4",
            "risk_5",
            "risk_cleared_on",
            "clear_mode",
            "health",
            "remark",
            "measures",
            "schooling",
            "as_of",
        ] {
            set(column, "");
        }
        set("household_no", &household);
        set("person_no", &number);
        for (column, cell) in [
            ("household_size", "1"),
            ("relation", "户主"),
            ("household_type", "一般农户"),
            ("monitor_category", "边缘易致贫户"),
            ("risk_1", "其他"),
            ("risk_cleared", "否"),
            ("risk_identified", "2024-01"),
            ("unsafe_house", "否"),
            ("safe_water", "是"),
        ] {
            set(column, cell);
        }
        for (column, cell) in *cells {
            set(column, cell);
        }
    }
    fs::create_dir_all(world.path("state/rosters")).expect("a folder");
    let bytes = titled_csv("roster", &rows);
    fs::write(world.path("state/rosters").join(name), bytes).expect("a roster");
}

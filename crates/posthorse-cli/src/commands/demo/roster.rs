//! The people of the roster, and what departments know and pay of them.

use posthorse_domain::{ListSchema, SyntheticPeople, SyntheticPerson};

use super::lists::{self, Table};

/// How many people the roster has.
pub(super) const PEOPLE: usize = 48;
/// Of so many people in a row, one household lives in an unsafe house and nobody has helped.
const EACH: usize = 8;
/// Their numbers begin after those of the warned, some of whom are on the roster too.
const SEED: u64 = 20_260_101;

/// The people of the roster, in its order.
pub(super) fn people() -> Vec<SyntheticPerson> {
    SyntheticPeople::from_seed(SEED, lists::BORN_BEFORE)
        .take(PEOPLE)
        .collect()
}

/// Whether somebody is at a vocational school: who is entitled to the 雨露计划.
pub(super) fn is_pupil(at: usize) -> bool {
    at % 4 == 1
}

/// The export of the national system as of a day. Once the houses are mended, it says so.
pub(super) fn table(schema: &ListSchema, day: &str, mended: bool) -> Table {
    let mut maker = SyntheticPeople::from_seed(SEED + 1, lists::BORN_BEFORE);
    let people = people();
    let rows = people.iter().enumerate().map(|(at, person)| {
        let unsafe_house = at % EACH == 0;
        let base = maker.row(schema, person, at + 1);
        lists::with(
            schema,
            base,
            &[
                ("as_of", day),
                ("household_size", "1"),
                ("relation", "户主"),
                ("household_type", "一般农户"),
                ("monitor_category", "边缘易致贫户"),
                (
                    "schooling",
                    if is_pupil(at) {
                        "中职二年级"
                    } else {
                        "非在校生"
                    },
                ),
                ("work_months", "0"),
                ("labour", "普通劳动力"),
                (
                    "unsafe_house",
                    if unsafe_house && !mended {
                        "是"
                    } else {
                        "否"
                    },
                ),
                ("compliant_self_paid", "0"),
                (
                    "risk_1",
                    if unsafe_house {
                        "因安全住房"
                    } else {
                        "其他"
                    },
                ),
                ("risk_2", ""),
                ("risk_3", ""),
                ("risk_4", ""),
                ("risk_5", ""),
                ("disaster_kind", ""),
                ("risk_cleared", "否"),
                ("risk_identified", "2025-06"),
                ("first_identified", "2025-06"),
                ("person_identified", "2025-06"),
                ("risk_cleared_on", ""),
                ("clear_mode", ""),
                ("income", "9600"),
                (
                    "measures",
                    match (unsafe_house, mended) {
                        (true, false) => "",
                        (true, true) => "危房改造",
                        (false, _) => "产业帮扶",
                    },
                ),
            ],
        )
    });
    Table {
        rows: rows.collect(),
    }
}

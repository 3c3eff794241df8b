//! Random histories of sending, waiting and answering: whatever happens, nobody is lost, nobody is
//! told twice, and no county sees another's people.

use std::collections::{BTreeMap, BTreeSet};

use posthorse_domain::{Areas, SyntheticPerson};
use posthorse_ledger::{CaseStanding, Ledger as _};
use proptest::collection::vec;
use proptest::prelude::*;

use super::noon_on;
use crate::bureau_world::{Member, World, open};

/// Of three people the third lives where no office is.
const COUNTIES: [&str; 3] = ["411722", "411728", "411721"];
const PEOPLE: usize = 15;
const OUTCOMES: [&[(&str, &str)]; 3] = [
    &[("outcome", "继续核实")],
    &[("outcome", "已在册")],
    &[
        ("outcome", "不纳入"),
        ("reject_reason", "09 农户不申请"),
        ("explanation", "入户核实，农户表示不申请。"),
    ],
];

#[derive(Debug, Clone)]
enum Step {
    /// A department names some of the people, once more or for the first time.
    Send {
        is_housing: bool,
        people: BTreeSet<usize>,
    },
    /// A county answers some of what it got, the one or the other way.
    Answer {
        is_shangcai: bool,
        outcomes: Vec<Option<usize>>,
    },
    Wait {
        days: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (
            any::<bool>(),
            proptest::collection::btree_set(0..PEOPLE, 1..6)
        )
            .prop_map(|(is_housing, people)| Step::Send { is_housing, people }),
        (
            any::<bool>(),
            vec(proptest::option::of(0..OUTCOMES.len()), 1..8)
        )
            .prop_map(|(is_shangcai, outcomes)| Step::Answer {
                is_shangcai,
                outcomes
            }),
        (1_i64..12).prop_map(|days| Step::Wait { days }),
    ]
}

/// Everybody, each in a county of their own.
fn everybody(world: &World) -> Vec<SyntheticPerson> {
    let mut people = world.people(11, PEOPLE, COUNTIES[0]);
    for (at, person) in people.iter_mut().enumerate() {
        let code = COUNTIES[at % COUNTIES.len()]
            .parse()
            .expect("a county code");
        let county = Areas::built_in().county(code).expect("a county");
        person.county = county.code;
        person.county_name.clone_from(&county.name);
    }
    people
}

/// The numbers of the people that a county was given.
fn given(world: &World, county: &Member) -> BTreeSet<String> {
    let rows = world.dispatched(county).into_iter();
    rows.map(|row| row["id_no"].clone()).collect()
}

fn answer(world: &World, county: &Member, outcomes: &[Option<usize>], number: usize) {
    let ledger = world.ledger();
    let rows = world.dispatched(county);
    let warnings: BTreeSet<&str> = rows.iter().map(|row| row["warning_id"].as_str()).collect();
    let is_open = |warning: &str| {
        let case = ledger.case(warning).expect("answers").expect("a case");
        case.standing == CaseStanding::Assigned
    };
    let open = warnings.into_iter().filter(|warning| is_open(warning));
    let said: Vec<(&str, &[(&str, &str)])> = open
        .zip(outcomes)
        .filter_map(|(warning, outcome)| Some((warning, OUTCOMES[(*outcome)?])))
        .collect();
    if !said.is_empty() {
        world.put(
            &format!("answer-{number}.xpkg"),
            &world.answer(county, &said),
        );
    }
}

fn assert_nobody_is_lost(world: &World, people: &[SyntheticPerson], named: &BTreeSet<usize>) {
    let of = |county: &str| -> BTreeSet<String> {
        let named = named.iter().map(|at| &people[*at]);
        named
            .filter(|person| person.county.as_str() == county)
            .map(|person| person.id.as_str().to_owned())
            .collect()
    };
    let (shangcai, suiping) = (given(world, &world.shangcai), given(world, &world.suiping));
    assert_eq!(shangcai, of(COUNTIES[0]));
    assert_eq!(suiping, of(COUNTIES[1]));
    let ledger = world.ledger();
    let unrouted: BTreeSet<String> = ledger
        .unrouted()
        .expect("answers")
        .iter()
        .map(|lead| {
            let detail: serde_json::Value =
                serde_json::from_slice(lead.detail.expose()).expect("a lead");
            detail["id_no"].as_str().expect("a number").to_owned()
        })
        .collect();
    assert_eq!(unrouted, of(COUNTIES[2]));
    assert_eq!(shangcai.len() + suiping.len() + unrouted.len(), named.len());
    // Everybody is one matter at a time, and every matter is somebody's.
    let mut open: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for history in ledger.case_histories().expect("answers") {
        if history.case.standing == CaseStanding::Assigned {
            let identity = history.case.identity.expect("a warning is about somebody");
            *open.entry(identity.expose().to_vec()).or_default() += 1;
        }
    }
    assert!(open.values().all(|cases| *cases == 1));
}

/// Nothing that one county got opens for another, nor for a department.
fn assert_each_its_own(world: &World) {
    for (owner, others) in [
        (&world.shangcai, [&world.suiping, &world.housing]),
        (&world.suiping, [&world.shangcai, &world.health]),
    ] {
        for other in others {
            for package in world.packages(owner, "warning_dispatch") {
                assert!(open(package, other).is_err());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn req_07_and_req_25_nobody_is_lost_in_any_history(steps in vec(step(), 1..9)) {
        let world = World::at(noon_on("2026-02-02"));
        world.round();
        let people = everybody(&world);
        let mut named = BTreeSet::new();
        for (number, step) in steps.iter().enumerate() {
            match step {
                Step::Send { is_housing, people: chosen } => {
                    let sender = if *is_housing { &world.housing } else { &world.health };
                    let list: Vec<_> = chosen.iter().map(|at| people[*at].clone()).collect();
                    let package = world.warning_list(sender, &list);
                    world.put(&format!("list-{number}.xpkg"), &package);
                    named.extend(chosen);
                }
                Step::Answer { is_shangcai, outcomes } => {
                    let county = if *is_shangcai { &world.shangcai } else { &world.suiping };
                    answer(&world, county, outcomes, number);
                }
                Step::Wait { days } => world.wait_days(*days),
            }
            world.round();
            assert_nobody_is_lost(&world, &people, &named);
        }
        assert_each_its_own(&world);
    }
}

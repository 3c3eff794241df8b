//! Prechecks, and the records of measures.

use std::collections::BTreeSet;

use super::measure_reconciliation::{MeasureDifference, MeasureReconciliation};
use super::precheck::{Precheck, PrecheckResult};
use super::test_roster::{TODAY, id, person, policies, roster, schema, states};
use crate::checking::check_report::Record;
use crate::values::citizen_id::CitizenId;

#[test]
fn req_18_a_precheck_says_one_of_five_things_masked() {
    let dead = CitizenId::parse(&id(4), TODAY).expect("a valid number");
    let roster = roster(&[
        &[],
        &[("name", "阿依古丽•买买提")],
        &[("risk_cleared", "是"), ("risk_cleared_on", "202406")],
        &[("health", "已死亡")],
        &[],
        &[
            ("household_type", "脱贫户"),
            ("risk_cleared", "是"),
            ("risk_cleared_on", "202406"),
        ],
    ]);
    let states = states();
    let precheck = Precheck::new(&roster, &states, TODAY).with_deaths(BTreeSet::from([dead]));
    let own = |nth: usize| person(nth).0;
    for (nth, name, result) in [
        (0, own(0), PrecheckResult::OnRoster),
        (0, "王不同".to_owned(), PrecheckResult::NameDiffers),
        (1, "阿依古丽·买买提".to_owned(), PrecheckResult::OnRoster),
        (2, own(2), PrecheckResult::Cleared),
        (2, "王不同".to_owned(), PrecheckResult::NameDiffers),
        (3, own(3), PrecheckResult::PresumedDead),
        (4, own(4), PrecheckResult::PresumedDead),
        (5, own(5), PrecheckResult::OnRoster),
        (9, own(9), PrecheckResult::NotOnRoster),
    ] {
        assert_eq!(precheck.ask(&id(nth), &name).0, result, "{nth}");
    }
    let list = schema("payout_list", "payout-yulu-plan");
    let mut words = BTreeSet::new();
    assert!(
        PrecheckResult::ALL
            .iter()
            .all(|result| words.insert(result.as_str()))
    );
    let (name, id) = person(0);
    let at = |field: &str| list.position(field).expect("a field");
    let mut values = vec![String::new(); list.fields().len()];
    values[at("name")].clone_from(&name);
    values[at("id_no")].clone_from(&id);
    let record = Record {
        schema: &list,
        sheet: "",
        row: 2,
        values: &values,
    };
    let row = precheck.judge(&record);
    assert_eq!((row.row, row.result), (2, PrecheckResult::OnRoster));
    assert_eq!(
        row.masked_id(),
        format!("{}********{}", &id[..6], &id[14..])
    );
    assert!(row.masked_name().ends_with('*'));
    assert!(!format!("{row:?}").contains(&id));
}

#[test]
fn req_13_measures_that_only_one_side_records_are_told() {
    let roster = roster(&[
        &[("measures", "健康帮扶、雨露计划")],
        &[("measures", "雨露计划")],
        &[("measures", "健康帮扶")],
        &[("measures", "健康帮扶")],
        &[("household_no", "A"), ("measures", "雨露计划")],
        &[("household_no", "A")],
    ]);
    let (policies, states) = (policies(), states());
    let policy = policies.find("雨露计划").expect("a policy");
    let precheck = Precheck::new(&roster, &states, TODAY);
    let people: Vec<_> = [0, 2, 5].map(person).to_vec();
    let mut helped: Vec<(&str, &str)> = (people.iter())
        .map(|(name, id)| (id.as_str(), name.as_str()))
        .collect();
    let other = id(3);
    helped.push((&other, "王不同"));
    let reconciliation = MeasureReconciliation::of(policy, &precheck, helped).expect("the column");
    assert_eq!((reconciliation.both, reconciliation.neither), (2, 1));
    let rows: Vec<_> = (reconciliation.rows.iter())
        .map(|row| (row.person.name().to_owned(), row.difference))
        .collect();
    assert_eq!(
        rows,
        [
            (person(1).0, MeasureDifference::NotGiven),
            (person(2).0, MeasureDifference::NotRecorded),
        ]
    );
}

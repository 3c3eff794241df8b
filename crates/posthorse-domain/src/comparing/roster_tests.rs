//! The roster's import: the export's columns, months, head count and certificates.

use jiff::civil::date;

use super::precheck::{Precheck, PrecheckResult, identity_of};
use super::roster_states::Standing;
use super::test_roster::{
    Cells, TODAY, for_each_row, id, person, read, roster, roster_csv, schema, states,
};
use crate::checking::problem::ProblemCode;

#[test]
fn req_37_the_export_is_read_with_its_old_titles_and_months() {
    let csv = String::from_utf8(roster_csv(
        &[
            &[("household_no", "A"), ("monitor_category", "边缘易致贫")],
            &[("household_no", "A"), ("measures", "健康帮扶、综合保障")],
            &[("risk_cleared", "是"), ("risk_cleared_on", "202406.0")],
        ],
        &["as_of"],
    ))
    .expect("UTF-8");
    let csv = csv.replacen("县（区）", "县(市、区、旗)", 1);
    let csv = csv.replacen("监测对象类别", "易返贫致贫户(监测对象)类型", 1);
    let csv = csv.replacen("风险识别时间", "识别监测时间", 1);
    let name = "防止返贫致贫监测对象信息_20250902-3人.csv";
    let reading = read(csv.into_bytes(), name);
    assert!(reading.report.is_clean(), "{:?}", reading.report.problems);
    assert!(!reading.report.counts.contains_key(&ProblemCode::HeadCount));
    let index = reading.index;
    assert_eq!(index.len(), 3);
    assert_eq!(index.as_of(), Some(date(2025, 9, 2)));
    assert!(index.is_stale(TODAY));
    assert!(!index.is_stale(date(2025, 10, 3)));
    assert!(index.is_stale(date(2025, 10, 4)));
    let first = index.find(&id(0)).expect("the first person");
    assert_eq!(first.get("risk_identified"), "2023-04");
    assert_eq!(first.get("monitor_category"), "边缘易致贫户");
    assert_eq!(
        first.county().map(|code| code.to_string()).as_deref(),
        Some("411722")
    );
    let second = index.find(&id(1)).expect("the second person");
    let household: Vec<&str> = second.household().map(|member| member.id()).collect();
    assert_eq!(household, [id(0), id(1)]);
    assert_eq!(second.head_name(), person(0).0);
    let third = index.find(&id(2)).expect("the third person");
    assert_eq!(states().standing(third, TODAY), Standing::Cleared);
    assert!(index.find(&id(3)).is_none());
}

#[test]
fn req_37_a_head_count_that_differs_is_told() {
    let name = "监测对象_20261101-风险未消除608人.csv";
    let reading = read(roster_csv(&[&[], &[]], &[]), name);
    assert_eq!(reading.report.counts.get(&ProblemCode::HeadCount), Some(&1));
    assert_eq!(reading.index.len(), 2, "it is a warning");
}

#[test]
fn req_37_a_faulty_row_is_counted_and_the_others_are_read() {
    let reading = read(
        roster_csv(&[&[], &[("id_no", "411722199001010012")]], &[]),
        "r.csv",
    );
    assert_eq!((reading.report.accepted, reading.report.rejected), (1, 1));
    assert_eq!(reading.index.len(), 1);
    let unusable = read(b"no header at all\n".to_vec(), "r.csv");
    assert!(!unusable.report.is_usable());
    assert!(unusable.index.is_empty());
}

#[test]
fn req_37_of_somebody_who_stands_twice_the_row_at_risk_speaks() {
    let twice = id(0);
    let index = roster(&[
        &[("risk_cleared", "是"), ("risk_cleared_on", "202406")],
        &[("id_no", &twice), ("name", &person(0).0)],
        &[],
    ]);
    assert_eq!(index.len(), 3);
    assert_eq!(index.people().count(), 2);
    let found = index.find(&twice).expect("the person");
    assert_eq!(found.position(), 1);
}

#[test]
fn req_37_memory_is_bounded_by_the_people() {
    let rows: Vec<Cells<'_>> = vec![&[]; 400];
    let index = roster(&rows);
    let each = index.memory_bytes() / index.len();
    assert!((150..400).contains(&each), "{each} bytes a person");
}

#[test]
fn req_38_certificates_of_every_length_meet_the_roster() {
    let roster = roster(&[&[], &[], &[], &[]]);
    let states = states();
    let precheck = Precheck::new(&roster, &states, TODAY);
    let certified = schema("warning_list", "disabled-persons-certified");
    let columns = [
        "county_name",
        "town_name",
        "village_name",
        "name",
        "id_no",
        "disability_no",
        "disability_type",
        "disability_level",
        "change_type",
        "as_of",
    ];
    let first = |name: &str| {
        let at = certified.position(name).expect("a field");
        certified.fields()[at].values()[0].clone()
    };
    let rows = ["", "11", "11B2"].iter().enumerate().map(|(nth, suffix)| {
        let (name, id) = person(nth);
        let place = ["上蔡县", "蔡都街道", "东李村"].map(str::to_owned);
        let mut row = place.to_vec();
        row.extend([name, format!("{id}{suffix}"), format!("{id}11")]);
        row.extend(["disability_type", "disability_level", "change_type"].map(first));
        row.push("2026-11-01".to_owned());
        row
    });
    let mut found = Vec::new();
    for_each_row(&certified, &columns, &rows.collect::<Vec<_>>(), |record| {
        found.push((precheck.judge(record).result, identity_of(record, TODAY)));
    });
    let ids: Vec<_> = found
        .iter()
        .map(|(_, id)| id.map(|id| id.as_str().to_owned()))
        .collect();
    assert_eq!(ids, [Some(id(0)), Some(id(1)), Some(id(2))]);
    assert!(
        found
            .iter()
            .all(|(result, _)| *result == PrecheckResult::OnRoster)
    );
}

//! Payout lists against the roster, prechecks, and the records of measures.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::Reader as _;

use proptest::prelude::*;

use super::comparison::{Comparison, ComparisonRun, MissingColumns, RowBucket};
use super::comparison_rules::ComparisonRules;
use super::comparison_workbook::write_comparison_workbook;
use super::coverage::Coverage;
use super::precheck::Precheck;
use super::roster_index::RosterIndex;
use super::roster_states::RosterStates;
use super::test_roster::{
    Cells, TODAY, for_each_row, person, policies, roster, roster_without, schema, schemas, states,
};
use crate::casework::{Disclosures, Recipient};
use crate::checking::list_check::ListCheck;
use crate::values::areas::Areas;
use crate::values::citizen_id::CitizenId;

/// A payment: whom, under which name, of which policy, with which status.
type Payment<'p> = (usize, Option<&'p str>, &'p str, &'p str);

fn payments(payments: &[Payment<'_>]) -> Vec<Vec<String>> {
    let rows = payments
        .iter()
        .enumerate()
        .map(|(at, (nth, name, policy, status))| {
            let batch = format!("第{at}批");
            let (own, id) = person(*nth);
            let name = name.unwrap_or(&own);
            let cells = [
                "上蔡县",
                "蔡都街道",
                "东李村",
                name,
                &id,
                policy,
                &batch,
                "2026年11月",
                "300",
                "1",
                "300",
                "300",
                "农商行",
                "6217980000000000008",
                name,
                status,
                "账号不存在",
            ];
            cells.map(str::to_owned).to_vec()
        });
    rows.collect()
}

fn compare<'r>(
    policies: &'r ComparisonRules,
    policy: &str,
    roster: &'r RosterIndex,
    states: &'r RosterStates,
    paid: &[Payment<'_>],
) -> Comparison<'r> {
    let columns = [
        "county_name",
        "town_name",
        "village_name",
        "name",
        "id_no",
        "policy",
        "batch_no",
        "period",
        "rate",
        "qty",
        "due",
        "paid",
        "bank",
        "account",
        "account_name",
        "status",
        "fail_reason",
    ];
    let precheck = Precheck::new(roster, states, TODAY);
    let policy = policies.find(policy).expect("a policy");
    let mut run = ComparisonRun::new(policy, precheck).expect("the columns");
    let general = schema("payout_list", "payout-general");
    for_each_row(&general, &columns, &payments(paid), |record| {
        run.enter(0, record);
    });
    run.finish()
}

fn names(comparison: &Comparison<'_>) -> Vec<String> {
    let unpaid = comparison.unpaid.iter();
    unpaid
        .map(|unpaid| unpaid.person.name().to_owned())
        .collect()
}

const STUDENT: (&str, &str) = ("schooling", "初中");

#[test]
fn req_20_every_row_of_the_list_gets_its_answer() {
    let roster = roster(&[
        &[STUDENT],
        &[STUDENT],
        &[STUDENT],
        &[STUDENT, ("county_name", "西平县")],
        &[("schooling", "非在校生")],
        &[
            STUDENT,
            ("risk_cleared", "是"),
            ("risk_cleared_on", "202406"),
        ],
        &[STUDENT, ("remark", "2026年8月死亡")],
        &[STUDENT, ("county_name", "西平县")],
    ]);
    let (policies, states) = (policies(), states());
    let general = "教育扶持";
    let comparison = compare(
        &policies,
        "education-aid",
        &roster,
        &states,
        &[
            (0, None, general, "成功"),
            (0, None, general, "成功"),
            (1, Some("王不同"), general, "成功"),
            (2, None, general, "失败"),
            (3, None, general, ""),
            (4, None, general, "成功"),
            (5, None, general, "成功"),
            (6, None, general, "成功"),
            (20, None, general, "成功"),
            (7, None, "危房改造", "成功"),
        ],
    );
    let expected = [
        (RowBucket::OtherPolicy, 1),
        (RowBucket::NotPaidOut, 1),
        (RowBucket::NotOnRoster, 1),
        (RowBucket::NameDiffers, 1),
        (RowBucket::PresumedDead, 1),
        (RowBucket::Paid, 3),
        (RowBucket::Cleared, 1),
        (RowBucket::NotEligible, 1),
    ];
    assert_eq!(comparison.counts, BTreeMap::from(expected));
    let coverage = |eligible, paid| Coverage { eligible, paid };
    assert_eq!(comparison.total, coverage(5, 2));
    let by_county: Vec<_> = (comparison.by_county.iter())
        .map(|(county, coverage)| (county.map(|c| c.to_string()), *coverage))
        .collect();
    let county = |code: &str| Some(code.to_owned());
    assert_eq!(
        by_county,
        [
            (county("411721"), coverage(2, 1)),
            (county("411722"), coverage(3, 1))
        ]
    );
    assert_eq!(names(&comparison), [7, 1, 2].map(|nth| person(nth).0));
    let remarks: Vec<_> = comparison
        .unpaid
        .iter()
        .map(|unpaid| unpaid.remark())
        .collect();
    assert_eq!(
        remarks,
        [
            "",
            "发放名单第 4 行姓名与在册姓名不符",
            "发放名单第 5 行发放状态为“失败”"
        ]
    );
    let findings: Vec<_> = (comparison.findings.iter())
        .map(|finding| (finding.row, finding.bucket.as_str()))
        .collect();
    assert_eq!(
        findings,
        [
            (4, "name-differs"),
            (5, "not-paid-out"),
            (7, "not-eligible"),
            (8, "cleared"),
            (9, "presumed-dead"),
            (10, "not-on-roster"),
        ]
    );
}

#[test]
fn req_20_a_household_policy_counts_households() {
    let risk = ("unsafe_house", "是");
    let roster = roster(&[
        &[("household_no", "A"), risk],
        &[("household_no", "A"), risk],
        &[("household_no", "B"), risk],
        &[("household_no", "B"), risk],
    ]);
    let (policies, states) = (policies(), states());
    let paid = [(1, None, "危房改造", "成功")];
    let comparison = compare(&policies, "危房改造", &roster, &states, &paid);
    assert_eq!(
        comparison.total,
        Coverage {
            eligible: 2,
            paid: 1
        }
    );
    assert_eq!(names(&comparison), [person(2).0]);
}

#[test]
fn req_20_each_of_the_ten_policies_knows_who_is_entitled() {
    let rows: [(&str, Cells<'_>, Cells<'_>); 10] = [
        (
            "教育扶持",
            &[("schooling", "普通高中一年级")],
            &[("schooling", "非在校生")],
        ),
        (
            "医疗报销",
            &[("compliant_self_paid", "0.01")],
            &[("compliant_self_paid", "0")],
        ),
        (
            "危房改造",
            &[("unsafe_house", "是")],
            &[("unsafe_house", "否")],
        ),
        (
            "务工奖补",
            &[("work_months", "3")],
            &[("work_months", "2.9")],
        ),
        (
            "公益岗位",
            &[("labour", "弱劳动力或半劳动力")],
            &[("labour", "普通劳动力")],
        ),
        (
            "雨露计划",
            &[("schooling", "中职一年级")],
            &[("schooling", "初中一年级")],
        ),
        (
            "小额信贷贴息",
            &[("labour", "普通劳动力"), ("measures", "金融帮扶")],
            &[("labour", "普通劳动力"), ("measures", "健康帮扶")],
        ),
        (
            "代缴医保",
            &[],
            &[("monitor_category", ""), ("household_type", "脱贫户")],
        ),
        ("代缴养老", &[], &[("schooling", "小学")]),
        (
            "跨省交通补贴",
            &[("work_months", "3"), ("work_place", "浙江省杭州市")],
            &[("work_months", "3"), ("work_place", "河南省郑州市")],
        ),
    ];
    let (policies, states) = (policies(), states());
    assert_eq!(policies.iter().count(), 10);
    for (policy, entitled, other) in rows {
        // Born in 1990, so that the pension's premium is due.
        let adult = CitizenId::from_parts(412_825, jiff::civil::date(1990, 5, 1), 12);
        let adult = adult.expect("a number");
        let mut entitled = entitled.to_vec();
        entitled.push(("id_no", adult.as_str()));
        let roster = roster(&[&entitled, other]);
        let comparison = compare(&policies, policy, &roster, &states, &[]);
        assert_eq!(comparison.total.eligible, 1, "{policy}");
        assert_eq!(names(&comparison), [person(0).0], "{policy}");
    }
}

#[test]
fn req_20_policies_and_lists_speak_of_the_same() {
    let unpaid = schema("unpaid_list", "unpaid");
    let at = unpaid.position("policy").expect("a field");
    let policies = policies();
    let titles: BTreeSet<&str> = policies.iter().map(|policy| policy.title()).collect();
    let listed = unpaid.fields()[at].values().iter().map(String::as_str);
    assert_eq!(titles, listed.collect());
    let (kind, schemas) = ("payout_list".parse().expect("a kind"), schemas());
    for policy in policies.iter() {
        for list in policy.payouts() {
            assert!(schemas.find(&kind, list.as_str()).is_some(), "{list}");
        }
    }
}

#[test]
fn req_19_each_department_sees_what_its_own_policies_ask_about() {
    let roster = schema("roster", "roster");
    let disclosures = Disclosures::built_in().expect("the built-in disclosures");
    let policies = policies();
    for policy in policies.iter() {
        let to = Recipient::DepartmentOf(policy.department().clone());
        let seen = disclosures.columns(roster.kind(), roster.id(), &to);
        let seen = seen.positions(&roster);
        let missing = policy.eligible.missing(&|at| seen.contains(&at));
        assert_eq!(missing, [0; 0], "{}", policy.id());
    }
}

#[test]
fn req_20_a_roster_without_the_columns_of_a_policy_is_refused() {
    let roster = roster_without(&[&[]], &["work_place"]);
    let (policies, states) = (policies(), states());
    let policy = policies.find("跨省交通补贴").expect("a policy");
    let precheck = Precheck::new(&roster, &states, TODAY);
    let error = ComparisonRun::new(policy, precheck).expect_err("a column is missing");
    assert_eq!(error, MissingColumns(vec!["务工所在地".to_owned()]));
}

#[test]
fn req_21_the_unpaid_list_is_filled_in_but_for_the_reason() {
    let roster = roster(&[&[STUDENT, ("phone", "13900000000")]]);
    let (policies, states) = (policies(), states());
    let comparison = compare(&policies, "教育扶持", &roster, &states, &[]);
    let list = schema("unpaid_list", "unpaid");
    let cells = comparison.unpaid[0].cells(&list, comparison.policy, Areas::built_in());
    let (name, id) = person(0);
    let filled: Vec<_> = (list.fields().iter().zip(&cells))
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(field, cell)| (field.name(), cell.as_str()))
        .collect();
    assert_eq!(
        filled,
        [
            ("county_name", "上蔡县"),
            ("town_name", "蔡都街道"),
            ("village_name", "东李村"),
            ("head_name", name.as_str()),
            ("name", name.as_str()),
            ("id_no", id.as_str()),
            ("policy", "教育扶持"),
            ("phone", "13900000000"),
        ]
    );
}

#[test]
fn req_21_the_workbook_is_sealed_as_an_unpaid_list_once_it_is_explained() {
    let roster = roster(&[&[STUDENT], &[STUDENT], &[STUDENT]]);
    let (policies, states) = (policies(), states());
    let paid = [
        (0, None, "教育扶持", "成功"),
        (1, Some("王不同"), "教育扶持", "成功"),
        (9, None, "教育扶持", "成功"),
    ];
    let comparison = compare(&policies, "教育扶持", &roster, &states, &paid);
    let list = schema("unpaid_list", "unpaid");
    let mut bytes = Vec::new();
    let lists = ["发放.csv".to_owned()];
    write_comparison_workbook(&comparison, &list, &lists, TODAY, &mut bytes).expect("memory");
    let mut workbook: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(&bytes)).expect("a workbook");
    assert_eq!(
        workbook.sheet_names(),
        ["未兑付", "不在册", "姓名不符", "需核查", "覆盖率"]
    );
    let mut rows = |name: &str| -> Vec<String> {
        let range = workbook.worksheet_range(name).expect("a sheet");
        let text = |row: &[calamine::Data]| {
            let cells = row.iter().map(ToString::to_string);
            cells
                .filter(|cell| !cell.is_empty())
                .collect::<Vec<_>>()
                .join("|")
        };
        range.rows().skip(1).map(text).collect()
    };
    let (other, mistaken) = (person(9), person(1));
    assert_eq!(
        rows("不在册"),
        [format!("发放.csv|4|{}|{}|不在册", other.0, other.1)]
    );
    assert_eq!(
        rows("姓名不符"),
        [format!(
            "发放.csv|3|王不同|{}|{}|姓名不符",
            mistaken.1, mistaken.0
        )]
    );
    assert_eq!(rows("覆盖率"), ["上蔡县|3|1|2|33.33%", "合计|3|1|2|33.33%"]);
    // As it stands it is refused for what the department has not yet said, and for nothing else.
    let report = ListCheck::new(&list, TODAY)
        .check(Cursor::new(&bytes), &mut |_| Ok(()))
        .expect("memory");
    assert!(report.is_usable());
    assert_eq!((report.accepted, report.rejected), (0, 2));
    let found: Vec<_> = (report.problems.iter())
        .map(|found| {
            (
                found.code.as_str(),
                found.place.row,
                found.place.column.as_deref(),
            )
        })
        .collect();
    let (reason, explanation) = (Some("未兑付原因"), Some("情况说明"));
    assert_eq!(
        found,
        [
            ("E116", Some(2), reason),
            ("E116", Some(2), explanation),
            ("E116", Some(3), reason),
            ("E116", Some(3), explanation),
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn req_20_eligible_is_paid_and_unpaid_and_each_row_has_one_bucket(
        people in prop::collection::vec((0_u8..4, 0_u8..3), 1..8),
        paid in prop::collection::vec((0_usize..10, prop::bool::ANY, 0_usize..3), 0..12),
    ) {
        let rows: Vec<Vec<(&str, &str)>> = people.iter().map(|(state, household)| {
            let household = ["A", "B", "C"][usize::from(*household)];
            let mut row = vec![("household_no", household)];
            row.extend(match state {
                0 => vec![STUDENT],
                1 => vec![STUDENT, ("risk_cleared", "是"), ("risk_cleared_on", "202406")],
                2 => vec![STUDENT, ("remark", "已故")],
                _ => vec![("schooling", "非在校生")],
            });
            row
        }).collect();
        let cells: Vec<Cells<'_>> = rows.iter().map(Vec::as_slice).collect();
        let index = roster(&cells);
        let (policies, states) = (policies(), states());
        let mut seen = BTreeSet::new();
        let paid: Vec<Payment<'_>> = paid.iter()
            .filter(|(nth, ..)| seen.insert(*nth))
            .map(|(nth, named, status)| {
                let name = named.then_some("王不同");
                (*nth, name, "教育扶持", ["成功", "失败", ""][*status])
            })
            .collect();
        let comparison = compare(&policies, "教育扶持", &index, &states, &paid);
        let total = comparison.total;
        prop_assert_eq!(total.eligible, total.paid + comparison.unpaid.len() as u64);
        prop_assert_eq!(total.unpaid(), comparison.unpaid.len() as u64);
        let counted: u64 = comparison.counts.values().sum();
        prop_assert_eq!(counted, paid.len() as u64);
        let sum: u64 = comparison.by_county.values().map(|county| county.eligible).sum();
        prop_assert_eq!(sum, total.eligible);

        // One more person, of another household, takes nobody's result away.
        let mut more = cells.clone();
        more.push(&[STUDENT, ("household_no", "Z")]);
        let larger = roster(&more);
        let after = compare(&policies, "教育扶持", &larger, &states, &paid);
        let (before, after) = (names(&comparison), names(&after));
        let lost: Vec<_> = before.iter().filter(|name| !after.contains(name)).collect();
        prop_assert!(lost.is_empty(), "{:?}", lost);
    }
}

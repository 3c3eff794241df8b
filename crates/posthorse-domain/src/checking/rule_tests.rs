//! Each rule of each list: rows that keep it, rows that break it, and what is said.

use std::io::Cursor;

use crate::checking::list_tests::{schema, today};
use crate::{Language, ListCheck, SyntheticPeople};

/// One row of a list with some cells changed, and the codes that follow.
type Case = (
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

fn codes(kind: &str, list: &str, changes: &[(&str, &str)]) -> Vec<&'static str> {
    let report = report(kind, list, &[changes]);
    report
        .problems
        .iter()
        .map(|one| one.code.as_str())
        .collect()
}

fn report(kind: &str, list: &str, rows: &[&[(&str, &str)]]) -> crate::CheckReport {
    let schema = schema(kind, list);
    let mut people = SyntheticPeople::from_seed(42, today());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let titles = schema.fields().iter().map(crate::Field::title);
    writer.write_record(titles).expect("a header");
    for (seq, changes) in (1..).zip(rows) {
        let person = people.next().expect("endless");
        let mut row = people.row(&schema, &person, seq);
        for (field, text) in *changes {
            let at = schema.position(field).expect(field);
            (*text).clone_into(&mut row[at]);
        }
        writer.write_record(&row).expect("a row");
    }
    let list = writer.into_inner().expect("a list");
    let check = ListCheck::new(&schema, today());
    check
        .check(Cursor::new(list), &mut |_| Ok(()))
        .expect("a report")
}

fn expect(kind: &str, list: &str, cases: &[Case]) {
    for (changes, expected) in cases {
        assert_eq!(codes(kind, list, changes), *expected, "{list}: {changes:?}");
    }
}

#[test]
fn rules_of_warning_lists() {
    expect(
        "warning_list",
        "education-school-costs",
        &[
            (
                &[
                    ("tuition", "8000"),
                    ("boarding_fee", "800"),
                    ("books_fee", ""),
                    ("aid_award", ""),
                    ("aid_loan", "1000"),
                    ("aid_grant", "300.5"),
                    ("aid_subsidy", "0"),
                    ("aid_waiver", ""),
                    ("net_cost", "7499.50"),
                ],
                &[],
            ),
            (&[("tuition", "1"), ("net_cost", "7499.51")], &["E122"]),
            (&[("tuition", "2万"), ("net_cost", "7499.51")], &["E110"]),
            (
                &[("tuition", ""), ("boarding_fee", ""), ("books_fee", "")],
                &[],
            ),
            (&[("stage", "研究生"), ("school_year", "2025")], &["E117"]),
        ],
    );
    expect(
        "warning_list",
        "housing-safety",
        &[
            (&[("house_grade", "D级")], &[]),
            (&[("house_grade", "B")], &["E125"]),
            (&[("house_grade", "E")], &["E117"]),
        ],
    );
    expect(
        "warning_list",
        "medical-insurance-self-paid",
        &[
            (&[("total_cost", "6000"), ("self_paid", "5000")], &[]),
            (
                &[("total_cost", "6000"), ("self_paid", "4999.99")],
                &["E124"],
            ),
            (
                &[("total_cost", "6000"), ("self_paid", "6000.01")],
                &["E123"],
            ),
            (&[("period", "去年")], &["E111"]),
        ],
    );
    expect(
        "warning_list",
        "civil-affairs-low-income",
        &[
            (&[("relief_type", "支出型")], &[]),
            (&[("relief_type", "刚性支出困难家庭")], &[]),
            (&[("phone", "1381234123")], &["E115"]),
            (&[("phone", "0396-2915678/13812341234")], &[]),
        ],
    );
}

#[test]
fn a_disability_certificate_speaks_for_itself() {
    let id = "41282519700101000X";
    let row = |number: &'static str, kind: &'static str, level: &'static str| {
        codes(
            "warning_list",
            "disabled-persons-certified",
            &[
                ("id_no", id),
                ("disability_no", number),
                ("disability_type", kind),
                ("disability_level", level),
            ],
        )
    };
    assert_eq!(row("41282519700101000X43", "肢体残疾", "3级"), [""; 0]);
    assert_eq!(row("41282519700101000X43B1", "4", "三级"), [""; 0]);
    assert_eq!(row("41282519700101000X43", "视力", "三级"), ["E106"]);
    assert_eq!(
        row("41282519700101000X43", "听力", "一级"),
        ["E106", "E106"]
    );
    assert_eq!(row("41282519700101001843", "肢体", "三级"), ["E127"]);
    assert_eq!(row("41282519700101000X", "肢体", "三级"), ["E102"]);
    assert_eq!(row("41282519700101000X85", "肢体", "三级"), ["E119"]);
}

#[test]
fn a_school_number_is_its_holders() {
    let row = |number: &'static str| {
        let changes = [("id_no", "41282519700101000X"), ("student_no", number)];
        codes("warning_list", "education-dropout", &changes)
    };
    assert_eq!(row("G41282519700101000X"), [""; 0]);
    assert_eq!(row("G412825197001010018"), ["E127"]);
    assert_eq!(row("L0001"), [""; 0]);
}

#[test]
fn rules_of_payouts() {
    const GOOD: &[(&str, &str)] = &[
        ("rate", "33.33"),
        ("qty", "3.333"),
        ("due", "111.09"),
        ("paid", "111.09"),
        ("name", "买买提•艾力"),
        ("account_name", "买买提·艾力"),
        ("payee_relation", ""),
        ("account", "6222021234567894"),
        ("status", "已发放"),
    ];
    let with = |changes: &[(&'static str, &'static str)]| {
        codes("payout_list", "payout-general", &[GOOD, changes].concat())
    };
    assert_eq!(with(&[]), [""; 0]);
    assert_eq!(with(&[("due", "111.11"), ("paid", "1")]), ["E122"]);
    assert_eq!(with(&[("paid", "111.10")]), ["E123"]);
    assert_eq!(with(&[("account_name", "张三")]), ["E127"]);
    assert_eq!(with(&[("account", "6222 0212 3456 7894")]), ["E014"]);
    let by_another = [("account_name", "张三"), ("payee_relation", "父子")];
    assert_eq!(with(&by_another), [""; 0]);
    assert_eq!(with(&[("account", "6222021234567890")]), ["E114"]);
    assert_eq!(with(&[("account", "信用社0001")]), ["E119"]);
    assert_eq!(with(&[("account", "6.22202E+15")]), ["E101"]);
    assert_eq!(
        with(&[("status", "发放失败"), ("fail_reason", "")]),
        ["E116"]
    );
    expect(
        "payout_list",
        "payout-loan-interest",
        &[
            (
                &[
                    ("loan_amount", "50000"),
                    ("lent_on", "2023-11-24"),
                    ("matures_on", "2026-11-24"),
                    ("interest", "100"),
                ],
                &[],
            ),
            (&[("loan_amount", "50000.01"), ("interest", "1")], &["E123"]),
            (
                &[("lent_on", "2023-11-24"), ("matures_on", "2026-11-25")],
                &["E123"],
            ),
            (
                &[("lent_on", "2023-11-24"), ("matures_on", "2023-11-23")],
                &["E126"],
            ),
            (&[("interest_rate", "3.45%")], &[]),
        ],
    );
    expect(
        "payout_list",
        "payout-work-subsidy",
        &[(
            &[("started_on", "2026-03-01"), ("ended_on", "2026-02")],
            &["E126"],
        )],
    );
}

#[test]
fn households_are_judged_when_the_list_ends() {
    let one: &[(&str, &str)] = &[("household_no", "1"), ("household_size", "2")];
    let with_child: &[(&str, &str)] = &[
        ("household_no", "1"),
        ("household_size", "2"),
        ("relation", "之子"),
    ];
    let report_of = |rows: &[&[(&str, &str)]]| {
        let report = report("roster", "roster", rows);
        let problems = report.problems.iter();
        let told: Vec<_> = problems
            .map(|one| (one.code.as_str(), one.place.row))
            .collect();
        (report.accepted, told)
    };
    assert_eq!(report_of(&[one, with_child]), (2, vec![]));
    assert_eq!(report_of(&[one]), (1, vec![("E128", Some(2))]));
    assert_eq!(report_of(&[one, one]), (2, vec![("E129", Some(2))]));
    assert_eq!(
        report_of(&[with_child, with_child, with_child]),
        (3, vec![("E128", Some(2)), ("E129", Some(2))])
    );
    let monitored: &[(&str, &str)] = &[
        ("monitor_category", "突发严重困难户"),
        ("risk_cleared", ""),
        ("risk_identified", "202304.0"),
        ("risk_cleared_on", ""),
    ];
    assert_eq!(report_of(&[monitored]), (0, vec![("E116", Some(2))]));
    let cleared: &[(&str, &str)] = &[
        ("risk_cleared", "是"),
        ("risk_identified", "202304.0"),
        ("risk_cleared_on", "202303"),
    ];
    assert_eq!(report_of(&[cleared]), (0, vec![("E126", Some(2))]));
}

#[test]
fn breaches_are_told_in_both_languages() {
    let changes: &[(&str, &str)] = &[
        ("rate", "300"),
        ("qty", "2"),
        ("due", "500"),
        ("paid", "500"),
        ("account", "6222021234567890"),
    ];
    let report = report("payout_list", "payout-general", &[changes]);
    let said = |at: usize, language| {
        let problem = &report.problems[at];
        problem.render(language).sentence
    };
    assert_eq!(
        said(0, Language::Chinese),
        "银行账号校验未通过（6222********7890），可能有一位录错。"
    );
    assert_eq!(
        said(1, Language::Chinese),
        "“应发金额”为 500.00，应等于 补贴标准 × 数量 = 600.00。"
    );
    assert_eq!(
        said(1, Language::English),
        "“应发金额” is 500.00 and should be 补贴标准 × 数量 = 600.00"
    );
}

//! What offices owe: by quarter, semester and school year, only what is registered, and their contacts.

use jiff::civil::Date;
use posthorse_package::{Party, Role};

use super::tests::{
    board, day, november, owes, parties, party, period, said, state_of, taken, with_parties,
};
use super::*;
use crate::{Language, ReportState};

#[test]
fn req_04_a_quarterly_unit_is_red_only_after_the_quarter() {
    let parties = [owes(
        party(
            "housing",
            "市住建局",
            Role::Department,
            &[],
            &["unpaid_list", "warning_list"],
        ),
        &["housing-safety", "unpaid=quarterly"],
    )];
    let at = |month: &str, today: Date, facts: &BoardFacts| {
        let month = Month::new(&period(month)).expect("a month");
        with_parties(&parties, |rules| Board::draw(rules, &month, today, facts))
    };
    let unpaid = |board: &Board| {
        let mut lines = board.reports.iter();
        let line = lines.find(|line| line.list.as_str() == "unpaid");
        let line = line.expect("a line");
        (line.cadence.clone(), line.state, line.tone())
    };
    let empty = BoardFacts::default();
    let quarterly = || "quarterly".to_owned();
    let november = at("2026-11", day(12, 3), &empty);
    let open = ReportState::Open { days_left: 28 };
    assert_eq!(unpaid(&november), (quarterly(), open, Tone::Plain));
    let missing: Vec<&str> = november.missing().map(|line| line.list.as_str()).collect();
    assert_eq!(missing, ["housing-safety"]);
    let last_days = at("2026-12", day(12, 27), &empty);
    let open = ReportState::Open { days_left: 4 };
    assert_eq!(unpaid(&last_days), (quarterly(), open, Tone::Attention));
    let after = at("2026-12", Date::constant(2027, 1, 2), &empty);
    let missing = ReportState::Missing { days: 2 };
    assert_eq!(unpaid(&after), (quarterly(), missing, Tone::Bad));
    // A list about any month of the quarter is the quarter's.
    let mut facts = BoardFacts::default();
    let list = said(
        "housing",
        "unpaid",
        Some("2026-10"),
        day(11, 9),
        taken(5, 0),
    );
    facts.reports.push(list);
    let in_time = (quarterly(), ReportState::InTime, Tone::Good);
    assert_eq!(unpaid(&at("2026-12", day(12, 27), &facts)), in_time);
    let table = &after.tables(Language::Chinese)[1];
    assert_eq!(table.title, "按季报送");
    let quarters = ["单位", "名单", "2026年第1季度", "2026年第2季度"];
    assert_eq!(table.header[..4], quarters);
    let texts: Vec<String> = table.rows[0].cells.iter().map(Cell::text).collect();
    assert_eq!(texts[1], "未兑付名单");
    assert_eq!(texts[5], "未报（逾期2日）");
}

#[test]
fn req_11_an_office_is_urged_of_the_quarter_before_too() {
    let mut civil = owes(
        party("civil", "市民政局", Role::Department, &[], &["unpaid_list"]),
        &["unpaid=quarterly"],
    );
    civil.contact.contact = "孙联络".to_owned();
    civil.contact.office_phone = "0396-7654321".to_owned();
    let mut facts = BoardFacts::default();
    for month in ["2026-02", "2026-05", "2026-08"] {
        let list = said("civil", "unpaid", Some(month), day(8, 26), taken(5, 0));
        facts.reports.push(list);
    }
    let january = Month::new(&period("2027-01")).expect("a month");
    let texts = |facts: &BoardFacts| {
        with_parties(std::slice::from_ref(&civil), |rules| {
            let today = Date::constant(2027, 1, 6);
            urge_texts(rules, &Board::draw(rules, &january, today, facts))
        })
    };
    let told = texts(&facts);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].reason, told[0].open, told[0].overdue),
        (UrgeReason::Reports, 1, 1)
    );
    assert_eq!(
        told[0].text,
        "市民政局：\n截至2027年1月6日，你单位尚未报送：2026年第4季度未兑付名单（应于2026年12月31日前报送，已逾期 6 日）。\
         请尽快检查、封装并报送；没有数据的请报零报告，不能按期报送的请报送延期说明。"
    );
    // A note that was in time excuses it, and so does the list.
    for what in [Said::Deferral, taken(1, 0)] {
        let note = said("civil", "unpaid", Some("2026-11"), day(12, 30), what);
        let reports = [facts.reports.clone(), vec![note]].concat();
        assert_eq!(
            texts(&BoardFacts {
                reports,
                ..facts.clone()
            }),
            []
        );
    }
}

#[test]
fn req_04_nobody_is_red_for_a_list_that_is_not_registered() {
    let rights = ["unpaid_list", "warning_list"];
    let mut parties = [
        party("civil", "市民政局", Role::Department, &[], &rights),
        owes(
            party("police", "市公安局", Role::Department, &[], &rights),
            &["public-security-incidents"],
        ),
        owes(
            party("water", "市水利局", Role::Department, &[], &rights),
            &["no-such-list", "roster"],
        ),
    ];
    let board = |parties: &[Party]| {
        with_parties(parties, |rules| {
            Board::draw(rules, &november(), day(12, 3), &BoardFacts::default())
        })
    };
    let drawn = board(&parties);
    assert_eq!(drawn.reports, []);
    let names: Vec<&str> = drawn
        .unregistered
        .iter()
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(names, ["市民政局"]);
    // What is registered and not known here, or may not be sent, is not passed over in silence.
    let unknown: Vec<&str> = drawn
        .stuck
        .iter()
        .filter_map(|line| match line {
            StuckLine::UnknownList { list, .. } => Some(list.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(unknown, ["no-such-list", "roster"]);
    // Quarterly is permitted in the place of monthly only; else the list's own cadence stays.
    parties[0] = owes(parties[0].clone(), &["education-dropout=quarterly"]);
    assert_eq!(board(&parties).reports[0].cadence, "semester");
}

/// The board of education in a month, which owes the two lists of schools.
fn schools(month: &str, today: Date, facts: &BoardFacts) -> Board {
    let parties = [owes(
        party(
            "education",
            "市教育局",
            Role::Department,
            &[],
            &["warning_list"],
        ),
        &["education-dropout", "education-school-costs"],
    )];
    let month = Month::new(&period(month)).expect("a month");
    with_parties(&parties, |rules| Board::draw(rules, &month, today, facts))
}

#[test]
fn req_28_a_semester_is_missing_only_when_it_is_over() {
    let state = |board: &Board| {
        let mut lines = board.reports.iter();
        let line = lines.find(|line| line.cadence == "semester");
        line.map(|line| (line.state, line.tone()))
    };
    let empty = BoardFacts::default();
    let november = schools("2026-11", day(12, 3), &empty);
    let open = ReportState::Open { days_left: 59 };
    assert_eq!(state(&november), Some((open, Tone::Plain)));
    let january = schools("2027-01", Date::constant(2027, 2, 3), &empty);
    let missing = ReportState::Missing { days: 3 };
    assert_eq!(state(&january), Some((missing, Tone::Bad)));
    // August belongs to no semester, and the one before it is still told of.
    let august = schools("2026-08", day(8, 28), &empty);
    assert_eq!(state(&august), None);
    let mut facts = BoardFacts::default();
    let spring = day(5, 6);
    let list = said("education", "education-dropout", None, spring, taken(7, 0));
    facts.reports.push(list);
    let tables = schools("2026-11", day(12, 3), &facts).tables(Language::Chinese);
    let semesters = tables.iter().find(|table| table.title == "按学期报送");
    let semesters = semesters.expect("the matrix of semesters");
    let terms = [
        "2025年春季学期",
        "2025年秋季学期",
        "2026年春季学期",
        "2026年秋季学期",
    ];
    assert_eq!(semesters.header[2..], terms);
    let cells = semesters.rows[0].cells[2..].iter();
    let cells: Vec<(String, Tone)> = cells.map(|cell| (cell.text(), cell.tone())).collect();
    assert_eq!(cells[1], ("未报（逾期306日）".to_owned(), Tone::Bad));
    assert_eq!(cells[2], ("已报（按期）".to_owned(), Tone::Good));
    assert_eq!(cells[3], ("待报（剩59日）".to_owned(), Tone::Plain));
}

#[test]
fn req_29_a_school_year_has_a_row_of_its_own() {
    let empty = BoardFacts::default();
    let of_year = |board: &Board| {
        let mut lines = board.reports.iter();
        let line = lines.find(|line| line.cadence == "school_year");
        let line = line.expect("a line");
        (line.list.to_string(), line.state)
    };
    let list = || "education-school-costs".to_owned();
    let open = ReportState::Open { days_left: 3 };
    let august = schools("2026-08", day(8, 28), &empty);
    assert_eq!(of_year(&august), (list(), open));
    let missing = ReportState::Missing { days: 1 };
    let september = schools("2026-08", day(9, 1), &empty);
    assert_eq!(of_year(&september), (list(), missing));
    let november = schools("2026-11", day(12, 3), &empty);
    let tables = november.tables(Language::Chinese);
    let years = tables.iter().find(|table| table.title == "按学年报送");
    let years = years.expect("the matrix of school years");
    assert_eq!(years.header[2..], ["2025—2026学年", "2026—2027学年"]);
    // Of the year that ends in August, only August's report counts.
    let counted = |month: &str, today: Date| {
        let parties = [owes(
            party("e", "市教育局", Role::Department, &[], &["warning_list"]),
            &["education-school-costs"],
        )];
        let month = Month::new(&period(month)).expect("a month");
        with_parties(&parties, |rules| {
            MonthlyReport::draw(rules, &month, today, &empty).departments[0].owed
        })
    };
    assert_eq!(counted("2026-07", day(9, 3)), 0);
    assert_eq!(counted("2026-08", day(9, 3)), 1);
}

#[test]
fn req_06_a_nil_report_stands_for_the_list_that_it_names_and_no_other() {
    let mut facts = BoardFacts::default();
    let nil = |list: Option<&str>| ReportFact {
        list: list.map(|list| list.parse().expect("a list")),
        ..said(
            "water",
            "water-safety",
            Some("2026-11"),
            day(11, 27),
            Said::Nil,
        )
    };
    let submitted = |facts: &BoardFacts| state_of(&board(day(12, 3), facts), "water").1;
    facts.reports = vec![nil(Some("housing-safety"))];
    assert_eq!(submitted(&facts), Submitted::Nothing);
    facts.reports = vec![nil(Some("water-safety"))];
    assert_eq!(submitted(&facts), Submitted::Nil);
    // A name that nobody knows means the only list that its sender owes.
    facts.reports = vec![nil(None)];
    assert_eq!(submitted(&facts), Submitted::Nil);
}

#[test]
fn req_01_an_office_without_contact_is_listed_until_it_files_one() {
    let mut parties = parties();
    for at in [0, 3, 4] {
        parties[at].contact.office_phone.clear();
    }
    let facts = BoardFacts {
        contacts: vec![("civil".parse().expect("a party"), day(11, 20))],
        ..BoardFacts::default()
    };
    let (board, texts) = with_parties(&parties, |rules| {
        let board = Board::draw(rules, &november(), day(12, 3), &facts);
        let texts = urge_texts(rules, &board);
        (board, texts)
    });
    let missing: Vec<&str> = board
        .without_contact()
        .map(|line| line.party.as_str())
        .collect();
    assert_eq!(missing, ["411722", "health"]);
    let state = |id: &str| {
        let mut lines = board.contacts.iter();
        lines
            .find(|line| line.party.as_str() == id)
            .map(|line| line.state)
    };
    let filed = ContactState::Filed { on: day(11, 20) };
    assert_eq!(state("civil"), Some(filed));
    assert_eq!(state("water"), Some(ContactState::Registered));
    assert_eq!(state("bureau"), None, "the bureau is who calls");
    let overdue_days = 1_105;
    assert_eq!(
        state("health"),
        Some(ContactState::Missing { overdue_days })
    );
    let due = board.contacts[0].due.map(|due| due.to_string());
    assert_eq!(due.as_deref(), Some("2023-11-24"));
    let urged = texts
        .iter()
        .filter(|urge| urge.reason == UrgeReason::Contact);
    assert_eq!(
        urged.map(|urge| urge.name.as_str()).collect::<Vec<_>>(),
        ["上蔡县乡村振兴局", "市卫健委"]
    );
    let tables = board.tables(Language::Chinese);
    assert!(tables.iter().any(|table| table.title == "未报送联系人"));
}

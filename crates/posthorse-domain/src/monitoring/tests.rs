//! The board, the report and the texts over one small month.

use jiff::civil::Date;
use posthorse_package::{Contact, OwedReport, Party, PartyId, Period, Role};

use super::*;
use crate::{
    Areas, BasisPoints, DueRules, Language, ProcedureSet, ReportState, SchemaSet, UrgeAddressee,
    WorkCalendar,
};

pub(super) fn day(month: i8, day: i8) -> Date {
    Date::constant(2026, month, day)
}

pub(super) fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

pub(super) fn party(
    id: &str,
    name: &str,
    role: Role,
    counties: &[&str],
    may_send: &[&str],
) -> Party {
    Party {
        id: id.parse().expect("a party"),
        name: name.to_owned(),
        roles: vec![role],
        counties: counties.iter().map(|&code| code.to_owned()).collect(),
        may_send: may_send
            .iter()
            .map(|kind| kind.parse().expect("a kind"))
            .collect(),
        two_signatures: Vec::new(),
        reports: Vec::new(),
        contact: Contact {
            leader: "赵局长".to_owned(),
            section: "防返贫股".to_owned(),
            contact: "钱联络".to_owned(),
            office_phone: "0396-1234567".to_owned(),
            email: String::new(),
            remark: String::new(),
        },
        signing_keys: Vec::new(),
        recipients: Vec::new(),
    }
}

/// A list that is owed, as `LIST` or `LIST=CADENCE`.
pub(super) fn owes(mut party: Party, reports: &[&str]) -> Party {
    let reports = reports.iter().map(|report| {
        let (list, cadence) = match report.split_once('=') {
            Some((list, cadence)) => (list, Some(cadence)),
            None => (*report, None),
        };
        OwedReport {
            list: list.parse().expect("a list"),
            cadence: cadence.map(|cadence| cadence.parse().expect("a cadence")),
        }
    });
    party.reports = reports.collect();
    party
}

pub(super) fn parties() -> Vec<Party> {
    let lists = ["warning_list", "nil_report", "deferral_note"];
    let department = |id, name, list| owes(party(id, name, Role::Department, &[], &lists), &[list]);
    vec![
        party("411722", "上蔡县乡村振兴局", Role::County, &["411722"], &[]),
        party("411728", "遂平县乡村振兴局", Role::County, &["411728"], &[]),
        party("bureau", "市乡村振兴局", Role::Bureau, &[], &["roster"]),
        department("civil", "市民政局", "civil-affairs-low-income"),
        department("health", "市卫健委", "health-serious-illness"),
        department("housing", "市住建局<b>", "housing-safety"),
        department("water", "市水利局", "water-safety"),
    ]
}

fn with_rules<T>(work: impl FnOnce(&MonitoringRules<'_>) -> T) -> T {
    with_parties(&parties(), work)
}

/// As before, over the work of another procedure.
fn with_work_of<T>(procedure: &str, work: impl FnOnce(&MonitoringRules<'_>) -> T) -> T {
    with_parties(&parties(), |rules| {
        let procedures = ProcedureSet::built_in().expect("procedures");
        let procedure = procedures.get(&procedure.parse().expect("an id"));
        let procedure = procedure.expect("a procedure");
        work(&MonitoringRules {
            procedure,
            ..*rules
        })
    })
}

pub(super) fn with_parties<T>(
    parties: &[Party],
    work: impl FnOnce(&MonitoringRules<'_>) -> T,
) -> T {
    let schemas = SchemaSet::built_in().expect("lists");
    let procedures = ProcedureSet::built_in().expect("procedures");
    let procedure = procedures.get(&"warning".parse().expect("an id"));
    work(&MonitoringRules {
        due_rules: DueRules::built_in(),
        calendar: WorkCalendar::built_in(),
        schemas: &schemas,
        escalation: procedures.escalation(),
        areas: Areas::built_in(),
        parties,
        procedure: procedure.expect("a procedure"),
    })
}

fn arrival(sender: &str, received: Date, (accepted, rejected): (u64, u64)) -> Arrival {
    Arrival {
        sender: sender.parse().expect("a party"),
        received,
        taken: accepted > 0 || rejected == 0,
        accepted,
        rejected,
    }
}

/// What a department says of a list for November, or for the month in which it came.
pub(super) fn said(
    sender: &str,
    list: &str,
    month: Option<&str>,
    received: Date,
    said: Said,
) -> ReportFact {
    ReportFact {
        sender: sender.parse().expect("a party"),
        list: Some(list.parse().expect("a list")),
        month: month.map(period),
        received,
        said,
    }
}

pub(super) fn taken(accepted: u64, rejected: u64) -> Said {
    Said::List { accepted, rejected }
}

/// What a county has to verify, without a last day of its own.
fn task(county: &str, opened: Date) -> Task {
    Task {
        county: county.to_owned(),
        party: county.parse().expect("a party"),
        stage: "verify".parse().expect("a stage"),
        opened,
        due: None,
    }
}

fn cohort(
    county: &str,
    opened: Date,
    closed: Option<Date>,
    outcome: Option<&str>,
    count: u64,
) -> CohortGroup {
    CohortGroup {
        task: task(county, opened),
        closed,
        outcome: outcome.map(str::to_owned),
        count,
    }
}

fn facts() -> BoardFacts {
    let open = |county: &str, opened, unanswered, answered| OpenGroup {
        task: task(county, opened),
        unanswered,
        answered,
    };
    BoardFacts {
        arrivals: vec![
            arrival("health", day(11, 26), (98, 2)),
            arrival("civil", day(11, 27), (0, 0)),
            arrival("housing", day(11, 28), (0, 0)),
            arrival("housing", day(11, 29), (0, 40)),
        ],
        // The refused list of housing is no report.
        reports: vec![
            said(
                "health",
                "health-serious-illness",
                Some("2026-11"),
                day(11, 26),
                taken(98, 2),
            ),
            said(
                "civil",
                "civil-affairs-low-income",
                Some("2026-11"),
                day(11, 27),
                Said::Nil,
            ),
            said(
                "housing",
                "housing-safety",
                Some("2026-11"),
                day(11, 28),
                Said::Deferral,
            ),
        ],
        contacts: Vec::new(),
        open: vec![
            open("411722", day(11, 5), 3, 1),
            open("411722", day(11, 20), 10, 0),
            open("411728", day(11, 30), 5, 0),
        ],
        cohort: vec![
            cohort("411722", day(11, 5), Some(day(11, 18)), Some("纳入"), 2),
            cohort("411722", day(11, 5), Some(day(11, 25)), Some("不纳入"), 6),
            cohort("411722", day(11, 5), None, Some("继续核实"), 1),
            cohort("411722", day(11, 5), None, None, 3),
            cohort("411722", day(11, 20), None, None, 10),
            cohort("411728", day(11, 10), Some(day(11, 12)), Some("已在册"), 5),
            cohort("411728", day(11, 30), None, None, 5),
        ],
        closed: [("411722", 8), ("411728", 5)]
            .map(|(county, count)| ClosedGroup {
                task: task(county, day(11, 5)),
                count,
            })
            .to_vec(),
        stuck: StuckFacts {
            backlog: vec![Backlog {
                county: "411728".to_owned(),
                oldest: day(11, 20),
                leads: 4,
            }],
            unrouted: 7,
            ..StuckFacts::default()
        },
        last_roster: Some(day(10, 20)),
        roster_sent: None,
        payouts: Vec::new(),
        coverage: Vec::new(),
    }
}

pub(super) fn november() -> Month {
    Month::new(&period("2026-11")).expect("a month")
}

pub(super) fn board(today: Date, facts: &BoardFacts) -> Board {
    with_rules(|rules| Board::draw(rules, &november(), today, facts))
}

pub(super) fn state_of(board: &Board, party: &str) -> (ReportState, Submitted, Tone) {
    let id: PartyId = party.parse().expect("a party");
    let line = board
        .reports
        .iter()
        .find(|line| line.party == id)
        .expect("a line");
    (line.state, line.submitted, line.tone())
}

#[test]
fn req_05_and_06_silence_is_red_a_note_is_amber_and_nil_is_green() {
    let board = board(day(12, 3), &facts());
    let missing = ReportState::Missing { days: 3 };
    assert_eq!(board.reports.len(), 4);
    assert_eq!(
        state_of(&board, "health"),
        (ReportState::InTime, Submitted::List, Tone::Good)
    );
    assert_eq!(
        state_of(&board, "civil"),
        (ReportState::InTime, Submitted::Nil, Tone::Good)
    );
    // Its note came in time.
    assert_eq!(
        state_of(&board, "housing"),
        (missing, Submitted::Nothing, Tone::Attention)
    );
    assert_eq!(
        state_of(&board, "water"),
        (missing, Submitted::Nothing, Tone::Bad)
    );
    let silent: Vec<&str> = board.missing().map(|line| line.party.as_str()).collect();
    assert_eq!(silent, ["housing", "water"]);
}

#[test]
fn req_03_the_window_is_the_25th_to_the_30th() {
    let empty = BoardFacts::default();
    let state = |today| state_of(&board(today, &empty), "water").0;
    assert_eq!(state(day(11, 24)), ReportState::NotYetOpen { days: 1 });
    assert_eq!(state(day(11, 25)), ReportState::Open { days_left: 5 });
    assert_eq!(state(day(11, 30)), ReportState::Open { days_left: 0 });
    assert_eq!(state(day(12, 1)), ReportState::Missing { days: 1 });
    let mut early = BoardFacts::default();
    early.reports.push(said(
        "water",
        "water-safety",
        Some("2026-11"),
        day(11, 20),
        taken(1, 0),
    ));
    assert_eq!(
        state_of(&board(day(12, 1), &early), "water").0,
        ReportState::Early { days: 5 }
    );
}

#[test]
fn counties_age_from_green_over_yellow_to_red() {
    let board = board(day(12, 3), &facts());
    let shangcai = &board.work[0];
    assert_eq!((shangcai.name.as_str(), shangcai.answered), ("上蔡县", 1));
    let expected = Ageing {
        in_time: 0,
        due_soon: 10,
        overdue_weeks: 4,
        ..Ageing::default()
    };
    assert_eq!(shangcai.ageing, expected);
    assert_eq!(
        (shangcai.oldest_due, shangcai.most_overdue_days),
        (Some(day(11, 20)), 13)
    );
    assert_eq!((shangcai.opened, shangcai.closed), (22, 8));
    assert_eq!(board.work[1].ageing.tone(), Tone::Good);
    assert_eq!(board.total.open(), 19);
}

#[test]
fn req_11_leaders_are_told_from_the_third_overdue_day() {
    let mut facts = BoardFacts::default();
    for (county, opened) in [("411722", day(11, 5)), ("411728", day(11, 6))] {
        facts.open.push(OpenGroup {
            task: task(county, opened),
            unanswered: 1,
            answered: 0,
        });
    }
    // Due on Friday the 20th, and on Saturday the 21st, which moves to Monday the 23rd.
    let escalated = |today| {
        with_rules(|rules| {
            let board = Board::draw(rules, &november(), today, &facts);
            let lines = board.escalated(rules);
            lines
                .iter()
                .map(|line| line.name.clone())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(escalated(day(11, 22)), Vec::<String>::new());
    assert_eq!(escalated(day(11, 23)), ["上蔡县"]);
    assert_eq!(escalated(day(11, 26)), ["上蔡县", "遂平县"]);
}

#[test]
fn req_11_urging_texts_say_what_is_open_and_whom_to_call() {
    let texts = with_rules(|rules| {
        urge_texts(
            rules,
            &Board::draw(rules, &november(), day(12, 3), &facts()),
        )
    });
    let names: Vec<&str> = texts.iter().map(|urge| urge.name.as_str()).collect();
    assert_eq!(names, ["上蔡县乡村振兴局", "市水利局"]);
    let county = &texts[0];
    assert_eq!(county.addressee, UrgeAddressee::ContactAndLeader);
    assert_eq!(county.contact, "钱联络，0396-1234567");
    assert_eq!(
        county.text,
        "上蔡县乡村振兴局（并报分管领导赵局长）：\n截至2026年12月3日，你单位承办的预警信息尚有 14 人未办结，\
         其中逾期 4 人，即将到期 10 人，继续核实 1 人。最早一批于2026年11月5日交办，应于2026年11月20日前反馈，\
         已逾期 13 日。请抓紧组织入户核实，通过驿马反馈核实结果；不纳入的须写明原因和情况说明。"
    );
    assert_eq!(
        texts[1].text,
        "市水利局：\n截至2026年12月3日，你单位尚未报送：水利-饮水安全（应于2026年11月30日前报送，已逾期 3 日）。\
         请尽快检查、封装并报送；没有数据的请报零报告，不能按期报送的请报送延期说明。"
    );
    assert_eq!((texts[1].open, texts[1].overdue), (1, 1));
}

#[test]
fn req_11_a_department_is_late_under_its_own_name_and_by_its_own_rule() {
    let check = |opened, unanswered| OpenGroup {
        task: Task {
            stage: "check".parse().expect("a stage"),
            ..task("411722", opened)
        },
        unanswered,
        answered: 0,
    };
    // Ordered on the 2nd: one month, with reminders five days and one day before its end.
    let order = |county: &str, unanswered| OpenGroup {
        task: Task {
            party: "housing".parse().expect("a party"),
            stage: "order".parse().expect("a stage"),
            ..task(county, day(11, 2))
        },
        unanswered,
        answered: 0,
    };
    let facts = BoardFacts {
        open: vec![
            check(day(11, 25), 4),
            order("411722", 2),
            order("411728", 1),
        ],
        ..BoardFacts::default()
    };
    with_work_of("measure-gap", |rules| {
        let at = |today| Board::draw(rules, &november(), today, &facts);
        let open = |today| -> Vec<(String, u64, u64, u64)> {
            let board = at(today);
            let lines = board.work.iter().map(|line| {
                let ageing = line.ageing;
                let late = ageing.overdue();
                (line.name.clone(), ageing.in_time, ageing.due_soon, late)
            });
            lines.collect()
        };
        let line = |name: &str, in_time, soon, late| (name.to_owned(), in_time, soon, late);
        let empty = line("遂平县", 0, 0, 0);
        let soon = [
            line("上蔡县", 4, 0, 0),
            empty.clone(),
            line("市住建局<b>", 0, 3, 0),
        ];
        assert_eq!(open(day(11, 27)), soon);
        let late = at(day(12, 5));
        assert_eq!(late.counties().count(), 2);
        let housing: Vec<&WorkLine> = late.departments().collect();
        assert_eq!(housing.len(), 1);
        assert_eq!(
            (housing[0].ageing.overdue(), housing[0].most_overdue_days),
            (3, 3)
        );
        let told = late.escalated(rules);
        assert_eq!(told.len(), 2, "the county is three days late too");
        let texts = urge_texts(rules, &late);
        let text = texts.iter().find(|urge| urge.name == "市住建局<b>");
        assert_eq!(
            text.expect("a text").text,
            "市住建局<b>（并报分管领导赵局长）：\n截至2026年12月5日，你单位承办的“应落实未落实”事项尚有 3 件未办结，其中逾期 3 件。\
             最早一批于2026年11月2日交办，应于2026年12月2日前反馈，已逾期 3 日。请抓紧办理，并通过驿马反馈结果。"
        );
        let tables = late.tables(Language::Chinese);
        let titles: Vec<&str> = tables.iter().map(|table| table.title.as_str()).collect();
        assert!(
            titles.contains(&"县区办理") && titles.contains(&"部门办理"),
            "{titles:?}"
        );
    });
}

#[test]
fn req_19_a_roster_older_than_31_days_is_stale() {
    let roster = |today| board(today, &facts()).roster;
    let as_of = day(10, 20);
    assert_eq!(roster(day(11, 20)), RosterState::Fresh { day: as_of });
    assert_eq!(
        roster(day(11, 21)),
        RosterState::Stale {
            day: as_of,
            days: 32
        }
    );
    assert_eq!(
        board(day(11, 21), &BoardFacts::default()).roster,
        RosterState::Never
    );
}

#[test]
fn req_19_the_bureau_owes_the_months_roster_before_the_window_opens() {
    let sent = |roster_sent| BoardFacts {
        roster_sent,
        ..facts()
    };
    for (today, sent_on, expected) in [
        (day(11, 10), None, ReportState::Open { days_left: 14 }),
        (day(11, 24), Some(day(11, 24)), ReportState::InTime),
        (
            day(11, 27),
            Some(day(11, 26)),
            ReportState::Late { days: 2 },
        ),
        (day(11, 27), None, ReportState::Missing { days: 3 }),
    ] {
        let board = board(today, &sent(sent_on));
        let due = board.roster_due.as_ref().map(|(_, state)| *state);
        assert_eq!(due, Some(expected), "{today}");
        let stuck = &board.tables(Language::Chinese)[2];
        let told = stuck.rows.iter().any(|row| {
            let text = format!("{:?}", row.cells[0]);
            text.contains("本月名单")
        });
        assert_eq!(told, expected != ReportState::InTime, "{today}");
    }
}

#[test]
fn req_18_payouts_that_no_precheck_covers_are_stuck() {
    let facts = BoardFacts {
        payouts: vec![
            PayoutCount {
                sender: "housing".parse().expect("a party"),
                rows: 9,
                without_precheck: 3,
                not_asked: 2,
                not_on_roster: 1,
            },
            PayoutCount {
                sender: "health".parse().expect("a party"),
                rows: 5,
                without_precheck: 0,
                not_asked: 0,
                not_on_roster: 0,
            },
        ],
        ..facts()
    };
    let board = board(day(11, 27), &facts);
    let unchecked = board.stuck.iter();
    let unchecked = unchecked.filter(|line| matches!(line, StuckLine::Unchecked { .. }));
    let expected = StuckLine::Unchecked {
        party: "housing".parse().expect("a party"),
        name: board
            .reports
            .iter()
            .find(|line| line.party.as_str() == "housing")
            .map_or_else(String::new, |line| line.name.clone()),
        without_precheck: 3,
        not_asked: 2,
        not_on_roster: 1,
    };
    assert_eq!(unchecked.collect::<Vec<_>>(), [&expected]);
    assert_eq!(expected.tone(), Tone::Bad);
}

#[test]
fn what_the_bureau_owes_is_stuck_on_its_own_board() {
    let board = board(day(12, 3), &facts());
    let expected = [
        StuckLine::Unrouted { leads: 7 },
        StuckLine::Waiting {
            county: "411728".to_owned(),
            name: "遂平县".to_owned(),
            leads: 4,
            oldest: day(11, 20),
            overdue_days: 8,
        },
    ];
    assert_eq!(board.stuck, expected);
    let scores: Vec<(&str, Option<String>)> = board
        .quality
        .iter()
        .map(|line| {
            (
                line.party.as_str(),
                line.score.map(|score| score.to_string()),
            )
        })
        .collect();
    assert_eq!(
        scores,
        [
            ("civil", None),
            ("health", Some("98.00%".to_owned())),
            ("housing", Some("0.00%".to_owned())),
        ]
    );
}

#[test]
fn every_row_has_a_cell_for_every_column() {
    let board = board(day(12, 3), &facts());
    let report = report();
    let tables = [Language::Chinese, Language::English].map(|language| board.tables(language));
    for table in tables.into_iter().flatten().chain(report.tables()) {
        assert!(!table.rows.is_empty(), "{}", table.title);
        for row in &table.rows {
            assert_eq!(row.cells.len(), table.header.len(), "{}", table.title);
        }
    }
}

fn report() -> MonthlyReport {
    with_rules(|rules| MonthlyReport::draw(rules, &november(), day(12, 3), &facts()))
}

#[test]
fn req_23_the_monthly_analysis_counts_what_the_ledger_tells() {
    let report = report();
    let shangcai = &report.counties[0];
    assert_eq!(
        (shangcai.opened, shangcai.answered, shangcai.closed),
        (22, 9, 8)
    );
    assert_eq!((shangcai.closed_in_time, shangcai.decided), (2, 12));
    let rates = [
        shangcai.verification(),
        shangcai.closing(),
        shangcai.timeliness(),
    ];
    assert_eq!(
        rates.map(|rate| rate.map(BasisPoints::get)),
        [Some(4_090), Some(3_636), Some(1_666)]
    );
    assert_eq!(report.total.opened, 32);
    assert_eq!(
        report.reporting_timeliness().map(BasisPoints::get),
        Some(5_000)
    );
    assert_eq!(
        report.summary_text(),
        "2026年11月，市直部门应报 4 项，按期 2 项，逾期 0 项，报来延期说明 1 项，未报 1 项。未报单位：市水利局。\
         本月向县区交办预警信息 32 人，已反馈 14 人，办结 13 人；尚有 19 人未办结，其中逾期 4 人。\
         有逾期的县（区）：上蔡县。"
    );
}

#[test]
fn req_23_the_same_facts_give_the_same_bytes() {
    let workbook = || {
        let mut out = std::io::Cursor::new(Vec::new());
        let report = report();
        write_table_workbook(
            "通报",
            &report.month,
            report.today,
            &report.tables(),
            &mut out,
        )
        .expect("a workbook");
        out.into_inner()
    };
    assert_eq!(workbook(), workbook());
    assert_eq!(report().page("市乡村振兴局"), report().page("市乡村振兴局"));
}

#[test]
fn the_page_stands_alone_and_lets_no_foreign_text_through() {
    let page = report().page("市<script>局");
    for absent in [
        "<script",
        "市住建局<b>",
        "http:",
        "https:",
        "url(",
        "@import",
        "<link",
        "<img",
    ] {
        assert!(!page.contains(absent), "{absent}");
    }
    assert!(page.contains("市住建局&lt;b&gt;"));
    assert!(page.contains("市&lt;script&gt;局"));
    assert_eq!(
        page.matches("<section>").count(),
        page.matches("</section>").count()
    );
    assert!(page.contains("@page{size:A4"));
}

#[test]
fn an_empty_month_gives_a_page_without_figures() {
    let report = with_rules(|rules| {
        MonthlyReport::draw(rules, &november(), day(11, 10), &BoardFacts::default())
    });
    assert_eq!(report.total, CountyMonth::default());
    assert_eq!(report.total.closing(), None);
    assert!(report.page("市局").contains("<b>—</b><span>核实率</span>"));
}

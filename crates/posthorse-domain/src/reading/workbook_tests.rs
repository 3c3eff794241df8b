//! Workbooks that another program wrote, and what they hide.

use std::io::Cursor;
use std::sync::OnceLock;

use crate::checking::list_tests::{schema, today};
use crate::{CheckReport, Level, ListCheck, ListFormat, ListSchema, ProblemCode, Roster};

const XLS: &[u8] = include_bytes!("../../tests-data/libreoffice.xls");
const XLSX: &[u8] = include_bytes!("../../tests-data/libreoffice.xlsx");

fn check(bytes: &[u8], confirmed: &[ProblemCode]) -> (CheckReport, Vec<Vec<String>>) {
    static SCHEMA: OnceLock<ListSchema> = OnceLock::new();
    let schema = SCHEMA.get_or_init(|| schema("warning_list", "medical-insurance-self-paid"));
    let mut records = Vec::new();
    let report = ListCheck::new(schema, today())
        .with_confirmed(confirmed)
        .check(Cursor::new(bytes), &mut |record| {
            records.push(record.values.to_vec());
            Ok(())
        })
        .expect("a report");
    (report, records)
}

/// Code, level, row, column number, and the places named.
type Told<'r> = (&'r str, Level, Option<u32>, Option<u32>, String);

fn told(report: &CheckReport) -> Vec<Told<'_>> {
    let problems = report.problems.iter();
    problems
        .map(|problem| {
            let place = &problem.place;
            let places = problem.fact("places").or(problem.fact("count"));
            (
                problem.code.as_str(),
                problem.level,
                place.row,
                place.column_number,
                places.map_or(String::new(), |fact| fact.as_raw().to_owned()),
            )
        })
        .collect()
}

#[test]
fn both_formats_of_another_program_tell_the_same() {
    for (bytes, format) in [(XLS, ListFormat::OldWorkbook), (XLSX, ListFormat::Workbook)] {
        let (report, records) = check(bytes, &[]);
        assert_eq!(report.format, Some(format));
        assert_eq!(
            told(&report),
            [
                ("E009", Level::Info, None, None, String::new()),
                ("E012", Level::Info, None, None, String::new()),
                ("E005", Level::File, None, None, "4:4, C:C".to_owned()),
                ("E006", Level::File, None, None, "I5".to_owned()),
                ("E015", Level::File, None, None, "D6:D7".to_owned()),
                ("E008", Level::Info, None, None, "1".to_owned()),
                ("E110", Level::Row, Some(5), Some(9), String::new()),
                ("E116", Level::Row, Some(7), Some(4), String::new()),
                ("E101", Level::Row, Some(8), Some(6), String::new()),
            ]
        );
        assert_eq!((report.accepted, report.rejected), (0, 8));
        // What comes before the end is handed out; the report says that it must not be used.
        let first = &records[0];
        assert!(first.contains(&"2026-10-31".to_owned()), "{first:?}");
        assert!(first.contains(&"23000.50".to_owned()), "{first:?}");
        assert!(first.contains(&"2026-01至2026-10".to_owned()), "{first:?}");
    }
}

#[test]
fn what_is_meant_so_can_be_confirmed() {
    let confirmed = [
        ProblemCode::HiddenCells,
        ProblemCode::Formulas,
        ProblemCode::MergedCells,
    ];
    let (report, _) = check(XLSX, &confirmed);
    let levels: Vec<_> = told(&report)
        .into_iter()
        .map(|one| (one.0, one.1))
        .collect();
    assert!(levels.contains(&("E005", Level::Warning)), "{levels:?}");
    assert!(levels.contains(&("E006", Level::Warning)), "{levels:?}");
    assert!(
        levels.contains(&("E015", Level::File)),
        "merged cells lose what they hide"
    );
}

#[test]
fn cut_and_altered_workbooks_are_answered() {
    for bytes in [XLS, XLSX] {
        for cut in (0..bytes.len()).step_by(2411) {
            let (report, _) = check(&bytes[..cut], &[]);
            assert!(!report.is_usable(), "cut at {cut}");
        }
        let mut altered = bytes.to_vec();
        for at in (0..bytes.len()).step_by(487) {
            altered[at] ^= 0xff;
            let (report, _) = check(&altered, &[]);
            assert!(report.rows() <= 16);
        }
    }
}

#[test]
fn names_are_compared_with_a_roster_and_within_a_list() {
    let costs = schema("warning_list", "health-public-event");
    let list = "县（区）,乡（镇）,行政村,姓名,证件号码,数据截止日期,事件名称\n\
         上蔡县,蔡都街道,东关村,张一,41282519700101000X,2026-11-20,流感\n\
         上蔡县,蔡都街道,东关村,买买提•艾力,412825197001010018,2026-11-20,流感\n\
         上蔡县,蔡都街道,东关村,李二,412825197001010018,2026-11-20,流感\n";
    let roster_list = "县（区）,乡（镇）,行政村,户编号,人编号,姓名,证件号码,人数,与户主关系,户类型\n\
         上蔡县,蔡都街道,东关村,1,11,张大一,41282519700101000X,2,户主,脱贫户\n\
         上蔡县,蔡都街道,东关村,1,12,买买提·艾力,412825197001010018,2,之子,脱贫户\n";
    let schema = schema("roster", "roster");
    let mut roster = Roster::default();
    let report = ListCheck::new(&schema, today())
        .check(Cursor::new(roster_list), &mut |record| {
            roster.enter(record);
            Ok(())
        })
        .expect("a report");
    assert_eq!((report.accepted, told(&report)), (2, vec![]));
    let report = ListCheck::new(&costs, today())
        .with_roster(&roster)
        .check(Cursor::new(list), &mut |_| Ok(()))
        .expect("a report");
    let told: Vec<_> = report
        .problems
        .iter()
        .map(|problem| {
            let fact = |name| problem.fact(name).map(|fact| fact.as_raw().to_owned());
            (
                problem.code.as_str(),
                problem.place.row,
                fact("value"),
                fact("other"),
            )
        })
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        told,
        [
            ("E108", Some(2), some("张*"), some("张**")),
            ("E107", Some(4), some("412825********0018"), None),
            ("E108", Some(4), some("李*"), some("3")),
            ("E108", Some(4), some("李*"), some("买*****")),
        ]
    );
}

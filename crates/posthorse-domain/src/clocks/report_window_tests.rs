use proptest::prelude::*;

use super::*;
use crate::clocks::due_rules::DueRules;
use crate::values::iso_date;

fn day(text: &str) -> Date {
    iso_date::parse(text).expect("a date")
}

fn window(cadence: &str, month: &str) -> ReportWindow {
    let rule = DueRules::built_in().report_rule(cadence).expect("a rule");
    let month = month.parse().expect("a month");
    let window = rule.window(&month, WorkCalendar::built_in());
    window.expect("a window")
}

/// First and last day reported on, first and last day of the window.
fn dates(cadence: &str, month: &str) -> [String; 4] {
    let window = window(cadence, month);
    [window.first, window.last, window.opens, window.closes].map(|date| date.to_string())
}

#[test]
fn req_03_the_window_is_the_25th_to_the_30th_or_to_the_end_of_february() {
    for (month, opens, closes) in [
        ("2023-11", "2023-11-25", "2023-11-30"),
        ("2023-12", "2023-12-25", "2023-12-30"),
        ("2024-02", "2024-02-25", "2024-02-29"),
        ("2026-02", "2026-02-25", "2026-02-28"),
        // 30 January 2025 is a holiday; the window does not grow for it.
        ("2025-01", "2025-01-25", "2025-01-30"),
    ] {
        let window = window("monthly", month);
        assert_eq!(
            (window.opens, window.closes),
            (day(opens), day(closes)),
            "{month}"
        );
        assert_eq!(window.certainty, Certainty::Decided, "{month}");
    }
}

#[test]
fn req_03_before_the_window_is_early_and_after_it_late() {
    for (month, arrived, state) in [
        ("2023-12", "2023-12-24", ReportState::Early { days: 1 }),
        ("2023-12", "2023-12-25", ReportState::InTime),
        ("2023-12", "2023-12-30", ReportState::InTime),
        ("2023-12", "2023-12-31", ReportState::Late { days: 1 }),
        ("2023-12", "2024-01-05", ReportState::Late { days: 6 }),
        ("2024-02", "2024-02-28", ReportState::InTime),
        ("2024-02", "2024-02-29", ReportState::InTime),
        ("2024-02", "2024-03-01", ReportState::Late { days: 1 }),
        ("2026-02", "2026-02-24", ReportState::Early { days: 1 }),
        ("2026-02", "2026-02-28", ReportState::InTime),
        ("2026-02", "2026-03-01", ReportState::Late { days: 1 }),
    ] {
        let state_told = window("monthly", month).state(Some(day(arrived)), day("2026-11-24"));
        assert_eq!(state_told, state, "{month} {arrived}");
    }
}

#[test]
fn req_03_what_has_not_come_is_open_or_missing() {
    let window = window("monthly", "2023-12");
    for (today, state) in [
        ("2023-12-20", ReportState::NotYetOpen { days: 5 }),
        ("2023-12-25", ReportState::Open { days_left: 5 }),
        ("2023-12-30", ReportState::Open { days_left: 0 }),
        ("2023-12-31", ReportState::Missing { days: 1 }),
        ("2024-01-30", ReportState::Missing { days: 31 }),
    ] {
        assert_eq!(window.state(None, day(today)), state, "{today}");
    }
}

#[test]
fn req_03_a_window_with_few_workdays_is_warned_of_from_the_20th() {
    // Sunday the 26th is worked, Monday the 27th, and then it is the Spring Festival.
    let pinch = window("monthly", "2025-01").pinch.expect("a pinch");
    assert_eq!((pinch.warn_from, pinch.workdays), (day("2025-01-20"), 2));
    assert_eq!(pinch.certainty, Certainty::Decided);
    assert_eq!(window("monthly", "2024-12").pinch, None);
    // February 2026: Wednesday to a Saturday that is worked.
    assert_eq!(window("monthly", "2026-02").pinch, None);
    assert_eq!(window("quarterly", "2025-01").pinch, None);
}

#[test]
fn req_04_a_quarterly_unit_has_the_quarter() {
    for (month, first, last) in [
        ("2026-01", "2026-01-01", "2026-03-31"),
        ("2026-05", "2026-04-01", "2026-06-30"),
        ("2026-09", "2026-07-01", "2026-09-30"),
        ("2026-12", "2026-10-01", "2026-12-31"),
    ] {
        assert_eq!(
            dates("quarterly", month),
            [first, last, first, last],
            "{month}"
        );
    }
    let quarter = window("quarterly", "2026-11");
    let missing = quarter.state(None, day("2027-01-01"));
    assert_eq!(missing, ReportState::Missing { days: 1 });
}

#[test]
fn req_05_a_deferral_note_comes_before_the_window_closes() {
    let window = window("monthly", "2023-11");
    assert!(window.takes_deferral(day("2023-11-01")));
    assert!(window.takes_deferral(day("2023-11-30")));
    assert!(!window.takes_deferral(day("2023-12-01")));
}

#[test]
fn req_19_the_roster_goes_out_before_the_window() {
    assert_eq!(
        dates("before_window", "2026-02"),
        ["2026-02-01", "2026-02-28", "2026-02-01", "2026-02-24"]
    );
}

#[test]
fn req_28_each_semester_is_reported_on() {
    for (month, name, first, last) in [
        ("2025-09", "秋季学期", "2025-09-01", "2026-01-31"),
        ("2026-01", "秋季学期", "2025-09-01", "2026-01-31"),
        ("2026-02", "春季学期", "2026-02-01", "2026-07-31"),
        ("2026-07", "春季学期", "2026-02-01", "2026-07-31"),
    ] {
        assert_eq!(
            dates("semester", month),
            [first, last, first, last],
            "{month}"
        );
        assert_eq!(window("semester", month).term.as_deref(), Some(name));
    }
    let rule = DueRules::built_in()
        .report_rule("semester")
        .expect("a rule");
    let august = "2026-08".parse().expect("a month");
    assert_eq!(rule.window(&august, WorkCalendar::built_in()), None);
}

#[test]
fn req_29_each_school_year_is_reported_on() {
    for (month, first, last) in [
        ("2025-09", "2025-09-01", "2026-08-31"),
        ("2026-08", "2025-09-01", "2026-08-31"),
        ("2026-09", "2026-09-01", "2027-08-31"),
    ] {
        assert_eq!(
            dates("school_year", month),
            [first, last, first, last],
            "{month}"
        );
    }
}

#[test]
fn a_window_that_is_to_end_on_a_workday_does() {
    let mut rule = DueRules::built_in()
        .report_rule("monthly")
        .expect("a rule")
        .clone();
    rule.rest_day = RestDay::NextWorkday;
    let closes = |month: &str| {
        let month = month.parse().expect("a month");
        let window = rule
            .window(&month, WorkCalendar::built_in())
            .expect("a window");
        (window.closes, window.certainty.missing_year())
    };
    assert_eq!(closes("2025-01"), (day("2025-02-05"), None));
    assert_eq!(closes("2026-12"), (day("2026-12-30"), Some(2027)));
    assert_eq!(closes("2027-01"), (day("2027-02-01"), Some(2027)));
}

proptest! {
    #[test]
    fn every_month_has_an_ordered_window(year in 1_i16..=9999, month in 1_i8..=12) {
        let period: Period = format!("{year:04}-{month:02}").parse().expect("a month");
        for cadence in ["monthly", "quarterly", "semester", "school_year", "before_window"] {
            let rule = DueRules::built_in().report_rule(cadence).expect("a rule");
            let window = rule.window(&period, WorkCalendar::built_in());
            let none = (cadence == "semester" && month == 8) || year == 9999;
            prop_assert!(window.is_some() || none);
            if let Some(window) = window {
                let middle = Date::new(year, month, 15).expect("a date");
                prop_assert!(window.first <= middle && middle <= window.last);
                prop_assert!(window.first <= window.opens && window.opens <= window.closes);
                prop_assert_eq!(window.state(Some(window.opens), middle), ReportState::InTime);
                prop_assert_eq!(window.state(Some(window.closes), middle), ReportState::InTime);
            }
        }
    }
}

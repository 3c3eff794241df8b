use proptest::prelude::*;

use super::*;
use crate::clocks::due_rules::DueRules;

fn day(text: &str) -> Date {
    iso_date::parse(text).expect("a date")
}

fn rule(kind: &str) -> &'static DueRule {
    let kind = kind.parse().expect("a kind");
    DueRules::built_in().due_rule(&kind).expect("a rule")
}

/// The last day, and the year that is missing to be sure of it.
fn due(kind: &str, opened: &str) -> (String, Option<i16>) {
    let due = rule(kind).due(day(opened), WorkCalendar::built_in());
    (due.date.to_string(), due.certainty.missing_year())
}

fn decided(date: &str) -> (String, Option<i16>) {
    (date.to_owned(), None)
}

fn provisional(date: &str, year: i16) -> (String, Option<i16>) {
    (date.to_owned(), Some(year))
}

#[test]
fn req_08_a_county_has_fifteen_calendar_days() {
    for (opened, last) in [
        ("2023-11-16", "2023-12-01"),
        // 2024-02-15 is a holiday; the Sunday after it is worked.
        ("2024-01-31", "2024-02-18"),
        // 2026-02-20 is a holiday, to the 23rd.
        ("2026-02-05", "2026-02-24"),
        // 2026-10-03 is a holiday, to the 7th.
        ("2026-09-18", "2026-10-08"),
        // A Saturday that is worked is not put off.
        ("2026-09-25", "2026-10-10"),
        // A Sunday that is not.
        ("2023-11-04", "2023-11-20"),
        ("2024-02-14", "2024-02-29"),
        ("2025-02-14", "2025-03-03"),
        ("2026-12-13", "2026-12-28"),
    ] {
        assert_eq!(
            due("verification_result", opened),
            decided(last),
            "{opened}"
        );
    }
}

#[test]
fn req_08_a_day_that_nobody_has_announced_is_provisional() {
    for (opened, last) in [
        // The notice for 2027 may still reach back into the last days of 2026.
        ("2026-12-14", "2026-12-29"),
        ("2026-12-16", "2026-12-31"),
        ("2026-12-17", "2027-01-01"),
        ("2026-12-18", "2027-01-04"),
    ] {
        assert_eq!(
            due("verification_result", opened),
            provisional(last, 2027),
            "{opened}"
        );
    }
    assert_eq!(
        due("verification_result", "2031-06-01"),
        provisional("2031-06-16", 2031)
    );
    assert_eq!(
        due("verification_result", "2022-06-01"),
        provisional("2022-06-16", 2022)
    );
}

#[test]
fn req_15_a_county_checks_a_gap_in_five_working_days() {
    for (opened, last) in [
        ("2023-11-16", "2023-11-23"),
        // Sunday 2024-02-04 counts.
        ("2024-01-31", "2024-02-06"),
        ("2026-02-05", "2026-02-12"),
        // Sunday 2026-09-20 counts.
        ("2026-09-18", "2026-09-24"),
        // Across the Spring Festival: 13th, 14th (Saturday, worked), 24th, 25th, 26th.
        ("2026-02-12", "2026-02-26"),
        // From a holiday, and across a Saturday that is worked.
        ("2025-10-01", "2025-10-14"),
    ] {
        assert_eq!(due("measure_gap_result", opened), decided(last), "{opened}");
    }
    assert_eq!(
        due("measure_gap_result", "2026-12-24"),
        provisional("2026-12-31", 2027)
    );
}

#[test]
fn req_15_the_urge_goes_out_on_the_fourth_working_day() {
    let (rule, calendar) = (rule("measure_gap_result"), WorkCalendar::built_in());
    for (opened, fourth) in [("2023-11-16", "2023-11-22"), ("2026-02-12", "2026-02-25")] {
        let due = rule.due(day(opened), calendar);
        assert_eq!(
            rule.reminder_days(&due, calendar),
            [day(fourth)],
            "{opened}"
        );
    }
}

#[test]
fn req_17_a_department_has_one_month() {
    for (opened, last) in [
        ("2023-11-16", "2023-12-18"),
        ("2024-01-31", "2024-02-29"),
        ("2026-02-05", "2026-03-05"),
        ("2026-09-18", "2026-10-19"),
        // Month end, and a Saturday that is worked.
        ("2026-01-31", "2026-02-28"),
        ("2025-01-31", "2025-02-28"),
        ("2025-01-28", "2025-02-28"),
        ("2024-02-29", "2024-03-29"),
        // 30 September is the end of that month; the month after is longer.
        ("2025-08-31", "2025-09-30"),
        ("2025-09-30", "2025-10-30"),
        // Sunday 26 April 2026.
        ("2026-03-26", "2026-04-27"),
        ("2026-11-24", "2026-12-24"),
    ] {
        assert_eq!(due("supervision_result", opened), decided(last), "{opened}");
    }
    assert_eq!(
        due("supervision_result", "2026-11-30"),
        provisional("2026-12-30", 2027)
    );
    assert_eq!(
        due("supervision_result", "2026-12-31"),
        provisional("2027-02-01", 2027)
    );
}

#[test]
fn req_07_promptly_means_three_working_days() {
    for kind in ["warning_dispatch", "measure_gap_list", "measure_gap_order"] {
        assert_eq!(due(kind, "2023-11-24"), decided("2023-11-29"), "{kind}");
        assert_eq!(due(kind, "2024-02-08"), decided("2024-02-19"), "{kind}");
    }
}

#[test]
fn req_01_contact_forms_were_due_on_a_friday() {
    for opened in ["2023-11-16", "2026-11-24"] {
        assert_eq!(due("contact_form", opened), decided("2023-11-24"));
    }
}

#[test]
fn req_11_a_county_is_reminded_five_days_and_one_day_before_and_daily_after() {
    let (rule, calendar) = (rule("verification_result"), WorkCalendar::built_in());
    let due = rule.due(day("2023-11-16"), calendar);
    let ahead = |days_left| Some(Reminder::Ahead { days_left });
    let overdue = |days| Some(Reminder::Overdue { days });
    for (today, reminder) in [
        ("2023-11-16", None),
        ("2023-11-25", None),
        ("2023-11-26", ahead(5)),
        ("2023-11-27", None),
        ("2023-11-30", ahead(1)),
        ("2023-12-01", None),
        ("2023-12-02", overdue(1)),
        ("2023-12-03", overdue(2)),
        ("2024-12-01", overdue(366)),
    ] {
        assert_eq!(
            rule.reminder_on(day(today), &due, calendar),
            reminder,
            "{today}"
        );
    }
}

#[test]
fn req_11_reminders_when_overdue_can_be_rarer() {
    let calendar = WorkCalendar::built_in();
    let mut rule = rule("verification_result").clone();
    rule.remind_overdue_every_days = 7;
    let due = rule.due(day("2023-11-16"), calendar);
    let on = |today| rule.reminder_on(day(today), &due, calendar);
    assert_eq!(on("2023-12-02"), Some(Reminder::Overdue { days: 1 }));
    assert_eq!(on("2023-12-08"), None);
    assert_eq!(on("2023-12-09"), Some(Reminder::Overdue { days: 8 }));
}

#[test]
fn a_reminder_never_comes_with_the_opening() {
    let calendar = WorkCalendar::built_in();
    let mut rule = rule("verification_result").clone();
    rule.term = Term::CalendarDays(5);
    let due = rule.due(day("2023-11-20"), calendar);
    // Five days before the due date is the opening itself; the due date is moved by a weekend.
    assert_eq!(due.date, day("2023-11-27"));
    assert_eq!(
        rule.reminder_days(&due, calendar),
        [day("2023-11-22"), day("2023-11-26")]
    );
    rule.term = Term::CalendarDays(1);
    let due = rule.due(day("2023-11-20"), calendar);
    assert_eq!(rule.reminder_days(&due, calendar), []);
}

#[test]
fn a_day_is_open_due_or_overdue() {
    let due = rule("verification_result").due(day("2026-02-05"), WorkCalendar::built_in());
    assert!(due.was_put_off());
    assert_eq!(due.counted, day("2026-02-20"));
    for (today, state) in [
        ("2026-02-05", DueState::Open { days_left: 19 }),
        ("2026-02-23", DueState::Open { days_left: 1 }),
        ("2026-02-24", DueState::DueToday),
        ("2026-02-25", DueState::Overdue { days: 1 }),
        ("2026-03-24", DueState::Overdue { days: 28 }),
    ] {
        assert_eq!(due.state(day(today)), state, "{today}");
    }
}

#[test]
fn the_settings_are_obeyed() {
    let calendar = WorkCalendar::built_in();
    let mut rule = rule("verification_result").clone();
    rule.opening_day = OpeningDay::Counted;
    let last = |rule: &DueRule, opened| rule.due(day(opened), calendar).date;
    assert_eq!(last(&rule, "2023-11-16"), day("2023-11-30"));
    rule.term = Term::WorkingDays(5);
    assert_eq!(last(&rule, "2023-11-16"), day("2023-11-22"));
    assert_eq!(last(&rule, "2023-11-18"), day("2023-11-24"));
    rule.term = Term::Months(1);
    assert_eq!(last(&rule, "2026-03-01"), day("2026-03-31"));
    assert_eq!(last(&rule, "2025-01-31"), day("2025-02-28"));
    rule.term = Term::CalendarDays(15);
    rule.opening_day = OpeningDay::NotCounted;
    rule.rest_day = RestDay::Stays;
    assert_eq!(last(&rule, "2026-02-05"), day("2026-02-20"));
}

#[test]
fn a_revised_calendar_tells_which_clocks_it_changes() {
    let rule = rule("verification_result");
    let clocks = [
        ("far from it", "2026-11-24"),
        ("moved", "2026-12-17"),
        ("only surer", "2026-12-30"),
    ];
    let clocks = clocks.map(|(key, opened)| (key, rule, day(opened)));
    let old = WorkCalendar::built_in();
    let new = WorkCalendar::with_made_up_2027();
    let changes = changed_dues(clocks, old, &new);
    let told: Vec<_> = changes
        .iter()
        .map(|c| {
            (
                c.key,
                c.moved(),
                c.before.date.to_string(),
                c.after.date.to_string(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "moved",
                true,
                "2027-01-01".to_owned(),
                "2027-01-04".to_owned()
            ),
            (
                "only surer",
                false,
                "2027-01-14".to_owned(),
                "2027-01-14".to_owned()
            ),
        ]
    );
    assert!(
        changes
            .iter()
            .all(|change| change.after.certainty == Certainty::Decided)
    );
    assert_eq!(changed_dues(clocks, &new, &new), []);
}

fn any_date() -> impl Strategy<Value = Date> {
    let from = |first: Date| move |days: i32| first.checked_add(days.days()).unwrap_or(Date::MAX);
    prop_oneof![
        // Around the announced years, and everything that can be written, its ends included.
        4 => (0..2500_i32).prop_map(from(Date::constant(2022, 6, 1))),
        1 => (0..7_304_484_i32).prop_map(from(Date::MIN)),
        1 => (7_303_000..7_304_484_i32).prop_map(from(Date::MIN)),
    ]
}

/// Rules whose clock runs from its opening.
fn running_rule() -> impl Strategy<Value = DueRule> {
    let term = prop_oneof![
        (1..120_u16).prop_map(Term::CalendarDays),
        (1..60_u16).prop_map(Term::WorkingDays),
        (1..24_u16).prop_map(Term::Months),
    ];
    (term, any::<bool>(), any::<bool>()).prop_map(|(term, counted, stays)| DueRule {
        term,
        opening_day: if counted {
            OpeningDay::Counted
        } else {
            OpeningDay::NotCounted
        },
        rest_day: if stays {
            RestDay::Stays
        } else {
            RestDay::NextWorkday
        },
        ..rule("verification_result").clone()
    })
}

proptest! {
    #[test]
    fn nothing_is_due_before_it_was_opened(rule in running_rule(), opened in any_date()) {
        let calendar = WorkCalendar::built_in();
        let due = rule.due(opened, calendar);
        prop_assert!(due.date >= opened && due.date >= due.counted);
        let moved = rule.rest_day == RestDay::NextWorkday && due.date < Date::MAX;
        prop_assert!(!moved || calendar.is_worked(due.date));
        for reminder in rule.reminder_days(&due, calendar) {
            prop_assert!(opened < reminder && reminder < due.date);
        }
    }

    #[test]
    fn what_was_opened_later_is_not_due_earlier(
        rule in running_rule(),
        opened in any_date(),
        days in 0..40_i32,
    ) {
        let later = opened.checked_add(days.days()).unwrap_or(Date::MAX);
        let calendar = WorkCalendar::built_in();
        prop_assert!(rule.due(opened, calendar).date <= rule.due(later, calendar).date);
    }

    #[test]
    fn one_more_holiday_makes_nothing_due_earlier(
        rule in running_rule(),
        opened in any_date(),
        days in 0..130_i32,
    ) {
        let holiday = opened.checked_add(days.days()).unwrap_or(Date::MAX);
        let calendar = WorkCalendar::built_in();
        let more = calendar.with_holiday(holiday);
        prop_assert!(rule.due(opened, calendar).date <= rule.due(opened, &more).date);
    }

    #[test]
    fn what_is_decided_no_later_calendar_moves(rule in running_rule(), opened in any_date()) {
        let due = rule.due(opened, WorkCalendar::built_in());
        if due.certainty == Certainty::Decided {
            let later = rule.due(opened, &WorkCalendar::with_made_up_2027());
            prop_assert_eq!(later, due);
        }
    }
}

/// The vectors were worked out by another implementation, from the specification.
#[test]
fn the_vectors_hold() {
    let vectors = include_str!("../../../../tests/vectors/deadlines-v1/due.csv");
    let mut count = 0;
    for line in vectors.lines().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        let [term, n, opened, counted, last, missing] = cells[..] else {
            panic!("six columns: {line}");
        };
        let n = n.parse().expect("a number");
        let rule = DueRule {
            term: match term {
                "calendar_days" => Term::CalendarDays(n),
                "working_days" => Term::WorkingDays(n),
                "months" => Term::Months(n),
                other => panic!("{other}"),
            },
            ..rule("verification_result").clone()
        };
        let due = rule.due(day(opened), WorkCalendar::built_in());
        let missing_year = missing.parse().ok();
        assert_eq!((due.counted, due.date), (day(counted), day(last)), "{line}");
        assert_eq!(due.certainty.missing_year(), missing_year, "{line}");
        count += 1;
    }
    assert_eq!(count, 534);
}

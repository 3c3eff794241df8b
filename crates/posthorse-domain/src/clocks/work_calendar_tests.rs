use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn day(text: &str) -> Date {
    iso_date::parse(text).expect("a date")
}

/// The built-in file with one thing changed.
fn changed(change: impl FnOnce(&mut Value)) -> Result<WorkCalendar, WorkCalendarError> {
    let mut document = serde_json::from_slice(BUILT_IN).expect("JSON");
    change(&mut document);
    WorkCalendar::from_json(document.to_string().as_bytes())
}

fn with_first_day(date: &str, kind: &str, name: &str) -> Result<WorkCalendar, WorkCalendarError> {
    changed(|document| {
        document["years"][0]["days"][0] = json!({"date": date, "kind": kind, "name": name});
    })
}

#[test]
fn the_built_in_calendar_is_whole() {
    let calendar = WorkCalendar::from_json(BUILT_IN).expect("the file");
    assert_eq!(&calendar, WorkCalendar::built_in());
    assert_eq!(calendar.version(), 1);
    assert_eq!(
        calendar.years().collect::<Vec<_>>(),
        [2023, 2024, 2025, 2026]
    );
    let documents: Vec<_> = calendar.notices().map(|n| n.document.as_str()).collect();
    assert_eq!(
        documents,
        [
            "国办发明电〔2022〕16号",
            "国办发明电〔2023〕7号",
            "国办发明电〔2024〕12号",
            "国办发明电〔2025〕7号"
        ]
    );
}

#[test]
fn years_have_the_announced_number_of_workdays() {
    let calendar = WorkCalendar::built_in();
    for (year, workdays) in [(2023, 249), (2024, 251), (2025, 248), (2026, 248)] {
        let (first, last) = (Date::constant(year, 1, 1), Date::constant(year, 12, 31));
        assert_eq!(calendar.workdays(first, last).0, workdays, "{year}");
    }
}

#[test]
fn every_kind_of_day_is_told() {
    let calendar = WorkCalendar::built_in();
    for (date, kind) in [
        ("2023-11-16", DayKind::Workday),
        ("2023-11-18", DayKind::WeekendOff),
        ("2023-11-19", DayKind::WeekendOff),
        ("2022-12-31", DayKind::Holiday("元旦")),
        ("2023-09-29", DayKind::Holiday("中秋节、国庆节")),
        ("2024-02-04", DayKind::MakeUpWorkday("春节")),
        ("2024-02-18", DayKind::MakeUpWorkday("春节")),
        ("2026-09-20", DayKind::MakeUpWorkday("国庆节")),
    ] {
        let told = calendar.day(day(date));
        assert_eq!(
            (told.kind, told.certainty),
            (kind, Certainty::Decided),
            "{date}"
        );
    }
}

#[test]
fn an_unannounced_year_is_answered_provisionally() {
    let calendar = WorkCalendar::built_in();
    for (date, kind, year) in [
        ("2027-01-01", DayKind::Workday, 2027),
        ("2027-01-02", DayKind::WeekendOff, 2027),
        ("2022-12-30", DayKind::Workday, 2022),
        // The notice for 2027 may still reach back into these.
        ("2026-12-31", DayKind::Workday, 2027),
        ("2026-12-29", DayKind::Workday, 2027),
    ] {
        let told = calendar.day(day(date));
        assert_eq!(told.kind, kind, "{date}");
        assert_eq!(told.certainty, Certainty::Provisional { year }, "{date}");
    }
    let told = calendar.day(day("2026-12-28"));
    assert_eq!(told.certainty, Certainty::Decided);
    let told = calendar.day(day("2025-12-31"));
    assert_eq!(told.certainty, Certainty::Decided);
}

#[test]
fn a_broken_calendar_says_what_is_wrong() {
    use WorkCalendarError as E;
    assert!(matches!(WorkCalendar::from_json(b"{"), Err(E::Shape(_))));
    assert!(
        matches!(WorkCalendar::from_json(&vec![b' '; MOST_BYTES + 1]),
        Err(E::TooLarge { bytes, limit }) if bytes == limit + 1)
    );
    assert!(matches!(
        changed(|d| d["more"] = json!(1)),
        Err(E::Shape(_))
    ));
    assert!(matches!(
        changed(|d| d["format"] = json!("x/2")),
        Err(E::Format)
    ));
    assert!(matches!(
        changed(|d| d["version"] = json!(0)),
        Err(E::Version)
    ));
    assert!(matches!(
        changed(|d| d["version"] = json!(-1)),
        Err(E::Shape(_))
    ));
    assert!(matches!(
        changed(|d| d["years"] = json!([])),
        Err(E::NoYears)
    ));
    assert!(matches!(
        changed(|d| d["years"][1]["year"] = json!(2023)),
        Err(E::Year { year: 2023 })
    ));
    assert!(matches!(
        changed(|d| d["years"][3]["year"] = json!(2200)),
        Err(E::Year { year: 2200 })
    ));
    assert!(matches!(
        changed(|d| d["years"][0]["notice"] = json!(" ")),
        Err(E::Notice { year: 2023 })
    ));
    // Reaching further back than the last days of December.
    assert!(matches!(
        with_first_day("2022-12-28", "off", "元旦"),
        Err(E::ForeignDay { year: 2023, date }) if date == day("2022-12-28")
    ));
    assert!(matches!(
        with_first_day("2024-01-01", "off", "元旦"),
        Err(E::ForeignDay { year: 2023, .. })
    ));
    assert!(matches!(
        with_first_day("2023-01-01", "off", "元旦"),
        Err(E::DayOrder { date }) if date == day("2023-01-01")
    ));
    assert!(matches!(
        with_first_day("2022-12-30", "work", "元旦"),
        Err(E::NoWeekend { date }) if date == day("2022-12-30")
    ));
    assert!(matches!(
        with_first_day("2022-12-31", "off", ""),
        Err(E::Name { date }) if date == day("2022-12-31")
    ));
    assert!(matches!(
        with_first_day("2022-12-31", "rest", "元旦"),
        Err(E::Shape(_))
    ));
    assert!(matches!(
        with_first_day("20221231", "off", "元旦"),
        Err(E::Shape(_))
    ));
}

#[test]
fn versions_only_grow_and_lose_no_year() {
    let held = WorkCalendar::built_in();
    let offer = |change: &dyn Fn(&mut Value)| held.succeeded_by(changed(change).expect("a file"));
    assert_eq!(held.succeeded_by(held.clone()).as_ref(), Ok(held));

    let grown = held.succeeded_by(WorkCalendar::with_made_up_2027());
    assert!(grown.is_ok_and(|calendar| calendar.covers(2027)));

    let other = offer(&|d| d["years"][0]["notice"] = json!("another"));
    let (held_version, offered) = (1, 1);
    assert_eq!(
        other,
        Err(CalendarSuccessionError::Version {
            held: held_version,
            offered
        })
    );
    let lost = offer(&|d| {
        d["version"] = json!(2);
        d["years"].as_array_mut().expect("years").remove(0);
    });
    assert_eq!(
        lost,
        Err(CalendarSuccessionError::LostYear {
            offered: 2,
            year: 2023
        })
    );
}

proptest! {
    #[test]
    fn no_damage_to_a_file_is_a_panic(at in 0..BUILT_IN.len(), byte: u8, end in 0..BUILT_IN.len() - 1) {
        let mut bytes = BUILT_IN.to_vec();
        bytes[at] = byte;
        prop_assert!(WorkCalendar::from_json(&BUILT_IN[..end]).is_err());
        if let Ok(calendar) = WorkCalendar::from_json(&bytes) {
            // A digit of the version or a character of a name: still a calendar.
            prop_assert!(calendar.version() > 0 && calendar.years().count() > 0);
        }
    }

    #[test]
    fn every_date_is_answered(days in 0_i32..7_304_483) {
        let date = Date::MIN.checked_add(days.days()).unwrap_or(Date::MAX);
        let told = WorkCalendar::built_in().day(date);
        let announced = (2023..=2026).contains(&date.year());
        prop_assert!(announced || told.certainty != Certainty::Decided || date == day("2022-12-31"));
    }
}

#[test]
fn the_first_and_the_last_date_are_answered() {
    let calendar = WorkCalendar::built_in();
    for (date, year) in [(Date::MIN, -9999), (Date::MAX, 9999)] {
        assert_eq!(
            calendar.day(date).certainty,
            Certainty::Provisional { year }
        );
        assert_eq!(
            calendar.workdays(date, date).1,
            Certainty::Provisional { year }
        );
    }
}

/// Calendars that other tests need.
impl WorkCalendar {
    /// This calendar with one more holiday.
    pub(crate) fn with_holiday(&self, date: Date) -> Self {
        let mut calendar = self.clone();
        let (rule, name) = (NamedRule::Off, "made up for a test".to_owned());
        calendar.named.insert(date, NamedDay { rule, name });
        calendar
    }

    /// The built-in calendar with 2027, as nobody has announced it: 31 December to 3 January are
    /// off.
    pub(crate) fn with_made_up_2027() -> Self {
        changed(|document| {
            document["version"] = json!(2);
            let off = ["2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"];
            let days = off.map(|date| json!({"date": date, "kind": "off", "name": "元旦"}));
            let year = json!({"year": 2027, "notice": "made up for a test",
                "issued": "2026-11-30", "days": days});
            document["years"].as_array_mut().expect("years").push(year);
        })
        .expect("a calendar")
    }
}

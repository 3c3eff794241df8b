//! What people call the stretch of months that a report is about.

use crate::{Language, ReportWindow};

/// `2026年11月`, `2026年第4季度`, `2026年秋季学期`, `2026—2027学年`. The name of a term is the city's
/// own, in whatever language the rest is.
pub(super) fn term_title(window: &ReportWindow, language: Language) -> String {
    let (first, last) = (window.first, window.last);
    let (year, month) = (first.year(), first.month());
    let months = i32::from(last.year() - year) * 12 + i32::from(last.month() - month) + 1;
    let is_two_years = months == 12 && last.year() > year;
    match (language, &window.term) {
        (Language::Chinese, Some(name)) if is_two_years => {
            format!("{year}—{}{name}", last.year())
        }
        (Language::Chinese, Some(name)) => format!("{year}年{name}"),
        (Language::English, Some(name)) if is_two_years => {
            format!("{year}-{} {name}", last.year())
        }
        (Language::English, Some(name)) => format!("{year} {name}"),
        (Language::Chinese, None) => match months {
            1 => format!("{year}年{month}月"),
            3 => format!("{year}年第{}季度", (month + 2) / 3),
            12 => format!("{year}年"),
            _ => format!("{year}年{month}—{}月", last.month()),
        },
        (Language::English, None) => match months {
            1 => format!("{year}-{month:02}"),
            3 => format!("{year} Q{}", (month + 2) / 3),
            12 => year.to_string(),
            _ => format!("{year}-{month:02} to {year}-{:02}", last.month()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DueRules, WorkCalendar};

    #[test]
    fn req_28_and_29_a_term_has_the_name_that_people_know() {
        let titles = |cadence: &str, month: &str| {
            let rule = DueRules::built_in().report_rule(cadence).expect("a rule");
            let month = month.parse().expect("a month");
            let window = rule.window(&month, WorkCalendar::built_in());
            let window = window.expect("a window");
            [Language::Chinese, Language::English].map(|language| term_title(&window, language))
        };
        assert_eq!(titles("monthly", "2026-02"), ["2026年2月", "2026-02"]);
        assert_eq!(titles("quarterly", "2026-11"), ["2026年第4季度", "2026 Q4"]);
        assert_eq!(
            titles("semester", "2027-01"),
            ["2026年秋季学期", "2026 秋季学期"]
        );
        assert_eq!(
            titles("school_year", "2027-01"),
            ["2026—2027学年", "2026-2027 学年"]
        );
    }
}

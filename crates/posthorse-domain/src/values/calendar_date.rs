//! Dates and months as offices write them.

use jiff::civil::Date;

use crate::values::text::compact;

/// Serial days that Excel shows for 1950-01-01 and 2099-12-31. Smaller numbers are counts or
/// years that somebody typed into a date column, not dates.
const SERIAL_DAYS: std::ops::RangeInclusive<i32> = 18_264..=73_050;

/// A date, or a month where only the month was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// A whole date.
    Day(Date),
    /// A month; the date is its first day.
    Month(Date),
}

impl Written {
    /// The day, or the first day of the month.
    pub(crate) fn first_day(self) -> Date {
        match self {
            Self::Day(date) | Self::Month(date) => date,
        }
    }

    /// `YYYY-MM-DD`, or `YYYY-MM` where no day was written.
    pub(crate) fn to_iso(self) -> String {
        match self {
            Self::Day(date) => date.to_string(),
            Self::Month(date) => month_text(date),
        }
    }
}

/// `YYYY-MM` of a date.
pub(crate) fn month_text(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

/// The date that Excel's serial number stands for, counted from 1899-12-30.
pub(crate) fn serial_date(days: i32) -> Option<Date> {
    let epoch = Date::new(1899, 12, 30).ok()?;
    epoch.checked_add(jiff::Span::new().days(days)).ok()
}

/// Reads `2023-11-24`, `2023/11/24`, `2023.11.24`, `20231124`, `2023年11月24日`, `202311`,
/// `2023-11`, `2023年11月`, any of the dates with a time after it, and Excel's serial number.
pub(crate) fn parse_written(text: &str) -> Option<Written> {
    let text = without_time(text);
    let text = compact(text);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return from_digits(text);
    }
    let text = text.replace(['年', '月', '/', '.'], "-");
    let text = text.strip_suffix('日').unwrap_or(&text);
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    match parts.next() {
        None | Some("") => month_of(year, month),
        Some(day) if parts.next().is_none() => day_of(year, month, number(day, 2)?),
        Some(_) => None,
    }
}

/// A date cell of a database export carries `00:00:00`, which nobody wrote.
fn without_time(text: &str) -> &str {
    let text = text.trim();
    match text.split_once([' ', 'T']) {
        Some((date, time))
            if !date.is_empty()
                && time.contains(':')
                && time
                    .bytes()
                    .all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'Z')) =>
        {
            date
        }
        _ => text,
    }
}

fn from_digits(text: &str) -> Option<Written> {
    match text.len() {
        8 => day_of(
            number(&text[..4], 4)?,
            number(&text[4..6], 2)?,
            number(&text[6..], 2)?,
        ),
        6 => month_of(number(&text[..4], 4)?, number(&text[4..], 2)?),
        5 => {
            let days = text.parse().ok()?;
            if !SERIAL_DAYS.contains(&days) {
                return None;
            }
            serial_date(days).map(Written::Day)
        }
        _ => None,
    }
}

fn number(text: &str, longest: usize) -> Option<i16> {
    let fits = (1..=longest).contains(&text.len()) && (longest != 4 || text.len() == 4);
    if fits && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

fn day_of(year: i16, month: i16, day: i16) -> Option<Written> {
    if !(1900..=2199).contains(&year) {
        return None;
    }
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, month, day).ok().map(Written::Day)
}

fn month_of(year: i16, month: i16) -> Option<Written> {
    match day_of(year, month, 1)? {
        Written::Day(date) | Written::Month(date) => Some(Written::Month(date)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_in_use_is_read() {
        for text in [
            "2023-11-24",
            "2023/11/24",
            "2023.11.24",
            "20231124",
            "2023年11月24日",
            "２０２３－１１－２４",
            "2023-11-24 00:00:00",
            "2023-11-24T08:30:00",
            "45254",
        ] {
            let written = parse_written(text).map(Written::to_iso);
            assert_eq!(written.as_deref(), Some("2023-11-24"), "{text}");
        }
        for text in ["202311", "202311.0", "2023-11", "2023年11月", "2023.11"] {
            let written = parse_written(text).map(Written::to_iso);
            assert_eq!(written.as_deref(), Some("2023-11"), "{text}");
        }
        assert_eq!(
            parse_written("2023/1/5").map(Written::to_iso).as_deref(),
            Some("2023-01-05")
        );
    }

    #[test]
    fn what_is_not_a_date_is_refused() {
        for text in [
            "",
            "2023",
            "去年",
            "2023-02-30",
            "20231324",
            "2023-11-24-1",
            "99999999",
            "24/11/2023",
            "12345",
            "1",
            "2023-",
            "年月日",
            "999999999999999999999",
        ] {
            assert_eq!(parse_written(text), None, "{text}");
        }
    }
}

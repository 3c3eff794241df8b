//! Months as offices in China live them, and the instants between which they lie.

use jiff::ToSpan;
use jiff::civil::Date;
use posthorse_package::{Period, Timestamp};

/// China keeps one time all year, eight hours ahead of UTC.
const CHINA_SECONDS: i64 = 8 * 3600;
const DAY_SECONDS: i64 = 86_400;

/// The date of an instant in China.
#[must_use]
pub fn date_in_china(at: Timestamp) -> Date {
    date_of_china_day((at.as_second() + CHINA_SECONDS).div_euclid(DAY_SECONDS))
}

/// The date of a day counted in China from 1970-01-01, which is day 0.
#[must_use]
pub fn date_of_china_day(day: i64) -> Date {
    let epoch = Date::constant(1970, 1, 1);
    let span = jiff::Span::new().try_days(day);
    span.map_or(Date::MAX, |span| epoch.saturating_add(span))
}

/// A period that is no month of the calendar, or lies outside the years that can be counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{period} is no month")]
pub struct MonthError {
    /// What was given.
    pub period: String,
}

/// A month that is reported on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    period: Period,
    first: Date,
    begins: Timestamp,
    ends: Timestamp,
}

impl Month {
    /// The month that a period names.
    ///
    /// # Errors
    /// The period is no month.
    pub fn new(period: &Period) -> Result<Self, MonthError> {
        let error = || MonthError {
            period: period.to_string(),
        };
        let first: Date = format!("{period}-01").parse().map_err(|_| error())?;
        let next = first.checked_add(1.month()).map_err(|_| error())?;
        let midnight = |date: Date| {
            let days = Date::constant(1970, 1, 1).until(date).ok()?.get_days();
            Timestamp::from_second(i64::from(days) * DAY_SECONDS - CHINA_SECONDS)
        };
        Ok(Self {
            period: period.clone(),
            first,
            begins: midnight(first).ok_or_else(error)?,
            ends: midnight(next).ok_or_else(error)?,
        })
    }

    /// The month in which an instant falls in China.
    ///
    /// # Errors
    /// The instant lies outside the years that a period can name.
    pub fn containing(at: Timestamp) -> Result<Self, MonthError> {
        let text = date_in_china(at).to_string();
        let name = text.get(..7).unwrap_or_default();
        let period = name.parse().map_err(|_| MonthError {
            period: name.to_owned(),
        })?;
        Self::new(&period)
    }

    /// Its name, `YYYY-MM`.
    #[must_use]
    pub fn period(&self) -> &Period {
        &self.period
    }

    /// Its first day.
    #[must_use]
    pub fn first(&self) -> Date {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last(&self) -> Date {
        self.first.last_of_month()
    }

    /// The instant at which it begins in China.
    #[must_use]
    pub fn begins(&self) -> Timestamp {
        self.begins
    }

    /// The instant at which the next one begins.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        self.ends
    }

    /// How many months before this one are told of: with it, two school years.
    pub(super) const TOLD_BEFORE: i32 = 23;

    /// The first of the months that are told of together with this one.
    #[must_use]
    pub fn earliest_told(&self) -> Option<Period> {
        let first = self.first.checked_sub(Self::TOLD_BEFORE.months()).ok()?;
        first.to_string().get(..7)?.parse().ok()
    }

    /// `2026年11月`
    #[must_use]
    pub fn in_chinese(&self) -> String {
        format!("{}年{}月", self.first.year(), self.first.month())
    }
}

/// `2026年11月5日`
pub(super) fn chinese_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_in_china() {
        let month = Month::new(&"2026-11".parse().expect("a period")).expect("a month");
        assert_eq!(month.begins().to_string(), "2026-10-31T16:00:00Z");
        assert_eq!(month.ends().to_string(), "2026-11-30T16:00:00Z");
        assert_eq!(month.last(), Date::constant(2026, 11, 30));
        assert_eq!(month.in_chinese(), "2026年11月");
        assert_eq!(month.earliest_told(), "2024-12".parse().ok());
        let again = Month::containing(month.begins()).expect("a month");
        assert_eq!(again, month);
        assert_eq!(
            date_in_china(month.begins().plus_seconds(-1)),
            Date::constant(2026, 10, 31)
        );
    }
}

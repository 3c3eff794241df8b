//! From when to when a unit reports, and whether it did.
//!
//! A window is a stretch of dates in China: the month's 25th to 30th, a quarter, a term
//! (spec/routing-and-deadlines-v1.md §5).

use jiff::ToSpan;
use jiff::civil::Date;
use posthorse_package::Period;
use serde::Deserialize;

use crate::clocks::certainty::Certainty;
use crate::clocks::deadline::{RestDay, days_between};
use crate::clocks::work_calendar::WorkCalendar;

/// How often a unit reports, and in which days: one rule of the due rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRule {
    pub(crate) cadence: String,
    /// What people call it, such as `按季`.
    #[serde(default)]
    pub(crate) title: Option<String>,
    pub(crate) clause: String,
    pub(crate) terms: ReportTerms,
    pub(crate) opens_day: i8,
    pub(crate) closes_day: i8,
    pub(crate) rest_day: RestDay,
    #[serde(default)]
    pub(crate) pinch: Option<PinchRule>,
    /// The cadence in whose place a unit may be registered for this one.
    #[serde(default)]
    pub(crate) instead_of: Option<String>,
}

/// The stretches of months that are reported on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportTerms {
    /// Equal parts of the calendar year.
    EveryMonths(i8),
    /// Parts with names, which may go into the next year.
    Named(Vec<NamedTerm>),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedTerm {
    pub(crate) name: String,
    pub(crate) first_month: i8,
    pub(crate) last_month: i8,
}

impl NamedTerm {
    /// How many months it has.
    fn length(&self) -> i8 {
        (self.last_month - self.first_month).rem_euclid(12) + 1
    }

    /// Its months, from 1 to 12, in their order.
    pub(crate) fn months(&self) -> impl Iterator<Item = i8> {
        (0..self.length()).map(|at| (self.first_month - 1 + at) % 12 + 1)
    }
}

/// When a window with few worked days is warned of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PinchRule {
    pub(crate) warn_day: i8,
    pub(crate) fewer_workdays_than: u32,
}

/// The days in which a unit reports on a stretch of months.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportWindow {
    /// The name of the term, such as `秋季学期`; none for parts of the calendar year.
    pub term: Option<String>,
    /// The first day that is reported on.
    pub first: Date,
    /// The last day that is reported on.
    pub last: Date,
    /// The first day on which a report is in time; one before it is early, and taken.
    pub opens: Date,
    /// The last day, until 24:00 in China.
    pub closes: Date,
    /// Whether the calendar decides `closes`, or might still move it.
    pub certainty: Certainty,
    /// What is to be warned of, if the window has few worked days.
    pub pinch: Option<Pinch>,
}

/// A window with so few worked days that units are warned beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pinch {
    /// From which day on.
    pub warn_from: Date,
    /// How many worked days the window has.
    pub workdays: u32,
    /// Whether that number has been announced.
    pub certainty: Certainty,
}

/// How a unit's report stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportState {
    /// Sent before the window (提前).
    Early {
        /// How many days before it.
        days: u32,
    },
    /// Sent in the window.
    InTime,
    /// Sent after the window (逾期).
    Late {
        /// How many days after it.
        days: u32,
    },
    /// Not sent, and the window has not opened.
    NotYetOpen {
        /// How many days until it does.
        days: u32,
    },
    /// Not sent, and the window is open.
    Open {
        /// How many days are left, zero on the last.
        days_left: u32,
    },
    /// Not sent, and the window is over (未报送).
    Missing {
        /// How many days since it closed.
        days: u32,
    },
}

impl ReportRule {
    /// Its name, such as `monthly`.
    #[must_use]
    pub fn cadence(&self) -> &str {
        &self.cadence
    }

    /// What people call it, such as `按季`; its name where the rules do not say.
    #[must_use]
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.cadence)
    }

    /// The clause of the notice that asks for it, such as `二(一)`.
    #[must_use]
    pub fn clause(&self) -> &str {
        &self.clause
    }

    /// The window of the stretch to which a month belongs; none if it belongs to none, as August
    /// does to no term.
    #[must_use]
    pub fn window(&self, month: &Period, calendar: &WorkCalendar) -> Option<ReportWindow> {
        let (term, first, last_month) = self.terms.around(first_of(month)?)?;
        let opens = day_or_month_end(first, self.opens_day);
        let counted = day_or_month_end(last_month, self.closes_day);
        let (closes, certainty) = self.rest_day.settle(counted, calendar);
        let pinch = self.pinch.as_ref().and_then(|rule| {
            let (workdays, certainty) = calendar.workdays(opens, closes);
            let warn_from = day_or_month_end(last_month, rule.warn_day);
            (workdays < rule.fewer_workdays_than).then_some(Pinch {
                warn_from,
                workdays,
                certainty,
            })
        });
        Some(ReportWindow {
            term: term.map(str::to_owned),
            first,
            last: last_month.last_of_month(),
            opens,
            closes,
            certainty,
            pinch,
        })
    }
}

impl ReportTerms {
    /// How many months the shortest stretch has.
    pub(crate) fn shortest(&self) -> i8 {
        match self {
            Self::EveryMonths(count) => *count,
            Self::Named(terms) => terms.iter().map(NamedTerm::length).min().unwrap_or(12),
        }
    }

    /// The stretch to which a month belongs: its name, and the first days of its first and of its
    /// last month.
    fn around(&self, month: Date) -> Option<(Option<&str>, Date, Date)> {
        let (name, first_month, count) = match self {
            Self::EveryMonths(count) => {
                let first_month = (month.month() - 1) / count * count + 1;
                (None, first_month, *count)
            }
            Self::Named(terms) => {
                let mut terms = terms.iter();
                let term = terms.find(|term| term.months().any(|m| m == month.month()))?;
                (Some(term.name.as_str()), term.first_month, term.length())
            }
        };
        let back = (month.month() - first_month).rem_euclid(12);
        let first = month.checked_sub(i64::from(back).months()).ok()?;
        let last = first.checked_add(i64::from(count - 1).months()).ok()?;
        Some((name, first, last))
    }
}

impl ReportWindow {
    /// How the report stands today, given the day on which it arrived, if it did. A nil report is
    /// a report.
    #[must_use]
    pub fn state(&self, arrived: Option<Date>, today: Date) -> ReportState {
        match arrived {
            Some(day) if day < self.opens => ReportState::Early {
                days: days_between(day, self.opens),
            },
            Some(day) if day <= self.closes => ReportState::InTime,
            Some(day) => ReportState::Late {
                days: days_between(self.closes, day),
            },
            None if today < self.opens => ReportState::NotYetOpen {
                days: days_between(today, self.opens),
            },
            None if today <= self.closes => ReportState::Open {
                days_left: days_between(today, self.closes),
            },
            None => ReportState::Missing {
                days: days_between(self.closes, today),
            },
        }
    }

    /// Whether a deferral note of this day comes before the window closes, as it must.
    #[must_use]
    pub fn takes_deferral(&self, day: Date) -> bool {
        day <= self.closes
    }
}

/// The first day of a month.
fn first_of(month: &Period) -> Option<Date> {
    let (year, month) = month.as_str().split_once('-')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
}

/// A day of the month, or its last day if the month is too short.
fn day_or_month_end(month: Date, day: i8) -> Date {
    let last = month.last_of_month();
    Date::new(month.year(), month.month(), day.clamp(1, last.day())).unwrap_or(last)
}

#[cfg(test)]
#[path = "report_window_tests.rs"]
mod tests;

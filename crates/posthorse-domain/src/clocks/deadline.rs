//! By which day an answer is due, and how far that day is.
//!
//! A day is over at 24:00 in China, so all that is counted here are dates there; whoever has an
//! instant turns it into its date in China first. How days are counted is the Civil Code's, by
//! analogy (spec/routing-and-deadlines-v1.md §3 and §4).

use std::num::NonZeroU16;

use jiff::ToSpan;
use jiff::civil::Date;
use posthorse_package::KindName;
use serde::Deserialize;

use crate::clocks::certainty::Certainty;
use crate::clocks::work_calendar::WorkCalendar;
use crate::values::iso_date;

/// What opens a clock, how long it runs and when it reminds: one rule of the due rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueRule {
    pub(crate) kind: KindName,
    pub(crate) clause: String,
    #[serde(default)]
    pub(crate) opened_by: Option<Opening>,
    pub(crate) term: Term,
    pub(crate) opening_day: OpeningDay,
    pub(crate) rest_day: RestDay,
    pub(crate) remind_before: Vec<RemindBefore>,
    pub(crate) remind_overdue_every_days: u16,
}

/// What starts a clock.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Opening {
    /// What happened to a package.
    pub event: OpeningEvent,
    /// The kind of that package.
    pub kind: KindName,
}

/// What happened to the package that starts a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OpeningEvent {
    /// The bureau has made it available to the office that is to answer.
    Dispatched,
    /// The bureau has accepted it, and is itself to act.
    Accepted,
}

/// How long a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Term {
    /// Days of the calendar (日).
    CalendarDays(u16),
    /// Days that are worked (工作日).
    WorkingDays(u16),
    /// Months: the same day of a later month, or its last (Civil Code, article 202).
    Months(u16),
    /// A day that the notice names, whenever the clock was opened.
    FixedDate(#[serde(deserialize_with = "iso_date::deserialize")] Date),
}

/// Whether the day on which a clock opens is the first of its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpeningDay {
    /// The next day is the first (Civil Code, article 201).
    NotCounted,
    /// It is the first.
    Counted,
}

/// What becomes of a last day that is not worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestDay {
    /// The next worked day is the last (Civil Code, article 203).
    NextWorkday,
    /// It stays the last.
    Stays,
}

/// How long before the last day a reminder goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RemindBefore {
    /// So many days of the calendar.
    CalendarDays(u16),
    /// So many worked days.
    WorkingDays(u16),
}

/// On which days an office that has not answered is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminders<'r> {
    before: &'r [RemindBefore],
    overdue_every_days: u16,
}

/// How an office is reminded whose last day was set by the office that asks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedRule {
    pub(super) remind_before: Vec<RemindBefore>,
    pub(super) remind_overdue_every_days: u16,
}

/// The last day of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Due {
    /// The day on which the clock was opened.
    pub opened: Date,
    /// The last day as it was counted, worked or not.
    pub counted: Date,
    /// The last day: until 24:00 in China, an answer is in time.
    pub date: Date,
    /// Whether the calendar decides it, or might still move it.
    pub certainty: Certainty,
}

/// How a day stands to a last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueState {
    /// There is time.
    Open {
        /// How many days are left, one on the eve.
        days_left: u32,
    },
    /// It is the last day.
    DueToday,
    /// The last day is over.
    Overdue {
        /// How many days ago it was, from one.
        days: u32,
    },
}

/// Why an office is reminded on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// The last day is near.
    Ahead {
        /// How many days are left.
        days_left: u32,
    },
    /// The last day is over.
    Overdue {
        /// How many days ago it was.
        days: u32,
    },
}

/// A clock that another calendar moves, or makes sure or unsure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DueChange<K> {
    /// Whose clock it is.
    pub key: K,
    /// What it said.
    pub before: Due,
    /// What it says now.
    pub after: Due,
}

impl<K> DueChange<K> {
    /// Whether the last day is another, and not only surer or less sure than before.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.before.date != self.after.date
    }
}

impl DueRule {
    /// The kind that is due.
    #[must_use]
    pub fn kind(&self) -> &KindName {
        &self.kind
    }

    /// The clause of the notice that asks for it, such as `一(一)2`.
    #[must_use]
    pub fn clause(&self) -> &str {
        &self.clause
    }

    /// What opens the clock; nothing where the notice names the day.
    #[must_use]
    pub fn opened_by(&self) -> Option<&Opening> {
        self.opened_by.as_ref()
    }

    /// On which days an office is reminded.
    #[must_use]
    pub fn reminders(&self) -> Reminders<'_> {
        Reminders {
            before: &self.remind_before,
            overdue_every_days: self.remind_overdue_every_days,
        }
    }

    /// How long the clock runs.
    #[must_use]
    pub fn term(&self) -> Term {
        self.term
    }

    /// The last day of a clock that was opened on this day in China. A day beyond the last date
    /// that can be written is that date.
    #[must_use]
    pub fn due(&self, opened: Date, calendar: &WorkCalendar) -> Due {
        let (counted, walked) = self.count(opened, calendar);
        let (date, settled) = self.rest_day.settle(counted, calendar);
        Due {
            opened,
            counted,
            date,
            certainty: walked.and(settled),
        }
    }

    fn count(&self, opened: Date, calendar: &WorkCalendar) -> (Date, Certainty) {
        let inclusive = self.opening_day == OpeningDay::Counted;
        match self.term {
            Term::FixedDate(date) => (date, Certainty::Decided),
            Term::CalendarDays(days) => {
                let days = days.saturating_sub(u16::from(inclusive));
                (plus_days(opened, days), Certainty::Decided)
            }
            Term::Months(months) => (plus_months(opened, months, inclusive), Certainty::Decided),
            Term::WorkingDays(days) => {
                let first = if inclusive { opened } else { next_day(opened) };
                nth_workday(first, days, calendar)
            }
        }
    }

    /// The days on which an office is reminded before the last day, ascending.
    #[must_use]
    pub fn reminder_days(&self, due: &Due, calendar: &WorkCalendar) -> Vec<Date> {
        self.reminders().days_before(due, calendar)
    }

    /// Whether an office that has not answered is reminded on this day, and of what.
    #[must_use]
    pub fn reminder_on(&self, today: Date, due: &Due, calendar: &WorkCalendar) -> Option<Reminder> {
        match due.state(today) {
            DueState::Open { days_left } => self
                .reminder_days(due, calendar)
                .contains(&today)
                .then_some(Reminder::Ahead { days_left }),
            DueState::DueToday => None,
            DueState::Overdue { days } => {
                let every = u32::from(self.remind_overdue_every_days.max(1));
                ((days - 1) % every == 0).then_some(Reminder::Overdue { days })
            }
        }
    }
}

impl Reminders<'_> {
    /// The days on which an office is reminded before the last day, ascending: only those after
    /// the opening, which is itself a message.
    #[must_use]
    pub fn days_before(&self, due: &Due, calendar: &WorkCalendar) -> Vec<Date> {
        let mut days: Vec<Date> = self
            .before
            .iter()
            .map(|before| before.day(due.date, calendar))
            .filter(|day| *day > due.opened && *day < due.date)
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// Every how many days after the last day a reminder is sent.
    #[must_use]
    pub fn overdue_every_days(&self) -> NonZeroU16 {
        NonZeroU16::new(self.overdue_every_days).unwrap_or(NonZeroU16::MIN)
    }
}

impl AskedRule {
    /// On which days an office is reminded.
    #[must_use]
    pub fn reminders(&self) -> Reminders<'_> {
        Reminders {
            before: &self.remind_before,
            overdue_every_days: self.remind_overdue_every_days,
        }
    }
}

impl Due {
    /// A last day that an office has set for itself: no rule counts it, no calendar moves it.
    #[must_use]
    pub fn set(opened: Date, date: Date) -> Self {
        Self {
            opened,
            counted: date,
            date,
            certainty: Certainty::Decided,
        }
    }

    /// How a day in China stands to the last day.
    #[must_use]
    pub fn state(&self, today: Date) -> DueState {
        let distance = days_between(today, self.date);
        match today.cmp(&self.date) {
            std::cmp::Ordering::Less => DueState::Open {
                days_left: distance,
            },
            std::cmp::Ordering::Equal => DueState::DueToday,
            std::cmp::Ordering::Greater => DueState::Overdue { days: distance },
        }
    }

    /// Whether the last day was put off because it is not worked.
    #[must_use]
    pub fn was_put_off(&self) -> bool {
        self.date != self.counted
    }
}

impl RestDay {
    /// The day that a last day becomes, and how sure that is.
    pub(crate) fn settle(self, counted: Date, calendar: &WorkCalendar) -> (Date, Certainty) {
        match self {
            Self::Stays => (counted, Certainty::Decided),
            Self::NextWorkday => nth_workday(counted, 1, calendar),
        }
    }
}

impl RemindBefore {
    fn day(self, due: Date, calendar: &WorkCalendar) -> Date {
        match self {
            Self::CalendarDays(days) => {
                due.checked_sub(i64::from(days).days()).unwrap_or(Date::MIN)
            }
            Self::WorkingDays(days) => {
                let mut left = days;
                let mut day = due;
                while left > 0 && day > Date::MIN {
                    day = day.yesterday().unwrap_or(Date::MIN);
                    left -= u16::from(calendar.is_worked(day));
                }
                day
            }
        }
    }
}

/// Works out which of these clocks say something else under a new calendar. Each is given with
/// the key of the caller, its rule, and the day on which it was opened.
#[must_use]
pub fn changed_dues<'r, K>(
    clocks: impl IntoIterator<Item = (K, &'r DueRule, Date)>,
    old: &WorkCalendar,
    new: &WorkCalendar,
) -> Vec<DueChange<K>> {
    let mut changes = Vec::new();
    for (key, rule, opened) in clocks {
        let (before, after) = (rule.due(opened, old), rule.due(opened, new));
        if before != after {
            changes.push(DueChange { key, before, after });
        }
    }
    changes
}

/// The n-th worked day from `first` on, `first` included, and how sure that is.
fn nth_workday(first: Date, n: u16, calendar: &WorkCalendar) -> (Date, Certainty) {
    let (mut date, mut left, mut certainty) = (first, n, Certainty::Decided);
    loop {
        let day = calendar.day(date);
        certainty = certainty.and(day.certainty);
        left = left.saturating_sub(u16::from(day.kind.is_worked()));
        if left == 0 || date == Date::MAX {
            return (date, certainty);
        }
        date = next_day(date);
    }
}

fn next_day(date: Date) -> Date {
    date.tomorrow().unwrap_or(Date::MAX)
}

fn plus_days(date: Date, days: u16) -> Date {
    let later = date.checked_add(i64::from(days).days());
    later.unwrap_or(Date::MAX)
}

/// The same day of a later month, or its last day. A month that includes its first day ends on
/// the eve of that, unless the later month is too short to have that day.
fn plus_months(date: Date, months: u16, inclusive: bool) -> Date {
    match date.checked_add(i64::from(months).months()) {
        Ok(later) if inclusive && later.day() == date.day() => later.yesterday().unwrap_or(later),
        Ok(later) => later,
        Err(_) => Date::MAX,
    }
}

/// How many days lie between two dates, whichever is earlier.
pub(crate) fn days_between(a: Date, b: Date) -> u32 {
    let hours = a.duration_until(b).as_hours().unsigned_abs();
    u32::try_from(hours / 24).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "deadline_tests.rs"]
mod tests;

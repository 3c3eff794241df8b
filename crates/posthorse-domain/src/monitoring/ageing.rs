//! How long open work has waited: green, yellow, red.

use std::ops::AddAssign;

use jiff::civil::Date;
use serde::Serialize;

use super::facts::Task;
use super::rules::MonitoringRules;
use crate::DueState;

/// What a figure calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Nothing to say about it.
    Plain,
    /// Green: in order.
    Good,
    /// Yellow: soon, or excused.
    Attention,
    /// Red: late.
    Bad,
}

/// Open work by how it stands to its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Ageing {
    /// Green: there is time, and no reminder has gone out yet.
    pub in_time: u64,
    /// Yellow: from the first reminder to the last day.
    pub due_soon: u64,
    /// Red: 1 to 7 days overdue.
    pub overdue_days: u64,
    /// Red: 8 to 30 days overdue.
    pub overdue_weeks: u64,
    /// Red: more than 30 days overdue.
    pub overdue_months: u64,
}

impl Ageing {
    /// Adds so many tasks of a kind.
    pub(super) fn add(&mut self, rules: &MonitoringRules<'_>, task: &Task, today: Date, n: u64) {
        let Some((reminders, due)) = rules.due(task) else {
            self.in_time += n;
            return;
        };
        let slot = match due.state(today) {
            DueState::Overdue { days: 1..=7 } => &mut self.overdue_days,
            DueState::Overdue { days: 8..=30 } => &mut self.overdue_weeks,
            DueState::Overdue { .. } => &mut self.overdue_months,
            DueState::DueToday => &mut self.due_soon,
            DueState::Open { .. } => {
                let days = reminders.map(|said| said.days_before(&due, rules.calendar));
                match days.as_deref().and_then(<[_]>::first) {
                    Some(first) if today >= *first => &mut self.due_soon,
                    _ => &mut self.in_time,
                }
            }
        };
        *slot += n;
    }

    /// All that is open.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.in_time + self.due_soon + self.overdue()
    }

    /// All that is past its last day.
    #[must_use]
    pub fn overdue(&self) -> u64 {
        self.overdue_days + self.overdue_weeks + self.overdue_months
    }

    /// The worst of it.
    #[must_use]
    pub fn tone(&self) -> Tone {
        if self.overdue() > 0 {
            Tone::Bad
        } else if self.due_soon > 0 {
            Tone::Attention
        } else {
            Tone::Good
        }
    }
}

impl AddAssign for Ageing {
    fn add_assign(&mut self, other: Self) {
        self.in_time += other.in_time;
        self.due_soon += other.due_soon;
        self.overdue_days += other.overdue_days;
        self.overdue_weeks += other.overdue_weeks;
        self.overdue_months += other.overdue_months;
    }
}

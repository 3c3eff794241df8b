//! When an office that owes an answer is urged (催办), and when its leaders are told.
//!
//! On which days before the last day it is reminded, and how often after it, are settings of the
//! due rules. Here is decided what is still to be said today: a day on which nothing could be
//! sent is made up for, and nothing is said twice.

use std::num::NonZeroU16;

use jiff::civil::Date;

/// The days that matter for one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrgeClock<'d> {
    /// The last day.
    pub due: Date,
    /// The days before it on which a reminder is sent, such as T-5 and T-1, in any order.
    pub ahead: &'d [Date],
    /// Every how many days after it.
    pub overdue_every_days: NonZeroU16,
}

/// How an urge stands to the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UrgeStep {
    /// The last day is near, or is today.
    Ahead {
        /// How many days are left; none on the last day.
        days_left: u32,
    },
    /// The last day is over.
    Overdue {
        /// How many days ago it was, from one.
        days: u32,
    },
}

/// Who is urged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UrgeAddressee {
    /// The office's contact (联系人).
    Contact,
    /// The contact and the leader in charge (分管领导).
    ContactAndLeader,
}

/// What is to be said today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Urge {
    /// How it stands to the last day.
    pub step: UrgeStep,
    /// Who is told.
    pub addressee: UrgeAddressee,
}

/// From which overdue day on an office's leader in charge is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escalation {
    after_overdue_days: u16,
}

impl Escalation {
    pub(super) fn after(days: u16) -> Self {
        Self {
            after_overdue_days: days,
        }
    }

    /// The overdue day from which on the leader is told.
    #[must_use]
    pub fn after_overdue_days(self) -> u16 {
        self.after_overdue_days
    }

    /// The urge that is due today for a task that was last urged on `last`; none if nothing new
    /// is to be said. Of several days that were missed only the latest counts.
    #[must_use]
    pub fn urge_due(self, clock: UrgeClock<'_>, today: Date, last: Option<Date>) -> Option<Urge> {
        let since_due = days_between(clock.due, today);
        let (occasion, step) = if since_due > 0 {
            let every = i64::from(clock.overdue_every_days.get());
            let past = (since_due - 1) % every;
            let occasion = today.checked_sub(jiff::Span::new().days(past)).ok()?;
            (
                occasion,
                UrgeStep::Overdue {
                    days: whole(since_due),
                },
            )
        } else {
            let passed = clock.ahead.iter().copied().filter(|day| *day <= today);
            let days_left = whole(-since_due);
            (passed.max()?, UrgeStep::Ahead { days_left })
        };
        if last.is_some_and(|last| last >= occasion) {
            return None;
        }
        let late = since_due >= i64::from(self.after_overdue_days);
        Some(Urge {
            step,
            addressee: if late {
                UrgeAddressee::ContactAndLeader
            } else {
                UrgeAddressee::Contact
            },
        })
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from(from.until(to).map_or(0, |span| span.get_days()))
}

fn whole(days: i64) -> u32 {
    u32::try_from(days).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DUE: Date = Date::constant(2026, 11, 20);

    fn clock(ahead: &[Date]) -> UrgeClock<'_> {
        UrgeClock {
            due: DUE,
            ahead,
            overdue_every_days: NonZeroU16::MIN,
        }
    }

    fn day(offset: i32) -> Date {
        DUE.checked_add(jiff::Span::new().days(offset))
            .expect("a day")
    }

    #[test]
    fn req_11_urges_go_out_at_t5_t1_and_daily_when_overdue_and_reach_the_leader() {
        let ahead = [day(-5), day(-1)];
        let escalation = Escalation::after(3);
        let mut last = None;
        let mut said = Vec::new();
        for offset in -15..=5 {
            if let Some(urge) = escalation.urge_due(clock(&ahead), day(offset), last) {
                said.push((offset, urge.step, urge.addressee));
                last = Some(day(offset));
            }
        }
        use UrgeAddressee::{Contact, ContactAndLeader};
        assert_eq!(
            said,
            [
                (-5, UrgeStep::Ahead { days_left: 5 }, Contact),
                (-1, UrgeStep::Ahead { days_left: 1 }, Contact),
                (1, UrgeStep::Overdue { days: 1 }, Contact),
                (2, UrgeStep::Overdue { days: 2 }, Contact),
                (3, UrgeStep::Overdue { days: 3 }, ContactAndLeader),
                (4, UrgeStep::Overdue { days: 4 }, ContactAndLeader),
                (5, UrgeStep::Overdue { days: 5 }, ContactAndLeader),
            ]
        );
    }

    #[test]
    fn a_missed_day_is_made_up_for_once() {
        let ahead = [day(-5), day(-1)];
        let at = |today, last| Escalation::after(3).urge_due(clock(&ahead), day(today), last);
        let step = |urge: Option<Urge>| urge.map(|urge| urge.step);
        assert_eq!(step(at(-3, None)), Some(UrgeStep::Ahead { days_left: 3 }));
        assert_eq!(at(-2, Some(day(-3))), None);
        assert_eq!(
            step(at(0, Some(day(-3)))),
            Some(UrgeStep::Ahead { days_left: 0 })
        );
        assert_eq!(at(0, Some(day(-1))), None);
        assert_eq!(
            step(at(9, Some(day(-1)))),
            Some(UrgeStep::Overdue { days: 9 })
        );
        assert_eq!(at(-6, None), None);
    }

    #[test]
    fn every_second_day_is_every_second_day() {
        let clock = UrgeClock {
            overdue_every_days: NonZeroU16::new(2).expect("not zero"),
            ..clock(&[])
        };
        let mut last = None;
        let mut said = Vec::new();
        for offset in -2..=6 {
            if Escalation::after(1)
                .urge_due(clock, day(offset), last)
                .is_some()
            {
                said.push(offset);
                last = Some(day(offset));
            }
        }
        assert_eq!(said, [1, 3, 5]);
    }

    proptest! {
        #[test]
        fn req_11_nothing_is_said_twice_a_day_or_before_the_first_day(
            ahead in prop::collection::vec(-30..0i32, 0..4),
            every in 1u16..5,
            after in 1u16..10,
            asked in prop::collection::vec(-40..40i32, 1..60),
        ) {
            let ahead: Vec<Date> = ahead.into_iter().map(day).collect();
            let clock = UrgeClock {
                overdue_every_days: NonZeroU16::new(every).expect("not zero"),
                ..clock(&ahead)
            };
            let mut asked = asked;
            asked.sort_unstable();
            let first = ahead.iter().copied().min().unwrap_or(day(1));
            let (mut last, mut highest) = (None, UrgeAddressee::Contact);
            for offset in asked {
                let today = day(offset);
                let urge = Escalation::after(after).urge_due(clock, today, last);
                if let Some(urge) = urge {
                    prop_assert!(today >= first && last != Some(today));
                    prop_assert!(urge.addressee >= highest);
                    let late = offset >= i32::from(after);
                    prop_assert_eq!(urge.addressee == UrgeAddressee::ContactAndLeader, late);
                    highest = urge.addressee;
                    last = Some(today);
                    prop_assert_eq!(Escalation::after(after).urge_due(clock, today, last), None);
                } else if every == 1 && offset > 0 {
                    prop_assert_eq!(last, Some(today));
                }
            }
        }
    }
}

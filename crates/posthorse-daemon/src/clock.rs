//! The one place of this crate that reads a clock; everywhere else the time is an argument.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use posthorse_domain::Date;
use posthorse_package::Timestamp;

/// Says what time it is.
pub trait Clock: Send + Sync {
    /// Now, in whole seconds.
    fn now(&self) -> Timestamp;
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the file that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        instant(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }
}

/// The nearest instant that documents can carry.
fn instant(second: i64) -> Timestamp {
    const LAST: i64 = 253_402_300_799;
    let held = second.clamp(0, LAST);
    match Timestamp::from_second(held) {
        Some(instant) => instant,
        None => unreachable!("held within the years that a timestamp has"),
    }
}

/// A clock that stands still until it is set, for tests and demonstrations.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows this moment.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_second()))
    }

    /// Sets it to another moment.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_second(), Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        instant(self.0.load(Ordering::SeqCst))
    }
}

/// The date in China, where every clerk's calendar is.
pub(crate) fn date_in_china(at: Timestamp) -> Date {
    const CHINA_OFFSET_SECONDS: i64 = 8 * 3600;
    let local = at.plus_seconds(CHINA_OFFSET_SECONDS).to_string();
    local[..10].parse().unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let clock = FixedClock::new("2026-11-24T15:59:59Z".parse().expect("a timestamp"));
        assert_eq!(date_in_china(clock.now()).to_string(), "2026-11-24");
        clock.set("2026-11-24T16:00:00Z".parse().expect("a timestamp"));
        assert_eq!(date_in_china(clock.now()).to_string(), "2026-11-25");
    }
}

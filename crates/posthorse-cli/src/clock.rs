//! The one place of the program that reads the clock. A command reads it once, at its start.

use std::time::{SystemTime, UNIX_EPOCH};

use posthorse_package::Timestamp;

use crate::exit::Exit;
use crate::failure::Failure;

/// Now, in whole seconds.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the file that reads the clock"
)]
pub(crate) fn now() -> Result<Timestamp, Failure> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs())
        .ok()
        .and_then(Timestamp::from_second)
        .ok_or_else(|| Failure::new(Exit::Environment, "clock"))
}

/// The civil date of an instant where these offices are: China, UTC+8 all year.
pub(crate) fn civil_date(at: Timestamp) -> jiff::civil::Date {
    let days = at.plus_seconds(8 * 3600).as_second() / 86_400;
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.saturating_add(jiff::Span::new().days(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_the_one_on_the_wall_in_china() {
        let date = |text: &str| civil_date(text.parse().expect("a timestamp")).to_string();
        assert_eq!(date("2026-11-24T15:59:59Z"), "2026-11-24");
        assert_eq!(date("2026-11-24T16:00:00Z"), "2026-11-25");
    }
}

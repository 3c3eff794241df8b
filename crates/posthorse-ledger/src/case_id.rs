//! How cases are numbered: `W202611-411722-000123` is the 123rd warning of November 2026 in county 411722.

use posthorse_domain::Date;
use posthorse_package::Timestamp;

/// The id of a case: the letters of its series, its month (`YYYYMM`), its county's code, and its
/// number in all three, from 1.
#[must_use]
pub fn case_id(series: &str, month: &str, county: &str, number: u64) -> String {
    format!("{series}{month}-{county}-{number:06}")
}

/// The month (`YYYYMM`) in which an instant falls in China, where every clerk's calendar is.
#[must_use]
pub fn month_of(at: Timestamp) -> String {
    const CHINA_OFFSET_SECONDS: i64 = 8 * 3600;
    let local = at.plus_seconds(CHINA_OFFSET_SECONDS).to_string();
    format!("{}{}", &local[..4], &local[5..7])
}

/// The day on which an instant falls in China.
pub(crate) fn day_of(at: Timestamp) -> Date {
    const CHINA_OFFSET_SECONDS: i64 = 8 * 3600;
    let local = at.plus_seconds(CHINA_OFFSET_SECONDS).to_string();
    local[..10].parse().unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_in_china() {
        let last_of_october = "2026-10-31T15:59:59Z".parse().expect("a timestamp");
        let first_of_november = "2026-10-31T16:00:00Z".parse().expect("a timestamp");
        assert_eq!(month_of(last_of_october), "202610");
        assert_eq!(month_of(first_of_november), "202611");
        assert_eq!(
            case_id("W", "202611", "411722", 123),
            "W202611-411722-000123"
        );
    }
}

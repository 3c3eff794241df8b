//! Moments as people here write and read them: the clock on the wall in China, eight hours ahead of
//! UTC all year. Documents and JSON keep RFC 3339 in UTC.

use jiff::civil::{Date, DateTime};
use posthorse_package::{NameError, Timestamp};

const CHINA_SECONDS: i64 = 8 * 3600;
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// `2026-02-05 17:30`
pub(crate) fn shown(at: Timestamp) -> String {
    let seconds = jiff::Span::new().seconds(at.as_second() + CHINA_SECONDS);
    let wall = EPOCH.saturating_add(seconds);
    wall.strftime("%Y-%m-%d %H:%M").to_string()
}

/// `2026-02-05 17:30 +08:00`, where the reader may be elsewhere or doubts the clock.
pub(crate) fn shown_with_zone(at: Timestamp) -> String {
    format!("{} +08:00", shown(at))
}

/// How long a moment is as documents carry it: `2026-02-05T09:30:00Z`.
const WRITTEN: usize = 20;

/// A text with every moment in it as people read it: a library writes moments as documents do.
pub(crate) fn within(text: &str) -> String {
    let mut shown_text = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let moment = rest.get(..WRITTEN).and_then(|part| part.parse().ok());
        let taken = match moment {
            Some(at) => {
                shown_text.push_str(&shown(at));
                WRITTEN
            }
            None => {
                shown_text.push(next);
                next.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    shown_text
}

/// A moment until which something is looked at. A day alone means its end in China.
pub(crate) fn until(text: &str) -> Result<Timestamp, NameError> {
    parse(text, (23, 59, 59))
}

/// A moment from which something holds. A day alone means its beginning in China.
pub(crate) fn since(text: &str) -> Result<Timestamp, NameError> {
    parse(text, (0, 0, 0))
}

/// Reads a day, a moment on the wall, or RFC 3339 with any offset.
fn parse(text: &str, (hour, minute, second): (i8, i8, i8)) -> Result<Timestamp, NameError> {
    let text = text.trim();
    let canonical = text.parse::<Timestamp>();
    if canonical.is_ok() {
        return canonical;
    }
    let on_the_wall = match text.len() {
        // The lengths tell the forms apart: the library alone would take much more.
        10 => text
            .parse::<Date>()
            .map(|day| day.at(hour, minute, second, 0))
            .ok(),
        16 | 19 => text.parse::<DateTime>().ok(),
        _ => None,
    };
    let seconds = match on_the_wall {
        Some(wall) => jiff::tz::TimeZone::UTC
            .to_timestamp(wall)
            .ok()
            .map(|utc| utc.as_second() - CHINA_SECONDS),
        None if text.contains('T') => {
            let instant = text.parse::<jiff::Timestamp>().ok();
            instant.map(jiff::Timestamp::as_second)
        }
        None => None,
    };
    seconds
        .and_then(Timestamp::from_second)
        .map_or(canonical, Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(parsed: Result<Timestamp, NameError>) -> Option<String> {
        parsed.ok().map(|at| at.to_string())
    }

    #[test]
    fn people_read_the_clock_on_the_wall() {
        let at: Timestamp = "2026-02-05T09:30:59Z".parse().expect("a moment");
        assert_eq!(shown(at), "2026-02-05 17:30");
        assert_eq!(shown_with_zone(at), "2026-02-05 17:30 +08:00");
        let evening: Timestamp = "2026-02-05T16:00:00Z".parse().expect("a moment");
        assert_eq!(shown(evening), "2026-02-06 00:00");
        assert_eq!(shown(at.plus_seconds(i64::MAX)), "9999-12-31 23:59");
        assert_eq!(
            within("在 2026-02-05T09:30:59Z 之后, and it is 2026-02-05T16:00:00Z"),
            "在 2026-02-05 17:30 之后, and it is 2026-02-06 00:00"
        );
        assert_eq!(within("key:2026-02-05T"), "key:2026-02-05T");
    }

    #[test]
    fn a_day_means_its_end_or_its_beginning_in_china() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(utc(until("2026-02-05")), some("2026-02-05T15:59:59Z"));
        assert_eq!(utc(since("2026-02-05")), some("2026-02-04T16:00:00Z"));
        for same in [
            "2026-02-05T09:30:00Z",
            "2026-02-05T17:30:00+08:00",
            "2026-02-05 17:30",
            "2026-02-05 17:30:00",
        ] {
            assert_eq!(utc(until(same)), some("2026-02-05T09:30:00Z"), "{same}");
        }
        for wrong in [
            "",
            "2026-02-30",
            "2026-2-5",
            "20260205",
            "17:30",
            "now",
            "2026-02-05T17:30:00",
            "2026-02-05 25:00",
            "1969-12-31",
        ] {
            let is_local = wrong == "2026-02-05T17:30:00";
            assert_eq!(utc(until(wrong)).is_some(), is_local, "{wrong}");
        }
    }
}

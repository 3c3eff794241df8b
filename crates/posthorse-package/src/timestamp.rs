//! Instants as documents carry them: UTC, whole seconds, one text form.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::names::NameError;

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// 9999-12-31T23:59:59Z.
const LAST: i64 = 253_402_300_799;

/// An instant in whole seconds, written `YYYY-MM-DDThh:mm:ssZ` (RFC 3339, upper case, UTC).
///
/// This crate never reads a clock: whoever calls it says what time it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Makes a timestamp from seconds since 1970-01-01T00:00:00Z, or none outside years 1970 to 9999.
    #[must_use]
    pub fn from_second(second: i64) -> Option<Self> {
        (0..=LAST).contains(&second).then_some(Self(second))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn as_second(self) -> i64 {
        self.0
    }

    /// This instant so many seconds later (or earlier), held within years 1970 to 9999.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds).clamp(0, LAST))
    }
}

impl FromStr for Timestamp {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = || NameError {
            what: "timestamp",
            rule: "UTC as YYYY-MM-DDThh:mm:ssZ",
        };
        // Of the civil time, since the library's instants end a day before the year 9999 does.
        let civil = text.strip_suffix('Z').ok_or_else(wrong)?;
        let civil: DateTime = civil.parse().map_err(|_| wrong())?;
        let timestamp =
            Self::from_second(civil.duration_since(EPOCH).as_secs()).ok_or_else(wrong)?;
        // The library also reads fractions and leap seconds; one instant has one text.
        if timestamp.to_string() == text {
            Ok(timestamp)
        } else {
            Err(wrong())
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = SignedDuration::from_secs(self.0);
        let civil = EPOCH.checked_add(since).map_err(|_| fmt::Error)?;
        f.pad(&format!("{civil}Z"))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_has_one_text() {
        let text = "2026-11-24T03:54:00Z";
        assert_eq!(
            text.parse::<Timestamp>().expect("a timestamp").to_string(),
            text
        );
        for other in [
            "2026-11-24T03:54:00.0Z",
            "2026-11-24t03:54:00z",
            "2026-11-24T03:54:00+00:00",
            "2026-11-24T03:54Z",
            "2026-11-24 03:54:00Z",
            "1969-12-31T23:59:59Z",
            "2026-02-30T00:00:00Z",
            "2026-11-24T03:54:60Z",
            "2026-11-24T03:54:00",
            "2026-11-24T03:54:00ZZ",
            "2026-11-24T03:54:00+00:00Z",
            "2026-11-24T03:54:00[UTC]Z",
        ] {
            assert!(other.parse::<Timestamp>().is_err(), "{other}");
        }
    }

    #[test]
    fn every_instant_of_the_years_has_a_text() {
        let of = |second| Timestamp::from_second(second).map(|instant| instant.to_string());
        assert_eq!(of(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(of(LAST).as_deref(), Some("9999-12-31T23:59:59Z"));
        assert_eq!((of(-1), of(LAST + 1)), (None, None));
        let now: Timestamp = "2026-11-24T03:54:00Z".parse().expect("a timestamp");
        for seconds in [i64::MAX, LAST, LAST - now.as_second() - 3_600] {
            let late = now.plus_seconds(seconds);
            assert_eq!(late.to_string().parse(), Ok(late));
        }
    }
}

//! Dates as our own documents carry them.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

/// A date in exactly the form `YYYY-MM-DD`; the library's reader takes other forms, too.
pub(crate) fn parse(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

/// Reads a date of a JSON document.
///
/// # Errors
/// The value is no text, or not such a date.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| serde::de::Error::custom("not a date as YYYY-MM-DD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_is_read() {
        assert_eq!(parse("2026-02-28"), Some(Date::constant(2026, 2, 28)));
        for text in [
            "20260228",
            "2026-2-28",
            "2026-02-28T00:00",
            "2026-02-29",
            " 2026-02-28",
            "+002026-02-28",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

//! Amounts of money, exact to the cent.

use std::fmt;

use crate::values::text::compact;

/// An amount in cents (分). Never a floating-point number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// The amount in cents.
    #[must_use]
    pub fn cents(self) -> i64 {
        self.0
    }

    /// Reads `23000`, `23,000.00`, `￥23000.5元`; none for anything else, such as `2万`.
    ///
    /// More than two decimals, as a formula leaves them, are rounded half away from zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = compact(text);
        let text = text.strip_prefix(['¥', '￥']).unwrap_or(&text);
        let text = text.strip_suffix('元').unwrap_or(text);
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let cents = yuan(whole)?
            .checked_mul(100)?
            .checked_add(rounded_cents(fraction)?)?;
        Some(Self(if negative { -cents } else { cents }))
    }
}

fn yuan(text: &str) -> Option<i64> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let grouped = text.contains(',');
    if first.is_empty() || (grouped && first.len() > 3) {
        return None;
    }
    let mut digits = String::with_capacity(text.len());
    digits.push_str(first);
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    if digits.len() > 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

fn rounded_cents(fraction: &str) -> Option<i64> {
    if fraction.len() > 40 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digit = |at: usize| {
        fraction
            .as_bytes()
            .get(at)
            .map_or(0, |byte| i64::from(byte - b'0'))
    };
    Some(digit(0) * 10 + digit(1) + i64::from(digit(2) >= 5))
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (text, expected) in [
            ("23000", "23000.00"),
            ("23,000.5", "23000.50"),
            ("１２３．４", "123.40"),
            ("¥1,234,567.89元", "1234567.89"),
            ("0.125", "0.13"),
            ("0.999", "1.00"),
            ("-12.3", "-12.30"),
            ("999999999999999", "999999999999999.00"),
        ] {
            assert_eq!(
                Money::parse(text).map(|money| money.to_string()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in [
            "", "2万", "二万", "1,23", "12,3456", "1.2.3", "--1", "1e5", ".5", "1 ,000x", "NaN",
        ] {
            assert_eq!(Money::parse(text), None, "{text}");
        }
    }
}

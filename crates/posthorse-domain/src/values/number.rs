//! Decimal numbers, exact to the millionth: rates, quantities and what is reckoned with them.

use std::fmt;

use crate::values::text::compact;

/// A number in millionths. Never a floating-point number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number(i128);

const MILLION: i128 = 1_000_000;
/// Half a cent: a product of rates is right if it is right to the cent.
const HALF_A_CENT: i128 = 5_000;

impl Number {
    /// No money at all.
    pub(crate) const ZERO: Self = Self(0);

    /// Reads `300`, `3.45`, `3.45%`, `1,200.50`, `￥20元`; none for anything else. Decimals
    /// beyond the sixth are cut.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = compact(text);
        let text = text.strip_prefix(['¥', '￥']).unwrap_or(&text);
        let text = text.strip_suffix(['元', '%']).unwrap_or(text);
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let whole = whole_part(whole)?;
        let is_fraction = (1..=40).contains(&fraction.len())
            && fraction.bytes().all(|byte| byte.is_ascii_digit());
        if !is_fraction {
            return None;
        }
        let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
        let millionths = digits.fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
        let number = whole * MILLION + millionths;
        Some(Self(if negative { -number } else { number }))
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The product; what lies beyond the millionth is cut.
    pub(crate) fn times(self, other: Self) -> Self {
        Self(self.0.saturating_mul(other.0) / MILLION)
    }

    /// Whether two amounts are the same to the cent.
    pub(crate) fn is_nearly(self, other: Self) -> bool {
        self.0.abs_diff(other.0) <= HALF_A_CENT.unsigned_abs()
    }

    /// The amount rounded to the cent, as money is written.
    pub(crate) fn to_money(self) -> String {
        let cents = (self.0.abs() + HALF_A_CENT) / (MILLION / 100);
        let sign = if self.0 < 0 && cents > 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

fn whole_part(text: &str) -> Option<i128> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let grouped = text.contains(',');
    if first.is_empty() || (grouped && first.len() > 3) || groups.any(|group| group.len() != 3) {
        return None;
    }
    let digits: String = text.chars().filter(|c| *c != ',').collect();
    let fits = digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits { digits.parse().ok() } else { None }
}

impl fmt::Display for Number {
    /// As few digits as say it, such as `3.45`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.abs() / MILLION, self.0.abs() % MILLION);
        let fraction = format!("{rest:06}");
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() {
            write!(f, "{sign}{whole}")
        } else {
            write!(f, "{sign}{whole}.{fraction}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written_exactly() {
        for (text, written) in [
            ("300", "300"),
            ("3.45%", "3.45"),
            ("1,200.50", "1200.5"),
            ("￥20元", "20"),
            ("-0.5", "-0.5"),
            ("０．３３３３３３９", "0.333333"),
        ] {
            let number = Number::parse(text).map(|number| number.to_string());
            assert_eq!(number.as_deref(), Some(written), "{text}");
        }
        for text in [
            "", "2万", "1,23", "12,3456", ".5", "1.", "1e5", "1.2.3", "--1",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn products_are_right_to_the_cent() {
        let number = |text| Number::parse(text).expect("a number");
        let product = number("33.33").times(number("3.333"));
        assert_eq!(product.to_money(), "111.09");
        assert!(product.is_nearly(number("111.09")));
        assert!(!product.is_nearly(number("111.10")));
        assert_eq!(number("1").minus(number("3.5")).to_money(), "-2.50");
    }
}

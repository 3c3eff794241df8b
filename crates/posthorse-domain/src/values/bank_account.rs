//! Numbers of bank cards, social-security cards and passbooks.

use crate::values::text::compact;

/// A bank account's number, of eight to thirty-two digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BankAccount(String);

impl BankAccount {
    /// Reads a number written in groups or in full width; none if it holds anything but digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits: String = compact(text).chars().filter(|c| *c != '-').collect();
        let fits = (8..=32).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then_some(Self(digits))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the check digit of ISO/IEC 7812-1 is right. Cards keep it; passbooks often do not.
    pub(crate) fn has_check_digit(&self) -> bool {
        let digits = self.0.bytes().rev().map(|byte| u32::from(byte - b'0'));
        let sum: u32 = digits
            .enumerate()
            .map(|(at, digit)| match (at % 2, digit * 2) {
                (0, _) => digit,
                (_, doubled) => doubled / 10 + doubled % 10,
            })
            .sum();
        sum.is_multiple_of(10)
    }

    /// A number of sixteen digits whose check digit is right, made of the first fifteen.
    pub(crate) fn from_fifteen(first: u64) -> Self {
        let body = format!("{:015}", first % 1_000_000_000_000_000);
        let digits = (0..10).map(|last| Self(format!("{body}{last}")));
        // One digit in ten is the right one.
        let mut digits = digits.filter(Self::has_check_digit);
        digits.next().unwrap_or(Self(body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_the_standard() {
        // The example of ISO/IEC 7812-1's usual expositions, and one with a digit changed.
        for (text, good) in [
            ("79927398713", true),
            ("79927398710", false),
            ("6222 0212 3456 7894", true),
            ("６２２２－０２１２－３４５６－７８９5", false),
        ] {
            let account = BankAccount::parse(text).expect(text);
            assert_eq!(account.has_check_digit(), good, "{text}");
        }
        for first in [0, 621_798_000_000_123, u64::MAX] {
            assert!(BankAccount::from_fifteen(first).has_check_digit());
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "1234567", "6222O212345678", "信用社", &"1".repeat(33)] {
            assert_eq!(BankAccount::parse(text), None, "{text}");
        }
    }
}

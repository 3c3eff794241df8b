//! 公民身份号码 (GB 11643) and the certificate numbers that are built on it.

use std::fmt;

use jiff::civil::Date;

use crate::values::text::compact;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS: &[u8; 11] = b"10X98765432";

/// A citizen's identity number: eighteen digits, the last perhaps `X`, whose check digit is right
/// and whose birth date exists.
///
/// The first six digits say where somebody was registered at birth. They decide nothing here:
/// most adults of Zhumadian carry codes that were abolished in 2000.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenId([u8; 18]);

/// What is wrong with a text that should be an identity number.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CitizenIdFault {
    /// It has this many characters instead of 18 (20 or 22 on a disability certificate).
    Length(usize),
    /// It holds a character that no identity number has.
    Character,
    /// Its check digit should have been this one.
    CheckDigit(char),
    /// Its birth date, as written, does not exist or is after today.
    BirthDate(String),
    /// It is a number of the old, fifteen-digit form; this is what it became, if nothing else changed.
    FifteenDigits(String),
}

impl CitizenId {
    /// Reads an identity number, or a disability certificate number, of which it keeps the first
    /// eighteen characters. Tells every fault there is, never just the first.
    ///
    /// # Errors
    /// The faults; at least one.
    pub fn parse(text: &str, today: Date) -> Result<Self, Vec<CitizenIdFault>> {
        let text = compact(text);
        let bytes = text.as_bytes();
        let length = text.chars().count();
        if length == 15 && bytes.iter().all(u8::is_ascii_digit) {
            return Err(vec![CitizenIdFault::FifteenDigits(lengthened(bytes))]);
        }
        if !matches!(length, 18 | 20 | 22) {
            return Err(vec![CitizenIdFault::Length(length)]);
        }
        if text.len() != length || !has_certificate_suffix(&bytes[18..]) {
            return Err(vec![CitizenIdFault::Character]);
        }
        Self::parse_eighteen(&bytes[..18], today)
    }

    fn parse_eighteen(bytes: &[u8], today: Date) -> Result<Self, Vec<CitizenIdFault>> {
        let mut digits = [0_u8; 18];
        digits.copy_from_slice(bytes);
        digits[17].make_ascii_uppercase();
        let body = &digits[..17];
        let last_is_known = digits[17].is_ascii_digit() || digits[17] == b'X';
        if !body.iter().all(u8::is_ascii_digit) || !last_is_known {
            return Err(vec![CitizenIdFault::Character]);
        }
        let mut faults = Vec::new();
        let expected = check_digit(body);
        if digits[17] != expected {
            faults.push(CitizenIdFault::CheckDigit(char::from(expected)));
        }
        if birth_date(body).is_none_or(|born| born > today) {
            let written = String::from_utf8_lossy(&body[6..14]).into_owned();
            faults.push(CitizenIdFault::BirthDate(written));
        }
        if faults.is_empty() {
            Ok(Self(digits))
        } else {
            Err(faults)
        }
    }

    /// Makes the number of somebody registered in an area, born on a date, as the nth (up to 999)
    /// of that day; odd for men, even for women.
    #[must_use]
    pub fn from_parts(area: u32, born: Date, nth: u16) -> Option<Self> {
        let body = format!(
            "{area:06}{:04}{:02}{:02}{nth:03}",
            born.year(),
            born.month(),
            born.day()
        );
        let mut digits = [0_u8; 18];
        let body: [u8; 17] = body.into_bytes().try_into().ok()?;
        digits[..17].copy_from_slice(&body);
        digits[17] = check_digit(&body);
        Some(Self(digits))
    }

    /// The number as text, `X` in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The first seventeen digits as a number: as good as the whole, for the check digit follows.
    #[must_use]
    pub fn to_u64(self) -> u64 {
        self.0[..17]
            .iter()
            .fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
    }
}

impl fmt::Debug for CitizenId {
    /// Writes the masked number: what is formatted for debugging ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.as_str();
        write!(f, "CitizenId({}********{})", &text[..6], &text[14..])
    }
}

/// After the identity number a disability certificate has a type 1-7, a grade 1-4, and perhaps
/// `B` with the number of its reissue.
fn has_certificate_suffix(suffix: &[u8]) -> bool {
    matches!(
        suffix,
        [] | [b'1'..=b'7', b'1'..=b'4'] | [b'1'..=b'7', b'1'..=b'4', b'B' | b'b', b'0'..=b'9']
    )
}

fn check_digit(body: &[u8]) -> u8 {
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    CHECK_DIGITS[(sum % 11) as usize]
}

fn birth_date(body: &[u8]) -> Option<Date> {
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0_i16, |sum, digit| sum * 10 + i16::from(digit - b'0'))
    };
    let year = number(&body[6..10]);
    let month = i8::try_from(number(&body[10..12])).ok()?;
    let day = i8::try_from(number(&body[12..14])).ok()?;
    if year < 1900 {
        return None;
    }
    Date::new(year, month, day).ok()
}

/// The eighteen-digit number of a person whose card still has fifteen: the century was always 19.
fn lengthened(fifteen: &[u8]) -> String {
    let mut body = Vec::with_capacity(18);
    body.extend_from_slice(&fifteen[..6]);
    body.extend_from_slice(b"19");
    body.extend_from_slice(&fifteen[6..]);
    body.push(check_digit(&body));
    String::from_utf8_lossy(&body).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> Date {
        Date::constant(2026, 11, 24)
    }

    fn number(area: u32, year: i16, nth: u16) -> String {
        let born = Date::new(year, 6, 15).expect("a date");
        let id = CitizenId::from_parts(area, born, nth).expect("an id");
        id.as_str().to_owned()
    }

    #[test]
    fn the_standards_own_example_is_right() {
        // The number printed in GB 11643 itself.
        let id = CitizenId::parse("11010519491231002X", today()).expect("valid");
        assert_eq!(id.as_str(), "11010519491231002X");
        assert!(CitizenId::parse("１１０１０５１９４９１２３１００２ｘ", today()).is_ok());
    }

    #[test]
    fn no_prefix_is_refused() {
        for area in [411_721, 412_825, 650_103, 999_999] {
            assert!(CitizenId::parse(&number(area, 1980, 17), today()).is_ok());
        }
    }

    #[test]
    fn every_fault_is_named() {
        let fault = |text: &str| CitizenId::parse(text, today()).expect_err(text);
        assert_eq!(fault("4117211995"), [CitizenIdFault::Length(10)]);
        assert_eq!(fault("一二三四五六"), [CitizenIdFault::Length(6)]);
        assert_eq!(fault("41172119950101OO17"), [CitizenIdFault::Character]);
        assert_eq!(fault("11010519491231002A"), [CitizenIdFault::Character]);
        assert_eq!(
            fault("110105194912310021"),
            [CitizenIdFault::CheckDigit('X')]
        );
        let faults = fault("110105194913310022");
        assert!(matches!(
            &faults[..],
            [CitizenIdFault::CheckDigit(_), CitizenIdFault::BirthDate(date)] if date == "19491331"
        ));
        assert!(matches!(
            &fault("110105491231002")[..],
            [CitizenIdFault::FifteenDigits(id)] if id == "11010519491231002X"
        ));
        assert!(matches!(
            &fault(&number(411_721, 2099, 1))[..],
            [CitizenIdFault::BirthDate(_)]
        ));
    }

    #[test]
    fn certificates_carry_their_holders_number() {
        let id = number(411_721, 1970, 8);
        for suffix in ["", "43", "43B1"] {
            let parsed = CitizenId::parse(&format!("{id}{suffix}"), today()).expect("valid");
            assert_eq!(parsed.as_str(), id);
        }
        assert_eq!(
            CitizenId::parse(&format!("{id}85"), today()),
            Err(vec![CitizenIdFault::Character])
        );
    }

    #[test]
    fn debugging_masks() {
        let id = CitizenId::parse("11010519491231002X", today()).expect("valid");
        assert_eq!(format!("{id:?}"), "CitizenId(110105********002X)");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,24}|[0-9]{14,23}[Xx]?") {
            if let Ok(id) = CitizenId::parse(&text, today()) {
                prop_assert_eq!(CitizenId::parse(id.as_str(), today()), Ok(id));
            }
        }

        #[test]
        fn one_wrong_digit_is_always_seen(nth in 0_u16..999, at in 0_usize..17, by in 1_u8..10) {
            let id = number(412_825, 1985, nth);
            let mut bytes = id.into_bytes();
            bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
            let text = String::from_utf8(bytes).expect("digits");
            prop_assert!(CitizenId::parse(&text, today()).is_err());
        }
    }
}

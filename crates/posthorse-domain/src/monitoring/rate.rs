//! Shares, counted without fractions.

use std::fmt;

use serde::Serialize;

/// A share in basis points: 10,000 is the whole. Half a basis point is rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Rate(u16);

impl Rate {
    /// The share that a part has of a whole. Of nothing there is no share; more than the whole is the whole.
    #[must_use]
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        if whole == 0 {
            return None;
        }
        let (part, whole) = (u128::from(part.min(whole)), u128::from(whole));
        let points = (part * 20_000 + whole) / (whole * 2);
        u16::try_from(points).ok().map(Self)
    }

    /// The basis points, 0 to 10,000.
    #[must_use]
    pub fn basis_points(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_half_up_and_never_pass_the_whole() {
        let text = |part, whole| Rate::of(part, whole).map(|rate| rate.to_string());
        assert_eq!(text(1, 3).as_deref(), Some("33.33%"));
        assert_eq!(text(2, 3).as_deref(), Some("66.67%"));
        assert_eq!(text(1, 20_000).as_deref(), Some("0.01%"));
        assert_eq!(text(1, 20_001).as_deref(), Some("0.00%"));
        assert_eq!(text(7, 7).as_deref(), Some("100.00%"));
        assert_eq!(text(9, 7).as_deref(), Some("100.00%"));
        assert_eq!(text(u64::MAX, u64::MAX).as_deref(), Some("100.00%"));
        assert_eq!(text(0, 0), None);
    }
}

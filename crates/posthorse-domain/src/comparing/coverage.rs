//! How many of those entitled were paid, exactly.

use std::fmt;

/// People, or households, who are entitled to a policy, and those of them who were paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// Who is entitled.
    pub eligible: u64,
    /// Who of these was paid.
    pub paid: u64,
}

/// A share in hundredths of a percent; 10,000 is everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BasisPoints(u32);

impl Coverage {
    /// So many entitled, and so many of these paid.
    #[must_use]
    pub fn new(eligible: u64, paid: u64) -> Self {
        Self { eligible, paid }
    }

    /// Who is entitled and was not paid.
    #[must_use]
    pub fn unpaid(self) -> u64 {
        self.eligible.saturating_sub(self.paid)
    }

    /// Paid ÷ eligible, rounded down, so that 100 % means everybody; none if nobody is entitled.
    #[must_use]
    pub fn share(self) -> Option<BasisPoints> {
        BasisPoints::of(self.paid, self.eligible)
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.eligible += other.eligible;
        self.paid += other.paid;
    }
}

impl BasisPoints {
    /// The share that a part has of a whole, rounded down; none of nothing. No part is more than
    /// its whole.
    #[must_use]
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        let share = u128::from(part.min(whole)) * 10_000 / u128::from(whole).max(1);
        let share = u32::try_from(share).ok()?;
        (whole > 0).then_some(Self(share))
    }

    /// The number of hundredths of a percent.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for BasisPoints {
    /// As a percentage with two decimals, such as `66.66%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}%", self.0 / 100, self.0 % 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn req_20_shares_are_exact_and_never_rounded_up() {
        for (eligible, paid, shown) in [
            (3, 2, Some("66.66%")),
            (1, 1, Some("100.00%")),
            (300_000, 299_999, Some("99.99%")),
            (7, 0, Some("0.00%")),
            (0, 0, None),
            (u64::MAX, u64::MAX, Some("100.00%")),
        ] {
            let share = Coverage { eligible, paid }.share();
            assert_eq!(share.map(|share| share.to_string()).as_deref(), shown);
        }
    }
}

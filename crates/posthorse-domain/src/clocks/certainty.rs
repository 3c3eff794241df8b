//! Whether a date rests on what has been announced.

use crate::checking::problem_texts::Language;

/// Whether an answer rests on announced arrangements only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// Every day that mattered has been announced.
    Decided,
    /// A day mattered that nobody has announced yet: the answer may change with the notice of
    /// this year, the first that is missing.
    Provisional {
        /// The year whose arrangements are missing.
        year: i16,
    },
}

impl Certainty {
    /// The code under which a provisional answer is reported.
    pub const PROVISIONAL_CODE: &'static str = "E207";

    /// Both together: provisional if one of them is, for the first year missing.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Provisional { year: a }, Self::Provisional { year: b }) => {
                Self::Provisional { year: a.min(b) }
            }
            (Self::Decided, other) => other,
            (this, Self::Decided) => this,
        }
    }

    /// The year that is missing, if one is.
    #[must_use]
    pub fn missing_year(self) -> Option<i16> {
        match self {
            Self::Decided => None,
            Self::Provisional { year } => Some(year),
        }
    }

    /// What is to be said beside a provisional date (E207); nothing beside a decided one.
    #[must_use]
    pub fn note(self, language: Language) -> Option<String> {
        let year = self.missing_year()?;
        Some(match language {
            Language::Chinese => {
                format!("节假日表缺少 {year} 年安排，截止日期为暂算，请更新节假日表。")
            }
            Language::English => format!(
                "The calendar has no arrangements for {year}; the due date is provisional. \
                 Update the calendar."
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provisional_answer_says_which_year_is_missing() {
        let provisional = Certainty::Provisional { year: 2027 };
        assert_eq!(
            provisional.note(Language::Chinese).as_deref(),
            Some("节假日表缺少 2027 年安排，截止日期为暂算，请更新节假日表。")
        );
        let english = provisional.note(Language::English);
        assert!(english.is_some_and(|note| note.contains("no arrangements for 2027")));
        assert_eq!(Certainty::Decided.note(Language::Chinese), None);
        let later = Certainty::Provisional { year: 2028 };
        assert_eq!(later.and(provisional), provisional);
        assert_eq!(Certainty::Decided.and(later), later);
    }
}

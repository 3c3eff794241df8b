//! A finding about somebody's list: the data's fault, told with everything needed to mend it.

use std::fmt;

use posthorse_package::UntrustedText;
use serde::{Serialize, Serializer};

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $level:ident;)*) => {
        /// The stable code of a problem. Its sentences are in `data/problem_texts.csv`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ProblemCode {
            $($(#[$doc])* $variant,)*
        }

        impl ProblemCode {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code as text, such as `E103`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// How far the problem reaches.
            #[must_use]
            pub fn level(self) -> Level {
                match self {
                    $(Self::$variant => Level::$level,)*
                }
            }
        }
    };
}

problem_codes! {
    /// The file does not open.
    Unreadable = "E001", File;
    /// No row looks like the header.
    NoHeader = "E002", File;
    /// Required columns are missing.
    MissingColumns = "E003", File;
    /// A hidden sheet that was left alone.
    HiddenSheet = "E004", File;
    /// Hidden rows or columns.
    HiddenCells = "E005", File;
    /// Formulas instead of values.
    Formulas = "E006", File;
    /// The file's name speaks of another number of people.
    HeadCount = "E007", Warning;
    /// Rows of totals, repeated headers and blank rows were passed over.
    SkippedRows = "E008", Info;
    /// Columns that the list does not have.
    UnknownColumns = "E009", Info;
    /// The file exceeds a limit.
    TooLarge = "E010", File;
    /// The text cannot be decoded.
    Undecodable = "E011", File;
    /// A visible sheet without a header.
    SheetWithoutHeader = "E012", Info;
    /// A column that occurs twice.
    RepeatedColumn = "E013", Warning;
    /// Accidents of typing that were mended.
    Healed = "E014", Info;
    /// Merged cells among the rows.
    MergedCells = "E015", File;
    /// A number of sixteen digits or more, whose last digits are gone.
    LostDigits = "E101", Row;
    /// An identity number of the wrong length.
    IdLength = "E102", Row;
    /// An identity number whose check digit is wrong.
    IdCheckDigit = "E103", Row;
    /// An identity number whose birth date is impossible.
    IdBirthDate = "E104", Row;
    /// An identity number of the old form.
    IdFifteenDigits = "E105", Row;
    /// A disability certificate that says otherwise than the columns beside it.
    DisabilityDiffers = "E106", Row;
    /// A row whose key an earlier row has.
    Duplicate = "E107", Row;
    /// The same identity number under another name.
    NameDiffers = "E108", Row;
    /// A county that is not one of the city's.
    UnknownCounty = "E109", Row;
    /// An amount that is no number.
    NotMoney = "E110", Row;
    /// A date that is none.
    NotADate = "E111", Row;
    /// 不纳入 without reason or explanation.
    ReasonMissing = "E112", Row;
    /// 纳入 without what enrolment needs.
    EnrolmentMissing = "E113", Row;
    /// A card number whose check digit is wrong; passbooks often fail it.
    BankCheckDigit = "E114", Warning;
    /// A telephone number that is none.
    NotAPhone = "E115", Row;
    /// A required cell that is empty.
    RequiredEmpty = "E116", Row;
    /// A value outside the permitted ones.
    NotPermitted = "E117", Row;
    /// A date after today.
    DateAfterToday = "E118", Row;
    /// A character that has no place in a name or number.
    BadCharacter = "E119", Row;
    /// A warning's number that was not dispatched to whoever answers it.
    WarningUnknown = "E120", Row;
    /// A visit before the dispatch, or after the answer was sealed.
    VisitOutsidePeriod = "E121", Row;
    /// An amount that is not what its terms make.
    WrongAmount = "E122", Row;
    /// A value above its limit.
    AboveLimit = "E123", Row;
    /// An amount below the line from which a warning is due.
    BelowLine = "E124", Warning;
    /// A value that does not belong into this list.
    OutOfScope = "E125", Row;
    /// A date before the one that it follows.
    DateOrder = "E126", Row;
    /// Two cells that should say the same.
    CellsDiffer = "E127", Row;
    /// A household that does not have as many rows as it says.
    GroupSize = "E128", Warning;
    /// A household without a head, or with several.
    GroupHead = "E129", Warning;
    /// An answer about another person than the warning's.
    PersonDiffers = "E130", Row;
    /// A correction or withdrawal of a row that its sender never sent, as far as anybody may know.
    AmendedRowUnknown = "E140", Row;
    /// The row was withdrawn, corrected or replaced before.
    AmendedRowGone = "E141", Row;
    /// What a correction says that the row said is not what it says.
    OldValueDiffers = "E142", Row;
    /// The list has no such column.
    AmendedColumnUnknown = "E143", Row;
    /// The column says which row it is, or the row cannot be corrected at all.
    AmendedColumnFixed = "E144", Row;
    /// With its new value the row would not pass the checks of its list.
    NewValueRefused = "E145", Row;
    /// The case has gone on from the answer: it is closed, or in another stage.
    AnswerSettled = "E146", Row;
    /// The correction would open a closed case.
    WouldReopen = "E147", Row;
    /// Several rows have the key and the old value.
    AmendedRowAmbiguous = "E148", Row;
    /// A number of its own under which another office has reported to the same county.
    NumberTaken = "E131", Row;
    /// A county that is neither the sender's own nor the one that the package is for.
    CountyNotTheirs = "E132", Row;
    /// An answer to something that its sender was not handed.
    NotHandedOver = "E133", Row;
}

impl ProblemCode {
    /// Whether somebody may say that it is meant so, and seal the list all the same.
    #[must_use]
    pub fn is_confirmable(self) -> bool {
        matches!(self, Self::HiddenSheet | Self::HiddenCells | Self::Formulas)
    }

    /// The problem that has this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == code)
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// How far a problem reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// The whole list is unusable.
    File,
    /// The row is rejected; the others proceed.
    Row,
    /// Nothing is rejected; a person should look.
    Warning,
    /// Nothing is wrong.
    Info,
}

/// What a problem concerns, as the clerk's own spreadsheet shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The sheet; none in a CSV file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<UntrustedText>,
    /// The row's number, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The column's title in the schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The column's number, counted from 1, where the list still is as the clerk wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column_number: Option<u32>,
    /// The column's letters, where the list still is as the clerk wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letters: Option<String>,
}

/// A finding, with the facts from which its sentence is made. Values are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// Which kind of problem.
    pub code: ProblemCode,
    /// How far it reaches.
    pub level: Level,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// The field concerned, by its place in the schema.
    #[serde(skip)]
    pub field: Option<usize>,
    /// What the sentence needs to know: names of placeholders and their values.
    #[serde(serialize_with = "facts_as_map")]
    pub facts: Vec<(&'static str, UntrustedText)>,
}

fn facts_as_map<S: Serializer>(
    facts: &[(&'static str, UntrustedText)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(facts.iter().map(|(name, value)| (name, value)))
}

impl Problem {
    /// A problem without a place or facts; the level follows from the code.
    pub(crate) fn new(code: ProblemCode) -> Self {
        Self {
            code,
            level: code.level(),
            place: Place::default(),
            field: None,
            facts: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, UntrustedText::new(value)));
        self
    }

    pub(crate) fn on_sheet(mut self, sheet: &str) -> Self {
        self.place.sheet = (!sheet.is_empty()).then(|| UntrustedText::from(sheet));
        self
    }

    /// The value of a fact.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&UntrustedText> {
        let found = self.facts.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value)
    }
}

/// The letters of a column as spreadsheets count them: 0 is `A`, 26 is `AA`.
pub(crate) fn column_letters(mut index: usize) -> String {
    let mut letters = Vec::new();
    loop {
        // The remainder is below 26, so the cast keeps it.
        letters.push(b'A' + (index % 26) as u8);
        if index < 26 {
            break;
        }
        index = index / 26 - 1;
    }
    letters.iter().rev().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_spreadsheet_letters() {
        for (index, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(index), letters);
        }
    }

    #[test]
    fn codes_are_distinct_and_found_again() {
        for code in ProblemCode::ALL {
            assert_eq!(ProblemCode::from_code(code.as_str()), Some(*code));
        }
        assert_eq!(ProblemCode::from_code("E999"), None);
    }
}

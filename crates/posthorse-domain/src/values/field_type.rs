//! The closed set of types that a column can have.

use serde::{Deserialize, Serialize};

/// What a column holds, and so how its cells are read, checked and masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FieldType {
    /// Any text.
    Text,
    /// The running number that a clerk gives rows; a row with nothing else is blank.
    RowNumber,
    /// A person's name.
    PersonName,
    /// An identity number, or a disability certificate that begins with one.
    CitizenId,
    /// A disability certificate number, kept whole.
    DisabilityNo,
    /// An amount in yuan.
    Money,
    /// A number with decimals, such as a rate or a quantity.
    Decimal,
    /// A date, or a month where the office knows no more.
    Date,
    /// A month.
    Month,
    /// A span of days or months, such as `2026-01至2026-10`.
    DateRange,
    /// A whole number, not negative.
    Integer,
    /// 是 or 否.
    YesNo,
    /// A mobile number, or a fixed one with its area code; several may stand in one cell.
    Phone,
    /// The number of a bank card or account.
    BankAccount,
    /// A county of the city: its normal form is the code.
    County,
    /// One of the values of the schema, or an alias of one.
    Enum,
    /// Two years that follow each other, `2023-2024`.
    SchoolYear,
}

impl FieldType {
    /// Whether the normal form is a number that can be reckoned with.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Money | Self::Decimal | Self::Integer)
    }

    /// Whether a space within the cell, or a figure in full width, is an accident of typing.
    pub(crate) fn is_compact(self) -> bool {
        matches!(
            self,
            Self::CitizenId
                | Self::DisabilityNo
                | Self::BankAccount
                | Self::Phone
                | Self::Money
                | Self::Decimal
                | Self::Integer
        )
    }

    /// The Table Schema type of the normal form.
    #[must_use]
    pub fn table_schema_type(self) -> &'static str {
        match self {
            Self::Money | Self::Decimal => "number",
            Self::Date => "date",
            Self::Month => "yearmonth",
            Self::Integer | Self::RowNumber => "integer",
            Self::Text
            | Self::PersonName
            | Self::CitizenId
            | Self::DisabilityNo
            | Self::YesNo
            | Self::Phone
            | Self::BankAccount
            | Self::DateRange
            | Self::County
            | Self::Enum
            | Self::SchoolYear => "string",
        }
    }
}

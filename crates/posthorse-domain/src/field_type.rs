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
    /// A date, or a month where the office knows no more.
    Date,
    /// A month.
    Month,
    /// A whole number, not negative.
    Integer,
    /// 是 or 否.
    YesNo,
    /// A telephone number; kept as written in half width.
    Phone,
    /// A county of the city: its normal form is the code.
    County,
    /// One of the values of the schema, or an alias of one.
    Enum,
    /// Two years that follow each other, `2023-2024`.
    SchoolYear,
}

impl FieldType {
    /// The Table Schema type of the normal form.
    #[must_use]
    pub fn table_schema_type(self) -> &'static str {
        match self {
            Self::Money => "number",
            Self::Date => "date",
            Self::Month => "yearmonth",
            Self::Integer | Self::RowNumber => "integer",
            Self::Text
            | Self::PersonName
            | Self::CitizenId
            | Self::DisabilityNo
            | Self::YesNo
            | Self::Phone
            | Self::County
            | Self::Enum
            | Self::SchoolYear => "string",
        }
    }
}

//! The closed language of conditions as data files write it: field, operator, value; all, any; a
//! household's members; months and years. Policies, gaps, comparisons and rechecks share it.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::casework::{ColumnName, ThresholdId};

/// More parts than any rule that a person can read.
const MOST_PARTS: usize = 64;
/// Deeper than any rule that a person can read, and shallow enough for every stack.
const DEEPEST: usize = 8;

/// A condition as a rule file writes it, fields by name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ConditionDocument {
    All(Vec<ConditionDocument>),
    Any(Vec<ConditionDocument>),
    Not(Box<ConditionDocument>),
    SomeMember(Box<ConditionDocument>),
    NoMember(Box<ConditionDocument>),
    Is(ValuesDocument),
    IsNot(ValuesDocument),
    Contains(ValuesDocument),
    ContainsNone(ValuesDocument),
    Filled(Vec<ColumnName>),
    Empty(Vec<ColumnName>),
    AtLeast(NumberDocument),
    AtMost(NumberDocument),
    MonthsSince(MonthsDocument),
    MonthsBetween(SpanDocument),
    Age(AgeDocument),
    Threshold(ThresholdId),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValuesDocument {
    pub(super) fields: Vec<ColumnName>,
    pub(super) values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberDocument {
    pub(super) field: ColumnName,
    pub(super) value: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MonthsDocument {
    pub(super) field: ColumnName,
    pub(super) at_least: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpanDocument {
    pub(super) from: ColumnName,
    pub(super) to: ColumnName,
    pub(super) at_most: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgeDocument {
    pub(super) field: ColumnName,
    pub(super) at_least: i32,
    pub(super) at_most: i32,
}

impl ConditionDocument {
    /// What must hold of a condition, whatever its list, and does not here.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        self.fault_at(1)
    }

    fn fault_at(&self, depth: usize) -> Option<&'static str> {
        let no_fields = |fields: &[ColumnName]| {
            fields
                .is_empty()
                .then_some("conditions on one column or more")
        };
        match self {
            _ if depth > DEEPEST => Some("conditions at most 8 deep"),
            Self::All(parts) | Self::Any(parts) if !(1..=MOST_PARTS).contains(&parts.len()) => {
                Some("1 to 64 conditions under all and any")
            }
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().find_map(|part| part.fault_at(depth + 1))
            }
            Self::Not(part) | Self::SomeMember(part) | Self::NoMember(part) => {
                part.fault_at(depth + 1)
            }
            Self::Is(said)
            | Self::IsNot(said)
            | Self::Contains(said)
            | Self::ContainsNone(said) => {
                let is_blank = |value: &String| value.trim().is_empty();
                let blank = said.values.is_empty() || said.values.iter().any(is_blank);
                let blank = blank.then_some("conditions with values that are not empty");
                no_fields(&said.fields).or(blank)
            }
            Self::Filled(fields) | Self::Empty(fields) => no_fields(fields),
            Self::AtLeast(_)
            | Self::AtMost(_)
            | Self::MonthsSince(_)
            | Self::MonthsBetween(_)
            | Self::Age(_)
            | Self::Threshold(_) => None,
        }
    }

    /// The columns that it names; a line of the thresholds names its own.
    pub(crate) fn columns(&self) -> BTreeSet<&ColumnName> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::columns).collect(),
            Self::Not(part) | Self::SomeMember(part) | Self::NoMember(part) => part.columns(),
            Self::Is(said)
            | Self::IsNot(said)
            | Self::Contains(said)
            | Self::ContainsNone(said) => said.fields.iter().collect(),
            Self::Filled(fields) | Self::Empty(fields) => fields.iter().collect(),
            Self::AtLeast(bound) | Self::AtMost(bound) => BTreeSet::from([&bound.field]),
            Self::MonthsSince(months) => BTreeSet::from([&months.field]),
            Self::MonthsBetween(span) => BTreeSet::from([&span.from, &span.to]),
            Self::Age(age) => BTreeSet::from([&age.field]),
            Self::Threshold(_) => BTreeSet::new(),
        }
    }

    /// Whether it names a line of the thresholds.
    pub(crate) fn names_a_threshold(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::names_a_threshold),
            Self::Not(part) | Self::SomeMember(part) | Self::NoMember(part) => {
                part.names_a_threshold()
            }
            Self::Threshold(_) => true,
            _ => false,
        }
    }
}

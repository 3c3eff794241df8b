//! The lines that decide what is a lead, what may be paid and who is watched. None is in the
//! notice; each is a city's own.

use std::collections::BTreeMap;

use posthorse_package::{KindName, ListName};
use serde::{Deserialize, Deserializer};

use super::document::{
    ColumnName, DataDocument, DataFileError, ThresholdId, data_document, is_sentence, is_title,
};
use crate::values::number::Number;

const BUILT_IN: &[u8] = include_bytes!("../../data/thresholds.json");

/// A number of a data file: exact, never a floating-point number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limit(Number);

impl Limit {
    /// How a value stands to this number; nothing if it is no number.
    pub(crate) fn number(self) -> Number {
        self.0
    }

    pub(super) fn compare(self, value: &str) -> Option<std::cmp::Ordering> {
        Number::parse(value).map(|value| value.cmp(&self.0))
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let number = Number::parse(&text).filter(|_| is_plain);
        let no_number = || serde::de::Error::custom("not a number such as \"20000\" or \"0.5\"");
        number.map(Self).ok_or_else(no_number)
    }
}

/// Where the line lies.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// This much or more.
    AtLeast(Limit),
    /// More than this.
    MoreThan(Limit),
    /// This much or less.
    AtMost(Limit),
    /// One of these values.
    OneOf(Vec<String>),
}

/// One line, over one column of one list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    #[serde(rename = "threshold")]
    id: ThresholdId,
    title: String,
    kind: KindName,
    list: ListName,
    column: ColumnName,
    bound: Bound,
    basis: String,
}

impl Threshold {
    /// The line's id.
    #[must_use]
    pub fn id(&self) -> &ThresholdId {
        &self.id
    }

    /// The line as people read it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The kind of the list that it is for.
    #[must_use]
    pub fn kind(&self) -> &KindName {
        &self.kind
    }

    /// The list.
    #[must_use]
    pub fn list(&self) -> &ListName {
        &self.list
    }

    /// The column.
    #[must_use]
    pub fn column(&self) -> &ColumnName {
        &self.column
    }

    /// Where it lies.
    #[must_use]
    pub fn bound(&self) -> &Bound {
        &self.bound
    }

    /// What it rests on: one Chinese sentence.
    #[must_use]
    pub fn basis(&self) -> &str {
        &self.basis
    }

    /// Whether a value is on this side of the line; nothing if a number was expected and the
    /// value is none.
    #[must_use]
    pub fn holds(&self, value: &str) -> Option<bool> {
        match &self.bound {
            Bound::AtLeast(limit) => limit.compare(value).map(std::cmp::Ordering::is_ge),
            Bound::MoreThan(limit) => limit.compare(value).map(std::cmp::Ordering::is_gt),
            Bound::AtMost(limit) => limit.compare(value).map(std::cmp::Ordering::is_le),
            Bound::OneOf(values) => Some(values.iter().any(|one| one == value)),
        }
    }
}

/// The lines of a city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    version: u64,
    thresholds: BTreeMap<ThresholdId, Threshold>,
}

/// Why bytes are no thresholds.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ThresholdsError {
    /// Not such a file at all.
    #[error(transparent)]
    File(#[from] DataFileError),
    /// A line that stands twice.
    #[error("thresholds: {threshold} stands twice")]
    Twice {
        /// The line.
        threshold: ThresholdId,
    },
    /// A line that breaks a rule.
    #[error("thresholds: {threshold}: {rule}")]
    Rule {
        /// The line.
        threshold: ThresholdId,
        /// What it should have been.
        rule: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    thresholds: Vec<Threshold>,
}
data_document!(Document, "thresholds", "posthorse-thresholds/1");

impl Thresholds {
    /// The lines compiled in.
    ///
    /// # Errors
    /// The file compiled in is wrong, which the tests of this crate do not let happen.
    pub fn built_in() -> Result<Self, ThresholdsError> {
        Self::from_json(BUILT_IN)
    }

    /// Reads thresholds. Whether to believe them is for the caller to know.
    ///
    /// # Errors
    /// See [`ThresholdsError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, ThresholdsError> {
        let document = Document::read(bytes)?;
        let mut thresholds = BTreeMap::new();
        for line in document.thresholds {
            let threshold = line.id.clone();
            let rule = if !is_title(&line.title) {
                Some("a title of 1 to 60 characters")
            } else if !is_sentence(&line.basis) {
                Some("a basis of one Chinese sentence")
            } else if matches!(&line.bound, Bound::OneOf(values) if values.is_empty()) {
                Some("a value")
            } else {
                None
            };
            if let Some(rule) = rule {
                return Err(ThresholdsError::Rule { threshold, rule });
            }
            if thresholds.insert(threshold.clone(), line).is_some() {
                return Err(ThresholdsError::Twice { threshold });
            }
        }
        Ok(Self {
            version: document.version,
            thresholds,
        })
    }

    /// The version of the file.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The line of this id.
    #[must_use]
    pub fn get(&self, id: &ThresholdId) -> Option<&Threshold> {
        self.thresholds.get(id)
    }

    /// The lines over a list.
    pub fn of_list<'t>(
        &'t self,
        kind: &'t KindName,
        list: &'t ListName,
    ) -> impl Iterator<Item = &'t Threshold> {
        self.iter()
            .filter(move |line| line.kind == *kind && line.list == *list)
    }

    /// Every line, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Threshold> {
        self.thresholds.values()
    }
}

#[cfg(test)]
#[path = "thresholds_tests.rs"]
mod tests;

//! The reasons that lists give in one word: why somebody is not enrolled or not paid, what kind
//! of gap there is and where.

use std::collections::BTreeMap;

use posthorse_package::KindName;
use serde::Deserialize;

use super::document::{
    ColumnName, DataDocument, DataFileError, DataNameError, ReasonSetId, data_document, is_title,
};
use crate::values::text::fold_label;

const BUILT_IN: &[u8] = include_bytes!("../../data/reason_codes.json");

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    code: ReasonCode,
    value: String,
    aliases: Vec<String>,
}

/// A reason's code, such as `03` or `no-funds`: 1 to 64 of a-z, 0-9 and inner hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct ReasonCode(ReasonSetId);

impl TryFrom<String> for ReasonCode {
    type Error = DataNameError;

    fn try_from(text: String) -> Result<Self, DataNameError> {
        text.parse()
            .map(Self)
            .map_err(|error: DataNameError| DataNameError {
                what: "reason code",
                ..error
            })
    }
}

impl ReasonCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Reason {
    /// The code, for counting and for other systems.
    #[must_use]
    pub fn code(&self) -> &ReasonCode {
        &self.code
    }

    /// The value as lists hold it.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What else people write for it.
    #[must_use]
    pub fn aliases(&self) -> &[String] {
        &self.aliases
    }
}

/// A column that holds reasons of a set, in every list of the kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonColumn {
    /// The kind.
    pub kind: KindName,
    /// The column.
    pub column: ColumnName,
}

/// A set of reasons, of which a column holds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonSet {
    id: ReasonSetId,
    title: String,
    columns: Vec<ReasonColumn>,
    reasons: Vec<Reason>,
    labels: BTreeMap<String, usize>,
}

impl ReasonSet {
    /// The set's id.
    #[must_use]
    pub fn id(&self) -> &ReasonSetId {
        &self.id
    }

    /// The set as people read it, such as `不纳入原因`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The columns that hold its reasons.
    #[must_use]
    pub fn columns(&self) -> &[ReasonColumn] {
        &self.columns
    }

    /// Its reasons, in the order in which they are offered.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// The reason of this code, value or alias, whatever its width, spaces and brackets.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&Reason> {
        let at = self.labels.get(&fold_label(text))?;
        self.reasons.get(*at)
    }
}

/// Every set of reasons of a city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonCodes {
    version: u64,
    sets: BTreeMap<ReasonSetId, ReasonSet>,
}

/// Why bytes are no reason codes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReasonCodesError {
    /// Not such a file at all.
    #[error(transparent)]
    File(#[from] DataFileError),
    /// A set that stands twice.
    #[error("reason codes: {set} stands twice")]
    Twice {
        /// The set.
        set: ReasonSetId,
    },
    /// A set without a title, a reason or a column.
    #[error("reason codes: {set} needs a title of 1 to 60 characters, reasons and columns")]
    Empty {
        /// The set.
        set: ReasonSetId,
    },
    /// A reason without a value, or with one that is too long.
    #[error("reason codes: {} of {set} needs a value and aliases of 1 to 60 characters", code.as_str())]
    Value {
        /// The set.
        set: ReasonSetId,
        /// The reason.
        code: ReasonCode,
    },
    /// A code, value or alias that means two reasons.
    #[error("reason codes: {label} of {set} means two reasons")]
    Ambiguous {
        /// The set.
        set: ReasonSetId,
        /// The text.
        label: String,
    },
    /// A column that holds two sets.
    #[error("reason codes: {} of {} holds two sets", column.column, column.kind)]
    Column {
        /// The column.
        column: ReasonColumn,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    sets: Vec<SetDocument>,
}
data_document!(Document, "reason codes", "posthorse-reason-codes/1");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetDocument {
    set: ReasonSetId,
    title: String,
    columns: Vec<ReasonColumn>,
    codes: Vec<Reason>,
}

impl ReasonCodes {
    /// The reasons compiled in.
    ///
    /// # Errors
    /// The file compiled in is wrong, which the tests of this crate do not let happen.
    pub fn built_in() -> Result<Self, ReasonCodesError> {
        Self::from_json(BUILT_IN)
    }

    /// Reads reason codes. Whether to believe them is for the caller to know.
    ///
    /// # Errors
    /// See [`ReasonCodesError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, ReasonCodesError> {
        let document = Document::read(bytes)?;
        let mut sets: BTreeMap<ReasonSetId, ReasonSet> = BTreeMap::new();
        for document in document.sets {
            let set = ReasonSet::from_document(document)?;
            let held = |column: &ReasonColumn| sets.values().any(|o| o.columns.contains(column));
            if let Some(column) = set.columns.iter().find(|column| held(column)) {
                let column = column.clone();
                return Err(ReasonCodesError::Column { column });
            }
            let id = set.id.clone();
            if sets.insert(id.clone(), set).is_some() {
                return Err(ReasonCodesError::Twice { set: id });
            }
        }
        Ok(Self {
            version: document.version,
            sets,
        })
    }

    /// The version of the file.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The set of this id.
    #[must_use]
    pub fn get(&self, id: &ReasonSetId) -> Option<&ReasonSet> {
        self.sets.get(id)
    }

    /// The set whose reasons a column of a kind holds.
    #[must_use]
    pub fn of_column(&self, kind: &KindName, column: &str) -> Option<&ReasonSet> {
        let holds = |one: &ReasonColumn| one.kind == *kind && one.column.as_str() == column;
        self.iter().find(|set| set.columns.iter().any(holds))
    }

    /// Every set, by id.
    pub fn iter(&self) -> impl Iterator<Item = &ReasonSet> {
        self.sets.values()
    }
}

impl ReasonSet {
    fn from_document(document: SetDocument) -> Result<Self, ReasonCodesError> {
        let set = document.set;
        let is_empty = document.columns.is_empty() || document.codes.is_empty();
        if is_empty || !is_title(&document.title) {
            return Err(ReasonCodesError::Empty { set });
        }
        let mut labels = BTreeMap::new();
        for (at, reason) in document.codes.iter().enumerate() {
            let texts = || std::iter::once(&reason.value).chain(&reason.aliases);
            if !texts().all(|text| is_title(text) && !fold_label(text).is_empty()) {
                let code = reason.code.clone();
                return Err(ReasonCodesError::Value { set, code });
            }
            let code = reason.code.as_str();
            for text in std::iter::once(code).chain(texts().map(String::as_str)) {
                let other = labels.insert(fold_label(text), at);
                if other.is_some_and(|other| other != at) {
                    let label = text.to_owned();
                    return Err(ReasonCodesError::Ambiguous { set, label });
                }
            }
        }
        Ok(Self {
            id: set,
            title: document.title,
            columns: document.columns,
            reasons: document.codes,
            labels,
        })
    }
}

#[cfg(test)]
#[path = "reason_codes_tests.rs"]
mod tests;

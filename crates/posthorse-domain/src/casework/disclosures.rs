//! Who may see which columns of what the bureau sends, and no more (个人信息保护法 art. 6).

use std::collections::{BTreeMap, BTreeSet};

use posthorse_package::{KindName, ListName};
use serde::Deserialize;

use super::document::{
    ColumnName, DataDocument, DataFileError, DepartmentTag, data_document, is_sentence,
};
use crate::schemas::list_schema::ListSchema;

const BUILT_IN: &[u8] = include_bytes!("../../data/disclosures.json");

/// To whom columns are shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// A county, its own people only.
    County,
    /// Any department that has no entry of its own.
    Department,
    /// The department that answers for this.
    DepartmentOf(DepartmentTag),
}

/// A sensitive column that several departments see, and why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedColumn {
    /// The kind.
    pub kind: KindName,
    /// The list.
    pub list: ListName,
    /// The column.
    pub column: ColumnName,
    /// Exactly the departments that see it.
    pub departments: BTreeSet<DepartmentTag>,
    /// Why each of them must: one Chinese sentence.
    pub reason: String,
}

/// The columns that a recipient may see; none where nothing says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permitted<'d> {
    columns: Option<&'d BTreeSet<ColumnName>>,
}

impl<'d> Permitted<'d> {
    /// Whether this column may be seen.
    #[must_use]
    pub fn contains(self, column: &str) -> bool {
        self.iter().any(|permitted| permitted.as_str() == column)
    }

    /// Whether nothing may be seen.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.columns.is_none_or(BTreeSet::is_empty)
    }

    /// The columns, by name.
    pub fn iter(self) -> impl Iterator<Item = &'d ColumnName> {
        self.columns.into_iter().flatten()
    }

    /// What of a row may be seen, in the row's order.
    #[must_use]
    pub fn project<'r>(
        self,
        row: impl IntoIterator<Item = (&'r str, &'r str)>,
    ) -> Vec<(&'r str, &'r str)> {
        let row = row.into_iter();
        row.filter(|(column, _)| self.contains(column)).collect()
    }

    /// The places of the permitted columns among the fields of a schema, ascending: computed
    /// once, they project any number of rows.
    #[must_use]
    pub fn positions(self, schema: &ListSchema) -> Vec<usize> {
        let fields = schema.fields().iter().enumerate();
        let permitted = fields.filter(|(_, field)| self.contains(field.name()));
        permitted.map(|(at, _)| at).collect()
    }
}

type ByRecipient = BTreeMap<Recipient, BTreeSet<ColumnName>>;

/// The column whitelists of a city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosures {
    version: u64,
    lists: BTreeMap<(KindName, ListName), ByRecipient>,
    shared: Vec<SharedColumn>,
}

/// Why bytes are no column whitelists.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DisclosuresError {
    /// Not such a file at all.
    #[error(transparent)]
    File(#[from] DataFileError),
    /// Two entries for one recipient of one list.
    #[error("disclosures: {kind}, list {list}, has two entries for {recipient:?}")]
    Twice {
        /// The kind.
        kind: KindName,
        /// The list.
        list: ListName,
        /// The recipient.
        recipient: Recipient,
    },
    /// No column, or one that stands twice.
    #[error("disclosures: {kind}, list {list}, needs columns, each once")]
    Columns {
        /// The kind.
        kind: KindName,
        /// The list.
        list: ListName,
    },
    /// A reason that is not one Chinese sentence.
    #[error("disclosures: why {column} of {list} is shared must be one Chinese sentence")]
    Reason {
        /// The list.
        list: ListName,
        /// The column.
        column: ColumnName,
    },
    /// Two reasons for one column.
    #[error("disclosures: {column} of {list} has two reasons to be shared")]
    ReasonTwice {
        /// The list.
        list: ListName,
        /// The column.
        column: ColumnName,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    disclosures: Vec<EntryDocument>,
    shared: Vec<SharedColumn>,
}
data_document!(Document, "disclosures", "posthorse-disclosures/1");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryDocument {
    kind: KindName,
    list: ListName,
    to: Recipient,
    columns: Vec<ColumnName>,
}

impl Disclosures {
    /// The whitelists compiled in.
    ///
    /// # Errors
    /// The file compiled in is wrong, which the tests of this crate do not let happen.
    pub fn built_in() -> Result<Self, DisclosuresError> {
        Self::from_json(BUILT_IN)
    }

    /// Reads column whitelists. Whether to believe them is for the caller to know.
    ///
    /// # Errors
    /// See [`DisclosuresError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, DisclosuresError> {
        let document = Document::read(bytes)?;
        let mut lists: BTreeMap<(KindName, ListName), ByRecipient> = BTreeMap::new();
        for entry in document.disclosures {
            let EntryDocument {
                kind,
                list,
                to,
                columns,
            } = entry;
            let count = columns.len();
            let columns: BTreeSet<ColumnName> = columns.into_iter().collect();
            if columns.is_empty() || columns.len() != count {
                return Err(DisclosuresError::Columns { kind, list });
            }
            let of_list = lists.entry((kind.clone(), list.clone())).or_default();
            if of_list.insert(to.clone(), columns).is_some() {
                return Err(DisclosuresError::Twice {
                    kind,
                    list,
                    recipient: to,
                });
            }
        }
        let mut seen = BTreeSet::new();
        for shared in &document.shared {
            let (list, column) = (shared.list.clone(), shared.column.clone());
            if !is_sentence(&shared.reason) {
                return Err(DisclosuresError::Reason { list, column });
            }
            if !seen.insert((&shared.kind, &shared.list, &shared.column)) {
                return Err(DisclosuresError::ReasonTwice { list, column });
            }
        }
        Ok(Self {
            version: document.version,
            lists,
            shared: document.shared,
        })
    }

    /// The version of the file.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The columns of a list that a recipient may see: those of its own entry, else those of any
    /// department, else none.
    #[must_use]
    pub fn columns(&self, kind: &KindName, list: &ListName, to: &Recipient) -> Permitted<'_> {
        let of_list = self.lists.get(&(kind.clone(), list.clone()));
        let columns = of_list.and_then(|entries| {
            let any = || match to {
                Recipient::DepartmentOf(_) => entries.get(&Recipient::Department),
                Recipient::County | Recipient::Department => None,
            };
            entries.get(to).or_else(any)
        });
        Permitted { columns }
    }

    /// Every entry.
    pub fn iter(&self) -> impl Iterator<Item = (&KindName, &ListName, &Recipient, Permitted<'_>)> {
        self.lists.iter().flat_map(|((kind, list), entries)| {
            entries.iter().map(move |(to, columns)| {
                let columns = Some(columns);
                (kind, list, to, Permitted { columns })
            })
        })
    }

    /// The sensitive columns that several departments see, with the reasons.
    #[must_use]
    pub fn shared(&self) -> &[SharedColumn] {
        &self.shared
    }
}

#[cfg(test)]
#[path = "disclosures_tests.rs"]
mod tests;

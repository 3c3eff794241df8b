//! The JSON shape of a schema file, before any rule is checked.

use std::collections::BTreeMap;

use posthorse_package::{KindName, ListName};
use serde::Deserialize;
use serde_json::Value;

use crate::schemas::list_rule::RuleDocument;
use crate::values::field_type::FieldType;

#[derive(Debug, Deserialize)]
pub(crate) struct SchemaDocument {
    #[serde(rename = "posthorse:kind")]
    pub(crate) kind: KindName,
    #[serde(rename = "posthorse:id")]
    pub(crate) id: ListName,
    #[serde(rename = "posthorse:list")]
    pub(crate) list: String,
    #[serde(rename = "posthorse:version")]
    pub(crate) version: u32,
    #[serde(rename = "posthorse:header")]
    pub(crate) header: Vec<String>,
    #[serde(rename = "posthorse:ignored_columns", default)]
    pub(crate) ignored_columns: Vec<String>,
    #[serde(rename = "posthorse:rules", default)]
    pub(crate) rules: Vec<RuleDocument>,
    #[serde(rename = "primaryKey")]
    pub(crate) primary_key: Vec<String>,
    pub(crate) fields: Vec<FieldDocument>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct FieldDocument {
    pub(crate) name: String,
    pub(crate) title: String,
    #[serde(rename = "type")]
    pub(crate) standard_type: String,
    #[serde(rename = "posthorse:type")]
    pub(crate) field_type: FieldType,
    #[serde(default)]
    pub(crate) constraints: ConstraintsDocument,
    #[serde(default)]
    pub(crate) examples: Vec<String>,
    #[serde(rename = "posthorse:column_required", default)]
    pub(crate) column_required: bool,
    #[serde(rename = "posthorse:aliases", default)]
    pub(crate) aliases: Vec<String>,
    #[serde(rename = "posthorse:enum_aliases", default)]
    pub(crate) enum_aliases: BTreeMap<String, Vec<String>>,
    #[serde(rename = "posthorse:required_if")]
    pub(crate) required_if: Option<RequiredIfDocument>,
    #[serde(rename = "posthorse:not_after_today", default)]
    pub(crate) not_after_today: bool,
    #[serde(rename = "posthorse:sensitive", default)]
    pub(crate) sensitive: bool,
    #[serde(rename = "posthorse:in_dispatch", default)]
    pub(crate) in_dispatch: bool,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Constraints are ours to apply, so one that this version does not know must not pass unseen.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConstraintsDocument {
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(rename = "enum", default)]
    pub(crate) values: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequiredIfDocument {
    pub(crate) field: String,
    #[serde(default)]
    pub(crate) equals: Vec<String>,
    pub(crate) code: String,
    pub(crate) min_length: Option<usize>,
}

/// Keys of Table Schema may come and go; a key of ours that nobody knows is a mistake.
fn unknown_extension(others: &BTreeMap<String, Value>) -> Option<&str> {
    others
        .keys()
        .map(String::as_str)
        .find(|key| key.starts_with("posthorse:"))
}

impl SchemaDocument {
    pub(crate) fn unknown_key(&self) -> Option<&str> {
        unknown_extension(&self.others)
    }
}

impl FieldDocument {
    pub(crate) fn unknown_key(&self) -> Option<&str> {
        unknown_extension(&self.others)
    }
}

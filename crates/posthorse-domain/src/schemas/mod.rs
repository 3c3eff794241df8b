//! What columns a list has and which rules they keep, read from data files.

pub(crate) mod list_rule;
pub(crate) mod list_schema;
pub(crate) mod recognition;
pub(crate) mod schema_document;
pub(crate) mod schema_set;

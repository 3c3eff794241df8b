//! Which list a party has to submit, and how often (registry spec §2).

use serde::{Deserialize, Serialize};

use crate::names::{Cadence, ListName};

/// A list that a party has to submit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwedReport {
    /// The list.
    pub list: ListName,
    /// How often, where that is not what the due rules say of the list: `quarterly` for a unit
    /// that is registered 按季.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cadence: Option<Cadence>,
}

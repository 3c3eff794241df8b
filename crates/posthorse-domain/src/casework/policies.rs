//! The policies that pay people, who answers for each, and who on the roster it is for.

use std::collections::{BTreeMap, BTreeSet};

use posthorse_package::ListName;
use serde::Deserialize;

use super::document::{
    DataDocument, DataFileError, DepartmentTag, PolicyId, data_document, is_title,
};
use crate::comparing::condition_document::ConditionDocument;

const BUILT_IN: &[u8] = include_bytes!("../../data/policies.json");
/// One policy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    #[serde(rename = "policy")]
    id: PolicyId,
    title: String,
    department: DepartmentTag,
    payouts: BTreeSet<ListName>,
    eligible: ConditionDocument,
}

impl Policy {
    /// The policy's id.
    #[must_use]
    pub fn id(&self) -> &PolicyId {
        &self.id
    }

    /// The policy as lists name it, such as `务工奖补`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Who answers for it.
    #[must_use]
    pub fn department(&self) -> &DepartmentTag {
        &self.department
    }

    /// The payout lists in which it is paid.
    #[must_use]
    pub fn payouts(&self) -> &BTreeSet<ListName> {
        &self.payouts
    }

    /// For whom it is, as a condition over the columns of the roster.
    pub(crate) fn eligible(&self) -> &ConditionDocument {
        &self.eligible
    }
}

/// What departments answer for, and the policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies {
    version: u64,
    departments: BTreeMap<DepartmentTag, String>,
    policies: BTreeMap<PolicyId, Policy>,
}

/// Why bytes are no policies.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PoliciesError {
    /// Not such a file at all.
    #[error(transparent)]
    File(#[from] DataFileError),
    /// A department that stands twice, or has no title.
    #[error("policies: department {department} needs one title of 1 to 60 characters")]
    Department {
        /// The department.
        department: DepartmentTag,
    },
    /// A policy that stands twice.
    #[error("policies: {policy} stands twice")]
    Twice {
        /// The policy.
        policy: PolicyId,
    },
    /// A policy that breaks a rule.
    #[error("policies: {policy}: {rule}")]
    Rule {
        /// The policy.
        policy: PolicyId,
        /// What it should have been.
        rule: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    departments: Vec<DepartmentDocument>,
    policies: Vec<Policy>,
}
data_document!(Document, "policies", "posthorse-policies/1");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentDocument {
    department: DepartmentTag,
    title: String,
}

impl Policies {
    /// The ten policies of notice 〔2023〕7号, section 1(2)2.
    ///
    /// # Errors
    /// The file compiled in is wrong, which the tests of this crate do not let happen.
    pub fn built_in() -> Result<Self, PoliciesError> {
        Self::from_json(BUILT_IN)
    }

    /// Reads policies. Whether to believe them is for the caller to know.
    ///
    /// # Errors
    /// See [`PoliciesError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, PoliciesError> {
        let document = Document::read(bytes)?;
        let mut departments = BTreeMap::new();
        for DepartmentDocument { department, title } in document.departments {
            let known = departments.contains_key(&department);
            if known || !is_title(&title) {
                return Err(PoliciesError::Department { department });
            }
            departments.insert(department, title);
        }
        let mut policies: BTreeMap<PolicyId, Policy> = BTreeMap::new();
        for one in document.policies {
            let policy = one.id.clone();
            let rule = if !is_title(&one.title) {
                Some("a title of 1 to 60 characters")
            } else if policies.values().any(|other| other.title == one.title) {
                Some("a title that no other policy has")
            } else if !departments.contains_key(&one.department) {
                Some("a department of this file")
            } else if one.payouts.is_empty() {
                Some("a payout list")
            } else if one.eligible.names_a_threshold() {
                Some("a condition that names no line of the thresholds")
            } else {
                one.eligible.fault()
            };
            if let Some(rule) = rule {
                return Err(PoliciesError::Rule { policy, rule });
            }
            if policies.insert(policy.clone(), one).is_some() {
                return Err(PoliciesError::Twice { policy });
            }
        }
        Ok(Self {
            version: document.version,
            departments,
            policies,
        })
    }

    /// The version of the file.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What departments answer for, with the Chinese title of each.
    pub fn departments(&self) -> impl Iterator<Item = (&DepartmentTag, &str)> {
        self.departments
            .iter()
            .map(|(tag, title)| (tag, title.as_str()))
    }

    /// The policy of this id.
    #[must_use]
    pub fn get(&self, id: &PolicyId) -> Option<&Policy> {
        self.policies.get(id)
    }

    /// The policy that lists name so.
    #[must_use]
    pub fn titled(&self, title: &str) -> Option<&Policy> {
        self.iter().find(|policy| policy.title == title)
    }

    /// Every policy, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values()
    }
}

#[cfg(test)]
#[path = "policies_tests.rs"]
mod tests;

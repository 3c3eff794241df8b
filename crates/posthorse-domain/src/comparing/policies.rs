//! The policies of the notice, section 1(2)2, as data: who is entitled, which lists say who was
//! paid, whose business it is.

use posthorse_package::ListName;
use serde::Deserialize;

use super::condition::{Condition, ConditionDocument};
use super::roster_states::Among;
use super::rule_data::{self, RuleDataError, broken, is_phrase, is_slug};
use crate::list_schema::ListSchema;
use crate::text::fold_label;

const BUILT_IN: &[u8] = include_bytes!("../../data/policies.json");
const FORMAT: &str = "posthorse-policies/1";
const MOST_POLICIES: usize = 256;

/// What is counted and named: people, or households by their head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unit {
    /// Each person.
    Person,
    /// Each household, if the condition holds for one of its members.
    Household,
}

/// One policy.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) department: String,
    pub(crate) payouts: Vec<ListName>,
    pub(crate) per: Unit,
    pub(crate) among: Among,
    pub(crate) recorded_as: Vec<String>,
    pub(crate) basis: String,
    pub(crate) eligible: Option<Condition>,
}

impl Policy {
    /// Its id, such as `yulu-plan`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its Chinese name as lists carry it, such as `雨露计划`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The tag of the department that pays; the registry says which unit has it.
    #[must_use]
    pub fn department(&self) -> &str {
        &self.department
    }

    /// The payout lists that say who was paid, the most particular first.
    #[must_use]
    pub fn payouts(&self) -> &[ListName] {
        &self.payouts
    }

    /// What is counted.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.per
    }

    /// Who is entitled, in words.
    #[must_use]
    pub fn basis(&self) -> &str {
        &self.basis
    }
}

/// The policies of one version.
#[derive(Debug, Clone)]
pub struct Policies {
    version: u64,
    policies: Vec<Policy>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    policies: Vec<PolicyDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyDocument {
    policy: String,
    title: String,
    department: String,
    payouts: Vec<ListName>,
    per: Unit,
    among: Among,
    recorded_as: Vec<String>,
    basis: String,
    #[serde(default)]
    eligible: Option<ConditionDocument>,
}

impl Policies {
    /// The ten policies compiled in.
    ///
    /// # Errors
    /// They speak of columns that the schema does not have.
    pub fn built_in(roster: &ListSchema) -> Result<Self, RuleDataError> {
        Self::from_json(BUILT_IN, roster)
    }

    /// Reads policies whose conditions are on the columns of a roster's schema. Whether to believe
    /// them is for the caller to know.
    ///
    /// # Errors
    /// See [`RuleDataError`].
    pub fn from_json(bytes: &[u8], roster: &ListSchema) -> Result<Self, RuleDataError> {
        let document: Document = rule_data::read(bytes)?;
        rule_data::check_head(&document.format, document.version, FORMAT)?;
        if document.policies.len() > MOST_POLICIES {
            return Err(broken("policies", "256 policies at most"));
        }
        let mut policies: Vec<Policy> = Vec::new();
        for document in document.policies {
            let policy = Policy::from_document(document, roster)?;
            let title = fold_label(&policy.title);
            let is_twin =
                |other: &Policy| other.id == policy.id || fold_label(&other.title) == title;
            if policies.iter().any(is_twin) {
                return Err(broken(
                    &policy.id,
                    "an id and a title that no other policy has",
                ));
            }
            policies.push(policy);
        }
        Ok(Self {
            version: document.version,
            policies,
        })
    }

    /// Their version; later policies have a higher one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Every policy, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter()
    }

    /// The policy that has this id or this Chinese name.
    #[must_use]
    pub fn find(&self, id_or_title: &str) -> Option<&Policy> {
        let title = fold_label(id_or_title);
        let is_it =
            |policy: &&Policy| policy.id == id_or_title || fold_label(&policy.title) == title;
        self.policies.iter().find(is_it)
    }
}

impl Policy {
    fn from_document(document: PolicyDocument, roster: &ListSchema) -> Result<Self, RuleDataError> {
        let id = &document.policy;
        if !is_slug(id) || !is_slug(&document.department) {
            return Err(broken(
                id,
                "an id and a department of 1 to 64 of a-z, 0-9 and inner hyphens",
            ));
        }
        if !is_phrase(&document.title) || !is_phrase(&document.basis) {
            return Err(broken(id, "a title and a basis of 1 to 200 characters"));
        }
        let words = &document.recorded_as;
        if words.is_empty() || !words.iter().all(|word| is_phrase(word)) {
            return Err(broken(id, "one name or more under which it is recorded"));
        }
        let eligible = document
            .eligible
            .as_ref()
            .map(|eligible| Condition::from_document(id, eligible, &|name| roster.position(name)));
        Ok(Self {
            eligible: eligible.transpose()?,
            id: document.policy,
            title: document.title,
            department: document.department,
            payouts: document.payouts,
            per: document.per,
            among: document.among,
            recorded_as: document.recorded_as,
            basis: document.basis,
        })
    }
}

//! How each policy is compared: what is counted, among whom, under which names the national system
//! records it, and what must hold beside the policy's own condition.

use posthorse_package::ListName;
use serde::Deserialize;

use super::condition::Condition;
use super::condition_document::ConditionDocument;
use super::roster_states::Among;
use super::rule_data::{self, RuleDataError, broken, is_phrase};
use crate::casework::{DepartmentTag, Policies, Policy, PolicyId};
use crate::checking::check_report::Record;
use crate::schemas::list_schema::ListSchema;
use crate::values::text::fold_label;

const BUILT_IN: &[u8] = include_bytes!("../../data/comparison_rules.json");
const FORMAT: &str = "posthorse-comparison-rules/1";

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

/// A policy, ready to be compared with a roster.
#[derive(Debug, Clone)]
pub struct ComparedPolicy {
    pub(crate) id: PolicyId,
    pub(crate) title: String,
    pub(crate) department: DepartmentTag,
    pub(crate) payouts: Vec<ListName>,
    pub(crate) per: Unit,
    pub(crate) among: Among,
    pub(crate) recorded_as: Vec<String>,
    pub(crate) basis: String,
    pub(crate) eligible: Condition,
}

impl ComparedPolicy {
    /// Its id, such as `yulu-plan`.
    #[must_use]
    pub fn id(&self) -> &PolicyId {
        &self.id
    }

    /// Its Chinese name as lists carry it, such as `雨露计划`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What the department that pays answers for; the registry says which unit that is.
    #[must_use]
    pub fn department(&self) -> &DepartmentTag {
        &self.department
    }

    /// The payout lists that say who was paid.
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

/// Every policy with its rule.
#[derive(Debug, Clone)]
pub struct ComparisonRules {
    version: u64,
    policies: Vec<ComparedPolicy>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    rules: Vec<RuleDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleDocument {
    policy: PolicyId,
    per: Unit,
    among: Among,
    recorded_as: Vec<String>,
    basis: String,
    #[serde(default)]
    also: Option<ConditionDocument>,
}

impl ComparisonRules {
    /// The rules compiled in, for these policies.
    ///
    /// # Errors
    /// A rule or a policy speaks of what is not there.
    pub fn built_in(policies: &Policies, roster: &ListSchema) -> Result<Self, RuleDataError> {
        Self::from_json(BUILT_IN, policies, roster)
    }

    /// Reads rules for policies, on the columns of a roster's schema. A policy without a rule is
    /// counted by person, among everybody who is enrolled. Whether to believe the rules is for the
    /// caller to know.
    ///
    /// # Errors
    /// See [`RuleDataError`].
    pub fn from_json(
        bytes: &[u8],
        policies: &Policies,
        roster: &ListSchema,
    ) -> Result<Self, RuleDataError> {
        let document: Document = rule_data::read(bytes)?;
        rule_data::check_head(&document.format, document.version, FORMAT)?;
        for (at, rule) in document.rules.iter().enumerate() {
            let id = rule.policy.as_str();
            if policies.get(&rule.policy).is_none() {
                return Err(broken(id, "a policy that exists"));
            }
            if document.rules[..at]
                .iter()
                .any(|other| other.policy == rule.policy)
            {
                return Err(broken(id, "one rule a policy"));
            }
            let words = &rule.recorded_as;
            if words.is_empty() || !words.iter().all(|word| is_phrase(word)) {
                return Err(broken(id, "one name or more under which it is recorded"));
            }
            if !is_phrase(&rule.basis) {
                return Err(broken(id, "a basis of 1 to 200 characters"));
            }
        }
        let mut rules = document.rules;
        let compared = policies.iter().map(|policy| {
            let at = rules.iter().position(|rule| rule.policy == *policy.id());
            ComparedPolicy::of(policy, at.map(|at| rules.swap_remove(at)), roster)
        });
        let compared = compared.collect::<Result<_, _>>()?;
        Ok(Self {
            version: document.version,
            policies: compared,
        })
    }

    /// Their version; later rules have a higher one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Every policy, by its id.
    pub fn iter(&self) -> impl Iterator<Item = &ComparedPolicy> {
        self.policies.iter()
    }

    /// The policy that has this id or this Chinese name.
    #[must_use]
    pub fn find(&self, id_or_title: &str) -> Option<&ComparedPolicy> {
        let title = fold_label(id_or_title);
        self.policies
            .iter()
            .find(|policy| policy.id.as_str() == id_or_title || fold_label(&policy.title) == title)
    }
}

impl ComparedPolicy {
    /// Whether a row is about this policy: it names it, or none.
    pub(crate) fn is_named_in(&self, record: &Record<'_>) -> bool {
        let named = record.get("policy");
        named.is_empty() || named == self.title
    }

    fn of(
        policy: &Policy,
        rule: Option<RuleDocument>,
        roster: &ListSchema,
    ) -> Result<Self, RuleDataError> {
        let id = policy.id();
        let position = |name: &str| roster.position(name);
        let mut eligible = Condition::from_document(id.as_str(), policy.eligible(), &position)?;
        if let Some(also) = rule.as_ref().and_then(|rule| rule.also.as_ref()) {
            let also = Condition::from_document(id.as_str(), also, &position)?;
            eligible = Condition::All(vec![eligible, also]);
        }
        let title = policy.title().to_owned();
        Ok(Self {
            id: id.clone(),
            department: policy.department().clone(),
            payouts: policy.payouts().iter().cloned().collect(),
            per: rule.as_ref().map_or(Unit::Person, |rule| rule.per),
            among: rule.as_ref().map_or(Among::Enrolled, |rule| rule.among),
            basis: rule
                .as_ref()
                .map_or_else(|| title.clone(), |rule| rule.basis.clone()),
            recorded_as: rule.map_or_else(|| vec![title.clone()], |rule| rule.recorded_as),
            title,
            eligible,
        })
    }
}

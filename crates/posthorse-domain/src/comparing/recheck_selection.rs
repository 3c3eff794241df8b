//! Which people who were not enrolled deserve a second look (REQ-12).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::condition::{Condition, Subject};
use super::condition_document::ConditionDocument;
use super::precheck::Precheck;
use super::roster_states::Standing;
use super::rule_data::{self, RuleDataError, broken, is_phrase, is_slug};
use crate::casework::{Bound, ThresholdId, Thresholds};
use crate::checking::check_report::Record;
use crate::schemas::schema_set::SchemaSet;
use crate::values::number::Number;

const BUILT_IN: &[u8] = include_bytes!("../../data/recheck_rules.json");
const FORMAT: &str = "posthorse-recheck-rules/1";
const MOST_RULES: usize = 256;
/// The outcome of a verification that a recheck is about.
const NOT_ENROLLED: &str = "不纳入";
/// Facts that no list has a column for.
const REASON_CODE: &str = "reject_reason_code";
const STANDING: &str = "standing";

/// The rules by which answers are selected, with the facts that they may ask about.
#[derive(Debug, Clone)]
pub struct RecheckRules {
    version: u64,
    /// Every fact there may be, in order.
    facts: Vec<String>,
    rules: Vec<RecheckRule>,
}

#[derive(Debug, Clone)]
struct RecheckRule {
    id: String,
    basis: String,
    when: Condition,
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
    rule: String,
    basis: String,
    when: ConditionDocument,
}

/// Somebody whom a county did not enrol: what its answer says, and what the departments' lists do.
#[derive(Debug, Clone)]
pub struct NotEnrolled {
    warning_id: String,
    facts: BTreeMap<String, String>,
}

/// An answer to look at again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecheckRow {
    /// The number of the warning.
    pub warning_id: String,
    /// Why, by the rules that selected it, in their order: one or more.
    pub grounds: Vec<RecheckGround>,
}

/// Why an answer deserves a second look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecheckGround {
    /// The rule.
    pub rule: String,
    /// What it says to the county.
    pub basis: String,
}

impl RecheckRow {
    /// Every basis, for the county.
    #[must_use]
    pub fn basis(&self) -> String {
        let bases = self.grounds.iter().map(|ground| ground.basis.as_str());
        bases.collect::<Vec<_>>().join("；")
    }

    /// The row without the rules for which it has been looked at; none if nothing is left.
    #[must_use]
    pub fn beyond(mut self, known: &BTreeSet<String>) -> Option<Self> {
        self.grounds.retain(|ground| !known.contains(&ground.rule));
        (!self.grounds.is_empty()).then_some(self)
    }
}

impl NotEnrolled {
    /// Takes an answer of `verification_result`; none if its outcome is another one.
    #[must_use]
    pub fn from_answer(record: &Record<'_>) -> Option<Self> {
        let reason = record.get("reject_reason");
        let case = Self::of_warning(record.get("warning_id"), record.get("outcome"), reason)?;
        Some(case.with_record(record))
    }

    /// A warning with its outcome and the reason, as lists hold them; what is known of its person
    /// is added. None if it enrolled the person.
    #[must_use]
    pub fn of_warning(warning_id: &str, outcome: &str, reject_reason: &str) -> Option<Self> {
        // A reason is written with its number in front: `01 收入稳定可自行化解`.
        let code: String = reject_reason.chars().take(2).collect();
        (outcome == NOT_ENROLLED).then(|| Self {
            warning_id: warning_id.to_owned(),
            facts: BTreeMap::from([(REASON_CODE.to_owned(), code)]),
        })
    }

    /// Adds what a department's list says of the same person. Of two numbers the greater counts;
    /// of two other values the earlier.
    #[must_use]
    pub fn with_record(mut self, record: &Record<'_>) -> Self {
        let values = record.schema.fields().iter().zip(record.values);
        let values = values.filter(|(_, value)| !value.is_empty());
        values.for_each(|(field, value)| self.enter(field.name(), value));
        self
    }

    /// The same of what was kept of such a list, by the names of its columns.
    #[must_use]
    pub fn with_facts(mut self, facts: &BTreeMap<String, String>) -> Self {
        let values = facts.iter().filter(|(_, value)| !value.is_empty());
        values.for_each(|(name, value)| self.enter(name, value));
        self
    }

    fn enter(&mut self, name: &str, value: &str) {
        let Some(known) = self.facts.get_mut(name) else {
            self.facts.insert(name.to_owned(), value.to_owned());
            return;
        };
        let is_greater = match (Number::parse(known), Number::parse(value)) {
            (Some(known), Some(value)) => value > known,
            _ => false,
        };
        if is_greater {
            value.clone_into(known);
        }
    }
}

impl RecheckRules {
    /// The rules compiled in.
    ///
    /// # Errors
    /// They speak of facts that no list has.
    pub fn built_in(schemas: &SchemaSet) -> Result<Self, RuleDataError> {
        let thresholds = Thresholds::built_in()
            .map_err(|_| broken("rules", "lines that thresholds.json has"))?;
        Self::from_json(BUILT_IN, schemas, &thresholds)
    }

    /// Reads rules on the columns of any list, on `standing` (监测, 脱贫, 已消除, 疑似死亡, 不在册)
    /// and on `reject_reason_code`. They name lines of the thresholds by their ids, and so do
    /// their sentences.
    ///
    /// # Errors
    /// See [`RuleDataError`].
    pub fn from_json(
        bytes: &[u8],
        schemas: &SchemaSet,
        thresholds: &Thresholds,
    ) -> Result<Self, RuleDataError> {
        let document: Document = rule_data::read(bytes)?;
        rule_data::check_head(&document.format, document.version, FORMAT)?;
        if document.rules.len() > MOST_RULES {
            return Err(broken("rules", "256 rules at most"));
        }
        let mut facts: BTreeSet<String> = [REASON_CODE, STANDING].map(str::to_owned).into();
        for schema in schemas.iter() {
            facts.extend(schema.fields().iter().map(|field| field.name().to_owned()));
        }
        let facts: Vec<String> = facts.into_iter().collect();
        let position = |name: &str| facts.binary_search_by(|fact| fact.as_str().cmp(name)).ok();
        let mut ids = BTreeSet::new();
        let mut rules = Vec::new();
        for document in document.rules {
            let id = document.rule;
            if !is_slug(&id) || !ids.insert(id.clone()) {
                return Err(broken(
                    &id,
                    "an id of its own, of a-z, 0-9 and inner hyphens",
                ));
            }
            if !is_phrase(&document.basis) {
                return Err(broken(&id, "a basis of 1 to 200 characters"));
            }
            rules.push(RecheckRule {
                when: Condition::with_thresholds(&id, &document.when, &position, thresholds)?,
                basis: with_numbers(&id, &document.basis, thresholds)?,
                id,
            });
        }
        Ok(Self {
            version: document.version,
            facts,
            rules,
        })
    }

    /// Their version; later rules have a higher one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The cases that a rule selects, by the number of their warning. What the roster says of a
    /// person is known to the rules where the lists do not say it.
    #[must_use]
    pub fn select<'c>(
        &self,
        cases: impl IntoIterator<Item = &'c NotEnrolled>,
        precheck: &Precheck<'_>,
    ) -> Vec<RecheckRow> {
        let mut rows: Vec<RecheckRow> = cases
            .into_iter()
            .filter_map(|case| self.judge(case, precheck))
            .collect();
        rows.sort_by(|a, b| a.warning_id.cmp(&b.warning_id));
        rows
    }

    fn judge(&self, case: &NotEnrolled, precheck: &Precheck<'_>) -> Option<RecheckRow> {
        let fact = |name: &str| case.facts.get(name).map_or("", String::as_str);
        let person = precheck.roster().find(fact("id_no"));
        let standing = match person.map(|person| precheck.standing(person)) {
            None => "不在册",
            Some(Standing::PresumedDead) => "疑似死亡",
            Some(Standing::Cleared) => "已消除",
            Some(Standing::Monitored) => "监测",
            Some(Standing::Lifted) => "脱贫",
        };
        let value = |name: &String| match (name.as_str(), case.facts.get(name), person) {
            (STANDING, _, _) => standing.to_owned(),
            (_, Some(value), _) => value.clone(),
            (name, None, Some(person)) => person.get(name).to_owned(),
            (_, None, None) => String::new(),
        };
        let facts = Facts(self.facts.iter().map(value).collect());
        let as_of = precheck.as_of();
        let rules = self.rules.iter();
        let rules = rules.filter(|rule| rule.when.holds(&facts, as_of));
        let ground = |rule: &RecheckRule| RecheckGround {
            rule: rule.id.clone(),
            basis: rule.basis.clone(),
        };
        let grounds: Vec<RecheckGround> = rules.map(ground).collect();
        (!grounds.is_empty()).then(|| RecheckRow {
            warning_id: case.warning_id.clone(),
            grounds,
        })
    }
}

/// A sentence in which every `{line}` is the number of that line of the thresholds.
fn with_numbers(
    rule: &str,
    sentence: &str,
    thresholds: &Thresholds,
) -> Result<String, RuleDataError> {
    let mut text = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, named)) = rest.split_once('{') {
        let number = named.split_once('}').and_then(|(id, after)| {
            let id: ThresholdId = id.parse().ok()?;
            match thresholds.get(&id)?.bound() {
                Bound::AtLeast(limit) | Bound::MoreThan(limit) | Bound::AtMost(limit) => {
                    Some((limit.to_string(), after))
                }
                Bound::OneOf(_) => None,
            }
        });
        let (number, after) =
            number.ok_or_else(|| broken(rule, "a basis with lines of numbers in braces"))?;
        text.push_str(before);
        text.push_str(&number);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// What is known of one case, by the place of each fact.
struct Facts(Vec<String>);

impl Subject for Facts {
    fn value(&self, field: usize) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    fn some_member(&self, test: &dyn Fn(&dyn Subject) -> bool) -> bool {
        test(self)
    }
}

//! The rules by which 应落实未落实 is screened, as data.

use serde::Deserialize;

use super::comparison_rules::Unit;
use super::condition::Condition;
use super::condition_document::ConditionDocument;
use super::roster_states::Among;
use super::rule_data::{self, RuleDataError, broken, is_phrase, is_slug};
use crate::schemas::list_schema::ListSchema;

const BUILT_IN: &[u8] = include_bytes!("../../data/gap_rules.json");
const FORMAT: &str = "posthorse-gap-rules/1";
const MOST_RULES: usize = 256;

/// What is wrong with the help (notice, section 2(3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum GapType {
    /// It is not given.
    #[serde(rename = "未落实")]
    NotGiven,
    /// It comes late.
    #[serde(rename = "不按时")]
    Late,
    /// It is too little.
    #[serde(rename = "不足额")]
    TooLittle,
}

impl GapType {
    /// The word that lists carry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotGiven => "未落实",
            Self::Late => "不按时",
            Self::TooLittle => "不足额",
        }
    }
}

/// The stage of help in which the gap opened (notice, section 2(3)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum HelpStage {
    /// When the household was taken in.
    #[serde(rename = "识别")]
    Identification,
    /// While it is helped.
    #[serde(rename = "帮扶")]
    Help,
    /// When its risk was declared cleared.
    #[serde(rename = "风险消除")]
    Clearing,
}

impl HelpStage {
    /// The word that lists carry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identification => "识别",
            Self::Help => "帮扶",
            Self::Clearing => "风险消除",
        }
    }
}

/// One rule: whom it looks at, what must not be, and whose business it is.
#[derive(Debug, Clone)]
pub struct GapRule {
    pub(crate) id: String,
    pub(crate) gap_type: GapType,
    pub(crate) stage: HelpStage,
    pub(crate) policy: String,
    pub(crate) department: String,
    pub(crate) per: Unit,
    pub(crate) among: Among,
    pub(crate) basis: String,
    pub(crate) when: Condition,
}

impl GapRule {
    /// Its id, such as `housing-without-measure`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The policy that should have been carried out.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The tag of the department whose policy it is; the registry says which unit has it.
    #[must_use]
    pub fn department(&self) -> &str {
        &self.department
    }

    /// What the screening found, in a sentence for the county.
    #[must_use]
    pub fn basis(&self) -> &str {
        &self.basis
    }

    /// What is wrong with the help.
    #[must_use]
    pub fn gap_type(&self) -> GapType {
        self.gap_type
    }

    /// The stage in which it went wrong.
    #[must_use]
    pub fn stage(&self) -> HelpStage {
        self.stage
    }
}

/// The rules of one version.
#[derive(Debug, Clone)]
pub struct GapRules {
    version: u64,
    rules: Vec<GapRule>,
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
    gap_type: GapType,
    stage: HelpStage,
    policy: String,
    department: String,
    per: Unit,
    among: Among,
    basis: String,
    when: ConditionDocument,
}

impl GapRules {
    /// The rules compiled in.
    ///
    /// # Errors
    /// They speak of columns that the schema does not have.
    pub fn built_in(roster: &ListSchema) -> Result<Self, RuleDataError> {
        Self::from_json(BUILT_IN, roster)
    }

    /// Reads rules on the columns of a roster's schema. Whether to believe them is for the caller
    /// to know.
    ///
    /// # Errors
    /// See [`RuleDataError`].
    pub fn from_json(bytes: &[u8], roster: &ListSchema) -> Result<Self, RuleDataError> {
        let document: Document = rule_data::read(bytes)?;
        rule_data::check_head(&document.format, document.version, FORMAT)?;
        if document.rules.len() > MOST_RULES {
            return Err(broken("rules", "256 rules at most"));
        }
        let mut rules: Vec<GapRule> = Vec::new();
        for document in document.rules {
            let rule = GapRule::from_document(document, roster)?;
            if rules.iter().any(|other| other.id == rule.id) {
                return Err(broken(&rule.id, "an id that no other rule has"));
            }
            rules.push(rule);
        }
        Ok(Self {
            version: document.version,
            rules,
        })
    }

    /// Their version; later rules have a higher one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Every rule, in the order of the file.
    #[must_use]
    pub fn rules(&self) -> &[GapRule] {
        &self.rules
    }
}

impl GapRule {
    fn from_document(document: RuleDocument, roster: &ListSchema) -> Result<Self, RuleDataError> {
        let RuleDocument { rule: id, .. } = &document;
        if !is_slug(id) {
            return Err(broken(id, "an id of 1 to 64 of a-z, 0-9 and inner hyphens"));
        }
        if !is_slug(&document.department) {
            return Err(broken(id, "a department of a-z, 0-9 and inner hyphens"));
        }
        if !is_phrase(&document.policy) || !is_phrase(&document.basis) {
            return Err(broken(id, "a policy and a basis of 1 to 200 characters"));
        }
        let position = |name: &str| roster.position(name);
        Ok(Self {
            when: Condition::from_document(id, &document.when, &position)?,
            id: document.rule,
            gap_type: document.gap_type,
            stage: document.stage,
            policy: document.policy,
            department: document.department,
            per: document.per,
            among: document.among,
            basis: document.basis,
        })
    }
}

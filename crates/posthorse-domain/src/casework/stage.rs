//! One step of a procedure: who answers what, and what each outcome does.

use std::collections::BTreeMap;

use posthorse_package::KindName;
use serde::Deserialize;

use super::document::{ColumnName, StageId, is_title};

/// Who has to answer a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// The county of the household register.
    County,
    /// The department that answers for the policy or the data concerned.
    Department,
    /// Every department that holds data to compare with.
    EveryDepartment,
    /// The bureau itself.
    Bureau,
}

/// How many of a stage's assignees must have answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gathers {
    /// There is one, and it does.
    One,
    /// All of them, or as many as did when the due day was over.
    All,
}

/// What an outcome does with a case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    /// The case is closed (销号).
    Closes,
    /// The same office still owes an answer.
    StaysOpen,
    /// The case goes on to this stage.
    Advances(StageId),
}

/// One step of a procedure: a task that an office answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    id: StageId,
    title: String,
    assignee: Assignee,
    gathers: Gathers,
    task: KindName,
    answer: KindName,
    key: ColumnName,
    outcome_field: ColumnName,
    outcomes: BTreeMap<String, Transition>,
}

impl Stage {
    /// The stage's id.
    #[must_use]
    pub fn id(&self) -> &StageId {
        &self.id
    }

    /// The stage as people read it, such as `入户核实`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Who has to answer.
    #[must_use]
    pub fn assignee(&self) -> Assignee {
        self.assignee
    }

    /// How many must have answered.
    #[must_use]
    pub fn gathers(&self) -> Gathers {
        self.gathers
    }

    /// The kind that hands the case over.
    #[must_use]
    pub fn task(&self) -> &KindName {
        &self.task
    }

    /// The kind that answers it. Its clock is the due rule of this kind.
    #[must_use]
    pub fn answer(&self) -> &KindName {
        &self.answer
    }

    /// The column of task and answer that says which case a row is about.
    #[must_use]
    pub fn key(&self) -> &ColumnName {
        &self.key
    }

    /// The column of the answer that holds the outcome.
    #[must_use]
    pub fn outcome_field(&self) -> &ColumnName {
        &self.outcome_field
    }

    /// Every outcome, with what it does.
    pub fn outcomes(&self) -> impl Iterator<Item = (&str, &Transition)> {
        self.outcomes
            .iter()
            .map(|(text, then)| (text.as_str(), then))
    }

    /// What an outcome does; nothing if the stage does not know it.
    #[must_use]
    pub fn transition(&self, outcome: &str) -> Option<&Transition> {
        self.outcomes.get(outcome)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StageDocument {
    stage: StageId,
    title: String,
    assignee: Assignee,
    gathers: Gathers,
    task: KindName,
    answer: KindName,
    key: ColumnName,
    outcome_field: ColumnName,
    outcomes: Vec<OutcomeDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutcomeDocument {
    outcome: String,
    then: Transition,
}

impl Stage {
    /// A sound stage.
    ///
    /// # Errors
    /// The stage, and the rule that it breaks.
    pub(super) fn from_document(document: StageDocument) -> Result<Self, (StageId, &'static str)> {
        let id = document.stage;
        if !is_title(&document.title) {
            return Err((id, "a title of 1 to 60 characters"));
        }
        let several = document.assignee == Assignee::EveryDepartment;
        if several != (document.gathers == Gathers::All) {
            return Err((id, "all answers of every department, or one of one office"));
        }
        let mut outcomes = BTreeMap::new();
        for OutcomeDocument { outcome, then } in document.outcomes {
            if several && matches!(then, Transition::Advances(_)) {
                return Err((id, "outcomes that close or stay where many answer"));
            }
            if !is_title(&outcome) || outcomes.insert(outcome, then).is_some() {
                return Err((id, "outcomes of 1 to 60 characters, each once"));
            }
        }
        if outcomes.is_empty() {
            return Err((id, "an outcome"));
        }
        Ok(Self {
            id,
            title: document.title,
            assignee: document.assignee,
            gathers: document.gathers,
            task: document.task,
            answer: document.answer,
            key: document.key,
            outcome_field: document.outcome_field,
            outcomes,
        })
    }
}

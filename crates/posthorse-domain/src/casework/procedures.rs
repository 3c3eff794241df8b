//! The loops: which stages a case goes through, who answers each, and what each outcome does.

use std::collections::BTreeMap;

use posthorse_package::{KindName, UntrustedText};
use serde::Deserialize;

use super::document::{ColumnName, DataDocument, ProcedureId, StageId, data_document, is_title};
use super::procedure_error::ProcedureSetError;
use super::urging::Escalation;

const BUILT_IN: &[u8] = include_bytes!("../../data/procedures.json");
/// One year: who is not escalated to by then never will be.
const LATEST_ESCALATION: u16 = 366;

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

/// What opens the cases of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenedBy {
    /// The accepted rows of a kind.
    Kind(KindName),
    /// The bureau's own screening.
    Bureau,
}

/// Who is told how a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackTo {
    /// Every office whose rows are in the case.
    Sources,
    /// The office that opened it.
    Opener,
}

/// How the end of a case is told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    kind: KindName,
    to: FeedbackTo,
}

impl Feedback {
    /// The kind that carries it.
    #[must_use]
    pub fn kind(&self) -> &KindName {
        &self.kind
    }

    /// Who is told.
    #[must_use]
    pub fn to(&self) -> FeedbackTo {
        self.to
    }
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

/// Why a procedure does not say what comes next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransitionError {
    /// The procedure has no such stage.
    #[error("procedure {procedure} has no stage {stage}")]
    UnknownStage {
        /// The procedure.
        procedure: ProcedureId,
        /// The stage.
        stage: StageId,
    },
    /// The stage has no such outcome.
    #[error("stage {stage} has no outcome {outcome}")]
    UnknownOutcome {
        /// The stage.
        stage: StageId,
        /// The outcome.
        outcome: UntrustedText,
    },
}

/// One loop of the notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    id: ProcedureId,
    title: String,
    opened_by: OpenedBy,
    feedback: Option<Feedback>,
    first: Stage,
    later: Vec<Stage>,
}

impl Procedure {
    /// The procedure's id.
    #[must_use]
    pub fn id(&self) -> &ProcedureId {
        &self.id
    }

    /// The procedure as people read it, such as `预警核实`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What opens its cases.
    #[must_use]
    pub fn opened_by(&self) -> &OpenedBy {
        &self.opened_by
    }

    /// How the end of a case is told; not at all where the last answer already tells it.
    #[must_use]
    pub fn feedback(&self) -> Option<&Feedback> {
        self.feedback.as_ref()
    }

    /// The stage in which its cases begin.
    #[must_use]
    pub fn first_stage(&self) -> &Stage {
        &self.first
    }

    /// Its stages, the first one first.
    pub fn stages(&self) -> impl Iterator<Item = &Stage> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The stage of this id.
    #[must_use]
    pub fn stage(&self, id: &StageId) -> Option<&Stage> {
        self.stages().find(|stage| stage.id == *id)
    }

    /// What an outcome of a stage does with a case.
    ///
    /// # Errors
    /// The procedure does not know the stage, or the stage does not know the outcome. A list that
    /// was accepted has no such outcome: [`crate::Casework`] compares both.
    pub fn transition(
        &self,
        stage: &StageId,
        outcome: &str,
    ) -> Result<&Transition, TransitionError> {
        let found = self
            .stage(stage)
            .ok_or_else(|| TransitionError::UnknownStage {
                procedure: self.id.clone(),
                stage: stage.clone(),
            })?;
        found
            .transition(outcome)
            .ok_or_else(|| TransitionError::UnknownOutcome {
                stage: stage.clone(),
                outcome: outcome.into(),
            })
    }

    /// Whether every stage can be reached, and can reach an end.
    fn dead_end(&self) -> Option<(&Stage, &'static str)> {
        let next = |stage: &Stage| -> Vec<StageId> {
            let advances = stage.outcomes.values().filter_map(|then| match then {
                Transition::Advances(to) => Some(to.clone()),
                Transition::Closes | Transition::StaysOpen => None,
            });
            advances.collect()
        };
        let mut reached = vec![self.first.id.clone()];
        let mut at = 0;
        while at < reached.len() {
            let more = self.stage(&reached[at]).map(next).unwrap_or_default();
            for id in more {
                if !reached.contains(&id) {
                    reached.push(id);
                }
            }
            at += 1;
        }
        if let Some(stage) = self.stages().find(|stage| !reached.contains(&stage.id)) {
            return Some((stage, "no case ever reaches it"));
        }
        let mut ends: Vec<StageId> = Vec::new();
        loop {
            let more = self.stages().find(|stage| {
                let closes = stage
                    .outcomes
                    .values()
                    .any(|then| *then == Transition::Closes);
                !ends.contains(&stage.id)
                    && (closes || next(stage).iter().any(|id| ends.contains(id)))
            });
            match more {
                Some(stage) => ends.push(stage.id.clone()),
                None => break,
            }
        }
        let stuck = self.stages().find(|stage| !ends.contains(&stage.id))?;
        Some((stuck, "no outcome leads from it to the end"))
    }
}

/// The procedures of a city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcedureSet {
    version: u64,
    escalation: Escalation,
    procedures: BTreeMap<ProcedureId, Procedure>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    escalate_after_overdue_days: u16,
    procedures: Vec<ProcedureDocument>,
}
data_document!(Document, "procedures", "posthorse-procedures/1");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcedureDocument {
    procedure: ProcedureId,
    title: String,
    opened_by: OpenedBy,
    feedback: Option<Feedback>,
    stages: Vec<StageDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StageDocument {
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
struct OutcomeDocument {
    outcome: String,
    then: Transition,
}

impl ProcedureSet {
    /// The five loops of notice 〔2023〕7号, and the check before a payout.
    ///
    /// # Errors
    /// The file compiled in is wrong, which the tests of this crate do not let happen.
    pub fn built_in() -> Result<Self, ProcedureSetError> {
        Self::from_json(BUILT_IN)
    }

    /// Reads a set of procedures. Whether to believe it is for the caller to know.
    ///
    /// # Errors
    /// See [`ProcedureSetError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, ProcedureSetError> {
        let document = Document::read(bytes)?;
        let after = document.escalate_after_overdue_days;
        if !(1..=LATEST_ESCALATION).contains(&after) {
            return Err(ProcedureSetError::Escalation { days: after });
        }
        let mut procedures = BTreeMap::new();
        for document in document.procedures {
            let procedure = Procedure::from_document(document)?;
            let id = procedure.id.clone();
            if procedures.insert(id.clone(), procedure).is_some() {
                return Err(ProcedureSetError::Twice { procedure: id });
            }
        }
        Ok(Self {
            version: document.version,
            escalation: Escalation::after(after),
            procedures,
        })
    }

    /// The version of the file.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// From when on an office's leaders are told that it is late.
    #[must_use]
    pub fn escalation(&self) -> Escalation {
        self.escalation
    }

    /// The procedure of this id.
    #[must_use]
    pub fn get(&self, id: &ProcedureId) -> Option<&Procedure> {
        self.procedures.get(id)
    }

    /// Every procedure, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Procedure> {
        self.procedures.values()
    }
}

impl Procedure {
    fn from_document(document: ProcedureDocument) -> Result<Self, ProcedureSetError> {
        let id = document.procedure;
        let broken = |stage: Option<&StageId>, rule| ProcedureSetError::Rule {
            procedure: id.clone(),
            stage: stage.cloned(),
            rule,
        };
        if !is_title(&document.title) {
            return Err(broken(None, "a title of 1 to 60 characters"));
        }
        let mut stages: Vec<Stage> = Vec::new();
        for document in document.stages {
            let stage = Stage::from_document(document)
                .map_err(|(stage, rule)| broken(Some(&stage), rule))?;
            if stages.iter().any(|other| other.id == stage.id) {
                return Err(broken(Some(&stage.id), "one stage of this id"));
            }
            stages.push(stage);
        }
        for stage in &stages {
            for then in stage.outcomes.values() {
                if let Transition::Advances(to) = then
                    && !stages.iter().any(|other| other.id == *to)
                {
                    return Err(broken(Some(&stage.id), "outcomes that advance to a stage"));
                }
            }
        }
        let mut stages = stages.into_iter();
        let first = stages.next().ok_or_else(|| broken(None, "a stage"))?;
        let procedure = Self {
            id: id.clone(),
            title: document.title,
            opened_by: document.opened_by,
            feedback: document.feedback,
            first,
            later: stages.collect(),
        };
        if let Some((stage, why)) = procedure.dead_end() {
            return Err(ProcedureSetError::DeadEnd {
                stage: stage.id.clone(),
                procedure: id,
                why,
            });
        }
        Ok(procedure)
    }
}

impl Stage {
    fn from_document(document: StageDocument) -> Result<Self, (StageId, &'static str)> {
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

#[cfg(test)]
#[path = "procedures_tests.rs"]
mod tests;

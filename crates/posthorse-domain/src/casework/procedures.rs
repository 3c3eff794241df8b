//! The loops: which stages a case goes through, who answers each, and what each outcome does.

use std::collections::BTreeMap;

use posthorse_package::{KindName, UntrustedText};
use serde::Deserialize;

use super::document::{DataDocument, ProcedureId, StageId, data_document, is_title};
use super::procedure_error::ProcedureSetError;
use super::stage::{Stage, StageDocument, Transition};
use super::urging::Escalation;

const BUILT_IN: &[u8] = include_bytes!("../../data/procedures.json");
/// One year: who is not escalated to by then never will be.
const LATEST_ESCALATION: u16 = 366;

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

    /// Whether the rows that open its cases are themselves its first task, handed on as they came.
    /// Their key is then what their sender calls them by; else the bureau gives each case a number.
    #[must_use]
    pub fn is_sent_on(&self) -> bool {
        matches!(&self.opened_by, OpenedBy::Kind(kind) if kind == self.first.task())
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
        self.stages().find(|stage| *stage.id() == *id)
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
            let advances = stage
                .outcomes()
                .map(|(_, then)| then)
                .filter_map(|then| match then {
                    Transition::Advances(to) => Some(to.clone()),
                    Transition::Closes | Transition::StaysOpen => None,
                });
            advances.collect()
        };
        let mut reached = vec![self.first.id().clone()];
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
        if let Some(stage) = self.stages().find(|stage| !reached.contains(stage.id())) {
            return Some((stage, "no case ever reaches it"));
        }
        let mut ends: Vec<StageId> = Vec::new();
        loop {
            let more = self.stages().find(|stage| {
                let mut outcomes = stage.outcomes();
                let closes = outcomes.any(|(_, then)| *then == Transition::Closes);
                !ends.contains(stage.id())
                    && (closes || next(stage).iter().any(|id| ends.contains(id)))
            });
            match more {
                Some(stage) => ends.push(stage.id().clone()),
                None => break,
            }
        }
        let stuck = self.stages().find(|stage| !ends.contains(stage.id()))?;
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
            if stages.iter().any(|other| other.id() == stage.id()) {
                return Err(broken(Some(stage.id()), "one stage of this id"));
            }
            stages.push(stage);
        }
        for stage in &stages {
            for then in stage.outcomes().map(|(_, then)| then) {
                if let Transition::Advances(to) = then
                    && !stages.iter().any(|other| *other.id() == *to)
                {
                    return Err(broken(Some(stage.id()), "outcomes that advance to a stage"));
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
                stage: stage.id().clone(),
                procedure: id,
                why,
            });
        }
        Ok(procedure)
    }
}

#[cfg(test)]
#[path = "procedures_tests.rs"]
mod tests;

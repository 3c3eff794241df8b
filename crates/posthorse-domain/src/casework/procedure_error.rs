//! What can be wrong with a set of procedures.

use super::document::{DataFileError, ProcedureId, StageId};

/// Why bytes are no set of procedures.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcedureSetError {
    /// Not such a file at all.
    #[error(transparent)]
    File(#[from] DataFileError),
    /// A procedure that stands twice.
    #[error("procedures: {procedure} stands twice")]
    Twice {
        /// The procedure.
        procedure: ProcedureId,
    },
    /// Leaders would be told at once, or never.
    #[error("procedures: leaders are told after {days} days; 1 to 366 are permitted")]
    Escalation {
        /// What the file says.
        days: u16,
    },
    /// A value that breaks a rule.
    #[error("procedures: {procedure}{}: {rule}", stage_of(stage.as_ref()))]
    Rule {
        /// The procedure.
        procedure: ProcedureId,
        /// The stage, if it is about one.
        stage: Option<StageId>,
        /// What it should have been.
        rule: &'static str,
    },
    /// A stage from which no case would ever be closed, or to which none would ever come.
    #[error("procedures: {procedure}, stage {stage}: {why}")]
    DeadEnd {
        /// The procedure.
        procedure: ProcedureId,
        /// The stage.
        stage: StageId,
        /// Why.
        why: &'static str,
    },
}

fn stage_of(stage: Option<&StageId>) -> String {
    stage.map_or_else(String::new, |stage| format!(", stage {stage}"))
}

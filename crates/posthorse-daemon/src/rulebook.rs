//! What this office works by: lists, casework, clocks and the calendar, in agreement with each
//! other.

use posthorse_domain::{
    Casework, Date, DueRules, Procedure, ProcedureId, SchemaSet, Stage, StageId, WorkCalendar,
};
use posthorse_ledger::TaskDue;
use posthorse_package::KindName;

use crate::error::Critical;

/// Everything that a city may arrange otherwise.
pub(crate) struct Rulebook {
    pub(crate) schemas: SchemaSet,
    pub(crate) casework: Casework,
    pub(crate) dues: DueRules,
    pub(crate) calendar: WorkCalendar,
}

impl Rulebook {
    /// The rules compiled in.
    pub(crate) fn built_in() -> Result<Self, Critical> {
        let schemas =
            SchemaSet::built_in().map_err(|error| Critical::Schemas(error.to_string()))?;
        let dues = DueRules::built_in().clone();
        let casework = Casework::built_in(&schemas, &dues)
            .map_err(|error| Critical::Schemas(error.to_string()))?;
        Ok(Self {
            schemas,
            casework,
            dues,
            calendar: WorkCalendar::built_in().clone(),
        })
    }

    /// The last day of an answer of this kind to what is dispatched today; none where no due rule
    /// of the kind exists.
    pub(crate) fn answer_due(&self, answer: &KindName, today: Date) -> Option<TaskDue> {
        let due = self.dues.due_rule(answer)?.due(today, &self.calendar);
        Some(TaskDue {
            on: due.date,
            certainty: due.certainty,
        })
    }

    /// A stage of a procedure, both of which the kinds name.
    pub(crate) fn stage(
        &self,
        procedure: &ProcedureId,
        stage: &StageId,
    ) -> Result<(&Procedure, &Stage), Critical> {
        let found = self.casework.procedures().get(procedure);
        found
            .and_then(|found| Some((found, found.stage(stage)?)))
            .ok_or_else(|| Critical::Schemas(format!("there is no stage {stage} of {procedure}")))
    }
}

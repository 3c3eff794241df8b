//! Whether kinds, procedures, due rules and the lists' schemas say the same of each other.

use std::collections::BTreeSet;

use posthorse_package::KindName;

use super::agreement::CaseworkParts;
use super::disagreement::Disagreement;
use super::document::ColumnName;
use super::kinds::{Clock, Duty, PROVISION_FLOOR_MONTHS};
use super::procedures::{OpenedBy, Procedure};
use super::stage::Stage;
use crate::clocks::due_rules::DueRules;
use crate::schemas::list_schema::{Field, ListSchema, Presence};
use crate::schemas::schema_set::SchemaSet;
use crate::values::field_type::FieldType;

/// The parts while they are compared.
pub(super) struct Check<'c> {
    pub(super) parts: &'c CaseworkParts,
    pub(super) schemas: &'c SchemaSet,
}

impl<'c> Check<'c> {
    pub(super) fn lists<'k>(
        &self,
        kind: &'k KindName,
    ) -> impl Iterator<Item = &'c ListSchema> + use<'c, 'k> {
        self.schemas.iter().filter(move |list| list.kind() == kind)
    }

    pub(super) fn duty(
        &self,
        place: &'static str,
        kind: &KindName,
    ) -> Result<&'c Duty, Disagreement> {
        let found = self.parts.kinds.get(kind).ok_or_else(|| {
            let kind = kind.clone();
            Disagreement::UnknownKind { place, kind }
        })?;
        Ok(found.duty())
    }

    /// The due rules speak of known kinds only, and say of each what its clock needs.
    pub(super) fn clocks(&self, rules: &DueRules) -> Result<(), Disagreement> {
        for rule in rules.due_rules() {
            self.duty("the due rules", rule.kind())?;
        }
        for kind in self.parts.kinds.iter() {
            let is_due = rules.due_rule(kind.name()).is_some();
            let is_reported = rules.reporting(kind.name(), None).is_some();
            let fits = match kind.clock() {
                Clock::Due => is_due && !is_reported,
                Clock::Report => is_reported && !is_due,
                Clock::Set => !is_due && !is_reported && rules.reminds_of_set_days(),
                Clock::None => !is_due && !is_reported,
            };
            if !fits {
                return Err(Disagreement::Clock {
                    kind: kind.name().clone(),
                    clock: kind.clock(),
                });
            }
        }
        Ok(())
    }

    /// Every duty that names a procedure has its place there.
    pub(super) fn duties(&self) -> Result<(), Disagreement> {
        for kind in self.parts.kinds.iter() {
            let name = kind.name();
            let find = |id| self.parts.procedures.get(id);
            let has_place = match kind.duty() {
                Duty::Opens { procedure } => {
                    find(procedure).is_some_and(|p| *p.opened_by() == OpenedBy::Kind(name.clone()))
                }
                Duty::Task { procedure, stage } => find(procedure)
                    .and_then(|p| p.stage(stage))
                    .is_some_and(|stage| stage.task() == name),
                Duty::Answer { procedure, stage } => find(procedure)
                    .and_then(|p| p.stage(stage))
                    .is_some_and(|stage| stage.answer() == name),
                Duty::Feedback { procedure } => find(procedure)
                    .and_then(Procedure::feedback)
                    .is_some_and(|feedback| feedback.kind() == name),
                Duty::Report(_)
                | Duty::Reference
                | Duty::Notice
                | Duty::Return
                | Duty::Correction
                | Duty::Withdrawal => true,
            };
            if !has_place {
                let kind = name.clone();
                return Err(Disagreement::DutyWithoutPlace { kind });
            }
        }
        Ok(())
    }

    /// What may go as early as a log names nobody: no duty is a way around the law.
    pub(super) fn floors(&self) -> Result<(), Disagreement> {
        let names = |field: &Field| {
            let of_people = [FieldType::CitizenId, FieldType::DisabilityNo];
            of_people.contains(&field.field_type())
        };
        for kind in self.parts.kinds.iter() {
            let is_brief = kind.duty().retention_floor_months() < PROVISION_FLOOR_MONTHS;
            let mut lists = self.lists(kind.name());
            let list = lists.find(|list| is_brief && list.fields().iter().any(names));
            if let Some(list) = list {
                return Err(Disagreement::KeptTooBriefly {
                    kind: kind.name().clone(),
                    list: list.id().clone(),
                });
            }
        }
        Ok(())
    }

    /// Every kind that a procedure names has that duty, and its lists have the columns.
    pub(super) fn procedure(&self, procedure: &Procedure) -> Result<(), Disagreement> {
        let id = procedure.id();
        let fits = |kind: &KindName, place, good: &dyn Fn(&Duty) -> bool| {
            if good(self.duty("a procedure", kind)?) {
                return Ok(());
            }
            Err(Disagreement::PlaceWithoutDuty {
                procedure: id.clone(),
                kind: kind.clone(),
                place,
            })
        };
        let opens = |duty: &Duty| matches!(duty, Duty::Opens { procedure } if procedure == id);
        if let OpenedBy::Kind(kind) = procedure.opened_by() {
            fits(kind, "its opening", &opens)?;
        }
        if let Some(feedback) = procedure.feedback() {
            fits(feedback.kind(), "its feedback", &|duty| match duty {
                Duty::Feedback { procedure } | Duty::Answer { procedure, .. } => procedure == id,
                _ => false,
            })?;
        }
        for stage in procedure.stages() {
            let here = |p: &_, s: &_| p == id && s == stage.id();
            fits(stage.task(), "a task", &|duty| match duty {
                Duty::Task { procedure, stage } => here(procedure, stage),
                other => opens(other),
            })?;
            fits(stage.answer(), "an answer", &|duty| match duty {
                Duty::Answer { procedure, stage } => here(procedure, stage),
                _ => false,
            })?;
            self.stage_lists(procedure, stage)?;
        }
        Ok(())
    }

    pub(super) fn stage_lists(
        &self,
        procedure: &Procedure,
        stage: &Stage,
    ) -> Result<(), Disagreement> {
        for kind in [stage.task(), stage.answer()] {
            if self.lists(kind).next().is_none() {
                let kind = kind.clone();
                return Err(Disagreement::NoList { kind });
            }
            for list in self.lists(kind) {
                self.column("the procedures", list, stage.key(), |_| true)?;
            }
        }
        let known: BTreeSet<&str> = stage.outcomes().map(|(outcome, _)| outcome).collect();
        for list in self.lists(stage.answer()) {
            let is_enum = |field: &Field| field.field_type() == FieldType::Enum;
            let column = stage.outcome_field();
            let field = self.column("the procedures", list, column, is_enum)?;
            if values(field) != known || field.presence() != Presence::Cell {
                return Err(Disagreement::Outcomes {
                    procedure: procedure.id().clone(),
                    stage: stage.id().clone(),
                    list: list.id().clone(),
                });
            }
        }
        Ok(())
    }

    pub(super) fn column(
        &self,
        place: &'static str,
        list: &'c ListSchema,
        column: &ColumnName,
        good: impl Fn(&Field) -> bool,
    ) -> Result<&'c Field, Disagreement> {
        let at = list.position(column.as_str());
        let field = at.and_then(|at| list.fields().get(at));
        field
            .filter(|field| good(field))
            .ok_or_else(|| Disagreement::NoColumn {
                place,
                kind: list.kind().clone(),
                list: list.id().clone(),
                column: column.clone(),
            })
    }
}

/// The values that a field permits.
pub(super) fn values(field: &Field) -> BTreeSet<&str> {
    field.values().iter().map(String::as_str).collect()
}

/// Whether a field holds numbers.
pub(super) fn is_number(field: &Field) -> bool {
    matches!(
        field.field_type(),
        FieldType::Money | FieldType::Integer | FieldType::Decimal
    )
}

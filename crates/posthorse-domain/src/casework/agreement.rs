//! The data files of the casework together: they exist as one value only if they agree with each
//! other, with the lists' schemas and with the due rules.

use std::collections::BTreeSet;

use posthorse_package::{KindName, Role};

use super::disagreement::Disagreement;
use super::disclosures::Recipient;
use super::disclosures::{Disclosures, DisclosuresError};
use super::document::{ColumnName, DepartmentTag};
use super::kinds::{Clock, Duty, KindSet, KindSetError, ReportKind};
use super::policies::{Policies, PoliciesError, Policy};
use super::procedure_error::ProcedureSetError;
use super::procedures::{OpenedBy, Procedure, ProcedureSet, Stage};
use super::reason_codes::{ReasonCodes, ReasonCodesError};
use super::thresholds::{Bound, Threshold, Thresholds, ThresholdsError};
use crate::due_rules::DueRules;
use crate::field_type::FieldType;
use crate::list_schema::{Field, ListSchema, Presence};
use crate::schema_set::SchemaSet;

/// Everything that a city may arrange otherwise, in agreement. [`Casework::agreed`] alone makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Casework {
    parts: CaseworkParts,
}

/// The data files, each sound by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers put the parts together")]
pub struct CaseworkParts {
    /// `kinds.json`
    pub kinds: KindSet,
    /// `procedures.json`
    pub procedures: ProcedureSet,
    /// `disclosures.json`
    pub disclosures: Disclosures,
    /// `reason_codes.json`
    pub reason_codes: ReasonCodes,
    /// `thresholds.json`
    pub thresholds: Thresholds,
    /// `policies.json`
    pub policies: Policies,
}

/// Why there is no casework.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseworkError {
    /// The kinds are wrong.
    #[error(transparent)]
    Kinds(#[from] KindSetError),
    /// The procedures are wrong.
    #[error(transparent)]
    Procedures(#[from] ProcedureSetError),
    /// The column whitelists are wrong.
    #[error(transparent)]
    Disclosures(#[from] DisclosuresError),
    /// The reason codes are wrong.
    #[error(transparent)]
    ReasonCodes(#[from] ReasonCodesError),
    /// The thresholds are wrong.
    #[error(transparent)]
    Thresholds(#[from] ThresholdsError),
    /// The policies are wrong.
    #[error(transparent)]
    Policies(#[from] PoliciesError),
    /// Each is sound, but they contradict each other.
    #[error(transparent)]
    Disagreement(#[from] Disagreement),
}

impl CaseworkParts {
    /// The parts compiled in.
    ///
    /// # Errors
    /// A file compiled in is wrong, which the tests of this crate do not let happen.
    pub fn built_in() -> Result<Self, CaseworkError> {
        Ok(Self {
            kinds: KindSet::built_in()?,
            procedures: ProcedureSet::built_in()?,
            disclosures: Disclosures::built_in()?,
            reason_codes: ReasonCodes::built_in()?,
            thresholds: Thresholds::built_in()?,
            policies: Policies::built_in()?,
        })
    }
}

impl Casework {
    /// The casework of notice 〔2023〕7号, with the schemas and due rules compiled in or an
    /// office's own.
    ///
    /// # Errors
    /// The schemas or due rules given do not fit.
    pub fn built_in(schemas: &SchemaSet, rules: &DueRules) -> Result<Self, CaseworkError> {
        Self::agreed(CaseworkParts::built_in()?, schemas, rules)
    }

    /// The casework made of these parts, if they agree with each other, with the schemas and with
    /// the due rules (spec/casework-v1.md §8).
    ///
    /// # Errors
    /// The first contradiction.
    pub fn agreed(
        parts: CaseworkParts,
        schemas: &SchemaSet,
        rules: &DueRules,
    ) -> Result<Self, CaseworkError> {
        let check = Check {
            parts: &parts,
            schemas,
        };
        check.clocks(rules)?;
        check.duties()?;
        for procedure in parts.procedures.iter() {
            check.procedure(procedure)?;
        }
        check.disclosures()?;
        check.bureau_discloses()?;
        check.shared()?;
        check.reasons()?;
        for threshold in parts.thresholds.iter() {
            check.threshold(threshold)?;
        }
        for policy in parts.policies.iter() {
            check.policy(policy)?;
        }
        Ok(Self { parts })
    }

    /// The kinds.
    #[must_use]
    pub fn kinds(&self) -> &KindSet {
        &self.parts.kinds
    }

    /// The procedures.
    #[must_use]
    pub fn procedures(&self) -> &ProcedureSet {
        &self.parts.procedures
    }

    /// The column whitelists.
    #[must_use]
    pub fn disclosures(&self) -> &Disclosures {
        &self.parts.disclosures
    }

    /// The reason codes.
    #[must_use]
    pub fn reason_codes(&self) -> &ReasonCodes {
        &self.parts.reason_codes
    }

    /// The lines.
    #[must_use]
    pub fn thresholds(&self) -> &Thresholds {
        &self.parts.thresholds
    }

    /// The policies.
    #[must_use]
    pub fn policies(&self) -> &Policies {
        &self.parts.policies
    }
}

struct Check<'c> {
    parts: &'c CaseworkParts,
    schemas: &'c SchemaSet,
}

impl<'c> Check<'c> {
    fn lists<'k>(&self, kind: &'k KindName) -> impl Iterator<Item = &'c ListSchema> + use<'c, 'k> {
        self.schemas.iter().filter(move |list| list.kind() == kind)
    }

    fn duty(&self, place: &'static str, kind: &KindName) -> Result<&'c Duty, Disagreement> {
        let found = self.parts.kinds.get(kind).ok_or_else(|| {
            let kind = kind.clone();
            Disagreement::UnknownKind { place, kind }
        })?;
        Ok(found.duty())
    }

    /// The due rules speak of known kinds only, and say of each what its clock needs.
    fn clocks(&self, rules: &DueRules) -> Result<(), Disagreement> {
        for rule in rules.due_rules() {
            self.duty("the due rules", rule.kind())?;
        }
        for kind in self.parts.kinds.iter() {
            let is_due = rules.due_rule(kind.name()).is_some();
            let is_reported = rules.reporting(kind.name(), None).is_some();
            let fits = match kind.clock() {
                Clock::Due => is_due && !is_reported,
                Clock::Report => is_reported && !is_due,
                Clock::Set | Clock::None => !is_due && !is_reported,
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
    fn duties(&self) -> Result<(), Disagreement> {
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

    /// Every kind that a procedure names has that duty, and its lists have the columns.
    fn procedure(&self, procedure: &Procedure) -> Result<(), Disagreement> {
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

    fn stage_lists(&self, procedure: &Procedure, stage: &Stage) -> Result<(), Disagreement> {
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

    fn column(
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

    /// What is disclosed exists, and makes a list that its recipient's check accepts.
    fn disclosures(&self) -> Result<(), Disagreement> {
        for (kind, id, to, permitted) in self.parts.disclosures.iter() {
            self.duty("the disclosures", kind)?;
            if let Recipient::DepartmentOf(department) = to {
                self.department(department)?;
            }
            let list = self.lists(kind).find(|list| list.id() == id);
            let list = list.ok_or_else(|| Disagreement::UnknownList {
                kind: kind.clone(),
                list: id.clone(),
            })?;
            for column in permitted.iter() {
                self.column("the disclosures", list, column, |_| true)?;
            }
            let seen = |field: &Field| permitted.contains(field.name());
            let needed = |field: &Field| {
                let condition = field.required_if.as_ref();
                let on = condition.and_then(|condition| list.fields().get(condition.field));
                field.presence() != Presence::Optional || on.is_some_and(seen)
            };
            let missing = list.fields().iter().find(|f| needed(f) && !seen(f));
            if let Some(column) = missing.and_then(|field| field.name().parse().ok()) {
                return Err(Disagreement::Incomplete {
                    kind: kind.clone(),
                    list: id.clone(),
                    column,
                });
            }
        }
        Ok(())
    }

    /// Whatever the bureau may send, somebody has said what of it may be seen.
    fn bureau_discloses(&self) -> Result<(), Disagreement> {
        for kind in self.parts.kinds.iter() {
            let ways = kind.ways().iter();
            let from_bureau = ways.filter(|way| way.from().contains(&Role::Bureau));
            for role in from_bureau.flat_map(|way| way.to()) {
                let to = match role {
                    Role::County => Recipient::County,
                    Role::Department => Recipient::Department,
                    Role::Bureau | Role::Auditor => continue,
                };
                let disclosures = &self.parts.disclosures;
                let hidden = self
                    .lists(kind.name())
                    .find(|list| disclosures.columns(list.kind(), list.id(), &to).is_empty());
                if let Some(list) = hidden {
                    return Err(Disagreement::NothingDisclosed {
                        kind: kind.name().clone(),
                        list: list.id().clone(),
                        role: *role,
                    });
                }
            }
        }
        Ok(())
    }

    /// A sensitive column is in the sets of several departments only where the data say why.
    fn shared(&self) -> Result<(), Disagreement> {
        let disclosures = &self.parts.disclosures;
        let seen_by = |list: &ListSchema, column: &str| -> BTreeSet<DepartmentTag> {
            let entries = disclosures.iter();
            let entries = entries.filter(|(k, l, ..)| *k == list.kind() && *l == list.id());
            let who = entries.filter_map(|(_, _, to, permitted)| match to {
                Recipient::DepartmentOf(tag) if permitted.contains(column) => Some(tag.clone()),
                _ => None,
            });
            who.collect()
        };
        let reasons = disclosures.shared();
        for list in self.schemas.iter() {
            for field in list.fields().iter().filter(|field| field.is_sensitive()) {
                let who = seen_by(list, field.name());
                let noted = reasons.iter().any(|reason| {
                    reason.kind == *list.kind()
                        && reason.list == *list.id()
                        && reason.column.as_str() == field.name()
                        && reason.departments == who
                });
                if who.len() > 1
                    && !noted
                    && let Ok(column) = field.name().parse()
                {
                    let list = list.id().clone();
                    return Err(Disagreement::SharedUnexplained { list, column });
                }
            }
        }
        for reason in reasons {
            let list = self.lists(&reason.kind).find(|l| *l.id() == reason.list);
            let is_shared = list.is_some_and(|list| {
                let at = list.position(reason.column.as_str());
                let sensitive = at.is_some_and(|at| list.fields()[at].is_sensitive());
                let who = seen_by(list, reason.column.as_str());
                sensitive && who.len() > 1 && who == reason.departments
            });
            if !is_shared {
                return Err(Disagreement::ExplainedUnshared {
                    list: reason.list.clone(),
                    column: reason.column.clone(),
                });
            }
        }
        Ok(())
    }

    fn reasons(&self) -> Result<(), Disagreement> {
        for set in self.parts.reason_codes.iter() {
            let known: BTreeSet<&str> = set.reasons().iter().map(|reason| reason.value()).collect();
            for place in set.columns() {
                self.duty("the reason codes", &place.kind)?;
                if self.lists(&place.kind).next().is_none() {
                    let kind = place.kind.clone();
                    return Err(Disagreement::NoList { kind });
                }
                for list in self.lists(&place.kind) {
                    let is_enum = |field: &Field| field.field_type() == FieldType::Enum;
                    let field = self.column("the reason codes", list, &place.column, is_enum)?;
                    if values(field) != known {
                        return Err(Disagreement::Reasons {
                            set: set.id().clone(),
                            list: list.id().clone(),
                            column: place.column.clone(),
                        });
                    }
                }
            }
        }
        Ok(())
    }

    fn threshold(&self, threshold: &Threshold) -> Result<(), Disagreement> {
        let (kind, id) = (threshold.kind(), threshold.list());
        self.duty("the thresholds", kind)?;
        let list = self.lists(kind).find(|list| list.id() == id);
        let list = list.ok_or_else(|| Disagreement::UnknownList {
            kind: kind.clone(),
            list: id.clone(),
        })?;
        let column = threshold.column();
        let field = self.column("the thresholds", list, column, |field| {
            match threshold.bound() {
                Bound::OneOf(_) => field.field_type() == FieldType::Enum,
                Bound::AtLeast(_) | Bound::MoreThan(_) | Bound::AtMost(_) => is_number(field),
            }
        })?;
        if let Bound::OneOf(wanted) = threshold.bound()
            && !wanted.iter().all(|value| field.values().contains(value))
        {
            let threshold = threshold.id().clone();
            return Err(Disagreement::ThresholdValue { threshold });
        }
        Ok(())
    }

    fn department(&self, department: &DepartmentTag) -> Result<(), Disagreement> {
        let mut known = self.parts.policies.departments();
        if known.any(|(tag, _)| tag == department) {
            return Ok(());
        }
        let department = department.clone();
        Err(Disagreement::UnknownDepartment { department })
    }

    /// A policy's department sees on the roster what it needs to tell who is eligible, and the
    /// lists in which it is paid or not paid know its title.
    fn policy(&self, policy: &Policy) -> Result<(), Disagreement> {
        let department = Recipient::DepartmentOf(policy.department().clone());
        let with_duty = |wanted: Duty| {
            let kinds = self
                .parts
                .kinds
                .iter()
                .filter(move |kind| *kind.duty() == wanted);
            kinds.flat_map(|kind| self.lists(kind.name()))
        };
        for list in with_duty(Duty::Reference) {
            let disclosures = &self.parts.disclosures;
            let permitted = disclosures.columns(list.kind(), list.id(), &department);
            for column in policy.eligible().columns() {
                self.column("the policies", list, column, |_| true)?;
                if !permitted.contains(column.as_str()) {
                    return Err(Disagreement::PolicyBlind {
                        policy: policy.id().clone(),
                        column: column.clone(),
                    });
                }
            }
        }
        let unpayable = |list| Disagreement::PolicyUnpayable {
            policy: policy.id().clone(),
            list,
        };
        let knows = |list: &ListSchema| {
            let named = list.fields().iter().find(|field| field.name() == "policy");
            named.is_some_and(|field| values(field).contains(policy.title()))
        };
        for id in policy.payouts() {
            let mut payouts = with_duty(Duty::Report(ReportKind::Payout));
            if !payouts.any(|list| list.id() == id && knows(list)) {
                return Err(unpayable(id.clone()));
            }
        }
        let mut unpaid = with_duty(Duty::Report(ReportKind::Unpaid));
        match unpaid.find(|list| !knows(list)) {
            Some(list) => Err(unpayable(list.id().clone())),
            None => Ok(()),
        }
    }
}

fn values(field: &Field) -> BTreeSet<&str> {
    field.values().iter().map(String::as_str).collect()
}

fn is_number(field: &Field) -> bool {
    matches!(
        field.field_type(),
        FieldType::Money | FieldType::Integer | FieldType::Decimal
    )
}

#[cfg(test)]
#[path = "agreement_tests.rs"]
mod tests;

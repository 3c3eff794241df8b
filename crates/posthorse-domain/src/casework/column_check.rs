//! Whether what is said of columns fits the lists: who may see them, which reasons and lines they
//! hold, which of them policies read.

use std::collections::BTreeSet;

use posthorse_package::Role;

use super::agreement_check::{Check, is_number, values};
use super::disagreement::Disagreement;
use super::disclosures::Recipient;
use super::document::DepartmentTag;
use super::kinds::{Duty, ReportKind};
use super::policies::Policy;
use super::thresholds::{Bound, Threshold};
use crate::schemas::list_schema::{Field, ListSchema, Presence};
use crate::values::field_type::FieldType;

impl Check<'_> {
    /// What is disclosed exists, and makes a list that its recipient's check accepts.
    pub(super) fn disclosures(&self) -> Result<(), Disagreement> {
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
    pub(super) fn bureau_discloses(&self) -> Result<(), Disagreement> {
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
    pub(super) fn shared(&self) -> Result<(), Disagreement> {
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

    pub(super) fn reasons(&self) -> Result<(), Disagreement> {
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

    pub(super) fn threshold(&self, threshold: &Threshold) -> Result<(), Disagreement> {
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

    pub(super) fn department(&self, department: &DepartmentTag) -> Result<(), Disagreement> {
        let mut known = self.parts.policies.departments();
        if known.any(|(tag, _)| tag == department) {
            return Ok(());
        }
        let department = department.clone();
        Err(Disagreement::UnknownDepartment { department })
    }

    /// A policy's department sees on the roster what it needs to tell who is eligible, and the
    /// lists in which it is paid or not paid know its title.
    pub(super) fn policy(&self, policy: &Policy) -> Result<(), Disagreement> {
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

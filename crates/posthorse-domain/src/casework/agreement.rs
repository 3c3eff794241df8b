//! The data files of the casework together: they exist as one value only if they agree with each
//! other, with the lists' schemas and with the due rules.

use super::agreement_check::Check;
use super::disagreement::Disagreement;
use super::disclosures::{Disclosures, DisclosuresError};
use super::kind_error::KindSetError;
use super::kinds::KindSet;
use super::policies::{Policies, PoliciesError};
use super::procedure_error::ProcedureSetError;
use super::procedures::ProcedureSet;
use super::reason_codes::{ReasonCodes, ReasonCodesError};
use super::thresholds::{Thresholds, ThresholdsError};
use crate::clocks::due_rules::DueRules;
use crate::schemas::schema_set::SchemaSet;

/// Everything that a city may arrange otherwise, in agreement. [`Casework::agreed`] alone makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Casework {
    parts: CaseworkParts,
}

/// The data files, each sound by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        check.floors()?;
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

#[cfg(test)]
#[path = "agreement_tests.rs"]
mod tests;

//! The closed loop: kinds and their duties, procedures, and the life of a case; who may see which
//! column, which reasons and lines there are, which policies pay whom. All of it is data that a
//! city changes without a new build (spec/casework-v1.md); here are the types that cannot be
//! wrong, and the functions that only compute.

mod agreement;
mod agreement_check;
mod case;
mod case_error;
mod case_state;
mod column_check;
mod disagreement;
mod disclosures;
mod document;
mod expiry;
mod kind_error;
mod kinds;
#[cfg(test)]
mod other_city_tests;
mod policies;
mod procedure_error;
mod procedures;
mod reason_codes;
mod stage;
mod thresholds;
mod urging;

pub use agreement::{Casework, CaseworkError, CaseworkParts};
pub use case::{Case, CaseEvent, Happening};
pub use case_error::{CaseFault, ReplayError};
pub use case_state::{CaseState, Closing, OpenTask};
pub use disagreement::Disagreement;
pub use disclosures::{Disclosures, DisclosuresError, Permitted, Recipient, SharedColumn};
pub use document::{
    ColumnName, DataFileError, DataNameError, DepartmentTag, PolicyId, ProcedureId, ReasonSetId,
    StageId, ThresholdId,
};
pub use expiry::{Expired, Expiry, kept_until};
pub use kind_error::{AddressFault, KindSetError};
pub use kinds::{
    Clock, Duty, Kind, KindSet, LOG_FLOOR_MONTHS, PROVISION_FLOOR_MONTHS, Reach, ReportKind,
    Signatures, Way,
};
pub use policies::{Policies, PoliciesError, Policy};
pub use procedure_error::ProcedureSetError;
pub use procedures::{Feedback, FeedbackTo, OpenedBy, Procedure, ProcedureSet, TransitionError};
pub use reason_codes::{
    Reason, ReasonCode, ReasonCodes, ReasonCodesError, ReasonColumn, ReasonSet,
};
pub use stage::{Assignee, Gathers, Stage, Transition};
pub use thresholds::{Bound, Limit, Threshold, Thresholds, ThresholdsError};
pub use urging::{Escalation, Urge, UrgeAddressee, UrgeClock, UrgeStep};

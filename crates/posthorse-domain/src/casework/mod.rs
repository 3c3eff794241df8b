//! The closed loop: kinds and their duties, procedures, and the life of a case; who may see which
//! column, which reasons and lines there are, which policies pay whom. All of it is data that a
//! city changes without a new build (spec/casework-v1.md); here are the types that cannot be
//! wrong, and the functions that only compute.

mod agreement;
mod case;
mod case_error;
mod disagreement;
mod disclosures;
mod document;
mod kinds;
mod policies;
mod procedure_error;
mod procedures;
mod reason_codes;
mod thresholds;
mod urging;

pub use agreement::{Casework, CaseworkError, CaseworkParts};
pub use case::{Case, CaseEvent, CaseState, Closing, Happening, OpenTask};
pub use case_error::{CaseFault, ReplayError};
pub use disagreement::Disagreement;
pub use disclosures::{Disclosures, DisclosuresError, Permitted, Recipient, SharedColumn};
pub use document::{
    ColumnName, DataFileError, DataNameError, DepartmentTag, PolicyId, ProcedureId, ReasonSetId,
    StageId, ThresholdId,
};
pub use kinds::{
    AddressFault, Clock, Duty, Kind, KindSet, KindSetError, LOG_FLOOR_MONTHS,
    PROVISION_FLOOR_MONTHS, Reach, ReportKind, Signatures, Way,
};
pub use policies::{Condition, Policies, PoliciesError, Policy};
pub use procedure_error::ProcedureSetError;
pub use procedures::{
    Assignee, Feedback, FeedbackTo, Gathers, OpenedBy, Procedure, ProcedureSet, Stage, Transition,
    TransitionError,
};
pub use reason_codes::{
    Reason, ReasonCode, ReasonCodes, ReasonCodesError, ReasonColumn, ReasonSet,
};
pub use thresholds::{Bound, Limit, Threshold, Thresholds, ThresholdsError};
pub use urging::{Escalation, Urge, UrgeAddressee, UrgeClock, UrgeStep};

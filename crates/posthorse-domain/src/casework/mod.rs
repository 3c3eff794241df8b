//! The closed loop: kinds and their duties, procedures, and the life of a case; who may see which
//! column, which reasons and lines there are, which policies pay whom. All of it is data that a
//! city changes without a new build (spec/casework-v1.md); here are the types that cannot be
//! wrong, and the functions that only compute.

mod case;
mod case_error;
mod document;
mod kinds;
mod procedure_error;
mod procedures;
mod urging;

pub use case::{Case, CaseEvent, CaseState, Closing, Happening, OpenTask};
pub use case_error::{CaseFault, ReplayError};
pub use document::{
    ColumnName, DataFileError, DataNameError, DepartmentTag, PolicyId, ProcedureId, ReasonSetId,
    StageId, ThresholdId,
};
pub use kinds::{
    AddressFault, Clock, Duty, Kind, KindSet, KindSetError, LOG_FLOOR_MONTHS,
    PROVISION_FLOOR_MONTHS, Reach, ReportKind, Signatures, Way,
};
pub use procedure_error::ProcedureSetError;
pub use procedures::{
    Assignee, Feedback, FeedbackTo, Gathers, OpenedBy, Procedure, ProcedureSet, Stage, Transition,
    TransitionError,
};
pub use urging::{Escalation, Urge, UrgeAddressee, UrgeClock, UrgeStep};

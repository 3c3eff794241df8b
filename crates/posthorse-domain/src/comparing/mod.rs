//! Lists against the roster: who is entitled and unpaid, who is paid and unknown, which measure is
//! missing, whose answer deserves a second look. Pure: the same input gives the same output.

mod comparison;
mod comparison_rules;
mod comparison_workbook;
pub(crate) mod condition;
pub(crate) mod condition_document;
mod coverage;
mod gap_rules;
mod gap_screening;
mod measure_reconciliation;
mod measures_workbook;
mod precheck;
mod recheck_selection;
mod roster_index;
mod roster_reading;
mod roster_states;
mod rule_data;
mod text_store;

#[cfg(test)]
mod comparison_tests;
#[cfg(test)]
mod precheck_tests;
#[cfg(test)]
mod roster_tests;
#[cfg(test)]
mod screening_tests;
#[cfg(test)]
mod test_roster;

pub use comparison::{
    Comparison, ComparisonRun, MissingColumns, RowBucket, RowFinding, UnpaidPerson,
};
pub use comparison_rules::{ComparedPolicy, ComparisonRules, Unit};
pub use comparison_workbook::write_comparison_workbook;
pub use coverage::{BasisPoints, Coverage};
pub use gap_rules::{GapRule, GapRules, GapType, HelpStage};
pub use gap_screening::{GapRow, GapScreening, SkippedRule};
pub use measure_reconciliation::{
    HelpedPeople, MeasureDifference, MeasureReconciliation, MeasureRow,
};
pub use measures_workbook::write_measures_workbook;
pub use precheck::{DEATH_REASON, Precheck, PrecheckResult, PrecheckRow};
pub use recheck_selection::{NotEnrolled, RecheckGround, RecheckRow, RecheckRules};
pub use roster_index::{RosterError, RosterIndex, RosterPerson};
pub use roster_reading::{RosterReading, read_roster};
pub use roster_states::{Among, RosterStates, Standing};
pub use rule_data::RuleDataError;

//! In what the data files of the casework can contradict each other, the schemas or the clocks.

use posthorse_package::{KindName, ListName, Role};

use super::document::{
    ColumnName, DepartmentTag, PolicyId, ProcedureId, ReasonSetId, StageId, ThresholdId,
};
use super::kinds::Clock;

/// A contradiction between data files of which each is sound by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Disagreement {
    /// A file names a kind that no file describes.
    #[error("{place} names kind {kind}, which is not among the kinds")]
    UnknownKind {
        /// Which file.
        place: &'static str,
        /// The kind.
        kind: KindName,
    },
    /// A kind's duty names a procedure or stage that is not there, or that names another kind.
    #[error("the duty of {kind} is not what the procedures say of it")]
    DutyWithoutPlace {
        /// The kind.
        kind: KindName,
    },
    /// A procedure uses a kind for something that is not the kind's duty.
    #[error("procedure {procedure} uses {kind} as {place}, which is not its duty")]
    PlaceWithoutDuty {
        /// The procedure.
        procedure: ProcedureId,
        /// The kind.
        kind: KindName,
        /// For what it is used.
        place: &'static str,
    },
    /// A kind of which a procedure needs a list has none.
    #[error("{kind} has no list")]
    NoList {
        /// The kind.
        kind: KindName,
    },
    /// A file names a list that has no schema.
    #[error("{kind} has no list {list}")]
    UnknownList {
        /// The kind.
        kind: KindName,
        /// The list.
        list: ListName,
    },
    /// A file names a column that a list does not have, or not of the type needed.
    #[error("list {list} of {kind} has no column {column} of the type that {place} needs")]
    NoColumn {
        /// Which file.
        place: &'static str,
        /// The kind.
        kind: KindName,
        /// The list.
        list: ListName,
        /// The column.
        column: ColumnName,
    },
    /// A stage's outcomes are not the values that its answer permits.
    #[error("procedure {procedure}, stage {stage}: list {list} permits other outcomes")]
    Outcomes {
        /// The procedure.
        procedure: ProcedureId,
        /// The stage.
        stage: StageId,
        /// The list.
        list: ListName,
    },
    /// A reason set is not what a column permits.
    #[error("reason set {set} is not what column {column} of list {list} permits")]
    Reasons {
        /// The set.
        set: ReasonSetId,
        /// The list.
        list: ListName,
        /// The column.
        column: ColumnName,
    },
    /// A line names a value that its column does not permit.
    #[error("threshold {threshold} names a value that its column does not permit")]
    ThresholdValue {
        /// The line.
        threshold: ThresholdId,
    },
    /// The due rules say of a kind something else than its clock.
    #[error("the due rules do not have what clock {clock:?} of {kind} needs, or have more")]
    Clock {
        /// The kind.
        kind: KindName,
        /// Its clock.
        clock: Clock,
    },
    /// A kind is kept as briefly as a log, but its list carries identity numbers.
    #[error("list {list} of {kind} names people, but the kind's duty lets it go as early as a log")]
    KeptTooBriefly {
        /// The kind.
        kind: KindName,
        /// The list.
        list: ListName,
    },
    /// The bureau may send a list to a role that may see none of its columns.
    #[error("list {list} of {kind} goes to the {role:?}, and no column is disclosed")]
    NothingDisclosed {
        /// The kind.
        kind: KindName,
        /// The list.
        list: ListName,
        /// The role.
        role: Role,
    },
    /// A recipient gets a list without a column that the list cannot do without.
    #[error("list {list} of {kind} cannot do without {column}, which is not disclosed")]
    Incomplete {
        /// The kind.
        kind: KindName,
        /// The list.
        list: ListName,
        /// The column.
        column: ColumnName,
    },
    /// A sensitive column goes to several departments, and the noted ones are not these.
    #[error("sensitive column {column} of list {list} goes to several departments unexplained")]
    SharedUnexplained {
        /// The list.
        list: ListName,
        /// The column.
        column: ColumnName,
    },
    /// A reason to share is noted for a column that is not shared, or not sensitive.
    #[error("column {column} of list {list} is not shared as it is explained")]
    ExplainedUnshared {
        /// The list.
        list: ListName,
        /// The column.
        column: ColumnName,
    },
    /// A file names a department that the policies do not know.
    #[error("department {department} is not among the departments")]
    UnknownDepartment {
        /// The department.
        department: DepartmentTag,
    },
    /// A policy needs a column that its department does not see.
    #[error("policy {policy} reads {column}, which its department does not see")]
    PolicyBlind {
        /// The policy.
        policy: PolicyId,
        /// The column.
        column: ColumnName,
    },
    /// A policy is paid in a list that is no payout list, or that does not know its title.
    #[error("policy {policy} is not one that list {list} can pay")]
    PolicyUnpayable {
        /// The policy.
        policy: PolicyId,
        /// The list.
        list: ListName,
    },
}

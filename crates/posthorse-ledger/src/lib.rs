//! The memory of an office: what arrived, what was decided, what was sent, and to whom.
//!
//! This is the only crate that knows SQL. Its promises, kept by every store:
//!
//! - **Append-only.** Events, verdicts, receipts and sealed packages are never changed or removed.
//!   What is said of people goes when it has been kept long enough; that it was there stays.
//! - **One verdict.** A package is known by its manifest's digest, and only completed work counts:
//!   the verdict, everything that follows from it, and the receipt are one transaction.
//! - **Nothing is sent that was not written down.** What goes out waits in the outbox of the same
//!   transaction, and is published from there as often as it takes.
//! - **The file names nobody.** A person is found by a keyed hash; everything said of a person
//!   rests encrypted, bound to its own row.

#[cfg(test)]
mod contract;

mod amendment;
mod case_id;
mod cipher;
mod error;
mod event;
mod ledger;
mod monitor;
mod query;
mod record;
mod retention;
mod sqlite;
mod sqlite_migrations;

pub use amendment::{
    Amendments, Corrected, Correction, Hold, KeptRow, NoticeKind, NoticeRecord, OwnPackage,
    PendingNotice, RowRef, StandingRow,
};
pub use case_id::{case_id, month_of};
pub use cipher::{LedgerKey, Secret};
pub use error::LedgerError;
pub use event::{Event, StoredEvent};
pub use ledger::Ledger;
pub use monitor::{
    AccessRecord, AmendedReach, Amending, BoardQuestion, LeadStanding, PersonTrace,
    QuarantinedThing, TraceFact, TraceStep,
};
pub use query::{
    BrokenInvariant, CaseHistory, CaseRow, CaseStanding, ClosedCase, CoverageState, DispatchFacts,
    DispositionCount, HighWater, HistoryOf, IntakeEnd, IntakeOutcome, IntakeState, NotEnrolledCase,
    NotEnrolledPage, OpenCase, OpenIntake, OutboxRow, Owed, OwnChain, PackageHistory, PackageRow,
    PendingCounty, PendingFeedback, PendingLead, PendingPerson, PendingResult, ReportRow,
    RosterRow, RunningClock, SubmissionRow, TaskRow, UnroutedLead, WaitingCase,
};
pub use record::{
    ClaimId, ClockMove, CoverageBasis, CoverageCount, CoverageRecord, Destination, DirectTask,
    DispatchRecord, DispatchRow, FeedbackRecord, LapseRecord, NewAnswer, NewCase, NewLead,
    NewReportRow, NewSubmission, NotAClaim, OpenedCase, Openings, Outgoing, PackageFacts,
    PrecheckRecord, QuarantineRecord, RecheckRecord, RecountRecord, RosterSendingRecord,
    ScreeningRecord, SealedFacts, SequenceStep, TaskDue, Timeliness, TurnedAwayRecord, UrgeRecord,
    UrgedMatter, Verdict, VerdictRecord,
};
pub use retention::{
    ArchivedCopy, DeletionEntry, DueForDeletion, DuePackage, LastDeletion, UnfinishedDeletion,
};
pub use sqlite::SqliteLedger;

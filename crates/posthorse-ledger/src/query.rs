//! What the ledger answers.

use posthorse_domain::{CaseEvent, Date, ProcedureId, StageId};
use posthorse_package::{Digest, KeyId, KindName, ListName, PartyId, Period, Timestamp};

use crate::cipher::Secret;
use crate::record::{ClaimId, CoverageBasis, Outgoing, PackageFacts, TaskDue, Timeliness, Verdict};

/// Something that was claimed and has no end yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIntake {
    /// Its claim.
    pub claim: ClaimId,
    /// Its name in the inbox, as its sender wrote it.
    pub file_name: Secret,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// How often its processing was begun.
    pub attempts: u32,
}

/// How an intake stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntakeState {
    /// No such claim.
    Unknown,
    /// Claimed, and not at its end.
    Open,
    /// At its end.
    Ended(IntakeEnd),
}

/// How an intake ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeEnd {
    /// When.
    pub at: Timestamp,
    /// In which way.
    pub outcome: IntakeOutcome,
    /// The digest of the file, where it was read.
    pub file: Option<Digest>,
}

/// The ways in which an intake ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntakeOutcome {
    /// With a verdict on a package.
    Decided,
    /// As a copy that lacks signatures, answered without a verdict.
    TurnedAway,
    /// As the replay of a decided package.
    Replayed,
    /// In quarantine, for this code.
    Quarantined(String),
    /// Unclaimed: somebody else had moved it.
    Released,
}

/// A package with its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRow {
    /// The package.
    pub facts: PackageFacts,
    /// When it came.
    pub received_at: Timestamp,
    /// What became of it.
    pub verdict: Verdict,
}

/// The last package seen under a signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HighWater {
    /// Its sequence.
    pub sequence: u64,
    /// Its manifest's digest.
    pub manifest: Digest,
}

/// Everything that the ledger knows which bears on the verdict about one package.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackageHistory {
    /// The verdict on this very package, if it has one.
    pub decided: Option<PackageRow>,
    /// The other package to which its sender gave the same id.
    pub same_id: Option<Digest>,
    /// The last package under its signing key.
    pub high_water: Option<HighWater>,
    /// The other package with its sequence number under the same key.
    pub same_sequence: Option<Digest>,
    /// What the package after it in the sequence names as its predecessor.
    pub named_by_successor: Option<Digest>,
    /// The package before it in the sequence, if it was seen.
    pub predecessor: Option<Digest>,
}

/// Where this office's own sequence stands under one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnChain {
    /// The sequence of the next package.
    pub next_sequence: u64,
    /// The manifest digest of the last one.
    pub previous: Option<Digest>,
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number.
    pub number: i64,
    /// The file.
    pub outgoing: Outgoing,
    /// When it was published; none while it waits.
    pub published_at: Option<Timestamp>,
}

/// One person of a county with everything that is known and current.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPerson {
    /// The person, as the ledger numbers them.
    pub person: i64,
    /// The case already open, if there is one.
    pub open_case: Option<OpenCase>,
    /// The last closed case about the same person in the same county, where none is open.
    pub last: Option<ClosedCase>,
    /// Every current lead, those already dispatched included.
    pub leads: Vec<PendingLead>,
}

/// A case that is closed, as it is remembered when its person is pushed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedCase {
    /// Its id.
    pub case_id: String,
    /// When it was closed.
    pub ended_at: Timestamp,
    /// The outcome.
    pub outcome: String,
    /// The whole answer that gave it.
    pub answer: Secret,
}

/// How a case ended, for one of its sources, who has not been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingFeedback {
    /// Its number.
    pub feedback: i64,
    /// The case.
    pub case_id: String,
    /// When the case was closed.
    pub closed_at: Timestamp,
    /// The outcome.
    pub outcome: String,
    /// The whole answer that gave it.
    pub answer: Secret,
    /// What identifies the person.
    pub identity: Secret,
    /// What this source said, and nobody else.
    pub leads: Vec<PendingLead>,
}

/// How a case ended, for the office that opened it and has not been told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingResult {
    /// Its number.
    pub feedback: i64,
    /// The case.
    pub case_id: String,
    /// The package that opened it.
    pub opened_in: Digest,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// The row that opened it.
    pub detail: Secret,
    /// What every office that has answered said last, by office.
    pub answers: Vec<(PartyId, Secret)>,
    /// The offices that were asked and have not answered.
    pub silent: Vec<PartyId>,
}

/// A case that the bureau must hand over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingCase {
    /// Its id.
    pub case_id: String,
    /// Its procedure.
    pub procedure: ProcedureId,
    /// The stage that it is handed over for.
    pub stage: StageId,
    /// The county's code.
    pub county: String,
    /// The person, as the ledger numbers them; none where it is about nobody in particular.
    pub person: Option<i64>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// What was said of it when it was opened.
    pub detail: Secret,
    /// The last answer to it.
    pub answer: Option<Secret>,
}

/// What one office owes by one day in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The office.
    pub party: PartyId,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The stage.
    pub stage: StageId,
    /// The last day.
    pub due_on: Date,
    /// When the first of the tasks was handed over.
    pub dispatched_at: Timestamp,
    /// How many cases.
    pub cases: u64,
    /// The day on which the office was last urged about them.
    pub urged_on: Option<Date>,
}

/// The clocks of one office that were opened on one day and say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningClock {
    /// The office.
    pub party: PartyId,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The stage.
    pub stage: StageId,
    /// The day in China on which the tasks were handed over.
    pub opened_on: Date,
    /// The last day.
    pub due: TaskDue,
    /// How many cases.
    pub cases: u64,
}

/// A case that is with an office, as a further dispatch continues it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    /// Its id.
    pub case_id: String,
    /// The last day of its task.
    pub due: Option<TaskDue>,
}

/// A lead, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingLead {
    /// Its number.
    pub lead: i64,
    /// The department.
    pub source: PartyId,
    /// The list.
    pub list: ListName,
    /// The month reported on.
    pub period: Option<Period>,
    /// When it came.
    pub received_at: Timestamp,
    /// What was said.
    pub detail: Secret,
}

/// A county for which leads wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCounty {
    /// Its code.
    pub county: String,
    /// When the oldest of them came.
    pub oldest: Timestamp,
}

/// A lead that belongs to no county.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnroutedLead {
    /// Its number.
    pub lead: i64,
    /// The package that it came in.
    pub manifest: Digest,
    /// The department.
    pub source: PartyId,
    /// The list.
    pub list: ListName,
    /// Why it has no county.
    pub reason: String,
    /// What was said.
    pub detail: Secret,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseStanding {
    /// The bureau must hand it over.
    Waiting,
    /// An office must answer.
    Assigned,
    /// It is closed (销号).
    Closed,
    /// It was taken back.
    Withdrawn,
}

/// A case, as an office answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Its id.
    pub case_id: String,
    /// Its procedure.
    pub procedure: ProcedureId,
    /// The stage in which it is or ended.
    pub stage: StageId,
    /// Where it stands.
    pub standing: CaseStanding,
    /// The county's code.
    pub county: String,
    /// What identifies the person; none where it is about nobody in particular.
    pub identity: Option<Secret>,
    /// The office whose package opened it; none where this office did.
    pub opened_by: Option<PartyId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The outcome that closed it.
    pub outcome: Option<String>,
    /// Its tasks, by stage and office.
    pub tasks: Vec<TaskRow>,
}

/// One stage of a case in one office's hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// The stage.
    pub stage: StageId,
    /// The office.
    pub party: PartyId,
    /// When it was first available to the office.
    pub dispatched_at: Timestamp,
    /// Its last day.
    pub due: Option<TaskDue>,
    /// The office's last answer.
    pub outcome: Option<String>,
    /// When an answer settled it.
    pub settled_at: Option<Timestamp>,
}

/// A case with everything that happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHistory {
    /// The case.
    pub case: CaseRow,
    /// Its history, as [`posthorse_domain::Case::replay`] reads it.
    pub events: Vec<CaseEvent>,
}

/// One list that was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionRow {
    /// Its package.
    pub manifest: Digest,
    /// The list.
    pub list: ListName,
    /// Who submitted it.
    pub sender: PartyId,
    /// What it is for.
    pub kind: KindName,
    /// The month it reports on.
    pub period: Option<Period>,
    /// How it stood to its window.
    pub timeliness: Option<Timeliness>,
    /// Rows taken.
    pub accepted: u64,
    /// Rows sent back.
    pub rejected: u64,
    /// When it came.
    pub received_at: Timestamp,
}

/// One row of a report, as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its package.
    pub manifest: Digest,
    /// Who reported.
    pub sender: PartyId,
    /// What it reports: a word of the duty `report`.
    pub report: String,
    /// The county's code.
    pub county: Option<String>,
    /// The policy.
    pub policy: Option<String>,
    /// The reason of an unpaid row, or how a payment went.
    pub word: Option<String>,
    /// The list that it is about.
    pub about_list: Option<ListName>,
    /// The month that it is about.
    pub about_month: Option<Period>,
    /// By when the list is promised.
    pub day: Option<Date>,
    /// How it stood to the window of the list that it is about.
    pub timeliness: Option<Timeliness>,
    /// The precheck that a payout names; a payout without one is flagged.
    pub precheck: Option<Digest>,
    /// The word that this precheck gave for the person; none if it was not asked about them.
    pub prechecked: Option<String>,
}

/// A package that this office sealed, as an answer may refer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchFacts {
    /// The sealed package.
    pub manifest: Digest,
    /// The county's code.
    pub county: String,
    /// Who got it.
    pub party: PartyId,
    /// How many people are in it.
    pub people: u64,
    /// When.
    pub dispatched_at: Timestamp,
}

/// How many packages ended how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispositionCount {
    /// The disposition's word.
    pub disposition: String,
    /// The code.
    pub code: String,
    /// How many.
    pub packages: u64,
}

/// A broken promise of the ledger; a sound one has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenInvariant {
    /// The rule, as the specification names it.
    pub rule: &'static str,
    /// How many rows break it.
    pub rows: u64,
}

/// What to look for when a package's history is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryOf<'a> {
    /// The package's identity.
    pub manifest: &'a Digest,
    /// Its sender.
    pub sender: &'a PartyId,
    /// Its sender's id for it.
    pub package_id: &'a posthorse_package::PackageId,
    /// Its signing key.
    pub signing_key: &'a KeyId,
    /// Its sequence.
    pub sequence: u64,
}

/// A roster that this office has read and can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterRow {
    /// The digest of its bytes.
    pub file: Digest,
    /// The day of which it counts.
    pub day: Date,
    /// When it was read.
    pub arrived_at: Timestamp,
}

/// A closed case that did not enrol its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotEnrolledCase {
    /// The case.
    pub case_id: String,
    /// The county's code.
    pub county: String,
    /// What identifies the person.
    pub identity: Secret,
    /// The outcome.
    pub outcome: String,
    /// The whole answer.
    pub answer: Secret,
    /// What departments said in the case, the oldest first.
    pub leads: Vec<PendingLead>,
    /// The subjects of the cases of the procedure asked about that this person has had.
    pub subjects: Vec<String>,
}

/// Some of the cases that enrolled nobody, in the order of their answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotEnrolledPage {
    /// The last answer that was looked at, as the ledger numbers them.
    pub upto: i64,
    /// The cases.
    pub cases: Vec<NotEnrolledCase>,
}

/// How the last count of a policy's coverage stands to what came since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageState {
    /// A number that grows with each payout of the policy that comes, is corrected or taken back.
    pub last_row: i64,
    /// On what the last count of the year rests.
    pub counted: Option<CoverageBasis>,
}

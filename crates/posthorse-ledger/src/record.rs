//! What the daemon asks the ledger to write. Each record is one transaction: all of it, or nothing.

use std::fmt;
use std::str::FromStr;

use posthorse_domain::{Certainty, Date, ProcedureId, ReportKind, StageId, Transition};
use posthorse_package::{
    Digest, Disposition, KeyId, KindName, ListName, PackageId, PartyId, Period, Timestamp,
};
use serde::Serialize;

use crate::amendment::Amendments;
use crate::cipher::Secret;

/// The random name under which the daemon took one thing out of the inbox: 32 lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClaimId(String);

impl ClaimId {
    /// A claim from its sixteen random bytes.
    #[must_use]
    pub fn from_random(random: [u8; 16]) -> Self {
        Self(random.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The claim as text, fit for a file name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is no claim: not 32 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a claim: 32 lower-case hex digits")]
pub struct NotAClaim;

impl FromStr for ClaimId {
    type Err = NotAClaim;

    fn from_str(text: &str) -> Result<Self, NotAClaim> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 32 && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAClaim)
        }
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The public facts of a package whose signature and payload digest were verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageFacts {
    /// The manifest's digest: the package's identity.
    pub manifest: Digest,
    /// The id that its sender gave it.
    pub package_id: PackageId,
    /// Who sent it.
    pub sender: PartyId,
    /// What it is for.
    pub kind: KindName,
    /// The month it reports on, if any.
    pub period: Option<Period>,
    /// The key whose sequence it continues.
    pub signing_key: KeyId,
    /// Its place in that sequence.
    pub sequence: u64,
    /// The manifest digest of the package before it in that sequence.
    pub previous: Option<Digest>,
    /// The package that it answers.
    pub in_reply_to: Option<Digest>,
    /// The package that it replaces.
    pub supersedes: Option<Digest>,
    /// When its sender sealed it.
    pub sealed_at: Timestamp,
    /// The digest of the whole file.
    pub file: Digest,
    /// The length of the whole file.
    pub length: u64,
}

/// The one verdict on a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What became of it.
    pub disposition: Disposition,
    /// The stable code that says why.
    pub code: String,
    /// Rows taken.
    pub accepted: u64,
    /// Rows sent back.
    pub rejected: u64,
}

/// What a verified package does to the sequence of its signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceStep {
    /// It continues the sequence; `missing` numbers before it were never seen.
    Advances {
        /// How many numbers lie between the last seen and this one.
        missing: u64,
    },
    /// It arrives late, and its successor names it: it fills a gap.
    FillsGap,
    /// It does not fit, and leaves the sequence as it was.
    Stays,
}

/// A file that waits to be published in somebody's outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Whose outbox.
    pub party: PartyId,
    /// Its name there.
    pub file_name: String,
    /// The digest of its bytes, by which the staged file is found.
    pub digest: Digest,
    /// Its length.
    pub length: u64,
}

/// A package that this office sealed itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFacts {
    /// Its manifest's digest.
    pub manifest: Digest,
    /// Its id.
    pub package_id: PackageId,
    /// What it is for.
    pub kind: KindName,
    /// The key that signed it.
    pub signing_key: KeyId,
    /// Its place in that key's sequence.
    pub sequence: u64,
    /// Who can open it.
    pub party: PartyId,
    /// The package that it answers.
    pub in_reply_to: Option<Digest>,
    /// When it was sealed.
    pub sealed_at: Timestamp,
    /// The file that waits in the outbox.
    pub outgoing: Outgoing,
}

/// Where a lead goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// To the county with this code.
    County(String),
    /// To no county, for this coded reason; the operator decides.
    Unrouted(String),
}

impl Destination {
    /// The county's code; none if it goes to no county.
    #[must_use]
    pub fn county(&self) -> Option<&str> {
        match self {
            Self::County(code) => Some(code),
            Self::Unrouted(_) => None,
        }
    }

    /// Why it goes to no county.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::County(_) => None,
            Self::Unrouted(reason) => Some(reason),
        }
    }
}

/// One accepted row of a warning list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLead {
    /// What identifies the person, normalised; found again by its keyed hash.
    pub identity: Secret,
    /// The list it stood in.
    pub list: ListName,
    /// Where it goes.
    pub destination: Destination,
    /// Everything said of the person, as the caller writes it.
    pub detail: Secret,
    /// What is said, wherever it stood in its list: two leads that say the same are equal here.
    pub said: Secret,
    /// The whole row, as the caller writes it, for whoever corrects one of its columns.
    pub cells: Secret,
}

/// One row of an office's answer to a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnswer {
    /// The case that it is about.
    pub case_id: String,
    /// The stage that it answers.
    pub stage: StageId,
    /// The list that it stood in.
    pub list: ListName,
    /// The outcome's word.
    pub outcome: String,
    /// What the outcome does with the case, as its procedure says.
    pub then: Transition,
    /// The code of the reason that it gives, if it gives one.
    pub reason: Option<String>,
    /// The whole answer, as the caller writes it.
    pub detail: Secret,
}

/// The last day of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskDue {
    /// The day, in China.
    pub on: Date,
    /// Whether the calendar has decided it.
    pub certainty: Certainty,
}

/// How what arrived stands to the days in which it is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timeliness {
    /// It is reported when it happens; no window asks for it.
    AtOnce,
    /// Before the window (提前).
    Early {
        /// How many days before it.
        days: u32,
    },
    /// In the window, or by the last day.
    InTime,
    /// After it (逾期). Taken all the same.
    Late {
        /// How many days after it, from one.
        days: u32,
    },
}

impl Timeliness {
    /// Its word, as the ledger and receipts have it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Early { .. } => "early",
            Self::InTime => "in-time",
            Self::Late { .. } => "late",
        }
    }

    /// How many days early or late; none otherwise.
    #[must_use]
    pub fn days(self) -> u32 {
        match self {
            Self::AtOnce | Self::InTime => 0,
            Self::Early { days } | Self::Late { days } => days,
        }
    }
}

/// One list of a package that reports something or opens cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubmission {
    /// The list.
    pub list: ListName,
    /// How it stands to its window; none if no window is known.
    pub timeliness: Option<Timeliness>,
    /// Rows taken.
    pub accepted: u64,
    /// Rows sent back.
    pub rejected: u64,
}

/// One row of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReportRow {
    /// The list that it stood in.
    pub list: ListName,
    /// What it reports.
    pub report: ReportKind,
    /// What identifies the person, if the row is about one.
    pub identity: Option<Secret>,
    /// The county's code.
    pub county: Option<String>,
    /// The policy, as its list names it.
    pub policy: Option<String>,
    /// The reason of an unpaid row, or how a payment went.
    pub word: Option<String>,
    /// The list that a nil report or a deferral is about, if it is one that this office knows.
    pub about_list: Option<ListName>,
    /// The month that it is about.
    pub about_month: Option<Period>,
    /// By when the list is promised, in a deferral.
    pub day: Option<Date>,
    /// How it stands to the window of the list that it is about.
    pub timeliness: Option<Timeliness>,
    /// The precheck that a payout names, if this office gave it to the sender.
    pub precheck: Option<Digest>,
    /// The whole row, as the caller writes it.
    pub detail: Secret,
}

/// A task that an office has by the package that opened its case, without a dispatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectTask {
    /// The office.
    pub party: PartyId,
    /// Its last day.
    pub due: Option<TaskDue>,
}

/// One accepted row that opens a case, or joins an open one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedCase {
    /// What identifies the person, normalised; none where the row names nobody.
    pub identity: Option<Secret>,
    /// What its answers call it: an identity number, or a number that its opener has given it.
    pub key: Secret,
    /// The county's code.
    pub county: String,
    /// The whole row, as the caller writes it.
    pub detail: Secret,
    /// With whom it is already.
    pub task: Option<DirectTask>,
}

/// The cases that a package opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Openings {
    /// Their procedure.
    pub procedure: ProcedureId,
    /// The stage in which they begin.
    pub stage: StageId,
    /// The letters with which their numbers begin.
    pub series: String,
    /// Who is told how they end, if anybody is.
    pub informs: Option<PartyId>,
    /// The rows. One whose procedure, county and key are those of an open case joins it.
    pub cases: Vec<OpenedCase>,
}

/// Which cases go on without the answers that are missing: those of a stage that gathers the
/// answers of several offices, when the last day of their tasks is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LapseRecord {
    /// When.
    pub at: Timestamp,
    /// The procedure.
    pub procedure: ProcedureId,
    /// The stage.
    pub stage: StageId,
}

/// The verdict on a package and everything that follows from it.
#[derive(Debug)]
pub struct VerdictRecord {
    /// The claim under which it was taken in.
    pub claim: ClaimId,
    /// When the verdict was reached.
    pub at: Timestamp,
    /// The package.
    pub package: PackageFacts,
    /// The verdict.
    pub verdict: Verdict,
    /// What it does to its key's sequence.
    pub step: SequenceStep,
    /// The signed receipt, byte for byte.
    pub receipt: Vec<u8>,
    /// Where the receipt goes.
    pub receipt_outgoing: Outgoing,
    /// Rows to be routed.
    pub leads: Vec<NewLead>,
    /// Answers to tasks. The caller has checked that each case was dispatched to the sender, or to
    /// the office whose county the sender has taken over.
    pub answers: Vec<NewAnswer>,
    /// Its lists, where they report something or open cases.
    pub submissions: Vec<NewSubmission>,
    /// Its rows, where they report something.
    pub report_rows: Vec<NewReportRow>,
    /// What it withdraws, corrects and replaces of what its sender sent before.
    pub amendments: Amendments,
    /// The cases that it opens.
    pub openings: Option<Openings>,
    /// Copies of the package and of its receipt, for others to whom it is addressed.
    pub passed_on: Vec<Outgoing>,
    /// Packages sealed in answer, in the order of their sequence.
    pub sealed: Vec<SealedFacts>,
    /// What one of them says of people before a payout.
    pub precheck: Option<PrecheckRecord>,
}

/// A copy of a package that lacks signatures. It is answered, and decides nothing: the same package
/// with every signature has the same manifest, and may still come.
#[derive(Debug)]
pub struct TurnedAwayRecord {
    /// The claim under which it was taken in.
    pub claim: ClaimId,
    /// When.
    pub at: Timestamp,
    /// The manifest, which the whole package shares.
    pub manifest: Digest,
    /// What it is for.
    pub kind: KindName,
    /// The digest of this copy's bytes.
    pub file: Digest,
    /// The stable code that says why.
    pub code: String,
    /// The signed receipt for this copy, byte for byte.
    pub receipt: Vec<u8>,
    /// Where the receipt goes.
    pub receipt_outgoing: Outgoing,
}

/// Something that was put away without a verdict on a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRecord {
    /// The claim under which it was taken, which is also its name in quarantine.
    pub claim: ClaimId,
    /// When.
    pub at: Timestamp,
    /// The stable code that says why.
    pub code: String,
    /// The digest of its bytes, for a regular file.
    pub file: Option<Digest>,
}

/// One person's row in a dispatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchRow {
    /// The person, as the ledger numbers them; none where the case is about nobody in particular.
    pub person: Option<i64>,
    /// The case's id: an open one, or the next number of this month.
    pub case_id: String,
    /// When the first thing that it is about came: the day on which a new case begins.
    pub since: Timestamp,
    /// The leads that this dispatch carries.
    pub leads: Vec<i64>,
}

/// One case that this office's own screening opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// What identifies the person, normalised.
    pub identity: Secret,
    /// The county's code.
    pub county: String,
    /// What tells it apart from other cases of the same person, such as the rule that found it.
    pub subject: String,
    /// Everything that is said of it, as the caller writes it.
    pub detail: Secret,
}

/// What a screening of a roster found.
#[derive(Debug)]
pub struct ScreeningRecord {
    /// When.
    pub at: Timestamp,
    /// The digest of the roster's bytes, which are screened once.
    pub file: Digest,
    /// How many people it has.
    pub people: u64,
    /// How many of its rows were rejected, and so were not screened.
    pub rejected: u64,
    /// The roster's own day.
    pub as_of: Option<Date>,
    /// The day of which it counts: its own, else that on which it came.
    pub day: Date,
    /// The procedure of the cases.
    pub procedure: ProcedureId,
    /// The stage in which they begin.
    pub stage: StageId,
    /// The letters with which their numbers begin.
    pub series: String,
    /// What was found.
    pub cases: Vec<NewCase>,
}

/// What one source is told of how cases ended.
#[derive(Debug)]
pub struct FeedbackRecord {
    /// When.
    pub at: Timestamp,
    /// The sealed package.
    pub sealed: SealedFacts,
    /// Which pending feedbacks it carries.
    pub feedbacks: Vec<i64>,
}

/// One matter of which an office is urged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgedMatter {
    /// The procedure.
    pub procedure: ProcedureId,
    /// The stage.
    pub stage: StageId,
    /// The last day.
    pub due_on: Date,
    /// How many cases.
    pub cases: u64,
    /// Whether the leader in charge is told too.
    pub escalated: bool,
}

/// What one office is urged of on one day.
#[derive(Debug)]
pub struct UrgeRecord {
    /// When.
    pub at: Timestamp,
    /// The day in China.
    pub on: Date,
    /// The sealed package.
    pub sealed: SealedFacts,
    /// The matters.
    pub matters: Vec<UrgedMatter>,
}

/// Clocks of one office that say something else than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockMove {
    /// The procedure.
    pub procedure: ProcedureId,
    /// The stage.
    pub stage: StageId,
    /// The day in China on which the tasks were handed over.
    pub opened_on: Date,
    /// What the clocks said.
    pub before: TaskDue,
    /// What they say now.
    pub after: TaskDue,
    /// How many cases.
    pub cases: u64,
}

impl ClockMove {
    /// Whether the last day is another, and not only surer or less sure than before.
    #[must_use]
    pub fn moved(&self) -> bool {
        self.before.on != self.after.on
    }
}

/// What becomes of the running clocks of one office.
#[derive(Debug)]
pub struct RecountRecord {
    /// When.
    pub at: Timestamp,
    /// The office.
    pub party: PartyId,
    /// The changes.
    pub changes: Vec<ClockMove>,
    /// The sealed package that tells it, if a last day moved.
    pub letter: Option<SealedFacts>,
}

/// What one county is given at once.
#[derive(Debug)]
pub struct DispatchRecord {
    /// The procedure of its cases.
    pub procedure: ProcedureId,
    /// The stage that they are handed over for.
    pub stage: StageId,
    /// The letters with which their numbers begin.
    pub series: String,
    /// The county's code.
    pub county: String,
    /// When it was dispatched.
    pub at: Timestamp,
    /// The last day of the tasks that begin with it; one that is open keeps its own.
    pub due: Option<TaskDue>,
    /// The sealed package.
    pub sealed: SealedFacts,
    /// Its rows.
    pub rows: Vec<DispatchRow>,
}

/// What a roster says of the people of a request, before they are paid.
#[derive(Debug)]
pub struct PrecheckRecord {
    /// The sealed answer.
    pub manifest: Digest,
    /// Who was asked about, and the word of the answer.
    pub rows: Vec<(Secret, &'static str)>,
}

/// A roster as one office was given it.
#[derive(Debug)]
pub struct RosterSendingRecord {
    /// When.
    pub at: Timestamp,
    /// The digest of the roster's bytes.
    pub file: Digest,
    /// The office.
    pub party: PartyId,
    /// The sealed package; none where nobody of the roster is the office's.
    pub sealed: Option<SealedFacts>,
    /// How many rows it has.
    pub people: u64,
}

/// What a look at answers found that deserves a second one.
#[derive(Debug)]
pub struct RecheckRecord {
    /// When.
    pub at: Timestamp,
    /// The roster by which it was looked.
    pub file: Digest,
    /// The last answer that was looked at.
    pub upto: i64,
    /// The procedure of the cases.
    pub procedure: ProcedureId,
    /// The stage in which they begin.
    pub stage: StageId,
    /// The letters with which their numbers begin.
    pub series: String,
    /// What was found.
    pub cases: Vec<NewCase>,
}

/// How many people, or households, of a county are entitled to a policy, and were paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageCount {
    /// The county's code; empty for people without one.
    pub county: String,
    /// Who is entitled.
    pub eligible: u64,
    /// Who of these was paid.
    pub paid: u64,
}

/// One policy counted.
#[derive(Debug)]
pub struct CoverageRecord {
    /// When.
    pub at: Timestamp,
    /// Up to which payout, in which year, by which roster.
    pub basis: CoverageBasis,
    /// The policy's id.
    pub policy: String,
    /// The policy as lists name it.
    pub title: String,
    /// By county; none where the roster cannot say who is entitled.
    pub lines: Vec<CoverageCount>,
}

/// What a count of coverage rests on: as long as it is the same, so is the count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageBasis {
    /// The digest of the roster's bytes.
    pub file: Digest,
    /// The year whose payouts count, such as `2026`.
    pub year: String,
    /// A number that grows with each payout of the policy that comes, is corrected or taken back.
    pub last_row: i64,
}

//! What an operator asks the ledger, and the answers that are about one thing.

use posthorse_domain::{Date, Month, ProcedureId, StageId};
use posthorse_package::{Digest, KindName, ListName, PackageId, PartyId, Period, Timestamp};

use crate::cipher::Secret;
use crate::record::ClaimId;

/// Of which month, and as of when, a board is drawn.
#[derive(Debug, Clone, Copy)]
pub struct BoardQuestion<'q> {
    /// The month.
    pub month: &'q Month,
    /// What happened later is not seen. What merely waits (files, things in the inbox) has no
    /// history, and is told as it is now.
    pub as_of: Timestamp,
    /// The procedure whose cases are counted.
    pub procedure: &'q ProcedureId,
    /// The outcomes that close nothing, such as 继续核实.
    pub staying: &'q [String],
}

/// Something that was put away without a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedThing {
    /// Its claim, under which it lies in the quarantine.
    pub claim: ClaimId,
    /// Its name in the inbox, as a stranger wrote it.
    pub file_name: Secret,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// When it was put away.
    pub at: Timestamp,
    /// Why.
    pub code: String,
    /// The digest of its bytes, where they were read.
    pub file: Option<Digest>,
}

/// The way of one person, or of one case about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonTrace {
    /// What identifies the person; none for a case that is about nobody in particular, and when it
    /// was deleted.
    pub identity: Option<Secret>,
    /// What was last said of the person, as a lead holds it, or of the case.
    pub detail: Option<Secret>,
    /// What happened, in order.
    pub steps: Vec<TraceStep>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceStep {
    /// When; none for what has not happened yet.
    pub at: Option<Timestamp>,
    /// What.
    pub fact: TraceFact,
}

/// Whether a lead still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadStanding {
    /// It is what its department says now.
    Current,
    /// A later lead says it anew.
    Superseded,
    /// Its department took it back, or says it of another county.
    Withdrawn,
}

/// What a package does to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amending {
    /// Rows are taken back.
    Withdrawn,
    /// Rows say something else.
    Corrected,
    /// The whole package is replaced.
    Superseded,
}

impl Amending {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Corrected => "corrected",
            Self::Superseded => "superseded",
        }
    }
}

/// How much of a package an amendment leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmendedReach {
    /// Something of it stands.
    Part,
    /// Nothing of it stands.
    Whole,
}

/// What can happen to a person, a case or a package. No fact holds personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceFact {
    /// A verified package came and got its verdict.
    Received {
        /// Its identity.
        manifest: Digest,
        /// Its sender's id for it.
        package_id: PackageId,
        /// Its sender.
        sender: PartyId,
        /// What it is for.
        kind: KindName,
        /// The month it reports on.
        period: Option<Period>,
        /// The code of the verdict.
        code: String,
        /// Rows taken.
        accepted: u64,
        /// Rows sent back.
        rejected: u64,
    },
    /// A copy of it came again.
    CameAgain {
        /// How the intake ended.
        outcome: String,
    },
    /// Rows of it wait for, or were given to, a county.
    Routed {
        /// The county's code; none for rows that belong to no county.
        county: Option<String>,
        /// How many.
        leads: u64,
    },
    /// Answers in it were recorded.
    AnswersKept {
        /// How many.
        answers: u64,
    },
    /// This office sealed a package.
    Sealed {
        /// Its identity.
        manifest: Digest,
        /// Its id.
        package_id: PackageId,
        /// Who can open it.
        party: PartyId,
        /// What it is for.
        kind: KindName,
    },
    /// A file appeared in an outbox, or waits to.
    Published {
        /// Whose outbox.
        party: PartyId,
        /// Its name.
        file_name: String,
    },
    /// A department said something of the person.
    Lead {
        /// The package.
        manifest: Digest,
        /// The department.
        source: PartyId,
        /// The list.
        list: ListName,
        /// The month it reports on.
        period: Option<Period>,
        /// The county's code, or why it has none.
        county: Result<String, String>,
        /// Whether it still counts.
        standing: LeadStanding,
    },
    /// A package withdrew, corrected or replaced what another one of its sender had said.
    Amended {
        /// The package that says so.
        manifest: Digest,
        /// The package of which it says so.
        target: Digest,
        /// What it did.
        what: Amending,
        /// How many rows; of a replaced package, those that have not come again.
        rows: u64,
        /// Whether anything of the other package still stands.
        reach: AmendedReach,
    },
    /// A case was opened.
    Opened {
        /// Its id.
        case_id: String,
        /// Its procedure.
        procedure: ProcedureId,
        /// The county's code.
        county: String,
    },
    /// It was given to an office.
    Dispatched {
        /// The case.
        case_id: String,
        /// The sealed package.
        manifest: Option<Digest>,
        /// The office.
        party: PartyId,
        /// The last day to answer.
        due: Option<Date>,
    },
    /// An office was urged of it, together with whatever else it owed by the same day.
    Urged {
        /// The case.
        case_id: String,
        /// The package that said so.
        manifest: Digest,
        /// The office.
        party: PartyId,
        /// The last day to answer.
        due: Date,
        /// Whether the leader in charge was told too.
        escalated: bool,
    },
    /// An office said that something comes later.
    Deferred {
        /// The case that it has in its hands; none where a package is asked about.
        case: Option<(String, StageId)>,
        /// The package that said so.
        manifest: Digest,
        /// The office.
        party: PartyId,
        /// The list; none if it named none that is known here.
        list: Option<ListName>,
        /// The month that the list is about.
        month: Option<Period>,
        /// The day that it promised.
        until: Option<Date>,
    },
    /// An office said that there is nothing to report.
    Nil {
        /// The package that said so.
        manifest: Digest,
        /// The office.
        party: PartyId,
        /// The list; none if it named none that is known here.
        list: Option<ListName>,
        /// The month that the list is about.
        month: Option<Period>,
    },
    /// An office has it in its hands, and has not settled it.
    Awaited {
        /// The case.
        case_id: String,
        /// The stage.
        stage: StageId,
        /// The office.
        party: PartyId,
        /// The last day to answer.
        due: Option<Date>,
    },
    /// Its last day became another: a new calendar, or a new due rule.
    Moved {
        /// The case.
        case_id: String,
        /// The sealed package that told the office.
        manifest: Option<Digest>,
        /// The office.
        party: PartyId,
        /// The last day now.
        due: Option<Date>,
    },
    /// An office answered.
    Answered {
        /// The case.
        case_id: String,
        /// The package.
        manifest: Digest,
        /// The office.
        party: PartyId,
        /// The outcome.
        outcome: String,
    },
    /// An office took its answer back.
    Retracted {
        /// The case.
        case_id: String,
        /// The office.
        party: PartyId,
    },
    /// Its last day passed, and it went on without an answer.
    Lapsed {
        /// The case.
        case_id: String,
    },
    /// It was taken back.
    Withdrawn {
        /// The case.
        case_id: String,
    },
    /// What a package or a case said was deleted, under the record of this number.
    Deleted {
        /// The record.
        deletion: u64,
    },
    /// It was closed (销号).
    Closed {
        /// The case.
        case_id: String,
        /// The outcome.
        outcome: Option<String>,
    },
}

/// Who looks at personal data, why, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRecord {
    /// When.
    pub at: Timestamp,
    /// The user of the system.
    pub user: String,
    /// The person whose key the home holds.
    pub person: String,
    /// What was asked for, without personal data: a case's id, a digest, or `person`.
    pub subject: String,
    /// What is done with it: `unmask`, `export` or `list`.
    pub action: String,
    /// Why.
    pub reason: String,
    /// How many rows, or persons, are shown.
    pub rows: u64,
}

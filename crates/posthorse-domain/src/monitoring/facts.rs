//! What a ledger is asked for: counts, dates, offices and codes, and no person.

use jiff::civil::Date;
use posthorse_package::{ListName, PartyId, Period};

use crate::{Coverage, StageId};

/// A package that came from an office and was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Its sender.
    pub sender: PartyId,
    /// The day in China on which it came.
    pub received: Date,
    /// Whether anything of it was taken.
    pub taken: bool,
    /// Rows taken.
    pub accepted: u64,
    /// Rows sent back.
    pub rejected: u64,
}

/// What an office said of a list: that list, or a note about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFact {
    /// The office.
    pub sender: PartyId,
    /// The list; none if a note names none that is known here.
    pub list: Option<ListName>,
    /// The month that it is about, if it says so.
    pub month: Option<Period>,
    /// The day in China on which it came.
    pub received: Date,
    /// What was said.
    pub said: Said,
}

/// What can be said of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The list itself, in a package of which something was taken.
    List {
        /// Rows taken.
        accepted: u64,
        /// Rows sent back.
        rejected: u64,
    },
    /// That there is nothing to report (零报告).
    Nil,
    /// That it comes later (延期说明).
    Deferral,
}

/// What tasks that are counted together have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The code of the county whose people they are about.
    pub county: String,
    /// The office that has to answer.
    pub party: PartyId,
    /// What it has to do.
    pub stage: StageId,
    /// The day in China on which they were handed over.
    pub opened: Date,
    /// Their last day, where the ledger has it; else the due rules say it.
    pub due: Option<Date>,
}

/// Open work of an office that was opened on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenGroup {
    /// Whose, about which county, since when and by when.
    pub task: Task,
    /// How much has no answer at all.
    pub unanswered: u64,
    /// How much was answered, and stays open (继续核实).
    pub answered: u64,
}

/// Work that was opened in the month reported on, and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortGroup {
    /// Whose, about which county, since when and by when.
    pub task: Task,
    /// The day in China on which it was closed.
    pub closed: Option<Date>,
    /// The outcome of the last answer, if there is one.
    pub outcome: Option<String>,
    /// How much of it there is.
    pub count: u64,
}

/// Work of an office that was closed in the month, whenever it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedGroup {
    /// Whose, about which county, since when and by when.
    pub task: Task,
    /// How much.
    pub count: u64,
}

/// Leads of a county that wait for the bureau to dispatch them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// The county's code.
    pub county: String,
    /// The day in China on which the oldest came.
    pub oldest: Date,
    /// How many.
    pub leads: u64,
}

/// Things put away without a verdict in the month, for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineCount {
    /// Why.
    pub code: String,
    /// How many.
    pub things: u64,
}

/// Files that wait to appear in an office's outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnpublishedCount {
    /// The office.
    pub party: PartyId,
    /// How many.
    pub files: u64,
}

/// What does not move, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StuckFacts {
    /// Put away without a verdict.
    pub quarantined: Vec<QuarantineCount>,
    /// Claimed, and not at its end.
    pub unfinished: u64,
    /// Leads that belong to no county.
    pub unrouted: u64,
    /// Leads that no warning answers for: a sound ledger has none.
    pub orphans: u64,
    /// Leads that wait to be dispatched.
    pub backlog: Vec<Backlog>,
    /// Files that wait to be published.
    pub unpublished: Vec<UnpublishedCount>,
}

/// Persons that a policy has paid in a county, of those whom it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageLine {
    /// The policy's title.
    pub policy: String,
    /// The county's code.
    pub county: String,
    /// How many.
    pub coverage: Coverage,
}

/// The payouts that one office reported in the month, by what was asked before them (REQ-18).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutCount {
    /// The office.
    pub sender: PartyId,
    /// How many rows.
    pub rows: u64,
    /// Rows that name no precheck of this office.
    pub without_precheck: u64,
    /// Rows about people whom the precheck that they name was not asked about.
    pub not_asked: u64,
    /// Rows about people whom that precheck did not call on the roster.
    pub not_on_roster: u64,
}

/// All that a board and a monthly report are drawn from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BoardFacts {
    /// What came in the month.
    pub arrivals: Vec<Arrival>,
    /// What was said of lists for the month and the 23 before it.
    pub reports: Vec<ReportFact>,
    /// The day on which an office last filed its contacts, by office.
    pub contacts: Vec<(PartyId, Date)>,
    /// What is open.
    pub open: Vec<OpenGroup>,
    /// What was opened in the month.
    pub cohort: Vec<CohortGroup>,
    /// What was closed in the month.
    pub closed: Vec<ClosedGroup>,
    /// What does not move.
    pub stuck: StuckFacts,
    /// The day of the newest roster that offices were given: the roster's own.
    pub last_roster: Option<Date>,
    /// The day of the month on which offices were first given a roster.
    pub roster_sent: Option<Date>,
    /// What was paid in the month, and what had been asked before.
    pub payouts: Vec<PayoutCount>,
    /// What policies have paid, where it is known.
    pub coverage: Vec<CoverageLine>,
}

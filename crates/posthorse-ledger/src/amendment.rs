//! Amending what was sent: rows as they are found again, what is done with them, and who is told.

use posthorse_domain::{ProcedureId, StageId};
use posthorse_package::{Digest, KindName, ListName, PackageId, PartyId, Period, Timestamp};

use crate::cipher::Secret;
use crate::record::{NewAnswer, NewLead, NewReportRow, SealedFacts};

/// A row that the ledger keeps of a package, by its number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowRef {
    /// What a department says of a person.
    Lead(i64),
    /// An office's answer.
    Answer(i64),
    /// A row of a report.
    Report(i64),
    /// A case that a package opened.
    Case(String),
}

/// What may still be done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It stands, and its sender may withdraw or correct it.
    Stands,
    /// It is an answer that closed its case: it may be corrected, and closes as before.
    Closed,
    /// It is an answer whose case has gone on, or a case that is closed.
    Past,
    /// It was withdrawn, corrected or replaced, or its case was withdrawn.
    Gone,
}

/// A row of an office's own package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// The row.
    pub row: RowRef,
    /// The case that it opened or answers.
    pub case_id: Option<String>,
    /// The list that it stood in; none for a case, which any list of its kind opens.
    pub list: Option<ListName>,
    /// Its cells, as the caller wrote them.
    pub cells: Secret,
    /// Whether it is about a person, and so was found by the person's number.
    pub names_a_person: bool,
    /// What may be done with it.
    pub hold: Hold,
}

/// A row that may still be taken back, or an answer that no longer may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingRow {
    /// The row.
    pub row: RowRef,
    /// What may be done with it.
    pub hold: Hold,
    /// The case that an answer is about.
    pub case_id: Option<String>,
}

/// A package of which something was taken, as its sender may refer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPackage {
    /// Its manifest's digest.
    pub manifest: Digest,
    /// What it is for.
    pub kind: KindName,
    /// The month that it reports on.
    pub period: Option<Period>,
    /// Since when its list has been there: when it came, or the first of those that it replaces.
    pub since: Timestamp,
    /// Whether it has not been withdrawn or replaced as a whole.
    pub stands: bool,
}

/// What a package does to those that its sender sent before. The caller has made sure that every
/// row is the sender's own and may be so treated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amendments {
    /// Rows taken back, with the packages that they came in.
    pub withdrawn: Vec<(Digest, RowRef)>,
    /// Rows corrected.
    pub corrected: Vec<Correction>,
    /// The package that this one replaces as a whole.
    pub replaces: Option<OwnPackage>,
}

impl Amendments {
    /// Whether nothing is amended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.withdrawn.is_empty() && self.corrected.is_empty() && self.replaces.is_none()
    }
}

/// A row that says something else from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The package that it came in.
    pub target: Digest,
    /// The row.
    pub row: RowRef,
    /// What it says.
    pub with: Corrected,
}

/// What a corrected row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Corrected {
    /// A lead of the same county. Whoever has its case is told this, column by column, as the
    /// caller writes it.
    Lead(NewLead, Vec<Secret>),
    /// A lead of another county: it is withdrawn there and waits to be dispatched here.
    MovedLead(NewLead),
    /// An answer.
    Answer(NewAnswer),
    /// A row of a report.
    Report(NewReportRow),
}

/// What an office is told of an amendment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// A case that it has was withdrawn.
    Withdrawal,
    /// A column of what it was told of a case says something else.
    Correction,
}

impl NoticeKind {
    /// Its word in the ledger, which is also the kind of package that tells it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Withdrawal => "withdrawal",
            Self::Correction => "correction",
        }
    }
}

/// Something that an office is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingNotice {
    /// Its number.
    pub notice: i64,
    /// The case.
    pub case_id: String,
    /// Its procedure.
    pub procedure: ProcedureId,
    /// The stage in which it was with the office.
    pub stage: StageId,
    /// What was said of it when it was opened; none if it is made of leads.
    pub opened_with: Option<Secret>,
    /// The case's county.
    pub county: String,
    /// The package that gave the case to the office.
    pub package_id: PackageId,
    /// What a correction changes, as the caller wrote it; none for a withdrawal.
    pub detail: Option<Secret>,
}

/// What one office is told at once.
#[derive(Debug)]
pub struct NoticeRecord {
    /// When.
    pub at: Timestamp,
    /// The office in whose name the notices wait; the package may go to the one in its place.
    pub party: PartyId,
    /// The sealed package.
    pub sealed: SealedFacts,
    /// Which notices it carries.
    pub notices: Vec<i64>,
}

//! Where a case can be.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use posthorse_package::PartyId;

use super::document::StageId;

/// Where a case is. It is in exactly one state, and only [`CaseState::Closed`] and
/// [`CaseState::Withdrawn`] are ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseState {
    /// The bureau has it and must hand it over.
    WaitingForDispatch {
        /// The stage that it is handed over for.
        stage: StageId,
        /// Since when.
        since: Date,
    },
    /// An office has it and must answer.
    WithAssignee(OpenTask),
    /// It is closed (销号).
    Closed(Closing),
    /// It was taken back.
    Withdrawn {
        /// When.
        on: Date,
    },
}

/// A task that waits for answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTask {
    pub(super) stage: StageId,
    pub(super) dispatched_on: Date,
    pub(super) due: Option<Date>,
    pub(super) answers: BTreeMap<PartyId, Option<String>>,
    pub(super) waiting: BTreeSet<PartyId>,
    pub(super) last_urged: Option<Date>,
}

impl OpenTask {
    /// The stage.
    #[must_use]
    pub fn stage(&self) -> &StageId {
        &self.stage
    }

    /// The day of the first dispatch.
    #[must_use]
    pub fn dispatched_on(&self) -> Date {
        self.dispatched_on
    }

    /// The last day; none where nobody set one.
    #[must_use]
    pub fn due(&self) -> Option<Date> {
        self.due
    }

    /// Every assignee with its last answer.
    pub fn answers(&self) -> impl Iterator<Item = (&PartyId, Option<&str>)> {
        self.answers
            .iter()
            .map(|(who, said)| (who, said.as_deref()))
    }

    /// Those whose answer is still missing or does not settle the matter; never none.
    #[must_use]
    pub fn waiting(&self) -> &BTreeSet<PartyId> {
        &self.waiting
    }

    /// The day of the last urge.
    #[must_use]
    pub fn last_urged(&self) -> Option<Date> {
        self.last_urged
    }
}

/// How a case was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub(super) stage: StageId,
    pub(super) on: Date,
    pub(super) answers: BTreeMap<PartyId, String>,
    pub(super) silent: BTreeSet<PartyId>,
}

impl Closing {
    /// The stage that closed it.
    #[must_use]
    pub fn stage(&self) -> &StageId {
        &self.stage
    }

    /// The day.
    #[must_use]
    pub fn on(&self) -> Date {
        self.on
    }

    /// The last answer of everybody who gave one.
    #[must_use]
    pub fn answers(&self) -> &BTreeMap<PartyId, String> {
        &self.answers
    }

    /// Those who were waited for until the last day and have not answered since either.
    #[must_use]
    pub fn silent(&self) -> &BTreeSet<PartyId> {
        &self.silent
    }

    /// The outcome, where one office had to answer.
    #[must_use]
    pub fn outcome(&self) -> Option<&str> {
        let mut answers = self.answers.values();
        let only = answers.next()?;
        (answers.next().is_none() && self.silent.is_empty()).then_some(only)
    }
}

//! Why something cannot have happened to a case.

use jiff::civil::Date;
use posthorse_package::{PartyId, UntrustedText};

use super::procedures::TransitionError;

/// Why an event cannot have happened in the state in which a case is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaseFault {
    /// The first thing that happens to a case is that it is opened.
    #[error("the case was never opened")]
    NotOpened,
    /// It happens once.
    #[error("the case is open already")]
    AlreadyOpen,
    /// Events are told in the order of their days.
    #[error("{on} is before {last}, the day of the last event")]
    OutOfOrder {
        /// The day of the event.
        on: Date,
        /// The day of the one before it.
        last: Date,
    },
    /// The case was closed or withdrawn; nothing more is done with it.
    #[error("the case has ended")]
    Ended,
    /// Nobody was asked yet.
    #[error("the case has not been dispatched")]
    NotDispatched,
    /// Nobody is asked, or several where one must answer.
    #[error("the stage cannot be dispatched to {count} offices")]
    Assignees {
        /// How many there are.
        count: usize,
    },
    /// The task is with other offices already.
    #[error("the case is with other offices")]
    OtherAssignees,
    /// A last day that was over when the task was handed over.
    #[error("due on {due}, before it was dispatched on {on}")]
    DueBeforeDispatch {
        /// The day of the dispatch.
        on: Date,
        /// The last day.
        due: Date,
    },
    /// The answer is from an office that was not asked.
    #[error("{by} was not asked")]
    NotAssignee {
        /// Which.
        by: PartyId,
    },
    /// The answer was given already; another one is a correction.
    #[error("{by} has answered")]
    AlreadyAnswered {
        /// Which.
        by: PartyId,
    },
    /// The procedure does not know the outcome.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// The office has given no answer that it could correct.
    #[error("{by} has given no answer")]
    NothingToCorrect {
        /// Which.
        by: PartyId,
    },
    /// The case has gone on from the answer: it is withdrawn, and a new one follows it.
    #[error("the answer of {by} belongs to a stage that is past")]
    AnswerIsPast {
        /// Which.
        by: PartyId,
    },
    /// The correction would open a closed case: a new one follows it instead.
    #[error("{outcome} would open a closed case")]
    WouldReopen {
        /// The outcome.
        outcome: UntrustedText,
    },
    /// The stage waits for the one office that it asked, however late.
    #[error("the stage waits for its answer, however late")]
    DoesNotLapse,
    /// The last day is not over, or there is none.
    #[error("nothing lapses on {on}")]
    NotYetDue {
        /// The day of the event.
        on: Date,
        /// The last day, if there is one.
        due: Option<Date>,
    },
}

impl CaseFault {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOpened => "case-not-opened",
            Self::AlreadyOpen => "case-already-open",
            Self::OutOfOrder { .. } => "case-out-of-order",
            Self::Ended => "case-ended",
            Self::NotDispatched => "case-not-dispatched",
            Self::Assignees { .. } => "case-assignees",
            Self::OtherAssignees => "case-other-assignees",
            Self::DueBeforeDispatch { .. } => "case-due-before-dispatch",
            Self::NotAssignee { .. } => "case-not-assignee",
            Self::AlreadyAnswered { .. } => "case-already-answered",
            Self::Transition(_) => "case-unknown-outcome",
            Self::NothingToCorrect { .. } => "case-nothing-to-correct",
            Self::AnswerIsPast { .. } => "case-answer-is-past",
            Self::WouldReopen { .. } => "case-would-reopen",
            Self::DoesNotLapse => "case-does-not-lapse",
            Self::NotYetDue { .. } => "case-not-yet-due",
        }
    }
}

/// A history that cannot have happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {position}: {fault}")]
#[non_exhaustive]
pub struct ReplayError {
    /// Which event, counted from 0.
    pub position: usize,
    /// Why.
    pub fault: CaseFault,
}

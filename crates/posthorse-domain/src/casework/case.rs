//! The life of one case: a procedure and what happened give exactly one state.
//!
//! A case is a lead, a gap, an applicant or an anomaly on its way to 销号. The machine knows no
//! clock and no store: whoever holds the events replays them and asks what comes next.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use posthorse_package::{PartyId, UntrustedText};

use super::case_error::{CaseFault, ReplayError};
use super::case_state::{CaseState, Closing, OpenTask};
use super::document::StageId;
use super::procedures::{Procedure, TransitionError};
use super::stage::{Gathers, Stage, Transition};

/// Something that happened to a case, with its day in China.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEvent {
    /// The day.
    pub on: Date,
    /// What happened.
    pub what: Happening,
}

/// What can happen to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happening {
    /// It began.
    Opened,
    /// The task was made available to those who must answer. Again for the same ones: there is
    /// more to say about the case, and the day by which to answer stays.
    Dispatched {
        /// Who must answer.
        assignees: BTreeSet<PartyId>,
        /// The last day; none where nobody set one.
        due: Option<Date>,
    },
    /// An office answered.
    Answered {
        /// Which.
        by: PartyId,
        /// The outcome, as the answer's schema has it.
        outcome: String,
    },
    /// Those who still owe an answer were urged.
    Reminded,
    /// An office replaced its answer.
    Corrected {
        /// Which.
        by: PartyId,
        /// What holds now.
        outcome: String,
    },
    /// An office took its answer back, and owes one again.
    Retracted {
        /// Which.
        by: PartyId,
    },
    /// The last day of the task became another: a new calendar, or a new due rule.
    Moved {
        /// The last day now.
        due: Date,
    },
    /// The bureau stopped waiting: the last day of a stage that gathers answers is over.
    Lapsed,
    /// The case was taken back by those who opened it.
    Withdrawn,
}

/// A case: its procedure and its state. There is no case that did not begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case<'p> {
    procedure: &'p Procedure,
    state: CaseState,
    last_on: Date,
    past_answers: BTreeSet<PartyId>,
}

impl<'p> Case<'p> {
    /// A case that begins on this day.
    #[must_use]
    pub fn open(procedure: &'p Procedure, on: Date) -> Self {
        let stage = procedure.first_stage().id().clone();
        Self {
            procedure,
            state: CaseState::WaitingForDispatch { stage, since: on },
            last_on: on,
            past_answers: BTreeSet::new(),
        }
    }

    /// The case to which this history leads.
    ///
    /// # Errors
    /// The first event that cannot have happened, and why.
    pub fn replay<'e>(
        procedure: &'p Procedure,
        history: impl IntoIterator<Item = &'e CaseEvent>,
    ) -> Result<Self, ReplayError> {
        let fault = |position, fault| ReplayError { position, fault };
        let mut events = history.into_iter().enumerate();
        let mut case = match events.next() {
            Some((_, first)) if first.what == Happening::Opened => Self::open(procedure, first.on),
            Some(_) | None => return Err(fault(0, CaseFault::NotOpened)),
        };
        for (position, event) in events {
            case = case.after(event).map_err(|why| fault(position, why))?;
        }
        Ok(case)
    }

    /// The case's procedure.
    #[must_use]
    pub fn procedure(&self) -> &'p Procedure {
        self.procedure
    }

    /// Where it is.
    #[must_use]
    pub fn state(&self) -> &CaseState {
        &self.state
    }

    /// Whether nobody has anything left to do (销号).
    #[must_use]
    pub fn is_ended(&self) -> bool {
        match self.state {
            CaseState::Closed(_) | CaseState::Withdrawn { .. } => true,
            CaseState::WaitingForDispatch { .. } | CaseState::WithAssignee(_) => false,
        }
    }

    /// The case after an event; this one stays as it is.
    ///
    /// # Errors
    /// The event cannot have happened in this state.
    pub fn after(&self, event: &CaseEvent) -> Result<Self, CaseFault> {
        if event.on < self.last_on {
            return Err(CaseFault::OutOfOrder {
                on: event.on,
                last: self.last_on,
            });
        }
        let mut next = self.clone();
        next.last_on = event.on;
        match &event.what {
            Happening::Opened => return Err(CaseFault::AlreadyOpen),
            Happening::Dispatched { assignees, due } => {
                next.state = self.dispatched(event.on, assignees, *due)?;
            }
            Happening::Answered { by, outcome } if self.was_silent(by) => {
                next.add_late(by, outcome)?;
            }
            Happening::Answered { by, outcome } => {
                let (task, stage) = self.task()?;
                if task.answers.get(by).is_some_and(Option::is_some) && !task.waiting.contains(by) {
                    return Err(CaseFault::AlreadyAnswered { by: by.clone() });
                }
                next.take_answer(task, stage, event.on, by, outcome)?;
            }
            Happening::Corrected { by, outcome } => {
                next.correct(&self.state, event.on, by, outcome)?;
            }
            Happening::Retracted { by } => {
                next.state = self.retracted(by)?;
            }
            Happening::Reminded => {
                let (task, _) = self.task()?;
                let mut task = task.clone();
                task.last_urged = Some(event.on);
                next.state = CaseState::WithAssignee(task);
            }
            Happening::Moved { due } => {
                let (task, _) = self.task()?;
                let (on, due) = (task.dispatched_on, *due);
                if due < on {
                    return Err(CaseFault::DueBeforeDispatch { on, due });
                }
                let mut task = task.clone();
                task.due = Some(due);
                next.state = CaseState::WithAssignee(task);
            }
            Happening::Lapsed => {
                let (task, stage) = self.task()?;
                next.state = lapsed(task, stage, event.on)?;
            }
            Happening::Withdrawn => {
                if self.is_ended() {
                    return Err(CaseFault::Ended);
                }
                next.state = CaseState::Withdrawn { on: event.on };
            }
        }
        Ok(next)
    }

    /// Whether the case was closed without the answer of this office, which was waited for.
    fn was_silent(&self, office: &PartyId) -> bool {
        matches!(&self.state, CaseState::Closed(closing) if closing.silent.contains(office))
    }

    /// What comes after the lapse is said with the rest; it closes nothing and opens nothing.
    fn add_late(&mut self, by: &PartyId, outcome: &str) -> Result<(), CaseFault> {
        if let CaseState::Closed(closing) = &mut self.state {
            self.procedure.transition(&closing.stage, outcome)?;
            closing.silent.remove(by);
            closing.answers.insert(by.clone(), outcome.to_owned());
        }
        Ok(())
    }

    /// The open task and its stage.
    fn task(&self) -> Result<(&OpenTask, &'p Stage), CaseFault> {
        match &self.state {
            CaseState::WithAssignee(task) => Ok((task, self.stage(&task.stage)?)),
            CaseState::WaitingForDispatch { .. } => Err(CaseFault::NotDispatched),
            CaseState::Closed(_) | CaseState::Withdrawn { .. } => Err(CaseFault::Ended),
        }
    }

    fn stage(&self, id: &StageId) -> Result<&'p Stage, CaseFault> {
        self.procedure.stage(id).ok_or_else(|| {
            CaseFault::Transition(TransitionError::UnknownStage {
                procedure: self.procedure.id().clone(),
                stage: id.clone(),
            })
        })
    }

    fn dispatched(
        &self,
        on: Date,
        assignees: &BTreeSet<PartyId>,
        due: Option<Date>,
    ) -> Result<CaseState, CaseFault> {
        let id = match &self.state {
            CaseState::WaitingForDispatch { stage, .. } => stage,
            CaseState::WithAssignee(task) if task.answers.keys().eq(assignees) => {
                return Ok(self.state.clone());
            }
            CaseState::WithAssignee(_) => return Err(CaseFault::OtherAssignees),
            CaseState::Closed(_) | CaseState::Withdrawn { .. } => return Err(CaseFault::Ended),
        };
        let stage = self.stage(id)?;
        let fits = match stage.gathers() {
            Gathers::One => assignees.len() == 1,
            Gathers::All => !assignees.is_empty(),
        };
        if !fits {
            return Err(CaseFault::Assignees {
                count: assignees.len(),
            });
        }
        if let Some(due) = due
            && due < on
        {
            return Err(CaseFault::DueBeforeDispatch { on, due });
        }
        Ok(CaseState::WithAssignee(OpenTask {
            stage: id.clone(),
            dispatched_on: on,
            due,
            answers: assignees.iter().map(|who| (who.clone(), None)).collect(),
            waiting: assignees.clone(),
            last_urged: None,
        }))
    }

    fn take_answer(
        &mut self,
        task: &OpenTask,
        stage: &Stage,
        on: Date,
        by: &PartyId,
        outcome: &str,
    ) -> Result<(), CaseFault> {
        let mut task = task.clone();
        let Some(answer) = task.answers.get_mut(by) else {
            return Err(CaseFault::NotAssignee { by: by.clone() });
        };
        *answer = Some(outcome.to_owned());
        match self.procedure.transition(stage.id(), outcome)? {
            Transition::StaysOpen => {
                task.waiting.insert(by.clone());
            }
            Transition::Closes => {
                task.waiting.remove(by);
            }
            Transition::Advances(to) => {
                self.past_answers.extend(task.answers.into_keys());
                self.state = CaseState::WaitingForDispatch {
                    stage: to.clone(),
                    since: on,
                };
                return Ok(());
            }
        }
        self.state = if task.waiting.is_empty() {
            CaseState::Closed(closing(&task, on))
        } else {
            CaseState::WithAssignee(task)
        };
        Ok(())
    }

    /// An answer that is taken back leaves its office owing one. What it has led to stays.
    fn retracted(&self, by: &PartyId) -> Result<CaseState, CaseFault> {
        let gone = || no_answer_here(self.past_answers.contains(by), by);
        match &self.state {
            CaseState::WaitingForDispatch { .. } => Err(gone()),
            CaseState::Closed(_) | CaseState::Withdrawn { .. } => Err(CaseFault::Ended),
            CaseState::WithAssignee(task) => {
                let mut task = task.clone();
                match task.answers.get_mut(by) {
                    Some(said) if said.is_some() => *said = None,
                    _ => return Err(gone()),
                }
                task.waiting.insert(by.clone());
                Ok(CaseState::WithAssignee(task))
            }
        }
    }

    /// A correction replaces an answer that was given in the stage in which the case is or ended.
    /// What is closed stays closed: a matter that turns out to be open is a new case.
    fn correct(
        &mut self,
        state: &CaseState,
        on: Date,
        by: &PartyId,
        outcome: &str,
    ) -> Result<(), CaseFault> {
        let past = self.past_answers.contains(by);
        let gone = || no_answer_here(past, by);
        match state {
            CaseState::WaitingForDispatch { .. } => Err(gone()),
            CaseState::Withdrawn { .. } => Err(CaseFault::Ended),
            CaseState::WithAssignee(task) => {
                if task.answers.get(by).is_none_or(Option::is_none) {
                    return Err(gone());
                }
                let stage = self.stage(&task.stage)?;
                self.take_answer(task, stage, on, by, outcome)
            }
            CaseState::Closed(closing) => {
                if !closing.answers.contains_key(by) {
                    return Err(gone());
                }
                let then = self.procedure.transition(&closing.stage, outcome)?;
                if *then != Transition::Closes {
                    return Err(CaseFault::WouldReopen {
                        outcome: UntrustedText::from(outcome),
                    });
                }
                let mut closing = closing.clone();
                closing.answers.insert(by.clone(), outcome.to_owned());
                self.state = CaseState::Closed(closing);
                Ok(())
            }
        }
    }
}

/// Why an office has no answer here that it could change.
fn no_answer_here(past: bool, by: &PartyId) -> CaseFault {
    if past {
        CaseFault::AnswerIsPast { by: by.clone() }
    } else {
        CaseFault::NothingToCorrect { by: by.clone() }
    }
}

fn lapsed(task: &OpenTask, stage: &Stage, on: Date) -> Result<CaseState, CaseFault> {
    if stage.gathers() != Gathers::All {
        return Err(CaseFault::DoesNotLapse);
    }
    match task.due {
        Some(due) if on > due => Ok(CaseState::Closed(closing(task, on))),
        due => Err(CaseFault::NotYetDue { on, due }),
    }
}

fn closing(task: &OpenTask, on: Date) -> Closing {
    let mut closing = Closing {
        stage: task.stage.clone(),
        on,
        answers: BTreeMap::new(),
        silent: BTreeSet::new(),
    };
    for (who, said) in &task.answers {
        match said {
            Some(said) => {
                closing.answers.insert(who.clone(), said.clone());
            }
            None => {
                closing.silent.insert(who.clone());
            }
        }
    }
    closing
}

#[cfg(test)]
#[path = "case_tests.rs"]
mod tests;

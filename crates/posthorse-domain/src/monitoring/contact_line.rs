//! Whom to call at an office, and which offices have not said (REQ-01): the directory less what came.

use jiff::civil::Date;
use posthorse_package::{Party, PartyId, Role};

use super::ageing::Tone;
use super::rules::{MonitoringRules, joined};
use crate::{Due, DueState};

/// Whether it is known whom to call at an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactState {
    /// Its list of contacts came; the day is that of the last one.
    Filed {
        /// When.
        on: Date,
    },
    /// The registry has it, as it stood in the office's contact form.
    Registered,
    /// It is not known (未报送).
    Missing {
        /// How many days after the day on which it was due; none up to that day.
        overdue_days: u32,
    },
}

/// One office and its contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLine {
    /// The office.
    pub party: PartyId,
    /// What it is called.
    pub name: String,
    /// The last day, where the due rules say one.
    pub due: Option<Date>,
    /// How it stands.
    pub state: ContactState,
}

impl ContactLine {
    /// Whether it is not known whom to call.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.state, ContactState::Missing { .. })
    }

    /// What it calls for.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self.state {
            ContactState::Filed { .. } | ContactState::Registered => Tone::Good,
            ContactState::Missing { overdue_days: 0 } => Tone::Attention,
            ContactState::Missing { .. } => Tone::Bad,
        }
    }
}

/// Every department and county of the registry, given when each last filed its contacts.
pub(super) fn contact_lines(
    rules: &MonitoringRules<'_>,
    today: Date,
    filed: &[(PartyId, Date)],
) -> Vec<ContactLine> {
    let kind = "contact_form".parse().ok();
    let rule = kind.and_then(|kind| rules.due_rules.due_rule(&kind));
    let fixed = rule.map(|rule| rule.due(today, rules.calendar).date);
    let owing = |party: &&Party| party.is(Role::Department) || party.is(Role::County);
    let offices = rules.parties.iter().filter(owing);
    offices
        .map(|party| {
            let due = fixed.map(|fixed| due_of(party, fixed, today));
            let overdue_days = match due.map(|due| Due::set(due, due).state(today)) {
                Some(DueState::Overdue { days }) => days,
                _ => 0,
            };
            let came = filed.iter().filter(|(sender, _)| *sender == party.id);
            let state = match came.map(|(_, on)| *on).max() {
                Some(on) => ContactState::Filed { on },
                None if party.contact.is_filed() => ContactState::Registered,
                None => ContactState::Missing { overdue_days },
            };
            ContactLine {
                party: party.id.clone(),
                name: party.name.clone(),
                due,
                state,
            }
        })
        .collect()
}

/// An office that joined after the fixed day could not say anything by then: it has the day on which
/// it joined. On a day before it had, it is told what all others are.
fn due_of(party: &Party, fixed: Date, today: Date) -> Date {
    let joined = joined(party).filter(|joined| *joined <= today);
    joined.map_or(fixed, |joined| joined.max(fixed))
}

//! The clocks, names and offices by which facts are judged.

use jiff::civil::Date;
use posthorse_package::{ListName, Party, PartyId};

use super::facts::Task;
use super::month::date_in_china;
use crate::{
    Areas, Assignee, CountyCode, Due, DueRules, Escalation, ListSchema, Procedure, Reminders,
    SchemaSet, WorkCalendar,
};

/// Under whom work counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A county, by its code: whoever was or is its office.
    County(String),
    /// A department, which answers for a matter of many counties.
    Department(PartyId),
}

/// What facts are judged by: all of it is data of the city.
#[derive(Debug, Clone, Copy)]
pub struct MonitoringRules<'r> {
    /// The clocks.
    pub due_rules: &'r DueRules,
    /// The days that are worked.
    pub calendar: &'r WorkCalendar,
    /// The lists that can be owed.
    pub schemas: &'r SchemaSet,
    /// From when on a leader is told.
    pub escalation: Escalation,
    /// The names of counties.
    pub areas: &'r Areas,
    /// The offices of the registry.
    pub parties: &'r [Party],
    /// Whose work is counted.
    pub procedure: &'r Procedure,
}

impl<'r> MonitoringRules<'r> {
    /// The last day of a task, and when its office is reminded of it: the day that was fixed when
    /// the task was opened, if one was, and not what the calendar of today would say.
    pub(super) fn due(&self, task: &Task) -> Option<(Option<Reminders<'r>>, Due)> {
        let answer = self.procedure.stage(&task.stage)?.answer();
        let rule = self.due_rules.due_rule(answer);
        let mut due = match (rule, task.due) {
            (Some(rule), _) => rule.due(task.opened, self.calendar),
            (None, Some(day)) => Due::set(task.opened, day),
            (None, None) => return None,
        };
        due.date = task.due.unwrap_or(due.date);
        Some((self.due_rules.reminders(answer), due))
    }

    /// Under whom a task counts: where a county has to answer, under the county; else under the
    /// office that has to, for whichever county.
    pub(super) fn holder(&self, task: &Task) -> Holder {
        let stage = self.procedure.stage(&task.stage);
        match stage.map(|stage| stage.assignee()) {
            None | Some(Assignee::County) => Holder::County(task.county.clone()),
            Some(Assignee::Department | Assignee::EveryDepartment | Assignee::Bureau) => {
                Holder::Department(task.party.clone())
            }
        }
    }

    /// What whoever holds work is called.
    pub(super) fn holder_name(&self, holder: &Holder) -> String {
        match holder {
            Holder::County(code) => self.county_name(code),
            Holder::Department(party) => self.name_of(party),
        }
    }

    /// The office that holds work, if the registry knows it.
    pub(super) fn holder_office(&self, holder: &Holder) -> Option<&'r Party> {
        match holder {
            Holder::County(code) => self.county_office(code),
            Holder::Department(id) => self.parties.iter().find(|party| party.id == *id),
        }
    }

    /// What an office is called.
    pub(super) fn name_of(&self, id: &PartyId) -> String {
        let party = self.parties.iter().find(|party| party.id == *id);
        party.map_or_else(|| id.to_string(), |party| party.name.clone())
    }

    /// What a county is called.
    pub(super) fn county_name(&self, code: &str) -> String {
        let county = code.parse::<CountyCode>().ok();
        let county = county.and_then(|code| self.areas.county(code));
        county.map_or_else(|| code.to_owned(), |county| county.name.clone())
    }

    /// The office that answers for a county.
    pub(super) fn county_office(&self, code: &str) -> Option<&'r Party> {
        let mut parties = self.parties.iter();
        parties.find(|party| party.counties.iter().any(|county| county == code))
    }

    /// The list that a party is registered for, of a kind that it may send.
    pub(super) fn schema_of(&self, party: &Party, list: &ListName) -> Option<&'r ListSchema> {
        let mut schemas = self.schemas.iter();
        schemas.find(|schema| schema.id() == list && party.may_send.contains(schema.kind()))
    }
}

/// The first day on which an office could sign anything.
pub(super) fn joined(party: &Party) -> Option<Date> {
    let keys = party.signing_keys.iter().map(|key| key.valid_from);
    keys.min().map(date_in_china)
}

//! The clocks, names and offices by which facts are judged.

use jiff::civil::Date;
use posthorse_package::{KindName, ListName, Party, PartyId};

use crate::{
    Areas, CountyCode, Due, DueRule, DueRules, Escalation, ListSchema, SchemaSet, WorkCalendar,
};

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
    /// The kind by which a county answers.
    pub answer: &'r KindName,
}

impl<'r> MonitoringRules<'r> {
    /// The rule, if there is one, and the last day of what was opened on this day: the day that
    /// was fixed when it was opened, if one was, and not what the calendar of today would say.
    pub(super) fn due(
        &self,
        opened: Date,
        fixed: Option<Date>,
    ) -> Option<(Option<&'r DueRule>, Due)> {
        let rule = self.due_rules.due_rule(self.answer);
        let mut due = match (rule, fixed) {
            (Some(rule), _) => rule.due(opened, self.calendar),
            (None, Some(day)) => Due::set(opened, day),
            (None, None) => return None,
        };
        due.date = fixed.unwrap_or(due.date);
        Some((rule, due))
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

//! What departments gave against what the national system records (REQ-13).

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::comparison::{MissingColumns, is_paid_out};
use super::comparison_rules::ComparedPolicy;
use super::precheck::{Precheck, PrecheckResult, identity_of};
use super::roster_index::RosterPerson;
use super::roster_states::Standing;
use crate::checking::check_report::Record;

/// How the two records of a household differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum MeasureDifference {
    /// The department gave the help, and the national system does not record it.
    NotRecorded,
    /// The national system records it, and the department's list does not show it.
    NotGiven,
}

/// The people whom a department's lists show as helped by one policy.
#[derive(Debug)]
pub struct HelpedPeople<'p> {
    policy: &'p ComparedPolicy,
    as_of: Date,
    people: Vec<(String, String)>,
}

impl<'p> HelpedPeople<'p> {
    /// Nobody yet.
    #[must_use]
    pub fn new(policy: &'p ComparedPolicy, as_of: Date) -> Self {
        Self {
            policy,
            as_of,
            people: Vec::new(),
        }
    }

    /// Enters an accepted row of a list. One that is about another policy, or that reached nobody,
    /// helps nobody.
    pub fn enter(&mut self, record: &Record<'_>) {
        if !self.policy.is_named_in(record) || !is_paid_out(record) {
            return;
        }
        if let Some(id) = identity_of(record, self.as_of) {
            let name = record.get("name").to_owned();
            self.people.push((id.as_str().to_owned(), name));
        }
    }

    /// Their numbers and names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let people = self.people.iter();
        people.map(|(id, name)| (id.as_str(), name.as_str()))
    }
}

/// A household whose records differ.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct MeasureRow<'r> {
    /// Who stands for the household.
    pub person: RosterPerson<'r>,
    /// How the records differ.
    pub difference: MeasureDifference,
}

/// The monitored households of a roster, by what the two records say of one policy.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MeasureReconciliation<'r> {
    /// Households of which both say that they were helped.
    pub both: u64,
    /// Households of which neither says so.
    pub neither: u64,
    /// The others: by county, household and place in the roster.
    pub rows: Vec<MeasureRow<'r>>,
}

impl<'r> MeasureReconciliation<'r> {
    /// Compares the measures of monitored households with the people whom a department helped,
    /// given as numbers and names. A number whose name differs helps nobody.
    ///
    /// # Errors
    /// The roster has no column of measures.
    pub fn of<'p>(
        policy: &ComparedPolicy,
        precheck: &Precheck<'r>,
        helped: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Result<Self, MissingColumns> {
        let roster = precheck.roster();
        let measures = roster.schema().position("measures");
        let Some(measures) = measures.filter(|at| roster.has_column(*at)) else {
            return Err(MissingColumns(vec!["帮扶措施".to_owned()]));
        };
        let mut given = BTreeSet::new();
        for (id, name) in helped {
            if let (result, Some(person)) = precheck.ask(id, name)
                && result != PrecheckResult::NameDiffers
            {
                given.insert(person.head().position());
            }
        }
        let mut reconciliation = Self {
            both: 0,
            neither: 0,
            rows: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for person in roster.people() {
            let head = person.head();
            if precheck.standing(person) != Standing::Monitored || !seen.insert(head.position()) {
                continue;
            }
            let is_recorded = head.household().any(|member| {
                let recorded = member.value(measures);
                policy
                    .recorded_as
                    .iter()
                    .any(|word| recorded.contains(word))
            });
            let is_given = given.contains(&head.position());
            reconciliation.enter(head, is_recorded, is_given);
        }
        reconciliation.rows.sort_by_key(|row| {
            let person = row.person;
            let (county, household) = (person.get("county_name"), person.get("household_no"));
            (county, household, person.position())
        });
        Ok(reconciliation)
    }

    /// The households that differ so.
    pub fn of_difference(
        &self,
        difference: MeasureDifference,
    ) -> impl Iterator<Item = &MeasureRow<'r>> {
        let rows = self.rows.iter();
        rows.filter(move |row| row.difference == difference)
    }

    fn enter(&mut self, person: RosterPerson<'r>, is_recorded: bool, is_given: bool) {
        let difference = match (is_recorded, is_given) {
            (true, true) => {
                self.both += 1;
                return;
            }
            (false, false) => {
                self.neither += 1;
                return;
            }
            (false, true) => MeasureDifference::NotRecorded,
            (true, false) => MeasureDifference::NotGiven,
        };
        self.rows.push(MeasureRow { person, difference });
    }
}

//! Which help is missing: the roster against the gap rules.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::comparison_rules::Unit;
use super::gap_rules::{GapRule, GapRules};
use super::roster_index::{RosterIndex, RosterPerson};
use super::roster_states::RosterStates;
use crate::schemas::list_schema::ListSchema;

/// One gap: a rule, and who it is about.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct GapRow<'r> {
    /// The rule that found it.
    pub rule: &'r GapRule,
    /// The person, or who stands for the household.
    pub person: RosterPerson<'r>,
}

/// A rule that could not be asked, for the roster lacks columns.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SkippedRule<'r> {
    /// The rule.
    pub rule: &'r GapRule,
    /// The titles of the columns that it would need.
    pub missing: Vec<&'r str>,
}

/// What a screening found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct GapScreening<'r> {
    /// The gaps: by county, household, place in the roster, then by the order of the rules.
    pub rows: Vec<GapRow<'r>>,
    /// The rules that were not asked.
    pub skipped: Vec<SkippedRule<'r>>,
}

impl<'r> GapScreening<'r> {
    /// Screens a roster as of a day. A household is named once a rule, by its head.
    #[must_use]
    pub fn of(
        roster: &'r RosterIndex,
        states: &RosterStates,
        rules: &'r GapRules,
        as_of: Date,
    ) -> Self {
        let mut screening = Self::default();
        let mut asked = Vec::new();
        for (order, rule) in rules.rules().iter().enumerate() {
            let missing = rule.when.missing(&|at| roster.has_column(at));
            if missing.is_empty() {
                asked.push((order, rule));
            } else {
                let missing = missing_titles(roster.schema(), missing);
                screening.skipped.push(SkippedRule { rule, missing });
            }
        }
        let mut found = Vec::new();
        let mut named = BTreeSet::new();
        for person in roster.people() {
            let standing = states.standing(person, as_of);
            for (order, rule) in &asked {
                if !rule.among.includes(standing) || !rule.when.holds(&person, as_of) {
                    continue;
                }
                let stands_for = match rule.per {
                    Unit::Person => person,
                    Unit::Household => person.head(),
                };
                if named.insert((stands_for.position(), *order)) {
                    found.push((
                        *order,
                        GapRow {
                            rule,
                            person: stands_for,
                        },
                    ));
                }
            }
        }
        found.sort_by_key(|(order, row)| {
            let person = row.person;
            let (county, household) = (person.get("county_name"), person.get("household_no"));
            (county, household, person.position(), *order)
        });
        screening.rows = found.into_iter().map(|(_, row)| row).collect();
        screening
    }
}

/// The titles of fields, each once.
pub(crate) fn missing_titles(schema: &ListSchema, mut missing: Vec<usize>) -> Vec<&str> {
    missing.sort_unstable();
    missing.dedup();
    let fields = missing.iter().filter_map(|at| schema.fields.get(*at));
    fields.map(|field| field.title.as_str()).collect()
}

impl GapRow<'_> {
    /// The row of a list such as `measure_gap_list`: a cell for each field that is known here by
    /// its name, an empty one for every other. `gap_id` is the number that the bureau gives the
    /// gap, `department` the unit that answers for the rule's tag.
    #[must_use]
    pub fn cells(&self, list: &ListSchema, gap_id: &str, department: &str) -> Vec<String> {
        let person = self.person;
        let cell = |name: &str| match name {
            "gap_id" => gap_id.to_owned(),
            "gap_type" => self.rule.gap_type.as_str().to_owned(),
            "stage" => self.rule.stage.as_str().to_owned(),
            "policy" => self.rule.policy.clone(),
            "dept" => department.to_owned(),
            "rule" => self.rule.basis.clone(),
            "head_name" => person.head_name().to_owned(),
            "phone" if person.get("phone").is_empty() => person.get("household_phone").to_owned(),
            // The roster's own remark and dates are not the list's.
            "seq" | "remark" | "as_of" => String::new(),
            name => person.get(name).to_owned(),
        };
        let cells = list.fields().iter().map(|field| cell(field.name()));
        cells.collect()
    }
}

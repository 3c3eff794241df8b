//! From departments' leads to one row per person, split by county.
//!
//! Pure and exact: every lead ends in one dispatch row or in one list of what cannot be routed,
//! and no county is told of a person who is registered elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use posthorse_package::{PartyId, Period};

use crate::routing::lead::{Lead, LeadSource};
use crate::schemas::list_schema::ListSchema;
use crate::values::areas::CountyCode;
use crate::values::citizen_id::CitizenId;

/// Which office answers for which county.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingTable {
    offices: BTreeMap<CountyCode, PartyId>,
}

impl RoutingTable {
    /// The office of a county.
    #[must_use]
    pub fn office(&self, county: CountyCode) -> Option<&PartyId> {
        self.offices.get(&county)
    }
}

impl FromIterator<(CountyCode, PartyId)> for RoutingTable {
    fn from_iter<I: IntoIterator<Item = (CountyCode, PartyId)>>(pairs: I) -> Self {
        Self {
            offices: pairs.into_iter().collect(),
        }
    }
}

/// What numbers the warnings of one routing run: no other run of the month may have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchBatch {
    /// The month of the run.
    pub period: Period,
    /// The number of the run within the month.
    pub number: u32,
    /// The day by which counties answer.
    pub reply_by: Option<Date>,
}

/// One person, with every lead that any department has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DispatchRow {
    /// The number under which the county answers.
    pub warning_id: String,
    /// Who it is.
    pub id: CitizenId,
    /// The names that the lists give, the most frequent first. More than one is for a person to
    /// look at: the number or a name is wrong somewhere.
    pub names: Vec<String>,
    /// The county of the household register.
    pub county: CountyCode,
    /// The day by which the county answers.
    pub reply_by: Option<Date>,
    /// The leads, by department and list; those that say the same only once.
    pub leads: Vec<Lead>,
    /// What the county answered about this person the last time, in one sentence; it closes the
    /// summary.
    pub remembered: Option<String>,
}

/// Why leads have no destination.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Unroutable {
    /// No office is registered for the county.
    NoOffice(CountyCode),
    /// The departments name different counties; telling both would tell one too many.
    SeveralCounties(Vec<CountyCode>),
}

/// A person whom no county is told of, for the operator to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnroutablePerson {
    /// Who it is.
    pub id: CitizenId,
    /// Why.
    pub reason: Unroutable,
    /// All leads about the person.
    pub leads: Vec<Lead>,
}

/// The result of routing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Routing {
    /// For each office its rows, in the order of town, village and number.
    pub dispatches: BTreeMap<PartyId, Vec<DispatchRow>>,
    /// What has no destination, by identity number.
    pub unroutable: Vec<UnroutablePerson>,
    /// Leads that repeated another of the same source word for word.
    pub repeated_leads: u64,
}

/// Merges leads by person and splits them by county. The order of the leads makes no difference.
#[must_use]
pub fn route(mut leads: Vec<Lead>, table: &RoutingTable, batch: &DispatchBatch) -> Routing {
    leads.sort_unstable();
    let mut routing = Routing::default();
    let mut leads = leads.into_iter().peekable();
    while let Some(first) = leads.next() {
        let id = first.id;
        let mut of_person = vec![first];
        while let Some(next) = leads.next_if(|next| next.id == id) {
            of_person.push(next);
        }
        routing.add_person(id, of_person, table, batch);
    }
    for rows in routing.dispatches.values_mut() {
        number_rows(rows, batch);
    }
    routing
}

impl Routing {
    fn add_person(
        &mut self,
        id: CitizenId,
        leads: Vec<Lead>,
        table: &RoutingTable,
        batch: &DispatchBatch,
    ) {
        let counties: BTreeSet<_> = leads.iter().map(|lead| lead.county).collect();
        let destination = match counties.iter().copied().collect::<Vec<_>>()[..] {
            [county] => table
                .office(county)
                .map(|office| (county, office))
                .ok_or(Unroutable::NoOffice(county)),
            _ => Err(Unroutable::SeveralCounties(counties.into_iter().collect())),
        };
        match destination {
            Err(reason) => self.unroutable.push(UnroutablePerson { id, reason, leads }),
            Ok((county, office)) => {
                let names = names_of(&leads);
                let before = leads.len();
                let leads = without_repeats(leads);
                self.repeated_leads += (before - leads.len()) as u64;
                let rows = self.dispatches.entry(office.clone()).or_default();
                rows.push(DispatchRow {
                    warning_id: String::new(),
                    id,
                    names,
                    county,
                    reply_by: batch.reply_by,
                    leads,
                    remembered: None,
                });
            }
        }
    }

    /// How many persons there are in all.
    #[must_use]
    pub fn persons(&self) -> usize {
        self.dispatches.values().map(Vec::len).sum::<usize>() + self.unroutable.len()
    }

    /// The dispatch rows whose lists disagree about the name.
    pub fn name_conflicts(&self) -> impl Iterator<Item = &DispatchRow> {
        let rows = self.dispatches.values().flatten();
        rows.filter(|row| row.names.len() > 1)
    }
}

/// Distinct names, the most frequent first, then in the order of their characters.
fn names_of(leads: &[Lead]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for lead in leads {
        *counts.entry(&lead.name).or_default() += 1;
    }
    let mut names: Vec<_> = counts.into_iter().collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    names.into_iter().map(|(name, _)| name.to_owned()).collect()
}

/// Drops leads that say the same as another of the same source: a list that was sent again.
fn without_repeats(leads: Vec<Lead>) -> Vec<Lead> {
    let mut said: BTreeSet<(Arc<LeadSource>, String)> = BTreeSet::new();
    leads
        .into_iter()
        .filter(|lead| said.insert((Arc::clone(&lead.source), lead.summary.clone())))
        .collect()
}

fn number_rows(rows: &mut [DispatchRow], batch: &DispatchBatch) {
    rows.sort_by(|a, b| {
        let place = |row: &DispatchRow| {
            let (town, village) = (row.town().to_owned(), row.village().to_owned());
            (row.county, town, village, row.id)
        };
        place(a).cmp(&place(b))
    });
    let month = batch.period.as_str().replace('-', "");
    let mut counts: BTreeMap<CountyCode, u32> = BTreeMap::new();
    for row in rows {
        // An office may answer for two counties, and both count from one.
        let nth = counts.entry(row.county).or_default();
        *nth += 1;
        row.warning_id = format!("{month}-{:02}-{}-{nth:05}", batch.number, row.county);
    }
}

impl DispatchRow {
    fn first_of(&self, text: impl Fn(&Lead) -> &str) -> &str {
        let mut texts = self.leads.iter().map(text);
        texts.find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The town that the first list with one gives.
    #[must_use]
    pub fn town(&self) -> &str {
        self.first_of(|lead| &lead.town)
    }

    /// The village that the first list with one gives.
    #[must_use]
    pub fn village(&self) -> &str {
        self.first_of(|lead| &lead.village)
    }

    /// The name to call the person by, others beside it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.names[..] {
            [] => String::new(),
            [name] => name.clone(),
            [name, others @ ..] => format!("{name}（另有：{}）", others.join("、")),
        }
    }

    /// The names of the departments, each once.
    #[must_use]
    pub fn departments(&self) -> String {
        self.joined(|lead| &lead.source.department_title)
    }

    /// The names of the lists, each once.
    #[must_use]
    pub fn lists(&self) -> String {
        self.joined(|lead| &lead.source.list_title)
    }

    /// What every list says.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut text = self.joined(|lead| &lead.summary);
        if let Some(remembered) = &self.remembered {
            text.push('；');
            text.push_str(remembered);
        }
        text
    }

    fn joined<'t>(&'t self, text: impl Fn(&'t Lead) -> &'t str) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for part in self.leads.iter().map(text) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts.join("；")
    }

    /// The row's cells by field of the dispatch list's schema.
    #[must_use]
    pub fn cells(&self, schema: &ListSchema) -> Vec<String> {
        let cell = |name: &str| match name {
            "warning_id" => self.warning_id.clone(),
            "name" => self.name(),
            "id_no" => self.id.as_str().to_owned(),
            "county_name" => schema
                .areas()
                .county(self.county)
                .map_or_else(|| self.county.to_string(), |county| county.name.clone()),
            "town_name" => self.town().to_owned(),
            "village_name" => self.village().to_owned(),
            "head_name" => self.first_of(|lead| &lead.head_name).to_owned(),
            "phone" => self.first_of(|lead| &lead.phone).to_owned(),
            "sources" => self.departments(),
            "lists" => self.lists(),
            "summary" => self.summary(),
            "reply_by" => self
                .reply_by
                .map_or_else(String::new, |day| day.to_string()),
            _ => String::new(),
        };
        schema
            .fields()
            .iter()
            .map(|field| cell(field.name()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lead(person: u16, department: u8, county: &str, row: u32) -> Lead {
        let born = Date::constant(1970, 1, 1);
        let department = format!("dept-{department}");
        Lead {
            id: CitizenId::from_parts(412_825, born, person).expect("an id"),
            source: Arc::new(LeadSource {
                department: department.parse().expect("a party"),
                department_title: department.clone(),
                list: "a-list".parse().expect("a list"),
                list_title: "名单".to_owned(),
                period: None,
            }),
            sheet: String::new(),
            row,
            name: "张三".to_owned(),
            county: county.parse().expect("a county"),
            town: format!("{person}镇"),
            village: String::new(),
            head_name: String::new(),
            phone: String::new(),
            summary: format!("{department} {row}"),
            facts: std::collections::BTreeMap::new(),
        }
    }

    fn table() -> RoutingTable {
        ["411721", "411722"]
            .into_iter()
            .map(|code| {
                (
                    code.parse().expect("a county"),
                    format!("county-{code}").parse().expect("a party"),
                )
            })
            .collect()
    }

    fn batch() -> DispatchBatch {
        DispatchBatch {
            period: "2026-11".parse().expect("a month"),
            number: 3,
            reply_by: None,
        }
    }

    #[test]
    fn one_person_is_one_row_with_every_source() {
        let mut second = lead(1, 2, "411722", 9);
        second.name = "张珊".to_owned();
        let leads = vec![second, lead(1, 1, "411722", 4), lead(1, 1, "411722", 4)];
        let routing = route(leads, &table(), &batch());
        assert_eq!(routing.repeated_leads, 1);
        let rows: Vec<_> = routing.dispatches.values().flatten().collect();
        let [row] = rows[..] else { panic!("one row") };
        assert_eq!(row.warning_id, "202611-03-411722-00001");
        assert_eq!(row.departments(), "dept-1；dept-2");
        assert_eq!(row.name(), "张三（另有：张珊）");
        assert_eq!(row.summary(), "dept-1 4；dept-2 9");
        assert_eq!(routing.name_conflicts().count(), 1);
    }

    #[test]
    fn what_has_no_single_office_goes_nowhere() {
        let leads = vec![
            lead(1, 1, "411799", 1),
            lead(2, 1, "411721", 2),
            lead(2, 2, "411722", 2),
        ];
        let routing = route(leads, &table(), &batch());
        assert!(routing.dispatches.is_empty());
        let code = |text: &str| text.parse::<CountyCode>().expect("a county");
        let reasons: Vec<_> = routing
            .unroutable
            .iter()
            .map(|p| p.reason.clone())
            .collect();
        assert_eq!(
            reasons,
            [
                Unroutable::NoOffice(code("411799")),
                Unroutable::SeveralCounties(vec![code("411721"), code("411722")])
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_is_lost_doubled_or_misrouted(
            drawn in prop::collection::vec((0_u16..12, 0_u8..4, 0_usize..3, 0_u32..5), 0..60),
        ) {
            let counties = ["411721", "411722", "411799"];
            let leads: Vec<_> = drawn
                .iter()
                .map(|(person, department, county, row)| lead(*person, *department, counties[*county], *row))
                .collect();
            let routing = route(leads.clone(), &table(), &batch());

            let ids: BTreeSet<_> = leads.iter().map(|lead| lead.id).collect();
            prop_assert_eq!(routing.persons(), ids.len());
            for (office, rows) in &routing.dispatches {
                for row in rows {
                    let table = table();
                    prop_assert_eq!(table.office(row.county), Some(office));
                    let theirs: Vec<_> = leads.iter().filter(|lead| lead.id == row.id).collect();
                    prop_assert!(theirs.iter().all(|lead| lead.county == row.county));
                    for lead in theirs {
                        prop_assert!(row.leads.iter().any(|kept| kept.summary == lead.summary));
                    }
                }
            }
            for person in &routing.unroutable {
                let theirs = leads.iter().filter(|lead| lead.id == person.id).count();
                prop_assert_eq!(person.leads.len(), theirs);
            }
            let numbers: Vec<_> = routing.dispatches.values().flatten().map(|r| &r.warning_id).collect();
            let distinct: BTreeSet<_> = numbers.iter().collect();
            prop_assert_eq!(distinct.len(), numbers.len());

            let mut reversed = leads;
            reversed.reverse();
            prop_assert_eq!(route(reversed, &table(), &batch()), routing);
        }
    }
}

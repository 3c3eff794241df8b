//! How the work of each county stands.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::ageing::Ageing;
use super::facts::{BoardFacts, OpenGroup};
use super::rules::MonitoringRules;

/// One county's warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyLine {
    /// Its code.
    pub county: String,
    /// What it is called.
    pub name: String,
    /// What is open, by age.
    pub ageing: Ageing,
    /// How much of that was answered, and is still being verified.
    pub answered: u64,
    /// How much was opened in the month.
    pub opened: u64,
    /// How much was closed in the month, whenever it was opened.
    pub closed: u64,
    /// The last day of what has waited longest.
    pub oldest_due: Option<Date>,
    /// The day on which that was opened.
    pub oldest_opened: Option<Date>,
    /// How many days the oldest is overdue; none on its last day and before.
    pub most_overdue_days: u32,
}

impl CountyLine {
    /// Whether the leader in charge is to be told (REQ-11).
    #[must_use]
    pub fn is_escalated(&self, rules: &MonitoringRules<'_>) -> bool {
        self.most_overdue_days >= u32::from(rules.escalation.after_overdue_days())
    }
}

/// Every county for which an office is registered or about which the ledger knows something.
pub(super) fn county_lines(
    rules: &MonitoringRules<'_>,
    today: Date,
    facts: &BoardFacts,
) -> Vec<CountyLine> {
    let closed: BTreeMap<&str, u64> = facts.closed.iter().map(|(c, n)| (c.as_str(), *n)).collect();
    county_codes(rules, facts)
        .into_iter()
        .map(|code| {
            let open: Vec<&OpenGroup> = facts.open.iter().filter(|g| g.county == code).collect();
            let cohort = facts.cohort.iter().filter(|group| group.county == code);
            let dues = open.iter().filter_map(|group| {
                let (_, due) = rules.due(group.opened, group.due)?;
                Some((due.date, group.opened, due))
            });
            let oldest = dues.min_by_key(|(date, opened, _)| (*date, *opened));
            let mut ageing = Ageing::default();
            for group in &open {
                let count = group.unanswered + group.answered;
                ageing.add(rules, (group.opened, group.due), today, count);
            }
            CountyLine {
                name: rules.county_name(code),
                ageing,
                answered: open.iter().map(|group| group.answered).sum(),
                opened: cohort.map(|group| group.count).sum(),
                closed: closed.get(code).copied().unwrap_or(0),
                oldest_due: oldest.map(|(date, ..)| date),
                oldest_opened: oldest.map(|(_, opened, _)| opened),
                most_overdue_days: match oldest.map(|(.., due)| due.state(today)) {
                    Some(crate::DueState::Overdue { days }) => days,
                    _ => 0,
                },
                county: code.to_owned(),
            }
        })
        .collect()
}

/// The codes of all counties that there is something to say about, ascending.
pub(super) fn county_codes<'f>(
    rules: &MonitoringRules<'f>,
    facts: &'f BoardFacts,
) -> BTreeSet<&'f str> {
    let registered = rules.parties.iter().flat_map(|party| &party.counties);
    registered
        .map(String::as_str)
        .chain(facts.open.iter().map(|group| group.county.as_str()))
        .chain(facts.cohort.iter().map(|group| group.county.as_str()))
        .chain(facts.closed.iter().map(|(county, _)| county.as_str()))
        .collect()
}

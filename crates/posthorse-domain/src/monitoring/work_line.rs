//! How the work of each county stands, and of each department that has to answer.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::ageing::Ageing;
use super::facts::{BoardFacts, OpenGroup};
use super::rules::{Holder, MonitoringRules};

/// What one county or department has to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkLine {
    /// Whose it is.
    pub holder: Holder,
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

impl WorkLine {
    /// Whether the leader in charge is to be told (REQ-11).
    #[must_use]
    pub fn is_escalated(&self, rules: &MonitoringRules<'_>) -> bool {
        self.most_overdue_days >= u32::from(rules.escalation.after_overdue_days())
    }
}

/// Every county for which an office is registered, and everybody whose work the ledger knows: the
/// counties by code, then the departments.
pub(super) fn work_lines(
    rules: &MonitoringRules<'_>,
    today: Date,
    facts: &BoardFacts,
) -> Vec<WorkLine> {
    let lines = holders(rules, facts).into_iter();
    lines
        .map(|holder| work_line(rules, today, facts, holder))
        .collect()
}

fn work_line(
    rules: &MonitoringRules<'_>,
    today: Date,
    facts: &BoardFacts,
    holder: Holder,
) -> WorkLine {
    let is_theirs = |task| rules.holder(task) == holder;
    let open = facts.open.iter().filter(|group| is_theirs(&group.task));
    let open: Vec<&OpenGroup> = open.collect();
    let cohort = facts.cohort.iter().filter(|group| is_theirs(&group.task));
    let closed = facts.closed.iter().filter(|group| is_theirs(&group.task));
    let dues = open.iter().filter_map(|group| {
        let (_, due) = rules.due(&group.task)?;
        Some((due.date, group.task.opened, due))
    });
    let oldest = dues.min_by_key(|(date, opened, _)| (*date, *opened));
    let mut ageing = Ageing::default();
    for group in &open {
        let count = group.unanswered + group.answered;
        ageing.add(rules, &group.task, today, count);
    }
    WorkLine {
        name: rules.holder_name(&holder),
        ageing,
        answered: open.iter().map(|group| group.answered).sum(),
        opened: cohort.map(|group| group.count).sum(),
        closed: closed.map(|group| group.count).sum(),
        oldest_due: oldest.map(|(date, ..)| date),
        oldest_opened: oldest.map(|(_, opened, _)| opened),
        most_overdue_days: match oldest.map(|(.., due)| due.state(today)) {
            Some(crate::DueState::Overdue { days }) => days,
            _ => 0,
        },
        holder,
    }
}

/// Everybody of whom there is something to say, ascending.
pub(super) fn holders(rules: &MonitoringRules<'_>, facts: &BoardFacts) -> BTreeSet<Holder> {
    let registered = rules.parties.iter().flat_map(|party| &party.counties);
    let open = facts.open.iter().map(|group| &group.task);
    let cohort = facts.cohort.iter().map(|group| &group.task);
    let closed = facts.closed.iter().map(|group| &group.task);
    registered
        .map(|code| Holder::County(code.clone()))
        .chain(
            open.chain(cohort)
                .chain(closed)
                .map(|task| rules.holder(task)),
        )
        .collect()
}

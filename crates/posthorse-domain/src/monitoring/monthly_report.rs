//! How a month went (通报), as the ledger tells it: asked again as of the same day, it says the same.

use std::collections::BTreeMap;

use jiff::civil::Date;
use posthorse_package::PartyId;

use super::ageing::Ageing;
use super::board::{QualityLine, quality_lines};
use super::facts::{BoardFacts, CohortGroup, CoverageLine};
use super::month::Month;
use super::report_line::{ReportLine, earlier_lines, report_lines};
use super::rules::{Holder, MonitoringRules};
use super::work_line::holders;
use crate::{BasisPoints, DueState};

/// What one department did in the month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentMonth {
    /// The office.
    pub party: PartyId,
    /// What it is called.
    pub name: String,
    /// Reports on a stretch that ends in the month, whose window is over or that are in.
    pub owed: u64,
    /// Of those, sent early or in time.
    pub in_time: u64,
    /// Sent late.
    pub late: u64,
    /// Not sent, with a deferral note in time.
    pub deferred: u64,
    /// Not sent, and nothing said.
    pub missing: u64,
    /// The quality of its rows.
    pub quality: Option<QualityLine>,
}

impl DepartmentMonth {
    /// Reports in time, of those owed.
    #[must_use]
    pub fn timeliness(&self) -> Option<BasisPoints> {
        BasisPoints::of(self.in_time, self.owed)
    }
}

/// What became of the work that one county or department, or all of them, got in the month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CountyMonth {
    /// Whose it was; none for all together.
    pub holder: Option<Holder>,
    /// What that is called; empty for all together.
    pub name: String,
    /// Warnings of the month.
    pub opened: u64,
    /// Of those, answered at all.
    pub answered: u64,
    /// Of those, closed.
    pub closed: u64,
    /// Of those, closed by their last day.
    pub closed_in_time: u64,
    /// Closed, or past their last day: those of which can be said whether they were in time.
    pub decided: u64,
    /// Outcomes of the last answers.
    pub outcomes: BTreeMap<String, u64>,
    /// What of the month's warnings is still open, by age.
    pub ageing: Ageing,
}

impl CountyMonth {
    /// Answered, of those of the month (核实率).
    #[must_use]
    pub fn verification(&self) -> Option<BasisPoints> {
        BasisPoints::of(self.answered, self.opened)
    }

    /// Closed, of those of the month (办结率).
    #[must_use]
    pub fn closing(&self) -> Option<BasisPoints> {
        BasisPoints::of(self.closed, self.opened)
    }

    /// Closed in time, of those that are closed or late (按期率).
    #[must_use]
    pub fn timeliness(&self) -> Option<BasisPoints> {
        BasisPoints::of(self.closed_in_time, self.decided)
    }

    fn take(&mut self, rules: &MonitoringRules<'_>, today: Date, group: &CohortGroup) {
        self.opened += group.count;
        if let Some(outcome) = &group.outcome {
            self.answered += group.count;
            *self.outcomes.entry(outcome.clone()).or_default() += group.count;
        }
        let due = rules.due(&group.task).map(|(_, due)| due);
        let is_over = due.is_some_and(|due| matches!(due.state(today), DueState::Overdue { .. }));
        match group.closed {
            Some(closed) => {
                let in_time = due.is_none_or(|due| closed <= due.date);
                self.closed += group.count;
                self.decided += group.count;
                self.closed_in_time += if in_time { group.count } else { 0 };
            }
            None => {
                self.decided += if is_over { group.count } else { 0 };
                self.ageing.add(rules, &group.task, today, group.count);
            }
        }
    }
}

fn names_of(lines: &[CoverageLine], rules: &MonitoringRules<'_>) -> BTreeMap<String, String> {
    let codes = lines.iter().map(|line| line.county.as_str());
    codes
        .map(|code| (code.to_owned(), rules.county_name(code)))
        .collect()
}

/// The monthly report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthlyReport {
    /// The month.
    pub month: Month,
    /// The day as of which it is told.
    pub today: Date,
    /// The reports owed for the stretch to which the month belongs, by office and list.
    pub reports: Vec<ReportLine>,
    /// Those owed for earlier quarters, semesters and school years, the oldest first.
    pub earlier: Vec<ReportLine>,
    /// The departments, in the order of the registry.
    pub departments: Vec<DepartmentMonth>,
    /// The counties, by code, then the departments that had to answer.
    pub counties: Vec<CountyMonth>,
    /// All of them together.
    pub total: CountyMonth,
    /// All that is open on that day, of this month and of earlier ones.
    pub all_open: Ageing,
    /// What policies paid, where it is known.
    pub coverage: Vec<CoverageLine>,
    /// What the counties of these lines are called, by code.
    pub county_names: BTreeMap<String, String>,
    /// Leads that no warning answers for.
    pub orphans: u64,
}

impl MonthlyReport {
    /// Draws the report on a month as of a day.
    #[must_use]
    pub fn draw(
        rules: &MonitoringRules<'_>,
        month: &Month,
        today: Date,
        facts: &BoardFacts,
    ) -> Self {
        let reports = report_lines(rules, month, today, &facts.reports);
        let quality = quality_lines(rules, month, today, &facts.arrivals);
        let mut total = CountyMonth::default();
        let mut counties = Vec::new();
        for holder in holders(rules, facts) {
            let mut county = CountyMonth {
                name: rules.holder_name(&holder),
                ..CountyMonth::default()
            };
            let is_theirs = |group: &&CohortGroup| rules.holder(&group.task) == holder;
            for group in facts.cohort.iter().filter(is_theirs) {
                county.take(rules, today, group);
                total.take(rules, today, group);
            }
            county.holder = Some(holder);
            counties.push(county);
        }
        let mut all_open = Ageing::default();
        for group in &facts.open {
            let count = group.unanswered + group.answered;
            all_open.add(rules, &group.task, today, count);
        }
        Self {
            month: month.clone(),
            today,
            departments: departments(month, &reports, quality),
            reports,
            earlier: earlier_lines(rules, month, today, &facts.reports),
            counties,
            total,
            all_open,
            coverage: facts.coverage.clone(),
            county_names: names_of(&facts.coverage, rules),
            orphans: facts.stuck.orphans,
        }
    }

    /// All departments' reports in time, of those owed.
    #[must_use]
    pub fn reporting_timeliness(&self) -> Option<BasisPoints> {
        let sum = |of: fn(&DepartmentMonth) -> u64| self.departments.iter().map(of).sum();
        BasisPoints::of(sum(|line| line.in_time), sum(|line| line.owed))
    }
}

fn departments(
    month: &Month,
    reports: &[ReportLine],
    quality: Vec<QualityLine>,
) -> Vec<DepartmentMonth> {
    let mut lines: Vec<DepartmentMonth> = Vec::new();
    for report in reports {
        if lines.last().is_none_or(|last| last.party != report.party) {
            lines.push(DepartmentMonth {
                party: report.party.clone(),
                name: report.name.clone(),
                owed: 0,
                in_time: 0,
                late: 0,
                deferred: 0,
                missing: 0,
                quality: quality
                    .iter()
                    .find(|line| line.party == report.party)
                    .cloned(),
            });
        }
        let Some(line) = lines.last_mut() else {
            continue;
        };
        // A quarter, a semester or a year is counted once, in its last month.
        if !report.ends_in(month) {
            continue;
        }
        let is_late = matches!(report.state, crate::ReportState::Late { .. });
        line.in_time += u64::from(report.is_in_time());
        line.late += u64::from(is_late);
        line.deferred += u64::from(report.is_missing() && report.deferred.is_some());
        line.missing += u64::from(report.is_missing() && report.deferred.is_none());
        line.owed = line.in_time + line.late + line.deferred + line.missing;
    }
    lines
}

//! Which office owes which report, and whether it is in: silence is not nil, and late is not missing.

use std::collections::BTreeSet;

use jiff::civil::Date;
use posthorse_package::{KindName, Party, PartyId, Period};

use super::ageing::Tone;
use super::facts::Arrival;
use super::month::Month;
use super::rules::MonitoringRules;
use crate::{Duty, ReportKind, ReportState, ReportWindow, Reporting};

/// What an office has sent for a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Submitted {
    /// Nothing.
    Nothing,
    /// That there is nothing to report (零报告).
    Nil,
    /// A list of which something was taken.
    List,
}

/// One report that one office owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// The office.
    pub party: PartyId,
    /// What it is called.
    pub name: String,
    /// What it owes.
    pub kind: KindName,
    /// What that is called.
    pub title: String,
    /// The days in which it is owed.
    pub window: ReportWindow,
    /// What it sent.
    pub submitted: Submitted,
    /// How that stands to the window.
    pub state: ReportState,
    /// The day of a deferral note that came before the window closed.
    pub deferred: Option<Date>,
    /// Packages of which something was taken.
    pub packages: u64,
    /// Rows taken.
    pub accepted: u64,
    /// Rows sent back, those of refused packages included.
    pub rejected: u64,
}

impl ReportLine {
    /// What it calls for. A deferral note in time turns red into yellow.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self.state {
            ReportState::Early { .. } | ReportState::InTime => Tone::Good,
            ReportState::Late { .. } => Tone::Attention,
            ReportState::NotYetOpen { .. } => Tone::Plain,
            ReportState::Open { .. } => Tone::Attention,
            ReportState::Missing { .. } if self.deferred.is_some() => Tone::Attention,
            ReportState::Missing { .. } => Tone::Bad,
        }
    }

    /// Whether the window is over and nothing came (未报).
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.state, ReportState::Missing { .. })
    }

    /// Whether it came early or in its window.
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        matches!(self.state, ReportState::Early { .. } | ReportState::InTime)
    }
}

/// What an arrival says of the windows of its sender.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    List,
    Nil,
    Deferral,
}

/// Every report that an office of the registry owes for a month, by office and kind.
///
/// A kind is owed by an office that may send it, if the due rules give it a window. A nil report
/// and a deferral note stand for every such kind of their sender and month.
pub(super) fn report_lines(
    rules: &MonitoringRules<'_>,
    month: &Month,
    today: Date,
    arrivals: &[Arrival],
) -> Vec<ReportLine> {
    let mut lines = Vec::new();
    for party in rules.parties {
        let kinds: BTreeSet<&KindName> = party.may_send.iter().collect();
        for kind in kinds {
            let Some(Reporting::Windowed(rule)) = rules.due_rules.reporting(kind, None) else {
                continue;
            };
            // What the bureau sends, it does not report.
            if party.is(posthorse_package::Role::Bureau) {
                continue;
            }
            if let Some(window) = rule.window(month.period(), rules.calendar) {
                lines.push(line(rules, (party, kind), window, today, arrivals));
            }
        }
    }
    lines
}

fn line(
    rules: &MonitoringRules<'_>,
    (party, kind): (&Party, &KindName),
    window: ReportWindow,
    today: Date,
    arrivals: &[Arrival],
) -> ReportLine {
    let mut first: Option<Date> = None;
    let mut submitted = Submitted::Nothing;
    let mut deferred = None;
    let (mut packages, mut accepted, mut rejected) = (0, 0, 0);
    let own = arrivals
        .iter()
        .filter(|arrival| arrival.sender == party.id && arrival.received <= today)
        .filter(|arrival| is_within(&window, arrival));
    for arrival in own {
        let Some(says) = says(rules, kind, arrival) else {
            continue;
        };
        if says == Says::List {
            accepted += arrival.accepted;
            rejected += arrival.rejected;
        }
        if !arrival.taken {
            continue;
        }
        match says {
            Says::Deferral if window.takes_deferral(arrival.received) => {
                deferred = deferred.max(Some(arrival.received));
            }
            Says::Deferral => {}
            Says::Nil | Says::List => {
                first = Some(first.map_or(arrival.received, |day| day.min(arrival.received)));
                let is_list = says == Says::List;
                packages += u64::from(is_list);
                submitted = submitted.max(if is_list {
                    Submitted::List
                } else {
                    Submitted::Nil
                });
            }
        }
    }
    ReportLine {
        party: party.id.clone(),
        name: party.name.clone(),
        kind: kind.clone(),
        title: rules.kind_title(kind),
        state: window.state(first, today),
        window,
        submitted,
        deferred,
        packages,
        accepted,
        rejected,
    }
}

/// Whether an arrival reports on a window: by its month, else by the month in which it came.
fn is_within(window: &ReportWindow, arrival: &Arrival) -> bool {
    let month = match &arrival.period {
        Some(period) => first_day(period),
        None => Some(arrival.received.first_of_month()),
    };
    month.is_some_and(|month| window.first <= month && month <= window.last)
}

fn first_day(period: &Period) -> Option<Date> {
    format!("{period}-01").parse().ok()
}

fn says(rules: &MonitoringRules<'_>, kind: &KindName, arrival: &Arrival) -> Option<Says> {
    if arrival.kind == *kind {
        return Some(Says::List);
    }
    match rules.kinds.get(&arrival.kind)?.duty() {
        Duty::Report(ReportKind::Nil) => Some(Says::Nil),
        Duty::Report(ReportKind::Deferral) => Some(Says::Deferral),
        _ => None,
    }
}

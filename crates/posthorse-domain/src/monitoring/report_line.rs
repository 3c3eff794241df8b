//! Which office owes which list for which stretch of months, and whether it is in: silence is not
//! nil, late is not missing, and what is not registered is not owed.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use posthorse_package::{KindName, ListName, Party, PartyId, Period, Role};

use super::ageing::Tone;
use super::facts::{ReportFact, Said};
use super::month::Month;
use super::rules::{MonitoringRules, joined};
use crate::{ReportRule, ReportState, ReportWindow, Reporting};

/// How many stretches are shown of a list that is owed less often than monthly, this one included.
const TERMS_SHOWN: usize = 4;

/// A window is about to close when no more than so many days are left.
const CLOSING_DAYS: u32 = 5;

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

/// One list that one office owes for one stretch of months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// The office.
    pub party: PartyId,
    /// What it is called.
    pub name: String,
    /// The kind of package in which the list travels.
    pub kind: KindName,
    /// The list.
    pub list: ListName,
    /// What that is called.
    pub title: String,
    /// How often it is owed, such as `monthly`.
    pub cadence: String,
    /// What that is called, such as `按月`.
    pub cadence_title: String,
    /// The days in which it is owed.
    pub window: ReportWindow,
    /// What was sent.
    pub submitted: Submitted,
    /// How that stands to the window.
    pub state: ReportState,
    /// The day of a deferral note that came before the window closed.
    pub deferred: Option<Date>,
    /// Packages in which something of the list was taken.
    pub packages: u64,
    /// Rows taken.
    pub accepted: u64,
    /// Rows sent back from packages of which something was taken.
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
            ReportState::Open { .. } if self.is_closing() => Tone::Attention,
            ReportState::Open { .. } => Tone::Plain,
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

    /// Whether the window is about to close: one of months is no reason to hurry anybody on its
    /// first day.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        matches!(self.state, ReportState::Open { days_left } if days_left <= CLOSING_DAYS)
    }

    /// Whether it is about one month, and not about a quarter, a semester or a year.
    #[must_use]
    pub fn is_of_one_month(&self) -> bool {
        self.window.first.last_of_month() == self.window.last
    }

    /// Whether the stretch that it is about ends in a month: a quarter is told of once, in its last.
    #[must_use]
    pub fn ends_in(&self, month: &Month) -> bool {
        self.window.last == month.last()
    }
}

/// A list that an office is registered to submit, and by which rule.
struct Owed<'r> {
    party: &'r Party,
    kind: &'r KindName,
    list: &'r ListName,
    title: &'r str,
    rule: &'r ReportRule,
}

/// Every list that an office of the registry is registered to submit in a window. What the bureau
/// sends, it does not report.
fn owed<'r>(rules: &MonitoringRules<'r>) -> Vec<Owed<'r>> {
    let mut owed = Vec::new();
    for party in rules.parties {
        if party.is(Role::Bureau) {
            continue;
        }
        for report in &party.reports {
            let Some(schema) = rules.schema_of(party, &report.list) else {
                continue;
            };
            let reporting =
                rules
                    .due_rules
                    .reporting_of(schema.kind(), &report.list, report.cadence.as_ref());
            if let Some(Reporting::Windowed(rule)) = reporting {
                owed.push(Owed {
                    party,
                    kind: schema.kind(),
                    list: &report.list,
                    title: schema.title(),
                    rule,
                });
            }
        }
    }
    owed
}

/// The lists that a registry names and this office does not know, by office.
pub(super) fn unknown_lists(rules: &MonitoringRules<'_>) -> Vec<(PartyId, ListName)> {
    let parties = rules.parties.iter();
    parties
        .flat_map(|party| party.reports.iter().map(move |report| (party, report)))
        .filter(|(party, report)| rules.schema_of(party, &report.list).is_none())
        .map(|(party, report)| (party.id.clone(), report.list.clone()))
        .collect()
}

/// What every office owes for the stretch to which a month belongs, by office and list.
pub(super) fn report_lines(
    rules: &MonitoringRules<'_>,
    month: &Month,
    today: Date,
    facts: &[ReportFact],
) -> Vec<ReportLine> {
    let owed = owed(rules);
    let lines = owed.iter().filter_map(|owed| {
        let window = owed.rule.window(month.period(), rules.calendar)?;
        owed.line(window, today, facts)
    });
    lines.collect()
}

/// What every office owed for earlier stretches, of lists that are owed less often than monthly:
/// by office and list, the oldest first.
pub(super) fn earlier_lines(
    rules: &MonitoringRules<'_>,
    month: &Month,
    today: Date,
    facts: &[ReportFact],
) -> Vec<ReportLine> {
    let mut lines = Vec::new();
    for owed in owed(rules) {
        let windows = owed.earlier_windows(rules, month);
        let earlier = windows.into_iter().rev();
        lines.extend(
            earlier
                .filter_map(|window| owed.line(window, today, facts))
                .filter(|line| !line.is_of_one_month()),
        );
    }
    lines
}

impl Owed<'_> {
    /// The windows before that of a month which facts reach back to, the latest first.
    fn earlier_windows(&self, rules: &MonitoringRules<'_>, month: &Month) -> Vec<ReportWindow> {
        let of = |period: &Period| self.rule.window(period, rules.calendar);
        let reaches = month
            .earliest_told()
            .and_then(|earliest| first_day(&earliest));
        let mut seen: BTreeSet<Date> = of(month.period())
            .map(|window| window.first)
            .into_iter()
            .collect();
        let mut windows = Vec::new();
        for back in 1..=Month::TOLD_BEFORE {
            let day = month.first().saturating_sub(back.months());
            let Ok(period) = day.strftime("%Y-%m").to_string().parse::<Period>() else {
                break;
            };
            let Some(window) = of(&period) else { continue };
            let is_told = reaches.is_some_and(|reaches| reaches <= window.first);
            if is_told && seen.insert(window.first) && seen.len() <= TERMS_SHOWN {
                windows.push(window);
            }
        }
        windows
    }

    /// How the list stands to a window; none if the window was over before the office could sign
    /// anything at all.
    fn line(&self, window: ReportWindow, today: Date, facts: &[ReportFact]) -> Option<ReportLine> {
        if joined(self.party).is_some_and(|joined| window.closes < joined) {
            return None;
        }
        let mut first: Option<Date> = None;
        let mut submitted = Submitted::Nothing;
        let mut deferred = None;
        let (mut packages, mut accepted, mut rejected) = (0, 0, 0);
        let own = facts
            .iter()
            .filter(|fact| fact.sender == self.party.id && fact.received <= today)
            .filter(|fact| self.is_meant(fact) && is_within(&window, fact));
        for fact in own {
            let (what, day) = match fact.said {
                Said::Deferral if window.takes_deferral(fact.received) => {
                    deferred = deferred.max(Some(fact.received));
                    continue;
                }
                Said::Deferral => continue,
                Said::Nil => (Submitted::Nil, fact.received),
                Said::List {
                    accepted: taken,
                    rejected: returned,
                } => {
                    accepted += taken;
                    rejected += returned;
                    if taken == 0 {
                        continue;
                    }
                    packages += 1;
                    (Submitted::List, fact.received)
                }
            };
            first = Some(first.map_or(day, |first| first.min(day)));
            submitted = submitted.max(what);
        }
        Some(ReportLine {
            party: self.party.id.clone(),
            name: self.party.name.clone(),
            kind: self.kind.clone(),
            list: self.list.clone(),
            title: self.title.to_owned(),
            cadence: self.rule.cadence().to_owned(),
            cadence_title: self.rule.title().to_owned(),
            state: window.state(first, today),
            window,
            submitted,
            deferred,
            packages,
            accepted,
            rejected,
        })
    }

    /// Whether something that the office said is about this list. A note that names no list known
    /// here is about the only one that its sender owes, if it owes one.
    fn is_meant(&self, fact: &ReportFact) -> bool {
        match &fact.list {
            Some(list) => list == self.list,
            None => self.party.reports.len() == 1,
        }
    }
}

/// Whether something reports on a window: by the month that it is about, else by the month in which
/// it came.
fn is_within(window: &ReportWindow, fact: &ReportFact) -> bool {
    let month = match &fact.month {
        Some(period) => first_day(period),
        None => Some(fact.received.first_of_month()),
    };
    month.is_some_and(|month| window.first <= month && month <= window.last)
}

fn first_day(period: &Period) -> Option<Date> {
    format!("{period}-01").parse().ok()
}

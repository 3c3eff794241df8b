//! The board: who has not reported, who is late, what is stuck, whose data is good.

use std::collections::BTreeMap;

use jiff::civil::Date;
use posthorse_package::{ListName, PartyId, Role};

use super::ageing::{Ageing, Tone};
use super::contact_line::{ContactLine, contact_lines};
use super::facts::{Arrival, BoardFacts};
use super::month::Month;
use super::report_line::{ReportLine, earlier_lines, report_lines, unknown_lists};
use super::rules::{Holder, MonitoringRules};
use super::work_line::{WorkLine, work_lines};
use crate::clocks::deadline::days_between;
use crate::{BasisPoints, ReportState, ReportWindow, Reporting};

/// A roster older than this many days is stale (REQ-19).
const FRESH_DAYS: u32 = 31;

/// Something that does not move, in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StuckLine {
    /// Put away without a verdict in the month.
    Quarantined {
        /// Why.
        code: String,
        /// How many things.
        things: u64,
    },
    /// Claimed, and not at its end.
    Unfinished {
        /// How many things.
        things: u64,
    },
    /// Leads that belong to no county.
    Unrouted {
        /// How many.
        leads: u64,
    },
    /// Leads that no warning answers for.
    Orphans {
        /// How many.
        leads: u64,
    },
    /// Leads that the bureau itself has not dispatched.
    Waiting {
        /// The county's code.
        county: String,
        /// What it is called.
        name: String,
        /// How many leads.
        leads: u64,
        /// The day on which the oldest came.
        oldest: Date,
        /// How many days the bureau is late, if it is.
        overdue_days: u32,
    },
    /// Files that did not appear in an outbox yet.
    Unpublished {
        /// The office.
        party: PartyId,
        /// What it is called.
        name: String,
        /// How many files.
        files: u64,
    },
    /// A list that the registry says an office owes, and that is not known here, or not of a kind
    /// that the office may send.
    UnknownList {
        /// The office.
        party: PartyId,
        /// What it is called.
        name: String,
        /// The list.
        list: ListName,
    },
    /// Payouts of the month that no precheck covers (REQ-18).
    Unchecked {
        /// The office.
        party: PartyId,
        /// What it is called.
        name: String,
        /// Rows that name no precheck of this office.
        without_precheck: u64,
        /// Rows about people whom their precheck was not asked about.
        not_asked: u64,
        /// Rows about people whom their precheck did not call on the roster.
        not_on_roster: u64,
    },
}

impl StuckLine {
    /// What it calls for.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self {
            Self::Orphans { .. } | Self::Quarantined { .. } => Tone::Bad,
            Self::Waiting { overdue_days, .. } if *overdue_days > 0 => Tone::Bad,
            Self::Unchecked { not_on_roster, .. } if *not_on_roster > 0 => Tone::Bad,
            _ => Tone::Attention,
        }
    }
}

/// How good the rows of one office were in the month: who gives data answers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityLine {
    /// The office.
    pub party: PartyId,
    /// What it is called.
    pub name: String,
    /// Packages that came, refused ones included.
    pub packages: u64,
    /// Packages of which nothing was taken.
    pub refused: u64,
    /// Rows sent.
    pub sent: u64,
    /// Rows sent back.
    pub returned: u64,
    /// The share of rows that were taken; none where no row came.
    pub score: Option<BasisPoints>,
}

impl QualityLine {
    /// Green from 99 %, yellow from 95 %.
    #[must_use]
    pub fn tone(&self) -> Tone {
        match self.score.map(BasisPoints::get) {
            None => Tone::Plain,
            Some(9_900..) => Tone::Good,
            Some(9_500..) => Tone::Attention,
            Some(_) => Tone::Bad,
        }
    }
}

/// How old the roster is that departments compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RosterState {
    /// None was ever sent.
    Never,
    /// Young enough.
    Fresh {
        /// The roster's own day.
        day: Date,
    },
    /// Older than 31 days.
    Stale {
        /// The roster's own day.
        day: Date,
        /// How many days ago that was.
        days: u32,
    },
}

/// All that an operator looks at in the morning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// The month reported on.
    pub month: Month,
    /// The day of which it tells.
    pub today: Date,
    /// The reports owed for the stretch to which the month belongs, by office and list.
    pub reports: Vec<ReportLine>,
    /// Those owed for earlier quarters, semesters and school years, the oldest first.
    pub earlier: Vec<ReportLine>,
    /// Departments for which no list is registered, so that they owe none.
    pub unregistered: Vec<(PartyId, String)>,
    /// The offices, and whether it is known whom to call there (REQ-01).
    pub contacts: Vec<ContactLine>,
    /// The counties, by code, then the departments that have to answer.
    pub work: Vec<WorkLine>,
    /// All of them together.
    pub total: Ageing,
    /// What does not move.
    pub stuck: Vec<StuckLine>,
    /// The quality of what came in the month, by office.
    pub quality: Vec<QualityLine>,
    /// The roster.
    pub roster: RosterState,
    /// How the month's roster stands to the days in which the bureau owes it; none where it owes
    /// none.
    pub roster_due: Option<(ReportWindow, ReportState)>,
}

impl Board {
    /// Draws the board of a month as of a day.
    #[must_use]
    pub fn draw(
        rules: &MonitoringRules<'_>,
        month: &Month,
        today: Date,
        facts: &BoardFacts,
    ) -> Self {
        let work = work_lines(rules, today, facts);
        let mut total = Ageing::default();
        for line in &work {
            total += line.ageing;
        }
        Self {
            month: month.clone(),
            today,
            reports: report_lines(rules, month, today, &facts.reports),
            earlier: earlier_lines(rules, month, today, &facts.reports),
            unregistered: unregistered(rules),
            contacts: contact_lines(rules, today, &facts.contacts),
            work,
            total,
            stuck: stuck_lines(rules, today, facts),
            quality: quality_lines(rules, month, today, &facts.arrivals),
            roster: match facts.last_roster {
                None => RosterState::Never,
                Some(day) => match days_between(day, today) {
                    days if days > FRESH_DAYS && day < today => RosterState::Stale { day, days },
                    _ => RosterState::Fresh { day },
                },
            },
            roster_due: roster_due(rules, month, today, facts),
        }
    }

    /// The reports that are missing, excused ones included.
    pub fn missing(&self) -> impl Iterator<Item = &ReportLine> {
        self.reports.iter().filter(|line| line.is_missing())
    }

    /// The offices of which it is not known whom to call.
    pub fn without_contact(&self) -> impl Iterator<Item = &ContactLine> {
        self.contacts.iter().filter(|line| line.is_missing())
    }

    /// The counties and departments whose leaders are to be told.
    pub fn escalated(&self, rules: &MonitoringRules<'_>) -> Vec<&WorkLine> {
        let lines = self.work.iter();
        lines.filter(|line| line.is_escalated(rules)).collect()
    }

    /// The counties' lines, by code.
    pub fn counties(&self) -> impl Iterator<Item = &WorkLine> {
        let lines = self.work.iter();
        lines.filter(|line| matches!(line.holder, Holder::County(_)))
    }

    /// The lines of departments that have to answer.
    pub fn departments(&self) -> impl Iterator<Item = &WorkLine> {
        let lines = self.work.iter();
        lines.filter(|line| matches!(line.holder, Holder::Department(_)))
    }
}

fn unregistered(rules: &MonitoringRules<'_>) -> Vec<(PartyId, String)> {
    let parties = rules.parties.iter();
    parties
        .filter(|party| party.is(Role::Department) && !party.is(Role::Bureau))
        .filter(|party| party.reports.is_empty())
        .map(|party| (party.id.clone(), party.name.clone()))
        .collect()
}

/// What the bureau itself owes before offices report: the roster that they compare with.
fn roster_due(
    rules: &MonitoringRules<'_>,
    month: &Month,
    today: Date,
    facts: &BoardFacts,
) -> Option<(ReportWindow, ReportState)> {
    let kind = "roster".parse().ok()?;
    let Some(Reporting::Windowed(rule)) = rules.due_rules.reporting(&kind, None) else {
        return None;
    };
    let window = rule.window(month.period(), rules.calendar)?;
    let state = window.state(facts.roster_sent, today);
    Some((window, state))
}

fn stuck_lines(rules: &MonitoringRules<'_>, today: Date, facts: &BoardFacts) -> Vec<StuckLine> {
    let stuck = &facts.stuck;
    let mut lines = Vec::new();
    if stuck.orphans > 0 {
        let leads = stuck.orphans;
        lines.push(StuckLine::Orphans { leads });
    }
    for found in stuck.quarantined.iter().filter(|found| found.things > 0) {
        lines.push(StuckLine::Quarantined {
            code: found.code.clone(),
            things: found.things,
        });
    }
    if stuck.unfinished > 0 {
        let things = stuck.unfinished;
        lines.push(StuckLine::Unfinished { things });
    }
    if stuck.unrouted > 0 {
        let leads = stuck.unrouted;
        lines.push(StuckLine::Unrouted { leads });
    }
    let dispatch = "warning_dispatch".parse().ok();
    let rule = dispatch.and_then(|kind| rules.due_rules.due_rule(&kind));
    for backlog in &stuck.backlog {
        let due = rule.map(|rule| rule.due(backlog.oldest, rules.calendar));
        lines.push(StuckLine::Waiting {
            county: backlog.county.clone(),
            name: rules.county_name(&backlog.county),
            leads: backlog.leads,
            oldest: backlog.oldest,
            overdue_days: match due.map(|due| due.state(today)) {
                Some(crate::DueState::Overdue { days }) => days,
                _ => 0,
            },
        });
    }
    for waiting in &stuck.unpublished {
        lines.push(StuckLine::Unpublished {
            party: waiting.party.clone(),
            name: rules.name_of(&waiting.party),
            files: waiting.files,
        });
    }
    for (party, list) in unknown_lists(rules) {
        let name = rules.name_of(&party);
        lines.push(StuckLine::UnknownList { party, name, list });
    }
    lines.extend(facts.payouts.iter().filter_map(|paid| {
        let unchecked = paid.without_precheck + paid.not_asked + paid.not_on_roster;
        (unchecked > 0).then(|| StuckLine::Unchecked {
            party: paid.sender.clone(),
            name: rules.name_of(&paid.sender),
            without_precheck: paid.without_precheck,
            not_asked: paid.not_asked,
            not_on_roster: paid.not_on_roster,
        })
    }));
    lines
}

/// The quality of what each office sent in the month, by office.
pub(super) fn quality_lines(
    rules: &MonitoringRules<'_>,
    month: &Month,
    today: Date,
    arrivals: &[Arrival],
) -> Vec<QualityLine> {
    let mut of: BTreeMap<&PartyId, QualityLine> = BTreeMap::new();
    let in_month = |day: Date| month.first() <= day && day <= month.last() && day <= today;
    for arrival in arrivals.iter().filter(|arrival| in_month(arrival.received)) {
        let line = of.entry(&arrival.sender).or_insert_with(|| QualityLine {
            party: arrival.sender.clone(),
            name: rules.name_of(&arrival.sender),
            packages: 0,
            refused: 0,
            sent: 0,
            returned: 0,
            score: None,
        });
        line.packages += 1;
        line.refused += u64::from(!arrival.taken);
        line.sent += arrival.accepted + arrival.rejected;
        line.returned += arrival.rejected;
    }
    for line in of.values_mut() {
        line.score = BasisPoints::of(line.sent - line.returned, line.sent);
    }
    of.into_values().collect()
}

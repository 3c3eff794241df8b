//! The clocks of the notice, as data.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use posthorse_package::{Cadence, KindName, ListName};
use serde::Deserialize;

use crate::clocks::deadline::{AskedRule, DueRule, RemindBefore, Reminders, Term};
use crate::clocks::report_window::{ReportRule, ReportTerms};

const BUILT_IN: &[u8] = include_bytes!("../../data/due_rules.json");

const FORMAT: &str = "posthorse-due-rules/1";
const MOST_BYTES: usize = 1 << 20;
/// Two years. A longer term is a typing error, and would cost time to count.
const MOST_DAYS: u16 = 732;
const MOST_MONTHS: u16 = 24;
const MOST_CHARACTERS: usize = 100;
/// The cadence of what is sent when it happens, in no window.
const AT_ONCE: &str = "at_once";

/// Every clock: what is due when, and who reports in which days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRules {
    version: u64,
    dues: Vec<DueRule>,
    asked: Option<AskedRule>,
    reports: Vec<ReportRule>,
    assignments: Vec<Assignment>,
}

/// How a list is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reporting<'r> {
    /// Regularly, in a window.
    Windowed(&'r ReportRule),
    /// When it happens.
    AtOnce,
}

/// Why bytes are no due rules.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DueRulesError {
    /// More bytes than due rules need.
    #[error("the due rules have {bytes} bytes; {limit} are permitted")]
    TooLarge {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Not JSON of the shape that due rules have.
    #[error("the due rules cannot be read: {0}")]
    Shape(#[source] serde_json::Error),
    /// Another format, or a later one.
    #[error("the due rules' format is not {FORMAT}")]
    Format,
    /// The version is zero.
    #[error("the due rules' version must be 1 or more")]
    Version,
    /// A rule on what is due breaks a rule.
    #[error("due rule for {kind}: {rule}")]
    Due {
        /// The kind that is due.
        kind: KindName,
        /// What must hold.
        rule: &'static str,
    },
    /// What is said of days that the office that asks sets breaks a rule.
    #[error("asked: reminders of 1 to 732 days")]
    Asked,
    /// A rule on reports breaks a rule.
    #[error("report rule {nth}: {rule}")]
    Report {
        /// Its place, counted from 1. Its name may be what is wrong with it.
        nth: usize,
        /// What must hold.
        rule: &'static str,
    },
    /// An assignment breaks a rule.
    #[error("assignment {nth}, of {kind}: {rule}")]
    Assignment {
        /// Its place, counted from 1.
        nth: usize,
        /// The kind that is assigned.
        kind: KindName,
        /// What must hold.
        rule: &'static str,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Assignment {
    kind: KindName,
    #[serde(default)]
    list: Option<ListName>,
    cadence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    dues: Vec<DueRule>,
    #[serde(default)]
    asked: Option<AskedRule>,
    reports: Vec<ReportRule>,
    assignments: Vec<Assignment>,
}

impl DueRules {
    /// The rules of notice 〔2023〕7号, with the defaults where it is silent.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static RULES: OnceLock<DueRules> = OnceLock::new();
        RULES.get_or_init(|| {
            // A test reads the same file, so one that fails here never leaves the workshop.
            Self::from_json(BUILT_IN).unwrap_or_else(|_| Self {
                version: 0,
                dues: Vec::new(),
                asked: None,
                reports: Vec::new(),
                assignments: Vec::new(),
            })
        })
    }

    /// Reads due rules. Whether to believe them is for the caller to know: the bytes are those of
    /// a signed document, or the caller vouches for them.
    ///
    /// # Errors
    /// See [`DueRulesError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, DueRulesError> {
        if bytes.len() > MOST_BYTES {
            let (bytes, limit) = (bytes.len(), MOST_BYTES);
            return Err(DueRulesError::TooLarge { bytes, limit });
        }
        let document: Document = serde_json::from_slice(bytes).map_err(DueRulesError::Shape)?;
        if document.format != FORMAT {
            return Err(DueRulesError::Format);
        }
        if document.version == 0 {
            return Err(DueRulesError::Version);
        }
        check_dues(&document.dues)?;
        if !document.asked.as_ref().is_none_or(AskedRule::is_bounded) {
            return Err(DueRulesError::Asked);
        }
        check_reports(&document.reports)?;
        check_assignments(&document.assignments, &document.reports)?;
        Ok(Self {
            version: document.version,
            dues: document.dues,
            asked: document.asked,
            reports: document.reports,
            assignments: document.assignments,
        })
    }

    /// Their version; later rules have a higher one.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When this kind is due; none if nothing says so.
    #[must_use]
    pub fn due_rule(&self, kind: &KindName) -> Option<&DueRule> {
        self.dues.iter().find(|rule| rule.kind == *kind)
    }

    /// How an office is reminded that owes this kind by a day that was fixed for it: as its due
    /// rule says; where none does, the office that asks has set the day. None if nothing says so.
    #[must_use]
    pub fn reminders(&self, answer: &KindName) -> Option<Reminders<'_>> {
        let asked = || self.asked.as_ref().map(AskedRule::reminders);
        self.due_rule(answer).map(DueRule::reminders).or_else(asked)
    }

    /// Whether it is said how an office is reminded of a day that the office that asks has set.
    #[must_use]
    pub fn reminds_of_set_days(&self) -> bool {
        self.asked.is_some()
    }

    /// Every rule on what is due.
    #[must_use]
    pub fn due_rules(&self) -> &[DueRule] {
        &self.dues
    }

    /// The report rule of this name, such as `quarterly` for a unit that is registered so.
    #[must_use]
    pub fn report_rule(&self, cadence: &str) -> Option<&ReportRule> {
        self.reports.iter().find(|rule| rule.cadence == cadence)
    }

    /// How a list of this kind is reported; none if it is an answer and no report. What is said
    /// of the list itself goes before what is said of its kind.
    #[must_use]
    pub fn reporting(&self, kind: &KindName, list: Option<&ListName>) -> Option<Reporting<'_>> {
        let of_kind = || self.assignments.iter().filter(|a| a.kind == *kind);
        let exact = of_kind().find(|a| a.list.is_some() && a.list.as_ref() == list);
        let assigned = exact.or_else(|| of_kind().find(|a| a.list.is_none()))?;
        if assigned.cadence == AT_ONCE {
            return Some(Reporting::AtOnce);
        }
        self.report_rule(&assigned.cadence).map(Reporting::Windowed)
    }

    /// The rules by which a unit may report a list: the one that the due rules say, then those
    /// for which it may be registered in its place. None for what belongs to no window.
    pub fn cadences(
        &self,
        kind: &KindName,
        list: &ListName,
    ) -> impl Iterator<Item = &ReportRule> + use<'_> {
        let usual = match self.reporting(kind, Some(list)) {
            Some(Reporting::Windowed(rule)) => Some(rule),
            _ => None,
        };
        let others = self.reports.iter().filter(move |rule| {
            usual.is_some_and(|usual| rule.instead_of.as_ref() == Some(&usual.cadence))
        });
        usual.into_iter().chain(others)
    }

    /// How a unit reports a list, given the cadence that it is registered for, if there is one.
    /// A cadence for which no unit may be registered counts as none.
    #[must_use]
    pub fn reporting_of(
        &self,
        kind: &KindName,
        list: &ListName,
        registered: Option<&Cadence>,
    ) -> Option<Reporting<'_>> {
        let named = registered.and_then(|registered| {
            let mut cadences = self.cadences(kind, list);
            cadences.find(|rule| rule.cadence == registered.as_str())
        });
        match named {
            Some(rule) => Some(Reporting::Windowed(rule)),
            None => self.reporting(kind, Some(list)),
        }
    }
}

fn check_dues(dues: &[DueRule]) -> Result<(), DueRulesError> {
    let mut kinds = BTreeSet::new();
    for due in dues {
        let error = |rule| {
            let kind = due.kind.clone();
            Err(DueRulesError::Due { kind, rule })
        };
        if !kinds.insert(&due.kind) {
            return error("one rule a kind");
        }
        if !is_phrase(&due.clause) {
            return error("a clause of 1 to 100 characters");
        }
        let (runs, is_fixed) = match due.term {
            Term::CalendarDays(days) | Term::WorkingDays(days) => (is_days(days), false),
            Term::Months(months) => ((1..=MOST_MONTHS).contains(&months), false),
            Term::FixedDate(_) => (true, true),
        };
        if !runs {
            return error("a term of 1 to 732 days or 1 to 24 months");
        }
        if is_fixed != due.opened_by.is_none() {
            return error("opened_by, unless the date is fixed");
        }
        if !are_reminders(&due.remind_before, due.remind_overdue_every_days) {
            return error("reminders of 1 to 732 days");
        }
    }
    Ok(())
}

fn check_reports(reports: &[ReportRule]) -> Result<(), DueRulesError> {
    let mut cadences = BTreeSet::from([AT_ONCE]);
    for (at, report) in reports.iter().enumerate() {
        let error = |rule| Err(DueRulesError::Report { nth: at + 1, rule });
        let is_slug = |text: &str| text.parse::<KindName>().is_ok();
        if !is_slug(&report.cadence) || !cadences.insert(&report.cadence) {
            return error("a cadence of its own: 1 to 32 of a-z, 0-9 and inner underscores");
        }
        if !is_phrase(&report.clause) {
            return error("a clause of 1 to 100 characters");
        }
        if !report.title.as_deref().is_none_or(is_phrase) {
            return error("a title of 1 to 100 characters");
        }
        if !are_terms(&report.terms) {
            return error("terms that divide the year, or named ones without a common month");
        }
        let warn_day = report.pinch.as_ref().map_or(1, |pinch| pinch.warn_day);
        let days = [report.opens_day, report.closes_day, warn_day];
        if !days.iter().all(|day| (1..=31).contains(day)) {
            return error("days of a month, 1 to 31");
        }
        if report.terms.shortest() == 1 && report.opens_day > report.closes_day {
            return error("a window that opens before it closes");
        }
        let is_other = |other: &String| {
            *other != report.cadence && reports.iter().any(|rule| rule.cadence == *other)
        };
        if !report.instead_of.as_ref().is_none_or(is_other) {
            return error("instead_of another cadence");
        }
    }
    Ok(())
}

fn are_terms(terms: &ReportTerms) -> bool {
    match terms {
        ReportTerms::EveryMonths(count) => matches!(count, 1 | 2 | 3 | 4 | 6 | 12),
        ReportTerms::Named(terms) => {
            let mut months = BTreeSet::new();
            let is_month = |month: i8| (1..=12).contains(&month);
            !terms.is_empty()
                && terms.iter().all(|term| {
                    is_phrase(&term.name)
                        && is_month(term.first_month)
                        && is_month(term.last_month)
                        && term.months().all(|month| months.insert(month))
                })
        }
    }
}

fn check_assignments(
    assignments: &[Assignment],
    reports: &[ReportRule],
) -> Result<(), DueRulesError> {
    let mut assigned = BTreeSet::new();
    for (at, assignment) in assignments.iter().enumerate() {
        let error = |rule| {
            let (nth, kind) = (at + 1, assignment.kind.clone());
            Err(DueRulesError::Assignment { nth, kind, rule })
        };
        let mut cadences = reports.iter().map(|report| report.cadence.as_str());
        let cadence = assignment.cadence.as_str();
        if cadence != AT_ONCE && !cadences.any(|known| known == cadence) {
            return error("a cadence of the report rules, or at_once");
        }
        if !assigned.insert((&assignment.kind, &assignment.list)) {
            return error("one cadence a list");
        }
    }
    Ok(())
}

impl AskedRule {
    fn is_bounded(&self) -> bool {
        are_reminders(&self.remind_before, self.remind_overdue_every_days)
    }
}

fn are_reminders(before: &[RemindBefore], overdue_every_days: u16) -> bool {
    let bounded = before.iter().all(|before| match before {
        RemindBefore::CalendarDays(days) | RemindBefore::WorkingDays(days) => is_days(*days),
    });
    bounded && is_days(overdue_every_days)
}

fn is_days(days: u16) -> bool {
    (1..=MOST_DAYS).contains(&days)
}

fn is_phrase(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= MOST_CHARACTERS
        && !text.chars().any(char::is_control)
}

#[cfg(test)]
#[path = "due_rules_tests.rs"]
mod tests;

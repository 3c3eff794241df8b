//! What offices report and when: rows that are counted and never routed, and how they stand to
//! the days in which they are expected.

use std::collections::BTreeMap;

use posthorse_domain::{Date, Record, ReportKind, ReportState, Reporting, fold_label};
use posthorse_ledger::{NewReportRow, NewSubmission, Secret, Timeliness};
use posthorse_package::{Cadence, KindName, ListName, Period};

use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::error::Critical;
use crate::rulebook::Rulebook;
use crate::verdict::name;

/// The kind that answers a precheck; a payout names such a package in its manifest.
const PRECHECK: &str = "precheck_result";

/// Where a row stands: a corrected one, and one of a package that replaces another, stand where
/// the one before it stood.
pub(crate) struct Origin {
    /// The month that it reports on.
    pub(crate) period: Option<Period>,
    /// The day on which it came.
    pub(crate) day: Date,
}

impl Rulebook {
    /// How a list that came on this day stands to the window of the month that it is about; none
    /// if no window is known: it has no rule, names no month, or the month is in no term.
    fn timeliness(
        &self,
        (kind, list): (&KindName, &ListName),
        registered: Option<&Cadence>,
        month: Option<&Period>,
        day: Date,
    ) -> Option<Timeliness> {
        match self.due_rules().reporting_of(kind, list, registered)? {
            Reporting::AtOnce => Some(Timeliness::AtOnce),
            Reporting::Windowed(rule) => {
                let window = rule.window(month?, self.calendar())?;
                match window.state(Some(day), day) {
                    ReportState::Early { days } => Some(Timeliness::Early { days }),
                    ReportState::InTime => Some(Timeliness::InTime),
                    ReportState::Late { days } => Some(Timeliness::Late { days }),
                    _ => None,
                }
            }
        }
    }

    /// The list that people mean by this title or id, with its kind.
    fn list_called(&self, text: &str) -> Option<(&KindName, &ListName)> {
        let wanted = fold_label(text);
        let mut lists = self.schemas().iter();
        let found = lists.find(|schema| {
            fold_label(schema.title()) == wanted || fold_label(schema.id().as_str()) == wanted
        })?;
        Some((found.kind(), found.id()))
    }
}

impl Bureau<'_> {
    /// How a list of a package stands to its window, for a sender that may be registered 按季.
    fn timeliness(
        &self,
        package: &Authentic,
        list: (&KindName, &ListName),
        origin: &Origin,
    ) -> Option<Timeliness> {
        let sender = self.registry.party(&package.manifest.sender);
        let mut reports = sender.into_iter().flat_map(|party| &party.reports);
        let registered = reports.find(|report| report.list == *list.1);
        let cadence = registered.and_then(|report| report.cadence.as_ref());
        let month = origin.period.as_ref();
        self.rules.timeliness(list, cadence, month, origin.day)
    }

    /// One list of a package as a submission.
    pub(crate) fn submission(
        &self,
        package: &Authentic,
        list: &ListName,
        origin: &Origin,
        (accepted, rejected): (u64, u64),
    ) -> NewSubmission {
        let kind = &package.manifest.kind;
        NewSubmission {
            list: list.clone(),
            timeliness: self.timeliness(package, (kind, list), origin),
            accepted,
            rejected,
        }
    }

    /// The precheck that a package names as the one that it follows, if this office gave it to
    /// the sender.
    pub(crate) fn precheck_named(
        &self,
        package: &Authentic,
    ) -> Result<Option<posthorse_package::Digest>, Critical> {
        let Some(named) = package.manifest.in_reply_to else {
            return Ok(None);
        };
        let kind = name(PRECHECK)?;
        let sender = &package.manifest.sender;
        let ours = self.ledger.is_sealed_for(&named, &kind, sender)?;
        Ok(ours.then_some(named))
    }

    /// One row of a report as the ledger keeps it.
    pub(crate) fn report_row(
        &self,
        package: &Authentic,
        origin: &Origin,
        report: ReportKind,
        precheck: Option<posthorse_package::Digest>,
        record: &Record<'_>,
    ) -> NewReportRow {
        let text = |field: &str| Some(record.get(field)).filter(|text| !text.is_empty());
        let owned = |field: &str| text(field).map(str::to_owned);
        let about = text("list_name").and_then(|title| self.rules.list_called(title));
        let about_month: Option<Period> = match report {
            ReportKind::Nil | ReportKind::Deferral => text("period"),
            _ => None,
        }
        .and_then(|month| month.parse().ok())
        .or_else(|| origin.period.clone());
        let timeliness = about.and_then(|list| {
            let about = Origin {
                period: about_month.clone(),
                day: origin.day,
            };
            let stands = self.timeliness(package, list, &about);
            match (report, stands) {
                (ReportKind::Nil, stands) => stands,
                // A deferral note counts if it comes before the window has closed.
                (ReportKind::Deferral, Some(Timeliness::Early { .. })) => Some(Timeliness::InTime),
                (ReportKind::Deferral, stands) => stands,
                _ => None,
            }
        });
        NewReportRow {
            list: record.schema.id().clone(),
            report,
            identity: text("id_no").map(|id| Secret::new(id.as_bytes().to_vec())),
            county: owned("county_name"),
            policy: owned("policy").or_else(|| self.policy_paid_in(record.schema.id())),
            word: match report {
                ReportKind::Unpaid => owned("unpaid_reason"),
                ReportKind::Payout => owned("status"),
                _ => None,
            },
            about_list: about.map(|(_, list)| list.clone()),
            about_month,
            day: text("planned_on").and_then(|day| day.parse().ok()),
            timeliness,
            precheck: precheck.filter(|_| report == ReportKind::Payout),
            detail: whole(record),
        }
    }

    /// The one policy that is paid in a list; none if it is another list, or pays several.
    fn policy_paid_in(&self, list: &ListName) -> Option<String> {
        let policies = self.rules.casework().policies().iter();
        let mut paid = policies.filter(|policy| policy.payouts().contains(list));
        match (paid.next(), paid.next()) {
            (Some(only), None) => Some(only.title().to_owned()),
            _ => None,
        }
    }
}

/// A row with everything that it says, for the operator.
pub(crate) fn whole(record: &Record<'_>) -> Secret {
    let row: BTreeMap<&str, &str> = record
        .schema
        .fields()
        .iter()
        .zip(record.values)
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| (field.name(), value.as_str()))
        .collect();
    // Texts in a map always serialise.
    Secret::new(serde_json::to_vec(&row).unwrap_or_default())
}

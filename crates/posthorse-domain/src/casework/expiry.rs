//! What has been kept long enough: the months of the kinds, as of a day (spec/retention-v1.md, §1).

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;
use posthorse_package::KindName;

use crate::casework::{Casework, OpenedBy, ProcedureId};

/// A rule as of a day: for how many months something is kept, and what has been kept that long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expired {
    /// For how many months it is kept.
    pub months: u16,
    /// What began on this day or before it has been kept long enough.
    pub last_day: Date,
}

impl Expired {
    /// The rule of so many months, as of a day.
    #[must_use]
    pub fn on(today: Date, months: u16) -> Self {
        let last_day = last_expired_day(today, months);
        Self { months, last_day }
    }
}

/// What has been kept long enough as of a day, for each kind and procedure of a city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expiry {
    /// Packages, by kind.
    pub kinds: BTreeMap<KindName, Expired>,
    /// Packages of a kind that the casework does not name: as long as any is kept.
    pub other_kinds: Expired,
    /// Cases, by procedure: as long as any package that opens, hands over or answers them.
    pub procedures: BTreeMap<ProcedureId, Expired>,
    /// Logs and what lies in quarantine.
    pub logs: Expired,
}

impl Expiry {
    /// The rules of a city, as of a day in China.
    #[must_use]
    pub fn on(today: Date, casework: &Casework) -> Self {
        let kinds = casework.kinds();
        let months = |kind: &KindName| kinds.get(kind).map_or(0, |kind| kind.retention_months());
        let longest = kinds.iter().map(|kind| kind.retention_months()).max();
        let other_kinds = Expired::on(today, longest.unwrap_or_default());
        let of_procedure = casework.procedures().iter().map(|procedure| {
            let stages = procedure.stages();
            let staged = stages.flat_map(|stage| [stage.task(), stage.answer()]);
            let opening = match procedure.opened_by() {
                OpenedBy::Kind(kind) => Some(kind),
                OpenedBy::Bureau => None,
            };
            let told = procedure.feedback().map(|feedback| feedback.kind());
            let named = staged.chain(told).chain(opening).map(months);
            let longest = named.max().unwrap_or(other_kinds.months);
            (procedure.id().clone(), Expired::on(today, longest))
        });
        Self {
            kinds: kinds
                .iter()
                .map(|kind| {
                    let rule = Expired::on(today, kind.retention_months());
                    (kind.name().clone(), rule)
                })
                .collect(),
            other_kinds,
            procedures: of_procedure.collect(),
            logs: Expired::on(today, kinds.log_months()),
        }
    }

    /// The rule of a kind.
    #[must_use]
    pub fn kind(&self, kind: &KindName) -> Expired {
        self.kinds.get(kind).copied().unwrap_or(self.other_kinds)
    }
}

/// The day from which on something is due for deletion that began to be kept on a day: the day with
/// the same number so many months later, or the month's last day where it has no such day.
#[must_use]
pub fn kept_until(begun: Date, months: u16) -> Date {
    begun.saturating_add(Span::new().months(i32::from(months)))
}

/// The last day with [`kept_until`] not after today.
fn last_expired_day(today: Date, months: u16) -> Date {
    let same_day = today.saturating_sub(Span::new().months(i32::from(months)));
    // On a month's last day everything has expired that began on any later day of its own month.
    if today == today.last_of_month() {
        same_day.last_of_month()
    } else {
        same_day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn three_years_end_on_the_same_day_or_on_the_months_last() {
        assert_eq!(kept_until(date("2023-11-24"), 36), date("2026-11-24"));
        assert_eq!(kept_until(date("2024-02-29"), 36), date("2027-02-28"));
        assert_eq!(last_expired_day(date("2026-11-24"), 36), date("2023-11-24"));
        assert_eq!(last_expired_day(date("2026-11-23"), 36), date("2023-11-23"));
        assert_eq!(last_expired_day(date("2027-02-28"), 36), date("2024-02-29"));
        assert_eq!(last_expired_day(date("2027-02-27"), 36), date("2024-02-27"));
    }

    #[test]
    fn the_last_expired_day_is_exactly_where_keeping_ends() {
        let mut today = date("2026-01-01");
        for _ in 0..800 {
            for months in [0, 1, 6, 11, 36] {
                let last = last_expired_day(today, months);
                let next = last.tomorrow().expect("a day");
                assert!(kept_until(last, months) <= today, "{last} {months} {today}");
                assert!(kept_until(next, months) > today, "{next} {months} {today}");
            }
            today = today.tomorrow().expect("a day");
        }
    }

    #[test]
    fn req_27_provision_is_kept_three_years_and_logs_six_months() {
        let schemas = crate::SchemaSet::built_in().expect("the schemas");
        let casework = Casework::built_in(&schemas, crate::DueRules::built_in());
        let casework = casework.expect("the casework");
        let expiry = Expiry::on(date("2026-11-24"), &casework);
        let three_years = Expired {
            months: 36,
            last_day: date("2023-11-24"),
        };
        let kind = |name: &str| expiry.kind(&name.parse().expect("a kind"));
        assert_eq!(kind("warning_list"), three_years);
        assert_eq!(kind("nobody_knows_it"), three_years);
        let warning = "warning".parse().expect("a procedure");
        assert_eq!(expiry.procedures[&warning], three_years);
        assert_eq!(expiry.logs.months, 6);
        assert_eq!(expiry.logs.last_day, date("2026-05-24"));
    }
}

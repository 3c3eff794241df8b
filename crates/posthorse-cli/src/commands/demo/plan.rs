//! The quarter's calendar: what offices do of their own accord, day by day.

/// What an office does because it is the day for it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    /// The bureau puts the national system's export where its daemon looks.
    PutRoster,
    /// A department sends its warning list of a month.
    Warn {
        party: &'static str,
        month: &'static str,
    },
    /// A department says that it has nothing to report.
    ReportNil {
        party: &'static str,
        month: &'static str,
    },
    /// A department says that it will be late, and until when.
    Defer {
        party: &'static str,
        month: &'static str,
        until: &'static str,
    },
    /// The education department asks who of its beneficiaries is on the roster.
    AskBeforePaying,
    /// The housing department pays without having asked.
    PayUnasked,
    /// The education department compares whom it paid with the roster, and says who is unpaid.
    ReportUnpaid,
    /// A county sends the households that have applied.
    Apply,
    /// A department reports data that cannot be true, to bureau and county alike.
    ReportAnomaly,
    /// A department takes back a row that it should not have sent.
    Withdraw,
    /// A department corrects a telephone number.
    Correct,
}

/// The first day, on which the offices make their keys, and the last.
pub(super) const QUARTER: (&str, &str) = ("2026-01-20", "2026-04-03");

/// Every deed on its day. The Spring Festival of 2026 lasts from 15 to 23 February.
pub(super) const PLAN: &[(&str, Deed)] = &[
    ("2026-01-21", Deed::PutRoster),
    ("2026-01-23", warn("health", "2026-01")),
    ("2026-01-26", warn("education", "2026-01")),
    ("2026-01-26", warn("civil-affairs", "2026-01")),
    ("2026-01-27", warn("housing", "2026-01")),
    ("2026-01-28", warn("medical-insurance", "2026-01")),
    (
        "2026-01-28",
        Deed::ReportNil {
            party: "water",
            month: "2026-01",
        },
    ),
    (
        "2026-01-29",
        Deed::Defer {
            party: "disabled-persons",
            month: "2026-01",
            until: "2026-02-03",
        },
    ),
    ("2026-02-01", warn("public-security", "2026-02")),
    ("2026-02-03", warn("disabled-persons", "2026-01")),
    ("2026-02-05", warn("human-resources", "2026-01")),
    ("2026-02-11", warn("emergency", "2026-02")),
    ("2026-02-24", Deed::AskBeforePaying),
    ("2026-02-24", Deed::PutRoster),
    ("2026-02-25", warn("civil-affairs", "2026-02")),
    ("2026-02-25", warn("health", "2026-02")),
    ("2026-02-26", warn("water", "2026-02")),
    ("2026-02-26", warn("housing", "2026-02")),
    ("2026-02-26", Deed::PayUnasked),
    ("2026-02-27", warn("medical-insurance", "2026-02")),
    ("2026-02-27", warn("disabled-persons", "2026-02")),
    ("2026-02-27", Deed::ReportUnpaid),
    ("2026-02-27", Deed::Withdraw),
    ("2026-02-28", warn("human-resources", "2026-02")),
    ("2026-03-02", Deed::Correct),
    ("2026-03-03", Deed::Apply),
    ("2026-03-05", Deed::ReportAnomaly),
    ("2026-03-23", Deed::PutRoster),
    ("2026-03-25", warn("civil-affairs", "2026-03")),
    ("2026-03-26", warn("water", "2026-03")),
    ("2026-03-27", warn("medical-insurance", "2026-03")),
    ("2026-03-30", warn("housing", "2026-03")),
    ("2026-03-30", warn("health", "2026-03")),
    ("2026-03-30", warn("human-resources", "2026-03")),
    (
        "2026-03-30",
        Deed::ReportNil {
            party: "disabled-persons",
            month: "2026-03",
        },
    ),
];

const fn warn(party: &'static str, month: &'static str) -> Deed {
    Deed::Warn { party, month }
}

/// What an office does with a kind of package that it finds in its outbox, and after how many days.
pub(super) struct Habit {
    /// The kind that is found.
    pub(super) kind: &'static str,
    /// The kind with which it is answered.
    pub(super) answer: &'static str,
    /// How many days the work takes.
    pub(super) days: i64,
}

/// What wants an answer. Everything else is fetched and kept.
pub(super) const HABITS: &[Habit] = &[
    habit("warning_dispatch", "verification_result", 6),
    habit("measure_gap_list", "measure_gap_result", 2),
    habit("measure_gap_order", "supervision_result", 9),
    habit("recheck_task", "recheck_result", 5),
    habit("applicant_compare", "applicant_result", 1),
    habit("anomaly_report", "anomaly_result", 4),
    habit("precheck_result", "payout_list", 1),
];

const fn habit(kind: &'static str, answer: &'static str, days: i64) -> Habit {
    Habit { kind, answer, days }
}

/// How many days the county that misses its fifteen takes for the first list that it gets.
pub(super) const LATE_BY: i64 = 20;

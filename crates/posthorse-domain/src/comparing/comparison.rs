//! A department's beneficiaries against the roster, for one policy (REQ-20).

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::comparison_rules::{ComparedPolicy, Unit};
use super::coverage::Coverage;
use super::gap_screening::missing_titles;
use super::precheck::{Precheck, PrecheckResult, identity_of};
use super::roster_index::RosterPerson;
use crate::checking::check_report::Record;
use crate::schemas::list_schema::ListSchema;
use crate::values::areas::{Areas, CountyCode};
use crate::values::mask::{mask_name, mask_number};

/// Findings beyond this are counted and not kept: a sheet of a workbook has a million rows.
const KEPT_FINDINGS: usize = 200_000;
/// The statuses of a payment that did not reach anybody.
const NOT_PAID_OUT: [&str; 2] = ["失败", "待发放"];

/// Where a row of the department's list goes; exactly one holds, the first that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowBucket {
    /// The row pays another policy.
    OtherPolicy,
    /// The payment failed or is still to be made.
    NotPaidOut,
    /// Nobody on the roster has the number.
    NotOnRoster,
    /// The roster gives the number another name (E108).
    NameDiffers,
    /// The person is presumed dead.
    PresumedDead,
    /// Paid and entitled.
    Paid,
    /// The person's risk is cleared.
    Cleared,
    /// On the roster, but not entitled by what the roster says.
    NotEligible,
}

impl RowBucket {
    /// Every bucket.
    pub const ALL: [Self; 8] = [
        Self::OtherPolicy,
        Self::NotPaidOut,
        Self::NotOnRoster,
        Self::NameDiffers,
        Self::PresumedDead,
        Self::Paid,
        Self::Cleared,
        Self::NotEligible,
    ];

    /// The stable name for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OtherPolicy => "other-policy",
            Self::NotPaidOut => "not-paid-out",
            Self::NotOnRoster => "not-on-roster",
            Self::NameDiffers => "name-differs",
            Self::PresumedDead => "presumed-dead",
            Self::Paid => "paid",
            Self::Cleared => "cleared",
            Self::NotEligible => "not-eligible",
        }
    }

    fn is_kept(self) -> bool {
        !matches!(self, Self::OtherPolicy | Self::Paid)
    }
}

/// A roster that lacks what a policy asks about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the roster lacks the columns by which the policy knows who is entitled: {}", .0.join("、"))]
pub struct MissingColumns(pub Vec<String>);

/// A row of the department's list that somebody should look at.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowFinding {
    /// Which of the lists, counted from 0.
    pub list: usize,
    /// The sheet; empty in a CSV file.
    pub sheet: String,
    /// The row, counted from 1.
    pub row: u32,
    /// The name that the list gives.
    pub name: String,
    /// The identity number that the list gives.
    pub id: String,
    /// The name that the roster gives; empty if nobody on it has the number.
    pub roster_name: String,
    /// What was found.
    pub bucket: RowBucket,
}

impl fmt::Debug for RowFinding {
    /// Writes masked values: what is formatted for debugging ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, id) = (mask_name(&self.name), mask_number(&self.id));
        let Self {
            list,
            sheet,
            row,
            bucket,
            ..
        } = self;
        write!(f, "RowFinding({list} {sheet}!{row} {name} {id} {bucket:?})")
    }
}

/// Why somebody unpaid stands in the department's list all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PaymentNote {
    row: u32,
    what: &'static str,
}

/// Somebody who is entitled and was not paid.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnpaidPerson<'r> {
    /// The person, or who stands for the household.
    pub person: RosterPerson<'r>,
    note: Option<PaymentNote>,
}

/// A comparison under way: each row of the lists is entered once.
#[derive(Debug)]
pub struct ComparisonRun<'r> {
    policy: &'r ComparedPolicy,
    precheck: Precheck<'r>,
    /// By place in the roster: whoever is counted, with whether a payment was found.
    eligible: BTreeMap<usize, (RosterPerson<'r>, bool)>,
    notes: HashMap<usize, PaymentNote>,
    counts: BTreeMap<RowBucket, u64>,
    findings: Vec<RowFinding>,
    findings_not_kept: u64,
}

/// What came of a comparison.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Comparison<'r> {
    /// The policy.
    pub policy: &'r ComparedPolicy,
    /// Eligible and paid, by county of the roster; people without a county stand under none.
    pub by_county: BTreeMap<Option<CountyCode>, Coverage>,
    /// Eligible and paid, of everybody.
    pub total: Coverage,
    /// Who is entitled and was not paid: by county, household and place in the roster.
    pub unpaid: Vec<UnpaidPerson<'r>>,
    /// Rows of the lists by bucket; their sum is the number of rows.
    pub counts: BTreeMap<RowBucket, u64>,
    /// The rows of every bucket but paid and other policies, in the order of the lists.
    pub findings: Vec<RowFinding>,
    /// Findings beyond those that are kept.
    pub findings_not_kept: u64,
}

impl<'r> ComparisonRun<'r> {
    /// Finds out who is entitled.
    ///
    /// # Errors
    /// The roster lacks columns that the policy asks about.
    pub fn new(policy: &'r ComparedPolicy, precheck: Precheck<'r>) -> Result<Self, MissingColumns> {
        let roster = precheck.roster();
        let condition = &policy.eligible;
        let missing = condition.missing(&|at| roster.has_column(at));
        if !missing.is_empty() {
            let titles = missing_titles(roster.schema(), missing);
            let titles = titles.into_iter().map(str::to_owned).collect();
            return Err(MissingColumns(titles));
        }
        let mut eligible = BTreeMap::new();
        for person in roster.people() {
            let is_among = policy.among.includes(precheck.standing(person));
            let holds = condition.holds(&person, precheck.as_of());
            if is_among && holds {
                let unit = unit_of(policy, person);
                eligible.insert(unit.position(), (unit, false));
            }
        }
        Ok(Self {
            policy,
            precheck,
            eligible,
            notes: HashMap::new(),
            counts: BTreeMap::new(),
            findings: Vec::new(),
            findings_not_kept: 0,
        })
    }

    /// Enters an accepted row of a list, which is the nth, counted from 0.
    pub fn enter(&mut self, list: usize, record: &Record<'_>) -> RowBucket {
        let id = identity_of(record, self.precheck.as_of());
        let id = id.as_ref().map_or("", |id| id.as_str());
        let name = record.get("name");
        let (result, person) = self.precheck.ask(id, name);
        let bucket = self.bucket(record, result, person);
        *self.counts.entry(bucket).or_default() += 1;
        if let Some(unit) = person.map(|person| unit_of(self.policy, person)) {
            self.note(unit.position(), record, bucket);
        }
        if bucket.is_kept() {
            self.keep(RowFinding {
                list,
                sheet: record.sheet.to_owned(),
                row: record.row,
                name: name.to_owned(),
                id: id.to_owned(),
                roster_name: person.map_or_else(String::new, |person| person.name().to_owned()),
                bucket,
            });
        }
        bucket
    }

    fn bucket(
        &self,
        record: &Record<'_>,
        result: PrecheckResult,
        person: Option<RosterPerson<'_>>,
    ) -> RowBucket {
        if !self.policy.is_named_in(record) {
            return RowBucket::OtherPolicy;
        }
        if !is_paid_out(record) {
            return RowBucket::NotPaidOut;
        }
        let unit = person.map(|person| unit_of(self.policy, person).position());
        let is_eligible = unit.is_some_and(|unit| self.eligible.contains_key(&unit));
        match result {
            PrecheckResult::NotOnRoster => RowBucket::NotOnRoster,
            PrecheckResult::NameDiffers => RowBucket::NameDiffers,
            PrecheckResult::PresumedDead => RowBucket::PresumedDead,
            PrecheckResult::OnRoster | PrecheckResult::Cleared if is_eligible => RowBucket::Paid,
            PrecheckResult::Cleared => RowBucket::Cleared,
            PrecheckResult::OnRoster => RowBucket::NotEligible,
        }
    }

    /// Enters a payment that was kept of such a list: by whom it was received, under which name,
    /// and how it went.
    pub fn enter_payment(&mut self, id: &str, name: &str, status: &str) {
        if NOT_PAID_OUT.contains(&status) {
            return;
        }
        if let (PrecheckResult::OnRoster | PrecheckResult::Cleared, Some(person)) =
            self.precheck.ask(id, name)
        {
            let unit = unit_of(self.policy, person).position();
            if let Some((_, is_paid)) = self.eligible.get_mut(&unit) {
                *is_paid = true;
            }
        }
    }

    fn note(&mut self, unit: usize, record: &Record<'_>, bucket: RowBucket) {
        let what = match bucket {
            RowBucket::Paid => {
                if let Some((_, is_paid)) = self.eligible.get_mut(&unit) {
                    *is_paid = true;
                }
                return;
            }
            RowBucket::NameDiffers => "姓名与在册姓名不符",
            RowBucket::NotPaidOut if record.get("status") == "失败" => "发放状态为“失败”",
            RowBucket::NotPaidOut => "发放状态为“待发放”",
            _ => return,
        };
        let row = record.row;
        self.notes.entry(unit).or_insert(PaymentNote { row, what });
    }

    fn keep(&mut self, finding: RowFinding) {
        if self.findings.len() < KEPT_FINDINGS {
            self.findings.push(finding);
        } else {
            self.findings_not_kept += 1;
        }
    }

    /// Sums up.
    #[must_use]
    pub fn finish(mut self) -> Comparison<'r> {
        let mut by_county: BTreeMap<Option<CountyCode>, Coverage> = BTreeMap::new();
        let mut total = Coverage::default();
        let mut unpaid = Vec::new();
        for (at, (person, is_paid)) in self.eligible {
            let one = Coverage {
                eligible: 1,
                paid: u64::from(is_paid),
            };
            by_county.entry(person.county()).or_default().add(one);
            total.add(one);
            if !is_paid {
                let note = self.notes.remove(&at);
                unpaid.push(UnpaidPerson { person, note });
            }
        }
        unpaid.sort_by_key(|unpaid| {
            let person = unpaid.person;
            let (county, household) = (person.get("county_name"), person.get("household_no"));
            (county, household, person.position())
        });
        Comparison {
            policy: self.policy,
            by_county,
            total,
            unpaid,
            counts: self.counts,
            findings: self.findings,
            findings_not_kept: self.findings_not_kept,
        }
    }
}

impl Comparison<'_> {
    /// How many rows went into a bucket.
    #[must_use]
    pub fn count(&self, bucket: RowBucket) -> u64 {
        self.counts.get(&bucket).copied().unwrap_or(0)
    }
}

impl UnpaidPerson<'_> {
    /// A row of the `unpaid_list`: a cell for each field of its schema. Reason, explanation and
    /// amount are the department's to fill in.
    #[must_use]
    pub fn cells(&self, list: &ListSchema, policy: &ComparedPolicy, areas: &Areas) -> Vec<String> {
        let person = self.person;
        let county = || person.county().and_then(|code| areas.county(code));
        let cell = |name: &str| match name {
            "county_name" => county().map_or_else(String::new, |county| county.name.clone()),
            "town_name" | "village_name" | "name" | "id_no" => person.get(name).to_owned(),
            "head_name" => person.head_name().to_owned(),
            "policy" => policy.title.clone(),
            "phone" if person.get("phone").is_empty() => person.get("household_phone").to_owned(),
            "phone" => person.get("phone").to_owned(),
            "remark" => self.remark(),
            _ => String::new(),
        };
        list.fields()
            .iter()
            .map(|field| cell(field.name()))
            .collect()
    }

    /// What the department's own list says of this person; empty if nothing.
    #[must_use]
    pub fn remark(&self) -> String {
        let note = self.note.as_ref();
        note.map_or_else(String::new, |note| {
            format!("发放名单第 {} 行{}", note.row, note.what)
        })
    }
}

/// Whether a payment has reached its person, as far as its row says.
pub(crate) fn is_paid_out(record: &Record<'_>) -> bool {
    !NOT_PAID_OUT.contains(&record.get("status"))
}

/// Who is counted for a person: the person, or the head of the household.
fn unit_of<'r>(policy: &ComparedPolicy, person: RosterPerson<'r>) -> RosterPerson<'r> {
    match policy.per {
        Unit::Person => person,
        Unit::Household => person.head(),
    }
}

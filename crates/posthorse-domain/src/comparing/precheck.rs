//! Before a payout: whether each person of a request is on the roster (REQ-18).

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use super::roster_index::{RosterIndex, RosterPerson};
use super::roster_states::{RosterStates, Standing};
use crate::checking::check_report::Record;
use crate::schemas::list_schema::ListSchema;
use crate::values::citizen_id::CitizenId;
use crate::values::mask::{mask_name, mask_number};

/// The reason of an answer that says that a person has died: 05 已死亡 of `not-enrolled`
/// (`reason_codes.json`).
pub const DEATH_REASON: &str = "05";

/// What a precheck says of somebody. Of several, the first of this order is said: where the name
/// is another one, what the roster says of the number may be about somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrecheckResult {
    /// Nobody on the roster has the number.
    NotOnRoster,
    /// The roster gives the number another name.
    NameDiffers,
    /// The roster, or an answer known to the bureau, says that the person has died.
    PresumedDead,
    /// The person's risk is cleared, and nothing else keeps the person on the roster.
    Cleared,
    /// On the roster.
    OnRoster,
}

impl PrecheckResult {
    /// Every result, in the order in which they are decided.
    pub const ALL: [Self; 5] = [
        Self::NotOnRoster,
        Self::NameDiffers,
        Self::PresumedDead,
        Self::Cleared,
        Self::OnRoster,
    ];

    /// The word that lists carry.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotOnRoster => "不在册",
            Self::NameDiffers => "姓名不符",
            Self::PresumedDead => "疑似死亡",
            Self::Cleared => "已消除",
            Self::OnRoster => "在册",
        }
    }
}

/// The roster, ready to be asked about people.
#[derive(Debug, Clone)]
pub struct Precheck<'r> {
    roster: &'r RosterIndex,
    states: &'r RosterStates,
    deaths: Arc<BTreeSet<CitizenId>>,
    as_of: Date,
}

/// The answer on one row of a request.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrecheckRow {
    /// The sheet of the request; empty in a CSV file.
    pub sheet: String,
    /// The row of the request, counted from 1.
    pub row: u32,
    /// The name that the request gives.
    pub name: String,
    /// The identity number that the request gives.
    pub id: String,
    /// What the roster says.
    pub result: PrecheckResult,
}

impl<'r> Precheck<'r> {
    /// Asks a roster as of a day.
    #[must_use]
    pub fn new(roster: &'r RosterIndex, states: &'r RosterStates, as_of: Date) -> Self {
        Self {
            roster,
            states,
            deaths: Arc::default(),
            as_of,
        }
    }

    /// The same, knowing of people who died: answers that say 已死亡, lists of the health office.
    #[must_use]
    pub fn with_deaths(mut self, deaths: impl Into<Arc<BTreeSet<CitizenId>>>) -> Self {
        self.deaths = deaths.into();
        self
    }

    /// What the roster says of a person, and who that is.
    #[must_use]
    pub fn ask(&self, id: &str, name: &str) -> (PrecheckResult, Option<RosterPerson<'r>>) {
        let Some(person) = self.roster.find(id) else {
            return (PrecheckResult::NotOnRoster, None);
        };
        let result = match self.standing(person) {
            _ if !name.is_empty() && !person.is_named(name) => PrecheckResult::NameDiffers,
            Standing::PresumedDead => PrecheckResult::PresumedDead,
            Standing::Cleared => PrecheckResult::Cleared,
            Standing::Monitored | Standing::Lifted => PrecheckResult::OnRoster,
        };
        (result, Some(person))
    }

    /// The answer on a row of a list that has the fields `id_no` and `name`.
    #[must_use]
    pub fn judge(&self, record: &Record<'_>) -> PrecheckRow {
        let name = record.get("name");
        let id = identity_of(record, self.as_of);
        let id = id.as_ref().map_or("", CitizenId::as_str);
        PrecheckRow {
            sheet: record.sheet.to_owned(),
            row: record.row,
            name: name.to_owned(),
            id: id.to_owned(),
            result: self.ask(id, name).0,
        }
    }

    /// How somebody stands, deaths known from elsewhere included.
    pub(crate) fn standing(&self, person: RosterPerson<'_>) -> Standing {
        let id = CitizenId::parse(person.id(), self.as_of).ok();
        if id.is_some_and(|id| self.deaths.contains(&id)) {
            return Standing::PresumedDead;
        }
        self.states.standing(person, self.as_of)
    }

    pub(crate) fn roster(&self) -> &'r RosterIndex {
        self.roster
    }

    pub(crate) fn as_of(&self) -> Date {
        self.as_of
    }
}

impl PrecheckRow {
    /// The row of the answer, a cell for each field of its list: what the request says, the word,
    /// and the roster's day.
    #[must_use]
    pub fn cells(&self, list: &ListSchema, asked: &Record<'_>, roster_day: Date) -> Vec<String> {
        let cell = |name: &str| match name {
            "status" => self.result.as_str().to_owned(),
            "as_of" => roster_day.to_string(),
            name => asked.get(name).to_owned(),
        };
        let fields = list.fields().iter();
        fields.map(|field| cell(field.name())).collect()
    }

    /// The name as a screen may show it.
    #[must_use]
    pub fn masked_name(&self) -> String {
        mask_name(&self.name)
    }

    /// The identity number as a screen may show it.
    #[must_use]
    pub fn masked_id(&self) -> String {
        mask_number(&self.id)
    }
}

impl fmt::Debug for PrecheckRow {
    /// Writes masked values: what is formatted for debugging ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, id) = (self.masked_name(), self.masked_id());
        let (sheet, row, result) = (&self.sheet, self.row, self.result);
        write!(f, "PrecheckRow({sheet}!{row} {name} {id} {result:?})")
    }
}

/// Whose row it is: the identity number, else the one that a disability certificate is built on
/// (18, 20 or 22 characters), else the one that follows the `G` of a student number.
pub(crate) fn identity_of(record: &Record<'_>, today: Date) -> Option<CitizenId> {
    let student = record.get("student_no");
    let student = student.strip_prefix(['G', 'g']).unwrap_or_default();
    let numbers = [record.get("id_no"), record.get("disability_no"), student];
    let mut numbers = numbers.into_iter().filter(|number| !number.is_empty());
    numbers.find_map(|number| CitizenId::parse(number, today).ok())
}

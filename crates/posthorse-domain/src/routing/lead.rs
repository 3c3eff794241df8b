//! One department's hint about one person, in the few words that the county needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use posthorse_package::{ListName, PartyId, Period};
use serde::{Deserialize, Serialize};

use crate::checking::check_report::Record;
use crate::schemas::list_schema::Field;
use crate::values::areas::CountyCode;
use crate::values::citizen_id::CitizenId;
use crate::values::field_type::FieldType;

/// Where a lead comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeadSource {
    /// The department that sent the list.
    pub department: PartyId,
    /// The department's name as the registry has it.
    pub department_title: String,
    /// The list.
    pub list: ListName,
    /// The list's Chinese name.
    pub list_title: String,
    /// The month that the list reports on.
    pub period: Option<Period>,
}

/// A person whom a list names, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Lead {
    /// Who it is.
    pub id: CitizenId,
    /// Which list says so.
    pub source: Arc<LeadSource>,
    /// The sheet in the department's own list.
    pub sheet: String,
    /// The row in the department's own list.
    pub row: u32,
    /// The name that the list gives.
    pub name: String,
    /// The county of the household register: the only thing that decides the route.
    pub county: CountyCode,
    /// The town of the household register.
    pub town: String,
    /// The village of the household register.
    pub village: String,
    /// The head of the household; may be empty.
    pub head_name: String,
    /// A telephone number; may be empty.
    pub phone: String,
    /// What the county is told, made of the columns that the schema marks for it.
    pub summary: String,
    /// The same columns by their names: what a recheck asks about (`comparison-v1.md` §7).
    pub facts: BTreeMap<String, String>,
}

/// A record that names nobody: its list has no person or no county.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the list {list} does not name persons and counties, so nothing in it can be routed")]
#[non_exhaustive]
pub struct NotALead {
    /// The list.
    pub list: ListName,
}

impl Lead {
    /// Makes a lead of an accepted record.
    ///
    /// # Errors
    /// The list lacks a person's identity number or county.
    pub fn from_record(record: &Record<'_>, source: &Arc<LeadSource>) -> Result<Self, NotALead> {
        let wrong = || NotALead {
            list: record.schema.id().clone(),
        };
        // The record has been checked as of its own day, so no birth date is in its future.
        let id = CitizenId::parse(record.get("id_no"), Date::MAX).map_err(|_| wrong())?;
        let county = record.get("county_name").parse().map_err(|_| wrong())?;
        let text = |field: &str| record.get(field).to_owned();
        Ok(Self {
            id,
            source: Arc::clone(source),
            sheet: record.sheet.to_owned(),
            row: record.row,
            name: text("name"),
            county,
            town: text("town_name"),
            village: text("village_name"),
            head_name: text("head_name"),
            phone: text("phone"),
            summary: summary(record),
            facts: told(record)
                .map(|(field, value)| (field.name().to_owned(), value.clone()))
                .collect(),
        })
    }
}

/// A lead as a ledger keeps it, beside its source.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredLead {
    id_no: String,
    sheet: String,
    row: u32,
    name: String,
    county: CountyCode,
    town: String,
    village: String,
    head_name: String,
    phone: String,
    summary: String,
    #[serde(default)]
    facts: BTreeMap<String, String>,
}

impl Lead {
    /// The lead without its source, as JSON for a ledger to encrypt.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let stored = StoredLead {
            id_no: self.id.as_str().to_owned(),
            sheet: self.sheet.clone(),
            row: self.row,
            name: self.name.clone(),
            county: self.county,
            town: self.town.clone(),
            village: self.village.clone(),
            head_name: self.head_name.clone(),
            phone: self.phone.clone(),
            summary: self.summary.clone(),
            facts: self.facts.clone(),
        };
        // Strings and numbers in a struct always serialise.
        serde_json::to_vec(&stored).unwrap_or_default()
    }

    /// What the lead says, wherever it stood in the department's list: two leads that say the same
    /// are equal here.
    #[must_use]
    pub fn said(&self) -> Vec<u8> {
        Self {
            sheet: String::new(),
            row: 0,
            ..self.clone()
        }
        .to_json()
    }

    /// Reads what [`Lead::to_json`] wrote; none if it is something else.
    #[must_use]
    pub fn from_json(bytes: &[u8], source: &Arc<LeadSource>) -> Option<Self> {
        let stored: StoredLead = serde_json::from_slice(bytes).ok()?;
        Some(Self {
            id: CitizenId::parse(&stored.id_no, Date::MAX).ok()?,
            source: Arc::clone(source),
            sheet: stored.sheet,
            row: stored.row,
            name: stored.name,
            county: stored.county,
            town: stored.town,
            village: stored.village,
            head_name: stored.head_name,
            phone: stored.phone,
            summary: stored.summary,
            facts: stored.facts,
        })
    }
}

/// `医保-个人自付较大：个人自付（三重制度后） 23000.00 元，统计期间 2026-10`.
fn summary(record: &Record<'_>) -> String {
    let mut text = record.schema.title().to_owned();
    let mut joint = '：';
    for (field, value) in told(record) {
        text.push(joint);
        joint = '，';
        text.push_str(field.title());
        text.push(' ');
        text.push_str(value);
        if field.field_type() == FieldType::Money {
            text.push_str(" 元");
        }
    }
    text
}

/// The columns that are for the county, where they are not empty.
fn told<'r>(record: &'r Record<'_>) -> impl Iterator<Item = (&'r Field, &'r String)> {
    let cells = record.schema.fields().iter().zip(record.values);
    cells.filter(|(field, value)| field.is_in_dispatch() && !value.is_empty())
}

//! The roster in memory: every person with all columns, found by number and by household.

use std::ops::Range;

use jiff::civil::Date;

use super::text_store::{Symbol, TextStore, TextStoreBuilder};
use crate::checking::check_report::Record;
use crate::checking::duplicate_keys::key_of;
use crate::schemas::list_schema::ListSchema;
use crate::values::areas::{Areas, CountyCode};
use crate::values::iso_date;
use crate::values::text::fold_name;

/// A roster that cannot be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RosterError {
    /// More people or texts than the index has numbers for.
    #[error("the roster holds more than the index has room for: 4 GiB of texts")]
    TooLarge,
    /// The schema names no person, no number or no household.
    #[error("a roster needs the columns id_no, name, household_no and risk_cleared")]
    NoPerson,
}

/// Everybody on a roster. Four bytes a person and column, and each text once: about 330 bytes a
/// person, so that 300,000 people take about 100 MB, and twice that while it is read.
#[derive(Debug, Clone)]
pub struct RosterIndex {
    schema: ListSchema,
    fields: PersonFields,
    /// For each field of the schema whether the roster has the column.
    has_column: Vec<bool>,
    /// By field of the schema, then by person.
    cells: Vec<Vec<Symbol>>,
    texts: TextStore,
    /// The number of each person, without its check digit.
    keys: Vec<u64>,
    /// People by number; of those who stand twice, the one at risk first, then the earlier.
    by_key: Vec<u32>,
    /// People by household, within it in the order of the list.
    by_household: Vec<u32>,
    as_of: Option<Date>,
}

/// Where a roster's schema says who somebody is.
#[derive(Debug, Clone, Copy)]
struct PersonFields {
    id: usize,
    name: usize,
    household: usize,
    cleared: usize,
    as_of: Option<usize>,
}

/// A roster that is being read.
#[derive(Debug)]
pub(crate) struct RosterBuilder {
    schema: ListSchema,
    fields: PersonFields,
    cells: Vec<Vec<Symbol>>,
    texts: TextStoreBuilder,
    keys: Vec<u64>,
    as_of: Option<Date>,
}

impl RosterBuilder {
    pub(crate) fn new(schema: &ListSchema) -> Result<Self, RosterError> {
        let field = |name| schema.position(name).ok_or(RosterError::NoPerson);
        let fields = PersonFields {
            id: field("id_no")?,
            name: field("name")?,
            household: field("household_no")?,
            cleared: field("risk_cleared")?,
            as_of: schema.position("as_of"),
        };
        Ok(Self {
            cells: vec![Vec::new(); schema.fields.len()],
            schema: schema.clone(),
            fields,
            texts: TextStoreBuilder::new(),
            keys: Vec::new(),
            as_of: None,
        })
    }

    /// Enters an accepted row; one without a number names nobody and is passed over.
    pub(crate) fn enter(&mut self, record: &Record<'_>) -> Result<(), RosterError> {
        let id = record.values.get(self.fields.id).map_or("", String::as_str);
        let Some(key) = key_of(std::iter::once(id)) else {
            return Ok(());
        };
        if self.keys.len() >= u32::MAX as usize {
            return Err(RosterError::TooLarge);
        }
        for (at, column) in self.cells.iter_mut().enumerate() {
            let text = record.values.get(at).map_or("", String::as_str);
            column.push(self.texts.enter(text).ok_or(RosterError::TooLarge)?);
        }
        self.keys.push(key);
        let as_of = self.fields.as_of.and_then(|at| record.values.get(at));
        self.as_of = self.as_of.max(as_of.and_then(|text| iso_date::parse(text)));
        Ok(())
    }

    /// The finished index; `columns` are the fields that the list has columns for, and
    /// `named_as_of` is the day that the file's name gives.
    pub(crate) fn finish(self, columns: &[usize], named_as_of: Option<Date>) -> RosterIndex {
        let texts = self.texts.finish();
        let mut cells = self.cells;
        cells.iter_mut().for_each(Vec::shrink_to_fit);
        let count = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let is_cleared = |row: u32| texts.get(cells[self.fields.cleared][row as usize]) == "是";
        let mut by_key: Vec<u32> = (0..count).collect();
        by_key.sort_by_key(|row| (self.keys[*row as usize], is_cleared(*row), *row));
        let mut by_household: Vec<u32> = (0..count).collect();
        by_household.sort_by_key(|row| (cells[self.fields.household][*row as usize], *row));
        let mut has_column = vec![false; self.schema.fields.len()];
        for at in columns {
            has_column[*at] = true;
        }
        RosterIndex {
            schema: self.schema,
            fields: self.fields,
            has_column,
            cells,
            texts,
            keys: self.keys,
            by_key,
            by_household,
            as_of: self.as_of.or(named_as_of),
        }
    }
}

impl RosterIndex {
    /// How many rows it has; somebody who stands twice counts twice.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether nobody is on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The day that it describes: the latest of its column, else that of the file's name.
    #[must_use]
    pub fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// Whether it is older than a month of 31 days (REQ-19); one without a day is not known to be.
    #[must_use]
    pub fn is_stale(&self, today: Date) -> bool {
        let age = self.as_of.and_then(|day| today.since(day).ok());
        age.is_some_and(|age| age.get_days() > 31)
    }

    /// The schema that it was read with.
    #[must_use]
    pub fn schema(&self) -> &ListSchema {
        &self.schema
    }

    /// Whether the roster has a column for a field.
    #[must_use]
    pub fn has_column(&self, field: usize) -> bool {
        self.has_column.get(field).copied().unwrap_or(false)
    }

    /// Bytes of memory that it holds.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let cells = self.cells.iter().map(Vec::capacity).sum::<usize>() * size_of::<Symbol>();
        let orders = (self.by_key.capacity() + self.by_household.capacity()) * size_of::<u32>();
        self.texts.memory_bytes() + cells + orders + self.keys.capacity() * size_of::<u64>()
    }

    /// Every row, in the order of the list; somebody who stands twice comes twice.
    pub fn rows(&self) -> impl Iterator<Item = RosterPerson<'_>> {
        let rows = 0..u32::try_from(self.len()).unwrap_or(u32::MAX);
        rows.map(|row| RosterPerson { roster: self, row })
    }

    /// Everybody once, in the order of their numbers.
    pub fn people(&self) -> impl Iterator<Item = RosterPerson<'_>> {
        let mut before = None;
        self.by_key.iter().filter_map(move |row| {
            let key = self.keys[*row as usize];
            let is_new = before != Some(key);
            before = Some(key);
            is_new.then_some(RosterPerson {
                roster: self,
                row: *row,
            })
        })
    }

    /// Who has this identity number, given in its normal form. Of somebody who stands twice, the
    /// row at risk speaks before one that is cleared.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<RosterPerson<'_>> {
        let key = key_of(std::iter::once(id))?;
        let key_at = |row: &u32| self.keys[*row as usize];
        let first = self.by_key.partition_point(|row| key_at(row) < key);
        let row = self.by_key.get(first).filter(|row| key_at(row) == key)?;
        let person = RosterPerson {
            roster: self,
            row: *row,
        };
        Some(person)
    }

    fn household_of(&self, row: u32) -> Range<usize> {
        let household = |row: &u32| self.cells[self.fields.household][*row as usize];
        let own = household(&row);
        if own == Symbol::default() {
            return 0..0;
        }
        let order = &self.by_household;
        let start = order.partition_point(|row| household(row) < own);
        let length = order[start..].partition_point(|row| household(row) == own);
        start..start + length
    }
}

/// Somebody on a roster.
#[derive(Debug, Clone, Copy)]
pub struct RosterPerson<'r> {
    roster: &'r RosterIndex,
    row: u32,
}

impl<'r> RosterPerson<'r> {
    /// The place in the roster, counted from 0, in the order of the list.
    #[must_use]
    pub fn position(&self) -> usize {
        self.row as usize
    }

    /// The value of a field, by its place in the schema; empty where there is none.
    #[must_use]
    pub fn value(&self, field: usize) -> &'r str {
        let cells = self.roster.cells.get(field);
        cells.map_or("", |cells| self.roster.texts.get(cells[self.position()]))
    }

    /// The value of a field by its name; empty where there is none.
    #[must_use]
    pub fn get(&self, field_name: &str) -> &'r str {
        let field = self.roster.schema.position(field_name);
        field.map_or("", |field| self.value(field))
    }

    /// The name as the roster writes it.
    #[must_use]
    pub fn name(&self) -> &'r str {
        self.value(self.roster.fields.name)
    }

    /// The identity number.
    #[must_use]
    pub fn id(&self) -> &'r str {
        self.value(self.roster.fields.id)
    }

    /// The county of the household register.
    #[must_use]
    pub fn county(&self) -> Option<CountyCode> {
        self.get("county_name").parse().ok()
    }

    /// The counties that the roster may name.
    pub(crate) fn areas(&self) -> &'r Areas {
        self.roster.schema.areas()
    }

    /// Whether a name is this person's, every kind of middle dot being the same.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        fold_name(self.name()) == fold_name(name)
    }

    /// Everybody of the household, this person included, in the order of the list.
    pub fn household(&self) -> impl Iterator<Item = RosterPerson<'r>> + use<'r> {
        let roster = self.roster;
        let range = roster.household_of(self.row);
        let alone = range.is_empty().then_some(*self);
        let members = &roster.by_household[range];
        let members = members.iter().map(|row| RosterPerson { roster, row: *row });
        alone.into_iter().chain(members)
    }

    /// Who stands for the household: its head, else its first member.
    #[must_use]
    pub fn head(&self) -> RosterPerson<'r> {
        let found = self.household().find(Self::is_head);
        found.or_else(|| self.household().next()).unwrap_or(*self)
    }

    /// The name of the household's head; empty if nobody is called so.
    #[must_use]
    pub fn head_name(&self) -> &'r str {
        let head = self.head();
        if head.is_head() { head.name() } else { "" }
    }

    fn is_head(&self) -> bool {
        matches!(
            self.get("relation"),
            "户主" | "本人" | "户主本人" | "本人或户主"
        )
    }
}

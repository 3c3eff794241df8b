//! The names that a roster gives, for comparing with the names of a list.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::checking::check_report::Record;
use crate::checking::duplicate_keys::key_of;
use crate::values::text::fold_name;

/// Who is on a roster, in about forty bytes a person: neither names nor numbers are kept whole.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    people: HashMap<u64, NameMark>,
}

/// Enough of a name to tell whether another is the same, and to show it masked.
#[derive(Debug, Clone, Copy)]
struct NameMark {
    hash: u32,
    first: char,
    length: u8,
}

/// A hash of a name, the same for every way of writing its dot and spaces; 0 is no name.
pub(crate) fn name_hash(name: &str) -> u32 {
    if name.is_empty() {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    fold_name(name).hash(&mut hasher);
    // The cast keeps the lower half, which is as good as any.
    (hasher.finish() as u32).max(1)
}

impl Roster {
    /// Enters an accepted record; one without a person's number and name is passed over.
    pub fn enter(&mut self, record: &Record<'_>) {
        let (id, name) = (record.get("id_no"), record.get("name"));
        let (Some(key), Some(first)) = (key_of(std::iter::once(id)), name.chars().next()) else {
            return;
        };
        let length = name.chars().count().min(usize::from(u8::MAX));
        let mark = NameMark {
            hash: name_hash(name),
            first,
            length: u8::try_from(length).unwrap_or(u8::MAX),
        };
        self.people.entry(key).or_insert(mark);
    }

    /// How many people are on it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody is on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// The masked name that the roster gives, if it is another one.
    pub(crate) fn other_name(&self, key: u64, name: u32) -> Option<String> {
        let mark = self.people.get(&key).filter(|mark| mark.hash != name)?;
        let stars = usize::from(mark.length).saturating_sub(1);
        Some(format!("{}{}", mark.first, "*".repeat(stars.min(20))))
    }
}

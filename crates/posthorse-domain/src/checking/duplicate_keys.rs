//! Which keys a list has already had, in about fifty bytes a row.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::values::text::compact;

/// Set in keys that are hashes, so that none meets an identity number.
const HASHED: u64 = 1 << 63;

/// Where a key was first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FirstSeen {
    pub(crate) sheet: u16,
    pub(crate) row: u32,
    /// The hash of the person's name; 0 if there is none.
    pub(crate) name: u32,
}

/// The keys of a list with the row that first had each.
#[derive(Debug, Default)]
pub(crate) struct DuplicateKeys {
    rows: HashMap<u64, FirstSeen>,
}

impl DuplicateKeys {
    /// Enters a key; says where it was first, if it is not new.
    pub(crate) fn enter(&mut self, key: u64, at: FirstSeen) -> Option<FirstSeen> {
        match self.rows.entry(key) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(place) => {
                place.insert(at);
                None
            }
        }
    }
}

/// A key of one identity number is that number, exactly; any other is 63 bits of a hash. Among
/// two million rows, two different keys meet about once in five million lists.
pub(crate) fn key_of<'v>(values: impl Iterator<Item = &'v str> + Clone) -> Option<u64> {
    let mut only = values.clone();
    if let (Some(value), None) = (only.next(), only.next())
        && value.len() == 18
        && value.as_bytes()[..17].iter().all(u8::is_ascii_digit)
    {
        // The check digit follows from the others; `value` has been checked.
        return value[..17].parse().ok();
    }
    let mut hasher = DefaultHasher::new();
    for value in values {
        if value.is_empty() {
            return None;
        }
        compact(value).hash(&mut hasher);
    }
    Some(hasher.finish() | HASHED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_exact_for_identity_numbers() {
        let key = |values: &[&'static str]| key_of(values.iter().copied());
        assert_eq!(key(&["11010519491231002X"]), Some(11_010_519_491_231_002));
        assert_ne!(key(&["a"]), key(&["b"]));
        assert_ne!(key(&["a", "b"]), key(&["ab", ""]));
        assert_eq!(key(&["a", ""]), None);
        assert!(key(&["a"]).is_some_and(|key| key & HASHED != 0));
    }
}

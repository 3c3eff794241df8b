//! Many short texts in one piece of memory, each kept once.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// A text of a store; 0 is the empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Symbol(u32);

/// The finished store: four bytes a text beside the text itself.
#[derive(Debug, Clone)]
pub(crate) struct TextStore {
    text: String,
    ends: Vec<u32>,
}

/// A store that still grows, and knows which texts it has.
#[derive(Debug)]
pub(crate) struct TextStoreBuilder {
    store: TextStore,
    hasher: RandomState,
    /// Symbols by the hash of their text; one that collides stands under the next free hash.
    known: HashMap<u64, Symbol>,
}

impl TextStore {
    pub(crate) fn get(&self, symbol: Symbol) -> &str {
        let at = symbol.0 as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[at] as usize]
    }

    /// Bytes of memory that it holds.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}

impl TextStoreBuilder {
    pub(crate) fn new() -> Self {
        let store = TextStore {
            text: String::new(),
            ends: vec![0],
        };
        Self {
            store,
            hasher: RandomState::new(),
            known: HashMap::new(),
        }
    }

    /// The symbol of a text; none when the store holds four gigabytes.
    pub(crate) fn enter(&mut self, text: &str) -> Option<Symbol> {
        if text.is_empty() {
            return Some(Symbol::default());
        }
        let mut hash = self.hasher.hash_one(text);
        while let Some(symbol) = self.known.get(&hash) {
            if self.store.get(*symbol) == text {
                return Some(*symbol);
            }
            hash = hash.wrapping_add(1);
        }
        let symbol = Symbol(u32::try_from(self.store.ends.len()).ok()?);
        let end = u32::try_from(self.store.text.len() + text.len()).ok()?;
        self.store.text.push_str(text);
        self.store.ends.push(end);
        self.known.insert(hash, symbol);
        Some(symbol)
    }

    pub(crate) fn finish(mut self) -> TextStore {
        self.store.text.shrink_to_fit();
        self.store.ends.shrink_to_fit();
        self.store
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_symbol() {
        let mut builder = TextStoreBuilder::new();
        let texts = ["上蔡县", "", "水屯镇", "上蔡县"];
        let symbols = texts.map(|text| builder.enter(text).expect("room"));
        assert_eq!(symbols[0], symbols[3]);
        assert_ne!(symbols[0], symbols[2]);
        let store = builder.finish();
        assert_eq!(symbols.map(|symbol| store.get(symbol)), texts);
    }
}

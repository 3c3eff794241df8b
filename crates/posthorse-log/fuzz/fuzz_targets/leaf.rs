//! Any bytes as a leaf: what passes is the one text of what it says.

#![no_main]

use posthorse_log::Leaf;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(leaf) = Leaf::parse(bytes) {
        let entry = leaf.to_entry().expect("it was read");
        assert_eq!(entry.as_bytes(), bytes);
    }
});

//! Any bytes as a bundle, any text as the path of a tile.

#![no_main]

use posthorse_log::{TilePath, read_bundle};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(path) = text.parse::<TilePath>()
    {
        assert_eq!(path.to_string(), text);
        assert!(!text.contains(".."));
    }
    if let Some((width, bundle)) = bytes.split_first()
        && let Ok(entries) = read_bundle(bundle, usize::from(*width))
    {
        let length: usize = entries.iter().map(|entry| 2 + entry.as_bytes().len()).sum();
        assert_eq!((entries.len(), length), (usize::from(*width), bundle.len()));
    }
});

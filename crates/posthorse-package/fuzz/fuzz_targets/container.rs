//! Any bytes as a package, through all its public doors, with the keys of the vectors.

#![no_main]

use std::io::Cursor;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use posthorse_package::{Identity, Limits, MemoryStore, Registry, Sealed, Timestamp};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let bytes = include_bytes!("../../../../tests/vectors/registry.json");
    Registry::trust(bytes, &Limits::default()).expect("the registry of the vectors")
});
static IDENTITIES: LazyLock<Vec<Identity>> = LazyLock::new(|| {
    let text = include_str!("../../../../tests/vectors/bureau.txt");
    Identity::parse_file(text).expect("the identity of the vectors")
});
/// 2026-11-24T08:00:00Z, the moment of most vectors.
const NOW: i64 = 1_795_507_200;

fuzz_target!(|bytes: &[u8]| {
    let now = Timestamp::from_second(NOW).expect("a moment");
    if let Ok(sealed) = Sealed::read(Cursor::new(bytes), &Limits::default())
        && let Ok(verified) = sealed.verify(&REGISTRY, now)
    {
        drop(verified.open(&IDENTITIES, MemoryStore::default()));
    }
});

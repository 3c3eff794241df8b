//! Any bytes as a registry, offered for first trust and as the next version.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use posthorse_package::{Limits, Registry};

static TRUSTED: LazyLock<Registry> = LazyLock::new(|| {
    let bytes = include_bytes!("../../../../tests/vectors/registry-three-roots.json");
    Registry::trust(bytes, &Limits::default()).expect("the registry of the vectors")
});

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    drop(Registry::trust(bytes, &limits));
    drop(TRUSTED.succeed(bytes, &limits));
});

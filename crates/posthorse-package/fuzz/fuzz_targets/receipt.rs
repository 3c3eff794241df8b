//! Any bytes as a receipt and as a contact form.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use posthorse_package::{ContactForm, Limits, Registry, Timestamp, VerifiedReceipt};

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let bytes = include_bytes!("../../../../tests/vectors/registry.json");
    Registry::trust(bytes, &Limits::default()).expect("the registry of the vectors")
});
/// 2026-11-24T09:00:00Z, the moment of most vectors.
const NOW: i64 = 1_795_510_800;

fuzz_target!(|bytes: &[u8]| {
    let (limits, now) = (Limits::default(), Timestamp::from_second(NOW).expect("a moment"));
    drop(VerifiedReceipt::verify(bytes, &REGISTRY, now, &limits));
    drop(ContactForm::parse(bytes, &limits));
});

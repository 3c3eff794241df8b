//! Any bytes as `signatures.json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| posthorse_package::fuzzing::signatures(bytes));

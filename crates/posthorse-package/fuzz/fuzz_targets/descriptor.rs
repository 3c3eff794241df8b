//! Any bytes as `datapackage.json`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| posthorse_package::fuzzing::descriptor(bytes));

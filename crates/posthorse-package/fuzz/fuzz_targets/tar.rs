//! Any bytes as the archive inside a payload.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| posthorse_package::fuzzing::archive(bytes));

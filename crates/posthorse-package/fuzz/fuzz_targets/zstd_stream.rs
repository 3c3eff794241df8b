//! Any bytes as the compressed stream inside a payload.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| posthorse_package::fuzzing::compressed(bytes));

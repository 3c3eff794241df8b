//! Any bytes as the payload of a package: its age header.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| posthorse_package::fuzzing::header(bytes));

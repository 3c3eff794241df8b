//! Any edits of a payload, ours and the age crate's: both decrypt it, or neither does.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| posthorse_package::fuzzing::payload(bytes));

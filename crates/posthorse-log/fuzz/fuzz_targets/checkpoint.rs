//! Any bytes as a checkpoint, judged by a policy that nobody has the key of: none is believed.

#![no_main]

use std::sync::LazyLock;

use posthorse_log::{CheckpointNote, LogPolicy};

const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static POLICY: LazyLock<LogPolicy> = LazyLock::new(|| {
    let key = KEY.parse().expect("the key of the specification's example");
    LogPolicy::new(vec![key], Vec::new(), 0).expect("a policy")
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(checkpoint) = CheckpointNote::parse(bytes) {
        assert_eq!(checkpoint.to_bytes(), bytes);
        assert!(POLICY.judge(checkpoint).is_err());
    }
});

//! Fixed keys, entries that differ, and a generator with a seed.

use posthorse_log::{
    Cosigner, KeyName, Log, LogEntry, LogPolicy, LogSigner, MemoryLog, NoteSigner, VerifierKey,
};
use posthorse_package::Timestamp;

pub(crate) const ORIGIN: &str = "zhumadian.example/posthorse-log";

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_507_200 + second).expect("a moment")
}

/// An Ed25519 key as PKCS#8 version 1 (RFC 8410 §7).
pub(crate) fn pkcs8(seed: u8) -> Vec<u8> {
    let mut document = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    document.extend([seed; 32]);
    document
}

pub(crate) fn name(text: &str) -> KeyName {
    text.parse().expect("a key name")
}

pub(crate) fn note_signer(origin: &str, seed: u8) -> NoteSigner {
    NoteSigner::from_pkcs8(name(origin), &pkcs8(seed)).expect("a key")
}

pub(crate) fn cosigner(of: &str, seed: u8) -> Cosigner {
    Cosigner::from_pkcs8(name(of), &pkcs8(seed)).expect("a key")
}

/// A log's keys, with a clock.
pub(crate) fn signer() -> LogSigner {
    LogSigner::new(note_signer(ORIGIN, 1), Some(cosigner(ORIGIN, 2))).expect("two keys")
}

/// A log's keys, without a clock.
pub(crate) fn signer_without_clock() -> LogSigner {
    LogSigner::new(note_signer(ORIGIN, 1), None).expect("a key")
}

pub(crate) fn log_keys() -> Vec<VerifierKey> {
    vec![
        note_signer(ORIGIN, 1).verifier().clone(),
        cosigner(ORIGIN, 2).verifier().clone(),
    ]
}

pub(crate) fn policy() -> LogPolicy {
    LogPolicy::new(log_keys(), Vec::new(), 0).expect("a policy")
}

pub(crate) fn entry(number: u64) -> LogEntry {
    let text = format!("entry {number} {}", "x".repeat((number % 90) as usize));
    LogEntry::new(text.into_bytes()).expect("a short entry")
}

pub(crate) fn entries(range: std::ops::Range<u64>) -> Vec<LogEntry> {
    range.map(entry).collect()
}

pub(crate) fn log_of(size: u64) -> Log<MemoryLog> {
    let mut log = Log::create(MemoryLog::default(), &signer(), at(0)).expect("a log");
    if size > 0 {
        let indices = log.append(&entries(0..size), &signer(), at(1));
        assert_eq!(indices.expect("room"), 0..size);
    }
    log
}

/// SplitMix64: numbers that look random and are the same in every run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

//! Any bytes as a request to a witness: what passes is written as it was read.

#![no_main]

use posthorse_log::{AddCheckpoint, TreeHash, TreeHead};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        assert_eq!(request.to_bytes(), bytes);
        let old = TreeHead {
            size: request.old_size,
            root: TreeHash::from_bytes([0; 32]),
        };
        let new = request.checkpoint.untrusted_head();
        // Nobody knows a proof from a root of zeros, except of a tree to itself.
        if old != *new {
            assert!(request.consistency.verify(&old, new).is_err());
        }
    }
});

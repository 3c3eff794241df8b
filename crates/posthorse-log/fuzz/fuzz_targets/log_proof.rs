//! Any bytes as a proof: what passes is written as it was read, and proves nothing here.

#![no_main]

use posthorse_log::{InclusionProof, LogProof, TreeHash, TreeHead};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(proof) = LogProof::parse(bytes) {
        assert_eq!(proof.to_bytes(), bytes);
    }
    // Hashes, an index and a size of any kind: no panic, and no tree whose root is all zero.
    let (numbers, hashes) = bytes.split_at(bytes.len().min(16));
    let number = |at: usize| {
        let mut eight = [0; 8];
        let part = numbers.get(at..at + 8).unwrap_or_default();
        eight[..part.len()].copy_from_slice(part);
        u64::from_le_bytes(eight)
    };
    let (hashes, _) = hashes.as_chunks::<32>();
    let proof = InclusionProof {
        hashes: hashes.iter().copied().map(TreeHash::from_bytes).collect(),
    };
    let head = TreeHead {
        size: number(8),
        root: TreeHash::from_bytes([0; 32]),
    };
    let entry = TreeHash::of_entry(bytes);
    assert!(proof.verify(number(0), &entry, &head).is_err());
});

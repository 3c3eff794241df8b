//! Whatever is changed in a proof, it is refused.

use posthorse_log::{
    AgeError, HeadError, Log, LogEntry, LogPolicy, LogProof, LogProofError, MemoryLog, ProofError,
};
use proptest::prelude::*;

use crate::support::{
    Numbers, ORIGIN, at, entries, entry, log_keys, log_of, note_signer, policy,
    signer_without_clock,
};

fn undated_log(size: u64) -> Log<MemoryLog> {
    let signer = signer_without_clock();
    let mut log = Log::create(MemoryLog::default(), &signer, at(0)).expect("a log");
    log.append(&entries(0..size), &signer, at(1)).expect("room");
    log
}

fn undated_policy() -> LogPolicy {
    LogPolicy::new(vec![log_keys().remove(0)], vec![], 0).expect("a policy")
}

fn is_believed(text: &[u8], entry: &LogEntry, policy: &LogPolicy) -> bool {
    LogProof::parse(text).is_ok_and(|proof| proof.verify(entry, policy).is_ok())
}

#[test]
fn every_flipped_bit_of_a_proof_is_refused() {
    let (log, policy) = (undated_log(21), undated_policy());
    let proof = log.prove(13, &entry(13)).expect("a proof").to_bytes();
    assert!(is_believed(&proof, &entry(13), &policy));
    let mut flips = 0;
    for place in 0..proof.len() {
        for bit in 0..8 {
            let mut changed = proof.clone();
            changed[place] ^= 1 << bit;
            assert!(
                !is_believed(&changed, &entry(13), &policy),
                "byte {place}, bit {bit}"
            );
            flips += 1;
        }
    }
    assert!(flips > 3000, "{flips}");
    for length in 0..proof.len() {
        assert!(!is_believed(&proof[..length], &entry(13), &policy));
    }
}

#[test]
fn a_flipped_bit_in_the_clocks_line_leaves_at_most_an_undated_head() {
    let log = log_of(21);
    let proof = log.prove(13, &entry(13)).expect("a proof").to_bytes();
    let mut undated = 0;
    for place in 0..proof.len() {
        for bit in 0..8 {
            let mut changed = proof.clone();
            changed[place] ^= 1 << bit;
            let Ok(read) = LogProof::parse(&changed) else {
                continue;
            };
            // A line whose name or key id is changed is that of a stranger, and passed over.
            if let Ok(proven) = read.verify(&entry(13), &policy()) {
                assert_eq!(proven.head().check_age(at(1), 60), Err(AgeError::Undated));
                undated += 1;
            }
        }
    }
    assert!(undated > 0);
}

#[test]
fn a_proof_is_of_one_entry_at_one_place_in_one_log() {
    let log = log_of(300);
    let text = log.prove(13, &entry(13)).expect("a proof").to_bytes();
    let proof = LogProof::parse(&text).expect("a proof");
    let proven = proof.verify(&entry(13), &policy()).expect("it is there");
    assert_eq!(proven.index(), 13);
    assert_eq!(proven.head(), log.head());
    for other in (0..400).filter(|number| *number != 13) {
        assert!(matches!(
            proof.verify(&entry(other), &policy()),
            Err(LogProofError::Proof(ProofError::RootDiffers { .. }))
        ));
        let index =
            String::from_utf8_lossy(&text).replacen("index 13", &format!("index {other}"), 1);
        assert!(!is_believed(index.as_bytes(), &entry(13), &policy()));
    }
    for size in (0..400).filter(|size| *size != 300) {
        let resized = String::from_utf8_lossy(&text).replacen("\n300\n", &format!("\n{size}\n"), 1);
        let read = LogProof::parse(resized.as_bytes()).expect("a proof by its form");
        assert!(matches!(
            read.verify(&entry(13), &policy()),
            Err(LogProofError::Head(HeadError::BadSignature { .. }))
        ));
    }
    let other = LogPolicy::new(vec![note_signer(ORIGIN, 9).verifier().clone()], vec![], 0);
    assert!(matches!(
        proof.verify(&entry(13), &other.expect("a policy")),
        Err(LogProofError::Head(HeadError::NotSigned { .. }))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Trees of up to a few thousand entries, grown in any steps: what they prove is believed, and
    /// nothing that was changed afterwards.
    #[test]
    fn what_a_log_proves_is_believed_until_it_is_changed(
        steps in prop::collection::vec(1_u64..700, 1..6),
        seed in any::<u64>(),
    ) {
        let signer = signer_without_clock();
        let mut numbers = Numbers(seed);
        let mut log = Log::create(MemoryLog::default(), &signer, at(0)).expect("a log");
        let mut size = 0;
        for step in steps {
            log.append(&entries(size..size + step), &signer, at(1)).expect("room");
            size += step;
        }
        for _ in 0..8 {
            let index = numbers.below(size);
            let text = log.prove(index, &entry(index)).expect("a proof").to_bytes();
            prop_assert!(is_believed(&text, &entry(index), &undated_policy()));
            prop_assert!(!is_believed(&text, &entry(index + 1), &undated_policy()));
            let mut changed = text.clone();
            let place = numbers.below(text.len() as u64) as usize;
            changed[place] ^= 1 << numbers.below(8);
            prop_assert!(!is_believed(&changed, &entry(index), &undated_policy()));
        }
    }
}

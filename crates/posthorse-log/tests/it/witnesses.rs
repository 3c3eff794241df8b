//! A witness: what it cosigns, what it refuses, and that it remembers first.

use posthorse_log::{
    AddCheckpoint, CheckpointNote, ConsistencyProof, Cosigner, FolderError, HeadError, Log,
    LogPolicy, LogSigner, MemoryLog, ProofError, RecallError, Remembered, RequestError, TreeHash,
    TreeReader, Witness, WitnessRefusal,
};
use posthorse_package::Timestamp;

use crate::support::{
    Numbers, ORIGIN, at, cosigner, entries, entry, log_keys, log_of, note_signer, policy, signer,
};

const NAME: &str = "audit-office.example/witness";

fn witness() -> Witness {
    Witness::new(cosigner(NAME, 10), &[policy()]).expect("a witness")
}

fn witness_policy() -> LogPolicy {
    let key = cosigner(NAME, 10).verifier().clone();
    LogPolicy::new(log_keys(), vec![key], 1).expect("a policy")
}

/// A checkpoint with a cosignature below it, through a witness that knows nothing yet.
pub(crate) fn cosigned(note: &CheckpointNote, by: &Cosigner, when: Timestamp) -> CheckpointNote {
    let seed = (0..=255)
        .find(|seed| cosigner(by.verifier().name().as_str(), *seed).verifier() == by.verifier());
    let again = cosigner(
        by.verifier().name().as_str(),
        seed.expect("a key of these tests"),
    );
    let witness = Witness::new(again, &[policy()]).expect("a witness");
    let request = AddCheckpoint {
        old_size: 0,
        consistency: ConsistencyProof::default(),
        checkpoint: note.clone(),
    };
    let agreed = witness
        .consider(&request, None, when)
        .expect("a first checkpoint");
    let mut record = Vec::new();
    let kept = agreed.keep(|_, bytes| {
        record = bytes.to_vec();
        Ok::<_, ()>(())
    });
    kept.expect("kept");
    CheckpointNote::parse(&record).expect("a checkpoint")
}

/// A request that proves the growth of a log from a size.
fn request(log: &Log<MemoryLog>, old_size: u64) -> AddCheckpoint {
    let (_, consistency) = TreeReader::new(log.store(), log.head())
        .consistency(old_size)
        .expect("a proof");
    AddCheckpoint {
        old_size,
        consistency,
        checkpoint: log.head().checkpoint().clone(),
    }
}

/// Lets the witness judge, and keep.
fn ask(
    witness: &Witness,
    request: &AddCheckpoint,
    memory: &mut Option<Remembered>,
    now: Timestamp,
) -> Result<CheckpointNote, WitnessRefusal> {
    let agreed = witness.consider(request, memory.as_ref(), now)?;
    let mut record = Vec::new();
    let line = agreed.keep(|origin, bytes| {
        assert_eq!(origin.as_str(), ORIGIN);
        record = bytes.to_vec();
        Ok::<_, ()>(())
    });
    line.expect("kept");
    *memory = Some(witness.recall(&record).expect("its own record"));
    Ok(CheckpointNote::parse(&record).expect("a checkpoint"))
}

#[test]
fn a_growing_log_is_cosigned_again_and_again() {
    let witness = witness();
    let mut memory = None;
    let mut log = log_of(0);
    let mut old = 0;
    for (step, size) in [0, 1, 2, 64, 255, 256, 300, 300, 1000]
        .into_iter()
        .enumerate()
    {
        if size > old {
            log.append(&entries(old..size), &signer(), at(2))
                .expect("room");
        }
        let now = at(step as i64 + 10);
        let record = ask(&witness, &request(&log, old), &mut memory, now).expect("growth");
        let head = witness_policy().judge(record).expect("a quorum");
        assert_eq!(head.head(), log.head().head());
        assert_eq!(head.seen_at(), Some(now));
        // The same out of the folder.
        let from_folder = witness.request_from(log.store(), memory.as_ref());
        assert_eq!(from_folder.expect("a folder").old_size, size);
        old = size;
    }
    let memory = memory.expect("a record");
    assert_eq!(memory.head(), log.head().head());
    assert_eq!((memory.origin().as_str(), memory.at()), (ORIGIN, at(18)));
}

#[test]
fn the_order_and_the_answers_are_those_of_the_specification() {
    let witness = witness();
    let mut memory = None;
    let log = log_of(20);
    ask(&witness, &request(&log, 0), &mut memory, at(10)).expect("a first checkpoint");
    let mut grown = log_of(20);
    grown
        .append(&entries(20..50), &signer(), at(3))
        .expect("room");
    let good = request(&grown, 20);
    let refuse = |request: &AddCheckpoint| {
        let refusal = witness
            .consider(request, memory.as_ref(), at(11))
            .expect_err("refused");
        (refusal.http_status(), refusal)
    };
    let foreign = LogSigner::new(note_signer("other.example", 5), None).expect("a key");
    let other = Log::create(MemoryLog::default(), &foreign, at(0)).expect("a log");
    let (status, refusal) = refuse(&AddCheckpoint {
        checkpoint: other.head().checkpoint().clone(),
        ..good.clone()
    });
    assert!(matches!(
        (status, refusal),
        (404, WitnessRefusal::UnknownOrigin(_))
    ));

    let stolen = LogSigner::new(note_signer(ORIGIN, 5), None).expect("a key");
    let mut other = Log::create(MemoryLog::default(), &stolen, at(0)).expect("a log");
    other.append(&entries(0..50), &stolen, at(3)).expect("room");
    let (status, refusal) = refuse(&request(&other, 20));
    assert!(matches!(
        (status, refusal),
        (403, WitnessRefusal::Head(HeadError::NotSigned { .. }))
    ));

    let small = request(&log_of(10), 0);
    assert_eq!(
        refuse(&small),
        (
            409,
            WitnessRefusal::Rollback {
                last: 20,
                offered: 10,
                old: 0
            }
        )
    );
    assert_eq!(
        refuse(&AddCheckpoint {
            old_size: 20,
            ..small
        }),
        (
            400,
            WitnessRefusal::Rollback {
                last: 20,
                offered: 10,
                old: 20
            }
        )
    );
    assert_eq!(
        refuse(&AddCheckpoint {
            old_size: 51,
            ..good.clone()
        }),
        (
            400,
            WitnessRefusal::OldAboveNew {
                old: 51,
                offered: 50
            }
        )
    );
    assert_eq!(
        refuse(&request(&grown, 19)),
        (409, WitnessRefusal::NotFromLast { old: 19, last: 20 })
    );
    let mut broken = good.clone();
    broken.consistency.hashes.pop();
    assert!(matches!(
        refuse(&broken),
        (
            422,
            WitnessRefusal::NotProven(ProofError::WrongLength { .. })
        )
    ));
    let mut broken = good.clone();
    broken.consistency.hashes[1] = TreeHash::of_empty_tree();
    assert!(matches!(
        refuse(&broken),
        (422, WitnessRefusal::NotProven(_))
    ));
    // After all refusals the right one is still cosigned.
    ask(&witness, &good, &mut memory.clone(), at(11)).expect("growth");
    let refusal = witness
        .consider(&good, memory.as_ref(), at(-300))
        .expect_err("an old clock");
    assert!(matches!(
        (refusal.http_status(), refusal),
        (500, WitnessRefusal::Clock(_))
    ));
}

#[test]
fn a_fork_is_a_fork_at_every_size() {
    let witness = witness();
    for size in [1_u64, 2, 3, 8, 20, 255, 256, 257] {
        let mut memory = None;
        ask(&witness, &request(&log_of(size), 0), &mut memory, at(10)).expect("a first");
        for grown in [0, 1, 30] {
            // The same number of entries, one of them another.
            let mut other = entries(0..size + grown);
            other[(size / 2) as usize] = entry(1_000_000);
            let mut forked = Log::create(MemoryLog::default(), &signer(), at(0)).expect("a log");
            forked.append(&other, &signer(), at(1)).expect("room");
            // Asked for by its author: refused, and known as a fork where the proof shows it.
            let refusal = witness
                .consider(&request(&forked, size), memory.as_ref(), at(11))
                .expect_err("a fork");
            let is_shown = grown == 0 || !size.is_power_of_two();
            match refusal {
                WitnessRefusal::Fork { size: found, .. } => assert_eq!(found, size),
                WitnessRefusal::NotProven(_) => assert!(!is_shown),
                other => panic!("{other}"),
            }
            // Seen in the folder: a fork beyond doubt.
            let refused = witness.request_from(forked.store(), memory.as_ref());
            assert!(matches!(
                refused,
                Err(FolderError::Refused(WitnessRefusal::Fork { size: found, .. })) if found == size
            ));
        }
    }
    let mut memory = None;
    ask(&witness, &request(&log_of(20), 0), &mut memory, at(10)).expect("a first");
    let refused = witness.request_from(log_of(19).store(), memory.as_ref());
    assert!(matches!(
        refused,
        Err(FolderError::Refused(WitnessRefusal::Rollback {
            last: 20,
            offered: 19,
            ..
        }))
    ));
}

#[test]
fn no_chain_of_requests_makes_a_witness_contradict_itself() {
    let witness = witness();
    // Two histories under one key, each at many sizes.
    let heads: Vec<Log<MemoryLog>> = (1..24)
        .flat_map(|size| {
            let mut other = log_of(4.min(size));
            if size > 4 {
                other
                    .append(&entries(100..96 + size), &signer(), at(1))
                    .expect("room");
            }
            [log_of(size), other]
        })
        .collect();
    let mut agreed = 0;
    for seed in 0..60 {
        let mut numbers = Numbers(seed);
        let mut memory: Option<Remembered> = None;
        let mut cosigned: Vec<usize> = Vec::new();
        for step in 0..40 {
            let chosen = numbers.below(heads.len() as u64) as usize;
            let log = &heads[chosen];
            let size = log.head().head().size;
            let last = memory.as_ref().map_or(0, |last| last.head().size);
            let old = if numbers.below(4) == 0 {
                numbers.below(size + 1)
            } else {
                last.min(size)
            };
            let asked = request(log, old);
            if ask(&witness, &asked, &mut memory, at(10 + step)).is_ok() {
                cosigned.push(chosen);
                agreed += 1;
            }
        }
        for pair in cosigned.windows(2) {
            let (old, new) = (&heads[pair[0]], &heads[pair[1]]);
            let old = old.head().head();
            let (found, _) = TreeReader::new(new.store(), new.head())
                .consistency(old.size)
                .expect("a later tree is not smaller");
            assert_eq!(found, *old);
        }
    }
    assert!(agreed > 200, "{agreed}");
}

#[test]
fn nothing_is_given_away_that_was_not_kept() {
    let witness = witness();
    let agreed = witness
        .consider(&request(&log_of(3), 0), None, at(1))
        .expect("a first");
    assert_eq!(agreed.keep(|_, _| Err("disk full")), Err("disk full"));
}

#[test]
fn a_record_is_believed_under_the_witnesss_own_cosignature_only() {
    let witness = witness();
    let log = log_of(9);
    let record = cosigned(log.head().checkpoint(), &cosigner(NAME, 10), at(4)).to_bytes();
    let memory = witness.recall(&record).expect("a record");
    assert_eq!((memory.head().size, memory.at()), (9, at(4)));
    for other in [
        log.head().checkpoint().to_bytes(),
        cosigned(log.head().checkpoint(), &cosigner(NAME, 11), at(4)).to_bytes(),
        String::from_utf8(record)
            .expect("text")
            .replacen("\n9\n", "\n8\n", 1)
            .into_bytes(),
    ] {
        assert!(matches!(
            witness.recall(&other),
            Err(RecallError::NotOurs(_))
        ));
    }
    assert!(matches!(
        witness.recall(b""),
        Err(RecallError::Checkpoint(_))
    ));
    // A record of another log is no memory of this one.
    let foreign = LogSigner::new(note_signer("other.example", 5), None).expect("a key");
    let both = [policy(), foreign.policy().clone()];
    let witness = Witness::new(cosigner(NAME, 10), &both).expect("a witness");
    let other = Log::create(MemoryLog::default(), &foreign, at(0)).expect("a log");
    let refusal = witness
        .consider(&request(&other, 0), Some(&memory), at(5))
        .expect_err("mixed up");
    assert!(matches!(refusal, WitnessRefusal::WrongRecord { .. }));
}

#[test]
fn a_log_cannot_witness_itself() {
    assert!(Witness::new(cosigner(NAME, 1), &[policy()]).is_err());
    assert!(Witness::new(cosigner(NAME, 2), &[policy()]).is_err());
}

#[test]
fn a_request_has_one_text() {
    let mut log = log_of(20);
    log.append(&entries(20..50), &signer(), at(3))
        .expect("room");
    let asked = request(&log, 20);
    let text = String::from_utf8(asked.to_bytes()).expect("text");
    assert!(text.starts_with("old 20\n"));
    assert_eq!(AddCheckpoint::parse(text.as_bytes()), Ok(asked));
    let hash = text.lines().nth(1).expect("a hash");
    for (text, error) in [
        (text.replacen("old 20", "old 020", 1), RequestError::OldSize),
        (text.replacen("old 20", "20", 1), RequestError::OldSize),
        (text.replacen(hash, "x", 1), RequestError::Proof { line: 2 }),
        ("old 0\n".to_owned(), RequestError::Proof { line: 2 }),
        (
            text.replacen(hash, &[hash; 64].join("\n"), 1),
            RequestError::TooManyHashes,
        ),
    ] {
        assert_eq!(AddCheckpoint::parse(text.as_bytes()), Err(error));
    }
    assert_eq!(
        AddCheckpoint::parse(&vec![b'x'; 1 << 20]),
        Err(RequestError::TooLong)
    );
}

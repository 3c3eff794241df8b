//! Notes, checkpoints, cosignatures and policies: what is read, and what is not believed.

use posthorse_log::{
    AgeError, CheckpointError, CheckpointNote, HeadError, LONGEST_NOTE, LogPolicy, LogProof,
    LogProofTextError, Note, NoteError, PolicyError, SignatureLine, TrustedHead,
};

use crate::support::{ORIGIN, at, cosigner, log_keys, log_of, note_signer, policy};
use crate::witnesses::cosigned;

fn note_error(note: &str) -> NoteError {
    Note::parse(note.as_bytes()).expect_err("not a note")
}

#[test]
fn what_is_no_note_is_refused_with_its_reason() {
    let line = "— a AAAAAAA=\n";
    assert!(Note::parse(format!("text\n\n{line}").as_bytes()).is_ok());
    assert!(Note::parse(format!("a\n\nb\n\n{line}").as_bytes()).is_ok());
    assert_eq!(Note::parse(b"\xff\n\n"), Err(NoteError::NotText));
    for (note, error) in [
        (String::new(), NoteError::NoSignatures),
        ("text\n".into(), NoteError::NoSignatures),
        ("text\n\n".into(), NoteError::NoSignatures),
        (format!("text\n{line}"), NoteError::NoSignatures),
        (
            format!("text\n\n{}", line.trim_end()),
            NoteError::NoSignatures,
        ),
        (format!("text\r\n\n{line}"), NoteError::ControlCharacter),
        (format!("te\0xt\n\n{line}"), NoteError::ControlCharacter),
        (
            format!("text\n\n{}", line.repeat(65)),
            NoteError::TooManySignatures,
        ),
        (
            format!("{}\n\n{line}", "x".repeat(LONGEST_NOTE)),
            NoteError::TooLong,
        ),
        (
            format!("text\n\n{line}x\n"),
            NoteError::SignatureLine { line: 2 },
        ),
    ] {
        assert_eq!(note_error(&note), error);
    }
    assert!(Note::parse(format!("text\n\n{}", line.repeat(64)).as_bytes()).is_ok());
}

#[test]
fn a_signature_line_has_one_form() {
    assert!(SignatureLine::parse("— a AAAAAAA=").is_ok());
    for line in [
        "",
        "- a AAAAAAA=",
        "—a AAAAAAA=",
        "— a",
        "—  AAAAAAA=",
        "— a  AAAAAAA=",
        "— a b AAAAAAA=",
        "— a+b AAAAAAA=",
        "— a\u{a0}b AAAAAAA=",
        "— a AAAAAAA",
        "— a AAAAAAB=",
        "— a AAAAAA==",
        "— a AAAA",
        "— a ",
    ] {
        assert_eq!(
            SignatureLine::parse(line),
            Err(NoteError::SignatureLine { line: 1 }),
            "{line}"
        );
    }
}

#[test]
fn what_is_no_checkpoint_is_refused_with_its_reason() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let read = |text: &str| CheckpointNote::parse(format!("{text}\n\n— a AAAAAAA=\n").as_bytes());
    assert!(read(&format!("o\n1\n{root}")).is_ok());
    assert!(read(&format!("o\n1\n{root}\nmore\nlines")).is_ok());
    for (text, error) in [
        (format!("o\n1\n{root}\n\nmore"), CheckpointError::EmptyLine),
        (format!("\n1\n{root}"), CheckpointError::EmptyLine),
        (format!("o\u{7f}\n1\n{root}"), CheckpointError::Origin),
        (format!("o\n01\n{root}"), CheckpointError::Size),
        (format!("o\n-1\n{root}"), CheckpointError::Size),
        (
            format!("o\n9223372036854775808\n{root}"),
            CheckpointError::Size,
        ),
        (
            format!("o\n1\n{}", root.trim_end_matches('=')),
            CheckpointError::Root,
        ),
        ("o\n1".into(), CheckpointError::Root),
        ("o".into(), CheckpointError::Size),
    ] {
        assert_eq!(read(&text), Err(error), "{text}");
    }
}

fn judge(policy: &LogPolicy, bytes: &[u8]) -> Result<TrustedHead, HeadError> {
    policy.judge(CheckpointNote::parse(bytes).expect("a checkpoint"))
}

#[test]
fn only_the_logs_own_signature_makes_a_head() {
    let bytes = log_of(5).head().checkpoint().to_bytes();
    let head = judge(&policy(), &bytes).expect("a head");
    assert_eq!(head.head().size, 5);
    assert_eq!(head.seen_at(), Some(at(1)));
    let text = String::from_utf8(bytes.clone()).expect("text");
    // The clock alone dates a head and signs nothing.
    let lines: Vec<&str> = text.lines().collect();
    let clock_only = format!("{}\n{}\n", lines[..4].join("\n"), lines[5]);
    assert!(matches!(
        judge(&policy(), clock_only.as_bytes()),
        Err(HeadError::NotSigned { .. })
    ));
    let other = LogPolicy::new(vec![note_signer(ORIGIN, 9).verifier().clone()], vec![], 0);
    assert!(matches!(
        judge(&other.expect("a policy"), &bytes),
        Err(HeadError::NotSigned { .. })
    ));
    let other = LogPolicy::new(vec![note_signer("other", 1).verifier().clone()], vec![], 0);
    assert!(matches!(
        judge(&other.expect("a policy"), &bytes),
        Err(HeadError::WrongOrigin { .. })
    ));
    let changed = text.replacen("\n5\n", "\n6\n", 1);
    assert!(matches!(
        judge(&policy(), changed.as_bytes()),
        Err(HeadError::BadSignature { .. })
    ));
    // A key that is being rotated in signs beside the old one, and either is enough.
    let mut keys = log_keys();
    keys.push(note_signer(ORIGIN, 8).verifier().clone());
    let rotating = LogPolicy::new(keys, vec![], 0).expect("a policy");
    assert!(judge(&rotating, &bytes).is_ok());
}

#[test]
fn an_empty_tree_has_one_root() {
    // Signed by the log's own key with the oracle, since a log signs no such thing.
    let name = "oracle.example";
    let seed = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, {
        let mut key = vec![1_u8];
        key.extend([1_u8; 32]);
        key
    });
    let id = note_signer(name, 1).verifier().key_id();
    let key = format!("PRIVATE+KEY+{name}+{id}+{seed}");
    let signer = signed_note::StandardSigner::new(&key).expect("the same key");
    let own = LogPolicy::new(vec![note_signer(name, 1).verifier().clone()], vec![], 0);
    let own = own.expect("a policy");
    for (root, is_head) in [
        ("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", true),
        ("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", false),
    ] {
        let text = format!("{name}\n0\n{root}\n");
        let mut note = signed_note::Note::new(text.as_bytes(), &[]).expect("a note");
        note.add_sigs(&[&signer]).expect("a signature");
        let judged = judge(&own, &note.to_bytes());
        match is_head {
            true => assert_eq!(judged.expect("a head").head().size, 0),
            false => assert_eq!(judged, Err(HeadError::EmptyRoot)),
        }
    }
}

#[test]
fn a_quorum_counts_each_known_witness_once() {
    let witness = |seed: u8| cosigner(&format!("witness{seed}.example"), seed);
    let known: Vec<_> = (10..13)
        .map(|seed| witness(seed).verifier().clone())
        .collect();
    let of = |quorum| LogPolicy::new(log_keys(), known.clone(), quorum).expect("a policy");
    let log = log_of(5);
    let note = log.head().checkpoint().clone();
    let once = cosigned(&note, &witness(10), at(50));
    let twice = cosigned(&once, &witness(11), at(40));
    let stranger = cosigned(&once, &witness(20), at(60));
    assert_eq!(
        of(2).judge(once.clone()),
        Err(HeadError::TooFewWitnesses {
            found: 1,
            quorum: 2
        })
    );
    assert_eq!(
        of(2).judge(stranger),
        Err(HeadError::TooFewWitnesses {
            found: 1,
            quorum: 2
        })
    );
    // Both state that it was the newest at 40; one of them alone states 50.
    assert_eq!(
        of(2).judge(twice.clone()).expect("a head").seen_at(),
        Some(at(40))
    );
    assert_eq!(
        of(1).judge(twice.clone()).expect("a head").seen_at(),
        Some(at(50))
    );
    assert_eq!(
        of(0).judge(twice.clone()).expect("a head").seen_at(),
        Some(at(50))
    );
    // The same line again is no second witness.
    let mut text = String::from_utf8(once.to_bytes()).expect("text");
    let line = text.lines().last().expect("a line").to_owned();
    text.push_str(&format!("{line}\n"));
    assert!(matches!(
        judge(&of(2), text.as_bytes()),
        Err(HeadError::TooFewWitnesses { found: 1, .. })
    ));
    // A wrong line of a known witness refuses all.
    let bytes = cosigned(&twice, &witness(12), at(1)).to_bytes();
    let text = String::from_utf8(bytes).expect("text");
    let last = text.lines().last().expect("a line");
    let wrong = text.replace(last, &format!("{}AAAA", &last[..last.len() - 4]));
    assert!(matches!(
        judge(&of(2), wrong.as_bytes()),
        Err(HeadError::BadSignature { .. })
    ));
}

#[test]
fn a_policy_is_not_made_of_unfit_keys() {
    let log = log_keys();
    let witness = cosigner("w.example", 10).verifier().clone();
    let twin = cosigner("v.example", 10).verifier().clone();
    let same_as_log = cosigner("w.example", 1).verifier().clone();
    let of = |keys: &[_], witnesses: &[_], quorum| {
        LogPolicy::new(keys.to_vec(), witnesses.to_vec(), quorum).map(|_| ())
    };
    assert_eq!(of(&log, std::slice::from_ref(&witness), 1), Ok(()));
    assert_eq!(of(&log[1..], &[], 0), Err(PolicyError::NoLogKey));
    assert!(matches!(
        of(
            &[log[0].clone(), note_signer("b", 3).verifier().clone()],
            &[],
            0
        ),
        Err(PolicyError::OtherLog { .. })
    ));
    assert!(matches!(
        of(&log, &[note_signer("w", 3).verifier().clone()], 0),
        Err(PolicyError::NotACosigner { .. })
    ));
    for twice in [[witness.clone(), twin], [witness.clone(), same_as_log]] {
        assert!(matches!(
            of(&log, &twice, 1),
            Err(PolicyError::SameKeyTwice { .. })
        ));
    }
    assert_eq!(
        of(&log, &[witness], 2),
        Err(PolicyError::QuorumTooLarge {
            quorum: 2,
            witnesses: 1
        })
    );
}

#[test]
fn a_head_has_an_age() {
    let log = log_of(5);
    let head = log.head();
    assert_eq!(head.check_age(at(61), 60), Ok(()));
    assert_eq!(
        head.check_age(at(62), 60),
        Err(AgeError::TooOld {
            seen_at: at(1),
            now: at(62),
            age: 61,
            longest: 60
        })
    );
    assert_eq!(head.check_age(at(-299), 60), Ok(()));
    assert_eq!(
        head.check_age(at(-300), 60),
        Err(AgeError::FromTheFuture {
            seen_at: at(1),
            now: at(-300)
        })
    );
    let keys = vec![log_keys().remove(0)];
    let undated = LogPolicy::new(keys, vec![], 0).expect("a policy");
    let head = undated.judge(head.checkpoint().clone()).expect("a head");
    assert_eq!(head.check_age(at(1), 60), Err(AgeError::Undated));
}

#[test]
fn what_is_no_proof_is_refused_with_its_line() {
    let log = log_of(5);
    let proof = log.prove(2, &crate::support::entry(2)).expect("a proof");
    let text = String::from_utf8(proof.to_bytes()).expect("text");
    assert_eq!(LogProof::parse(text.as_bytes()), Ok(proof.clone()));
    let with_extra = text.replacen("\nindex", "\nextra AQID\nindex", 1);
    let read = LogProof::parse(with_extra.as_bytes()).expect("a proof");
    assert_eq!(read.untrusted_extra(), Some(&[1, 2, 3][..]));
    assert_eq!(read.to_bytes(), with_extra.as_bytes());
    let hash = text.lines().nth(2).expect("a hash");
    let many = text.replacen(hash, &[hash; 64].join("\n"), 1);
    for (text, error) in [
        (String::new(), LogProofTextError::NotAProof),
        (text.replacen("@v1", "@v2", 1), LogProofTextError::NotAProof),
        (
            text.replacen("index 2", "index 02", 1),
            LogProofTextError::Line { line: 2 },
        ),
        (
            text.replacen("index", "Index", 1),
            LogProofTextError::Line { line: 2 },
        ),
        (
            text.replacen("index", "extra ?\nindex", 1),
            LogProofTextError::Line { line: 2 },
        ),
        (
            text.replacen("index", "extra \nextra \nindex", 1),
            LogProofTextError::Line { line: 3 },
        ),
        (
            text.replacen(hash, "x", 1),
            LogProofTextError::Line { line: 3 },
        ),
        (many, LogProofTextError::TooManyHashes),
        (
            "c2sp.org/tlog-proof@v1\nindex 0\n".into(),
            LogProofTextError::Line { line: 3 },
        ),
        (
            "c2sp.org/tlog-proof@v1\nindex 0\n\n".into(),
            LogProofTextError::Checkpoint(CheckpointError::Note(NoteError::NoSignatures)),
        ),
    ] {
        assert_eq!(LogProof::parse(text.as_bytes()), Err(error), "{text}");
    }
    assert_eq!(
        LogProof::parse(&vec![b'x'; 1 << 20]),
        Err(LogProofTextError::TooLong)
    );
}

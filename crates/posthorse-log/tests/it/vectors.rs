//! What others have published: the tree of RFC 6962's reference implementation, C2SP's examples.

use posthorse_log::{
    CheckpointNote, ConsistencyProof, InclusionProof, Log, LogEntry, MemoryLog, Note,
    SignatureType, TreeHash, TreeHead, TreeReader, VerifierKey, VerifierKeyError,
};

use crate::support::{at, signer};

const ENTRIES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const INCLUSION: [(u64, u64, &[&str]); 4] = [
    (0, 1, &[]),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        3,
        &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    ),
];

const CONSISTENCY: [(u64, u64, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

fn hex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal digits");
    (0..text.len()).step_by(2).map(digit).collect()
}

fn hash(text: &str) -> TreeHash {
    TreeHash::from_bytes(hex(text).try_into().expect("32 bytes"))
}

fn logs() -> Vec<Log<MemoryLog>> {
    let entries = ENTRIES.map(|text| LogEntry::new(hex(text)).expect("short"));
    (0..=entries.len())
        .map(|size| {
            let mut log = Log::create(MemoryLog::default(), &signer(), at(0)).expect("a log");
            log.append(&entries[..size], &signer(), at(1))
                .expect("room");
            log
        })
        .collect()
}

#[test]
fn roots_and_proofs_are_those_of_the_reference_tree() {
    let logs = logs();
    for (log, root) in logs.iter().zip(ROOTS) {
        assert_eq!(log.head().head().root, hash(root));
    }
    for (index, size, hashes) in INCLUSION {
        let log = &logs[size as usize];
        let entry = TreeHash::of_entry(&hex(ENTRIES[index as usize]));
        let hashes = hashes.iter().map(|text| hash(text)).collect();
        let expected = InclusionProof { hashes };
        let found = TreeReader::new(log.store(), log.head()).inclusion(index, &entry);
        assert_eq!(found.expect("a proof"), expected, "{index} of {size}");
        assert_eq!(expected.verify(index, &entry, log.head().head()), Ok(()));
    }
    for (old, new, hashes) in CONSISTENCY {
        let log = &logs[new as usize];
        let hashes = hashes.iter().map(|text| hash(text)).collect();
        let expected = ConsistencyProof { hashes };
        let (head, found) = TreeReader::new(log.store(), log.head())
            .consistency(old)
            .expect("a proof");
        assert_eq!(head, *logs[old as usize].head().head());
        assert_eq!(found, expected, "{old} to {new}");
        assert_eq!(expected.verify(&head, log.head().head()), Ok(()));
    }
    assert_eq!(*logs[0].head().head(), TreeHead::empty());
}

const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n\
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

#[test]
fn the_example_note_of_the_specification_verifies() {
    let key: VerifierKey = VKEY.parse().expect("a verifier key");
    assert_eq!(key.to_string(), VKEY);
    assert_eq!(key.signature_type(), SignatureType::Note);
    let note = Note::parse(NOTE.as_bytes()).expect("a note");
    assert_eq!(key.text_of(&note), Some("This is an example message.\n"));
    let changed = NOTE.replace("message", "massage");
    let changed = Note::parse(changed.as_bytes()).expect("a note");
    assert_eq!(key.text_of(&changed), None);
    let wrong = VKEY.replace("530d903a", "530d903b");
    let error = wrong.parse::<VerifierKey>().expect_err("another id");
    assert!(matches!(error, VerifierKeyError::WrongId { .. }));
    assert_eq!(
        "name+00000000+Ag==".parse::<VerifierKey>(),
        Err(VerifierKeyError::UnknownType(2))
    );
}

const CHECKPOINT: &str = "example.com/behind-the-sofa\n20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

#[test]
fn the_example_checkpoint_of_the_specification_is_read() {
    let checkpoint = CheckpointNote::parse(CHECKPOINT.as_bytes()).expect("a checkpoint");
    assert_eq!(
        checkpoint.untrusted_origin().as_str(),
        "example.com/behind-the-sofa"
    );
    assert_eq!(checkpoint.untrusted_head().size, 20_852_163);
    assert_eq!(checkpoint.note().signatures().len(), 2);
    assert_eq!(checkpoint.to_bytes(), CHECKPOINT.as_bytes());
}

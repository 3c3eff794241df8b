//! Agreement with two other implementations of the tree and one of notes, and what they say of
//! proofs that somebody has changed.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof as CtConsistency, InclusionProof as CtInclusion, RootHash};
use posthorse_log::{
    ConsistencyProof, InclusionProof, Log, LogEntry, LogFile, MemoryLog, TileContent, TileSource,
    TreeHash, TreeHead, TreeReader, new_tiles,
};
use sha2::Sha256;
use signed_note::Verifier;
use tlog_tiles::{
    Hash, HashReader, Tile, TileHashReader, TileReader, check_record, check_tree, prove_record,
    prove_tree, stored_hash_index, stored_hashes, tree_hash,
};

use crate::support::{Numbers, at, entries, entry, log_keys, log_of, signer_without_clock};

/// The stored hashes of the oracle, in memory.
#[derive(Default)]
struct Stored(Vec<Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        Ok(indexes
            .iter()
            .map(|index| self.0[*index as usize])
            .collect())
    }
}

impl Stored {
    fn push(&mut self, number: u64, entry: &LogEntry) {
        let hashes = stored_hashes(number, entry.as_bytes(), self).expect("hashes");
        assert_eq!(stored_hash_index(0, number), self.0.len() as u64);
        self.0.extend(hashes);
    }
}

/// The same tree three times.
struct Trees {
    log: Log<MemoryLog>,
    stored: Stored,
    tree: MemoryBackedTree<Sha256, Vec<u8>>,
    entries: Vec<LogEntry>,
}

impl Trees {
    fn new() -> Self {
        Self {
            log: Log::create(MemoryLog::default(), &signer_without_clock(), at(0)).expect("a log"),
            stored: Stored::default(),
            tree: MemoryBackedTree::new(),
            entries: Vec::new(),
        }
    }

    fn push(&mut self, entries: Vec<LogEntry>) {
        self.log
            .append(&entries, &signer_without_clock(), at(1))
            .expect("room for them");
        for entry in entries {
            self.stored.push(self.entries.len() as u64, &entry);
            self.tree.push(entry.as_bytes().to_vec());
            self.entries.push(entry);
        }
    }

    fn head(&self) -> TreeHead {
        *self.log.head().head()
    }

    fn agree_on_root(&self) {
        let head = self.head();
        assert_eq!(head.size, self.entries.len() as u64);
        let theirs = tree_hash(head.size, &self.stored).expect("a root");
        assert_eq!(head.root.as_bytes(), &theirs.0);
        assert_eq!(head.root.as_bytes()[..], self.tree.root().as_bytes()[..]);
    }

    fn agree_on_inclusion(&self, index: u64) -> InclusionProof {
        let entry = &self.entries[index as usize];
        let ours = TreeReader::new(self.log.store(), self.log.head())
            .inclusion(index, &entry.hash())
            .expect("a proof");
        let size = self.head().size;
        let theirs = prove_record(size, index, &self.stored).expect("a proof");
        assert_eq!(hashes(&ours.hashes), theirs);
        let bytes: Vec<u8> = ours.hashes.iter().flat_map(|h| *h.as_bytes()).collect();
        assert_eq!(bytes, self.tree.prove_inclusion(index as usize).as_bytes());
        assert!(included(&ours, index, entry, &self.head()));
        ours
    }

    fn agree_on_consistency(&self, old: u64) -> (TreeHead, ConsistencyProof) {
        let head = self.head();
        let (before, ours) = TreeReader::new(self.log.store(), self.log.head())
            .consistency(old)
            .expect("a proof");
        let theirs = prove_tree(head.size, old, &self.stored).expect("a proof");
        assert_eq!(hashes(&ours.hashes), theirs);
        let root = tree_hash(old, &self.stored).expect("a root");
        assert_eq!(before.root.as_bytes(), &root.0);
        let bytes: Vec<u8> = ours.hashes.iter().flat_map(|h| *h.as_bytes()).collect();
        let added = (head.size - old) as usize;
        if added < self.entries.len() {
            assert_eq!(bytes, self.tree.prove_consistency(added).as_bytes());
        }
        assert!(consistent(&ours, &before, &head));
        (before, ours)
    }
}

fn hashes(ours: &[TreeHash]) -> Vec<Hash> {
    ours.iter().map(|hash| Hash(*hash.as_bytes())).collect()
}

fn root_hash(head: &TreeHead) -> RootHash<Sha256> {
    RootHash::new((*head.root.as_bytes()).into(), head.size)
}

/// What all three say of an inclusion proof; they must say the same.
fn included(proof: &InclusionProof, index: u64, entry: &LogEntry, head: &TreeHead) -> bool {
    let ours = proof.verify(index, &entry.hash(), head).is_ok();
    let theirs = check_record(
        &hashes(&proof.hashes),
        head.size,
        Hash(*head.root.as_bytes()),
        index,
        Hash(*entry.hash().as_bytes()),
    );
    assert_eq!(ours, theirs.is_ok(), "{index} in {}", head.size);
    let digests: Vec<_> = proof
        .hashes
        .iter()
        .map(|h| (*h.as_bytes()).into())
        .collect();
    let theirs = root_hash(head).verify_inclusion(
        &entry.as_bytes(),
        index,
        &CtInclusion::from_digests(&digests),
    );
    assert_eq!(ours, theirs.is_ok(), "{index} in {}", head.size);
    ours
}

/// What all three say of a consistency proof; they must say the same.
fn consistent(proof: &ConsistencyProof, old: &TreeHead, new: &TreeHead) -> bool {
    let ours = proof.verify(old, new).is_ok();
    // The oracles know no proof from the empty tree.
    if old.size > 0 {
        let theirs = check_tree(
            &hashes(&proof.hashes),
            new.size,
            Hash(*new.root.as_bytes()),
            old.size,
            Hash(*old.root.as_bytes()),
        );
        assert_eq!(ours, theirs.is_ok(), "{} to {}", old.size, new.size);
        let digests: Vec<_> = proof
            .hashes
            .iter()
            .map(|h| (*h.as_bytes()).into())
            .collect();
        let proof = CtConsistency::from_digests(&digests);
        let theirs = root_hash(new).verify_consistency(&root_hash(old), &proof);
        assert_eq!(ours, theirs.is_ok(), "{} to {}", old.size, new.size);
    }
    ours
}

fn flipped(hash: &TreeHash, bit: u64) -> TreeHash {
    let mut bytes = *hash.as_bytes();
    bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
    TreeHash::from_bytes(bytes)
}

fn random_entry(numbers: &mut Numbers) -> LogEntry {
    let length = numbers.below(70);
    let mut bytes = numbers.next().to_be_bytes().to_vec();
    bytes.extend((0..length).map(|_| numbers.next() as u8));
    LogEntry::new(bytes).expect("a short entry")
}

#[test]
fn roots_and_proofs_agree_over_thousands_of_trees() {
    let (mut trees_seen, mut proofs) = (0, 0);
    for seed in 0..40 {
        let mut numbers = Numbers(seed);
        let mut trees = Trees::new();
        for _ in 0..60 {
            let count = 1 + numbers.below(4);
            trees.push((0..count).map(|_| random_entry(&mut numbers)).collect());
            trees.agree_on_root();
            trees_seen += 1;
            let size = trees.head().size;
            for _ in 0..3 {
                trees.agree_on_inclusion(numbers.below(size));
                trees.agree_on_consistency(1 + numbers.below(size));
                proofs += 2;
            }
        }
    }
    assert_eq!((trees_seen, proofs), (2400, 14_400));
}

#[test]
fn every_proof_of_every_small_tree_agrees() {
    let mut trees = Trees::new();
    for size in 1..=70 {
        trees.push(vec![entry(size - 1)]);
        for index in 0..size {
            trees.agree_on_inclusion(index);
            trees.agree_on_consistency(index + 1);
        }
    }
}

#[test]
fn large_trees_agree() {
    let mut numbers = Numbers(7);
    let mut trees = Trees::new();
    for size in [255, 256, 257, 511, 512, 513, 4096, 4999] {
        let begin = trees.entries.len() as u64;
        trees.push(entries(begin..size));
        trees.agree_on_root();
        for _ in 0..40 {
            trees.agree_on_inclusion(numbers.below(size));
            trees.agree_on_consistency(1 + numbers.below(size));
        }
    }
}

#[test]
fn a_changed_proof_is_refused_by_all() {
    let mut numbers = Numbers(11);
    let mut trees = Trees::new();
    for _ in 0..100 {
        let count = 1 + numbers.below(6);
        trees.push((0..count).map(|_| random_entry(&mut numbers)).collect());
        let head = trees.head();
        let index = numbers.below(head.size);
        let entry = trees.entries[index as usize].clone();
        let proof = trees.agree_on_inclusion(index);
        for place in 0..proof.hashes.len() {
            let mut changed = proof.clone();
            changed.hashes[place] = flipped(&changed.hashes[place], numbers.below(256));
            assert!(!included(&changed, index, &entry, &head));
            changed.hashes.remove(place);
            assert!(!included(&changed, index, &entry, &head));
        }
        let mut longer = proof.clone();
        longer.hashes.push(TreeHash::of_empty_tree());
        assert!(!included(&longer, index, &entry, &head));
        let root = flipped(&head.root, numbers.below(256));
        assert!(!included(&proof, index, &entry, &TreeHead { root, ..head }));
        for other in (0..head.size + 2).filter(|other| *other != index) {
            assert!(!included(&proof, other, &entry, &head));
        }
        let inclusion = proof;
        let (old, proof) = trees.agree_on_consistency(1 + numbers.below(head.size));
        for place in 0..proof.hashes.len() {
            let mut changed = proof.clone();
            changed.hashes[place] = flipped(&changed.hashes[place], numbers.below(256));
            assert!(!consistent(&changed, &old, &head));
            changed.hashes.remove(place);
            assert!(!consistent(&changed, &old, &head));
        }
        let root = flipped(&old.root, numbers.below(256));
        assert!(!consistent(&proof, &TreeHead { root, ..old }, &head));
        let root = flipped(&head.root, numbers.below(256));
        assert!(!consistent(&proof, &old, &TreeHead { root, ..head }));
        // A root does not commit to its size: of a wrong size the three must only say the same.
        for size in 1..head.size + 3 {
            included(&inclusion, index, &entry, &TreeHead { size, ..head });
            consistent(&proof, &TreeHead { size, ..old }, &head);
            consistent(&proof, &old, &TreeHead { size, ..head });
        }
    }
}

/// Our files, as the oracle asks for tiles.
struct OurTiles<'a>(&'a MemoryLog);

impl TileReader for OurTiles<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let read = |tile: &Tile| {
            let path = tile.path().replacen("tile/8/", "tile/", 1);
            let path = path.parse().expect("a path of ours");
            let bytes = self.0.read(LogFile::Tile(path)).expect("memory");
            Ok(bytes.expect("a tile of this tree"))
        };
        tiles.iter().map(read).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

#[test]
fn tiles_are_the_oracles_tiles_and_its_reader_proves_from_them() {
    let mut trees = Trees::new();
    let mut before = 0;
    for size in [1, 3, 200, 256, 300, 1000, 66_000] {
        trees.push(entries(before..size));
        let ours: Vec<_> = new_tiles(before, size)
            .filter(|path| path.tile().content != TileContent::Entries)
            .collect();
        let theirs = Tile::new_tiles(8, before, size);
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(
                ours.to_string(),
                theirs.path().replacen("tile/8/", "tile/", 1)
            );
            let bytes = trees
                .log
                .store()
                .read(LogFile::Tile(*ours))
                .expect("memory");
            assert_eq!(bytes, theirs.read_data(&trees.stored).ok(), "{ours}");
        }
        let head = trees.head();
        let tiles = OurTiles(trees.log.store());
        let reader = TileHashReader::new(size, Hash(*head.root.as_bytes()), &tiles);
        for index in [0, size / 3, size - 1] {
            let proof = prove_record(size, index, &reader).expect("a proof");
            assert_eq!(proof, hashes(&trees.agree_on_inclusion(index).hashes));
            let proof = prove_tree(size, index + 1, &reader).expect("a proof");
            assert_eq!(
                proof,
                hashes(&trees.agree_on_consistency(index + 1).1.hashes)
            );
        }
        before = size;
    }
}

#[test]
fn checkpoints_are_notes_and_checkpoints_to_the_oracles() {
    let log = log_of(300);
    let bytes = log.head().checkpoint().to_bytes();
    let note = signed_note::Note::from_bytes(&bytes).expect("a note");
    let key = log_keys().remove(0);
    let verifier = signed_note::StandardVerifier::new(&key.to_string()).expect("a key");
    assert_eq!(
        verifier.key_id().to_be_bytes()[..],
        hex_bytes(&key.key_id().to_string())
    );
    let known = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    let (verified, unverified) = note.verify(&known).expect("a signed note");
    assert_eq!((verified.len(), unverified.len()), (1, 1));
    let checkpoint = tlog_tiles::Checkpoint::from_bytes(note.text()).expect("a checkpoint");
    let head = log.head().head();
    assert_eq!(checkpoint.origin(), log.origin().as_str());
    assert_eq!(checkpoint.size(), head.size);
    assert_eq!(&checkpoint.hash().0, head.root.as_bytes());
}

fn hex_bytes(text: &str) -> Vec<u8> {
    let number = u32::from_str_radix(text, 16).expect("hexadecimal digits");
    number.to_be_bytes().to_vec()
}

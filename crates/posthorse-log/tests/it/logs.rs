//! A log that grows, is opened again, is read, is damaged.

use posthorse_log::{
    AppendError, CopyFrom, HeadError, Log, LogFile, LogFinding, LogPolicy, LogSigner, MemoryLog,
    MirrorError, OpenLogError, ReadLogError, StoreError, TileId, TileStore, TreeReader, check_log,
    publish_copy,
};

use crate::support::{
    ORIGIN, at, cosigner, entries, entry, log_keys, log_of, note_signer, policy, signer,
};
use crate::witnesses::cosigned;

#[test]
fn however_it_grows_the_files_are_the_same() {
    let whole = log_of(1300);
    for step in [1_u64, 7, 255, 256, 257, 600] {
        let mut log = log_of(0);
        let mut size = 0;
        while size < 1300 {
            let next = (size + step).min(1300);
            let indices = log
                .append(&entries(size..next), &signer(), at(1))
                .expect("room");
            assert_eq!(indices, size..next);
            size = next;
            if size % 5 == 0 {
                log = Log::open(log.into_store(), &policy()).expect("the log");
            }
        }
        let files = &log.store().files;
        for (file, bytes) in &whole.store().files {
            assert_eq!(files.get(file), Some(bytes), "{file} by steps of {step}");
        }
        // Beside them only versions of tiles that are not full yet.
        for file in files
            .keys()
            .filter(|file| !whole.store().files.contains_key(file))
        {
            let LogFile::Tile(path) = file else {
                panic!("{file}");
            };
            assert!(
                !whole.store().files.contains_key(&path.tile().full().into()),
                "{file}"
            );
        }
        assert_eq!(
            check_log(log.store(), log.head(), |_, _| {}).expect("memory"),
            []
        );
    }
}

#[test]
fn the_whole_log_is_shown_in_order() {
    let log = log_of(600);
    let mut shown = Vec::new();
    let findings = check_log(log.store(), log.head(), |index, entry| {
        shown.push((index, entry.clone()));
    });
    assert_eq!(findings.expect("memory"), []);
    let expected: Vec<_> = (0..600).map(|number| (number, entry(number))).collect();
    assert_eq!(shown, expected);
    let mut reader = TreeReader::new(log.store(), log.head());
    assert_eq!(reader.entry(599).expect("an entry"), entry(599));
    assert!(matches!(
        reader.entry(600),
        Err(ReadLogError::Outside {
            size: 600,
            asked: 600
        })
    ));
    assert!(matches!(
        reader.inclusion(5, &entry(6).hash()),
        Err(ReadLogError::NotThisTree { size: 600, .. })
    ));
    assert!(matches!(
        reader.consistency(601),
        Err(ReadLogError::Outside {
            size: 600,
            asked: 601
        })
    ));
}

#[test]
fn an_old_head_is_read_from_the_full_tiles() {
    let mut log = log_of(100);
    let old = log.head().clone();
    log.append(&entries(100..400), &signer(), at(2))
        .expect("room");
    let partial = TileId::entries(0).with_width(100).expect("a width");
    assert!(!log.store().files.contains_key(&LogFile::Tile(partial)));
    let mut reader = TreeReader::new(log.store(), &old);
    assert_eq!(reader.entry(99).expect("an entry"), entry(99));
    let proof = reader
        .log_proof(42, &entry(42).hash(), &old)
        .expect("a proof");
    let proven = proof
        .verify(&entry(42), &policy())
        .expect("in the old tree");
    assert_eq!((proven.index(), proven.head()), (42, &old));
    assert!(
        check_log(log.store(), &old, |_, _| {})
            .expect("memory")
            .is_empty()
    );
}

#[test]
fn a_second_log_is_not_begun_in_the_place_of_one() {
    let mut store = log_of(0).into_store();
    let begun = Log::create(store.clone(), &signer(), at(9));
    assert!(matches!(
        begun,
        Err(OpenLogError::NotEmpty {
            file: LogFile::Checkpoint
        })
    ));
    store = log_of(44).into_store();
    store.files.remove(&LogFile::Checkpoint);
    let begun = Log::create(store.clone(), &signer(), at(9));
    assert!(matches!(begun, Err(OpenLogError::NotEmpty { .. })));
    assert!(matches!(
        Log::open(store, &policy()),
        Err(OpenLogError::NoCheckpoint)
    ));
}

#[test]
fn a_log_is_not_opened_under_other_keys_or_on_a_damaged_edge() {
    let store = log_of(300).into_store();
    let other = LogPolicy::new(vec![note_signer(ORIGIN, 9).verifier().clone()], vec![], 0);
    assert!(matches!(
        Log::open(store.clone(), &other.expect("a policy")),
        Err(OpenLogError::Head(HeadError::NotSigned { .. }))
    ));
    let edge: Vec<LogFile> = store
        .files
        .keys()
        .copied()
        .filter(|file| match file {
            LogFile::Tile(path) => !path.is_full(),
            LogFile::Checkpoint => false,
        })
        .collect();
    assert_eq!(edge.len(), 3);
    for file in edge {
        let mut damaged = store.clone();
        *damaged
            .files
            .get_mut(&file)
            .and_then(|bytes| bytes.last_mut())
            .expect("a byte") ^= 1;
        assert!(
            matches!(
                Log::open(damaged, &policy()),
                Err(OpenLogError::Damaged { .. })
            ),
            "{file}"
        );
        let mut missing = store.clone();
        missing.files.remove(&file);
        assert!(matches!(
            Log::open(missing, &policy()),
            Err(OpenLogError::Damaged { finding: LogFinding::Missing { file: found } }) if found == file
        ));
    }
}

#[test]
fn what_lies_beyond_the_checkpoint_is_kept_if_it_is_the_same_and_never_rewritten() {
    let grown = log_of(700).into_store();
    let mut store = log_of(300).into_store();
    // As a crash leaves it: the new tiles, and the old checkpoint.
    let checkpoint = store.files[&LogFile::Checkpoint].clone();
    store.files.extend(grown.files.clone());
    store.files.insert(LogFile::Checkpoint, checkpoint);
    let mut log = Log::open(store.clone(), &policy()).expect("the log");
    log.append(&entries(300..700), &signer(), at(1))
        .expect("the same again");
    assert_eq!(log.head().head(), log_of(700).head().head());
    let mut log = Log::open(store, &policy()).expect("the log");
    let other = log.append(&entries(301..701), &signer(), at(1));
    assert!(matches!(
        other,
        Err(AppendError::Store(StoreError::Conflict { .. }))
    ));
    assert_eq!(log.head().head().size, 300);
    log.append(&entries(300..700), &signer(), at(1))
        .expect("the right ones");
}

#[test]
fn nothing_is_signed_that_is_not_on_the_disk() {
    /// A disk that loses a bit.
    #[derive(Debug)]
    struct Rotting(MemoryLog);
    impl posthorse_log::TileSource for Rotting {
        fn read(&self, file: LogFile) -> Result<Option<Vec<u8>>, StoreError> {
            self.0.read(file)
        }
    }
    impl TileStore for Rotting {
        fn create(
            &mut self,
            path: posthorse_log::TilePath,
            bytes: &[u8],
        ) -> Result<(), StoreError> {
            let mut bytes = bytes.to_vec();
            if path.tile() == TileId::entries(1) {
                bytes[700] ^= 0x10;
            }
            self.0.create(path, &bytes)
        }
        fn remove_partials(&mut self, tile: TileId) -> Result<(), StoreError> {
            self.0.remove_partials(tile)
        }
        fn replace_checkpoint(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
            self.0.replace_checkpoint(bytes)
        }
    }
    let mut log = Log::create(Rotting(MemoryLog::default()), &signer(), at(0)).expect("a log");
    log.append(&entries(0..256), &signer(), at(1))
        .expect("a sound disk");
    let before = log.store().0.files[&LogFile::Checkpoint].clone();
    let error = log
        .append(&entries(256..400), &signer(), at(2))
        .expect_err("a lost bit");
    assert!(matches!(error, AppendError::Reread { .. }), "{error}");
    assert_eq!(log.store().0.files[&LogFile::Checkpoint], before);
    assert_eq!(log.head().head().size, 256);
}

#[test]
fn a_foreign_signer_and_a_clock_that_went_back_publish_nothing() {
    let mut log = log_of(3);
    let before = log.store().files[&LogFile::Checkpoint].clone();
    let foreign = LogSigner::new(note_signer(ORIGIN, 9), None).expect("a key");
    let refused = log.append(&entries(3..4), &foreign, at(2));
    assert!(matches!(
        refused,
        Err(AppendError::Head(HeadError::NotSigned { .. }))
    ));
    let refused = log.append(&entries(3..4), &signer(), at(-300));
    assert!(matches!(refused, Err(AppendError::Clock(_))));
    assert_eq!(log.store().files[&LogFile::Checkpoint], before);
    // A little behind is no going back: the moment stays.
    log.append(&entries(3..4), &signer(), at(-200))
        .expect("room");
    assert_eq!(log.head().seen_at(), Some(at(1)));
    // Nothing new, dated anew.
    assert_eq!(log.append(&[], &signer(), at(500)).expect("a date"), 4..4);
    assert_eq!(log.head().seen_at(), Some(at(500)));
}

#[test]
fn cosignatures_of_known_witnesses_are_taken_in() {
    let witness = cosigner("w.example", 10);
    let known = LogPolicy::new(log_keys(), vec![witness.verifier().clone()], 1).expect("a policy");
    let mut log = Log::open(log_of(5).into_store(), &known).expect("the log");
    let line = |note: &posthorse_log::CheckpointNote| {
        note.note().signatures().last().cloned().expect("a line")
    };
    let note = log.head().checkpoint().clone();
    let early = line(&cosigned(&note, &witness, at(10)));
    let late = line(&cosigned(&note, &witness, at(20)));
    let stranger = line(&cosigned(&note, &cosigner("x.example", 11), at(20)));
    let lines = [late.clone(), stranger, early];
    assert_eq!(log.add_cosignatures(&lines).expect("room"), 1);
    assert_eq!(log.add_cosignatures(&lines).expect("room"), 0);
    let head = known
        .judge(log.head().checkpoint().clone())
        .expect("a quorum");
    assert_eq!(head.seen_at(), Some(at(20)));
    // Dating the same tree anew keeps them; a new tree begins without.
    log.append(&[], &signer(), at(30)).expect("a date");
    assert_eq!(log.head().witnessed().len(), 1);
    log.append(&entries(5..6), &signer(), at(40)).expect("room");
    assert!(log.head().witnessed().is_empty());
    let refused = log.add_cosignatures(&[late]);
    assert!(matches!(
        refused,
        Err(AppendError::Head(HeadError::BadSignature { .. }))
    ));
}

#[test]
fn every_damaged_file_is_named() {
    let log = log_of(700);
    for file in log
        .store()
        .files
        .keys()
        .filter(|file| **file != LogFile::Checkpoint)
    {
        let named = |store: &MemoryLog| -> Vec<LogFile> {
            let findings = check_log(store, log.head(), |_, _| {}).expect("memory");
            findings
                .iter()
                .filter_map(|finding| match finding {
                    LogFinding::Missing { file }
                    | LogFinding::Damaged { file }
                    | LogFinding::EntryDiffers { file, .. }
                    | LogFinding::TileDiffers { file } => Some(*file),
                    _ => None,
                })
                .collect()
        };
        let mut missing = log.store().clone();
        missing.files.remove(file);
        assert_eq!(named(&missing), [*file]);
        let mut longer = log.store().clone();
        longer.files.get_mut(file).expect("the file").push(0);
        assert!(named(&longer).contains(file), "{file}");
        for bit in [0, 3, 77] {
            let mut flipped = log.store().clone();
            let bytes = flipped.files.get_mut(file).expect("the file");
            let at = (bit * 31) % bytes.len();
            bytes[at] ^= 1 << (bit % 8);
            let findings = check_log(&flipped, log.head(), |_, _| {}).expect("memory");
            assert!(!findings.is_empty(), "{file} with bit {bit} flipped");
        }
    }
}

#[test]
fn files_that_were_changed_together_are_found_by_the_level_above() {
    let log = log_of(700);
    let mut others = entries(0..700);
    others.swap(3, 4);
    others.swap(600, 601);
    let mut other = log_of(0);
    other.append(&others, &signer(), at(1)).expect("room");
    let with = |tiles: [TileId; 2]| {
        let mut changed = log.store().clone();
        for tile in tiles {
            let path = tile.in_tree_of(700).expect("a tile of this tree");
            let bytes = other.store().files[&path.into()].clone();
            changed.files.insert(path.into(), bytes);
        }
        check_log(&changed, log.head(), |_, _| {}).expect("memory")
    };
    let file = TileId::hashes(0, 0).full().into();
    assert_eq!(
        with([TileId::entries(0), TileId::hashes(0, 0)]),
        [LogFinding::TileDiffers { file }]
    );
    let findings = with([TileId::entries(2), TileId::hashes(0, 2)]);
    assert!(
        matches!(findings[..], [LogFinding::RootDiffers { .. }]),
        "{findings:?}"
    );
}

#[test]
fn a_copy_follows_and_never_goes_back() {
    let mut log = log_of(300);
    let mut copy = MemoryLog::default();
    let publish = |log: &Log<MemoryLog>, copy: &mut MemoryLog, from| {
        publish_copy(log.store(), log.head(), &policy(), copy, from)
    };
    publish(&log, &mut copy, CopyFrom::ItsCheckpoint).expect("a first copy");
    let early = log.store().clone();
    log.append(&entries(300..520), &signer(), at(2))
        .expect("room");
    publish(&log, &mut copy, CopyFrom::ItsCheckpoint).expect("a second copy");
    assert_eq!(copy, *log.store());
    // Somebody takes a tile away: the next whole copy mends it.
    copy.files.remove(&TileId::entries(0).full().into());
    publish(&log, &mut copy, CopyFrom::ItsCheckpoint).expect("nothing new");
    assert_ne!(copy, *log.store());
    publish(&log, &mut copy, CopyFrom::TheBeginning).expect("a whole copy");
    assert_eq!(copy, *log.store());
    // The bureau's disk was restored from a backup.
    let restored = Log::open(early, &policy()).expect("an old log");
    assert!(matches!(
        publish(&restored, &mut copy, CopyFrom::ItsCheckpoint),
        Err(MirrorError::WouldRollBack {
            published: 520,
            size: 300
        })
    ));
    let mut forked = restored;
    forked
        .append(&entries(1000..1400), &signer(), at(3))
        .expect("room");
    assert!(matches!(
        publish(&forked, &mut copy, CopyFrom::ItsCheckpoint),
        Err(MirrorError::WouldFork { size: 520 })
    ));
    assert_eq!(copy, *log.store());
    // A stranger's checkpoint counts as nothing, a stranger's tile is named.
    copy.files.insert(LogFile::Checkpoint, b"nonsense".to_vec());
    publish(&log, &mut copy, CopyFrom::ItsCheckpoint).expect("a copy");
    assert_eq!(copy, *log.store());
    let tile = LogFile::from(TileId::hashes(0, 1).full());
    copy.files.insert(tile, vec![0; 32]);
    assert!(matches!(
        publish(&log, &mut copy, CopyFrom::TheBeginning),
        Err(MirrorError::Store(StoreError::Conflict { file })) if file == tile
    ));
    // A damaged log is not published.
    let mut damaged = log.store().clone();
    damaged.files.get_mut(&tile).expect("the tile")[5] ^= 1;
    assert!(matches!(
        publish_copy(
            &damaged,
            log.head(),
            &policy(),
            &mut MemoryLog::default(),
            CopyFrom::ItsCheckpoint
        ),
        Err(MirrorError::Source { .. })
    ));
}

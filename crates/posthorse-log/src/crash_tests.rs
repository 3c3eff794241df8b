//! A log on a disk that dies after every single step: what is there afterwards is the old log or
//! the new one, never half of either, and goes on as if nothing had happened.

use std::path::Path;

use posthorse_package::Timestamp;

use crate::bundle::LogEntry;
use crate::check::check_from;
use crate::keys::{Cosigner, NoteSigner};
use crate::lazy_disk::LazyDisk;
use crate::log::{AppendError, Log, LogSigner, OpenLogError};
use crate::proof::TreeHead;
use crate::steps::Folder;
use crate::store::{LogFile, TileSource};

/// Batches that fill tiles, begin new ones, and reach the second level.
const SIZES: [u64; 6] = [3, 250, 256, 300, 513, 530];

fn signer() -> LogSigner {
    let pkcs8 = |seed: u8| {
        let mut document = vec![
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22,
            0x04, 0x20,
        ];
        document.extend([seed; 32]);
        document
    };
    let name = || "log.example".parse().expect("a name");
    let note = NoteSigner::from_pkcs8(name(), &pkcs8(1)).expect("a key");
    let clock = Cosigner::from_pkcs8(name(), &pkcs8(2)).expect("a key");
    LogSigner::new(note, Some(clock)).expect("two keys")
}

fn now() -> Timestamp {
    Timestamp::from_second(1_795_507_200).expect("a moment")
}

fn entries(from: u64, to: u64) -> Vec<LogEntry> {
    let text = |number| format!("entry {number}").into_bytes();
    (from..to)
        .map(|number| LogEntry::new(text(number)).expect("short"))
        .collect()
}

fn folder(disk: &LazyDisk) -> Folder<LazyDisk> {
    Folder::new(Path::new(""), disk.clone())
}

/// Appends what is missing up to the last size; the size that was last confirmed.
fn run(mut log: Log<Folder<LazyDisk>>, signer: &LogSigner) -> (u64, Result<TreeHead, AppendError>) {
    for size in SIZES {
        let begin = log.head().head().size;
        if begin >= size {
            continue;
        }
        if let Err(error) = log.append(&entries(begin, size), signer, now()) {
            return (log.head().head().size, Err(error));
        }
    }
    (log.head().head().size, Ok(*log.head().head()))
}

fn begin(disk: &LazyDisk, signer: &LogSigner) -> (Option<u64>, bool) {
    match Log::create(folder(disk), signer, now()) {
        Ok(log) => {
            let (confirmed, end) = run(log, signer);
            (Some(confirmed), end.is_ok())
        }
        Err(_) => (None, false),
    }
}

/// Opens what the dead one left, checks it, and lets it go on to the end.
fn take_up(disk: &LazyDisk, confirmed: Option<u64>, signer: &LogSigner) -> TreeHead {
    let log = match Log::open(folder(disk), signer.policy()) {
        Ok(log) => log,
        Err(OpenLogError::NoCheckpoint) => {
            assert_eq!(confirmed, None, "a confirmed log is gone");
            Log::create(folder(disk), signer, now()).expect("nothing of a log lies here")
        }
        Err(error) => panic!("{error}"),
    };
    let head = *log.head().head();
    assert!(
        head.size >= confirmed.unwrap_or(0),
        "a confirmed head is gone"
    );
    assert!(head.size == 0 || SIZES.contains(&head.size), "half a batch");
    let findings = check_from(log.store(), &head, 0, |_, _| {}).expect("readable");
    assert_eq!(findings, []);
    run(log, signer).1.expect("a sound disk")
}

fn undisturbed(signer: &LogSigner) -> (usize, TreeHead) {
    let disk = LazyDisk::default();
    let log = Log::create(folder(&disk), signer, now()).expect("a sound disk");
    let head = run(log, signer).1.expect("a sound disk");
    (disk.taken(), head)
}

/// Numbers that look random and are the same in every run.
fn numbers(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z ^ (z >> 31)
    }
}

#[test]
fn a_kill_after_any_step_leaves_a_whole_log() {
    let signer = signer();
    let (steps, expected) = undisturbed(&signer);
    assert!(steps > 140, "{steps}");
    for step in 0..steps {
        let disk = LazyDisk::dying_after(step, false);
        let (confirmed, is_done) = begin(&disk, &signer);
        assert!(!is_done, "it should have died after {step} steps");
        let disk = disk.after_a_kill();
        let head = take_up(&disk, confirmed, &signer);
        assert_eq!(head, expected, "after {step} steps");
        // What the dead one wrote and the next one found must last as well.
        let disk = disk.after_a_power_cut(|| 3);
        let head = take_up(&disk, Some(expected.size), &signer);
        assert_eq!(head, expected, "after {step} steps and a power cut");
    }
}

#[test]
fn a_power_cut_after_any_step_leaves_a_whole_log() {
    let signer = signer();
    let (steps, expected) = undisturbed(&signer);
    for step in 0..=steps {
        let disk = LazyDisk::dying_after(step, false);
        let (confirmed, _) = begin(&disk, &signer);
        for seed in 0..3 {
            let keeps = numbers(seed * 100_000 + step as u64);
            let head = take_up(&disk.after_a_power_cut(keeps), confirmed, &signer);
            assert_eq!(head, expected, "after {step} steps, seed {seed}");
        }
    }
}

#[test]
fn a_step_that_fails_once_is_no_half_step() {
    let signer = signer();
    let (steps, expected) = undisturbed(&signer);
    for step in 0..steps {
        let disk = LazyDisk::dying_after(step, true);
        let Ok(mut log) = Log::create(folder(&disk), &signer, now()) else {
            assert_eq!(take_up(&disk, None, &signer), expected);
            continue;
        };
        let mut failures = 0;
        while log.head().head().size < expected.size {
            let size = log.head().head().size;
            let next = SIZES
                .into_iter()
                .find(|next| *next > size)
                .expect("more to do");
            match log.append(&entries(size, next), &signer, now()) {
                Ok(indices) => assert_eq!(indices, size..next),
                // After a flush that failed it must be opened again; else it simply goes on.
                Err(AppendError::Unsure) => {
                    log = Log::open(folder(&disk), signer.policy()).expect("the log");
                    assert!(log.head().head().size == size || log.head().head().size == next);
                }
                Err(AppendError::Store(_)) => failures += 1,
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(failures, 1, "after {step} steps");
        assert_eq!(*log.head().head(), expected);
        let findings = check_from(log.store(), &expected, 0, |_, _| {}).expect("readable");
        assert_eq!(findings, []);
    }
}

#[test]
fn the_disk_of_these_tests_forgets_what_was_not_flushed() {
    use crate::steps::Disk;
    use crate::store::TileStore;

    let mut disk = LazyDisk::default();
    let mut file = disk.create(Path::new("checkpoint")).expect("room");
    disk.write(&mut file, b"bytes").expect("room");
    let lost = disk.after_a_power_cut(|| 1);
    assert_eq!(
        folder(&lost).read(LogFile::Checkpoint).expect("readable"),
        None
    );
    disk.sync_folder(Path::new("")).expect("a sound disk");
    let empty = disk.after_a_power_cut(|| 3);
    assert_eq!(
        folder(&empty).read(LogFile::Checkpoint).expect("readable"),
        Some(Vec::new())
    );
    folder(&disk).replace_checkpoint(b"others").expect("room");
    let kept = disk.after_a_power_cut(|| 3);
    assert_eq!(
        folder(&kept).read(LogFile::Checkpoint).expect("readable"),
        Some(b"others".to_vec())
    );
}

#[test]
fn a_tile_that_somebody_else_put_there_is_made_to_last() {
    use crate::steps::Disk;
    use crate::store::TileStore;
    use crate::tile::TileId;

    let mut disk = LazyDisk::default();
    let tile = TileId::hashes(0, 0).full();
    for folder in ["tile", "tile/0"] {
        disk.make_folder(Path::new(folder)).expect("room");
    }
    // As a restored backup lies there: whole, and flushed nowhere.
    let path = tile.to_string();
    let mut file = disk.create(Path::new(&path)).expect("room");
    disk.write(&mut file, &[7; 8192]).expect("room");
    folder(&disk)
        .create(tile, &[7; 8192])
        .expect("the same bytes");
    let kept = disk.after_a_power_cut(|| 3);
    let found = folder(&kept).read(tile.into()).expect("readable");
    assert_eq!(found, Some(vec![7; 8192]));
}

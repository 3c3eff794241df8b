//! A log in a real folder, and what else can lie there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use posthorse_log::{
    DirectoryLog, Log, LogFile, MemoryLog, StoreError, TileId, TileSource, TileStore, check_log,
};

use crate::support::{at, entries, log_of, policy, signer};

fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it");
                found.insert(name.to_string_lossy().into_owned());
            }
        }
    }
    found
}

#[test]
fn a_folder_holds_the_same_files_as_memory_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = Log::create(DirectoryLog::new(folder.path()), &signer(), at(0)).expect("a log");
    let mut memory = log_of(0);
    let mut size = 0;
    for step in [1, 30, 225, 44, 400] {
        let next = entries(size..size + step);
        log.append(&next, &signer(), at(1)).expect("room");
        memory.append(&next, &signer(), at(1)).expect("room");
        size += step;
        log = Log::open(DirectoryLog::new(folder.path()), &policy()).expect("the log");
    }
    let expected: &MemoryLog = memory.store();
    let names: BTreeSet<String> = expected.files.keys().map(ToString::to_string).collect();
    assert_eq!(files(folder.path()), names);
    assert!(names.contains("tile/entries/002.p/188"), "{names:?}");
    for (file, bytes) in &expected.files {
        assert_eq!(
            log.store().read(*file).expect("readable").as_ref(),
            Some(bytes)
        );
    }
    assert_eq!(
        check_log(log.store(), log.head(), |_, _| {}).expect("readable"),
        []
    );
    assert!(matches!(
        Log::create(DirectoryLog::new(folder.path()), &signer(), at(0)),
        Err(posthorse_log::OpenLogError::NotEmpty {
            file: LogFile::Checkpoint
        })
    ));
}

#[test]
fn a_tile_that_is_there_is_never_rewritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = DirectoryLog::new(folder.path());
    let tile = TileId::hashes(0, 1_234_067).with_width(2).expect("a width");
    store.create(tile, &[1; 64]).expect("room");
    store.create(tile, &[1; 64]).expect("the same again");
    let refused = store.create(tile, &[2; 64]);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    let path = folder.path().join("tile/0/x001/x234/067.p/2");
    assert_eq!(fs::read(&path).expect("the tile"), [1; 64]);
    fs::write(&path, [3; 65]).expect("somebody's bytes");
    assert!(matches!(
        store.create(tile, &[1; 64]),
        Err(StoreError::Conflict { .. })
    ));
    assert!(matches!(
        store.read(tile.into()),
        Err(StoreError::TooLong { longest: 64, .. })
    ));
    store.remove_partials(tile.tile()).expect("removable");
    assert_eq!(store.read(tile.into()).expect("readable"), None);
    assert!(!folder.path().join("tile/0/x001/x234/067.p").exists());
    store
        .remove_partials(tile.tile())
        .expect("nothing to remove");
}

#[test]
fn what_a_crash_left_beside_a_file_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = DirectoryLog::new(folder.path());
    fs::write(folder.path().join(".checkpoint.new"), "half").expect("a file");
    store.replace_checkpoint(b"whole").expect("room");
    assert_eq!(files(folder.path()), ["checkpoint".to_owned()].into());
    assert_eq!(
        store.read(LogFile::Checkpoint).expect("readable"),
        Some(b"whole".to_vec())
    );
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_neither_read_nor_written_through() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = tempfile::tempdir().expect("another folder");
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, "secret").expect("a file");
    let mut store = DirectoryLog::new(folder.path());
    symlink(&secret, folder.path().join("checkpoint")).expect("a link");
    assert!(matches!(
        store.read(LogFile::Checkpoint),
        Err(StoreError::Io { .. })
    ));
    symlink(&secret, folder.path().join(".checkpoint.new")).expect("a link");
    store.replace_checkpoint(b"whole").expect("room");
    assert_eq!(fs::read(&secret).expect("the secret"), b"secret");
    assert!(
        folder
            .path()
            .join("checkpoint")
            .symlink_metadata()
            .expect("a file")
            .is_file()
    );
    // A link in the place of a folder is not written through.
    symlink(elsewhere.path(), folder.path().join("tile")).expect("a link");
    let refused = store.create(TileId::hashes(0, 0).full(), &[0; 8192]);
    assert!(matches!(refused, Err(StoreError::Io { .. })));
    assert_eq!(files(elsewhere.path()), ["secret".to_owned()].into());
    // A FIFO does not make a reader wait.
    fs::remove_file(folder.path().join("checkpoint")).expect("removable");
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join("checkpoint"))
        .status();
    assert!(made.expect("mkfifo").success());
    assert!(matches!(
        store.read(LogFile::Checkpoint),
        Err(StoreError::Io { .. })
    ));
}

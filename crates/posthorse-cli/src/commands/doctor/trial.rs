//! Does a folder keep what was synced, and rename as one step? Tried, not asked.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

use posthorse_package::Timestamp;
use tempfile::TempDir;

use super::facts::{TrialFacts, TrialFault};
use crate::files;

const LENGTH: usize = 64 << 10;
const ROUNDS: usize = 64;
/// The longest names here are digests and package ids with their endings; this is well beyond.
const LONG_NAME: usize = 200;
const CHINESE_NAME: &str = "驿马试写 医保-个人自付较大（㛃）.xlsx";

/// Writes, syncs, renames and reads back inside a new hidden folder, and takes it away again.
pub(super) fn try_folder(folder: &Path) -> TrialFacts {
    let mut facts = TrialFacts {
        folder: Some(folder.to_owned()),
        ..TrialFacts::default()
    };
    // The name is one that every daemon leaves alone, and that the doctor knows as a leftover.
    let hidden = tempfile::Builder::new()
        .prefix(files::HIDDEN_PREFIX)
        .suffix(files::HIDDEN_SUFFIX)
        .tempdir_in(folder);
    match hidden {
        Err(cause) => facts
            .faults
            .push(TrialFault::NotWritable(cause.to_string())),
        Ok(hidden) => {
            if let Err(fault) = try_everything(hidden.path(), &mut facts) {
                facts.faults.push(fault);
            }
            close(hidden, &mut facts);
        }
    }
    facts
}

fn close(hidden: TempDir, facts: &mut TrialFacts) {
    let path = hidden.path().to_owned();
    if let Err(cause) = hidden.close() {
        let left = format!("{}: {cause}", path.display());
        facts.faults.push(TrialFault::Left(left));
    }
}

/// The steps that others build on end the trial with their fault; the rest add theirs.
fn try_everything(hidden: &Path, facts: &mut TrialFacts) -> Result<(), TrialFault> {
    let (first, second) = (hidden.join("a"), hidden.join("b"));
    write_synced(&first, 1)?;
    facts.stamped = stamp(&first);
    match OpenOptions::new().write(true).create_new(true).open(&first) {
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
        _ => facts.faults.push(TrialFault::NoExclusiveCreate),
    }
    let no_rename = |cause: io::Error| TrialFault::NoRename(cause.to_string());
    files::rename_trial(&first, &second).map_err(no_rename)?;
    if first.exists() || !second.exists() {
        return Err(TrialFault::RenameNotAtomic);
    }
    sync_folder(hidden).map_err(|cause| TrialFault::NotSynced(cause.to_string()))?;
    if read(&second) != Some(1) {
        return Err(TrialFault::LosesBytes);
    }
    // A claim goes from one folder into another.
    let inner = hidden.join("claim");
    fs::create_dir(&inner).map_err(|cause| TrialFault::NotWritable(cause.to_string()))?;
    files::rename_trial(&second, &inner.join("item")).map_err(no_rename)?;
    if !replaces_in_one_step(hidden)? {
        facts.faults.push(TrialFault::RenameNotAtomic);
    }
    if !locks_hold(&hidden.join("lock")) {
        facts.faults.push(TrialFault::LocksDoNotHold);
    }
    try_names(hidden, facts);
    Ok(())
}

fn content(round: u8) -> Vec<u8> {
    vec![round; LENGTH]
}

fn write_synced(path: &Path, round: u8) -> Result<(), TrialFault> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|cause| TrialFault::NotWritable(cause.to_string()))?;
    file.write_all(&content(round))
        .map_err(|cause| TrialFault::NotWritable(cause.to_string()))?;
    file.sync_all()
        .map_err(|cause| TrialFault::NotSynced(cause.to_string()))
}

/// Which round's content a file holds whole.
fn read(path: &Path) -> Option<u8> {
    let bytes = fs::read(path).ok()?;
    let round = *bytes.first()?;
    (bytes == content(round)).then_some(round)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // Some network file systems know no flush of a folder; they have nothing to lose by it.
        Err(cause)
            if matches!(
                cause.kind(),
                ErrorKind::Unsupported | ErrorKind::InvalidInput
            ) =>
        {
            Ok(())
        }
        other => other,
    }
}

fn stamp(path: &Path) -> Option<Timestamp> {
    let modified = path
        .metadata()
        .and_then(|metadata| metadata.modified())
        .ok()?;
    let since = modified.duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_second(i64::try_from(since.as_secs()).ok()?)
}

/// Whether somebody who reads a name while it is being replaced always finds one whole file.
fn replaces_in_one_step(hidden: &Path) -> Result<bool, TrialFault> {
    let shown = hidden.join("shown");
    write_synced(&shown, 0)?;
    // A reader elsewhere may hold the name on Windows, where replacing it then fails by design.
    if !cfg!(unix) {
        return Ok(true);
    }
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut whole = true;
            while !stop.load(Ordering::Relaxed) {
                whole &= read(&shown).is_some();
            }
            whole
        });
        let written = replace_often(hidden, &shown);
        stop.store(true, Ordering::Relaxed);
        let whole = reader.join().unwrap_or(false);
        written.map(|()| whole)
    })
}

fn replace_often(hidden: &Path, shown: &Path) -> Result<(), TrialFault> {
    let next = hidden.join("next");
    for round in 0..ROUNDS {
        let bytes = content(u8::try_from(round % 251).unwrap_or(0));
        fs::write(&next, bytes).map_err(|cause| TrialFault::NotWritable(cause.to_string()))?;
        files::rename_trial(&next, shown)
            .map_err(|cause| TrialFault::NoRename(cause.to_string()))?;
    }
    Ok(())
}

/// Whether a lock that one handle holds keeps another out. Where locks are not known at all, the
/// lock file of the daemon would be no protection either.
fn locks_hold(path: &Path) -> bool {
    let open = || {
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
    };
    let (Ok(first), Ok(second)) = (open(), open()) else {
        return false;
    };
    first.try_lock().is_ok() && matches!(second.try_lock(), Err(TryLockError::WouldBlock))
}

fn try_names(hidden: &Path, facts: &mut TrialFacts) {
    let names = hidden.join("names");
    if fs::create_dir(&names).is_err() {
        return;
    }
    let keeps = |name: &str| {
        fs::write(names.join(name), name).is_ok()
            && fs::read_dir(&names)
                .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name() == name))
    };
    if !keeps(&"n".repeat(LONG_NAME)) {
        facts.faults.push(TrialFault::NoLongNames);
    }
    if !keeps(CHINESE_NAME) {
        facts.faults.push(TrialFault::NoChineseNames);
    }
    if keeps("Case") && names.join("case").exists() {
        facts.faults.push(TrialFault::FoldsCase);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_folder_has_no_fault_and_nothing_is_left_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let facts = try_folder(folder.path());
        assert_eq!(facts.faults, []);
        assert!(facts.stamped.is_some());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn a_folder_that_is_none_cannot_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let facts = try_folder(&folder.path().join("gone"));
        assert!(matches!(facts.faults[..], [TrialFault::NotWritable(_)]));
    }
}

//! Looks at the folder that all share. What lies in it is strangers' data and is believed nowhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use posthorse_package::{Limits, Receipt, Registry, RegistryDocument, Sealed, Timestamp};
use walkdir::WalkDir;

use super::facts::{Document, Relation, ShareFacts, ShareStanding, TrialFacts};
use super::probe::{count, free_bytes, is_older, leftovers, modified};
use super::probe_home;
use super::trial;
use crate::files;
use crate::home::Home;

/// How much of a large share is looked at for the latest time.
const ENTRIES: usize = 10_000;
/// How many of the latest files are opened for the times that they carry inside.
const OPENED: usize = 50;
const FOLDERS: [&str; 4] = ["registry", "inbox", "outbox", "log"];

pub(super) fn look(
    folder: &Path,
    registry_path: &Path,
    home: Option<&Home>,
    old: Duration,
    now: Timestamp,
) -> ShareFacts {
    let standing = standing(folder);
    let inbox = folder.join("inbox");
    let is_drop = standing == ShareStanding::Drop;
    let missing: Vec<&str> = FOLDERS
        .into_iter()
        .filter(|name| is_drop && !folder.join(name).is_dir())
        .collect();
    // Senders may write in the inbox and nowhere else.
    let trial = if is_drop && inbox.is_dir() {
        trial::try_folder(&inbox)
    } else {
        TrialFacts::default()
    };
    let outboxes = subfolders(&folder.join("outbox"));
    let mut places = vec![inbox.clone(), folder.join("registry")];
    places.extend(outboxes);
    ShareFacts {
        folder: folder.to_owned(),
        missing,
        registry_path: registry_path.to_owned(),
        registry: if is_drop {
            compare(registry_path, home)
        } else {
            Document::Good(Relation::Unknown)
        },
        trial,
        free: free_bytes(folder).filter(|_| standing != ShareStanding::Missing),
        newest: newest(folder),
        old: old_files(&inbox, old, now),
        leftovers: leftovers(&places, now),
        quarantine: count(inbox.join(".quarantine")),
        claims: count(inbox.join(".claimed")),
        standing,
    }
}

fn standing(folder: &Path) -> ShareStanding {
    if !folder.is_dir() {
        return ShareStanding::Missing;
    }
    match fs::read_dir(folder) {
        Err(cause) => ShareStanding::Unreadable(cause.to_string()),
        Ok(_) if folder.join("inbox").is_dir() || folder.join("registry").is_dir() => {
            ShareStanding::Drop
        }
        Ok(_) => ShareStanding::NotMounted,
    }
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect()
}

/// How the published registry stands to the one that the office trusts.
fn compare(path: &Path, home: Option<&Home>) -> Document<Relation> {
    let limits = Limits::default();
    if !path.exists() {
        return Document::Missing;
    }
    let bytes = match files::read(path) {
        Ok(bytes) => bytes,
        Err(failure) => return Document::Broken(failure.code().to_owned()),
    };
    let offered = match Registry::trust(&bytes, &limits) {
        Ok(offered) => offered,
        Err(error) => return Document::Broken(error.refusal().code().to_owned()),
    };
    let Some(trusted) = home.and_then(probe_home::trusted) else {
        return Document::Good(Relation::Unknown);
    };
    let version = offered.document().version;
    let ours = trusted.document();
    Document::Good(if offered.digest() == trusted.digest() {
        Relation::Same
    } else if version == ours.version + 1 && trusted.succeed(&bytes, &limits).is_ok() {
        Relation::Newer { version }
    } else if version > ours.version + 1 && shares_root(offered.document(), ours) {
        Relation::Gap { version }
    } else if version + 1 < ours.version || ours.previous == Some(offered.digest()) {
        Relation::Older { version }
    } else {
        Relation::Forked { version }
    })
}

/// Whether a later version still knows a root key of ours; without one it is another history.
fn shares_root(offered: &RegistryDocument, ours: &RegistryDocument) -> bool {
    ours.root
        .keys
        .iter()
        .any(|key| offered.root.keys.contains(key))
}

/// The latest time on the share, of files and of what the latest ones say inside.
fn newest(folder: &Path) -> Option<(PathBuf, Timestamp)> {
    let mut seen: Vec<(Timestamp, PathBuf)> = WalkDir::new(folder)
        .follow_links(false)
        .max_depth(4)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .take(ENTRIES)
        .filter_map(|entry| Some((modified(&entry.metadata().ok()?)?, entry.into_path())))
        .collect();
    seen.sort();
    let inside: Vec<(Timestamp, PathBuf)> = seen
        .iter()
        .rev()
        .take(OPENED)
        .filter_map(|(_, path)| Some((said_inside(path)?, path.clone())))
        .collect();
    let (at, path) = seen.into_iter().chain(inside).max()?;
    Some((path, at))
}

/// When a package says it was sealed, or a receipt that it was issued; unproven either way.
fn said_inside(path: &Path) -> Option<Timestamp> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    if name.ends_with(".receipt.json") {
        let receipt = Receipt::untrusted(&files::read(path).ok()?, &Limits::default());
        return receipt.ok().map(|receipt| receipt.issued_at);
    }
    if !name.ends_with(".xpkg") {
        return None;
    }
    let sealed = Sealed::read(files::open(path).ok()?, &Limits::default()).ok()?;
    Some(sealed.untrusted_manifest().sealed_at)
}

/// What has lain in the inbox for too long: no daemon takes it, or no sender finishes it.
fn old_files(inbox: &Path, old: Duration, now: Timestamp) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(inbox)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_ours = name == ".claimed"
                || name == ".quarantine"
                || name.starts_with(files::HIDDEN_PREFIX);
            !is_ours
                && entry
                    .metadata()
                    .is_ok_and(|metadata| is_older(&metadata, now, old))
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

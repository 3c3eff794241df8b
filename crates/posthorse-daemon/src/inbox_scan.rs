//! What lies in the inbox, and what of it has settled. Events never decide that; this look does.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use posthorse_package::{KeyId, Limits, ReadError, Sealed, Timestamp, UntrustedText};
use walkdir::WalkDir;

use crate::error::PerPackage;
use crate::private_copy::{EntryKind, open_regular};

/// Something to be claimed. Packages come first, in the order of their senders' sequences; the
/// order is a courtesy and decides nothing, since anybody can have written the manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    pub(crate) order: Option<(KeyId, u64)>,
    pub(crate) name: OsString,
}

/// Something that is left where it is, for now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lingering {
    /// Its name.
    pub name: UntrustedText,
    /// Why it is left: `temporary-name`, `incomplete` or `unreadable`.
    pub reason: &'static str,
    /// Whether it has been there for longer than the settings allow without a report.
    pub is_old: bool,
}

/// What one look found.
#[derive(Debug, Default)]
pub(crate) struct Sightings {
    pub(crate) packages: Vec<Candidate>,
    pub(crate) junk: Vec<Candidate>,
    pub(crate) lingering: Vec<Lingering>,
}

enum Sight {
    Package(KeyId, u64),
    Junk,
    Left(&'static str),
}

/// Looks at everything that lies directly in the inbox.
pub(crate) fn scan(
    inbox: &Path,
    limits: &Limits,
    now: Timestamp,
    report_after: Duration,
) -> Result<Sightings, PerPackage> {
    let mut found = Sightings::default();
    let walk = WalkDir::new(inbox)
        .min_depth(1)
        .max_depth(1)
        .follow_links(false);
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            // It had gone when we looked at it.
            Err(error) if error.depth() > 0 => continue,
            Err(error) => {
                let doing = "read the inbox";
                return Err(PerPackage {
                    doing,
                    source: error.into(),
                });
            }
        };
        let name = entry.file_name().to_owned();
        let reason = match sight(entry.path(), &name, limits) {
            Sight::Package(key, sequence) => {
                found.packages.push(Candidate {
                    order: Some((key, sequence)),
                    name,
                });
                continue;
            }
            Sight::Junk => {
                found.junk.push(Candidate { order: None, name });
                continue;
            }
            Sight::Left(reason) => reason,
        };
        // Our own folders are no news.
        if !is_ours(&name) {
            let is_old = is_older(entry.path(), now, report_after);
            let name = UntrustedText::new(name.to_string_lossy());
            found.lingering.push(Lingering {
                name,
                reason,
                is_old,
            });
        }
    }
    found.packages.sort();
    found.junk.sort();
    found.lingering.sort();
    Ok(found)
}

fn sight(path: &Path, name: &OsStr, limits: &Limits) -> Sight {
    if is_temporary(name) {
        return Sight::Left("temporary-name");
    }
    match path.symlink_metadata() {
        Err(_) => return Sight::Left("unreadable"),
        Ok(metadata) if EntryKind::of(&metadata) != EntryKind::File => return Sight::Junk,
        Ok(_) => {}
    }
    let Ok(file) = open_regular(path) else {
        return Sight::Left("unreadable");
    };
    match Sealed::read(file, limits) {
        Ok(sealed) => {
            let manifest = sealed.untrusted_manifest();
            Sight::Package(manifest.signing_key, manifest.sequence)
        }
        Err(ReadError::Incomplete { .. }) => Sight::Left("incomplete"),
        Err(ReadError::Io(_)) => Sight::Left("unreadable"),
        // Copying to a share often reserves the whole length first: nothing has arrived yet.
        Err(ReadError::NotAPackage) if is_blank(path) => Sight::Left("incomplete"),
        Err(_) => Sight::Junk,
    }
}

/// Whether a file is empty or begins with nothing but zeros.
fn is_blank(path: &Path) -> bool {
    let mut first = Vec::new();
    let read = open_regular(path).and_then(|file| file.take(4096).read_to_end(&mut first));
    read.is_ok() && first.iter().all(|byte| *byte == 0)
}

fn is_ours(name: &OsStr) -> bool {
    name == ".claimed" || name == ".quarantine"
}

/// Whether a name says that its owner is not done with it, or that a system made it for itself
/// (spec/folders-v1.md, section 3).
fn is_temporary(name: &OsStr) -> bool {
    const ENDINGS: [&str; 5] = [".tmp", ".part", ".partial", ".filepart", ".crdownload"];
    let name = name.to_string_lossy().to_lowercase();
    name.starts_with('.')
        || name.starts_with("~$")
        || ENDINGS.iter().any(|ending| name.ends_with(ending))
        || name == "thumbs.db"
        || name == "desktop.ini"
}

/// Whether a file was last written long ago. Anybody can set that time; it only decides whether
/// the operator is told.
fn is_older(path: &Path, now: Timestamp, than: Duration) -> bool {
    let Ok(modified) = path
        .symlink_metadata()
        .and_then(|metadata| metadata.modified())
    else {
        return false;
    };
    let modified = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = Duration::from_secs(u64::try_from(now.as_second()).unwrap_or(0));
    now.saturating_sub(modified) > than
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_unfinished_things_are_known() {
        for name in [
            ".list.xpkg",
            "~$名单.xlsx",
            "list.xpkg.tmp",
            "list.PART",
            "a.partial",
            "a.filepart",
            "a.crdownload",
            "Thumbs.db",
            "desktop.ini",
            ".nfs0000001",
            ".claimed",
        ] {
            assert!(is_temporary(OsStr::new(name)), "{name}");
        }
        for name in ["list.xpkg", "名单.xlsx", "part", "tmp", "thumbs.db.xpkg"] {
            assert!(!is_temporary(OsStr::new(name)), "{name}");
        }
    }
}

//! What a daemon gives up once it has its keys: every file but those of its folders, every network,
//! every other program. Whoever takes over the process through a package gets no more than that.
//!
//! Only a process of the daemon's own may be confined: it cannot be undone, so tests and programs
//! that run a daemon beside other work never call [`confine`].

#[cfg(target_os = "linux")]
mod files;
// The list of calls was made for these two; on others there is no filter, and the log says so.
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod system_calls;
#[cfg(all(
    target_os = "linux",
    not(any(target_arch = "x86_64", target_arch = "aarch64"))
))]
mod system_calls {
    use super::ConfinementError;

    pub(super) fn are_available() -> bool {
        false
    }

    pub(super) fn restrict() -> Result<(), ConfinementError> {
        Ok(())
    }
}

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::config::Config;
use crate::durable::make_private;
use crate::telemetry;

/// How much confinement a daemon insists on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Required {
    /// As much as the kernel has; the log says what that is.
    #[default]
    Best,
    /// Every barrier; the daemon does not start where one is missing.
    Full,
}

/// One thing that a confined daemon cannot do any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Barrier {
    /// Open, make, move or remove anything outside its folders, or execute anything (Landlock 2).
    Files,
    /// Cut a file outside its folders short (Landlock 3).
    Truncation,
    /// Connect or listen over TCP (Landlock 4).
    Tcp,
    /// Control a device (Landlock 5).
    Devices,
    /// Send a signal to another process, or reach its abstract sockets (Landlock 6).
    Signals,
    /// Call anything of the kernel that this daemon has no use for (seccomp).
    SystemCalls,
}

impl Barrier {
    /// Every barrier.
    pub const ALL: [Self; 6] = [
        Self::Files,
        Self::Truncation,
        Self::Tcp,
        Self::Devices,
        Self::Signals,
        Self::SystemCalls,
    ];

    /// The stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Truncation => "truncation",
            Self::Tcp => "tcp",
            Self::Devices => "devices",
            Self::Signals => "signals",
            Self::SystemCalls => "system-calls",
        }
    }

    /// The barriers that this machine can put up.
    #[must_use]
    pub fn of_this_machine() -> Vec<Self> {
        #[cfg(target_os = "linux")]
        {
            let mut found = files::available();
            if system_calls::are_available() {
                found.push(Self::SystemCalls);
            }
            found
        }
        #[cfg(not(target_os = "linux"))]
        Vec::new()
    }
}

impl fmt::Display for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a daemon is not confined as it must be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfinementError {
    /// The settings require what this machine does not have.
    #[error("this machine cannot confine the daemon fully; it lacks: {}", words(.missing))]
    Incomplete {
        /// What is missing.
        missing: Vec<Barrier>,
    },
    /// The process has more threads than the one that is to be confined.
    #[error("the process has other threads already")]
    OtherThreads,
    /// A folder of the daemon cannot be opened.
    #[error("cannot open {path}: {source}")]
    Folder {
        /// Which one.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// The kernel has the barrier and refused it nevertheless.
    #[error("the kernel refuses to confine: {0}")]
    Refused(String),
}

impl ConfinementError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Incomplete { .. } => "confinement-incomplete",
            Self::OtherThreads => "confinement-other-threads",
            Self::Folder { .. } => "confinement-folder",
            Self::Refused(_) => "confinement-refused",
        }
    }
}

/// A process that has confined itself, and what that came to. Made by [`confine`] alone.
#[derive(Debug)]
pub struct Confined {
    holds: Vec<Barrier>,
    /// The folders, as they were found: what stands in their place later is out of reach.
    folders: Vec<Found>,
}

impl Confined {
    /// The barriers that hold.
    #[must_use]
    pub fn holds(&self) -> &[Barrier] {
        &self.holds
    }

    /// The barriers that do not.
    #[must_use]
    pub fn missing(&self) -> Vec<Barrier> {
        missing(&self.holds)
    }

    /// A folder that is another one than at the start, as when a share was mounted again: its path
    /// is the same, and the kernel lets nobody in.
    pub(crate) fn exchanged(&self) -> Option<&Path> {
        if !self.holds.contains(&Barrier::Files) {
            return None;
        }
        let mut folders = self.folders.iter();
        let exchanged = folders.find(|found| found.is_exchanged());
        exchanged.map(|found| found.path.as_path())
    }
}

/// A folder at the start.
#[derive(Debug)]
struct Found {
    path: PathBuf,
    identity: Option<Identity>,
    /// What is in the folder as long as it is of use: an empty mount point is waited out.
    witness: PathBuf,
}

impl Found {
    fn new(path: &Path, witness: &str) -> Self {
        Self {
            path: path.to_owned(),
            identity: Identity::of(path),
            witness: path.join(witness),
        }
    }

    fn is_exchanged(&self) -> bool {
        let now = Identity::of(&self.path);
        now.is_some() && now != self.identity && self.witness.exists()
    }
}

/// What tells a folder from another one that comes to have its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = path.metadata().ok()?;
        Some(Self(metadata.dev(), metadata.ino()))
    }

    #[cfg(not(unix))]
    fn of(_: &Path) -> Option<Self> {
        None
    }
}

/// Where a confined daemon may do what.
struct Territory {
    /// Read, write, make, move, remove.
    work: Vec<PathBuf>,
    /// Read, and put a file in the place of another: the home, for the next version of the trusted
    /// registry and the rules that it names.
    keep: Vec<PathBuf>,
    /// Read: where the registry is published, if not in the drop folder.
    read: Vec<PathBuf>,
}

impl Territory {
    fn of(config: &Config) -> Self {
        let published = config.registry.parent();
        let elsewhere = published.filter(|folder| !folder.starts_with(&config.drop));
        Self {
            work: vec![config.drop.clone(), config.state.clone()],
            keep: vec![config.home.clone()],
            read: elsewhere.map(PathBuf::from).into_iter().collect(),
        }
    }
}

/// Confines this process, for ever, to what a daemon with these settings needs. Says in the log
/// what holds and what does not.
///
/// To be called after the keys are read and before [`crate::run_confined`], in a process that has
/// no other threads: those would go free.
///
/// # Errors
/// See [`ConfinementError`]. The process may be confined in part then, and should end.
pub fn confine(config: &Config) -> Result<Confined, ConfinementError> {
    let lacking = missing(&Barrier::of_this_machine());
    if config.confinement == Required::Full && !lacking.is_empty() {
        return Err(ConfinementError::Incomplete { missing: lacking });
    }
    // What a first start would make is made now: only what is there can be permitted.
    make_private(&config.state).map_err(|source| folder(&config.state, source))?;
    let rules = config.home.join("rules");
    if config.home.is_dir() && !rules.is_dir() {
        std::fs::create_dir(&rules).map_err(|source| folder(&rules, source))?;
    }
    let territory = Territory::of(config);
    let holds = put_up(&territory)?;
    let missing = missing(&holds);
    if config.confinement == Required::Full && !missing.is_empty() {
        return Err(ConfinementError::Incomplete { missing });
    }
    telemetry::confined(&words(&holds), &words(&missing));
    let mut folders = vec![
        Found::new(&config.drop, "inbox"),
        Found::new(&config.state, ""),
        Found::new(&config.home, ""),
    ];
    folders.extend(territory.read.iter().map(|path| Found::new(path, "")));
    Ok(Confined { holds, folders })
}

#[cfg(target_os = "linux")]
fn put_up(territory: &Territory) -> Result<Vec<Barrier>, ConfinementError> {
    if !is_alone() {
        return Err(ConfinementError::OtherThreads);
    }
    // Asked for first: the answer lies outside the folders.
    let has_filters = system_calls::are_available();
    let mut holds = files::restrict(territory)?;
    if has_filters {
        system_calls::restrict()?;
        holds.push(Barrier::SystemCalls);
    }
    Ok(holds)
}

#[cfg(not(target_os = "linux"))]
fn put_up(_: &Territory) -> Result<Vec<Barrier>, ConfinementError> {
    Ok(Vec::new())
}

/// Whether this process has one thread. Landlock binds the calling thread and those that it starts.
#[cfg(target_os = "linux")]
fn is_alone() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|tasks| tasks.count() == 1)
}

fn missing(holds: &[Barrier]) -> Vec<Barrier> {
    let all = Barrier::ALL.into_iter();
    all.filter(|barrier| !holds.contains(barrier)).collect()
}

fn folder(path: &Path, source: io::Error) -> ConfinementError {
    ConfinementError::Folder {
        path: path.to_owned(),
        source,
    }
}

fn words(barriers: &[Barrier]) -> String {
    let words: Vec<&str> = barriers.iter().map(|barrier| barrier.as_str()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_folder_that_is_exchanged_is_noticed_and_one_that_is_gone_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let share = folder.path().join("share");
        std::fs::create_dir(&share).expect("made");
        let confined = |holds| Confined {
            holds,
            folders: vec![Found::new(&share, "inbox")],
        };
        let (bound, free) = (confined(vec![Barrier::Files]), confined(Vec::new()));
        assert_eq!(bound.exchanged(), None);
        let before = folder.path().join("before");
        std::fs::create_dir(&before).expect("made");
        std::fs::remove_dir(&share).expect("removed");
        assert_eq!(bound.exchanged(), None);
        std::os::unix::fs::symlink(&before, &share).expect("another folder");
        assert_eq!(bound.exchanged(), None, "an empty mount point");
        std::fs::create_dir(before.join("inbox")).expect("made");
        assert_eq!(bound.exchanged(), Some(share.as_path()));
        assert_eq!(free.exchanged(), None);
    }

    #[test]
    fn what_is_missing_is_told_in_the_order_of_the_barriers() {
        let holds = [Barrier::SystemCalls, Barrier::Files];
        let missing = missing(&holds);
        assert_eq!(words(&missing), "truncation tcp devices signals");
        let error = ConfinementError::Incomplete { missing };
        assert_eq!(
            error.to_string(),
            "this machine cannot confine the daemon fully; it lacks: truncation tcp devices signals"
        );
    }
}

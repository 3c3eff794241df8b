//! Looks at what would keep people in who had taken the daemon over: its user, and the kernel.

use std::path::Path;

use posthorse_daemon::{Barrier, Config};

use super::facts::ProcessFacts;

pub(super) fn look(config: &Config) -> ProcessFacts {
    let here = Barrier::of_this_machine();
    let all = Barrier::ALL.into_iter();
    ProcessFacts {
        owned_by_root: is_of_root(&config.state).then(|| config.state.clone()),
        required: config.confinement,
        missing: all.filter(|barrier| !here.contains(barrier)).collect(),
    }
}

#[cfg(unix)]
fn is_of_root(path: &Path) -> bool {
    let metadata = std::fs::metadata(path);
    metadata.is_ok_and(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata) == 0)
}

#[cfg(not(unix))]
fn is_of_root(_: &Path) -> bool {
    false
}

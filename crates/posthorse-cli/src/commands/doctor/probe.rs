//! Looks at everything that was named, and gathers the facts.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use posthorse_daemon::{Config, ConfigError};
use posthorse_package::Timestamp;

use super::facts::{Console, Facts, HomeStanding, SettingsFacts, SettingsFault};
use super::{probe_home, probe_process, probe_share, probe_state};
use crate::files;
use crate::home::Home;
use crate::output::Context;
use crate::passphrase::Source;
use crate::rulebook;

/// After how long an unfinished thing is nobody's any more, where no settings say otherwise.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What the caller wants looked at.
pub(super) struct Places {
    pub(super) home: Option<PathBuf>,
    pub(super) config: Option<PathBuf>,
    pub(super) drop: Option<PathBuf>,
    pub(super) passphrase: Option<Source>,
}

/// Looks at everything. Nothing that is wrong stops the rest from being looked at.
pub(super) fn gather(places: &Places, context: &Context) -> Facts {
    let (settings, config) = match &places.config {
        None => (None, None),
        Some(path) => {
            let (facts, config) = settings(path);
            (Some(facts), config)
        }
    };
    let home_folder = places
        .home
        .clone()
        .or_else(|| config.as_ref().map(|config| config.home.clone()));
    let (years, rules_fault) = home_folder.as_deref().map_or((None, None), rules);
    let home = home_folder
        .map(|folder| probe_home::look(&Home::at(&folder), places.passphrase.as_ref(), context));
    let drop = places
        .drop
        .clone()
        .or_else(|| config.as_ref().map(|config| config.drop.clone()));
    let share = drop.map(|folder| {
        let named = config.as_ref().filter(|config| config.drop == folder);
        let registry = named.map_or_else(
            || folder.join("registry/registry.json"),
            |config| config.registry.clone(),
        );
        let old = named.map_or(DAY, |config| {
            Duration::from_secs(u64::from(config.limits.report_after_hours) * 3600)
        });
        let trusted = home
            .as_ref()
            .filter(|home| home.standing == HomeStanding::Home)
            .map(|home| Home::at(&home.folder));
        probe_share::look(&folder, &registry, trusted.as_ref(), old, context.now)
    });
    let state = config
        .as_ref()
        .map(|config| probe_state::look(&config.state, &config.home, context.now));
    Facts {
        now: context.now,
        settings,
        home,
        share,
        state,
        process: config.as_ref().map(probe_process::look),
        calendar: config.as_ref().and(years),
        rules_fault,
        console: console(),
    }
}

/// The years of the calendar by which an office works, or why its rules cannot be used. A registry
/// that cannot be read is told by itself.
fn rules(home: &Path) -> (Option<Vec<i16>>, Option<(PathBuf, String)>) {
    let home = Home::at(home);
    let rules = match home.registry() {
        Ok(registry) => rulebook::of(&registry, &home.registry_path()),
        Err(_) => rulebook::built_in(),
    };
    match rules {
        Ok(rules) => (Some(rules.calendar().years().collect()), None),
        Err(failure) => {
            let why = failure.facts();
            (
                None,
                Some((rulebook::folder_beside(&home.registry_path()), why)),
            )
        }
    }
}

fn settings(path: &Path) -> (SettingsFacts, Option<Config>) {
    let with = |fault| SettingsFacts {
        path: path.to_owned(),
        fault: Some(fault),
        relative: Vec::new(),
    };
    let text = match files::read_text(path) {
        Ok(text) => text,
        Err(failure) if failure.code() == "not-found" => {
            return (with(SettingsFault::Missing), None);
        }
        Err(failure) => return (with(SettingsFault::Unreadable(failure.code().into())), None),
    };
    let base = match std::path::absolute(files::parent(path)) {
        Ok(base) => base,
        Err(cause) => return (with(SettingsFault::Unreadable(cause.to_string())), None),
    };
    let config = match Config::from_toml(&text, &base) {
        Ok(config) => config,
        Err(error) => return (with(settings_fault(&error)), None),
    };
    let mut facts = SettingsFacts {
        path: path.to_owned(),
        fault: real_overlap(&config),
        relative: Vec::new(),
    };
    // What a relative folder comes to is seen by reading the same text from somewhere else.
    if let Ok(elsewhere) = Config::from_toml(&text, &base.join("elsewhere")) {
        let folders = [
            ("drop", &config.drop, &elsewhere.drop),
            ("state", &config.state, &elsewhere.state),
            ("home", &config.home, &elsewhere.home),
        ];
        let moved = folders.into_iter().filter(|(_, here, there)| here != there);
        facts.relative.extend(moved.map(|(key, ..)| key));
    }
    (facts, Some(config))
}

fn settings_fault(error: &ConfigError) -> SettingsFault {
    let said = error.to_string();
    match error {
        ConfigError::Toml(_) if said.contains("unknown field") => SettingsFault::UnknownKey(said),
        ConfigError::Toml(_) if said.contains("missing field") => SettingsFault::MissingKey(said),
        ConfigError::OutOfRange { .. } => SettingsFault::OutOfRange(said),
        ConfigError::Nested { one, other } => SettingsFault::Overlap {
            one: (*one).to_owned(),
            other: (*other).to_owned(),
        },
        _ => SettingsFault::Syntax(said),
    }
}

/// Folders that lie within each other once links are followed, which the settings' text hides.
fn real_overlap(config: &Config) -> Option<SettingsFault> {
    let drop = fs::canonicalize(&config.drop).ok()?;
    for (key, path) in [("state", &config.state), ("home", &config.home)] {
        let Ok(path) = fs::canonicalize(path) else {
            continue;
        };
        if path.starts_with(&drop) || drop.starts_with(&path) {
            return Some(SettingsFault::Overlap {
                one: "drop".to_owned(),
                other: key.to_owned(),
            });
        }
    }
    None
}

/// What the environment says of text, in the order in which POSIX looks (XBD §8.2).
fn console() -> Console {
    // Windows consoles take Unicode whatever their code page is.
    if cfg!(windows) {
        return Console::Utf8;
    }
    for variable in ["LC_ALL", "LC_CTYPE", "LANG"] {
        let value = std::env::var(variable).unwrap_or_default();
        if value.is_empty() {
            continue;
        }
        let plain = value.to_ascii_lowercase().replace('-', "");
        return if plain.contains("utf8") {
            Console::Utf8
        } else {
            Console::Other { variable, value }
        };
    }
    Console::Other {
        variable: "LANG",
        value: String::new(),
    }
}

/// When a file was last written.
pub(super) fn modified(metadata: &fs::Metadata) -> Option<Timestamp> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_second(i64::try_from(since.as_secs()).ok()?)
}

/// Whether a file was last written longer ago than this.
pub(super) fn is_older(metadata: &fs::Metadata, now: Timestamp, than: Duration) -> bool {
    let than = i64::try_from(than.as_secs()).unwrap_or(i64::MAX);
    modified(metadata).is_some_and(|at| now.as_second().saturating_sub(at.as_second()) > than)
}

/// The rights of a file or folder, where the system has such rights.
pub(super) fn mode(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        let metadata = fs::metadata(path).ok()?;
        Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// Files that a program cut short has left: hidden, ours, and a day old.
pub(super) fn leftovers(folders: &[PathBuf], now: Timestamp) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flat_map(Iterator::flatten)
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with(files::HIDDEN_PREFIX)
                && name.ends_with(files::HIDDEN_SUFFIX)
                && entry
                    .metadata()
                    .is_ok_and(|metadata| is_older(&metadata, now, DAY))
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// How many things a folder holds; none when it is empty or not there.
pub(super) fn count(folder: PathBuf) -> Option<(PathBuf, usize)> {
    let entries = fs::read_dir(&folder).ok()?.count();
    (entries > 0).then_some((folder, entries))
}

/// The bytes still free where a path lies, or would.
pub(super) fn free_bytes(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let existing = path.ancestors().find(|path| path.exists())?;
        let facts = rustix::fs::statvfs(existing).ok()?;
        Some(facts.f_bavail.saturating_mul(facts.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

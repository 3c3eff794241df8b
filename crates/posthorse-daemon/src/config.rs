//! The settings: one file, every key known, every path absolute once read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use posthorse_package::PartyId;
use serde::Deserialize;

use crate::confinement::Required;

/// How the log is written to the standard error stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// A line for people.
    Text,
}

/// Bounds on what the daemon takes in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IntakeLimits {
    /// The longest package, in bytes. Default 1,073,741,824 (1 GiB).
    pub package_bytes: u64,
    /// All files inside a package together, in bytes. Default 4,294,967,296 (4 GiB).
    pub plain_bytes: u64,
    /// How often the processing of one thing may be begun before it is put away. Default 3.
    pub attempts: u32,
    /// How much that is no package is put away in one scan. Default 500.
    pub junk_per_scan: usize,
    /// How many people one package tells a county about; more go out in several. Default 100,000.
    pub people_per_dispatch: usize,
    /// After how many hours something unfinished is reported. Default 24.
    pub report_after_hours: u32,
}

impl Default for IntakeLimits {
    fn default() -> Self {
        Self {
            package_bytes: 1 << 30,
            plain_bytes: 4 << 30,
            attempts: 3,
            junk_per_scan: 500,
            people_per_dispatch: 100_000,
            report_after_hours: 24,
        }
    }
}

/// Where a daemon that starts unattended has its passphrase from: the settings name the place, never
/// the passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PassphraseFrom {
    /// The first line of a file that only its owner can read.
    File(PathBuf),
    /// The credential of this name that the service manager lends (systemd's `LoadCredential=`).
    Credential(String),
}

/// The settings of a daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The folder that everybody shares.
    pub drop: PathBuf,
    /// The bureau's own folder, never on the share.
    pub state: PathBuf,
    /// The bureau's office: keys and the trusted registry.
    pub home: PathBuf,
    /// Where new versions of the registry are published.
    pub registry: PathBuf,
    /// How long to wait for the next scan when no event says "look again".
    pub scan_interval: Duration,
    /// How long the oldest lead of a county waits for others before it is dispatched.
    pub dispatch_wait: Duration,
    /// How long a package of this bureau may be accepted, in days.
    pub not_after_days: u32,
    /// In how many days an answer is due where the office that asks sets the day and its row names
    /// none. Default 15.
    pub reply_days: u16,
    /// Which party answers for a matter, by the tag of the rules such as `housing`. A tag that is
    /// not named here is the id of its party.
    pub departments: BTreeMap<String, PartyId>,
    /// Bounds on what is taken in.
    pub limits: IntakeLimits,
    /// How much confinement is insisted on.
    pub confinement: Required,
    /// How the log is written.
    pub log: LogFormat,
    /// Where the passphrase of the bureau's keys comes from, when nobody is there to be asked.
    pub passphrase: Option<PassphraseFrom>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not TOML, an unknown key, a missing key or a wrong type.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A value outside its range.
    #[error("{key} must be {rule}")]
    OutOfRange {
        /// Which key.
        key: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// State on the share, or the share inside the state.
    #[error("{one} and {other} must not lie within each other")]
    Nested {
        /// The one key.
        one: &'static str,
        /// The other.
        other: &'static str,
    },
}

impl ConfigError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Toml(_) => "config-syntax",
            Self::OutOfRange { .. } => "config-range",
            Self::Nested { .. } => "config-nested",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    drop: PathBuf,
    state: PathBuf,
    home: PathBuf,
    registry: Option<PathBuf>,
    #[serde(default = "default_scan_interval")]
    scan_interval_seconds: u64,
    #[serde(default)]
    dispatch_wait_minutes: u64,
    #[serde(default = "default_not_after")]
    not_after_days: u32,
    #[serde(default = "default_reply_days")]
    reply_days: u16,
    #[serde(default)]
    departments: BTreeMap<String, PartyId>,
    #[serde(default)]
    limits: IntakeLimits,
    #[serde(default)]
    confinement: Confinement,
    #[serde(default)]
    log: LogFormat,
    passphrase_file: Option<PathBuf>,
    passphrase_credential: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Confinement {
    require: Required,
}

fn default_scan_interval() -> u64 {
    30
}

fn default_not_after() -> u32 {
    90
}

fn default_reply_days() -> u16 {
    15
}

impl Config {
    /// Reads the settings; relative paths start from `base_dir`, the folder of the settings' file.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn from_toml(text: &str, base_dir: &Path) -> Result<Self, ConfigError> {
        let file: File = toml::from_str(text)?;
        let range = |holds: bool, key, rule| {
            if holds {
                Ok(())
            } else {
                Err(ConfigError::OutOfRange { key, rule })
            }
        };
        let (scan, wait) = (file.scan_interval_seconds, file.dispatch_wait_minutes);
        range(
            (1..=86_400).contains(&scan),
            "scan_interval_seconds",
            "from 1 to 86400",
        )?;
        range(wait <= 43_200, "dispatch_wait_minutes", "at most 43200")?;
        range(
            (1..=3_650).contains(&file.not_after_days),
            "not_after_days",
            "from 1 to 3650",
        )?;
        range(
            (1..=366).contains(&file.reply_days),
            "reply_days",
            "from 1 to 366",
        )?;
        range(
            (1..=100).contains(&file.limits.attempts),
            "limits.attempts",
            "from 1 to 100",
        )?;
        range(
            file.limits.junk_per_scan >= 1,
            "limits.junk_per_scan",
            "1 or more",
        )?;
        // A worksheet has 1,048,576 rows.
        range(
            (1..=1_000_000).contains(&file.limits.people_per_dispatch),
            "limits.people_per_dispatch",
            "from 1 to 1000000",
        )?;
        let passphrase = match (file.passphrase_file, file.passphrase_credential) {
            (None, None) => None,
            (Some(path), None) => Some(PassphraseFrom::File(base_dir.join(path))),
            (None, Some(name)) if is_credential_name(&name) => {
                Some(PassphraseFrom::Credential(name))
            }
            (_, Some(_)) => {
                return Err(ConfigError::OutOfRange {
                    key: "passphrase_credential",
                    rule: "1 to 255 of a-z, A-Z, 0-9 and inner . - _, and not beside passphrase_file",
                });
            }
        };
        let drop = base_dir.join(&file.drop);
        let config = Self {
            registry: base_dir.join(
                file.registry
                    .unwrap_or_else(|| drop.join("registry/registry.json")),
            ),
            drop,
            state: base_dir.join(file.state),
            home: base_dir.join(file.home),
            scan_interval: Duration::from_secs(scan),
            dispatch_wait: Duration::from_secs(wait * 60),
            not_after_days: file.not_after_days,
            reply_days: file.reply_days,
            departments: file.departments,
            limits: file.limits,
            confinement: file.confinement.require,
            log: file.log,
            passphrase,
        };
        config.check_nesting()?;
        Ok(config)
    }

    /// What lies on the share can be read and changed by everybody: neither state nor keys may.
    fn check_nesting(&self) -> Result<(), ConfigError> {
        if let Some(PassphraseFrom::File(path)) = &self.passphrase
            && path.starts_with(&self.drop)
        {
            let (one, other) = ("drop", "passphrase_file");
            return Err(ConfigError::Nested { one, other });
        }
        for (other, path) in [("state", &self.state), ("home", &self.home)] {
            if path.starts_with(&self.drop) || self.drop.starts_with(path) {
                return Err(ConfigError::Nested { one: "drop", other });
            }
        }
        Ok(())
    }

    /// The trusted copy of the registry, in the bureau's home.
    #[must_use]
    pub fn trusted_registry(&self) -> PathBuf {
        self.home.join("registry.json")
    }
}

/// A name that stays inside the service manager's folder.
fn is_credential_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (1..=255).contains(&name.len()) && name.bytes().all(inner) && !name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "/srv/exchange";

    fn read(text: &str) -> Result<Config, ConfigError> {
        Config::from_toml(text, Path::new(BASE))
    }

    #[test]
    fn paths_start_from_the_files_folder() {
        let config = read("drop = 'drop'\nstate = '/var/state'\nhome = 'bureau'").expect("good");
        assert_eq!(config.drop, Path::new("/srv/exchange/drop"));
        assert_eq!(config.state, Path::new("/var/state"));
        assert_eq!(
            config.registry,
            Path::new("/srv/exchange/drop/registry/registry.json")
        );
        assert_eq!(
            config.trusted_registry(),
            Path::new("/srv/exchange/bureau/registry.json")
        );
        assert_eq!(config.limits, IntakeLimits::default());
        assert_eq!(config.confinement, Required::Best);
    }

    #[test]
    fn unknown_keys_and_wrong_values_are_refused() {
        let good = "drop = 'drop'\nstate = 'state'\nhome = 'bureau'\n";
        assert!(read(good).is_ok());
        for (line, code) in [
            ("scan_intervall_seconds = 3", "config-syntax"),
            ("scan_interval_seconds = 0", "config-range"),
            ("not_after_days = 0", "config-range"),
            ("reply_days = 0", "config-range"),
            ("dispatch_wait_minutes = 50000", "config-range"),
            ("log = 'xml'", "config-syntax"),
            ("passphrase_credential = '../other'", "config-range"),
            ("passphrase_credential = '.hidden'", "config-range"),
            (
                "passphrase_file = 'a'\npassphrase_credential = 'b'",
                "config-range",
            ),
            ("passphrase_file = 'drop/secret.txt'", "config-nested"),
            ("passphrase = 'in the settings'", "config-syntax"),
            ("[limits]\npackage_byte = 1", "config-syntax"),
            ("[limits]\nattempts = 0", "config-range"),
            ("[confinement]\nrequire = 'nothing'", "config-syntax"),
            ("[confinement]\nrequires = 'full'", "config-syntax"),
        ] {
            let error = read(&format!("{good}{line}")).expect_err(line);
            assert_eq!(error.code(), code, "{line}");
        }
        let nested = read("drop = 'drop'\nstate = 'drop/state'\nhome = 'bureau'");
        assert_eq!(nested.expect_err("nested").code(), "config-nested");
        assert_eq!(
            read("state = 'state'").expect_err("missing").code(),
            "config-syntax"
        );
    }
}

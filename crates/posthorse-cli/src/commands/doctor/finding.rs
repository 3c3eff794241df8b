//! The closed list of what the doctor can find.

use std::path::{Path, PathBuf};

use crate::failure::shown;
use crate::language::{Argument, arg};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Something does not work, or is not safe.
    Problem,
    /// This could not be looked at.
    Unable,
    /// It works, and wants a look.
    Warning,
    /// Good to know.
    Note,
}

impl Level {
    /// The word for programs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Level::Problem => "problem",
            Level::Unable => "unable",
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }
}

macro_rules! names {
    ($($name:ident = $text:literal, $level:ident;)*) => {
        /// What was found. Each has a stable word, and its sentences in `locales/`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Name {
            $(#[doc = $text] $name,)*
        }

        impl Name {
            /// Every name.
            #[cfg(test)]
            pub(crate) const ALL: &[Name] = &[$(Name::$name),*];

            /// The stable word.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Name::$name => $text,)*
                }
            }

            /// How much it weighs.
            pub(crate) fn level(self) -> Level {
                match self {
                    $(Name::$name => Level::$level,)*
                }
            }
        }
    };
}

names! {
    SettingsMissing = "settings-missing", Problem;
    SettingsUnreadable = "settings-unreadable", Unable;
    SettingsSyntax = "settings-syntax", Problem;
    SettingsUnknownKey = "settings-unknown-key", Problem;
    SettingsMissingKey = "settings-missing-key", Problem;
    SettingsOutOfRange = "settings-out-of-range", Problem;
    SettingsFoldersOverlap = "settings-folders-overlap", Problem;
    SettingsRelativeFolder = "settings-relative-folder", Warning;

    HomeMissing = "home-missing", Problem;
    NotAHome = "not-a-home", Problem;
    ContactFormMissing = "contact-form-missing", Problem;
    ContactFormBroken = "contact-form-broken", Problem;
    KeysFolderOpenToOthers = "keys-folder-open-to-others", Problem;
    KeyMissing = "key-missing", Problem;
    KeyUnreadable = "key-unreadable", Unable;
    KeyReadableByOthers = "key-readable-by-others", Problem;
    KeyBroken = "key-broken", Problem;
    KeyKeptTwice = "key-kept-twice", Warning;
    KeyUnprotected = "key-unprotected", Note;
    KeyNotOpened = "key-not-opened", Note;
    WrongPassphrase = "wrong-passphrase", Problem;
    PassphraseFileReadableByOthers = "passphrase-file-readable-by-others", Problem;
    KeyRightsNotChecked = "key-rights-not-checked", Note;
    SigningKeyNotOfForm = "signing-key-not-of-contact-form", Problem;
    IdentityNotOfForm = "identity-not-of-contact-form", Problem;
    SequenceBroken = "sequence-broken", Problem;

    PartyNotEnrolled = "party-not-enrolled", Problem;
    NotABureau = "not-a-bureau", Problem;
    KeyNotEnrolled = "key-not-enrolled", Problem;
    KeyRevoked = "key-revoked", Problem;
    KeyNotYetValid = "key-not-yet-valid", Problem;
    KeyExpired = "key-expired", Problem;
    KeyExpires7 = "key-expires-within-7-days", Problem;
    KeyExpires30 = "key-expires-within-30-days", Warning;
    KeyExpires60 = "key-expires-within-60-days", Warning;

    RegistryNotTrusted = "registry-not-trusted", Problem;
    RegistryBroken = "registry-broken", Problem;
    RegistryExpired = "registry-expired", Problem;
    RegistryExpires7 = "registry-expires-within-7-days", Problem;
    RegistryExpires30 = "registry-expires-within-30-days", Warning;
    RegistryExpires60 = "registry-expires-within-60-days", Warning;

    ClockBehindRegistry = "clock-behind-registry", Problem;
    ClockBehindFiles = "clock-behind-files", Warning;
    ClockDiffersFromShare = "clock-differs-from-share", Problem;

    DropMissing = "drop-missing", Problem;
    DropUnreadable = "drop-unreadable", Unable;
    DropNotMounted = "drop-not-mounted", Problem;
    DropFolderMissing = "drop-folder-missing", Warning;
    ShareRegistryMissing = "share-registry-missing", Warning;
    ShareRegistryBroken = "share-registry-broken", Problem;
    ShareRegistryNewer = "share-registry-newer", Warning;
    ShareRegistryGap = "share-registry-versions-missing", Problem;
    ShareRegistryOlder = "share-registry-older", Warning;
    ShareRegistryForked = "share-registry-forked", Problem;
    InboxOldFile = "inbox-old-file", Warning;
    QuarantineNotEmpty = "quarantine-not-empty", Warning;
    ClaimsLeft = "claims-left", Warning;
    TemporaryLeft = "temporary-left", Warning;

    FolderNotWritable = "folder-not-writable", Problem;
    FolderNotSynced = "folder-not-synced", Problem;
    FolderLosesBytes = "folder-loses-bytes", Problem;
    FolderNoExclusiveCreate = "folder-no-exclusive-create", Problem;
    FolderNoRename = "folder-no-rename", Problem;
    FolderRenameNotAtomic = "folder-rename-not-atomic", Problem;
    FolderLocksDoNotHold = "folder-locks-do-not-hold", Problem;
    FolderFoldsCase = "folder-folds-case", Note;
    FolderNoLongNames = "folder-no-long-names", Problem;
    FolderNoChineseNames = "folder-no-chinese-names", Problem;
    TrialLeft = "trial-left", Warning;

    StateMissing = "state-missing", Warning;
    StateUnreadable = "state-unreadable", Unable;
    StateOpenToOthers = "state-open-to-others", Problem;
    LedgerOnNetwork = "ledger-on-network-file-system", Problem;
    FileSystemNotChecked = "file-system-not-checked", Note;
    LedgerKeyMissing = "ledger-key-missing", Problem;
    DaemonRuns = "daemon-runs", Note;
    DaemonNotRunning = "daemon-not-running", Note;
    DaemonLockUnreadable = "daemon-lock-unreadable", Unable;
    DaemonOfRoot = "daemon-runs-as-root", Warning;
    ConfinementComplete = "confinement-complete", Note;
    ConfinementInPart = "confinement-in-part", Note;
    ConfinementLacking = "confinement-lacking", Problem;

    DiskFull = "disk-nearly-full", Problem;
    DiskLow = "disk-low", Warning;
    DiskNotChecked = "disk-not-checked", Note;

    RulesUnusable = "rules-unusable", Problem;
    CalendarWithoutYear = "calendar-without-this-year", Warning;
    CalendarEndsSoon = "calendar-ends-soon", Warning;

    ConsoleNotUtf8 = "console-not-utf8", Warning;
}

/// Something found, where, and the values for its sentences.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) name: Name,
    pub(crate) place: Option<PathBuf>,
    pub(crate) arguments: Vec<Argument>,
}

impl Finding {
    pub(crate) fn new(name: Name) -> Self {
        Self {
            name,
            place: None,
            arguments: Vec::new(),
        }
    }

    /// Says where; the sentences take it as `path`.
    pub(crate) fn at(mut self, path: &Path) -> Self {
        self.place = Some(path.to_owned());
        self.arguments.push(arg("path", shown(path)));
        self
    }

    /// Adds a value for the sentences.
    pub(crate) fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        let value = posthorse_package::UntrustedText::new(value.to_string()).to_string();
        let value = crate::moment::within(&value);
        self.arguments.push(arg(name, value));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, Messages};

    #[test]
    fn every_finding_says_what_is_wrong_and_what_to_do_in_both_languages() {
        for language in [Language::Chinese, Language::English] {
            let messages = Messages::load(language);
            for name in Name::ALL {
                let word = name.as_str();
                let missing = |key: &str| messages.find(key, &[]).is_none();
                assert!(!missing(&format!("doctor-{word}")), "{language:?}: {word}");
                let must_mend = name.level() != Level::Note;
                assert!(
                    !must_mend || !missing(&format!("mend-{word}")),
                    "{language:?}: how to mend {word}"
                );
            }
        }
    }
}

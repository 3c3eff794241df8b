//! Looks at an office's home folder. Secrets are opened here, and only their public halves leave.

use std::fs;
use std::path::Path;

use posthorse_package::{Limits, Party, PartyId, Registry};

use super::facts::{Document, HomeFacts, HomeStanding, RegistryFacts, Secret, SecretFacts};
use super::probe::{leftovers, mode};
use crate::failure::Failure;
use crate::files;
use crate::home::{Home, Protection};
use crate::output::Context;
use crate::passphrase::Source;

pub(super) fn look(home: &Home, passphrase: Option<&Source>, context: &Context) -> HomeFacts {
    let keys = home.folder().join("keys");
    let standing = if !home.folder().is_dir() {
        HomeStanding::Missing
    } else if !keys.exists() && !home.contact_form_path().exists() {
        HomeStanding::SomethingElse
    } else {
        HomeStanding::Home
    };
    let form = document(&home.contact_form_path(), || home.contact_form());
    let party = match &form {
        Document::Good(form) => Some(form.party.clone()),
        _ => None,
    };
    let registry_path = home.registry_path();
    let registry = document(&registry_path, || {
        home.registry()
            .map(|registry| registry_facts(&registry_path, &registry, party.as_ref()))
    });
    let signing = secret(home, Home::signing_key_path, passphrase, |source| {
        home.signing_key(source, context)
            .map(|key| *key.verifying_key())
    });
    let identity = secret(home, Home::identity_path, passphrase, |source| {
        let identities = home.identities(source, context)?;
        Ok(identities
            .iter()
            .map(|identity| identity.recipient())
            .collect())
    });
    let open_passphrase_file = match passphrase {
        Some(Source::File(path)) => mode(path)
            .filter(|mode| mode & 0o077 != 0)
            .map(|mode| (path.clone(), mode)),
        _ => None,
    };
    let sequence_path = home.sequence_path();
    HomeFacts {
        folder: home.folder().to_owned(),
        standing,
        keys_mode: mode(&keys),
        form,
        signing,
        identity,
        registry,
        sequence: document(&sequence_path, || home.check_sequence()),
        open_passphrase_file,
        leftovers: leftovers(&[home.folder().to_owned(), keys], context.now),
    }
}

fn document<T>(path: &Path, read: impl FnOnce() -> Result<T, Failure>) -> Document<T> {
    if !path.exists() {
        return Document::Missing;
    }
    match read() {
        Ok(good) => Document::Good(good),
        Err(failure) => Document::Broken(reason(&failure)),
    }
}

fn reason(failure: &Failure) -> String {
    failure.code().to_owned()
}

fn registry_facts(path: &Path, registry: &Registry, party: Option<&PartyId>) -> RegistryFacts {
    let document = registry.document();
    let own: Option<Party> = party.and_then(|id| registry.party(id)).cloned();
    RegistryFacts {
        path: path.to_owned(),
        issued_at: document.issued_at,
        expires: document.expires,
        own,
    }
}

fn secret<T>(
    home: &Home,
    path: fn(&Home, Protection) -> std::path::PathBuf,
    passphrase: Option<&Source>,
    read: impl FnOnce(&Source) -> Result<T, Failure>,
) -> SecretFacts<T> {
    let plain = path(home, Protection::OwnerOnly);
    let locked = path(home, Protection::Passphrase);
    // The one in the clear is the one that every command takes when there are two.
    let (path, twin, is_plain) = match (plain.exists(), locked.exists()) {
        (true, true) => (plain, Some(locked), true),
        (false, true) => (locked, None, false),
        (_, false) => (plain, None, true),
    };
    let content = content(&path, is_plain, passphrase, read);
    SecretFacts {
        path,
        twin,
        content,
    }
}

fn content<T>(
    path: &Path,
    is_plain: bool,
    passphrase: Option<&Source>,
    read: impl FnOnce(&Source) -> Result<T, Failure>,
) -> Secret<T> {
    if !path.exists() {
        return Secret::Missing;
    }
    if let Some(mode) = mode(path).filter(|mode| mode & 0o077 != 0) {
        return Secret::OpenToOthers(mode);
    }
    if let Err(cause) = fs::File::open(path) {
        return Secret::Unreadable(cause.to_string());
    }
    let source = match (is_plain, passphrase) {
        (true, _) => &Source::Prompt,
        (false, Some(source)) => source,
        // The doctor asks nobody: it runs in scripts and beside a daemon.
        (false, None) => return Secret::Locked,
    };
    // A file in the clear that turns out to be encrypted would make the reader ask at the terminal.
    if is_plain
        && files::read(path).is_ok_and(|bytes| bytes.starts_with(b"age-encryption.org/v1\n"))
    {
        return Secret::Broken("encrypted".to_owned());
    }
    match read(source) {
        Ok(public) if is_plain => Secret::Plain(public),
        Ok(public) => Secret::Protected(public),
        Err(failure) => match failure.code() {
            "wrong-passphrase" => Secret::WrongPassphrase,
            // The passphrase file's own rights are a finding of their own.
            "readable-by-others" => Secret::Locked,
            "not-found" | "cannot-read" | "passphrase-empty" => {
                Secret::Unreadable(reason(&failure))
            }
            _ => Secret::Broken(reason(&failure)),
        },
    }
}

/// The trusted registry of a home, for comparing.
pub(super) fn trusted(home: &Home) -> Option<Registry> {
    let bytes = files::read(&home.registry_path()).ok()?;
    Registry::trust(&bytes, &Limits::default()).ok()
}

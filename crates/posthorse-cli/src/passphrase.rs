//! Passphrases: asked for at the terminal or read from a private file, never an argument or a variable.

use std::path::{Path, PathBuf};

use posthorse_daemon::{Config, PassphraseFrom};
use posthorse_package::{UnprotectError, protect, unprotect};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::output::Context;

/// Where a passphrase comes from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// The terminal.
    Prompt,
    /// The first line of a file that only its owner can read.
    File(PathBuf),
    /// The first line of a credential that the service manager lends to this service alone, by
    /// its name in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
}

impl Source {
    pub(crate) fn from_option(file: Option<PathBuf>) -> Self {
        file.map_or(Source::Prompt, Source::File)
    }

    /// What the command line names, else what the daemon's settings name, else the terminal.
    pub(crate) fn from_settings(file: Option<PathBuf>, config: &Config) -> Self {
        match (file, &config.passphrase) {
            (Some(path), _) => Source::File(path),
            (None, Some(PassphraseFrom::File(path))) => Source::File(path.clone()),
            (None, Some(PassphraseFrom::Credential(name))) => Source::Credential(name.clone()),
            (None, None) => Source::Prompt,
        }
    }

    /// The passphrase of a key that exists.
    fn read(&self, path: &Path, context: &Context) -> Result<Zeroizing<String>, Failure> {
        match self {
            Source::Prompt => prompt(&context.messages.text(
                "prompt-passphrase",
                &[crate::language::arg("path", crate::failure::shown(path))],
            )),
            Source::File(path) => from_file(path),
            Source::Credential(name) => from_credential(name),
        }
    }

    /// A passphrase for a new key: at the terminal it is asked for twice.
    pub(crate) fn read_new(&self, context: &Context) -> Result<Zeroizing<String>, Failure> {
        let first = match self {
            Source::File(path) => return from_file(path),
            Source::Credential(name) => return from_credential(name),
            Source::Prompt => prompt(&context.messages.word("prompt-new-passphrase"))?,
        };
        let second = prompt(&context.messages.word("prompt-repeat-passphrase"))?;
        if first != second {
            return Err(Failure::new(Exit::Keys, "passphrases-differ"));
        }
        Ok(first)
    }
}

fn prompt(question: &str) -> Result<Zeroizing<String>, Failure> {
    let text = rpassword::prompt_password(question)
        .map_err(|cause| Failure::new(Exit::Keys, "no-terminal-for-passphrase").detail(cause))?;
    not_empty(text)
}

fn from_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    files::require_owner_only(path)?;
    first_line(path)
}

/// The folder is the service manager's, which lets nobody else in; the mask of its access list
/// stands where the group's rights do, so only what all others may do is looked at.
fn from_credential(name: &str) -> Result<Zeroizing<String>, Failure> {
    let missing = || Failure::new(Exit::Keys, "no-credential").with("name", name);
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY").ok_or_else(missing)?;
    let path = Path::new(&folder).join(name);
    if !path.is_file() {
        return Err(missing());
    }
    files::require_closed_to_others(&path)?;
    first_line(&path)
}

fn first_line(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = Zeroizing::new(files::read_text(path)?);
    not_empty(text.lines().next().unwrap_or_default().to_owned())
}

fn not_empty(text: String) -> Result<Zeroizing<String>, Failure> {
    if text.is_empty() {
        return Err(Failure::new(Exit::Keys, "passphrase-empty"));
    }
    Ok(Zeroizing::new(text))
}

/// Puts a secret under a passphrase.
pub(crate) fn lock(secret: &[u8], passphrase: &str) -> Result<Vec<u8>, Failure> {
    protect(secret, passphrase).map_err(Failure::from)
}

/// Reads a secret file: in the clear with owner-only rights, or under a passphrase.
pub(crate) fn read_secret(
    path: &Path,
    source: &Source,
    context: &Context,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let bytes = Zeroizing::new(files::read(path)?);
    if !bytes.starts_with(b"age-encryption.org/v1\n") {
        files::require_owner_only(path)?;
        return Ok(bytes);
    }
    let passphrase = source.read(path, context)?;
    unprotect(&bytes, &passphrase).map_err(|error| match error {
        UnprotectError::WrongPassphrase => Failure::new(Exit::Keys, "wrong-passphrase").at(path),
        other => Failure::new(Exit::Keys, "key-file-broken")
            .at(path)
            .detail(other),
    })
}

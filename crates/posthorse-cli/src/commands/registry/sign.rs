//! `posthorse registry sign`: a root key vouches for a draft; the last one needed publishes it.

use std::path::{Path, PathBuf};

use posthorse_package::{Limits, Registry, RegistryDocument};
use serde_json::json;

use super::draft::{self, Draft};
use super::report_registry;
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, Privacy};
use crate::home::{self, Home};
use crate::language::arg;
use crate::output::Context;
use crate::passphrase::Source;
use crate::rulebook;

/// How far the signing of a draft has come.
pub(crate) enum Signed {
    /// Enough: it is the registry now.
    Published(Box<Registry>),
    /// So many root keys are still to sign.
    Waiting { draft: PathBuf, missing: String },
}

pub(super) fn run(arguments: &args::RegistrySign, context: &mut Context) -> Result<Exit, Failure> {
    let source = Source::from_option(arguments.passphrase_file.clone());
    match sign(
        &arguments.registry,
        &Home::at(&arguments.home),
        &source,
        context,
    )? {
        Signed::Published(registry) => report_registry(
            "registry-published",
            &arguments.registry,
            &registry,
            context,
        ),
        Signed::Waiting { draft, missing } => {
            let path = shown(&draft);
            context.json(&json!({ "published": false, "draft": path, "missing": missing }))?;
            context.say(
                "registry-waiting",
                &[arg("path", path), arg("missing", missing)],
            )?;
            Ok(Exit::Good)
        }
    }
}

/// Adds a root key's signature to the draft; the last one needed makes it the registry.
pub(crate) fn sign(
    registry: &Path,
    home: &Home,
    source: &Source,
    context: &Context,
) -> Result<Signed, Failure> {
    let path = draft::path_beside(registry);
    if !path.exists() {
        return Err(Failure::new(Exit::Environment, "no-draft").with("path", shown(&path)));
    }
    let draft = Draft::read(&path)?;
    let limits = Limits::default();
    let key = home.signing_key(source, context)?;
    let trusted = if registry.exists() {
        Some(home::read_registry(registry)?)
    } else {
        None
    };
    let previous_roots = trusted
        .as_ref()
        .map(|trusted| trusted.document().root.keys.as_slice());
    let is_root = [Some(draft.document.root.keys.as_slice()), previous_roots]
        .into_iter()
        .flatten()
        .any(|keys| keys.contains(key.verifying_key()));
    if !is_root {
        return Err(Failure::new(Exit::Keys, "not-a-root-key").with("home", shown(home.folder())));
    }
    let rules = draft.rules()?;
    if let Some(trusted) = &trusted {
        let before = rulebook::of(trusted, registry)?;
        rules
            .follows(&before)
            .map_err(|error| rulebook::refused(&error))?;
    }
    let bytes = match &draft.envelope {
        Some(envelope) => RegistryDocument::countersign(envelope, &key, &limits)?,
        None => draft.document.sign(&[&key], &limits)?,
    };
    let believed = match &trusted {
        Some(trusted) => trusted.succeed(&bytes, &limits),
        None => Registry::trust(&bytes, &limits),
    };
    match believed {
        Ok(published) => {
            if let Some(replaced) = &trusted {
                keep(registry, replaced)?;
            }
            files::replace(registry, &bytes, Privacy::Public)?;
            files::remove(&path)?;
            Ok(Signed::Published(Box::new(published)))
        }
        Err(error @ posthorse_package::RegistryError::TooFewSignatures { .. }) => {
            files::replace(&path, &bytes, Privacy::Public)?;
            Ok(Signed::Waiting {
                draft: path,
                missing: error.to_string(),
            })
        }
        Err(error) => Err(Failure::from(error).at(&path)),
    }
}

/// Keeps the version that is about to be replaced, for offices that have not trusted it yet: they
/// can only go from each version to the next.
fn keep(registry: &Path, replaced: &Registry) -> Result<(), Failure> {
    let kept = home::kept_version_path(registry, replaced.document().version);
    files::replace(&kept, &files::read(registry)?, Privacy::Public)
}

//! The registry that is believed: pinned in the bureau's home, replaced only by a version that it
//! vouches for itself. What lies on the share is only an offer.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use posthorse_package::{Limits, Registry, RegistryDocument};

use crate::error::Critical;
use crate::folders::Folders;
use crate::private_copy::open_regular;
use crate::telemetry;

/// Reads the pinned registry.
pub(crate) fn load(path: &Path, limits: &Limits) -> Result<Registry, Critical> {
    let bytes = fs::read(path).map_err(|source| Critical::RegistryUnreadable {
        path: path.to_owned(),
        source,
    })?;
    Ok(Registry::trust(&bytes, limits)?)
}

/// Looks at the pinned file, which the bureau's own commands may have advanced, and at the
/// published one, and takes over a version that follows the trusted one.
pub(crate) fn newer(
    trusted: &Registry,
    pinned: &Path,
    published: &Path,
    folders: &Folders,
    limits: &Limits,
) -> Result<Option<Registry>, Critical> {
    let mut current = None;
    let own = load(pinned, limits)?;
    if own.document().version > trusted.document().version {
        telemetry::registry_advanced(own.document().version);
        current = Some(own);
    }
    let base = current.as_ref().unwrap_or(trusted);
    let Some(bytes) = offered(published, limits).filter(|bytes| is_later(bytes, base, limits))
    else {
        return Ok(current);
    };
    match base.succeed(&bytes, limits) {
        Ok(next) => {
            folders.put_in_home(pinned, &bytes)?;
            telemetry::registry_advanced(next.document().version);
            Ok(Some(next))
        }
        Err(error) => {
            telemetry::registry_refused(error.refusal().code());
            Ok(current)
        }
    }
}

/// The bytes of the published registry; none if there are none to be had.
fn offered(path: &Path, limits: &Limits) -> Option<Vec<u8>> {
    let file = open_regular(path).ok()?;
    let mut bytes = Vec::new();
    let read: io::Result<usize> = file.take(limits.document_bytes + 1).read_to_end(&mut bytes);
    read.ok()?;
    Some(bytes)
}

/// Whether an offer claims to be a later version; the one we trust lies there most of the time.
fn is_later(bytes: &[u8], trusted: &Registry, limits: &Limits) -> bool {
    match RegistryDocument::untrusted(bytes, limits) {
        Ok(document) => document.version > trusted.document().version,
        Err(error) => {
            telemetry::registry_refused(error.refusal.code());
            false
        }
    }
}

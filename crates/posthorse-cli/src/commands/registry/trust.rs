//! `posthorse registry verify` and `trust`: whether to believe a registry, and believing it from now on.

use posthorse_package::{Limits, Registry};

use super::fingerprint::{compare, confirm};
use super::report_registry;
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::home::{self, Home};
use crate::output::Context;
use crate::rulebook;

pub(super) fn verify(
    arguments: &args::RegistryVerify,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let at = |failure: Failure| failure.at(&arguments.registry);
    let bytes = files::read(&arguments.registry)?;
    let limits = Limits::default();
    let registry = match &arguments.previous {
        Some(previous) => home::read_registry(previous)?.succeed(&bytes, &limits),
        None => Registry::trust(&bytes, &limits),
    };
    let registry = registry.map_err(|error| at(error.into()))?;
    let as_of = arguments.as_of.unwrap_or(context.now);
    let expires = registry.document().expires;
    if as_of >= expires {
        let refusal = posthorse_package::Refusal::RegistryExpired;
        return Err(at(Failure::refused(
            refusal,
            format!("expired at {expires}"),
        )));
    }
    rulebook::of(&registry, &arguments.registry).map_err(at)?;
    report_registry("registry-good", &arguments.registry, &registry, context)
}

pub(super) fn trust(
    arguments: &args::RegistryTrust,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let home = Home::at(&arguments.home);
    home.contact_form()?;
    let bytes = files::read(&arguments.registry)?;
    // What follows a registry that is trusted already is vouched for by it.
    if !home.registry_path().exists() {
        let offered = Registry::trust(&bytes, &Limits::default())
            .map_err(|error| Failure::from(error).at(&arguments.registry))?;
        let fingerprint = offered.root_fingerprint();
        match &arguments.fingerprint {
            Some(heard) => compare(heard, &fingerprint)?,
            None => {
                let name = shown(&arguments.registry);
                confirm("registry-confirm-root", &name, &fingerprint, context)?;
            }
        }
    }
    let registry = home
        .pin(&arguments.registry, &bytes)
        .map_err(|failure| failure.at(&arguments.registry))?;
    report_registry(
        "registry-trusted",
        &home.registry_path(),
        &registry,
        context,
    )
}

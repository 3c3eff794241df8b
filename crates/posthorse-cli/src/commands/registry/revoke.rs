//! `posthorse registry revoke`: marks a key as no longer to be believed.

use posthorse_package::Revocation;

use super::draft::Draft;
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Context;

/// Marks a key or a recipient as no longer to be believed.
pub(crate) fn revoke(
    arguments: &args::RegistryRevoke,
    context: &Context,
) -> Result<Draft, Failure> {
    let mut draft = Draft::of(&arguments.registry, context.now)?;
    let party = draft.party_mut(&arguments.party)?;
    let revocation = Revocation {
        at: arguments.at,
        reason: arguments.reason.clone(),
    };
    let mut places: Vec<&mut Option<Revocation>> = Vec::new();
    for entry in &mut party.signing_keys {
        let names = [entry.key.to_string(), entry.key.key_id().to_string()];
        if names.contains(&arguments.key) {
            places.push(&mut entry.revoked);
        }
    }
    for entry in &mut party.recipients {
        if entry.recipient.to_string() == arguments.key {
            places.push(&mut entry.revoked);
        }
    }
    if places.is_empty() {
        return Err(Failure::new(Exit::Refused, "no-such-key").with("party", &arguments.party));
    }
    for place in places {
        if place.is_some() {
            return Err(Failure::new(Exit::Refused, "already-revoked"));
        }
        *place = Some(revocation.clone());
    }
    draft.save()?;
    Ok(draft)
}

//! `posthorse registry rights`: what a party may send, what two persons must sign, and the counties
//! that it answers for. Only what is named changes.

use super::add::sorted;
use super::draft::Draft;
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::kinds;
use crate::output::Context;

pub(super) fn change(
    arguments: &args::RegistryRights,
    context: &Context,
) -> Result<Draft, Failure> {
    let nothing_named = arguments.may_send.is_empty()
        && arguments.may_not_send.is_empty()
        && arguments.two_signatures.is_empty()
        && arguments.one_signature.is_empty()
        && arguments.county.is_empty()
        && arguments.no_county.is_empty();
    if nothing_named {
        return Err(Failure::new(Exit::Usage, "no-right-named"));
    }
    let is_code = |code: &String| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    if !arguments.county.iter().all(is_code) {
        return Err(Failure::new(Exit::Usage, "county-code"));
    }
    let mut draft = Draft::of(&arguments.registry, context.now)?;
    draft.rules()?;
    kinds::require_known(arguments.may_send.iter().chain(&arguments.two_signatures))?;
    let party = draft.party_mut(&arguments.party)?;
    amend(
        &mut party.may_send,
        &arguments.may_send,
        &arguments.may_not_send,
    );
    amend(
        &mut party.two_signatures,
        &arguments.two_signatures,
        &arguments.one_signature,
    );
    amend(&mut party.counties, &arguments.county, &arguments.no_county);
    draft.save()?;
    Ok(draft)
}

/// Takes some items away and adds others.
fn amend<T: Ord + Clone>(items: &mut Vec<T>, more: &[T], fewer: &[T]) {
    items.retain(|item| !fewer.contains(item));
    items.extend_from_slice(more);
    *items = sorted(std::mem::take(items));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_changes() {
        let mut kinds = vec!["b", "d"];
        amend(&mut kinds, &["c", "b"], &["d", "x"]);
        assert_eq!(kinds, ["b", "c"]);
    }
}

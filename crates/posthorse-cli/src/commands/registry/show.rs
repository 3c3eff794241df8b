//! `posthorse registry show`: what a registry or a draft says, without believing it.

use std::path::Path;

use posthorse_domain::Rulebook;
use posthorse_package::{
    Fingerprint, KindName, Limits, Party, Registry, RegistryDocument, Role, UntrustedText,
};
use serde_json::json;

use super::draft::Draft;
use super::reports;
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::language::{Messages, arg};
use crate::moment;
use crate::output::Context;
use crate::rulebook;

pub(super) fn run(arguments: &args::RegistryShow, context: &mut Context) -> Result<Exit, Failure> {
    let (document, state) = match Draft::read(&arguments.registry) {
        Ok(Draft {
            document,
            envelope: None,
            ..
        }) => (document, "registry-state-draft"),
        Ok(Draft {
            document,
            envelope: Some(bytes),
            ..
        }) => {
            let trusted = Registry::trust(&bytes, &Limits::default()).is_ok();
            let state = if trusted {
                "registry-state-signed"
            } else {
                "registry-state-unsigned"
            };
            (document, state)
        }
        Err(failure) => return Err(failure),
    };
    let fingerprint = Fingerprint::of_root(&document.root.keys).to_string();
    context.json(&json!({
        "state": state.trim_start_matches("registry-state-"),
        "root_fingerprint": fingerprint,
        "document": document,
    }))?;
    context.say(
        "registry-title",
        &[
            arg("version", document.version),
            arg("expires", moment::shown(document.expires)),
            arg("state", context.messages.word(state)),
            arg("fingerprint", fingerprint),
        ],
    )?;
    let keys = [
        "column-party",
        "column-name",
        "column-role",
        "column-may-send",
        "column-reports",
        "column-keys",
    ];
    let rules = rules_of(&document, &arguments.registry)?;
    let header = keys.map(|key| context.messages.word(key));
    let rows: Vec<Vec<String>> = document
        .parties
        .iter()
        .map(|party| party_row(party, &rules, &context.messages))
        .collect();
    context.table(&header, &rows)?;
    Ok(Exit::Good)
}

/// The rules beside it, for the names of lists. What it says is shown without them too.
fn rules_of(document: &RegistryDocument, path: &Path) -> Result<Rulebook, Failure> {
    let files = rulebook::read(&document.rules, &rulebook::folder_beside(path));
    files
        .and_then(|files| rulebook::made_of(&files))
        .or_else(|_| rulebook::built_in())
}

fn party_row(party: &Party, rules: &Rulebook, messages: &Messages) -> Vec<String> {
    let mut roles: Vec<String> = party
        .roles
        .iter()
        .map(|role| {
            messages.word(match role {
                Role::Department => "role-department",
                Role::Bureau => "role-bureau",
                Role::County => "role-county",
                Role::Auditor => "role-auditor",
            })
        })
        .collect();
    roles.extend_from_slice(&party.counties);
    let kinds: Vec<String> = party
        .may_send
        .iter()
        .map(|kind| kind_line(kind, party, messages))
        .collect();
    let keys: Vec<String> = party
        .signing_keys
        .iter()
        .map(|entry| {
            let person = UntrustedText::new(entry.person.clone()).to_string();
            match &entry.revoked {
                None => format!("{person} → {}", moment::shown(entry.valid_until)),
                Some(revoked) => messages.text(
                    "key-revoked-since",
                    &[
                        arg("person", person),
                        arg("at", moment::shown(revoked.at)),
                        arg(
                            "reason",
                            UntrustedText::new(revoked.reason.clone()).to_string(),
                        ),
                    ],
                ),
            }
        })
        .collect();
    let name = UntrustedText::new(party.name.clone()).to_string();
    vec![
        party.id.to_string(),
        name,
        roles.join(" "),
        kinds.join("\n"),
        reports::lines(party, rules, messages).join("\n"),
        keys.join("\n"),
    ]
}

/// A kind that the party may send, and whether two persons must sign it.
fn kind_line(kind: &KindName, party: &Party, messages: &Messages) -> String {
    if party.two_signatures.contains(kind) {
        messages.text("kind-of-two-signatures", &[arg("kind", kind.to_string())])
    } else {
        kind.to_string()
    }
}

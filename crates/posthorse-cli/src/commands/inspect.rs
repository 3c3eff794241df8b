//! `posthorse inspect`: what a package says of itself, without keys and without believing it.

use posthorse_package::{Limits, Manifest, Sealed, UntrustedText};
use serde_json::json;

use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::kinds;
use crate::language::Messages;
use crate::moment;
use crate::output::Context;

pub(crate) fn run(arguments: &args::Inspect, context: &mut Context) -> Result<Exit, Failure> {
    let file = files::open_seekable(&arguments.package)?;
    let sealed = Sealed::read(file, &Limits::default())
        .map_err(|error| Failure::from(error).at(&arguments.package))?;
    let manifest = sealed.untrusted_manifest();
    let digest = sealed.untrusted_manifest_digest();
    let signers: Vec<String> = sealed
        .untrusted_signers()
        .map(|key| key.to_string())
        .collect();
    context.json(&json!({
        "trusted": false,
        "untrusted_manifest": manifest,
        "untrusted_manifest_digest": digest,
        "untrusted_signers": signers,
    }))?;
    context.say("inspect-untrusted", &[])?;
    let mut facts = manifest_facts(manifest, &context.messages);
    facts.push(("fact-manifest", digest.to_string()));
    facts.push(("fact-signers", signers.join("\n")));
    let rows: Vec<Vec<String>> = facts
        .into_iter()
        .map(|(key, value)| {
            vec![
                context.messages.word(key),
                UntrustedText::new(value).to_string(),
            ]
        })
        .collect();
    let header = [
        context.messages.word("column-fact"),
        context.messages.word("column-claimed"),
    ];
    context.table(&header, &rows)?;
    Ok(Exit::Good)
}

fn manifest_facts(manifest: &Manifest, messages: &Messages) -> Vec<(&'static str, String)> {
    let optional = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let recipients: Vec<&str> = manifest
        .recipients
        .iter()
        .map(|recipient| recipient.party.as_str())
        .collect();
    vec![
        ("fact-package", manifest.package_id.to_string()),
        (
            "fact-kind",
            kinds::title_and_code(manifest.kind.as_str(), messages),
        ),
        ("fact-sender", manifest.sender.to_string()),
        ("fact-recipients", recipients.join(", ")),
        (
            "fact-period",
            optional(manifest.period.as_ref().map(ToString::to_string)),
        ),
        (
            "fact-sealed-at",
            moment::shown_with_zone(manifest.sealed_at),
        ),
        (
            "fact-not-after",
            moment::shown_with_zone(manifest.not_after),
        ),
        ("fact-sequence", manifest.sequence.to_string()),
        (
            "fact-in-reply-to",
            optional(manifest.in_reply_to.map(|digest| digest.to_string())),
        ),
        (
            "fact-supersedes",
            optional(manifest.supersedes.map(|digest| digest.to_string())),
        ),
        ("fact-payload", manifest.payload.length.to_string()),
    ]
}

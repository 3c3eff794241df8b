//! `posthorse registry`: who takes part and with which keys. Edits go into a draft of the next
//! version, which becomes the registry when enough root keys have signed it.

mod add;
mod draft;
mod fingerprint;
mod reports;
mod revoke;
mod rights;
mod rules;
mod show;
mod sign;
mod trust;

use std::path::Path;

use posthorse_package::{Digest, Registry};
use serde_json::json;

use self::draft::Draft;
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::language::arg;
use crate::moment;
use crate::output::Context;

const DAY: i64 = 86_400;

pub(crate) fn run(command: args::Registry, context: &mut Context) -> Result<Exit, Failure> {
    match command {
        args::Registry::Create(arguments) => {
            let draft = draft::create(arguments, context)?;
            report_draft(&draft, context)
        }
        args::Registry::Add(arguments) => add::run(&arguments, context),
        args::Registry::Rights(arguments) => {
            let draft = rights::change(&arguments, context)?;
            report_draft(&draft, context)
        }
        args::Registry::Reports(arguments) => {
            let draft = reports::change(&arguments, context)?;
            report_draft(&draft, context)
        }
        args::Registry::Revoke(arguments) => {
            let draft = revoke::revoke(&arguments, context)?;
            report_draft(&draft, context)
        }
        args::Registry::Rules(command) => rules::run(&command, context),
        args::Registry::Sign(arguments) => sign::run(&arguments, context),
        args::Registry::Show(arguments) => show::run(&arguments, context),
        args::Registry::Verify(arguments) => trust::verify(&arguments, context),
        args::Registry::Trust(arguments) => trust::trust(&arguments, context),
    }
}

fn report_draft(draft: &Draft, context: &mut Context) -> Result<Exit, Failure> {
    let version = draft.document.version;
    context.json(&json!({ "draft": shown(&draft.path), "version": version }))?;
    context.say(
        "registry-draft",
        &[arg("path", shown(&draft.path)), arg("version", version)],
    )?;
    Ok(Exit::Good)
}

fn report_registry(
    key: &str,
    path: &Path,
    registry: &Registry,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let document = registry.document();
    let fingerprint = registry.root_fingerprint().to_string();
    let digest: Digest = registry.digest();
    context.json(&json!({
        "path": shown(path),
        "version": document.version,
        "expires": document.expires,
        "digest": digest,
        "root_fingerprint": fingerprint,
        "rules": document.rules,
    }))?;
    context.say(
        key,
        &[
            arg("path", shown(path)),
            arg("version", document.version),
            arg("expires", moment::shown(document.expires)),
            arg("fingerprint", fingerprint),
        ],
    )?;
    Ok(Exit::Good)
}

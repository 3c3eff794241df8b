//! `posthorse daemon quarantine`: what was put away without a verdict, why, and where it lies.

use std::path::{Path, PathBuf};

use posthorse_domain::{Month, mask_number};
use posthorse_ledger::QuarantinedThing;
use posthorse_package::UntrustedText;
use serde_json::{Value, json};

use crate::args;
use crate::commands::desk::LedgerPlace;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::language::{Messages, arg};
use crate::moment;
use crate::output::{Context, Mark};

/// A run of so many digits in a name is taken for somebody's number.
const NUMBER_DIGITS: usize = 7;

pub(super) fn run(
    arguments: &args::DaemonQuarantine,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let place = LedgerPlace::find(&arguments.config)?;
    let month = arguments.month.as_ref().map(Month::new).transpose();
    let month = month.map_err(|error| Failure::new(Exit::Usage, "not-a-month").detail(error))?;
    let things = place.read()?.quarantined(month.as_ref());
    let things = things.map_err(|error| place.failed(&error))?;
    let found: Vec<(QuarantinedThing, Option<PathBuf>)> = things
        .into_iter()
        .map(|thing| {
            let lies = lies_at(&place, &thing);
            (thing, lies)
        })
        .collect();
    let document: Vec<Value> = found
        .iter()
        .map(|(thing, lies)| thing_json(thing, lies.as_deref(), &context.messages))
        .collect();
    context.json(&json!({ "quarantined": document }))?;
    if found.is_empty() {
        return context.say("quarantine-empty", &[]).map(|()| Exit::Good);
    }
    for (thing, lies) in &found {
        let said = [
            arg("at", moment::shown(thing.at)),
            arg("name", masked_name(thing)),
            arg("reason", reason(&thing.code, &context.messages)),
            arg("code", thing.code.clone()),
        ];
        let text = context.messages.text("quarantine-line", &said);
        context.marked(Mark::Warning, &text)?;
        match lies {
            Some(path) => context.say("quarantine-lies", &[arg("path", shown(path))])?,
            None => context.say("quarantine-gone", &[arg("claim", thing.claim.to_string())])?,
        }
    }
    Ok(Exit::Good)
}

/// Where it lies: on the bureau's own disk, or on the share where it could not leave that.
fn lies_at(place: &LedgerPlace, thing: &QuarantinedThing) -> Option<PathBuf> {
    let claim = thing.claim.as_str();
    let folders = [
        place.config.state.join("quarantine"),
        place.config.drop.join("inbox").join(".quarantine"),
    ];
    let mut items = folders.into_iter().map(|folder| folder.join(claim));
    items.find(|path| is_there(path))
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Its name, in which every long number is masked: strangers name files after people.
fn masked_name(thing: &QuarantinedThing) -> String {
    let name = String::from_utf8_lossy(thing.file_name.expose()).into_owned();
    let mut masked = String::with_capacity(name.len());
    let mut number = String::new();
    let end = |number: &mut String, masked: &mut String| {
        if number.chars().count() >= NUMBER_DIGITS {
            masked.push_str(&mask_number(number));
        } else {
            masked.push_str(number);
        }
        number.clear();
    };
    for letter in name.chars() {
        // The last place of an identity number may be an X.
        let is_last = matches!(letter, 'x' | 'X') && number.chars().count() >= NUMBER_DIGITS;
        if letter.is_numeric() || is_last {
            number.push(letter);
        } else {
            end(&mut number, &mut masked);
            masked.push(letter);
        }
    }
    end(&mut number, &mut masked);
    UntrustedText::new(masked).to_string()
}

/// Why, in a sentence; the code where this program has none for it.
fn reason(code: &str, messages: &Messages) -> String {
    let found = messages.find(&format!("quarantine-{code}"), &[]);
    found
        .or_else(|| messages.find(&format!("refusal-{code}"), &[]))
        .unwrap_or_else(|| code.to_owned())
}

fn thing_json(thing: &QuarantinedThing, lies: Option<&Path>, messages: &Messages) -> Value {
    json!({
        "claim": thing.claim.as_str(),
        "untrusted_name": masked_name(thing),
        "claimed_at": thing.claimed_at,
        "at": thing.at,
        "code": thing.code,
        "message": reason(&thing.code, messages),
        "file": thing.file,
        "path": lies.map(shown),
    })
}

#[cfg(test)]
mod tests {
    use posthorse_ledger::Secret;

    use super::*;

    #[test]
    fn a_name_is_shown_without_numbers_of_people() {
        let shown = |name: &str| {
            masked_name(&QuarantinedThing {
                claim: "0123456789abcdef0123456789abcdef".parse().expect("a claim"),
                file_name: Secret::new(name.as_bytes().to_vec()),
                claimed_at: "2026-11-24T04:00:00Z".parse().expect("a moment"),
                at: "2026-11-24T04:00:00Z".parse().expect("a moment"),
                code: "plaintext-list".to_owned(),
                file: None,
            })
        };
        assert_eq!(
            shown("上蔡 41282519700101000X.xlsx"),
            "上蔡 412825********000X.xlsx"
        );
        assert_eq!(shown("13812345678-2026.csv"), "13*******78-2026.csv");
        assert!(!shown("a\u{1b}[31mb\u{202e}c").contains(['\u{1b}', '\u{202e}']));
    }
}

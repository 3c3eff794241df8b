//! `posthorse receipt`: what the bureau answered.

use std::path::PathBuf;

use posthorse_package::json::Value as Json;
use posthorse_package::{Disposition, Limits, Receipt, UntrustedText};
use serde_json::json;

use super::verify::judge_receipt;
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::home;
use crate::kinds;
use crate::language::{Messages, arg};
use crate::moment;
use crate::output::{Context, Mark};

pub(crate) fn run(command: &args::Receipt, context: &mut Context) -> Result<Exit, Failure> {
    match command {
        args::Receipt::Show(arguments) => show(&arguments.receipts, context),
        args::Receipt::Verify(arguments) => verify(arguments, context),
    }
}

fn show(receipts: &[PathBuf], context: &mut Context) -> Result<Exit, Failure> {
    let mut documents = Vec::with_capacity(receipts.len());
    context.say("receipt-untrusted", &[])?;
    for path in receipts {
        let receipt = Receipt::untrusted(&files::read(path)?, &Limits::default())
            .map_err(|error| Failure::from(error).at(path))?;
        print(path, &receipt, context)?;
        documents.push(json!({ "path": shown(path), "untrusted_receipt": receipt }));
    }
    context.json(&json!({ "trusted": false, "receipts": documents }))?;
    Ok(Exit::Good)
}

fn verify(arguments: &args::ReceiptVerify, context: &mut Context) -> Result<Exit, Failure> {
    let registry = home::read_registry(&arguments.registry)?;
    let as_of = arguments.as_of.unwrap_or(context.now);
    let mut exit = Exit::Good;
    let mut documents = Vec::with_capacity(arguments.receipts.len());
    for path in &arguments.receipts {
        match judge_receipt(path, &registry, as_of) {
            Ok(receipt) => {
                print(path, &receipt, context)?;
                documents.push(json!({ "path": shown(path), "good": true, "receipt": receipt }));
            }
            Err(failure) => {
                exit = Exit::Refused;
                let text = context.messages.text(
                    "verify-bad",
                    &[
                        arg("path", shown(path)),
                        arg("what", failure.sentence(&context.messages)),
                        arg("code", failure.code().to_owned()),
                    ],
                );
                context.marked(Mark::Bad, &text)?;
                let error = failure.to_json(&context.messages);
                documents.push(json!({ "path": shown(path), "good": false, "error": error }));
            }
        }
    }
    context.json(&json!({ "as_of": as_of, "receipts": documents, "exit": exit.code() }))?;
    Ok(exit)
}

fn print(path: &std::path::Path, receipt: &Receipt, context: &mut Context) -> Result<(), Failure> {
    let mark = match receipt.disposition {
        Disposition::Accepted => Mark::Good,
        Disposition::Rejected => Mark::Bad,
        _ => Mark::Warning,
    };
    context.marked(mark, &shown(path))?;
    let messages = &context.messages;
    let mut facts = vec![
        ("fact-issuer", receipt.issuer.to_string()),
        ("fact-sender", receipt.package.sender.to_string()),
        (
            "fact-kind",
            kinds::title_and_code(receipt.package.kind.as_str(), messages),
        ),
        ("fact-package", receipt.package.package_id.to_string()),
        ("fact-manifest", receipt.package.manifest.to_string()),
        (
            "fact-received-at",
            moment::shown_with_zone(receipt.received_at),
        ),
        ("fact-issued-at", moment::shown_with_zone(receipt.issued_at)),
        (
            "fact-disposition",
            disposition(receipt.disposition, messages),
        ),
        ("fact-reason", reason(&receipt.code, messages)),
    ];
    let timeliness = timeliness(receipt).map(|known| known.sentence(messages));
    facts.extend(timeliness.map(|sentence| ("fact-timeliness", sentence)));
    let rows: Vec<Vec<String>> = facts
        .into_iter()
        .map(|(key, value)| vec![messages.word(key), UntrustedText::new(value).to_string()])
        .collect();
    let header = [messages.word("column-fact"), messages.word("column-value")];
    context.table(&header, &rows)
}

/// What became of a package, in words.
pub(crate) fn disposition(disposition: Disposition, messages: &Messages) -> String {
    messages.word(match disposition {
        Disposition::Accepted => "disposition-accepted",
        Disposition::AcceptedInPart => "disposition-accepted-in-part",
        Disposition::Rejected => "disposition-rejected",
        _ => "disposition-other",
    })
}

/// How a package stood to its window (receipt-v1 §1).
pub(crate) struct Timeliness<'r> {
    state: &'r str,
    days: u64,
}

impl Timeliness<'_> {
    pub(crate) fn is_late(&self) -> bool {
        self.state == "late"
    }

    pub(crate) fn sentence(&self, messages: &Messages) -> String {
        let days = [arg("days", self.days)];
        messages
            .find(&format!("timeliness-{}", self.state), &days)
            .unwrap_or_else(|| UntrustedText::new(self.state).to_string())
    }
}

/// What a receipt says about timeliness, if it says anything.
pub(crate) fn timeliness(receipt: &Receipt) -> Option<Timeliness<'_>> {
    let Json::Object(said) = receipt.extensions.get("timeliness")? else {
        return None;
    };
    match (said.get("state")?, said.get("days")?) {
        (Json::Text(state), Json::Integer(days)) => Some(Timeliness {
            state,
            days: u64::try_from(*days).ok()?,
        }),
        _ => None,
    }
}

/// A receipt's coded reason, with its sentence where there is one.
fn reason(code: &str, messages: &Messages) -> String {
    let sentence = messages
        .find(&format!("reason-{code}"), &[])
        .or_else(|| messages.find(&format!("refusal-{code}"), &[]));
    match sentence {
        Some(sentence) => format!("{code}: {sentence}"),
        None => code.to_owned(),
    }
}

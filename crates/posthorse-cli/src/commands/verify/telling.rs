//! What is said of each file that was judged: a line for people, an object for programs.

use posthorse_domain::date_in_china;
use posthorse_package::UntrustedText;
use serde_json::{Value, json};

use super::{Judged, Target};
use crate::commands::deleted::Trace;
use crate::failure::{Failure, shown};
use crate::kinds;
use crate::language::{Messages, arg};
use crate::moment;
use crate::output::{Context, Mark};

pub(super) fn print_line(
    target: &Target,
    judged: &Result<Judged, Failure>,
    context: &mut Context,
) -> Result<(), Failure> {
    let path = arg("path", shown(target.path()));
    match judged {
        Ok(Judged::Package {
            manifest, persons, ..
        }) => {
            let persons = UntrustedText::new(persons.join(", ")).to_string();
            let text = context.messages.text(
                "verify-package",
                &[
                    path,
                    arg(
                        "kind",
                        kinds::title(manifest.kind.as_str(), &context.messages),
                    ),
                    arg("sender", manifest.sender.to_string()),
                    arg("persons", persons),
                    arg("sealed", moment::shown(manifest.sealed_at)),
                ],
            );
            context.marked(Mark::Good, &text)
        }
        Ok(Judged::Evidence {
            manifest,
            persons,
            deletion,
            ..
        }) => {
            let persons = UntrustedText::new(persons.join(", ")).to_string();
            let kind = kinds::title(manifest.kind.as_str(), &context.messages);
            let said = [
                path,
                arg("kind", kind),
                arg("sender", manifest.sender.to_string()),
                arg("persons", persons),
                arg("sealed", moment::shown(manifest.sealed_at)),
                arg("day", deletion.day.to_string()),
                arg("number", deletion.number),
            ];
            let text = context.messages.text("verify-evidence", &said);
            context.marked(Mark::Good, &text)
        }
        Ok(Judged::Deletion(record)) => {
            let said = [
                path,
                arg("number", record.number),
                arg("issuer", record.issuer.to_string()),
                arg("deleted", date_in_china(record.deleted_at).to_string()),
                arg("packages", record.packages.len() as u64),
            ];
            let text = context.messages.text("verify-deletion", &said);
            context.marked(Mark::Good, &text)
        }
        Ok(Judged::Receipt(receipt)) => {
            let text = context.messages.text(
                "verify-receipt",
                &[
                    path,
                    arg("code", receipt.code.clone()),
                    arg("issuer", receipt.issuer.to_string()),
                    arg("package", receipt.package.package_id.to_string()),
                    arg("issued", moment::shown(receipt.issued_at)),
                ],
            );
            context.marked(Mark::Good, &text)
        }
        Err(failure) => {
            let what = failure.sentence(&context.messages);
            let code = arg("code", failure.code().to_owned());
            let text = context
                .messages
                .text("verify-bad", &[path, arg("what", what), code]);
            context.marked(Mark::Bad, &text)
        }
    }
}

pub(super) fn to_json(
    target: &Target,
    judged: &Result<Judged, Failure>,
    messages: &Messages,
) -> Value {
    let path = shown(target.path());
    match judged {
        Ok(Judged::Package {
            manifest,
            digest,
            persons,
        }) => json!({
            "path": path,
            "type": "package",
            "good": true,
            "manifest": manifest,
            "manifest_digest": digest,
            "signed_by": persons,
        }),
        Ok(Judged::Receipt(receipt)) => json!({
            "path": path,
            "type": "receipt",
            "good": true,
            "receipt": receipt,
        }),
        Ok(Judged::Evidence {
            manifest,
            digest,
            persons,
            deletion,
        }) => json!({
            "path": path,
            "type": "evidence",
            "good": true,
            "manifest": manifest,
            "manifest_digest": digest,
            "signed_by": persons,
            "deleted_on": deletion.day.to_string(),
            "deletion": deletion.number,
        }),
        Ok(Judged::Deletion(record)) => json!({
            "path": path,
            "type": "deletion",
            "good": true,
            "deletion": record,
        }),
        Err(failure) => json!({
            "path": path,
            "type": match target {
                Target::Package(_) => "package",
                Target::Receipt(_) => "receipt",
                Target::Deleted(Trace::Evidence, _) => "evidence",
                Target::Deleted(Trace::Record, _) => "deletion",
            },
            "good": false,
            "error": failure.to_json(messages),
        }),
    }
}

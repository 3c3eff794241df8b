//! `posthorse verify`: packages and receipts, by the registry alone: no decryption key is needed.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use posthorse_package::{
    Digest, Limits, Manifest, Receipt, Registry, Sealed, Timestamp, UntrustedText, VerifiedReceipt,
};
use serde_json::{Value, json};
use walkdir::WalkDir;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::home;
use crate::interrupt::Watched;
use crate::kinds;
use crate::language::{Messages, arg};
use crate::moment;
use crate::output::{Context, Mark};

const PACKAGE_ENDING: &str = ".xpkg";
const RECEIPT_ENDING: &str = ".receipt.json";
/// How every package begins: a ZIP whose first member says what it is (package spec §2).
const PACKAGE_NAME_AT: usize = 30;
const PACKAGE_FIRST_MEMBER: &[u8] = b"mimetypeapplication/vnd.posthorse.package+zip";

pub(crate) fn run(arguments: &args::Verify, context: &mut Context) -> Result<Exit, Failure> {
    let registry = home::read_registry(&arguments.registry)?;
    let as_of = arguments.as_of.unwrap_or(context.now);
    let found = find(&arguments.paths, &arguments.registry)?;
    let mut results = Vec::with_capacity(found.targets.len());
    let mut good = 0_u64;
    for target in &found.targets {
        let judged = judge(target, &registry, as_of, context);
        if let Err(failure) = &judged
            && failure.code() == "interrupted"
        {
            return Err(failure.clone());
        }
        good += u64::from(judged.is_ok());
        print_line(target, &judged, context)?;
        results.push(to_json(target, &judged, &context.messages));
    }
    let refused = found.targets.len() as u64 - good;
    let exit = match (found.targets.is_empty(), refused) {
        (false, 0) => Exit::Good,
        _ => Exit::Refused,
    };
    context.json(&json!({
        "as_of": as_of,
        "registry_version": registry.document().version,
        "results": results,
        "good": good,
        "refused": refused,
        "passed_over": found.passed_over,
        "exit": exit.code(),
    }))?;
    if found.targets.is_empty() {
        context.say("verify-nothing", &[])?;
    }
    context.say(
        "verify-sum",
        &[
            arg("good", good),
            arg("refused", refused),
            arg("passed", found.passed_over),
        ],
    )?;
    Ok(exit)
}

/// A file to judge, and what it is by its name or its beginning.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Package(PathBuf),
    Receipt(PathBuf),
}

impl Target {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Target::Package(path) | Target::Receipt(path) => path,
        }
    }
}

/// What lies under some paths.
pub(crate) struct Found {
    pub(crate) targets: Vec<Target>,
    /// Files in folders that are neither package nor receipt.
    pub(crate) passed_over: u64,
}

/// Takes files as they are named, and from folders every package and receipt, however deep.
pub(crate) fn find(paths: &[PathBuf], registry: &Path) -> Result<Found, Failure> {
    let mut found = Found {
        targets: Vec::new(),
        passed_over: 0,
    };
    for path in paths {
        if files::is_standard_stream(path) || !path.is_dir() {
            found.targets.push(named_target(path)?);
            continue;
        }
        for entry in WalkDir::new(path).follow_links(false).sort_by_file_name() {
            let entry = entry.map_err(|cause| Failure::io("cannot-read", path, &cause.into()))?;
            if !entry.file_type().is_file() {
                continue;
            }
            match target_in_folder(entry.path())? {
                Some(target) => found.targets.push(target),
                None if entry.path() == registry => {}
                None => found.passed_over += 1,
            }
        }
    }
    Ok(found)
}

/// A file that somebody names is judged, whatever it is.
fn named_target(path: &Path) -> Result<Target, Failure> {
    if files::is_standard_stream(path) {
        return Ok(Target::Package(path.to_owned()));
    }
    let is_json = beginning(path)?.first() == Some(&b'{');
    Ok(if is_json {
        Target::Receipt(path.to_owned())
    } else {
        Target::Package(path.to_owned())
    })
}

/// In a folder, the ending or the beginning must say what a file is. A package stays one under any
/// name, so that nothing is hidden from an auditor by renaming it.
fn target_in_folder(path: &Path) -> Result<Option<Target>, Failure> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    if name.starts_with('.') {
        return Ok(None);
    }
    if name.ends_with(RECEIPT_ENDING) {
        return Ok(Some(Target::Receipt(path.to_owned())));
    }
    let is_package = name.ends_with(PACKAGE_ENDING)
        || beginning(path)?
            .get(PACKAGE_NAME_AT..)
            .is_some_and(|rest| rest.starts_with(PACKAGE_FIRST_MEMBER));
    Ok(is_package.then(|| Target::Package(path.to_owned())))
}

fn beginning(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let length = (PACKAGE_NAME_AT + PACKAGE_FIRST_MEMBER.len()) as u64;
    files::open(path)?
        .take(length)
        .read_to_end(&mut bytes)
        .map_err(|cause| Failure::io("cannot-read", path, &cause))?;
    Ok(bytes)
}

/// What is good, and proven so.
pub(crate) enum Judged {
    Package {
        manifest: Box<Manifest>,
        digest: Digest,
        persons: Vec<String>,
    },
    Receipt(Box<Receipt>),
}

/// Judges one file as of a moment.
pub(crate) fn judge(
    target: &Target,
    registry: &Registry,
    as_of: Timestamp,
    context: &Context,
) -> Result<Judged, Failure> {
    match target {
        Target::Package(path) => judge_package(path, registry, as_of, context),
        Target::Receipt(path) => {
            judge_receipt(path, registry, as_of).map(|receipt| Judged::Receipt(Box::new(receipt)))
        }
    }
}

fn judge_package(
    path: &Path,
    registry: &Registry,
    as_of: Timestamp,
    context: &Context,
) -> Result<Judged, Failure> {
    let file = files::open_seekable(path)?;
    let length = file
        .metadata()
        .map_err(|cause| Failure::io("cannot-read", path, &cause))?
        .len();
    let bar = context.bar(length, "bar-verify");
    let file = Watched::new(file, bar.clone(), context.interrupt.clone());
    let sealed = Sealed::read(BufReader::new(file), &Limits::default())?;
    let verified = sealed.verify(registry, as_of);
    bar.finish_and_clear();
    let verified = verified?;
    Ok(Judged::Package {
        manifest: Box::new(verified.manifest().clone()),
        digest: verified.manifest_digest(),
        persons: verified
            .signers()
            .iter()
            .map(|signer| signer.person.clone())
            .collect(),
    })
}

/// Judges one receipt as of a moment.
pub(crate) fn judge_receipt(
    path: &Path,
    registry: &Registry,
    as_of: Timestamp,
) -> Result<Receipt, Failure> {
    let bytes = files::read(path)?;
    let verified = VerifiedReceipt::verify(&bytes, registry, as_of, &Limits::default())?;
    Ok(verified.receipt().clone())
}

fn print_line(
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

fn to_json(target: &Target, judged: &Result<Judged, Failure>, messages: &Messages) -> Value {
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
        Err(failure) => json!({
            "path": path,
            "type": match target {
                Target::Package(_) => "package",
                Target::Receipt(_) => "receipt",
            },
            "good": false,
            "error": failure.to_json(messages),
        }),
    }
}

//! `posthorse verify`: packages and receipts, by the registry alone: no decryption key is needed.

mod telling;

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use posthorse_package::{
    DeletionRecord, Digest, Evidence, Limits, Manifest, Receipt, Registry, Sealed, Signer,
    Timestamp, VerifiedDeletion, VerifiedReceipt,
};
use serde_json::json;
use walkdir::WalkDir;

use super::deleted::{self, Deletion, Deletions, Trace};
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::home;
use crate::interrupt::Watched;
use crate::language::arg;
use crate::output::Context;

const PACKAGE_ENDING: &str = ".xpkg";
const RECEIPT_ENDING: &str = ".receipt.json";
/// How every package begins: a ZIP whose first member says what it is (package spec §2).
const PACKAGE_NAME_AT: usize = 30;
const PACKAGE_FIRST_MEMBER: &[u8] = b"mimetypeapplication/vnd.posthorse.package+zip";

pub(crate) fn run(arguments: &args::Verify, context: &mut Context) -> Result<Exit, Failure> {
    let registry = home::read_registry(&arguments.registry)?;
    let as_of = arguments.as_of.unwrap_or(context.now);
    let found = find(&arguments.paths, &arguments.registry)?;
    let deletions = deletions(&found.targets, &registry, as_of);
    let mut results = Vec::with_capacity(found.targets.len());
    let mut good = 0_u64;
    for target in &found.targets {
        let judged = judge(target, (&registry, &deletions), as_of, context);
        if let Err(failure) = &judged
            && failure.code() == "interrupted"
        {
            return Err(failure.clone());
        }
        good += u64::from(judged.is_ok());
        telling::print_line(target, &judged, context)?;
        results.push(telling::to_json(target, &judged, &context.messages));
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
    /// What a deletion left.
    Deleted(Trace, PathBuf),
}

impl Target {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Target::Package(path) | Target::Receipt(path) | Target::Deleted(_, path) => path,
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
    let beginning = beginning(path)?;
    if let Some(trace) = Trace::of("", &beginning) {
        return Ok(Target::Deleted(trace, path.to_owned()));
    }
    Ok(if beginning.first() == Some(&b'{') {
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
    let beginning = beginning(path)?;
    if let Some(trace) = Trace::of(&name, &beginning) {
        return Ok(Some(Target::Deleted(trace, path.to_owned())));
    }
    let is_package = name.ends_with(PACKAGE_ENDING)
        || beginning
            .get(PACKAGE_NAME_AT..)
            .is_some_and(|rest| rest.starts_with(PACKAGE_FIRST_MEMBER));
    Ok(is_package.then(|| Target::Package(path.to_owned())))
}

fn beginning(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let length = (PACKAGE_NAME_AT + PACKAGE_FIRST_MEMBER.len()) as u64;
    files::open(path)?
        .take(length.max(deleted::BEGINNING_BYTES))
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
    /// What is left of a package, and the deletion that says why.
    Evidence {
        manifest: Box<Manifest>,
        digest: Digest,
        persons: Vec<String>,
        deletion: Deletion,
    },
    Deletion(Box<DeletionRecord>),
}

/// Which packages the good deletion records among these files name.
fn deletions(targets: &[Target], registry: &Registry, as_of: Timestamp) -> Deletions {
    let mut deletions = Deletions::default();
    for target in targets {
        if let Target::Deleted(Trace::Record, path) = target
            && let Ok(verified) = judge_deletion(path, registry, as_of)
        {
            deletions.add(&verified);
        }
    }
    deletions
}

fn judge_deletion(
    path: &Path,
    registry: &Registry,
    as_of: Timestamp,
) -> Result<VerifiedDeletion, Failure> {
    let bytes = files::read(path)?;
    let verified = VerifiedDeletion::verify(&bytes, registry, as_of, &Limits::default())?;
    Ok(verified)
}

/// Judges what is left of a package. Without a deletion record it shows no more than that somebody
/// took the content away.
fn judge_evidence(
    path: &Path,
    (registry, deletions): (&Registry, &Deletions),
    as_of: Timestamp,
) -> Result<Judged, Failure> {
    let evidence = Evidence::read(&files::read(path)?, &Limits::default())?;
    let verified = evidence.verify(registry, as_of)?;
    let digest = verified.manifest_digest();
    let deletion = deletions
        .of(&digest)
        .ok_or_else(|| Failure::new(Exit::Refused, "no-deletion-record"))?;
    Ok(Judged::Evidence {
        manifest: Box::new(verified.manifest().clone()),
        digest,
        persons: persons(verified.signers()),
        deletion,
    })
}

fn persons(signers: &[Signer]) -> Vec<String> {
    signers.iter().map(|signer| signer.person.clone()).collect()
}

/// Judges one file as of a moment.
pub(crate) fn judge(
    target: &Target,
    (registry, deletions): (&Registry, &Deletions),
    as_of: Timestamp,
    context: &Context,
) -> Result<Judged, Failure> {
    match target {
        Target::Deleted(Trace::Evidence, path) => {
            judge_evidence(path, (registry, deletions), as_of)
        }
        Target::Deleted(Trace::Record, path) => judge_deletion(path, registry, as_of)
            .map(|verified| Judged::Deletion(Box::new(verified.record().clone()))),
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
        persons: persons(verified.signers()),
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

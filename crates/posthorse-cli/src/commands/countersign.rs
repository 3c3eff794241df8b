//! `posthorse countersign`: a second person of the sending office signs a sealed package, unopened.

use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use posthorse_package::{
    Digest, KeyId, Limits, Registry, Sealed, Signer, Timestamp, UntrustedText,
};
use serde_json::json;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, PendingFile, Privacy};
use crate::home::Home;
use crate::interrupt::Watched;
use crate::language::arg;
use crate::output::Context;
use crate::passphrase::Source;

pub(crate) fn run(arguments: &args::Countersign, context: &mut Context) -> Result<Exit, Failure> {
    let named = [Some(&arguments.package), arguments.output.as_ref()];
    if named
        .into_iter()
        .flatten()
        .any(|path| files::is_standard_stream(path))
    {
        return Err(Failure::new(Exit::Usage, "countersign-needs-a-file"));
    }
    let done = countersign(arguments, context)?;
    let persons: Vec<&str> = done
        .signers
        .iter()
        .map(|signer| signer.person.as_str())
        .collect();
    context.json(&json!({
        "output": shown(&done.path),
        "manifest_digest": done.manifest_digest,
        "signatures_digest": done.signatures_digest,
        "signed_by": persons,
        "length": done.length,
    }))?;
    let persons = UntrustedText::new(persons.join(", ")).to_string();
    let path = || arg("path", shown(&done.path));
    context.say("countersign-done", &[path(), arg("persons", persons)])?;
    // It was verified as receivers will, so nobody is waited for any more.
    context.say("countersign-drop", &[path()])?;
    Ok(Exit::Good)
}

/// A package that now has one signature more.
struct Done {
    path: PathBuf,
    manifest_digest: Digest,
    signatures_digest: Digest,
    signers: Vec<Signer>,
    length: u64,
}

/// Writes the countersigned package under a hidden name, verifies what was written, and only then
/// gives it its name: a new one, or that of the package itself.
fn countersign(arguments: &args::Countersign, context: &Context) -> Result<Done, Failure> {
    let at_package = |failure: Failure| failure.at(&arguments.package);
    let home = Home::at(&arguments.home);
    home.contact_form()?;
    let registry = match &arguments.registry {
        Some(path) => home
            .pin(path, &files::read(path)?)
            .map_err(|failure| failure.at(path))?,
        None => home.registry()?,
    };
    if let Some(output) = &arguments.output {
        files::refuse_existing(output)?;
    }
    let file = files::open(&arguments.package)?;
    let length = file
        .metadata()
        .map_err(|cause| Failure::io("cannot-read", &arguments.package, &cause))?
        .len();
    let source = Source::from_option(arguments.passphrase_file.clone());
    let key = home.signing_key(&source, context)?;
    let bar = context.bar(length.saturating_mul(2), "bar-countersign");
    let watched = Watched::new(file, bar.clone(), context.interrupt.clone());
    let sealed = Sealed::read(
        BufReader::with_capacity(256 << 10, watched),
        &Limits::default(),
    )
    .map_err(|error| at_package(error.into()))?;
    let signed_before: Vec<KeyId> = sealed.untrusted_signers().collect();
    let countersigned = sealed
        .countersign(&key, &registry, context.now)
        .map_err(|error| at_package(error.into()))?;
    let mut done = Done {
        path: PathBuf::new(),
        manifest_digest: countersigned.manifest_digest(),
        signatures_digest: countersigned.signatures_digest(),
        signers: countersigned.signers().to_vec(),
        length: 0,
    };
    let mut pending = match &arguments.output {
        Some(output) => PendingFile::create(output, Privacy::Public)?,
        None => PendingFile::successor(&arguments.package)?,
    };
    let out = BufWriter::with_capacity(256 << 10, pending.file());
    done.length = countersigned
        .write(out)
        .map_err(|error| at_package(error.into()))?;
    bar.finish_and_clear();
    verify_written(&mut pending, &done, (&registry, context.now))?;
    done.path = match &arguments.output {
        Some(output) => {
            pending.commit()?;
            output.clone()
        }
        None => {
            unchanged(&arguments.package, done.manifest_digest, &signed_before)?;
            pending.commit_over()?;
            arguments.package.clone()
        }
    };
    Ok(done)
}

/// Judges the bytes on the disk as every receiver will.
fn verify_written(
    pending: &mut PendingFile,
    done: &Done,
    (registry, as_of): (&Registry, Timestamp),
) -> Result<(), Failure> {
    let internal = |detail: String| Failure::new(Exit::Internal, "internal").detail(detail);
    let file = pending.file();
    let cannot = |cause: std::io::Error| {
        Failure::new(Exit::Environment, "cannot-write-package").detail(cause)
    };
    file.flush().map_err(cannot)?;
    file.seek(SeekFrom::Start(0)).map_err(cannot)?;
    let verified = Sealed::read(
        BufReader::with_capacity(256 << 10, file),
        &Limits::default(),
    )?
    .verify(registry, as_of)?;
    if verified.manifest_digest() != done.manifest_digest
        || verified.signatures_digest() != done.signatures_digest
    {
        return Err(internal(
            "another package was written than was signed".into(),
        ));
    }
    Ok(())
}

/// Nobody else may have put another package, or another signature, in this one's place meanwhile.
fn unchanged(path: &Path, manifest: Digest, signers: &[KeyId]) -> Result<(), Failure> {
    let same = Sealed::read(files::open(path)?, &Limits::default()).is_ok_and(|sealed| {
        sealed.untrusted_manifest_digest() == manifest
            && sealed.untrusted_signers().eq(signers.iter().copied())
    });
    if same {
        return Ok(());
    }
    Err(Failure::new(Exit::Environment, "package-changed").with("path", shown(path)))
}

//! `posthorse open`: verifies, decrypts and unpacks; nothing is seen before everything is proven.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use posthorse_package::{
    Descriptor, Digest, EntryName, EntryStore, Identity, Limits, Manifest, Registry, Sealed,
    Timestamp, UntrustedText,
};
use serde_json::json;

use crate::access_log::{self, Access, AccessLog, Action};
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, PendingFolder};
use crate::home::{self, Home};
use crate::interrupt::{Interrupt, Watched};
use crate::kinds;
use crate::language::arg;
use crate::opened_record;
use crate::output::Context;
use crate::passphrase::Source;
use crate::rulebook;

pub(crate) fn run(arguments: &args::Open, context: &mut Context) -> Result<Exit, Failure> {
    let source = Source::from_option(arguments.passphrase_file.clone());
    let home = arguments.home.as_deref().map(Home::at);
    let registry = match (&home, &arguments.registry) {
        (Some(home), _) => home.registry()?,
        (None, Some(path)) => home::read_registry(path)?,
        (None, None) => return Err(Failure::new(Exit::Usage, "usage")),
    };
    let mut identities = match &home {
        Some(home) => home.identities(&source, context)?,
        None => Vec::new(),
    };
    for path in &arguments.identity {
        identities.extend(home::read_identities(path, &source, context)?);
    }
    // Only names of kinds come from the rules: what they lack keeps nothing closed.
    if let Some(home) = &home {
        let _named_by_code = rulebook::of(&registry, &home.registry_path());
    }
    let job = Job {
        package: &arguments.package,
        registry: &registry,
        identities: &identities,
        as_of: arguments.as_of.unwrap_or(context.now),
        output: &arguments.output,
    };
    let proven = open(&job, context)?;
    record_opening(arguments, home.as_ref(), &proven, context)?;
    let opened = proven.commit()?;
    if let Some(home) = &home {
        opened_record::OpenedPackage::of(&opened.manifest, opened.digest, context.now)
            .keep(&home.opened_path())?;
    }
    context.json(&json!({
        "output": shown(&arguments.output),
        "manifest": opened.manifest,
        "manifest_digest": opened.digest,
        "files": opened.descriptor.resources.iter().map(|file| json!({
            "path": file.path,
            "title": file.title,
            "bytes": file.bytes,
            "list": file.list,
        })).collect::<Vec<_>>(),
    }))?;
    context.say(
        "open-done",
        &[
            arg(
                "kind",
                kinds::title(opened.manifest.kind.as_str(), &context.messages),
            ),
            arg("sender", sender_name(&registry, &opened.manifest)),
            arg("path", shown(&arguments.output)),
        ],
    )?;
    for file in &opened.descriptor.resources {
        context.say(
            "open-file",
            &[
                arg("path", file.path.to_string()),
                arg("title", file.title.to_string()),
            ],
        )?;
    }
    if opened.manifest.kind.as_str() == kinds::PRECHECK_RESULT {
        let package = [arg("path", shown(&arguments.package))];
        context.say("open-precheck", &package)?;
    }
    Ok(Exit::Good)
}

/// Writes down that a package is opened, before its files get their names: in the home, else beside
/// the key that opens it.
fn record_opening(
    arguments: &args::Open,
    home: Option<&Home>,
    proven: &Proven,
    context: &Context,
) -> Result<(), Failure> {
    let log = match (home, arguments.identity.first()) {
        (Some(home), _) => AccessLog::of_home(home)?,
        (None, Some(identity)) => AccessLog::beside(identity)?,
        (None, None) => return Err(Failure::new(Exit::Usage, "usage")),
    };
    let manifest = &proven.package.manifest;
    let access = Access {
        action: Action::Open,
        what: manifest.package_id.to_string(),
        manifest: Some(proven.package.digest),
        purpose: access_log::purpose(arguments.purpose.as_deref(), Some(&manifest.kind))?,
        kind: Some(manifest.kind.clone()),
        rows: proven.rows,
    };
    log.record(access, context.now)
}

/// What to open, with what, and where to.
pub(crate) struct Job<'a> {
    pub(crate) package: &'a Path,
    pub(crate) registry: &'a Registry,
    pub(crate) identities: &'a [Identity],
    pub(crate) as_of: Timestamp,
    pub(crate) output: &'a Path,
}

/// A package whose files lie under their names.
pub(crate) struct OpenedPackage {
    pub(crate) manifest: Manifest,
    pub(crate) digest: Digest,
    pub(crate) descriptor: Descriptor,
}

/// A package that is proven, and whose files have no names yet: dropped, nothing remains.
pub(crate) struct Proven {
    package: OpenedPackage,
    /// How many rows its lists have.
    rows: u64,
    folder: PendingFolder,
}

impl Proven {
    /// Gives the files their names.
    pub(crate) fn commit(self) -> Result<OpenedPackage, Failure> {
        self.folder.commit()?;
        Ok(self.package)
    }
}

/// Opens a package into a folder that must be new or empty. After a failure nothing remains.
pub(crate) fn open(job: &Job<'_>, context: &Context) -> Result<Proven, Failure> {
    let folder = PendingFolder::create(job.output)?;
    let at_package = |failure: Failure| failure.at(job.package);
    let file = files::open_seekable(job.package)?;
    let length = file
        .metadata()
        .map_err(|cause| Failure::io("cannot-read", job.package, &cause))?
        .len();
    let bar = context.bar(length.saturating_mul(2), "bar-open");
    let file = BufReader::new(Watched::new(file, bar.clone(), context.interrupt.clone()));
    let sealed =
        Sealed::read(file, &Limits::default()).map_err(|error| at_package(error.into()))?;
    let verified = sealed
        .verify(job.registry, job.as_of)
        .map_err(|error| at_package(error.into()))?;
    let store = FolderStore {
        root: folder.path().to_owned(),
        interrupt: context.interrupt.clone(),
        rows: BTreeMap::new(),
    };
    let opened = verified
        .open(job.identities, store)
        .map_err(|error| at_package(error.into()))?;
    bar.finish_and_clear();
    let package = OpenedPackage {
        manifest: opened.manifest().clone(),
        digest: opened.manifest_digest(),
        descriptor: opened.descriptor().clone(),
    };
    let counted = opened.into_store().rows;
    let resources = package.descriptor.resources.iter();
    let lists = resources.filter(|file| file.list.is_some());
    let rows = lists.filter_map(|file| counted.get(&file.path)).sum();
    Ok(Proven {
        package,
        rows,
        folder,
    })
}

/// Files in a hidden folder, which the `PendingFolder` that owns it takes away unless committed.
struct FolderStore {
    root: PathBuf,
    interrupt: Interrupt,
    /// How many rows each file has, if it is a list.
    rows: BTreeMap<EntryName, u64>,
}

/// A file on its way, whose rows are counted as they pass.
struct CountedEntry {
    name: EntryName,
    file: BufWriter<Watched<File>>,
    rows: RowCount,
}

impl Write for CountedEntry {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.rows.pass(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Counts the records of a CSV file (RFC 4180): line feeds within quotes end none.
#[derive(Debug, Default)]
struct RowCount {
    records: u64,
    is_quoted: bool,
    is_begun: bool,
}

impl RowCount {
    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' if !self.is_quoted => {
                    self.records += 1;
                    self.is_begun = false;
                    continue;
                }
                b'"' => self.is_quoted = !self.is_quoted,
                _ => {}
            }
            self.is_begun = true;
        }
    }

    /// Every record but the header.
    fn rows(&self) -> u64 {
        (self.records + u64::from(self.is_begun)).saturating_sub(1)
    }
}

impl EntryStore for FolderStore {
    type Entry = CountedEntry;

    fn create(&mut self, name: &EntryName, _length: u64) -> io::Result<Self::Entry> {
        let mut path = self.root.clone();
        let mut parts = name.as_str().split('/').peekable();
        while let Some(part) = parts.next() {
            path.push(part);
            if parts.peek().is_some() && !path.is_dir() {
                files::create_private_folder(&path)?;
            }
        }
        let file = files::create_private(&path)?;
        let watched = Watched::new(file, ProgressBar::hidden(), self.interrupt.clone());
        Ok(CountedEntry {
            name: name.clone(),
            file: BufWriter::with_capacity(256 << 10, watched),
            rows: RowCount::default(),
        })
    }

    fn close(&mut self, mut entry: Self::Entry) -> io::Result<()> {
        entry.flush()?;
        self.rows.insert(entry.name, entry.rows.rows());
        entry.file.get_ref().inner().sync_all()
    }
}

/// What the registry calls the office that sealed a package.
fn sender_name(registry: &Registry, manifest: &Manifest) -> String {
    registry.party(&manifest.sender).map_or_else(
        || manifest.sender.to_string(),
        |party| UntrustedText::new(party.name.clone()).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_as_csv_has_them() {
        let count = |pieces: &[&str]| {
            let mut rows = RowCount::default();
            pieces.iter().for_each(|piece| rows.pass(piece.as_bytes()));
            rows.rows()
        };
        assert_eq!(count(&[""]), 0);
        assert_eq!(count(&["a,b\n"]), 0);
        assert_eq!(count(&["a,b\n1,2\n3,", "4"]), 2);
        assert_eq!(count(&["a,b\r\n\"1\n", "\"\"1\",2\r\n"]), 1);
    }
}

//! `opened.jsonl` in a home: one line for each package that the office has opened (cli-contract §6).

use std::path::Path;

use posthorse_package::{Digest, KindName, Manifest, PackageId, PartyId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;

const FORMAT: &str = "posthorse-opened/1";

/// What an office keeps of a package that it has opened. No person and no file name stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OpenedPackage {
    format: String,
    pub(crate) manifest: Digest,
    pub(crate) package_id: PackageId,
    pub(crate) sender: PartyId,
    pub(crate) kind: KindName,
    pub(crate) opened_at: Timestamp,
}

impl OpenedPackage {
    /// The record of a package whose files have just got their names.
    pub(crate) fn of(manifest: &Manifest, digest: Digest, opened_at: Timestamp) -> Self {
        Self {
            format: FORMAT.to_owned(),
            manifest: digest,
            package_id: manifest.package_id,
            sender: manifest.sender.clone(),
            kind: manifest.kind.clone(),
            opened_at,
        }
    }

    /// Adds it to a home's record.
    pub(crate) fn keep(&self, path: &Path) -> Result<(), Failure> {
        let line = serde_json::to_string(self)
            .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
        files::append_line(path, &line)
    }
}

/// Every opening of a home's record, in order. A record that is not there is empty, and a line that
/// a crash has torn counts as nothing: its package is told once more.
pub(crate) fn read(path: &Path) -> Result<Vec<OpenedPackage>, Failure> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let bytes = files::read(path)?;
    let lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines
        .filter_map(|line| serde_json::from_slice::<OpenedPackage>(line).ok())
        .filter(|package| package.format == FORMAT)
        .collect())
}

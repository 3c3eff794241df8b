//! `sent.jsonl` in a home: one line for each package that the office has sealed (cli-contract §6).

use std::collections::BTreeSet;
use std::path::Path;

use posthorse_package::{
    Digest, KeyId, KindName, ListName, PackageId, PartyId, Period, SealedFacts, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;

const FORMAT: &str = "posthorse-sent/1";

/// What an office keeps of a package that it has sealed. No person and no file name stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SentPackage {
    format: String,
    pub(crate) signing_key: KeyId,
    pub(crate) sequence: u64,
    pub(crate) package_id: PackageId,
    pub(crate) manifest: Digest,
    pub(crate) sender: PartyId,
    pub(crate) kind: KindName,
    pub(crate) list: ListName,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) period: Option<Period>,
    pub(crate) recipients: Vec<PartyId>,
    pub(crate) sealed_at: Timestamp,
    pub(crate) not_after: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) in_reply_to: Option<Digest>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) supersedes: Option<Digest>,
    /// The packages of which a correction or withdrawal speaks.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) amends: Vec<PackageId>,
}

impl SentPackage {
    /// The record of a package that was just sealed.
    pub(crate) fn of(facts: &SealedFacts, list: &ListName, amends: &BTreeSet<PackageId>) -> Self {
        let manifest = &facts.manifest;
        let mut recipients: Vec<PartyId> = manifest
            .recipients
            .iter()
            .map(|one| one.party.clone())
            .collect();
        recipients.dedup();
        Self {
            format: FORMAT.to_owned(),
            signing_key: manifest.signing_key,
            sequence: manifest.sequence,
            package_id: manifest.package_id,
            manifest: facts.manifest_digest,
            sender: manifest.sender.clone(),
            kind: manifest.kind.clone(),
            list: list.clone(),
            period: manifest.period.clone(),
            recipients,
            sealed_at: manifest.sealed_at,
            not_after: manifest.not_after,
            in_reply_to: manifest.in_reply_to,
            supersedes: manifest.supersedes,
            amends: amends.iter().copied().collect(),
        }
    }

    /// The line that is kept.
    pub(crate) fn to_line(&self) -> Result<String, Failure> {
        serde_json::to_string(self)
            .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))
    }
}

/// All lines of a record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SentRecord {
    /// The packages, in the order in which they were sealed.
    pub(crate) packages: Vec<SentPackage>,
    /// The numbers of lines that say nothing, counted from 1.
    pub(crate) damaged: Vec<usize>,
}

impl SentRecord {
    /// Reads a home's record. One that is not there is empty: nothing was sealed yet.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        if !path.exists() {
            return Ok(Self::default());
        }
        Ok(Self::parse(&files::read(path)?))
    }

    /// Takes every whole line, and names the others: one torn line hides no other.
    fn parse(bytes: &[u8]) -> Self {
        let mut record = Self::default();
        for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if line.is_empty() {
                continue;
            }
            match serde_json::from_slice::<SentPackage>(line) {
                Ok(package) if package.format == FORMAT => record.packages.push(package),
                _ => record.damaged.push(at + 1),
            }
        }
        record
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn package(signing_key: KeyId, sequence: u64, manifest: Digest) -> SentPackage {
        let sealed_at: Timestamp = "2026-11-24T08:00:00Z".parse().expect("a timestamp");
        SentPackage {
            format: FORMAT.to_owned(),
            signing_key,
            sequence,
            package_id: PackageId::from_parts(sealed_at, [1; 10]),
            manifest,
            sender: "health".parse().expect("a party id"),
            kind: "warning_list".parse().expect("a kind"),
            list: "health-public-event".parse().expect("a list name"),
            period: None,
            recipients: vec!["bureau".parse().expect("a party id")],
            sealed_at,
            not_after: sealed_at.plus_seconds(30 * 86_400),
            in_reply_to: None,
            supersedes: None,
            amends: Vec::new(),
        }
    }

    pub(crate) fn key() -> KeyId {
        format!("key:{}", "7".repeat(64)).parse().expect("a key id")
    }

    #[test]
    fn a_torn_line_is_named_and_hides_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sent.jsonl");
        let first = package(key(), 1, Digest::of(b"1"));
        let second = package(key(), 2, Digest::of(b"2"));
        let line = first.to_line().expect("a line");
        // The power failed while the second line was written, without its end.
        std::fs::write(&path, format!("{line}\n{}", &line[..40])).expect("a file");
        files::append_line(&path, &second.to_line().expect("a line")).expect("appended");
        let record = SentRecord::read(&path).expect("the record");
        assert_eq!(record.packages, [first, second]);
        assert_eq!(record.damaged, [2]);
    }
}

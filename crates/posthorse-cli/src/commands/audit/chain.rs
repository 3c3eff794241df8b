//! The registry's versions that an audit judges by: one anchor, and what is linked to it both ways.

use posthorse_package::{
    Digest, Fingerprint, Limits, Registry, RegistryDocument, RegistryError, Timestamp,
};

use super::findings::Finding;
use crate::failure::Failure;

/// A registry file that was found: its place and its bytes.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

/// The linked versions, ascending. There is at least one.
#[derive(Debug)]
pub(super) struct Chain {
    versions: Vec<Registry>,
}

impl Chain {
    /// The newest version.
    pub(super) fn newest(&self) -> &Registry {
        &self.versions[self.versions.len() - 1]
    }

    /// The oldest version.
    pub(super) fn oldest(&self) -> &Registry {
        &self.versions[0]
    }

    /// The version that was in force at a moment: the newest issued by then, else the oldest.
    pub(super) fn at(&self, moment: Timestamp) -> &Registry {
        self.versions
            .iter()
            .rev()
            .find(|registry| registry.document().issued_at <= moment)
            .unwrap_or_else(|| self.oldest())
    }

    /// Links what was found to an anchor: the file that the auditor named, else the newest version
    /// whose root keys have the fingerprint that the auditor heard, else the newest version.
    ///
    /// The anchor's predecessors are vouched for by the digests in it, its successors by the root
    /// keys. Everything else that was found is a finding.
    pub(super) fn link(
        named: Option<Candidate>,
        found: Vec<Candidate>,
        heard: Option<&Fingerprint>,
    ) -> Result<(Self, Vec<Finding>), Failure> {
        let mut findings = Vec::new();
        let anchor = match &named {
            Some(candidate) => candidate.trust().map_err(Failure::from)?,
            None => anchor(&found, heard)?,
        };
        let mut versions = vec![anchor];
        let mut rest: Vec<Candidate> = found;
        down(&mut versions, &rest);
        up(&mut versions, &rest);
        if let Some(heard) = heard {
            check_fingerprint(&versions, heard)?;
        }
        rest.retain(|candidate| !candidate.is_one_of(&versions));
        for candidate in rest {
            findings.push(candidate.not_linked(&versions));
        }
        Ok((Self { versions }, findings))
    }
}

impl Candidate {
    fn trust(&self) -> Result<Registry, RegistryError> {
        Registry::trust(&self.bytes, &Limits::default())
    }

    fn is_one_of(&self, versions: &[Registry]) -> bool {
        self.trust()
            .is_ok_and(|registry| versions.iter().any(|one| one.digest() == registry.digest()))
    }

    fn not_linked(&self, versions: &[Registry]) -> Finding {
        let document = match RegistryDocument::untrusted(&self.bytes, &Limits::default()) {
            Ok(document) => document,
            Err(error) => {
                return Finding::new("registry-refused", &self.path).with("refusal", error.refusal);
            }
        };
        if let Err(error) = self.trust() {
            return Finding::new("registry-refused", &self.path).with("refusal", error.refusal());
        }
        let same_version = versions
            .iter()
            .any(|one| one.document().version == document.version);
        let code = if same_version {
            "registry-fork"
        } else {
            "registry-not-linked"
        };
        Finding::new(code, &self.path).with("version", document.version)
    }
}

fn anchor(found: &[Candidate], heard: Option<&Fingerprint>) -> Result<Registry, Failure> {
    let mut last_refusal = None;
    let mut trusted = Vec::new();
    for candidate in found {
        match candidate.trust() {
            Ok(registry) => trusted.push(registry),
            Err(error) => last_refusal = Some(error),
        }
    }
    trusted.sort_by_key(|registry| registry.document().version);
    let newest = trusted.last().map(Registry::root_fingerprint);
    let fits =
        |registry: &Registry| heard.is_none_or(|heard| registry.root_fingerprint() == *heard);
    match (trusted.into_iter().rev().find(fits), newest, last_refusal) {
        (Some(anchor), ..) => Ok(anchor),
        (None, Some(computed), _) => Err(differs(&computed)),
        (None, None, Some(error)) => Err(error.into()),
        (None, None, None) => Err(Failure::new(
            crate::exit::Exit::Environment,
            "audit-no-registry",
        )),
    }
}

fn differs(computed: &Fingerprint) -> Failure {
    Failure::new(crate::exit::Exit::Refused, "root-fingerprint-differs").with("computed", computed)
}

fn check_fingerprint(versions: &[Registry], heard: &Fingerprint) -> Result<(), Failure> {
    let fits = |registry: &Registry| registry.root_fingerprint() == *heard;
    match versions.last() {
        Some(newest) if !versions.iter().any(fits) => Err(differs(&newest.root_fingerprint())),
        _ => Ok(()),
    }
}

/// Each version names the digest of the one before.
fn down(versions: &mut Vec<Registry>, found: &[Candidate]) {
    while let Some(wanted) = versions[0].document().previous {
        let Some(previous) = of_digest(found, wanted) else {
            return;
        };
        versions.insert(0, previous);
    }
}

fn of_digest(found: &[Candidate], wanted: Digest) -> Option<Registry> {
    found
        .iter()
        .filter_map(|candidate| candidate.trust().ok())
        .find(|registry| registry.digest() == wanted)
}

/// The root keys of each version vouch for the next.
fn up(versions: &mut Vec<Registry>, found: &[Candidate]) {
    while let Some(newest) = versions.last() {
        let next = found
            .iter()
            .find_map(|candidate| newest.succeed(&candidate.bytes, &Limits::default()).ok());
        match next {
            Some(next) => versions.push(next),
            None => return,
        }
    }
}

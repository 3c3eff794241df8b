//! What deletion records say, against what there is: facts in, findings out.

use std::collections::{BTreeMap, BTreeSet};

use posthorse_domain::date_in_china;
use posthorse_package::{Digest, PartyId};

use super::findings::{Answer, DeletionFact, Evidence, Finding, Left};
use crate::commands::deleted::Deletion;

/// What was deleted, by the records that are there.
#[derive(Debug, Default)]
pub(super) struct Deleted<'e> {
    pub(super) findings: Vec<Finding>,
    /// Each record once, by issuer and number.
    pub(super) records: Vec<&'e DeletionFact>,
    /// Each evidence file that a record explains: its path, its package, and the first such record.
    pub(super) evidence: Vec<(String, Digest, Deletion)>,
}

/// Compares records with each other, and with packages and evidence.
pub(super) fn examine(evidence: &Evidence) -> Deleted<'_> {
    let mut deleted = Deleted::default();
    chain(evidence, &mut deleted);
    let mut named: BTreeMap<Digest, Deletion> = BTreeMap::new();
    for record in &deleted.records {
        let deletion = Deletion {
            number: record.number,
            day: date_in_china(record.deleted_at),
        };
        for manifest in &record.packages {
            named.entry(*manifest).or_insert(deletion);
        }
    }
    let mut present: BTreeSet<Digest> = evidence
        .unproven
        .iter()
        .filter_map(|file| file.manifest)
        .collect();
    for package in &evidence.packages {
        present.insert(package.manifest);
        match (package.left, named.get(&package.manifest)) {
            (Left::Evidence, Some(deletion)) => {
                let known = (package.path.clone(), package.manifest, *deletion);
                deleted.evidence.push(known);
            }
            (Left::Evidence, None) => deleted.findings.push(
                Finding::new("evidence-without-deletion", &package.path)
                    .with("package", package.package_id),
            ),
            (Left::Whole, Some(deletion)) if package.answer != Answer::Waiting => {
                deleted.findings.push(
                    Finding::new("deleted-still-there", &package.path)
                        .with("number", deletion.number),
                );
            }
            (Left::Whole, _) => {}
        }
    }
    let mut told = BTreeSet::new();
    for record in &deleted.records {
        for manifest in &record.packages {
            if !present.contains(manifest) && told.insert(*manifest) {
                deleted.findings.push(
                    Finding::new("evidence-missing", &record.path).with("manifest", manifest),
                );
            }
        }
    }
    deleted
}

/// Each issuer's records in the order of their numbers: none missing, none twice, each naming the
/// one before. Copies are one record.
fn chain<'e>(evidence: &'e Evidence, deleted: &mut Deleted<'e>) {
    let mut issuers: BTreeMap<&PartyId, BTreeMap<(u64, Digest), &'e DeletionFact>> =
        BTreeMap::new();
    for record in &evidence.deletions {
        let known = issuers.entry(&record.issuer).or_default();
        known
            .entry((record.number, record.digest))
            .or_insert(record);
    }
    for records in issuers.into_values() {
        let mut before: Option<&DeletionFact> = None;
        for record in records.into_values() {
            let follows = match before {
                Some(before) => {
                    before.number + 1 == record.number && record.previous == Some(before.digest)
                }
                None => record.number == 1,
            };
            if !follows {
                deleted
                    .findings
                    .push(Finding::new("deletion-gap", &record.path).with("number", record.number));
            }
            deleted.records.push(record);
            before = Some(record);
        }
    }
}

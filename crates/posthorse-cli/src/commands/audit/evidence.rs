//! The thin shell of an audit: finds files, reads each once, judges it as of its own time.

use std::collections::BTreeMap;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use posthorse_package::{
    DeletionRecord, Digest, Evidence as EvidenceFile, Limits, Manifest, Receipt, Registry, Role,
    Sealed, Timestamp, VerifiedDeletion, VerifiedReceipt, VerifyError,
};
use walkdir::WalkDir;

use super::chain::{Candidate, Chain};
use super::findings::{
    Answer, DeletionFact, Evidence, Finding, Judged, Left, Package, ReceiptFact, Unproven,
};
use crate::commands::deleted::Trace;
use crate::failure::{Failure, shown};
use crate::files;
use crate::interrupt::Watched;
use crate::output::Context;

/// How every package begins: a ZIP whose first member says what it is (package spec §3).
const PACKAGE_NAME_AT: usize = 30;
const PACKAGE_FIRST_MEMBER: &[u8] = b"mimetypeapplication/vnd.posthorse.package+zip";
/// How every receipt and every registry begins: they have one form (registry spec §1).
const RECEIPT: &[u8] = b"{\"payloadType\":\"application/vnd.posthorse.receipt.v1+json\"";
const REGISTRY: &[u8] = b"{\"payloadType\":\"application/vnd.posthorse.registry.v1+json\"";
const BEGINNING_BYTES: u64 = 128;
/// The folder in which packages wait (folders spec §1).
const INBOX: &str = "inbox";

/// The files under some paths, by what they are; the rest is counted.
#[derive(Debug, Default)]
pub(super) struct Found {
    packages: Vec<Place>,
    receipts: Vec<PathBuf>,
    evidence: Vec<PathBuf>,
    deletions: Vec<PathBuf>,
    pub(super) registries: Vec<Candidate>,
    /// What could not be read, and why.
    pub(super) unreadable: Vec<(String, String)>,
    /// Drafts of a registry: in force nowhere.
    pub(super) drafts: u64,
    /// In a quarantine: set aside by the daemon, and judged by it.
    pub(super) quarantined: u64,
    /// Hidden files: still being written.
    pub(super) hidden: u64,
    /// Links and special files: never followed.
    pub(super) links: u64,
    /// Files of other kinds.
    pub(super) passed_over: u64,
}

/// Where a package lies, and whether it waits there to be taken in.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    is_inbox: bool,
}

/// Sorts every file under the paths by its beginning: its name alone hides nothing.
pub(super) fn find(paths: &[PathBuf], registry: Option<&Path>) -> Result<Found, Failure> {
    let mut found = Found::default();
    for path in paths {
        if !path.is_dir() {
            // A file that somebody names is looked at, whatever its name says.
            files::open(path)?;
            found.sort_in(path, lies_in_inbox(path));
            continue;
        }
        for entry in WalkDir::new(path).follow_links(false).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let place = error.path().map_or_else(|| shown(path), shown);
                    found.unreadable.push((place, error.to_string()));
                    continue;
                }
            };
            let kind = entry.file_type();
            let inside = entry.path().strip_prefix(path).unwrap_or(entry.path());
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            match () {
                () if kind.is_dir() || Some(entry.path()) == registry => {}
                () if !kind.is_file() => found.links += 1,
                () if has_part(inside, "quarantine") => found.quarantined += 1,
                () if hidden => found.hidden += 1,
                // What lies above the folder that was named says nothing about what is in it.
                () => {
                    let is_inbox =
                        has_part(inside, INBOX) || path.file_name() == Some(INBOX.as_ref());
                    found.sort_in(entry.path(), is_inbox);
                }
            }
        }
    }
    Ok(found)
}

fn lies_in_inbox(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    folder == Some(INBOX.as_ref())
}

fn has_part(path: &Path, name: &str) -> bool {
    path.components().any(|part| part.as_os_str() == name)
}

impl Found {
    fn sort_in(&mut self, path: &Path, is_inbox: bool) {
        let beginning = match beginning(path) {
            Ok(beginning) => beginning,
            Err(failure) => return self.unread(path, &failure),
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_package = beginning
            .get(PACKAGE_NAME_AT..)
            .is_some_and(|rest| rest.starts_with(PACKAGE_FIRST_MEMBER));
        if is_package || name.ends_with(".xpkg") {
            self.packages.push(Place {
                path: path.to_owned(),
                is_inbox,
            });
        } else if beginning.starts_with(RECEIPT) || name.ends_with(".receipt.json") {
            self.receipts.push(path.to_owned());
        } else if let Some(trace) = Trace::of(&name, &beginning) {
            match trace {
                Trace::Evidence => self.evidence.push(path.to_owned()),
                Trace::Record => self.deletions.push(path.to_owned()),
            }
        } else if name.ends_with(".draft.json") {
            self.drafts += 1;
        } else if beginning.starts_with(REGISTRY) {
            match files::read(path) {
                Ok(bytes) => self.registries.push(Candidate {
                    path: shown(path),
                    bytes,
                }),
                Err(failure) => self.unread(path, &failure),
            }
        } else {
            self.passed_over += 1;
        }
    }

    fn unread(&mut self, path: &Path, failure: &Failure) {
        self.unreadable
            .push((shown(path), failure.code().to_owned()));
    }

    /// Reads and judges every receipt and every package, receipts first: they say when a package came.
    pub(super) fn judge(
        &mut self,
        chain: &Chain,
        findings: &mut Vec<Finding>,
        context: &Context,
    ) -> Result<Evidence, Failure> {
        let mut evidence = Evidence::default();
        for path in std::mem::take(&mut self.receipts) {
            match judge_receipt(&path, chain) {
                Ok((receipt, signed)) => {
                    findings.extend(revoked_since(&path, &signed, chain));
                    evidence.receipts.push(receipt);
                }
                Err(failure) if is_fault_of_data(&failure) => findings.push(
                    Finding::new("receipt-refused", shown(&path)).with("refusal", failure.code()),
                ),
                Err(failure) => self.unread(&path, &failure),
            }
        }
        for path in std::mem::take(&mut self.deletions) {
            match judge_deletion(&path, chain) {
                Ok((deletion, signed)) => {
                    findings.extend(revoked_since(&path, &signed, chain));
                    evidence.deletions.push(deletion);
                }
                Err(failure) if is_fault_of_data(&failure) => findings.push(
                    Finding::new("deletion-refused", shown(&path)).with("refusal", failure.code()),
                ),
                Err(failure) => self.unread(&path, &failure),
            }
        }
        let mut came: BTreeMap<Digest, Timestamp> = BTreeMap::new();
        for receipt in &evidence.receipts {
            let first = came.entry(receipt.package.manifest);
            let first = first.or_insert(receipt.received_at);
            *first = receipt.received_at.min(*first);
        }
        let packages = std::mem::take(&mut self.packages).into_iter();
        let packages = packages.map(|place| (place.path, Some(place.is_inbox)));
        let left = std::mem::take(&mut self.evidence).into_iter();
        for (path, is_inbox) in packages.chain(left.map(|path| (path, None))) {
            let judged = match is_inbox {
                Some(is_inbox) => judge_package(&path, is_inbox, chain, &came, context),
                None => judge_evidence(&path, chain, &came, context),
            };
            match judged {
                Ok(Verdict::Authentic(package, signed)) => {
                    findings.extend(revoked_since(&path, &signed, chain));
                    evidence.packages.push(*package);
                }
                Ok(Verdict::Unproven(file)) => evidence.unproven.push(file),
                Err(failure) if failure.code() == "interrupted" => return Err(failure),
                Err(failure) => self.unread(&path, &failure),
            }
        }
        Ok(evidence)
    }
}

fn is_fault_of_data(failure: &Failure) -> bool {
    failure.exit() == crate::exit::Exit::Refused
}

fn beginning(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    files::open(path)?
        .take(BEGINNING_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|cause| Failure::io("cannot-read", path, &cause))?;
    Ok(bytes)
}

/// Judges a receipt as of the moment at which it says that it was signed.
fn judge_receipt(path: &Path, chain: &Chain) -> Result<(ReceiptFact, Signed), Failure> {
    let bytes = files::read(path)?;
    let limits = Limits::default();
    let issued_at = Receipt::untrusted(&bytes, &limits)?.issued_at;
    let verified = VerifiedReceipt::verify(&bytes, chain.at(issued_at), issued_at, &limits)?;
    let receipt = verified.receipt();
    let signed = Signed {
        keys: verified.signers().to_vec(),
        as_of: issued_at,
    };
    let fact = ReceiptFact {
        path: shown(path),
        digest: verified.digest(),
        package: receipt.package.clone(),
        received_at: receipt.received_at,
        issuer: receipt.issuer.clone(),
        disposition: receipt.disposition,
        code: receipt.code.clone(),
        returned: receipt.returned,
        is_verdict: receipt.is_verdict(),
    };
    Ok((fact, signed))
}

/// Judges a deletion record as of the moment at which it says that it was made.
fn judge_deletion(path: &Path, chain: &Chain) -> Result<(DeletionFact, Signed), Failure> {
    let bytes = files::read(path)?;
    let limits = Limits::default();
    let as_of = DeletionRecord::untrusted(&bytes, &limits)?.deleted_at;
    let verified = VerifiedDeletion::verify(&bytes, chain.at(as_of), as_of, &limits)?;
    let record = verified.record();
    let keys = verified.signers().to_vec();
    let fact = DeletionFact {
        path: shown(path),
        digest: verified.digest(),
        issuer: record.issuer.clone(),
        number: record.number,
        previous: record.previous,
        deleted_at: record.deleted_at,
        packages: record.packages.iter().map(|one| one.manifest).collect(),
        cases: record.besides.cases,
    };
    Ok((fact, Signed { keys, as_of }))
}

enum Verdict {
    /// Sent by whom it names; and by which keys, as of when.
    Authentic(Box<Package>, Signed),
    Unproven(Unproven),
}

/// Who signed a package or a receipt that is good, and as of when it was judged.
struct Signed {
    keys: Vec<posthorse_package::KeyId>,
    as_of: Timestamp,
}

fn judge_package(
    path: &Path,
    is_inbox: bool,
    chain: &Chain,
    came: &BTreeMap<Digest, Timestamp>,
    context: &Context,
) -> Result<Verdict, Failure> {
    let file = files::open(path)?;
    let length = file
        .metadata()
        .map_err(|cause| Failure::io("cannot-read", path, &cause))?
        .len();
    let bar = context.bar(length, "bar-verify");
    let file = Watched::new(file, bar.clone(), context.interrupt.clone());
    let sealed = match Sealed::read(BufReader::new(file), &Limits::default()) {
        Ok(sealed) => sealed,
        Err(error) => return unproven(path, None, context.now, error.into()),
    };
    let manifest = sealed.untrusted_manifest().clone();
    let place = Judging {
        path,
        digest: sealed.untrusted_manifest_digest(),
        keys: sealed.untrusted_signers().collect(),
        answer: answer(is_inbox, &manifest, chain.newest()),
        left: Left::Whole,
    };
    let as_of = place.as_of(&manifest, came, context);
    let verified = sealed.verify(chain.at(as_of), as_of);
    bar.finish_and_clear();
    let verified = verified.map(|good| (good.manifest().clone(), good.signatures_digest()));
    place.judged(verified, as_of)
}

/// Judges what is left of a package whose content was deleted, as the package itself was judged.
fn judge_evidence(
    path: &Path,
    chain: &Chain,
    came: &BTreeMap<Digest, Timestamp>,
    context: &Context,
) -> Result<Verdict, Failure> {
    let evidence = match EvidenceFile::read(&files::read(path)?, &Limits::default()) {
        Ok(evidence) => evidence,
        Err(error) => return unproven(path, None, context.now, error.into()),
    };
    let manifest = evidence.untrusted_manifest().clone();
    let place = Judging {
        path,
        digest: evidence.untrusted_manifest_digest(),
        keys: evidence.untrusted_signers().collect(),
        answer: answer(false, &manifest, chain.newest()),
        left: Left::Evidence,
    };
    let as_of = place.as_of(&manifest, came, context);
    let verified = evidence.verify(chain.at(as_of), as_of);
    let verified = verified.map(|good| (good.manifest().clone(), good.signatures_digest()));
    place.judged(verified, as_of)
}

/// A package, or what is left of one, while it is judged.
struct Judging<'a> {
    path: &'a Path,
    digest: Digest,
    keys: Vec<posthorse_package::KeyId>,
    answer: Answer,
    left: Left,
}

impl Judging<'_> {
    /// When it came. Where no receipt is due, the sender's own word is all that says so.
    fn as_of(
        &self,
        manifest: &Manifest,
        came: &BTreeMap<Digest, Timestamp>,
        context: &Context,
    ) -> Timestamp {
        let otherwise = match self.answer {
            Answer::None => manifest.sealed_at,
            Answer::Expected | Answer::Waiting => context.now,
        };
        came.get(&self.digest).copied().unwrap_or(otherwise)
    }

    fn judged(
        self,
        verified: Result<(Manifest, Digest), VerifyError>,
        as_of: Timestamp,
    ) -> Result<Verdict, Failure> {
        let judged = |refusal| Judged { as_of, refusal };
        let (manifest, signatures, judged) = match verified {
            Ok((manifest, signatures)) => (manifest, signatures, judged(None)),
            Err(VerifyError::Policy {
                error,
                manifest,
                signatures_digest,
                ..
            }) => {
                let code = error.refusal().code().to_owned();
                (*manifest, signatures_digest, judged(Some(code)))
            }
            Err(error) => return unproven(self.path, Some(self.digest), as_of, error.into()),
        };
        let digests = (self.digest, signatures);
        let mut package = Package::of(shown(self.path), &manifest, digests, self.answer, judged);
        package.left = self.left;
        let signed = Signed {
            keys: self.keys,
            as_of,
        };
        Ok(Verdict::Authentic(Box::new(package), signed))
    }
}

/// A file that proves nothing, unless it could not be read at all.
fn unproven(
    path: &Path,
    manifest: Option<Digest>,
    as_of: Timestamp,
    failure: Failure,
) -> Result<Verdict, Failure> {
    if !is_fault_of_data(&failure) {
        return Err(failure);
    }
    let judged = Judged {
        as_of,
        refusal: Some(failure.code().to_owned()),
    };
    Ok(Verdict::Unproven(Unproven {
        path: shown(path),
        manifest,
        judged,
    }))
}

/// Whether a bureau owes a receipt: what a bureau itself sends is answered by packages, if at all.
fn answer(is_inbox: bool, manifest: &Manifest, registry: &Registry) -> Answer {
    let is_bureau = |id| {
        registry
            .party(id)
            .is_some_and(|party| party.is(Role::Bureau))
    };
    let addressed = manifest.recipients.iter().any(|one| is_bureau(&one.party));
    if is_bureau(&manifest.sender) || !addressed {
        Answer::None
    } else if is_inbox {
        Answer::Waiting
    } else {
        Answer::Expected
    }
}

/// Signatures that counted by the registry of that day, under keys that a later version revokes
/// from before that day.
fn revoked_since(path: &Path, signed: &Signed, chain: &Chain) -> Vec<Finding> {
    let newest = chain.newest();
    let entries = signed.keys.iter().filter_map(|keyid| {
        let party = newest.owner(keyid)?;
        let mut entries = party.signing_keys.iter();
        entries.find(|entry| entry.key.key_id() == *keyid)
    });
    entries
        .filter_map(|entry| entry.revoked.as_ref().map(|revoked| (entry, revoked)))
        .filter(|(_, revoked)| revoked.at <= signed.as_of)
        .map(|(entry, revoked)| {
            Finding::new("key-revoked-since", shown(path))
                .with("key", entry.key.key_id())
                .with("since", revoked.at)
        })
        .collect()
}

//! What an audit finds: facts of packages and receipts in, findings out. No file is touched here.

use std::collections::{BTreeMap, BTreeSet};

use posthorse_package::{
    Digest, Disposition, KeyId, KindName, Manifest, PackageId, PartyId, ReceiptedPackage, Timestamp,
};

/// Where a package lay, and what that says about its receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// A receipt must be among what was looked at.
    Expected,
    /// It still waits in an inbox.
    Waiting,
    /// It went out from a bureau, or to nobody who answers with receipts.
    None,
}

/// A package that its sender really sent, and whether the rules allowed it as of its own time.
#[derive(Debug, Clone)]
pub(super) struct Package {
    pub(super) path: String,
    pub(super) manifest: Digest,
    pub(super) signatures: Digest,
    pub(super) package_id: PackageId,
    pub(super) sender: PartyId,
    pub(super) kind: KindName,
    pub(super) recipients: Vec<PartyId>,
    pub(super) signing_key: KeyId,
    pub(super) sequence: u64,
    pub(super) previous: Option<Digest>,
    pub(super) answer: Answer,
    pub(super) judged: Judged,
    pub(super) left: Left,
}

/// What there is of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Left {
    /// Every byte.
    Whole,
    /// Manifest and signatures: its content was deleted.
    Evidence,
}

/// What judging a file as of a moment gave.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) as_of: Timestamp,
    /// The code of the refusal, if it was refused.
    pub(super) refusal: Option<String>,
}

/// A file that proves nothing: not a package, damaged, or not by whom it names.
#[derive(Debug, Clone)]
pub(super) struct Unproven {
    pub(super) path: String,
    /// What its manifest claims to be, where it has one.
    pub(super) manifest: Option<Digest>,
    pub(super) judged: Judged,
}

/// A receipt that a bureau really issued.
#[derive(Debug, Clone)]
pub(super) struct ReceiptFact {
    pub(super) path: String,
    pub(super) digest: Digest,
    pub(super) package: ReceiptedPackage,
    pub(super) received_at: Timestamp,
    pub(super) issuer: PartyId,
    pub(super) disposition: Disposition,
    pub(super) code: String,
    /// The package that carries what went back.
    pub(super) returned: Option<Digest>,
    /// False where it only turns a copy away that lacked signatures.
    pub(super) is_verdict: bool,
}

/// All that was read and judged.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub(super) packages: Vec<Package>,
    pub(super) unproven: Vec<Unproven>,
    pub(super) receipts: Vec<ReceiptFact>,
    pub(super) deletions: Vec<DeletionFact>,
}

/// A deletion record that a bureau really signed.
#[derive(Debug, Clone)]
pub(super) struct DeletionFact {
    pub(super) path: String,
    pub(super) digest: Digest,
    pub(super) issuer: PartyId,
    pub(super) number: u64,
    pub(super) previous: Option<Digest>,
    pub(super) deleted_at: Timestamp,
    pub(super) packages: Vec<Digest>,
    pub(super) cases: u64,
}

/// One thing that is not as it should be. Its sentence is `finding-<code>` in the locales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) code: &'static str,
    /// The file, or the signing key, that it is about.
    pub(super) place: String,
    pub(super) facts: Vec<(&'static str, String)>,
}

impl Finding {
    pub(super) fn new(code: &'static str, place: impl ToString) -> Self {
        Self {
            code,
            place: place.to_string(),
            facts: Vec::new(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

/// What one signing key has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyLine {
    pub(super) key: KeyId,
    pub(super) sender: PartyId,
    pub(super) packages: u64,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) accepted: u64,
    pub(super) in_part: u64,
    pub(super) rejected: u64,
    pub(super) unanswered: u64,
}

/// What the evidence amounts to.
#[derive(Debug, Default)]
pub(super) struct Examined {
    pub(super) findings: Vec<Finding>,
    pub(super) keys: Vec<KeyLine>,
    /// Further copies of a package or a receipt that was counted already.
    pub(super) copies: u64,
    /// Packages that wait in an inbox.
    pub(super) waiting: u64,
}

/// Compares everything with everything.
pub(super) fn examine(evidence: &Evidence) -> Examined {
    let mut examined = Examined::default();
    let receipts = receipts_by_package(evidence, &mut examined);
    let packages = packages_by_manifest(evidence, &receipts, &mut examined);
    unproven(evidence, &receipts, &packages, &mut examined.findings);
    compare_receipts(evidence, &packages, &receipts, &mut examined);
    reused_ids(&packages, &mut examined.findings);
    let mut chains: BTreeMap<KeyId, Vec<&Package>> = BTreeMap::new();
    for package in packages.values() {
        chains.entry(package.signing_key).or_default().push(package);
    }
    for (key, mut chain) in chains {
        chain.sort_by_key(|package| (package.sequence, package.manifest));
        sequence(&key, &chain, &receipts, &mut examined.findings);
        examined.keys.push(key_line(key, &chain, &receipts));
    }
    examined
        .keys
        .sort_by(|one, other| (&one.sender, one.key).cmp(&(&other.sender, other.key)));
    examined
}

type Receipts<'a> = BTreeMap<Digest, &'a ReceiptFact>;
type Packages<'a> = BTreeMap<Digest, &'a Package>;

/// One receipt for each package: its verdict, or what turned its copies away as long as it has none.
fn receipts_by_package<'a>(evidence: &'a Evidence, examined: &mut Examined) -> Receipts<'a> {
    let mut found: Receipts<'a> = BTreeMap::new();
    for receipt in &evidence.receipts {
        match found.get(&receipt.package.manifest) {
            Some(first) if !first.is_verdict && receipt.is_verdict => {
                found.insert(receipt.package.manifest, receipt);
            }
            Some(_) if !receipt.is_verdict => examined.copies += 1,
            None => {
                found.insert(receipt.package.manifest, receipt);
            }
            Some(first) if first.digest == receipt.digest => examined.copies += 1,
            Some(first) => examined.findings.push(
                Finding::new("receipt-twice", &receipt.path)
                    .with("other", &first.path)
                    .with("package", receipt.package.package_id),
            ),
        }
    }
    found
}

/// One package for each identity: a good copy, if there is one.
fn packages_by_manifest<'a>(
    evidence: &'a Evidence,
    receipts: &Receipts<'_>,
    examined: &mut Examined,
) -> Packages<'a> {
    let mut found: Packages<'a> = BTreeMap::new();
    for package in &evidence.packages {
        let Some(first) = found.get(&package.manifest) else {
            found.insert(package.manifest, package);
            continue;
        };
        examined.copies += 1;
        // A copy from before the second signature is no other package; nor is one that waits again.
        let better = (
            first.judged.refusal.is_some(),
            first.left,
            first.answer != Answer::Expected,
        ) > (
            package.judged.refusal.is_some(),
            package.left,
            package.answer != Answer::Expected,
        );
        if better {
            found.insert(package.manifest, package);
        }
    }
    for package in found.values() {
        let receipt = receipts.get(&package.manifest);
        let rejected = receipt.is_some_and(|one| one.disposition == Disposition::Rejected);
        if let Some(refusal) = &package.judged.refusal
            && !rejected
        {
            let code = match receipt {
                Some(_) => "answered-but-refused",
                None => "package-refused",
            };
            examined
                .findings
                .push(refused(code, &package.path, refusal, package.judged.as_of));
        }
    }
    found
}

fn refused(code: &'static str, path: &str, refusal: &str, as_of: Timestamp) -> Finding {
    Finding::new(code, path)
        .with("refusal", refusal)
        .with("as_of", as_of)
}

/// Files that prove nothing, unless the same package is there unharmed: each is named all the same.
fn unproven(
    evidence: &Evidence,
    receipts: &Receipts<'_>,
    packages: &Packages<'_>,
    findings: &mut Vec<Finding>,
) {
    for file in &evidence.unproven {
        let Some(refusal) = &file.judged.refusal else {
            continue;
        };
        let whole = |manifest: &Digest| packages.contains_key(manifest);
        let answered = file
            .manifest
            .is_some_and(|manifest| receipts.contains_key(&manifest) && !whole(&manifest));
        let code = if answered {
            "answered-but-refused"
        } else {
            "package-refused"
        };
        findings.push(refused(code, &file.path, refusal, file.judged.as_of));
    }
}

/// Receipts against packages, both ways.
fn compare_receipts(
    evidence: &Evidence,
    packages: &Packages<'_>,
    receipts: &Receipts<'_>,
    examined: &mut Examined,
) {
    let damaged: BTreeSet<Digest> = evidence
        .unproven
        .iter()
        .filter_map(|file| file.manifest)
        .collect();
    let by_id: BTreeMap<PackageId, &Package> = packages
        .values()
        .map(|package| (package.package_id, *package))
        .collect();
    for receipt in receipts.values() {
        if let Some(returned) = &receipt.returned
            && !packages.contains_key(returned)
            && !damaged.contains(returned)
        {
            examined
                .findings
                .push(Finding::new("returned-missing", &receipt.path).with("manifest", returned));
        }
        let same_id = by_id.get(&receipt.package.package_id);
        match packages.get(&receipt.package.manifest) {
            Some(package) => {
                examined.findings.extend(by_another(package, receipt));
                let copies = evidence
                    .packages
                    .iter()
                    .filter(|copy| copy.manifest == receipt.package.manifest);
                if !copies.clone().any(|copy| is_answered_by(copy, receipt)) {
                    examined.findings.push(other_bytes(receipt));
                }
            }
            None if same_id.is_some() => examined.findings.push(other_bytes(receipt)),
            None if damaged.contains(&receipt.package.manifest) => {}
            None => examined.findings.push(
                Finding::new("receipt-without-package", &receipt.path)
                    .with("package", receipt.package.package_id)
                    .with("sender", &receipt.package.sender),
            ),
        }
    }
    for package in packages.values() {
        match package.answer {
            _ if receipts.contains_key(&package.manifest) => {}
            Answer::Waiting => examined.waiting += 1,
            Answer::Expected => examined
                .findings
                .push(Finding::new("package-without-receipt", &package.path)),
            Answer::None => {}
        }
    }
}

fn is_answered_by(package: &Package, receipt: &ReceiptFact) -> bool {
    let named = &receipt.package;
    package.signatures == named.signatures
        && package.package_id == named.package_id
        && package.sender == named.sender
        && package.kind == named.kind
        && package.sequence == named.sequence
}

/// A bureau answers what is addressed to it. To anything else it says only that, and takes nothing.
fn by_another(package: &Package, receipt: &ReceiptFact) -> Option<Finding> {
    let may_answer =
        package.recipients.contains(&receipt.issuer) || receipt.code == "not-addressed";
    (!may_answer).then(|| {
        Finding::new("receipt-by-another-bureau", &receipt.path)
            .with("issuer", &receipt.issuer)
            .with("package", receipt.package.package_id)
    })
}

fn other_bytes(receipt: &ReceiptFact) -> Finding {
    Finding::new("receipt-for-other-bytes", &receipt.path)
        .with("package", receipt.package.package_id)
}

fn reused_ids(packages: &Packages<'_>, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<PackageId, &Package> = BTreeMap::new();
    for package in packages.values() {
        if let Some(first) = seen.insert(package.package_id, package) {
            findings.push(
                Finding::new("package-id-reused", &package.path)
                    .with("other", &first.path)
                    .with("package", package.package_id),
            );
        }
    }
}

/// A key's packages in the order of their numbers: none missing, none twice, each naming the one
/// before, none taken after a later one.
fn sequence(key: &KeyId, chain: &[&Package], receipts: &Receipts<'_>, findings: &mut Vec<Finding>) {
    let mut expected = 1;
    let mut before: Option<&Package> = None;
    for package in chain {
        let number = package.sequence;
        if let Some(before) = before
            && before.sequence == number
        {
            findings.push(
                Finding::new("sequence-fork", &package.path)
                    .with("other", &before.path)
                    .with("number", number)
                    .with("key", key),
            );
            continue;
        }
        if number > expected {
            findings.push(
                Finding::new("sequence-gap", key)
                    .with("sender", &package.sender)
                    .with("from", expected)
                    .with("to", number - 1),
            );
        }
        if let Some(before) = before
            && before.sequence + 1 == number
            && package.previous != Some(before.manifest)
        {
            findings.push(
                Finding::new("previous-differs", &package.path)
                    .with("other", &before.path)
                    .with("number", number),
            );
        }
        if let Some(before) = before
            && let Some(late) = taken_at(before, receipts)
            && let Some(early) = taken_at(package, receipts)
            && late > early
        {
            findings.push(
                Finding::new("sequence-rollback", &before.path)
                    .with("other", &package.path)
                    .with("number", before.sequence),
            );
        }
        expected = number.saturating_add(1);
        before = Some(package);
    }
}

/// When a package was taken, if anything of it was.
fn taken_at(package: &Package, receipts: &Receipts<'_>) -> Option<Timestamp> {
    let receipt = receipts.get(&package.manifest)?;
    (receipt.disposition != Disposition::Rejected).then_some(receipt.received_at)
}

fn key_line(key: KeyId, chain: &[&Package], receipts: &Receipts<'_>) -> KeyLine {
    let answered = |wanted: Disposition| {
        let fits = chain.iter().filter(|package| {
            receipts
                .get(&package.manifest)
                .is_some_and(|receipt| receipt.disposition == wanted)
        });
        fits.count() as u64
    };
    let unanswered = chain
        .iter()
        .filter(|package| package.answer != Answer::None)
        .filter(|package| !receipts.contains_key(&package.manifest));
    let number = |package: Option<&&Package>| package.map_or(0, |package| package.sequence);
    KeyLine {
        key,
        sender: chain[0].sender.clone(),
        packages: chain.len() as u64,
        first: number(chain.first()),
        last: number(chain.last()),
        accepted: answered(Disposition::Accepted),
        in_part: answered(Disposition::AcceptedInPart),
        rejected: answered(Disposition::Rejected),
        unanswered: unanswered.count() as u64,
    }
}

impl Package {
    /// The facts of a manifest that is authentic.
    pub(super) fn of(
        path: String,
        manifest: &Manifest,
        digests: (Digest, Digest),
        answer: Answer,
        judged: Judged,
    ) -> Self {
        Self {
            path,
            manifest: digests.0,
            signatures: digests.1,
            package_id: manifest.package_id,
            sender: manifest.sender.clone(),
            kind: manifest.kind.clone(),
            recipients: manifest
                .recipients
                .iter()
                .map(|one| one.party.clone())
                .collect(),
            signing_key: manifest.signing_key,
            sequence: manifest.sequence,
            previous: manifest.previous,
            answer,
            judged,
            left: Left::Whole,
        }
    }
}

#[cfg(test)]
#[path = "findings_tests.rs"]
mod tests;

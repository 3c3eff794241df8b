//! What became of what an office has sealed: its record and its receipts in, one standing a package
//! out. No file is touched here.

use posthorse_package::{Digest, Disposition, Receipt, Timestamp};

use crate::sent_record::SentPackage;

/// A receipt that the registry vouches for, and where it lies.
#[derive(Debug, Clone)]
pub(super) struct FoundReceipt {
    pub(super) path: String,
    pub(super) receipt: Receipt,
}

/// A package of the office's own that still lies where it was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InInbox(pub(super) Digest);

/// What was seen of the shared folder.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) receipts: Vec<FoundReceipt>,
    pub(super) inbox: Vec<InInbox>,
}

/// What became of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// No shared folder was looked at.
    Unknown,
    /// No receipt yet.
    Waiting,
    /// It still lies in the inbox.
    InInbox,
    /// No receipt came in time, and nobody accepts it any more.
    Overdue,
    /// A receipt answers it.
    Answered(Disposition),
    /// It was turned away: another person must sign too.
    LacksSignatures,
    /// No receipt came for it, but it was replaced.
    Replaced,
}

impl Standing {
    /// The stable word, as JSON has it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Standing::Unknown => "unknown",
            Standing::Waiting => "waiting",
            Standing::InInbox => "in-inbox",
            Standing::Overdue => "overdue",
            Standing::Answered(Disposition::Accepted) => "accepted",
            Standing::Answered(Disposition::AcceptedInPart) => "accepted-in-part",
            Standing::Answered(_) => "rejected",
            Standing::LacksSignatures => "lacks-signatures",
            Standing::Replaced => "replaced",
        }
    }
}

/// A package of the office's own that changed an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amender {
    /// `supersedes`, or the kind of the package: `correction` or `withdrawal`.
    pub(super) how: String,
    /// Its number.
    pub(super) sequence: u64,
}

/// A package of the record with what was found of it.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) package: &'a SentPackage,
    pub(super) standing: Standing,
    pub(super) receipt: Option<&'a FoundReceipt>,
    /// Whether a later package replaces it, so that nothing is left to do about it.
    pub(super) replaced: bool,
    /// The later packages that replaced, corrected or withdrew something of it and were taken.
    pub(super) amended_by: Vec<Amender>,
    /// Whether it was answered and lies in the inbox again: nothing of it will count twice (E204).
    pub(super) sent_again: bool,
}

/// Finds the standing of every package of a record. `seen` is none when no folder was looked at.
pub(super) fn standings<'a>(
    packages: &'a [SentPackage],
    seen: Option<&'a Seen>,
    as_of: Timestamp,
) -> Vec<Line<'a>> {
    let lines = packages.iter().map(|package| {
        let replaced = packages
            .iter()
            .any(|later| later.supersedes == Some(package.manifest));
        let receipt = seen.and_then(|seen| {
            seen.receipts
                .iter()
                .filter(|found| answers(&found.receipt, package))
                .max_by_key(|found| found.receipt.is_verdict())
        });
        let in_inbox = seen.is_some_and(|seen| seen.inbox.contains(&InInbox(package.manifest)));
        let standing = match (receipt, seen) {
            (Some(found), _) if found.receipt.is_verdict() => {
                Standing::Answered(found.receipt.disposition)
            }
            (Some(_), Some(_)) if in_inbox => Standing::InInbox,
            (Some(_), _) => Standing::LacksSignatures,
            (None, None) => Standing::Unknown,
            (None, Some(_)) if replaced => Standing::Replaced,
            (None, Some(_)) if as_of > package.not_after => Standing::Overdue,
            (None, Some(_)) if in_inbox => Standing::InInbox,
            (None, Some(_)) => Standing::Waiting,
        };
        Line {
            package,
            standing,
            receipt,
            replaced,
            amended_by: amenders(packages, package, seen),
            sent_again: in_inbox && matches!(standing, Standing::Answered(_)),
        }
    });
    lines.collect()
}

/// What has changed a package, as far as the bureau has taken it.
fn amenders(packages: &[SentPackage], package: &SentPackage, seen: Option<&Seen>) -> Vec<Amender> {
    let was_taken = |later: &SentPackage| {
        seen.is_some_and(|seen| {
            seen.receipts.iter().any(|found| {
                let disposition = found.receipt.disposition;
                answers(&found.receipt, later)
                    && matches!(
                        disposition,
                        Disposition::Accepted | Disposition::AcceptedInPart
                    )
            })
        })
    };
    let how = |later: &SentPackage| {
        if later.supersedes == Some(package.manifest) {
            Some("supersedes".to_owned())
        } else if later.amends.contains(&package.package_id) {
            Some(later.kind.to_string())
        } else {
            None
        }
    };
    packages
        .iter()
        .filter(|later| was_taken(later))
        .filter_map(|later| {
            Some(Amender {
                how: how(later)?,
                sequence: later.sequence,
            })
        })
        .collect()
}

fn answers(receipt: &Receipt, package: &SentPackage) -> bool {
    let named = &receipt.package;
    named.manifest == package.manifest
        && named.package_id == package.package_id
        && named.sequence == package.sequence
        && named.sender == package.sender
        && named.kind == package.kind
}

/// Receipts that name a package of the record but answer other bytes.
pub(super) fn for_other_bytes<'a>(
    packages: &[SentPackage],
    seen: &'a Seen,
) -> Vec<&'a FoundReceipt> {
    let wrong = seen.receipts.iter().filter(|found| {
        let named = &found.receipt.package;
        packages.iter().any(|package| {
            let meant =
                named.package_id == package.package_id || named.manifest == package.manifest;
            meant && !answers(&found.receipt, package)
        })
    });
    wrong.collect()
}

/// Numbers up to the last one used that the record does not hold, as ranges.
pub(super) fn unrecorded(packages: &[SentPackage], last: u64) -> Vec<(u64, u64)> {
    let mut numbers: Vec<u64> = packages.iter().map(|package| package.sequence).collect();
    numbers.sort_unstable();
    let mut missing = Vec::new();
    let mut expected = 1;
    for number in numbers.into_iter().chain([last.saturating_add(1)]) {
        if number > expected {
            missing.push((expected, number - 1));
        }
        expected = expected.max(number.saturating_add(1));
    }
    missing
}

#[cfg(test)]
mod tests {
    use posthorse_package::{PackageId, ReceiptedPackage, Refusal};

    use super::*;
    use crate::sent_record::tests::{key, package};

    fn sent(number: u64) -> SentPackage {
        package(key(), number, Digest::of(&number.to_be_bytes()))
    }

    fn receipt(package: &SentPackage, disposition: Disposition) -> FoundReceipt {
        FoundReceipt {
            path: "x.receipt.json".into(),
            receipt: Receipt {
                format: Receipt::FORMAT.into(),
                issuer: "bureau".parse().expect("a party id"),
                package: ReceiptedPackage {
                    package_id: package.package_id,
                    manifest: package.manifest,
                    signatures: Digest::of(b"signatures"),
                    sender: package.sender.clone(),
                    kind: package.kind.clone(),
                    sequence: package.sequence,
                },
                received_at: package.sealed_at,
                issued_at: package.sealed_at,
                disposition,
                code: Refusal::Stale.code().into(),
                returned: None,
                critical: Vec::new(),
                extensions: std::collections::BTreeMap::new(),
            },
        }
    }

    fn standing(packages: &[SentPackage], seen: Option<&Seen>, at: Timestamp) -> Vec<&'static str> {
        let lines = standings(packages, seen, at);
        lines.iter().map(|line| line.standing.code()).collect()
    }

    #[test]
    fn each_standing_has_its_word() {
        let mut packages: Vec<SentPackage> = (1..=6).map(sent).collect();
        packages[5].supersedes = Some(packages[4].manifest);
        let now = packages[0].sealed_at.plus_seconds(60);
        let seen = Seen {
            receipts: vec![
                receipt(&packages[0], Disposition::Accepted),
                receipt(&packages[1], Disposition::AcceptedInPart),
                receipt(&packages[2], Disposition::Rejected),
            ],
            inbox: vec![InInbox(packages[3].manifest)],
        };
        let expected = [
            "accepted",
            "accepted-in-part",
            "rejected",
            "in-inbox",
            "replaced",
            "waiting",
        ];
        assert_eq!(standing(&packages, Some(&seen), now), expected);
        assert_eq!(standing(&packages[..1], None, now), ["unknown"]);
        let mut turned_away = receipt(&packages[5], Disposition::Rejected);
        turned_away.receipt.code = Refusal::TooFewSignatures.code().into();
        let mut seen_again = Seen {
            receipts: vec![turned_away, receipt(&packages[5], Disposition::Accepted)],
            inbox: Vec::new(),
        };
        let last = &packages[5..];
        assert_eq!(standing(last, Some(&seen_again), now), ["accepted"]);
        seen_again.receipts.pop();
        assert_eq!(standing(last, Some(&seen_again), now), ["lacks-signatures"]);
        let late = packages[0].not_after.plus_seconds(1);
        assert_eq!(standing(&packages[5..], Some(&seen), late), ["overdue"]);
    }

    #[test]
    fn what_was_taken_of_later_packages_shows_beside_the_earlier_one() {
        let mut packages: Vec<SentPackage> = (1..=4).map(sent).collect();
        for (at, kind) in [(1, "correction"), (2, "withdrawal")] {
            packages[at].kind = kind.parse().expect("a kind");
            packages[at].amends = vec![packages[0].package_id];
            packages[at].package_id = PackageId::from_parts(packages[at].sealed_at, [9; 10]);
        }
        packages[3].supersedes = Some(packages[0].manifest);
        packages[3].package_id = PackageId::from_parts(packages[3].sealed_at, [8; 10]);
        let seen = Seen {
            receipts: vec![
                receipt(&packages[1], Disposition::AcceptedInPart),
                receipt(&packages[2], Disposition::Rejected),
                receipt(&packages[3], Disposition::Accepted),
            ],
            inbox: Vec::new(),
        };
        let lines = standings(&packages, Some(&seen), packages[0].sealed_at);
        let found: Vec<(&str, u64)> = lines[0]
            .amended_by
            .iter()
            .map(|one| (one.how.as_str(), one.sequence))
            .collect();
        assert_eq!(found, [("correction", 2), ("supersedes", 4)]);
        assert!(lines[1..].iter().all(|line| line.amended_by.is_empty()));
    }

    #[test]
    fn a_receipt_for_other_bytes_answers_nothing() {
        let packages = [sent(1)];
        let mut other = receipt(&packages[0], Disposition::Accepted);
        other.receipt.package.manifest = Digest::of(b"other bytes");
        let seen = Seen {
            receipts: vec![other],
            inbox: Vec::new(),
        };
        let now = packages[0].sealed_at;
        assert_eq!(standing(&packages, Some(&seen), now), ["waiting"]);
        assert_eq!(for_other_bytes(&packages, &seen).len(), 1);
    }

    #[test]
    fn numbers_without_a_line_are_named() {
        assert_eq!(unrecorded(&[sent(3), sent(5)], 6), [(1, 2), (4, 4), (6, 6)]);
        assert_eq!(unrecorded(&[sent(1), sent(2)], 2), []);
        assert_eq!(unrecorded(&[], 0), []);
    }
}

//! Every finding, and what is none.

use super::*;

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

fn at(minute: u32) -> Timestamp {
    format!("2026-11-24T08:{minute:02}:00Z")
        .parse()
        .expect("a timestamp")
}

fn id(number: u8) -> PackageId {
    PackageId::from_parts(at(0), [number; 10])
}

fn key() -> KeyId {
    format!("key:{}", "7".repeat(64)).parse().expect("a key id")
}

/// The good package of this number.
fn package(number: u8) -> Package {
    Package {
        path: format!("{number}.xpkg"),
        manifest: digest(&number.to_string()),
        signatures: digest("signatures"),
        package_id: id(number),
        sender: "health".parse().expect("a party id"),
        kind: "warning_list".parse().expect("a kind"),
        recipients: vec!["bureau".parse().expect("a party id")],
        signing_key: key(),
        sequence: u64::from(number),
        previous: (number > 1).then(|| digest(&(number - 1).to_string())),
        answer: Answer::Expected,
        judged: Judged {
            as_of: at(0),
            refusal: None,
        },
        left: Left::Whole,
    }
}

/// The receipt that answers it.
fn receipt(number: u8) -> ReceiptFact {
    ReceiptFact {
        path: format!("{number}.receipt.json"),
        digest: digest(&format!("receipt {number}")),
        package: ReceiptedPackage {
            package_id: id(number),
            manifest: digest(&number.to_string()),
            signatures: digest("signatures"),
            sender: "health".parse().expect("a party id"),
            kind: "warning_list".parse().expect("a kind"),
            sequence: u64::from(number),
        },
        received_at: at(u32::from(number)),
        issuer: "bureau".parse().expect("a party id"),
        disposition: Disposition::Accepted,
        code: "accepted".into(),
        returned: None,
        is_verdict: true,
    }
}

fn good(numbers: &[u8]) -> Evidence {
    Evidence {
        packages: numbers.iter().map(|number| package(*number)).collect(),
        unproven: Vec::new(),
        receipts: numbers.iter().map(|number| receipt(*number)).collect(),
        deletions: Vec::new(),
    }
}

/// Code and place of each finding.
fn found(evidence: &Evidence) -> Vec<(&'static str, String)> {
    examine(evidence)
        .findings
        .into_iter()
        .map(|finding| (finding.code, finding.place))
        .collect()
}

fn one(code: &'static str, place: &str) -> Vec<(&'static str, String)> {
    vec![(code, place.to_owned())]
}

#[test]
fn a_whole_chain_with_its_receipts_is_clean() {
    let examined = examine(&good(&[1, 2, 3]));
    assert_eq!(examined.findings, []);
    let line = &examined.keys[0];
    assert_eq!((line.packages, line.first, line.last), (3, 1, 3));
    assert_eq!((line.accepted, line.unanswered), (3, 0));
}

#[test]
fn copies_are_counted_and_not_found() {
    let mut evidence = good(&[1]);
    let mut single = package(1);
    single.signatures = digest("one signature");
    single.judged.refusal = Some("too-few-signatures".into());
    evidence.packages.insert(0, single);
    evidence.packages.push(package(1));
    evidence.receipts.push(receipt(1));
    let examined = examine(&evidence);
    assert_eq!(examined.findings, []);
    assert_eq!((examined.copies, examined.keys[0].packages), (3, 1));
}

#[test]
fn receipts_and_packages_are_compared_both_ways() {
    let mut evidence = good(&[1, 2]);
    evidence.receipts.pop();
    assert_eq!(found(&evidence), one("package-without-receipt", "2.xpkg"));
    let mut evidence = good(&[1, 2]);
    evidence.packages.pop();
    assert_eq!(
        found(&evidence),
        one("receipt-without-package", "2.receipt.json")
    );
}

#[test]
fn a_package_that_waits_or_needs_no_answer_is_no_finding() {
    let mut evidence = good(&[1, 2, 3]);
    evidence.receipts.truncate(1);
    evidence.packages[1].answer = Answer::Waiting;
    evidence.packages[2].answer = Answer::None;
    let examined = examine(&evidence);
    assert_eq!(examined.findings, []);
    assert_eq!(examined.waiting, 1);
    assert_eq!(examined.keys[0].unanswered, 1);
}

#[test]
fn a_receipt_for_other_bytes_is_named() {
    let mut evidence = good(&[1]);
    evidence.receipts[0].package.signatures = digest("other signatures");
    assert_eq!(
        found(&evidence),
        one("receipt-for-other-bytes", "1.receipt.json")
    );
    let mut evidence = good(&[1]);
    evidence.receipts[0].package.manifest = digest("another manifest");
    assert_eq!(
        found(&evidence),
        [
            ("receipt-for-other-bytes", "1.receipt.json".to_owned()),
            ("package-without-receipt", "1.xpkg".to_owned()),
        ]
    );
}

#[test]
fn two_answers_to_one_package_are_named() {
    let mut evidence = good(&[1]);
    let mut second = receipt(1);
    second.path = "second.receipt.json".into();
    second.digest = digest("another receipt");
    evidence.receipts.push(second);
    assert_eq!(
        found(&evidence),
        one("receipt-twice", "second.receipt.json")
    );
}

#[test]
fn gaps_forks_and_broken_links_of_a_sequence_are_named() {
    let examined = examine(&good(&[2, 5]));
    let gaps: Vec<_> = examined
        .findings
        .iter()
        .map(|finding| (finding.code, finding.facts[1..].to_vec()))
        .collect();
    let gap = |from: &str, to: &str| {
        (
            "sequence-gap",
            vec![("from", from.to_owned()), ("to", to.to_owned())],
        )
    };
    assert_eq!(gaps, [gap("1", "1"), gap("3", "4")]);

    let mut forked = good(&[1, 2]);
    let mut twin = package(2);
    twin.path = "twin.xpkg".into();
    twin.manifest = digest("twin");
    twin.package_id = id(9);
    twin.answer = Answer::None;
    forked.packages.push(twin);
    let codes: Vec<_> = found(&forked).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["sequence-fork"]);

    let mut broken = good(&[1, 2]);
    broken.packages[1].previous = Some(digest("somebody else's"));
    assert_eq!(found(&broken), one("previous-differs", "2.xpkg"));
}

#[test]
fn a_number_taken_after_a_later_one_is_named() {
    let mut evidence = good(&[1, 2]);
    evidence.receipts[0].received_at = at(30);
    assert_eq!(found(&evidence), one("sequence-rollback", "1.xpkg"));
    evidence.receipts[0].disposition = Disposition::Rejected;
    assert_eq!(found(&evidence), []);
}

#[test]
fn an_id_that_stands_for_two_packages_is_named() {
    let mut evidence = good(&[1, 2]);
    evidence.packages[1].package_id = id(1);
    evidence.receipts[1].package.package_id = id(1);
    let codes: Vec<_> = found(&evidence).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["package-id-reused"]);
}

#[test]
fn what_was_refused_is_named_unless_the_bureau_rejected_it_too() {
    let mut evidence = good(&[1]);
    evidence.packages[0].judged.refusal = Some("stale".into());
    assert_eq!(found(&evidence), one("answered-but-refused", "1.xpkg"));
    evidence.receipts[0].disposition = Disposition::Rejected;
    assert_eq!(found(&evidence), []);
    evidence.receipts.clear();
    evidence.packages[0].answer = Answer::None;
    assert_eq!(found(&evidence), one("package-refused", "1.xpkg"));
}

#[test]
fn a_file_that_proves_nothing_is_named_and_stands_for_no_package() {
    let file = |manifest: Option<Digest>| Unproven {
        path: "x.xpkg".into(),
        manifest,
        judged: Judged {
            as_of: at(0),
            refusal: Some("payload-digest".into()),
        },
    };
    let mut evidence = good(&[1]);
    evidence.unproven.push(file(Some(digest("1"))));
    assert_eq!(found(&evidence), one("package-refused", "x.xpkg"));
    // The archived copy itself is damaged: its receipt is not called an orphan.
    evidence.packages.clear();
    assert_eq!(found(&evidence), one("answered-but-refused", "x.xpkg"));
}

//! What an auditor sees who has nothing but a copy of the share and of the archive: of each
//! manipulation, the findings that name it. What cannot be seen without a log finds nothing here,
//! and stands in spec/threat-model.md.

mod exchange;

use std::fs;
use std::path::Path;

use posthorse_package::{
    Digest, Disposition, Limits, Receipt, RegistryDocument, Revocation, Timestamp,
};

use self::exchange::{BUREAU, Copy, Exchange, LATE, OTHER, ROOT, party};
use crate::bureau_world::DAY;
use crate::offices::signing_key;

fn flip(path: &Path) {
    let mut bytes = fs::read(path).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).expect("written");
}

fn revoked(at: Timestamp) -> Option<Revocation> {
    Some(Revocation {
        at,
        reason: "被盗".into(),
    })
}

#[expect(clippy::disallowed_methods, reason = "an archive's enemy renames")]
fn renamed(path: &Path, name: &str) {
    let to = path.with_file_name(name);
    fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
    fs::rename(path, to).expect("renamed");
}

type Case = (&'static str, &'static [&'static str], fn(&Copy<'_>));

/// Each manipulation, and what must name it.
const PACKAGES: &[Case] = &[
    ("nothing", &[], |_| {}),
    (
        "a byte of a package",
        &["answered-but-refused", "sequence-gap"],
        |copy| {
            flip(&copy.housing(2));
        },
    ),
    (
        "a package cut short",
        &["package-refused", "receipt-without-package", "sequence-gap"],
        |copy| {
            let path = copy.housing(2);
            let bytes = fs::read(&path).expect("a file");
            fs::write(path, &bytes[..bytes.len() - 50]).expect("written");
        },
    ),
    (
        "a package deleted",
        &["receipt-without-package", "sequence-gap"],
        |copy| copy.remove_package(2),
    ),
    (
        "the last package deleted",
        &["receipt-without-package"],
        |copy| copy.remove_package(3),
    ),
    (
        "a package and its receipt deleted",
        &["sequence-gap"],
        |copy| {
            copy.remove_receipt(2);
            copy.remove_package(2);
        },
    ),
    (
        "an older package in the place of a newer",
        &["receipt-without-package", "sequence-gap"],
        |copy| {
            let older = fs::read(copy.housing(1)).expect("a file");
            fs::write(copy.housing(2), older).expect("written");
        },
    ),
    ("a package twice", &[], |copy| {
        let bytes = fs::read(copy.housing(2)).expect("a file");
        copy.add("state/archive/again.xpkg", &bytes);
    }),
    ("a package under another name", &[], |copy| {
        renamed(&copy.housing(2), "notes.txt");
    }),
    (
        "a package hidden by a dot",
        &["receipt-without-package", "sequence-gap"],
        |copy| renamed(&copy.housing(2), ".hidden"),
    ),
    (
        "a package moved into a quarantine",
        &["receipt-without-package", "sequence-gap"],
        |copy| renamed(&copy.housing(2), "quarantine/a.xpkg"),
    ),
    (
        "signed with another office's key",
        &["package-refused"],
        |copy| {
            let key = &copy.world().health.key;
            copy.add("state/archive/a.xpkg", &copy.further(|_| {}, key));
        },
    ),
    (
        "signed with a stranger's key",
        &["package-refused"],
        |copy| {
            copy.add(
                "state/archive/a.xpkg",
                &copy.further(|_| {}, &signing_key(99)),
            );
        },
    ),
    ("dated before its key", &["package-refused"], |copy| {
        let early = copy.world().now().plus_seconds(-60 * DAY);
        let key = &copy.world().housing.key;
        let bytes = copy.further(|request| request.sealed_at = early, key);
        copy.add("state/archive/a.xpkg", &bytes);
    }),
    (
        "a number used twice",
        &["package-without-receipt", "sequence-fork"],
        |copy| {
            let key = &copy.world().housing.key;
            let bytes = copy.further(
                |request| (request.sequence, request.previous) = (3, copy.before_third()),
                key,
            );
            copy.add("state/archive/a.xpkg", &bytes);
        },
    ),
    (
        "a number used twice, still waiting",
        &["sequence-fork"],
        |copy| {
            let key = &copy.world().housing.key;
            let bytes = copy.further(
                |request| (request.sequence, request.previous) = (3, copy.before_third()),
                key,
            );
            copy.add("drop/inbox/a.xpkg", &bytes);
        },
    ),
    (
        "another predecessor",
        &["package-without-receipt", "previous-differs"],
        |copy| {
            let key = &copy.world().housing.key;
            let other = Some(Digest::of(b"another"));
            let bytes = copy.further(|request| request.previous = other, key);
            copy.add("state/archive/a.xpkg", &bytes);
        },
    ),
    (
        "a number passed over",
        &["package-without-receipt", "sequence-gap"],
        |copy| {
            let key = &copy.world().housing.key;
            let bytes = copy.further(|request| request.sequence = 5, key);
            copy.add("state/archive/a.xpkg", &bytes);
        },
    ),
    (
        "an id used twice",
        &["package-id-reused", "package-without-receipt"],
        |copy| {
            let key = &copy.world().housing.key;
            let (_, first) = copy.packages("housing", key).remove(0);
            let bytes = copy.further(|request| request.package_id = first.package_id, key);
            copy.add("state/archive/a.xpkg", &bytes);
        },
    ),
    ("everything deleted", &["nothing-found"], |copy| {
        for folder in ["drop/outbox", "state/archive"] {
            fs::remove_dir_all(copy.root.join(folder)).expect("removed");
            fs::create_dir(copy.root.join(folder)).expect("a folder");
        }
    }),
    // Nobody but a log can tell the end of a history from its cutting off.
    (
        "the last package of a key and its receipt deleted",
        &[],
        |copy| {
            let bureau = copy.packages("housing", &signing_key(LATE)).remove(0);
            for (path, bytes) in copy.files() {
                let receipt = Receipt::untrusted(&bytes, &Limits::default());
                if receipt.is_ok_and(|receipt| receipt.package.package_id == bureau.1.package_id) {
                    fs::remove_file(path).expect("removed");
                }
            }
            fs::remove_file(bureau.0).expect("removed");
        },
    ),
];

const RECEIPTS: &[Case] = &[
    ("a receipt deleted", &["package-without-receipt"], |copy| {
        copy.remove_receipt(2);
    }),
    ("a byte of a receipt", &["receipt-refused"], |copy| {
        flip(&copy.receipts(2)[0].0);
    }),
    (
        "a verdict changed",
        &["package-without-receipt", "receipt-refused"],
        |copy| {
            for (path, _) in copy.receipts(2) {
                flip(&path);
            }
        },
    ),
    (
        "a receipt signed by a department",
        &["package-without-receipt", "receipt-refused"],
        |copy| copy.exchange_receipt(2, 2, |_| {}),
    ),
    (
        "a receipt in a bureau's name by a stranger",
        &["package-without-receipt", "receipt-refused"],
        |copy| copy.exchange_receipt(2, 99, |_| {}),
    ),
    ("a second receipt", &["receipt-twice"], |copy| {
        let (_, mut receipt) = copy.receipts(2).remove(0);
        receipt.disposition = Disposition::Rejected;
        receipt.code = "list-unreadable".into();
        let bytes = receipt.sign(&signing_key(BUREAU)).expect("a receipt");
        copy.add("drop/outbox/housing/other.receipt.json", &bytes);
    }),
    (
        "a receipt for other signatures",
        &["receipt-for-other-bytes"],
        |copy| {
            copy.exchange_receipt(2, BUREAU, |receipt| {
                receipt.package.signatures = Digest::of(b"others");
            });
        },
    ),
    (
        "a receipt for another kind",
        &["receipt-for-other-bytes"],
        |copy| {
            copy.exchange_receipt(2, BUREAU, |receipt| {
                receipt.package.kind = "measure_report".parse().expect("a kind");
            });
        },
    ),
    (
        "a receipt for another manifest",
        &["package-without-receipt", "receipt-for-other-bytes"],
        |copy| {
            copy.exchange_receipt(2, BUREAU, |receipt| {
                receipt.package.manifest = Digest::of(b"another");
            });
        },
    ),
    (
        "a receipt dated before the sealing",
        &["answered-but-refused", "sequence-rollback"],
        |copy| {
            let early = copy.world().now().plus_seconds(-DAY);
            copy.exchange_receipt(2, BUREAU, |receipt| {
                (receipt.received_at, receipt.issued_at) = (early, receipt.issued_at);
            });
        },
    ),
    (
        "a receipt dated after a later one",
        &["sequence-rollback"],
        |copy| {
            let late = copy.world().now().plus_seconds(-1);
            copy.exchange_receipt(1, BUREAU, |receipt| {
                (receipt.received_at, receipt.issued_at) = (late, late);
            });
        },
    ),
    (
        "a receipt of another bureau",
        &["receipt-by-another-bureau"],
        |copy| {
            copy.exchange_receipt(2, OTHER, |receipt| {
                receipt.issuer = "bureau-2".parse().expect("a party id");
            });
        },
    ),
    (
        "the rows that went back deleted",
        &["returned-missing"],
        |copy| copy.remove_returned(),
    ),
    // Names decide nothing: each file still says the same.
    ("two receipts exchanged", &[], |copy| {
        let (one, two) = (copy.receipts(1).remove(0), copy.receipts(2).remove(0));
        let bytes = [&one.0, &two.0].map(|path| fs::read(path).expect("a file"));
        fs::write(one.0, &bytes[1]).expect("written");
        fs::write(two.0, &bytes[0]).expect("written");
    }),
    // The bureau itself can take every copy back; only a log would show it.
    (
        "every copy of a verdict replaced by the bureau",
        &[],
        |copy| {
            copy.exchange_receipt(2, BUREAU, |receipt| {
                receipt.disposition = Disposition::Rejected;
                receipt.code = "list-unreadable".into();
            });
        },
    ),
];

const REGISTRIES: &[Case] = &[
    ("no registry", &["audit-no-registry"], |copy| {
        fs::remove_dir_all(copy.root.join("drop/registry")).expect("removed");
    }),
    (
        "the registry rolled back",
        &["answered-but-refused"],
        |copy| {
            fs::remove_file(copy.registry()).expect("removed");
        },
    ),
    (
        "a byte of the registry",
        &["answered-but-refused", "registry-refused"],
        |copy| flip(&copy.registry()),
    ),
    (
        "a stranger's registry beside ours",
        &["registry-fork"],
        |copy| {
            let mut document = copy.exchange.before.clone();
            document.root.keys = vec![*signing_key(99).verifying_key()];
            let signed = document.sign(&[&signing_key(99)], &Limits::default());
            copy.add("drop/registry/strange.json", &signed.expect("a registry"));
        },
    ),
    (
        "another registry of the same version",
        &["registry-fork"],
        |copy| {
            let document = &copy.exchange.before;
            let fork = document.next(copy.world().now(), document.expires);
            let signed = fork.sign(&[&signing_key(ROOT)], &Limits::default());
            copy.add("drop/registry/a-fork.json", &signed.expect("a registry"));
        },
    ),
    (
        "a version that skips one",
        &["registry-not-linked"],
        |copy| {
            let limits = Limits::default();
            let third = copy.next_registry(|_| {}, ROOT);
            let third = RegistryDocument::untrusted(&third, &limits).expect("a registry");
            let fourth = third.next(third.issued_at, third.expires);
            let signed = fourth.sign(&[&signing_key(ROOT)], &limits);
            copy.add(
                "drop/registry/registry-4.json",
                &signed.expect("a registry"),
            );
        },
    ),
    (
        "an office's key revoked since",
        &["key-revoked-since"],
        |copy| {
            let at = copy.world().now().plus_seconds(-DAY);
            let next = copy.next_registry(
                |next| party(next, "housing").signing_keys[0].revoked = revoked(at),
                ROOT,
            );
            copy.add("drop/registry/registry-3.json", &next);
        },
    ),
    (
        "the bureau's key revoked since",
        &["key-revoked-since"],
        |copy| {
            let at = copy.world().now().plus_seconds(-DAY);
            let next = copy.next_registry(
                |next| party(next, "bureau").signing_keys[0].revoked = revoked(at),
                ROOT,
            );
            copy.add("drop/registry/registry-3.json", &next);
        },
    ),
];

fn check(cases: &[Case]) {
    let exchange = Exchange::new();
    let mut wrong = Vec::new();
    for (name, expected, manipulate) in cases {
        let copy = exchange.copy();
        manipulate(&copy);
        let (codes, exit) = copy.audit();
        let exit_expected = match expected {
            [] => 0,
            ["audit-no-registry"] => 3,
            _ => 1,
        };
        if codes != *expected || exit != Some(exit_expected) {
            wrong.push(format!(
                "{name}: {codes:?}, exit {exit:?}, not {expected:?}"
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_was_done_to_packages_is_named() {
    check(PACKAGES);
}

#[test]
fn what_was_done_to_receipts_is_named() {
    check(RECEIPTS);
}

#[test]
fn what_was_done_to_registries_is_named() {
    check(REGISTRIES);
}

//! A second person's signature through the public doors: what it changes, and what it refuses.

use std::io::Cursor;

use posthorse_package::{
    CountersignError, Limits, Refusal, Registry, RegistryDocument, Sealed, SigningKey,
};

use crate::offices::{at, bureau, department, now, registry_document, root_key, signing_key};
use crate::package::{LIST, sealed};

/// The registry of the other tests, in which two persons must sign the department's lists.
fn two_must_sign(change: impl FnOnce(&mut RegistryDocument)) -> Registry {
    let mut document = registry_document();
    document.parties[2].two_signatures = vec!["warning_list".parse().expect("a kind")];
    change(&mut document);
    let bytes = document
        .sign(&[&root_key()], &Limits::default())
        .expect("signing");
    Registry::trust(&bytes, &Limits::default()).expect("a trusted registry")
}

fn refusal(bytes: &[u8], registry: &Registry) -> Option<Refusal> {
    let read = Sealed::read(Cursor::new(bytes), &Limits::default());
    match read.expect("a package").verify(registry, now()) {
        Ok(_) => None,
        Err(error) => error.refusal(),
    }
}

fn countersign(
    bytes: &[u8],
    key: &SigningKey,
    registry: &Registry,
    limits: &Limits,
) -> Result<Vec<u8>, CountersignError> {
    let read = Sealed::read(Cursor::new(bytes), limits).expect("a package");
    let countersigned = read.countersign(key, registry, now())?;
    let mut out = Vec::new();
    let length = countersigned.write(&mut out)?;
    assert_eq!(length, out.len() as u64);
    Ok(out)
}

fn refused(bytes: &[u8], key: &SigningKey, registry: &Registry) -> CountersignError {
    countersign(bytes, key, registry, &Limits::default()).expect_err("a refusal")
}

#[test]
fn a_second_person_completes_a_package_and_its_identity_stays() {
    let registry = two_must_sign(|_| {});
    let single = sealed(LIST, b"attachment");
    assert_eq!(refusal(&single, &registry), Some(Refusal::TooFewSignatures));
    let both = countersign(&single, &department().second, &registry, &Limits::default())
        .expect("countersigned");
    assert_eq!(refusal(&both, &registry), None);
    let read = |bytes: &[u8]| Sealed::read(Cursor::new(bytes.to_vec()), &Limits::default());
    let (before, after) = (read(&single).expect("form"), read(&both).expect("form"));
    assert_eq!(
        before.untrusted_manifest_digest(),
        after.untrusted_manifest_digest()
    );
    // Only signatures.json and what describes it differ: everything before it is the same.
    let same = single.iter().zip(&both).take_while(|(a, b)| a == b).count();
    let signatures_at = single
        .windows(15)
        .rposition(|bytes| bytes == b"{\"signatures\":[")
        .expect("signatures.json");
    assert!(
        same >= signatures_at - "signatures.json".len() - 30,
        "{same}"
    );
    let mut keys = [department().key, department().second]
        .map(|key| key.verifying_key().key_id())
        .to_vec();
    keys.sort_unstable();
    assert_eq!(after.untrusted_signers().collect::<Vec<_>>(), keys);
}

#[test]
fn what_is_not_the_second_persons_to_sign_is_refused() {
    let registry = two_must_sign(|_| {});
    let single = sealed(LIST, b"attachment");
    let own = refused(&single, &department().key, &registry);
    assert!(
        matches!(own, CountersignError::SignedAlready { .. }),
        "{own}"
    );
    let others = refused(&single, &bureau().key, &registry);
    assert!(
        matches!(&others, CountersignError::NotSender { owner, sender }
            if owner.as_str() == "bureau" && sender.as_str() == "medical-insurance"),
        "{others}"
    );
    let strange = refused(&single, &signing_key(77), &registry);
    assert!(
        matches!(strange, CountersignError::KeyUnknown { .. }),
        "{strange}"
    );
    let two_keys = two_must_sign(|document| {
        document.parties[2].signing_keys[1].person = "first".into();
    });
    let same = refused(&single, &department().second, &two_keys);
    assert!(
        matches!(&same, CountersignError::SamePerson { person } if person == "first"),
        "{same}"
    );
    let both = countersign(&single, &department().second, &registry, &Limits::default())
        .expect("countersigned");
    let again = refused(&both, &department().second, &registry);
    assert!(
        matches!(again, CountersignError::SignedAlready { .. }),
        "{again}"
    );
}

#[test]
fn a_key_that_would_spoil_the_package_does_not_sign() {
    // Enrolled after the package was sealed: every reader would refuse the package for it.
    let late = two_must_sign(|document| {
        document.parties[2].signing_keys[1].valid_from = at("2026-11-24T08:00:01Z");
    });
    let single = sealed(LIST, b"attachment");
    let refused = refused(&single, &department().second, &late);
    assert!(
        matches!(refused, CountersignError::KeyStanding(_)),
        "{refused}"
    );
}

#[test]
fn only_what_is_verified_is_signed() {
    let registry = two_must_sign(|_| {});
    let mut damaged = sealed(LIST, b"attachment");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let second = department().second;
    let refused_damaged = refused(&damaged, &second, &registry);
    assert!(
        matches!(&refused_damaged, CountersignError::Verify(error)
            if error.refusal() == Some(Refusal::PayloadDigest)),
        "{refused_damaged}"
    );
    // What would be refused with any number of signatures gets none.
    let not_allowed = two_must_sign(|document| document.parties[2].may_send.clear());
    let refused_right = refused(&sealed(LIST, b"attachment"), &second, &not_allowed);
    assert!(
        matches!(&refused_right, CountersignError::Verify(error)
            if error.refusal() == Some(Refusal::NotAllowed)),
        "{refused_right}"
    );
}

#[test]
fn the_number_of_signatures_is_bounded() {
    let registry = two_must_sign(|_| {});
    let mut limits = Limits::default();
    limits.signatures = 1;
    let single = sealed(LIST, b"attachment");
    let full = countersign(&single, &department().second, &registry, &limits)
        .expect_err("one signature is all that is taken");
    assert!(
        matches!(full, CountersignError::TooMany { limit: 1 }),
        "{full}"
    );
}

//! The registry's rules of trust, and enrolment.

use posthorse_package::{
    Contact, ContactForm, ContactFormError, Limits, Refusal, Registry, RegistryDocument, Role,
    Root, SigningKey,
};

use crate::offices::{
    self, at, bureau, county, registry, registry_document, root_key, signing_key,
};

fn limits() -> Limits {
    Limits::default()
}

fn next(edit: impl FnOnce(&mut RegistryDocument)) -> RegistryDocument {
    let mut document =
        registry_document().next(at("2026-06-01T00:00:00Z"), at("2027-06-01T00:00:00Z"));
    edit(&mut document);
    document
}

fn succeed(document: &RegistryDocument, signers: &[&SigningKey]) -> Option<Refusal> {
    let bytes = document
        .sign(signers, &limits())
        .expect("a document within the rules");
    registry()
        .succeed(&bytes, &limits())
        .err()
        .map(|error| error.refusal())
}

#[test]
fn versions_only_grow_one_by_one() {
    let root = root_key();
    assert_eq!(succeed(&next(|_| ()), &[&root]), None);
    let rollback = Some(Refusal::RegistryRollback);
    assert_eq!(
        succeed(&next(|document| document.version = 3), &[&root]),
        rollback
    );
    assert_eq!(succeed(&registry_document(), &[&root]), rollback);
    let other = posthorse_package::Digest::of(b"another history");
    assert_eq!(
        succeed(&next(|document| document.previous = Some(other)), &[&root]),
        rollback
    );
    let earlier = at("2025-01-01T00:00:00Z");
    assert_eq!(
        succeed(&next(|document| document.issued_at = earlier), &[&root]),
        rollback
    );
}

#[test]
fn new_roots_need_the_old_ones_and_themselves() {
    let (old, first, second) = (root_key(), signing_key(20), signing_key(21));
    let mut keys = vec![*first.verifying_key(), *second.verifying_key()];
    keys.sort();
    let document = next(|document| document.root = Root { threshold: 2, keys });
    assert_eq!(succeed(&document, &[&old, &first, &second]), None);
    let too_few = Some(Refusal::TooFewSignatures);
    assert_eq!(succeed(&document, &[&first, &second]), too_few);
    assert_eq!(succeed(&document, &[&old, &first]), too_few);
    assert_eq!(succeed(&document, &[&old, &first, &first]), too_few);
    let stranger = signing_key(40);
    let unknown = Some(Refusal::SignerUnknown);
    assert_eq!(
        succeed(&document, &[&old, &first, &second, &stranger]),
        unknown
    );
}

#[test]
fn a_draft_gathers_signatures_until_it_is_believed() {
    let (first, second) = (signing_key(20), signing_key(21));
    let mut keys = vec![*first.verifying_key(), *second.verifying_key()];
    keys.sort();
    let mut document = registry_document();
    document.root = Root { threshold: 2, keys };
    let half = document.sign(&[&first], &limits()).expect("signing");
    let refused = Registry::trust(&half, &limits()).expect_err("one of two");
    assert_eq!(refused.refusal(), Refusal::TooFewSignatures);
    let whole = RegistryDocument::countersign(&half, &second, &limits()).expect("countersigning");
    assert_eq!(
        Registry::trust(&whole, &limits())
            .expect("two of two")
            .document(),
        &document
    );
}

pub(crate) fn form() -> ContactForm {
    let office = county();
    ContactForm {
        format: ContactForm::FORMAT.into(),
        party: office.id.parse().expect("a party id"),
        name: "上蔡县乡村振兴局".into(),
        roles: vec![Role::County],
        counties: vec!["411722".into()],
        contact: Contact::default(),
        person: "first".into(),
        key: *office.key.verifying_key(),
        recipient: office.identity.recipient(),
        issued_at: offices::now(),
    }
}

#[test]
fn a_contact_form_proves_its_own_key_and_travels_encrypted() {
    let (office, bureau) = (county(), bureau());
    let open = form().sign(&office.key);
    assert_eq!(ContactForm::parse(&open, &limits()), Ok(form()));
    let forged = ContactForm::parse(&form().sign(&bureau.key), &limits());
    assert_eq!(
        forged.expect_err("another's key").refusal(),
        Refusal::SignerUnknown
    );

    let sealed = form()
        .sign_for(&office.key, &bureau.identity.recipient())
        .expect("encrypting");
    assert!(ContactForm::is_sealed(&sealed) && !ContactForm::is_sealed(&open));
    let read = |identity| ContactForm::parse_sealed(&sealed, &[identity], &limits());
    assert_eq!(read(bureau.identity), Ok(form()));
    assert_eq!(read(office.identity), Err(ContactFormError::NotARecipient));
}

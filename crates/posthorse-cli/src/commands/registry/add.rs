//! `posthorse registry add`: enrols a party by its contact form, or a further person of one that is
//! there, after the fingerprint was compared.

use posthorse_domain::{Kind, KindSet, Rulebook, Signatures};
use posthorse_package::{
    ContactForm, KindName, Limits, Party, RecipientEntry, RegistryDocument, Role, SigningEntry,
    Timestamp, UntrustedText,
};

use super::draft::Draft;
use super::fingerprint::{compare, confirm};
use super::{DAY, report_draft, reports};
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::home::Home;
use crate::kinds;
use crate::language::arg;
use crate::output::Context;
use crate::passphrase::Source;

pub(super) fn run(arguments: &args::RegistryAdd, context: &mut Context) -> Result<Exit, Failure> {
    let draft = Draft::of(&arguments.registry, context.now)?;
    let rules = draft.rules()?;
    kinds::require_known(arguments.may_send.iter().chain(&arguments.two_signatures))?;
    let form = read_form(arguments, context)?;
    let fingerprint = form.fingerprint();
    match &arguments.fingerprint {
        Some(heard) => compare(heard, &fingerprint)?,
        None => {
            let name = UntrustedText::new(format!("{} ({})", form.name, form.person)).to_string();
            confirm("registry-confirm-party", &name, &fingerprint, context)?;
        }
    }
    let (draft, enrolled) = add(arguments, &form, (draft, &rules), context)?;
    let exit = report_draft(&draft, context)?;
    if enrolled == Enrolled::FurtherKey {
        let person = UntrustedText::new(form.person).to_string();
        let party = arg("party", form.party.to_string());
        context.say("registry-further-key", &[party, arg("person", person)])?;
    }
    let entered = draft.document.parties.iter();
    let mut entered = entered.filter(|party| party.id == form.party);
    if entered.any(|party| !party.contact.is_filed() && !party.is(Role::Auditor)) {
        let party = arg("party", form.party.to_string());
        context.warn("registry-no-contact", &[party]);
    }
    Ok(exit)
}

fn read_form(arguments: &args::RegistryAdd, context: &Context) -> Result<ContactForm, Failure> {
    let path = &arguments.form;
    let bytes = files::read(path)?;
    let limits = Limits::default();
    let form = match (ContactForm::is_sealed(&bytes), &arguments.home) {
        (false, _) => ContactForm::parse(&bytes, &limits),
        (true, None) => return Err(Failure::new(Exit::Usage, "form-is-encrypted").at(path)),
        (true, Some(home)) => {
            let source = Source::from_option(arguments.passphrase_file.clone());
            let identities = Home::at(home).identities(&source, context)?;
            ContactForm::parse_sealed(&bytes, &identities, &limits)
        }
    };
    form.map_err(|error| Failure::from(error).at(path))
}

/// What a contact form brought into the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Enrolled {
    Party,
    FurtherKey,
}

fn add(
    arguments: &args::RegistryAdd,
    form: &ContactForm,
    (mut draft, rules): (Draft, &Rulebook),
    context: &Context,
) -> Result<(Draft, Enrolled), Failure> {
    let known = draft
        .document
        .parties
        .iter()
        .find(|party| party.id == form.party);
    let enrolled = match known {
        None => Enrolled::Party,
        Some(party) => {
            check_known(party, form, arguments)?;
            Enrolled::FurtherKey
        }
    };
    let mut rights = match known {
        None => Rights::default_for(&form.roles, rules.casework().kinds()),
        // A further person changes nothing about what the party may do.
        Some(party) => Rights {
            may_send: party.may_send.clone(),
            two_signatures: party.two_signatures.clone(),
        },
    };
    if !arguments.may_send.is_empty() {
        rights.may_send.clone_from(&arguments.may_send);
    }
    if !arguments.two_signatures.is_empty() {
        rights.two_signatures.clone_from(&arguments.two_signatures);
    }
    let enrolment = Enrolment {
        form,
        rights,
        valid: (context.now, arguments.valid_days),
        keys: if arguments.signing_only {
            Keys::Signing
        } else {
            Keys::SigningAndOpening
        },
        entry: if arguments.update {
            Entry::FromForm
        } else {
            Entry::Keep
        },
    };
    enrol(&mut draft.document, enrolment);
    let party = draft.party_mut(&form.party)?;
    reports::owe(party, &arguments.report, rules)?;
    draft.save()?;
    Ok((draft, enrolled))
}

/// A form of a known party adds keys. Whatever else it would change must be asked for by name.
fn check_known(
    party: &Party,
    form: &ContactForm,
    arguments: &args::RegistryAdd,
) -> Result<(), Failure> {
    let has_key = party.signing_keys.iter().any(|entry| entry.key == form.key);
    if has_key {
        return Err(Failure::new(Exit::Refused, "key-enrolled-already").with("party", &party.id));
    }
    let same =
        party.name == form.name && party.roles == form.roles && party.counties == form.counties;
    if same || arguments.update {
        return Ok(());
    }
    Err(Failure::new(Exit::Refused, "party-differs")
        .with("party", &party.id)
        .with("name", UntrustedText::new(party.name.clone())))
}

/// What a party may send, unless the command says otherwise.
pub(super) struct Rights {
    pub(super) may_send: Vec<KindName>,
    pub(super) two_signatures: Vec<KindName>,
}

impl Rights {
    /// What the casework permits an office with these roles to send, and what of it two persons
    /// must sign.
    pub(super) fn default_for(roles: &[Role], kinds: &KindSet) -> Self {
        let mut rights = Self {
            may_send: Vec::new(),
            two_signatures: Vec::new(),
        };
        let may_send = |kind: &Kind| {
            let mut senders = kind.ways().iter().flat_map(|way| way.from());
            senders.any(|role| roles.contains(role))
        };
        for kind in kinds.iter().filter(|kind| may_send(kind)) {
            rights.may_send.push(kind.name().clone());
            if kind.signatures() == Signatures::Two {
                rights.two_signatures.push(kind.name().clone());
            }
        }
        rights
    }
}

/// Which of a form's keys are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    /// The verifying key alone: packages for the party stay sealed to the keys that it has.
    Signing,
    /// The recipient too.
    SigningAndOpening,
}

/// What becomes of the entry of a party that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// Name, roles, counties and contact stay.
    Keep,
    /// They become those of the form.
    FromForm,
}

/// A contact form on its way into a registry, and how much of it goes in.
pub(super) struct Enrolment<'a> {
    pub(super) form: &'a ContactForm,
    pub(super) rights: Rights,
    /// From when, and for how many days, its keys are valid.
    pub(super) valid: (Timestamp, u32),
    pub(super) keys: Keys,
    pub(super) entry: Entry,
}

pub(super) fn enrol(document: &mut RegistryDocument, enrolment: Enrolment<'_>) {
    let Enrolment { form, rights, .. } = enrolment;
    let (valid_from, days) = enrolment.valid;
    let valid_until = valid_from.plus_seconds(i64::from(days) * DAY);
    let at = document
        .parties
        .partition_point(|party| party.id < form.party);
    let known = document
        .parties
        .get(at)
        .is_some_and(|party| party.id == form.party);
    if !known {
        document.parties.insert(at, party_of(form));
    }
    let party = &mut document.parties[at];
    if enrolment.entry == Entry::FromForm {
        party.name.clone_from(&form.name);
        party.roles.clone_from(&form.roles);
        party.counties.clone_from(&form.counties);
        party.contact = form.contact.clone();
    }
    party.may_send = sorted(rights.may_send);
    party.two_signatures = sorted(rights.two_signatures);
    party.signing_keys.push(SigningEntry {
        key: form.key,
        person: form.person.clone(),
        valid_from,
        valid_until,
        revoked: None,
    });
    if enrolment.keys == Keys::SigningAndOpening {
        party.recipients.push(RecipientEntry {
            recipient: form.recipient.clone(),
            valid_from,
            valid_until,
            revoked: None,
        });
    }
}

fn party_of(form: &ContactForm) -> Party {
    Party {
        id: form.party.clone(),
        name: form.name.clone(),
        roles: form.roles.clone(),
        counties: form.counties.clone(),
        may_send: Vec::new(),
        two_signatures: Vec::new(),
        reports: Vec::new(),
        contact: form.contact.clone(),
        signing_keys: Vec::new(),
        recipients: Vec::new(),
    }
}

/// Ascending, none twice, as the registry wants them.
pub(super) fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items.dedup();
    items
}

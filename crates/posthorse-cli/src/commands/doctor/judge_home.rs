//! Judges an office's home: its keys, its form, its standing in the registry that it trusts.

use posthorse_package::{ContactForm, Party, Revocation, Role, Timestamp};

use super::facts::{Document, HomeFacts, HomeStanding, RegistryFacts, Secret, SecretFacts};
use super::finding::{Finding, Name};
use super::judge::{ends_soon, is_ahead, left, octal};

const KEY_ENDS: [Name; 3] = [Name::KeyExpires7, Name::KeyExpires30, Name::KeyExpires60];
const REGISTRY_ENDS: [Name; 3] = [
    Name::RegistryExpires7,
    Name::RegistryExpires30,
    Name::RegistryExpires60,
];

pub(super) fn judge(
    home: &HomeFacts,
    runs_a_daemon: bool,
    now: Timestamp,
    findings: &mut Vec<Finding>,
) {
    let about = |name| Finding::new(name).at(&home.folder);
    match home.standing {
        HomeStanding::Missing => return findings.push(about(Name::HomeMissing)),
        HomeStanding::SomethingElse => return findings.push(about(Name::NotAHome)),
        HomeStanding::Home => {}
    }
    let keys = home.folder.join("keys");
    match home.keys_mode {
        Some(mode) if mode & 0o077 != 0 => findings.push(
            Finding::new(Name::KeysFolderOpenToOthers)
                .at(&keys)
                .with("mode", octal(mode)),
        ),
        Some(_) => {}
        None => findings.push(Finding::new(Name::KeyRightsNotChecked).at(&keys)),
    }
    if let Some((path, mode)) = &home.open_passphrase_file {
        findings.push(
            Finding::new(Name::PassphraseFileReadableByOthers)
                .at(path)
                .with("mode", octal(*mode)),
        );
    }
    judge_secret(&home.signing, findings);
    judge_secret(&home.identity, findings);
    let form = judge_form(home, findings);
    if let Document::Broken(why) = &home.sequence {
        let path = home.folder.join("sequence.json");
        findings.push(
            Finding::new(Name::SequenceBroken)
                .at(&path)
                .with("why", why),
        );
    }
    judge_registry(home, form, runs_a_daemon, now, findings);
    findings.extend(left(&home.leftovers));
}

fn judge_secret<T>(secret: &SecretFacts<T>, findings: &mut Vec<Finding>) {
    let about = |name| Finding::new(name).at(&secret.path);
    findings.extend(match &secret.content {
        Secret::Missing => Some(about(Name::KeyMissing)),
        Secret::Unreadable(why) => Some(about(Name::KeyUnreadable).with("why", why)),
        Secret::OpenToOthers(mode) => {
            Some(about(Name::KeyReadableByOthers).with("mode", octal(*mode)))
        }
        Secret::Broken(why) => Some(about(Name::KeyBroken).with("why", why)),
        Secret::Locked => Some(about(Name::KeyNotOpened)),
        Secret::WrongPassphrase => Some(about(Name::WrongPassphrase)),
        Secret::Plain(_) => Some(about(Name::KeyUnprotected)),
        Secret::Protected(_) => None,
    });
    if let Some(twin) = &secret.twin {
        findings.push(
            Finding::new(Name::KeyKeptTwice)
                .at(&secret.path)
                .with("twin", twin.display()),
        );
    }
}

/// Judges the form and whether the keys at hand are the ones that it names.
fn judge_form<'a>(home: &'a HomeFacts, findings: &mut Vec<Finding>) -> Option<&'a ContactForm> {
    let path = home.folder.join("contact-form.json");
    let form = match &home.form {
        Document::Missing => {
            findings.push(Finding::new(Name::ContactFormMissing).at(&path));
            return None;
        }
        Document::Broken(why) => {
            findings.push(
                Finding::new(Name::ContactFormBroken)
                    .at(&path)
                    .with("why", why),
            );
            return None;
        }
        Document::Good(form) => form,
    };
    if home
        .signing
        .content
        .public()
        .is_some_and(|key| *key != form.key)
    {
        findings.push(Finding::new(Name::SigningKeyNotOfForm).at(&home.signing.path));
    }
    let opens = |recipients: &Vec<_>| recipients.contains(&form.recipient);
    if home
        .identity
        .content
        .public()
        .is_some_and(|all| !opens(all))
    {
        findings.push(Finding::new(Name::IdentityNotOfForm).at(&home.identity.path));
    }
    Some(form)
}

fn judge_registry(
    home: &HomeFacts,
    form: Option<&ContactForm>,
    runs_a_daemon: bool,
    now: Timestamp,
    findings: &mut Vec<Finding>,
) {
    let path = home.folder.join("registry.json");
    let about = |name| {
        Finding::new(name)
            .at(&path)
            .with("home", home.folder.display())
    };
    let registry = match &home.registry {
        Document::Missing => return findings.push(about(Name::RegistryNotTrusted)),
        Document::Broken(why) => {
            return findings.push(about(Name::RegistryBroken).with("why", why));
        }
        Document::Good(registry) => registry,
    };
    if is_ahead(now, registry.issued_at) {
        // With a clock that is wrong, every other judgement about times would be wrong too.
        return findings.push(
            about(Name::ClockBehindRegistry)
                .with("now", now)
                .with("then", registry.issued_at),
        );
    }
    let expires = |name| about(name).with("when", registry.expires);
    if registry.expires <= now {
        findings.push(expires(Name::RegistryExpired));
    } else {
        findings.extend(ends_soon(now, registry.expires, REGISTRY_ENDS).map(expires));
    }
    if let Some(form) = form {
        judge_standing(registry, form, runs_a_daemon, now, findings);
    }
}

fn judge_standing(
    registry: &RegistryFacts,
    form: &ContactForm,
    runs_a_daemon: bool,
    now: Timestamp,
    findings: &mut Vec<Finding>,
) {
    let about = |name| {
        Finding::new(name)
            .at(&registry.path)
            .with("party", &form.party)
    };
    let Some(party) = &registry.own else {
        return findings.push(about(Name::PartyNotEnrolled));
    };
    if runs_a_daemon && !party.is(Role::Bureau) {
        findings.push(about(Name::NotABureau));
    }
    for (key, term) in terms(party, form) {
        let about = |name| about(name).with("key", &key);
        findings.extend(match term {
            None => Some(about(Name::KeyNotEnrolled)),
            Some(term) => judge_term(&term, now)
                .map(|(name, when)| about(name).with("when", when).with("why", term.reason())),
        });
    }
}

/// From when to when a key counts.
struct Term<'a> {
    from: Timestamp,
    until: Timestamp,
    revoked: Option<&'a Revocation>,
}

impl Term<'_> {
    fn reason(&self) -> &str {
        self.revoked.map_or("", |revoked| revoked.reason.as_str())
    }
}

/// The two keys that the form names, with what the registry says of each.
fn terms<'a>(party: &'a Party, form: &ContactForm) -> [(String, Option<Term<'a>>); 2] {
    let signing = party
        .signing_keys
        .iter()
        .find(|entry| entry.key == form.key);
    let recipient = party
        .recipients
        .iter()
        .find(|entry| entry.recipient == form.recipient);
    [
        (
            form.key.key_id().to_string(),
            signing.map(|entry| Term {
                from: entry.valid_from,
                until: entry.valid_until,
                revoked: entry.revoked.as_ref(),
            }),
        ),
        (
            form.recipient.to_string(),
            recipient.map(|entry| Term {
                from: entry.valid_from,
                until: entry.valid_until,
                revoked: entry.revoked.as_ref(),
            }),
        ),
    ]
}

fn judge_term(term: &Term<'_>, now: Timestamp) -> Option<(Name, Timestamp)> {
    if let Some(revoked) = term.revoked.filter(|revoked| revoked.at <= now) {
        return Some((Name::KeyRevoked, revoked.at));
    }
    if now < term.from {
        return Some((Name::KeyNotYetValid, term.from));
    }
    if term.until <= now {
        return Some((Name::KeyExpired, term.until));
    }
    ends_soon(now, term.until, KEY_ENDS).map(|name| (name, term.until))
}

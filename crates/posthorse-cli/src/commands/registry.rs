//! `posthorse registry`: who takes part and with which keys. Edits go into a draft of the next
//! version, which becomes the registry when enough root keys have signed it.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use posthorse_package::{
    ContactForm, Digest, Fingerprint, KindName, Limits, Party, RecipientEntry, Registry,
    RegistryDocument, Revocation, Role, Root, SigningEntry, SigningKey, Timestamp, UntrustedText,
};
use serde_json::json;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, Privacy};
use crate::home::{self, Home};
use crate::language::{Messages, arg};
use crate::output::Context;
use crate::passphrase::Source;

const DAY: i64 = 86_400;
/// How long the founder's own key is valid: three years.
const KEY_DAYS: u32 = 1096;

pub(crate) fn run(command: args::Registry, context: &mut Context) -> Result<Exit, Failure> {
    match command {
        args::Registry::Create(arguments) => {
            let draft = create(arguments, context)?;
            report_draft(&draft, context)
        }
        args::Registry::Add(arguments) => run_add(&arguments, context),
        args::Registry::Revoke(arguments) => {
            let draft = revoke(&arguments, context)?;
            report_draft(&draft, context)
        }
        args::Registry::Sign(arguments) => run_sign(&arguments, context),
        args::Registry::Show(arguments) => show(&arguments, context),
        args::Registry::Verify(arguments) => verify(&arguments, context),
        args::Registry::Trust(arguments) => run_trust(&arguments, context),
    }
}

/// The next version of a registry, not yet vouched for by enough root keys.
pub(crate) struct Draft {
    path: PathBuf,
    document: RegistryDocument,
    /// Signatures gathered so far; editing throws them away.
    envelope: Option<Vec<u8>>,
}

fn draft_path(registry: &Path) -> PathBuf {
    registry.with_extension("draft.json")
}

impl Draft {
    /// The draft that lies beside a registry, or a new one that starts from it.
    fn of(registry: &Path, now: Timestamp) -> Result<Self, Failure> {
        let path = draft_path(registry);
        if path.exists() {
            return Self::read(&path);
        }
        let trusted = home::read_registry(registry)?;
        let current = trusted.document();
        let lifetime = current
            .expires
            .as_second()
            .saturating_sub(current.issued_at.as_second());
        let issued_at = now.max(current.issued_at);
        let document = current.next(issued_at, issued_at.plus_seconds(lifetime));
        Ok(Self {
            path,
            document,
            envelope: None,
        })
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = files::read(path)?;
        let refused = |failure: Failure| failure.at(path);
        // A draft is the bare document until the first root key signs it.
        if let Ok(document) = serde_json::from_slice(&bytes) {
            return Ok(Self {
                path: path.to_owned(),
                document,
                envelope: None,
            });
        }
        let document = RegistryDocument::untrusted(&bytes, &Limits::default())
            .map_err(|error| refused(error.into()))?;
        Ok(Self {
            path: path.to_owned(),
            document,
            envelope: Some(bytes),
        })
    }

    /// Writes the edited document, after the rules that signing would check.
    fn save(&mut self) -> Result<(), Failure> {
        // Signing checks the rules; this signature, by a key that nobody knows, is thrown away.
        let throwaway = SigningKey::from_pkcs8(&SigningKey::generate_pkcs8()?)?;
        self.document
            .sign(&[&throwaway], &Limits::default())
            .map_err(|error| Failure::from(error).at(&self.path))?;
        let bytes = serde_json::to_vec_pretty(&self.document)
            .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
        self.envelope = None;
        files::replace(&self.path, &bytes, Privacy::Public)
    }
}

fn report_draft(draft: &Draft, context: &mut Context) -> Result<Exit, Failure> {
    let version = draft.document.version;
    context.json(&json!({ "draft": shown(&draft.path), "version": version }))?;
    context.say(
        "registry-draft",
        &[arg("path", shown(&draft.path)), arg("version", version)],
    )?;
    Ok(Exit::Good)
}

/// Begins the first version: this home's key is a root key, and its office the first party.
pub(crate) fn create(arguments: args::RegistryCreate, context: &Context) -> Result<Draft, Failure> {
    let path = draft_path(&arguments.registry);
    files::refuse_existing(&arguments.registry)?;
    files::refuse_existing(&path)?;
    let form = Home::at(&arguments.home).contact_form()?;
    let mut keys = arguments.root_key;
    keys.push(form.key);
    keys.sort_unstable();
    keys.dedup();
    let root = Root {
        threshold: arguments.threshold,
        keys,
    };
    let expires = context
        .now
        .plus_seconds(i64::from(arguments.valid_days) * DAY);
    let mut document = RegistryDocument::first(root, context.now, expires);
    let rights = Rights::default_for(&form.roles)?;
    insert(&mut document, &form, rights, context.now, KEY_DAYS);
    let mut draft = Draft {
        path,
        document,
        envelope: None,
    };
    draft.save()?;
    Ok(draft)
}

fn run_add(arguments: &args::RegistryAdd, context: &mut Context) -> Result<Exit, Failure> {
    let form = read_form(arguments, context)?;
    let fingerprint = form.fingerprint();
    match &arguments.fingerprint {
        Some(heard) => compare(heard, &fingerprint)?,
        None => {
            let name = UntrustedText::new(form.name.clone()).to_string();
            confirm("registry-confirm-party", &name, &fingerprint, context)?;
        }
    }
    let draft = add(arguments, &form, context)?;
    report_draft(&draft, context)
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

/// Adds a party, or a further key to one that is there, after its fingerprint was compared.
pub(crate) fn add(
    arguments: &args::RegistryAdd,
    form: &ContactForm,
    context: &Context,
) -> Result<Draft, Failure> {
    let mut draft = Draft::of(&arguments.registry, context.now)?;
    let mut rights = Rights::default_for(&form.roles)?;
    if !arguments.may_send.is_empty() {
        rights.may_send.clone_from(&arguments.may_send);
    }
    rights.two_signatures.clone_from(&arguments.two_signatures);
    insert(
        &mut draft.document,
        form,
        rights,
        context.now,
        arguments.valid_days,
    );
    draft.save()?;
    Ok(draft)
}

/// What a party may send, unless the command says otherwise.
struct Rights {
    may_send: Vec<KindName>,
    two_signatures: Vec<KindName>,
}

impl Rights {
    fn default_for(roles: &[Role]) -> Result<Self, Failure> {
        let kinds = roles.iter().flat_map(|role| match role {
            Role::Department => &["warning_list"][..],
            Role::Bureau => &["return_sheet", "warning_dispatch"][..],
            Role::County => &["verification_result"][..],
            Role::Auditor => &[][..],
        });
        let may_send = kinds
            .map(|kind| kind.parse())
            .collect::<Result<_, _>>()
            .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
        Ok(Self {
            may_send,
            two_signatures: Vec::new(),
        })
    }
}

fn insert(
    document: &mut RegistryDocument,
    form: &ContactForm,
    rights: Rights,
    now: Timestamp,
    valid_days: u32,
) {
    let valid_until = now.plus_seconds(i64::from(valid_days) * DAY);
    let signing = SigningEntry {
        key: form.key,
        person: form.person.clone(),
        valid_from: now,
        valid_until,
        revoked: None,
    };
    let recipient = RecipientEntry {
        recipient: form.recipient.clone(),
        valid_from: now,
        valid_until,
        revoked: None,
    };
    let at = document
        .parties
        .partition_point(|party| party.id < form.party);
    if document
        .parties
        .get(at)
        .is_none_or(|party| party.id != form.party)
    {
        document.parties.insert(at, empty_party(form));
    }
    let party = &mut document.parties[at];
    party.name.clone_from(&form.name);
    party.roles.clone_from(&form.roles);
    party.counties.clone_from(&form.counties);
    party.contact = form.contact.clone();
    party.may_send = sorted(rights.may_send);
    party.two_signatures = sorted(rights.two_signatures);
    party.signing_keys.push(signing);
    party.recipients.push(recipient);
}

fn empty_party(form: &ContactForm) -> Party {
    Party {
        id: form.party.clone(),
        name: form.name.clone(),
        roles: Vec::new(),
        counties: Vec::new(),
        may_send: Vec::new(),
        two_signatures: Vec::new(),
        contact: form.contact.clone(),
        signing_keys: Vec::new(),
        recipients: Vec::new(),
    }
}

fn sorted(mut kinds: Vec<KindName>) -> Vec<KindName> {
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// Marks a key or a recipient as no longer to be believed.
pub(crate) fn revoke(
    arguments: &args::RegistryRevoke,
    context: &Context,
) -> Result<Draft, Failure> {
    let mut draft = Draft::of(&arguments.registry, context.now)?;
    let party = draft
        .document
        .parties
        .iter_mut()
        .find(|party| party.id == arguments.party)
        .ok_or_else(|| {
            Failure::new(Exit::Refused, "no-such-party").with("party", &arguments.party)
        })?;
    let revocation = Revocation {
        at: arguments.at,
        reason: arguments.reason.clone(),
    };
    let mut places: Vec<&mut Option<Revocation>> = Vec::new();
    for entry in &mut party.signing_keys {
        let names = [entry.key.to_string(), entry.key.key_id().to_string()];
        if names.contains(&arguments.key) {
            places.push(&mut entry.revoked);
        }
    }
    for entry in &mut party.recipients {
        if entry.recipient.to_string() == arguments.key {
            places.push(&mut entry.revoked);
        }
    }
    if places.is_empty() {
        return Err(Failure::new(Exit::Refused, "no-such-key").with("party", &arguments.party));
    }
    for place in places {
        if place.is_some() {
            return Err(Failure::new(Exit::Refused, "already-revoked"));
        }
        *place = Some(revocation.clone());
    }
    draft.save()?;
    Ok(draft)
}

/// How far the signing of a draft has come.
pub(crate) enum Signed {
    /// Enough: it is the registry now.
    Published(Box<Registry>),
    /// So many root keys are still to sign.
    Waiting { draft: PathBuf, missing: String },
}

fn run_sign(arguments: &args::RegistrySign, context: &mut Context) -> Result<Exit, Failure> {
    let source = Source::from_option(arguments.passphrase_file.clone());
    match sign(
        &arguments.registry,
        &Home::at(&arguments.home),
        &source,
        context,
    )? {
        Signed::Published(registry) => report_registry(
            "registry-published",
            &arguments.registry,
            &registry,
            context,
        ),
        Signed::Waiting { draft, missing } => {
            let path = shown(&draft);
            context.json(&json!({ "published": false, "draft": path, "missing": missing }))?;
            context.say(
                "registry-waiting",
                &[arg("path", path), arg("missing", missing)],
            )?;
            Ok(Exit::Good)
        }
    }
}

/// Adds a root key's signature to the draft; the last one needed makes it the registry.
pub(crate) fn sign(
    registry: &Path,
    home: &Home,
    source: &Source,
    context: &Context,
) -> Result<Signed, Failure> {
    let path = draft_path(registry);
    if !path.exists() {
        return Err(Failure::new(Exit::Environment, "no-draft").with("path", shown(&path)));
    }
    let draft = Draft::read(&path)?;
    let limits = Limits::default();
    let key = home.signing_key(source, context)?;
    let trusted = if registry.exists() {
        Some(home::read_registry(registry)?)
    } else {
        None
    };
    let previous_roots = trusted
        .as_ref()
        .map(|trusted| trusted.document().root.keys.as_slice());
    let is_root = [Some(draft.document.root.keys.as_slice()), previous_roots]
        .into_iter()
        .flatten()
        .any(|keys| keys.contains(key.verifying_key()));
    if !is_root {
        return Err(Failure::new(Exit::Keys, "not-a-root-key").with("home", shown(home.folder())));
    }
    let bytes = match &draft.envelope {
        Some(envelope) => RegistryDocument::countersign(envelope, &key, &limits)?,
        None => draft.document.sign(&[&key], &limits)?,
    };
    let believed = match &trusted {
        Some(trusted) => trusted.succeed(&bytes, &limits),
        None => Registry::trust(&bytes, &limits),
    };
    match believed {
        Ok(published) => {
            files::replace(registry, &bytes, Privacy::Public)?;
            files::remove(&path)?;
            Ok(Signed::Published(Box::new(published)))
        }
        Err(error @ posthorse_package::RegistryError::TooFewSignatures { .. }) => {
            files::replace(&path, &bytes, Privacy::Public)?;
            Ok(Signed::Waiting {
                draft: path,
                missing: error.to_string(),
            })
        }
        Err(error) => Err(Failure::from(error).at(&path)),
    }
}

fn show(arguments: &args::RegistryShow, context: &mut Context) -> Result<Exit, Failure> {
    let (document, state) = match Draft::read(&arguments.registry) {
        Ok(Draft {
            document,
            envelope: None,
            ..
        }) => (document, "registry-state-draft"),
        Ok(Draft {
            document,
            envelope: Some(bytes),
            ..
        }) => {
            let trusted = Registry::trust(&bytes, &Limits::default()).is_ok();
            let state = if trusted {
                "registry-state-signed"
            } else {
                "registry-state-unsigned"
            };
            (document, state)
        }
        Err(failure) => return Err(failure),
    };
    let fingerprint = Fingerprint::of_root(&document.root.keys).to_string();
    context.json(&json!({
        "state": state.trim_start_matches("registry-state-"),
        "root_fingerprint": fingerprint,
        "document": document,
    }))?;
    context.say(
        "registry-title",
        &[
            arg("version", document.version),
            arg("expires", document.expires.to_string()),
            arg("state", context.messages.word(state)),
            arg("fingerprint", fingerprint),
        ],
    )?;
    let keys = [
        "column-party",
        "column-name",
        "column-role",
        "column-may-send",
        "column-keys",
    ];
    let header = keys.map(|key| context.messages.word(key));
    let rows: Vec<Vec<String>> = document
        .parties
        .iter()
        .map(|party| party_row(party, &context.messages))
        .collect();
    context.table(&header, &rows)?;
    Ok(Exit::Good)
}

fn party_row(party: &Party, messages: &Messages) -> Vec<String> {
    let roles: Vec<String> = party
        .roles
        .iter()
        .map(|role| {
            messages.word(match role {
                Role::Department => "role-department",
                Role::Bureau => "role-bureau",
                Role::County => "role-county",
                Role::Auditor => "role-auditor",
            })
        })
        .collect();
    let kinds: Vec<&str> = party.may_send.iter().map(KindName::as_str).collect();
    let keys: Vec<String> = party
        .signing_keys
        .iter()
        .map(|entry| {
            let person = UntrustedText::new(entry.person.clone()).to_string();
            match &entry.revoked {
                None => format!("{person} → {}", entry.valid_until),
                Some(revoked) => messages.text(
                    "key-revoked-since",
                    &[
                        arg("person", person),
                        arg("at", revoked.at.to_string()),
                        arg(
                            "reason",
                            UntrustedText::new(revoked.reason.clone()).to_string(),
                        ),
                    ],
                ),
            }
        })
        .collect();
    let name = UntrustedText::new(party.name.clone()).to_string();
    vec![
        party.id.to_string(),
        name,
        roles.join(" "),
        kinds.join("\n"),
        keys.join("\n"),
    ]
}

fn verify(arguments: &args::RegistryVerify, context: &mut Context) -> Result<Exit, Failure> {
    let at = |failure: Failure| failure.at(&arguments.registry);
    let bytes = files::read(&arguments.registry)?;
    let limits = Limits::default();
    let registry = match &arguments.previous {
        Some(previous) => home::read_registry(previous)?.succeed(&bytes, &limits),
        None => Registry::trust(&bytes, &limits),
    };
    let registry = registry.map_err(|error| at(error.into()))?;
    let as_of = arguments.as_of.unwrap_or(context.now);
    let expires = registry.document().expires;
    if as_of >= expires {
        let refusal = posthorse_package::Refusal::RegistryExpired;
        return Err(at(Failure::refused(
            refusal,
            format!("expired at {expires}"),
        )));
    }
    report_registry("registry-good", &arguments.registry, &registry, context)
}

fn run_trust(arguments: &args::RegistryTrust, context: &mut Context) -> Result<Exit, Failure> {
    let home = Home::at(&arguments.home);
    home.contact_form()?;
    let bytes = files::read(&arguments.registry)?;
    // What follows a registry that is trusted already is vouched for by it.
    if !home.registry_path().exists() {
        let offered = Registry::trust(&bytes, &Limits::default())
            .map_err(|error| Failure::from(error).at(&arguments.registry))?;
        let fingerprint = offered.root_fingerprint();
        match &arguments.fingerprint {
            Some(heard) => compare(heard, &fingerprint)?,
            None => {
                let name = shown(&arguments.registry);
                confirm("registry-confirm-root", &name, &fingerprint, context)?;
            }
        }
    }
    let registry = home
        .pin(&bytes)
        .map_err(|failure| failure.at(&arguments.registry))?;
    report_registry(
        "registry-trusted",
        &home.registry_path(),
        &registry,
        context,
    )
}

fn report_registry(
    key: &str,
    path: &Path,
    registry: &Registry,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let document = registry.document();
    let fingerprint = registry.root_fingerprint().to_string();
    let digest: Digest = registry.digest();
    context.json(&json!({
        "path": shown(path),
        "version": document.version,
        "expires": document.expires,
        "digest": digest,
        "root_fingerprint": fingerprint,
    }))?;
    context.say(
        key,
        &[
            arg("path", shown(path)),
            arg("version", document.version),
            arg("expires", document.expires.to_string()),
            arg("fingerprint", fingerprint),
        ],
    )?;
    Ok(Exit::Good)
}

fn compare(heard: &Fingerprint, computed: &Fingerprint) -> Result<(), Failure> {
    if heard == computed {
        return Ok(());
    }
    Err(Failure::new(Exit::Refused, "fingerprint-differs").with("computed", computed))
}

/// Asks at the terminal whether the fingerprint is the one that was heard.
fn confirm(
    key: &str,
    name: &str,
    fingerprint: &Fingerprint,
    context: &mut Context,
) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::new(Exit::Usage, "fingerprint-needed").with("computed", fingerprint));
    }
    let question = context.messages.text(
        key,
        &[
            arg("name", name.to_owned()),
            arg("fingerprint", fingerprint.to_string()),
        ],
    );
    context.warn_line(&question);
    io::stderr().flush().ok();
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|cause| Failure::new(Exit::Environment, "cannot-read-answer").detail(cause))?;
    match answer.trim() {
        "yes" | "是" => Ok(()),
        _ => Err(Failure::new(Exit::Refused, "fingerprint-not-confirmed")),
    }
}

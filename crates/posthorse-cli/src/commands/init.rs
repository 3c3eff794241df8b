//! `posthorse init`: makes an office: its keys and its contact form.

use std::path::{Path, PathBuf};

use posthorse_package::{Contact, ContactForm, Identity, Role, SigningKey};
use serde_json::json;
use zeroize::Zeroizing;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, Privacy};
use crate::home::{self, Home, Protection};
use crate::language::arg;
use crate::output::Context;
use crate::passphrase::{self, Source};

pub(crate) fn run(arguments: args::Init, context: &mut Context) -> Result<Exit, Failure> {
    let made = init(arguments, context)?;
    let fingerprint = made.form.fingerprint().to_string();
    context.json(&json!({
        "party": made.form.party,
        "fingerprint": fingerprint,
        "contact_form": shown(&made.contact_form_path),
        "sealed_contact_form": made.sealed_form_path.as_deref().map(shown),
        "key": made.form.key,
        "recipient": made.form.recipient,
    }))?;
    context.say("init-done", &[arg("party", made.form.party.to_string())])?;
    context.say(
        "init-contact-form",
        &[arg("path", shown(&made.contact_form_path))],
    )?;
    if let Some(path) = &made.sealed_form_path {
        context.say("init-sealed-form", &[arg("path", shown(path))])?;
    }
    context.say("init-fingerprint", &[])?;
    context.line(&format!("\n    {fingerprint}\n"))?;
    context.say("init-secrets", &[arg("path", shown(&made.keys_folder))])?;
    Ok(Exit::Good)
}

/// What `init` made.
pub(crate) struct Office {
    pub(crate) form: ContactForm,
    pub(crate) contact_form_path: PathBuf,
    sealed_form_path: Option<PathBuf>,
    keys_folder: PathBuf,
}

/// Makes the keys and the contact form, and overwrites nothing.
pub(crate) fn init(arguments: args::Init, context: &Context) -> Result<Office, Failure> {
    let home = Home::at(&arguments.home);
    for protection in [Protection::Passphrase, Protection::OwnerOnly] {
        files::refuse_existing(&home.signing_key_path(protection))?;
        files::refuse_existing(&home.identity_path(protection))?;
    }
    files::refuse_existing(&home.contact_form_path())?;
    let protection = if arguments.unprotected {
        Protection::OwnerOnly
    } else {
        Protection::Passphrase
    };
    let passphrase = match protection {
        Protection::OwnerOnly => Zeroizing::default(),
        Protection::Passphrase => {
            Source::from_option(arguments.passphrase_file.clone()).read_new(context)?
        }
    };
    let document = SigningKey::generate_pkcs8()?;
    let signing_key = SigningKey::from_pkcs8(&document)?;
    let identity = Identity::generate();
    let seal_form_to = arguments.seal_form_to.clone();
    let form = contact_form(arguments, &signing_key, &identity, context);
    check_form(&form)?;

    let keys_folder = home.folder().join("keys");
    files::create_private_folder(&keys_folder)
        .map_err(|cause| Failure::io("cannot-write", &keys_folder, &cause))?;
    let identity_text = identity_file(&identity, context);
    let (key_bytes, identity_bytes) = match protection {
        Protection::OwnerOnly => {
            let pem =
                home::to_pem(&document).ok_or_else(|| Failure::new(Exit::Internal, "internal"))?;
            (
                Zeroizing::new(pem.as_bytes().to_vec()),
                Zeroizing::new(identity_text.as_bytes().to_vec()),
            )
        }
        Protection::Passphrase => (
            Zeroizing::new(passphrase::lock(&document, &passphrase)?),
            Zeroizing::new(passphrase::lock(identity_text.as_bytes(), &passphrase)?),
        ),
    };
    write_private(&home.signing_key_path(protection), &key_bytes)?;
    write_private(&home.identity_path(protection), &identity_bytes)?;
    let contact_form_path = home.contact_form_path();
    files::write_new(
        &contact_form_path,
        &form.sign(&signing_key),
        Privacy::Public,
    )?;
    let sealed_form_path = match &seal_form_to {
        None => None,
        Some(bureau) => {
            let path = contact_form_path.with_extension("json.age");
            files::write_new(
                &path,
                &form.sign_for(&signing_key, bureau)?,
                Privacy::Public,
            )?;
            Some(path)
        }
    };
    Ok(Office {
        form,
        contact_form_path,
        sealed_form_path,
        keys_folder,
    })
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    files::write_new(path, bytes, Privacy::OwnerOnly)
}

fn contact_form(
    arguments: args::Init,
    signing_key: &SigningKey,
    identity: &Identity,
    context: &Context,
) -> ContactForm {
    let person = arguments.person.unwrap_or_else(|| arguments.name.clone());
    let mut roles: Vec<Role> = arguments.role.into_iter().map(Role::from).collect();
    roles.sort_unstable();
    roles.dedup();
    let mut counties = arguments.county;
    counties.sort_unstable();
    counties.dedup();
    let contact = arguments.contact;
    ContactForm {
        format: ContactForm::FORMAT.to_owned(),
        party: arguments.party,
        name: arguments.name,
        roles,
        counties,
        contact: Contact {
            leader: contact.leader,
            section: contact.section,
            contact: person.clone(),
            office_phone: contact.phone,
            email: contact.email,
            remark: contact.remark,
        },
        person,
        key: *signing_key.verifying_key(),
        recipient: identity.recipient(),
        issued_at: context.now,
    }
}

/// What no registry would take is refused before keys are made for it.
fn check_form(form: &ContactForm) -> Result<(), Failure> {
    let is_code = |code: &String| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    if !form.counties.iter().all(is_code) {
        return Err(Failure::new(Exit::Usage, "county-code"));
    }
    let printable = |text: &String, longest: usize| {
        text.chars().count() <= longest && !text.chars().any(char::is_control)
    };
    let names = [&form.name, &form.person];
    let contact = &form.contact;
    let texts = [
        &contact.leader,
        &contact.section,
        &contact.office_phone,
        &contact.email,
        &contact.remark,
    ];
    let good = names
        .iter()
        .all(|name| !name.is_empty() && printable(name, 100))
        && texts.iter().all(|text| printable(text, 500));
    if good {
        Ok(())
    } else {
        Err(Failure::new(Exit::Usage, "contact-text"))
    }
}

/// The identity in age's own format.
fn identity_file(identity: &Identity, context: &Context) -> Zeroizing<String> {
    let secret = identity.secret_text();
    Zeroizing::new(format!(
        "# created: {}\n# public key: {}\n{}\n",
        context.now,
        identity.recipient(),
        secret.as_str()
    ))
}

impl From<args::Role> for Role {
    fn from(role: args::Role) -> Self {
        match role {
            args::Role::Department => Role::Department,
            args::Role::Bureau => Role::Bureau,
            args::Role::County => Role::County,
            args::Role::Auditor => Role::Auditor,
        }
    }
}

//! The draft beside a registry: what the next version will say, until enough root keys have signed it.

use std::path::{Path, PathBuf};

use posthorse_domain::Rulebook;
use posthorse_package::{Limits, Party, PartyId, RegistryDocument, Root, SigningKey, Timestamp};

use super::DAY;
use super::add::{self, Enrolment, Entry, Keys, Rights};
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Privacy};
use crate::home::{self, Home};
use crate::kinds;
use crate::output::Context;
use crate::rulebook;
use crate::suggest;

/// How long the founder's own key is valid: three years.
const KEY_DAYS: u32 = 1096;

/// The next version of a registry, not yet vouched for by enough root keys.
pub(crate) struct Draft {
    pub(super) path: PathBuf,
    pub(super) document: RegistryDocument,
    /// Signatures gathered so far; editing throws them away.
    pub(super) envelope: Option<Vec<u8>>,
}

pub(super) fn path_beside(registry: &Path) -> PathBuf {
    registry.with_extension("draft.json")
}

impl Draft {
    /// The draft that lies beside a registry, or a new one that starts from it.
    pub(super) fn of(registry: &Path, now: Timestamp) -> Result<Self, Failure> {
        let path = path_beside(registry);
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

    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
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

    /// The rules that it puts into force, whose kinds are then known.
    pub(super) fn rules(&self) -> Result<Rulebook, Failure> {
        let folder = rulebook::folder_beside(&self.path);
        let rules = rulebook::made_of(&rulebook::read(&self.document.rules, &folder)?)?;
        kinds::learn(rules.casework().kinds());
        Ok(rules)
    }

    /// The party that is to change.
    pub(super) fn party_mut(&mut self, id: &PartyId) -> Result<&mut Party, Failure> {
        let parties = &mut self.document.parties;
        match parties.iter().position(|party| party.id == *id) {
            Some(at) => Ok(&mut parties[at]),
            None => Err(suggest::no_such_party(id, parties)),
        }
    }

    /// Writes the edited document, after the rules that signing would check.
    pub(super) fn save(&mut self) -> Result<(), Failure> {
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

/// Begins the first version: this home's key is a root key, and its office the first party.
pub(crate) fn create(arguments: args::RegistryCreate, context: &Context) -> Result<Draft, Failure> {
    let path = path_beside(&arguments.registry);
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
    let rules = rulebook::built_in()?;
    let rights = Rights::default_for(&form.roles, rules.casework().kinds());
    add::enrol(
        &mut document,
        Enrolment {
            form: &form,
            rights,
            valid: (context.now, KEY_DAYS),
            keys: Keys::SigningAndOpening,
            entry: Entry::Keep,
        },
    );
    let mut draft = Draft {
        path,
        document,
        envelope: None,
    };
    draft.save()?;
    Ok(draft)
}

//! Who is believed: the registry that its root keys vouch for, its succession, and what a key or a
//! party may do at a moment (registry spec §3).

use std::collections::{BTreeMap, BTreeSet};

use crate::deletion::DeletionError;
use crate::digest::Digest;
use crate::dsse::{Envelope, SignatureError};
use crate::error::{KeyStandingError, PolicyError, VerifyError};
use crate::json::JsonError;
use crate::keys::{Fingerprint, KeyId, VerifyingKey};
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::names::{PartyId, RuleFileName};
use crate::receipt::ReceiptError;
use crate::refusal::Refusal;
use crate::registry_document::{Party, RegistryDocument, Root, SigningEntry};
use crate::rule_files::{RuleEntry, gone_back};
use crate::timestamp::Timestamp;

/// How far a sender's clock may run ahead: ten minutes, in seconds.
pub const CLOCK_SKEW: i64 = 600;

/// Why a registry is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// Its form is wrong.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A signature on it does not count.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Too few root keys have signed.
    #[error("signed by {found} root keys of version {version}, of {needed} needed")]
    TooFewSignatures {
        /// Whose root keys.
        version: u64,
        /// How many signed.
        found: usize,
        /// How many must.
        needed: usize,
    },
    /// It does not follow the trusted version.
    #[error("version {found} does not follow the trusted version {trusted}")]
    Rollback {
        /// The version trusted now.
        trusted: u64,
        /// The version offered.
        found: u64,
    },
    /// A rule file goes back to an earlier version.
    #[error("{file}: version {found} where version {held} is in force")]
    RulesWentBack {
        /// Which file.
        file: RuleFileName,
        /// The version in force.
        held: u64,
        /// The version offered.
        found: u64,
    },
}

impl RegistryError {
    /// The class of refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            RegistryError::Json(error) => error.refusal,
            RegistryError::Signature(error) => error.refusal(),
            RegistryError::TooFewSignatures { .. } => Refusal::TooFewSignatures,
            RegistryError::Rollback { .. } => Refusal::RegistryRollback,
            RegistryError::RulesWentBack { .. } => Refusal::RulesVersionWentBack,
        }
    }
}

/// A registry that its root keys vouch for. Made by [`Registry::trust`] and [`Registry::succeed`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    document: RegistryDocument,
    digest: Digest,
    owners: BTreeMap<KeyId, (usize, usize)>,
}

impl Registry {
    /// Believes a registry that enough of its own root keys have signed.
    ///
    /// Whoever calls this has the file from a place that is trusted, or has compared
    /// [`Registry::root_fingerprint`] with somebody: any stranger can sign a registry of their own.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn trust(bytes: &[u8], limits: &Limits) -> Result<Self, RegistryError> {
        let (envelope, document) = RegistryDocument::parse_envelope(bytes, limits)?;
        let signed = verify_by_roots(&envelope, &[&document.root])?;
        check_threshold(&signed, &document)?;
        Ok(Self::vouched(document, &envelope))
    }

    /// Believes the next version: vouched for by this one's root keys and by its own.
    ///
    /// # Errors
    /// See [`RegistryError`].
    pub fn succeed(&self, bytes: &[u8], limits: &Limits) -> Result<Self, RegistryError> {
        let (envelope, document) = RegistryDocument::parse_envelope(bytes, limits)?;
        let follows = document.version == self.document.version + 1
            && document.previous == Some(self.digest)
            && document.issued_at >= self.document.issued_at;
        if !follows {
            let (trusted, found) = (self.document.version, document.version);
            return Err(RegistryError::Rollback { trusted, found });
        }
        let signed = verify_by_roots(&envelope, &[&self.document.root, &document.root])?;
        check_threshold(&signed, &self.document)?;
        check_threshold(&signed, &document)?;
        if let Some((entry, held)) = gone_back(&self.document.rules, &document.rules) {
            let (file, found) = (entry.file.clone(), entry.version);
            return Err(RegistryError::RulesWentBack { file, held, found });
        }
        Ok(Self::vouched(document, &envelope))
    }

    fn vouched(document: RegistryDocument, envelope: &Envelope) -> Self {
        let mut owners = BTreeMap::new();
        for (party_at, party) in document.parties.iter().enumerate() {
            for (key_at, entry) in party.signing_keys.iter().enumerate() {
                owners.insert(entry.key.key_id(), (party_at, key_at));
            }
        }
        Self {
            document,
            digest: Digest::of(envelope.payload()),
            owners,
        }
    }

    /// What it says.
    #[must_use]
    pub fn document(&self) -> &RegistryDocument {
        &self.document
    }

    /// The digest of its payload, which the next version names.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The fingerprint of its root keys, to compare over the telephone.
    #[must_use]
    pub fn root_fingerprint(&self) -> Fingerprint {
        Fingerprint::of_root(&self.document.root.keys)
    }

    /// The parties.
    #[must_use]
    pub fn parties(&self) -> &[Party] {
        &self.document.parties
    }

    /// The data files that it puts into force, ascending by name.
    #[must_use]
    pub fn rules(&self) -> &[RuleEntry] {
        &self.document.rules
    }

    /// A party by its id.
    #[must_use]
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.document.parties.iter().find(|party| party.id == *id)
    }

    /// The key of this id, in force or not.
    #[must_use]
    pub fn verifying_key(&self, keyid: &KeyId) -> Option<VerifyingKey> {
        self.entry(keyid).map(|(_, entry)| entry.key)
    }

    /// Whose key this is.
    #[must_use]
    pub fn owner(&self, keyid: &KeyId) -> Option<&Party> {
        self.entry(keyid).map(|(party, _)| party)
    }

    fn entry(&self, keyid: &KeyId) -> Option<(&Party, &SigningEntry)> {
        let (party_at, key_at) = self.owners.get(keyid)?;
        let party = self.document.parties.get(*party_at)?;
        party.signing_keys.get(*key_at).map(|entry| (party, entry))
    }

    /// Refuses to judge as of a moment at which the registry has expired.
    pub(crate) fn check_current(&self, as_of: Timestamp) -> Result<(), RegistryExpired> {
        let expires = self.document.expires;
        if as_of < expires {
            Ok(())
        } else {
            Err(RegistryExpired { expires, as_of })
        }
    }

    /// Refuses when one of these keys is another party's, or nobody's: whose word a document is
    /// comes before the standing of any key (spec §8.1, step 4).
    pub(crate) fn check_owner<'a>(
        &self,
        keyids: impl IntoIterator<Item = &'a KeyId>,
        sender: &PartyId,
    ) -> Result<(), KeyStandingStop> {
        for keyid in keyids {
            let (party, _) = self
                .entry(keyid)
                .ok_or(SignatureError::SignerUnknown { keyid: *keyid })?;
            if party.id != *sender {
                let (owner, sender) = (party.id.clone(), sender.clone());
                return Err(KeyStandingError::NotSender { owner, sender }.into());
            }
        }
        Ok(())
    }

    /// The person for whom a key speaks, if it spoke for this party when the document was made and
    /// still does as of the moment of judging: a thief can back-date, but not arrive earlier.
    pub(crate) fn standing(
        &self,
        keyid: &KeyId,
        sender: &PartyId,
        made_at: Timestamp,
        as_of: Timestamp,
    ) -> Result<&str, KeyStandingStop> {
        self.check_owner([keyid], sender)?;
        let (party, entry) = self
            .entry(keyid)
            .ok_or(SignatureError::SignerUnknown { keyid: *keyid })?;
        let id = party.id.clone();
        if made_at < entry.valid_from {
            let valid_from = entry.valid_from;
            return Err(KeyStandingError::NotYetValid {
                party: id,
                valid_from,
            }
            .into());
        }
        if made_at >= entry.valid_until || as_of >= entry.valid_until {
            let valid_until = entry.valid_until;
            return Err(KeyStandingError::Expired {
                party: id,
                valid_until,
            }
            .into());
        }
        match &entry.revoked {
            Some(revoked) if as_of >= revoked.at || made_at >= revoked.at => {
                Err(KeyStandingError::Revoked {
                    party: id,
                    since: revoked.at,
                }
                .into())
            }
            _ => Ok(&entry.person),
        }
    }

    /// What an authentic package may do, and until when (spec §8.1, steps 8 to 12).
    pub(crate) fn check_rights(
        &self,
        manifest: &Manifest,
        persons: usize,
        as_of: Timestamp,
    ) -> Result<(), PolicyError> {
        let (sender, kind) = (manifest.sender.clone(), manifest.kind.clone());
        let party = self.party(&sender);
        if !party.is_some_and(|party| party.may_send.contains(&kind)) {
            return Err(PolicyError::NotAllowed { sender, kind });
        }
        let two = party.is_some_and(|party| party.two_signatures.contains(&kind));
        let needed = if two { 2 } else { 1 };
        if persons < needed {
            return Err(PolicyError::TooFewSignatures {
                sender,
                kind,
                found: persons,
                needed,
            });
        }
        let sealed_at = manifest.sealed_at;
        for addressed in &manifest.recipients {
            let party = self.party(&addressed.party);
            let current = party.is_some_and(|party| {
                party
                    .recipients_at(sealed_at)
                    .any(|recipient| *recipient == addressed.recipient)
            });
            if !current {
                return Err(PolicyError::RecipientUnknown {
                    party: addressed.party.clone(),
                });
            }
        }
        if sealed_at > as_of.plus_seconds(CLOCK_SKEW) {
            return Err(PolicyError::FromTheFuture { sealed_at, as_of });
        }
        let not_after = manifest.not_after;
        if as_of > not_after {
            return Err(PolicyError::Stale { not_after, as_of });
        }
        Ok(())
    }
}

/// Nothing is judged by a registry from which a revocation may have been kept.
pub(crate) struct RegistryExpired {
    expires: Timestamp,
    as_of: Timestamp,
}

impl From<RegistryExpired> for VerifyError {
    fn from(stop: RegistryExpired) -> Self {
        let RegistryExpired { expires, as_of } = stop;
        VerifyError::RegistryExpired { expires, as_of }
    }
}

impl From<RegistryExpired> for ReceiptError {
    fn from(stop: RegistryExpired) -> Self {
        let RegistryExpired { expires, as_of } = stop;
        ReceiptError::RegistryExpired { expires, as_of }
    }
}

impl From<RegistryExpired> for DeletionError {
    fn from(stop: RegistryExpired) -> Self {
        let RegistryExpired { expires, as_of } = stop;
        DeletionError::RegistryExpired { expires, as_of }
    }
}

/// Why a key does not speak for a party: it is nobody's, or not in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyStandingStop {
    #[error(transparent)]
    Signature(#[from] SignatureError),
    #[error(transparent)]
    Standing(#[from] KeyStandingError),
}

impl From<KeyStandingStop> for VerifyError {
    fn from(stop: KeyStandingStop) -> Self {
        match stop {
            KeyStandingStop::Signature(error) => error.into(),
            KeyStandingStop::Standing(error) => error.into(),
        }
    }
}

fn verify_by_roots(
    envelope: &Envelope,
    roots: &[&Root],
) -> Result<BTreeSet<KeyId>, SignatureError> {
    let keys: BTreeMap<KeyId, VerifyingKey> = roots
        .iter()
        .flat_map(|root| root.keys.iter())
        .map(|key| (key.key_id(), *key))
        .collect();
    envelope
        .signatures
        .verify(&envelope.pae(), |keyid| keys.get(keyid).copied())
}

fn check_threshold(
    signed: &BTreeSet<KeyId>,
    document: &RegistryDocument,
) -> Result<(), RegistryError> {
    let root = &document.root;
    let found = root
        .keys
        .iter()
        .filter(|key| signed.contains(&key.key_id()))
        .count();
    let (version, needed) = (document.version, root.threshold);
    if found >= needed {
        Ok(())
    } else {
        Err(RegistryError::TooFewSignatures {
            version,
            found,
            needed,
        })
    }
}

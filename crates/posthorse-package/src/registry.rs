//! Who is who: the signed list of parties, their keys and their rights (registry spec).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::{Envelope, SignatureError};
use crate::error::{KeyStandingError, PolicyError, VerifyError};
use crate::json::{self, JsonError};
use crate::keys::{Fingerprint, KeyId, Recipient, SigningKey, VerifyingKey};
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::names::{KindName, PartyId};
use crate::receipt::ReceiptError;
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;

const FORMAT: &str = "posthorse-registry/1";
const DOCUMENT: &str = "registry.json";
/// The DSSE type under which a registry is signed.
pub const REGISTRY_TYPE: &str = "application/vnd.posthorse.registry.v1+json";
/// How far a sender's clock may run ahead: ten minutes, in seconds.
pub const CLOCK_SKEW: i64 = 600;

/// What a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Screens people and sends lists.
    Department,
    /// The hub: merges, dispatches, answers with receipts.
    Bureau,
    /// Visits households and answers.
    County,
    /// Verifies; opens nothing.
    Auditor,
}

/// Why and since when a key is no longer to be believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// From this moment on.
    pub at: Timestamp,
    /// Such as `compromised`, `lost`, `replaced`, `left-office`.
    pub reason: String,
}

/// A verifying key of a party, held by one named person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningEntry {
    /// The key.
    pub key: VerifyingKey,
    /// Who holds it.
    pub person: String,
    /// Valid from this moment.
    pub valid_from: Timestamp,
    /// No longer valid from this moment.
    pub valid_until: Timestamp,
    /// Set once, never taken back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revoked: Option<Revocation>,
}

/// An age recipient of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecipientEntry {
    /// The recipient.
    pub recipient: Recipient,
    /// Valid from this moment.
    pub valid_from: Timestamp,
    /// No longer valid from this moment.
    pub valid_until: Timestamp,
    /// Set once, never taken back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revoked: Option<Revocation>,
}

/// The contact columns of Annex 2 of the notice, and the two that its section 3 adds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// 分管领导
    pub leader: String,
    /// 责任科室
    pub section: String,
    /// 联系人
    pub contact: String,
    /// 办公电话
    pub office_phone: String,
    /// 电子邮箱
    pub email: String,
    /// 备注
    pub remark: String,
}

/// An office that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its id, by which packages name it.
    pub id: PartyId,
    /// Its name, as people know it.
    pub name: String,
    /// What it is, ascending.
    pub roles: Vec<Role>,
    /// The county codes that it answers for, ascending.
    pub counties: Vec<String>,
    /// The kinds that it may send, ascending.
    pub may_send: Vec<KindName>,
    /// Of these, the ones that two different persons must sign, ascending.
    pub two_signatures: Vec<KindName>,
    /// Whom to call.
    pub contact: Contact,
    /// Who signs for it.
    pub signing_keys: Vec<SigningEntry>,
    /// What to seal to.
    pub recipients: Vec<RecipientEntry>,
}

impl Party {
    /// The recipients to seal to at a moment.
    pub fn recipients_at(&self, at: Timestamp) -> impl Iterator<Item = &Recipient> {
        self.recipients
            .iter()
            .filter(move |entry| {
                is_in_force(entry.valid_from, entry.valid_until, &entry.revoked, at)
            })
            .map(|entry| &entry.recipient)
    }

    /// Whether the party has a role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

fn is_in_force(
    from: Timestamp,
    until: Timestamp,
    revoked: &Option<Revocation>,
    at: Timestamp,
) -> bool {
    from <= at && at < until && revoked.as_ref().is_none_or(|revoked| at < revoked.at)
}

/// The keys that vouch for a registry, and how many of them must.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// How many different root keys must sign.
    pub threshold: usize,
    /// The root keys, ascending.
    pub keys: Vec<VerifyingKey>,
}

/// What a registry says. Plain data: only [`Registry`] is believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistryDocument {
    /// Always `posthorse-registry/1`.
    pub format: String,
    /// From 1; the next is one more.
    pub version: u64,
    /// The digest of the version before; none for the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<Digest>,
    /// When it was made.
    pub issued_at: Timestamp,
    /// Not to be used for judging from this moment on.
    pub expires: Timestamp,
    /// Who vouches for it.
    pub root: Root,
    /// The parties, ascending by id.
    pub parties: Vec<Party>,
}

impl RegistryDocument {
    /// An empty first version.
    #[must_use]
    pub fn first(root: Root, issued_at: Timestamp, expires: Timestamp) -> Self {
        let format = FORMAT.into();
        Self {
            format,
            version: 1,
            previous: None,
            issued_at,
            expires,
            root,
            parties: Vec::new(),
        }
    }

    /// Checks the rules, then signs. Too few signatures are no error: others may add theirs.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn sign(&self, signers: &[&SigningKey], limits: &Limits) -> Result<Vec<u8>, JsonError> {
        self.check()?;
        let bytes = json::write(self);
        let envelope = Envelope::sign(REGISTRY_TYPE, bytes, signers);
        let bytes = envelope.to_bytes();
        Envelope::parse(DOCUMENT, REGISTRY_TYPE, &bytes, limits)?;
        Ok(bytes)
    }

    /// Adds a signature to a signed registry, without believing it.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn countersign(
        bytes: &[u8],
        signer: &SigningKey,
        limits: &Limits,
    ) -> Result<Vec<u8>, JsonError> {
        let (envelope, _) = Self::parse_envelope(bytes, limits)?;
        Ok(envelope.countersign(signer).to_bytes())
    }

    /// Reads what a registry file claims, without believing it.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn untrusted(bytes: &[u8], limits: &Limits) -> Result<Self, JsonError> {
        Self::parse_envelope(bytes, limits).map(|(_, document)| document)
    }

    /// What the next version starts from: this document, one version on, bound to this one.
    #[must_use]
    pub fn next(&self, issued_at: Timestamp, expires: Timestamp) -> Self {
        let previous = Some(Digest::of(&json::write(self)));
        Self {
            version: self.version + 1,
            previous,
            issued_at,
            expires,
            ..self.clone()
        }
    }

    fn parse_envelope(bytes: &[u8], limits: &Limits) -> Result<(Envelope, Self), JsonError> {
        let envelope = Envelope::parse(DOCUMENT, REGISTRY_TYPE, bytes, limits)?;
        let document: Self =
            json::parse_document(DOCUMENT, envelope.payload(), limits.json_depth, FORMAT)?;
        document.check()?;
        Ok((envelope, document))
    }

    fn check(&self) -> Result<(), JsonError> {
        let rules = [
            (self.version >= 1, "version: 1 or more"),
            (
                i64::try_from(self.version).is_ok(),
                "version: a whole number of 63 bits",
            ),
            (
                self.previous.is_some() == (self.version > 1),
                "previous: absent for the first only",
            ),
            (
                self.issued_at < self.expires,
                "expires: later than issued_at",
            ),
            (
                is_ascending(&self.root.keys),
                "root.keys: ascending, none twice",
            ),
            (
                (1..=self.root.keys.len()).contains(&self.root.threshold),
                "root.threshold: from 1 to the number of root keys",
            ),
            (
                self.parties.windows(2).all(|pair| pair[0].id < pair[1].id),
                "parties: ascending by id, none twice",
            ),
            (self.no_key_twice(), "keys: none at two places"),
        ];
        let broken = rules
            .into_iter()
            .find(|(holds, _)| !holds)
            .map(|(_, rule)| rule);
        let broken = broken.or_else(|| self.parties.iter().find_map(broken_party_rule));
        match broken {
            None => Ok(()),
            Some(rule) => {
                let detail = rule.into();
                Err(JsonError {
                    document: DOCUMENT,
                    refusal: Refusal::Field,
                    detail,
                })
            }
        }
    }

    fn no_key_twice(&self) -> bool {
        let mut keys = BTreeSet::new();
        let mut recipients = BTreeSet::new();
        self.parties.iter().all(|party| {
            party
                .signing_keys
                .iter()
                .all(|entry| keys.insert(entry.key))
                && party
                    .recipients
                    .iter()
                    .all(|entry| recipients.insert(&entry.recipient))
        })
    }
}

fn is_ascending<T: Ord>(items: &[T]) -> bool {
    items.windows(2).all(|pair| pair[0] < pair[1])
}

fn is_printable(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && !text.chars().any(char::is_control)
}

fn broken_party_rule(party: &Party) -> Option<&'static str> {
    let contact = &party.contact;
    let texts = [
        &contact.leader,
        &contact.section,
        &contact.contact,
        &contact.office_phone,
        &contact.email,
        &contact.remark,
    ];
    let is_code = |code: &String| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    let has_reason = |revoked: &Option<Revocation>| {
        revoked
            .as_ref()
            .is_none_or(|revoked| !revoked.reason.is_empty() && is_printable(&revoked.reason, 200))
    };
    let rules = [
        (
            !party.name.is_empty() && is_printable(&party.name, 100),
            "name: 1 to 100 characters",
        ),
        (
            !party.roles.is_empty() && is_ascending(&party.roles),
            "roles: one or more, ascending",
        ),
        (
            party.counties.iter().all(is_code),
            "counties: codes of six digits",
        ),
        (
            is_ascending(&party.counties),
            "counties: ascending, none twice",
        ),
        (
            is_ascending(&party.may_send),
            "may_send: ascending, none twice",
        ),
        (
            is_ascending(&party.two_signatures),
            "two_signatures: ascending, none twice",
        ),
        (
            texts.iter().all(|text| is_printable(text, 500)),
            "contact: 500 characters at most",
        ),
        (
            party.signing_keys.iter().all(|entry| {
                entry.valid_from < entry.valid_until
                    && !entry.person.is_empty()
                    && is_printable(&entry.person, 100)
                    && has_reason(&entry.revoked)
            }),
            "signing_keys: a person, a validity and, if revoked, a reason",
        ),
        (
            party
                .recipients
                .iter()
                .all(|entry| entry.valid_from < entry.valid_until && has_reason(&entry.revoked)),
            "recipients: a validity and, if revoked, a reason",
        ),
    ];
    rules
        .into_iter()
        .find(|(holds, _)| !holds)
        .map(|(_, rule)| rule)
}

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

//! The bureau's signed word on what it deleted: which packages, by which rule, on which day
//! (retention spec §3).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::{Envelope, SignatureError};
use crate::error::KeyStandingError;
use crate::json::{self, JsonError, Value};
use crate::keys::{KeyId, SigningKey};
use crate::limits::Limits;
use crate::manifest::check_extensions;
use crate::names::{KindName, PartyId};
use crate::refusal::Refusal;
use crate::registry::{KeyStandingStop, Registry};
use crate::registry_document::Role;
use crate::timestamp::Timestamp;

const FORMAT: &str = "posthorse-deletion/1";
const DOCUMENT: &str = "deletion record";
/// The DSSE type under which a deletion record is signed.
pub const DELETION_TYPE: &str = "application/vnd.posthorse.deletion.v1+json";

/// For how long packages of a kind were kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// The kind.
    pub kind: KindName,
    /// Months from receipt or sealing, and from the end of every case that it belongs to.
    pub months: u16,
}

/// A package whose content was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeletedPackage {
    /// Its identity: the digest of its manifest.
    pub manifest: Digest,
    /// What it was for.
    pub kind: KindName,
    /// How many rows of the ledger came or went with it.
    pub rows: u64,
}

/// What else was deleted, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeletedBesides {
    /// Cases of which the persons and what was said were deleted.
    pub cases: u64,
    /// Things in quarantine.
    pub quarantined: u64,
    /// Rosters that had been put there for screening.
    pub rosters: u64,
}

/// What a deletion record says. Public and free of personal data; parsed is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeletionRecord {
    /// Always `posthorse-deletion/1`.
    pub format: String,
    /// Who deleted.
    pub issuer: PartyId,
    /// 1 for the issuer's first record, then one more each time.
    pub number: u64,
    /// The digest of the payload of the record before; absent if and only if `number` is 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<Digest>,
    /// When, by the issuer's clock.
    pub deleted_at: Timestamp,
    /// The rules, strictly ascending by kind: exactly the kinds of the packages.
    pub rules: Vec<RetentionRule>,
    /// The packages, strictly ascending by manifest.
    pub packages: Vec<DeletedPackage>,
    /// For how many months logs and what lies in quarantine are kept.
    pub log_months: u16,
    /// What else was deleted.
    pub besides: DeletedBesides,
    /// Extensions that a reader must know or refuse, ascending.
    pub critical: Vec<String>,
    /// Further facts by name.
    pub extensions: BTreeMap<String, Value>,
}

/// Why a deletion record is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeletionError {
    /// Its form is wrong.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The registry is too old to judge as of this moment.
    #[error("the registry expired at {expires}, and it is {as_of}")]
    RegistryExpired {
        /// When it expired.
        expires: Timestamp,
        /// The moment of judging.
        as_of: Timestamp,
    },
    /// A signature on it does not count.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A good signature, but not of a key in force.
    #[error(transparent)]
    KeyStanding(#[from] KeyStandingError),
    /// The issuer is no bureau.
    #[error("{issuer} may not issue deletion records")]
    NotAllowed {
        /// Who issued it.
        issuer: PartyId,
    },
}

impl From<KeyStandingStop> for DeletionError {
    fn from(stop: KeyStandingStop) -> Self {
        match stop {
            KeyStandingStop::Signature(error) => error.into(),
            KeyStandingStop::Standing(error) => error.into(),
        }
    }
}

impl DeletionError {
    /// The class of refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            DeletionError::Json(error) => error.refusal,
            DeletionError::RegistryExpired { .. } => Refusal::RegistryExpired,
            DeletionError::Signature(error) => error.refusal(),
            DeletionError::KeyStanding(error) => error.refusal(),
            DeletionError::NotAllowed { .. } => Refusal::NotAllowed,
        }
    }
}

impl DeletionRecord {
    /// The `format` that every deletion record carries.
    pub const FORMAT: &str = FORMAT;

    /// Signs it; the bytes are the record's file.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn sign(&self, signer: &SigningKey) -> Result<SignedDeletion, JsonError> {
        self.check()?;
        let payload = json::write(self);
        let digest = Digest::of(&payload);
        let bytes = Envelope::sign(DELETION_TYPE, payload, &[signer]).to_bytes();
        Ok(SignedDeletion { bytes, digest })
    }

    /// Reads what a record claims, without believing it.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn untrusted(bytes: &[u8], limits: &Limits) -> Result<Self, JsonError> {
        parse(bytes, limits).map(|(_, record)| record)
    }

    fn check(&self) -> Result<(), JsonError> {
        let refused = |detail: &str| JsonError {
            document: DOCUMENT,
            refusal: Refusal::Field,
            detail: detail.into(),
        };
        if self.number == 0 || self.previous.is_none() != (self.number == 1) {
            return Err(refused(
                "number: 1 without previous, or a later one with it",
            ));
        }
        if !self.rules.windows(2).all(|two| two[0].kind < two[1].kind) {
            return Err(refused("rules: strictly ascending by kind"));
        }
        let mut packages = self.packages.windows(2);
        if !packages.all(|two| two[0].manifest < two[1].manifest) {
            return Err(refused("packages: strictly ascending by manifest"));
        }
        let ruled: BTreeSet<&KindName> = self.rules.iter().map(|rule| &rule.kind).collect();
        let deleted: BTreeSet<&KindName> = self.packages.iter().map(|one| &one.kind).collect();
        if ruled != deleted {
            return Err(refused("rules: exactly the kinds of the packages"));
        }
        check_extensions(DOCUMENT, &self.critical, &self.extensions)
    }
}

/// A record as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDeletion {
    /// The bytes of its file.
    pub bytes: Vec<u8>,
    /// The digest of its payload, which the next record names.
    pub digest: Digest,
}

fn parse(bytes: &[u8], limits: &Limits) -> Result<(Envelope, DeletionRecord), JsonError> {
    let envelope = Envelope::parse(DOCUMENT, DELETION_TYPE, bytes, limits)?;
    let record: DeletionRecord =
        json::parse_document(DOCUMENT, envelope.payload(), limits.json_depth, FORMAT)?;
    record.check()?;
    Ok((envelope, record))
}

/// A deletion record that a bureau's key in force has signed. Made by [`VerifiedDeletion::verify`]
/// only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedDeletion {
    record: DeletionRecord,
    digest: Digest,
    signers: Vec<KeyId>,
}

impl VerifiedDeletion {
    /// Checks signature, issuer and key as of a moment.
    ///
    /// # Errors
    /// See [`DeletionError`].
    pub fn verify(
        bytes: &[u8],
        registry: &Registry,
        as_of: Timestamp,
        limits: &Limits,
    ) -> Result<Self, DeletionError> {
        let (envelope, record) = parse(bytes, limits)?;
        registry.check_current(as_of)?;
        let signed = envelope
            .signatures
            .verify(&envelope.pae(), |keyid| registry.verifying_key(keyid))?;
        registry.check_owner(&signed, &record.issuer)?;
        for keyid in &signed {
            registry.standing(keyid, &record.issuer, record.deleted_at, as_of)?;
        }
        let issuer = record.issuer.clone();
        let party = registry.party(&issuer);
        if !party.is_some_and(|party| party.is(Role::Bureau)) {
            return Err(DeletionError::NotAllowed { issuer });
        }
        Ok(Self {
            record,
            digest: Digest::of(envelope.payload()),
            signers: signed.into_iter().collect(),
        })
    }

    /// What it says.
    #[must_use]
    pub fn record(&self) -> &DeletionRecord {
        &self.record
    }

    /// The digest of its payload.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The keys that signed it, all of its issuer.
    #[must_use]
    pub fn signers(&self) -> &[KeyId] {
        &self.signers
    }
}

//! The bureau's signed word on a package: what came, when, and what became of it (receipt spec).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::{Envelope, SignatureError};
use crate::error::KeyStandingError;
use crate::json::{self, JsonError, Value};
use crate::keys::{KeyId, SigningKey};
use crate::limits::Limits;
use crate::manifest::check_extensions;
use crate::names::{KindName, PackageId, PartyId};
use crate::refusal::Refusal;
use crate::registry::{KeyStandingStop, Registry};
use crate::registry_document::Role;
use crate::timestamp::Timestamp;

const FORMAT: &str = "posthorse-receipt/1";
const DOCUMENT: &str = "receipt";
/// The DSSE type under which a receipt is signed.
pub const RECEIPT_TYPE: &str = "application/vnd.posthorse.receipt.v1+json";

/// What became of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Disposition {
    /// Every row was taken.
    Accepted,
    /// Some rows were taken; the others went back sealed.
    AcceptedInPart,
    /// Nothing was taken.
    Rejected,
}

/// The package that a receipt answers, as its manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptedPackage {
    /// Its id.
    pub package_id: PackageId,
    /// Its identity: the digest of its manifest.
    pub manifest: Digest,
    /// The digest of its `signatures.json`.
    pub signatures: Digest,
    /// Who sent it.
    pub sender: PartyId,
    /// What it was for.
    pub kind: KindName,
    /// Its place in the sender's sequence.
    pub sequence: u64,
}

/// What a receipt says. Public and free of personal data; parsed is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Always `posthorse-receipt/1`.
    pub format: String,
    /// Who answers.
    pub issuer: PartyId,
    /// What is answered.
    pub package: ReceiptedPackage,
    /// When it was there, whole, by the issuer's clock.
    pub received_at: Timestamp,
    /// When this was signed.
    pub issued_at: Timestamp,
    /// What became of it.
    pub disposition: Disposition,
    /// The coded reason, such as `accepted`, `rows-returned` or a refusal's code.
    pub code: String,
    /// The manifest digest of the package that carries returned rows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub returned: Option<Digest>,
    /// Extensions that a reader must know or refuse, ascending.
    pub critical: Vec<String>,
    /// Further facts by name; `log` is kept for the place in the transparency log.
    pub extensions: BTreeMap<String, Value>,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
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
    #[error("{issuer} may not issue receipts")]
    NotAllowed {
        /// Who issued it.
        issuer: PartyId,
    },
}

impl From<KeyStandingStop> for ReceiptError {
    fn from(stop: KeyStandingStop) -> Self {
        match stop {
            KeyStandingStop::Signature(error) => error.into(),
            KeyStandingStop::Standing(error) => error.into(),
        }
    }
}

impl ReceiptError {
    /// The class of refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            ReceiptError::Json(error) => error.refusal,
            ReceiptError::RegistryExpired { .. } => Refusal::RegistryExpired,
            ReceiptError::Signature(error) => error.refusal(),
            ReceiptError::KeyStanding(error) => error.refusal(),
            ReceiptError::NotAllowed { .. } => Refusal::NotAllowed,
        }
    }
}

/// A receipt that a bureau's key in force has signed. Made by [`VerifiedReceipt::verify`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedReceipt {
    receipt: Receipt,
    digest: Digest,
    signers: Vec<KeyId>,
}

impl Receipt {
    /// The `format` that every receipt carries.
    pub const FORMAT: &str = FORMAT;

    /// Whether this is the one verdict on the package. A copy that lacks signatures is turned away
    /// instead: that answer is about those signatures alone, and decides nothing (receipt spec §2).
    #[must_use]
    pub fn is_verdict(&self) -> bool {
        self.code != Refusal::TooFewSignatures.code()
    }

    /// Signs it; the bytes are the receipt's file.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn sign(&self, signer: &SigningKey) -> Result<Vec<u8>, JsonError> {
        self.check()?;
        Ok(Envelope::sign(RECEIPT_TYPE, json::write(self), &[signer]).to_bytes())
    }

    /// Reads what a receipt claims, without believing it.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn untrusted(bytes: &[u8], limits: &Limits) -> Result<Self, JsonError> {
        parse(bytes, limits).map(|(_, receipt)| receipt)
    }

    fn check(&self) -> Result<(), JsonError> {
        let refused = |detail: &str| JsonError {
            document: DOCUMENT,
            refusal: Refusal::Field,
            detail: detail.into(),
        };
        let is_code = (1..=64).contains(&self.code.len())
            && self
                .code
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if !is_code {
            return Err(refused("code: 1 to 64 of a-z and hyphens"));
        }
        if self.issued_at < self.received_at {
            return Err(refused("issued_at: not before received_at"));
        }
        check_extensions(DOCUMENT, &self.critical, &self.extensions)
    }
}

fn parse(bytes: &[u8], limits: &Limits) -> Result<(Envelope, Receipt), JsonError> {
    let envelope = Envelope::parse(DOCUMENT, RECEIPT_TYPE, bytes, limits)?;
    let receipt: Receipt =
        json::parse_document(DOCUMENT, envelope.payload(), limits.json_depth, FORMAT)?;
    receipt.check()?;
    Ok((envelope, receipt))
}

impl VerifiedReceipt {
    /// Checks signature, issuer and key as of a moment.
    ///
    /// # Errors
    /// See [`ReceiptError`].
    pub fn verify(
        bytes: &[u8],
        registry: &Registry,
        as_of: Timestamp,
        limits: &Limits,
    ) -> Result<Self, ReceiptError> {
        let (envelope, receipt) = parse(bytes, limits)?;
        registry.check_current(as_of)?;
        let signed = envelope
            .signatures
            .verify(&envelope.pae(), |keyid| registry.verifying_key(keyid))?;
        registry.check_owner(&signed, &receipt.issuer)?;
        for keyid in &signed {
            registry.standing(keyid, &receipt.issuer, receipt.issued_at, as_of)?;
        }
        let issuer = receipt.issuer.clone();
        if !registry
            .party(&issuer)
            .is_some_and(|party| party.is(Role::Bureau))
        {
            return Err(ReceiptError::NotAllowed { issuer });
        }
        Ok(Self {
            receipt,
            digest: Digest::of(envelope.payload()),
            signers: signed.into_iter().collect(),
        })
    }

    /// What it says.
    #[must_use]
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// The keys that signed it, all of its issuer.
    #[must_use]
    pub fn signers(&self) -> &[KeyId] {
        &self.signers
    }

    /// The digest of its payload.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

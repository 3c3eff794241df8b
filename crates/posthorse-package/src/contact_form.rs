//! Enrolment: an office's own word on who it is and which keys are its (registry spec §3).

use std::io::Read;

use serde::{Deserialize, Serialize};

use crate::dsse::{Envelope, SignatureError};
use crate::json::{self, JsonError};
use crate::keys::{Fingerprint, Identity, KeyError, Recipient, SigningKey, VerifyingKey};
use crate::limits::Limits;
use crate::names::PartyId;
use crate::refusal::Refusal;
use crate::registry_document::{Contact, Role};
use crate::timestamp::Timestamp;

const FORMAT: &str = "posthorse-contact-form/1";
const DOCUMENT: &str = "contact form";
/// The DSSE type under which a contact form is signed.
pub const CONTACT_FORM_TYPE: &str = "application/vnd.posthorse.contact-form.v1+json";

/// The contact form of Annex 2 with the office's public keys. It is signed with the very key that
/// it carries: that proves possession, not identity. Identity is what the telephone is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactForm {
    /// Always `posthorse-contact-form/1`.
    pub format: String,
    /// The id that the office wants.
    pub party: PartyId,
    /// 单位
    pub name: String,
    /// What it is.
    pub roles: Vec<Role>,
    /// The county codes that it answers for.
    pub counties: Vec<String>,
    /// Whom to call.
    pub contact: Contact,
    /// Who holds the key.
    pub person: String,
    /// The key.
    pub key: VerifyingKey,
    /// What to seal to.
    pub recipient: Recipient,
    /// When it was filled in.
    pub issued_at: Timestamp,
}

/// Why a contact form is not what its key holder signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContactFormError {
    /// Its form is wrong.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is not signed by the key that it carries.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// It is encrypted, and not for the identities at hand.
    #[error("none of the identities at hand opens this contact form")]
    NotARecipient,
}

impl ContactFormError {
    /// The class of refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            ContactFormError::Json(error) => error.refusal,
            ContactFormError::Signature(error) => error.refusal(),
            ContactFormError::NotARecipient => Refusal::NotARecipient,
        }
    }
}

impl ContactForm {
    /// The `format` that every contact form carries.
    pub const FORMAT: &str = FORMAT;

    /// Signs it; the bytes are the form's file.
    #[must_use]
    pub fn sign(&self, signer: &SigningKey) -> Vec<u8> {
        Envelope::sign(CONTACT_FORM_TYPE, json::write(self), &[signer]).to_bytes()
    }

    /// Reads a form and checks that it is signed by the key that it carries.
    ///
    /// # Errors
    /// See [`ContactFormError`].
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, ContactFormError> {
        let envelope = Envelope::parse(DOCUMENT, CONTACT_FORM_TYPE, bytes, limits)?;
        let form: Self =
            json::parse_document(DOCUMENT, envelope.payload(), limits.json_depth, FORMAT)?;
        envelope.signatures.verify(&envelope.pae(), |keyid| {
            (form.key.key_id() == *keyid).then_some(form.key)
        })?;
        Ok(form)
    }

    /// Signs it and encrypts it for the bureau: a form holds names and telephone numbers.
    ///
    /// # Errors
    /// [`KeyError`] when encrypting fails.
    pub fn sign_for(&self, signer: &SigningKey, bureau: &Recipient) -> Result<Vec<u8>, KeyError> {
        age::encrypt(&bureau.to_age()?, &self.sign(signer)).map_err(|_| KeyError::NoRandomness)
    }

    /// Decrypts what [`ContactForm::sign_for`] made, and reads it as [`ContactForm::parse`] does.
    ///
    /// # Errors
    /// See [`ContactFormError`].
    pub fn parse_sealed(
        bytes: &[u8],
        identities: &[Identity],
        limits: &Limits,
    ) -> Result<Self, ContactFormError> {
        let not_ours = |_| ContactFormError::NotARecipient;
        let decryptor = age::Decryptor::new(bytes).map_err(not_ours)?;
        let identities = identities
            .iter()
            .map(|identity| identity.as_age() as &dyn age::Identity);
        let reader = decryptor.decrypt(identities).map_err(not_ours)?;
        let mut form = Vec::new();
        // One byte more than allowed is enough for the form's own bound to refuse it.
        reader
            .take(limits.document_bytes.saturating_add(1))
            .read_to_end(&mut form)
            .map_err(|_| ContactFormError::NotARecipient)?;
        Self::parse(&form, limits)
    }

    /// Whether these bytes are a form that was encrypted for somebody.
    #[must_use]
    pub fn is_sealed(bytes: &[u8]) -> bool {
        bytes.starts_with(b"age-encryption.org/")
    }

    /// What both ends read to each other over the telephone.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.party, &self.key, &self.recipient)
    }
}

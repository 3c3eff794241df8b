//! Signatures over exact bytes: DSSE's pre-authentication encoding, and the one rule that counts them.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{self, JsonError};
use crate::keys::{KeyId, SigningKey, VerifyingKey};
use crate::limits::Limits;
use crate::refusal::Refusal;

/// DSSE's PAE: the type and the body, each behind its length, so that neither can pass for the other.
///
/// Source: DSSE protocol v1, "Signature definition".
#[must_use]
pub fn pae(payload_type: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// One signature and the key that it claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signature {
    pub(crate) keyid: KeyId,
    sig: SignatureBytes,
}

#[derive(Clone, PartialEq, Eq)]
struct SignatureBytes([u8; 64]);

impl std::fmt::Debug for SignatureBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl Serialize for SignatureBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for SignatureBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || serde::de::Error::custom("not a base64 signature of 64 bytes");
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(|_| wrong())?;
        bytes.try_into().map(Self).map_err(|_| wrong())
    }
}

/// One or more signatures, in ascending order of key id, no key twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct SignatureList(Vec<Signature>);

impl<'de> Deserialize<'de> for SignatureList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<Signature>::deserialize(deserializer)?;
        let ascending = list.windows(2).all(|pair| pair[0].keyid < pair[1].keyid);
        if list.is_empty() || !ascending {
            return Err(serde::de::Error::custom(
                "signatures must be one or more, in ascending order of key id, no key twice",
            ));
        }
        Ok(Self(list))
    }
}

impl SignatureList {
    pub(crate) fn sign(pae: &[u8], signers: &[&SigningKey]) -> Self {
        let mut list: Vec<Signature> = signers
            .iter()
            .map(|signer| Signature {
                keyid: signer.verifying_key().key_id(),
                sig: SignatureBytes(signer.sign(pae)),
            })
            .collect();
        list.sort_by_key(|signature| signature.keyid);
        list.dedup_by_key(|signature| signature.keyid);
        Self(list)
    }

    /// This list with one more signature; a key that stands in it already keeps its first one.
    pub(crate) fn countersign(self, pae: &[u8], signer: &SigningKey) -> Self {
        let mut list = self.0;
        list.extend(Self::sign(pae, &[signer]).0);
        list.sort_by_key(|signature| signature.keyid);
        list.dedup_by_key(|signature| signature.keyid);
        Self(list)
    }

    pub(crate) fn key_ids(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.0.iter().map(|signature| signature.keyid)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Checks every signature and says whose they are: the one place where signatures count.
    ///
    /// All must be by known keys and all must be good. Passing over a strange or a broken one
    /// would let a flipped byte, or a junk signature, go unnoticed.
    pub(crate) fn verify(
        &self,
        pae: &[u8],
        known: impl Fn(&KeyId) -> Option<VerifyingKey>,
    ) -> Result<BTreeSet<KeyId>, SignatureError> {
        for signature in &self.0 {
            let keyid = signature.keyid;
            let key = known(&keyid).ok_or(SignatureError::SignerUnknown { keyid })?;
            if !key.verifies(pae, &signature.sig.0) {
                return Err(SignatureError::Invalid { keyid });
            }
        }
        Ok(self.key_ids().collect())
    }
}

/// A signature that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// No trusted document names this key.
    #[error("signed with a key that nobody has registered: {keyid}")]
    SignerUnknown {
        /// The key that the signature claims.
        keyid: KeyId,
    },
    /// The signature does not fit the bytes and the key.
    #[error(
        "the signature of {keyid} does not match: the document was altered or signed by somebody else"
    )]
    Invalid {
        /// The key that the signature claims.
        keyid: KeyId,
    },
}

impl SignatureError {
    /// The class of refusal.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            SignatureError::SignerUnknown { .. } => Refusal::SignerUnknown,
            SignatureError::Invalid { .. } => Refusal::SignatureInvalid,
        }
    }
}

/// The body of `signatures.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignaturesFile {
    pub(crate) signatures: SignatureList,
}

impl SignaturesFile {
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, JsonError> {
        let file: Self = json::parse_canonical("signatures.json", bytes, limits.json_depth)?;
        bound_signatures("signatures.json", &file.signatures, limits)?;
        Ok(file)
    }
}

fn bound_signatures(
    document: &'static str,
    list: &SignatureList,
    limits: &Limits,
) -> Result<(), JsonError> {
    if list.len() <= limits.signatures {
        return Ok(());
    }
    let detail = format!(
        "{} signatures, of {} allowed",
        list.len(),
        limits.signatures
    );
    Err(JsonError {
        document,
        refusal: Refusal::TooLarge,
        detail,
    })
}

/// A signed document in one file: DSSE's JSON envelope, canonical.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Envelope {
    payload_type: String,
    payload: Base64Bytes,
    pub(crate) signatures: SignatureList,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Base64Bytes(Vec<u8>);

impl Serialize for Base64Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD
            .decode(text)
            .map(Self)
            .map_err(|_| serde::de::Error::custom("not base64"))
    }
}

impl Envelope {
    pub(crate) fn sign(payload_type: &str, payload: Vec<u8>, signers: &[&SigningKey]) -> Self {
        let signatures = SignatureList::sign(&pae(payload_type, &payload), signers);
        Self {
            payload_type: payload_type.to_owned(),
            payload: Base64Bytes(payload),
            signatures,
        }
    }

    /// A payload with the signatures that it has elsewhere, over the same encoding.
    pub(crate) fn of(payload_type: &str, payload: Vec<u8>, signatures: SignatureList) -> Self {
        Self {
            payload_type: payload_type.to_owned(),
            payload: Base64Bytes(payload),
            signatures,
        }
    }

    /// Reads an envelope whose payload has the expected type. Nothing in it is trusted yet.
    pub(crate) fn parse(
        document: &'static str,
        payload_type: &str,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Self, JsonError> {
        let error = |refusal, detail: String| JsonError {
            document,
            refusal,
            detail,
        };
        if bytes.len() as u64 > limits.document_bytes {
            let detail = format!(
                "{} bytes, of {} allowed",
                bytes.len(),
                limits.document_bytes
            );
            return Err(error(Refusal::TooLarge, detail));
        }
        let envelope: Self = json::parse_canonical(document, bytes, limits.json_depth)?;
        if envelope.payload_type != payload_type {
            let detail = format!("not a document of type {payload_type}");
            return Err(error(Refusal::WrongDocumentType, detail));
        }
        bound_signatures(document, &envelope.signatures, limits)?;
        Ok(envelope)
    }

    pub(crate) fn payload(&self) -> &[u8] {
        &self.payload.0
    }

    pub(crate) fn pae(&self) -> Vec<u8> {
        pae(&self.payload_type, &self.payload.0)
    }

    pub(crate) fn countersign(mut self, signer: &SigningKey) -> Self {
        let pae = self.pae();
        self.signatures = self.signatures.countersign(&pae, signer);
        self
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        json::write(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pae_is_the_one_of_the_dsse_specification() {
        let expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(
            pae("http://example.com/HelloWorld", b"hello world"),
            expected
        );
    }
}

//! The public, signed page of a package: who, to whom, what kind, when, and the digests that bind it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::json::{self, JsonError, Value};
use crate::keys::{KeyId, Recipient};
use crate::limits::Limits;
use crate::names::{KindName, PackageId, PartyId, Period};
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;

pub(crate) const FORMAT: &str = "posthorse-package/1";
pub(crate) const DOCUMENT: &str = "manifest.json";
/// The DSSE type under which a manifest is signed.
pub const MANIFEST_TYPE: &str = "application/vnd.posthorse.manifest.v1+json";

/// The cipher suite of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Suite {
    /// age X25519 and ChaCha20-Poly1305, Ed25519, BLAKE3.
    A,
}

/// A party and the key of it that can open the package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyRecipient {
    /// The party addressed.
    pub party: PartyId,
    /// The recipient that the payload is sealed to.
    pub recipient: Recipient,
}

/// The signed facts about the encrypted payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayloadFacts {
    /// BLAKE3 of `payload.age`.
    pub blake3: Digest,
    /// Its length in bytes.
    pub length: u64,
}

/// What `manifest.json` says (spec §4). Parsed is not trusted: only `Verified` vouches for one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// Always `posthorse-package/1`.
    pub format: String,
    /// The cipher suite.
    pub suite: Suite,
    /// The package's own id.
    pub package_id: PackageId,
    /// What the package is for.
    pub kind: KindName,
    /// The party that answers for it.
    pub sender: PartyId,
    /// The key whose sequence this package continues and whose signature it must carry.
    pub signing_key: KeyId,
    /// Who can open it, ascending by party and recipient.
    pub recipients: Vec<PartyRecipient>,
    /// The month reported on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub period: Option<Period>,
    /// When it was sealed, by the sender's clock.
    pub sealed_at: Timestamp,
    /// After this moment nobody may accept it any more.
    pub not_after: Timestamp,
    /// Its place among the packages of the signing key, from 1 without a gap.
    pub sequence: u64,
    /// The manifest digest of the package before it under the same key; none for the first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<Digest>,
    /// The manifest digest of the package that this one answers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub in_reply_to: Option<Digest>,
    /// The manifest digest of the package that this one replaces.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub supersedes: Option<Digest>,
    /// Digest and length of the encrypted payload.
    pub payload: PayloadFacts,
    /// BLAKE3 of the inner `datapackage.json`, which binds the plain text.
    pub contents: Digest,
    /// Extensions that a reader must know or refuse, ascending.
    pub critical: Vec<String>,
    /// Further facts, by name.
    pub extensions: BTreeMap<String, Value>,
}

impl Manifest {
    /// Reads and checks the exact bytes that are signed.
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, JsonError> {
        let value = json::parse(DOCUMENT, bytes, limits.json_depth)?;
        json::check_format(DOCUMENT, &value, FORMAT)?;
        check_suite(&value)?;
        let manifest: Self = json::canonical(DOCUMENT, value, bytes)?;
        manifest.check(limits)?;
        Ok(manifest)
    }

    /// The digest of these bytes is the package's identity.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        json::write(self)
    }

    pub(crate) fn check(&self, limits: &Limits) -> Result<(), JsonError> {
        let ascending = |pair: &[PartyRecipient]| pair[0] < pair[1];
        let rules = [
            (!self.recipients.is_empty(), "recipients: at least one"),
            (
                self.recipients.windows(2).all(ascending),
                "recipients: ascending, none twice",
            ),
            (
                self.not_after > self.sealed_at,
                "not_after: later than sealed_at",
            ),
            (
                i64::try_from(self.sequence).is_ok(),
                "sequence: a whole number of 63 bits",
            ),
            (self.sequence >= 1, "sequence: 1 or more"),
            (
                self.previous.is_some() == (self.sequence > 1),
                "previous: absent for the first only",
            ),
        ];
        for (holds, rule) in rules {
            if !holds {
                return Err(refused(Refusal::Field, rule));
            }
        }
        if self.recipients.len() > limits.recipients {
            return Err(refused(Refusal::TooLarge, "recipients: too many"));
        }
        if self.payload.length > limits.payload_bytes {
            return Err(refused(Refusal::TooLarge, "payload: longer than allowed"));
        }
        check_extensions(DOCUMENT, &self.critical, &self.extensions)
    }
}

fn check_suite(value: &Value) -> Result<(), JsonError> {
    match value {
        Value::Object(members) => match members.get("suite") {
            Some(Value::Text(suite)) if suite == "A" => Ok(()),
            Some(Value::Text(_)) => {
                Err(refused(Refusal::UnknownSuite, "this reader knows suite A"))
            }
            _ => Err(refused(Refusal::Field, "has no suite")),
        },
        _ => Err(refused(Refusal::Field, "not an object")),
    }
}

/// Checks the names of extensions, and that none is critical: this version knows none.
pub(crate) fn check_extensions(
    document: &'static str,
    critical: &[String],
    extensions: &BTreeMap<String, Value>,
) -> Result<(), JsonError> {
    let refused = |refusal, detail: &str| JsonError {
        document,
        refusal,
        detail: detail.into(),
    };
    let is_name = |name: &String| {
        (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
    };
    if !extensions.keys().all(is_name) {
        return Err(refused(
            Refusal::Field,
            "extensions: names are 1 to 64 of a-z 0-9 - .",
        ));
    }
    let ascending = critical.windows(2).all(|pair| pair[0] < pair[1]);
    if !ascending || !critical.iter().all(|name| extensions.contains_key(name)) {
        return Err(refused(
            Refusal::Field,
            "critical: ascending names of extensions",
        ));
    }
    if critical.is_empty() {
        Ok(())
    } else {
        Err(refused(
            Refusal::UnknownCriticalExtension,
            "critical: an extension not known here",
        ))
    }
}

fn refused(refusal: Refusal, detail: &str) -> JsonError {
    JsonError {
        document: DOCUMENT,
        refusal,
        detail: detail.into(),
    }
}

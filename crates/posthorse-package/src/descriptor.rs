//! The inner `datapackage.json`: a Frictionless Data Package that also names its exchange (spec §7).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::json::{self, JsonError, Value};
use crate::keys::KeyId;
use crate::limits::Limits;
use crate::manifest::{Manifest, PartyRecipient};
use crate::names::{EntryName, ListName, PackageId, PartyId};
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;
use crate::typed_json;
use crate::untrusted_text::UntrustedText;

pub(crate) const DOCUMENT: &str = "datapackage.json";

/// What the plain text says of its own exchange. It stands inside the cipher text and its digest
/// in the manifest, so neither half can be moved to another exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Exchange {
    /// The package's id.
    pub package_id: PackageId,
    /// The sender.
    pub sender: PartyId,
    /// The signing key.
    pub signing_key: KeyId,
    /// All recipients, as in the manifest.
    pub recipients: Vec<PartyRecipient>,
    /// The place in the signing key's sequence.
    pub sequence: u64,
    /// 256 random bits in 64 hexadecimal digits, so that nobody guesses a short list from its digest.
    pub salt: String,
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Resource {
    /// The resource's name, which no other has: its path without folder and ending, and a number if need be.
    pub name: String,
    /// `table` for a list, `file` for an attachment.
    #[serde(rename = "type")]
    pub kind: ResourceType,
    /// Where it lies in the package.
    pub path: EntryName,
    /// The file's name at the sender, for people.
    pub title: UntrustedText,
    /// The media type.
    pub mediatype: String,
    /// `csv` for a list.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub format: Option<String>,
    /// `utf-8` for a list.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub encoding: Option<String>,
    /// Its length in bytes.
    pub bytes: u64,
    /// BLAKE3 of the file.
    #[serde(rename = "posthorse:blake3")]
    pub blake3: Digest,
    /// Which list it is.
    #[serde(
        rename = "posthorse:list",
        skip_serializing_if = "Option::is_none",
        default
    )]
    pub list: Option<ListName>,
    /// The Table Schema of a list.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schema: Option<Value>,
}

impl Resource {
    /// Whether it says all that a reader of lists goes by.
    fn is_list(&self) -> bool {
        self.format.as_deref() == Some("csv")
            && self.encoding.as_deref() == Some("utf-8")
            && self.list.is_some()
            && matches!(self.schema, Some(Value::Object(_)))
    }
}

/// Whether a resource is a list or an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResourceType {
    /// A list: UTF-8 CSV with a Table Schema.
    Table,
    /// Any other file.
    File,
}

/// What `datapackage.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Descriptor {
    /// `posthorse-` and the package id.
    pub name: String,
    /// The package id, as Frictionless wants it.
    pub id: PackageId,
    /// The sealing time.
    pub created: Timestamp,
    /// The exchange that these files belong to.
    pub exchange: Exchange,
    /// The files, in the order in which they lie in the archive.
    pub resources: Vec<Resource>,
}

impl Descriptor {
    pub(crate) fn new(manifest: &Manifest, salt: [u8; 32], resources: Vec<Resource>) -> Self {
        Self {
            name: format!("posthorse-{}", manifest.package_id),
            id: manifest.package_id,
            created: manifest.sealed_at,
            exchange: Exchange {
                package_id: manifest.package_id,
                sender: manifest.sender.clone(),
                signing_key: manifest.signing_key,
                recipients: manifest.recipients.clone(),
                sequence: manifest.sequence,
                salt: blake3::Hash::from(salt).to_hex().to_string(),
            },
            resources,
        }
    }

    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, JsonError> {
        let value = json::parse(DOCUMENT, bytes, limits.json_depth)?;
        let descriptor: Self = typed_json::fields(DOCUMENT, value)?;
        match descriptor.broken_rule() {
            None => Ok(descriptor),
            Some(rule) => Err(JsonError {
                document: DOCUMENT,
                refusal: Refusal::Field,
                detail: rule.into(),
            }),
        }
    }

    fn broken_rule(&self) -> Option<&'static str> {
        let salt = self.exchange.salt.as_bytes();
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if salt.len() != 64 || !salt.iter().all(is_digit) {
            return Some("exchange.salt: 64 lower-case hex digits");
        }
        let mut names = BTreeSet::new();
        if !self.resources.iter().all(|file| names.insert(&file.name)) {
            return Some("resources: no name twice");
        }
        let lists = |file: &&Resource| file.kind == ResourceType::Table;
        if !self.resources.iter().filter(lists).all(Resource::is_list) {
            return Some("resources: a list is csv in utf-8, and has a schema id and a schema");
        }
        None
    }

    /// Whether the plain text belongs to the exchange that the manifest names.
    pub(crate) fn belongs_to(&self, manifest: &Manifest) -> bool {
        let exchange = &self.exchange;
        self.name == format!("posthorse-{}", manifest.package_id)
            && self.id == manifest.package_id
            && self.created == manifest.sealed_at
            && exchange.package_id == manifest.package_id
            && exchange.sender == manifest.sender
            && exchange.signing_key == manifest.signing_key
            && exchange.recipients == manifest.recipients
            && exchange.sequence == manifest.sequence
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        json::write(self)
    }
}

//! What a registry says: parties, their keys and their rights, and the rules that every version keeps
//! (registry spec §2). Whether it is believed is `registry.rs`'s.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::dsse::Envelope;
use crate::json::{self, JsonError};
use crate::keys::{Recipient, SigningKey, VerifyingKey};
use crate::limits::Limits;
use crate::names::{KindName, PartyId};
use crate::owed_report::OwedReport;
use crate::refusal::Refusal;
use crate::rule_files::{MOST_RULE_FILES, RuleEntry};
use crate::timestamp::Timestamp;

const FORMAT: &str = "posthorse-registry/1";
const DOCUMENT: &str = "registry.json";
/// The DSSE type under which a registry is signed.
pub const REGISTRY_TYPE: &str = "application/vnd.posthorse.registry.v1+json";

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

impl Contact {
    /// Whether it says whom to call: a person and a telephone.
    #[must_use]
    pub fn is_filed(&self) -> bool {
        let needed = [&self.contact, &self.office_phone];
        needed.iter().all(|text| !text.trim().is_empty())
    }
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
    /// The lists that it has to submit, ascending; absent where none is registered.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reports: Vec<OwedReport>,
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
    /// The data files in force, ascending by name; those that are not named are the built-in ones.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rules: Vec<RuleEntry>,
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
            rules: Vec::new(),
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

    pub(crate) fn parse_envelope(
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<(Envelope, Self), JsonError> {
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
            (
                self.rules
                    .windows(2)
                    .all(|pair| pair[0].file < pair[1].file)
                    && self.rules.len() <= MOST_RULE_FILES,
                "rules: 1024 at most, ascending by file, none twice",
            ),
            (
                self.rules
                    .iter()
                    .all(|entry| entry.version >= 1 && i64::try_from(entry.version).is_ok()),
                "rules: versions of 1 or more, of 63 bits",
            ),
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
            party
                .reports
                .windows(2)
                .all(|pair| pair[0].list < pair[1].list),
            "reports: ascending by list, none twice",
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

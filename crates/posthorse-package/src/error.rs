//! One enum per operation: what is wrong, where, and whose fault. The hint belongs to the program.

use std::io;

use crate::age_header::AgeHeaderError;
use crate::digest::Digest;
use crate::dsse::SignatureError;
use crate::json::JsonError;
use crate::keys::{KeyError, KeyId};
use crate::manifest::Manifest;
use crate::names::{EntryName, KindName, PartyId};
use crate::refusal::Refusal;
use crate::tar::TarError;
use crate::timestamp::Timestamp;
use crate::zstd_stream::CompressionError;

/// Why bytes are not a sealed package. Nothing in them has been trusted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Reading failed; says nothing about the package.
    #[error("cannot read the package: {0}")]
    Io(#[from] io::Error),
    /// The closing record is missing.
    #[error("incomplete: {length} bytes without the closing record, still arriving or cut short")]
    Incomplete {
        /// Bytes that are there.
        length: u64,
    },
    /// The first bytes are not a package's.
    #[error("not an exchange package")]
    NotAPackage,
    /// A byte of the framing differs.
    #[error("damaged: the framing differs at byte {offset}")]
    Framing {
        /// Where, counted from 0.
        offset: u64,
    },
    /// A member exceeds its bound.
    #[error("{member} has {size} bytes, of {limit} allowed")]
    TooLarge {
        /// Which member.
        member: &'static str,
        /// Its size.
        size: u64,
        /// The bound.
        limit: u64,
    },
    /// `manifest.json` or `signatures.json` is not what it must be.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The manifest's own signing key has not signed.
    #[error("no signature of the manifest's own key {keyid}")]
    SignatureMissing {
        /// The key that the manifest names.
        keyid: KeyId,
    },
}

impl ReadError {
    /// The class of refusal; none when reading itself failed.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            ReadError::Io(_) => return None,
            ReadError::Incomplete { .. } => Refusal::Incomplete,
            ReadError::NotAPackage => Refusal::NotAPackage,
            ReadError::Framing { .. } => Refusal::Framing,
            ReadError::TooLarge { .. } => Refusal::TooLarge,
            ReadError::Json(error) => error.refusal,
            ReadError::SignatureMissing { .. } => Refusal::SignatureMissing,
        })
    }
}

/// A rule of the registry that an authentic document breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Too few different persons have signed.
    #[error("signed by {found} persons, and {sender} needs {needed} for {kind}")]
    TooFewSignatures {
        /// The sender.
        sender: PartyId,
        /// The kind.
        kind: KindName,
        /// How many different persons signed.
        found: usize,
        /// How many must.
        needed: usize,
    },
    /// The sender may not send this kind.
    #[error("{sender} may not send {kind}")]
    NotAllowed {
        /// The sender.
        sender: PartyId,
        /// The kind.
        kind: KindName,
    },
    /// A recipient is not a current key of the party named with it.
    #[error("sealed to a key that is not a current one of {party}")]
    RecipientUnknown {
        /// The party named.
        party: PartyId,
    },
    /// Sealed later than now.
    #[error("sealed at {sealed_at}, after {as_of}")]
    FromTheFuture {
        /// The sealing time.
        sealed_at: Timestamp,
        /// The moment of judging.
        as_of: Timestamp,
    },
    /// Too old to be accepted.
    #[error("not to be accepted after {not_after}, and it is {as_of}")]
    Stale {
        /// The last moment.
        not_after: Timestamp,
        /// The moment of judging.
        as_of: Timestamp,
    },
}

impl PolicyError {
    /// The class of refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            PolicyError::TooFewSignatures { .. } => Refusal::TooFewSignatures,
            PolicyError::NotAllowed { .. } => Refusal::NotAllowed,
            PolicyError::RecipientUnknown { .. } => Refusal::RecipientUnknown,
            PolicyError::FromTheFuture { .. } => Refusal::FromTheFuture,
            PolicyError::Stale { .. } => Refusal::Stale,
        }
    }
}

/// Why a key does not speak for a party at a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyStandingError {
    /// The key belongs to another party.
    #[error("signed by {owner}, but names {sender} as its sender")]
    NotSender {
        /// Whose key it is.
        owner: PartyId,
        /// Whom the document names.
        sender: PartyId,
    },
    /// Before its validity.
    #[error("a key of {party} signed before it was valid, from {valid_from}")]
    NotYetValid {
        /// Whose key it is.
        party: PartyId,
        /// From when it is valid.
        valid_from: Timestamp,
    },
    /// After its validity.
    #[error("a key of {party} has expired, at {valid_until}")]
    Expired {
        /// Whose key it is.
        party: PartyId,
        /// Until when it was valid.
        valid_until: Timestamp,
    },
    /// After its revocation.
    #[error("a key of {party} is revoked since {since}")]
    Revoked {
        /// Whose key it is.
        party: PartyId,
        /// Since when.
        since: Timestamp,
    },
}

impl KeyStandingError {
    /// The class of refusal.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            KeyStandingError::NotSender { .. } => Refusal::SignerNotSender,
            KeyStandingError::NotYetValid { .. } => Refusal::KeyNotYetValid,
            KeyStandingError::Expired { .. } => Refusal::KeyExpired,
            KeyStandingError::Revoked { .. } => Refusal::KeyRevoked,
        }
    }
}

/// Why a sealed package is not what a registered party sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// Reading failed; says nothing about the package.
    #[error("cannot read the package: {0}")]
    Io(#[from] io::Error),
    /// The registry is too old to judge as of this moment.
    #[error("the registry expired at {expires}, and it is {as_of}")]
    RegistryExpired {
        /// When it expired.
        expires: Timestamp,
        /// The moment of judging.
        as_of: Timestamp,
    },
    /// A signature does not count.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A good signature, but not of a key in force.
    #[error(transparent)]
    KeyStanding(#[from] KeyStandingError),
    /// The payload's header is not strict.
    #[error(transparent)]
    AgeHeader(#[from] AgeHeaderError),
    /// The payload is not as long as the padding rule demands.
    #[error("the payload's length is not one that the padding gives")]
    Padding,
    /// The payload is not the signed one.
    #[error("the encrypted payload is not the one that was signed")]
    PayloadDigest,
    /// Authentic, but against a rule of the registry. The sender can be told so.
    #[error("{error}")]
    Policy {
        /// Which rule.
        error: Box<PolicyError>,
        /// The authentic manifest, so that a receipt can name it.
        manifest: Box<Manifest>,
        /// Its digest.
        manifest_digest: Digest,
        /// The digest of `signatures.json`.
        signatures_digest: Digest,
    },
}

impl VerifyError {
    /// The class of refusal; none when reading itself failed.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            VerifyError::Io(_) => return None,
            VerifyError::RegistryExpired { .. } => Refusal::RegistryExpired,
            VerifyError::Signature(error) => error.refusal(),
            VerifyError::KeyStanding(error) => error.refusal(),
            VerifyError::AgeHeader(_) => Refusal::AgeHeader,
            VerifyError::Padding => Refusal::Padding,
            VerifyError::PayloadDigest => Refusal::PayloadDigest,
            VerifyError::Policy { error, .. } => error.refusal(),
        })
    }
}

/// Why a verified package does not open. Nothing of it has been released.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Reading the package failed.
    #[error("cannot read the package: {0}")]
    Read(#[source] io::Error),
    /// Writing what was inside failed.
    #[error("cannot write what the package holds: {0}")]
    Store(#[source] io::Error),
    /// No identity at hand opens it.
    #[error("none of the identities at hand opens this package")]
    NotARecipient,
    /// It does not decrypt to its end.
    #[error("the payload does not decrypt: it was damaged or wrongly made")]
    PayloadDamaged,
    /// The cipher text changed since it was verified.
    #[error("the encrypted payload changed after it was verified")]
    PayloadDigest,
    /// The compressed stream is wrong.
    #[error(transparent)]
    Compression(#[from] CompressionError),
    /// The archive is wrong.
    #[error(transparent)]
    Tar(#[from] TarError),
    /// More or longer files than allowed.
    #[error("{what}: more than the {limit} allowed")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        limit: u64,
    },
    /// A name stands twice.
    #[error("{name} stands twice in the package")]
    DuplicateEntry {
        /// Which.
        name: EntryName,
    },
    /// The files are not those of the descriptor.
    #[error("the files in the package are not those that its descriptor lists")]
    EntryMismatch,
    /// The descriptor is not the signed one.
    #[error("the descriptor is not the one whose digest was signed")]
    ContentsDigest,
    /// The descriptor is not what it must be.
    #[error(transparent)]
    Descriptor(#[from] JsonError),
    /// The plain text belongs to another exchange.
    #[error("the plain text belongs to another exchange than the manifest")]
    ExchangeMismatch,
}

impl OpenError {
    /// The class of refusal; none when reading or writing failed.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            OpenError::Read(_) | OpenError::Store(_) => return None,
            OpenError::NotARecipient => Refusal::NotARecipient,
            OpenError::PayloadDamaged => Refusal::PayloadDamaged,
            OpenError::PayloadDigest => Refusal::PayloadDigest,
            OpenError::Compression(CompressionError::Bomb) => Refusal::TooLarge,
            OpenError::Compression(CompressionError::Padding) => Refusal::Padding,
            OpenError::Compression(_) => Refusal::Compression,
            OpenError::Tar(TarError::Name) | OpenError::DuplicateEntry { .. } => Refusal::EntryName,
            OpenError::Tar(_) => Refusal::Tar,
            OpenError::TooLarge { .. } => Refusal::TooLarge,
            OpenError::EntryMismatch => Refusal::EntryMismatch,
            OpenError::ContentsDigest => Refusal::ContentsDigest,
            OpenError::Descriptor(error) => error.refusal,
            OpenError::ExchangeMismatch => Refusal::ExchangeMismatch,
        })
    }
}

/// Why a package was not sealed. What was written so far is worthless.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// Writing failed.
    #[error("cannot write the package: {0}")]
    Write(#[source] io::Error),
    /// Reading a file to be sealed failed.
    #[error("cannot read {name}: {source}")]
    Source {
        /// Which file.
        name: EntryName,
        /// Why.
        source: io::Error,
    },
    /// A file was not as long as announced.
    #[error("{name} changed while it was sealed: announced {announced} bytes")]
    SourceChanged {
        /// Which file.
        name: EntryName,
        /// The length announced.
        announced: u64,
    },
    /// The request breaks a rule that every reader would refuse.
    #[error(transparent)]
    Request(#[from] JsonError),
    /// Nobody signs.
    #[error("nobody to sign with")]
    NoSigner,
    /// Nothing to seal, too much, or a name that stands twice.
    #[error("{0}")]
    Files(&'static str),
    /// A key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

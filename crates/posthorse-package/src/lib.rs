//! Exchange packages: a list of people on its way between two offices, encrypted, signed, and one
//! byte string.
//!
//! [`seal`] makes a package. To read one, [`Sealed::read`] checks its form, [`Sealed::verify`]
//! who sent it, [`Verified::open`] what is inside; each step takes only what the step before it
//! proved. `spec/package-v1.md` says the same to whoever writes a second implementation.
//!
//! This crate opens no path, reads no clock and no environment, prints nothing, and knows nothing
//! of lists: readers, writers and moments are arguments.

#[cfg(any(test, fuzzing))]
mod age_differential;
mod age_header;
mod age_payload;
mod age_stream;
mod archive_reader;
mod buffers;
mod contact_form;
mod container;
mod countersign;
mod deletion;
mod descriptor;
mod digest;
mod dsse;
mod error;
mod evidence;
mod frame_writer;
mod frames_ahead;
mod framing;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod json;
mod keys;
mod limits;
mod manifest;
mod names;
mod open;
mod owed_report;
mod padding;
mod pipeline;
mod protected_secret;
mod receipt;
mod refusal;
mod registry;
mod registry_document;
mod rule_files;
mod seal;
mod tar;
mod timestamp;
mod tree_measure;
mod typed_json;
mod untrusted_text;
mod zstd_stream;

pub use age_header::AgeHeaderError;
pub use contact_form::{CONTACT_FORM_TYPE, ContactForm, ContactFormError};
pub use countersign::{CountersignError, Countersigned};
pub use deletion::{
    DELETION_TYPE, DeletedBesides, DeletedPackage, DeletionError, DeletionRecord, RetentionRule,
    SignedDeletion, VerifiedDeletion,
};
pub use descriptor::{Descriptor, Exchange, Resource, ResourceType};
pub use digest::Digest;
pub use dsse::{SignatureError, pae};
pub use error::{KeyStandingError, OpenError, PolicyError, ReadError, SealError, VerifyError};
pub use evidence::{Evidence, VerifiedEvidence};
pub use keys::{Fingerprint, Identity, KeyError, KeyId, Recipient, SigningKey, VerifyingKey};
pub use limits::Limits;
pub use manifest::{MANIFEST_TYPE, Manifest, PartyRecipient, PayloadFacts, Suite};
pub use names::{
    Cadence, EntryName, KindName, ListName, NameError, PackageId, PartyId, Period, RuleFileName,
};
pub use open::{EntryStore, MemoryEntry, MemoryStore, Opened, Sealed, Signer, Verified};
pub use owed_report::OwedReport;
pub use protected_secret::{UnprotectError, protect, unprotect};
pub use receipt::{
    Disposition, RECEIPT_TYPE, Receipt, ReceiptError, ReceiptedPackage, VerifiedReceipt,
};
pub use refusal::Refusal;
pub use registry::{CLOCK_SKEW, Registry, RegistryError};
pub use registry_document::{
    Contact, Party, REGISTRY_TYPE, RecipientEntry, RegistryDocument, Revocation, Role, Root,
    SigningEntry,
};
pub use rule_files::{RuleDigestError, RuleEntry, RuleFile};
pub use seal::{SealRequest, SealedFacts, SourceContent, SourceFile, seal};
pub use tar::TarError;
pub use timestamp::Timestamp;
pub use untrusted_text::UntrustedText;
pub use zstd_stream::CompressionError;

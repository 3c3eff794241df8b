//! Exchange packages: seal, verify, open.

mod digest;
mod names;
mod timestamp;
mod untrusted_text;

pub use digest::Digest;
pub use names::{EntryName, KindName, ListName, NameError, PackageId, PartyId, Period};
pub use timestamp::Timestamp;
pub use untrusted_text::UntrustedText;

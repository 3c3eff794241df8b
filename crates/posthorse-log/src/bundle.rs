//! Bundles: up to 256 entries in a file, each after its length (C2SP tlog-tiles, "Log entries").

use crate::hash::TreeHash;

/// The bytes of one entry: what its leaf hash is taken of. At most 65,535, as a bundle can say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry(Vec<u8>);

/// An entry that is too long for a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry of {length} bytes: a bundle takes at most 65535")]
pub struct EntryTooLong {
    /// How long it is.
    pub length: usize,
}

/// A file that is not the bundle it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a bundle of {expected} entries")]
pub struct BundleError {
    /// How many entries it should have.
    pub expected: usize,
}

const LENGTH: usize = 2;
/// No bundle is longer.
pub(crate) const LONGEST_BUNDLE: usize = 256 * (LENGTH + 65_535);

impl LogEntry {
    /// Takes the bytes of an entry.
    ///
    /// # Errors
    /// [`EntryTooLong`] above 65,535 bytes.
    pub fn new(bytes: Vec<u8>) -> Result<Self, EntryTooLong> {
        match u16::try_from(bytes.len()) {
            Ok(_) => Ok(Self(bytes)),
            Err(_) => Err(EntryTooLong {
                length: bytes.len(),
            }),
        }
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its hash in the tree.
    #[must_use]
    pub fn hash(&self) -> TreeHash {
        TreeHash::of_entry(&self.0)
    }

    pub(crate) fn append_to(&self, bundle: &mut Vec<u8>) {
        // The maker has seen that the length fits.
        let length = u16::try_from(self.0.len()).unwrap_or(u16::MAX);
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(&self.0);
    }
}

/// Reads a bundle of so many entries, with nothing after them.
///
/// # Errors
/// [`BundleError`] where it is shorter or longer than its entries say.
pub fn read_bundle(bytes: &[u8], width: usize) -> Result<Vec<LogEntry>, BundleError> {
    let wrong = BundleError { expected: width };
    let mut entries = Vec::with_capacity(width.min(256));
    let mut rest = bytes;
    for _ in 0..width {
        let (length, after) = rest.split_first_chunk::<LENGTH>().ok_or(wrong)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after.split_at_checked(length).ok_or(wrong)?;
        entries.push(LogEntry(entry.to_vec()));
        rest = after;
    }
    if rest.is_empty() {
        Ok(entries)
    } else {
        Err(wrong)
    }
}

/// The length of the first entries of a bundle, or none where it has not so many.
pub(crate) fn prefix_length(bytes: &[u8], width: usize) -> Option<usize> {
    let mut at = 0_usize;
    for _ in 0..width {
        let (length, _) = bytes.get(at..)?.split_first_chunk::<LENGTH>()?;
        at += LENGTH + usize::from(u16::from_be_bytes(*length));
        if at > bytes.len() {
            return None;
        }
    }
    Some(at)
}

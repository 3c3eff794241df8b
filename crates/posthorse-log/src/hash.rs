//! The hashes of the tree: SHA-256 with the prefixes of RFC 6962 §2.1.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA256};

/// A node of the tree, or its root. Written as base64 with padding (RFC 4648 §4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreeHash([u8; 32]);

/// A text that is not the base64 of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a hash: 32 bytes as base64 with padding")]
pub struct HashTextError;

const LEAF: u8 = 0;
const NODE: u8 = 1;

impl TreeHash {
    /// How many bytes a hash has.
    pub const LENGTH: usize = 32;

    /// The root of the tree without leaves: the hash of nothing.
    #[must_use]
    pub fn of_empty_tree() -> Self {
        Self::of_parts(&[])
    }

    /// The hash of an entry, `SHA-256(0x00 || entry)`.
    #[must_use]
    pub fn of_entry(entry: &[u8]) -> Self {
        Self::of_parts(&[&[LEAF], entry])
    }

    /// The hash over two neighbours, `SHA-256(0x01 || left || right)`.
    #[must_use]
    pub fn of_children(left: &Self, right: &Self) -> Self {
        Self::of_parts(&[&[NODE], &left.0, &right.0])
    }

    fn of_parts(parts: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(part);
        }
        let mut hash = [0_u8; 32];
        hash.copy_from_slice(context.finish().as_ref());
        Self(hash)
    }

    /// A hash from its 32 bytes, as a tile keeps them.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The root of a complete subtree over these hashes, whose number is a power of two.
pub(crate) fn subtree_root(hashes: &[TreeHash]) -> Option<TreeHash> {
    if !hashes.len().is_power_of_two() {
        return None;
    }
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row
            .chunks_exact(2)
            .map(|pair| TreeHash::of_children(&pair[0], &pair[1]))
            .collect();
    }
    row.first().copied()
}

impl FromStr for TreeHash {
    type Err = HashTextError;

    fn from_str(text: &str) -> Result<Self, HashTextError> {
        let bytes = STANDARD.decode(text).map_err(|_| HashTextError)?;
        bytes.try_into().map(Self).map_err(|_| HashTextError)
    }
}

impl fmt::Display for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for TreeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads a whole number as notes write it: decimal, no leading zero, at most 2⁶³−1.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = text.len() > 1 && text.starts_with('0');
    if !is_plain || has_leading_zero {
        return None;
    }
    text.parse::<i64>()
        .ok()
        .and_then(|number| number.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_text() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("20852163"), Some(20_852_163));
        assert_eq!(decimal("9223372036854775807"), Some(i64::MAX as u64));
        for text in [
            "",
            "00",
            "01",
            "+1",
            "-1",
            " 1",
            "1 ",
            "9223372036854775808",
            "１",
        ] {
            assert_eq!(decimal(text), None, "{text:?}");
        }
    }

    #[test]
    fn hashes_have_one_text() {
        let text = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        let hash: TreeHash = text.parse().expect("a hash");
        assert_eq!(hash.to_string(), text);
        for other in [
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I",
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=",
            "CsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=",
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx",
            "",
        ] {
            assert_eq!(other.parse::<TreeHash>(), Err(HashTextError), "{other}");
        }
    }
}

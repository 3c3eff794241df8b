//! What every file of rules has in common: a format, a version, bounds, and errors that name the rule.

use serde::de::DeserializeOwned;

const MOST_BYTES: usize = 1 << 20;
const LONGEST_PHRASE: usize = 200;

/// Why bytes are no rules.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuleDataError {
    /// More bytes than rules need.
    #[error("the rules have {bytes} bytes; {limit} are permitted")]
    TooLarge {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Not JSON of the shape that these rules have.
    #[error("the rules cannot be read: {0}")]
    Shape(#[source] serde_json::Error),
    /// Another format, or a later one.
    #[error("the rules' format is not {expected}")]
    Format {
        /// The format that was wanted.
        expected: &'static str,
    },
    /// The version is zero.
    #[error("the rules' version must be 1 or more")]
    Version,
    /// One rule breaks a rule.
    #[error("rule {rule}: {must}")]
    Rule {
        /// Its id, as far as it has one.
        rule: String,
        /// What must hold.
        must: &'static str,
    },
}

/// Reads a document whose size is bounded.
pub(crate) fn read<D: DeserializeOwned>(bytes: &[u8]) -> Result<D, RuleDataError> {
    if bytes.len() > MOST_BYTES {
        let (bytes, limit) = (bytes.len(), MOST_BYTES);
        return Err(RuleDataError::TooLarge { bytes, limit });
    }
    serde_json::from_slice(bytes).map_err(RuleDataError::Shape)
}

pub(crate) fn check_head(
    format: &str,
    version: u64,
    expected: &'static str,
) -> Result<(), RuleDataError> {
    if format != expected {
        return Err(RuleDataError::Format { expected });
    }
    if version == 0 {
        return Err(RuleDataError::Version);
    }
    Ok(())
}

pub(crate) fn broken(rule: &str, must: &'static str) -> RuleDataError {
    let rule = rule.chars().take(LONGEST_PHRASE).collect();
    RuleDataError::Rule { rule, must }
}

/// A name of rules, policies and departments: 1 to 64 of a-z, 0-9 and inner hyphens.
pub(crate) fn is_slug(text: &str) -> bool {
    let is_inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&text.len())
        && text.bytes().all(is_inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// A text for people: 1 to 200 characters on one line.
pub(crate) fn is_phrase(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= LONGEST_PHRASE
        && !text.chars().any(char::is_control)
}

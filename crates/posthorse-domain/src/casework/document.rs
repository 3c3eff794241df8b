//! What every data file of the casework has in common: its head, its bounds, its names.

use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A hundred times the largest file that stands here.
pub(crate) const MOST_BYTES: usize = 4 << 20;
const LONGEST_TITLE: usize = 60;
const LONGEST_SENTENCE: usize = 200;

/// Why bytes are no data file of the casework, whatever it would have said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataFileError {
    /// More bytes than such a file needs.
    #[error("{file}: {bytes} bytes; {limit} are permitted")]
    TooLarge {
        /// Which file.
        file: &'static str,
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Not JSON of the shape that the file has; a member that nobody knows is a mistake, too.
    #[error("{file}: {source}")]
    Shape {
        /// Which file.
        file: &'static str,
        /// Where and why.
        source: serde_json::Error,
    },
    /// Another format, or a later one.
    #[error("{file}: the format is not {format}")]
    Format {
        /// Which file.
        file: &'static str,
        /// What it should have been.
        format: &'static str,
    },
    /// The version is zero.
    #[error("{file}: the version must be 1 or more")]
    Version {
        /// Which file.
        file: &'static str,
    },
}

/// The JSON shape of a data file.
pub(crate) trait DataDocument: DeserializeOwned {
    /// The file's name, for errors.
    const FILE: &'static str;
    /// What stands in `format`.
    const FORMAT: &'static str;

    fn format(&self) -> &str;
    fn version(&self) -> u64;

    /// Reads the shape and the head; the rules are for the type that is made of it.
    fn read(bytes: &[u8]) -> Result<Self, DataFileError> {
        let file = Self::FILE;
        if bytes.len() > MOST_BYTES {
            return Err(DataFileError::TooLarge {
                file,
                bytes: bytes.len(),
                limit: MOST_BYTES,
            });
        }
        let document: Self = serde_json::from_slice(bytes)
            .map_err(|source| DataFileError::Shape { file, source })?;
        if document.format() != Self::FORMAT {
            let format = Self::FORMAT;
            return Err(DataFileError::Format { file, format });
        }
        if document.version() == 0 {
            return Err(DataFileError::Version { file });
        }
        Ok(document)
    }
}

macro_rules! data_document {
    ($document:ty, $file:literal, $format:literal) => {
        impl $crate::casework::document::DataDocument for $document {
            const FILE: &'static str = $file;
            const FORMAT: &'static str = $format;

            fn format(&self) -> &str {
                &self.format
            }

            fn version(&self) -> u64 {
                self.version
            }
        }
    };
}
pub(crate) use data_document;

/// A text that is no name of a data file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {what}: 1 to 64 of a-z, 0-9 and inner {joint}")]
#[non_exhaustive]
pub struct DataNameError {
    /// Which kind of name was expected.
    pub what: &'static str,
    /// What may join its words.
    pub joint: char,
}

fn is_name(text: &str, joint: char) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= 64
        && text.starts_with(plain)
        && text.ends_with(plain)
        && text.chars().all(|c| plain(c) || c == joint)
}

macro_rules! data_names {
    ($($(#[$doc:meta])* $name:ident = $what:literal, $joint:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = DataNameError;

            fn from_str(text: &str) -> Result<Self, DataNameError> {
                if is_name(text, $joint) {
                    Ok(Self(text.into()))
                } else {
                    Err(DataNameError { what: $what, joint: $joint })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

data_names! {
    /// A procedure, such as `measure-gap`.
    ProcedureId = "procedure", '-';
    /// A stage of a procedure, such as `verify`.
    StageId = "stage", '-';
    /// A set of reason codes, such as `not-enrolled`.
    ReasonSetId = "reason set", '-';
    /// A line that decides what is a lead or may be paid, such as `self-paid`.
    ThresholdId = "threshold", '-';
    /// A policy that pays people, such as `public-post`.
    PolicyId = "policy", '-';
    /// What a department answers for, such as `medical-insurance`; which party that is, the
    /// bureau's settings say.
    DepartmentTag = "department tag", '-';
    /// A column of a list, by the name of its schema's field.
    ColumnName = "column", '_';
}

/// A title: 1 to 60 characters, not blank, no controls.
pub(crate) fn is_title(text: &str) -> bool {
    is_text(text, LONGEST_TITLE)
}

/// One Chinese sentence of at most 200 characters.
pub(crate) fn is_sentence(text: &str) -> bool {
    is_text(text, LONGEST_SENTENCE) && text.find('。') == Some(text.len() - '。'.len_utf8())
}

fn is_text(text: &str, longest: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= longest
        && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_words_joined_one_way() {
        for good in ["a", "gap-check", "2023-x", &"a".repeat(64)] {
            assert_eq!(good.parse::<StageId>().expect("a name").as_str(), good);
        }
        for bad in ["", "-a", "a-", "A", "a_b", "核实", "a b", &"a".repeat(65)] {
            assert!(bad.parse::<StageId>().is_err(), "{bad}");
        }
        let error = "a-b".parse::<ColumnName>().expect_err("a hyphen");
        assert_eq!(
            error.to_string(),
            "not a column: 1 to 64 of a-z, 0-9 and inner _"
        );
    }

    #[test]
    fn a_sentence_ends_once() {
        assert!(is_sentence("用于入户核实。"));
        for bad in ["", "用于入户核实", "甲。乙。", "。\n", "用于。核实"] {
            assert!(!is_sentence(bad), "{bad:?}");
        }
    }
}

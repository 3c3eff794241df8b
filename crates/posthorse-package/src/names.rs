//! The names that documents carry, each a type that only a well-formed text becomes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not the name it should be. Holds the rule, never the text: the text may be hostile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {what}: {rule}")]
#[non_exhaustive]
pub struct NameError {
    /// Which kind of name was expected, such as `party id`.
    pub what: &'static str,
    /// What such a name looks like.
    pub rule: &'static str,
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let accepts: fn(&str) -> bool = $accepts;
                if accepts(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(NameError { what: $what, rule: $rule })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), &self.0)
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
    };
}

fn is_slug(text: &str, longest: usize, joint: u8) -> bool {
    let bytes = text.as_bytes();
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !bytes.is_empty()
        && bytes.len() <= longest
        && bytes
            .iter()
            .all(|byte| alphanumeric(byte) || *byte == joint)
        && bytes.first().is_some_and(alphanumeric)
        && bytes.last().is_some_and(alphanumeric)
}

name_type!(
    /// The registry's short name of a party, such as `bureau`, `medical-insurance` or `411722`.
    PartyId,
    "party id",
    "1 to 32 of a-z, 0-9 and inner hyphens",
    |text| is_slug(text, 32, b'-')
);

name_type!(
    /// What a package is for, such as `warning_list`: the word that rights and routing hang on.
    KindName,
    "kind",
    "1 to 32 of a-z, 0-9 and inner underscores",
    |text| is_slug(text, 32, b'_')
);

name_type!(
    /// The id of a list schema, such as `medical-insurance-self-paid`.
    ListName,
    "list name",
    "1 to 64 of a-z, 0-9 and inner hyphens",
    |text| is_slug(text, 64, b'-')
);

name_type!(
    /// How often a unit reports, by the name that the due rules give it, such as `quarterly`.
    Cadence,
    "cadence",
    "1 to 32 of a-z, 0-9 and inner underscores",
    |text| is_slug(text, 32, b'_')
);

name_type!(
    /// The calendar month that a list reports on, `YYYY-MM`.
    Period,
    "period",
    "a month as YYYY-MM",
    |text| {
        let bytes = text.as_bytes();
        bytes.len() == 7
            && bytes[4] == b'-'
            && bytes[..4].iter().all(u8::is_ascii_digit)
            && matches!(&bytes[5..], [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2'])
            && &bytes[..4] != b"0000"
    }
);

name_type!(
    /// The name of a data file of the rules, such as `kinds.json` or `schemas/unpaid.json`.
    RuleFileName,
    "name of a rule file",
    "1 to 64 of a-z, 0-9 and inner hyphens or underscores, then .json or .csv, perhaps in schemas/",
    is_rule_file_name
);

fn is_rule_file_name(text: &str) -> bool {
    let name = text.strip_prefix("schemas/").unwrap_or(text);
    let stem = name
        .strip_suffix(".json")
        .or_else(|| name.strip_suffix(".csv"));
    stem.is_some_and(|stem| is_slug(&stem.replace('_', "-"), 64, b'-'))
}

name_type!(
    /// The path of a file inside a package: one or two portable ASCII parts, so that no system
    /// reads it as a device, a parent folder, or the same file as another (spec §6.2).
    EntryName,
    "entry name",
    "1 or 2 parts of a-z 0-9 . _ -, each starting and ending with a letter or digit, \
     100 bytes at most, no reserved Windows name",
    is_entry_name
);

fn is_entry_name(text: &str) -> bool {
    let is_part = |part: &str| {
        let bytes = part.as_bytes();
        let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let stem = part.split('.').next().unwrap_or_default();
        let reserved = matches!(stem, "con" | "prn" | "aux" | "nul")
            || ((stem.starts_with("com") || stem.starts_with("lpt"))
                && stem.len() == 4
                && stem.as_bytes()[3].is_ascii_digit());
        !bytes.is_empty()
            && bytes
                .iter()
                .all(|byte| alphanumeric(byte) || matches!(byte, b'.' | b'_' | b'-'))
            && bytes.first().is_some_and(alphanumeric)
            && bytes.last().is_some_and(alphanumeric)
            && !part.contains("..")
            && !reserved
    };
    text.len() <= 100 && text.split('/').count() <= 2 && text.split('/').all(is_part)
}

/// The random, time-ordered id of a package: a UUID of version 7 (RFC 9562 §5.7), in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageId([u8; 16]);

impl PackageId {
    /// Makes an id from the sealing time and ten random bytes.
    #[must_use]
    pub fn from_parts(at: crate::Timestamp, random: [u8; 10]) -> Self {
        let millis = u64::try_from(at.as_second())
            .unwrap_or(0)
            .saturating_mul(1000);
        let mut bytes = [0_u8; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        bytes[6] = (bytes[6] & 0x0f) | 0x70;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(bytes)
    }
}

impl FromStr for PackageId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = || NameError {
            what: "package id",
            rule: "a UUID of version 7 in lower-case hex",
        };
        let mut bytes = [0_u8; 16];
        let mut nibbles = 0;
        if text.len() != 36 {
            return Err(wrong());
        }
        for (at, byte) in text.bytes().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if byte != b'-' {
                    return Err(wrong());
                }
                continue;
            }
            let value = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                _ => return Err(wrong()),
            };
            bytes[nibbles / 2] = bytes[nibbles / 2] << 4 | value;
            nibbles += 1;
        }
        if bytes[6] >> 4 != 7 || bytes[8] >> 6 != 2 {
            return Err(wrong());
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PackageId({self})")
    }
}

impl Serialize for PackageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PackageId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_names_are_portable() {
        for good in ["data/list-1.csv", "attachments/01.xlsx", "datapackage.json"] {
            assert!(good.parse::<EntryName>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "/abs",
            "../x",
            "a/../b",
            "a/b/c",
            "c:x",
            "A.csv",
            "a\0b",
            "con",
            "data/nul.csv",
            "com1.txt",
            "a.",
            "a ",
            ".a",
            "data/",
            "a..b",
            "名单.csv",
        ] {
            assert!(bad.parse::<EntryName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn package_ids_round_trip_and_carry_their_version() {
        let at = "2026-11-24T01:02:03Z".parse().expect("a timestamp");
        let id = PackageId::from_parts(at, [0xff; 10]);
        assert_eq!(id.to_string().parse::<PackageId>(), Ok(id));
        assert!(
            "00000000-0000-4000-8000-000000000000"
                .parse::<PackageId>()
                .is_err()
        );
        assert!(id.to_string().to_uppercase().parse::<PackageId>().is_err());
    }

    #[test]
    fn periods_are_months() {
        assert!("2026-11".parse::<Period>().is_ok());
        for bad in ["2026-13", "2026-00", "2026-1", "202611", "0000-01"] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }
}

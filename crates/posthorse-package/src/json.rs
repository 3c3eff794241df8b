//! JSON as documents use it: no duplicate keys, whole numbers only, bounded depth, one byte string.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::refusal::Refusal;
use crate::typed_json;

/// A JSON value with whole numbers and sorted keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number from −2⁶³ to 2⁶³−1.
    Integer(i64),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Value>),
    /// An object; its keys are written in order of their bytes.
    Object(BTreeMap<String, Value>),
}

/// A text that is not the JSON it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{document}: {detail}")]
pub struct JsonError {
    /// Which document was read, such as `manifest.json`.
    pub document: &'static str,
    /// The class of refusal.
    pub refusal: Refusal,
    /// What is wrong and where. Never repeats the text itself.
    pub detail: String,
}

const DUPLICATE: &str = "the same key twice in one object";
const NUMBER: &str = "a number that is not a whole number of 64 bits";
const DEPTH: &str = "nested too deep";

/// Reads a value strictly: refuses duplicate keys, fractions, depth and anything after the value.
///
/// # Errors
/// A [`JsonError`] of class `json-syntax`, `json-duplicate-key`, `json-number` or `json-depth`.
pub fn parse(document: &'static str, bytes: &[u8], depth: usize) -> Result<Value, JsonError> {
    let error = |refusal, detail: String| JsonError {
        document,
        refusal,
        detail,
    };
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let seed = ValueSeed { depth };
    let value = seed.deserialize(&mut deserializer).map_err(|cause| {
        let text = cause.to_string();
        let refusal = match text.as_str() {
            text if text.starts_with(DUPLICATE) => Refusal::JsonDuplicateKey,
            text if text.starts_with(NUMBER) || text.starts_with("number out of range") => {
                Refusal::JsonNumber
            }
            text if text.starts_with(DEPTH) || text.starts_with("recursion limit") => {
                Refusal::JsonDepth
            }
            _ => Refusal::JsonSyntax,
        };
        let place = format!("line {} column {}", cause.line(), cause.column());
        let what = match refusal {
            Refusal::JsonDuplicateKey => DUPLICATE,
            Refusal::JsonNumber => NUMBER,
            Refusal::JsonDepth => DEPTH,
            _ => "not JSON",
        };
        error(refusal, format!("{what} at {place}"))
    })?;
    deserializer.end().map_err(|_| {
        error(
            Refusal::JsonSyntax,
            "something follows the JSON value".into(),
        )
    })?;
    Ok(value)
}

/// Reads a document that names its format and whose every byte is determined by what it says.
pub(crate) fn parse_document<T: DeserializeOwned + Serialize>(
    document: &'static str,
    bytes: &[u8],
    depth: usize,
    format: &str,
) -> Result<T, JsonError> {
    let value = parse(document, bytes, depth)?;
    check_format(document, &value, format)?;
    canonical(document, value, bytes)
}

/// Reads a document whose every byte is determined by what it says.
pub(crate) fn parse_canonical<T: DeserializeOwned + Serialize>(
    document: &'static str,
    bytes: &[u8],
    depth: usize,
) -> Result<T, JsonError> {
    canonical(document, parse(document, bytes, depth)?, bytes)
}

/// The fields of a value that was read from these bytes.
///
/// What was read is written again and compared, which leaves one text for one document.
pub(crate) fn canonical<T: DeserializeOwned + Serialize>(
    document: &'static str,
    value: Value,
    bytes: &[u8],
) -> Result<T, JsonError> {
    let typed: T = typed_json::fields(document, value)?;
    if write(&typed) == bytes {
        Ok(typed)
    } else {
        Err(JsonError {
            document,
            refusal: Refusal::JsonNotCanonical,
            detail: "not the canonical text of what it says".into(),
        })
    }
}

/// The `format` member of a document, judged before its other fields, so that a later version is
/// told from a fault.
pub(crate) fn check_format(
    document: &'static str,
    value: &Value,
    expected: &str,
) -> Result<(), JsonError> {
    let error = |refusal, detail: String| JsonError {
        document,
        refusal,
        detail,
    };
    let Value::Object(members) = value else {
        return Err(error(Refusal::Field, "not an object".into()));
    };
    match members.get("format") {
        Some(Value::Text(format)) if format == expected => Ok(()),
        Some(Value::Text(format)) if is_same_family(format, expected) => Err(error(
            Refusal::UnknownVersion,
            format!("this reader knows {expected}"),
        )),
        Some(Value::Text(_)) => Err(error(
            Refusal::WrongDocumentType,
            format!("not a document of {expected}"),
        )),
        _ => Err(error(Refusal::Field, "has no format".into())),
    }
}

/// Whether two formats differ in the number after the slash only.
fn is_same_family(format: &str, expected: &str) -> bool {
    match (format.rsplit_once('/'), expected.rsplit_once('/')) {
        (Some((family, number)), Some((expected, _))) => {
            family == expected
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// The canonical bytes: no white space, fields in declared order, the shortest escapes.
pub(crate) fn write<T: Serialize>(value: &T) -> Vec<u8> {
    // Documents are made of structs with string keys; serialising those cannot fail.
    serde_json::to_vec(value).unwrap_or_default()
}

struct ValueSeed {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value)
            .map(Value::Integer)
            .map_err(|_| E::custom(NUMBER))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Value, E> {
        Err(E::custom(NUMBER))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| A::Error::custom(DEPTH))?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(ValueSeed { depth })? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| A::Error::custom(DEPTH))?;
        let mut members = BTreeMap::new();
        while let Some(key) = access.next_key::<String>()? {
            if members.contains_key(&key) {
                return Err(A::Error::custom(DUPLICATE));
            }
            members.insert(key, access.next_value_seed(ValueSeed { depth })?);
        }
        Ok(Value::Object(members))
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The bound of `parse` is checked first; this one only keeps the stack safe by itself.
        ValueSeed { depth: 64 }.deserialize(deserializer)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Integer(value) => serializer.serialize_i64(*value),
            Value::Text(value) => serializer.serialize_str(value),
            Value::Array(items) => serializer.collect_seq(items),
            Value::Object(members) => serializer.collect_map(members),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> Option<Refusal> {
        parse("test", text.as_bytes(), 4)
            .err()
            .map(|error| error.refusal)
    }

    #[test]
    fn strict_reading_refuses_what_lenient_readers_pass() {
        assert_eq!(
            class(r#"{"a":1,"b":[true,null,"x",-9223372036854775808]}"#),
            None
        );
        assert_eq!(class(r#"{"a":1,"a":2}"#), Some(Refusal::JsonDuplicateKey));
        assert_eq!(
            class(r#"{"a":1,"\u0061":2}"#),
            Some(Refusal::JsonDuplicateKey)
        );
        // Of two faults the first in the text.
        assert_eq!(class(r#"{"a":1,"a":2.5}"#), Some(Refusal::JsonDuplicateKey));
        assert_eq!(class(r#"{"a":1.5,"a":2}"#), Some(Refusal::JsonNumber));
        assert_eq!(class("1.0"), Some(Refusal::JsonNumber));
        assert_eq!(class("1e999"), Some(Refusal::JsonNumber));
        assert_eq!(class("9223372036854775808"), Some(Refusal::JsonNumber));
        assert_eq!(class("[[[[1]]]]"), None);
        assert_eq!(class("[[[[[1]]]]]"), Some(Refusal::JsonDepth));
        assert_eq!(class(&"[".repeat(100_000)), Some(Refusal::JsonDepth));
        assert_eq!(class("1 2"), Some(Refusal::JsonSyntax));
        assert_eq!(class("\u{feff}1"), Some(Refusal::JsonSyntax));
        assert_eq!(class(""), Some(Refusal::JsonSyntax));
        assert_eq!(class("NaN"), Some(Refusal::JsonSyntax));
    }
}

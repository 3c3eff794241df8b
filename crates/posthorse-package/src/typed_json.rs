//! Fields out of a strict JSON value, with one spelling for each.
//!
//! serde's own readers also take an array for an object, `null` for an absent member and an object
//! for an enumeration's word. A second implementation would not; so these are refused here.

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::json::{JsonError, Value};
use crate::keys::WEAK;
use crate::refusal::Refusal;
use crate::untrusted_text::UntrustedText;

/// Reads a document's fields.
///
/// # Errors
/// A [`JsonError`] of class `field`, or `weak-key` when a field is a key that is none.
pub(crate) fn fields<T: DeserializeOwned>(
    document: &'static str,
    value: Value,
) -> Result<T, JsonError> {
    T::deserialize(Typed(value)).map_err(|cause| {
        let text = cause.to_string();
        // Every other message begins with serde's words, never with foreign ones.
        let refusal = if text.starts_with(WEAK) {
            Refusal::WeakKey
        } else {
            Refusal::Field
        };
        JsonError {
            document,
            refusal,
            detail: UntrustedText::new(text).to_string(),
        }
    })
}

struct Typed(Value);

impl Typed {
    fn refuse<T>(&self, visitor: &dyn serde::de::Expected) -> Result<T, Error> {
        let found = match &self.0 {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Integer(value) => Unexpected::Signed(*value),
            Value::Text(_) => Unexpected::Other("a string"),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Err(Error::invalid_type(found, visitor))
    }
}

impl IntoDeserializer<'_, Error> for Typed {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Typed {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Integer(value) => visitor.visit_i64(value),
            Value::Text(value) => visitor.visit_string(value),
            Value::Array(items) => {
                let mut items = SeqDeserializer::new(items.into_iter().map(Typed));
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Value::Object(members) => {
                let members = members.into_iter().map(|(key, value)| (key, Typed(value)));
                let mut members = MapDeserializer::new(members);
                let value = visitor.visit_map(&mut members)?;
                members.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0 == Value::Null {
            return self.refuse(&visitor);
        }
        visitor.visit_some(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.0 {
            Value::Object(_) => self.deserialize_any(visitor),
            _ => self.refuse(&visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Text(word) => visitor.visit_enum(word.into_deserializer()),
            _ => self.refuse(&visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Document {
        word: Word,
        number: u64,
        maybe: Option<String>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        One,
    }

    fn read(text: &str) -> Result<Document, Refusal> {
        let value = crate::json::parse("test", text.as_bytes(), 8).expect("JSON");
        fields("test", value).map_err(|error| error.refusal)
    }

    #[test]
    fn each_field_has_one_spelling() {
        let good = Document {
            word: Word::One,
            number: 7,
            maybe: None,
        };
        assert_eq!(read(r#"{"number":7,"word":"one"}"#), Ok(good));
        for other in [
            r#"["one",7,"x"]"#,
            r#"{"number":7,"word":{"one":null}}"#,
            r#"{"number":7,"word":"one","maybe":null}"#,
            r#"{"number":-7,"word":"one"}"#,
            r#"{"number":"7","word":"one"}"#,
            r#"{"number":7,"word":"two"}"#,
            r#"{"number":7,"word":"one","more":1}"#,
            r#"{"number":7}"#,
            "null",
        ] {
            assert_eq!(read(other), Err(Refusal::Field), "{other}");
        }
    }
}

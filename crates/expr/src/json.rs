//! Values from and to JSON, the form in which records and test vectors arrive.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{Number, Value};

impl From<serde_json::Value> for Value<'static> {
    fn from(json: serde_json::Value) -> Value<'static> {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(truth) => Value::Boolean(truth),
            serde_json::Value::String(text) => Value::Text(Cow::Owned(text)),
            serde_json::Value::Number(number) => from_number(&number),
            serde_json::Value::Array(members) => {
                Value::List(members.into_iter().map(Value::from).collect())
            }
            serde_json::Value::Object(parts) => Value::Object(
                parts
                    .into_iter()
                    .map(|(name, value)| (Cow::Owned(name), Value::from(value)))
                    .collect(),
            ),
        }
    }
}

/// Texts are borrowed.
impl<'a> From<&'a serde_json::Value> for Value<'a> {
    fn from(json: &'a serde_json::Value) -> Value<'a> {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(truth) => Value::Boolean(*truth),
            serde_json::Value::String(text) => Value::from(text.as_str()),
            serde_json::Value::Number(number) => from_number(number),
            serde_json::Value::Array(members) => {
                Value::List(members.iter().map(Value::from).collect())
            }
            serde_json::Value::Object(parts) => Value::Object(
                parts
                    .iter()
                    .map(|(name, value)| (Cow::Borrowed(name.as_str()), Value::from(value)))
                    .collect(),
            ),
        }
    }
}

fn from_number(number: &serde_json::Number) -> Value<'static> {
    let exact = match (number.as_i64(), number.as_u64()) {
        (Some(value), _) => Some(Number::from(value)),
        (None, Some(value)) => Some(Number::from(value)),
        (None, None) => number.as_f64().and_then(Number::from_f64),
    };
    match exact {
        Some(number) => Value::Number(number),
        None => Value::from(number.to_string()),
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number(number) => number.serialize(serializer),
            Value::Boolean(truth) => serializer.serialize_bool(*truth),
            Value::DateTime(_) => serializer.serialize_str(&self.to_text()),
            Value::List(members) => serializer.collect_seq(members),
            Value::Object(parts) => {
                let mut map = serializer.serialize_map(Some(parts.len()))?;
                for (name, value) in parts {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

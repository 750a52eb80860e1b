//! JSON whose numbers stay as they were written.
//!
//! A number of `serde_json` is one of the machine's, so that `1.0e3`, or an integer of more digits
//! than those hold, would come out as another text. Its feature `arbitrary_precision` would keep
//! them, and keep every number of every crate as a text; so the document is read by this type, and
//! nothing else is.

use std::{collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

/// How deep lists and objects may be nested, as in `serde_json`.
const DEEPEST: usize = 128;

/// A value of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, its members in their order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The text, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }

    fn read(text: &str, depth: usize) -> Result<Self, serde_json::Error> {
        if depth > DEEPEST {
            let message = format!("lists and objects are nested deeper than {DEEPEST}");
            return Err(serde_json::Error::custom(message));
        }
        let inner = |raw: &RawValue| Self::read(raw.get(), depth + 1);
        Ok(match text.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Boolean(serde_json::from_str(text)?),
            Some(b'"') => Self::Text(serde_json::from_str(text)?),
            Some(b'[') => {
                let members: Vec<&RawValue> = serde_json::from_str(text)?;
                Self::List(members.into_iter().map(inner).collect::<Result<_, _>>()?)
            }
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text)?;
                let read = |(name, raw): (String, &RawValue)| Ok((name, inner(raw)?));
                Self::Object(members.into_iter().map(read).collect::<Result<_, _>>()?)
            }
            _ => Self::Number(text.to_owned()),
        })
    }
}

/// Of two members of one name the last one counts, in the place of the first.
struct Members<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut places: HashMap<String, usize> = HashMap::new();
                let mut members: Vec<(String, &RawValue)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    let place = *places.entry(name.clone()).or_insert(members.len());
                    match members.get_mut(place) {
                        Some(member) => member.1 = value,
                        None => members.push((name, value)),
                    }
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Read)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::read(raw.get(), 0).map_err(D::Error::custom)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Number(text) => {
                let raw = RawValue::from_string(text.clone()).map_err(S::Error::custom)?;
                raw.serialize(serializer)
            }
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(members) => serializer.collect_seq(members),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(value),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(text),
            Value::Array(members) => Self::List(members.into_iter().map(Self::from).collect()),
            Value::Object(members) => Self::Object(
                members.into_iter().map(|(name, value)| (name, Self::from(value))).collect(),
            ),
        }
    }
}

/// As one line of JSON.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str) {
        let json: Json = serde_json::from_str(text).expect("it is JSON");
        assert_eq!(json.to_string(), text);
    }

    #[test]
    fn numbers_stay_as_they_were_written() {
        check("[1,1.0,1e5,1.50E+3,-0,12345678901234567890123,0.10]");
        check(r#"{"b":{"a":1.0},"a":[null,true,"1.0"]}"#);
    }

    #[test]
    fn the_last_of_two_members_of_one_name_counts() {
        let json: Json = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).expect("it is JSON");
        assert_eq!(json.to_string(), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(serde_json::from_str::<Json>(&nested(100)).is_ok());
        let refused = serde_json::from_str::<Json>(&nested(100_000)).expect_err("it is too deep");
        assert_eq!(refused.to_string(), "lists and objects are nested deeper than 128");
    }
}

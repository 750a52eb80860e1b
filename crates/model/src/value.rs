//! A value that an attribute holds. Absence is the lack of an entry, never a value of its own.

use std::fmt;

use serde::{
    Deserialize, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::{SerializeMap, SerializeSeq},
};

/// What an attribute holds. Date-times are text in the one form `yyyy-MM-ddTHH:mm:ss[.fff]Z`, binary
/// is base64 text; [`crate::Shape`] tells them apart (graph-api.md 1.2 and 1.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, never empty: an empty text is an empty attribute.
    Text(String),
    /// A 64-bit integer.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// Several values, in order.
    List(Vec<Value>),
    /// Named members, in order.
    Record(Vec<(String, Value)>),
}

impl Value {
    /// A text value.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, when it is one.
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The members of a list; a single value counts as a list of one.
    pub fn members(&self) -> &[Value] {
        match self {
            Self::List(members) => members,
            one => std::slice::from_ref(one),
        }
    }

    /// Whether writing this value would leave the attribute empty.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::List(members) => members.is_empty(),
            Self::Record(members) => members.is_empty(),
            Self::Integer(_) | Self::Boolean(_) => false,
        }
    }
}

/// The form people read: text as it is, `true` and `false`, lists joined by `; `.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::List(members) => {
                for (index, member) in members.iter().enumerate() {
                    if index > 0 {
                        f.write_str("; ")?;
                    }
                    member.fmt(f)?;
                }
                Ok(())
            }
            Self::Record(members) => {
                for (index, (name, member)) in members.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{name}: {member}")?;
                }
                Ok(())
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::List(members) => {
                let mut list = serializer.serialize_seq(Some(members.len()))?;
                for member in members {
                    list.serialize_element(member)?;
                }
                list.end()
            }
            Self::Record(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, member) in members {
                    map.serialize_entry(name, member)?;
                }
                map.end()
            }
        }
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, an integer, a boolean, a list or an object")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(Value::Integer).map_err(|_| E::custom("an integer over 64 bits"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = seq.next_element()? {
            members.push(member);
        }
        Ok(Value::List(members))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Vec::new();
        while let Some((name, member)) = map.next_entry::<String, Option<Value>>()? {
            if let Some(member) = member {
                members.push((name, member));
            }
        }
        Ok(Value::Record(members))
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

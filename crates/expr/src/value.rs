//! What an attribute or a function holds.
//!
//! Values come from records and go into plans; how they compare is in `compare`, how they are read
//! from JSON in `json`.

use std::borrow::Cow;

use jiff::civil::DateTime;

use crate::Number;
use crate::dates;

/// One value. Absence is [`Value::Null`]; the empty string is something else.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The attribute is absent.
    Null,
    /// A text.
    Text(String),
    /// A number.
    Number(Number),
    /// True or false.
    Boolean(bool),
    /// A moment in UTC. It exists between date functions, and becomes text at the end.
    DateTime(DateTime),
    /// The members of a multi-valued attribute.
    List(Vec<Value>),
    /// Named parts, such as those of a role assignment.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The text of the value: `True` and `False`, numbers without separators, date-times as
    /// `M/d/yyyy h:mm:ss tt` in UTC, nothing for null, JSON for lists and objects.
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Value::Null => Cow::Borrowed(""),
            Value::Text(text) => Cow::Borrowed(text),
            Value::Number(number) => Cow::Owned(number.to_string()),
            Value::Boolean(true) => Cow::Borrowed("True"),
            Value::Boolean(false) => Cow::Borrowed("False"),
            Value::DateTime(moment) => Cow::Owned(dates::to_text(*moment)),
            Value::List(_) | Value::Object(_) => Cow::Owned(
                serde_json::to_string(self).expect("a value has no part that JSON cannot hold"),
            ),
        }
    }

    /// The text of the value, without a copy when it is one already.
    pub fn into_text(self) -> String {
        match self {
            Value::Text(text) => text,
            other => other.to_text().into_owned(),
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether it is null, the empty string, or a list without members.
    pub fn is_null_or_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            Value::List(members) => members.is_empty(),
            _ => false,
        }
    }

    /// The members of a list; a single value is a list of one, null a list of none.
    pub fn into_members(self) -> Vec<Value> {
        match self {
            Value::Null => Vec::new(),
            Value::List(members) => members,
            single => vec![single],
        }
    }

    /// The part of an object with that name, without regard to case, as SCIM names parts.
    pub fn part(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(parts) => {
                parts.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
            }
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(Number::from(number))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Boolean(truth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_the_service() {
        assert_eq!(Value::from(true).to_text(), "True");
        assert_eq!(Value::from(-7).to_text(), "-7");
        assert_eq!(Value::Null.to_text(), "");
        let moment = jiff::civil::date(2021, 7, 2).at(15, 33, 38, 0);
        assert_eq!(Value::DateTime(moment).to_text(), "7/2/2021 3:33:38 PM");
        let list = Value::List(vec!["a".into(), 1.into()]);
        assert_eq!(list.to_text(), r#"["a",1]"#);
    }
}

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
pub enum Value<'a> {
    /// The attribute is absent.
    Null,
    /// A text, its own or one that lies in the record or in the expression.
    Text(Cow<'a, str>),
    /// A number.
    Number(Number),
    /// True or false.
    Boolean(bool),
    /// A moment in UTC. It exists between date functions, and becomes text at the end.
    DateTime(DateTime),
    /// The members of a multi-valued attribute.
    List(Vec<Value<'a>>),
    /// Named parts, such as those of a role assignment.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
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

    /// The text of the value, without a copy when it owns one already.
    pub fn into_text(self) -> String {
        self.into_cow().into_owned()
    }

    /// The text of the value, without a copy when it is one already.
    pub fn into_cow(self) -> Cow<'a, str> {
        match self {
            Value::Text(text) => text,
            other => Cow::Owned(other.to_text().into_owned()),
        }
    }

    /// The same value, which borrows the texts of this one.
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Value::Null => Value::Null,
            Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            Value::Number(number) => Value::Number(*number),
            Value::Boolean(truth) => Value::Boolean(*truth),
            Value::DateTime(moment) => Value::DateTime(*moment),
            Value::List(members) => Value::List(members.iter().map(Value::borrowed).collect()),
            Value::Object(parts) => Value::Object(
                parts
                    .iter()
                    .map(|(name, part)| (Cow::Borrowed(&**name), part.borrowed()))
                    .collect(),
            ),
        }
    }

    /// The same value with texts of its own.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Number(number) => Value::Number(number),
            Value::Boolean(truth) => Value::Boolean(truth),
            Value::DateTime(moment) => Value::DateTime(moment),
            Value::List(members) => {
                Value::List(members.into_iter().map(Value::into_owned).collect())
            }
            Value::Object(parts) => Value::Object(
                parts
                    .into_iter()
                    .map(|(name, part)| (Cow::Owned(name.into_owned()), part.into_owned()))
                    .collect(),
            ),
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
    pub fn into_members(self) -> Vec<Value<'a>> {
        match self {
            Value::Null => Vec::new(),
            Value::List(members) => members,
            single => vec![single],
        }
    }

    /// The part of an object with that name, without regard to case, as SCIM names parts.
    pub fn part(&self, name: &str) -> Option<&Value<'a>> {
        match self {
            Value::Object(parts) => {
                parts.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
            }
            _ => None,
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Value<'a> {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Value<'a> {
        Value::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Number(Number::from(number))
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
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

//! Texts and JSON turned into values of an attribute's shape, with the limits that the shape sets.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Shape, Timestamp, Value};
use serde_json::Value as Json;

use crate::code;

/// Text or JSON that does not fit the shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Longer than the limit, in characters.
    #[error("{found} characters, where {limit} are the limit")]
    TooLong {
        /// How many it has.
        found: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Not what the shape asks for.
    #[error("{found} is not {expected}")]
    Wrong {
        /// What stands there, shortened.
        found: String,
        /// What should.
        expected: &'static str,
    },
}

impl ValueError {
    /// The code of the rejection.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => code::TOO_LONG,
            Self::Wrong { .. } => code::VALUE,
        }
    }

    /// What may help.
    pub fn hint(&self) -> Option<String> {
        let Self::Wrong { expected, .. } = self else { return None };
        let hint = match *expected {
            BOOLEAN => "write true or false",
            DATE_TIME => "write it as 2026-01-31 or 2026-01-31T08:00:00Z",
            TEXT => "put it in double quotes",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

const BOOLEAN: &str = "a boolean";
const DATE_TIME: &str = "an instant";
const TEXT: &str = "text";
const TEXTS: &str = "a list of texts";
const INTEGER: &str = "a 64-bit integer";
const BINARY: &str = "base64";
const RECORD: &str = "a JSON object or a list of such";

/// The value that a text stands for. Lists are divided at `;`, or written as a JSON list when a
/// member holds a `;` or blanks at its ends. An empty text gives an empty value.
pub fn parse_value(shape: Shape, text: &str) -> Result<Value, ValueError> {
    match shape {
        Shape::Text(limit) => parse_text(limit, text.to_owned()),
        Shape::Binary(limit) => parse_binary(limit, text.trim()),
        _ if text.trim().is_empty() => Ok(Value::List(Vec::new())),
        Shape::Boolean => parse_boolean(text),
        Shape::Integer => parse_integer(text),
        Shape::DateTime => parse_date_time(text),
        Shape::Texts(limit) => {
            split_list(text).into_iter().map(|text| parse_text(limit, text)).collect_list()
        }
        Shape::Integers => split_list(text).iter().map(|text| parse_integer(text)).collect_list(),
        Shape::DateTimes => {
            split_list(text).iter().map(|text| parse_date_time(text)).collect_list()
        }
        Shape::Record => parse_record(text),
    }
}

/// The value that a JSON value stands for; `null` gives an empty one.
pub(crate) fn from_json(shape: Shape, json: Json) -> Result<Value, ValueError> {
    match (shape, json) {
        (_, Json::Null) => Ok(Value::List(Vec::new())),
        (Shape::Boolean, Json::Bool(value)) => Ok(Value::Boolean(value)),
        (Shape::Integer, Json::Number(number)) => {
            number.as_i64().map(Value::Integer).ok_or_else(|| wrong(&number.to_string(), INTEGER))
        }
        // One text under a list's name is a list of one: a `;` in it is no separator here.
        (Shape::Texts(limit), Json::String(text)) => {
            [parse_text(limit, text)].into_iter().collect_list()
        }
        (Shape::Texts(limit), Json::Array(members)) => members
            .into_iter()
            .map(|member| match member {
                Json::String(text) => parse_text(limit, text),
                other => Err(wrong(&other.to_string(), TEXT)),
            })
            .collect_list(),
        (Shape::Integers, Json::Array(members)) => {
            members.into_iter().map(|member| from_json(Shape::Integer, member)).collect_list()
        }
        (Shape::DateTimes, Json::Array(members)) => {
            members.into_iter().map(|member| from_json(Shape::DateTime, member)).collect_list()
        }
        (Shape::Integers, number @ Json::Number(_)) => {
            [from_json(Shape::Integer, number)].into_iter().collect_list()
        }
        (shape, Json::String(text)) => parse_value(shape, &text),
        (shape, other) => Err(wrong(&other.to_string(), expected(shape))),
    }
}

/// The form of a value in a cell: what [`parse_value`] reads back.
pub(crate) fn to_cell(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(_) | Value::Boolean(_) => value.to_string(),
        Value::List(members) if members.iter().all(is_plain_member) => {
            members.iter().map(Value::to_string).collect::<Vec<_>>().join(";")
        }
        Value::List(_) | Value::Record(_) => to_json(value),
    }
}

/// The value as JSON text.
pub(crate) fn to_json(value: &Value) -> String {
    serde_json::to_string(value).expect("names are text and numbers are integers")
}

/// The members of a list in a cell.
pub(crate) fn split_list(text: &str) -> Vec<String> {
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && let Ok(members) = serde_json::from_str::<Vec<Json>>(trimmed)
    {
        let plain = |member| match member {
            Json::String(text) => text,
            other => other.to_string(),
        };
        return members.into_iter().map(plain).collect();
    }
    trimmed.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Whether the member may stand between two `;` as it is.
fn is_plain_member(member: &Value) -> bool {
    match member {
        Value::Integer(_) | Value::Boolean(_) => true,
        Value::Text(text) => {
            text.trim() == text && !text.is_empty() && !text.contains(';') && !text.starts_with('[')
        }
        Value::List(_) | Value::Record(_) => false,
    }
}

trait CollectList {
    fn collect_list(self) -> Result<Value, ValueError>;
}

impl<I: Iterator<Item = Result<Value, ValueError>>> CollectList for I {
    fn collect_list(self) -> Result<Value, ValueError> {
        self.filter(|member| !member.as_ref().is_ok_and(Value::is_empty))
            .collect::<Result<_, _>>()
            .map(Value::List)
    }
}

fn parse_text(limit: usize, text: String) -> Result<Value, ValueError> {
    check_length(limit, &text)?;
    Ok(Value::Text(text))
}

fn check_length(limit: usize, text: &str) -> Result<(), ValueError> {
    // No text has more characters than bytes, so most texts need no counting.
    if text.len() > limit {
        let found = text.chars().count();
        if found > limit {
            return Err(ValueError::TooLong { found, limit });
        }
    }
    Ok(())
}

fn parse_binary(limit: usize, text: &str) -> Result<Value, ValueError> {
    check_length(limit, text)?;
    match STANDARD.decode(text) {
        Ok(_) => Ok(Value::text(text)),
        Err(_) => Err(wrong(text, BINARY)),
    }
}

fn parse_boolean(text: &str) -> Result<Value, ValueError> {
    let text = text.trim();
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") || is("yes") {
        Ok(Value::Boolean(true))
    } else if is("false") || is("no") {
        Ok(Value::Boolean(false))
    } else {
        Err(wrong(text, BOOLEAN))
    }
}

fn parse_integer(text: &str) -> Result<Value, ValueError> {
    text.trim().parse().map(Value::Integer).map_err(|_| wrong(text, INTEGER))
}

/// Read as our own value at once: named members keep their order.
fn parse_record(text: &str) -> Result<Value, ValueError> {
    let is_record = |value: &Value| matches!(value, Value::Record(_));
    serde_json::from_str::<Option<Value>>(text)
        .ok()
        .map(|value| value.unwrap_or(Value::List(Vec::new())))
        .filter(|value| match value {
            Value::List(members) => members.iter().all(is_record),
            value => is_record(value),
        })
        .ok_or_else(|| wrong(text, RECORD))
}

/// RFC 3339 with any offset, a bare date (midnight in UTC), or LDAP's generalized time.
fn parse_date_time(text: &str) -> Result<Value, ValueError> {
    let text = text.trim();
    let instant = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| format!("{text}T00:00:00Z").parse().ok())
        .or_else(|| generalized_time(text)?.parse().ok())
        .ok_or_else(|| wrong(text, DATE_TIME))?;
    Ok(Value::Text(instant.to_string()))
}

/// `20260131080000.5Z` as `2026-01-31T08:00:00.5Z` (RFC 4517, 3.3.13).
fn generalized_time(text: &str) -> Option<String> {
    let digits = text.get(..14)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| &digits[from..to];
    Some(format!(
        "{}-{}-{}T{}:{}:{}{}",
        part(0, 4),
        part(4, 6),
        part(6, 8),
        part(8, 10),
        part(10, 12),
        part(12, 14),
        &text[14..]
    ))
}

fn expected(shape: Shape) -> &'static str {
    match shape {
        Shape::Text(_) => TEXT,
        Shape::Texts(_) => TEXTS,
        Shape::Boolean => BOOLEAN,
        Shape::Integer => INTEGER,
        Shape::Integers => "a list of 64-bit integers",
        Shape::DateTime => DATE_TIME,
        Shape::DateTimes => "a list of instants",
        Shape::Binary(_) => BINARY,
        Shape::Record => RECORD,
    }
}

fn wrong(found: &str, expected: &'static str) -> ValueError {
    let mut shown: String = found.chars().take(40).collect();
    if shown.len() < found.len() {
        shown.push('…');
    }
    ValueError::Wrong { found: format!("'{shown}'"), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shape: Shape, text: &str, expected: &str) {
        let found = match parse_value(shape, text) {
            Ok(value) => to_json(&value),
            Err(error) => format!("{}: {error}", error.code()),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn text_is_counted_in_characters() {
        check(Shape::Text(3), "äöü", "\"äöü\"");
        check(Shape::Text(3), "abcd", "too-long: 4 characters, where 3 are the limit");
        check(Shape::Text(9), " a ", "\" a \"");
    }

    #[test]
    fn booleans_and_integers() {
        for text in ["true", "TRUE", "Yes"] {
            check(Shape::Boolean, text, "true");
        }
        check(Shape::Boolean, "no", "false");
        check(Shape::Boolean, "maybe", "value: 'maybe' is not a boolean");
        check(Shape::Integer, " -7 ", "-7");
        check(Shape::Integer, "7.5", "value: '7.5' is not a 64-bit integer");
        check(Shape::Integer, "", "[]");
    }

    #[test]
    fn instants_get_one_form() {
        check(Shape::DateTime, "2026-01-31", "\"2026-01-31T00:00:00Z\"");
        check(Shape::DateTime, "2026-01-31T09:00:00+01:00", "\"2026-01-31T08:00:00Z\"");
        check(Shape::DateTime, "20260131080000Z", "\"2026-01-31T08:00:00Z\"");
        check(Shape::DateTime, "31.1.2026", "value: '31.1.2026' is not an instant");
        check(
            Shape::DateTimes,
            "2026-01-31; 2026-02-01T00:00:00Z",
            "[\"2026-01-31T00:00:00Z\",\"2026-02-01T00:00:00Z\"]",
        );
    }

    #[test]
    fn lists_divide_at_semicolons_or_are_json() {
        check(Shape::Texts(9), "a; b ;;c", "[\"a\",\"b\",\"c\"]");
        check(Shape::Texts(9), "[\"a;b\",\" c\"]", "[\"a;b\",\" c\"]");
        check(Shape::Texts(9), "[a", "[\"[a\"]");
        check(Shape::Integers, "1;2", "[1,2]");
        check(Shape::Texts(2), "a;bcd", "too-long: 3 characters, where 2 are the limit");
    }

    #[test]
    fn binary_and_records() {
        check(Shape::Binary(8), "QUJD", "\"QUJD\"");
        check(Shape::Binary(8), "QU!", "value: 'QU!' is not base64");
        check(Shape::Record, "[{\"issuer\":\"x\",\"y\":null}]", "[{\"issuer\":\"x\"}]");
        check(Shape::Record, "x", "value: 'x' is not a JSON object or a list of such");
    }
}

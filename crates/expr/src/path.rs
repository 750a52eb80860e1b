//! Names of source attributes, and the steps into values that they may spell:
//! `name.familyName`, `phoneNumbers[type eq "work"].value`.
//!
//! The whole text is a name first, because URN names and directories have dots of their own. Only
//! when nothing has that name is it taken as a path.

use std::fmt;

use crate::{Input, Value};

/// A reference to a source attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    name: String,
    /// Its place among the attributes of the expression.
    pub(crate) index: usize,
    /// The ways to read the name as a path, the longest head first.
    readings: Vec<Reading>,
}

/// The first `head` bytes name an attribute, the steps lead into its value.
#[derive(Debug, Clone, PartialEq)]
struct Reading {
    head: usize,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Part(String),
    Filter { part: String, text: String },
}

impl Path {
    pub(crate) fn new(name: &str) -> Path {
        let readings = breaks(name)
            .into_iter()
            .rev()
            .filter(|head| *head > 0)
            .filter_map(|head| {
                let steps = parse_steps(&name[head..])?;
                Some(Reading { head, steps })
            })
            .collect();
        Path { name: name.to_owned(), index: 0, readings }
    }

    /// The name as written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What may name an attribute when the whole name does not, the longest first.
    pub(crate) fn heads(&self) -> impl Iterator<Item = &str> {
        self.readings.iter().map(|reading| &self.name[..reading.head])
    }

    /// The value in the record, null when neither the name nor the path leads anywhere.
    pub(crate) fn find<'a>(&self, input: &'a dyn Input) -> Value<'a> {
        let whole = input.attribute_at(self.index, &self.name);
        if !whole.is_null() {
            return whole;
        }
        for reading in &self.readings {
            let head = input.attribute(&self.name[..reading.head]);
            if !head.is_null() {
                return reading.steps.iter().fold(head, |value, step| step.take(value));
            }
        }
        Value::Null
    }
}

impl Step {
    fn take<'a>(&self, value: Value<'a>) -> Value<'a> {
        let taken: Vec<Value<'a>> = match self {
            Step::Part(name) => value
                .into_members()
                .iter()
                .filter_map(|member| member.part(name).cloned())
                .flat_map(Value::into_members)
                .collect(),
            Step::Filter { part, text } => value
                .into_members()
                .into_iter()
                .filter(|member| member.part(part).is_some_and(|value| equals(value, text)))
                .collect(),
        };
        match <[Value<'a>; 1]>::try_from(taken) {
            Ok([single]) => single,
            Err(several) if several.is_empty() => Value::Null,
            Err(several) => Value::List(several),
        }
    }
}

/// SCIM writes `true` and `"True"` alike.
fn equals(value: &Value<'_>, text: &str) -> bool {
    match value {
        Value::Boolean(_) => value.to_text().eq_ignore_ascii_case(text),
        _ => value.to_text() == text,
    }
}

/// Where a dot or an opening bracket stands outside brackets and quotes.
fn breaks(name: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut quoted = false;
    for (at, character) in name.char_indices() {
        match character {
            '"' if depth > 0 => quoted = !quoted,
            _ if quoted => {}
            '[' => {
                if depth == 0 {
                    found.push(at);
                }
                depth += 1;
            }
            ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => found.push(at),
            _ => {}
        }
    }
    found
}

/// Where the bracket closes that was opened before the text; what stands in quotes closes nothing.
fn closing(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, character)| {
        quoted ^= character == '"';
        (character == ']' && !quoted).then_some(at)
    })
}

fn parse_steps(mut rest: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = breaks(after).first().copied().unwrap_or(after.len());
            if end == 0 {
                return None;
            }
            steps.push(Step::Part(after[..end].to_owned()));
            rest = &after[end..];
        } else {
            let inside = rest.strip_prefix('[')?;
            let end = closing(inside)?;
            steps.push(parse_filter(&inside[..end])?);
            rest = &inside[end + 1..];
        }
    }
    Some(steps)
}

/// `type eq "work"`, or with a bare word for the value.
fn parse_filter(filter: &str) -> Option<Step> {
    let (part, rest) = filter.trim().split_once(char::is_whitespace)?;
    let (operator, text) = rest.trim_start().split_once(char::is_whitespace)?;
    if !operator.eq_ignore_ascii_case("eq") {
        return None;
    }
    let text = text.trim();
    let text = match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?,
        None => text,
    };
    Some(Step::Filter { part: part.to_owned(), text: text.to_owned() })
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.name)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    const PHONES: &str = r#"{"phoneNumbers": [
        {"type": "home", "value": "1"}, {"type": "work", "value": "2", "primary": true}]}"#;

    #[test]
    fn steps_into_objects() {
        check("[name.familyName]", r#"{"name": {"familyName": "Jensen"}}"#, "Jensen");
        check("[name.familyName]", r#"{"name.familyName": "Whole"}"#, "Whole");
        check("[name.nothing]", r#"{"name": {"familyName": "Jensen"}}"#, "null");
        check(
            "[urn:a:2.0:User:manager.value]",
            r#"{"urn:a:2.0:User:manager": {"value": "7"}}"#,
            "7",
        );
    }

    #[test]
    fn filters_pick_members() {
        check(r#"[phoneNumbers[type eq "work"].value]"#, PHONES, "2");
        check(r#"[phoneNumbers[primary eq "True"].value]"#, PHONES, "2");
        check(r#"[phoneNumbers[type eq "fax"].value]"#, PHONES, "null");
        check("[phoneNumbers.value]", PHONES, r#"["1","2"]"#);
    }

    #[test]
    fn a_quoted_bracket_closes_no_filter() {
        let phones = r#"{"phoneNumbers": [{"type": "we]ird", "value": "3"}, {"type": "a[b].c", "value": "4"}]}"#;
        check(r#"[phoneNumbers[type eq "we]ird"].value]"#, phones, "3");
        check(r#"[phoneNumbers[type eq "a[b].c"].value]"#, phones, "4");
    }

    #[test]
    fn names_are_taken_as_they_are() {
        for name in ["-dn-", "x y", "1", "urn:a:b.c", "a.b", "extension_1_x"] {
            check(&format!("[{name}]"), &format!(r#"{{"{name}": "v"}}"#), "v");
        }
        check("[ a ]", r#"{"a": "v"}"#, "v");
        check("[name.FAMILYNAME]", r#"{"name": {"familyName": "Jensen"}}"#, "Jensen");
        check(r#"[phoneNumbers[value eq "2"].type]"#, PHONES, "work");
        check(r#"[phoneNumbers[type EQ "work"].value]"#, PHONES, "2");
        check("[phoneNumbers[primary eq true].value]", PHONES, "2");
        check("[a]", r#"{"a": null}"#, "null");
    }

    #[test]
    fn a_broken_path_is_only_a_name() {
        check("[a..b]", "{}", "null");
        check("[a[type is x].b]", r#"{"a": {"b": "1"}}"#, "null");
    }
}

//! One user or group as a JSON object with Graph's property names.

use std::fmt;

use model::{Kind, Shape};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value as Json, value::RawValue};

use super::{Context, rejected};
use crate::{
    Item, Reference, code,
    field::{Draft, Fault, Field, Fields, parse_reference},
    lines::place,
    value::{from_json, parse_value},
};

/// Complex properties whose members are attributes of ours, and which members of them.
const NESTED: &[&str] = &["onPremisesExtensionAttributes", "employeeOrgData"];

/// Reads one object; `text` begins at a line and column, both from 1.
pub(super) fn read(context: &mut Context, text: String, line: u64, column: u64) -> Item {
    let mut draft = Draft::default();
    let outcome = read_object(context, &mut draft, &text);
    // The first line of the text may begin in the middle of a line of the file.
    let shift = |(at_line, at_column): (u64, u64)| {
        (at_line, if at_line == line { at_column + column - 1 } else { at_column })
    };
    let failed = match outcome {
        Ok(()) => match draft.finish(line, text) {
            Ok(row) => return Item::Row(Box::new(row)),
            Err((fault, text)) => (fault, (line, column), text),
        },
        Err((offset, fault)) => {
            let place = shift(place(&text, offset, line));
            (fault, place, text)
        }
    };
    rejected(failed.0, failed.1, failed.2)
}

type Located<T> = Result<T, (usize, Fault)>;

fn read_object(context: &mut Context, draft: &mut Draft, text: &str) -> Located<()> {
    let Members(members) = serde_json::from_str(text).map_err(|error| syntax(&error, text))?;
    for (name, raw) in members {
        let offset = raw.get().as_ptr() as usize - text.as_ptr() as usize;
        if let Some(place) = context.fields.find_verbatim(&name) {
            keep(context, draft, place, raw);
        }
        if raw.get() == "null" {
            if let Some(field) = find(context, &name) {
                draft.note_empty(&field);
            }
            continue;
        }
        if NESTED.contains(&name.as_str()) && context.fields.kind() == Kind::User {
            read_nested(context, draft, &name, raw)
                .map_err(|(inner, fault)| (offset + inner, fault))?;
        } else {
            read_member(context, draft, &name, raw).map_err(|fault| (offset, fault))?;
        }
    }
    Ok(())
}

fn read_nested(
    context: &mut Context,
    draft: &mut Draft,
    outer: &str,
    raw: &RawValue,
) -> Located<()> {
    let text = raw.get();
    let Members(members) = serde_json::from_str(text).map_err(|error| syntax(&error, text))?;
    for (name, raw) in members {
        let offset = raw.get().as_ptr() as usize - text.as_ptr() as usize;
        if name.contains("@odata.") {
            continue;
        }
        match context.fields.find_name(&name).cloned() {
            Some(field) if raw.get() == "null" => draft.note_empty(&field),
            None if raw.get() == "null" => {}
            Some(field @ Field::Attribute(..)) => {
                put(draft, &field, raw).map_err(|fault| (offset, fault))?;
            }
            _ => context.ignore(&format!("{outer}/{name}")),
        }
    }
    Ok(())
}

fn read_member(
    context: &mut Context,
    draft: &mut Draft,
    name: &str,
    raw: &RawValue,
) -> Result<(), Fault> {
    if let Some(relation) = name.strip_suffix("@odata.bind") {
        return match context.fields.find_name(relation) {
            Some(Field::Manager | Field::Members) => read_relation(draft, relation, raw),
            _ => {
                context.ignore(name);
                Ok(())
            }
        };
    }
    if name.contains("@odata.") {
        return Ok(());
    }
    match find(context, name) {
        Some(Field::Manager | Field::Members) => read_relation(draft, name, raw),
        Some(field) => put(draft, &field, raw),
        None => {
            context.ignore(name);
            Ok(())
        }
    }
}

/// What a member means.
fn find(context: &Context, name: &str) -> Option<Field> {
    let mapped = context.fields.find_mapped(name);
    let field = mapped.or_else(|| context.fields.find_name(name)).cloned();
    match context.fields.find_verbatim(name) {
        Some(_) => Some(Fields::beside_verbatim(field)),
        None => field,
    }
}

fn keep(context: &Context, draft: &mut Draft, place: usize, raw: &RawValue) {
    let of = context.fields.count_verbatim();
    match parse(raw) {
        Ok(Json::Null) | Err(_) => draft.keep((place, of), ""),
        Ok(Json::String(text)) => draft.keep((place, of), &text),
        Ok(other) => draft.keep((place, of), &other.to_string()),
    }
}

/// The members that are wanted as they stand, of an object that was left out.
pub(super) fn verbatim(context: &Context, text: &str) -> Vec<Option<String>> {
    let mut draft = Draft::default();
    if let Ok(Members(members)) = serde_json::from_str(text) {
        for (name, raw) in members {
            if let Some(place) = context.fields.find_verbatim(&name) {
                keep(context, &mut draft, place, raw);
            }
        }
    }
    draft.into_verbatim()
}

fn put(draft: &mut Draft, field: &Field, raw: &RawValue) -> Result<(), Fault> {
    match field {
        Field::Attribute(name, shape) => {
            let value = match (shape, parse(raw)?) {
                // An empty text is no value, whatever the shape.
                (_, Json::String(text)) if text.is_empty() => {
                    draft.note_empty(field);
                    return Ok(());
                }
                (Shape::Record, _) => parse_value(*shape, raw.get()),
                (shape, json) => from_json(*shape, json),
            };
            let value = value.map_err(|error| Fault::of_value(name.as_str(), &error))?;
            draft.put(name.clone(), value);
            Ok(())
        }
        field => match parse(raw)? {
            Json::String(text) => draft.put_text(field, &text),
            other => draft.put_text(field, &other.to_string()),
        },
    }
}

/// A manager, a list of members, or one member: by id, by name, as an object or as an address.
fn read_relation(draft: &mut Draft, name: &str, raw: &RawValue) -> Result<(), Fault> {
    let json = parse(raw)?;
    if name.eq_ignore_ascii_case("manager") {
        draft.manager = Some(reference(&json)?);
        return Ok(());
    }
    match &json {
        Json::Array(members) if members.is_empty() => draft.note_empty(&Field::Members),
        Json::Array(members) => {
            for member in members {
                draft.members.push(reference(member)?);
            }
        }
        one => draft.members.push(reference(one)?),
    }
    Ok(())
}

fn reference(json: &Json) -> Result<Reference, Fault> {
    let text = match json {
        Json::String(text) => Some(text.as_str()),
        Json::Object(object) => ["id", "@odata.id", "userPrincipalName", "mail"]
            .iter()
            .find_map(|name| object.get(*name)?.as_str().filter(|text| !text.is_empty())),
        _ => None,
    };
    match text {
        Some(text) if text.contains("://") => parse_reference(&last_segment(text)),
        Some(text) => parse_reference(text),
        None => {
            Err(Fault::new(code::REFERENCE, "a reference with neither id nor userPrincipalName")
                .with_hint("write {\"id\": \"…\"} or {\"userPrincipalName\": \"…\"}"))
        }
    }
}

/// What an address ends with: `…/users/{id}` or `…/users('{id}')`, percent-encoded or not.
fn last_segment(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or(address).trim_end_matches('/');
    let segment = path.rsplit('/').next().unwrap_or(path);
    let inner = segment.split_once("('").and_then(|(_, rest)| rest.strip_suffix("')"));
    percent_decode(inner.unwrap_or(segment))
}

fn percent_decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let decoded = digits
            .filter(|digits| byte == b'%' && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match decoded {
            Some(decoded) => {
                out.push(decoded);
                rest = &after[2..];
            }
            None => {
                out.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn parse(raw: &RawValue) -> Result<Json, Fault> {
    serde_json::from_str(raw.get()).map_err(|error| syntax(&error, raw.get()).1)
}

/// What the parser found wrong, with the byte at which it stopped.
fn syntax(error: &serde_json::Error, text: &str) -> (usize, Fault) {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let before: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut offset = (before + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    (offset, Fault::new(code::JSON, message))
}

/// The members of an object in their order, their values not yet looked at.
struct Members<'a>(Vec<(String, &'a RawValue)>);

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::with_capacity(24);
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests;

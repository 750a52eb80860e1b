//! LDIF as `slapcat` and `ldapsearch -LLL` print it: entries between blank lines, people and groups
//! picked out by object class.

use std::io::{self, BufRead};

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Kind, Name, Shape, Value};

use super::{
    Context, MAX_RECORD,
    entry::{Entry, EntryValue, Located, parse},
    ldap, not_readable, rejected, to_text, too_large,
};
use crate::{
    Item, Reference, code, dn,
    field::{Draft, Fault, Field, Fields, parse_reference},
    lines::Lines,
    value::parse_value,
};

/// What stands in a language other than the entry's own comes after every other source.
const IN_LANGUAGE: u8 = 100;

pub(super) struct Ldif<R> {
    lines: Lines<R>,
    default_domain: Option<String>,
    done: bool,
}

struct Block {
    line: u64,
    bytes: Vec<u8>,
    cut: bool,
}

impl<R: BufRead> Ldif<R> {
    pub(super) fn new(reader: R, default_domain: Option<String>) -> Self {
        Self { lines: Lines::new(reader, MAX_RECORD), default_domain, done: false }
    }

    pub(super) fn next(&mut self, context: &mut Context) -> Option<Item> {
        while !self.done {
            let block = match self.gather() {
                Ok(Some(block)) => block,
                Ok(None) => break,
                Err(error) => {
                    self.done = true;
                    return Some(not_readable(&error, self.lines.number() + 1));
                }
            };
            if block.cut {
                return Some(too_large(block.line, &block.bytes));
            }
            let item = match to_text(block.bytes, block.line) {
                Ok(text) => self.read(context, block.line, text),
                Err(item) => Some(item),
            };
            if item.is_some() {
                return item;
            }
        }
        self.done = true;
        None
    }

    /// The lines up to the next blank one.
    fn gather(&mut self) -> io::Result<Option<Block>> {
        let mut block: Option<Block> = None;
        while let Some(line) = self.lines.next()? {
            if line.content().is_empty() {
                match block {
                    Some(_) => break,
                    None => continue,
                }
            }
            let number = line.number;
            let block =
                block.get_or_insert_with(|| Block { line: number, bytes: Vec::new(), cut: false });
            block.cut |= line.cut || block.bytes.len() + line.bytes.len() > MAX_RECORD;
            if !block.cut || block.bytes.is_empty() {
                block.bytes.extend_from_slice(line.content());
                block.bytes.push(b'\n');
            }
        }
        Ok(block)
    }

    fn read(&self, context: &mut Context, first_line: u64, text: String) -> Option<Item> {
        let outcome = parse(&text, first_line).and_then(|entry| match entry {
            Some(entry) if is_of_kind(&entry, context) => self.draft(context, &entry).map(Some),
            _ => Ok(None),
        });
        let text_of_fault = match outcome {
            Ok(None) => return None,
            Ok(Some(draft)) => match draft.finish(first_line, text) {
                Ok(row) => return Some(Item::Row(Box::new(row))),
                Err((fault, text)) => (first_line, fault, text),
            },
            Err((line, fault)) => (line, fault, text),
        };
        let (line, fault, text) = text_of_fault;
        Some(rejected(fault, (line, 1), text))
    }

    fn draft(&self, context: &mut Context, entry: &Entry) -> Located<Draft> {
        let mut draft = Draft::default();
        if let Some(handle) = dn::normalise(&entry.dn) {
            draft.id = dn::object_id(&handle);
            draft.handles.push(handle);
        } else {
            let message = format!("dn: '{}' is no distinguished name", entry.dn);
            return Err((entry.dn_line, Fault::new(code::LDIF, message)));
        }
        // The name is no attribute of the entry, but a column map may make it one.
        if let Some(field) = context.fields.find_mapped("dn") {
            draft.put_text(field, &entry.dn).map_err(|fault| (entry.dn_line, fault))?;
        }
        keep(context, &mut draft, entry);
        for picked in pick(context, entry) {
            picked.put(&mut draft, context)?;
        }
        if context.fields.kind() == Kind::User {
            if let Some(uid) = entry.texts("uid").next() {
                let handle = dn::of_uid(uid);
                if !draft.handles.contains(&handle) {
                    draft.handles.push(handle);
                }
            }
            self.name_user(&mut draft, entry);
        }
        Ok(draft)
    }

    /// LDAP knows no user principal name: it is the mail address, else the uid in the domain that
    /// the caller gives.
    fn name_user(&self, draft: &mut Draft, entry: &Entry) {
        if draft.attributes.get(&Name::USER_PRINCIPAL_NAME).is_some() {
            return;
        }
        let name = draft.attributes.text(&Name::MAIL).map(str::to_owned).or_else(|| {
            let uid = entry.texts("uid").next()?;
            Some(format!("{uid}@{}", self.default_domain.as_ref()?))
        });
        if let Some(name) = name {
            draft.put(Name::USER_PRINCIPAL_NAME, Value::Text(name));
        }
    }
}

/// Keeps what is wanted as it stands; the name of the entry may be.
fn keep(context: &Context, draft: &mut Draft, entry: &Entry) {
    let of = context.fields.count_verbatim();
    if let Some(place) = context.fields.find_verbatim("dn") {
        draft.keep((place, of), &dn::normalise(&entry.dn).unwrap_or_default());
    }
    // The first value counts, so that it is put last.
    for value in entry.values.iter().rev() {
        if let Some(place) = context.fields.find_verbatim(&value.name)
            && let Ok(text) = std::str::from_utf8(&value.bytes)
        {
            draft.keep((place, of), text);
        }
    }
}

/// The values that are wanted as they stand, of an entry that was left out.
pub(super) fn verbatim(context: &Context, text: &str) -> Vec<Option<String>> {
    let mut draft = Draft::default();
    if let Ok(Some(entry)) = parse(text, 1) {
        keep(context, &mut draft, &entry);
    }
    draft.into_verbatim()
}

/// Whether the entry is what is being read; others are counted. An entry without classes, as a
/// search for certain attributes gives, is taken for it.
fn is_of_kind(entry: &Entry, context: &mut Context) -> bool {
    let wanted = ldap::classes(context.fields.kind());
    let classes: Vec<&str> = entry.texts("objectclass").collect();
    let is = |class: &&str, name: &str| class.eq_ignore_ascii_case(name);
    let is_wanted = |class: &&str| wanted.iter().any(|name| is(class, name));
    // Active Directory calls its computers users as well.
    let is_computer = classes.iter().any(|class| is(class, "computer"));
    if classes.is_empty() || (classes.iter().any(is_wanted) && !is_computer) {
        return true;
    }
    let structural = entry.texts("structuralobjectclass").next();
    let class = structural
        .or_else(|| classes.iter().rev().find(|class| !class.eq_ignore_ascii_case("top")).copied())
        .unwrap_or("top");
    context.pass_over(class);
    false
}

/// The values of one attribute, from its best source.
struct Picked<'a> {
    field: Field,
    source: &'a str,
    rank: u8,
    values: Vec<&'a EntryValue>,
}

/// Chooses the source of each attribute and counts what has no place. Values for members add up
/// over all sources.
fn pick<'a>(context: &mut Context, entry: &'a Entry) -> Vec<Picked<'a>> {
    let mut all: Vec<Picked<'a>> = Vec::new();
    for value in entry.values.iter().filter(|value| !ldap::is_class(&value.name)) {
        let Some((field, rank)) = find(context, &value.name) else {
            context.ignore(&value.name);
            continue;
        };
        let rank = if value.in_language { rank + IN_LANGUAGE } else { rank };
        let source = value.name.as_str();
        let rival = all.iter_mut().find(|other| match field {
            Field::Members => other.field == field && other.source == source,
            _ => other.field == field,
        });
        match rival {
            None => all.push(Picked { field, source, rank, values: vec![value] }),
            Some(rival) if rival.source == source && rival.rank == rank => rival.values.push(value),
            Some(rival) if rank < rival.rank => {
                *rival = Picked { field, source, rank, values: vec![value] };
            }
            Some(_) => {}
        }
    }
    all
}

fn find(context: &Context, name: &str) -> Option<(Field, u8)> {
    let found = find_plain(context, name);
    match context.fields.find_verbatim(name) {
        Some(_) => {
            let (field, rank) = found.unzip();
            Some((Fields::beside_verbatim(field), rank.unwrap_or_default()))
        }
        None => found,
    }
}

fn find_plain(context: &Context, name: &str) -> Option<(Field, u8)> {
    if let Some(field) = context.fields.find_mapped(name) {
        return Some((field.clone(), 0));
    }
    let table = match context.fields.kind() {
        Kind::User => ldap::PERSON,
        Kind::Group => ldap::GROUP,
    };
    match table.iter().find(|(ldap, ..)| *ldap == name) {
        Some((_, graph, rank)) => Some((context.fields.find_name(graph)?.clone(), *rank)),
        None => Some((context.fields.find_name(name)?.clone(), 0)),
    }
}

impl Picked<'_> {
    fn put(&self, draft: &mut Draft, context: &mut Context) -> Located<()> {
        match &self.field {
            Field::Skip => Ok(()),
            Field::Attribute(name, shape) if shape.is_list() => self.put_list(draft, name, *shape),
            Field::Members => self.put_members(draft),
            field => {
                let Some((first, further)) = self.values.split_first() else { return Ok(()) };
                self.put_one(draft, field, first)?;
                if self.source == "mail"
                    && !further.is_empty()
                    && context.fields.kind() == Kind::User
                {
                    return self.put_further_mails(draft, further);
                }
                for _ in further {
                    context.ignore(&format!("{} (further values)", self.source));
                }
                Ok(())
            }
        }
    }

    fn put_one(&self, draft: &mut Draft, field: &Field, value: &EntryValue) -> Located<()> {
        if let Field::Attribute(_, Shape::Binary(_)) = field
            && value.encoded
        {
            return put_text(draft, field, &STANDARD.encode(&value.bytes), value.line);
        }
        let text = self.text(value)?;
        if self.source == "postaladdress" {
            return put_text(draft, field, &postal_lines(text), value.line);
        }
        put_text(draft, field, text, value.line)
    }

    /// Each line is one member: a `;` in it is no separator.
    fn put_list(&self, draft: &mut Draft, name: &Name, shape: Shape) -> Located<()> {
        let one = match shape {
            Shape::Texts(limit) => Shape::Text(limit),
            Shape::Integers => Shape::Integer,
            _ => Shape::DateTime,
        };
        // Further mail addresses may be there already.
        let mut members: Vec<Value> =
            draft.attributes.get(name).map(|value| value.members().to_vec()).unwrap_or_default();
        for value in &self.values {
            let member = parse_value(one, self.text(value)?)
                .map_err(|error| (value.line, Fault::of_value(name.as_str(), &error)))?;
            if !member.is_empty() {
                members.push(member);
            }
        }
        draft.put(name.clone(), Value::List(members));
        Ok(())
    }

    fn put_further_mails(&self, draft: &mut Draft, further: &[&EntryValue]) -> Located<()> {
        let name = Name::OTHER_MAILS;
        let shape = name.definition().map_or(Shape::Texts(250), |definition| definition.shape);
        let rest =
            Picked { field: Field::Skip, source: self.source, rank: 0, values: further.to_vec() };
        rest.put_list(draft, &name, shape)
    }

    fn put_members(&self, draft: &mut Draft) -> Located<()> {
        for value in &self.values {
            let text = self.text(value)?;
            if text.is_empty() {
                continue;
            }
            let member = match self.source {
                "memberuid" => Reference::Handle(dn::of_uid(text)),
                _ => parse_reference(text).map_err(|fault| (value.line, fault))?,
            };
            draft.members.push(member);
        }
        Ok(())
    }

    fn text<'v>(&self, value: &'v EntryValue) -> Located<&'v str> {
        std::str::from_utf8(&value.bytes).map_err(|_| {
            (
                value.line,
                Fault::new(code::ENCODING, format!("{}: the value is not UTF-8", self.source)),
            )
        })
    }
}

fn put_text(draft: &mut Draft, field: &Field, text: &str, line: u64) -> Located<()> {
    draft.put_text(field, text).map_err(|fault| (line, fault))
}

/// The lines of a postal address, which LDAP divides by `$` (RFC 4517, 3.3.28).
fn postal_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('$').map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n").replace("\\24", "$").replace("\\5c", "\\").replace("\\5C", "\\")
}

#[cfg(test)]
mod tests;

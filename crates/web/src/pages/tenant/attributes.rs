//! Attributes on pages: in groups that people look for, as facts and as fields of a form. A form carries
//! each value as it was seen, so that only what its reader changed is written, and what somebody else
//! changed meanwhile can be shown beside it.

use directory::Change;
use model::{Extension, Kind, Mutability, Name, Object, Shape, Value};

use crate::{error::Error, form::Fields};

/// An attribute with its value.
pub struct Fact {
    /// What it is called.
    pub label: String,
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: String,
}

/// Attributes that belong together.
pub struct Section<T> {
    /// What they are about.
    pub title: String,
    /// The attributes.
    pub items: Vec<T>,
    /// Whether it is shown at once.
    pub is_open: bool,
}

/// An attribute as a field of a form.
pub struct Field {
    /// What it is called.
    pub label: String,
    /// Its name.
    pub name: String,
    /// How it is filled in: `text`, `lines`, `flag`, `type`, `number`, `time`.
    pub kind: &'static str,
    /// So many characters at most; 0 for no limit.
    pub most: usize,
    /// Whether it has to be filled in.
    pub is_required: bool,
    /// What stands in it.
    pub value: String,
    /// What the reader saw there when the form was made.
    pub seen: String,
    /// What somebody else made of it meanwhile.
    pub theirs: Option<String>,
}

/// The groups, in the order of a page; what is in none stands last.
const USER: &[(&str, &[&str])] = &[
    (
        "attributes-person",
        &[
            "displayName",
            "givenName",
            "surname",
            "userPrincipalName",
            "mail",
            "otherMails",
            "userType",
            "accountEnabled",
            "preferredLanguage",
            "usageLocation",
        ],
    ),
    (
        "attributes-work",
        &[
            "jobTitle",
            "department",
            "companyName",
            "division",
            "costCenter",
            "employeeId",
            "employeeType",
            "employeeHireDate",
            "employeeLeaveDateTime",
            "officeLocation",
        ],
    ),
    (
        "attributes-contact",
        &[
            "businessPhones",
            "mobilePhone",
            "faxNumber",
            "streetAddress",
            "postalCode",
            "city",
            "state",
            "country",
        ],
    ),
    (
        "attributes-external",
        &["creationType", "externalUserState", "externalUserStateChangeDateTime", "identities"],
    ),
];

const GROUP: &[(&str, &[&str])] = &[(
    "attributes-group",
    &[
        "displayName",
        "description",
        "mail",
        "mailNickname",
        "securityEnabled",
        "mailEnabled",
        "groupTypes",
        "visibility",
    ],
)];

/// A name with what its values look like.
type Known = (Name, Shape);

/// The groups with their attributes: `(text, attributes, whether it is shown at once)`.
fn groups(kind: Kind, extensions: &[Extension]) -> Vec<(String, Vec<Known>, bool)> {
    let own: Vec<Known> = Name::known()
        .filter(|(_, definition)| definition.kinds.contains(&kind))
        .map(|(name, definition)| (name, definition.shape))
        .collect();
    let listed = if kind == Kind::User { USER } else { GROUP };
    let find = |wanted: &&str| own.iter().find(|(name, _)| name.as_str() == *wanted).cloned();
    let mut groups: Vec<(String, Vec<Known>, bool)> = listed
        .iter()
        .map(|(title, names)| (text!(title), names.iter().filter_map(find).collect(), true))
        .collect();
    let shown = |name: &Name| listed.iter().any(|(_, names)| names.contains(&name.as_str()));
    let defined = extensions.iter().filter(|one| one.targets.contains(&kind));
    let defined: Vec<Known> = defined.map(|one| (one.attribute(), one.shape())).collect();
    let rest = own.iter().filter(|(name, _)| !shown(name)).cloned().collect();
    groups.push((text!("attributes-extensions"), defined, true));
    groups.push((text!("attributes-other"), rest, false));
    groups.retain(|(_, names, _)| !names.is_empty());
    groups
}

/// What an object holds, in groups; empty attributes are left out.
pub fn facts(object: &Object, extensions: &[Extension]) -> Vec<Section<Fact>> {
    let sections = groups(object.kind, extensions).into_iter().map(|(title, names, _)| {
        let fact = |(name, _): Known| {
            let value = object.attributes.get(&name)?;
            Some(Fact { label: label(&name), name: name.to_string(), value: value.to_string() })
        };
        Section { title, items: names.into_iter().filter_map(fact).collect(), is_open: true }
    });
    sections.filter(|section| !section.items.is_empty()).collect()
}

/// The fields for an object as it stands; for one that is yet to be made, empty ones.
pub fn fields(
    kind: Kind,
    object: Option<&Object>,
    extensions: &[Extension],
) -> Vec<Section<Field>> {
    let sections = groups(kind, extensions).into_iter().map(|(title, names, is_open)| {
        let items = names.into_iter().filter_map(|known| field(known, object)).collect();
        Section { title, items, is_open }
    });
    sections.filter(|section: &Section<Field>| !section.items.is_empty()).collect()
}

fn field((name, shape): Known, object: Option<&Object>) -> Option<Field> {
    let definition = name.definition();
    if definition.is_some_and(|one| one.mutability == Mutability::Directory) {
        return None;
    }
    let kind = match shape {
        _ if name == Name::USER_TYPE => "type",
        Shape::Record => return None,
        Shape::Boolean => "flag",
        Shape::Integer => "number",
        Shape::DateTime => "time",
        shape if shape.is_list() => "lines",
        _ => "text",
    };
    let value =
        object.and_then(|object| object.attributes.get(&name)).map(text).unwrap_or_default();
    Some(Field {
        label: label(&name),
        kind,
        most: if kind == "lines" { 0 } else { shape.limit().unwrap_or(0) },
        is_required: definition.is_some_and(|one| one.required),
        seen: value.clone(),
        value,
        theirs: None,
        name: name.to_string(),
    })
}

/// Puts what was sent into the fields. A field that its reader left alone shows what stands there now;
/// where somebody else changed one since the form was made, both are shown.
pub fn keep(sections: &mut [Section<Field>], form: &Fields) {
    for field in sections.iter_mut().flat_map(|section| &mut section.items) {
        let (sent, seen) = (sent(form, "a", &field.name), self::sent(form, "w", &field.name));
        let Some(sent) = sent else { continue };
        let seen = seen.unwrap_or_default();
        let now = std::mem::take(&mut field.value);
        if now != seen && now != sent {
            field.theirs = Some(now.clone());
        }
        field.value = if sent == seen { now } else { sent };
    }
}

/// What the reader changed, as a change to write.
pub fn change(
    sections: &[Section<Field>],
    form: &Fields,
    extensions: &[Extension],
) -> Result<Change, Error> {
    let mut change = Change::default();
    for field in sections.iter().flat_map(|section| &section.items) {
        let name = Name::new(&field.name);
        let Some(sent) = sent(form, "a", &field.name) else { continue };
        if Some(&sent) == self::sent(form, "w", &field.name).as_ref() {
            continue;
        }
        match parse(&name, extensions, &sent)? {
            Some(value) => change.set.set(name, value),
            None => change.clear.push(name),
        }
    }
    Ok(change)
}

/// What was sent for an attribute, with the ends of lines that we write.
fn sent(form: &Fields, prefix: &str, name: &str) -> Option<String> {
    let text = form.raw(&format!("{prefix}-{name}"))?;
    Some(text.replace("\r\n", "\n").trim().to_owned())
}

fn parse(name: &Name, extensions: &[Extension], text: &str) -> Result<Option<Value>, Error> {
    let own = extensions.iter().find(|one| one.attribute() == *name).map(Extension::shape);
    let shape = name.definition().map(|one| one.shape).or(own);
    let shape = shape.ok_or_else(Error::missing)?;
    let one = |shape, text: &str| {
        let wrong = |error: wire::ValueError| Error::invalid(format!("{}: {error}", label(name)));
        wire::parse_value(shape, text).map_err(wrong)
    };
    if text.is_empty() {
        return Ok(None);
    }
    let member = match shape {
        Shape::Texts(most) => Shape::Text(most),
        Shape::Integers => Shape::Integer,
        Shape::DateTimes => Shape::DateTime,
        shape => return one(shape, text).map(Some),
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| one(member, line)).collect::<Result<_, _>>().map(|all| Some(Value::List(all)))
}

/// A value as it stands in a field: lists have a line for each member.
fn text(value: &Value) -> String {
    match value {
        Value::List(members) => {
            members.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        }
        value => value.to_string(),
    }
}

/// A name as words: `userPrincipalName` is `User principal name`, and an extension goes by its short name.
pub fn label(name: &Name) -> String {
    let text = name.as_str();
    if let Some((_, short)) = text.strip_prefix("extension_").and_then(|rest| rest.split_once('_'))
    {
        return short.to_owned();
    }
    let mut words = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for (index, one) in text.chars().enumerate() {
        let begins = one.is_ascii_uppercase() || (one.is_ascii_digit() && !before.is_ascii_digit());
        match (index, begins) {
            (0, _) => words.push(one.to_ascii_uppercase()),
            (_, true) => words.extend([' ', one.to_ascii_lowercase()]),
            (_, false) => words.push(one),
        }
        before = one;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        for (name, words) in [
            ("userPrincipalName", "User principal name"),
            ("mail", "Mail"),
            ("extensionAttribute12", "Extension attribute 12"),
            ("extension_0a_badge", "badge"),
        ] {
            assert_eq!(label(&Name::new(name)), words);
        }
    }

    #[test]
    fn every_attribute_of_a_kind_is_on_its_page_once() {
        for kind in [Kind::User, Kind::Group] {
            let mut shown: Vec<Name> = groups(kind, &[])
                .into_iter()
                .flat_map(|(_, names, _)| names)
                .map(|one| one.0)
                .collect();
            shown.sort();
            let known = Name::known().filter(|(_, one)| one.kinds.contains(&kind));
            assert!(shown.into_iter().eq(known.map(|(name, _)| name)));
        }
    }
}

//! A mapping test as a form: what a person holds and what must come out, as lines of text.

use std::collections::BTreeMap;

use engine::Schema;
use model::{Attributes, Expected, MappingTest, TestManager, Timestamp, Value, condition::Named};

use crate::{error::Error, form::Fields};

/// What the form of a test holds.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// What the test is called.
    pub name: String,
    /// What the person holds.
    pub person: String,
    /// The groups.
    pub member_of: String,
    /// The manager.
    pub manager: String,
    /// When it takes place.
    pub at: String,
    /// `values`, `left-out` or `failure`.
    pub kind: String,
    /// The values that must come out.
    pub expected: String,
}

impl Form {
    /// Of a test.
    pub fn of(test: &MappingTest) -> Self {
        let groups: Vec<&str> = test.member_of.iter().map(|group| group.name.as_str()).collect();
        let (kind, expected) = match &test.expect {
            Expected::Values(values) => ("values", write_expected(values)),
            Expected::LeftOut => ("left-out", String::new()),
            Expected::Failure => ("failure", String::new()),
        };
        let manager = test.manager.as_ref().map(|manager| match manager {
            TestManager::Named(named) => named.name.clone(),
            made_up => serde_json::to_string(made_up).unwrap_or_default(),
        });
        Self {
            name: test.name.clone(),
            person: write_person(&test.person),
            member_of: groups.join("\n"),
            manager: manager.unwrap_or_default(),
            at: test.at.map(|at| at.to_string()).unwrap_or_default(),
            kind: kind.to_owned(),
            expected,
        }
    }

    /// What was sent.
    pub fn read(fields: &Fields) -> Self {
        let own = |name: &str| fields.text(name).to_owned();
        Self {
            name: own("name"),
            person: own("person"),
            member_of: own("member-of"),
            manager: own("manager"),
            at: own("at"),
            kind: own("expect"),
            expected: own("expected"),
        }
    }

    /// The test.
    pub fn test(&self, source: &Schema, target: &Schema) -> Result<MappingTest, Error> {
        let mut person = Attributes::new();
        for (name, value) in read_values(&self.person, source)? {
            let name = source
                .find_attribute(&name)
                .map_or_else(|| model::Name::new(&name), |(name, _)| name);
            if let Some(value) = value {
                person.set(name, value);
            }
        }
        let lines = self.member_of.lines().map(str::trim).filter(|line| !line.is_empty());
        let named = |name: &str| Named { name: name.to_owned(), id: None };
        Ok(MappingTest {
            name: self.name.clone(),
            person,
            member_of: lines.map(named).collect(),
            manager: self.manager()?,
            at: instant(&self.at)?,
            expect: match self.kind.as_str() {
                "left-out" => Expected::LeftOut,
                "failure" => Expected::Failure,
                _ => Expected::Values(read_values(&self.expected, target)?),
            },
        })
    }

    fn manager(&self) -> Result<Option<TestManager>, Error> {
        match self.manager.as_str() {
            "" => Ok(None),
            made_up if made_up.starts_with('{') => serde_json::from_str(made_up)
                .map(|person| Some(TestManager::Person(person)))
                .map_err(|error| Error::invalid(error.to_string())),
            name => Ok(Some(TestManager::Named(Named { name: name.to_owned(), id: None }))),
        }
    }

    /// Whether this is what must come out; values are the usual answer.
    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind || self.kind.is_empty() && kind == "values"
    }
}

/// An instant, or the beginning of a day.
fn instant(text: &str) -> Result<Option<Timestamp>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = || format!("{text}T00:00:00Z").parse().ok();
    let at = text.parse().ok().or_else(day);
    at.map(Some).ok_or_else(|| Error::invalid(text!("rules-test-at-wrong", text = text)))
}

/// `attribute = value`, line by line; without a value the attribute gets none.
fn read_values(text: &str, schema: &Schema) -> Result<BTreeMap<String, Option<Value>>, Error> {
    let mut values = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, text) = line
            .split_once('=')
            .ok_or_else(|| Error::invalid(text!("rules-test-line-wrong", line = line)))?;
        let (name, text) = (name.trim(), text.trim());
        let name = wire::alias::graph_name(name).unwrap_or(name);
        let value = match schema.find_attribute(name) {
            _ if text.is_empty() => None,
            Some((_, shape)) => Some(wire::parse_value(shape, text).map_err(|error| Error {
                hint: error.hint(),
                ..Error::invalid(format!("{name}: {error}"))
            })?),
            // The service tells of names that do not exist, the nearest one too.
            None => Some(Value::text(text)),
        };
        values.insert(name.to_owned(), value);
    }
    Ok(values)
}

/// What a person holds, line by line.
pub fn write_person(person: &Attributes) -> String {
    let lines: Vec<String> =
        person.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    lines.join("\n")
}

/// What must come out, line by line.
pub fn write_expected(values: &BTreeMap<String, Option<Value>>) -> String {
    let line = |(name, value): (&String, &Option<Value>)| match value {
        Some(value) => format!("{name} = {value}"),
        None => format!("{name} ="),
    };
    values.iter().map(line).collect::<Vec<_>>().join("\n")
}

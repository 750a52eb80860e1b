//! Reading the JSON of attributes.

use std::fmt;

use model::{Attributes, Name, Value};
use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor},
};

use crate::fault::Fault;

/// The names that the bodies of a page use, sorted. Bodies name much the same attributes in the
/// same order, so the next name is mostly the next one here, and looking it up among all names,
/// which was a fifth of reading an object, falls away.
#[derive(Default)]
pub(crate) struct Names(Vec<Name>);

impl Names {
    /// The attributes in a body.
    pub fn read(&mut self, text: &str) -> Result<Attributes, Fault> {
        let mut json = serde_json::Deserializer::from_str(text);
        let attributes = json.deserialize_map(Body { names: &mut self.0, next: 0 })?;
        json.end()?;
        Ok(attributes)
    }
}

/// The values that a body holds under these names, each in its name's place.
pub(crate) fn values(body: &str, names: &[&str]) -> Result<Vec<Option<Value>>, Fault> {
    let mut json = serde_json::Deserializer::from_str(body);
    let values = json.deserialize_map(Values(names))?;
    json.end()?;
    Ok(values)
}

struct Values<'a>(&'a [&'a str]);

impl<'de> Visitor<'de> for Values<'_> {
    type Value = Vec<Option<Value>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = vec![None; self.0.len()];
        while let Some(place) = map.next_key_seed(Place(self.0))? {
            match place {
                Some(place) => values[place] = Some(map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(values)
    }
}

/// Where a name stands among those that are wanted.
struct Place<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Place<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<usize>, E> {
        Ok(self.0.iter().position(|name| *name == text))
    }
}

struct Body<'a> {
    names: &'a mut Vec<Name>,
    next: usize,
}

impl<'de> Visitor<'de> for Body<'_> {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of attributes")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Attributes, A::Error> {
        let mut pairs: Vec<(Name, Value)> = Vec::with_capacity(24);
        while let Some(name) = map.next_key_seed(NextName(&mut self))? {
            pairs.push((name, map.next_value()?));
        }
        Ok(pairs.into_iter().collect())
    }
}

struct NextName<'a, 'b>(&'a mut Body<'b>);

impl<'de> DeserializeSeed<'de> for NextName<'_, '_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NextName<'_, '_> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Name, E> {
        let Body { names, next } = self.0;
        let name = loop {
            match names.get(*next) {
                Some(name) if name.as_str() == text => break name.clone(),
                Some(name) if name.as_str() < text => *next += 1,
                _ => {
                    let name = Name::new(text);
                    names.insert(*next, name.clone());
                    break name;
                }
            }
        };
        *next += 1;
        Ok(name)
    }
}

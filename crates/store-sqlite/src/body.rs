//! Reading the JSON of attributes.

use std::fmt;

use model::{Attributes, Name, Value};
use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, Visitor},
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

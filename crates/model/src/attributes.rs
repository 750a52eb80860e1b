//! The attributes that a record holds: names with values, sorted by name.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::{Name, Value};

/// Names with values, each name once, sorted, none of them empty.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(Name, Value)>);

impl Attributes {
    /// No attributes at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value under a name; none when it is empty.
    pub fn get(&self, name: &Name) -> Option<&Value> {
        self.position(name).ok().map(|index| &self.0[index].1)
    }

    /// The values under names that come sorted, in one walk over both: cheaper than a search for
    /// each, where most of the names are held.
    pub fn get_sorted<'a, 'n>(
        &'a self,
        names: impl IntoIterator<Item = &'n Name>,
    ) -> impl Iterator<Item = Option<&'a Value>> {
        let mut rest = self.0.as_slice();
        names.into_iter().map(move |name| {
            while let [(held, _), others @ ..] = rest
                && held < name
            {
                rest = others;
            }
            rest.first().filter(|(held, _)| held == name).map(|(_, value)| value)
        })
    }

    /// The text under a name; none when it is empty or no text.
    pub fn text(&self, name: &Name) -> Option<&str> {
        self.get(name).and_then(Value::as_text)
    }

    /// Writes a value. An empty one (`""`, `[]`) removes the attribute, since absence is emptiness.
    pub fn set(&mut self, name: Name, value: Value) {
        if value.is_empty() {
            self.remove(&name);
            return;
        }
        match self.position(&name) {
            Ok(index) => self.0[index].1 = value,
            Err(index) => self.0.insert(index, (name, value)),
        }
    }

    /// Empties an attribute and gives what it held.
    pub fn remove(&mut self, name: &Name) -> Option<Value> {
        self.position(name).ok().map(|index| self.0.remove(index).1)
    }

    /// All names with their values, sorted by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Name, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// How many attributes hold a value.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none holds a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Like `set`; pairs that come sorted, as stored ones do, cost no search.
    fn push(&mut self, name: Name, value: Value) {
        match self.0.last() {
            Some((last, _)) if *last >= name => self.set(name, value),
            _ if value.is_empty() => {}
            _ => self.0.push((name, value)),
        }
    }

    fn position(&self, name: &Name) -> Result<usize, usize> {
        self.0.binary_search_by(|(held, _)| held.cmp(name))
    }
}

impl FromIterator<(Name, Value)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (Name, Value)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter();
        let mut attributes = Self(Vec::with_capacity(pairs.size_hint().0));
        for (name, value) in pairs {
            attributes.push(name, value);
        }
        attributes
    }
}

impl IntoIterator for Attributes {
    type Item = (Name, Value);
    type IntoIter = std::vec::IntoIter<(Name, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

struct AttributesVisitor;

impl<'de> Visitor<'de> for AttributesVisitor {
    type Value = Attributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
        let mut attributes = Attributes(Vec::with_capacity(24));
        while let Some((name, value)) = map.next_entry::<Name, Option<Value>>()? {
            let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
            attributes.push(name, value);
        }
        Ok(attributes)
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AttributesVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_removes_the_attribute() {
        let mut attributes: Attributes =
            [(Name::MAIL, Value::text("a@b.example"))].into_iter().collect();
        attributes.set(Name::MAIL, Value::text(""));
        assert!(attributes.is_empty());
    }

    #[test]
    fn sorted_names_find_what_a_search_for_each_finds() {
        let held = [Name::CITY, Name::MAIL, Name::SURNAME];
        let attributes: Attributes =
            held.iter().map(|name| (name.clone(), Value::text(name.as_str()))).collect();
        let asked = [Name::ACCOUNT_ENABLED, Name::CITY, Name::CITY, Name::STATE, Name::SURNAME];
        assert!(attributes.get_sorted(&asked).eq(asked.iter().map(|name| attributes.get(name))));
    }

    #[test]
    fn json_comes_back_the_same_in_any_order_and_without_nulls() {
        let text = r#"{"surname":"B","city":null,"accountEnabled":true,"otherMails":["x","y"]}"#;
        let attributes: Attributes = serde_json::from_str(text).expect("valid");
        assert_eq!(
            serde_json::to_string(&attributes).expect("plain"),
            r#"{"accountEnabled":true,"otherMails":["x","y"],"surname":"B"}"#
        );
    }
}

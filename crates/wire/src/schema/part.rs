//! How parts of the document are read and written without loss.
//!
//! A part keeps what it does not know, in the place where it stood, and remembers which of the
//! members it knows were there, in which order, and which of them were `null`. So a document that
//! nobody changed is written as it came, and a change touches what it is about.

use super::Json;

/// Something that stands in the document.
pub(super) trait Part: Sized {
    fn read(json: Json) -> Result<Self, Misfit>;

    fn write(&self) -> Json;

    /// Whether a member with this value may as well be left out.
    fn is_empty(&self) -> bool;
}

/// A place of the document that holds something else than it may.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{place}: {found} stands where {expected} is expected", if place.is_empty() { "/" } else { "" })]
pub(super) struct Misfit {
    place: String,
    found: &'static str,
    expected: &'static str,
}

impl Misfit {
    fn new(found: &Json, expected: &'static str) -> Self {
        let found = match found {
            Json::Null => "null",
            Json::Boolean(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a text",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        };
        Self { place: String::new(), found, expected }
    }

    /// The same, seen from one level further out.
    fn inside(self, key: &str) -> Self {
        Self { place: format!("/{key}{}", self.place), ..self }
    }
}

/// The members of an object that have no field, and the order of all members. Two are equal when
/// the members without a field are; in which order they stand is no difference.
#[derive(Clone, Debug, Default)]
pub struct Rest {
    members: Vec<(String, Slot)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Slot {
    /// A field has the value; `null` says that the document did not, although it had the member.
    Field {
        null: bool,
    },
    Value(Json),
}

impl PartialEq for Rest {
    fn eq(&self, other: &Self) -> bool {
        self.iter().count() == other.iter().count()
            && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl Eq for Rest {}

impl Rest {
    /// The members without a field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.members.iter().filter_map(|(name, slot)| match slot {
            Slot::Value(value) => Some((name.as_str(), value)),
            Slot::Field { .. } => None,
        })
    }

    /// The value of a member without a field.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Gives a member without a field a value. The name of a field is left alone.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        let value = value.into();
        match self.members.iter_mut().find(|(known, _)| known == name) {
            Some((_, Slot::Value(old))) => *old = value,
            Some((_, Slot::Field { .. })) => {}
            None => self.members.push((name.to_owned(), Slot::Value(value))),
        }
    }

    /// Takes a member without a field out.
    pub fn remove(&mut self, name: &str) {
        self.members.retain(|(known, slot)| known != name || matches!(slot, Slot::Field { .. }));
    }

    /// Divides the members of an object: those with a field stay there.
    pub(super) fn divide(object: &mut Vec<(String, Json)>, fields: &[&str]) -> Self {
        let members = object.iter_mut().map(|(name, value)| {
            let slot = match fields.contains(&name.as_str()) {
                true => Slot::Field { null: value.is_null() },
                false => Slot::Value(std::mem::replace(value, Json::Null)),
            };
            (name.clone(), slot)
        });
        let rest = Self { members: members.collect() };
        object.retain(|(name, _)| fields.contains(&name.as_str()));
        rest
    }

    /// Joins the members of an object again: `fields` gives each with whether it is empty.
    pub(super) fn join(&self, fields: Vec<(&'static str, Json, bool)>) -> Json {
        let mut fields: Vec<_> = fields.into_iter().map(Some).collect();
        let mut object = Vec::new();
        for (name, slot) in &self.members {
            let value = match slot {
                Slot::Value(value) => value.clone(),
                Slot::Field { null } => {
                    let is_meant = |field: &&mut Option<(&str, Json, bool)>| {
                        field.as_ref().is_some_and(|(field, ..)| field == name)
                    };
                    match fields.iter_mut().find(is_meant).and_then(Option::take) {
                        Some((_, value, is_empty)) if !(is_empty && *null) => value,
                        _ => Json::Null,
                    }
                }
            };
            object.push((name.clone(), value));
        }
        for (name, value, is_empty) in fields.into_iter().flatten() {
            if !is_empty {
                object.push((name.to_owned(), value));
            }
        }
        Json::Object(object)
    }

    /// From now on members with these fields are written even when they are empty.
    pub(super) fn mark(&mut self, fields: &[&str]) {
        for field in fields {
            if !self.members.iter().any(|(name, _)| name == field) {
                self.members.push(((*field).to_owned(), Slot::Field { null: false }));
            }
        }
    }
}

/// The members of what must be an object.
pub(super) fn object(json: Json) -> Result<Vec<(String, Json)>, Misfit> {
    match json {
        Json::Object(members) => Ok(members),
        other => Err(Misfit::new(&other, "an object")),
    }
}

/// The field's member; one that is not there, or null, gives the default.
pub(super) fn take<T: Part + Default>(
    object: &mut Vec<(String, Json)>,
    name: &str,
) -> Result<T, Misfit> {
    let place = object.iter().position(|(member, _)| member == name);
    match place.map(|place| object.swap_remove(place).1) {
        None | Some(Json::Null) => Ok(T::default()),
        Some(value) => T::read(value).map_err(|misfit| misfit.inside(name)),
    }
}

impl Part for String {
    fn read(json: Json) -> Result<Self, Misfit> {
        match json {
            Json::Text(text) => Ok(text),
            other => Err(Misfit::new(&other, "a text")),
        }
    }

    fn write(&self) -> Json {
        Json::Text(self.clone())
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl Part for bool {
    fn read(json: Json) -> Result<Self, Misfit> {
        match json {
            Json::Boolean(value) => Ok(value),
            other => Err(Misfit::new(&other, "a boolean")),
        }
    }

    fn write(&self) -> Json {
        Json::Boolean(*self)
    }

    fn is_empty(&self) -> bool {
        false
    }
}

impl Part for i64 {
    fn read(json: Json) -> Result<Self, Misfit> {
        let number = match &json {
            Json::Number(text) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| Misfit::new(&json, "a whole number"))
    }

    fn write(&self) -> Json {
        Json::Number(self.to_string())
    }

    fn is_empty(&self) -> bool {
        false
    }
}

impl<T: Part> Part for Option<T> {
    fn read(json: Json) -> Result<Self, Misfit> {
        if json.is_null() { Ok(None) } else { T::read(json).map(Some) }
    }

    fn write(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::write)
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

impl<T: Part> Part for Vec<T> {
    fn read(json: Json) -> Result<Self, Misfit> {
        let Json::List(members) = json else { return Err(Misfit::new(&json, "a list")) };
        let read = |(index, member): (usize, Json)| {
            T::read(member).map_err(|misfit| misfit.inside(&index.to_string()))
        };
        members.into_iter().enumerate().map(read).collect()
    }

    fn write(&self) -> Json {
        Json::List(self.iter().map(T::write).collect())
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

/// A struct for an object of the document: each field with the name of its member, in the order in
/// which the service writes them.
macro_rules! part {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $member:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            /// The members that have no field here, annotations included.
            pub rest: $crate::schema::Rest,
        }

        impl $name {
            const FIELDS: &'static [&'static str] = &[$($member,)*];

            /// With all members, as the service writes them: without a value they are `null` or
            /// an empty list.
            #[must_use]
            pub fn complete(mut self) -> Self {
                self.rest.mark(Self::FIELDS);
                self
            }
        }

        impl $crate::schema::part::Part for $name {
            fn read(json: $crate::schema::Json) -> Result<Self, $crate::schema::part::Misfit> {
                let mut object = $crate::schema::part::object(json)?;
                let rest = $crate::schema::Rest::divide(&mut object, Self::FIELDS);
                Ok(Self {
                    $($field: $crate::schema::part::take(&mut object, $member)?,)*
                    rest,
                })
            }

            fn write(&self) -> $crate::schema::Json {
                self.rest.join(vec![$((
                    $member,
                    $crate::schema::part::Part::write(&self.$field),
                    $crate::schema::part::Part::is_empty(&self.$field),
                ),)*])
            }

            fn is_empty(&self) -> bool {
                false
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::schema::part::Part::write(self).serialize(serializer)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let json = <$crate::schema::Json as ::serde::Deserialize>::deserialize(deserializer)?;
                $crate::schema::part::Part::read(json).map_err(::serde::de::Error::custom)
            }
        }
    };
}

pub(super) use part;

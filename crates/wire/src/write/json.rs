//! JSON out: Graph's property names, complex properties in their nested form.

use std::io::{self, Write};

use model::{Kind, Object, ObjectId, Value};
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Names, Record, WriteOptions};
use crate::alias;

pub(super) struct Json {
    kind: Kind,
    names: Names,
}

impl Json {
    pub(super) fn new(options: &WriteOptions) -> Self {
        Self { kind: options.kind, names: options.names }
    }

    pub(super) fn write(&self, record: &Record<'_>, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer(out, &Properties { json: self, record }).map_err(io::Error::from)
    }

    fn name<'a>(&self, graph: &'a str) -> &'a str {
        match self.names {
            Names::Graph => graph,
            Names::Older => alias::older_name(graph).unwrap_or(graph),
        }
    }
}

/// The complex property in which Graph keeps the attribute; none for one that stands by itself.
fn outer(name: &str) -> Option<&'static str> {
    match name {
        "costCenter" | "division" => Some("employeeOrgData"),
        _ if name.starts_with("extensionAttribute") => Some("onPremisesExtensionAttributes"),
        _ => None,
    }
}

struct Properties<'a> {
    json: &'a Json,
    record: &'a Record<'a>,
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object = self.record.object;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &object.id)?;
        for (name, value) in object.attributes.iter() {
            if outer(name.as_str()).is_none() {
                map.serialize_entry(self.json.name(name.as_str()), value)?;
            }
        }
        for property in ["employeeOrgData", "onPremisesExtensionAttributes"] {
            let nested = Nested::of(object, property);
            if !nested.0.is_empty() {
                map.serialize_entry(property, &nested)?;
            }
        }
        match self.json.kind {
            Kind::User => {
                if let Some(id) = self.record.manager {
                    map.serialize_entry("manager", &Reference { id })?;
                }
                if let Some(home) = object.home {
                    map.serialize_entry("homeTenantId", &home.tenant)?;
                    map.serialize_entry("homeObjectId", &home.object)?;
                }
            }
            Kind::Group if self.record.members.is_empty() => {}
            Kind::Group => {
                let members: Vec<_> =
                    self.record.members.iter().map(|id| Reference { id: *id }).collect();
                map.serialize_entry("members", &members)?;
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Reference {
    id: ObjectId,
}

struct Nested<'a>(Vec<(&'a str, &'a Value)>);

impl<'a> Nested<'a> {
    fn of(object: &'a Object, property: &str) -> Self {
        let members = object.attributes.iter().map(|(name, value)| (name.as_str(), value));
        Self(members.filter(|(name, _)| outer(name) == Some(property)).collect())
    }
}

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

//! LDIF out (RFC 2849): LDAP's names where the attribute has one, Graph's elsewhere.
//!
//! Made to be read by people, scripts and [`crate::read`] without loss. A directory server takes
//! it only with a schema that knows the names that are Graph's.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Kind, Name, Value};

use super::{Record, WriteOptions};
use crate::{alias, dn, value::to_cell};

/// Names for LDAP where they are not those of [`alias::OLDER`].
const USER: &[(&str, &str)] = &[
    ("mailNickname", "uid"),
    ("department", "departmentNumber"),
    ("companyName", "o"),
    ("streetAddress", "street"),
    ("otherMails", "otherMails"),
];

/// So many bytes stand on one line before it is folded.
const WIDTH: usize = 76;

pub(super) struct Ldif {
    options: WriteOptions,
}

impl Ldif {
    pub(super) fn new(options: WriteOptions) -> Self {
        Self { options }
    }

    pub(super) fn write(&self, record: &Record<'_>, out: &mut impl Write) -> io::Result<()> {
        let object = record.object;
        let base = &self.options.base;
        write_line(out, "dn", &dn::of_object(object.id, base))?;
        for class in self.classes() {
            write_line(out, "objectClass", class)?;
        }
        write_line(out, "entryUUID", &object.id.to_string())?;
        // Every person and group of LDAP has a common name.
        if let Some(name) = object.text(&Name::DISPLAY_NAME) {
            write_line(out, "cn", name)?;
        }
        for (name, value) in object.attributes.iter() {
            let name = self.name(name.as_str());
            match value {
                // Named members have no form of their own here: the whole is one value in JSON.
                Value::List(members)
                    if !members.iter().any(|member| matches!(member, Value::Record(_))) =>
                {
                    for member in members {
                        write_line(out, name, &to_cell(member))?;
                    }
                }
                value => write_line(out, name, &to_cell(value))?,
            }
        }
        if let Some(manager) = record.manager {
            write_line(out, "manager", &dn::of_object(manager, base))?;
        }
        for member in record.members {
            write_line(out, "member", &dn::of_object(*member, base))?;
        }
        if let Some(home) = object.home {
            write_line(out, "homeTenantId", &home.tenant.to_string())?;
            write_line(out, "homeObjectId", &home.object.to_string())?;
        }
        out.write_all(b"\n")
    }

    fn classes(&self) -> &'static [&'static str] {
        match self.options.kind {
            Kind::User => &["top", "person", "organizationalPerson", "inetOrgPerson"],
            Kind::Group => &["top", "groupOfNames"],
        }
    }

    fn name<'a>(&self, graph: &'a str) -> &'a str {
        if self.options.kind == Kind::Group {
            return graph;
        }
        let own = USER.iter().find(|(name, _)| *name == graph).map(|(_, ldap)| *ldap);
        own.or_else(|| alias::older_name(graph)).unwrap_or(graph)
    }
}

fn write_line(out: &mut impl Write, name: &str, value: &str) -> io::Result<()> {
    let line = if is_safe(value) {
        format!("{name}: {value}")
    } else {
        format!("{name}:: {}", STANDARD.encode(value))
    };
    // What stands here is ASCII, so no character is cut in two.
    let (first, rest) = line.as_bytes().split_at(line.len().min(WIDTH));
    out.write_all(first)?;
    for part in rest.chunks(WIDTH - 1) {
        out.write_all(b"\n ")?;
        out.write_all(part)?;
    }
    out.write_all(b"\n")
}

/// Whether the value may stand as it is: `SAFE-STRING` of the RFC, and no blank at the end.
fn is_safe(value: &str) -> bool {
    !value.starts_with([' ', ':', '<'])
        && !value.ends_with(' ')
        && value.bytes().all(|byte| byte.is_ascii() && !matches!(byte, b'\0' | b'\n' | b'\r'))
}

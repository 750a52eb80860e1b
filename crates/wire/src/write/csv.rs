//! CSV out: one column for each attribute of the schema and each extension, in one order.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    io::{self, Write},
};

use model::{Kind, Name};

use super::{Names, Record, WriteOptions};
use crate::{alias, value::to_cell};

/// What people look for first; the others follow by name.
const FIRST: &[Name] =
    &[Name::USER_PRINCIPAL_NAME, Name::DISPLAY_NAME, Name::GIVEN_NAME, Name::SURNAME, Name::MAIL];

pub(super) struct Csv {
    kind: Kind,
    names: Names,
    columns: Vec<Name>,
    known: HashSet<String>,
    left_out: BTreeMap<Name, u64>,
}

impl Csv {
    pub(super) fn new(options: &WriteOptions) -> Self {
        let mut columns: Vec<Name> = Name::known()
            .filter(|(_, definition)| definition.kinds.contains(&options.kind))
            .map(|(name, _)| name)
            .collect();
        // A stable sort: names that are not among the first keep their order.
        columns.sort_by_key(|name| {
            FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len())
        });
        columns.extend(options.extensions.iter().map(|extension| extension.name.clone()));
        Self {
            kind: options.kind,
            names: options.names,
            known: columns.iter().map(Name::to_string).collect(),
            columns,
            left_out: BTreeMap::new(),
        }
    }

    pub(super) fn left_out(&self) -> &BTreeMap<Name, u64> {
        &self.left_out
    }

    pub(super) fn write_header(&self, out: &mut impl Write) -> io::Result<()> {
        let attributes = self.columns.iter().map(|name| match self.names {
            Names::Older => alias::older_name(name.as_str()).unwrap_or(name.as_str()),
            Names::Graph => name.as_str(),
        });
        let last: &[&str] = match self.kind {
            Kind::User => &["manager", "homeTenantId", "homeObjectId"],
            Kind::Group => &["members"],
        };
        let headings = ["id"].into_iter().chain(attributes).chain(last.iter().copied());
        write_line(out, headings.map(Cow::Borrowed))
    }

    pub(super) fn write(&mut self, record: &Record<'_>, out: &mut impl Write) -> io::Result<()> {
        let object = record.object;
        for (name, _) in
            object.attributes.iter().filter(|(name, _)| !self.known.contains(name.as_str()))
        {
            *self.left_out.entry(name.clone()).or_default() += 1;
        }
        let attributes = self
            .columns
            .iter()
            .map(|name| object.attributes.get(name).map(to_cell).unwrap_or_default());
        let last = match self.kind {
            Kind::User => vec![
                record.manager.map(|id| id.to_string()).unwrap_or_default(),
                object.home.map(|home| home.tenant.to_string()).unwrap_or_default(),
                object.home.map(|home| home.object.to_string()).unwrap_or_default(),
            ],
            Kind::Group => {
                let members: Vec<_> = record.members.iter().map(|id| id.to_string()).collect();
                vec![members.join(";")]
            }
        };
        let id = std::iter::once(object.id.to_string());
        write_line(out, id.chain(attributes).chain(last).map(Cow::Owned))
    }
}

fn write_line<'a>(
    out: &mut impl Write,
    cells: impl Iterator<Item = Cow<'a, str>>,
) -> io::Result<()> {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        // A bare cell loses the blanks at its ends when it is read.
        if cell.contains([',', '"', '\r', '\n']) || cell.trim() != cell {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

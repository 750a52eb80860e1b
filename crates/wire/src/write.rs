//! Writers: users and groups out, in a form that [`crate::read`] gives back without loss.

mod csv;
mod json;
mod ldif;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use model::{Kind, Name, Object, ObjectId};

use crate::{ExtensionColumn, Format};

/// What is written of one user or group.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The user or group: its id, attributes and home identity.
    pub object: &'a Object,
    /// The user's manager.
    pub manager: Option<ObjectId>,
    /// The group's members.
    pub members: &'a [ObjectId],
}

/// Which names properties and columns get. LDIF has LDAP's in either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Graph's.
    Graph,
    /// Those of [`crate::alias::OLDER`] where there is one.
    Older,
}

/// How to write.
#[derive(Clone, Debug)]
pub struct WriteOptions {
    /// Whether users or groups are written.
    pub kind: Kind,
    /// The tenant's directory extensions: CSV has to know its columns beforehand.
    pub extensions: Vec<ExtensionColumn>,
    /// Which names are used.
    pub names: Names,
    /// For LDIF: the distinguished name under which the entries stand, or nothing.
    pub base: String,
}

impl WriteOptions {
    /// Graph's names, no extensions, no base.
    pub fn new(kind: Kind) -> Self {
        Self { kind, extensions: Vec::new(), names: Names::Graph, base: String::new() }
    }
}

/// A stream of users or groups in one format.
pub struct Writer<W: Write> {
    out: W,
    shape: Shape,
    count: u64,
}

enum Shape {
    Csv(csv::Csv),
    Json { json: json::Json, list: bool },
    Ldif(ldif::Ldif),
}

impl<W: Write> Writer<W> {
    /// A writer; nothing is written before the first record or [`Writer::finish`].
    pub fn new(format: Format, options: WriteOptions, out: W) -> Self {
        let shape = match format {
            Format::Csv => Shape::Csv(csv::Csv::new(&options)),
            Format::JsonLines => Shape::Json { json: json::Json::new(&options), list: false },
            Format::Graph => Shape::Json { json: json::Json::new(&options), list: true },
            Format::Ldif => Shape::Ldif(ldif::Ldif::new(options)),
        };
        Self { out, shape, count: 0 }
    }

    /// Writes one user or group.
    pub fn write(&mut self, record: &Record<'_>) -> io::Result<()> {
        if self.count == 0 {
            self.begin()?;
        } else if matches!(self.shape, Shape::Json { list: true, .. }) {
            self.out.write_all(b",\n")?;
        }
        self.count += 1;
        match &mut self.shape {
            Shape::Csv(csv) => csv.write(record, &mut self.out),
            Shape::Ldif(ldif) => ldif.write(record, &mut self.out),
            Shape::Json { json, list } => {
                json.write(record, &mut self.out)?;
                if *list { Ok(()) } else { self.out.write_all(b"\n") }
            }
        }
    }

    /// Writes what comes last and gives the output back.
    pub fn finish(mut self) -> io::Result<W> {
        if self.count == 0 {
            self.begin()?;
        }
        if matches!(self.shape, Shape::Json { list: true, .. }) {
            self.out.write_all(b"\n]}\n")?;
        }
        self.out.flush()?;
        Ok(self.out)
    }

    /// Attributes for which CSV has no column, and how many records held them. Empty when the
    /// extensions that were given are all there are.
    pub fn left_out(&self) -> BTreeMap<Name, u64> {
        match &self.shape {
            Shape::Csv(csv) => csv.left_out().clone(),
            _ => BTreeMap::new(),
        }
    }

    fn begin(&mut self) -> io::Result<()> {
        match &self.shape {
            Shape::Csv(csv) => csv.write_header(&mut self.out),
            Shape::Ldif(_) => self.out.write_all(b"version: 1\n\n"),
            Shape::Json { list: true, .. } => self.out.write_all(b"{\"value\":[\n"),
            Shape::Json { list: false, .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;

//! The rows of one file: which names and ids they hold, so that a second row of the same person is
//! seen and references between rows find their way.
//!
//! A million people must not cost a gigabyte, so names are kept as hashes of 64 bits. The seed is
//! made anew each time; two names of a file of a million fall together once in some ten million
//! imports.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use model::{Key, Kind, Name, ObjectId};
use wire::{Reference, Row};

/// A row's number within the file.
pub(super) type Number = u32;

/// The rows so far.
pub(super) struct Rows {
    seed: RandomState,
    marks: HashMap<u64, Number>,
    entries: Vec<Entry>,
}

struct Entry {
    line: u64,
    object: Option<ObjectId>,
}

/// What a row may be known by.
#[derive(Hash)]
enum Mark<'a> {
    Id(ObjectId),
    Key(&'a Key),
    Handle(&'a str),
}

/// A row that says what an earlier one said.
pub(super) struct Duplicate {
    /// What both hold, for people.
    pub(super) what: String,
    /// The value that both hold.
    pub(super) value: String,
    /// The line of the first.
    pub(super) line: u64,
}

impl Rows {
    /// None yet.
    pub(super) fn new() -> Self {
        Self { seed: RandomState::new(), marks: HashMap::new(), entries: Vec::new() }
    }

    /// Takes a row in, unless an earlier one has its id or user principal name.
    pub(super) fn enter(&mut self, kind: Kind, row: &Row) -> Result<Number, Duplicate> {
        let key = match kind {
            Kind::User => row.attributes.text(&Name::USER_PRINCIPAL_NAME),
            Kind::Group => None,
        };
        let key = key.map(Key::user_principal_name);
        if let Some(id) = row.id
            && let Some(first) = self.find(&Mark::Id(id))
        {
            let value = id.to_string();
            return Err(Duplicate { what: format!("the id {id}"), value, line: self.line(first) });
        }
        if let Some(key) = &key
            && let Some(first) = self.find(&Mark::Key(key))
        {
            return Err(self.duplicate(key, first));
        }
        let number = self.entries.len() as Number;
        self.entries.push(Entry { line: row.line, object: None });
        let marks = row.id.map(Mark::Id).into_iter().chain(key.as_ref().map(Mark::Key));
        for mark in marks.chain(row.handles.iter().map(|handle| Mark::Handle(handle))) {
            // Names that are no keys may be held twice; the first row has them then.
            self.marks.entry(self.seed.hash_one(&mark)).or_insert(number);
        }
        Ok(number)
    }

    /// Takes in what a row would hold alone, unless an earlier row claims it as well.
    pub(super) fn claim(&mut self, number: Number, keys: &[Key]) -> Result<(), Duplicate> {
        for key in keys {
            let mark = self.seed.hash_one(Mark::Key(key));
            let first = *self.marks.entry(mark).or_insert(number);
            if first != number {
                return Err(self.duplicate(key, first));
            }
        }
        Ok(())
    }

    /// Says which object a row has become.
    pub(super) fn place(&mut self, number: Number, object: ObjectId) {
        self.entries[number as usize].object = Some(object);
    }

    /// The object that a row has become.
    pub(super) fn object(&self, number: Number) -> Option<ObjectId> {
        self.entries[number as usize].object
    }

    /// The line on which a row begins.
    pub(super) fn line(&self, number: Number) -> u64 {
        self.entries[number as usize].line
    }

    /// The object of the row that a reference means.
    pub(super) fn resolve(&self, reference: &Reference) -> Option<ObjectId> {
        let number = match reference {
            Reference::Id(id) => self.find(&Mark::Id(*id)),
            Reference::Handle(handle) => self.find(&Mark::Handle(handle)),
            Reference::Name(name) => self
                .find(&Mark::Key(&Key::user_principal_name(name)))
                .or_else(|| self.find(&Mark::Key(&Key::address(name)))),
        };
        self.object(number?)
    }

    fn find(&self, mark: &Mark<'_>) -> Option<Number> {
        self.marks.get(&self.seed.hash_one(mark)).copied()
    }

    fn duplicate(&self, key: &Key, first: Number) -> Duplicate {
        let what = format!("the {key}");
        Duplicate { what, value: key.value.clone(), line: self.line(first) }
    }
}

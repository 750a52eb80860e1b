//! A page of a listing on its way to the tenant: records that are compared or written, those that are
//! gone, and lines that were not taken.

use std::{
    collections::{BTreeSet, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use connector::source::{Doubt, Item, Record};
use directory::{Mirrored, mirrored_id};
use model::{Code, Mirror, Mutability, Name, ObjectId, Reason, RejectedLine};

use super::seen::Rows;
use crate::Error;

/// So many lines that were not taken are kept with a run.
const KEPT: usize = 20;

/// Lines that were not taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Rejects {
    count: u64,
    lines: Vec<RejectedLine>,
}

impl Rejects {
    pub(super) fn add(&mut self, (line, column): (u64, u64), code: &str, message: String) {
        self.count += 1;
        self.note((line, column), code, message);
    }

    /// Tells of a line that was taken, though not all of it.
    pub(super) fn note(&mut self, (line, column): (u64, u64), code: &str, message: String) {
        if self.lines.len() < KEPT {
            self.lines.push(RejectedLine { line, column, code: code.to_owned(), message });
        }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn first(&self) -> Option<&RejectedLine> {
        self.lines.first()
    }

    pub(super) fn into_lines(self) -> Vec<RejectedLine> {
        self.lines
    }
}

/// What a reading named, in whatever order: two readings of one listing must name the same, or what the
/// second one lacks may be what its source lost on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Print {
    items: u64,
    sum: u64,
}

impl Print {
    pub(super) fn add(&mut self, items: &[Item]) {
        for item in items {
            // The standard hasher's keys are fixed, so that every reading of a run hashes alike.
            let mut hash = DefaultHasher::new();
            match item {
                Item::Record(record) => {
                    (&record.anchor, record.is_gone, record.members.len()).hash(&mut hash);
                }
                Item::Doubt(doubt) => (&doubt.anchor, doubt.line, doubt.code).hash(&mut hash),
            }
            self.items += 1;
            self.sum = self.sum.wrapping_add(hash.finish());
        }
    }

    /// Fails where another number of records came than the source gave.
    pub(super) fn check_number(self, given: u64) -> Result<(), Error> {
        if self.items == given {
            return Ok(());
        }
        Err(misread(format!("its source gave {given} records, and {} came", self.items)))
    }

    /// Fails where the reading before named others.
    pub(super) fn check(self, before: Self) -> Result<(), Error> {
        if self == before {
            return Ok(());
        }
        let (one, other) = (before.items, self.items);
        let text = match one == other {
            true => "two readings of the listing named different records".to_owned(),
            false => format!("one reading gave {one} records, another {other}"),
        };
        Err(misread(text))
    }
}

fn misread(text: String) -> Error {
    Error::Stopped(Reason::new(Code::LISTING_MISREAD, text))
}

/// The pages stopped before the one that ends them.
pub(super) fn no_end() -> Error {
    misread("its last page did not come".to_owned())
}

/// Whom a read has named so far.
#[derive(Default)]
pub(super) struct Seen {
    /// Rows of records.
    pub(super) listed: Rows,
    /// Rows of those whom a line may mean that was not taken.
    pub(super) doubted: Rows,
    /// Rows of those whom the listing says to be gone.
    pub(super) gone: Rows,
    /// Lines that do not say whom they mean.
    pub(super) nameless: u64,
}

impl Seen {
    /// Whether somebody in this row is to go: because the listing says so, or, where it proves as
    /// much, because it says nothing at all.
    pub(super) fn fate(&self, row: u64, infers: bool) -> Fate {
        if self.gone.contains(row) && !self.listed.contains(row) {
            Fate::Gone
        } else if self.listed.contains(row) || self.doubted.contains(row) || !infers {
            Fate::Stays
        } else {
            Fate::Missing
        }
    }
}

/// What becomes of somebody at the end of a read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The listing names them, may mean them, or proves nothing about them.
    Stays,
    /// The listing says that they are gone.
    Gone,
    /// A listing that is whole lacks them.
    Missing,
}

/// A record with the object that it means.
pub(super) struct Named {
    pub(super) id: ObjectId,
    pub(super) record: Record,
}

/// What a page holds, sorted out.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) records: Vec<Named>,
    /// Those that the listing says are gone.
    pub(super) gone: Vec<ObjectId>,
    /// Those whom a line may mean that was not taken.
    pub(super) doubted: Vec<ObjectId>,
    pub(super) nameless: u64,
}

/// Sorts the items of a page. A second record of the same page with the same anchor is rejected.
pub(super) fn sort(mirror: &Mirror, items: Vec<Item>, rejects: &mut Rejects) -> Sorted {
    let mut sorted = Sorted::default();
    let mut here = HashSet::new();
    for item in items {
        match item {
            Item::Record(record) => {
                let id = mirrored_id(mirror.id, &record.anchor);
                if !here.insert(id) {
                    reject_twice(&record, rejects);
                } else if record.is_gone {
                    sorted.gone.push(id);
                } else {
                    sorted.records.push(Named { id, record: *record });
                }
            }
            Item::Doubt(doubt) => {
                let Doubt { line, column, code, message, anchor } = *doubt;
                rejects.add((line, column), code, message);
                match anchor {
                    Some(anchor) => sorted.doubted.push(mirrored_id(mirror.id, &anchor)),
                    None => sorted.nameless += 1,
                }
            }
        }
    }
    sorted
}

pub(super) fn reject_twice(record: &Record, rejects: &mut Rejects) {
    let message = format!("'{}' is listed already", record.anchor);
    rejects.add((record.line, 1), "duplicate", message);
}

/// What a record says about its object. Of a source whose records lack what is empty, an attribute that
/// other records hold is empty where it is missing.
pub(super) fn to_mirrored(named: &Named, held_elsewhere: Option<&BTreeSet<Name>>) -> Mirrored {
    let record = &named.record;
    let is_ours = |name: &Name| {
        name.definition().is_none_or(|known| known.mutability != Mutability::Directory)
    };
    let attributes: model::Attributes = record
        .attributes
        .iter()
        .filter(|(name, _)| is_ours(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let missing =
        held_elsewhere.into_iter().flatten().filter(|name| attributes.get(name).is_none()).cloned();
    let emptied = record.emptied.iter().cloned().chain(missing).collect();
    Mirrored { id: named.id, attributes, emptied }
}

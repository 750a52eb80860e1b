//! What can be done about a commit before the writer sees it: texts and digests are made in the
//! thread of whoever commits, and everything that the commit touches gets a slot, in the order of
//! the index that it is looked up in.

use std::ops::Range;

use model::{Edge, Key, Kind, Object, ObjectId, Timestamp};
use store::{AuditEntry, Condition, Durability, Expect, Group, ObjectCommit, Write};

use crate::{
    codec::{self, json},
    conditions::Owner,
};

/// A commit, ready to be written.
pub(crate) struct Prepared {
    pub owner: Owner,
    pub actor: String,
    pub at: Timestamp,
    pub conditions: Vec<Condition>,
    pub groups: Vec<PreparedGroup>,
    pub bulk: bool,
    pub keys: Slots<Key>,
    pub objects: Slots<ObjectId>,
    pub documents: Slots<(String, String)>,
    /// About how many bytes it writes.
    pub weight: usize,
}

/// A group, ready to be written. Numbers are tickets of the commit's [`Slots`].
pub(crate) struct PreparedGroup {
    pub expects: Vec<PreparedExpect>,
    pub writes: Vec<PreparedWrite>,
    pub audit: AuditEntry,
    pub digest: String,
}

pub(crate) enum PreparedExpect {
    Version { object: usize, version: u64 },
    Absent { object: usize },
    Document { document: usize, version: u64 },
}

pub(crate) enum PreparedWrite {
    Put { object: usize, columns: Columns, claim: Range<usize>, release: Range<usize> },
    Purge { object: usize, kind: Kind, release: Range<usize> },
    Edge { edge: Edge, present: bool },
    Document { document: usize, body: Option<String> },
}

/// An object as columns.
pub(crate) struct Columns {
    pub kind: Kind,
    pub created: i64,
    pub deleted: Option<i64>,
    pub home: Option<[u8; 32]>,
    pub receipt: Option<[u8; 48]>,
    pub user_principal_name: Option<String>,
    pub display_name: Option<String>,
    pub body: String,
}

/// Things that a commit names, each once and sorted. Whoever names one has a ticket for its slot.
pub(crate) struct Slots<T> {
    sorted: Vec<T>,
    slots: Vec<usize>,
}

impl<T> Slots<T> {
    pub fn sorted(&self) -> &[T] {
        &self.sorted
    }

    pub fn slot(&self, ticket: usize) -> usize {
        self.slots[ticket]
    }

    pub fn get(&self, ticket: usize) -> &T {
        &self.sorted[self.slots[ticket]]
    }
}

/// Things being collected.
struct Tickets<T>(Vec<(T, usize)>);

impl<T: Ord> Tickets<T> {
    fn take(&mut self, thing: T) -> usize {
        let ticket = self.0.len();
        self.0.push((thing, ticket));
        ticket
    }

    fn take_all(&mut self, things: Vec<T>) -> Range<usize> {
        let first = self.0.len();
        self.0.extend((first..).zip(things).map(|(ticket, thing)| (thing, ticket)));
        first..self.0.len()
    }

    fn sort(mut self) -> Slots<T> {
        self.0.sort_unstable();
        let mut slots = vec![0; self.0.len()];
        let mut sorted: Vec<T> = Vec::with_capacity(self.0.len());
        for (thing, ticket) in self.0 {
            if sorted.last() != Some(&thing) {
                sorted.push(thing);
            }
            slots[ticket] = sorted.len() - 1;
        }
        Slots { sorted, slots }
    }
}

struct Named {
    keys: Tickets<Key>,
    objects: Tickets<ObjectId>,
    documents: Tickets<(String, String)>,
    weight: usize,
}

/// Prepares a commit.
pub(crate) fn prepare(owner: Owner, commit: ObjectCommit) -> Prepared {
    let mut named = Named {
        keys: Tickets(Vec::new()),
        objects: Tickets(Vec::new()),
        documents: Tickets(Vec::new()),
        weight: 0,
    };
    let ObjectCommit { actor, at, conditions, groups, durability, .. } = commit;
    let groups = groups
        .into_iter()
        .map(|Group { expects, writes, audit }| PreparedGroup {
            expects: expects.into_iter().map(|expect| named.expect(expect)).collect(),
            writes: writes.into_iter().map(|write| named.write(write)).collect(),
            digest: store::digest(at, &actor, &audit),
            audit,
        })
        .collect();
    Prepared {
        owner,
        actor: json(&actor),
        at,
        conditions,
        groups,
        bulk: durability == Durability::Bulk,
        keys: named.keys.sort(),
        objects: named.objects.sort(),
        documents: named.documents.sort(),
        weight: named.weight,
    }
}

impl Named {
    fn expect(&mut self, expect: Expect) -> PreparedExpect {
        match expect {
            Expect::Version { object, version } => {
                PreparedExpect::Version { object: self.objects.take(object), version }
            }
            Expect::Absent { object } => {
                PreparedExpect::Absent { object: self.objects.take(object) }
            }
            Expect::Document { collection, key, version } => PreparedExpect::Document {
                document: self.documents.take((collection, key)),
                version,
            },
        }
    }

    fn write(&mut self, write: Write) -> PreparedWrite {
        // A change, an audit entry and their index pages.
        self.weight += 400;
        match write {
            Write::Put { object, claim, release } => {
                let id = object.id;
                let columns = Columns::of(object);
                self.weight += columns.body.len() + 100 * (claim.len() + release.len());
                PreparedWrite::Put {
                    object: self.objects.take(id),
                    columns,
                    claim: self.keys.take_all(claim),
                    release: self.keys.take_all(release),
                }
            }
            Write::Purge { id, kind, release } => PreparedWrite::Purge {
                object: self.objects.take(id),
                kind,
                release: self.keys.take_all(release),
            },
            Write::PutEdge(edge) => PreparedWrite::Edge { edge, present: true },
            Write::RemoveEdge(edge) => PreparedWrite::Edge { edge, present: false },
            Write::PutDocument { collection, key, body } => {
                self.weight += body.as_ref().map_or(0, String::len);
                PreparedWrite::Document { document: self.documents.take((collection, key)), body }
            }
        }
    }
}

impl Columns {
    fn of(object: Object) -> Self {
        let text = |name| object.text(&name).map(str::to_owned);
        Self {
            kind: object.kind,
            created: object.created.0,
            deleted: object.deleted.map(|at| at.0),
            home: object.home.as_ref().map(codec::home),
            receipt: object.receipt.as_ref().map(codec::receipt),
            user_principal_name: text(model::Name::USER_PRINCIPAL_NAME),
            display_name: text(model::Name::DISPLAY_NAME),
            body: codec::body(&object.attributes),
        }
    }
}

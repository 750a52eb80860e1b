//! The shapes of questions about objects, and of their answers.

use model::{Change, Kind};

/// Whether deleted objects are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deleted {
    /// Only objects that are not deleted.
    #[default]
    Without,
    /// Only deleted objects.
    Only,
    /// Both.
    Both,
}

impl Deleted {
    /// Whether an object in that state is meant.
    pub fn admits(self, deleted: bool) -> bool {
        match self {
            Self::Without => !deleted,
            Self::Only => deleted,
            Self::Both => true,
        }
    }
}

/// A walk over objects.
#[derive(Clone, Copy, Debug)]
pub struct Scan {
    /// Users or groups.
    pub kind: Kind,
    /// Whether deleted ones are meant.
    pub deleted: Deleted,
    /// The row to go on behind; 0 from the start.
    pub after: u64,
    /// How many at most.
    pub limit: usize,
}

/// A page of a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What was found, with the row of each.
    pub items: Vec<(u64, T)>,
    /// The row to go on behind; none when the walk is over.
    pub next: Option<u64>,
}

/// Which end of an edge is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The group, user or job.
    From,
    /// The member, manager or assigned.
    To,
}

/// An answer to "what changed".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// The changes, oldest first, and whether more follow.
    Page {
        /// The changes.
        changes: Vec<Change>,
        /// Whether more follow.
        more: bool,
    },
    /// The feed no longer reaches back that far: everything has to be read.
    Expired,
}

/// A document: a policy, a job's configuration, an extension definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its name within the collection.
    pub key: String,
    /// The number of the change that wrote it.
    pub version: u64,
    /// Its JSON text.
    pub body: String,
}

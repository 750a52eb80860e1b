//! Writing objects: groups of writes under conditions.

use std::fmt;

use model::{Actor, ChangeNumber, Edge, JobId, Key, Kind, Object, ObjectId, TenantId, Timestamp};

use crate::AuditEntry;

/// Writes into the documents of the server itself, all of them or none, with one entry in the
/// system's own audit chain.
#[derive(Clone, Debug)]
pub struct SystemCommit {
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// What is written.
    pub writes: Vec<SystemWrite>,
    /// What the chain says about it.
    pub audit: AuditEntry,
}

/// One document of the server, written or removed.
#[derive(Clone, Debug)]
pub struct SystemWrite {
    /// Its collection.
    pub collection: String,
    /// Its key.
    pub key: String,
    /// The version that was read; 0 where there was none.
    pub version: u64,
    /// Its text; none removes it.
    pub body: Option<String>,
}

impl SystemWrite {
    /// What must hold for it.
    pub fn condition(&self) -> Condition {
        Condition::Document {
            collection: self.collection.clone(),
            key: self.key.clone(),
            version: self.version,
        }
    }
}

/// Something that must hold for the whole commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The document stands at this version; 0 means that it does not exist.
    Document {
        /// Its collection.
        collection: String,
        /// Its key.
        key: String,
        /// The version that was read.
        version: u64,
    },
    /// No higher fencing token of the job was seen in this tenant; this one is now the highest,
    /// even if every group is refused.
    Fence {
        /// The job.
        job: JobId,
        /// Its run's token.
        token: u64,
    },
    /// The tenant's facts stand at this version.
    Tenant {
        /// The version that was read.
        version: u64,
    },
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document { collection, key, version } => {
                write!(f, "{collection} {key} stands at version {version}")
            }
            Self::Fence { job, token } => write!(f, "run {token} of job {job} is the newest"),
            Self::Tenant { version } => write!(f, "the tenant stands at version {version}"),
        }
    }
}

/// How safe a commit is when it returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// It survives a power cut.
    #[default]
    Durable,
    /// It survives the process; a power cut may lose it until `flush`. For loads that can be
    /// repeated.
    Bulk,
}

/// Something that must hold for one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The object stands at this version.
    Version {
        /// Which object.
        object: ObjectId,
        /// The version that was read.
        version: u64,
    },
    /// The object does not exist.
    Absent {
        /// Which object.
        object: ObjectId,
    },
    /// The document stands at this version; 0 means that it does not exist.
    Document {
        /// Its collection.
        collection: String,
        /// Its key.
        key: String,
        /// The version that was read.
        version: u64,
    },
}

/// One write; each gives one change record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Makes or replaces an object. `claim` are keys that it takes on, `release` keys that it gives
    /// up; a key may be released by an earlier write of the same commit and claimed by a later one.
    /// Keys are given up before others are taken on. Giving up a key that another object holds, or
    /// nobody, is no error and changes nothing.
    Put {
        /// The object; its version is set here.
        object: Object,
        /// Keys that it takes on.
        claim: Vec<Key>,
        /// Keys that it gives up.
        release: Vec<Key>,
    },
    /// Removes an object for good; one that does not exist is no error. Its edges are removed by
    /// writes of their own.
    Purge {
        /// Which object.
        id: ObjectId,
        /// User or group.
        kind: Kind,
        /// Keys that it still holds.
        release: Vec<Key>,
    },
    /// Makes an edge; one that stands already is no error.
    PutEdge(Edge),
    /// Removes an edge; one that does not stand is no error.
    RemoveEdge(Edge),
    /// Writes a document.
    PutDocument {
        /// Its collection.
        collection: String,
        /// Its key.
        key: String,
        /// Its JSON text; none removes it.
        body: Option<String>,
    },
}

/// Writes that happen together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What must hold.
    pub expects: Vec<Expect>,
    /// What is written; at least one. A group without writes is checked like any other, and then
    /// leaves no change and no audit entry.
    pub writes: Vec<Write>,
    /// What the audit log says about it.
    pub audit: AuditEntry,
}

/// A commit into one tenant.
#[derive(Clone, Debug)]
pub struct ObjectCommit {
    /// The tenant.
    pub tenant: TenantId,
    /// Who writes.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// What must hold for all of it.
    pub conditions: Vec<Condition>,
    /// What is written.
    pub groups: Vec<Group>,
    /// How safe it must be.
    pub durability: Durability,
}

/// Why a group was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Another object holds a key.
    #[error("{key} is taken by {holder}")]
    KeyTaken {
        /// The key.
        key: Key,
        /// Who holds it.
        holder: ObjectId,
    },
    /// An object stands at another version, or does not exist (found 0).
    #[error("{object} stands at version {found}, not {expected}")]
    Moved {
        /// The object.
        object: ObjectId,
        /// The version that was expected.
        expected: u64,
        /// The version that stands; 0 when the object does not exist.
        found: u64,
    },
    /// An object that should not exist does.
    #[error("{object} exists")]
    Exists {
        /// The object.
        object: ObjectId,
    },
    /// A document stands at another version.
    #[error("{collection} {key} stands at version {found}, not {expected}")]
    DocumentMoved {
        /// Its collection.
        collection: String,
        /// Its key.
        key: String,
        /// The version that was expected.
        expected: u64,
        /// The version that stands; 0 when it does not exist.
        found: u64,
    },
}

/// What became of a group: the number of its last change, or why it was not written.
pub type GroupResult = Result<ChangeNumber, Refused>;

/// What became of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// One result per group, in order.
    pub results: Vec<GroupResult>,
}

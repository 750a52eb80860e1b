//! The change feed of a tenant: what was written, in order, without gaps.

use serde::{Deserialize, Serialize};

use crate::{Edge, Kind, ObjectId, StoreId, Timestamp};

/// The place of a change in its tenant's feed, counted from 1; 0 stands before the first.
pub type ChangeNumber = u64;

/// What a change touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "what")]
pub enum Subject {
    /// A user or group was made, written, deleted or restored.
    Object {
        /// User or group.
        kind: Kind,
        /// Which.
        id: ObjectId,
        /// Whether it is gone for good: the tombstone of a purge.
        purged: bool,
    },
    /// An edge was made or removed. It names both ends.
    Edge {
        /// The edge.
        edge: Edge,
        /// Whether it stands now.
        present: bool,
    },
    /// A document was written: a policy, a job's configuration, an extension definition.
    Document {
        /// Which shelf.
        collection: String,
        /// Which document.
        key: String,
    },
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Its place in the feed.
    pub number: ChangeNumber,
    /// When it was committed.
    pub at: Timestamp,
    /// What it touched.
    pub subject: Subject,
}

/// How far a reader has come in a tenant's feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watermark {
    /// The store's epoch: another one (after a restore or a move) makes the number meaningless.
    pub epoch: StoreId,
    /// The last change read.
    pub number: ChangeNumber,
}

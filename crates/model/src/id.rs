//! Ids: one type per kind of thing, so that a job's id is never taken for a person's.
//!
//! They are UUIDs; those that Syncline makes are version 7, whose order is that of their making.
//! Imported ids stay as they came (DESIGN.md, Storage).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id that names nothing, for places that are written before anything exists.
            pub const NIL: Self = Self(Uuid::nil());

            /// The id of somebody who is made up, and of nobody who exists.
            pub const MADE_UP: Self = Self(Uuid::max());

            /// The sixteen bytes in the order in which ids sort.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id held in sixteen bytes; none when there are more or fewer.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A tenant.
    TenantId
    /// A user or a group, unique within its tenant.
    ObjectId
    /// A configuration: one direction between two tenants.
    JobId
    /// A mirror: a listing of another system that fills a tenant.
    MirrorId
    /// One cycle, plan or on-demand run of a job.
    RunId
    /// One journal entry: what was planned, and later done, for one record.
    ChangeId
    /// An application registered in a tenant.
    ApplicationId
    /// One notice.
    NoticeId
    /// One set of store files or one database.
    StoreId
}

/// Where new ids come from. Tests own one that repeats; the binary has one that does not.
pub trait IdSource: Send + Sync {
    /// A new id, later in order than those given before.
    fn next(&self) -> Uuid;
}

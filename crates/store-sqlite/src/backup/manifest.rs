//! The manifest: what a backup holds, and by what each of its files is known to be whole.

use model::{Domain, StoreId, TenantId, Timestamp};
use serde::{Deserialize, Serialize};

/// The format of backups that this program writes, and the newest that it reads.
pub(super) const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The format of the backup.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// When it was made.
    pub created: Timestamp,
    /// The epoch of the store that it was made of. A store that is restored from it has another.
    pub epoch: StoreId,
    /// The tenants, oldest first.
    pub tenants: Vec<KeptTenant>,
    /// The files, in their order.
    pub files: Vec<KeptFile>,
}

/// A tenant in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptTenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its domains, the initial one first.
    pub domains: Vec<Domain>,
    /// What it holds.
    #[serde(flatten)]
    pub contents: Contents,
}

/// How much a tenant holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contents {
    /// Its last change.
    pub change: u64,
    /// Users who are not deleted.
    pub users: u64,
    /// Users who are.
    pub deleted_users: u64,
    /// Groups that are not deleted.
    pub groups: u64,
    /// Groups that are.
    pub deleted_groups: u64,
    /// Links of its jobs.
    pub links: u64,
    /// Journal entries of its jobs.
    pub entries: u64,
}

/// A file in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptFile {
    /// Its name in the data directory.
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
    /// The number of its newest migration; none when it is no database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<u32>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

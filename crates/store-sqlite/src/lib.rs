//! The embedded backend: SQLite files with one writer each.
//!
//! A data directory holds `system.db`, the registry of tenants, and shard files that are all alike;
//! a tenant lies in exactly one of them and nothing spans two (DESIGN.md, Storage). Writes go
//! through the file's one writer thread, which joins what waits into one transaction; reads go
//! through a few connections that are lent for one question each.

mod audit_ends;
mod backup;
mod body;
mod check;
mod checkpoint;
mod codec;
mod commit;
mod conditions;
mod fault;
mod files;
#[cfg(test)]
mod full_disk;
mod gate;
mod journal;
mod leases;
mod objects;
mod pool;
mod prepare;
mod purge;
mod query;
mod record;
mod registry;
mod schema;
mod shard;
mod signal;
mod store_impl;
mod values;
mod writer;

use std::{path::Path, sync::Arc};

use ::store::StoreError;

pub use crate::{
    audit_ends::{AUDIT_ENDS, AuditEnd, AuditEnds, read_audit_ends},
    backup::{
        BackedUp, BackupError, BackupRequest, Contents, GoOn, KeptFile, KeptTenant, Manifest,
        RestoreRequest, Restored, read_manifest, restore, stamp, verify_backup,
    },
    check::{FileStatistics, Finding},
    files::OpenError,
};
use crate::{
    fault::Fault,
    files::{Directory, READER_CACHE_MB},
    gate::Gate,
    leases::Leases,
    pool::READERS,
    registry::Registry,
    shard::Shard,
    signal::Signal,
    writer::{Budget, Done, Shared, Work},
};

/// How a store is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many shard files a new store has. One that has more already keeps them.
    pub shards: usize,
    /// The page cache of the whole process, in megabytes.
    pub cache_mb: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { shards: 4, cache_mb: 128 }
    }
}

/// A store in a directory, which belongs to this process as long as the value lives.
pub struct SqliteStore {
    // Fields are dropped in this order: the writers finish and close their files before the
    // directory is given back.
    shards: Vec<Shard>,
    registry: Arc<Registry>,
    gate: Arc<Gate>,
    leases: Leases,
    signal: Signal,
    /// How much is done for one page of a query.
    bounds: query::Bounds,
    directory: Directory,
}

impl SqliteStore {
    /// Opens the store in a directory, or makes one there.
    pub fn open(dir: &Path, options: Options) -> Result<Self, OpenError> {
        let directory = Directory::take(dir)?;
        let conn = directory.open(registry::FILE, schema::SYSTEM)?;
        let failed = |fault: Fault| OpenError::from_fault(registry::FILE, fault);
        conn.pragma_update(None, "wal_autocheckpoint", 1_000).map_err(|e| failed(e.into()))?;
        let registry = Registry::load(conn, options.shards.max(1)).map_err(failed)?;
        let registry = Arc::new(registry);
        let readers = registry.shards * READERS * READER_CACHE_MB;
        let budget = Arc::new(Budget::new(options.cache_mb.saturating_sub(readers).max(8)));
        let gate = Arc::new(Gate::default());
        let shared = Shared { registry: Arc::clone(&registry), budget, gate: Arc::clone(&gate) };
        let shards = (0..registry.shards)
            .map(|shard| Shard::open(&directory, shard, shared.clone()))
            .collect::<Result<_, _>>()?;
        let leases = Leases::new(registry.boot);
        let (signal, bounds) = (Signal::new(), query::BOUNDS);
        let store = Self { shards, registry, gate, leases, signal, bounds, directory };
        store.sweep_leftovers().map_err(|error| OpenError::Failed {
            file: registry::FILE.to_owned(),
            detail: error.to_string(),
        })?;
        Ok(store)
    }

    /// Finishes what waits and closes the files. Dropping the store does the same.
    pub fn close(self) {
        drop(self);
    }

    /// Removes what tenants left behind whose removal a crash broke off.
    fn sweep_leftovers(&self) -> Result<(), StoreError> {
        let leftovers =
            self.registry.leftovers().map_err(|fault| fault.into_store(registry::FILE))?;
        leftovers.iter().try_for_each(|leftover| self.sweep(leftover))
    }

    fn sweep(&self, leftover: &registry::Leftover) -> Result<(), StoreError> {
        let shard = &self.shards[leftover.shard];
        while let Done::Purged { more: true } = shard.write(Work::Purge(leftover.no))? {}
        self.registry.swept(leftover).map_err(|fault| fault.into_store(registry::FILE))
    }
}

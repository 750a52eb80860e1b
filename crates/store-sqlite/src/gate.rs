//! The gate that every writing transaction of a shard passes. A backup shuts it for the moment in
//! which it fixes what it sees of each file, so that no commit lies between two of them.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

#[derive(Default)]
pub(crate) struct Gate(RwLock<()>);

impl Gate {
    /// Held by a writer from the beginning of a transaction to its end.
    pub fn pass(&self) -> RwLockReadGuard<'_, ()> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the transactions that are under way; no other begins as long as this is held.
    pub fn shut(&self) -> RwLockWriteGuard<'_, ()> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

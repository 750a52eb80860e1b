//! Ids that are the same in every run of a test.

use std::sync::atomic::{AtomicU64, Ordering};

use model::IdSource;
use uuid::Uuid;

/// Ids in order: UUIDs of version 7 whose time stands still and whose end counts.
#[derive(Debug)]
pub struct TestIds(AtomicU64);

const FIRST: u128 = 0x019b_0000_0000_7000_8000_0000_0000_0000;

impl TestIds {
    /// A source at its beginning.
    pub fn new() -> Self {
        Self(AtomicU64::new(1))
    }
}

impl Default for TestIds {
    fn default() -> Self {
        Self::new()
    }
}

impl IdSource for TestIds {
    fn next(&self) -> Uuid {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        Uuid::from_u128(FIRST | u128::from(number))
    }
}

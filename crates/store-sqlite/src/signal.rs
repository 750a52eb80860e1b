//! The tick: a counter of object commits that readers can wait for.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use crate::fault::lock;

pub(crate) struct Signal {
    tick: Mutex<u64>,
    raised: Condvar,
}

impl Signal {
    pub fn new() -> Self {
        // Tick 0 is what a reader has that never waited, and is answered at once.
        Self { tick: Mutex::new(1), raised: Condvar::new() }
    }

    pub fn raise(&self) {
        *lock(&self.tick) += 1;
        self.raised.notify_all();
    }

    pub fn wait(&self, tick: u64, at_most: Duration) -> u64 {
        let (present, _) = self
            .raised
            .wait_timeout_while(lock(&self.tick), at_most, |present| *present == tick)
            .unwrap_or_else(PoisonError::into_inner);
        *present
    }
}

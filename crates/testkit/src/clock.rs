//! A clock that stands still until it is told to go on.

use std::sync::atomic::{AtomicI64, Ordering};

use model::{Clock, Timestamp};

/// The clock of a test. It begins on 2026-01-05, a Monday, at eight in the morning.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock at its beginning.
    pub fn new() -> Self {
        let start: Timestamp = "2026-01-05T08:00:00Z".parse().expect("it is an instant");
        Self(AtomicI64::new(start.0))
    }

    /// Lets time pass.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// Lets hours pass.
    pub fn advance_hours(&self, hours: i64) {
        self.advance_seconds(hours * 3_600);
    }

    /// Lets days pass.
    pub fn advance_days(&self, days: i64) {
        self.advance_hours(days * 24);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

//! The machine's clock, and ids that are made in order.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use model::{Clock, IdSource, Timestamp};
use uuid::Uuid;

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(since.as_millis() as i64)
    }
}

/// UUIDs of version 7: milliseconds, then a counter that keeps ids of one millisecond in order, then
/// randomness.
pub struct OrderedIds {
    last: AtomicU64,
}

impl OrderedIds {
    /// A new source.
    pub fn new() -> Self {
        Self { last: AtomicU64::new(0) }
    }
}

impl IdSource for OrderedIds {
    fn next(&self) -> Uuid {
        // Twelve bits of counter behind the milliseconds: a burst runs ahead of the clock rather
        // than out of order.
        let now = (SystemClock.now().0 as u64) << 12;
        let last = self
            .last
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(now.max(last + 1)))
            .unwrap_or(now);
        let stamp = now.max(last + 1);
        let (milliseconds, counter) = (stamp >> 12, stamp & 0xfff);
        let high = (u128::from(milliseconds) << 80) | (0x7 << 76) | (u128::from(counter) << 64);
        let low = (fastrand::u64(..) & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        Uuid::from_u128(high | u128::from(low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_burst_are_in_order_and_of_version_7() {
        let ids = OrderedIds::new();
        let made: Vec<Uuid> = (0..10_000).map(|_| ids.next()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }
}

//! Who watches a run: a progress bar, a test, nobody.

use model::{Code, Reason};

/// What a run tells while it is under way, and how it is asked to stop.
pub trait Observer: Send + Sync {
    /// So many of so many people were looked at, and so many changes done.
    fn advanced(&self, _read: u64, _of: u64, _changed: u64) {}

    /// Whether to stop at the next page.
    fn is_interrupted(&self) -> bool {
        false
    }

    /// Why it is to stop.
    fn why(&self) -> Reason {
        Reason::new(Code::INTERRUPTED, "the run was asked to stop")
    }
}

/// Watches nothing.
pub struct Silent;

impl Observer for Silent {}

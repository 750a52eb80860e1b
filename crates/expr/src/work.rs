//! How much one evaluation may do. Everything that can take long pays here, so that no expression
//! and no record keeps a thread busy: a refusal comes within some ten milliseconds.

use std::cell::Cell;

/// What one evaluation may spend. A unit is about a step of the pattern matcher, some nanoseconds.
pub(crate) const ALLOWANCE: usize = 1_000_000;

/// What is left to spend.
#[derive(Debug)]
pub(crate) struct Work(Cell<usize>);

/// Everything is spent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Exhausted;

impl Work {
    pub(crate) fn new() -> Work {
        Work(Cell::new(ALLOWANCE))
    }

    /// Pays for some steps.
    #[inline]
    pub(crate) fn spend(&self, units: usize) -> Result<(), Exhausted> {
        match self.0.get().checked_sub(units) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => Err(Exhausted),
        }
    }

    /// Pays for going through some text, which takes a fraction of a step for each byte.
    #[inline]
    pub(crate) fn spend_bytes(&self, bytes: usize) -> Result<(), Exhausted> {
        self.spend(bytes / 4)
    }
}

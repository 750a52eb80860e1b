//! Randomness for `Guid` and `RandomString`: not drawn but derived, from the job's secret, the person
//! and the attribute. So a preview shows the value that is written, a saved plan still fits, and a
//! second plan is empty, while nobody who lacks the secret can tell the next value.

use std::cell::Cell;

use model::{Name, ObjectId, Seed};
use sha2::{Digest, Sha256};

/// The random values of one mapping for one person, one after the other.
pub(crate) struct Random<'a> {
    seed: &'a Seed,
    person: ObjectId,
    attribute: &'a Name,
    count: Cell<u64>,
}

impl<'a> Random<'a> {
    pub(crate) fn new(seed: &'a Seed, person: ObjectId, attribute: &'a Name) -> Self {
        Self { seed, person, attribute, count: Cell::new(0) }
    }

    /// The next 64 bits.
    pub(crate) fn next(&self) -> u64 {
        self.count.set(self.count.get() + 1);
        let mut hash = Sha256::new();
        hash.update(self.seed.0.as_bytes());
        hash.update(self.person.0.as_bytes());
        hash.update(self.count.get().to_be_bytes());
        hash.update(self.attribute.as_str().as_bytes());
        let digest = hash.finalize();
        let (first, _) = digest.split_at(8);
        first.iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte))
    }
}

//! For tests only: a clock that stands still, ids in order, two made-up tenants with a
//! configuration between them, stories told as text, and stores, targets and sources that go wrong
//! where a test wants it.
//! It goes through the same services as everybody and knows no rule of its own.

mod clock;
mod failing;
mod faults;
mod faulty_source;
mod ids;
mod story;
mod world;

pub use clock::TestClock;
pub use failing::{Call, FailingStore, Fate, HookedStore, Kind as CallKind};
pub use faults::{Door, Fault, Faults};
pub use faulty_source::{Misread, Misreadings};
pub use ids::TestIds;
pub use story::{check, check_with};
pub use world::{World, attributes};

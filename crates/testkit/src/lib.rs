//! For tests only: a clock that stands still, ids in order, two made-up tenants with a
//! configuration between them, stories told as text, and stores that fail where a test wants it.
//! It goes through the same services as everybody and knows no rule of its own.

mod clock;
mod failing;
mod ids;
mod story;
mod world;

pub use clock::TestClock;
pub use failing::{Call, FailingStore, Fate, HookedStore, Kind as CallKind};
pub use ids::TestIds;
pub use story::{check, check_with};
pub use world::{World, attributes};

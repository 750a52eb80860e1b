//! Mirrors: what a listing brings, and that nobody is removed by one that is not shown to be whole.

#[path = "mirrors/changed.rs"]
mod changed;
#[path = "mirrors/faults.rs"]
mod faults;
#[path = "mirrors/groups.rs"]
mod groups;
#[path = "mirrors/misread.rs"]
mod misread;
#[path = "mirrors/random.rs"]
mod random;
#[path = "mirrors/runs.rs"]
mod runs;
#[path = "mirrors/stage.rs"]
mod stage;

//! The center as a function: what pages say, what forms do, and who sees what.

mod entry;
mod job;
mod map;
mod odd;
mod rights;
mod rules;
mod streams;
mod support;
mod tenant;

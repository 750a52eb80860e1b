//! The query options of OData as Graph takes them (graph-api.md 0.1, 0.4, 1.2 and 1.3).
//!
//! Stands between an HTTP interface and whoever answers: [`Options::parse`] turns a raw query string
//! into checked values, and each language behind an option has a module of its own: [`filter`],
//! [`search`], [`order`], [`select`], [`expand`]. Small collections that lie in memory are answered
//! by [`filter::matches`]; a request about users or groups becomes a question for a store by
//! [`directory::Asked`], which also knows what takes an advanced query.
//!
//! It knows no request and no answer: a [`Fault`] carries the code that Graph has for it and the
//! place in the text, from which the interface makes its error.

pub mod directory;
pub mod expand;
pub mod filter;
pub mod order;
pub mod search;
pub mod select;
pub mod token;

mod encode;
mod fault;
mod lexer;
mod options;

pub use encode::decode;
pub use fault::{Code, Fault};
pub use options::{Options, Page, find_format};

/// How much one query may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most values that one `in`, and the most alternatives that one chain of `or`, may have.
    pub chain: usize,
}

impl Limits {
    /// What Graph documents for directory objects.
    pub const USUAL: Self = Self { chain: 15 };
    /// What the change feed takes: `id eq … or id eq …`, at most 50 of them.
    pub const DELTA: Self = Self { chain: 50 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::USUAL
    }
}

/// So many bytes may the text of one option have, decoded. Fifty alternatives with an id each have
/// less than half of it.
pub const MAX_LENGTH: usize = 8 * 1024;

/// So deep may brackets, `not`, functions and `any` be nested in each other.
pub const MAX_DEPTH: usize = 64;

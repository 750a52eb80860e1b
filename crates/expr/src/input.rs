//! What goes into an evaluation, and what comes out.

use std::ops::Range;

use jiff::Timestamp;

use crate::Value;

/// Everything an evaluation may look at. The crate has no clock, no randomness and no database of
/// its own, so a test or a preview decides them by what it implements here.
pub trait Input {
    /// The value of a source attribute, null when it is absent. The name is as written: find it
    /// exactly first, then without regard to case, except names that begin with `extension_`.
    fn attribute(&self, name: &str) -> Value<'_>;

    /// The same, for an attribute that the expression names itself: `index` is its place in
    /// [`Expression::attributes`](crate::Expression::attributes). Whoever evaluates one expression
    /// for many records can look up names once and then go by the index.
    fn attribute_at(&self, _index: usize, name: &str) -> Value<'_> {
        self.attribute(name)
    }

    /// The instant that `Now()` gives. Without one, `Now()` is an error.
    fn now(&self) -> Option<Timestamp> {
        None
    }

    /// The default verified domain of the tenant. Without one, `DefaultDomain()` is an error.
    fn default_domain(&self) -> Option<&str> {
        None
    }

    /// The job's value for `%name%`. Without one, the parameter is an error.
    fn parameter(&self, _name: &str) -> Option<&str> {
        None
    }

    /// Whether the target holds this value in the mapped attribute, without regard to case. An
    /// answer of "yes" to every question lists all candidates of `SelectUniqueValue`.
    fn is_taken(&self, _value: &str) -> bool {
        false
    }

    /// The next 64 random bits, from a cryptographic source. Without them, `Guid()` and
    /// `RandomString()` are errors.
    fn random(&self) -> Option<u64> {
        None
    }

    /// Takes a remark about this record's values, which does not hinder the evaluation.
    fn note(&self, _note: Note) {}
}

/// A remark about one record's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A list stood where one value is taken, and its first member was used.
    FirstOfList {
        /// The function that took it.
        function: Option<&'static str>,
        /// The bytes of the expression's text that gave the list.
        span: Range<usize>,
        /// How many members it had.
        count: usize,
    },
}

/// What an evaluation gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Flow<'a> {
    /// The attribute gets this value.
    Value(Value<'a>),
    /// The attribute is not written; the target keeps what it has.
    DropAttribute,
    /// The whole object is left out.
    DropObject,
}

impl Flow<'_> {
    /// The same result, which borrows nothing.
    pub fn into_owned(self) -> Flow<'static> {
        match self {
            Flow::Value(value) => Flow::Value(value.into_owned()),
            Flow::DropAttribute => Flow::DropAttribute,
            Flow::DropObject => Flow::DropObject,
        }
    }
}

//! What is wrong with a query, and where.

use std::{fmt, ops::Range};

/// The code that Graph's error carries (graph-api.md 0.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The text cannot be read.
    BadRequest,
    /// The text is readable, and what it names or asks for cannot be.
    RequestBadRequest,
    /// Graph knows the question and does not answer it, or only as an advanced query.
    UnsupportedQuery,
}

impl Code {
    /// The code as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BadRequest",
            Self::RequestBadRequest => "Request_BadRequest",
            Self::UnsupportedQuery => "Request_UnsupportedQuery",
        }
    }
}

/// One thing that is wrong with a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Graph's code.
    pub code: Code,
    /// The option, with its `$`; empty when the query string itself is wrong.
    pub option: &'static str,
    /// The bytes of the decoded option, or of the query string, that it is about.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

impl Fault {
    /// A text that cannot be read. The option's name is set by [`Fault::of`].
    pub(crate) fn bad(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code: Code::BadRequest, option: "", span, message: message.into() }
    }

    /// A readable text that asks for what cannot be.
    pub(crate) fn request(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code: Code::RequestBadRequest, ..Self::bad(span, message) }
    }

    /// A question that is not answered.
    pub(crate) fn unsupported(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { code: Code::UnsupportedQuery, ..Self::bad(span, message) }
    }

    /// About this option.
    #[must_use]
    pub(crate) fn of(self, option: &'static str) -> Self {
        Self { option, ..self }
    }
}

/// The sentence that an answer's `message` may hold.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { option, span, message, .. } = self;
        match option.is_empty() {
            true => write!(f, "Invalid query: {message}."),
            false => write!(f, "Invalid {option}: {message}, at position {}.", span.start),
        }
    }
}

impl std::error::Error for Fault {}

//! Why an expression gave no value for one record.

use std::fmt;
use std::ops::Range;

/// The evaluation failed. The mapping fails for this record; it does not become null.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub struct EvaluateError {
    /// The function that could not go on.
    pub function: Option<&'static str>,
    /// The bytes of the expression's text where it happened.
    pub span: Range<usize>,
    /// What happened.
    #[source]
    pub problem: Problem,
}

impl fmt::Display for EvaluateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.function {
            Some(function) => write!(f, "{function} gives no value: {}", self.problem),
            None => write!(f, "the expression gives no value: {}", self.problem),
        }
    }
}

impl EvaluateError {
    /// Names the kind of failure for machines and for the page that explains it.
    pub fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// The same without any value of the record, for expressions that ask for it with `Redact`.
    pub(crate) fn redacted(mut self) -> EvaluateError {
        self.problem = self.problem.redacted();
        self
    }
}

/// What happened, with the value that it happened to.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// A number was asked for.
    #[error("{0:?} is not a number")]
    NotANumber(String),
    /// A whole number was asked for.
    #[error("{0:?} is not a whole number of 64 bits")]
    NotAnInteger(String),
    /// True or false was asked for.
    #[error("{0:?} is neither True nor False")]
    NotABoolean(String),
    /// A date was asked for.
    #[error("{0:?} is not a date")]
    NotADate(String),
    /// The text does not fit the format.
    #[error("{text:?} does not fit the date format {format:?}")]
    DateFormat {
        /// The text that was to be read.
        text: String,
        /// The format that it was to fit.
        format: String,
    },
    /// A format that says nothing.
    #[error("{0:?} is not a date format")]
    NotADateFormat(String),
    /// A name outside the DateTimeStyles.
    #[error("{0:?} is not a date-time style")]
    UnknownStyle(String),
    /// Two of the DateTimeStyles that say different things.
    #[error("the date-time styles {0:?} cannot be combined")]
    StyleConflict(String),
    /// The result lies outside the years 1 to 9999, or outside what ticks can hold.
    #[error("the date lies outside the range that can be held")]
    DateOutOfRange,
    /// Another interval than yyyy, m, d, ww, h, n and s.
    #[error("{0:?} is not an interval; known are yyyy, m, d, ww, h, n and s")]
    UnknownInterval(String),
    /// No member has that index.
    #[error("index {index} is out of bounds of {count} members")]
    IndexOutOfBounds {
        /// The index asked for, from 1.
        index: i64,
        /// How many members there are.
        count: usize,
    },
    /// An argument outside what the function takes.
    #[error("{0}")]
    Argument(String),
    /// The culture does not exist.
    #[error("{0:?} is not a culture")]
    UnknownCulture(String),
    /// The job's configuration has no such parameter.
    #[error("the job has no parameter {0:?}")]
    UnknownParameter(String),
    /// The tenant has no default verified domain.
    #[error("the tenant has no default domain")]
    NoDefaultDomain,
    /// The caller gave no time.
    #[error("the current time is not available here")]
    NoClock,
    /// The caller gave no randomness.
    #[error("random values are not available here")]
    NoRandomness,
    /// Every candidate is in use.
    #[error("every one of {0} candidates is in use or empty")]
    NoUniqueValue(usize),
    /// The pattern is not valid, or uses what is not supported.
    #[error("invalid pattern: {0}")]
    Pattern(String),
    /// Matching took too many steps.
    #[error("the pattern takes too many steps on this value")]
    PatternLimit,
    /// The evaluation did more than one may do.
    #[error("the expression does too much work on this value")]
    WorkLimit,
    /// The result is longer than any attribute.
    #[error("the value is longer than {0} bytes")]
    TooLong(usize),
}

impl Problem {
    /// Names the kind of failure for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::NotANumber(_) | Problem::NotAnInteger(_) => "expr-not-a-number",
            Problem::NotABoolean(_) => "expr-not-a-boolean",
            Problem::NotADate(_) => "expr-not-a-date",
            Problem::DateFormat { .. } | Problem::NotADateFormat(_) => "expr-date-format",
            Problem::UnknownStyle(_) | Problem::StyleConflict(_) => "expr-date-style",
            Problem::DateOutOfRange => "expr-date-out-of-range",
            Problem::UnknownInterval(_) => "expr-date-interval",
            Problem::IndexOutOfBounds { .. } => "expr-index-out-of-bounds",
            Problem::Argument(_) => "expr-argument",
            Problem::UnknownCulture(_) => "expr-culture",
            Problem::UnknownParameter(_) => "expr-unknown-parameter",
            Problem::NoDefaultDomain => "expr-no-default-domain",
            Problem::NoClock => "expr-no-clock",
            Problem::NoRandomness => "expr-no-randomness",
            Problem::NoUniqueValue(_) => "expr-no-unique-value",
            Problem::Pattern(_) => "expr-pattern",
            Problem::PatternLimit => "expr-pattern-limit",
            Problem::WorkLimit => "expr-work-limit",
            Problem::TooLong(_) => "expr-value-too-long",
        }
    }

    fn redacted(self) -> Problem {
        let hidden = || "[Redact]".to_owned();
        match self {
            Problem::NotANumber(_) => Problem::NotANumber(hidden()),
            Problem::NotAnInteger(_) => Problem::NotAnInteger(hidden()),
            Problem::NotABoolean(_) => Problem::NotABoolean(hidden()),
            Problem::NotADate(_) => Problem::NotADate(hidden()),
            Problem::DateFormat { .. } => Problem::DateFormat { text: hidden(), format: hidden() },
            Problem::NotADateFormat(_) => Problem::NotADateFormat(hidden()),
            Problem::UnknownStyle(_) => Problem::UnknownStyle(hidden()),
            Problem::StyleConflict(_) => Problem::StyleConflict(hidden()),
            Problem::UnknownInterval(_) => Problem::UnknownInterval(hidden()),
            Problem::UnknownCulture(_) => Problem::UnknownCulture(hidden()),
            Problem::Argument(_) => Problem::Argument("an argument is not accepted".to_owned()),
            Problem::Pattern(_) => Problem::Pattern(hidden()),
            other => other,
        }
    }
}

//! `$filter`: from text to a tree with places, and what the tree says of a value in memory.
//!
//! Operators and functions are read without regard to case, as Graph reads them. Which property
//! takes which operator is not known here. Functions that Graph does not have for these resources (`length`, `indexof`, arithmetic) are refused by
//! name, so that a typing error and a wish are told apart.

mod evaluate;
mod literal;
mod parser;
mod print;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use evaluate::{Case, matches};
pub use literal::{Instant, Literal};

use super::{Fault, Limits, MAX_LENGTH};

/// A condition and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it says.
    pub node: Node,
    /// The bytes of the text that say it.
    pub span: Range<usize>,
}

/// What a condition says.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// All of these, at least two.
    And(Vec<Expr>),
    /// One of these, at least two.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// Two operands compared.
    Compare {
        /// What is on the left.
        left: Operand,
        /// How they compare.
        by: Comparison,
        /// What is on the right.
        right: Operand,
    },
    /// An operand that is one of these.
    In {
        /// What is asked about.
        left: Operand,
        /// What it may be.
        values: Vec<Literal>,
    },
    /// A text that begins or ends with another one, or holds it.
    Match {
        /// Which of the three.
        how: Match,
        /// The text.
        left: Operand,
        /// What is looked for.
        right: Operand,
    },
    /// Something about the members of a list.
    Lambda {
        /// The list.
        path: Path,
        /// One member, or each.
        quantifier: Quantifier,
        /// What the members are called in the body; none in `any()`, which asks for a member.
        variable: Option<String>,
        /// What is asked of a member.
        body: Option<Box<Expr>>,
    },
    /// An operand that is true by itself.
    Truth(Operand),
}

/// How two operands compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
    /// `has`: of names joined by commas, one.
    Has,
}

impl Comparison {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Equal, "eq"),
        (Self::NotEqual, "ne"),
        (Self::Greater, "gt"),
        (Self::GreaterOrEqual, "ge"),
        (Self::Less, "lt"),
        (Self::LessOrEqual, "le"),
        (Self::Has, "has"),
    ];

    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(one, _)| *one == self).map_or("", |(_, word)| word)
    }

    fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(word)).map(|(one, _)| *one)
    }
}

/// A function of two texts that is true or false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// `startswith`
    StartsWith,
    /// `endswith`
    EndsWith,
    /// `contains`
    Contains,
}

impl Match {
    const ALL: [(Self, &'static str); 3] = [
        (Self::StartsWith, "startswith"),
        (Self::EndsWith, "endswith"),
        (Self::Contains, "contains"),
    ];

    /// The function as it is written.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(one, _)| *one == self).map_or("", |(_, word)| word)
    }

    fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(word)).map(|(one, _)| *one)
    }
}

/// Of how many members of a list something is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// Of one at least.
    Any,
    /// Of each.
    All,
}

impl Quantifier {
    /// The word as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

/// What is compared, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// What it is.
    pub term: Term,
    /// The bytes of the text that say it.
    pub span: Range<usize>,
}

/// What an operand is.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A property.
    Path(Path),
    /// A value.
    Literal(Literal),
    /// `tolower` or `toupper` of an operand.
    Letters(Letters, Box<Operand>),
}

/// A function that changes the case of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// `tolower`
    Lower,
    /// `toupper`
    Upper,
}

impl Letters {
    /// The function as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lower => "tolower",
            Self::Upper => "toupper",
        }
    }

    fn find(word: &str) -> Option<Self> {
        [Self::Lower, Self::Upper].into_iter().find(|one| one.as_str().eq_ignore_ascii_case(word))
    }
}

/// A property of what is asked about, or of a member of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The name that the body of an `any` or `all` has for a member, when the path begins with it.
    pub variable: Option<String>,
    /// Names of members, as they are written, from the outside in.
    pub segments: Vec<String>,
    /// Whether `$count` stands behind them: how many members the list has.
    pub count: bool,
    /// The bytes of the text that say it.
    pub span: Range<usize>,
}

/// A condition from its text. An empty text is a fault.
pub fn parse(text: &str, limits: Limits) -> Result<Expr, Fault> {
    check_length(text)
        .and_then(|()| parser::read(text, limits))
        .map_err(|fault| fault.of("$filter"))
}

pub(super) fn check_length(text: &str) -> Result<(), Fault> {
    match text.len() > MAX_LENGTH {
        true => Err(Fault::request(
            0..text.len(),
            format!("the text has {} bytes, and at most {MAX_LENGTH} are read", text.len()),
        )),
        false => Ok(()),
    }
}

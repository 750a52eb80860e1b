//! The tree of a parsed expression, with functions already looked up and literals already values.
//!
//! Printing a tree gives a text that parses to the same tree. Who exports expressions (as the
//! synchronization schema of Microsoft Graph does) walks it from
//! [`Expression::root`](crate::Expression::root).

use std::fmt;
use std::ops::Range;

pub use crate::call::{Prepared, PreparedText};
pub use crate::compare::Operator;
pub use crate::path::Path;
use crate::{Function, Value};

/// A part of an expression and where it stands in the text.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// The bytes of the text.
    pub span: Range<usize>,
}

/// What a part of an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A text, a number, True, False or NULL.
    Literal(Value<'static>),
    /// `[name]`
    Attribute(Path),
    /// `%name%`
    Parameter(String),
    /// One of the named constants.
    Constant(Constant),
    /// A call of a function.
    Call {
        /// The function.
        function: &'static Function,
        /// The arguments; `None` for one that is left out.
        arguments: Vec<Option<Node>>,
        /// What was worked out once for all records.
        prepared: Prepared,
    },
    /// Two values and an operator between them.
    Comparison {
        /// The operator.
        operator: Operator,
        /// The left side.
        left: Box<Node>,
        /// The right side.
        right: Box<Node>,
    },
}

/// A named constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constant {
    /// `vbTextCompare`: without regard to case.
    TextCompare,
    /// `vbBinaryCompare`: with regard to case.
    BinaryCompare,
    /// `IgnoreAttributeFlow`: the attribute is not written.
    IgnoreAttributeFlow,
    /// `IgnoreObjectFlow`: the object is left out.
    IgnoreObjectFlow,
}

impl Constant {
    /// Every constant.
    pub const ALL: [Constant; 4] = [
        Constant::TextCompare,
        Constant::BinaryCompare,
        Constant::IgnoreAttributeFlow,
        Constant::IgnoreObjectFlow,
    ];

    /// The documented spelling.
    pub fn name(self) -> &'static str {
        match self {
            Constant::TextCompare => "vbTextCompare",
            Constant::BinaryCompare => "vbBinaryCompare",
            Constant::IgnoreAttributeFlow => "IgnoreAttributeFlow",
            Constant::IgnoreObjectFlow => "IgnoreObjectFlow",
        }
    }
}

/// The same part, wherever it stands.
impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.kind == other.kind
    }
}

impl Node {
    /// Calls `visit` with this part and all parts inside it, in the order of the text.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        visit(self);
        match &self.kind {
            Kind::Call { arguments, .. } => {
                for argument in arguments.iter().flatten() {
                    argument.walk(visit);
                }
            }
            Kind::Comparison { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            _ => {}
        }
    }

    /// The text that stands here as a literal.
    pub(crate) fn literal_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Literal(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Literal(value) => print_literal(value, f),
            Kind::Attribute(path) => path.fmt(f),
            Kind::Parameter(name) => write!(f, "%{name}%"),
            Kind::Constant(constant) => f.write_str(constant.name()),
            Kind::Call { function, arguments, .. } => {
                write!(f, "{}(", function.name)?;
                print_arguments(arguments, f)?;
                f.write_str(")")
            }
            Kind::Comparison { operator, left, right } => {
                print_side(left, f)?;
                write!(f, " {operator} ")?;
                print_side(right, f)
            }
        }
    }
}

fn print_literal(value: &Value<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::Text(text) => {
            f.write_str("\"")?;
            for character in text.chars() {
                if matches!(character, '"' | '\\') {
                    f.write_str("\\")?;
                }
                write!(f, "{character}")?;
            }
            f.write_str("\"")
        }
        Value::Null => f.write_str("NULL"),
        other => f.write_str(&other.to_text()),
    }
}

fn print_arguments(arguments: &[Option<Node>], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, argument) in arguments.iter().enumerate() {
        match (index, argument) {
            (0, _) => {}
            (_, Some(_)) => f.write_str(", ")?,
            (_, None) => f.write_str(",")?,
        }
        if let Some(argument) = argument {
            write!(f, "{argument}")?;
        }
    }
    Ok(())
}

/// A comparison inside a comparison keeps its parentheses: the grammar has no precedence.
fn print_side(side: &Node, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match side.kind {
        Kind::Comparison { .. } => write!(f, "({side})"),
        _ => write!(f, "{side}"),
    }
}

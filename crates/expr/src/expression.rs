//! A compiled expression: parsed and checked once, evaluated for every record.

use std::fmt;
use std::str::FromStr;

use crate::call::{self, Stop};
use crate::check;
use crate::error::EvaluateError;
use crate::parser;
use crate::tree::{Kind, Node};
use crate::work::Work;
use crate::{Diagnostic, Flow, Input, Severity};

/// The longest text of an expression, in characters, as the service states it.
pub const MAX_LENGTH: usize = 10_000;

/// The deepest nesting. The service states none; this one keeps the stack of every thread safe.
pub const MAX_DEPTH: usize = 200;

/// An expression that can be evaluated. Two are equal when they have the same tree.
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    root: Node,
    attributes: Vec<String>,
    warnings: Vec<Diagnostic>,
    redacts: bool,
}

impl Expression {
    /// Compiles a text. All that can be known before a record is read is known here: syntax,
    /// functions, numbers of arguments, placement, patterns. The errors come with the warnings.
    pub fn parse(text: &str) -> Result<Expression, Vec<Diagnostic>> {
        let length = text.chars().count();
        if length > MAX_LENGTH {
            let message = format!("{length} characters, at most {MAX_LENGTH} are allowed");
            let whole = 0..text.len();
            return Err(vec![Diagnostic::error("expr-too-long", whole, message)]);
        }
        let (root, mut found) = parser::parse(text);
        let Some(mut root) = root else {
            return Err(sorted(found));
        };
        check::check(&mut root, &mut found);
        let found = sorted(found);
        if found.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
            return Err(found);
        }
        let attributes = number_attributes(&mut root);
        Ok(Expression {
            text: text.to_owned(),
            attributes,
            redacts: uses(&root, "Redact"),
            root,
            warnings: found,
        })
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tree.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The names of the attributes that it refers to, each once, in the order of the text.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(String::as_str)
    }

    /// What is doubtful about it.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Whether it calls a function: what is random belongs to creation only, `Now` gives another value
    /// in each cycle, and some functions do not apply to every kind of job.
    pub fn uses(&self, function: &str) -> bool {
        uses(&self.root, function)
    }

    /// Whether its value is to be hidden in logs. Its errors name no value either.
    pub fn redacts(&self) -> bool {
        self.redacts
    }

    /// The result for one input.
    pub fn evaluate<'a>(&'a self, input: &'a dyn Input) -> Result<Flow<'a>, EvaluateError> {
        match call::evaluate(&self.root, input, &Work::new()) {
            Ok(value) => Ok(Flow::Value(value)),
            Err(Stop::DropAttribute) => Ok(Flow::DropAttribute),
            Err(Stop::DropObject) => Ok(Flow::DropObject),
            Err(Stop::Error(error)) if self.redacts => Err(error.redacted()),
            Err(Stop::Error(error)) => Err(*error),
        }
    }
}

/// In the order of the text, so that a reader goes through it once.
fn sorted(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    found
}

/// Gives each attribute its place among all of them, and the names in that order.
fn number_attributes(root: &mut Node) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    number(root, &mut names);
    names
}

fn number(node: &mut Node, names: &mut Vec<String>) {
    match &mut node.kind {
        Kind::Attribute(path) => {
            let known = names.iter().position(|name| name == path.name());
            path.index = known.unwrap_or_else(|| {
                names.push(path.name().to_owned());
                names.len() - 1
            });
        }
        Kind::Call { arguments, .. } => {
            arguments.iter_mut().flatten().for_each(|argument| number(argument, names));
        }
        Kind::Comparison { left, right, .. } => {
            number(left, names);
            number(right, names);
        }
        Kind::Literal(_) | Kind::Parameter(_) | Kind::Constant(_) => {}
    }
}

fn uses(root: &Node, name: &str) -> bool {
    let mut found = false;
    root.walk(&mut |node| {
        found |= matches!(&node.kind, Kind::Call { function, .. } if function.name == name);
    });
    found
}

impl PartialEq for Expression {
    fn eq(&self, other: &Expression) -> bool {
        self.root == other.root
    }
}

impl FromStr for Expression {
    type Err = Vec<Diagnostic>;

    fn from_str(text: &str) -> Result<Expression, Vec<Diagnostic>> {
        Expression::parse(text)
    }
}

/// The expression in one spelling, which parses to the same tree.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_be_shared_between_threads() {
        fn shared<T: Clone + Send + Sync + 'static>() {}
        shared::<Expression>();
    }

    #[test]
    fn tells_what_it_uses() {
        let expression = Expression::parse("Append(Left(Guid(), 8), Redact([a]))").unwrap();
        assert!(expression.uses("Guid"));
        assert!(!expression.uses("Now"));
        assert!(expression.redacts());
    }
}

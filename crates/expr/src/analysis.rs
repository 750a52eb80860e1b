//! What can be said of an expression from the attributes that a source has, before any record is
//! read: the type of its result, how long it can be, and what in it cannot work or is doubtful.
//!
//! What a function gives is in its descriptor; this walks the tree and adds up. Whether the result
//! suits the attribute that it is for is left to the caller.

use std::ops::Range;

use crate::error::Problem;
use crate::expression::MAX_LENGTH;
use crate::length::{Length, Sizes};
use crate::lexer::{Lexer, Token};
use crate::tree::{Constant, Kind, Node, Path};
use crate::{Diagnostic, Expression, Function, Number, Parameter, Type, Value, dates, suggest};

/// The attributes of a source.
pub trait Schema {
    /// What is known of an attribute; `None` when the source has none of that name.
    fn find(&self, name: &str) -> Option<Attribute>;

    /// All names, from which the nearest one is proposed for a misspelt one.
    fn names(&self) -> Vec<&str>;

    /// What is to be said of a name that the source does not have, and what to do about it.
    fn complain(&self, name: &str) -> (String, Option<String>) {
        let hint = suggest(name, self.names()).map(|near| format!("did you mean [{near}]?"));
        (format!("the source has no attribute {name}"), hint)
    }
}

/// The attributes that a text names and the source does not have, also where the text is no
/// expression yet: what else is wrong with it hides none of them.
pub fn find_unknown(text: &str, schema: &dyn Schema) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if text.chars().nth(MAX_LENGTH).is_some() {
        return found;
    }
    let mut lexer = Lexer::new(text);
    loop {
        match lexer.next(&mut Vec::new()) {
            (Token::End, _) => return found,
            (Token::Attribute(name), span) => {
                let path = Path::new(&name);
                if look_up(schema, &path).is_none() {
                    found.push(unknown(schema, &path, span));
                }
            }
            _ => {}
        }
    }
}

/// What is known of the attribute, or of what a path leads into.
fn look_up(schema: &dyn Schema, path: &Path) -> Option<Shape> {
    if let Some(attribute) = schema.find(path.name()) {
        return Some(Shape {
            kind: attribute.kind,
            list: attribute.multi_valued,
            length: attribute.max_length,
        });
    }
    // Of the parts of an attribute nothing is known, and a filter may pick several.
    let leads = path.heads().any(|head| schema.find(head).is_some());
    leads.then_some(Shape { list: true, ..Shape::UNKNOWN })
}

fn unknown(schema: &dyn Schema, path: &Path, span: Range<usize>) -> Diagnostic {
    let (message, hint) = schema.complain(path.name());
    Diagnostic { hint, ..Diagnostic::error("expr-unknown-attribute", span, message) }
}

/// What a source says of one of its attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// The kind of its value, or of each of its values. Of [`Type::Any`] nothing is said.
    pub kind: Type,
    /// Whether it can have several values.
    pub multi_valued: bool,
    /// How many characters a value can have, when that is limited.
    pub max_length: Option<usize>,
}

/// What is known of an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// The kind of the result, or of each member when it is a list.
    pub kind: Type,
    /// Whether the result can be a list.
    pub list: bool,
    /// How many characters the result, or each member, can have. `None` when that is not known.
    pub max_length: Option<usize>,
    /// What is wrong or doubtful, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Expression {
    /// What can be said of the expression when its attributes are those of a source.
    pub fn analyse(&self, schema: &dyn Schema) -> Analysis {
        let mut walk = Walk { schema, found: self.warnings().to_vec() };
        let shape = walk.shape(self.root());
        walk.found.sort_by_key(|finding| (finding.span.start, finding.span.end));
        Analysis {
            kind: shape.kind,
            list: shape.list,
            max_length: shape.length,
            diagnostics: walk.found,
        }
    }
}

/// What is known of a part.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape {
    kind: Type,
    list: bool,
    length: Option<usize>,
}

/// Null, or no value at all: it suits everything and has no length.
const NOTHING: Option<Shape> = None;

impl Shape {
    const UNKNOWN: Shape = Shape { kind: Type::Any, list: false, length: None };

    fn or(self, other: Option<Shape>) -> Shape {
        let Some(other) = other else {
            return self;
        };
        Shape {
            kind: if self.kind == other.kind { self.kind } else { Type::Any },
            list: self.list || other.list,
            length: self.length.zip(other.length).map(|(left, right)| left.max(right)),
        }
    }
}

struct Walk<'a> {
    schema: &'a dyn Schema,
    found: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn shape(&mut self, node: &Node) -> Shape {
        let nothing = Shape { length: Some(0), ..Shape::UNKNOWN };
        self.some_shape(node).unwrap_or(nothing)
    }

    fn some_shape(&mut self, node: &Node) -> Option<Shape> {
        Some(match &node.kind {
            Kind::Literal(Value::Null) => return NOTHING,
            Kind::Literal(value) => literal(value),
            Kind::Attribute(path) => self.attribute(path, &node.span),
            Kind::Parameter(_) => Shape { kind: Type::Text, ..Shape::UNKNOWN },
            Kind::Constant(Constant::IgnoreAttributeFlow | Constant::IgnoreObjectFlow) => {
                return NOTHING;
            }
            Kind::Constant(_) => Shape { kind: Type::Number, list: false, length: Some(1) },
            Kind::Comparison { left, right, .. } => {
                for side in [left, right] {
                    if self.shape(side).list {
                        self.warn_of_list(&side.span, "a comparison");
                    }
                }
                Shape { kind: Type::Boolean, list: false, length: Some(5) }
            }
            Kind::Call { function, arguments, .. } => return self.call(function, arguments),
        })
    }

    fn attribute(&mut self, path: &Path, span: &Range<usize>) -> Shape {
        look_up(self.schema, path).unwrap_or_else(|| {
            self.found.push(unknown(self.schema, path, span.clone()));
            Shape::UNKNOWN
        })
    }

    fn call(&mut self, function: &'static Function, arguments: &[Option<Node>]) -> Option<Shape> {
        let parameter = |index: usize| function.parameter(index);
        let shapes: Vec<Option<Shape>> = arguments
            .iter()
            .enumerate()
            .map(|(index, argument)| {
                let node = argument.as_ref()?;
                let shape = self.some_shape(node);
                if let (Some(parameter), Some(shape)) = (parameter(index), shape) {
                    self.check_argument(function, parameter, node, shape);
                }
                shape
            })
            .collect();
        let tails: Vec<bool> = (0..arguments.len())
            .map(|index| parameter(index).is_some_and(|parameter| parameter.tail))
            .collect();
        let results = shapes.iter().zip(&tails).filter(|(_, tail)| **tail);
        let first = shapes.first().copied().flatten();
        let takes = function.parameters.first().map(|parameter| (parameter.kind, parameter.lists));
        let mut shape = match (function.result, takes) {
            (Type::Any, _) if tails.contains(&true) => {
                results.fold(NOTHING, |all, (shape, _)| match all {
                    Some(all) => Some(all.or(*shape)),
                    None => *shape,
                })?
            }
            // A member, or the members of a list that goes through.
            (Type::Any, Some((Type::List, _))) => Shape { list: false, ..first? },
            (Type::List, Some((Type::List, _))) => Shape { list: true, ..first? },
            (Type::List, Some((Type::Text, _))) => {
                Shape { kind: Type::Text, list: true, length: None }
            }
            (Type::List, _) => Shape { list: true, ..Shape::UNKNOWN },
            // Works on each member.
            (Type::Text, Some((Type::Text, true))) => Shape {
                kind: Type::Text,
                list: first.is_some_and(|shape| shape.list),
                length: None,
            },
            (kind, _) => Shape { kind, list: false, length: None },
        };
        shape.length = match function.length {
            Length::Unknown => None,
            Length::AtMost(most) => Some(most),
            Length::By(rule) => {
                let lengths: Vec<Option<usize>> = shapes
                    .iter()
                    .map(|shape| shape.map_or(Some(0), |shape| shape.length))
                    .collect();
                let lists: Vec<bool> =
                    shapes.iter().map(|shape| shape.is_some_and(|shape| shape.list)).collect();
                rule(&Sizes { arguments, lengths: &lengths, lists: &lists, tails: &tails })
            }
        };
        Some(shape)
    }

    fn check_argument(
        &mut self,
        function: &Function,
        parameter: &Parameter,
        node: &Node,
        shape: Shape,
    ) {
        if shape.list && !parameter.lists {
            self.warn_of_list(&node.span, function.name);
        }
        if let Some(problem) = misfit(parameter.kind, shape.kind, node) {
            let finding = Diagnostic::error(problem.code(), node.span.clone(), problem.to_string())
                .with_hint(format!("{} takes it as {}", function.name, parameter.name));
            self.found.push(finding);
        }
    }

    fn warn_of_list(&mut self, span: &Range<usize>, taker: &str) {
        let message = format!("{taker} takes one value, and this can have several");
        let finding = Diagnostic::warning("expr-first-of-list", span.clone(), message)
            .with_hint("only the first one is used; Join or Item says what is meant");
        self.found.push(finding);
    }
}

fn literal(value: &Value<'_>) -> Shape {
    let kind = match value {
        Value::Number(_) => Type::Number,
        Value::Boolean(_) => Type::Boolean,
        Value::DateTime(_) => Type::DateTime,
        _ => Type::Text,
    };
    Shape { kind, list: false, length: Some(value.to_text().chars().count()) }
}

/// What evaluation would say of an argument whatever the record.
fn misfit(wanted: Type, kind: Type, node: &Node) -> Option<Problem> {
    if let Some(text) = node.literal_text() {
        return literal_misfit(wanted, text);
    }
    let said = || node.to_string();
    match (wanted, kind) {
        (Type::Number, Type::Boolean | Type::DateTime) => Some(Problem::NotANumber(said())),
        (Type::Boolean, Type::DateTime) => Some(Problem::NotABoolean(said())),
        (Type::DateTime, Type::Boolean | Type::Number) => Some(Problem::NotADate(said())),
        _ => None,
    }
}

fn literal_misfit(wanted: Type, text: &str) -> Option<Problem> {
    let said = || text.to_owned();
    let is_boolean = || ["", "true", "false"].iter().any(|truth| truth.eq_ignore_ascii_case(text));
    match wanted {
        Type::Number if Number::from_text(text).is_none() => Some(Problem::NotANumber(said())),
        Type::Boolean if !is_boolean() => Some(Problem::NotABoolean(said())),
        Type::DateTime => dates::general::parse(text).err(),
        _ => None,
    }
}

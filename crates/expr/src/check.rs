//! Rules that need the whole tree: which functions and constants may stand where, and arguments whose
//! fault shows before any record is read.

use crate::dotnet::Pattern;
use crate::error::Problem;
use crate::tree::{Constant, Kind, Node, Prepared, PreparedText};
use crate::{Diagnostic, Parameter, Value};

/// The parameter that takes the constants of comparing.
pub(crate) const COMPARE_TYPE: &str = "compareType";

/// Where a part stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// It is the whole expression.
    Outermost,
    /// It can be the result, inside a function that hands it through.
    Result,
    /// It says how texts are compared.
    Comparing,
    /// It is worked on.
    Inside,
}

/// Checks the tree, and prepares what is the same for all records.
pub(crate) fn check(root: &mut Node, found: &mut Vec<Diagnostic>) {
    visit(root, Place::Outermost, found);
}

fn visit(node: &mut Node, place: Place, found: &mut Vec<Diagnostic>) {
    match &mut node.kind {
        Kind::Constant(constant) => {
            if let Some(diagnostic) = misplaced(*constant, place, node.span.clone()) {
                found.push(diagnostic);
            }
        }
        Kind::Comparison { left, right, .. } => {
            visit(left, Place::Inside, found);
            visit(right, Place::Inside, found);
        }
        Kind::Call { function, arguments, prepared } => {
            if function.outermost && place != Place::Outermost {
                let message = format!("{} must be the outermost function", function.name);
                let span = node.span.start..node.span.start + function.name.len();
                found.push(Diagnostic::error("expr-placement", span, message));
            }
            for (index, argument) in arguments.iter_mut().enumerate() {
                if let Some(argument) = argument {
                    visit(argument, place_of(function.parameter(index), place), found);
                }
            }
            if let Some(check) = function.check {
                check(&mut Site { call: node.span.clone(), arguments, prepared, found });
            }
        }
        Kind::Literal(_) | Kind::Attribute(_) | Kind::Parameter(_) => {}
    }
}

/// Where an argument of a call stands that stands at this place itself.
fn place_of(parameter: Option<&Parameter>, call: Place) -> Place {
    match parameter {
        Some(parameter) if parameter.name == COMPARE_TYPE => Place::Comparing,
        Some(parameter) if parameter.tail && call == Place::Comparing => Place::Comparing,
        Some(parameter) if parameter.tail && call != Place::Inside => Place::Result,
        _ => Place::Inside,
    }
}

fn misplaced(constant: Constant, place: Place, span: std::ops::Range<usize>) -> Option<Diagnostic> {
    let name = constant.name();
    match constant {
        Constant::TextCompare | Constant::BinaryCompare if place != Place::Comparing => {
            let message = format!("{name} says how InStr compares, and is no value");
            Some(
                Diagnostic::error("expr-placement", span, message)
                    .with_hint("it stands as the last argument of InStr"),
            )
        }
        Constant::IgnoreAttributeFlow | Constant::IgnoreObjectFlow
            if matches!(place, Place::Inside | Place::Comparing) =>
        {
            let message = format!("{name} is a result and cannot be worked on");
            Some(
                Diagnostic::error("expr-placement", span, message)
                    .with_hint("it stands as a branch of IIF, Switch or Coalesce"),
            )
        }
        _ => None,
    }
}

/// A call as the check of its function sees it.
pub(crate) struct Site<'a> {
    pub(crate) call: std::ops::Range<usize>,
    pub(crate) arguments: &'a [Option<Node>],
    prepared: &'a mut Prepared,
    found: &'a mut Vec<Diagnostic>,
}

impl Site<'_> {
    pub(crate) fn argument(&self, index: usize) -> Option<&Node> {
        self.arguments.get(index)?.as_ref()
    }

    /// The text of an argument that is a literal.
    pub(crate) fn literal_text(&self, index: usize) -> Option<&str> {
        self.argument(index)?.literal_text()
    }

    /// The whole number of an argument that is a literal.
    pub(crate) fn literal_integer(&self, index: usize) -> Option<i64> {
        match &self.argument(index)?.kind {
            Kind::Literal(Value::Number(number)) => number.as_i64(),
            _ => None,
        }
    }

    /// Reports the fault of an argument as evaluation would.
    pub(crate) fn refuse(&mut self, index: usize, problem: &Problem) {
        let span = self.argument(index).map_or(self.call.clone(), |node| node.span.clone());
        self.found.push(Diagnostic::error(problem.code(), span, problem.to_string()));
    }

    /// Reports a fault of the whole call.
    pub(crate) fn refuse_call(&mut self, code: &'static str, message: String, hint: &str) {
        self.found.push(Diagnostic::error(code, self.call.clone(), message).with_hint(hint));
    }

    /// Warns about an argument.
    pub(crate) fn warn(&mut self, index: usize, code: &'static str, message: String, hint: &str) {
        let span = self.argument(index).map_or(self.call.clone(), |node| node.span.clone());
        self.found.push(Diagnostic::warning(code, span, message).with_hint(hint));
    }

    /// Compiles the pattern of an argument that is a literal.
    pub(crate) fn prepare_pattern(&mut self, index: usize, replacement: usize) {
        let Some(pattern) = self.literal_text(index) else {
            return;
        };
        match Pattern::new(pattern) {
            Ok(pattern) => {
                let text = self.literal_text(replacement).map(|text| pattern.replacement(text));
                *self.prepared = Prepared::Pattern(pattern, text.map(PreparedText));
            }
            Err(problem) => self.refuse(index, &problem),
        }
    }

    /// The pattern that was compiled.
    pub(crate) fn pattern(&self) -> Option<&Pattern> {
        match &*self.prepared {
            Prepared::Pattern(pattern, _) => Some(pattern),
            Prepared::Nothing => None,
        }
    }

    /// Requires that the argument is an attribute between brackets.
    pub(crate) fn require_attribute(&mut self, index: usize, name: &str) {
        let is_attribute = matches!(
            self.argument(index).map(|node| &node.kind),
            Some(Kind::Attribute(path)) if path.name().eq_ignore_ascii_case(name)
        );
        if !is_attribute {
            let problem = Problem::Argument(format!("the argument must be the attribute [{name}]"));
            self.refuse(index, &problem);
        }
    }

    /// The name of the function that an argument calls.
    pub(crate) fn called(&self, index: usize) -> Option<&'static str> {
        match &self.argument(index)?.kind {
            Kind::Call { function, .. } => Some(function.name),
            _ => None,
        }
    }
}

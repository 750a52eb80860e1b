//! Evaluation: what a part of the tree gives for one input, and how a function sees its arguments.
//!
//! Arguments are evaluated when a function asks for them, so `IIF`, `Switch` and `Coalesce` need
//! nothing special. A flow result in an argument ends the whole evaluation. Values borrow from the
//! expression and from the record, and text is made only where it is new.

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::DateTime;

use crate::dotnet::{Pattern, Replacement};
use crate::error::{EvaluateError, Problem};
use crate::input::{Input, Note};
use crate::tree::{Constant, Kind, Node};
use crate::work::{Exhausted, Work};
use crate::{Function, Number, Value, dates};

/// Longer than any attribute; it bounds what nested replacements can grow to.
pub(crate) const MAX_VALUE: usize = 1 << 20;

/// What was worked out once for all records.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Prepared {
    /// Nothing.
    #[default]
    Nothing,
    /// A regular expression, and the text that replaces what it matches when that is a literal.
    Pattern(Pattern, Option<PreparedText>),
}

/// A replacement text that was read once.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedText(pub(crate) Replacement);

/// Why there is no value.
#[derive(Debug)]
pub(crate) enum Stop {
    DropAttribute,
    DropObject,
    /// In a box, since it is large and rare.
    Error(Box<EvaluateError>),
}

/// Something, or why there is no value.
pub(crate) type Outcome<T> = Result<T, Stop>;

/// A value, or why there is none.
pub(crate) type Answer<'a> = Outcome<Value<'a>>;

/// The value of a part of the tree.
pub(crate) fn evaluate<'a>(node: &'a Node, input: &'a dyn Input, work: &Work) -> Answer<'a> {
    match &node.kind {
        Kind::Literal(value) => Ok(value.borrowed()),
        Kind::Attribute(path) => Ok(path.find(input)),
        Kind::Parameter(name) => match input.parameter(name) {
            Some(value) => Ok(Value::from(value)),
            None => {
                let problem = Problem::UnknownParameter(name.clone());
                Err(stop(None, &node.span, problem))
            }
        },
        Kind::Constant(constant) => match constant {
            Constant::TextCompare => Ok(Value::from(1)),
            Constant::BinaryCompare => Ok(Value::from(0)),
            Constant::IgnoreAttributeFlow => Err(Stop::DropAttribute),
            Constant::IgnoreObjectFlow => Err(Stop::DropObject),
        },
        Kind::Comparison { operator, left, right } => {
            let side = |node: &'a Node| {
                let value = single(evaluate(node, input, work)?, None, &node.span, input);
                pay(work, &value)
                    .map_err(|Exhausted| stop(None, &node.span, Problem::WorkLimit))?;
                Ok(value)
            };
            Ok(Value::Boolean(operator.holds(&side(left)?, &side(right)?)))
        }
        Kind::Call { function, arguments, prepared } => {
            let call = Call { function, arguments, prepared, span: &node.span, input, work };
            let value = (function.run)(&call)?;
            match &value {
                Value::Text(text) if text.len() > MAX_VALUE => Err(call.too_long()),
                _ => Ok(value),
            }
        }
    }
}

fn stop(function: Option<&'static str>, span: &Range<usize>, problem: Problem) -> Stop {
    Stop::Error(Box::new(EvaluateError { function, span: span.clone(), problem }))
}

/// The first member of a list; any other value as it is.
fn single<'a>(
    value: Value<'a>,
    function: Option<&'static str>,
    span: &Range<usize>,
    input: &dyn Input,
) -> Value<'a> {
    let Value::List(members) = value else {
        return value;
    };
    if members.len() > 1 {
        input.note(Note::FirstOfList { function, span: span.clone(), count: members.len() });
    }
    members.into_iter().next().unwrap_or(Value::Null)
}

/// Whoever takes a value goes through it.
fn pay(work: &Work, value: &Value<'_>) -> Result<(), Exhausted> {
    match value {
        Value::Text(text) => work.spend_bytes(text.len()),
        Value::List(members) => {
            work.spend(members.len() * 2)?;
            members.iter().try_for_each(|member| pay(work, member))
        }
        Value::Object(parts) => {
            work.spend(parts.len() * 2)?;
            parts.iter().try_for_each(|(_, part)| pay(work, part))
        }
        _ => Ok(()),
    }
}

/// A call as the body of its function sees it. What lives as long as the record and the expression
/// may be in its result.
pub(crate) struct Call<'w, 'a> {
    function: &'static Function,
    arguments: &'a [Option<Node>],
    prepared: &'a Prepared,
    span: &'a Range<usize>,
    pub(crate) input: &'a dyn Input,
    work: &'w Work,
}

impl<'w, 'a> Call<'w, 'a> {
    /// How many arguments there are, those left out included.
    pub(crate) fn len(&self) -> usize {
        self.arguments.len()
    }

    /// Whether the argument is there, whatever its value.
    pub(crate) fn given(&self, index: usize) -> bool {
        self.node(index).is_some()
    }

    /// Whether the argument is an attribute, as opposed to something computed or written out.
    pub(crate) fn is_attribute(&self, index: usize) -> bool {
        matches!(self.node(index).map(|node| &node.kind), Some(Kind::Attribute(_)))
    }

    /// The value of an argument; null when it is left out.
    pub(crate) fn value(&self, index: usize) -> Answer<'a> {
        match self.node(index) {
            Some(node) => evaluate(node, self.input, self.work),
            None => Ok(Value::Null),
        }
    }

    /// The value of an argument that is gone through, all members of a list.
    pub(crate) fn whole(&self, index: usize) -> Answer<'a> {
        let value = self.value(index)?;
        self.afford(pay(self.work, &value))?;
        Ok(value)
    }

    /// The value where one is taken: the first member of a list.
    pub(crate) fn single(&self, index: usize) -> Answer<'a> {
        let value = self.value(index)?;
        let span = self.node(index).map_or(self.span, |node| &node.span);
        let value = single(value, Some(self.function.name), span, self.input);
        self.afford(pay(self.work, &value))?;
        Ok(value)
    }

    /// The text of an argument; `None` for null.
    pub(crate) fn text(&self, index: usize) -> Outcome<Option<Cow<'a, str>>> {
        Ok(match self.single(index)? {
            Value::Null => None,
            value => Some(value.into_cow()),
        })
    }

    /// The text of an argument that is gone through letter by letter; `None` for null.
    pub(crate) fn letters(&self, index: usize) -> Outcome<Option<Cow<'a, str>>> {
        let text = self.text(index)?;
        self.spend(text.as_ref().map_or(0, |text| text.len()))?;
        Ok(text)
    }

    /// The text of an argument; empty for null.
    pub(crate) fn text_or_empty(&self, index: usize) -> Outcome<Cow<'a, str>> {
        Ok(self.text(index)?.unwrap_or_default())
    }

    /// The members of a list; a single value is one member, null none.
    pub(crate) fn members(&self, index: usize) -> Outcome<Vec<Value<'a>>> {
        Ok(self.whole(index)?.into_members())
    }

    /// The number of an argument, also from numeric text; `None` for null.
    pub(crate) fn number(&self, index: usize) -> Outcome<Option<Number>> {
        match self.single(index)? {
            Value::Null => Ok(None),
            Value::Number(number) => Ok(Some(number)),
            other => match Number::from_text(&other.to_text()) {
                Some(number) => Ok(Some(number)),
                None => Err(self.fail(index, Problem::NotANumber(other.into_text()))),
            },
        }
    }

    /// The whole part of a number that must be there.
    pub(crate) fn integer(&self, index: usize) -> Outcome<i64> {
        match self.number(index)? {
            Some(number) => Ok(number.truncated()),
            None => Err(self.fail(index, Problem::NotANumber(String::new()))),
        }
    }

    /// Whether an argument is true: null and the empty text are false.
    pub(crate) fn boolean(&self, index: usize) -> Outcome<bool> {
        match self.single(index)? {
            Value::Null => Ok(false),
            Value::Boolean(truth) => Ok(truth),
            Value::Number(number) => Ok(!number.is_zero()),
            other => match other.to_text() {
                Cow::Borrowed("") => Ok(false),
                text if text.eq_ignore_ascii_case("true") => Ok(true),
                text if text.eq_ignore_ascii_case("false") => Ok(false),
                text => Err(self.fail(index, Problem::NotABoolean(text.into_owned()))),
            },
        }
    }

    /// The date of an argument, also from text; null is no date.
    pub(crate) fn date(&self, index: usize) -> Outcome<DateTime> {
        match self.single(index)? {
            Value::DateTime(moment) => Ok(moment),
            other => {
                dates::general::parse(&other.to_text()).map_err(|problem| self.fail(index, problem))
            }
        }
    }

    /// The next random bits.
    pub(crate) fn random(&self) -> Outcome<u64> {
        let bits = self.input.random();
        bits.ok_or_else(|| self.fail_call(Problem::NoRandomness))
    }

    /// The pattern of an argument, compiled already when it is a literal.
    pub(crate) fn pattern(&self, index: usize) -> Outcome<Cow<'a, Pattern>> {
        if let Prepared::Pattern(pattern, _) = self.prepared {
            return Ok(Cow::Borrowed(pattern));
        }
        let text = self.text_or_empty(index)?;
        // A short text may hold classes with hundreds of ranges.
        self.afford(self.work.spend(1_000 + text.len() * 300))?;
        match Pattern::new(&text) {
            Ok(pattern) => Ok(Cow::Owned(pattern)),
            Err(problem) => Err(self.fail(index, problem)),
        }
    }

    /// The replacement text of an argument, read already when it is a literal.
    pub(crate) fn replacement(
        &self,
        index: usize,
        pattern: &Pattern,
    ) -> Outcome<Cow<'a, Replacement>> {
        match self.prepared {
            Prepared::Pattern(_, Some(PreparedText(prepared))) => Ok(Cow::Borrowed(prepared)),
            _ => Ok(Cow::Owned(pattern.replacement(&self.text_or_empty(index)?))),
        }
    }

    /// What is left to spend, for what can take long.
    pub(crate) fn work(&self) -> &'w Work {
        self.work
    }

    /// The failure of an argument.
    pub(crate) fn fail(&self, index: usize, problem: Problem) -> Stop {
        let span = self.node(index).map_or(self.span, |node| &node.span);
        stop(Some(self.function.name), span, problem)
    }

    /// The failure of the whole call.
    pub(crate) fn fail_call(&self, problem: Problem) -> Stop {
        self.fail(usize::MAX, problem)
    }

    /// Refuses to make a longer text before it is made.
    pub(crate) fn check_length(&self, length: usize) -> Outcome<()> {
        match length > MAX_VALUE {
            true => Err(self.too_long()),
            false => Ok(()),
        }
    }

    /// Pays for so many steps.
    pub(crate) fn spend(&self, units: usize) -> Outcome<()> {
        self.afford(self.work.spend(units))
    }

    fn afford(&self, paid: Result<(), Exhausted>) -> Outcome<()> {
        paid.map_err(|Exhausted| self.fail_call(Problem::WorkLimit))
    }

    fn too_long(&self) -> Stop {
        self.fail_call(Problem::TooLong(MAX_VALUE))
    }

    fn node(&self, index: usize) -> Option<&'a Node> {
        self.arguments.get(index)?.as_ref()
    }
}

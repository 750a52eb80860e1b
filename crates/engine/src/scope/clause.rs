//! One clause of a scoping filter: the operators of provisioning-engine.md 3.4.

use std::{borrow::Cow, fmt};

use fancy_regex::Regex;
use model::{Name, Object, Operator, Shape, Value};
use serde::Serialize;

use crate::{Finding, Schema};

/// How many steps a pattern may take on one value before it counts as not found.
const STEPS: usize = 100_000;

/// A clause, compiled.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    text: String,
    name: Name,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Text(TextTest, String),
    Pattern { pattern: Box<Regex>, found: bool },
    AtLeast(i64),
    Boolean(bool),
    Empty(bool),
}

#[derive(Clone, Copy, Debug)]
enum TextTest {
    Equals,
    NotEquals,
    Includes,
    EndsWith,
    In,
    NotIn,
}

/// What a clause saw and said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClauseResult {
    /// The clause.
    pub clause: String,
    /// The value that it saw; none when the attribute is empty.
    pub saw: Option<String>,
    /// Whether it holds.
    pub passed: bool,
}

impl fmt::Display for ClauseResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}", self.clause, self.passed)?;
        match &self.saw {
            Some(value) => write!(f, ": the value is '{value}'"),
            None => write!(f, ": the value is empty"),
        }
    }
}

impl Clause {
    /// Compiles a clause; an attribute that does not exist or cannot be compared, a pattern that is
    /// none and a bound that is no number are refused here, when the filter is saved.
    pub(super) fn compile(clause: &model::Clause, schema: &Schema) -> Result<Self, Finding> {
        let refuse = |code, message: String, hint: Option<String>| Finding {
            code,
            place: format!("filter clause '{clause}'"),
            message,
            hint,
        };
        let Some((name, shape)) = schema.find_attribute(&clause.attribute) else {
            return Err(refuse(
                "unknown-attribute",
                format!("the source has no attribute '{}'", clause.attribute),
                schema.suggest(&clause.attribute).map(|near| format!("did you mean '{near}'?")),
            ));
        };
        if name == Name::USER_TYPE || shape.is_list() || shape == Shape::Record {
            return Err(refuse(
                "attribute-not-comparable",
                format!("'{name}' cannot be used in a scoping filter"),
                Some("use an attribute with a single value".to_owned()),
            ));
        }
        let operand = || clause.operand.clone();
        let test = match clause.operator {
            Operator::Equals => Test::Text(TextTest::Equals, operand()),
            Operator::NotEquals => Test::Text(TextTest::NotEquals, operand()),
            Operator::Includes => Test::Text(TextTest::Includes, operand()),
            Operator::EndsWith => Test::Text(TextTest::EndsWith, operand()),
            Operator::In => Test::Text(TextTest::In, operand()),
            Operator::NotIn => Test::Text(TextTest::NotIn, operand()),
            Operator::IsNull => Test::Empty(true),
            Operator::IsNotNull => Test::Empty(false),
            Operator::IsTrue | Operator::IsFalse => {
                if shape != Shape::Boolean {
                    return Err(refuse(
                        "attribute-not-boolean",
                        format!("'{name}' is neither true nor false"),
                        Some(format!("write '{name} EQUALS …' instead")),
                    ));
                }
                Test::Boolean(clause.operator == Operator::IsTrue)
            }
            Operator::RegexMatch | Operator::NotRegexMatch => {
                let pattern = fancy_regex::RegexBuilder::new(&clause.operand)
                    .backtrack_limit(STEPS)
                    .build()
                    .map_err(|error| refuse("invalid-pattern", error.to_string(), None))?;
                let found = clause.operator == Operator::RegexMatch;
                Test::Pattern { pattern: Box::new(pattern), found }
            }
            Operator::GreaterThan | Operator::GreaterThanOrEquals => {
                let bound = clause.operand.trim().parse::<i64>().ok().filter(|bound| *bound >= 0);
                let strict = i64::from(clause.operator == Operator::GreaterThan);
                match bound.and_then(|bound| bound.checked_add(strict)) {
                    Some(bound) => Test::AtLeast(bound),
                    None => {
                        return Err(refuse(
                            "invalid-bound",
                            format!("'{}' is no whole number from 0", clause.operand),
                            Some("the greater-than operators compare whole numbers".to_owned()),
                        ));
                    }
                }
            }
        };
        Ok(Self { text: clause.to_string(), name, test })
    }

    /// Whether the clause holds. An empty value makes every clause false but `IS NULL`.
    pub(super) fn holds(&self, person: &Object) -> bool {
        let Some(value) = person.attributes.get(&self.name) else {
            return matches!(self.test, Test::Empty(true));
        };
        match &self.test {
            Test::Empty(empty) => !empty,
            Test::Boolean(wanted) => value.as_boolean() == Some(*wanted),
            Test::AtLeast(bound) => match value {
                Value::Integer(number) => number >= bound,
                other => other
                    .as_text()
                    .and_then(|text| text.parse::<i64>().ok())
                    .is_some_and(|number| number >= *bound),
            },
            // A pattern that runs out of steps tells nothing, and a clause that tells nothing is
            // false, as for an empty value.
            Test::Pattern { pattern, found } => {
                pattern.is_match(shown(value).as_ref()).is_ok_and(|matched| matched == *found)
            }
            Test::Text(test, operand) => {
                let value = shown(value);
                match test {
                    TextTest::Equals => value == operand.as_str(),
                    TextTest::NotEquals => value != operand.as_str(),
                    TextTest::Includes => value.contains(operand.as_str()),
                    TextTest::EndsWith => value.ends_with(operand.as_str()),
                    TextTest::In => operand.contains(value.as_ref()),
                    TextTest::NotIn => !operand.contains(value.as_ref()),
                }
            }
        }
    }

    pub(super) fn explain(&self, person: &Object) -> ClauseResult {
        ClauseResult {
            clause: self.text.clone(),
            saw: person.attributes.get(&self.name).map(|value| shown(value).into_owned()),
            passed: self.holds(person),
        }
    }
}

/// The text that a clause compares: booleans as the mapping language writes them.
fn shown(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Text(text) => Cow::Borrowed(text),
        Value::Boolean(true) => Cow::Borrowed("True"),
        Value::Boolean(false) => Cow::Borrowed("False"),
        other => Cow::Owned(other.to_string()),
    }
}

//! One clause of a scoping filter: the operators of provisioning-engine.md 3.4. The same clause
//! serves conditions, which may choose the case, the answer for an empty value, and lists.

use std::{borrow::Cow, fmt};

use expr::Pattern;
use model::{
    Name, Object, Operator, Shape, Value,
    condition::{Comparison, Count},
};
use serde::Serialize;

use crate::{Finding, Schema};

/// A clause, compiled.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    text: String,
    name: Name,
    count: Count,
    /// The answer where the attribute is empty.
    missing: bool,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Text {
        test: TextTest,
        operand: String,
        any_case: bool,
    },
    Pattern {
        pattern: Box<Pattern>,
        found: bool,
    },
    AtLeast(i64),
    Boolean(bool),
    /// Whether there is a value; what is empty never comes to a test.
    Presence(bool),
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
    /// It is a whole condition, and saw what its tests saw.
    #[serde(skip)]
    pub is_whole: bool,
}

impl ClauseResult {
    /// What a whole condition says; it saw what its tests saw.
    pub(super) fn of_all(text: &str, passed: bool) -> Self {
        Self { clause: text.to_owned(), saw: None, passed, is_whole: true }
    }
}

impl fmt::Display for ClauseResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}", self.clause, self.passed)?;
        match &self.saw {
            _ if self.is_whole => Ok(()),
            Some(value) => write!(f, ": the value is '{value}'"),
            None => write!(f, ": the value is empty"),
        }
    }
}

impl Clause {
    /// Compiles a clause of the published form; an attribute that does not exist or cannot be
    /// compared there, a pattern that is none and a bound that is no number are refused here, when
    /// the filter is saved.
    pub(super) fn published(clause: &model::Clause, schema: &Schema) -> Result<Self, Finding> {
        let place = Place(format!("filter clause '{clause}'"));
        let (name, shape) = place.find(&clause.attribute, schema)?;
        if name == Name::USER_TYPE {
            return Err(place.not_comparable(
                &name,
                "a condition can ask for it, an addition of Syncline's own",
            ));
        }
        if shape.is_list() || shape == Shape::Record {
            return Err(place.not_comparable(&name, "use an attribute with a single value"));
        }
        let is_opaque = matches!(shape, Shape::DateTime | Shape::Binary(_));
        if is_opaque && !clause.operator.is_about_presence() {
            let hint = "compare dates with BEFORE and AFTER, an addition of Syncline's own";
            return Err(place.not_comparable(&name, hint));
        }
        let text = clause.to_string();
        let missing = clause.operator == Operator::IsNull;
        let test = place.test(clause.operator, &clause.operand, false, &name, shape)?;
        Ok(Self { text, name, count: Count::One, missing, test })
    }

    /// Compiles a comparison of a condition.
    pub(super) fn extended(asks: &Comparison, schema: &Schema) -> Result<Self, Finding> {
        let place = Place(format!("condition '{asks}'"));
        let (name, shape) = place.find(&asks.attribute, schema)?;
        let of_each = match (asks.count, shape) {
            (_, Shape::Record) => {
                return Err(place.not_comparable(&name, "it has parts; choose another attribute"));
            }
            (Count::One, shape) if !shape.is_list() => shape,
            // Whether there is any value is a question about the whole list.
            (Count::One, shape) if asks.operator.is_about_presence() => shape,
            (Count::One, _) => {
                return Err(place.wrong_count(
                    &name,
                    "several values",
                    "write ANY or ALL before it",
                ));
            }
            (Count::Any | Count::All, Shape::Texts(limit)) => Shape::Text(limit),
            (Count::Any | Count::All, Shape::Integers) => Shape::Integer,
            (Count::Any | Count::All, Shape::DateTimes) => Shape::DateTime,
            (Count::Any | Count::All, _) => {
                return Err(place.wrong_count(&name, "one value", "leave ANY and ALL out"));
            }
        };
        let missing = match asks.operator {
            Operator::IsNull => true,
            Operator::IsNotNull => false,
            _ => asks.missing,
        };
        let test = place.test(asks.operator, &asks.operand, asks.any_case, &name, of_each)?;
        Ok(Self { text: asks.to_string(), name, count: asks.count, missing, test })
    }

    /// Whether the clause holds. An empty value gives what the clause says for it: in the published
    /// form true for `IS NULL` and false for all others.
    pub(super) fn holds(&self, person: &Object) -> bool {
        let Some(value) = person.attributes.get(&self.name) else {
            return self.missing;
        };
        match self.count {
            Count::One => self.test.holds(value),
            Count::Any => value.members().iter().any(|value| self.test.holds(value)),
            Count::All => value.members().iter().all(|value| self.test.holds(value)),
        }
    }

    pub(super) fn explain(&self, person: &Object) -> ClauseResult {
        ClauseResult {
            clause: self.text.clone(),
            saw: person.attributes.get(&self.name).map(|value| shown(value).into_owned()),
            passed: self.holds(person),
            is_whole: false,
        }
    }
}

impl Test {
    /// What the clause says about a value that is there.
    fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Presence(wanted) => *wanted,
            Self::Boolean(wanted) => value.as_boolean() == Some(*wanted),
            Self::AtLeast(bound) => match value {
                Value::Integer(number) => number >= bound,
                other => other
                    .as_text()
                    .and_then(|text| text.parse::<i64>().ok())
                    .is_some_and(|number| number >= *bound),
            },
            // A pattern that runs out of steps tells nothing, and a clause that tells nothing is
            // false, as for an empty value.
            Self::Pattern { pattern, found } => {
                pattern.is_match(shown(value).as_ref()).is_ok_and(|matched| matched == *found)
            }
            Self::Text { test, operand, any_case } => {
                let mut value = shown(value);
                if *any_case {
                    value = Cow::Owned(value.to_lowercase());
                }
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
}

/// Where a finding is, for people.
struct Place(String);

impl Place {
    fn refuse(&self, code: &'static str, message: String, hint: Option<String>) -> Finding {
        Finding::at(code, self.0.clone(), message, hint)
    }

    fn find(&self, attribute: &str, schema: &Schema) -> Result<(Name, Shape), Finding> {
        schema.find_attribute(attribute).ok_or_else(|| {
            self.refuse(
                "unknown-attribute",
                format!("the source has no attribute '{attribute}'"),
                schema.suggest(attribute).map(|near| format!("did you mean '{near}'?")),
            )
        })
    }

    fn not_comparable(&self, name: &Name, hint: &str) -> Finding {
        self.refuse(
            "attribute-not-comparable",
            format!("'{name}' cannot be used in a scoping filter"),
            Some(hint.to_owned()),
        )
    }

    fn wrong_count(&self, name: &Name, holds: &str, hint: &str) -> Finding {
        let message = format!("'{name}' holds {holds}");
        self.refuse("attribute-not-comparable", message, Some(hint.to_owned()))
    }

    /// The test of an operator, where it suits an attribute of this shape.
    fn test(
        &self,
        operator: Operator,
        operand: &str,
        any_case: bool,
        name: &Name,
        shape: Shape,
    ) -> Result<Test, Finding> {
        let text = |test| {
            let operand = if any_case { operand.to_lowercase() } else { operand.to_owned() };
            Ok(Test::Text { test, operand, any_case })
        };
        match operator {
            Operator::Equals => text(TextTest::Equals),
            Operator::NotEquals => text(TextTest::NotEquals),
            Operator::Includes => text(TextTest::Includes),
            Operator::EndsWith => text(TextTest::EndsWith),
            Operator::In => text(TextTest::In),
            Operator::NotIn => text(TextTest::NotIn),
            Operator::IsNull => Ok(Test::Presence(false)),
            Operator::IsNotNull => Ok(Test::Presence(true)),
            Operator::IsTrue | Operator::IsFalse if shape != Shape::Boolean => Err(self.refuse(
                "attribute-not-boolean",
                format!("'{name}' is neither true nor false"),
                Some(format!("write '{name} EQUALS …' instead")),
            )),
            Operator::IsTrue | Operator::IsFalse => Ok(Test::Boolean(operator == Operator::IsTrue)),
            Operator::RegexMatch | Operator::NotRegexMatch => {
                self.pattern(operand, any_case, operator == Operator::RegexMatch)
            }
            Operator::GreaterThan | Operator::GreaterThanOrEquals => {
                self.bound(operand, operator == Operator::GreaterThan)
            }
        }
    }

    fn pattern(&self, operand: &str, any_case: bool, found: bool) -> Result<Test, Finding> {
        let source = if any_case { format!("(?i){operand}") } else { operand.to_owned() };
        match Pattern::new(&source) {
            Ok(pattern) => Ok(Test::Pattern { pattern: Box::new(pattern), found }),
            Err(problem) => Err(self.refuse("invalid-pattern", problem.to_string(), None)),
        }
    }

    fn bound(&self, operand: &str, strict: bool) -> Result<Test, Finding> {
        let bound = operand.trim().parse::<i64>().ok().filter(|bound| *bound >= 0);
        match bound.and_then(|bound| bound.checked_add(i64::from(strict))) {
            Some(bound) => Ok(Test::AtLeast(bound)),
            None => Err(self.refuse(
                "invalid-bound",
                format!("'{operand}' is no whole number from 0"),
                Some("the greater-than operators compare whole numbers".to_owned()),
            )),
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

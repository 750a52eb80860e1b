//! One clause of a scoping filter: the operators of provisioning-engine.md 3.4. The same clause
//! serves conditions, which may choose the case, the answer for an empty value, and lists.

use std::{borrow::Cow, fmt};

use expr::{Pattern, Problem};
use model::{
    Name, Object, Operator, Shape, Value,
    condition::{Comparison, Count},
};
use serde::Serialize;

use super::{
    answer::{Answer, Undecided, all, any},
    closed,
};
use crate::{Finding, Schema};

/// How many characters of a value are shown for which a clause has no answer.
const SHOWN: usize = 80;

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
    /// Whether it holds; none where it has no answer.
    pub passed: Option<bool>,
    /// It is a whole condition, and saw what its tests saw.
    #[serde(skip)]
    pub is_whole: bool,
}

impl ClauseResult {
    /// What a whole condition says; it saw what its tests saw.
    pub(super) fn of_all(text: &str, passed: &Answer) -> Self {
        let passed = passed.as_ref().ok().copied();
        Self { clause: text.to_owned(), saw: None, passed, is_whole: true }
    }
}

impl fmt::Display for ClauseResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.passed {
            Some(passed) => write!(f, "{} is {passed}", self.clause)?,
            None => write!(f, "{} has no answer", self.clause)?,
        }
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
    pub(super) fn published(
        clause: &model::Clause,
        number: usize,
        schema: &Schema,
    ) -> Result<Self, Finding> {
        let place = Place::filter(number, clause.to_string());
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
    pub(super) fn extended(
        asks: &Comparison,
        place: &Place,
        schema: &Schema,
    ) -> Result<Self, Finding> {
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
    pub(super) fn holds(&self, person: &Object) -> Answer {
        let Some(value) = person.attributes.get(&self.name) else {
            return Ok(self.missing);
        };
        let holds = |value| self.test.holds(value).map_err(|why| self.undecided(&why, value));
        match self.count {
            Count::One => holds(value),
            Count::Any => any(value.members().iter().map(holds)),
            Count::All => all(value.members().iter().map(holds)),
        }
    }

    fn undecided(&self, why: &Problem, value: &Value) -> Undecided {
        let value: String = shown(value).chars().take(SHOWN).collect();
        Undecided { clause: self.text.clone(), why: format!("{why}, which begins with '{value}'") }
    }

    pub(super) fn explain(&self, person: &Object) -> ClauseResult {
        ClauseResult {
            clause: self.text.clone(),
            saw: person.attributes.get(&self.name).map(|value| shown(value).into_owned()),
            passed: self.holds(person).ok(),
            is_whole: false,
        }
    }
}

impl Test {
    /// What the clause says about a value that is there.
    fn holds(&self, value: &Value) -> Result<bool, Problem> {
        Ok(match self {
            Self::Presence(wanted) => *wanted,
            Self::Boolean(wanted) => value.as_boolean() == Some(*wanted),
            Self::AtLeast(bound) => match value {
                Value::Integer(number) => number >= bound,
                other => other
                    .as_text()
                    .and_then(|text| text.parse::<i64>().ok())
                    .is_some_and(|number| number >= *bound),
            },
            Self::Pattern { pattern, found } => pattern.is_match(&shown(value))? == *found,
            Self::Text { test, operand, any_case } => {
                let mut value = shown(value);
                if *any_case {
                    value = Cow::Owned(value.to_lowercase());
                }
                test.holds(&value, operand)
            }
        })
    }
}

impl TextTest {
    fn holds(self, value: &str, operand: &str) -> bool {
        match self {
            Self::Equals => value == operand,
            Self::NotEquals => value != operand,
            Self::Includes => value.contains(operand),
            Self::EndsWith => value.ends_with(operand),
            Self::In => operand.contains(value),
            Self::NotIn => !operand.contains(value),
        }
    }

    /// What the test says of a value that has nothing to do with the operand.
    fn is_negative(self) -> bool {
        matches!(self, Self::NotEquals | Self::NotIn)
    }
}

/// Where a finding is, for people and for editors.
pub(super) struct Place {
    name: String,
    number: usize,
    text: String,
}

impl Place {
    fn filter(number: usize, text: String) -> Self {
        Self { name: format!("filter clause '{text}'"), number, text }
    }

    pub(super) fn condition(number: usize, text: String) -> Self {
        Self { name: format!("condition '{text}'"), number, text }
    }

    pub(super) fn refuse(
        &self,
        code: &'static str,
        message: String,
        hint: Option<String>,
    ) -> Finding {
        let finding = Finding::at(code, self.name.clone(), message, hint);
        finding.about(&self.text, Some(self.number))
    }

    fn find(&self, attribute: &str, schema: &Schema) -> Result<(Name, Shape), Finding> {
        schema.find_attribute(attribute).ok_or_else(|| {
            self.refuse(
                "unknown-attribute",
                format!("the source has no attribute '{attribute}'"),
                schema.hint(attribute),
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
        let text = |test| match closed::values(name, shape) {
            Some(values) => self.closed(test, operand, name, values),
            None => Ok(text_test(test, operand, any_case)),
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

    /// The test of an attribute that holds one of a few values only, whose case says nothing.
    fn closed(
        &self,
        test: TextTest,
        operand: &str,
        name: &Name,
        values: [&str; 2],
    ) -> Result<Test, Finding> {
        let folded = operand.to_lowercase();
        let usual = test.is_negative();
        if values.iter().all(|value| test.holds(&value.to_lowercase(), &folded) == usual) {
            let [first, second] = values;
            return Err(self.refuse(
                "invalid-operand",
                format!("'{name}' is never '{operand}'"),
                Some(format!("it is {first} or {second}")),
            ));
        }
        Ok(text_test(test, operand, true))
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

fn text_test(test: TextTest, operand: &str, any_case: bool) -> Test {
    let operand = if any_case { operand.to_lowercase() } else { operand.to_owned() };
    Test::Text { test, operand, any_case }
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

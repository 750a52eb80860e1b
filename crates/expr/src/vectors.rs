//! Running test vectors: expressions with attributes and the result that they must have, one JSON
//! object per line.
//!
//! `expr test` on the command line and this crate's own tests use it. Where the lines come from and
//! how the report looks is left to the caller.

use std::cell::Cell;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::{Expression, Flow, Input, Pattern, Problem, Severity, Value};

/// The result of running many vectors.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// How many gave what they must.
    pub passed: usize,
    /// How many did not, lines that are no vector included.
    pub failed: usize,
    /// Those that did not.
    pub cases: Vec<Case>,
}

/// The result of one vector.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case {
    /// The name of the vector.
    pub id: String,
    /// The expression.
    pub expr: String,
    /// What it must give.
    pub expected: String,
    /// What it gave.
    pub actual: String,
    /// Whether they agree.
    #[serde(skip)]
    pub passed: bool,
}

/// Why a line is no vector.
#[derive(Debug, thiserror::Error)]
pub enum VectorError {
    /// It is not JSON of the right form.
    #[error("not a test vector")]
    Form(#[from] serde_json::Error),
    /// It has none or several of the five expectations.
    #[error("a test vector has exactly one expectation, not {0}")]
    Expectations(usize),
    /// The pattern to match is not valid.
    #[error("the expected pattern is not valid")]
    Pattern(#[source] Problem),
    /// `now` is not an instant.
    #[error("now is not an instant")]
    Now(#[source] jiff::Error),
}

/// Runs every line of a text; empty lines are passed over.
pub fn run_all(text: &str) -> Report {
    let mut report = Report::default();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let case = run(line).unwrap_or_else(|error| Case {
            id: format!("line {}", index + 1),
            expr: String::new(),
            expected: "a test vector".to_owned(),
            actual: chain(&error),
            passed: false,
        });
        match case.passed {
            true => report.passed += 1,
            false => {
                report.failed += 1;
                report.cases.push(case);
            }
        }
    }
    report
}

/// Runs one line.
pub fn run(line: &str) -> Result<Case, VectorError> {
    let vector: Vector = serde_json::from_str(line)?;
    let expected = vector.expectation()?;
    let record = Record::new(&vector)?;
    let actual = outcome(&vector.expr, &record);
    Ok(Case {
        passed: expected.agrees(&actual),
        expected: expected.to_text(),
        actual: actual.to_text(),
        id: vector.id,
        expr: vector.expr,
    })
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    expr: String,
    #[serde(default)]
    attrs: Map<String, Json>,
    /// Kept apart from absence, because null is an expectation.
    #[serde(default, deserialize_with = "present")]
    expect: Option<Json>,
    #[serde(default)]
    expect_error: bool,
    #[serde(default)]
    expect_ignore: bool,
    #[serde(default)]
    expect_skip_object: bool,
    expect_pattern: Option<String>,
    now: Option<String>,
    #[serde(default)]
    taken: Vec<String>,
    default_domain: Option<String>,
    #[serde(default)]
    params: Map<String, Json>,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

impl Vector {
    fn expectation(&self) -> Result<Expected, VectorError> {
        let pattern = match &self.expect_pattern {
            Some(text) => {
                Some(Expected::Matches(Pattern::new(text).map_err(VectorError::Pattern)?))
            }
            None => None,
        };
        let value = self.expect.clone().map(Value::from).map(Expected::Value);
        let all = [
            value,
            pattern,
            self.expect_error.then_some(Expected::Error),
            self.expect_ignore.then_some(Expected::DropAttribute),
            self.expect_skip_object.then_some(Expected::DropObject),
        ];
        let mut given: Vec<Expected> = all.into_iter().flatten().collect();
        match (given.len(), given.pop()) {
            (1, Some(expected)) => Ok(expected),
            (count, _) => Err(VectorError::Expectations(count)),
        }
    }
}

enum Expected {
    Value(Value<'static>),
    Matches(Pattern),
    Error,
    DropAttribute,
    DropObject,
}

enum Actual<'a> {
    Flow(Flow<'a>),
    Error(String),
}

fn outcome(text: &str, record: &Record<'_>) -> Actual<'static> {
    let expression = match Expression::parse(text) {
        Ok(expression) => expression,
        Err(found) => {
            let errors = found
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .map(|finding| finding.message.as_str());
            return Actual::Error(errors.collect::<Vec<_>>().join("; "));
        }
    };
    match expression.evaluate(record) {
        Ok(flow) => Actual::Flow(flow.into_owned()),
        Err(error) => Actual::Error(error.to_string()),
    }
}

impl Expected {
    fn agrees(&self, actual: &Actual<'_>) -> bool {
        match (self, actual) {
            (Expected::Value(expected), Actual::Flow(Flow::Value(actual))) => {
                same_text(expected, actual)
            }
            (Expected::Matches(pattern), Actual::Flow(Flow::Value(actual))) => {
                !actual.is_null() && pattern.is_match(&actual.to_text()).unwrap_or(false)
            }
            (Expected::Error, Actual::Error(_)) => true,
            (Expected::DropAttribute, Actual::Flow(Flow::DropAttribute)) => true,
            (Expected::DropObject, Actual::Flow(Flow::DropObject)) => true,
            _ => false,
        }
    }

    fn to_text(&self) -> String {
        match self {
            Expected::Value(value) => json(value),
            Expected::Matches(pattern) => format!("a text that matches {}", pattern.as_str()),
            Expected::Error => "an error".to_owned(),
            Expected::DropAttribute => "the attribute is dropped".to_owned(),
            Expected::DropObject => "the object is left out".to_owned(),
        }
    }
}

impl Actual<'_> {
    fn to_text(&self) -> String {
        match self {
            Actual::Flow(Flow::Value(value)) => json(value),
            Actual::Flow(Flow::DropAttribute) => "the attribute is dropped".to_owned(),
            Actual::Flow(Flow::DropObject) => "the object is left out".to_owned(),
            Actual::Error(message) => format!("error: {message}"),
        }
    }
}

/// Null only with null, lists member by member, everything else by its text.
fn same_text(expected: &Value<'_>, actual: &Value<'_>) -> bool {
    match (expected, actual) {
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::List(expected), Value::List(actual)) => {
            expected.len() == actual.len()
                && expected.iter().zip(actual).all(|(left, right)| same_text(left, right))
        }
        (Value::List(_), _) | (_, Value::List(_)) => false,
        (Value::Object(expected), Value::Object(parts)) => {
            expected.len() == parts.len()
                && expected.iter().all(|(name, part)| {
                    actual.part(name).is_some_and(|other| same_text(part, other))
                })
        }
        (expected, actual) => expected.to_text() == actual.to_text(),
    }
}

fn json(value: &Value<'_>) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| error.to_string())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(&format!(": {error}"));
        source = error.source();
    }
    text
}

/// What a vector says about the record and the world.
struct Record<'a> {
    vector: &'a Vector,
    now: Timestamp,
    bits: Cell<u64>,
}

impl Record<'_> {
    fn new(vector: &Vector) -> Result<Record<'_>, VectorError> {
        let now = match &vector.now {
            Some(now) => now.parse().map_err(VectorError::Now)?,
            // Any instant will do for a vector that names none.
            None => Timestamp::UNIX_EPOCH,
        };
        let seed = vector
            .id
            .bytes()
            .fold(0, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Ok(Record { vector, now, bits: Cell::new(seed) })
    }
}

impl Input for Record<'_> {
    fn attribute(&self, name: &str) -> Value<'_> {
        let attributes = &self.vector.attrs;
        let found = attributes.get(name).or_else(|| {
            let similar = attributes.iter().find(|(other, _)| {
                other.eq_ignore_ascii_case(name) && !other.starts_with("extension_")
            });
            similar.map(|(_, value)| value)
        });
        found.map_or(Value::Null, Value::from)
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.now)
    }

    fn default_domain(&self) -> Option<&str> {
        self.vector.default_domain.as_deref()
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.vector.params.get(name)?.as_str()
    }

    fn is_taken(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        self.vector.taken.iter().any(|taken| taken.to_lowercase() == value)
    }

    /// The same in every run, so that a failure can be seen again: SplitMix64 from the vector's name.
    fn random(&self) -> Option<u64> {
        self.bits.set(self.bits.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        let mut mixed = self.bits.get();
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Some(mixed ^ (mixed >> 31))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_by_text() {
        let report = run_all(
            r#"
            {"id": "1", "expr": "Len(\"ab\")", "expect": "2"}
            {"id": "2", "expr": "[a]", "attrs": {"A": [1, true]}, "expect": ["1", "True"]}
            {"id": "3", "expr": "[a]", "expect": null}
            {"id": "4", "expr": "%p%", "params": {"p": "x"}, "expect_pattern": "^x$"}
            {"id": "5", "expr": "[extension_1_a]", "attrs": {"extension_1_A": "x"}, "expect": null}
            "#,
        );
        assert_eq!((report.passed, report.failed), (5, 0), "{report:?}");
    }

    #[test]
    fn tells_what_failed() {
        let report = run_all(
            "{\"id\": \"1\", \"expr\": \"[a]\", \"expect\": \"\"}\n\
             {\"id\": \"2\", \"expr\": \"Nope()\", \"expect_ignore\": true}\n\
             {\"id\": \"3\", \"expr\": \"[a]\"}\n\
             nonsense",
        );
        let said: Vec<String> = report
            .cases
            .iter()
            .map(|case| format!("{}: {} | {}", case.id, case.expected, case.actual))
            .collect();
        assert_eq!(report.failed, 4);
        assert_eq!(said[0], "1: \"\" | null");
        assert_eq!(said[1], "2: the attribute is dropped | error: unknown function Nope");
        assert!(said[2].ends_with("exactly one expectation, not 0"), "{}", said[2]);
        assert!(said[3].starts_with("line 4: a test vector | not a test vector: "), "{}", said[3]);
    }
}

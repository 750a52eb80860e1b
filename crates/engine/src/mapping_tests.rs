//! Mapping tests that a job keeps: for each the person goes through scope and map, and what comes out
//! is compared with what must. `plan` and `apply` run them before anything else.

use model::{Expected, MappingTest, Object, ObjectId, Shape, Timestamp, Value};
use serde::Serialize;

use crate::{
    Finding, Record, Rules, Schema, Wanted,
    facts::Assignment,
    map::{Desired, fit, map},
    scope::{self, Scoped},
};

/// What a test came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TestResult {
    /// The test's name.
    pub name: String,
    /// Whether all came out as it must.
    pub passed: bool,
    /// What did not.
    pub differences: Vec<TestDifference>,
}

/// One thing that did not come out as it must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TestDifference {
    /// The target attribute, or `person` where it is about being left out or failing.
    pub about: String,
    /// What must come out.
    pub expected: String,
    /// What came out.
    pub actual: String,
}

/// Runs tests. The people in them are new: "only at creation" applies, and defaults are used.
pub fn run_tests(rules: &Rules, tests: &[MappingTest], now: Timestamp) -> Vec<TestResult> {
    tests.iter().map(|test| run(rules, test, now)).collect()
}

/// What is wrong with a test before it is run: names that do not exist.
pub fn check_test(test: &MappingTest, rules: &Rules, source: &Schema) -> Vec<Finding> {
    let refuse = |message: String, near: Option<String>| {
        let hint = near.map(|near| format!("did you mean '{near}'?"));
        let place = format!("mapping test '{}'", test.name);
        Finding::at("unknown-attribute", place, message, hint)
    };
    let mut findings: Vec<Finding> = test
        .person
        .iter()
        .filter(|(name, _)| source.find_attribute(name.as_str()).is_none())
        .map(|(name, _)| {
            let message = format!("the source has no attribute '{name}'");
            refuse(message, source.suggest(name.as_str()))
        })
        .collect();
    if let Expected::Values(values) = &test.expect {
        let targets = || rules.targets().map(|(name, _)| name.as_str());
        let unknown = values.keys().filter(|name| !targets().any(|target| target == *name));
        findings.extend(unknown.map(|name| {
            let near = model::suggest(name, targets()).map(str::to_owned);
            refuse(format!("no mapping writes '{name}'"), near)
        }));
    }
    findings
}

fn run(rules: &Rules, test: &MappingTest, now: Timestamp) -> TestResult {
    let differences = differences(rules, test, now);
    TestResult { name: test.name.clone(), passed: differences.is_empty(), differences }
}

fn differences(rules: &Rules, test: &MappingTest, now: Timestamp) -> Vec<TestDifference> {
    let person = Object {
        id: ObjectId::NIL,
        kind: model::Kind::User,
        attributes: test.person.clone(),
        home: None,
        created: now,
        deleted: None,
        receipt: None,
        version: 0,
    };
    let record = Record {
        assignment: Assignment { direct: true, groups: Vec::new() },
        ..Record::of(person.id, Some(person))
    };
    let about = |expected: &str, actual: String| {
        let (about, expected) = ("person".to_owned(), expected.to_owned());
        vec![TestDifference { about, expected, actual }]
    };
    let mapped = match scope::decide(rules, &record, now) {
        Scoped::In(person) => map(rules, person, now),
        Scoped::Out(reason) | Scoped::Open(reason) => Err(reason),
    };
    match (&test.expect, &mapped) {
        (Expected::Values(values), Ok(desired)) => values
            .iter()
            .filter_map(|(name, expected)| compare(rules, desired, name, expected.as_ref()))
            .collect(),
        (Expected::Values(_), Err(reason)) => about("the person is mapped", reason.to_string()),
        (Expected::LeftOut, Err(reason)) if !is_failure(reason) => Vec::new(),
        (Expected::LeftOut, Err(reason)) => about("the person is left out", reason.to_string()),
        (Expected::Failure, Err(reason)) if is_failure(reason) => Vec::new(),
        (Expected::Failure, Err(reason)) => about("a mapping fails", reason.to_string()),
        (Expected::LeftOut, Ok(_)) => {
            about("the person is left out", "the person is mapped".to_owned())
        }
        (Expected::Failure, Ok(_)) => about("a mapping fails", "the person is mapped".to_owned()),
    }
}

fn is_failure(reason: &model::Reason) -> bool {
    reason.code.severity() == model::Severity::Failure
}

fn compare(
    rules: &Rules,
    desired: &Desired<'_>,
    name: &str,
    expected: Option<&Value>,
) -> Option<TestDifference> {
    let index = rules.mappings.iter().position(|rule| rule.target.as_str() == name);
    let Some(index) = index else {
        let (expected, actual) = (shown(expected), "no mapping writes it".to_owned());
        return Some(TestDifference { about: name.to_owned(), expected, actual });
    };
    let rule = &rules.mappings[index];
    let actual = match &desired.wanted[index] {
        Wanted::Value(value) => Some(value.as_ref().clone()),
        Wanted::OneOf(texts) => texts.first().map(Value::text),
        Wanted::Empty | Wanted::Fill => rule.default.clone(),
        Wanted::Keep | Wanted::Manager(_) => None,
    };
    let same = match (expected, &actual) {
        (Some(expected), Some(actual)) => is_same(expected, actual, rule.shape),
        (expected, actual) => expected.is_none() && actual.is_none(),
    };
    (!same).then(|| TestDifference {
        about: name.to_owned(),
        expected: shown(expected),
        actual: shown(actual.as_ref()),
    })
}

/// A number may be written as a text and the other way round, as the attribute takes both.
fn is_same(expected: &Value, actual: &Value, shape: Shape) -> bool {
    fit(expected.clone(), shape).is_ok_and(|expected| expected == *actual)
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "(nothing)".to_owned(), |value| format!("'{value}'"))
}

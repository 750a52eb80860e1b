//! Mapping tests that a job keeps: for each the person goes through scope and map, and what comes out
//! is compared with what must. `plan` and `apply` run them before anything else.

use model::{
    Condition, Expected, Job, MappingTest, Name, Object, ObjectId, Shape, TestManager, Timestamp,
    Value, condition::Test,
};
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

/// Runs the tests of a job. The people in them are new: "only at creation" applies, and defaults are
/// used.
pub fn run_tests(rules: &Rules, job: &Job, now: Timestamp) -> Vec<TestResult> {
    job.tests.iter().map(|test| run(rules, test, job.condition.as_ref(), now)).collect()
}

/// What is wrong with a test before it is run: names that do not exist.
pub fn check_test(test: &MappingTest, rules: &Rules, source: &Schema) -> Vec<Finding> {
    let place = || format!("mapping test '{}'", test.name);
    let refuse = |message: String, near: Option<String>| {
        let hint = near.map(|near| format!("did you mean '{near}'?"));
        Finding::at("unknown-attribute", place(), message, hint)
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
    if test.name.trim().is_empty() {
        findings.push(Finding::at("name-missing", place(), "it has no name".to_owned(), None));
    }
    let missing = |what: &str, name: &str| {
        Finding::at("not-found", place(), format!("the source has no {what} '{name}'"), None)
    };
    let groups = test.member_of.iter().filter(|group| group.id.is_none());
    findings.extend(groups.map(|group| missing("group", &group.name)));
    if let Some(TestManager::Named(named)) = &test.manager
        && named.id.is_none()
    {
        findings.push(missing("user", &named.name));
    }
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

fn run(
    rules: &Rules,
    test: &MappingTest,
    condition: Option<&Condition>,
    now: Timestamp,
) -> TestResult {
    let record = make_up(test, condition, now);
    let differences = differences(rules, test, &record, test.at.unwrap_or(now));
    TestResult { name: test.name.clone(), passed: differences.is_empty(), differences }
}

/// The person of a test, with all that the line would have read of it.
fn make_up(test: &MappingTest, condition: Option<&Condition>, now: Timestamp) -> Record {
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
    let mut member_of: Vec<ObjectId> = test.member_of.iter().filter_map(|group| group.id).collect();
    member_of.sort_unstable();
    Record {
        assignment: Assignment { direct: true, groups: Vec::new() },
        manager: test.manager.as_ref().map(|manager| find_manager(manager, condition)),
        member_of,
        ..Record::of(person.id, Some(person))
    }
}

/// Who the manager is: somebody of the source, somebody whom the condition names too, or nobody whom
/// anything else knows.
fn find_manager(manager: &TestManager, condition: Option<&Condition>) -> ObjectId {
    if let TestManager::Named(named) = manager {
        return named.id.unwrap_or(ObjectId::MADE_UP);
    }
    let names = manager.names();
    let mut found = None;
    if let Some(condition) = condition {
        condition.walk(&mut |test| {
            if let Test::Manager { person: Some(person), .. } = test
                && names.iter().any(|name| name.eq_ignore_ascii_case(&person.name))
            {
                found = person.id;
            }
        });
    }
    found.unwrap_or(ObjectId::MADE_UP)
}

fn differences(
    rules: &Rules,
    test: &MappingTest,
    record: &Record,
    now: Timestamp,
) -> Vec<TestDifference> {
    let about = |expected: &str, actual: String| {
        let (about, expected) = ("person".to_owned(), expected.to_owned());
        vec![TestDifference { about, expected, actual }]
    };
    let mapped = match scope::decide(rules, record, now) {
        Scoped::In(person) => map(rules, person, now),
        Scoped::Out(reason) | Scoped::Open(reason) => Err(reason),
    };
    match (&test.expect, &mapped) {
        (Expected::Values(values), Ok(desired)) => values
            .iter()
            .filter_map(|(name, expected)| match name == Name::manager().as_str() {
                true => compare_manager(desired, test.manager.as_ref(), expected.as_ref()),
                false => compare(rules, desired, name, expected.as_ref()),
            })
            .collect(),
        (Expected::Values(_), Err(reason)) => about("the person is mapped", reason.to_string()),
        (Expected::LeftOut, Err(reason)) if !is_failure(reason) => Vec::new(),
        (Expected::LeftOut, Err(reason)) => about("the person is left out", reason.to_string()),
        (Expected::Failure, Err(reason)) if is_failure(reason) => Vec::new(),
        (Expected::Failure, Err(reason)) => about("a mapping fails", reason.to_string()),
        (Expected::LeftOut, Ok(_)) => {
            about("the person is left out", "the person is mapped".to_owned())
        }
        (Expected::Failure, Ok(desired)) if desired.is_refused_in_part() => Vec::new(),
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
        Wanted::Refused(reason) => {
            let (expected, actual) = (shown(expected), reason.sentence.clone());
            return Some(TestDifference { about: name.to_owned(), expected, actual });
        }
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

/// The manager is compared by a name; who stands for somebody in the target is not known to a test.
fn compare_manager(
    desired: &Desired<'_>,
    manager: Option<&TestManager>,
    expected: Option<&Value>,
) -> Option<TestDifference> {
    let names = manager.filter(|_| desired.manager().is_some()).map(TestManager::names);
    let names = names.unwrap_or_default();
    let same = match expected.and_then(Value::as_text) {
        Some(expected) => names.iter().any(|name| name.eq_ignore_ascii_case(expected)),
        None => desired.manager().is_none(),
    };
    (!same).then(|| TestDifference {
        about: Name::manager().to_string(),
        expected: shown(expected),
        actual: shown(names.first().map(|name| Value::text(*name)).as_ref()),
    })
}

/// A number may be written as a text and the other way round, as the attribute takes both.
fn is_same(expected: &Value, actual: &Value, shape: Shape) -> bool {
    fit(expected.clone(), shape).is_ok_and(|expected| expected == *actual)
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "(nothing)".to_owned(), |value| format!("'{value}'"))
}

//! A condition, compiled: NOT and parentheses, dates, managers, members, lists. It says more than a
//! published filter can; the tests about values are the filter's own clauses.

use model::{
    Condition, Kind, Name, ObjectId, Operator, Shape, Timestamp,
    condition::{Instant, Named, Test as Asks, When},
};

use super::{
    Asked,
    answer::{Answer, all, any},
    clause::{Clause, ClauseResult, Place},
};
use crate::{Finding, Reads, Schema};

/// A condition, compiled.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    text: String,
    root: Node,
}

#[derive(Clone, Debug)]
enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Test(Test),
}

#[derive(Clone, Debug)]
enum Test {
    Value(Box<Clause>),
    Date { text: String, name: Name, when: When, than: Instant, missing: bool },
    Manager { text: String, asks: Manager },
    Member { text: String, group: ObjectId, nested: bool },
}

#[derive(Clone, Copy, Debug)]
enum Manager {
    Nobody,
    Somebody,
    Is(ObjectId),
    IsNot(ObjectId),
}

impl Tree {
    /// Compiles a condition; all that is wrong with it at once.
    pub(super) fn compile(condition: &Condition, schema: &Schema) -> Result<Self, Vec<Finding>> {
        let mut compiler = Compiler { schema, number: 0, findings: Vec::new() };
        let root = compiler.node(condition);
        match root {
            Some(root) if compiler.findings.is_empty() => {
                Ok(Self { text: condition.to_string(), root })
            }
            _ => Err(compiler.findings),
        }
    }

    pub(super) fn holds(&self, asked: Asked<'_>) -> Answer {
        holds(&self.root, asked)
    }

    /// Every test in the order of the text, and then the whole, where there is more than one.
    pub(super) fn explain(&self, asked: Asked<'_>) -> Vec<ClauseResult> {
        let mut results = Vec::new();
        visit(&self.root, &mut |test| results.push(test.explain(asked)));
        if !matches!(self.root, Node::Test(_)) {
            results.push(ClauseResult::of_all(&self.text, &self.holds(asked)));
        }
        results
    }

    pub(super) fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        visit(&self.root, &mut |test| match test {
            Test::Manager { .. } => reads.managers = true,
            Test::Member { group, nested, .. } => reads.groups.push((*group, *nested)),
            Test::Value(_) | Test::Date { .. } => {}
        });
        reads
    }

    pub(super) fn next_change(&self, asked: Asked<'_>) -> Option<Timestamp> {
        let mut next: Option<Timestamp> = None;
        visit(&self.root, &mut |test| {
            if let Some(turn) = test.turn(asked).filter(|turn| *turn > asked.now) {
                next = Some(next.map_or(turn, |next| next.min(turn)));
            }
        });
        next
    }
}

/// Compiles the tests one after the other.
struct Compiler<'s> {
    schema: &'s Schema,
    /// How many tests came before.
    number: usize,
    findings: Vec<Finding>,
}

impl Compiler<'_> {
    fn node(&mut self, condition: &Condition) -> Option<Node> {
        match condition {
            Condition::And(parts) => Some(Node::And(self.nodes(parts))),
            Condition::Or(parts) => Some(Node::Or(self.nodes(parts))),
            Condition::Not(part) => Some(Node::Not(Box::new(self.node(part)?))),
            Condition::Test(test) => {
                let number = self.number;
                self.number += 1;
                match compile_test(test, number, self.schema) {
                    Ok(test) => Some(Node::Test(test)),
                    Err(finding) => {
                        self.findings.push(finding);
                        None
                    }
                }
            }
        }
    }

    fn nodes(&mut self, parts: &[Condition]) -> Vec<Node> {
        parts.iter().filter_map(|part| self.node(part)).collect()
    }
}

fn compile_test(test: &Asks, number: usize, schema: &Schema) -> Result<Test, Finding> {
    let text = test.to_string();
    let place = Place::condition(number, text.clone());
    let refuse = |code, message, hint| place.refuse(code, message, hint);
    let found = |named: &Named| {
        named
            .id
            .ok_or_else(|| refuse("not-found", format!("the source has no '{}'", named.name), None))
    };
    if schema.kind() == Kind::Group && matches!(test, Asks::Manager { .. } | Asks::Member { .. }) {
        return Err(refuse(
            "attribute-not-comparable",
            "a filter of groups asks for attributes of groups only".to_owned(),
            Some("assign the groups that are meant, or compare their names".to_owned()),
        ));
    }
    match test {
        Asks::Compare(comparison) => {
            Ok(Test::Value(Box::new(Clause::extended(comparison, &place, schema)?)))
        }
        Asks::Date { attribute, when, than, missing } => match schema.find_attribute(attribute) {
            Some((name, Shape::DateTime)) => {
                Ok(Test::Date { text, name, when: *when, than: *than, missing: *missing })
            }
            Some((name, _)) => Err(refuse(
                "attribute-not-comparable",
                format!("'{name}' holds no date"),
                Some("BEFORE and AFTER compare attributes of type date-time".to_owned()),
            )),
            None => Err(refuse(
                "unknown-attribute",
                format!("the source has no attribute '{attribute}'"),
                schema.hint(attribute),
            )),
        },
        Asks::Manager { operator, person } => {
            let asks = match (operator, person) {
                (Operator::IsNull, _) => Manager::Nobody,
                (Operator::IsNotNull, _) => Manager::Somebody,
                (Operator::Equals, Some(person)) => Manager::Is(found(person)?),
                (Operator::NotEquals, Some(person)) => Manager::IsNot(found(person)?),
                _ => {
                    let hint =
                        "ask for the manager with EQUALS, NOT EQUALS, IS NULL or IS NOT NULL";
                    return Err(refuse(
                        "attribute-not-comparable",
                        format!("{} does not fit a manager", operator.as_str()),
                        Some(hint.to_owned()),
                    ));
                }
            };
            Ok(Test::Manager { text, asks })
        }
        Asks::Member { group, nested } => {
            let group = found(group)?;
            Ok(Test::Member { text, group, nested: *nested })
        }
    }
}

/// Objects that a condition names and that are gone: what is asked about them can no longer be so.
pub fn find_gone(condition: &Condition, is_gone: impl Fn(ObjectId) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    condition.walk(&mut |test| {
        let (named, what, effect) = match test {
            Asks::Member { group, .. } => (group, "group", "has no members"),
            Asks::Manager { person: Some(person), .. } => (person, "person", "manages nobody"),
            _ => return,
        };
        if let Some(id) = named.id.filter(|id| is_gone(*id)) {
            let finding = Finding::at(
                "named-is-deleted",
                format!("condition '{test}'"),
                format!("the {what} '{}' ({id}) is deleted, and {effect}", named.name),
                Some("restore it, or name another one in the condition".to_owned()),
            );
            findings.push(finding.doubt());
        }
    });
    findings
}

fn holds(node: &Node, asked: Asked<'_>) -> Answer {
    match node {
        Node::And(parts) => all(parts.iter().map(|part| holds(part, asked))),
        Node::Or(parts) => any(parts.iter().map(|part| holds(part, asked))),
        Node::Not(part) => holds(part, asked).map(|answer| !answer),
        Node::Test(test) => test.holds(asked),
    }
}

fn visit<'n>(node: &'n Node, each: &mut impl FnMut(&'n Test)) {
    match node {
        Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| visit(part, each)),
        Node::Not(part) => visit(part, each),
        Node::Test(test) => each(test),
    }
}

impl Test {
    fn holds(&self, asked: Asked<'_>) -> Answer {
        let manager = asked.record.manager;
        Ok(match self {
            Self::Value(clause) => return clause.holds(asked.person),
            Self::Date { name, when, than, missing, .. } => match moment(asked, name) {
                Some(moment) => match when {
                    When::Before => moment < resolve(*than, asked.now),
                    When::After => moment >= resolve(*than, asked.now),
                },
                None => *missing,
            },
            Self::Manager { asks, .. } => match *asks {
                Manager::Nobody => manager.is_none(),
                Manager::Somebody => manager.is_some(),
                Manager::Is(person) => manager == Some(person),
                Manager::IsNot(person) => manager.is_some_and(|manager| manager != person),
            },
            Self::Member { group, .. } => asked.record.member_of.binary_search(group).is_ok(),
        })
    }

    fn explain(&self, asked: Asked<'_>) -> ClauseResult {
        let (text, saw) = match self {
            Self::Value(clause) => return clause.explain(asked.person),
            Self::Date { text, name, .. } => (text, asked.person.text(name).map(str::to_owned)),
            Self::Manager { text, .. } => (text, asked.record.manager_label()),
            Self::Member { text, .. } => {
                let is = if self.holds(asked) == Ok(true) { "a member" } else { "not a member" };
                (text, Some(is.to_owned()))
            }
        };
        ClauseResult { clause: text.clone(), saw, passed: self.holds(asked).ok(), is_whole: false }
    }

    /// The instant from which on the answer is another one: where the moving moment has just passed
    /// the one that the attribute holds.
    fn turn(&self, asked: Asked<'_>) -> Option<Timestamp> {
        match self {
            Self::Date { name, than: Instant::FromNow(seconds), .. } => {
                let held = moment(asked, name)?;
                Some(Timestamp(held.plus_seconds(seconds.saturating_neg()).0.saturating_add(1)))
            }
            _ => None,
        }
    }
}

/// The moment that an attribute holds; none when it is empty.
fn moment(asked: Asked<'_>, name: &Name) -> Option<Timestamp> {
    asked.person.text(name)?.parse().ok()
}

fn resolve(instant: Instant, now: Timestamp) -> Timestamp {
    match instant {
        Instant::At(milliseconds) => Timestamp(milliseconds),
        Instant::FromNow(seconds) => now.plus_seconds(seconds),
    }
}

//! What a filter says of a value in memory: of a policy, a job, an entry of a log.
//!
//! The value is the JSON that the interface would send, so that a filter sees what a caller sees.
//! A member that is absent is null. Null is equal to null alone and neither above nor below
//! anything, and a condition about what is absent is false, so that `not` of it is true.

use std::{borrow::Cow, cmp::Ordering};

use model::fold;
use serde_json::Value;

use super::{
    Comparison, Expr, Letters, Literal, Match, Node, Operand, Path, Quantifier, Term,
    literal::{Instant, milliseconds},
};

/// How texts compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `A` and `a` are the same: properties of the directory.
    Ignored,
    /// They differ: the logs.
    Exact,
}

/// Whether the filter admits the value. Names of members are found without regard to case.
pub fn matches(expr: &Expr, value: &Value, case: Case) -> bool {
    Scope { root: value, case, members: Vec::new() }.holds(expr)
}

/// What paths begin from.
struct Scope<'a> {
    root: &'a Value,
    case: Case,
    /// The members that are looked at, with what the filter calls them.
    members: Vec<(&'a str, &'a Value)>,
}

/// A value that is compared.
enum Item<'a> {
    Null,
    Boolean(bool),
    Number(f64),
    Integer(i64),
    Text(Cow<'a, str>),
    Time(Instant),
    Duration(i64),
    Guid(&'a str),
    /// A list or an object, which is like nothing.
    Other,
}

impl<'a> Scope<'a> {
    fn holds(&mut self, expr: &'a Expr) -> bool {
        match &expr.node {
            Node::And(parts) => parts.iter().all(|part| self.holds(part)),
            Node::Or(parts) => parts.iter().any(|part| self.holds(part)),
            Node::Not(part) => !self.holds(part),
            Node::Compare { left, by, right } => {
                self.compare(&self.item(left), *by, &self.item(right))
            }
            Node::In { left, values } => {
                let left = self.item(left);
                values.iter().any(|value| self.compare(&left, Comparison::Equal, &literal(value)))
            }
            Node::Match { how, left, right } => self.text_match(*how, left, right),
            Node::Lambda { path, quantifier, variable, body } => {
                self.lambda(path, *quantifier, variable.as_deref(), body.as_deref())
            }
            Node::Truth(operand) => matches!(self.item(operand), Item::Boolean(true)),
        }
    }

    fn lambda(
        &mut self,
        path: &'a Path,
        quantifier: Quantifier,
        variable: Option<&'a str>,
        body: Option<&'a Expr>,
    ) -> bool {
        let list = match self.find(path) {
            Some(Value::Array(list)) => list.as_slice(),
            _ => &[],
        };
        let (Some(variable), Some(body)) = (variable, body) else { return !list.is_empty() };
        let mut holds = |member| {
            self.members.push((variable, member));
            let holds = self.holds(body);
            self.members.pop();
            holds
        };
        match quantifier {
            Quantifier::Any => list.iter().any(&mut holds),
            Quantifier::All => list.iter().all(&mut holds),
        }
    }

    fn text_match(&self, how: Match, left: &'a Operand, right: &'a Operand) -> bool {
        let (Some(text), Some(part)) = (self.text(left), self.text(right)) else { return false };
        match how {
            Match::StartsWith => text.starts_with(&part),
            Match::EndsWith => text.ends_with(&part),
            Match::Contains => text.contains(&part),
        }
    }

    /// The operand's text as it compares.
    fn text(&self, operand: &'a Operand) -> Option<String> {
        let text = match self.item(operand) {
            Item::Text(text) => text,
            Item::Guid(id) => Cow::Borrowed(id),
            _ => return None,
        };
        Some(match self.case {
            Case::Ignored => fold(&text),
            Case::Exact => text.into_owned(),
        })
    }

    fn find(&self, path: &Path) -> Option<&'a Value> {
        let first = match &path.variable {
            Some(variable) => self.members.iter().rev().find(|(name, _)| name == variable)?.1,
            None => self.root,
        };
        path.segments.iter().try_fold(first, |value, name| member(value, name))
    }

    fn item(&self, operand: &'a Operand) -> Item<'a> {
        match &operand.term {
            Term::Literal(value) => literal(value),
            Term::Path(path) if path.count => match self.find(path) {
                Some(Value::Array(list)) => Item::Integer(list.len() as i64),
                Some(Value::Null) | None => Item::Integer(0),
                Some(_) => Item::Other,
            },
            Term::Path(path) => self.find(path).map_or(Item::Null, json),
            Term::Letters(letters, inner) => match (self.item(inner), letters) {
                (Item::Text(text), Letters::Lower) => Item::Text(text.to_lowercase().into()),
                (Item::Text(text), Letters::Upper) => Item::Text(text.to_uppercase().into()),
                (Item::Null, _) => Item::Null,
                _ => Item::Other,
            },
        }
    }

    fn compare(&self, left: &Item<'_>, by: Comparison, right: &Item<'_>) -> bool {
        if by == Comparison::Has {
            return self.has(left, right);
        }
        let order = self.order(left, right);
        match by {
            Comparison::Equal => order == Some(Ordering::Equal),
            Comparison::NotEqual => order != Some(Ordering::Equal),
            _ if matches!(left, Item::Null) || matches!(right, Item::Null) => false,
            Comparison::Greater => order == Some(Ordering::Greater),
            Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
            Comparison::Less => order == Some(Ordering::Less),
            Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
            Comparison::Has => false,
        }
    }

    /// How two values stand to each other; none when they are of kinds that do not compare.
    fn order(&self, left: &Item<'_>, right: &Item<'_>) -> Option<Ordering> {
        match (left, right) {
            (Item::Null, Item::Null) => Some(Ordering::Equal),
            (Item::Boolean(left), Item::Boolean(right)) => Some(left.cmp(right)),
            (Item::Integer(left), Item::Integer(right)) => Some(left.cmp(right)),
            (Item::Time(left), Item::Time(right)) => Some(left.cmp(right)),
            (Item::Duration(left), Item::Duration(right)) => Some(left.cmp(right)),
            (Item::Guid(left), Item::Guid(right)) => Some(left.cmp(right)),
            (Item::Text(left), Item::Text(right)) => Some(match self.case {
                Case::Exact => left.cmp(right),
                Case::Ignored => fold(left).cmp(&fold(right)),
            }),
            (Item::Text(text), Item::Guid(id)) => Some(text.to_ascii_lowercase().as_str().cmp(id)),
            (Item::Text(text), Item::Time(right)) => {
                Instant::read(text).map(|left| left.cmp(right))
            }
            (Item::Text(text), Item::Duration(right)) => {
                milliseconds(text).map(|left| left.cmp(right))
            }
            (Item::Guid(_) | Item::Time(_) | Item::Duration(_), Item::Text(_)) => {
                self.order(right, left).map(Ordering::reverse)
            }
            (Item::Number(_) | Item::Integer(_), Item::Number(_) | Item::Integer(_)) => {
                number(left)?.partial_cmp(&number(right)?)
            }
            _ => None,
        }
    }

    /// Whether a name stands among names that are joined by commas.
    fn has(&self, left: &Item<'_>, right: &Item<'_>) -> bool {
        let (Item::Text(names), Item::Text(wanted)) = (left, right) else { return false };
        let is_among =
            |name: &str| names.split(',').any(|one| one.trim().eq_ignore_ascii_case(name));
        wanted.split(',').all(|name| is_among(name.trim()))
    }
}

fn number(item: &Item<'_>) -> Option<f64> {
    match item {
        Item::Number(number) => Some(*number),
        Item::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

fn literal(literal: &Literal) -> Item<'_> {
    match literal {
        Literal::Null => Item::Null,
        Literal::Boolean(value) => Item::Boolean(*value),
        Literal::Integer(number) => Item::Integer(*number),
        Literal::Decimal(number) => Item::Number(*number),
        Literal::Text(text) => Item::Text(Cow::Borrowed(text)),
        Literal::Guid(id) => Item::Guid(id),
        Literal::Time(instant) => Item::Time(*instant),
        Literal::Duration(milliseconds) => Item::Duration(*milliseconds),
    }
}

fn json(value: &Value) -> Item<'_> {
    match value {
        Value::Null => Item::Null,
        Value::Bool(value) => Item::Boolean(*value),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Item::Integer(number),
            None => number.as_f64().map_or(Item::Other, Item::Number),
        },
        Value::String(text) => Item::Text(Cow::Borrowed(text)),
        Value::Array(_) | Value::Object(_) => Item::Other,
    }
}

/// A member of an object, in any case of letters.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let Value::Object(members) = value else { return None };
    members.get(name).or_else(|| {
        members.iter().find(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

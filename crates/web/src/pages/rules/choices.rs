//! What a filter can ask: the attributes of the source with the operators that fit each.

use model::{Job, Kind, Name, Operator, Shape};

use super::draft::{Draft, Row};
use crate::{error::Error, visit::Visit};

/// The attributes that a published filter can ask for.
pub struct Choices(Vec<Choice>);

/// An attribute.
pub struct Choice {
    /// Its name.
    pub name: String,
    /// What it holds, for people, where that is no text: nearly all are texts, and the field is narrow.
    pub what: Option<&'static str>,
    shape: Shape,
}

/// The operators in the order in which they are offered.
const OPERATORS: [(Operator, &str); 14] = [
    (Operator::Equals, "rules-op-equals"),
    (Operator::NotEquals, "rules-op-not-equals"),
    (Operator::Includes, "rules-op-includes"),
    (Operator::EndsWith, "rules-op-ends-with"),
    (Operator::RegexMatch, "rules-op-regex"),
    (Operator::NotRegexMatch, "rules-op-not-regex"),
    (Operator::In, "rules-op-in"),
    (Operator::NotIn, "rules-op-not-in"),
    (Operator::GreaterThan, "rules-op-greater"),
    (Operator::GreaterThanOrEquals, "rules-op-at-least"),
    (Operator::IsTrue, "rules-op-true"),
    (Operator::IsFalse, "rules-op-false"),
    (Operator::IsNotNull, "rules-op-not-null"),
    (Operator::IsNull, "rules-op-null"),
];

impl Choices {
    /// Of the source of a configuration.
    pub fn of(visit: &Visit, job: &Job, kind: Kind) -> Result<Self, Error> {
        let all = visit.center.directory.list_attributes(visit.actor(), job, (job.source, kind))?;
        let can_be_asked = |name: &Name, shape: Shape| {
            !shape.is_list()
                && shape != Shape::Record
                && !name.is_reference()
                && *name != Name::USER_TYPE
        };
        let fitting = all.into_iter().filter(|one| can_be_asked(&one.name, one.shape));
        let choice = fitting.map(|one| Choice {
            name: one.name.to_string(),
            what: (!matches!(one.shape, Shape::Text(_))).then(|| one.shape.describe()),
            shape: one.shape,
        });
        Ok(Self(choice.collect()))
    }

    /// The attributes.
    pub fn attributes(&self) -> &[Choice] {
        &self.0
    }

    /// Whether it is one of them: one that was saved before is offered all the same.
    pub fn knows(&self, name: &str) -> bool {
        self.0.iter().any(|one| one.name == name)
    }

    /// The operators that fit the attribute of a clause, as they are written and as they are called.
    pub fn operators(&self, row: &Row) -> Vec<(&'static str, String)> {
        let shape = self.0.iter().find(|one| one.name == row.attribute).map(|one| one.shape);
        let fits = |operator: &Operator| {
            shape.is_none_or(|shape| fits(*operator, shape)) || *operator == row.operator()
        };
        let fitting = OPERATORS.iter().filter(|(operator, _)| fits(operator));
        fitting.map(|(operator, key)| (operator.as_str(), crate::texts::say(key, &[]))).collect()
    }

    /// The draft with operators that fit: another attribute may have been chosen.
    pub fn fit(&self, mut draft: Draft) -> Draft {
        for row in draft.groups.iter_mut().flat_map(|group| &mut group.rows) {
            let shape = self.0.iter().find(|one| one.name == row.attribute).map(|one| one.shape);
            let operator = row.operator();
            // Whoever chooses true or false has not been asked for a text yet.
            let is_open = |shape: &Shape| {
                *shape == Shape::Boolean && operator.is_binary() && row.operand.is_empty()
            };
            if let Some(shape) = shape.filter(|shape| !fits(operator, *shape) || is_open(shape)) {
                usual(shape).as_str().clone_into(&mut row.operator);
            }
        }
        draft
    }
}

/// What is asked of an attribute that was chosen just now.
fn usual(shape: Shape) -> Operator {
    match shape {
        Shape::Boolean => Operator::IsTrue,
        Shape::DateTime | Shape::Binary(_) => Operator::IsNotNull,
        _ => Operator::Equals,
    }
}

fn fits(operator: Operator, shape: Shape) -> bool {
    use Operator as O;
    let is_about_presence = operator.is_about_presence();
    let is_same = matches!(operator, O::Equals | O::NotEquals);
    let is_bound = matches!(operator, O::GreaterThan | O::GreaterThanOrEquals);
    match shape {
        Shape::Boolean => {
            is_about_presence || matches!(operator, O::IsTrue | O::IsFalse) || is_same
        }
        Shape::Integer => {
            is_about_presence || is_same || is_bound || matches!(operator, O::In | O::NotIn)
        }
        Shape::DateTime | Shape::Binary(_) => is_about_presence,
        _ => !matches!(operator, O::IsTrue | O::IsFalse),
    }
}

//! Conditions: what a scoping filter of the published form cannot say (provisioning-engine.md 3.4
//! lists it as not filterable): NOT and parentheses, dates, the manager, members of groups, lists,
//! `userType`, and a choice for empty values and for case.
//!
//! A condition is an addition of Syncline's own. It stands beside the [`Filter`](crate::Filter) in a
//! job, never inside it, so that what is exported in the published form stays what others understand.
//! A person is in scope when both hold. Evaluating it is the engine's.

use std::{fmt, ops::Range};

use serde::{Deserialize, Serialize};

use crate::{ObjectId, Operator, hidden::quote};

/// Where a clause stands in the text that it was read from, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans {
    /// All of it, with its options.
    pub clause: Range<usize>,
    /// The attribute, or the word that stands for one.
    pub attribute: Range<usize>,
    /// The operand in its quotes; empty where there is none.
    pub operand: Range<usize>,
}

/// A tree of tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Condition {
    /// All of them hold; of none, it holds.
    And(Vec<Condition>),
    /// At least one of them holds; of none, it does not.
    Or(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// One question.
    Test(Test),
}

/// One question about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Test {
    /// About the value, or the values, of an attribute.
    Compare(Comparison),
    /// About the moment that an attribute holds.
    Date {
        /// The source attribute.
        attribute: String,
        /// On which side of the other moment it must lie.
        when: When,
        /// The other moment.
        than: Instant,
        /// The answer where the attribute is empty.
        #[serde(default)]
        missing: bool,
    },
    /// About the manager. `IS NULL`, `IS NOT NULL`, `EQUALS` and `NOT EQUALS` are the operators that
    /// fit; the last two name somebody, and nobody's manager is neither.
    Manager {
        /// What is asked.
        operator: Operator,
        /// Whom it is compared with; none for the operators that take nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<Named>,
    },
    /// Whether the person is a member of a group of the source.
    Member {
        /// The group.
        group: Named,
        /// Members of its member groups count too, however deep.
        #[serde(default)]
        nested: bool,
    },
}

/// A question about the value, or the values, of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The source attribute.
    pub attribute: String,
    /// How many of its values must answer yes.
    #[serde(default)]
    pub count: Count,
    /// What is asked of each.
    pub operator: Operator,
    /// What it is compared with; empty for operators that take nothing.
    #[serde(default)]
    pub operand: String,
    /// `A` and `a` are the same.
    #[serde(default)]
    pub any_case: bool,
    /// The answer where the attribute is empty; `IS NULL` and `IS NOT NULL` answer for themselves.
    #[serde(default)]
    pub missing: bool,
}

/// How many values of an attribute must answer yes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Count {
    /// The attribute holds one value.
    #[default]
    One,
    /// At least one of several.
    Any,
    /// All of several.
    All,
}

/// On which side of another moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    /// Earlier.
    Before,
    /// Later, or at the same moment.
    After,
}

/// A moment: a fixed one, or one that moves with the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Instant {
    /// This one, in milliseconds since 1970.
    At(i64),
    /// So many seconds from now; before now when negative.
    FromNow(i64),
}

/// An object of the source, by the name that somebody wrote, and by its id once it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Named {
    /// A person's id, user principal name or mail; a group's id, mail or display name.
    pub name: String,
    /// The object; none before the configuration is saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ObjectId>,
}

impl Condition {
    /// Calls `visit` with every test, in the order of the text.
    pub fn walk<'c>(&'c self, visit: &mut impl FnMut(&'c Test)) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.walk(visit)),
            Self::Not(part) => part.walk(visit),
            Self::Test(test) => visit(test),
        }
    }

    /// Calls `visit` with every object that is named, and whether a group is meant.
    pub fn walk_names(&mut self, visit: &mut impl FnMut(&mut Named, bool)) {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                parts.iter_mut().for_each(|part| part.walk_names(visit));
            }
            Self::Not(part) => part.walk_names(visit),
            Self::Test(Test::Manager { person: Some(person), .. }) => visit(person, false),
            Self::Test(Test::Member { group, .. }) => visit(group, true),
            Self::Test(_) => {}
        }
    }
}

/// The text that the parser of conditions reads again.
impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(comparison) => comparison.fmt(f),
            Self::Date { attribute, when, than, missing } => {
                let when = match when {
                    When::Before => "BEFORE",
                    When::After => "AFTER",
                };
                write!(f, "{attribute} {when} {than}")?;
                f.write_str(if *missing { " [missing is true]" } else { "" })
            }
            Self::Manager { operator, person: None } => write!(f, "manager {}", operator.as_str()),
            Self::Manager { operator, person: Some(person) } => {
                write!(f, "manager {} {}", operator.as_str(), quote(&person.name))
            }
            Self::Member { group, nested } => {
                write!(f, "MEMBER OF {}", quote(&group.name))?;
                f.write_str(if *nested { " [nested]" } else { "" })
            }
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.count {
            Count::One => "",
            Count::Any => "ANY ",
            Count::All => "ALL ",
        })?;
        write!(f, "{} {}", self.attribute, self.operator.as_str())?;
        if self.operator.is_binary() {
            write!(f, " {}", quote(&self.operand))?;
        }
        f.write_str(match (self.any_case, self.missing) {
            (false, false) => "",
            (true, false) => " [any case]",
            (false, true) => " [missing is true]",
            (true, true) => " [any case, missing is true]",
        })
    }
}

/// An instant of RFC 3339, or `now` with an offset in the largest unit that fits: `now+14d`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::At(milliseconds) => crate::Timestamp(milliseconds).fmt(f),
            Self::FromNow(0) => f.write_str("now"),
            Self::FromNow(seconds) => {
                let (unit, name) = [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')]
                    .into_iter()
                    .find(|(unit, _)| seconds % unit == 0)
                    .unwrap_or((1, 's'));
                write!(f, "now{:+}{name}", seconds / unit)
            }
        }
    }
}

/// AND binds closer than OR, and NOT closest; parentheses stand only where they are needed.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    write!(f, " {word} ")?;
                }
                let loose = matches!(part, Self::Or(_) | Self::And(_)) && parts.len() > 1;
                if loose { write!(f, "({part})")? } else { write!(f, "{part}")? }
            }
            Ok(())
        };
        match self {
            Self::And(parts) => joined(f, parts, "AND"),
            Self::Or(parts) => joined(f, parts, "OR"),
            Self::Not(part) => match **part {
                Self::And(_) | Self::Or(_) => write!(f, "NOT ({part})"),
                _ => write!(f, "NOT {part}"),
            },
            Self::Test(test) => test.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(attribute: &str) -> Condition {
        Condition::Test(Test::Compare(Comparison {
            attribute: attribute.to_owned(),
            count: Count::One,
            operator: Operator::IsNull,
            operand: String::new(),
            any_case: false,
            missing: false,
        }))
    }

    #[test]
    fn parentheses_stand_where_they_are_needed() {
        let either = Condition::Or(vec![test("a"), test("b")]);
        let all = Condition::And(vec![either, Condition::Not(Box::new(test("c")))]);
        assert_eq!(all.to_string(), "(a IS NULL OR b IS NULL) AND NOT c IS NULL");
        let not = Condition::Not(Box::new(all));
        assert_eq!(not.to_string(), "NOT ((a IS NULL OR b IS NULL) AND NOT c IS NULL)");
    }

    #[test]
    fn offsets_are_told_in_the_largest_unit_that_fits() {
        let told = [0, 86_400 * 14, -3_600, 90].map(|one| Instant::FromNow(one).to_string());
        assert_eq!(told, ["now", "now+14d", "now-1h", "now+90s"]);
        assert_eq!(Instant::At(0).to_string(), crate::Timestamp(0).to_string());
    }
}

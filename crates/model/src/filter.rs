//! Scoping filters: groups of clauses. Clauses of a group are joined by AND, groups by OR
//! (cross-tenant-sync.md 2.8, provisioning-engine.md 3.3). Evaluating them is the engine's.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::hidden::quote;

/// What a clause asks (provisioning-engine.md 3.4). All but `IS NULL` are false on an empty value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// The value is the operand, case included.
    #[serde(rename = "EQUALS")]
    Equals,
    /// The value is something else.
    #[serde(rename = "NOT EQUALS")]
    NotEquals,
    /// The attribute is empty.
    #[serde(rename = "IS NULL")]
    IsNull,
    /// The attribute holds something.
    #[serde(rename = "IS NOT NULL")]
    IsNotNull,
    /// The boolean is true.
    #[serde(rename = "IS TRUE")]
    IsTrue,
    /// The boolean is false.
    #[serde(rename = "IS FALSE")]
    IsFalse,
    /// The pattern is found in the value.
    #[serde(rename = "REGEX MATCH")]
    RegexMatch,
    /// The pattern is not found in the value.
    #[serde(rename = "NOT REGEX MATCH")]
    NotRegexMatch,
    /// The integer is larger than the operand.
    #[serde(rename = "Greater_Than")]
    GreaterThan,
    /// The integer is at least the operand.
    #[serde(rename = "Greater_Than_OR_EQUALS")]
    GreaterThanOrEquals,
    /// The value contains the operand.
    #[serde(rename = "Includes")]
    Includes,
    /// The value ends with the operand.
    #[serde(rename = "ENDS_WITH")]
    EndsWith,
    /// The operand contains the value.
    #[serde(rename = "&")]
    In,
    /// The operand does not contain the value.
    #[serde(rename = "!&")]
    NotIn,
}

impl Operator {
    /// All operators with their spelling, longest spelling first so that a reader takes the longest.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::GreaterThanOrEquals, "Greater_Than_OR_EQUALS"),
        (Self::NotRegexMatch, "NOT REGEX MATCH"),
        (Self::GreaterThan, "Greater_Than"),
        (Self::IsNotNull, "IS NOT NULL"),
        (Self::RegexMatch, "REGEX MATCH"),
        (Self::NotEquals, "NOT EQUALS"),
        (Self::EndsWith, "ENDS_WITH"),
        (Self::Includes, "Includes"),
        (Self::IsFalse, "IS FALSE"),
        (Self::IsNull, "IS NULL"),
        (Self::IsTrue, "IS TRUE"),
        (Self::Equals, "EQUALS"),
        (Self::NotIn, "!&"),
        (Self::In, "&"),
    ];

    /// The spelling.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(operator, _)| *operator == self)
            .map(|(_, text)| *text)
            .expect("every operator stands in the list")
    }

    /// Whether it asks only if there is a value.
    pub fn is_about_presence(self) -> bool {
        matches!(self, Self::IsNull | Self::IsNotNull)
    }

    /// Whether it compares with an operand.
    pub fn is_binary(self) -> bool {
        !matches!(self, Self::IsNull | Self::IsNotNull | Self::IsTrue | Self::IsFalse)
    }
}

/// One question about one attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clause {
    /// The source attribute.
    pub attribute: String,
    /// What is asked.
    pub operator: Operator,
    /// What it is compared with; empty for operators that take nothing.
    #[serde(default)]
    pub operand: String,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.attribute, self.operator.as_str())?;
        if self.operator.is_binary() {
            write!(f, " {}", quote(&self.operand))?;
        }
        Ok(())
    }
}

/// Clauses that must all be true.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The filter's title.
    #[serde(default)]
    pub name: String,
    /// Its clauses.
    pub clauses: Vec<Clause>,
}

/// Groups of which one must be true. Without groups everybody passes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Filter {
    /// The groups.
    pub groups: Vec<Group>,
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in self.groups.iter().enumerate() {
            if index > 0 {
                f.write_str(" OR ")?;
            }
            for (index, clause) in group.clauses.iter().enumerate() {
                if index > 0 {
                    f.write_str(" AND ")?;
                }
                clause.fmt(f)?;
            }
        }
        Ok(())
    }
}

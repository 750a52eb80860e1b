//! A scoping filter, compiled against the source's attributes: the published form, and beside it the
//! condition that is our own addition.

use std::iter;

use model::Timestamp;

use super::{
    Asked,
    answer::{Undecided, all, any},
    clause::{Clause, ClauseResult},
    condition::Tree,
};
use crate::{Finding, Reads, Schema};

/// Groups of clauses: clauses joined by AND, groups by OR. Without groups everybody passes. The
/// condition, where there is one, must hold as well.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    groups: Vec<Vec<Clause>>,
    condition: Option<Tree>,
}

impl Filter {
    /// Compiles both; all that is wrong with them at once.
    pub fn compile(
        filter: &model::Filter,
        condition: Option<&model::Condition>,
        schema: &Schema,
    ) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut groups = Vec::new();
        let mut numbers = 0..;
        for group in &filter.groups {
            let mut clauses = Vec::new();
            for (clause, number) in group.clauses.iter().zip(&mut numbers) {
                match Clause::published(clause, number, schema) {
                    Ok(clause) => clauses.push(clause),
                    Err(finding) => findings.push(finding),
                }
            }
            groups.push(clauses);
        }
        let condition = condition.and_then(|condition| {
            Tree::compile(condition, schema).map_err(|found| findings.extend(found)).ok()
        });
        if findings.is_empty() { Ok(Self { groups, condition }) } else { Err(findings) }
    }

    /// Whether the person passes; an error where a clause that matters has no answer.
    pub fn passes(&self, asked: Asked<'_>) -> Result<bool, Undecided> {
        let of_group =
            |group: &Vec<Clause>| all(group.iter().map(|clause| clause.holds(asked.person)));
        let groups = match self.groups.is_empty() {
            true => Ok(true),
            false => any(self.groups.iter().map(of_group)),
        };
        let condition = self.condition.iter().map(|condition| condition.holds(asked));
        all(iter::once(groups).chain(condition))
    }

    /// Every clause of every group with what it saw and said.
    pub fn explain(&self, asked: Asked<'_>) -> Vec<Vec<ClauseResult>> {
        let group = |clauses: &Vec<Clause>| {
            clauses.iter().map(|clause| clause.explain(asked.person)).collect()
        };
        self.groups.iter().map(group).collect()
    }

    /// Every test of the condition with what it saw and said, and the whole of it in the end; none
    /// without a condition.
    pub fn explain_condition(&self, asked: Asked<'_>) -> Vec<ClauseResult> {
        self.condition.as_ref().map(|condition| condition.explain(asked)).unwrap_or_default()
    }

    /// Why the person does not pass, in words.
    pub fn sentence(&self, asked: Asked<'_>) -> String {
        let texts: Vec<String> = self.find_failed(asked).iter().map(ToString::to_string).collect();
        texts.join("; ")
    }

    /// Why the person does not pass: the first clause of each group that is false, or the tests of
    /// the condition.
    pub fn find_failed(&self, asked: Asked<'_>) -> Vec<ClauseResult> {
        let failed: Vec<ClauseResult> = self
            .groups
            .iter()
            .filter_map(|group| group.iter().find(|clause| clause.holds(asked.person) == Ok(false)))
            .map(|clause| clause.explain(asked.person))
            .collect();
        let by_groups = !self.groups.is_empty() && failed.len() == self.groups.len();
        if by_groups { failed } else { self.explain_condition(asked) }
    }

    /// What has to be read of a person besides the object.
    pub fn reads(&self) -> Reads {
        self.condition.as_ref().map(Tree::reads).unwrap_or_default()
    }

    /// The next instant at which a date of the person passes the moment that a test compares it
    /// with.
    pub fn next_change(&self, asked: Asked<'_>) -> Option<Timestamp> {
        self.condition.as_ref()?.next_change(asked)
    }
}

//! A scoping filter, compiled against the source's attributes.

use model::Object;

use super::clause::{Clause, ClauseResult};
use crate::{Finding, Schema};

/// Groups of clauses: clauses joined by AND, groups by OR. Without groups everybody passes.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    groups: Vec<Vec<Clause>>,
}

impl Filter {
    /// Compiles a filter; all that is wrong with it at once.
    pub fn compile(filter: &model::Filter, schema: &Schema) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut groups = Vec::new();
        for group in &filter.groups {
            let mut clauses = Vec::new();
            for clause in &group.clauses {
                match Clause::compile(clause, schema) {
                    Ok(clause) => clauses.push(clause),
                    Err(finding) => findings.push(finding),
                }
            }
            groups.push(clauses);
        }
        if findings.is_empty() { Ok(Self { groups }) } else { Err(findings) }
    }

    /// Whether the person passes.
    pub fn passes(&self, person: &Object) -> bool {
        self.groups.is_empty()
            || self.groups.iter().any(|group| group.iter().all(|clause| clause.holds(person)))
    }

    /// Every clause with what it saw and said.
    pub fn explain(&self, person: &Object) -> Vec<Vec<ClauseResult>> {
        let group =
            |clauses: &Vec<Clause>| clauses.iter().map(|clause| clause.explain(person)).collect();
        self.groups.iter().map(group).collect()
    }

    /// Why the person does not pass: the first clause of each group that is false.
    pub fn sentence(&self, person: &Object) -> String {
        let failed = self.groups.iter().filter_map(|group| {
            group.iter().find(|clause| !clause.holds(person)).map(|clause| clause.explain(person))
        });
        let texts: Vec<String> = failed.map(|result| result.to_string()).collect();
        texts.join("; ")
    }
}

//! Scope: whether a person is meant to be in the target, and if not, why (cross-tenant-sync.md 2.7
//! and 2.8, provisioning-engine.md 3). Being able to get there is a later question.

mod clause;
mod filter;

pub use clause::ClauseResult;
pub use filter::Filter;

use model::{Code, Object, Reason, ScopeMode};

use crate::{Record, Rules};

/// Whether a person is meant to be in the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scoped<'r> {
    /// Yes; the person as the source holds it.
    In(PersonInScope<'r>),
    /// No, and why.
    Out(Reason),
}

/// A person who is in scope, so that later steps need not ask again whether there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonInScope<'r>(pub &'r Object);

/// Decides for one record.
pub fn decide<'r>(rules: &Rules, record: &'r Record) -> Scoped<'r> {
    let Some(person) = &record.object else {
        return out(Code::GONE_FROM_SOURCE, "the source tenant no longer has this person");
    };
    if person.deleted.is_some() {
        return out(Code::DELETED_IN_SOURCE, "the person is deleted in the source tenant");
    }
    if person.is_external() {
        return out(Code::EXTERNAL_USER, "the person is external in the source tenant");
    }
    if rules.scope == ScopeMode::Assigned && !record.assignment.is_given() {
        return out(
            Code::NOT_ASSIGNED,
            "neither the person nor a group with the person as a direct member is assigned",
        );
    }
    if !rules.filter.passes(person) {
        let sentence = rules.filter.sentence(person);
        return Scoped::Out(Reason::new(Code::FILTERED_OUT, sentence));
    }
    Scoped::In(PersonInScope(person))
}

fn out(code: Code, sentence: &str) -> Scoped<'static> {
    Scoped::Out(Reason::new(code, sentence))
}

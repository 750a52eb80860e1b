//! Scope: whether a person is meant to be in the target, and if not, why (cross-tenant-sync.md 2.7
//! and 2.8, provisioning-engine.md 3). Being able to get there is a later question.

mod answer;
mod clause;
mod closed;
mod condition;
mod filter;

pub use answer::Undecided;
pub use clause::ClauseResult;
pub use condition::find_gone;
pub use filter::Filter;

use model::{Code, Kind, Name, Object, Reason, ScopeMode, Timestamp, Value};

use crate::{Record, Rules};

/// Whether a person is meant to be in the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scoped<'r> {
    /// Yes; the person as the source holds it.
    In(PersonInScope<'r>),
    /// No, and why.
    Out(Reason),
    /// Nobody knows: the filter has no answer, and why. Neither answer may be taken for granted,
    /// because each of them moves somebody.
    Open(Reason),
}

/// A person who is in scope, so that later steps need not ask again whether there is one.
#[derive(Clone, Copy, Debug)]
pub struct PersonInScope<'r> {
    /// The person.
    pub person: &'r Object,
    /// All that is known of the person.
    pub record: &'r Record,
}

impl PartialEq for PersonInScope<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.person == other.person
    }
}

impl Eq for PersonInScope<'_> {}

/// A person whom a filter is asked about, at an instant.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'r> {
    /// The person.
    pub person: &'r Object,
    /// All that is known of the person.
    pub record: &'r Record,
    /// The present instant; dates in conditions compare with it.
    pub now: Timestamp,
}

/// Decides for one record.
pub fn decide<'r>(rules: &Rules, record: &'r Record, now: Timestamp) -> Scoped<'r> {
    let noun = rules.noun();
    let Some(person) = &record.object else {
        return out(Code::GONE_FROM_SOURCE, gone(noun));
    };
    if person.deleted.is_some() {
        return out(Code::DELETED_IN_SOURCE, format!("the {noun} is deleted in the source tenant"));
    }
    if person.is_external() {
        return out(Code::EXTERNAL_USER, "the person is external in the source tenant");
    }
    if rules.kind == Kind::Group && !can_go_along(person) {
        return out(Code::GROUP_KIND, "the group is neither a security nor a Microsoft 365 group");
    }
    if rules.scope == ScopeMode::Assigned && !record.assignment.is_given() {
        let sentence = match rules.kind {
            Kind::User => {
                "neither the person nor a group with the person as a direct member is assigned"
            }
            Kind::Group => "the group is not assigned",
        };
        return out(Code::NOT_ASSIGNED, sentence);
    }
    let asked = Asked { person, record, now };
    match rules.filter.passes(asked) {
        Ok(true) => Scoped::In(PersonInScope { person, record }),
        Ok(false) => Scoped::Out(Reason::new(Code::FILTERED_OUT, rules.filter.sentence(asked))),
        Err(undecided) => Scoped::Open(Reason::new(Code::FILTER_FAILED, undecided.to_string())),
    }
}

/// Whether a group is of a kind that can stand in another tenant (cross-tenant-sync.md 6).
fn can_go_along(group: &Object) -> bool {
    let is_secure = group.attributes.get(&Name::SECURITY_ENABLED) == Some(&Value::Boolean(true));
    let types = group.attributes.get(&Name::GROUP_TYPES).map(Value::members).unwrap_or_default();
    is_secure || types.iter().any(|one| one.as_text() == Some("Unified"))
}

/// When the answer about a record may turn into another one by the passing of time alone, because
/// the condition compares a date with now; none when it never does.
pub fn next_change(rules: &Rules, record: &Record, now: Timestamp) -> Option<Timestamp> {
    let person = record.object.as_ref().filter(|person| person.deleted.is_none())?;
    rules.filter.next_change(Asked { person, record, now })
}

/// What is said of somebody, or of a group, whom the source has no more.
pub(crate) fn gone(noun: &str) -> String {
    format!("the source tenant no longer has this {noun}")
}

fn out(code: Code, sentence: impl Into<String>) -> Scoped<'static> {
    Scoped::Out(Reason::new(code, sentence))
}

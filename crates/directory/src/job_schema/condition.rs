//! A job's condition in the document: a part of it may be said by groups that filter at reading, the
//! rest stands in a member of ours.

use model::Condition;
use wire::schema::{self, ObjectMapping, SynchronizationSchema};

use crate::Error;

/// A member of ours in the document, by a name that no other product has.
const CONDITION: &str = "@syncline.condition";

/// What the document says beside the filter; `grouped` is what its groups say of that.
pub(super) fn read(
    document: &SynchronizationSchema,
    grouped: Option<Condition>,
) -> Result<Option<Condition>, Error> {
    let users = schema::find_users(document)
        .map(|(rule, place)| &document.synchronization_rules[rule].object_mappings[place]);
    let own = match users {
        Some(users) => read_own(users)?,
        None => None,
    };
    Ok(join(grouped.into_iter().chain(own)))
}

/// Puts the condition into the document. Groups stay as long as what they say is a part of it.
pub(super) fn write(users: &mut ObjectMapping, condition: Option<&Condition>) {
    let grouped: Vec<_> = schema::read_condition(users).iter().flat_map(parts).cloned().collect();
    let mut rest: Vec<_> = condition.into_iter().flat_map(parts).cloned().collect();
    if rest.starts_with(&grouped) {
        rest.drain(..grouped.len());
    } else if let Some(scope) = &mut users.scope {
        scope.input_filter_groups.clear();
        scope.category_filter_groups.clear();
    }
    match join(rest) {
        Some(condition) => users.rest.set(CONDITION, serde_json::json!(condition)),
        None => users.rest.remove(CONDITION),
    }
}

fn read_own(users: &ObjectMapping) -> Result<Option<Condition>, Error> {
    let Some(condition) = users.rest.get(CONDITION) else { return Ok(None) };
    let mut condition: Condition = serde_json::from_str(&condition.to_string())
        .map_err(|error| Error::invalid(CONDITION, error.to_string()))?;
    // Ids are those of the tenant that the document came from; names are looked up here.
    condition.walk_names(&mut |named, _| named.id = None);
    Ok(Some(condition))
}

/// The conditions that must all hold.
fn parts(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::And(all) => all.iter().flat_map(parts).collect(),
        one => vec![one],
    }
}

fn join(conditions: impl IntoIterator<Item = Condition>) -> Option<Condition> {
    let conditions: Vec<Condition> = conditions.into_iter().collect();
    let mut all: Vec<Condition> = conditions.iter().flat_map(parts).cloned().collect();
    match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(Condition::And(all)),
    }
}

//! A job's condition in the document: a part of it may be said by the rule's own filters and by groups
//! that filter at reading, the rest stands in a member of ours.

use model::Condition;
use wire::schema::{self, ObjectMapping, SynchronizationRule, SynchronizationSchema};

use crate::Error;

/// A member of ours in the document, by a name that no other product has.
const CONDITION: &str = "@syncline.condition";

/// What the document says beside the filter; `grouped` is what its groups say of that.
pub(super) fn read(
    document: &SynchronizationSchema,
    grouped: Option<Condition>,
) -> Result<Option<Condition>, Error> {
    read_beside(document, schema::find_users(document), grouped)
}

/// The same for groups.
pub(super) fn read_groups(
    document: &SynchronizationSchema,
    grouped: Option<Condition>,
) -> Result<Option<Condition>, Error> {
    read_beside(document, schema::find_groups(document), grouped)
}

fn read_beside(
    document: &SynchronizationSchema,
    place: Option<(usize, usize)>,
    grouped: Option<Condition>,
) -> Result<Option<Condition>, Error> {
    let mapping =
        place.map(|(rule, place)| &document.synchronization_rules[rule].object_mappings[place]);
    let own = mapping.map(read_own).transpose()?.flatten();
    Ok(join(grouped.into_iter().chain(own)))
}

/// Puts the condition of groups into their mapping. What the rule says for itself is about people too,
/// and stays.
pub(super) fn write_groups(
    rule: &mut SynchronizationRule,
    place: usize,
    condition: Option<&Condition>,
) {
    let said = schema::read_group_condition(rule, &rule.object_mappings[place]);
    let said: Vec<_> = said.iter().flat_map(parts).cloned().collect();
    let mut rest: Vec<_> = condition.into_iter().flat_map(parts).cloned().collect();
    let groups = &mut rule.object_mappings[place];
    if rest.starts_with(&said) {
        rest.drain(..said.len());
    } else if let Some(scope) = &mut groups.scope {
        scope.input_filter_groups.clear();
        scope.category_filter_groups.clear();
    }
    match join(rest) {
        Some(condition) => groups.rest.set(CONDITION, serde_json::json!(condition)),
        None => groups.rest.remove(CONDITION),
    }
}

/// Puts the condition into the rule. Its own filters, and groups that filter at reading, stay as long
/// as what they say is a part of the condition.
pub(super) fn write(rule: &mut SynchronizationRule, place: usize, condition: Option<&Condition>) {
    let said = schema::read_condition(rule, &rule.object_mappings[place]);
    let said: Vec<_> = said.iter().flat_map(parts).cloned().collect();
    let mut rest: Vec<_> = condition.into_iter().flat_map(parts).cloned().collect();
    let by_names: Vec<_> = rest.iter().cloned().map(without_ids).collect();
    if by_names.starts_with(&said) {
        rest.drain(..said.len());
    } else {
        (rule.container_filter, rule.group_filter) = (None, None);
        if let Some(scope) = &mut rule.object_mappings[place].scope {
            scope.input_filter_groups.clear();
            scope.category_filter_groups.clear();
        }
    }
    let users = &mut rule.object_mappings[place];
    match join(rest) {
        Some(condition) => users.rest.set(CONDITION, serde_json::json!(condition)),
        None => users.rest.remove(CONDITION),
    }
}

/// What the rule's own filters say names people and groups and knows no ids.
fn without_ids(mut condition: Condition) -> Condition {
    condition.walk_names(&mut |named, _| named.id = None);
    condition
}

fn read_own(users: &ObjectMapping) -> Result<Option<Condition>, Error> {
    let Some(condition) = users.rest.get(CONDITION) else { return Ok(None) };
    let condition: Condition = serde_json::from_str(&condition.to_string())
        .map_err(|error| Error::invalid(CONDITION, error.to_string()))?;
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

//! What is now configured, put over the document that was imported.
//!
//! Whatever means the same as before stays as it was, to the letter; a change touches the members
//! that it is about; what could not be taken over at the import stays, because nobody changed it.
//! So a document that is imported and exported again comes out as it went in.

mod scope;

use model::{Actions, Filter, Mapping};

use super::{
    AttributeDefinition, AttributeMapping, ObjectMapping, SynchronizationSchema, find_groups,
    find_users,
    names::graph_name,
    read::{
        Notes,
        attribute::{EMPTY_SOURCE, Meaning, empty_by_definitions, read},
        is_enabled, read_actions, read_allowed, source_attributes, source_directory,
    },
    write::{write_actions, write_empty},
};
use crate::Names;

/// The carried document with the present mappings, filter and actions. `now` comes from
/// [`write_mapping`](super::write_mapping), with parameters filled in; `names` are those that new
/// clauses of the filter get. A document without a mapping of people comes back as it is.
pub fn merge(
    carried: &SynchronizationSchema,
    now: &[AttributeMapping],
    filter: &Filter,
    actions: Actions,
    names: Names,
) -> SynchronizationSchema {
    let mut document = carried.clone();
    let Some(place) = find_users(carried) else { return document };
    let (old, new) = merge_objects(carried, &mut document, place, now, filter, names);
    if read_allowed(old, &mut Notes::default()) != actions {
        allow(new, actions);
    }
    document
}

/// The same for groups: whether they go along, and what may be done with them. A document without a
/// mapping of groups comes back as it is.
pub fn merge_groups(
    carried: &SynchronizationSchema,
    now: &[AttributeMapping],
    filter: &Filter,
    (enabled, actions): (bool, Actions),
    names: Names,
) -> SynchronizationSchema {
    let mut document = carried.clone();
    let Some(place) = find_groups(carried) else { return document };
    let now = &keep_matching(carried, place, now)[..];
    let (old, new) = merge_objects(carried, &mut document, place, now, filter, names);
    if is_enabled(old) != enabled {
        new.enabled = Some(enabled);
    }
    if read_actions(old.flow_types.as_deref(), &mut Notes::default()) != actions {
        new.flow_types = Some(write_actions(actions));
    }
    document
}

/// The mappings with the numbers by which the document matches groups: they mean nothing here, and are
/// not ours to change.
fn keep_matching(
    carried: &SynchronizationSchema,
    (rule, mapping): (usize, usize),
    now: &[AttributeMapping],
) -> Vec<AttributeMapping> {
    let old = &carried.synchronization_rules[rule].object_mappings[mapping].attribute_mappings;
    let is_same = |old: &AttributeMapping, new: &AttributeMapping| {
        let (old, new) = (&old.target_attribute_name, &new.target_attribute_name);
        graph_name(old.trim()).eq_ignore_ascii_case(graph_name(new.trim()))
    };
    let keep = |new: &AttributeMapping| {
        let held = old.iter().find(|old| is_same(old, new));
        let matching_priority = held.map_or(new.matching_priority, |held| held.matching_priority);
        AttributeMapping { matching_priority, ..new.clone() }
    };
    now.iter().map(keep).collect()
}

/// Puts mappings and filter into the mapping of objects that stands at a place, and gives it as it was
/// carried and as it is.
fn merge_objects<'c, 'd>(
    carried: &'c SynchronizationSchema,
    document: &'d mut SynchronizationSchema,
    (rule, mapping): (usize, usize),
    now: &[AttributeMapping],
    filter: &Filter,
    names: Names,
) -> (&'c ObjectMapping, &'d mut ObjectMapping) {
    let old = &carried.synchronization_rules[rule];
    let directory = source_directory(carried, old);
    let old = &old.object_mappings[mapping];
    let attributes = source_attributes(old, directory);
    let new = &mut document.synchronization_rules[rule].object_mappings[mapping];
    new.attribute_mappings = merge_entries(&old.attribute_mappings, now, attributes);
    new.scope = scope::merge(new.scope.take(), filter, names);
    (old, new)
}

/// Says which actions are allowed: whatever is allowed is enabled.
fn allow(users: &mut ObjectMapping, actions: Actions) {
    if users.enabled == Some(false) {
        users.enabled = Some(true);
    }
    if read_actions(users.flow_types.as_deref(), &mut Notes::default()) != actions {
        users.flow_types = Some(write_actions(actions));
    }
}

/// A present mapping, in both forms.
struct Present<'a> {
    mapping: Mapping,
    entry: &'a AttributeMapping,
}

fn merge_entries(
    carried: &[AttributeMapping],
    now: &[AttributeMapping],
    source: &[AttributeDefinition],
) -> Vec<AttributeMapping> {
    let present = |entry| Some(Present { mapping: understand(entry, source)?, entry });
    let mut present: Vec<_> = now.iter().map(present).collect();
    let not_understood: Vec<_> =
        now.iter().zip(&present).filter(|(_, it)| it.is_none()).map(|(entry, _)| entry).collect();
    // Equal ones first: of two mappings of one target, neither takes the other's place.
    let kept: Vec<_> = carried.iter().map(|entry| keep(entry, source, &mut present)).collect();
    let mut entries = Vec::new();
    for (entry, kept) in carried.iter().zip(kept) {
        match kept {
            Kept::Same => entries.push(entry.clone()),
            Kept::Not(old) => {
                let same_target =
                    |new: &Present<'_>| new.mapping.target.eq_ignore_ascii_case(&old.target);
                if let Some(new) = take(&mut present, same_target) {
                    entries.push(replace(entry, &old, &new, source));
                }
            }
        }
    }
    for new in present.into_iter().flatten() {
        entries.push(settle(new.entry.clone(), &new.mapping, source));
    }
    // A configuration that was checked holds none of these; they are not ours to lose.
    entries.extend(not_understood.into_iter().cloned());
    entries
}

fn understand(entry: &AttributeMapping, source: &[AttributeDefinition]) -> Option<Mapping> {
    match read(entry, source, &mut Notes::default()) {
        Meaning::Mapping(mapping) => Some(mapping),
        Meaning::Own | Meaning::Unsupported => None,
    }
}

/// Whether a carried mapping stays as it is.
enum Kept {
    Same,
    /// It means this, and the present one of its target does not.
    Not(Mapping),
}

fn keep(
    entry: &AttributeMapping,
    source: &[AttributeDefinition],
    present: &mut [Option<Present<'_>>],
) -> Kept {
    let Some(old) = understand(entry, source) else { return Kept::Same };
    match take(present, |new| new.mapping == old) {
        Some(_) => Kept::Same,
        None => Kept::Not(old),
    }
}

fn take<T>(all: &mut [Option<T>], is_meant: impl Fn(&T) -> bool) -> Option<T> {
    all.iter_mut().find(|one| one.as_ref().is_some_and(&is_meant))?.take()
}

/// The carried mapping with what is different in the present one.
fn replace(
    carried: &AttributeMapping,
    old: &Mapping,
    new: &Present<'_>,
    source: &[AttributeDefinition],
) -> AttributeMapping {
    let Present { mapping, entry } = new;
    let mut replaced = carried.clone();
    if old.source != mapping.source {
        replaced.source = entry.source.clone();
        if let (Some(replaced), Some(carried)) = (&mut replaced.source, &carried.source) {
            replaced.rest = carried.rest.clone();
        }
    }
    if old.default != mapping.default {
        replaced.default_value.clone_from(&entry.default_value);
    }
    if old.apply != mapping.apply {
        replaced.flow_type.clone_from(&entry.flow_type);
    }
    if old.matching != mapping.matching {
        replaced.matching_priority = entry.matching_priority;
    }
    settle(replaced, mapping, source)
}

/// Says what an empty source value does, where the definitions do not say it already.
fn settle(
    mut entry: AttributeMapping,
    mapping: &Mapping,
    source: &[AttributeDefinition],
) -> AttributeMapping {
    entry.rest.remove(EMPTY_SOURCE);
    if empty_by_definitions(&mapping.source, source) != mapping.empty {
        write_empty(&mut entry, mapping.empty);
    }
    entry
}

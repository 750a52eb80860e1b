//! From the document to a configuration's mappings, filter and actions, and to a list of what
//! cannot be taken over. Nothing is dropped without a line in it.

pub(super) mod attribute;
pub(super) mod scope;

use model::{Actions, Condition, Filter, Mapping};

use super::{
    AttributeDefinition, DirectoryDefinition, ObjectMapping, Pair, SynchronizationRule,
    SynchronizationSchema,
};
use crate::filter_text;
use attribute::Meaning;

/// What a document says in our words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The mappings, under Graph's names.
    pub mappings: Vec<Mapping>,
    /// Where each of them stands, as a JSON pointer.
    pub places: Vec<String>,
    /// The filter.
    pub filter: Filter,
    /// What must hold as well: the rule's own filters, and the groups beside the filter's.
    pub condition: Option<Condition>,
    /// What may be done in the target.
    pub actions: Actions,
    /// What it says of groups; none where it has no mapping of groups.
    pub groups: Option<Box<ImportedGroups>>,
    /// What is not taken over, or has no effect here.
    pub unsupported: Vec<Unsupported>,
}

/// What a document's mapping of groups says in our words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedGroups {
    /// Whether groups go along.
    pub enabled: bool,
    /// The mappings, under Graph's names.
    pub mappings: Vec<Mapping>,
    /// Where each of them stands, as a JSON pointer.
    pub places: Vec<String>,
    /// The filter.
    pub filter: Filter,
    /// What must hold as well.
    pub condition: Option<Condition>,
    /// What may be done in the target.
    pub actions: Actions,
}

/// Something of the document that is not taken over, or has no effect here.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Unsupported {
    /// Where it stands, as a JSON pointer.
    pub place: String,
    /// What it is.
    pub what: String,
    /// Why it is not taken over, or what is done instead.
    pub why: String,
    /// Whether a mapping or a part of a filter is not taken over, rather than done in another way.
    #[serde(skip)]
    pub left_out: bool,
}

/// What is found on the way, with the place where the reader stands.
#[derive(Default)]
pub(super) struct Notes {
    place: String,
    found: Vec<Unsupported>,
}

impl Notes {
    /// Something that is not taken over.
    pub(super) fn add(&mut self, member: &str, what: impl Into<String>, why: &str) {
        self.push(member, what.into(), why, true);
    }

    /// Something that is done in another way here, or has no effect in Graph's own words either.
    pub(super) fn mention(&mut self, member: &str, what: impl Into<String>, why: &str) {
        self.push(member, what.into(), why, false);
    }

    fn push(&mut self, member: &str, what: String, why: &str, left_out: bool) {
        let place = format!("{}{member}", self.place);
        self.found.push(Unsupported { place, what, why: why.to_owned(), left_out });
    }

    /// Reads something that stands deeper.
    pub(super) fn inside<T>(&mut self, member: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.place.len();
        self.place.push_str(member);
        let read = read(self);
        self.place.truncate(outside);
        read
    }
}

/// What a whole document says: its mapping of people, with everything else as not taken over. None
/// when it has no mapping of people.
pub fn read(document: &SynchronizationSchema) -> Option<Imported> {
    let (chosen, mapping) = find_users(document)?;
    let rule = &document.synchronization_rules[chosen];
    let mut notes = Notes::default();
    for (index, other) in document.synchronization_rules.iter().enumerate() {
        let place = format!("/synchronizationRules/{index}");
        if index == chosen {
            notes.inside(&place, |notes| {
                read_rule(other, mapping, notes);
                scope::read_rule(other, notes);
            });
        } else {
            let what = format!("rule '{}'", other.name.as_deref().unwrap_or_default());
            notes.mention(&place, what, "a configuration has one rule: that of people");
        }
    }
    let place = |mapping| format!("/synchronizationRules/{chosen}/objectMappings/{mapping}");
    let directory = source_directory(document, rule);
    let at = place(mapping);
    let mapping = &rule.object_mappings[mapping];
    let mut imported = notes.inside(&at, |notes| read_objects(mapping, directory, notes));
    imported.condition = read_condition(rule, mapping);
    if let Some(index) = find_groups_in(rule) {
        let groups =
            notes.inside(&place(index), |notes| read_groups(rule, index, directory, notes));
        imported.groups = Some(Box::new(groups));
    }
    imported.unsupported = notes.found;
    Some(imported)
}

/// What one mapping of objects says; `source` is the directory that is read, whose attributes say
/// whether empty values are carried over. Places begin at the mapping.
pub fn read_mappings(mapping: &ObjectMapping, source: Option<&DirectoryDefinition>) -> Imported {
    let mut notes = Notes::default();
    let imported = read_objects(mapping, source, &mut notes);
    Imported { unsupported: notes.found, ..imported }
}

/// The rule, and in it the mapping of objects, by which people become people: an enabled one of the
/// rule with the lowest priority, or else one that is not enabled.
pub fn find_users(document: &SynchronizationSchema) -> Option<(usize, usize)> {
    let rules = document.synchronization_rules.iter().enumerate();
    rules
        .flat_map(|(rule, found)| {
            let mappings = found.object_mappings.iter().enumerate();
            mappings.map(move |(mapping, one)| (found.priority, rule, mapping, one))
        })
        .filter(|(.., mapping)| mapping.is_of_users())
        .min_by_key(|(priority, _, _, mapping)| (!is_enabled(mapping), *priority))
        .map(|(_, rule, mapping, _)| (rule, mapping))
}

/// The rule, and in it the mapping of objects, by which groups become groups: it stands beside that of
/// people.
pub fn find_groups(document: &SynchronizationSchema) -> Option<(usize, usize)> {
    let (rule, _) = find_users(document)?;
    Some((rule, find_groups_in(&document.synchronization_rules[rule])?))
}

/// An enabled mapping of groups, or else one that is not enabled.
fn find_groups_in(rule: &SynchronizationRule) -> Option<usize> {
    let mappings = rule.object_mappings.iter().enumerate();
    let groups = mappings.filter(|(_, mapping)| mapping.is_of_groups());
    groups.min_by_key(|(_, mapping)| !is_enabled(mapping)).map(|(index, _)| index)
}

/// What the mapping of groups says. Groups are known by their home identity and matched by nothing else.
fn read_groups(
    rule: &SynchronizationRule,
    index: usize,
    directory: Option<&DirectoryDefinition>,
    notes: &mut Notes,
) -> ImportedGroups {
    let mapping = &rule.object_mappings[index];
    let mut read = read_objects(mapping, directory, notes);
    for (mapping, place) in read.mappings.iter_mut().zip(&read.places) {
        if let Some(number) = mapping.matching.take() {
            let why =
                "groups are known by their home identity; `job adopt-group` takes others over";
            let inside = place.strip_prefix(&notes.place).unwrap_or(place);
            notes.mention(&format!("{inside}/matchingPriority"), format!("matching {number}"), why);
        }
    }
    if is_enabled(mapping) && !scope::read_rule(rule, &mut Notes::default()).is_empty() {
        let why =
            "it is not asked of groups, and no group is in scope: correct it, or filter groups";
        notes.add("", "filter of the rule", why);
    }
    if !is_enabled(mapping) {
        notes.mention("/enabled", "mapping that is disabled", "groups stay at home");
    }
    ImportedGroups {
        enabled: is_enabled(mapping),
        mappings: read.mappings,
        places: read.places,
        filter: read.filter,
        condition: read_group_condition(rule, mapping),
        actions: read_actions(mapping.flow_types.as_deref(), &mut Notes::default()),
    }
}

/// What must hold of groups beside their filter. Where the rule says whom it reads, no group passes.
pub fn read_group_condition(
    rule: &SynchronizationRule,
    mapping: &ObjectMapping,
) -> Option<Condition> {
    let notes = &mut Notes::default();
    let mut parts = Vec::new();
    if !scope::read_rule(rule, notes).is_empty() {
        parts.push(filter_text::condition(&filter_text::nobody()));
    }
    parts.extend(scope::read_misspelt(mapping, notes));
    parts.extend(scope::read_others(mapping.scope.as_ref(), notes));
    scope::all_of(parts)
}

/// Whether anything is done by the mapping.
pub(super) fn is_enabled(mapping: &ObjectMapping) -> bool {
    mapping.enabled.unwrap_or(true)
}

/// The directory that a rule reads.
pub(super) fn source_directory<'d>(
    document: &'d SynchronizationSchema,
    rule: &SynchronizationRule,
) -> Option<&'d DirectoryDefinition> {
    document.directories.iter().find(|directory| directory.name == rule.source_directory_name)
}

/// The attributes that a mapping reads.
pub(super) fn source_attributes<'d>(
    mapping: &ObjectMapping,
    directory: Option<&'d DirectoryDefinition>,
) -> &'d [AttributeDefinition] {
    directory
        .and_then(|directory| {
            let mut objects = directory.objects.iter();
            objects.find(|object| Some(&object.name) == mapping.source_object_name.as_ref())
        })
        .map_or(&[], |object| &object.attributes)
}

/// Which actions the words allow; without a word all of them.
pub(super) fn read_actions(words: Option<&str>, notes: &mut Notes) -> Actions {
    let words = words.unwrap_or_default();
    if words.trim().is_empty() {
        return Actions::default();
    }
    let mut actions = Actions { create: false, update: false, delete: false };
    for word in words.split(',').map(str::trim) {
        match word.to_ascii_lowercase().as_str() {
            "add" => actions.create = true,
            "update" => actions.update = true,
            "delete" => actions.delete = true,
            "none" => {}
            _ => notes.add("/flowTypes", format!("action '{word}'"), "there is no such action"),
        }
    }
    actions
}

/// Which actions the mapping allows: none when it is disabled.
pub(super) fn read_allowed(mapping: &ObjectMapping, notes: &mut Notes) -> Actions {
    let actions = read_actions(mapping.flow_types.as_deref(), notes);
    match is_enabled(mapping) {
        true => actions,
        false => Actions { create: false, update: false, delete: false },
    }
}

/// What must hold of people beside the filter: the rule's own filters, and the groups beside the
/// filter's. Parts of it that could not be read admit nobody.
pub fn read_condition(rule: &SynchronizationRule, mapping: &ObjectMapping) -> Option<Condition> {
    let notes = &mut Notes::default();
    let mut parts = scope::read_rule(rule, notes);
    parts.extend(scope::read_misspelt(mapping, notes));
    parts.extend(scope::read_others(mapping.scope.as_ref(), notes));
    scope::all_of(parts)
}

/// What a rule holds beside its mapping of people.
fn read_rule(rule: &SynchronizationRule, chosen: usize, notes: &mut Notes) {
    let groups = find_groups_in(rule);
    for (index, mapping) in rule.object_mappings.iter().enumerate() {
        let place = format!("/objectMappings/{index}");
        if Some(index) == groups {
            continue;
        }
        if index != chosen {
            let object = |name: &Option<String>| name.clone().unwrap_or_default();
            let (from, to) =
                (object(&mapping.source_object_name), object(&mapping.target_object_name));
            let name = mapping.name.as_deref().unwrap_or_default();
            let what = format!("mapping '{name}' from {from} to {to}");
            let why = match (mapping.is_of_users(), mapping.is_of_groups()) {
                (true, _) => "a configuration has one mapping of people",
                (_, true) => "a configuration has one mapping of groups",
                (false, false) => "only people and groups are synchronized",
            };
            notes.mention(&place, what, why);
        } else if !is_enabled(mapping) {
            let why = "nobody is made, changed or removed until the job's actions are switched on";
            notes.mention(&format!("{place}/enabled"), "mapping that is disabled", why);
        }
    }
    let known = |pair: &Pair| {
        let known = ["defaultSourceObjectMappings", "supportsProvisionOnDemand"];
        known.contains(&pair.key.as_str())
    };
    for (index, pair) in rule.metadata.iter().enumerate() {
        if !known(pair) {
            note_metadata(index, pair, notes);
        }
    }
}

fn read_objects(
    mapping: &ObjectMapping,
    directory: Option<&DirectoryDefinition>,
    notes: &mut Notes,
) -> Imported {
    let attributes = source_attributes(mapping, directory);
    let (mut mappings, mut places) = (Vec::new(), Vec::new());
    for (index, entry) in mapping.attribute_mappings.iter().enumerate() {
        let place = format!("/attributeMappings/{index}");
        let meaning = notes.inside(&place, |notes| attribute::read(entry, attributes, notes));
        if let Meaning::Mapping(mapping) = meaning {
            mappings.push(mapping);
            places.push(format!("{}{place}", notes.place));
        }
    }
    for (index, pair) in mapping.metadata.iter().enumerate() {
        if pair.key != "IsCustomerDefined" {
            note_metadata(index, pair, notes);
        }
    }
    let actions = read_allowed(mapping, notes);
    let scope = mapping.scope.as_ref();
    let (filter, condition) = notes
        .inside("/scope", |notes| (scope::read(scope, notes), scope::read_others(scope, notes)));
    let misspelt = scope::read_misspelt(mapping, notes);
    let condition = scope::all_of(misspelt.into_iter().chain(condition).collect());
    let (groups, unsupported) = (None, Vec::new());
    Imported { mappings, places, filter, condition, actions, groups, unsupported }
}

/// Notes of the service that mean something to it, and what is done here.
const METADATA: &[(&str, &str)] = &[
    ("DisableMonitoringForChanges", "changes are always followed"),
    ("Disposition", "people who leave scope are disabled or removed, as the actions allow"),
    ("EscrowBehavior", "people who fail are tried again, always in the same way"),
    ("ExcludeFromReporting", "everything that is done stands in the log"),
    ("OriginalJoiningProperty", "people are matched by home identity and by matching mappings"),
    ("Unsynchronized", "every person in scope is synchronized"),
];

fn note_metadata(index: usize, pair: &Pair, notes: &mut Notes) {
    let value = pair.value.as_deref().unwrap_or_default().trim();
    let is_usual = ["", "False", "Default"].iter().any(|usual| value.eq_ignore_ascii_case(usual));
    if !is_usual {
        let known = METADATA.iter().find(|(key, _)| *key == pair.key);
        let why = known.map_or("what it means is not known here", |(_, why)| why);
        notes.mention(&format!("/metadata/{index}"), format!("{} = {value}", pair.key), why);
    }
}

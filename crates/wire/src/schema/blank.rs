//! The document of a configuration that was not imported: the service's frame without mappings.

use super::{
    AttributeDefinition, AttributeMapping, AttributeMappingSource, DirectoryDefinition,
    ObjectDefinition, ObjectMapping, Pair, Parameter, SynchronizationRule, SynchronizationSchema,
    find_users,
};

const SOURCE: &str = "Azure Active Directory";
const GROUP: &str = "Group";
const TARGET: &str = "Azure Active Directory (target tenant)";

/// Adds a mapping of groups to the rule of people, which holds nothing yet and is disabled, and the
/// attributes of groups to the two directories that have none.
pub fn add_groups(
    document: &mut SynchronizationSchema,
    source: Vec<AttributeDefinition>,
    target: Vec<AttributeDefinition>,
) {
    let Some((rule, _)) = find_users(document) else { return };
    let rule = &mut document.synchronization_rules[rule];
    let groups = ObjectMapping {
        name: Some("Provision Azure Active Directory Groups".to_owned()),
        enabled: Some(false),
        flow_types: Some("Add, Update, Delete".to_owned()),
        source_object_name: Some(GROUP.to_owned()),
        target_object_name: Some(GROUP.to_owned()),
        ..ObjectMapping::default()
    };
    rule.object_mappings.push(groups.complete());
    let ends = [(&rule.source_directory_name, source), (&rule.target_directory_name, target)];
    for (name, attributes) in ends {
        let mut directories = document.directories.iter_mut();
        let Some(directory) = directories.find(|one| one.name == *name) else { continue };
        if directory.objects.iter().all(|object| object.name != GROUP) {
            let name = GROUP.to_owned();
            let object = ObjectDefinition { name, attributes, ..ObjectDefinition::default() };
            directory.objects.push(object.complete());
        }
    }
}

/// A document with one rule, one mapping of people that holds only what the line does by itself, and
/// the two directories with these attributes of people; [`merge`](super::merge) puts a configuration
/// into it. Ids of directories are for the caller to add.
pub fn blank(
    id: &str,
    rule: &str,
    source: Vec<AttributeDefinition>,
    target: Vec<AttributeDefinition>,
) -> SynchronizationSchema {
    let users = ObjectMapping {
        name: Some("Provision Azure Active Directory Users".to_owned()),
        enabled: Some(true),
        flow_types: Some("Add, Update, Delete".to_owned()),
        source_object_name: Some("User".to_owned()),
        target_object_name: Some("User".to_owned()),
        attribute_mappings: own_mappings(),
        ..ObjectMapping::default()
    };
    let rule = SynchronizationRule {
        id: Some(rule.to_owned()),
        name: Some("USER_INBOUND_USER".to_owned()),
        priority: Some(1),
        editable: Some(true),
        source_directory_name: Some(SOURCE.to_owned()),
        target_directory_name: Some(TARGET.to_owned()),
        object_mappings: vec![users.complete()],
        metadata: vec![
            Pair::new("defaultSourceObjectMappings", "True"),
            Pair::new("supportsProvisionOnDemand", "True"),
        ],
        ..SynchronizationRule::default()
    };
    SynchronizationSchema {
        id: Some(id.to_owned()),
        version: Some("v1.2".to_owned()),
        synchronization_rules: vec![rule.complete()],
        directories: vec![
            directory(SOURCE, with_own(source, &[IS_SOFT_DELETED, NET_ID])),
            directory(TARGET, with_own(target, &[IS_SOFT_DELETED, ALTERNATIVE_SECURITY_IDS])),
        ],
        ..SynchronizationSchema::default()
    }
}

/// An attribute that the line keeps up by itself: name, type, whether it holds several values.
type Own = (&'static str, &'static str, bool);
const IS_SOFT_DELETED: Own = ("IsSoftDeleted", "Boolean", false);
const NET_ID: Own = ("netId", "String", false);
const ALTERNATIVE_SECURITY_IDS: Own = ("alternativeSecurityIds", "String", true);

fn directory(name: &str, attributes: Vec<AttributeDefinition>) -> DirectoryDefinition {
    let user =
        ObjectDefinition { name: "User".to_owned(), attributes, ..ObjectDefinition::default() };
    DirectoryDefinition {
        name: Some(name.to_owned()),
        read_only: Some(name == SOURCE),
        discoverabilities: Some("None".to_owned()),
        objects: vec![user.complete()],
        ..DirectoryDefinition::default()
    }
    .complete()
}

fn with_own(attributes: Vec<AttributeDefinition>, own: &[Own]) -> Vec<AttributeDefinition> {
    let define = |(name, kind, multivalued): &Own| AttributeDefinition {
        anchor: Some(false),
        case_exact: Some(true),
        flow_null_values: Some(false),
        multivalued: Some(*multivalued),
        mutability: Some("ReadOnly".to_owned()),
        name: (*name).to_owned(),
        required: Some(false),
        kind: Some((*kind).to_owned()),
        ..AttributeDefinition::default()
    };
    own.iter().map(|own| define(own).complete()).chain(attributes).collect()
}

/// The two mappings by which the service matches and removes people.
fn own_mappings() -> Vec<AttributeMapping> {
    let attribute = |name: &str| AttributeMappingSource {
        expression: Some(format!("[{name}]")),
        name: Some(name.to_owned()),
        kind: Some("Attribute".to_owned()),
        ..AttributeMappingSource::default()
    };
    let net_id = attribute("netId").complete();
    let key = AttributeMappingSource {
        expression: Some("AltSecIdFromNetId([netId])".to_owned()),
        name: Some("AltSecIdFromNetId".to_owned()),
        kind: Some("Function".to_owned()),
        parameters: vec![Parameter {
            key: "source".to_owned(),
            value: Some(net_id),
            ..Parameter::default()
        }],
        ..AttributeMappingSource::default()
    };
    let entry = |target: &str, source: AttributeMappingSource, priority| {
        AttributeMapping {
            export_missing_references: Some(false),
            flow_behavior: Some("FlowWhenChanged".to_owned()),
            flow_type: Some("Always".to_owned()),
            matching_priority: Some(priority),
            target_attribute_name: target.to_owned(),
            source: Some(source.complete()),
            ..AttributeMapping::default()
        }
        .complete()
    };
    let (id, deleted) = (ALTERNATIVE_SECURITY_IDS.0, IS_SOFT_DELETED.0);
    vec![entry(id, key, 1), entry(deleted, attribute(deleted), 0)]
}

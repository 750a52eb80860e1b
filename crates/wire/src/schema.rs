//! Graph's `synchronizationSchema`: a configuration's mappings and filter as other products keep
//! them (graph-api.md 6.4).
//!
//! The structs hold any document without loss. [`read`] turns one into mappings, a filter and
//! actions of ours and lists what cannot be taken over; [`write_mapping`] and [`write_filter`] go the
//! other way; [`merge`] puts what is now configured over the document that was imported, so that
//! what nobody changed stays as it was, to the letter. Whether an attribute exists, and whether an
//! expression is one, is the engine's to say.

mod attribute;
mod attribute_mapping;
mod blank;
mod directory;
mod document;
mod filter;
mod json;
mod merge;
mod names;
mod object;
mod object_mapping;
mod pair;
mod part;
mod read;
mod rule;
mod write;

pub use attribute::{AttributeDefinition, ReferencedObject, attribute_definition, type_name};
pub use attribute_mapping::{AttributeMapping, AttributeMappingSource, Parameter};
pub use blank::{add_groups, blank};
pub use directory::DirectoryDefinition;
pub use document::SynchronizationSchema;
pub use filter::{Filter, FilterClause, FilterGroup, FilterOperand};
pub use json::Json;
pub use merge::{merge, merge_groups};
pub use names::document_name;
pub use object::ObjectDefinition;
pub use object_mapping::ObjectMapping;
pub use pair::Pair;
pub use part::Rest;
pub use read::{
    Imported, ImportedGroups, Unsupported, find_groups, find_users, read, read_condition,
    read_group_condition, read_mappings,
};
pub use rule::{ContainerFilter, GroupFilter, SynchronizationRule};
pub use write::{write_actions, write_filter, write_mapping};

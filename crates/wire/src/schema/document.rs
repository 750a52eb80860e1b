//! The whole document.

use super::{DirectoryDefinition, SynchronizationRule, part::part};

part! {
    /// `synchronizationSchema`: what flows where, and between which directories.
    SynchronizationSchema {
        /// The job's id.
        id: Option<String> = "id",
        /// The version of the document's form, such as `v1.2`.
        version: Option<String> = "version",
        /// The rules, of which a job between two tenants has one.
        synchronization_rules: Vec<SynchronizationRule> = "synchronizationRules",
        /// The directories on both sides, with their attributes.
        directories: Vec<DirectoryDefinition> = "directories",
    }
}

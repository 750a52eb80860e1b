//! Rules: a direction between two directories.

use super::{ObjectMapping, Pair, part::part};

part! {
    /// `synchronizationRule`.
    SynchronizationRule {
        /// Its id, by which a run on demand names it.
        id: Option<String> = "id",
        /// Its name, such as `USER_INBOUND_USER`.
        name: Option<String> = "name",
        /// Its place among the rules, the lowest number first.
        priority: Option<i64> = "priority",
        /// Whether it may be changed.
        editable: Option<bool> = "editable",
        /// The directory that is read.
        source_directory_name: Option<String> = "sourceDirectoryName",
        /// The directory that is written.
        target_directory_name: Option<String> = "targetDirectoryName",
        /// What is done for each kind of object.
        object_mappings: Vec<ObjectMapping> = "objectMappings",
        /// Notes of the service.
        metadata: Vec<Pair> = "metadata",
        /// Which containers are read.
        container_filter: Option<ContainerFilter> = "containerFilter",
        /// Which groups are read.
        group_filter: Option<GroupFilter> = "groupFilter",
    }
}

part! {
    /// `containerFilter`.
    ContainerFilter {
        /// The containers.
        included_containers: Vec<String> = "includedContainers",
    }
}

part! {
    /// `groupFilter`.
    GroupFilter {
        /// The groups.
        included_groups: Vec<String> = "includedGroups",
    }
}

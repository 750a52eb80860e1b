//! What is done for one kind of object.

use super::{AttributeMapping, Filter, Pair, part::part};

part! {
    /// `objectMapping`.
    ObjectMapping {
        /// Its name.
        name: Option<String> = "name",
        /// Whether anything is done; without the member it is.
        enabled: Option<bool> = "enabled",
        /// What may be done: `Add, Update, Delete`, or some of them; without the member all.
        flow_types: Option<String> = "flowTypes",
        /// The kind of object that is read.
        source_object_name: Option<String> = "sourceObjectName",
        /// The kind of object that is written.
        target_object_name: Option<String> = "targetObjectName",
        /// Which objects.
        scope: Option<Filter> = "scope",
        /// Which attributes.
        attribute_mappings: Vec<AttributeMapping> = "attributeMappings",
        /// Notes of the service.
        metadata: Vec<Pair> = "metadata",
    }
}

impl ObjectMapping {
    /// Whether people become people by it.
    pub fn is_of_users(&self) -> bool {
        self.is_of("User")
    }

    /// Whether groups become groups by it.
    pub fn is_of_groups(&self) -> bool {
        self.is_of("Group")
    }

    fn is_of(&self, kind: &str) -> bool {
        let is_so = |name: &Option<String>| {
            name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(kind))
        };
        is_so(&self.source_object_name) && is_so(&self.target_object_name)
    }
}

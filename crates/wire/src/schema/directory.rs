//! Directories, as far as mappings can see them.

use super::{ObjectDefinition, part::part};

part! {
    /// `directoryDefinition`.
    DirectoryDefinition {
        /// Its id.
        id: Option<String> = "id",
        /// Its name, by which rules name it.
        name: Option<String> = "name",
        /// Whether it is only read.
        read_only: Option<bool> = "readOnly",
        /// The version of the definition.
        version: Option<String> = "version",
        /// When its attributes were asked for.
        discovery_date_time: Option<String> = "discoveryDateTime",
        /// What can be asked for: `None`, or words such as `AttributeNames`.
        discoverabilities: Option<String> = "discoverabilities",
        /// Its kinds of objects.
        objects: Vec<ObjectDefinition> = "objects",
    }
}

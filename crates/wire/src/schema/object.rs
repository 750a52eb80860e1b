//! Kinds of objects in a directory.

use super::{AttributeDefinition, Pair, part::part};

part! {
    /// `objectDefinition`.
    ObjectDefinition {
        /// The kind, such as `User`.
        name: String = "name",
        /// Interfaces of the service that it takes part in.
        supported_apis: Vec<String> = "supportedApis",
        /// Notes of the service.
        metadata: Vec<Pair> = "metadata",
        /// Its attributes.
        attributes: Vec<AttributeDefinition> = "attributes",
    }
}

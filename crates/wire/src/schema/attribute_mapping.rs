//! Where one target attribute's value comes from.

use super::part::part;

part! {
    /// `attributeMapping`.
    AttributeMapping {
        /// The value where the source gives none.
        default_value: Option<String> = "defaultValue",
        /// For the service's own use.
        export_missing_references: Option<bool> = "exportMissingReferences",
        /// `FlowWhenChanged` or `FlowAlways`.
        flow_behavior: Option<String> = "flowBehavior",
        /// `Always`, `ObjectAddOnly`, `MultiValueAddOnly`, `ValueAddOnly` or `AttributeAddOnly`.
        flow_type: Option<String> = "flowType",
        /// Above 0: objects are matched by this attribute, the lowest number first.
        matching_priority: Option<i64> = "matchingPriority",
        /// The target attribute, or a path into one.
        target_attribute_name: String = "targetAttributeName",
        /// Where the value comes from; nowhere when there is none.
        source: Option<AttributeMappingSource> = "source",
    }
}

part! {
    /// `attributeMappingSource`: an attribute, a constant, or a function with its parameters.
    AttributeMappingSource {
        /// The text: `[mail]`, `"Member"`, or a call with all that is in it.
        expression: Option<String> = "expression",
        /// The attribute, the constant without quotes, or the function.
        name: Option<String> = "name",
        /// `Attribute`, `Constant` or `Function`; without the member an attribute.
        kind: Option<String> = "type",
        /// The parameters of a function.
        parameters: Vec<Parameter> = "parameters",
    }
}

part! {
    /// One parameter of a function.
    Parameter {
        /// The parameter's name.
        key: String = "key",
        /// What is handed over.
        value: Option<AttributeMappingSource> = "value",
    }
}

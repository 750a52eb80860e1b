//! Attributes of a kind of object.

use model::{Case, Mutability, Shape};

use super::{Pair, part::part};

part! {
    /// `attributeDefinition`.
    AttributeDefinition {
        /// Whether it is the object's key.
        anchor: Option<bool> = "anchor",
        /// How connectors reach it.
        api_expressions: Vec<Pair> = "apiExpressions",
        /// Whether a change of case is a change.
        case_exact: Option<bool> = "caseExact",
        /// The value of an object that is made without one.
        default_value: Option<String> = "defaultValue",
        /// Whether an empty value is carried over, and not skipped.
        flow_null_values: Option<bool> = "flowNullValues",
        /// Whether it holds several values.
        multivalued: Option<bool> = "multivalued",
        /// `ReadWrite`, `ReadOnly`, `Immutable` or `WriteOnly`.
        mutability: Option<String> = "mutability",
        /// Its name.
        name: String = "name",
        /// Whether an object must have it.
        required: Option<bool> = "required",
        /// `String`, `Integer`, `Boolean`, `DateTime`, `Binary` or `Reference`.
        kind: Option<String> = "type",
        /// Notes of the service.
        metadata: Vec<Pair> = "metadata",
        /// What a reference may lead to.
        referenced_objects: Vec<ReferencedObject> = "referencedObjects",
    }
}

part! {
    /// `referencedObject`.
    ReferencedObject {
        /// The kind of object.
        referenced_object_name: Option<String> = "referencedObjectName",
        /// Which of its properties the reference holds; its key when there is none.
        referenced_property: Option<String> = "referencedProperty",
    }
}

/// The published name of an attribute's type.
pub fn type_name(shape: Shape, is_reference: bool) -> &'static str {
    match shape {
        _ if is_reference => "Reference",
        Shape::Text(_) | Shape::Texts(_) => "String",
        Shape::Binary(_) => "Binary",
        Shape::Boolean => "Boolean",
        Shape::Integer | Shape::Integers => "Integer",
        Shape::DateTime | Shape::DateTimes => "DateTime",
        // The document knows no named members; the service shows such attributes as text.
        Shape::Record => "String",
    }
}

/// The definition of an attribute as the document holds it. `references` are the kinds of objects that
/// a reference leads to, such as `User`.
pub fn attribute_definition(
    name: &str,
    shape: Shape,
    required: bool,
    mutability: Mutability,
    case: Case,
    references: &[&str],
) -> AttributeDefinition {
    let kind = type_name(shape, !references.is_empty());
    let length = match shape {
        Shape::Text(length) | Shape::Texts(length) | Shape::Binary(length) => Some(length),
        _ => None,
    };
    let length = length.filter(|_| references.is_empty());
    let referenced = |object: &&str| {
        ReferencedObject {
            referenced_object_name: Some((*object).to_owned()),
            ..ReferencedObject::default()
        }
        .complete()
    };
    AttributeDefinition {
        anchor: Some(false),
        case_exact: Some(case == Case::Exact),
        flow_null_values: Some(false),
        multivalued: Some(shape.is_list()),
        mutability: Some(
            match mutability {
                Mutability::ReadWrite => "ReadWrite",
                Mutability::Directory => "ReadOnly",
            }
            .to_owned(),
        ),
        name: name.to_owned(),
        required: Some(required),
        kind: Some(kind.to_owned()),
        metadata: length
            .map(|length| Pair::new("MaximumLength", &length.to_string()))
            .into_iter()
            .collect(),
        referenced_objects: references.iter().map(referenced).collect(),
        ..AttributeDefinition::default()
    }
    .complete()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(definition: AttributeDefinition, expected: &str) {
        assert_eq!(serde_json::to_string(&definition).expect("it is JSON"), expected);
    }

    #[test]
    fn definitions() {
        let define = |name, shape| {
            let (mutability, case) = (Mutability::ReadWrite, Case::Ignored);
            attribute_definition(name, shape, false, mutability, case, &[])
        };
        check(
            define("mobile", Shape::Text(64)),
            "{\"anchor\":false,\"apiExpressions\":[],\"caseExact\":false,\"defaultValue\":null,\
             \"flowNullValues\":false,\"multivalued\":false,\"mutability\":\"ReadWrite\",\
             \"name\":\"mobile\",\"required\":false,\"type\":\"String\",\
             \"metadata\":[{\"key\":\"MaximumLength\",\"value\":\"64\"}],\"referencedObjects\":[]}",
        );
        let kind = |shape| {
            let definition = define("x", shape);
            (definition.kind.unwrap_or_default(), definition.multivalued == Some(true))
        };
        assert_eq!(kind(Shape::Texts(9)), ("String".to_owned(), true));
        assert_eq!(kind(Shape::Integers), ("Integer".to_owned(), true));
        assert_eq!(kind(Shape::DateTime), ("DateTime".to_owned(), false));
        assert_eq!(kind(Shape::Boolean), ("Boolean".to_owned(), false));
        assert_eq!(kind(Shape::Binary(8)), ("Binary".to_owned(), false));
        let manager = attribute_definition(
            "manager",
            Shape::Text(36),
            true,
            Mutability::Directory,
            Case::Exact,
            &["User"],
        );
        assert_eq!(manager.kind.as_deref(), Some("Reference"));
        assert_eq!(manager.mutability.as_deref(), Some("ReadOnly"));
        assert_eq!(manager.metadata, []);
        check_reference(&manager.referenced_objects[0]);
    }

    fn check_reference(reference: &ReferencedObject) {
        assert_eq!(
            serde_json::to_string(reference).expect("it is JSON"),
            "{\"referencedObjectName\":\"User\",\"referencedProperty\":null}"
        );
    }
}

//! A document is read and written without loss: whatever members it has, in whatever order, with or
//! without a value.

use proptest::prelude::*;
use serde_json::{Value, json};
use wire::schema::{Json, SynchronizationSchema};

use super::{SAMPLE, sample, vary};

#[test]
fn the_sample_is_written_as_it_came() {
    let text = serde_json::to_string_pretty(&sample()).expect("it is JSON");
    assert_eq!(text, SAMPLE.trim_end());
}

#[test]
fn the_sample_has_its_parts_where_they_belong() {
    let sample = sample();
    let users = &sample.synchronization_rules[0].object_mappings[0];
    assert!(users.is_of_users());
    assert_eq!(users.attribute_mappings.len(), 28);
    let department = users.attribute_mappings[8].source.as_ref().expect("a source");
    assert_eq!(department.kind.as_deref(), Some("Function"));
    assert_eq!(department.parameters.len(), 6);
    assert_eq!(sample.directories[0].objects[0].attributes[0].name, "objectId");
    let context = sample.rest.get("directories@odata.context").and_then(Json::as_str);
    assert!(context.is_some_and(|context| context.ends_with("/schema/directories")));
}

#[test]
fn a_misfit_is_told_with_its_place() {
    let mut document: Value = serde_json::from_str(SAMPLE).expect("it is JSON");
    let place = "/synchronizationRules/0/objectMappings/0/attributeMappings/3/matchingPriority";
    *document.pointer_mut(place).expect("the sample has it") = json!("first");
    let error = serde_json::from_value::<SynchronizationSchema>(document).expect_err("a misfit");
    let expected = format!("{place}: a text stands where a whole number is expected");
    assert_eq!(error.to_string(), expected);
    let error = serde_json::from_value::<SynchronizationSchema>(json!([])).expect_err("a misfit");
    assert_eq!(error.to_string(), "/: a list stands where an object is expected");
}

#[test]
fn numbers_of_unknown_members_keep_their_digits() {
    let text = r#"{"id":"x","big":12345678901234567890123,"synchronizationRules":[{"priority":1,"ratio":1.0,"x":[1e5,{"y":0.10}]}]}"#;
    let read: SynchronizationSchema = serde_json::from_str(text).expect("a document");
    assert_eq!(serde_json::to_string(&read).expect("it is JSON"), text);
}

proptest! {
    #[test]
    fn any_document_is_written_as_it_came(document in vary::document()) {
        let text = document.to_string();
        let read: SynchronizationSchema = serde_json::from_str(&text).expect("a document");
        prop_assert_eq!(serde_json::to_string(&read).expect("it is JSON"), text);
        let again: SynchronizationSchema = serde_json::from_value(document).expect("the same");
        prop_assert_eq!(again, read);
    }
}

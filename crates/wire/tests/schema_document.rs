//! A synchronization schema is read and written without loss: whatever members it has, in whatever
//! order, with or without a value.

use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};
use wire::schema::SynchronizationSchema;

const SAMPLE: &str = include_str!("data/azure2azure-schema.json");

fn sample() -> SynchronizationSchema {
    serde_json::from_str(SAMPLE).expect("the sample is a document")
}

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
    let context = sample.rest.get("directories@odata.context").and_then(Value::as_str);
    assert!(context.is_some_and(|context| context.ends_with("/schema/directories")));
}

#[test]
fn a_misfit_is_told_with_its_place() {
    let mut document: Value = serde_json::from_str(SAMPLE).expect("it is JSON");
    document["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"][3]["matchingPriority"] =
        json!("first");
    let error = serde_json::from_value::<SynchronizationSchema>(document).expect_err("a misfit");
    assert_eq!(
        error.to_string(),
        "/synchronizationRules/0/objectMappings/0/attributeMappings/3/matchingPriority: \
         a text stands where a whole number is expected"
    );
    let error = serde_json::from_value::<SynchronizationSchema>(json!([])).expect_err("a misfit");
    assert_eq!(error.to_string(), "/: a list stands where an object is expected");
}

/// Decisions, one after the other; when they run out, nothing is changed any more.
struct Choices {
    bytes: std::vec::IntoIter<u8>,
}

impl Choices {
    fn next(&mut self) -> u8 {
        self.bytes.next().unwrap_or(u8::MAX)
    }
}

/// The same document with members left out, empty, added and moved.
fn vary(value: &Value, choices: &mut Choices) -> Value {
    match value {
        Value::Array(members) => {
            Value::Array(members.iter().map(|member| vary(member, choices)).collect())
        }
        Value::Object(members) => {
            let mut varied = Vec::new();
            for (name, member) in members {
                match choices.next() {
                    0..20 => continue,
                    20..40 => varied.push((name.clone(), Value::Null)),
                    40..50 => {
                        varied.push((name.clone(), vary(member, choices)));
                        varied.push((format!("{name}@odata.type"), json!("#Collection(String)")));
                    }
                    50..60 => {
                        varied.push((name.clone(), vary(member, choices)));
                        let other = json!({"b": [null, 1.5, {"": -7}], "a": "é"});
                        varied.push((format!("x-{name}"), other));
                    }
                    60..80 => varied.insert(0, (name.clone(), vary(member, choices))),
                    _ => varied.push((name.clone(), vary(member, choices))),
                }
            }
            Value::Object(varied.into_iter().collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn any_document_is_written_as_it_came(bytes in vec(any::<u8>(), 0..4_000)) {
        let sample: Value = serde_json::from_str(SAMPLE).expect("it is JSON");
        let document = vary(&sample, &mut Choices { bytes: bytes.into_iter() });
        let text = document.to_string();
        let read: SynchronizationSchema = serde_json::from_str(&text).expect("a document");
        prop_assert_eq!(serde_json::to_string(&read).expect("it is JSON"), text);
        prop_assert_eq!(serde_json::from_value::<SynchronizationSchema>(document).expect("the same"), read);
    }
}

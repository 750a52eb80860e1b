//! Documents like the sample, with members left out, empty, added and moved.

use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};

/// Decisions, one after the other; when they run out, nothing is changed any more.
struct Choices {
    bytes: std::vec::IntoIter<u8>,
}

impl Choices {
    fn next(&mut self) -> u8 {
        self.bytes.next().unwrap_or(u8::MAX)
    }
}

pub fn document() -> impl Strategy<Value = Value> {
    vec(any::<u8>(), 0..4_000).prop_map(|bytes| {
        let sample: Value = serde_json::from_str(super::SAMPLE).expect("it is JSON");
        vary(&sample, &mut Choices { bytes: bytes.into_iter() })
    })
}

fn vary(value: &Value, choices: &mut Choices) -> Value {
    match value {
        Value::Array(members) => {
            Value::Array(members.iter().map(|member| vary(member, choices)).collect())
        }
        Value::Object(members) => {
            let mut varied = Vec::new();
            for (name, member) in members {
                match choices.next() {
                    0..8 => continue,
                    8..16 => varied.push((name.clone(), Value::Null)),
                    16..32 => {
                        varied.push((name.clone(), vary(member, choices)));
                        varied.push((format!("{name}@odata.type"), json!("#Collection(String)")));
                    }
                    32..48 => {
                        varied.push((name.clone(), vary(member, choices)));
                        let other = json!({"b": [null, 1.5, {"": -7}], "a": "é"});
                        varied.push((format!("x-{name}"), other));
                    }
                    48..80 => varied.insert(0, (name.clone(), vary(member, choices))),
                    _ => varied.push((name.clone(), vary(member, choices))),
                }
            }
            Value::Object(varied.into_iter().collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

//! Mapping tests: a made-up person of the source, and what the mappings must give for it. They are
//! kept with the configuration and run by the engine before anything is planned.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Attributes, Name, Timestamp, Value, condition::Named};

/// One test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MappingTest {
    /// Its name, unique in the job.
    pub name: String,
    /// What the person holds in the source, by Graph's names.
    pub person: Attributes,
    /// The groups of the source that the person is a member of, directly or through another group.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "read_groups")]
    pub member_of: Vec<Named>,
    /// The person's manager; nobody when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<TestManager>,
    /// The instant at which the test takes place; the present one when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// What must come out.
    pub expect: Expected,
}

/// The manager of a made-up person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TestManager {
    /// Somebody of the source.
    Named(#[serde(deserialize_with = "read_named")] Named),
    /// Somebody who is made up as well.
    Person(Attributes),
}

impl TestManager {
    /// The names that the manager goes by, the one to call them by first.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Named(named) => vec![&named.name],
            Self::Person(person) => {
                let names = [Name::USER_PRINCIPAL_NAME, Name::MAIL, Name::DISPLAY_NAME];
                let held = |name: &Name| person.text(name);
                names.iter().filter_map(held).collect()
            }
        }
    }
}

/// What must come out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Expected {
    /// The target attributes hold these values; `null` is an attribute that gets none. Attributes
    /// that are not named may hold anything.
    Values(BTreeMap<String, Option<Value>>),
    /// The filter or a mapping leaves the person out.
    LeftOut,
    /// A mapping fails, so that the person goes to escrow.
    Failure,
}

/// An object as people write it: by its name alone, or as a test that was listed has it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Name(String),
    Named(Named),
}

impl From<Written> for Named {
    fn from(written: Written) -> Self {
        match written {
            Written::Name(name) => Self { name, id: None },
            Written::Named(named) => named,
        }
    }
}

fn read_named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Named, D::Error> {
    Written::deserialize(deserializer).map(Named::from)
}

fn read_groups<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Named>, D::Error> {
    let written = Vec::<Written>::deserialize(deserializer)?;
    Ok(written.into_iter().map(Named::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let test: MappingTest = serde_json::from_str(text).expect("it is a test");
        assert_eq!(serde_json::to_string(&test).expect("it has a text"), expected);
        let again: MappingTest = serde_json::from_str(expected).expect("it is a test");
        assert_eq!(again, test);
    }

    #[test]
    fn groups_and_managers_may_be_written_by_their_names_alone() {
        check(
            r#"{"name":"a","person":{},"memberOf":["Staff"],"manager":"bo@a.example","expect":"leftOut"}"#,
            r#"{"name":"a","person":{},"memberOf":[{"name":"Staff"}],"manager":{"name":"bo@a.example"},"expect":"leftOut"}"#,
        );
    }

    #[test]
    fn a_manager_may_be_made_up() {
        let text = r#"{"name":"a","person":{},"manager":{"displayName":"Bo"},"at":"2026-01-31T08:00:00Z","expect":"leftOut"}"#;
        check(text, text);
    }
}

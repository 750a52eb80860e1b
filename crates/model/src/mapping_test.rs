//! Mapping tests: a made-up person of the source, and what the mappings must give for it. They are
//! kept with the configuration and run by the engine before anything is planned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Attributes, Value};

/// One test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MappingTest {
    /// Its name, unique in the job.
    pub name: String,
    /// What the person holds in the source, by Graph's names.
    pub person: Attributes,
    /// What must come out.
    pub expect: Expected,
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

//! Graph's synchronization schema: the document itself, what it means, and what becomes of it when
//! a configuration changes.

mod document;
mod meaning;
mod merge;
mod vary;

use wire::schema::SynchronizationSchema;

const SAMPLE: &str = include_str!("../data/azure2azure-schema.json");

fn sample() -> SynchronizationSchema {
    serde_json::from_str(SAMPLE).expect("the sample is a document")
}

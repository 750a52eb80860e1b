//! Any text as a query string; see `query::query`.

#![no_main]

#[path = "../src/query.rs"]
mod query;

libfuzzer_sys::fuzz_target!(|data: &[u8]| query::query(data));

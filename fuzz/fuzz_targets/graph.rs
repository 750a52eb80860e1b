//! Any text as a request to the Graph interface; see `graph::graph`.

#![no_main]

#[path = "../src/graph.rs"]
mod graph;

libfuzzer_sys::fuzz_target!(|data: &[u8]| graph::graph(data));

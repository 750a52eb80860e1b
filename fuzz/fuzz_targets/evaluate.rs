//! An expression and the texts of a record; see `targets::evaluate`.

#![no_main]

#[path = "../src/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::evaluate(data));

//! A pattern of .NET, a text and a replacement; see `targets::pattern`.

#![no_main]

#[path = "../src/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::pattern(data));

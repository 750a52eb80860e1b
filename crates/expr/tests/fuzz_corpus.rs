//! The committed inputs of the fuzz targets of the mapping language, and changed ones.

#[path = "../../../fuzz/src/targets.rs"]
mod targets;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

/// Parts of the language that chance alone would not find.
const WORDS: [&str; 56] = [
    "(",
    ")",
    ",",
    "[",
    "]",
    "\"",
    "\\",
    "\\\"",
    "%p%",
    "&HF",
    "-1",
    "0.5",
    "=",
    "<>",
    ">=",
    "[a]",
    "[b]",
    "[list]",
    "[none]",
    "NULL",
    "True",
    "Append(",
    "Replace(",
    "Switch(",
    "IIF(",
    "Join(",
    "Mid(",
    "Left(",
    "Word(",
    "FormatDateTime(",
    "DateAdd(",
    "Split(",
    "\n---\n",
    "ß",
    "😀",
    "\u{301}",
    "(?<n>",
    "(?:",
    "(?=",
    "(?!",
    "(?<=",
    "(?<!",
    "(?>",
    "(?(1)",
    "(?i)",
    "*",
    "+?",
    "{2,3}",
    "|",
    "^",
    "$",
    "\\b",
    "\\p{L}",
    "[^a-z-[b]]",
    "\\1",
    "${n}",
];

#[test]
fn parse() {
    corpus::run(targets::parse, "parse", &WORDS, 10_000);
}

#[test]
fn evaluate() {
    corpus::run(targets::evaluate, "evaluate", &WORDS, 20_000);
}

#[test]
fn pattern() {
    corpus::run(targets::pattern, "pattern", &WORDS, 5_000);
}

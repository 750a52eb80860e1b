//! The committed inputs of the fuzz target `query`, and changed ones.

#[path = "../../../fuzz/src/query.rs"]
mod query;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

/// Parts of the language that chance alone would not find.
const WORDS: [&str; 58] = [
    "(",
    ")",
    ",",
    "/",
    ":",
    "'",
    "''",
    "\"",
    "\\",
    "&",
    "=",
    "+",
    "%27",
    "%24",
    "%C3%9C",
    ";",
    "$",
    "$filter=",
    "$search=",
    "$orderby=",
    "$select=",
    "$expand=",
    "$top=",
    "$count=true",
    "$levels=max",
    "$count",
    "$it/",
    " eq ",
    " ne ",
    " gt ",
    " ge ",
    " lt ",
    " le ",
    " has ",
    " in (",
    " and ",
    " or ",
    "not ",
    "startswith(",
    "endswith(",
    "contains(",
    "tolower(",
    "/any(x:x",
    "/all(y:y",
    "/any()",
    "null",
    "true",
    "-1.5e3",
    "2023-07-30",
    "2023-07-30T12:00:00.1+01:00",
    "duration'P1DT1S'",
    "6f2e1a34-0000-4000-8000-0123456789ab",
    "\"a:b\"",
    " AND ",
    " OR ",
    "ß",
    "😀",
    "\u{301}",
];

#[test]
fn query() {
    corpus::run(query::query, "query", &WORDS, 20_000);
}

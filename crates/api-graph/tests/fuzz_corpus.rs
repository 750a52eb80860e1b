//! The committed inputs of the fuzz target `graph`, and changed ones.

#[path = "../../../fuzz/src/graph.rs"]
mod graph;

#[path = "../../../fuzz/src/corpus.rs"]
mod corpus;

/// Parts of requests that chance alone would not find.
const WORDS: [&str; 62] = [
    "GET ",
    "POST ",
    "PUT ",
    "PATCH ",
    "DELETE ",
    "/beta",
    "/users",
    "/groups",
    "/{user}",
    "/{group}",
    "/{deleted}",
    "/{tenant}",
    "/{partner}",
    "/me",
    "/delta",
    "/$count",
    "/$ref",
    "/members",
    "/owners",
    "/manager",
    "/memberOf",
    "/microsoft.graph.user",
    "/directory/deletedItems",
    "/restore",
    "/applications",
    "/servicePrincipals",
    "/synchronization",
    "/jobs",
    "/schema",
    "/policies/crossTenantAccessPolicy",
    "/partners",
    "/identitySynchronization",
    "('{user}')",
    "(tenantId='{tenant}')",
    "%2F",
    "%00",
    "%",
    "..",
    "//",
    "?",
    "&",
    "$filter=",
    "$top=",
    "$skipToken=",
    "$select=",
    "$expand=members",
    "$search=\"displayName:a\"",
    "$deltatoken=latest",
    "\nContent-Type: text/plain",
    "\nIf-Match: W/\"1\"",
    "\nPrefer: return=minimal",
    "\n\n",
    "{\"@odata.id\":\"https://graph.test/v1.0/users/{user}\"}",
    "{}",
    "[]",
    "null",
    "true",
    "1e999",
    "\"\\ud800\"",
    "[[[[[[[[[[[[[[[[",
    "\"members@odata.bind\":[\"https://graph.test/v1.0/users/{other}\"]",
    "😀",
];

#[test]
fn graph() {
    let changes = std::env::var("SYNCLINE_FUZZ_CHANGES").ok();
    let changes = changes.and_then(|text| text.parse().ok()).unwrap_or(5_000);
    corpus::run(graph::graph, "graph", &WORDS, changes);
}

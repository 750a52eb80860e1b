//! Sign-in over HTTP: the token endpoint of every tenant, its metadata and its keys, and the pages on
//! which people sign in (graph-api.md 10). Credentials and tokens are matters of `identity`.

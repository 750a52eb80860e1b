//! Sign-in over HTTP, asked in process: every grant, every refusal of graph-api.md 10.1, and the tokens
//! that must not pass.

mod application;
mod assertion;
mod device;
mod faults;
mod metadata;
mod outside;
mod people;
mod server;

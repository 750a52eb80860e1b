//! Public shapes of people and groups: CSV, JSON Lines, Graph and LDIF, read and written; the text
//! form of scoping filters and conditions; and Graph's synchronization schema.
//!
//! Stands at both ends of the line: `user import` and `group import` read through [`read`], the
//! exports write through [`Writer`], the command line parses filters with [`filter_text`], and a
//! configuration's mappings and filter come and go through [`schema`]. Text comes from any
//! `BufRead` and goes to any `Write`; this crate opens no file and knows no clock, database or
//! network. What stands in a row is checked for its shape alone: whether an id is taken, a domain
//! verified or a manager known is the importer's to say, and so is whether an attribute that only
//! the directory may write (`identities`, a home identity) is taken over.

pub mod alias;
pub mod code;
pub mod dn;
pub mod filter_text;
pub mod odata;
pub mod schema;

mod field;
mod format;
mod lines;
mod options;
mod read;
mod row;
mod value;
mod write;

pub use format::Format;
pub use options::{ColumnMap, ExtensionColumn, Options, OptionsError};
pub use read::{MAX_RECORD, Reader, read};
pub use row::{Item, Reference, Rejected, Row};
pub use value::{ValueError, parse_value};
pub use write::{Names, Record, WriteOptions, Writer};

//! The decisions of the line. No I/O, no clock, no async: values in, values out.
//!
//! ```text
//! read -> scope -> map -> look up -> match -> diff -> plan -> guard -> apply -> log
//! sync    engine ......   sync       engine ......................    sync     sync
//! ```
//!
//! [`Rules`] is a job, compiled once against both tenants' attributes. [`evaluate()`] takes a
//! person down the middle of the line; reading, asking the target and writing are `sync`'s.

mod check;
pub mod consent;
mod diff;
mod evaluate;
mod explain;
mod facts;
pub mod guard;
pub mod listing;
mod map;
mod mapping_tests;
mod matching;
mod members;
mod naming;
pub mod notices;
mod plan;
mod protection;
pub mod quarantine;
mod random;
mod rules;
mod schema;
pub mod scope;
mod trial;
mod unique;

pub use check::{About, FINDINGS, Finding};
pub use diff::{Choice, Difference, compare};
pub use evaluate::{Change, Decision, Evaluated, evaluate};
pub use explain::explain;
pub use facts::{Assignment, Facts, Reads, Record};
pub use map::{Claim, Desired, Wanted, claims_to_ask, keys_to_ask, map, values_to_ask};
pub use mapping_tests::{TestDifference, TestResult, check_test, run_tests};
pub use matching::{Match, decide_match};
pub use members::{MemberDecision, Membership, decide_member};
pub use naming::{decorated, decorated_candidates};
pub use plan::{Ids, to_entry};
pub use rules::{Rules, check_mapping, doubts, find_unknown, hidden_targets, list_readable};
pub use schema::{Attribute, Schema};
pub use trial::{ExpressionTrial, try_each, try_expression};
pub use unique::{Reserved, Rival};

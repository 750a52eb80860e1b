//! The nouns of Syncline and the invariants that hold for each of them alone.
//!
//! Every other crate may use this one; this one uses none of them. It knows no clock, no
//! database, no network and no async runtime: time and ids come in through [`Clock`] and
//! [`IdSource`]. What needs two nouns at once (may this person write that policy, does this
//! record match that filter) lives further up the line.

mod actor;
mod attribute;
mod attributes;
mod brake;
mod change;
mod clock;
pub mod condition;
mod day;
pub mod diagnostic;
mod domain;
mod edge;
mod filter;
pub mod hidden;
mod id;
mod job;
mod journal;
mod key;
mod mapping;
mod mapping_test;
mod mirror;
mod notice;
mod object;
mod policy;
mod quarantine;
pub mod query;
mod reason;
mod schedule;
mod suggest;
mod tenant;
mod value;
pub mod words;

pub use actor::{Actor, Role, Through};
pub use attribute::{Case, Definition, Kind, Mutability, Name, Shape, is_address, is_base64};
pub use attributes::Attributes;
pub use brake::{Brake, Recent, Tally};
pub use change::{Change, ChangeNumber, Subject, Watermark};
pub use clock::{Clock, Timestamp, TimestampError};
pub use condition::Condition;
pub use day::Day;
pub use diagnostic::Diagnostic;
pub use domain::{Domain, DomainError};
pub use edge::{Edge, EdgeKind};
pub use filter::{Clause, Filter, Group, Operator};
pub use id::{
    ApplicationId, ChangeId, IdSource, JobId, MirrorId, NoticeId, ObjectId, RunId, StoreId,
    TenantId,
};
pub use job::{
    Actions, Groups, Job, JobPart, JobState, Limits, Nested, Progress, Retries, ScopeMode, Seed,
    Stage, Sweep, Versions,
};
pub use journal::{
    Action, Entry, EntryState, Link, LinkState, Modification, PlanNote, Receipt, Refusal, RunKind,
    RunState, RunSummary, WaitFor, Waiting, Whom,
};
pub use key::{Key, KeyKind, fold};
pub use mapping::{Apply, EmptySource, Mapping, Source};
pub use mapping_test::{Expected, MappingTest, TestManager};
pub use mirror::{
    Failing, Held, Lately, Mirror, MirrorCounts, MirrorProgress, MirrorRun, MirrorState, Proof,
    RejectedLine, SourceMark, Taken,
};
pub use notice::{MailSettings, MirrorTold, Notice, NoticeKind, NotifySettings, Told};
pub use object::{HomeIdentity, Identity, Object, RETENTION_DAYS, UserType};
pub use policy::{AccessPolicy, AccessSettings, Consent, Partner};
pub use quarantine::{Quarantine, QuarantineReason, QuarantineRules};
pub use query::Query;
pub use reason::{Code, Reason, Severity};
pub use schedule::{Cron, Schedule, parse_duration, print_duration};
pub use suggest::suggest;
pub use tenant::{Extension, ExtensionType, Tenant};
pub use value::Value;

//! What a target of a synchronization must do, and the target that is a hosted tenant; what a remote
//! source must do ([`source`]), and the source that is a file.
//!
//! The line asks for facts by the page and hands over changes by the page; how a target keeps them
//! is the adapter's. Deciding is the engine's, and when to ask is `sync`'s.

mod hosted;
pub mod source;

pub use hosted::Hosted;

use model::{
    Actor, Edge, Entry, JobId, Key, Kind, Name, Object, ObjectId, Refusal, RunId, TenantId,
};
use store::Durability;

/// Why a target did not answer, or wrote nothing of a page.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// It does not, or no longer, allow it.
    #[error("{0}")]
    NoConsent(String),
    /// A newer run of the same job writes.
    #[error("a newer run of the job writes")]
    Fenced,
    /// It is asked too much, and says how long it wants to be left alone; nothing was done.
    #[error("the target is asked too much and wants to be left alone for {seconds} s")]
    Throttled {
        /// For how long, from now on.
        seconds: u64,
    },
    /// Anything else; it can be tried again. Of a write it says nothing: it may have taken place, in
    /// full or in part, before the answer was lost. [`Target::find_applied`] tells.
    #[error("{0}")]
    Failed(String),
}

/// A page of changes, each of them committed in the journal before.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The job at work.
    pub actor: Actor,
    /// The job.
    pub job: JobId,
    /// The run.
    pub run: RunId,
    /// The run's fencing token.
    pub token: u64,
    /// The tenant that the people come from.
    pub source: TenantId,
    /// The changes.
    pub entries: &'a [Entry],
    /// How safe the write must be.
    pub durability: Durability,
}

/// What a change came to.
pub type Outcome = Result<(), Refusal>;

/// Where people are brought to. Each answer stands in its question's place.
pub trait Target: Send + Sync {
    /// Who holds these keys.
    fn find(&self, keys: &[Key]) -> Result<Vec<Option<ObjectId>>, TargetError>;

    /// Who holds these texts in an attribute that is no key, letters compared without their case: for
    /// each, a few users or groups that are not deleted, enough to tell one from several.
    fn find_values(
        &self,
        kind: Kind,
        attribute: &Name,
        texts: &[String],
    ) -> Result<Vec<Vec<ObjectId>>, TargetError>;

    /// The objects with these ids, deleted ones too.
    fn get(&self, ids: &[ObjectId]) -> Result<Vec<Option<Object>>, TargetError>;

    /// The managers of these users.
    fn managers(&self, ids: &[ObjectId]) -> Result<Vec<Option<ObjectId>>, TargetError>;

    /// A page of a group's members, sorted by id, from behind one.
    fn members(
        &self,
        group: ObjectId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<ObjectId>, TargetError>;

    /// The groups that these objects are members of, each as an edge from the group to the member.
    fn memberships(&self, ids: &[ObjectId]) -> Result<Vec<Edge>, TargetError>;

    /// Whether it protects these objects from synchronizations.
    fn protected(&self, ids: &[ObjectId]) -> Result<Vec<bool>, TargetError>;

    /// Writes a page. It is idempotent: an entry that was written already is done again without
    /// harm. A refused entry refuses no other.
    fn apply(&self, batch: &Batch<'_>) -> Result<Vec<Outcome>, TargetError>;

    /// Whether these entries, whose outcome was lost in a crash, were written.
    fn find_applied(&self, entries: &[Entry]) -> Result<Vec<bool>, TargetError>;
}

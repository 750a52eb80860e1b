//! What Syncline needs of a place that keeps data, in the language of the domain.
//!
//! [`Store`] is the one trait; [`memory`] is its model, which tests and sandboxes use; the suite in
//! `conformance` drives the model and a backend with the same operations and compares every answer.
//! Reads and writes are shaped by the page: one question, one write. What the rules of a directory
//! or a synchronization are is not known here; uniqueness of keys, preconditions, gap-free change
//! numbers and durability are.

mod audit;
mod commit;
#[cfg(feature = "conformance")]
pub mod conformance;
mod journal;
pub mod memory;
mod read;

pub use audit::{AuditEntry, Audited, ChainError, chain, digest, link, verify};
pub use commit::{
    Committed, Condition, Durability, Expect, Group, GroupResult, ObjectCommit, Refused,
    SystemCommit, SystemWrite, Write,
};
pub use journal::{
    EntryQuery, JournalCommit, Lease, LinkWrite, Oblivion, Settled, WaitQuery, WaitWrite,
};
pub use read::{Changes, Deleted, Document, End, Page, Scan};

use std::time::Duration;

use model::{
    Actor, ChangeNumber, Day, Edge, EdgeKind, Entry, JobId, Key, Kind, Link, Name, Object,
    ObjectId, Progress, Query, RunId, RunSummary, StoreId, Tenant, TenantId, Timestamp, Waiting,
    Watermark,
    query::{Found, Predicate},
};

/// Why the store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The tenant is not kept here.
    #[error("no tenant {0}")]
    NoTenant(TenantId),
    /// A condition of the whole commit does not hold; nothing was written.
    #[error("condition does not hold: {0}")]
    Condition(Condition),
    /// The tenant cannot be made or changed so: an id, a name or a domain is taken.
    #[error("{what} is taken by tenant {by}")]
    Taken {
        /// The id, name or domain.
        what: String,
        /// Who has it.
        by: TenantId,
    },
    /// Another run holds the job.
    #[error("job {job} is run by {holder}")]
    Busy {
        /// The job.
        job: JobId,
        /// Who holds it.
        holder: String,
    },
    /// The disk, the file or the server failed. Nothing was written.
    #[error("storage failed: {0}")]
    Failed(String),
    /// What was read cannot be what was written.
    #[error("storage is damaged: {0}")]
    Damaged(String),
}

/// A place that keeps tenants, objects, jobs and journals. All methods block; none holds a read
/// transaction beyond its own page. A tenant that is not kept here answers
/// [`StoreError::NoTenant`] everywhere but in the registry.
pub trait Store: Send + Sync {
    /// The store's present epoch. It changes when the data did not grow out of what was here
    /// before: after a restore or a move. Watermarks of another epoch are worthless.
    fn epoch(&self) -> StoreId;

    /// Registers a tenant and gives it a place. Its id and all its domains must be free
    /// ([`StoreError::Taken`]). Audited in the system's own chain.
    fn create_tenant(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Replaces a tenant's facts. `tenant.version` is the version that was read; the stored one
    /// becomes one higher. Another version answers [`StoreError::Condition`].
    fn update_tenant(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Removes a tenant with everything that it holds.
    fn delete_tenant(
        &self,
        tenant: TenantId,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// All tenants, in the order of their registration.
    fn tenants(&self) -> Result<Vec<Tenant>, StoreError>;

    /// The end of the tenant's change feed now. Cheap: an idle cycle asks only this.
    fn head(&self, tenant: TenantId) -> Result<Watermark, StoreError>;

    /// The objects with these ids, deleted ones too, each in its id's place.
    fn get(&self, tenant: TenantId, ids: &[ObjectId]) -> Result<Vec<Option<Object>>, StoreError>;

    /// The rows of these objects, as [`Store::scan`] counts them, each in its id's place.
    fn rows(&self, tenant: TenantId, ids: &[ObjectId]) -> Result<Vec<Option<u64>>, StoreError>;

    /// Who holds these keys, each in its key's place.
    fn resolve(&self, tenant: TenantId, keys: &[Key]) -> Result<Vec<Option<ObjectId>>, StoreError>;

    /// Who holds one of these texts in an attribute that is no key: for each text, in its place, the
    /// ids of the objects of that kind that are not deleted, sorted, at most `limit` of them. Texts
    /// compare as [`model::fold`] makes them; an attribute that holds a list or a number is not found.
    ///
    /// The first question about an attribute takes time that grows with the tenant, because the
    /// place then begins to keep a list of the attribute's texts. Later ones cost a search for each
    /// text, and every commit of the tenant from then on keeps the list. So it is meant for the few
    /// attributes that somebody's configuration names.
    fn holders(
        &self,
        tenant: TenantId,
        kind: Kind,
        attribute: &Name,
        texts: &[String],
        limit: usize,
    ) -> Result<Vec<Vec<ObjectId>>, StoreError>;

    /// Objects in the order of their making here, from behind a row.
    fn scan(&self, tenant: TenantId, scan: &Scan) -> Result<Page<Object>, StoreError>;

    /// Objects of the kind that pass the predicate, in the query's order, from behind its mark. A
    /// mark of another order answers [`StoreError::Failed`].
    ///
    /// Questions about the attributes that [`model::query::is_listed`] names cost what they answer:
    /// the place keeps lists of their texts, which are begun like those of [`Store::holders`], with
    /// the same cost for the first who asks. Others are found by looking at one object after the
    /// other, and so that no page takes for ever, a place stops after some thousands. A page may
    /// therefore hold fewer objects than were asked for, even none, and have a mark all the same: the
    /// answer is over when there is no mark. Deleted objects are few and are all looked at. A limit of
    /// nothing counts as one.
    fn query(&self, tenant: TenantId, query: &Query) -> Result<Found, StoreError>;

    /// How many objects of the kind pass the predicate. Not one moment's number where they have to
    /// be looked at one by one, which takes as long as a walk over all of them.
    fn count_query(
        &self,
        tenant: TenantId,
        kind: Kind,
        deleted: bool,
        predicate: &Predicate,
    ) -> Result<u64, StoreError>;

    /// How many objects of the kind there are.
    fn count(&self, tenant: TenantId, kind: Kind, deleted: Deleted) -> Result<u64, StoreError>;

    /// How many objects of the tenant hold the key of a home identity, by the tenant at home, sorted
    /// by its id. Deleted objects that hold one count as well. It walks over those keys.
    fn homes(&self, tenant: TenantId) -> Result<Vec<(TenantId, u64)>, StoreError>;

    /// All edges of the kind whose `end` is one of these ids, sorted. One question for a page.
    fn edges(
        &self,
        tenant: TenantId,
        kind: EdgeKind,
        end: End,
        ids: &[ObjectId],
    ) -> Result<Vec<Edge>, StoreError>;

    /// Edges of the kind whose `end` is this id, sorted by the other end, from behind `after`. For
    /// groups too large to be held at once.
    fn edges_after(
        &self,
        tenant: TenantId,
        kind: EdgeKind,
        end: End,
        id: ObjectId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<Edge>, StoreError>;

    /// Changes after a number, in order, without gaps, at most `limit`; [`Changes::Expired`] when
    /// the feed no longer reaches back that far, the epoch is another, or the number lies beyond the
    /// end (bulk writes that a power cut took away).
    fn changes(
        &self,
        tenant: TenantId,
        after: Watermark,
        limit: usize,
    ) -> Result<Changes, StoreError>;

    /// A document.
    fn document(
        &self,
        tenant: TenantId,
        collection: &str,
        key: &str,
    ) -> Result<Option<Document>, StoreError>;

    /// All documents of a collection, sorted by key.
    fn documents(&self, tenant: TenantId, collection: &str) -> Result<Vec<Document>, StoreError>;

    /// The documents of a collection that belong to the server itself and to no tenant, sorted by key.
    fn system_documents(&self, collection: &str) -> Result<Vec<Document>, StoreError>;

    /// Writes documents of the server itself, in one transaction with an entry in the system's own
    /// audit chain. A document that stands at another version than was read answers
    /// [`StoreError::Condition`]. On return it is durable.
    fn commit_system(&self, commit: SystemCommit) -> Result<(), StoreError>;

    /// Audit entries after a number, in order. The nil tenant is the system's own chain.
    fn audit(
        &self,
        tenant: TenantId,
        after: ChangeNumber,
        limit: usize,
    ) -> Result<Vec<Audited>, StoreError>;

    /// Writes groups of writes, each of them whole or not at all; a refused group refuses no other.
    /// The conditions are checked in the same transaction; if one does not hold nothing is written.
    /// Every write gives one change record and every group one audit entry, in the same
    /// transaction. On return the commit is durable unless a bulk load was asked for.
    fn commit(&self, commit: ObjectCommit) -> Result<Committed, StoreError>;

    /// Makes earlier bulk commits of the tenant durable.
    fn flush(&self, tenant: TenantId) -> Result<(), StoreError>;

    /// Takes the job for one run. At most one lease stands at a time; a lease is given back with
    /// [`Store::release`], and one whose process died does not bind. Its token is higher than that
    /// of every lease before. Writes no row.
    fn lease(&self, tenant: TenantId, job: JobId, holder: &str) -> Result<Lease, StoreError>;

    /// Gives a lease back. A lease that no longer stands is no error.
    fn release(&self, lease: &Lease);

    /// How far the job has come; the beginning when it was never run.
    fn progress(&self, tenant: TenantId, job: JobId) -> Result<Progress, StoreError>;

    /// Writes into the job's journal, all in one transaction. A token below the highest seen, or
    /// below that of a newer lease, answers [`StoreError::Condition`] with the fence.
    fn record(&self, commit: JournalCommit) -> Result<(), StoreError>;

    /// Journal entries, in the order of their making.
    fn entries(
        &self,
        tenant: TenantId,
        job: JobId,
        query: &EntryQuery,
    ) -> Result<Vec<Entry>, StoreError>;

    /// How many removals and disables of the job were done since an instant.
    fn removals_since(
        &self,
        tenant: TenantId,
        job: JobId,
        since: Timestamp,
    ) -> Result<u64, StoreError>;

    /// The links of these people, each in its place.
    fn links(
        &self,
        tenant: TenantId,
        job: JobId,
        sources: &[ObjectId],
    ) -> Result<Vec<Option<Link>>, StoreError>;

    /// The links to these objects of the target, each in its place. Of several links to one object
    /// the one in use is given, then the one of the person with the lowest id.
    fn links_to(
        &self,
        tenant: TenantId,
        job: JobId,
        targets: &[ObjectId],
    ) -> Result<Vec<Option<Link>>, StoreError>;

    /// Links sorted by the person's id, from behind one.
    fn links_after(
        &self,
        tenant: TenantId,
        job: JobId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<Link>, StoreError>;

    /// Waiting records, sorted by the person's id.
    fn waiting(
        &self,
        tenant: TenantId,
        job: JobId,
        query: &WaitQuery,
    ) -> Result<Vec<Waiting>, StoreError>;

    /// The newest runs, newest first.
    fn runs(
        &self,
        tenant: TenantId,
        job: JobId,
        limit: usize,
    ) -> Result<Vec<RunSummary>, StoreError>;

    /// The newest runs before one, newest first.
    fn runs_before(
        &self,
        tenant: TenantId,
        job: JobId,
        before: RunId,
        limit: usize,
    ) -> Result<Vec<RunSummary>, StoreError>;

    /// One run.
    fn run(
        &self,
        tenant: TenantId,
        job: JobId,
        run: RunId,
    ) -> Result<Option<RunSummary>, StoreError>;

    /// What the job came to on the days before one, newest first, at most `limit`; days on which
    /// nothing was told are none.
    fn days(
        &self,
        tenant: TenantId,
        job: JobId,
        before: i64,
        limit: usize,
    ) -> Result<Vec<Day>, StoreError>;

    /// Forgets a job's progress, journal, links, waiting records, runs and days, but not the highest
    /// token seen. Its configuration is a document and is removed like one.
    fn forget_job(&self, tenant: TenantId, job: JobId) -> Result<(), StoreError>;

    /// Forgets entries that are done, refused, cancelled or rejected, and says how many. What is
    /// planned, open, staged or held stays whatever its age.
    fn forget_entries(
        &self,
        tenant: TenantId,
        job: JobId,
        which: &Oblivion,
    ) -> Result<u64, StoreError>;

    /// Forgets the oldest runs that ended before an instant, at most so many, and says how many. A
    /// run that has not ended stays, the newest run stays, and what began after a run that is kept
    /// for its age stays as well. The days that were over before that instant go with them, whatever
    /// the number.
    fn forget_runs(
        &self,
        tenant: TenantId,
        job: JobId,
        before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError>;

    /// Waits until some object commit, or some change of a tenant's facts, has happened since the
    /// tick, at most so long, and gives the present tick. Tick 0 answers at once.
    fn wait(&self, tick: u64, at_most: Duration) -> u64;

    /// The tenants in which that happened since a tick, in no particular order; those that were
    /// removed meanwhile are among them. What happened before this process does not count. Costs as
    /// much as it answers, whatever the number of tenants.
    fn stirred(&self, tick: u64) -> Vec<TenantId>;
}

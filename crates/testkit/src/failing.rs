//! Stores that do what a test asks for before and after every call: fail, lose an answer, look on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use model::{
    Actor, ChangeNumber, Day, Edge, EdgeKind, Entry, JobId, Key, Kind as ObjectKind, Link, Name,
    Object, ObjectId, Progress, Query, RunId, RunSummary, StoreId, Tenant, TenantId, Timestamp,
    Waiting, Watermark,
    query::{Found, Predicate},
};
use store::{
    Audited, Changes, Committed, Deleted, Document, End, EntryQuery, JournalCommit, Lease,
    ObjectCommit, Oblivion, Page, Scan, Store, StoreError, SystemCommit, WaitQuery,
};

/// What kind of call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A commit of objects.
    Commit,
    /// A commit into a journal.
    Record,
    /// A question, by the method's name.
    Ask(&'static str),
}

/// One call of the store.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// What kind.
    pub kind: Kind,
    /// Into which tenant.
    pub tenant: TenantId,
    /// Whether it has been answered.
    pub is_over: bool,
}

/// What is to become of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes its way.
    Go,
    /// It fails and nothing happens.
    Fail,
    /// It happens, and the answer is lost.
    Lose,
}

type Hook = dyn Fn(Call) -> Fate + Send + Sync;

/// A store in front of another one, with a look at every call before and after it.
pub struct HookedStore {
    inner: Arc<dyn Store>,
    hook: Box<Hook>,
}

impl HookedStore {
    /// A store that asks `hook` about every call, and tells it when a call is over.
    pub fn new(inner: Arc<dyn Store>, hook: impl Fn(Call) -> Fate + Send + Sync + 'static) -> Self {
        Self { inner, hook: Box::new(hook) }
    }

    fn through<T>(
        &self,
        kind: Kind,
        tenant: TenantId,
        call: impl FnOnce(&dyn Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let lost = || StoreError::Failed("the test wanted it to fail".to_owned());
        let fate = (self.hook)(Call { kind, tenant, is_over: false });
        if fate == Fate::Fail {
            return Err(lost());
        }
        let answer = call(self.inner.as_ref());
        let later = (self.hook)(Call { kind, tenant, is_over: true });
        if [fate, later].contains(&Fate::Lose) { Err(lost()) } else { answer }
    }
}

/// A store whose writes fail from the k-th on, as if the machine had stopped there.
pub struct FailingStore;

impl FailingStore {
    /// A store whose write number `at` (from 1) meets the fate; every later write fails as well.
    /// The counter tells how many writes were asked for.
    pub fn over(inner: Arc<dyn Store>, at: u64, fate: Fate) -> (Arc<HookedStore>, Arc<AtomicU64>) {
        Self::make(inner, at, fate, Fate::Fail)
    }

    /// The same, but the writes that follow go their way again: a disk that was full for a moment.
    pub fn once(inner: Arc<dyn Store>, at: u64, fate: Fate) -> (Arc<HookedStore>, Arc<AtomicU64>) {
        Self::make(inner, at, fate, Fate::Go)
    }

    fn make(
        inner: Arc<dyn Store>,
        at: u64,
        fate: Fate,
        later: Fate,
    ) -> (Arc<HookedStore>, Arc<AtomicU64>) {
        let count = Arc::new(AtomicU64::new(0));
        let seen = count.clone();
        let store = HookedStore::new(inner, move |call| {
            if call.is_over || !matches!(call.kind, Kind::Commit | Kind::Record) {
                return Fate::Go;
            }
            let number = seen.fetch_add(1, Ordering::SeqCst) + 1;
            match number.cmp(&at) {
                std::cmp::Ordering::Less => Fate::Go,
                std::cmp::Ordering::Equal => fate,
                std::cmp::Ordering::Greater => later,
            }
        });
        (Arc::new(store), count)
    }
}

macro_rules! asks {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {$(
        fn $name(&self, tenant: TenantId, $($argument: $kind),*) -> Result<$answer, StoreError> {
            self.through(Kind::Ask(stringify!($name)), tenant, |inner| {
                inner.$name(tenant, $($argument),*)
            })
        }
    )*};
}

impl Store for HookedStore {
    fn system_documents(&self, collection: &str) -> Result<Vec<Document>, StoreError> {
        let kind = Kind::Ask("system_documents");
        self.through(kind, TenantId::NIL, |store| store.system_documents(collection))
    }

    fn commit_system(&self, commit: SystemCommit) -> Result<(), StoreError> {
        self.through(Kind::Commit, TenantId::NIL, |store| store.commit_system(commit))
    }

    fn epoch(&self) -> StoreId {
        self.inner.epoch()
    }

    fn create_tenant(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner.create_tenant(tenant, actor, at)
    }

    fn update_tenant(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner.update_tenant(tenant, actor, at)
    }

    fn delete_tenant(
        &self,
        tenant: TenantId,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.inner.delete_tenant(tenant, actor, at)
    }

    fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        self.inner.tenants()
    }

    fn commit(&self, commit: ObjectCommit) -> Result<Committed, StoreError> {
        let tenant = commit.tenant;
        self.through(Kind::Commit, tenant, |inner| inner.commit(commit))
    }

    fn record(&self, commit: JournalCommit) -> Result<(), StoreError> {
        let tenant = commit.tenant;
        self.through(Kind::Record, tenant, |inner| inner.record(commit))
    }

    fn lease(&self, tenant: TenantId, job: JobId, holder: &str) -> Result<Lease, StoreError> {
        self.inner.lease(tenant, job, holder)
    }

    fn release(&self, lease: &Lease) {
        self.inner.release(lease);
    }

    fn wait(&self, tick: u64, at_most: Duration) -> u64 {
        self.inner.wait(tick, at_most)
    }

    fn stirred(&self, tick: u64) -> Vec<TenantId> {
        self.inner.stirred(tick)
    }

    asks! {
        head() -> Watermark;
        get(ids: &[ObjectId]) -> Vec<Option<Object>>;
        rows(ids: &[ObjectId]) -> Vec<Option<u64>>;
        resolve(keys: &[Key]) -> Vec<Option<ObjectId>>;
        holders(
            kind: ObjectKind, attribute: &Name, texts: &[String], limit: usize
        ) -> Vec<Vec<ObjectId>>;
        scan(scan: &Scan) -> Page<Object>;
        query(query: &Query) -> Found;
        count_query(kind: ObjectKind, deleted: bool, predicate: &Predicate) -> u64;
        count(kind: ObjectKind, deleted: Deleted) -> u64;
        homes() -> Vec<(TenantId, u64)>;
        edges(kind: EdgeKind, end: End, ids: &[ObjectId]) -> Vec<Edge>;
        edges_after(
            kind: EdgeKind, end: End, id: ObjectId, after: Option<ObjectId>, limit: usize
        ) -> Vec<Edge>;
        changes(after: Watermark, limit: usize) -> Changes;
        document(collection: &str, key: &str) -> Option<Document>;
        documents(collection: &str) -> Vec<Document>;
        audit(after: ChangeNumber, limit: usize) -> Vec<Audited>;
        flush() -> ();
        progress(job: JobId) -> Progress;
        entries(job: JobId, query: &EntryQuery) -> Vec<Entry>;
        removals_since(job: JobId, since: Timestamp) -> u64;
        links(job: JobId, sources: &[ObjectId]) -> Vec<Option<Link>>;
        links_to(job: JobId, targets: &[ObjectId]) -> Vec<Option<Link>>;
        links_after(job: JobId, after: Option<ObjectId>, limit: usize) -> Vec<Link>;
        waiting(job: JobId, query: &WaitQuery) -> Vec<Waiting>;
        runs(job: JobId, limit: usize) -> Vec<RunSummary>;
        runs_before(job: JobId, before: RunId, limit: usize) -> Vec<RunSummary>;
        run(job: JobId, run: RunId) -> Option<RunSummary>;
        days(job: JobId, before: i64, limit: usize) -> Vec<Day>;
        forget_job(job: JobId) -> ();
        forget_entries(job: JobId, which: &Oblivion) -> u64;
        forget_runs(job: JobId, before: Timestamp, limit: usize) -> u64;
    }
}

//! The store's trait, each method brought to the right file and thread.

use std::time::Duration;

use model::{
    Actor, ChangeNumber, Day, Edge, EdgeKind, Entry, JobId, Key, Kind, Link, Name, Object,
    ObjectId, Progress, Query, RunId, RunSummary, StoreId, Tenant, TenantId, Timestamp, Waiting,
    Watermark,
    query::{Found, Order, Predicate},
};
use rusqlite::Connection;
use store::{
    Audited, Changes, Committed, Deleted, Document, End, EntryQuery, JournalCommit, Lease,
    ObjectCommit, Oblivion, Page, Scan, Store, StoreError, SystemCommit, WaitQuery,
};

use crate::{
    SqliteStore,
    conditions::Owner,
    fault::Fault,
    journal::Job,
    objects, prepare,
    query::{self, Answer},
    record, registry,
    shard::Shard,
    values::{self, Form},
    writer::{Done, Work},
};

impl SqliteStore {
    fn shard(&self, tenant: TenantId) -> Result<(&Shard, Owner), StoreError> {
        let (shard, owner) = self.registry.find(tenant)?;
        Ok((&self.shards[shard], owner))
    }

    /// Asks the tenant's file one question of one statement.
    pub(crate) fn ask<T>(
        &self,
        tenant: TenantId,
        ask: impl FnOnce(&Connection, i64) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let (shard, owner) = self.shard(tenant)?;
        shard.ask(|conn| ask(conn, owner.no))
    }

    /// Asks the tenant's file a question of several statements.
    fn ask_at_once<T>(
        &self,
        tenant: TenantId,
        ask: impl FnOnce(&Connection, i64) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let (shard, owner) = self.shard(tenant)?;
        shard.ask_at_once(|conn| ask(conn, owner.no))
    }

    /// Counts who passes by pages.
    fn count_one_by_one(
        &self,
        tenant: TenantId,
        kind: Kind,
        deleted: bool,
        predicate: &Predicate,
    ) -> Result<u64, StoreError> {
        let order = if deleted { Order::Row } else { predicate.natural_order() };
        let (predicate, limit) = (predicate.clone(), 2_000);
        let mut query =
            Query { kind, deleted, predicate, order, descending: false, after: None, limit };
        let mut count = 0;
        loop {
            let found = self.query(tenant, &query)?;
            count += found.objects.len() as u64;
            query.after = found.next;
            if query.after.is_none() {
                return Ok(count);
            }
        }
    }

    /// Asks about a job; one that never wrote answers with nothing.
    fn ask_job<T>(
        &self,
        tenant: TenantId,
        job: JobId,
        nothing: T,
        ask: impl FnOnce(Job<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        self.ask_at_once(tenant, |conn, no| match Job::find(conn, no, job)? {
            Some(job) => ask(job),
            None => Ok(nothing),
        })
    }
}

/// Puts everybody into a list.
fn fill(shard: &Shard, owner: Owner, form: &Form) -> Result<(), StoreError> {
    while values::fill(shard, owner, form, values::GATHERED)? {}
    Ok(())
}

fn forgotten(done: Done) -> u64 {
    match done {
        Done::Forgotten(count) => count,
        _ => 0,
    }
}

fn system(fault: Fault) -> StoreError {
    fault.into_store(registry::FILE)
}

impl Store for SqliteStore {
    fn epoch(&self) -> StoreId {
        self.registry.epoch
    }

    fn create_tenant(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.registry.create(tenant, actor, at).map_err(system)?;
        self.signal.raise(tenant.id);
        Ok(())
    }

    fn update_tenant(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let shard = self.registry.update(tenant, actor, at).map_err(system)?;
        // A transaction that found the old version may still be under way. Once it is over, nothing
        // that rests on the old version can appear any more.
        let passed = self.shards[shard].write(Work::Pass);
        self.signal.raise(tenant.id);
        passed.map(drop)
    }

    fn delete_tenant(
        &self,
        tenant: TenantId,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let leftover = self.registry.delete(tenant, actor, at).map_err(system)?;
        self.leases.forget(tenant);
        self.signal.raise(tenant);
        self.sweep(&leftover)
    }

    fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        Ok(self.registry.tenants())
    }

    fn head(&self, tenant: TenantId) -> Result<Watermark, StoreError> {
        let (number, _) = self.ask(tenant, objects::head)?;
        Ok(Watermark { epoch: self.registry.epoch, number })
    }

    fn get(&self, tenant: TenantId, ids: &[ObjectId]) -> Result<Vec<Option<Object>>, StoreError> {
        self.ask_at_once(tenant, |conn, no| objects::get(conn, no, ids))
    }

    fn rows(&self, tenant: TenantId, ids: &[ObjectId]) -> Result<Vec<Option<u64>>, StoreError> {
        self.ask_at_once(tenant, |conn, no| objects::rows(conn, no, ids))
    }

    fn resolve(&self, tenant: TenantId, keys: &[Key]) -> Result<Vec<Option<ObjectId>>, StoreError> {
        self.ask_at_once(tenant, |conn, no| objects::resolve(conn, no, keys))
    }

    fn holders(
        &self,
        tenant: TenantId,
        kind: Kind,
        attribute: &Name,
        texts: &[String],
        limit: usize,
    ) -> Result<Vec<Vec<ObjectId>>, StoreError> {
        let (shard, owner) = self.shard(tenant)?;
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        loop {
            let asked = (kind, attribute);
            let found =
                shard.ask_at_once(|conn| values::holders(conn, owner.no, asked, texts, limit))?;
            match found {
                Some(holders) => return Ok(holders),
                None => fill(shard, owner, &Form::Text(attribute.clone()))?,
            }
        }
    }

    fn query(&self, tenant: TenantId, query: &Query) -> Result<Found, StoreError> {
        let (shard, owner) = self.shard(tenant)?;
        if query.after.as_ref().is_some_and(|mark| !query.order.accepts(mark)) {
            return Err(StoreError::Failed("the mark is one of another order".to_owned()));
        }
        loop {
            let ask = |conn: &Connection| query::query(conn, owner.no, query, self.bounds);
            match shard.ask_at_once(ask)? {
                Answer::Found(found) => return Ok(found),
                Answer::Needs(form) => fill(shard, owner, &form)?,
            }
        }
    }

    fn count_query(
        &self,
        tenant: TenantId,
        kind: Kind,
        deleted: bool,
        predicate: &Predicate,
    ) -> Result<u64, StoreError> {
        let (shard, owner) = self.shard(tenant)?;
        match predicate {
            _ if *predicate == Predicate::EVERYTHING => {
                let deleted = if deleted { Deleted::Only } else { Deleted::Without };
                return self.count(tenant, kind, deleted);
            }
            // Who is left by those whom a list counts.
            Predicate::Not(part) => {
                let all = self.count_query(tenant, kind, deleted, &Predicate::EVERYTHING)?;
                return Ok(all.saturating_sub(self.count_query(tenant, kind, deleted, part)?));
            }
            _ => {}
        }
        while !deleted
            && let Some(answer) =
                shard.ask_at_once(|conn| query::count(conn, owner.no, kind, predicate))?
        {
            match answer {
                Answer::Found(count) => return Ok(count),
                Answer::Needs(form) => fill(shard, owner, &form)?,
            }
        }
        self.count_one_by_one(tenant, kind, deleted, predicate)
    }

    fn scan(&self, tenant: TenantId, scan: &Scan) -> Result<Page<Object>, StoreError> {
        self.ask(tenant, |conn, no| objects::scan(conn, no, scan))
    }

    fn count(&self, tenant: TenantId, kind: Kind, deleted: Deleted) -> Result<u64, StoreError> {
        self.ask(tenant, |conn, no| objects::count(conn, no, kind, deleted))
    }

    fn homes(&self, tenant: TenantId) -> Result<Vec<(TenantId, u64)>, StoreError> {
        self.ask(tenant, objects::homes)
    }

    fn edges(
        &self,
        tenant: TenantId,
        kind: EdgeKind,
        end: End,
        ids: &[ObjectId],
    ) -> Result<Vec<Edge>, StoreError> {
        self.ask_at_once(tenant, |conn, no| objects::edges(conn, no, kind, end, ids))
    }

    fn edges_after(
        &self,
        tenant: TenantId,
        kind: EdgeKind,
        end: End,
        id: ObjectId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<Edge>, StoreError> {
        self.ask(tenant, |conn, no| objects::edges_after(conn, no, (kind, end), id, after, limit))
    }

    fn changes(
        &self,
        tenant: TenantId,
        after: Watermark,
        limit: usize,
    ) -> Result<Changes, StoreError> {
        if after.epoch != self.registry.epoch {
            self.registry.find(tenant)?;
            return Ok(Changes::Expired);
        }
        self.ask_at_once(tenant, |conn, no| objects::changes(conn, no, after.number, limit))
    }

    fn document(
        &self,
        tenant: TenantId,
        collection: &str,
        key: &str,
    ) -> Result<Option<Document>, StoreError> {
        self.ask(tenant, |conn, no| objects::document(conn, no, collection, key))
    }

    fn documents(&self, tenant: TenantId, collection: &str) -> Result<Vec<Document>, StoreError> {
        self.ask(tenant, |conn, no| objects::documents(conn, no, collection))
    }

    fn system_documents(&self, collection: &str) -> Result<Vec<Document>, StoreError> {
        self.registry.documents(collection).map_err(system)
    }

    fn commit_system(&self, commit: SystemCommit) -> Result<(), StoreError> {
        self.registry.commit(commit).map_err(system)
    }

    fn audit(
        &self,
        tenant: TenantId,
        after: ChangeNumber,
        limit: usize,
    ) -> Result<Vec<Audited>, StoreError> {
        if tenant == TenantId::NIL {
            return self.registry.audit(after, limit).map_err(system);
        }
        self.ask(tenant, |conn, no| objects::audit(conn, no, after, limit))
    }

    fn commit(&self, commit: ObjectCommit) -> Result<Committed, StoreError> {
        let (shard, owner) = self.shard(commit.tenant)?;
        let (groups, tenant) = (commit.groups.len(), commit.tenant);
        let prepared = Box::new(prepare::prepare(owner, commit));
        match shard.write(Work::Commit(prepared))? {
            Done::Committed(committed) => {
                if committed.results.iter().any(Result::is_ok) {
                    self.signal.raise(tenant);
                }
                Ok(committed)
            }
            _ => Err(StoreError::Failed(format!(
                "the writer of {} gave no answer about {groups} groups",
                shard.file
            ))),
        }
    }

    fn flush(&self, tenant: TenantId) -> Result<(), StoreError> {
        let (shard, _) = self.shard(tenant)?;
        shard.write(Work::Flush).map(drop)
    }

    fn lease(&self, tenant: TenantId, job: JobId, holder: &str) -> Result<Lease, StoreError> {
        self.registry.find(tenant)?;
        self.leases.take(tenant, job, holder)
    }

    fn release(&self, lease: &Lease) {
        self.leases.release(lease);
    }

    fn progress(&self, tenant: TenantId, job: JobId) -> Result<Progress, StoreError> {
        self.ask_job(tenant, job, Progress::default(), |job| job.progress())
    }

    fn record(&self, commit: JournalCommit) -> Result<(), StoreError> {
        let (shard, owner) = self.shard(commit.tenant)?;
        if commit.token < self.leases.newest(commit.tenant, commit.job) {
            return Err(record::shut_out(&commit));
        }
        shard.write(Work::Record(owner, Box::new(commit))).map(drop)
    }

    fn entries(
        &self,
        tenant: TenantId,
        job: JobId,
        query: &EntryQuery,
    ) -> Result<Vec<Entry>, StoreError> {
        self.ask_job(tenant, job, Vec::new(), |job| job.entries(query))
    }

    fn removals_since(
        &self,
        tenant: TenantId,
        job: JobId,
        since: Timestamp,
    ) -> Result<u64, StoreError> {
        self.ask_job(tenant, job, 0, |job| job.removals_since(since))
    }

    fn links(
        &self,
        tenant: TenantId,
        job: JobId,
        sources: &[ObjectId],
    ) -> Result<Vec<Option<Link>>, StoreError> {
        self.ask_job(tenant, job, vec![None; sources.len()], |job| job.links(sources))
    }

    fn links_to(
        &self,
        tenant: TenantId,
        job: JobId,
        targets: &[ObjectId],
    ) -> Result<Vec<Option<Link>>, StoreError> {
        self.ask_job(tenant, job, vec![None; targets.len()], |job| job.links_to(targets))
    }

    fn links_after(
        &self,
        tenant: TenantId,
        job: JobId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<Link>, StoreError> {
        self.ask_job(tenant, job, Vec::new(), |job| job.links_after(after, limit))
    }

    fn waiting(
        &self,
        tenant: TenantId,
        job: JobId,
        query: &WaitQuery,
    ) -> Result<Vec<Waiting>, StoreError> {
        self.ask_job(tenant, job, Vec::new(), |job| job.waiting(query))
    }

    fn runs(
        &self,
        tenant: TenantId,
        job: JobId,
        limit: usize,
    ) -> Result<Vec<RunSummary>, StoreError> {
        self.ask_job(tenant, job, Vec::new(), |job| job.runs(limit))
    }

    fn runs_before(
        &self,
        tenant: TenantId,
        job: JobId,
        before: RunId,
        limit: usize,
    ) -> Result<Vec<RunSummary>, StoreError> {
        self.ask_job(tenant, job, Vec::new(), |job| job.runs_before(before, limit))
    }

    fn run(
        &self,
        tenant: TenantId,
        job: JobId,
        run: RunId,
    ) -> Result<Option<RunSummary>, StoreError> {
        self.ask_job(tenant, job, None, |job| job.run(run))
    }

    fn days(
        &self,
        tenant: TenantId,
        job: JobId,
        before: i64,
        limit: usize,
    ) -> Result<Vec<Day>, StoreError> {
        self.ask_job(tenant, job, Vec::new(), |job| job.days(before, limit))
    }

    fn forget_job(&self, tenant: TenantId, job: JobId) -> Result<(), StoreError> {
        let (shard, owner) = self.shard(tenant)?;
        shard.write(Work::Forget(owner, job)).map(drop)
    }

    fn forget_entries(
        &self,
        tenant: TenantId,
        job: JobId,
        which: &Oblivion,
    ) -> Result<u64, StoreError> {
        let (shard, owner) = self.shard(tenant)?;
        // Asked of a reader first: mostly nothing is old enough, and then no writer is disturbed.
        if self.ask_job(tenant, job, true, |job| job.has_none_to_forget(which))? {
            return Ok(0);
        }
        Ok(forgotten(shard.write(Work::ForgetEntries(owner, job, *which))?))
    }

    fn forget_runs(
        &self,
        tenant: TenantId,
        job: JobId,
        before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let (shard, owner) = self.shard(tenant)?;
        Ok(forgotten(shard.write(Work::ForgetRuns(owner, job, before, limit))?))
    }

    fn wait(&self, tick: u64, at_most: Duration) -> u64 {
        self.signal.wait(tick, at_most)
    }

    fn stirred(&self, tick: u64) -> Vec<TenantId> {
        self.signal.stirred(tick)
    }
}

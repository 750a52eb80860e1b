//! The model: a store of ordered maps under one lock.
//!
//! It says what every answer has to be, so it is written to be read, not to be fast. Tests and
//! sandboxes run on it, and the suite in `conformance` holds backends against it.

mod jobs;
mod objects;

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use model::{
    Actor, ChangeNumber, Day, Domain, Edge, EdgeKind, Entry, JobId, Key, Kind, Link, Name, Object,
    ObjectId, Progress, Query, RunId, RunSummary, StoreId, Tenant, TenantId, Timestamp, Waiting,
    Watermark,
    query::{Found, Predicate},
};

use self::objects::TenantData;
use crate::{
    AuditEntry, Audited, Changes, Committed, Condition, Deleted, Document, End, EntryQuery,
    JournalCommit, Lease, ObjectCommit, Oblivion, Page, Scan, Store, StoreError, SystemCommit,
    WaitQuery, chain,
};

/// A store that lives and dies with its process.
pub struct MemoryStore {
    epoch: StoreId,
    state: Mutex<State>,
    committed: Condvar,
}

#[derive(Default)]
struct State {
    /// Tenants by the order of their making, which is what listing them goes by.
    tenants: BTreeMap<u64, TenantData>,
    made: u64,
    system: Vec<Audited>,
    /// Documents of the server itself, by collection and key.
    documents: BTreeMap<(String, String), Document>,
    leases: BTreeMap<(TenantId, JobId), Held>,
    tokens: u64,
    tick: u64,
    /// The tick of each tenant's last commit or change of facts.
    stirred: BTreeMap<TenantId, u64>,
}

/// The newest lease of a job; without a holder it was given back.
struct Held {
    token: u64,
    holder: Option<String>,
}

impl MemoryStore {
    /// An empty store with this epoch.
    pub fn new(epoch: StoreId) -> Self {
        let state = State { tick: 1, ..State::default() };
        Self { epoch, state: Mutex::new(state), committed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in another thread leaves the maps as whole as they were between two statements,
        // and only tests can go on after it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the tenant.
    fn ask<T>(
        &self,
        tenant: TenantId,
        ask: impl FnOnce(&TenantData) -> T,
    ) -> Result<T, StoreError> {
        self.state().tenant(tenant).map(ask)
    }
}

impl State {
    fn tenant(&self, id: TenantId) -> Result<&TenantData, StoreError> {
        self.tenants.values().find(|data| data.facts.id == id).ok_or(StoreError::NoTenant(id))
    }

    fn tenant_mut(&mut self, id: TenantId) -> Result<&mut TenantData, StoreError> {
        self.tenants.values_mut().find(|data| data.facts.id == id).ok_or(StoreError::NoTenant(id))
    }

    /// Refuses domains that another tenant than `own` has, and one that is named twice.
    fn check_domains(&self, own: TenantId, domains: &[Domain]) -> Result<(), StoreError> {
        for (index, domain) in domains.iter().enumerate() {
            if domains[..index].contains(domain) {
                return Err(StoreError::Taken { what: domain.to_string(), by: own });
            }
            let other = self
                .tenants
                .values()
                .map(|data| &data.facts)
                .find(|facts| facts.id != own && facts.domains.contains(domain));
            if let Some(other) = other {
                return Err(StoreError::Taken { what: domain.to_string(), by: other.id });
            }
        }
        Ok(())
    }

    fn stir(&mut self, tenant: TenantId) {
        self.tick += 1;
        self.stirred.insert(tenant, self.tick);
    }

    fn audit_system(&mut self, entry: AuditEntry, actor: &Actor, at: Timestamp) {
        let before = self.system.last().map_or("", |last| &last.chain);
        let number = self.system.len() as u64 + 1;
        let (digest, chain) = chain(before, number, at, actor, &entry);
        let actor = actor.clone();
        self.system.push(Audited { number, at, actor, entry: Some(entry), digest, chain });
    }
}

impl Store for MemoryStore {
    fn epoch(&self) -> StoreId {
        self.epoch
    }

    fn create_tenant(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        // The nil id stands for the system's own audit chain.
        if tenant.id == TenantId::NIL || state.tenant(tenant.id).is_ok() {
            return Err(StoreError::Taken { what: tenant.id.to_string(), by: tenant.id });
        }
        state.check_domains(tenant.id, &tenant.domains)?;
        state.made += 1;
        let made = state.made;
        state.tenants.insert(made, TenantData::new(tenant.clone()));
        state.audit_system(AuditEntry::of_tenant("Add tenant", tenant), actor, at);
        state.stir(tenant.id);
        self.committed.notify_all();
        Ok(())
    }

    fn update_tenant(
        &self,
        tenant: &Tenant,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        if state.tenant(tenant.id)?.facts.version != tenant.version {
            return Err(StoreError::Condition(Condition::Tenant { version: tenant.version }));
        }
        state.check_domains(tenant.id, &tenant.domains)?;
        let facts = Tenant { version: tenant.version + 1, ..tenant.clone() };
        state.audit_system(AuditEntry::of_tenant("Update tenant", &facts), actor, at);
        state.tenant_mut(tenant.id)?.facts = facts;
        state.stir(tenant.id);
        self.committed.notify_all();
        Ok(())
    }

    fn delete_tenant(
        &self,
        tenant: TenantId,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        let facts = state.tenant(tenant)?.facts.clone();
        state.tenants.retain(|_, data| data.facts.id != tenant);
        state.leases.retain(|(owner, _), _| *owner != tenant);
        state.audit_system(AuditEntry::of_tenant("Delete tenant", &facts), actor, at);
        state.stir(tenant);
        self.committed.notify_all();
        Ok(())
    }

    fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        Ok(self.state().tenants.values().map(|data| data.facts.clone()).collect())
    }

    fn head(&self, tenant: TenantId) -> Result<Watermark, StoreError> {
        self.ask(tenant, |data| Watermark { epoch: self.epoch, number: data.head() })
    }

    fn get(&self, tenant: TenantId, ids: &[ObjectId]) -> Result<Vec<Option<Object>>, StoreError> {
        self.ask(tenant, |data| data.get(ids))
    }

    fn rows(&self, tenant: TenantId, ids: &[ObjectId]) -> Result<Vec<Option<u64>>, StoreError> {
        self.ask(tenant, |data| data.rows(ids))
    }

    fn resolve(&self, tenant: TenantId, keys: &[Key]) -> Result<Vec<Option<ObjectId>>, StoreError> {
        self.ask(tenant, |data| data.resolve(keys))
    }

    fn holders(
        &self,
        tenant: TenantId,
        kind: Kind,
        attribute: &Name,
        texts: &[String],
        limit: usize,
    ) -> Result<Vec<Vec<ObjectId>>, StoreError> {
        self.ask(tenant, |data| data.holders(kind, attribute, texts, limit))
    }

    fn scan(&self, tenant: TenantId, scan: &Scan) -> Result<Page<Object>, StoreError> {
        self.ask(tenant, |data| data.scan(scan))
    }

    fn query(&self, tenant: TenantId, query: &Query) -> Result<Found, StoreError> {
        if query.after.as_ref().is_some_and(|mark| !query.order.accepts(mark)) {
            return Err(StoreError::Failed("the mark is one of another order".to_owned()));
        }
        self.ask(tenant, |data| data.query(query))
    }

    fn count_query(
        &self,
        tenant: TenantId,
        kind: Kind,
        deleted: bool,
        predicate: &Predicate,
    ) -> Result<u64, StoreError> {
        self.ask(tenant, |data| data.passing(kind, deleted, predicate).count() as u64)
    }

    fn count(&self, tenant: TenantId, kind: Kind, deleted: Deleted) -> Result<u64, StoreError> {
        self.ask(tenant, |data| data.count(kind, deleted))
    }

    fn homes(&self, tenant: TenantId) -> Result<Vec<(TenantId, u64)>, StoreError> {
        self.ask(tenant, TenantData::homes)
    }

    fn edges(
        &self,
        tenant: TenantId,
        kind: EdgeKind,
        end: End,
        ids: &[ObjectId],
    ) -> Result<Vec<Edge>, StoreError> {
        self.ask(tenant, |data| data.edges(kind, end, ids))
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
        self.ask(tenant, |data| data.edges_after(kind, end, id, after, limit))
    }

    fn changes(
        &self,
        tenant: TenantId,
        after: Watermark,
        limit: usize,
    ) -> Result<Changes, StoreError> {
        self.ask(tenant, |data| {
            if after.epoch == self.epoch {
                data.changes(after.number, limit)
            } else {
                Changes::Expired
            }
        })
    }

    fn document(
        &self,
        tenant: TenantId,
        collection: &str,
        key: &str,
    ) -> Result<Option<Document>, StoreError> {
        self.ask(tenant, |data| data.document(collection, key).cloned())
    }

    fn documents(&self, tenant: TenantId, collection: &str) -> Result<Vec<Document>, StoreError> {
        self.ask(tenant, |data| data.documents(collection))
    }

    fn system_documents(&self, collection: &str) -> Result<Vec<Document>, StoreError> {
        let state = self.state();
        let all = state.documents.iter().filter(|((one, _), _)| one == collection);
        Ok(all.map(|(_, document)| document.clone()).collect())
    }

    fn commit_system(&self, commit: SystemCommit) -> Result<(), StoreError> {
        let mut state = self.state();
        for write in &commit.writes {
            let place = (write.collection.clone(), write.key.clone());
            let version = state.documents.get(&place).map_or(0, |document| document.version);
            if version != write.version {
                return Err(StoreError::Condition(write.condition()));
            }
        }
        state.audit_system(commit.audit, &commit.actor, commit.at);
        let version = state.system.len() as u64;
        for write in commit.writes {
            let place = (write.collection, write.key.clone());
            match write.body {
                Some(body) => {
                    state.documents.insert(place, Document { key: write.key, version, body })
                }
                None => state.documents.remove(&place),
            };
        }
        Ok(())
    }

    fn audit(
        &self,
        tenant: TenantId,
        after: ChangeNumber,
        limit: usize,
    ) -> Result<Vec<Audited>, StoreError> {
        let page = |entries: &[Audited]| {
            entries.iter().filter(|entry| entry.number > after).take(limit).cloned().collect()
        };
        if tenant == TenantId::NIL {
            return Ok(page(&self.state().system));
        }
        self.ask(tenant, |data| page(&data.audit))
    }

    fn commit(&self, commit: ObjectCommit) -> Result<Committed, StoreError> {
        let mut state = self.state();
        let committed = state.tenant_mut(commit.tenant)?.commit(&commit)?;
        if committed.results.iter().any(Result::is_ok) {
            state.stir(commit.tenant);
            self.committed.notify_all();
        }
        Ok(committed)
    }

    fn flush(&self, tenant: TenantId) -> Result<(), StoreError> {
        self.ask(tenant, |_| ())
    }

    fn lease(&self, tenant: TenantId, job: JobId, holder: &str) -> Result<Lease, StoreError> {
        let mut state = self.state();
        state.tenant(tenant)?;
        if let Some(Held { holder: Some(holder), .. }) = state.leases.get(&(tenant, job)) {
            return Err(StoreError::Busy { job, holder: holder.clone() });
        }
        state.tokens += 1;
        let token = state.tokens;
        state.leases.insert((tenant, job), Held { token, holder: Some(holder.to_owned()) });
        Ok(Lease { tenant, job, token })
    }

    fn release(&self, lease: &Lease) {
        if let Some(held) = self.state().leases.get_mut(&(lease.tenant, lease.job))
            && held.token == lease.token
        {
            held.holder = None;
        }
    }

    fn progress(&self, tenant: TenantId, job: JobId) -> Result<Progress, StoreError> {
        self.ask(tenant, |data| data.job(job).map(|job| job.progress).unwrap_or_default())
    }

    fn record(&self, commit: JournalCommit) -> Result<(), StoreError> {
        let mut state = self.state();
        let leased = state.leases.get(&(commit.tenant, commit.job)).map_or(0, |held| held.token);
        state.tenant_mut(commit.tenant)?.record(&commit, leased)
    }

    fn entries(
        &self,
        tenant: TenantId,
        job: JobId,
        query: &EntryQuery,
    ) -> Result<Vec<Entry>, StoreError> {
        self.ask(tenant, |data| data.job(job).map(|job| job.entries(query)).unwrap_or_default())
    }

    fn removals_since(
        &self,
        tenant: TenantId,
        job: JobId,
        since: Timestamp,
    ) -> Result<u64, StoreError> {
        self.ask(tenant, |data| data.job(job).map_or(0, |job| job.removals_since(since)))
    }

    fn links(
        &self,
        tenant: TenantId,
        job: JobId,
        sources: &[ObjectId],
    ) -> Result<Vec<Option<Link>>, StoreError> {
        let find = |data: &TenantData, source| data.job(job)?.links.get(source).copied();
        self.ask(tenant, |data| sources.iter().map(|source| find(data, source)).collect())
    }

    fn links_to(
        &self,
        tenant: TenantId,
        job: JobId,
        targets: &[ObjectId],
    ) -> Result<Vec<Option<Link>>, StoreError> {
        let find = |data: &TenantData, target| data.job(job)?.link_to(target);
        self.ask(tenant, |data| targets.iter().map(|target| find(data, *target)).collect())
    }

    fn links_after(
        &self,
        tenant: TenantId,
        job: JobId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<Link>, StoreError> {
        self.ask(tenant, |data| {
            data.job(job).map(|job| job.links_after(after, limit)).unwrap_or_default()
        })
    }

    fn waiting(
        &self,
        tenant: TenantId,
        job: JobId,
        query: &WaitQuery,
    ) -> Result<Vec<Waiting>, StoreError> {
        self.ask(tenant, |data| data.job(job).map(|job| job.waiting(query)).unwrap_or_default())
    }

    fn runs(
        &self,
        tenant: TenantId,
        job: JobId,
        limit: usize,
    ) -> Result<Vec<RunSummary>, StoreError> {
        self.ask(tenant, |data| {
            let Some(job) = data.job(job) else { return Vec::new() };
            job.runs.values().rev().take(limit).cloned().collect()
        })
    }

    fn runs_before(
        &self,
        tenant: TenantId,
        job: JobId,
        before: RunId,
        limit: usize,
    ) -> Result<Vec<RunSummary>, StoreError> {
        self.ask(tenant, |data| {
            let Some(job) = data.job(job) else { return Vec::new() };
            let older = job.runs.range(..before).rev();
            older.take(limit).map(|(_, run)| run.clone()).collect()
        })
    }

    fn run(
        &self,
        tenant: TenantId,
        job: JobId,
        run: RunId,
    ) -> Result<Option<RunSummary>, StoreError> {
        self.ask(tenant, |data| data.job(job)?.runs.get(&run).cloned())
    }

    fn days(
        &self,
        tenant: TenantId,
        job: JobId,
        before: i64,
        limit: usize,
    ) -> Result<Vec<Day>, StoreError> {
        self.ask(tenant, |data| {
            data.job(job).map(|job| job.days(before, limit)).unwrap_or_default()
        })
    }

    fn forget_job(&self, tenant: TenantId, job: JobId) -> Result<(), StoreError> {
        self.state().tenant_mut(tenant)?.forget_job(job);
        Ok(())
    }

    fn forget_entries(
        &self,
        tenant: TenantId,
        job: JobId,
        which: &Oblivion,
    ) -> Result<u64, StoreError> {
        let mut state = self.state();
        let data = state.tenant_mut(tenant)?.jobs.get_mut(&job);
        Ok(data.map_or(0, |data| data.forget_entries(which)))
    }

    fn forget_runs(
        &self,
        tenant: TenantId,
        job: JobId,
        before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let mut state = self.state();
        let data = state.tenant_mut(tenant)?.jobs.get_mut(&job);
        Ok(data.map_or(0, |data| data.forget_runs(before, limit)))
    }

    fn wait(&self, tick: u64, at_most: Duration) -> u64 {
        let (state, _) = self
            .committed
            .wait_timeout_while(self.state(), at_most, |state| state.tick == tick)
            .unwrap_or_else(PoisonError::into_inner);
        state.tick
    }
    fn stirred(&self, tick: u64) -> Vec<TenantId> {
        let state = self.state();
        let since = state.stirred.iter().filter(|(_, last)| **last > tick);
        since.map(|(tenant, _)| *tenant).collect()
    }
}

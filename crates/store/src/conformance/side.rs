//! One of the two stores that are compared, with what only it knows: its leases and its tick.

use std::{fmt::Debug, time::Duration};

use model::{ChangeNumber, Query, TenantId};

use super::{operation::Asked, question::Question};
use crate::{Condition, JournalCommit, Lease, ObjectCommit, Store, StoreError, verify};

pub(super) struct Side {
    pub store: Box<dyn Store>,
    leases: Vec<Lease>,
    tick: u64,
}

impl Side {
    pub fn new(store: Box<dyn Store>) -> Self {
        let tick = store.wait(0, Duration::ZERO);
        Self { store, leases: Vec::new(), tick }
    }

    /// What happens to leases when the process ends that held them.
    pub fn forget_leases(&mut self) {
        for lease in self.leases.drain(..) {
            self.store.release(&lease);
        }
        self.tick = self.store.wait(0, Duration::ZERO);
    }

    /// Does the operation and gives the answer as text.
    pub fn answer(&mut self, asked: &Asked) -> String {
        match asked {
            Asked::CreateTenant(tenant, actor, at) => {
                self.text(self.store.create_tenant(tenant, actor, *at))
            }
            Asked::UpdateTenant(tenant, actor, at) => {
                self.text(self.store.update_tenant(tenant, actor, *at))
            }
            Asked::DeleteTenant(tenant, actor, at) => {
                self.text(self.store.delete_tenant(*tenant, actor, *at))
            }
            Asked::Commit(commit) => {
                let conditions = self.with_tokens(&commit.conditions);
                let commit = ObjectCommit { conditions, ..commit.clone() };
                self.text(self.store.commit(commit))
            }
            Asked::Flush(tenant) => self.text(self.store.flush(*tenant)),
            Asked::Lease(tenant, job) => {
                let lease = self.store.lease(*tenant, *job, "the suite");
                let rises = lease.as_ref().ok().map(|lease| {
                    let rises = self.leases.iter().all(|before| before.token < lease.token);
                    self.leases.push(lease.clone());
                    rises
                });
                self.text(lease.map(|_| rises))
            }
            Asked::Release(index) => {
                if let Some(lease) = self.lease(*index) {
                    self.store.release(lease);
                }
                "released".to_owned()
            }
            Asked::Record(index, commit) => {
                let Some(lease) = self.lease(*index) else { return "no lease".to_owned() };
                let conditions = self.with_tokens(&commit.conditions);
                let JournalCommit { tenant, job, token, .. } = JournalCommit::new(lease);
                let commit = JournalCommit { tenant, job, token, conditions, ..(**commit).clone() };
                self.text(self.store.record(commit))
            }
            Asked::ForgetJob(tenant, job) => self.text(self.store.forget_job(*tenant, *job)),
            Asked::ForgetEntries(tenant, job, which) => {
                self.text(self.store.forget_entries(*tenant, *job, which))
            }
            Asked::ForgetRuns(tenant, job, before, limit) => {
                self.text(self.store.forget_runs(*tenant, *job, *before, *limit))
            }
            Asked::Tenants => self.text(self.store.tenants()),
            Asked::Wait => {
                let tick = self.store.wait(self.tick, Duration::ZERO);
                let before = std::mem::replace(&mut self.tick, tick);
                let mut stirred = self.store.stirred(before);
                stirred.sort_unstable();
                format!("raised: {}, in {stirred:?}", before != tick)
            }
            Asked::Ask(tenant, question) => self.ask(*tenant, question),
        }
    }

    fn ask(&self, tenant: TenantId, question: &Question) -> String {
        let store = &self.store;
        match question {
            Question::Head => self.text(store.head(tenant)),
            Question::Get(ids) => self.text(store.get(tenant, ids)),
            Question::Rows(ids) => self.text(store.rows(tenant, ids)),
            Question::Resolve(keys) => self.text(store.resolve(tenant, keys)),
            Question::Holders(kind, name, texts, limit) => {
                self.text(store.holders(tenant, *kind, name, texts, *limit))
            }
            Question::Scan(scan) => self.text(store.scan(tenant, scan)),
            Question::Count(kind, deleted) => self.text(store.count(tenant, *kind, *deleted)),
            Question::Query(query) => self.pages(tenant, query),
            Question::CountQuery(kind, deleted, predicate) => {
                self.text(store.count_query(tenant, *kind, *deleted, predicate))
            }
            Question::Homes => self.text(store.homes(tenant)),
            Question::Edges(kind, end, ids) => self.text(store.edges(tenant, *kind, *end, ids)),
            Question::EdgesAfter(kind, end, id, after, limit) => {
                self.text(store.edges_after(tenant, *kind, *end, *id, *after, *limit))
            }
            Question::Changes { after, own_epoch, limit } => {
                let after = Question::watermark(*after, *own_epoch, store.epoch());
                self.text(store.changes(tenant, after, *limit))
            }
            Question::Document(collection, key) => {
                self.text(store.document(tenant, collection, key))
            }
            Question::Documents(collection) => self.text(store.documents(tenant, collection)),
            Question::Audit(after, limit) => self.text(store.audit(tenant, *after, *limit)),
            Question::SystemAudit(after, limit) => {
                self.text(store.audit(TenantId::NIL, *after, *limit))
            }
            Question::Progress(job) => self.text(store.progress(tenant, *job)),
            Question::Entries(job, query) => self.text(store.entries(tenant, *job, query)),
            Question::Removals(job, since) => self.text(store.removals_since(tenant, *job, *since)),
            Question::Links(job, ids) => self.text(store.links(tenant, *job, ids)),
            Question::LinksTo(job, ids) => self.text(store.links_to(tenant, *job, ids)),
            Question::LinksAfter(job, after, limit) => {
                self.text(store.links_after(tenant, *job, *after, *limit))
            }
            Question::Waiting(job, query) => self.text(store.waiting(tenant, *job, query)),
            Question::Runs(job, limit) => self.text(store.runs(tenant, *job, *limit)),
            Question::RunsBefore(job, run, limit) => {
                self.text(store.runs_before(tenant, *job, *run, *limit))
            }
            Question::Run(job, run) => self.text(store.run(tenant, *job, *run)),
            Question::Days(job, before, limit) => {
                self.text(store.days(tenant, *job, *before, *limit))
            }
        }
    }

    /// All pages of an answer, each asked for with the mark of the one before.
    fn pages(&self, tenant: TenantId, query: &Query) -> String {
        let (mut query, mut pages) = (query.clone(), String::new());
        loop {
            let page = self.store.query(tenant, &query);
            query.after = page.as_ref().ok().and_then(|page| page.next.clone());
            pages.push_str(&self.text(page));
            if query.after.is_none() {
                return pages;
            }
        }
    }

    /// The lease that a number names, counted from the newest; numbers go round.
    fn lease(&self, index: u8) -> Option<&Lease> {
        let count = self.leases.len().max(1);
        self.leases.iter().rev().nth(usize::from(index) % count)
    }

    /// Conditions name tokens by the number of a lease, because tokens differ between stores.
    fn with_tokens(&self, conditions: &[Condition]) -> Vec<Condition> {
        let mut conditions = conditions.to_vec();
        for condition in &mut conditions {
            if let Condition::Fence { token, .. } = condition {
                *token = self.lease(*token as u8).map_or(0, |lease| lease.token);
            }
        }
        conditions
    }

    fn text<T: Debug>(&self, answer: Result<T, StoreError>) -> String {
        match answer {
            Ok(answer) => format!("{answer:?}"),
            Err(StoreError::Condition(Condition::Fence { job, .. })) => {
                format!("condition: fence of {job}")
            }
            Err(error @ (StoreError::Failed(_) | StoreError::Damaged(_))) => {
                panic!("a store failed by itself: {error}")
            }
            Err(error) => format!("{error:?}"),
        }
    }

    /// Whether all audit chains hold from their beginning.
    pub fn check_chains(&self) -> Result<(), String> {
        let failed = |error: &dyn std::fmt::Display| format!("an audit chain: {error}");
        let tenants = self.store.tenants().map_err(|error| failed(&error))?;
        for tenant in tenants.iter().map(|tenant| tenant.id).chain([TenantId::NIL]) {
            let first: ChangeNumber = 0;
            let entries =
                self.store.audit(tenant, first, usize::MAX).map_err(|error| failed(&error))?;
            verify("", &entries).map_err(|error| failed(&error))?;
        }
        Ok(())
    }
}

//! Who a configuration would take by another scope, before anybody saves it: the first two steps of the
//! line over everybody in the source, beside who is linked now. It writes nothing, and stops when its
//! time is over or somebody wants it to, with what it has seen until then.

use std::collections::BTreeMap;

use engine::{
    Record,
    scope::{self, Asked, Scoped},
};
use model::{
    Actor, Code, Condition, Filter, Job, Kind, Link, LinkState, ObjectId, Reason, ScopeMode,
    Timestamp,
};
use serde::Serialize;
use store::{Deleted, Scan};

use crate::{Error, Observer, Sync, read::PAGE, records::read_records, session::Context};

/// Whom a configuration would take.
#[derive(Clone, Debug)]
pub struct ScopeDraft {
    /// By assignment, or all.
    pub scope: ScopeMode,
    /// By attribute.
    pub filter: Filter,
    /// By what a published filter cannot say.
    pub condition: Option<Condition>,
}

/// How far a preview goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Budget {
    /// Over so many people, rounded up to a page; none for everybody.
    pub people: Option<u64>,
    /// For so many milliseconds; none for as long as it takes.
    pub milliseconds: Option<u64>,
}

/// What a scope would come to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScopePreview {
    /// So many people were looked at; deleted ones are in no scope.
    pub looked_at: u64,
    /// So many the source has.
    pub of: u64,
    /// Whether it stopped before it had looked at everybody.
    pub is_partial: bool,
    /// So many would be in scope.
    pub inside: u64,
    /// So many would be out.
    pub outside: u64,
    /// Of so many nobody could say, because a clause has no answer for them.
    pub open: u64,
    /// So many would be in and are not linked now.
    pub coming: u64,
    /// So many are linked now and would be out: they would leave the target.
    pub leaving: u64,
    /// Those who are not in, by code.
    pub reasons: BTreeMap<String, u64>,
    /// Those whom the filter or the condition leaves out, by the clause that says no. Where several
    /// groups of clauses are joined by OR, one of each says no and counts.
    pub clauses: BTreeMap<String, u64>,
    /// Some who would be in.
    pub sample_inside: Vec<Sampled>,
    /// Some who would be out, or of whom nobody could say.
    pub sample_outside: Vec<Sampled>,
    /// Some who would come.
    pub sample_coming: Vec<Sampled>,
    /// Some who would leave.
    pub sample_leaving: Vec<Sampled>,
}

/// Somebody who stands for others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sampled {
    /// The person.
    pub id: ObjectId,
    /// What to call the person.
    pub name: String,
    /// Whether the person is linked now.
    pub is_linked: bool,
    /// Why the person is not in; with the clause that says no and what it saw.
    pub reason: Option<Reason>,
}

impl Sync {
    /// Who would be in scope by a draft, with so many samples of each kind. Whatever is wrong with the
    /// draft is told as for a configuration that is saved.
    pub fn preview_scope(
        &self,
        actor: &Actor,
        job: &Job,
        draft: &ScopeDraft,
        (samples, budget): (usize, Budget),
        observer: &dyn Observer,
    ) -> Result<ScopePreview, Error> {
        let drafted = self.directory.draft_job(actor, job, |job| {
            job.scope = draft.scope;
            job.filter = draft.filter.clone();
            job.condition.clone_from(&draft.condition);
        })?;
        let ctx = Context::of(self, drafted)?;
        let store = self.store();
        let of = store.count(job.source, Kind::User, Deleted::Without)?;
        let mut found = ScopePreview { of, ..ScopePreview::default() };
        let began = ctx.now();
        let mut scan = Scan { kind: Kind::User, deleted: Deleted::Without, after: 0, limit: PAGE };
        loop {
            let page = store.scan(job.source, &scan)?;
            let people = page.items.into_iter().map(|(_, one)| (one.id, Some(one))).collect();
            let records = read_records(&ctx, people, true)?;
            let ids: Vec<ObjectId> = records.iter().map(|record| record.id).collect();
            let links = store.links(job.source, job.id, &ids)?;
            for (record, link) in records.iter().zip(links) {
                found.take(&ctx, record, link, samples);
            }
            observer.advanced(found.looked_at, of.max(found.looked_at), found.inside);
            let Some(next) = page.next else { return Ok(found) };
            if observer.is_interrupted() || budget.is_spent(found.looked_at, (began, ctx.now())) {
                found.is_partial = true;
                return Ok(found);
            }
            scan.after = next;
        }
    }
}

impl Budget {
    fn is_spent(self, people: u64, (began, now): (Timestamp, Timestamp)) -> bool {
        let passed = u64::try_from(now.0 - began.0).unwrap_or_default();
        self.people.is_some_and(|most| people >= most)
            || self.milliseconds.is_some_and(|most| passed >= most)
    }
}

impl ScopePreview {
    fn take(&mut self, ctx: &Context, record: &Record, link: Option<Link>, samples: usize) {
        self.looked_at += 1;
        let is_linked = link.is_some_and(|link| link.state == LinkState::Active);
        let keep = |list: &mut Vec<Sampled>, reason: Option<&Reason>| {
            if list.len() < samples {
                let (id, name) = (record.id, record.label());
                list.push(Sampled { id, name, is_linked, reason: reason.cloned() });
            }
        };
        let reason = match scope::decide(&ctx.rules, record, ctx.now()) {
            Scoped::In(_) => {
                self.inside += 1;
                keep(&mut self.sample_inside, None);
                if !is_linked {
                    self.coming += 1;
                    keep(&mut self.sample_coming, None);
                }
                return;
            }
            Scoped::Out(reason) => {
                self.outside += 1;
                if is_linked {
                    self.leaving += 1;
                    keep(&mut self.sample_leaving, Some(&reason));
                }
                reason
            }
            // Whoever is linked stays as long as nobody knows.
            Scoped::Open(reason) => {
                self.open += 1;
                reason
            }
        };
        keep(&mut self.sample_outside, Some(&reason));
        *self.reasons.entry(reason.code.as_str().to_owned()).or_default() += 1;
        if reason.code == Code::FILTERED_OUT {
            self.count_clauses(ctx, record);
        }
    }

    /// Which clauses say no. A condition counts as a whole: which of its tests matter depends on how
    /// they are joined.
    fn count_clauses(&mut self, ctx: &Context, record: &Record) {
        let Some(person) = &record.object else { return };
        let asked = Asked { person, record, now: ctx.now() };
        let failed = ctx.rules.filter.find_failed(asked);
        let has_whole = failed.iter().any(|one| one.is_whole);
        for clause in failed.into_iter().filter(|one| one.is_whole == has_whole) {
            *self.clauses.entry(clause.clause).or_default() += 1;
        }
    }
}

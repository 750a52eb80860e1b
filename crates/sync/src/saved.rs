//! Saved plans: kept in the journal, named by a file that people read and hand in again. Applying
//! one decides about its people anew; if anything comes out differently the whole plan is refused
//! before its first write.

use std::{collections::HashMap, io::Write};

use engine::Reserved;
use model::{
    Action, Actor, ChangeId, Code, Entry, EntryState, Job, JobId, ObjectId, PlanNote, RunId,
    RunKind, RunState, RunSummary, StoreId, Versions, Whom,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{EntryQuery, JournalCommit};

use crate::{
    Error, Observer, PlanCounts, Sync, cycle,
    evaluate::evaluate,
    journal::{InFlight, Journal, Memory},
    live::Watched,
    pipeline,
    plan::{Extent, Follows},
    read::{Chosen, PAGE, Pages},
    recover::recover,
    removals,
    session::Session,
    veil::Veil,
};

/// The first line of a plan file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// The plan's id.
    pub plan: RunId,
    /// The store that it was made in.
    pub store: StoreId,
    /// The job that it is for.
    pub job: JobId,
    /// The job's source, where the plan is kept.
    pub source: model::TenantId,
    /// What its decisions rest on.
    pub versions: Versions,
    /// How many changes it has.
    pub changes: u64,
    /// SHA-256 over its changes as they stand in the file.
    pub digest: String,
}

/// A plan that was saved.
#[derive(Clone, Debug)]
pub struct SavedPlan {
    /// Its header.
    pub header: Header,
    /// What it comes to.
    pub counts: PlanCounts,
}

impl Sync {
    /// Makes a plan and keeps it. The changes go to `lines` as JSON Lines; the header, which can
    /// only be known after them, is returned.
    pub fn save_plan(
        &self,
        actor: &Actor,
        job: &Job,
        extent: Extent,
        observer: &dyn Observer,
        lines: &mut dyn Write,
    ) -> Result<SavedPlan, Error> {
        self.check_run(actor, job)?;
        let mut session = Session::open(self, job, RunKind::Plan)?;
        let watched = Watched::begin(&session.ctx, RunKind::Plan, observer);
        let saved = self.keep_plan(actor, &mut session, extent, &watched, lines);
        if let Err(error) = &saved {
            // Somebody looks for what became of it. What was kept of it is no plan.
            session.summary.state = RunState::Stopped;
            session.summary.stopped = Some(cycle::stop_reason(error));
            session.summary.ended = Some(session.ctx.now());
            let mut commit = JournalCommit::new(&session.lease);
            commit.run = Some(session.summary.clone());
            drop(self.store().record(commit));
        }
        saved
    }

    fn keep_plan(
        &self,
        actor: &Actor,
        session: &mut Session,
        extent: Extent,
        observer: &dyn Observer,
        lines: &mut dyn Write,
    ) -> Result<SavedPlan, Error> {
        let mut hash = LineDigest::default();
        let mut page: Vec<Entry> = Vec::new();
        let veil = Veil::of(actor, &session.ctx.job);
        let keep = |page: &mut Vec<Entry>| -> Result<(), Error> {
            let mut commit = JournalCommit::new(&session.lease);
            commit.entries = std::mem::take(page);
            Ok(self.store().record(commit)?)
        };
        // What follows from changes that are not done yet cannot be checked when the plan is applied.
        let reach = (extent, Follows::Nothing);
        let counts = self.plan_in(&session.ctx, reach, observer, &mut |mut entry| {
            // What is held is decided by approval, and by nothing that comes along with a plan.
            if entry.state == EntryState::Held {
                return Ok(());
            }
            entry.state = EntryState::Planned;
            let line = line_of(&veil.cover(entry.clone()));
            hash.add(line.as_bytes());
            lines.write_all(line.as_bytes()).map_err(|error| Error::Plan(error.to_string()))?;
            page.push(entry);
            if page.len() >= PAGE { keep(&mut page) } else { Ok(()) }
        })?;
        if !page.is_empty() {
            keep(&mut page)?;
        }
        let header = Header {
            plan: session.ctx.run,
            store: self.store().epoch(),
            job: session.ctx.job.id,
            source: session.ctx.job.source,
            versions: session.ctx.versions,
            changes: counts.total(),
            digest: hash.finish(),
        };
        session.summary.state = RunState::Done;
        session.summary.read = counts.people;
        session.summary.reasons = counts.reasons.clone();
        let examples = counts.examples.iter();
        session.summary.plan = Some(Box::new(PlanNote {
            store: header.store,
            versions: header.versions,
            everybody: extent == Extent::Everybody,
            changes: counts.changes.clone(),
            held: counts.held.clone(),
            examples: examples.map(|one| (one.person.clone(), one.reason.clone())).collect(),
            digest: header.digest.clone(),
            end: ChangeId(self.directory.ids().next()),
            dropped: false,
        }));
        session.summary.ended = Some(session.ctx.now());
        let mut commit = session.commit();
        commit.run = Some(session.summary.clone());
        self.store().record(commit)?;
        Ok(SavedPlan { header, counts })
    }

    /// Applies the plan that a file names. `lines` are the file's lines behind the header.
    pub fn apply_plan(
        &self,
        actor: &Actor,
        header: &Header,
        digest_of_lines: &str,
        observer: &dyn Observer,
    ) -> Result<RunSummary, Error> {
        if header.store != self.store().epoch() {
            return Err(Error::Plan("the plan was made in another store".to_owned()));
        }
        if header.digest != digest_of_lines {
            return Err(Error::Plan("the file was changed after the plan was made".to_owned()));
        }
        let job = self.directory.job(header.source, header.job)?;
        self.check_run(actor, &job)?;
        let mut session = Session::open(self, &job, RunKind::Apply)?;
        session.ctx.check_consent()?;
        session.ctx.check_tests()?;
        let watched = Watched::begin(&session.ctx, RunKind::Apply, observer);
        let mut memory = Memory::default();
        session.summary.applies = Some(header.plan);
        let entries = self.planned(&session, header)?;
        match check_unmoved(&session, header, &entries) {
            // Whoever looks at the plan later is told why nothing came of it.
            Err(moved @ Error::Stopped(_)) => return cycle::finish(session, memory, Err(moved)),
            checked => checked?,
        }
        recover(&mut session, &mut memory)?;
        let result = write(&mut session, &mut memory, &entries, &watched);
        cycle::finish(session, memory, result)
    }

    fn planned(&self, session: &Session, header: &Header) -> Result<Vec<Entry>, Error> {
        let query = EntryQuery {
            states: vec![EntryState::Planned],
            run: Some(header.plan),
            ..EntryQuery::default()
        };
        let job = &session.ctx.job;
        let entries = self.store().entries(job.source, job.id, &query)?;
        if entries.len() as u64 == header.changes {
            return Ok(entries);
        }
        Err(Error::Plan("the plan was applied already, or is not kept here any more".to_owned()))
    }
}

/// The digest of a plan file's lines behind the header.
#[derive(Clone, Default)]
pub struct LineDigest(Sha256);

impl LineDigest {
    /// Takes more of the lines in.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest, in hexadecimal.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn line_of(entry: &Entry) -> String {
    let mut line = serde_json::to_string(entry).expect("an entry has a JSON text");
    line.push('\n');
    line
}

/// Decides about the plan's people anew. What comes out must be what was planned, for each of them.
fn check_unmoved(session: &Session, header: &Header, entries: &[Entry]) -> Result<(), Error> {
    let ctx = &session.ctx;
    let moved = |sentence: String| Err(Error::stopped(Code::PLAN_MOVED, sentence));
    if ctx.versions != header.versions {
        return moved("the configuration or a tenant's domains changed".to_owned());
    }
    let planned: HashMap<Whom, &Entry> =
        entries.iter().map(|entry| (entry.whom(), entry)).collect();
    let mut found = 0;
    let mut reserved = Reserved::default();
    let mut pages = Chosen::of(entries);
    while let Some(page) = pages.next(ctx)? {
        let mut decided = evaluate(ctx, page)?;
        decided.reserve(&mut reserved);
        for now in decided.entries {
            let Some(then) = planned.get(&now.whom()) else { continue };
            let same_target = then.action == Action::Create || then.target == now.target;
            if then.action != now.action || then.modifications != now.modifications || !same_target
            {
                return moved(format!("{} would be changed otherwise now", then.name));
            }
            found += 1;
        }
    }
    if found == entries.len() {
        return Ok(());
    }
    moved(format!("{} of {} changes are not needed any more", entries.len() - found, entries.len()))
}

fn write(
    session: &mut Session,
    memory: &mut Memory,
    entries: &[Entry],
    observer: &dyn Observer,
) -> Result<(), Error> {
    session.summary.read = entries.len() as u64;
    for chunk in entries.chunks(PAGE) {
        let people: Vec<ObjectId> = chunk.iter().map(|entry| entry.source).collect();
        let job = &session.ctx.job;
        let links = session.ctx.store().links(job.source, job.id, &people)?;
        let links =
            people.into_iter().zip(links).filter_map(|(id, link)| Some((id, link?))).collect();
        let mut journal = Journal::of(session, memory);
        let open = intend(&mut journal, chunk);
        journal.flush(true)?;
        let outcomes = pipeline::apply(&session.ctx, &session.actor(), session.lease.token, &open)?;
        let mut journal = Journal::of(session, memory);
        journal.settle(&open, outcomes, &InFlight::new(links));
        journal.flush(true)?;
        let (read, changed) = (session.summary.read, session.summary.changed());
        observer.advanced(read, read, changed);
    }
    removals::finish(session, memory, observer)
}

/// Takes some of a plan's changes into the journal, and gives those that may be written now. Removals
/// wait for the rest of them, and what exceeds the window is held as in a cycle: that somebody read a
/// plan is no approval.
fn intend(journal: &mut Journal<'_>, chunk: &[Entry]) -> Vec<Entry> {
    let mut entries = chunk.to_vec();
    for entry in &mut entries {
        let waits = entry.action.waits();
        entry.state = if waits { EntryState::Staged } else { EntryState::Open };
    }
    journal.brake(&mut entries);
    for entry in &entries {
        journal.replace_pending(entry);
        let reason = entry.reason.clone().filter(|_| entry.state == EntryState::Held);
        journal.set_state(entry, entry.state, reason);
        if entry.state != EntryState::Open {
            journal.keep_pending(entry);
        }
    }
    entries.retain(|entry| entry.state == EntryState::Open);
    entries
}

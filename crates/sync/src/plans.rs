//! Saved plans by their ids, for whoever has no file of them: which there are, what each comes to, its
//! changes by the page, and applying one. A plan is a run with a note and the entries behind it; it is
//! read by key, so that a page of a million changes costs what a page of ten does.

use std::{collections::BTreeMap, io};

use access::Permission;
use model::{
    Action, Actor, ChangeId, Code, Entry, EntryState, Job, Name, PlanNote, Reason, RunId, RunKind,
    RunState, RunSummary, Timestamp, Versions,
};
use serde::Serialize;
use store::{EntryQuery, JournalCommit, Settled};

use crate::{
    Error, Example, Extent, Header, Live, LogQuery, Observer, SavedPlan, Sync,
    plan_groups::attributes_of,
    read::PAGE,
    session::{Context, Session},
    veil::Veil,
};

/// So many of the newest runs are looked through for plans and what was done with them.
const RUNS: usize = 500;
/// So many pages of a plan are searched for words before the answer is given, found or not.
const SEARCHED_PAGES: usize = 20;

/// Where a saved plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PlanState {
    /// It is being made in this process.
    Making,
    /// Making it broke off.
    Stopped,
    /// It can be applied, unless somebody it is about has changed.
    Ready,
    /// The configuration or a tenant's facts have changed since: it would be refused.
    Stale,
    /// It was to be applied and was refused, since somebody it is about had changed.
    Refused,
    /// It was applied, to its end or not.
    Applied,
    /// Somebody dropped it.
    Dropped,
}

/// A saved plan.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanRow {
    /// Its id.
    pub id: RunId,
    /// Where it stands.
    pub state: PlanState,
    /// When it began to be made.
    pub began: Timestamp,
    /// When it was made, or broke off.
    pub ended: Option<Timestamp>,
    /// Whether everybody was looked at.
    pub everybody: bool,
    /// How many people were looked at.
    pub people: u64,
    /// How many changes it has.
    pub total: u64,
    /// Its changes by action.
    pub changes: BTreeMap<String, u64>,
    /// People who are left out or cannot go on, by code.
    pub reasons: BTreeMap<String, u64>,
    /// For each code for which people cannot go on, the first of them.
    pub examples: Vec<Example>,
    /// What waited for approval already, by action. It is not among the changes.
    pub held: BTreeMap<String, u64>,
    /// Why it broke off, or was refused.
    pub reason: Option<Reason>,
    /// How far making it has come.
    pub live: Option<Live>,
    /// The newest run that applied it, or was to.
    pub applied: Option<RunSummary>,
}

/// Which changes of a plan are asked for. Empty conditions do not restrict.
#[derive(Clone, Debug, Default)]
pub struct PlanQuery {
    /// Only these actions.
    pub actions: Vec<Action>,
    /// Only changes whose reason has one of these codes.
    pub codes: Vec<Code>,
    /// Only changes of exactly these attributes, as [`crate::PlanGroup`] names them.
    pub attributes: Option<Vec<Name>>,
    /// Only changes that hold this text in a name, a value as it is shown, or a reason.
    pub text: String,
    /// Only changes behind this one.
    pub after: Option<ChangeId>,
    /// How many at most; 0 and more than 1,000 mean 1,000.
    pub limit: usize,
}

/// Some of a plan.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanPage {
    /// The changes, as they may be shown, in their order.
    pub entries: Vec<Entry>,
    /// The change behind which the plan goes on; none at its end. A page of a search for words may
    /// hold less than was asked for and go on all the same.
    pub next: Option<ChangeId>,
}

impl Sync {
    /// The newest saved plans of a job, newest first. One that can still be applied is among them
    /// whatever its age. For whoever may read the log in the source.
    pub fn list_plans(
        &self,
        actor: &Actor,
        job: &Job,
        limit: usize,
    ) -> Result<Vec<PlanRow>, Error> {
        self.check_plans(actor, job)?;
        let known = Known::read(self, job)?;
        let mut ids: Vec<RunId> = known.runs.iter().map(|run| run.id).collect();
        ids.extend(known.lives.iter().map(|live| live.run));
        let mut before = None;
        for _ in 0..limit {
            let Some(id) = self.find_planned(job, before)? else { break };
            before = Some(ChangeId(id.0));
            ids.push(id);
        }
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter()
            .rev()
            .filter_map(|id| self.row(job, &known, id).transpose())
            .take(limit)
            .collect()
    }

    /// One saved plan.
    pub fn read_plan(&self, actor: &Actor, job: &Job, plan: RunId) -> Result<PlanRow, Error> {
        self.check_plans(actor, job)?;
        let known = Known::read(self, job)?;
        Ok(self.row(job, &known, plan)?.ok_or_else(|| missing(plan))?)
    }

    /// Some of a plan's changes. Once it was applied they stand as it left them.
    pub fn read_plan_entries(
        &self,
        actor: &Actor,
        job: &Job,
        plan: RunId,
        query: &PlanQuery,
    ) -> Result<PlanPage, Error> {
        self.check_plans(actor, job)?;
        let run = self.store().run(job.source, job.id, plan)?;
        let run = run.filter(|run| run.kind == RunKind::Plan).ok_or_else(|| missing(plan))?;
        let end = end_of(&run);
        // Of one that was not finished there is no more than what was planned.
        let states = if end.is_none() { vec![EntryState::Planned] } else { Vec::new() };
        let veil = Veil::of(actor, job);
        let words = LogQuery { text: query.text.clone(), ..LogQuery::default() };
        let limit = if query.limit == 0 { PAGE } else { query.limit.min(PAGE) };
        // All of a plan's entries come behind its own id.
        let mut page =
            PlanPage { entries: Vec::new(), next: Some(query.after.unwrap_or(ChangeId(plan.0))) };
        for _ in 0..SEARCHED_PAGES {
            let is_stored = query.text.is_empty() && query.attributes.is_none();
            let size = if is_stored { limit - page.entries.len() } else { PAGE };
            let asked = EntryQuery {
                states: states.clone(),
                run: Some(plan),
                actions: query.actions.clone(),
                codes: query.codes.clone(),
                after: page.next,
                before: end,
                limit: size,
                ..EntryQuery::default()
            };
            let found = self.store().entries(job.source, job.id, &asked)?;
            let is_last = found.len() < size;
            let count = found.len();
            for (index, entry) in found.into_iter().enumerate() {
                page.next = Some(entry.id);
                let is_end = is_last && index + 1 == count;
                let entry = veil.cover(entry);
                let names = query.attributes.as_ref();
                let is_meant = names.is_none_or(|names| *names == attributes_of(&entry));
                if is_meant && words.holds_text(&entry) {
                    page.entries.push(entry);
                }
                if page.entries.len() == limit && !is_end {
                    return Ok(page);
                }
            }
            if is_last {
                page.next = None;
                return Ok(page);
            }
        }
        Ok(page)
    }

    /// Begins to make a plan in the background, which is kept. What it came to if it was made within
    /// a moment; none while it is being made.
    pub fn begin_plan(
        &self,
        actor: &Actor,
        job: &Job,
        extent: Extent,
    ) -> Result<Option<SavedPlan>, Error> {
        self.check_run(actor, job)?;
        let (sync, who, what) = (self.clone(), actor.clone(), job.clone());
        self.in_background(job, move |observer| {
            sync.save_plan(&who, &what, extent, observer, &mut io::sink())
        })
    }

    /// Applies a plan that was kept, as [`Sync::apply_plan`] does with its file.
    pub fn apply_kept(
        &self,
        actor: &Actor,
        job: &Job,
        plan: RunId,
        observer: &dyn Observer,
    ) -> Result<RunSummary, Error> {
        self.check_run(actor, job)?;
        let run = self.store().run(job.source, job.id, plan)?;
        let note = run.and_then(|run| run.plan).ok_or_else(|| missing(plan))?;
        let header = header_of(job, plan, &note);
        self.apply_plan(actor, &header, &header.digest, observer)
    }

    /// Begins to apply a plan in the background. What came of it if it came to its end, or was
    /// refused, within a moment; none while it is under way.
    pub fn begin_apply(
        &self,
        actor: &Actor,
        job: &Job,
        plan: RunId,
    ) -> Result<Option<RunSummary>, Error> {
        self.check_run(actor, job)?;
        let (sync, who, what) = (self.clone(), actor.clone(), job.clone());
        self.in_background(job, move |observer| sync.apply_kept(&who, &what, plan, observer))
    }

    /// Drops a plan that was not applied: it cannot be any more, and its changes grow old with the
    /// log, in which they stand as skipped.
    pub fn drop_plan(&self, actor: &Actor, job: &Job, plan: RunId) -> Result<(), Error> {
        self.check_run(actor, job)?;
        let session = Session::open(self, job, RunKind::Plan)?;
        let mut run = self.store().run(job.source, job.id, plan)?;
        let end = run.as_ref().and_then(end_of);
        if let Some(note) = run.as_mut().and_then(|run| run.plan.as_mut()) {
            note.dropped = true;
        }
        loop {
            let query = EntryQuery { limit: PAGE, ..planned_of(plan, end) };
            let page = self.store().entries(job.source, job.id, &query)?;
            let reason = || Some(Reason::new(Code::SUPERSEDED, "the plan was dropped"));
            let state = EntryState::Cancelled;
            let mut commit = JournalCommit::new(&session.lease);
            commit.settled =
                page.iter().map(|one| Settled { id: one.id, state, reason: reason() }).collect();
            if page.len() < PAGE {
                commit.run = run;
                return Ok(self.store().record(commit)?);
            }
            self.store().record(commit)?;
        }
    }

    /// Plans are read in the source alone.
    pub(crate) fn check_plans(&self, actor: &Actor, job: &Job) -> Result<(), Error> {
        let wishes = [Permission::WriteJobs, Permission::ReadProvisioning];
        Ok(access::check_any(actor, &wishes, job.source).map_err(directory::Error::from)?)
    }

    /// The newest plan that was not applied, of those before one: no two plans of a job are made at
    /// the same time, so that a step leads from one plan over all its changes to the plan before.
    fn find_planned(&self, job: &Job, before: Option<ChangeId>) -> Result<Option<RunId>, Error> {
        let query = EntryQuery {
            states: vec![EntryState::Planned],
            before,
            newest_first: true,
            bare: true,
            limit: 1,
            ..EntryQuery::default()
        };
        let found = self.store().entries(job.source, job.id, &query)?;
        Ok(found.first().map(|entry| entry.run))
    }

    fn row(&self, job: &Job, known: &Known, id: RunId) -> Result<Option<PlanRow>, Error> {
        let live = known.lives.iter().find(|live| live.run == id).cloned();
        let mut run = known.runs.iter().find(|run| run.id == id).cloned();
        if run.is_none() {
            run = self.store().run(job.source, job.id, id)?;
        }
        let end = run.as_ref().and_then(end_of);
        let query = EntryQuery { limit: 1, bare: true, ..planned_of(id, end) };
        let first = self.store().entries(job.source, job.id, &query)?.pop();
        let began = match (&live, &run, &first) {
            (Some(live), ..) => live.began,
            (_, Some(run), _) if run.kind == RunKind::Plan => run.began,
            (_, None, Some(entry)) => entry.at,
            _ => return Ok(None),
        };
        // Of one that was not finished nothing is kept but its changes so far.
        let run = run.unwrap_or_else(|| RunSummary {
            state: RunState::Stopped,
            ..RunSummary::begin(id, RunKind::Plan, began)
        });
        let applied = known.applied.iter().find(|one| one.applies == Some(id)).cloned();
        let (state, reason) = match &run.plan {
            _ if live.is_some() => (PlanState::Making, None),
            None => (PlanState::Stopped, run.stopped.clone()),
            Some(note) => state_of(note, known, first.is_some(), applied.as_ref()),
        };
        let RunSummary { ended, read, reasons, plan, .. } = run;
        let note = plan.map(|note| *note);
        let examples = note.iter().flat_map(|note| note.examples.iter().cloned());
        Ok(Some(PlanRow {
            id,
            state,
            began,
            ended,
            everybody: note.as_ref().is_some_and(|note| note.everybody),
            people: read,
            total: note.as_ref().map_or(0, |note| note.changes.values().sum()),
            reasons,
            examples: examples.map(|(person, reason)| Example { person, reason }).collect(),
            changes: note.as_ref().map(|note| note.changes.clone()).unwrap_or_default(),
            held: note.map(|note| note.held).unwrap_or_default(),
            reason,
            live,
            applied,
        }))
    }
}

/// What the rows of plans are made from.
struct Known {
    /// The plans among the newest runs.
    runs: Vec<RunSummary>,
    /// Runs that applied plans, newest first.
    applied: Vec<RunSummary>,
    /// Plans that are being made.
    lives: Vec<Live>,
    /// What decisions rest on now; none where the configuration does not fit.
    versions: Option<Versions>,
}

impl Known {
    fn read(sync: &Sync, job: &Job) -> Result<Self, Error> {
        let runs = sync.store().runs(job.source, job.id, RUNS)?;
        let (plans, others): (Vec<_>, Vec<_>) =
            runs.into_iter().partition(|run| run.kind == RunKind::Plan);
        let lives = sync.list_live(&Actor::System, job)?.into_iter();
        Ok(Self {
            runs: plans,
            applied: others.into_iter().filter(|run| run.applies.is_some()).collect(),
            lives: lives.filter(|live| live.kind == RunKind::Plan && live.is_kept).collect(),
            versions: Context::read(sync, job).ok().map(|ctx| ctx.versions),
        })
    }
}

fn state_of(
    note: &PlanNote,
    known: &Known,
    is_planned: bool,
    applied: Option<&RunSummary>,
) -> (PlanState, Option<Reason>) {
    let stopped = applied.and_then(|run| run.stopped.as_ref());
    let moved = stopped.filter(|reason| reason.code == Code::PLAN_MOVED);
    let total: u64 = note.changes.values().sum();
    match applied {
        _ if note.dropped => (PlanState::Dropped, None),
        Some(_) if moved.is_some() => (PlanState::Refused, moved.cloned()),
        Some(_) => (PlanState::Applied, stopped.cloned()),
        // The run that applied it may be forgotten.
        None if total > 0 && !is_planned => (PlanState::Applied, None),
        None if known.versions != Some(note.versions) => (PlanState::Stale, None),
        None => (PlanState::Ready, None),
    }
}

fn end_of(run: &RunSummary) -> Option<ChangeId> {
    run.plan.as_ref().map(|note| note.end)
}

/// The changes of a plan that are still to be done.
fn planned_of(plan: RunId, end: Option<ChangeId>) -> EntryQuery {
    EntryQuery {
        states: vec![EntryState::Planned],
        run: Some(plan),
        after: Some(ChangeId(plan.0)),
        before: end,
        ..EntryQuery::default()
    }
}

fn header_of(job: &Job, plan: RunId, note: &PlanNote) -> Header {
    Header {
        plan,
        store: note.store,
        job: job.id,
        source: job.source,
        versions: note.versions,
        changes: note.changes.values().sum(),
        digest: note.digest.clone(),
    }
}

fn missing(plan: RunId) -> directory::Error {
    directory::Error::NotFound { kind: "plan", name: plan.to_string() }
}

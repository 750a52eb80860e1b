//! Held changes: listed, approved, rejected, and rejected by themselves when nobody decides for too
//! long. Approval evaluates them again; what is no longer meant is cancelled instead.

use access::Permission;
use model::{
    Actor, ChangeId, Code, Entry, EntryState, Job, Reason, RunKind, RunSummary, Timestamp,
};
use store::EntryQuery;

use crate::{
    Error, LogQuery, LogStatus, Observer, Sync, cycle,
    journal::{Journal, Memory},
    live::Watched,
    pipeline,
    read::{Chosen, PAGE},
    recover::recover,
    removals,
    session::Session,
    veil::Veil,
};

/// Which held changes are meant.
#[derive(Clone, Debug)]
pub enum Approval {
    /// All of them.
    All,
    /// These.
    Some(Vec<ChangeId>),
    /// Those that the log would give for this question.
    Matching(LogQuery),
}

impl Sync {
    /// Held changes, oldest first, as they may be shown.
    pub fn list_held(
        &self,
        actor: &Actor,
        job: &Job,
        which: &Approval,
    ) -> Result<Vec<Entry>, Error> {
        self.check_logs(actor, job)?;
        let veil = Veil::of(actor, job);
        let held = self.held(actor, job, which)?;
        Ok(held.into_iter().map(|entry| veil.cover(entry)).collect())
    }

    /// Lets held changes go: evaluates their people again and does what is still meant.
    pub fn approve_held(
        &self,
        actor: &Actor,
        job: &Job,
        which: &Approval,
        observer: &dyn Observer,
    ) -> Result<RunSummary, Error> {
        access::check(actor, Permission::WriteJobs, job.source).map_err(directory::Error::from)?;
        let mut session = Session::open(self, job, RunKind::Approval)?;
        session.ctx.check_consent()?;
        let mut memory = Memory { approved: true, ..Memory::default() };
        recover(&mut session, &mut memory)?;
        let entries = self.held(actor, job, which)?;
        let watched = Watched::begin(&session.ctx, RunKind::Approval, observer);
        let result = release(&mut session, &mut memory, &entries, &watched);
        let finished = cycle::finish(session, memory, result);
        self.nudge(job.id);
        finished
    }

    /// Begins to let held changes go, as [`Sync::approve_held`] does, in the background. What came of
    /// it if it ended, or was refused, within a moment; none while it is under way.
    pub fn begin_approval(
        &self,
        actor: &Actor,
        job: &Job,
        which: &Approval,
    ) -> Result<Option<RunSummary>, Error> {
        self.check_run(actor, job)?;
        let (sync, who, what, which) = (self.clone(), actor.clone(), job.clone(), which.clone());
        self.in_background(job, move |observer| sync.approve_held(&who, &what, &which, observer))
    }

    /// Rejects held changes: their people stay as they are in the target.
    pub fn reject_held(&self, actor: &Actor, job: &Job, which: &Approval) -> Result<u64, Error> {
        access::check(actor, Permission::WriteJobs, job.source).map_err(directory::Error::from)?;
        let mut session = Session::open(self, job, RunKind::Approval)?;
        let entries = self.held(actor, job, which)?;
        let mut memory = Memory::default();
        let mut journal = Journal::of(&mut session, &mut memory);
        for entry in &entries {
            journal.set_state(entry, EntryState::Rejected, entry.reason.clone());
        }
        journal.flush(true)?;
        Ok(entries.len() as u64)
    }

    fn held(&self, actor: &Actor, job: &Job, which: &Approval) -> Result<Vec<Entry>, Error> {
        match which {
            Approval::All => self.held_now(job),
            Approval::Some(ids) => self.held_by_id(job, ids),
            Approval::Matching(query) => {
                let veil = Veil::of(actor, job);
                let query = LogQuery { statuses: vec![LogStatus::Held], ..query.clone() };
                let found = self.store().entries(job.source, job.id, &query.all())?;
                let holds = |entry: &Entry| query.holds_text(&veil.cover(entry.clone()));
                Ok(found.into_iter().filter(holds).collect())
            }
        }
    }

    /// All held changes of a job.
    pub(crate) fn held_now(&self, job: &Job) -> Result<Vec<Entry>, Error> {
        let query = EntryQuery { states: vec![EntryState::Held], ..EntryQuery::default() };
        Ok(self.store().entries(job.source, job.id, &query)?)
    }

    fn held_by_id(&self, job: &Job, ids: &[ChangeId]) -> Result<Vec<Entry>, Error> {
        let query = EntryQuery {
            states: vec![EntryState::Held],
            ids: ids.to_vec(),
            ..EntryQuery::default()
        };
        let found = self.store().entries(job.source, job.id, &query)?;
        if let Some(missing) = ids.iter().find(|id| !found.iter().any(|one| one.id == **id)) {
            let error =
                directory::Error::NotFound { kind: "held change", name: missing.to_string() };
            return Err(error.into());
        }
        Ok(found)
    }

    /// When the first of a job's held changes is rejected by itself.
    pub(crate) fn hold_ends(&self, job: &Job) -> Result<Option<Timestamp>, Error> {
        let query = EntryQuery {
            states: vec![EntryState::Held],
            bare: true,
            limit: 1,
            ..EntryQuery::default()
        };
        let oldest = self.store().entries(job.source, job.id, &query)?;
        Ok(oldest.first().and_then(|entry| job.limits.hold_ends(entry.at)))
    }
}

/// Rejects what was held for as long as the job says. Nothing is written to the target for it, and
/// the person is decided about anew when something brings them here, as after any rejection.
pub(crate) fn expire(session: &mut Session, memory: &mut Memory) -> Result<(), Error> {
    let (job, now) = (session.ctx.job.clone(), session.ctx.now());
    let held = session.ctx.sync.held_now(&job)?;
    let mut journal = Journal::of(session, memory);
    for entry in &held {
        if job.limits.hold_ends(entry.at).is_none_or(|end| end > now) {
            continue;
        }
        let days = job.limits.hold_days;
        let why = entry.reason.as_ref().map(|reason| format!("; {}", reason.sentence));
        let sentence = format!("nobody decided within {days} days{}", why.unwrap_or_default());
        journal.drop_held(entry, Reason::new(Code::HOLD_EXPIRED, sentence));
    }
    journal.flush(true)
}

fn release(
    session: &mut Session,
    memory: &mut Memory,
    entries: &[Entry],
    observer: &dyn Observer,
) -> Result<(), Error> {
    for chunk in entries.chunks(PAGE) {
        let mut journal = Journal::of(session, memory);
        for entry in chunk {
            journal.set_state(entry, EntryState::Staged, None);
            journal.keep_pending(&Entry { state: EntryState::Staged, ..entry.clone() });
        }
        journal.flush(true)?;
    }
    let count = entries.len() as u64;
    pipeline::run(session, memory, &mut Chosen::of(entries), count, observer)?;
    removals::finish(session, memory, observer)
}

//! Held removals: listed, approved and rejected. Approval evaluates them again; what is no longer a
//! removal is cancelled instead.

use access::Permission;
use model::{Actor, ChangeId, Entry, EntryState, Job, ObjectId, RunKind, RunSummary};
use store::EntryQuery;

use crate::{
    Error, Observer, Sync, cycle,
    journal::{Journal, Memory},
    pipeline,
    read::{Chosen, PAGE},
    recover::recover,
    removals,
    session::Session,
};

/// Which held removals are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Approval {
    /// All of them.
    All,
    /// These.
    Some(Vec<ChangeId>),
}

impl Sync {
    /// Held removals, oldest first.
    pub fn list_held(&self, actor: &Actor, job: &Job, limit: usize) -> Result<Vec<Entry>, Error> {
        self.check_logs(actor, job)?;
        self.held(job, &Approval::All, limit)
    }

    /// Lets held removals go: evaluates their people again and does what is still a removal.
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
        let entries = self.held(job, which, 0)?;
        let result = release(&mut session, &mut memory, &entries, observer);
        let finished = cycle::finish(session, memory, result);
        self.nudge(job.id);
        finished
    }

    /// Rejects held removals: the people stay in the target, and the log says who decided that.
    pub fn reject_held(&self, actor: &Actor, job: &Job, which: &Approval) -> Result<u64, Error> {
        access::check(actor, Permission::WriteJobs, job.source).map_err(directory::Error::from)?;
        let mut session = Session::open(self, job, RunKind::Approval)?;
        let entries = self.held(job, which, 0)?;
        let mut memory = Memory::default();
        let mut journal = Journal::of(&mut session, &mut memory);
        for entry in &entries {
            journal.set_state(entry, EntryState::Rejected, entry.reason.clone());
        }
        journal.flush(true)?;
        Ok(entries.len() as u64)
    }

    fn held(&self, job: &Job, which: &Approval, limit: usize) -> Result<Vec<Entry>, Error> {
        let query = EntryQuery {
            states: vec![EntryState::Held],
            ids: match which {
                Approval::All => Vec::new(),
                Approval::Some(ids) => ids.clone(),
            },
            limit,
            ..EntryQuery::default()
        };
        let found = self.store().entries(job.source, job.id, &query)?;
        if let Approval::Some(ids) = which
            && let Some(missing) = ids.iter().find(|id| !found.iter().any(|one| one.id == **id))
        {
            let error =
                directory::Error::NotFound { kind: "held change", name: missing.to_string() };
            return Err(error.into());
        }
        Ok(found)
    }
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
    let people: Vec<ObjectId> = entries.iter().map(|entry| entry.source).collect();
    let count = people.len() as u64;
    pipeline::run(session, memory, &mut Chosen::new(people), count, observer)?;
    removals::finish(session, memory, observer)
}

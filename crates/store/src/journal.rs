//! Writing and asking a job's journal: entries, links, waiting records, progress and runs.

use model::{
    Action, ChangeId, Code, Day, Entry, EntryState, JobId, Link, ObjectId, Progress, Reason, RunId,
    RunSummary, TenantId, Timestamp, Waiting,
};

use crate::Condition;

/// A job taken for one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The source tenant.
    pub tenant: TenantId,
    /// The job.
    pub job: JobId,
    /// The fencing token.
    pub token: u64,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The entry.
    pub id: ChangeId,
    /// Its new state.
    pub state: EntryState,
    /// Why, where there is more to say; none leaves the reason as it is.
    pub reason: Option<Reason>,
}

/// A change to the links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkWrite {
    /// Makes or replaces the person's link.
    Put(Link),
    /// Drops the person's link.
    Drop(ObjectId),
}

/// A change to the waiting records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitWrite {
    /// Makes or replaces the person's record.
    Put(Waiting),
    /// Drops the person's record; none is no error.
    Drop(ObjectId),
}

/// A write into a job's journal, whole or not at all. Only `tenant`, `job` and `token` are always
/// needed.
#[derive(Clone, Debug)]
pub struct JournalCommit {
    /// The source tenant.
    pub tenant: TenantId,
    /// The job.
    pub job: JobId,
    /// The lease's fencing token.
    pub token: u64,
    /// What must hold in the source tenant.
    pub conditions: Vec<Condition>,
    /// New entries, in the order of their ids. One whose id stands already is replaced.
    pub entries: Vec<Entry>,
    /// What became of earlier ones, or of these. One that is not there is no error.
    pub settled: Vec<Settled>,
    /// Changes to links.
    pub links: Vec<LinkWrite>,
    /// Changes to waiting records.
    pub waiting: Vec<WaitWrite>,
    /// How far the job has come now.
    pub progress: Option<Progress>,
    /// The run as it stands now.
    pub run: Option<RunSummary>,
    /// What is added to the day that it names.
    pub day: Option<Day>,
}

impl JournalCommit {
    /// A commit that writes nothing yet.
    pub fn new(lease: &Lease) -> Self {
        Self {
            tenant: lease.tenant,
            job: lease.job,
            token: lease.token,
            conditions: Vec::new(),
            entries: Vec::new(),
            settled: Vec::new(),
            links: Vec::new(),
            waiting: Vec::new(),
            progress: None,
            run: None,
            day: None,
        }
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.settled.is_empty()
            && self.links.is_empty()
            && self.waiting.is_empty()
            && self.progress.is_none()
            && self.run.is_none()
            && self.day.is_none()
    }
}

/// Which entries are asked for. Empty conditions do not restrict.
#[derive(Clone, Debug, Default)]
pub struct EntryQuery {
    /// Only entries in these states.
    pub states: Vec<EntryState>,
    /// Only these actions.
    pub actions: Vec<Action>,
    /// Only entries of this run.
    pub run: Option<RunId>,
    /// Only entries about this person or group, its memberships included.
    pub source: Option<ObjectId>,
    /// Only these entries.
    pub ids: Vec<ChangeId>,
    /// Only entries made after this one.
    pub after: Option<ChangeId>,
    /// Only entries made before this one.
    pub before: Option<ChangeId>,
    /// Only entries decided at this instant or later.
    pub since: Option<Timestamp>,
    /// Only entries decided before this instant.
    pub until: Option<Timestamp>,
    /// Only entries whose reason has one of these codes.
    pub codes: Vec<Code>,
    /// Without what they change: such an entry has no modifications, and costs no look at them.
    pub bare: bool,
    /// Newest first instead of oldest first.
    pub newest_first: bool,
    /// How many at most; 0 means all.
    pub limit: usize,
}

impl EntryQuery {
    /// Whether the entry is meant; order and limit aside.
    pub fn admits(&self, entry: &Entry) -> bool {
        fn among<T: PartialEq>(list: &[T], value: &T) -> bool {
            list.is_empty() || list.contains(value)
        }
        among(&self.states, &entry.state)
            && among(&self.actions, &entry.action)
            && among(&self.ids, &entry.id)
            && self.run.is_none_or(|run| entry.run == run)
            && self.source.is_none_or(|one| entry.source == one || entry.member == Some(one))
            && self.after.is_none_or(|after| entry.id > after)
            && self.before.is_none_or(|before| entry.id < before)
            && self.since.is_none_or(|since| entry.at >= since)
            && self.until.is_none_or(|until| entry.at < until)
            && (self.codes.is_empty()
                || entry.reason.as_ref().is_some_and(|reason| self.codes.contains(&reason.code)))
    }
}

/// Which entries of a job's journal are forgotten: settled ones only, whatever their age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oblivion {
    /// Only entries decided before this instant, and runs that ended before it.
    pub before: Timestamp,
    /// Only this entry and those made before it.
    pub up_to: Option<ChangeId>,
    /// How many at most, the longest decided first.
    pub limit: usize,
}

/// Which waiting records are asked for.
#[derive(Clone, Debug)]
pub enum WaitQuery {
    /// All, sorted by the person's id, from behind one, at most so many.
    After(Option<ObjectId>, usize),
    /// Those of these people.
    Sources(Vec<ObjectId>),
    /// Those that wait for one of these objects of the target, or for a key that one of them holds.
    Targets(Vec<ObjectId>),
    /// Those that are due at an instant, at most so many; the longest due if there are more.
    Due(Timestamp, usize),
}

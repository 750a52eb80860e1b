//! The provisioning log: journal entries as people and programs read them, in the shape of
//! provisioning-engine.md 8.1. Steps are rendered when read, not stored. Whatever is asked, a page of
//! the journal is in memory at most.

mod entry;
mod lines;
mod steps;

use access::Permission;
use model::{
    Action, Actor, ChangeId, Code, Entry, EntryState, Job, ObjectId, RunId, RunSummary, Timestamp,
    Value, fold,
};
use store::EntryQuery;

pub use entry::{ErrorInformation, Identity, LogEntry, ModifiedProperty, StatusInfo, System};
pub use lines::LogForm;
pub use steps::LogStep;

use self::entry::Telling;
use crate::{Error, Sync, read::PAGE, veil::Veil};

/// So many pages of the journal are searched for words before the answer is given, found or not.
const SEARCHED_PAGES: usize = 20;

/// How an entry went, in the words in which it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStatus {
    /// It was done.
    Success,
    /// It was refused, or the person could not go on.
    Failure,
    /// It was not needed any more, or somebody rejected it.
    Skipped,
    /// It waits for approval.
    Held,
    /// It is under way.
    Pending,
}

impl LogStatus {
    /// How an entry in this state went.
    pub fn of(state: EntryState) -> Self {
        match state {
            EntryState::Done => Self::Success,
            EntryState::Refused => Self::Failure,
            EntryState::Cancelled | EntryState::Rejected => Self::Skipped,
            EntryState::Held => Self::Held,
            EntryState::Open | EntryState::Staged | EntryState::Planned => Self::Pending,
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
            Self::Held => "held",
            Self::Pending => "pending",
        }
    }
}

/// Which entries are asked for. Empty conditions do not restrict.
#[derive(Clone, Debug, Default)]
pub struct LogQuery {
    /// Only these entries.
    pub ids: Vec<ChangeId>,
    /// Only entries about this person.
    pub source: Option<ObjectId>,
    /// Only entries of this run.
    pub run: Option<RunId>,
    /// Only entries decided at this instant or later.
    pub since: Option<Timestamp>,
    /// Only entries decided before this instant.
    pub until: Option<Timestamp>,
    /// Only these actions.
    pub actions: Vec<Action>,
    /// Only entries that went so.
    pub statuses: Vec<LogStatus>,
    /// Only entries whose reason has one of these codes.
    pub codes: Vec<Code>,
    /// Only entries that hold this text in a name, a value as it is shown, or a reason; letters
    /// compare without their case.
    pub text: String,
    /// Only entries that come behind this one in the order asked for.
    pub behind: Option<ChangeId>,
    /// Newest first instead of oldest first.
    pub newest_first: bool,
    /// How many at most; 0 and more than 1,000 mean 1,000.
    pub limit: usize,
}

impl LogQuery {
    fn limit(&self) -> usize {
        if self.limit == 0 { PAGE } else { self.limit.min(PAGE) }
    }

    /// The conditions that never change for an entry.
    fn lasting(&self, behind: Option<ChangeId>, limit: usize) -> EntryQuery {
        EntryQuery {
            states: states(&[]),
            actions: self.actions.clone(),
            run: self.run,
            source: self.source,
            ids: self.ids.clone(),
            after: behind.filter(|_| !self.newest_first),
            before: behind.filter(|_| self.newest_first),
            since: self.since,
            until: self.until,
            newest_first: self.newest_first,
            limit,
            ..EntryQuery::default()
        }
    }

    /// All conditions that a store answers.
    fn stored(&self, behind: Option<ChangeId>, limit: usize) -> EntryQuery {
        EntryQuery {
            states: states(&self.statuses),
            codes: self.codes.clone(),
            ..self.lasting(behind, limit)
        }
    }

    /// The same, for all of them at once and from the beginning.
    pub(crate) fn all(&self) -> EntryQuery {
        EntryQuery { newest_first: false, ..self.stored(None, 0) }
    }

    /// Whether an entry went as asked for.
    fn admits(&self, entry: &Entry) -> bool {
        let code = entry.reason.as_ref().map(|reason| reason.code);
        (self.statuses.is_empty() || self.statuses.contains(&LogStatus::of(entry.state)))
            && (self.codes.is_empty() || code.is_some_and(|code| self.codes.contains(&code)))
    }

    /// Whether an entry, as it may be shown, holds the text.
    pub(crate) fn holds_text(&self, entry: &Entry) -> bool {
        if self.text.is_empty() {
            return true;
        }
        let wanted = fold(&self.text);
        let holds = |text: &str| fold(text).contains(&wanted);
        let value =
            |value: &Option<Value>| value.as_ref().is_some_and(|one| holds(&one.to_string()));
        let reason = entry.reason.as_ref();
        holds(&entry.name)
            || reason.is_some_and(|one| holds(&one.sentence) || holds(one.code.as_str()))
            || entry
                .modifications
                .iter()
                .any(|one| holds(one.name.as_str()) || value(&one.old) || value(&one.new))
    }
}

/// The states of entries that went so; a saved plan's entries are no part of the log.
fn states(statuses: &[LogStatus]) -> Vec<EntryState> {
    let is_meant = |state: &EntryState| {
        *state != EntryState::Planned
            && (statuses.is_empty() || statuses.contains(&LogStatus::of(*state)))
    };
    EntryState::ALL.into_iter().filter(is_meant).collect()
}

/// Some of the log.
#[derive(Clone, Debug)]
pub struct LogPage {
    /// The entries.
    pub entries: Vec<LogEntry>,
    /// The entry behind which the log goes on; none at its end. A page of a search for words may
    /// hold less than was asked for and go on all the same.
    pub next: Option<ChangeId>,
}

impl Sync {
    /// Entries of a job's log. The target tenant sees them too: they are about itself.
    pub fn read_log(&self, actor: &Actor, job: &Job, query: &LogQuery) -> Result<LogPage, Error> {
        self.check_logs(actor, job)?;
        let (telling, veil) = (Telling::read(self, job)?, Veil::of(actor, job));
        let limit = query.limit();
        let mut page = LogPage { entries: Vec::new(), next: query.behind };
        for _ in 0..SEARCHED_PAGES {
            let size = if query.text.is_empty() { limit - page.entries.len() } else { PAGE };
            let stored = query.stored(page.next, size);
            let found = self.store().entries(job.source, job.id, &stored)?;
            let is_last = found.len() < size;
            let count = found.len();
            for (index, entry) in found.into_iter().enumerate() {
                page.next = Some(entry.id);
                let entry = veil.cover(entry);
                if query.holds_text(&entry) {
                    page.entries.push(telling.tell(entry));
                }
                if page.entries.len() == limit && !(is_last && index + 1 == count) {
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

    /// What became of entries behind one, oldest first, up to the first that is not settled yet;
    /// `next` says how far that is.
    pub fn follow_log(&self, actor: &Actor, job: &Job, query: &LogQuery) -> Result<LogPage, Error> {
        self.check_logs(actor, job)?;
        let (telling, veil) = (Telling::read(self, job)?, Veil::of(actor, job));
        let query = LogQuery { newest_first: false, ..query.clone() };
        let mut page = LogPage { entries: Vec::new(), next: query.behind };
        // What an entry comes to is not asked of the store: one under way would be passed over.
        let found = self.store().entries(job.source, job.id, &query.lasting(page.next, PAGE))?;
        for entry in found {
            if LogStatus::of(entry.state) == LogStatus::Pending {
                break;
            }
            page.next = Some(entry.id);
            let entry = veil.cover(entry);
            if query.admits(&entry) && query.holds_text(&entry) {
                page.entries.push(telling.tell(entry));
            }
        }
        Ok(page)
    }

    /// The newest runs of a job.
    pub fn list_runs(
        &self,
        actor: &Actor,
        job: &Job,
        limit: usize,
    ) -> Result<Vec<RunSummary>, Error> {
        self.check_logs(actor, job)?;
        let mut runs = self.store().runs(job.source, job.id, limit)?;
        self.cover_plans(actor, job, &mut runs);
        Ok(runs)
    }

    /// Runs are asked for in the source.
    pub(crate) fn check_run(&self, actor: &Actor, job: &Job) -> Result<(), Error> {
        let checked = access::check(actor, Permission::WriteJobs, job.source);
        Ok(checked.map_err(directory::Error::from)?)
    }

    /// Logs are read in the source and in the target.
    pub(crate) fn check_logs(&self, actor: &Actor, job: &Job) -> Result<(), Error> {
        let here = access::check(actor, Permission::ReadProvisioning, job.source);
        let there = access::check(actor, Permission::ReadProvisioning, job.target);
        // Whoever lacks the role in the own tenant is told that, and not that the other is none of theirs.
        let checked = here.or_else(|first| {
            there.map_err(|second| if first == access::Denied::NotFound { second } else { first })
        });
        Ok(checked.map_err(directory::Error::from)?)
    }
}

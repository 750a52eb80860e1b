//! One job of the model: progress, journal, links, waiting records and runs.

use std::collections::BTreeMap;

use model::{
    ChangeId, Day, Entry, EntryState, JobId, Link, ObjectId, Progress, RunId, RunSummary,
    Timestamp, WaitFor, Waiting,
};

use super::objects::TenantData;
use crate::{
    Condition, EntryQuery, JournalCommit, LinkWrite, Oblivion, StoreError, WaitQuery, WaitWrite,
};

#[derive(Default)]
pub(super) struct JobData {
    /// The highest fencing token that a commit into this tenant named for the job.
    pub seen: u64,
    pub progress: Progress,
    entries: BTreeMap<ChangeId, Entry>,
    pub links: BTreeMap<ObjectId, Link>,
    waiting: BTreeMap<ObjectId, Waiting>,
    pub runs: BTreeMap<RunId, RunSummary>,
    days: BTreeMap<i64, Day>,
}

impl TenantData {
    pub fn job(&self, job: JobId) -> Option<&JobData> {
        self.jobs.get(&job)
    }

    /// Writes a journal commit; `leased` is the token of the job's newest lease.
    pub fn record(&mut self, commit: &JournalCommit, leased: u64) -> Result<(), StoreError> {
        let own = Condition::Fence { job: commit.job, token: commit.token };
        if commit.token < leased {
            return Err(StoreError::Condition(own));
        }
        let fence = [own];
        self.check(&fence)?;
        self.check(&commit.conditions)?;
        self.raise_fences(&fence);
        self.raise_fences(&commit.conditions);
        self.jobs.entry(commit.job).or_default().record(commit);
        Ok(())
    }

    /// Forgets all but the highest token, so that a run that was shut out stays shut out.
    pub fn forget_job(&mut self, job: JobId) {
        if let Some(data) = self.jobs.get_mut(&job) {
            *data = JobData { seen: data.seen, ..JobData::default() };
        }
    }
}

impl JobData {
    fn record(&mut self, commit: &JournalCommit) {
        for entry in &commit.entries {
            self.entries.insert(entry.id, entry.clone());
        }
        for settled in &commit.settled {
            let Some(entry) = self.entries.get_mut(&settled.id) else { continue };
            entry.state = settled.state;
            if settled.reason.is_some() {
                entry.reason.clone_from(&settled.reason);
            }
        }
        for link in &commit.links {
            match link {
                LinkWrite::Put(link) => drop(self.links.insert(link.source, *link)),
                LinkWrite::Drop(source) => drop(self.links.remove(source)),
            }
        }
        for waiting in &commit.waiting {
            match waiting {
                WaitWrite::Put(waiting) => {
                    drop(self.waiting.insert(waiting.source, waiting.clone()));
                }
                WaitWrite::Drop(source) => drop(self.waiting.remove(source)),
            }
        }
        if let Some(progress) = commit.progress {
            self.progress = progress;
        }
        if let Some(run) = &commit.run {
            self.runs.insert(run.id, run.clone());
        }
        if let Some(more) = &commit.day {
            let empty = || Day { number: more.number, ..Day::default() };
            self.days.entry(more.number).or_insert_with(empty).add(more);
        }
    }

    pub fn entries(&self, query: &EntryQuery) -> Vec<Entry> {
        let limit = if query.limit == 0 { usize::MAX } else { query.limit };
        let admitted = self.entries.values().filter(|entry| query.admits(entry));
        let mut found: Vec<Entry> = if query.newest_first {
            admitted.rev().take(limit).cloned().collect()
        } else {
            admitted.take(limit).cloned().collect()
        };
        if query.bare {
            found.iter_mut().for_each(|entry| entry.modifications.clear());
        }
        found
    }

    pub fn forget_entries(&mut self, which: &Oblivion) -> u64 {
        let is_meant = |entry: &&Entry| {
            entry.state.is_settled()
                && entry.at < which.before
                && which.up_to.is_none_or(|last| entry.id <= last)
        };
        let mut meant: Vec<_> =
            self.entries.values().filter(is_meant).map(|entry| (entry.at, entry.id)).collect();
        meant.sort_unstable();
        meant.truncate(which.limit);
        for (_, id) in &meant {
            self.entries.remove(id);
        }
        meant.len() as u64
    }

    pub fn days(&self, before: i64, limit: usize) -> Vec<Day> {
        self.days.range(..before).rev().take(limit).map(|(_, day)| day.clone()).collect()
    }

    pub fn forget_runs(&mut self, before: Timestamp, limit: usize) -> u64 {
        self.days = self.days.split_off(&Day::number_of(before));
        let mut older: Vec<&RunSummary> = self.runs.values().collect();
        older.pop();
        let meant: Vec<RunId> = older
            .into_iter()
            .take_while(|run| run.ended.is_none_or(|ended| ended < before))
            .filter(|run| run.ended.is_some())
            .take(limit)
            .map(|run| run.id)
            .collect();
        for id in &meant {
            self.runs.remove(id);
        }
        meant.len() as u64
    }

    pub fn removals_since(&self, since: Timestamp) -> u64 {
        self.entries
            .values()
            .filter(|entry| entry.state == EntryState::Done && entry.action.is_removal())
            .filter(|entry| entry.at >= since)
            .count() as u64
    }

    /// The link to an object: one in use before one that is not, then the person with the lowest id.
    pub fn link_to(&self, target: ObjectId) -> Option<Link> {
        self.links
            .values()
            .filter(|link| link.target == target)
            .min_by_key(|link| (link.state as u8, link.source))
            .copied()
    }

    pub fn links_after(&self, after: Option<ObjectId>, limit: usize) -> Vec<Link> {
        self.links
            .values()
            .filter(|link| after.is_none_or(|after| link.source > after))
            .take(limit)
            .copied()
            .collect()
    }

    pub fn waiting(&self, query: &WaitQuery) -> Vec<Waiting> {
        let all = self.waiting.values();
        let found: Vec<_> = match query {
            WaitQuery::After(after, limit) => all
                .filter(|waiting| after.is_none_or(|after| waiting.source > after))
                .take(*limit)
                .collect(),
            WaitQuery::Sources(sources) => {
                all.filter(|waiting| sources.contains(&waiting.source)).collect()
            }
            WaitQuery::Targets(targets) => all
                .filter(|waiting| match &waiting.wait {
                    WaitFor::Object { id } | WaitFor::Return { id } => targets.contains(id),
                    WaitFor::Key { holder, .. } => targets.contains(holder),
                    WaitFor::Time | WaitFor::Domains | WaitFor::Moment => false,
                })
                .collect(),
            WaitQuery::Due(at, limit) => {
                // The longest due come first when there are more than asked for, so that none of
                // them is passed over for ever.
                let mut due: Vec<_> = all.filter(|waiting| waiting.due <= *at).collect();
                due.sort_by_key(|waiting| (waiting.due, waiting.source));
                due.truncate(*limit);
                due.sort_by_key(|waiting| waiting.source);
                due
            }
        };
        found.into_iter().cloned().collect()
    }
}

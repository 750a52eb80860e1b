//! How a job stands, in numbers: how far it is behind its source, how many people it looks after,
//! what waits, and what its last run came to.

use model::{Actor, EntryState, Job, JobState, Quarantine, RunSummary, Timestamp, Watermark};
use serde::Serialize;
use store::{Changes, EntryQuery, WaitQuery};

use crate::{Error, Sync, read::PAGE};

/// How far a job is behind its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Freshness {
    /// Whether everything that happened in the source was looked at.
    pub is_fresh: bool,
    /// How old the oldest change is that was not looked at; 0 when there is none. None when the
    /// source's feed does not tell.
    pub seconds: Option<u64>,
    /// When that change was made.
    pub since: Option<Timestamp>,
    /// How many changes were not looked at.
    pub changes: u64,
}

impl Freshness {
    const FRESH: Self = Self { is_fresh: true, seconds: Some(0), since: None, changes: 0 };
}

/// How a job stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// How far it is behind.
    pub freshness: Freshness,
    /// People linked and not removed.
    pub linked: u64,
    /// People who could not go on.
    pub escrow: u64,
    /// Changes that wait for approval.
    pub held: u64,
    /// Why the job is in quarantine, since when, and when it is tried again, if it is.
    pub quarantine: Option<Quarantine>,
    /// Whether it was disabled because the quarantine lasted too long.
    pub disabled: bool,
    /// The newest run that ended.
    pub last_run: Option<RunSummary>,
}

impl Sync {
    /// How far a job is behind its source: two small questions, whatever the size.
    pub fn read_freshness(&self, actor: &Actor, job: &Job) -> Result<Freshness, Error> {
        self.check_logs(actor, job)?;
        let head = self.store().head(job.source)?;
        let progress = self.store().progress(job.source, job.id)?;
        // Before the first cycle has come to its end, all that ever happened is still to be done.
        let mark = progress.watermark.unwrap_or(Watermark { number: 0, ..head });
        if mark == head {
            return Ok(Freshness::FRESH);
        }
        let since = match self.store().changes(job.source, mark, 1)? {
            Changes::Page { changes, .. } => match changes.first() {
                Some(change) => Some(change.at),
                None => return Ok(Freshness::FRESH),
            },
            Changes::Expired => None,
        };
        let age = |since: Timestamp| {
            u64::try_from((self.clock().now().0 - since.0) / 1_000).unwrap_or_default()
        };
        let changes = match mark.epoch == head.epoch {
            true => head.number.saturating_sub(mark.number),
            false => head.number,
        };
        Ok(Freshness { is_fresh: false, seconds: since.map(age), since, changes })
    }

    /// How a job stands. What waits is counted by the page.
    pub fn read_figures(&self, actor: &Actor, job: &Job) -> Result<Figures, Error> {
        let runs = self.list_runs(actor, job, 20)?;
        let progress = self.progress(actor, job)?;
        Ok(Figures {
            freshness: self.read_freshness(actor, job)?,
            linked: progress.linked_people(),
            quarantine: progress.quarantine,
            disabled: job.state == JobState::Disabled,
            escrow: self.count_escrow(job)?,
            held: self.count_held(job)?,
            last_run: runs.into_iter().find(|run| run.ended.is_some()),
        })
    }

    pub(crate) fn count_escrow(&self, job: &Job) -> Result<u64, Error> {
        let (mut count, mut after) = (0, None);
        loop {
            let query = WaitQuery::After(after, PAGE);
            let page = self.store().waiting(job.source, job.id, &query)?;
            count += page.iter().filter(|one| one.wait.is_escrow()).count() as u64;
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some(last.source),
                _ => return Ok(count),
            }
        }
    }

    pub(crate) fn count_held(&self, job: &Job) -> Result<u64, Error> {
        let mut query = EntryQuery {
            states: vec![EntryState::Held],
            bare: true,
            limit: PAGE,
            ..EntryQuery::default()
        };
        let mut count = 0;
        loop {
            let page = self.store().entries(job.source, job.id, &query)?;
            count += page.len() as u64;
            match page.last() {
                Some(last) if page.len() == PAGE => query.after = Some(last.id),
                _ => return Ok(count),
            }
        }
    }
}

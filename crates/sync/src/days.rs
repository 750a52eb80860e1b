//! What a job came to day by day. It is counted where the journal writes down what was done, in the same
//! transaction, so that nothing is counted twice or lost, and months are read without the log.

use std::collections::BTreeMap;

use model::{Actor, Day, Job, Progress, RunKind, Timestamp};
use serde::Serialize;

use crate::{Error, Sync, session::Session};

/// The longest time that is told at once, in days.
const MOST: usize = 3_660;

/// One day of a job, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Insight {
    /// The date, as in 2026-01-31.
    pub date: String,
    /// People in sync at its end, or now; none where nobody knows, before figures were kept.
    pub people: Option<u64>,
    /// The same for groups.
    pub groups: Option<u64>,
    /// Changes that were done, by action. They belong to the day on which they were written down.
    pub changes: BTreeMap<String, u64>,
    /// Attempts at people that failed, by code.
    pub failures: BTreeMap<String, u64>,
    /// Runs that ended; cycles that found nothing to do are none.
    pub runs: u64,
    /// Those of them that stopped before their end, by code.
    pub stopped: BTreeMap<String, u64>,
    /// The mean delay of cycles, from the oldest change that one looked at to its end, in seconds.
    pub mean_delay: Option<u64>,
    /// The longest.
    pub longest_delay: Option<u64>,
}

impl Sync {
    /// What a job came to on so many days up to today, oldest first, none left out; not before it was
    /// made. For readers of the log.
    pub fn read_insights(
        &self,
        actor: &Actor,
        job: &Job,
        days: usize,
    ) -> Result<Vec<Insight>, Error> {
        self.check_logs(actor, job)?;
        let days = days.min(MOST);
        let today = Day::number_of(self.clock().now());
        let first = (today + 1 - days as i64).max(Day::number_of(job.created));
        // One more than there can be: it tells how the first day began.
        let found = self.store().days(job.source, job.id, today + 1, days + 1)?;
        let before = found.iter().filter(|day| day.number < first);
        let last_told = |day: &Day| Some((day.people?, day.groups?));
        let mut standing = before.clone().find_map(last_told);
        let held: BTreeMap<i64, Day> = found.into_iter().map(|day| (day.number, day)).collect();
        let none = |number| Day { number, ..Day::default() };
        let days = (first..=today).map(|number| {
            let day = held.get(&number).cloned().unwrap_or_else(|| none(number));
            standing = last_told(&day).or(standing);
            Insight::of(day, standing)
        });
        Ok(days.collect())
    }

    /// Since when a cycle has something to do. Before the first one came to its end that would be the
    /// age of the tenant.
    pub(crate) fn read_delay(&self, session: &Session) -> Result<Option<Timestamp>, Error> {
        match session.progress.watermark {
            Some(_) => Ok(self.read_freshness(&Actor::System, &session.ctx.job)?.since),
            None => Ok(None),
        }
    }
}

impl Insight {
    fn of(day: Day, standing: Option<(u64, u64)>) -> Self {
        let date: String = Day::begin(day.number).to_string().chars().take(10).collect();
        let is_measured = day.measured > 0;
        Self {
            date,
            people: standing.map(|(people, _)| people),
            groups: standing.map(|(_, groups)| groups),
            changes: day.changes,
            failures: day.failures,
            runs: day.runs,
            stopped: day.stopped,
            mean_delay: is_measured.then(|| day.delay_seconds / day.measured),
            longest_delay: is_measured.then_some(day.longest_delay),
        }
    }
}

/// What is added to the day on which a page is written down; none where nothing was done.
pub(crate) fn told(day: Day, progress: &Progress, now: Timestamp) -> Option<Day> {
    (!day.is_empty()).then(|| Day {
        number: Day::number_of(now),
        people: Some(progress.linked_people()),
        groups: Some(progress.linked_groups),
        ..day
    })
}

/// What is added to the day on which a run ended.
pub(crate) fn ended(session: &Session) -> Option<Day> {
    let (summary, progress) = (&session.summary, &session.progress);
    let now = summary.ended.unwrap_or_else(|| session.ctx.now());
    let stopped = summary.stopped.iter().map(|reason| (reason.code.as_str().to_owned(), 1));
    let mut day = Day { runs: 1, stopped: stopped.collect(), ..Day::default() };
    let is_whole = summary.kind == RunKind::Cycle && summary.stopped.is_none();
    if let Some(since) = session.behind.filter(|_| is_whole) {
        let delay = u64::try_from((now.0 - since.0) / 1_000).unwrap_or_default();
        (day.measured, day.delay_seconds, day.longest_delay) = (1, delay, delay);
    }
    told(day, progress, now)
}

//! How a job stands, for who reads its configuration: its cycles and how far it has come. Nothing of it
//! says anything about single people; that is the log's. It costs the same whatever waits.

use access::Permission;
use model::{Actor, Job, JobState, Progress, RunKind, RunSummary};
use std::{thread, time::Duration};
use store::StoreError;

use crate::{Error, Sync};

/// So many runs are looked through for cycles.
const RUNS: usize = 200;
/// How often, and how far apart, a job is asked for that a short run holds.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// How a job stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The newest cycles that are in the log, newest first. One that found nothing to do is not.
    pub cycles: Vec<RunSummary>,
    /// How far it has come.
    pub progress: Progress,
}

impl Sync {
    /// How a job stands.
    pub fn read_standing(&self, actor: &Actor, job: &Job) -> Result<Standing, Error> {
        access::check(actor, Permission::ReadJobs, job.source).map_err(directory::Error::from)?;
        let mut cycles = self.store().runs(job.source, job.id, RUNS)?;
        cycles.retain(|run| run.kind == RunKind::Cycle);
        Ok(Standing { cycles, progress: self.store().progress(job.source, job.id)? })
    }

    /// Has a job run by itself from now on, and ends its quarantine.
    pub fn start(&self, actor: &Actor, job: &Job) -> Result<Job, Error> {
        let job = self.directory.update_job(actor, job, |job| job.state = JobState::Active)?;
        patiently(|| self.lift_quarantine(actor, &job))?;
        Ok(job)
    }

    /// Has a job run only when it is asked to. A cycle under way ends at its next page.
    pub fn pause(&self, actor: &Actor, job: &Job) -> Result<Job, Error> {
        Ok(self.directory.update_job(actor, job, |job| job.state = JobState::Paused)?)
    }
}

/// Asks again for a little while where another run holds the job: one that follows a change ends
/// within milliseconds.
pub fn patiently<T>(ask: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    for _ in 1..TRIES {
        match ask() {
            Err(Error::Store(StoreError::Busy { .. })) => thread::sleep(PAUSE),
            answered => return answered,
        }
    }
    ask()
}

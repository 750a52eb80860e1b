//! Runs by their ids: a page of older ones, and a single one.

use model::{Actor, Job, RunId, RunSummary};

use crate::{Error, Sync};

impl Sync {
    /// The runs of a job before one, newest first; the newest when none is named.
    pub fn list_runs_before(
        &self,
        actor: &Actor,
        job: &Job,
        before: Option<RunId>,
        limit: usize,
    ) -> Result<Vec<RunSummary>, Error> {
        let Some(before) = before else { return self.list_runs(actor, job, limit) };
        self.check_logs(actor, job)?;
        let mut runs = self.store().runs_before(job.source, job.id, before, limit)?;
        self.cover_plans(actor, job, &mut runs);
        Ok(runs)
    }

    /// One run of a job.
    pub fn read_run(&self, actor: &Actor, job: &Job, run: RunId) -> Result<RunSummary, Error> {
        self.check_logs(actor, job)?;
        let found = self.store().run(job.source, job.id, run)?;
        let mut found: Vec<RunSummary> = found.into_iter().collect();
        self.cover_plans(actor, job, &mut found);
        let missing = || directory::Error::NotFound { kind: "run", name: run.to_string() };
        Ok(found.pop().ok_or_else(missing)?)
    }

    /// What is planned is the source's alone until it is done.
    pub(crate) fn cover_plans(&self, actor: &Actor, job: &Job, runs: &mut [RunSummary]) {
        if self.check_plans(actor, job).is_err() {
            runs.iter_mut().for_each(|run| run.plan = None);
        }
    }
}

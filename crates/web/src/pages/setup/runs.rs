//! The newest runs of a configuration that was started, as they come.

use access::Permission;
use askama::Template;
use model::{Actor, Job, RunKind, RunSummary};
use sync::Live;

use crate::{error::Error, filters};

/// So many runs are looked through.
const RUNS: usize = 20;

/// The newest cycles.
#[derive(Default, Template)]
#[template(path = "setup_runs.html")]
pub struct Runs {
    live: Option<Live>,
    runs: Vec<RunSummary>,
}

impl Runs {
    /// Reads them; none for who may not read the log.
    pub fn read(sync: &sync::Sync, actor: &Actor, job: &Job) -> Result<Self, Error> {
        if access::check(actor, Permission::ReadProvisioning, job.source).is_err() {
            return Ok(Self::default());
        }
        let live = sync.live(actor, job)?.filter(|live| live.kind == RunKind::Cycle);
        let mut runs = sync.list_runs(actor, job, RUNS)?;
        runs.retain(|run| run.kind == RunKind::Cycle);
        runs.truncate(3);
        Ok(Self { live, runs })
    }
}

//! How long the log is kept. Settled entries and ended runs go when they are old enough, a page at a
//! time; what is still to be done stays whatever its age, and what a cycle counts or follows stays as
//! long as it does.

use model::{Actor, Job};
use store::Oblivion;

use crate::{Error, Sync, read::PAGE, references, session::Context};

/// So many pages are forgotten at a time, so that cycles are not kept waiting.
const PAGES_AT_A_TIME: usize = 20;

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// So many entries of the log.
    pub entries: u64,
    /// So many runs.
    pub runs: u64,
    /// Whether there may be more that is old enough.
    pub more: bool,
}

impl Sync {
    /// Forgets what of a job's log is older than so many days; 0 keeps everything. At most twenty
    /// pages go at a time. The audit log is another one and stays.
    pub fn forget_log(&self, actor: &Actor, job: &Job, days: usize) -> Result<Forgotten, Error> {
        self.check_run(actor, job)?;
        let mut forgotten = Forgotten::default();
        if days == 0 {
            return Ok(forgotten);
        }
        let now = self.clock().now();
        let old = now.plus_days(-i64::try_from(days).unwrap_or(i64::MAX));
        // The brake counts what was removed within its window.
        let window = i64::try_from(job.limits.window_hours).unwrap_or(i64::MAX);
        let before = old.min(now.plus_seconds(window.saturating_mul(-3_600)));
        // Who came to the target is followed to those whom that person manages.
        let context = Context::read(self, job);
        let followed = self.store().progress(job.source, job.id)?.followed;
        let is_followed = match &context {
            Ok(ctx) => !references::is_due(ctx, followed)?,
            // A configuration that does not fit is mended some day, and goes on from where it was.
            Err(_) => false,
        };
        let up_to = if is_followed { None } else { followed };
        for _ in 0..PAGES_AT_A_TIME {
            if !is_followed && followed.is_none() {
                break;
            }
            let which = Oblivion { before, up_to, limit: PAGE };
            let count = self.store().forget_entries(job.source, job.id, &which)?;
            forgotten.entries += count;
            forgotten.more = count == PAGE as u64;
            if !forgotten.more {
                break;
            }
        }
        let runs = self.store().forget_runs(job.source, job.id, before, PAGE)?;
        forgotten.runs += runs;
        forgotten.more |= runs == PAGE as u64;
        Ok(forgotten)
    }
}

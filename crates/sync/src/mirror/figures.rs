//! How a mirror stands, in numbers: how far it is behind its source, what waits, and what its last run
//! came to.

use access::Permission;
use model::{Actor, Failing, Held, Mirror, MirrorRun, Timestamp};
use serde::Serialize;

use super::{Mirrors, open};
use crate::Error;

/// How a mirror stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MirrorFigures {
    /// Whether the listing that is there is the one that was taken in.
    pub is_fresh: bool,
    /// How long another one has been there; 0 when there is none. None when the source does not tell.
    pub freshness_seconds: Option<u64>,
    /// How many records the listing held that was taken in last.
    pub records: Option<u64>,
    /// When that was.
    pub taken: Option<Timestamp>,
    /// The listing that waits for somebody to decide.
    pub held: Option<Held>,
    /// Why the mirror cannot run, if it cannot.
    pub failing: Option<Failing>,
    /// The last run.
    pub last_run: Option<MirrorRun>,
}

impl Mirrors {
    /// How a mirror stands: what is kept with it, and one look at what its source shows.
    pub fn read_figures(&self, actor: &Actor, mirror: &Mirror) -> Result<MirrorFigures, Error> {
        access::check(actor, Permission::ReadJobs, mirror.tenant)
            .map_err(directory::Error::from)?;
        let progress = self.directory.mirror_progress(mirror)?;
        let source = open::open(self, mirror).ok();
        let shown = source.as_ref().and_then(|source| source.hint().ok());
        let mark = progress.taken.as_ref().map(|taken| &taken.mark.identity);
        let is_fresh = shown.is_some() && shown.as_ref() == mark && progress.held.is_none();
        let now = self.directory.clock().now();
        let since = source.and_then(|source| source.changed_at().ok());
        let age = |at: Timestamp| u64::try_from((now.0 - at.0) / 1_000).unwrap_or_default();
        Ok(MirrorFigures {
            is_fresh,
            freshness_seconds: if is_fresh { Some(0) } else { since.flatten().map(age) },
            records: progress.taken.as_ref().map(|taken| taken.records),
            taken: progress.taken.as_ref().map(|taken| taken.at),
            held: progress.held,
            failing: progress.failing,
            last_run: progress.last,
        })
    }
}

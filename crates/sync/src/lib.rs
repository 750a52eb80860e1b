//! Running the line: reading, asking, journaling and writing, in the order that makes a crash at any
//! point harmless. What is to be done about a person is decided by `engine`; nothing here decides it.
//!
//! ```text
//! read -> scope -> map -> look up -> match -> diff -> plan -> guard -> apply -> log
//! sync    engine ......   sync       engine ......................    sync     sync
//! ```
//!
//! [`Sync`] is the service: cycles, plans, people on demand, held removals, escrow and the log.

mod adopt;
mod ahead;
mod cycle;
mod days;
mod error;
mod escrow;
mod evaluate;
mod figures;
mod hold;
mod journal;
mod live;
mod log;
mod look_up;
mod members;
mod mirror;
mod notices;
mod observe;
mod on_demand;
mod overlap;
mod patience;
mod pipeline;
mod plan;
mod plan_groups;
mod plans;
mod preview_scope;
mod quarantine;
mod read;
mod records;
mod recover;
mod references;
mod removals;
mod restart;
mod retention;
mod roster;
mod runs;
mod saved;
mod session;
mod standing;
mod stuck;
mod swap;
mod tenant_map;
mod ties;
mod trial;
mod turns;
mod veil;
mod walk;
mod worker;

pub use adopt::GroupDifference;
pub use days::Insight;
pub use error::Error;
pub use figures::{Figures, Freshness};
pub use hold::Approval;
pub use live::Live;
pub use log::{
    ErrorInformation, Identity, LogEntry, LogForm, LogPage, LogQuery, LogStatus, LogStep,
    ModifiedProperty, StatusInfo, System,
};
pub use mirror::{
    Ending, MirrorFigures, MirrorPlan, MirrorWatch, Mirrors, Planned, Reading, SourceFront,
};
pub use observe::{Observer, Silent};
pub use on_demand::{Explained, Provisioned, Row, Step};
pub use plan::{Example, Extent, PlanCounts};
pub use plan_groups::{PlanGroup, PlanGroups};
pub use plans::{PlanPage, PlanQuery, PlanRow, PlanState};
pub use preview_scope::{Budget, Sampled, ScopeDraft, ScopePreview};
pub use restart::{Reset, Restarted};
pub use retention::Forgotten;
pub use roster::Turn;
pub use saved::{Header, LineDigest, SavedPlan};
pub use standing::{Standing, patiently};
pub use stuck::{Stuck, StuckGroup, StuckPage};
pub use tenant_map::{Arrow, ArrowFigures, ArrowSettings, Counted, Map, MapPartner, MapTenant};
pub use ties::ObjectTie;
pub use trial::{Tried, TriedRow};
pub use turns::Turns;
pub use worker::Worker;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use connector::{Hosted, Target};
use directory::Directory;
use live::Lives;
use model::{Clock, Job, JobId, TenantId};
use patience::{Patient, Pauses};
use store::Store;

/// The synchronization service over one directory.
#[derive(Clone)]
pub struct Sync {
    directory: Directory,
    /// Jobs that somebody ran or changed, which the worker has not looked at since.
    nudges: Arc<Mutex<BTreeSet<JobId>>>,
    /// Jobs that ran, and were not looked at for news since.
    news: Arc<Mutex<BTreeSet<(TenantId, JobId)>>>,
    /// Targets that want to be left alone for a while.
    pauses: Arc<Pauses>,
    /// What is under way.
    lives: Arc<Lives>,
    front: Option<TargetFront>,
}

/// What stands between the line and every target.
pub type TargetFront = Arc<dyn Fn(Arc<dyn Target>) -> Arc<dyn Target> + Send + std::marker::Sync>;

impl Sync {
    /// The service over a directory's store, clock and ids.
    pub fn new(directory: Directory) -> Self {
        Self {
            directory,
            nudges: Arc::default(),
            news: Arc::default(),
            pauses: Arc::default(),
            lives: Arc::default(),
            front: None,
        }
    }

    /// The same, with something between the line and every target.
    pub fn with_front(self, front: TargetFront) -> Self {
        Self { front: Some(front), ..self }
    }

    /// The same service while it answers an HTTP request, as [`Directory::for_request`] does.
    #[must_use]
    pub fn for_request(&self, id: &str) -> Self {
        Self { directory: self.directory.for_request(id), ..self.clone() }
    }

    /// The directory that the service works on.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    fn store(&self) -> &dyn Store {
        self.directory.store().as_ref()
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        self.directory.clock()
    }

    fn target(&self, job: &Job) -> Patient {
        let hosted: Arc<dyn Target> = Arc::new(Hosted::new(self.directory.clone(), job.target));
        let target = self.front.as_ref().map_or(hosted.clone(), |front| front(hosted));
        Patient::new(target, job.target, self.pauses.clone(), self.clock().clone())
    }
}

//! One look at a configuration: how it stands in a sentence, what to do about it, and its figures.

mod tell;

use access::Permission;
use model::{Code, JobState, RunSummary, Timestamp};
use sync::{Freshness, Live};

use super::{
    place::{End, Place},
    words::{self, Badge},
};
use crate::{Center, error::Error, visit::Visit};

/// So many of the newest runs are shown.
const RUNS: usize = 6;

/// What a look needs to know of its reader and of both ends, which does not change while it is shown.
#[derive(Clone)]
pub struct Around {
    center: Center,
    actor: model::Actor,
    job: (model::TenantId, model::JobId),
    /// Where the pages of the configuration begin.
    pub base: String,
    /// The token for forms.
    pub csrf: String,
    /// Why the reader may not run it.
    pub why_not: Option<String>,
    /// Why the reader may not read its log.
    pub why_no_log: Option<String>,
    source: End,
    target: End,
    access: [Option<String>; 2],
}

/// How a configuration stands.
pub struct Look {
    /// In a word and a colour.
    pub badge: Badge,
    /// In a sentence.
    pub sentence: String,
    /// What to do next.
    pub todo: Vec<Todo>,
    /// Why it is in quarantine.
    pub quarantine: Option<Ill>,
    /// Whether it runs by itself.
    pub state: Option<JobState>,
    /// What is under way.
    pub lives: Vec<Moving>,
    /// What it comes to.
    pub figures: Vec<Figure>,
    /// The newest runs.
    pub runs: Vec<RunSummary>,
}

/// Something to do.
pub struct Todo {
    /// What.
    pub text: String,
    /// Where.
    pub href: Option<String>,
}

/// A quarantine, told.
pub struct Ill {
    /// Why.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
    /// The code of what stops it.
    pub code: Option<Code>,
    /// Where something can be done about it.
    pub place: Option<(String, String)>,
    /// Since when.
    pub began: Timestamp,
    /// When it is tried again; never by itself while it is paused or switched off.
    pub next: Option<Timestamp>,
    /// How often it was tried.
    pub attempts: u64,
}

/// A number with what it counts.
pub struct Figure {
    /// The number, or another short text.
    pub value: String,
    /// What it says.
    pub label: String,
    /// Where more is.
    pub href: Option<String>,
    /// An instant instead of a number.
    pub at: Option<Timestamp>,
}

/// Something under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// What it is.
    pub title: String,
    /// How far it has come.
    pub read: u64,
    /// Of how many; 0 before that is known.
    pub of: u64,
    /// How far in words.
    pub text: String,
    /// How long it takes still, in words.
    pub left: String,
    /// Whether it was asked to stop.
    pub stopping: bool,
}

impl Moving {
    /// What is under way, told.
    pub fn of(live: &Live) -> Self {
        let text = match live.of {
            0 => text!("state-begins"),
            of => text!("state-progress", read = live.read, of = of, changed = live.changed),
        };
        let left = match live.seconds_left {
            None => text!("state-left-unknown"),
            Some(0) => text!("state-left-moment"),
            Some(seconds) => text!("state-left", time = words::lasting(seconds)),
        };
        Self {
            title: words::run_kind(live.kind),
            read: live.read,
            of: live.of,
            text,
            left,
            stopping: live.stopping,
        }
    }
}

impl Around {
    /// For a page.
    pub fn of(visit: &Visit, place: &Place) -> Self {
        let job = &place.job;
        let (source, target) =
            (End::of(visit, Some(job.source)), End::of(visit, job.chosen_target()));
        let access = |own: &End, other: &End| {
            own.href.as_ref().map(|href| format!("{href}/access/{}", other.domain))
        };
        let log = visit.why_not(Permission::ReadProvisioning, job.source);
        Self {
            center: visit.center.clone(),
            actor: visit.actor().clone(),
            job: (job.source, job.id),
            base: place.base.clone(),
            csrf: visit.csrf.clone(),
            why_not: place.why_not_run(visit),
            why_no_log: log.filter(|_| !visit.may(Permission::ReadProvisioning, job.target)),
            access: [access(&source, &target), access(&target, &source)],
            source,
            target,
        }
    }

    /// Only what is under way: it costs next to nothing.
    pub fn watch(&self) -> Result<Vec<Moving>, Error> {
        let job = self.center.directory.job(self.job.0, self.job.1)?;
        let lives = self.center.sync.list_live(&self.actor, &job)?;
        Ok(lives.iter().map(Moving::of).collect())
    }

    /// Everything.
    pub fn look(&self) -> Result<Look, Error> {
        let job = self.center.directory.job(self.job.0, self.job.1)?;
        let sync = &self.center.sync;
        let arrow = sync.read_arrow(&self.actor, &job)?.ok_or_else(Error::missing)?;
        let lives = sync.list_live(&self.actor, &job)?;
        let runs = match &arrow.figures {
            Some(_) => sync.list_runs(&self.actor, &job, RUNS)?,
            None => Vec::new(),
        };
        let lives: Vec<Moving> = lives.iter().map(Moving::of).collect();
        let (badge, sentence) = self.standing(&arrow, &lives);
        let state = arrow.settings.as_ref().map(|settings| settings.state);
        let quarantine = arrow.figures.as_ref().and_then(|figures| figures.quarantine);
        Ok(Look {
            badge,
            sentence,
            todo: self.todo(&arrow),
            quarantine: quarantine.map(|one| self.ill(&one, state, &runs)),
            state,
            lives,
            figures: self.figures(&arrow),
            runs,
        })
    }
}

/// How far behind, in a few words.
pub fn freshness(fresh: &Freshness) -> String {
    match fresh.seconds {
        _ if fresh.is_fresh => text!("state-up-to-date"),
        None => text!("state-changes-behind", count = fresh.changes),
        Some(seconds) => words::lasting(seconds),
    }
}

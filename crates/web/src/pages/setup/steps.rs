//! The steps of the setup, and where each stands: told from the two tenants and the configuration.

use access::Permission;
use engine::consent::{Check, Side};
use model::{Job, JobState, RunKind, RunState, ScopeMode, Stage, Tenant, Timestamp};
use sync::PlanState;

use super::is_on_demand;
use crate::{error::Error, visit::Visit};

/// So many runs are looked through for what was tried.
const RUNS: usize = 20;
/// So many plans are looked through for one that stands.
const PLANS: usize = 5;
/// So many assignments are counted.
const ASSIGNED: usize = 100;

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into which tenant.
    Target,
    /// What both tenants have to allow.
    Connection,
    /// Whom it takes.
    Scope,
    /// Whom of them.
    Filter,
    /// What flows.
    Mappings,
    /// What would happen.
    Review,
    /// One person first.
    Person,
    /// All.
    Start,
}

impl Step {
    /// All of them in their order.
    pub const ALL: [Self; 8] = [
        Self::Target,
        Self::Connection,
        Self::Scope,
        Self::Filter,
        Self::Mappings,
        Self::Review,
        Self::Person,
        Self::Start,
    ];

    /// As addresses name it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Connection => "connection",
            Self::Scope => "scope",
            Self::Filter => "filter",
            Self::Mappings => "mappings",
            Self::Review => "review",
            Self::Person => "person",
            Self::Start => "start",
        }
    }

    /// The step of an address.
    pub fn find(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }

    /// What it is called.
    pub fn title(self) -> String {
        match self {
            Self::Target => text!("setup-target"),
            Self::Connection => text!("setup-connection"),
            Self::Scope => text!("setup-scope"),
            Self::Filter => text!("setup-filter"),
            Self::Mappings => text!("setup-mappings"),
            Self::Review => text!("setup-review"),
            Self::Person => text!("setup-person"),
            Self::Start => text!("setup-start"),
        }
    }
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Done,
    /// Somebody here has to do it.
    ToDo,
    /// It can be left as it is.
    Optional,
    /// Somebody of the other tenant has to do it.
    Waits,
    /// An earlier step has to be done first.
    Later,
}

impl Status {
    /// A colour for it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Done => "ok",
            Self::ToDo => "info",
            Self::Waits => "warn",
            Self::Optional | Self::Later => "idle",
        }
    }

    /// The word for it.
    pub fn word(&self) -> String {
        match self {
            Self::Done => text!("setup-done"),
            Self::ToDo => text!("setup-to-do"),
            Self::Optional => text!("setup-optional"),
            Self::Waits => text!("setup-waits"),
            Self::Later => text!("setup-later"),
        }
    }
}

/// A step in the list of them.
pub struct Way {
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub href: String,
    /// Where it stands.
    pub status: Status,
    /// Whether the page shows it.
    pub is_current: bool,
}

/// What the steps are told from.
pub struct Facts {
    /// The connection test.
    pub checks: Vec<Check>,
    /// What is wrong with the mappings now.
    pub findings: Vec<String>,
    /// When somebody was tried on demand.
    pub tried: Option<Timestamp>,
    has_target: bool,
    has_all: bool,
    assigned: usize,
    has_filter: bool,
    is_planned: bool,
    is_active: bool,
    was_started: bool,
}

impl Facts {
    /// Reads them; what the reader may not know counts as not done.
    pub fn read(visit: &Visit, tenant: &Tenant, job: &Job) -> Result<Self, Error> {
        let (directory, sync, actor) = (&visit.center.directory, &visit.center.sync, visit.actor());
        let has_target = job.chosen_target().is_some() && job.stage != Stage::Application;
        let findings = match directory.compile_job(job)? {
            Err(findings) => findings.iter().map(ToString::to_string).collect(),
            Ok(_) => {
                let failed = directory.run_mapping_tests(actor, job)?;
                let failed = failed.iter().filter(|test| !test.passed);
                failed.map(|test| text!("setup-test-failed", name = test.name.as_str())).collect()
            }
        };
        let may_plan = visit.may(Permission::WriteJobs, tenant.id)
            || visit.may(Permission::ReadProvisioning, tenant.id);
        let plans = match may_plan && has_target {
            true => sync.list_plans(actor, job, PLANS)?,
            false => Vec::new(),
        };
        let runs = match visit.may(Permission::ReadProvisioning, tenant.id) {
            true => sync.list_runs(actor, job, RUNS)?,
            false => Vec::new(),
        };
        let ran = runs.iter().any(|run| run.kind == RunKind::Cycle && run.state == RunState::Done);
        let stands = |state| matches!(state, PlanState::Ready | PlanState::Applied);
        Ok(Self {
            checks: directory.test_job(actor, job)?,
            findings,
            tried: runs.iter().find(|run| is_on_demand(run)).map(|run| run.began),
            has_target,
            has_all: job.scope == ScopeMode::All,
            assigned: directory.list_assigned(actor, job, ASSIGNED)?.len(),
            has_filter: !job.filter.groups.is_empty() || job.condition.is_some(),
            is_planned: ran || plans.first().is_some_and(|plan| stands(plan.state)),
            is_active: job.state == JobState::Active,
            was_started: job.stage == Stage::Started,
        })
    }

    /// Where a step stands.
    pub fn status(&self, step: Step) -> Status {
        let done = |done: bool, else_| if done { Status::Done } else { else_ };
        match step {
            Step::Target => done(self.has_target, Status::ToDo),
            _ if !self.has_target => Status::Later,
            Step::Connection if self.is_allowed() => Status::Done,
            Step::Connection if self.waits_for(Side::Source) => Status::ToDo,
            Step::Connection => Status::Waits,
            Step::Scope => done(self.has_all || self.assigned > 0, Status::ToDo),
            Step::Filter => done(self.has_filter, Status::Optional),
            Step::Mappings => done(self.findings.is_empty(), Status::ToDo),
            _ if !self.is_allowed() => Status::Later,
            Step::Review => done(self.is_planned, Status::ToDo),
            Step::Person => done(self.tried.is_some(), Status::Optional),
            Step::Start => done(self.is_active, Status::ToDo),
        }
    }

    fn is_allowed(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }

    /// Whether a side has something to allow.
    pub fn waits_for(&self, side: Side) -> bool {
        self.checks.iter().any(|check| !check.passed && check.side == side)
    }

    /// The first step that somebody here can do, else the first that waits for the other side, else the
    /// last.
    pub fn first_open(&self) -> Step {
        let find = |wanted| Step::ALL.into_iter().find(|step| self.status(*step) == wanted);
        let done = self.was_started && self.is_active;
        if done {
            Step::Start
        } else {
            find(Status::ToDo).or(find(Status::Waits)).unwrap_or(Step::Start)
        }
    }

    /// The step after one.
    pub fn after(&self, step: Step) -> Option<Step> {
        let mut behind = Step::ALL.into_iter().skip_while(|one| *one != step);
        behind.nth(1)
    }

    /// The steps as a list.
    pub fn ways(&self, base: &str, current: Step) -> Vec<Way> {
        let way = |step: Step| Way {
            title: step.title(),
            href: format!("{base}/setup?step={}", step.key()),
            status: self.status(step),
            is_current: step == current,
        };
        Step::ALL.map(way).into()
    }

    /// How many are assigned, in words.
    pub fn assigned(&self) -> String {
        match self.assigned {
            ASSIGNED => text!("setup-assigned-many", count = ASSIGNED),
            count => text!("setup-assigned", count = count),
        }
    }
}

//! The way from nothing to a configuration that runs, step by step. At which step one is follows from how
//! the two tenants and the configuration stand; nothing is kept in the browser, so that one may leave and
//! come back at any step, or another administrator may go on.

mod act;
mod connection;
mod review;
mod runs;
mod steps;

use access::Permission;
use askama::Template;
use engine::consent::Side;
use model::{Job, JobState, RunKind, RunSummary, ScopeMode, Stage, Tenant, Timestamp};

use self::{
    connection::Told,
    review::Review,
    runs::Runs,
    steps::{Status, Step, Way},
};
use super::access::{Other, partner_path};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    frame::{Frame, job_path},
    route::{Route, get, post},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/center/tenants/{tenant}/jobs/{job}/setup", show),
    get("/center/tenants/{tenant}/jobs/{job}/setup/live", review::follow),
    post("/center/tenants/{tenant}/jobs/{job}/setup/target", act::choose_target),
    post("/center/tenants/{tenant}/jobs/{job}/setup/allow", act::allow),
    post("/center/tenants/{tenant}/jobs/{job}/setup/plan", act::make_plan),
    post("/center/tenants/{tenant}/jobs/{job}/setup/start", act::start),
];

#[derive(Template)]
#[template(path = "setup.html")]
struct Page {
    frame: Frame,
    base: String,
    ways: Vec<Way>,
    step: Step,
    status: Status,
    next: Option<Step>,
    job: Job,
    target: Option<Other>,
    sent_target: String,
    partner_page: Option<String>,
    checks: Vec<Told>,
    request: Option<(String, String)>,
    both: Option<String>,
    assigned: String,
    filter: String,
    mappings: Vec<String>,
    findings: Vec<String>,
    review: Option<Review>,
    tried: Option<Timestamp>,
    runs: Runs,
    refused: Option<Error>,
    why_not: Option<String>,
    why_not_allow: Option<String>,
}

/// The setup at the step that is asked for, or at the first that is not done.
fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

/// The tenant and the configuration of the address.
fn read(visit: &Visit) -> Result<(Tenant, Job), Error> {
    let tenant = visit.tenant()?;
    let job = visit.job(&tenant)?;
    Ok((tenant, job))
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let (tenant, job) = read(visit)?;
    let facts = steps::Facts::read(visit, &tenant, &job)?;
    let base = job_path(&tenant, &job);
    let asked = visit.query().get("step").or_else(|| visit.form().get("step"));
    let step = asked.and_then(Step::find).unwrap_or_else(|| facts.first_open());
    let target = match job.chosen_target() {
        Some(id) => Some(Other::known(visit, tenant.id, id)?),
        None => None,
    };
    let partner_page = target.as_ref().map(|other| partner_path(&tenant, other));
    let may = |tenant| visit.may(Permission::WritePolicies, tenant);
    let both = target.as_ref().filter(|other| may(tenant.id) && may(other.id));
    let both = both.zip(partner_page.as_ref()).map(|(_, path)| format!("{path}/both"));
    let waits = facts.waits_for(Side::Target);
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: Frame::new(visit, text!("setup-title")).in_job(&tenant, &job, "setup"),
        ways: facts.ways(&base, step),
        status: facts.status(step),
        next: facts.after(step),
        request: target
            .as_ref()
            .filter(|_| waits)
            .map(|other| connection::request(visit, &tenant, other)),
        review: match step {
            Step::Review => Review::read(visit, &job, &base)?,
            _ => None,
        },
        checks: facts.checks.iter().map(Told::of).collect(),
        assigned: facts.assigned(),
        filter: filter_text(&job),
        mappings: job.mappings.iter().map(|one| one.target.clone()).collect(),
        findings: facts.findings.clone(),
        tried: facts.tried,
        runs: match step {
            Step::Start => Runs::read(&visit.center.sync, visit.actor(), &job)?,
            _ => Runs::default(),
        },
        step,
        base,
        both,
        sent_target: visit.form().text("target").to_owned(),
        partner_page,
        target,
        refused,
        why_not: visit.why_not(Permission::WriteJobs, tenant.id),
        why_not_allow: visit.why_not(Permission::WritePolicies, tenant.id),
        job,
    };
    Answer::page_with(status, &page)
}

/// Filter and condition as text.
fn filter_text(job: &Job) -> String {
    let (filter, condition) = (job.filter.clone(), job.condition.clone());
    wire::filter_text::print_scoping(&wire::filter_text::Scoping { filter, condition })
}

impl Page {
    fn is(&self, step: &str) -> bool {
        self.step.key() == step
    }

    fn takes_everybody(&self) -> bool {
        self.job.scope == ScopeMode::All
    }

    fn was_started(&self) -> bool {
        self.job.stage == Stage::Started
    }

    fn is_active(&self) -> bool {
        self.job.state == JobState::Active
    }
}

/// Whether a run is one of a person on demand.
fn is_on_demand(run: &RunSummary) -> bool {
    run.kind == RunKind::OnDemand
}

//! The configurations that a tenant owns, and making a new one. A new one does nothing: whom it takes and
//! that it runs at all is said in the steps of its setup.

use std::collections::BTreeMap;

use access::Permission;
use askama::Template;
use directory::NewJob;
use model::{Filter, Groups, Job, JobState, Mapping, RunState, RunSummary, ScopeMode, Tenant};
use sync::{Arrow, Map};

use super::access::{Other, partner_path};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    frame::{Frame, job_path, tenant_path},
    route::{Route, get, post},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/center/tenants/{tenant}/jobs", show),
    get("/center/tenants/{tenant}/jobs/new", new),
    post("/center/tenants/{tenant}/jobs/new", create),
];

#[derive(Template)]
#[template(path = "jobs.html")]
struct Page {
    frame: Frame,
    base: String,
    rows: Vec<Row>,
    why_not: Option<String>,
}

/// A configuration in the list.
struct Row {
    name: String,
    href: String,
    target: Option<String>,
    state: (&'static str, String),
    people: Option<u64>,
    last: Option<RunSummary>,
    next: Next,
}

/// When a configuration runs next.
enum Next {
    At(model::Timestamp),
    OnChange,
    Never,
}

fn show(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    access::check(visit.actor(), Permission::ReadJobs, tenant.id)?;
    let map = visit.center.sync.read_map(visit.actor())?;
    let base = tenant_path(&tenant);
    let own = map.arrows.iter().filter(|arrow| arrow.source == tenant.id);
    Answer::page(&Page {
        frame: Frame::new(visit, text!("nav-jobs")).in_tenant(&tenant, "jobs"),
        rows: own.map(|arrow| Row::of(arrow, &map, &base)).collect(),
        base,
        why_not: visit.why_not(Permission::WriteJobs, tenant.id),
    })
}

impl Row {
    fn of(arrow: &Arrow, map: &Map, base: &str) -> Self {
        let named = |id| map.tenants.iter().find(|tenant| tenant.id == id);
        let target = arrow.target.and_then(named).map(|tenant| tenant.name.clone());
        let settings = arrow.settings.as_ref();
        let (state, stage) = settings.map_or_else(Default::default, |one| (one.state, one.stage));
        let figures = arrow.figures.as_ref();
        let next = match settings.and_then(|one| one.next_run) {
            Some(at) => Next::At(at),
            None if state == JobState::Active => Next::OnChange,
            None => Next::Never,
        };
        // One that was never started goes on with its setup.
        let has_run = figures.is_some_and(|one| one.linked > 0 || one.last_run.is_some());
        let is_new = stage != model::Stage::Started && !has_run;
        let setup = if is_new { "/setup" } else { "" };
        Self {
            name: arrow.name.clone(),
            href: format!("{base}/jobs/{}{setup}", arrow.id),
            target,
            state: standing(arrow, state, is_new),
            people: figures.map(|figures| figures.linked),
            last: figures.and_then(|figures| figures.last_run.clone()),
            next,
        }
    }
}

/// How it stands, in a colour and a word.
fn standing(arrow: &Arrow, state: JobState, is_new: bool) -> (&'static str, String) {
    let figures = arrow.figures.as_ref();
    if let Some(live) = figures.and_then(|figures| figures.live.as_ref()) {
        return ("info", text!("map-running", read = live.read, of = live.of));
    }
    if figures.is_some_and(|figures| figures.quarantine.is_some()) {
        return ("bad", text!("map-quarantine"));
    }
    match state {
        JobState::Disabled => ("bad", text!("map-disabled")),
        _ if is_new => ("idle", text!("conf-setup")),
        _ if arrow.checks.iter().any(|check| !check.passed) => {
            ("warn", text!("map-consent-missing"))
        }
        JobState::Paused => ("idle", text!("map-paused")),
        JobState::Active => ("ok", text!("map-active")),
    }
}

/// How a run ended.
pub fn ended(run: &RunSummary) -> (&'static str, String) {
    match run.state {
        RunState::Running => ("info", text!("conf-run-running")),
        RunState::Done => ("ok", text!("conf-run-done")),
        RunState::Held => ("warn", text!("conf-run-held")),
        RunState::Stopped => ("bad", text!("conf-run-stopped")),
    }
}

#[derive(Template)]
#[template(path = "jobs_new.html")]
struct New {
    frame: Frame,
    base: String,
    name: String,
    target: String,
    found: Option<Found>,
    refused: Option<Error>,
    why_not: Option<String>,
}

/// Whom the name of a target means, and whether that one is a partner.
struct Found {
    other: Other,
    is_partner: bool,
    access: String,
}

fn new(visit: &Visit) -> Result<Answer, Error> {
    let (name, target) = (visit.query().text("name"), visit.query().text("target"));
    page(visit, (name, target), None)
}

/// Makes it once the reader has seen whom the target's name means.
fn create(visit: &Visit) -> Result<Answer, Error> {
    let form = visit.form();
    let (name, target) = (form.text("name"), form.text("target"));
    let made = match form.text("do") {
        "make" => make(visit, name, target),
        _ => return page(visit, (name, target), None),
    };
    match made {
        Ok((tenant, job)) => {
            let address = format!("{}/setup", job_path(&tenant, &job));
            Ok(Answer::said_of(&address, "said-job-made", &job.name))
        }
        Err(error) if error.is_mendable() => page(visit, (name, target), Some(error)),
        Err(error) => Err(error),
    }
}

fn make(visit: &Visit, name: &str, target: &str) -> Result<(Tenant, Job), Error> {
    let tenant = visit.tenant()?;
    let (directory, actor) = (&visit.center.directory, visit.actor());
    if target.is_empty() {
        let made = directory.instantiate(actor, tenant.id, name)?;
        return Ok((tenant, directory.make_job(actor, &made.job)?));
    }
    let other = Other::find(visit, tenant.id, target)?;
    let other = other.ok_or_else(|| Error::invalid(text!("access-unknown", name = target)))?;
    let new = NewJob {
        name: name.to_owned(),
        source: tenant.id,
        target: other.id,
        scope: ScopeMode::Assigned,
        filter: Filter::default(),
        condition: None,
        mappings: Mapping::defaults(),
        groups: Groups::default(),
    };
    let job = directory.create_job(actor, new)?;
    Ok((tenant, job))
}

fn page(
    visit: &Visit,
    (name, target): (&str, &str),
    refused: Option<Error>,
) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let base = tenant_path(&tenant);
    let found = match target {
        "" => None,
        target => Other::find(visit, tenant.id, target)?,
    };
    let unknown = found.is_none() && !target.is_empty();
    let refused =
        refused.or_else(|| unknown.then(|| Error::invalid(text!("access-unknown", name = target))));
    let partners = match visit.may(Permission::ReadPolicies, tenant.id) {
        true => visit.center.directory.policy(visit.actor(), tenant.id)?.partners,
        false => BTreeMap::new(),
    };
    let found = found.map(|other| Found {
        is_partner: partners.contains_key(&other.id),
        access: partner_path(&tenant, &other),
        other,
    });
    let why_not = visit.why_not(Permission::WriteJobs, tenant.id);
    let status = if visit.may(Permission::ReadJobs, tenant.id) { 200 } else { 403 };
    let status = refused.as_ref().map_or(status, |error| error.status);
    let page = New {
        frame: Frame::new(visit, text!("conf-new"))
            .in_tenant(&tenant, "jobs")
            .below(text!("nav-jobs"), format!("{base}/jobs")),
        base,
        name: name.to_owned(),
        target: target.to_owned(),
        found,
        refused,
        why_not,
    };
    Answer::page_with(status, &page)
}

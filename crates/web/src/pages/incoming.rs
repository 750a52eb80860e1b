//! What others write into a tenant: the configurations, how they stand as far as the target may know it,
//! what they did here, and the way to stop one. Their runs and logs are the pages of [`super::job`].

use access::Permission;
use askama::Template;
use engine::consent::Side;
use model::RunSummary;
use sync::{Arrow, ArrowFigures};

use super::job::{
    entry, export, log,
    look::{Figure, Moving},
    overview::{Newest, Progress},
    place::{End, Place},
    runs,
    words::Badge,
};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    frame::{Frame, tenant_path},
    live,
    route::{Route, get},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/center/tenants/{tenant}/incoming", list),
    get("/center/tenants/{tenant}/incoming/{job}", show),
    get("/center/tenants/{tenant}/incoming/{job}/live", follow),
    get("/center/tenants/{tenant}/incoming/{job}/runs", runs::list),
    get("/center/tenants/{tenant}/incoming/{job}/runs/{run}", runs::show),
    get("/center/tenants/{tenant}/incoming/{job}/runs/{run}/entries/{entry}", entry::show),
    get("/center/tenants/{tenant}/incoming/{job}/log", log::show),
    get("/center/tenants/{tenant}/incoming/{job}/log/export", export::send),
];

/// So many of the newest runs are shown.
const RUNS: usize = 6;

#[derive(Template)]
#[template(path = "incoming.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    why_not: Option<String>,
    access: String,
}

/// A configuration that writes here.
struct Row {
    name: String,
    href: String,
    from: End,
    standing: Badge,
    linked: Option<u64>,
    last: Option<RunSummary>,
}

#[derive(Template)]
#[template(path = "incoming_job.html")]
struct Page {
    frame: Frame,
    base: String,
    source: End,
    standing: Badge,
    sentence: String,
    figures: Vec<Figure>,
    access: String,
    why_not_stop: Option<String>,
    progress: Progress,
    newest: Newest,
}

/// The configurations that write into the tenant.
fn list(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let base = format!("{}/incoming", tenant_path(&tenant));
    let why_not = visit.why_not(Permission::ReadProvisioning, tenant.id);
    let arrows = match why_not {
        Some(_) => Vec::new(),
        None => visit.center.sync.read_map(visit.actor())?.arrows,
    };
    let here = arrows.iter().filter(|arrow| arrow.target == Some(tenant.id));
    let row = |arrow: &Arrow| Row {
        name: arrow.name.clone(),
        href: format!("{base}/{}", arrow.id),
        from: End::of(visit, Some(arrow.source)),
        standing: standing(arrow),
        linked: arrow.figures.as_ref().map(|figures| figures.linked),
        last: arrow.figures.as_ref().and_then(|figures| figures.last_run.clone()),
    };
    let page = List {
        rows: here.map(row).collect(),
        access: format!("{}/access", tenant_path(&tenant)),
        frame: Frame::new(visit, text!("nav-incoming")).in_tenant(&tenant, "incoming"),
        why_not,
    };
    let status = if page.why_not.is_some() { 403 } else { 200 };
    Answer::page_with(status, &page)
}

/// One of them: what it did here.
fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let (sync, actor) = (&visit.center.sync, visit.actor());
    let arrow = sync.read_arrow(actor, &place.job)?.ok_or_else(Error::missing)?;
    let source = place.other_end(visit);
    let lives = sync.list_live(actor, &place.job)?;
    let standing = standing(&arrow);
    let page = Page {
        frame: place.frame(visit, place.job.name.clone(), "incoming"),
        sentence: sentence(&arrow, &source),
        standing,
        figures: arrow.figures.as_ref().map(figures).unwrap_or_default(),
        access: format!("{}/access/{}", tenant_path(&place.tenant), source.domain),
        why_not_stop: visit.why_not(Permission::WritePolicies, place.tenant.id),
        progress: Progress { lives: lives.iter().map(Moving::of).collect() },
        newest: Newest::of(&place.base, &sync.list_runs(actor, &place.job, RUNS)?),
        source,
        base: place.base,
    };
    Answer::page(&page)
}

/// What is under way, and the newest runs.
fn follow(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let (sync, actor) = (visit.center.sync.clone(), visit.actor().clone());
    let (job, base) = (place.job, place.base);
    live::pieces(move || {
        let lives = sync.list_live(&actor, &job)?;
        let progress = Progress { lives: lives.iter().map(Moving::of).collect() };
        let newest = Newest::of(&base, &sync.list_runs(&actor, &job, RUNS)?);
        Ok(vec![("progress", progress.render()?), ("newest", newest.render()?)])
    })
}

/// How it stands, as far as the target may know.
fn standing(arrow: &Arrow) -> Badge {
    let figures = arrow.figures.as_ref();
    let here = arrow.checks.iter().filter(|check| check.side == Side::Target);
    if figures.is_some_and(|figures| figures.live.is_some()) {
        return Badge::new("info", text!("incoming-running"));
    }
    if here.clone().any(|check| !check.passed) {
        return Badge::new("warn", text!("incoming-stopped"));
    }
    if figures.is_some_and(|figures| figures.quarantine.is_some()) {
        return Badge::new("bad", text!("incoming-ill"));
    }
    match figures.and_then(|figures| figures.last_run.as_ref()) {
        Some(_) => Badge::new("ok", text!("incoming-writes")),
        None => Badge::new("idle", text!("incoming-new")),
    }
}

fn sentence(arrow: &Arrow, source: &End) -> String {
    let here = arrow.checks.iter().filter(|check| check.side == Side::Target);
    let source = source.name.as_str();
    match here.clone().any(|check| !check.passed) {
        true => text!("incoming-is-stopped", source = source),
        false => text!("incoming-is-open", source = source),
    }
}

fn figures(figures: &ArrowFigures) -> Vec<Figure> {
    let plain = |count: u64, label: String| Figure {
        value: crate::texts::figure(count),
        label,
        href: None,
        at: None,
    };
    let mut all = vec![plain(figures.linked, text!("incoming-people"))];
    if figures.linked_groups > 0 {
        all.push(plain(figures.linked_groups, text!("incoming-groups")));
    }
    all.push(plain(figures.held.count, text!("incoming-held")));
    all
}

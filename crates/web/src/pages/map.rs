//! The map: tenants, the configurations between them, and how each stands; as a picture and as a table.
//! A server without tenants leads through its first steps here.

mod drawing;
mod operators;
mod start;

use askama::Template;
use engine::consent::Side;
use model::{JobState, TenantId};
use sync::{Arrow, Map, MapTenant};

use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::coded,
    frame::{Frame, tenant_path},
    live,
    markup::Markup,
    route::{Route, get, post},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/", |_| Ok(Answer::go("/center"))).for_anybody(),
    get("/center", show),
    get("/center/live", follow),
    get("/center/start", start::show),
    get("/center/tenants", |_| Ok(Answer::go("/center"))),
    post("/center/tenants", start::create_tenant),
    get("/center/operators", operators::show),
    post("/center/operators", operators::invite),
    post("/center/operators/remove", operators::remove),
];

#[derive(Template)]
#[template(path = "map.html")]
struct Page {
    frame: Frame,
    inner: Picture,
    may_create: bool,
}

/// What moves on the page: it is sent again when something changed.
#[derive(Template)]
#[template(path = "map_picture.html")]
struct Picture {
    drawing: Markup,
    rows: Vec<Row>,
    tenants: Vec<Node>,
}

/// A tenant as a node of the picture.
struct Node {
    id: TenantId,
    name: String,
    domain: String,
    href: Option<String>,
    users: Option<u64>,
    groups: Option<u64>,
}

/// A configuration as an arrow of the picture and a row of the table.
struct Row {
    name: String,
    href: Option<String>,
    source: TenantId,
    target: Option<TenantId>,
    from: String,
    to: String,
    standing: Standing,
    people: Option<u64>,
    fresh: String,
    last: Option<model::RunSummary>,
    consent: [Consent; 2],
}

/// How a configuration stands, in a word and a colour.
struct Standing {
    kind: &'static str,
    word: String,
}

/// Whether one side consents.
struct Consent {
    kind: &'static str,
    word: String,
}

fn show(visit: &Visit) -> Result<Answer, Error> {
    let map = match (visit.center.sync.read_map(visit.actor()), &visit.who) {
        // Who holds no role has one place to be at: the own tenant, and what it keeps of them.
        (Err(error), Some(who)) if error.code() == "not-allowed" => {
            let tenant = who.tenant().ok_or(error)?;
            return Ok(Answer::go(tenant_path(&visit.center.directory.tenant(tenant)?)));
        }
        (map, _) => map?,
    };
    let is_operator = visit.who.as_ref().is_some_and(|who| who.is_operator());
    if map.tenants.is_empty() && is_operator {
        return Ok(Answer::go("/center/start"));
    }
    let frame = Frame::new(visit, text!("map-title"));
    Answer::page(&Page { frame, inner: Picture::of(&map), may_create: is_operator })
}

fn follow(visit: &Visit) -> Result<Answer, Error> {
    let (sync, actor) = (visit.center.sync.clone(), visit.actor().clone());
    live::pieces(move || {
        let map = sync.read_map(&actor)?;
        Ok(vec![("picture", Picture::of(&map).render()?)])
    })
}

impl Picture {
    fn of(map: &Map) -> Self {
        let tenants: Vec<Node> = map.tenants.iter().map(Node::of).collect();
        let rows: Vec<Row> = map.arrows.iter().map(|arrow| Row::of(arrow, &tenants)).collect();
        let drawing = drawing::draw(&tenants, &rows);
        Self { drawing, rows, tenants }
    }
}

impl Node {
    fn of(tenant: &MapTenant) -> Self {
        let href = format!("/center/tenants/{}", coded(&tenant.domain));
        Self {
            id: tenant.id,
            name: tenant.name.clone(),
            domain: tenant.domain.clone(),
            href: tenant.is_own.then_some(href),
            users: tenant.users,
            groups: tenant.groups,
        }
    }
}

impl Row {
    fn of(arrow: &Arrow, tenants: &[Node]) -> Self {
        let find = |id: TenantId| tenants.iter().find(|tenant| tenant.id == id);
        let name = |id: TenantId| find(id).map_or_else(|| id.to_string(), |one| one.name.clone());
        let base = |id: TenantId| find(id)?.href.clone();
        // The source's readers see the configuration, the target's what it does to them.
        let href = match (&arrow.settings, arrow.target) {
            (Some(_), _) => base(arrow.source).map(|base| format!("{base}/jobs/{}", arrow.id)),
            (None, Some(target)) => {
                base(target).map(|base| format!("{base}/incoming/{}", arrow.id))
            }
            (None, None) => None,
        };
        let consent = |side| Consent::of(arrow, side);
        Self {
            name: arrow.name.clone(),
            href,
            source: arrow.source,
            target: arrow.target,
            from: name(arrow.source),
            to: arrow.target.map_or_else(|| text!("map-no-target"), name),
            standing: Standing::of(arrow),
            people: arrow.figures.as_ref().map(|figures| figures.linked),
            fresh: freshness(arrow),
            last: arrow.figures.as_ref().and_then(|figures| figures.last_run.clone()),
            consent: [consent(Side::Source), consent(Side::Target)],
        }
    }
}

impl Standing {
    fn of(arrow: &Arrow) -> Self {
        let figures = arrow.figures.as_ref();
        let state = arrow.settings.as_ref().map(|settings| settings.state);
        let new = |kind, word| Self { kind, word };
        if let Some(live) = figures.and_then(|figures| figures.live.as_ref()) {
            return new("info", text!("map-running", read = live.read, of = live.of));
        }
        if figures.is_some_and(|figures| figures.quarantine.is_some()) {
            return new("bad", text!("map-quarantine"));
        }
        if state == Some(JobState::Disabled) {
            return new("bad", text!("map-disabled"));
        }
        if arrow.target.is_none() || arrow.checks.iter().any(|check| !check.passed) {
            return new("warn", text!("map-consent-missing"));
        }
        match figures.map(|figures| &figures.held).filter(|held| held.count > 0) {
            Some(held) => new("warn", text!("map-held", count = held.count)),
            None if state == Some(JobState::Paused) => new("idle", text!("map-paused")),
            None => new("ok", text!("map-active")),
        }
    }
}

impl Consent {
    fn of(arrow: &Arrow, side: Side) -> Self {
        let own = || arrow.checks.iter().filter(|check| check.side == side);
        let (kind, word) = match (own().count(), own().all(|check| check.passed)) {
            (0, _) => ("idle", text!("map-unknown")),
            (_, true) => ("ok", text!("map-allows")),
            (_, false) => ("warn", text!("map-missing")),
        };
        Self { kind, word }
    }
}

fn freshness(arrow: &Arrow) -> String {
    match arrow.settings.as_ref().and_then(|settings| settings.freshness.as_ref()) {
        None => text!("map-unknown"),
        Some(fresh) if fresh.is_fresh => text!("map-fresh"),
        Some(fresh) => text!("map-behind", count = fresh.changes),
    }
}

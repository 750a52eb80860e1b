//! A tenant at a glance: its facts, what waits in it, whom it lets in; its name and its end for operators.

use access::Permission as P;
use askama::Template;
use directory::Hanging;
use model::TenantId;
use sync::{Arrow, Map, MapPartner};

use super::{Place, own_page};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "tenant_overview.html")]
struct Page {
    frame: Frame,
    place: Place,
    users: Option<u64>,
    groups: Option<u64>,
    waiting: Vec<Waiting>,
    partners: Vec<Partner>,
    own: Option<String>,
    /// Why the reader sees no more than the name.
    why_not_more: Option<String>,
    is_operator: bool,
    name: String,
    refused: Option<Error>,
}

/// Something that waits for somebody.
struct Waiting {
    job: String,
    href: String,
    text: String,
    kind: &'static str,
}

/// A tenant with which something is agreed.
struct Partner {
    name: String,
    sync: bool,
    groups: bool,
    redeem_inbound: bool,
    redeem_outbound: bool,
}

#[derive(Template)]
#[template(path = "tenant_delete.html")]
struct Delete {
    frame: Frame,
    path: String,
    back: String,
    domain: String,
    hanging: Hanging,
    confirm: String,
    refused: Option<Error>,
}

/// The page.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit, "overview")?;
    let id = place.tenant.id;
    let map = match visit.center.sync.read_map(visit.actor()) {
        Ok(map) => map,
        Err(error) if error.code() == "not-allowed" => Map::default(),
        Err(error) => return Err(error.into()),
    };
    let node = map.tenants.iter().find(|one| one.id == id);
    let page = Page {
        frame: place.frame(visit, place.tenant.name.clone()),
        users: node.and_then(|one| one.users),
        groups: node.and_then(|one| one.groups),
        waiting: map.arrows.iter().flat_map(|arrow| waiting(&place, arrow)).collect(),
        partners: partners(&map, id),
        own: own_page(visit, &place),
        why_not_more: visit.why_not(P::ReadTenant, id),
        is_operator: visit.who.as_ref().is_some_and(|who| who.is_operator()),
        name: visit.form().get("name").unwrap_or(&place.tenant.name).to_owned(),
        place,
        refused,
    };
    let status = page.refused.as_ref().map_or(200, |error| error.status);
    Answer::page_with(status, &page)
}

/// What waits at a configuration that begins or ends here.
fn waiting(place: &Place, arrow: &Arrow) -> Vec<Waiting> {
    let id = place.tenant.id;
    let (is_source, is_target) = (arrow.source == id, arrow.target == Some(id));
    if !is_source && !is_target {
        return Vec::new();
    }
    let folder = if is_source && arrow.settings.is_some() { "jobs" } else { "incoming" };
    let path = place.path(&format!("/{folder}/{}", arrow.id));
    let mut found = Vec::new();
    let mut add = |kind, below: &str, text| {
        let href = if folder == "jobs" { format!("{path}{below}") } else { path.clone() };
        found.push(Waiting { job: arrow.name.clone(), href, text, kind });
    };
    if let Some(figures) = &arrow.figures {
        if figures.quarantine.is_some() {
            add("bad", "", text!("overview-quarantine"));
        }
        if figures.held.count > 0 {
            add("warn", "/held", text!("overview-held", count = figures.held.count));
        }
    }
    let escrow = arrow.settings.as_ref().and_then(|settings| settings.escrow);
    if let Some(escrow) = escrow.filter(|escrow| escrow.count > 0) {
        add("warn", "/escrow", text!("overview-escrow", count = escrow.count));
    }
    if arrow.checks.iter().any(|check| !check.passed) {
        add("warn", "/setup", text!("overview-consent"));
    }
    found
}

fn partners(map: &Map, id: TenantId) -> Vec<Partner> {
    let name = |id: TenantId| {
        let found = map.tenants.iter().find(|one| one.id == id);
        found.map_or_else(|| id.to_string(), |one| one.name.clone())
    };
    let own = map.partners.iter().filter(|one| one.tenant == id);
    own.map(|one: &MapPartner| Partner {
        name: name(one.partner),
        sync: one.sync_inbound,
        groups: one.group_sync_inbound,
        redeem_inbound: one.redeem_inbound,
        redeem_outbound: one.redeem_outbound,
    })
    .collect()
}

/// Gives the tenant another name.
pub fn rename(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "overview")?;
    let name = visit.form().text("name").to_owned();
    let done = visit
        .center
        .directory
        .update_tenant(visit.actor(), place.tenant.id, |tenant| tenant.name.clone_from(&name));
    match done.map_err(Error::from) {
        Ok(_) => Ok(Answer::said_of(&place.base, "said-tenant-renamed", &name)),
        Err(error) if error.is_mendable() && error.status != 403 => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

/// What hangs on the tenant, before it goes with all that it holds.
pub fn ask_delete(visit: &Visit) -> Result<Answer, Error> {
    delete_page(visit, None)
}

fn delete_page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit, "overview")?;
    if let Some(closed) = place.closed(visit, P::ManageTenants, text!("overview-delete"))? {
        return Ok(closed);
    }
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Delete {
        frame: place.frame(visit, text!("overview-delete-of", name = &place.tenant.name)),
        path: place.path("/delete"),
        back: place.base,
        domain: place.tenant.initial_domain().to_string(),
        hanging: visit.center.directory.find_hanging(visit.actor(), place.tenant.id)?,
        confirm: visit.form().text("confirm").to_owned(),
        refused,
    };
    Answer::page_with(status, &page)
}

/// Removes the tenant, once its domain was spelled out.
pub fn delete(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "overview")?;
    let confirm = visit.form().text("confirm");
    let done = visit.center.directory.delete_tenant(visit.actor(), place.tenant.id, Some(confirm));
    match done.map_err(Error::from) {
        Ok(_) => Ok(Answer::said_of("/center", "said-tenant-deleted", &place.tenant.name)),
        Err(error) if error.is_mendable() && error.status != 403 => delete_page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

//! Cross-tenant access: which other tenants a tenant has agreed something with, what it lets each of them
//! do, its defaults, and other clouds. What the settings mean is `model`'s, what they stop is shown from
//! the map; who may set them is decided by `directory`.

mod both;
mod defaults;
mod effects;
mod partner;
mod seen;
mod setting;

use access::Permission;
use askama::Template;
use model::{AccessPolicy, Partner, Tenant, TenantId};

use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::coded,
    frame::{Frame, Link, tenant_path},
    route::{Route, get, post},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/center/tenants/{tenant}/access", show),
    get("/center/tenants/{tenant}/access/new", find),
    post("/center/tenants/{tenant}/access/new", add),
    get("/center/tenants/{tenant}/access/defaults", defaults::show),
    post("/center/tenants/{tenant}/access/defaults/reset", defaults::reset),
    get("/center/tenants/{tenant}/access/defaults/{setting}", setting::show_default),
    post("/center/tenants/{tenant}/access/defaults/{setting}", setting::save_default),
    get("/center/tenants/{tenant}/access/clouds", defaults::show_clouds),
    post("/center/tenants/{tenant}/access/clouds", defaults::save_clouds),
    get("/center/tenants/{tenant}/access/{partner}", partner::show),
    post("/center/tenants/{tenant}/access/{partner}/inbound", partner::save_inbound),
    post("/center/tenants/{tenant}/access/{partner}/outbound", partner::save_outbound),
    post("/center/tenants/{tenant}/access/{partner}/reset", partner::reset),
    post("/center/tenants/{tenant}/access/{partner}/remove", partner::remove),
    get("/center/tenants/{tenant}/access/{partner}/both", both::show),
    post("/center/tenants/{tenant}/access/{partner}/both", both::save),
    get("/center/tenants/{tenant}/access/{partner}/settings/{setting}", setting::show_partner),
    post("/center/tenants/{tenant}/access/{partner}/settings/{setting}", setting::save_partner),
];

/// So many organizations stand on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "access.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    base: String,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
    why_not: Option<String>,
}

/// An organization in the list.
struct Row {
    other: Other,
    href: String,
    inbound: bool,
    outbound: bool,
    sync: bool,
    both: bool,
}

#[derive(Template)]
#[template(path = "access_new.html")]
struct New {
    frame: Frame,
    base: String,
    name: String,
    found: Option<Other>,
    is_known: bool,
    refused: Option<Error>,
    why_not: Option<String>,
}

/// Another tenant, as one may know of it who is none of its people.
#[derive(Clone, Debug)]
pub struct Other {
    /// Its id.
    pub id: TenantId,
    /// What it is called.
    pub name: String,
    /// Its initial domain; none where it is not on this server any more.
    pub domain: Option<String>,
}

impl Other {
    fn of(tenant: &Tenant) -> Self {
        let domain = Some(tenant.initial_domain().to_string());
        Self { id: tenant.id, name: tenant.name.clone(), domain }
    }

    /// The other tenant with this id or domain.
    pub fn find(visit: &Visit, own: TenantId, name: &str) -> Result<Option<Self>, Error> {
        let name = name.trim();
        let (id, domain) = match name.parse() {
            Ok(id) => (Some(id), None),
            Err(_) => (None, Some(name)),
        };
        let found = visit.center.directory.find_tenant(visit.actor(), own, id, domain)?;
        Ok(found.map(|tenant| Self::of(&tenant)))
    }

    /// The one with this id; one that is gone is called by its id.
    pub fn known(visit: &Visit, own: TenantId, id: TenantId) -> Result<Self, Error> {
        let found = visit.center.directory.find_tenant(visit.actor(), own, Some(id), None)?;
        let gone = || Self { id, name: text!("access-gone"), domain: None };
        Ok(found.map_or_else(gone, |tenant| Self::of(&tenant)))
    }

    /// By what addresses name it.
    pub fn slug(&self) -> String {
        self.domain.as_deref().map_or_else(|| self.id.to_string(), coded)
    }
}

/// The address of what a tenant has set for another.
pub fn partner_path(tenant: &Tenant, other: &Other) -> String {
    format!("{}/access/{}", tenant_path(tenant), other.slug())
}

/// The three places of the settings.
fn tabs(base: &str, current: usize) -> Vec<Link> {
    let places = [
        ("", text!("access-organizations")),
        ("/defaults", text!("access-defaults")),
        ("/clouds", text!("access-clouds")),
    ];
    let link = |(index, (path, label)): (usize, (&str, String))| Link {
        href: format!("{base}{path}"),
        label,
        is_current: index == current,
    };
    places.into_iter().enumerate().map(link).collect()
}

fn base_of(tenant: &Tenant) -> String {
    format!("{}/access", tenant_path(tenant))
}

fn show(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let policy = visit.center.directory.policy(visit.actor(), tenant.id)?;
    let base = base_of(&tenant);
    let after: Option<TenantId> = visit.query().get("after").and_then(|id| id.parse().ok());
    let behind = policy.partners.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
    let mut page: Vec<_> = behind.take(PAGE + 1).collect();
    let has_more = page.len() > PAGE;
    page.truncate(PAGE);
    let last = page.last().map(|(id, _)| **id);
    let next = last.filter(|_| has_more).map(|id| format!("{base}?after={id}"));
    let rows = page.into_iter().map(|(id, partner)| row(visit, &tenant, *id, partner));
    let rows = rows.collect::<Result<_, Error>>()?;
    Answer::page(&Page {
        frame: Frame::new(visit, text!("nav-access")).in_tenant(&tenant, "access"),
        tabs: tabs(&base, 0),
        rows,
        next,
        first: after.map(|_| base.clone()),
        base,
        why_not: visit.why_not(Permission::WritePolicies, tenant.id),
    })
}

fn row(visit: &Visit, tenant: &Tenant, id: TenantId, partner: &Partner) -> Result<Row, Error> {
    let other = Other::known(visit, tenant.id, id)?;
    Ok(Row {
        href: partner_path(tenant, &other),
        other,
        inbound: is_inbound_set(partner),
        outbound: is_outbound_set(partner),
        sync: partner.sync_inbound == Some(true),
        both: partner.sync_inbound == Some(true) && partner.redeem_inbound == Some(true),
    })
}

/// Whether anything of what comes in is the partner's own, and not inherited.
fn is_inbound_set(partner: &Partner) -> bool {
    let settings = &partner.settings;
    partner.has_sync()
        || partner.redeem_inbound.is_some()
        || settings.b2b_collaboration_inbound.is_some()
        || settings.b2b_direct_connect_inbound.is_some()
        || settings.inbound_trust.is_some()
}

/// The same for what goes out.
fn is_outbound_set(partner: &Partner) -> bool {
    let settings = &partner.settings;
    partner.redeem_outbound.is_some()
        || settings.b2b_collaboration_outbound.is_some()
        || settings.b2b_direct_connect_outbound.is_some()
        || settings.tenant_restrictions.is_some()
}

/// Looks for an organization by id or domain, and shows who was found before anything is added.
fn find(visit: &Visit) -> Result<Answer, Error> {
    new_page(visit, visit.query().text("name"), None)
}

fn add(visit: &Visit) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let name = visit.form().text("name");
    let Some(other) = Other::find(visit, tenant.id, name)? else {
        return new_page(visit, name, None);
    };
    let none = serde_json::Map::new();
    match visit.center.directory.create_partner(visit.actor(), tenant.id, other.id, &none) {
        Ok(_) => {
            let address = partner_path(&tenant, &other);
            Ok(Answer::said_of(&address, "said-access-added", &other.name))
        }
        Err(error) => {
            let error = Error::from(error);
            if error.is_mendable() { new_page(visit, name, Some(error)) } else { Err(error) }
        }
    }
}

fn new_page(visit: &Visit, name: &str, refused: Option<Error>) -> Result<Answer, Error> {
    let tenant = visit.tenant()?;
    let policy = visit.center.directory.policy(visit.actor(), tenant.id)?;
    let found = match name {
        "" => None,
        name => Other::find(visit, tenant.id, name)?,
    };
    let own = found.as_ref().is_some_and(|other| other.id == tenant.id);
    let refused = match (refused, &found) {
        (Some(error), _) => Some(error),
        (None, None) if !name.is_empty() => {
            Some(Error::invalid(text!("access-unknown", name = name)))
        }
        (None, Some(_)) if own => Some(Error::invalid(text!("access-own"))),
        _ => None,
    };
    let found = found.filter(|_| !own);
    let is_known = found.as_ref().is_some_and(|other| policy.partners.contains_key(&other.id));
    let status = refused.as_ref().map_or(200, |error| error.status);
    let base = base_of(&tenant);
    let page = New {
        frame: Frame::new(visit, text!("access-add"))
            .in_tenant(&tenant, "access")
            .below(text!("nav-access"), base.clone()),
        base,
        name: name.to_owned(),
        found,
        is_known,
        refused,
        why_not: visit.why_not(Permission::WritePolicies, tenant.id),
    };
    Answer::page_with(status, &page)
}

/// The tenant of the address, its policy, and the other tenant of the address.
struct Place {
    tenant: Tenant,
    policy: AccessPolicy,
    other: Other,
}

impl Place {
    fn read(visit: &Visit) -> Result<Self, Error> {
        let tenant = visit.tenant()?;
        let policy = visit.center.directory.policy(visit.actor(), tenant.id)?;
        let name = visit.key("partner");
        let known = |id: &TenantId| policy.partners.contains_key(id);
        let other = match Other::find(visit, tenant.id, name)? {
            Some(other) => other,
            None => {
                let id = name.parse().ok().filter(known).ok_or_else(Error::missing)?;
                Other::known(visit, tenant.id, id)?
            }
        };
        if other.id == tenant.id {
            return Err(Error::missing());
        }
        Ok(Self { tenant, policy, other })
    }

    fn partner(&self) -> Partner {
        self.policy.partners.get(&self.other.id).cloned().unwrap_or_default()
    }

    fn is_known(&self) -> bool {
        self.policy.partners.contains_key(&self.other.id)
    }

    fn path(&self) -> String {
        partner_path(&self.tenant, &self.other)
    }

    fn frame(&self, visit: &Visit, title: String) -> Frame {
        let frame = Frame::new(visit, title).in_tenant(&self.tenant, "access");
        frame.below(text!("nav-access"), base_of(&self.tenant))
    }
}

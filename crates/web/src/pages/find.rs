//! Finding: a name or the beginning of one, among everything that the reader may see.

use askama::Template;
use model::{Kind, Tenant, fold};

use crate::{
    answer::Answer,
    error::Error,
    filters,
    frame::{Frame, Link, job_path, tenant_path},
    listing,
    route::{Route, get},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[get("/center/find", show)];

/// So many users and groups are shown of each tenant.
const SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "find.html")]
struct Page<'a> {
    frame: Frame,
    wanted: &'a str,
    places: Vec<Link>,
    people: Vec<Group>,
}

/// What was found in one tenant.
struct Group {
    tenant: String,
    found: Vec<Found>,
}

/// Somebody, or a group.
struct Found {
    link: Link,
    address: String,
    kind: Kind,
}

fn show(visit: &Visit) -> Result<Answer, Error> {
    let wanted = visit.query().text("q");
    let mut page = Page {
        frame: Frame::new(visit, text!("find-title")),
        wanted,
        places: Vec::new(),
        people: Vec::new(),
    };
    if !wanted.is_empty() {
        let tenants = visit.center.directory.list_tenants(visit.actor())?;
        page.places = places(visit, &tenants, &fold(wanted))?;
        for tenant in &tenants {
            let found = people(visit, tenant, wanted)?;
            if !found.is_empty() {
                page.people.push(Group { tenant: tenant.name.clone(), found });
            }
        }
    }
    Answer::page(&page)
}

/// Tenants and configurations whose names hold the text.
fn places(visit: &Visit, tenants: &[Tenant], wanted: &str) -> Result<Vec<Link>, Error> {
    let has = |text: &str| fold(text).contains(wanted);
    let is_meant =
        |tenant: &&Tenant| has(&tenant.name) || tenant.domains.iter().any(|one| has(one.as_str()));
    let tenant_link = |tenant: &Tenant| Link::new(tenant_path(tenant), tenant.name.clone());
    let mut links: Vec<Link> = tenants.iter().filter(is_meant).map(tenant_link).collect();
    for job in visit.center.directory.list_all_jobs(visit.actor())? {
        let source = tenants.iter().find(|tenant| tenant.id == job.source);
        if let Some(source) = source.filter(|_| has(&job.name)) {
            links.push(Link::new(job_path(source, &job), job.name));
        }
    }
    Ok(links)
}

/// Users and groups of a tenant. Who may not read them finds none there.
fn people(visit: &Visit, tenant: &Tenant, wanted: &str) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for (kind, place) in [(Kind::User, "users"), (Kind::Group, "groups")] {
        let objects = match listing::suggest(visit, tenant.id, kind, wanted, SHOWN) {
            Ok(objects) => objects,
            Err(error) if error.status == 403 => continue,
            Err(error) => return Err(error),
        };
        found.extend(objects.iter().map(|object| Found {
            link: Link::new(
                format!("{}/{place}/{}", tenant_path(tenant), object.id),
                object.display_name(),
            ),
            address: if kind == Kind::User { object.label() } else { String::new() },
            kind,
        }));
    }
    Ok(found)
}

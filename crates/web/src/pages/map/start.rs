//! The first steps on a server, for operators and for administrators of a tenant: what is done, and the
//! next thing to do. All of it follows from how tenants and configurations stand.

mod next;

use askama::Template;
use directory::NewTenant;
use model::{Domain, Tenant};
use sync::Map;

use self::next::{Goal, Next, Progress};
use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::{Fields, coded},
    frame::Frame,
    visit::Visit,
};

#[derive(Template)]
#[template(path = "start.html")]
struct Page {
    frame: Frame,
    goals: Vec<Goal>,
    current: usize,
    next: Next,
    tenants: Vec<(String, String, String)>,
    is_operator: bool,
    form: Fields,
    refused: Option<Error>,
}

/// The steps, with those that are done marked.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

/// Makes a tenant, and goes on with the steps.
pub fn create_tenant(visit: &Visit) -> Result<Answer, Error> {
    match create(visit) {
        Ok(tenant) => Ok(Answer::said_of("/center/start", "said-tenant-made", &tenant.name)),
        Err(error) if error.is_mendable() => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

fn create(visit: &Visit) -> Result<Tenant, Error> {
    let form = visit.form();
    let domain: Domain = form
        .text("domain")
        .parse()
        .map_err(|error: model::DomainError| Error::invalid(error.to_string()))?;
    let new = NewTenant { id: None, name: form.text("name").to_owned(), domains: vec![domain] };
    Ok(visit.center.directory.create_tenant(visit.actor(), new)?)
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let map = visit.center.sync.read_map(visit.actor())?;
    let is_operator = visit.who.as_ref().is_some_and(|who| who.is_operator());
    let Progress { goals, next } = Progress::of(&map, is_operator);
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: Frame::new(visit, text!("start-title")),
        current: goals.iter().position(|goal| !goal.done).unwrap_or(goals.len()),
        goals,
        next,
        tenants: own(&map),
        is_operator,
        form: visit.form().clone(),
        refused,
    };
    Answer::page_with(status, &page)
}

/// The tenants that the reader looks after: name, domain, address.
fn own(map: &Map) -> Vec<(String, String, String)> {
    let own = map.tenants.iter().filter(|tenant| tenant.is_own);
    own.map(|one| (one.name.clone(), one.domain.clone(), address(&one.domain))).collect()
}

/// The address of a tenant.
fn address(domain: &str) -> String {
    format!("/center/tenants/{}", coded(domain))
}

//! The first steps on an empty server: two tenants, or one and a partner elsewhere on it, and a first
//! configuration between them.

use askama::Template;
use directory::NewTenant;
use model::{Domain, Tenant};

use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::Fields,
    frame::{Frame, tenant_path},
    visit::Visit,
};

#[derive(Template)]
#[template(path = "start.html")]
struct Page {
    frame: Frame,
    tenants: Vec<(Tenant, String)>,
    has_jobs: bool,
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
    let tenants = visit.center.directory.list_tenants(visit.actor())?;
    let has_jobs = !visit.center.directory.list_all_jobs(visit.actor())?.is_empty();
    let tenants = tenants.into_iter().map(|one| (one.clone(), tenant_path(&one))).collect();
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: Frame::new(visit, text!("start-title")),
        tenants,
        has_jobs,
        is_operator: visit.who.as_ref().is_some_and(|who| who.is_operator()),
        form: visit.form().clone(),
        refused,
    };
    Answer::page_with(status, &page)
}

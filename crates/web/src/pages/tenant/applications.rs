//! The applications of a tenant: names under which programs sign in.

pub mod one;

use access::Permission as P;
use askama::Template;
use directory::{Application, NewApplication};
use model::Timestamp;

use super::Place;
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "tenant_applications.html")]
struct Page {
    frame: Frame,
    path: String,
    rows: Vec<Row>,
    why_not_new: Option<String>,
    name: String,
    refused: Option<Error>,
}

struct Row {
    app: Application,
    /// When the last of what it proves itself with ends; none where it has nothing.
    end: Option<Timestamp>,
    is_over: bool,
}

/// The page.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit, "applications")?;
    if let Some(closed) = place.closed(visit, P::ReadApplications, text!("nav-applications"))? {
        return Ok(closed);
    }
    let directory = &visit.center.directory;
    let mut apps = directory.list_applications(visit.actor(), place.tenant.id)?;
    apps.sort_by_cached_key(|app| model::fold(&app.name));
    let now = directory.clock().now();
    let row = |app: Application| {
        let ends = app.secrets.iter().map(|one| one.end);
        let end = ends.chain(app.certificates.iter().map(|one| one.end)).max();
        Row { is_over: end.is_some_and(|end| end <= now), end, app }
    };
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, text!("nav-applications")),
        path: place.path("/applications"),
        rows: apps.into_iter().map(row).collect(),
        why_not_new: visit.why_not(P::CreateApplications, place.tenant.id),
        name: visit.form().text("name").to_owned(),
        refused,
    };
    Answer::page_with(status, &page)
}

/// Registers an application, which may nothing and has no secret yet.
pub fn create(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "applications")?;
    let name = visit.form().text("name").to_owned();
    let new = NewApplication { name, grants: Vec::new(), secret: None };
    let done = visit.center.directory.create_application(visit.actor(), place.tenant.id, new);
    match done.map_err(Error::from) {
        Ok(app) => {
            let path = place.path(&format!("/applications/{}", app.id));
            Ok(Answer::said_of(&path, "said-app-made", &app.name))
        }
        Err(error) if error.is_mendable() && error.status != 403 => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

//! What was deleted: users and groups with the days that are left to bring them back.

use access::Permission as P;
use askama::Template;
use directory::DELETING;
use model::{Kind, Object, RETENTION_DAYS, Timestamp};

use super::{Line, PAGE, Place, with_query};
use crate::{answer::Answer, error::Error, filters, frame::Frame, listing, visit::Visit};

const DAY: i64 = 86_400_000;

#[derive(Template)]
#[template(path = "tenant_deleted.html")]
struct Page {
    frame: Frame,
    path: String,
    is_groups: bool,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    why_not: Option<String>,
    refused: Option<Error>,
}

struct Row {
    line: Line,
    at: Timestamp,
    days: i64,
}

/// The page.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    page(visit, kind(visit), None)
}

fn kind(visit: &Visit) -> Kind {
    if visit.query().text("kind") == "group" { Kind::Group } else { Kind::User }
}

fn page(visit: &Visit, kind: Kind, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit, "deleted")?;
    let (reading, deleting) = match kind {
        Kind::User => (P::ReadUsers, P::DeleteUsers),
        Kind::Group => (P::ReadGroups, P::DeleteGroups),
    };
    if let Some(closed) = place.closed(visit, reading, text!("nav-deleted"))? {
        return Ok(closed);
    }
    let after = visit.query().get("after");
    let listed = listing::find_deleted(visit, place.tenant.id, kind, (after, PAGE))?;
    let now = visit.center.directory.clock().now();
    let row = |object: &Object| {
        let at = object.deleted.unwrap_or(now);
        let left = at.plus_days(RETENTION_DAYS).0 - now.0;
        // A day that has begun is a day.
        Row { line: Line::of(&place, object), at, days: ((left + DAY - 1) / DAY).max(0) }
    };
    let path = place.path("/deleted");
    let chosen = if kind == Kind::Group { "group" } else { "" };
    let address = |after: &str| with_query(&path, &[("kind", chosen), ("after", after)]);
    let page = Page {
        frame: place.frame(visit, text!("nav-deleted")),
        is_groups: kind == Kind::Group,
        rows: listed.objects.iter().map(row).collect(),
        first: after.map(|_| address("")),
        next: listed.next.as_deref().map(address),
        why_not: visit.why_not(deleting, place.tenant.id),
        path,
        refused,
    };
    let status = page.refused.as_ref().map_or(200, |error| error.status);
    Answer::page_with(status, &page)
}

/// Brings somebody back, and goes to their page.
pub fn restore(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "deleted")?;
    let (directory, id) = (&visit.center.directory, visit.object("object")?);
    let found = match directory.get_deleted(visit.actor(), place.tenant.id, id, &DELETING) {
        Ok(found) => found,
        Err(error) => return gone(&place, error.into()),
    };
    match directory.restore(visit.actor(), place.tenant.id, id).map_err(Error::from) {
        Ok(object) => {
            let path = Line::of(&place, &object).href;
            Ok(Answer::said_of(&path, "said-restored", &object.display_name()))
        }
        Err(error) if error.is_mendable() && error.status != 403 => {
            page(visit, found.kind, Some(error))
        }
        Err(error) => Err(error),
    }
}

/// A second press comes when it is done already.
fn gone(place: &Place, error: Error) -> Result<Answer, Error> {
    match error.status {
        404 => Ok(Answer::said(&format!("{}/deleted", place.base), "said-not-deleted")),
        _ => Err(error),
    }
}

/// Removes somebody for good.
pub fn purge(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "deleted")?;
    let (directory, id) = (&visit.center.directory, visit.object("object")?);
    let found = match directory.get_deleted(visit.actor(), place.tenant.id, id, &DELETING) {
        Ok(found) => found,
        Err(error) => return gone(&place, error.into()),
    };
    directory.purge(visit.actor(), place.tenant.id, id)?;
    let chosen = if found.kind == Kind::Group { "group" } else { "" };
    let path = with_query(&place.path("/deleted"), &[("kind", chosen)]);
    Ok(Answer::said_of(&path, "said-purged", &found.display_name()))
}

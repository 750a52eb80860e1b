//! The groups of a tenant: looked for as one types, by the page.

use access::Permission;
use askama::Template;
use model::{Kind, Name, Object, Value};
use store::Deleted;

use super::{Line, PAGE, Place, with_query};
use crate::{
    answer::Answer, error::Error, filters, form::Fields, frame::Frame, listing, visit::Visit,
};

#[derive(Template)]
#[template(path = "tenant_groups.html")]
struct Page {
    frame: Frame,
    base: String,
    total: u64,
    query: Fields,
    found: Found,
    why_not_new: Option<String>,
}

/// The part of the page that follows what is typed.
#[derive(Template)]
#[template(path = "tenant_groups_found.html")]
struct Found {
    rows: Vec<Row>,
    is_filtered: bool,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    line: Line,
    description: String,
    kind: String,
    is_from_elsewhere: bool,
}

/// What a group is for, in a word.
pub fn kind_of(group: &Object) -> String {
    let is = |name: &Name| group.attributes.get(name).and_then(Value::as_boolean) == Some(true);
    let kinds = group.attributes.get(&Name::GROUP_TYPES).map_or(&[][..], Value::members);
    if kinds.iter().any(|kind| kind.as_text() == Some("Unified")) {
        return text!("groups-unified");
    }
    match (is(&Name::SECURITY_ENABLED), is(&Name::MAIL_ENABLED)) {
        (true, true) => text!("groups-mail-security"),
        (false, true) => text!("groups-distribution"),
        _ => text!("groups-security"),
    }
}

/// The page, or the list on it alone.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "groups")?;
    if let Some(closed) = place.closed(visit, Permission::ReadGroups, text!("nav-groups"))? {
        return Ok(closed);
    }
    let query = visit.query();
    let names = [Name::DISPLAY_NAME, Name::MAIL, Name::MAIL_NICKNAME];
    let stages = listing::stages(query.text("q"), &names, &[]);
    let after = query.get("after");
    let listed = listing::find(visit, place.tenant.id, Kind::Group, &stages, (after, PAGE))?;
    let path = place.path("/groups");
    let address = |after: &str| with_query(&path, &[("q", query.text("q")), ("after", after)]);
    let row = |group: &Object| Row {
        line: Line::of(&place, group),
        description: group.text(&Name::new("description")).unwrap_or_default().to_owned(),
        kind: kind_of(group),
        is_from_elsewhere: group.home.is_some(),
    };
    let found = Found {
        rows: listed.objects.iter().map(row).collect(),
        is_filtered: query.get("q").is_some(),
        first: after.map(|_| address("")),
        next: listed.next.as_deref().map(address),
    };
    if visit.request.partial {
        return Answer::page(&found);
    }
    let (directory, actor) = (&visit.center.directory, visit.actor());
    Answer::page(&Page {
        total: directory.count(actor, place.tenant.id, Kind::Group, Deleted::Without)?,
        why_not_new: visit.why_not(Permission::CreateGroups, place.tenant.id),
        query: query.clone(),
        frame: place.frame(visit, text!("nav-groups")),
        base: place.base,
        found,
    })
}

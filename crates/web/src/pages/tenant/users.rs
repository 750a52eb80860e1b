//! The users of a tenant: looked for as one types, filtered, by the page.

use access::Permission;
use askama::Template;
use model::{
    Kind, Name, Object,
    query::{Field, Operand, Predicate, Test},
};
use store::Deleted;

use super::{Line, PAGE, Place, with_query};
use crate::{
    answer::Answer, error::Error, filters, form::Fields, frame::Frame, listing, visit::Visit,
};

/// Where a text is looked for.
const SEARCHED: [Name; 4] =
    [Name::DISPLAY_NAME, Name::USER_PRINCIPAL_NAME, Name::MAIL, Name::SURNAME];

#[derive(Template)]
#[template(path = "tenant_users.html")]
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
#[template(path = "tenant_users_found.html")]
struct Found {
    rows: Vec<Row>,
    is_filtered: bool,
    first: Option<String>,
    next: Option<String>,
}

struct Row {
    line: Line,
    department: String,
    is_external: bool,
    is_guest: bool,
    is_pending: bool,
    is_enabled: bool,
}

impl Row {
    fn of(place: &Place, user: &Object) -> Self {
        Self {
            line: Line::of(place, user),
            department: user.text(&Name::DEPARTMENT).unwrap_or_default().to_owned(),
            is_external: user.is_external(),
            is_guest: user.user_type() == model::UserType::Guest,
            is_pending: user.is_pending(),
            is_enabled: user.is_enabled(),
        }
    }
}

/// The page, or the list on it alone.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    if let Some(closed) = place.closed(visit, Permission::ReadUsers, text!("nav-users"))? {
        return Ok(closed);
    }
    let query = visit.query();
    let filters = filters_of(query);
    let is_filtered = !filters.is_empty() || query.get("q").is_some();
    let stages = listing::stages(query.text("q"), &SEARCHED, &filters);
    let after = query.get("after");
    let listed = listing::find(visit, place.tenant.id, Kind::User, &stages, (after, PAGE))?;
    let address = |after: &str| address(&place, query, after);
    let found = Found {
        rows: listed.objects.iter().map(|user| Row::of(&place, user)).collect(),
        is_filtered,
        first: after.map(|_| address("")),
        next: listed.next.as_deref().map(address),
    };
    if visit.request.partial {
        return Answer::page(&found);
    }
    let (directory, actor) = (&visit.center.directory, visit.actor());
    Answer::page(&Page {
        total: directory.count(actor, place.tenant.id, Kind::User, Deleted::Without)?,
        why_not_new: visit.why_not(Permission::WriteUsers, place.tenant.id),
        query: query.clone(),
        frame: place.frame(visit, text!("nav-users")),
        base: place.base,
        found,
    })
}

fn address(place: &Place, query: &Fields, after: &str) -> String {
    let kept = ["q", "type", "state", "department", "company"].map(|name| (name, query.text(name)));
    let fields: Vec<(&str, &str)> = kept.into_iter().chain([("after", after)]).collect();
    with_query(&place.path("/users"), &fields)
}

fn filters_of(query: &Fields) -> Vec<Predicate> {
    let mut filters = Vec::new();
    let external = || Predicate::equals(Name::CREATION_TYPE, "Invitation");
    match query.text("type") {
        "member" => filters.push(Predicate::equals(Name::USER_TYPE, "Member")),
        "guest" => filters.push(Predicate::equals(Name::USER_TYPE, "Guest")),
        "external" => filters.push(external()),
        "internal" => filters.push(external().negated()),
        _ => {}
    }
    let enabled = |is| {
        Predicate::Test(Field::Attribute(Name::ACCOUNT_ENABLED), Test::Equals(Operand::Boolean(is)))
    };
    match query.text("state") {
        "enabled" => filters.push(enabled(true)),
        "disabled" => filters.push(enabled(false)),
        _ => {}
    }
    for (field, name) in [("department", Name::DEPARTMENT), ("company", Name::COMPANY_NAME)] {
        filters.extend(query.get(field).map(|text| Predicate::equals(name, text)));
    }
    filters
}

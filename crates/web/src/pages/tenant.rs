//! The pages of one tenant: what it holds, who is in it, and what was done there. Each place of the
//! tenant is a module; what they share stands here.

mod applications;
mod attributes;
mod audit;
mod deleted;
mod domains;
mod group;
mod groups;
mod import;
mod object_form;
mod overview;
mod roles;
mod sessions;
mod ties;
mod user;
mod users;

use access::Permission;
use askama::Template;
use directory::Bond;
use model::{Kind, Object, ObjectId, Tenant};

use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::coded,
    frame::{Frame, tenant_path},
    route::{Route, get, post},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/center/tenants/{tenant}", overview::show),
    post("/center/tenants/{tenant}/rename", overview::rename),
    get("/center/tenants/{tenant}/delete", overview::ask_delete),
    post("/center/tenants/{tenant}/delete", overview::delete),
    get("/center/tenants/{tenant}/users", users::list),
    get("/center/tenants/{tenant}/users/new", |visit| object_form::new(visit, Kind::User)),
    post("/center/tenants/{tenant}/users", |visit| object_form::create(visit, Kind::User)),
    get("/center/tenants/{tenant}/users/{user}", user::show),
    get("/center/tenants/{tenant}/users/{user}/edit", |visit| object_form::edit(visit, Kind::User)),
    post("/center/tenants/{tenant}/users/{user}/edit", |visit| {
        object_form::save(visit, Kind::User)
    }),
    post("/center/tenants/{tenant}/users/{user}/enabled", user::enable),
    post("/center/tenants/{tenant}/users/{user}/password", user::set_password),
    post("/center/tenants/{tenant}/users/{user}/manager", user::set_manager),
    post("/center/tenants/{tenant}/users/{user}/sessions", user::end_sessions),
    post("/center/tenants/{tenant}/users/{user}/delete", user::delete),
    get("/center/tenants/{tenant}/groups", groups::list),
    get("/center/tenants/{tenant}/groups/new", |visit| object_form::new(visit, Kind::Group)),
    post("/center/tenants/{tenant}/groups", |visit| object_form::create(visit, Kind::Group)),
    get("/center/tenants/{tenant}/groups/{group}", group::show),
    get("/center/tenants/{tenant}/groups/{group}/edit", |visit| {
        object_form::edit(visit, Kind::Group)
    }),
    post("/center/tenants/{tenant}/groups/{group}/edit", |visit| {
        object_form::save(visit, Kind::Group)
    }),
    post("/center/tenants/{tenant}/groups/{group}/members", |visit| {
        group::bind(visit, Bond::Member)
    }),
    post("/center/tenants/{tenant}/groups/{group}/members/remove", |visit| {
        group::unbind(visit, Bond::Member)
    }),
    post("/center/tenants/{tenant}/groups/{group}/owners", |visit| group::bind(visit, Bond::Owner)),
    post("/center/tenants/{tenant}/groups/{group}/owners/remove", |visit| {
        group::unbind(visit, Bond::Owner)
    }),
    post("/center/tenants/{tenant}/groups/{group}/delete", group::delete),
    get("/center/tenants/{tenant}/import", import::show),
    post("/center/tenants/{tenant}/import", import::check),
    post("/center/tenants/{tenant}/import/write", import::write),
    post("/center/tenants/{tenant}/import/refused", import::refused),
    get("/center/tenants/{tenant}/deleted", deleted::list),
    post("/center/tenants/{tenant}/deleted/{object}/restore", deleted::restore),
    post("/center/tenants/{tenant}/deleted/{object}/purge", deleted::purge),
    get("/center/tenants/{tenant}/applications", applications::list),
    post("/center/tenants/{tenant}/applications", applications::create),
    get("/center/tenants/{tenant}/applications/{app}", applications::one::show),
    post("/center/tenants/{tenant}/applications/{app}/update", applications::one::update),
    post("/center/tenants/{tenant}/applications/{app}/grant", applications::one::grant),
    post("/center/tenants/{tenant}/applications/{app}/revoke", applications::one::revoke),
    post("/center/tenants/{tenant}/applications/{app}/secrets", applications::one::add_secret),
    post(
        "/center/tenants/{tenant}/applications/{app}/secrets/remove",
        applications::one::remove_secret,
    ),
    post(
        "/center/tenants/{tenant}/applications/{app}/certificates",
        applications::one::add_certificate,
    ),
    post(
        "/center/tenants/{tenant}/applications/{app}/certificates/remove",
        applications::one::remove_certificate,
    ),
    post("/center/tenants/{tenant}/applications/{app}/delete", applications::one::delete),
    get("/center/tenants/{tenant}/roles", roles::list),
    post("/center/tenants/{tenant}/roles/grant", roles::grant),
    post("/center/tenants/{tenant}/roles/revoke", roles::revoke),
    get("/center/tenants/{tenant}/domains", domains::list),
    post("/center/tenants/{tenant}/domains", domains::add),
    post("/center/tenants/{tenant}/domains/remove", domains::remove),
    post("/center/tenants/{tenant}/extensions", domains::add_extension),
    post("/center/tenants/{tenant}/extensions/remove", domains::remove_extension),
    get("/center/tenants/{tenant}/sessions", sessions::show),
    post("/center/tenants/{tenant}/sessions/end", sessions::end),
    get("/center/tenants/{tenant}/audit", audit::list),
    get("/center/tenants/{tenant}/audit/export", audit::export),
    get("/center/tenants/{tenant}/audit/chain", audit::chain),
];

/// So many things stand on one page of a list.
pub(super) const PAGE: usize = 50;

/// A place of a tenant.
pub(super) struct Place {
    /// The tenant.
    pub tenant: Tenant,
    /// Its address.
    pub base: String,
    name: &'static str,
}

impl Place {
    /// The place of this name in the tenant of the address.
    pub fn of(visit: &Visit, name: &'static str) -> Result<Self, Error> {
        let tenant = visit.tenant()?;
        Ok(Self { base: tenant_path(&tenant), tenant, name })
    }

    /// An address below the tenant's.
    pub fn path(&self, below: &str) -> String {
        format!("{}{below}", self.base)
    }

    /// The frame of a page at this place.
    pub fn frame(&self, visit: &Visit, title: impl Into<String>) -> Frame {
        Frame::new(visit, title).in_tenant(&self.tenant, self.name)
    }

    /// The page for a reader who may see nothing of the place: why, in the frame of the tenant.
    pub fn closed(
        &self,
        visit: &Visit,
        permission: Permission,
        title: impl Into<String>,
    ) -> Result<Option<Answer>, Error> {
        let Some(why) = visit.why_not(permission, self.tenant.id) else { return Ok(None) };
        let frame = self.frame(visit, title);
        Answer::page_with(403, &Closed { frame, why, own: own_page(visit, self) }).map(Some)
    }
}

#[derive(Template)]
#[template(path = "tenant_closed.html")]
struct Closed {
    frame: Frame,
    why: String,
    own: Option<String>,
}

/// The page about the reader, where the reader is one of the tenant's people.
pub(super) fn own_page(visit: &Visit, place: &Place) -> Option<String> {
    own_id(visit, place.tenant.id).map(|id| place.path(&format!("/users/{id}")))
}

/// The reader's own id, where the reader is one of the tenant's people.
pub(super) fn own_id(visit: &Visit, tenant: model::TenantId) -> Option<ObjectId> {
    match visit.actor() {
        model::Actor::User { tenant: own, id, .. } if *own == tenant => Some(*id),
        _ => None,
    }
}

/// A user or a group as a line of a list, with the way there.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its id.
    pub id: ObjectId,
    /// Its page.
    pub href: String,
    /// What it is called.
    pub name: String,
    /// What tells it from others of that name.
    pub detail: String,
}

impl Line {
    /// The line of an object.
    pub fn of(place: &Place, object: &Object) -> Self {
        let folder = match object.kind {
            model::Kind::User => "users",
            model::Kind::Group => "groups",
        };
        let name = object.display_name();
        let label = object.label();
        let mail = object.text(&model::Name::MAIL).unwrap_or_default().to_owned();
        Self {
            id: object.id,
            href: place.path(&format!("/{folder}/{}", object.id)),
            detail: if label == name { mail } else { label },
            name,
        }
    }

    /// The lines of several.
    pub fn all(place: &Place, objects: &[Object]) -> Vec<Self> {
        objects.iter().map(|object| Self::of(place, object)).collect()
    }
}

/// A part of a page: what it shows, or why its reader may not see that.
pub(super) type Part<T> = Result<T, String>;

/// A part of a page from what a service said. What is refused leaves the rest of the page as it is.
pub(super) fn part<T, E: Into<Error>>(answer: Result<T, E>) -> Result<Part<T>, Error> {
    match answer.map_err(Into::into) {
        Ok(value) => Ok(Ok(value)),
        Err(error) if error.status == 403 => Ok(Err(error.message)),
        Err(error) => Err(error),
    }
}

/// An address with these fields, of which empty ones are left out.
pub(super) fn with_query(path: &str, fields: &[(&str, &str)]) -> String {
    let told = fields.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = told.map(|(name, value)| format!("{name}={}", coded(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

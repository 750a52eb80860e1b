//! Who holds which role, and what each may do.

use access::Permission as P;
use askama::Template;
use model::{Kind, Object, Role, TenantId};

use super::{Line, Place};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "tenant_roles.html")]
struct Page {
    frame: Frame,
    path: String,
    roles: Vec<Held>,
    why_not: Option<String>,
    who: String,
    chosen: String,
    refused: Option<Error>,
}

/// A role with those who hold it.
struct Held {
    key: String,
    title: &'static str,
    text: String,
    holders: Vec<Line>,
}

/// What a role may do, in a sentence.
fn meaning(role: Role) -> String {
    match role {
        Role::GlobalAdministrator => text!("roles-global"),
        Role::SecurityAdministrator => text!("roles-security"),
        Role::HybridIdentityAdministrator => text!("roles-hybrid"),
        Role::ApplicationAdministrator => text!("roles-application"),
        Role::UserAdministrator => text!("roles-user"),
        Role::GlobalReader => text!("roles-reader"),
        Role::ReportsReader => text!("roles-reports"),
    }
}

fn key(role: Role) -> String {
    format!("{role:?}")
}

/// The page.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit, "roles")?;
    if let Some(closed) = place.closed(visit, P::ReadUsers, text!("nav-roles"))? {
        return Ok(closed);
    }
    let (directory, tenant) = (&visit.center.directory, place.tenant.id);
    let all = directory.list_role_holders(visit.actor(), tenant)?;
    let held = |role: Role| {
        let holders = all.iter().filter(|(_, roles)| roles.contains(&role));
        Held {
            key: key(role),
            title: role.title(),
            text: meaning(role),
            holders: holders.map(|(object, _)| Line::of(&place, object)).collect(),
        }
    };
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, text!("nav-roles")),
        path: place.path("/roles"),
        roles: Role::ALL.into_iter().map(held).collect(),
        why_not: visit.why_not(P::AssignRoles, tenant),
        who: visit.form().text("who").to_owned(),
        chosen: visit.form().text("role").to_owned(),
        refused,
    };
    Answer::page_with(status, &page)
}

/// Gives somebody a role.
pub fn grant(visit: &Visit) -> Result<Answer, Error> {
    change(visit, "said-role-granted", |roles, role| {
        roles.retain(|held| *held != role);
        roles.push(role);
    })
}

/// Takes a role from somebody.
pub fn revoke(visit: &Visit) -> Result<Answer, Error> {
    change(visit, "said-role-revoked", |roles, role| roles.retain(|held| *held != role))
}

fn change(
    visit: &Visit,
    said: &str,
    change: impl Fn(&mut Vec<Role>, Role),
) -> Result<Answer, Error> {
    let place = Place::of(visit, "roles")?;
    match write(visit, place.tenant.id, change) {
        Ok(person) => Ok(Answer::said_of(&place.path("/roles"), said, &person.display_name())),
        Err(error) if error.status == 404 => page(visit, Some(Error { status: 422, ..error })),
        Err(error) if error.is_mendable() && error.status != 403 => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

fn write(
    visit: &Visit,
    tenant: TenantId,
    change: impl Fn(&mut Vec<Role>, Role),
) -> Result<Object, Error> {
    let (directory, form) = (&visit.center.directory, visit.form());
    let role = Role::ALL.into_iter().find(|role| key(*role) == form.text("role"));
    let role = role.ok_or_else(|| Error::invalid(text!("roles-none-like-that")))?;
    let person = directory.find(visit.actor(), tenant, Kind::User, form.text("who"))?;
    let mut roles = directory.roles(tenant, person.id)?;
    change(&mut roles, role);
    directory.set_roles(visit.actor(), tenant, person.id, &roles)?;
    Ok(person)
}

//! One person: what is kept of them, to whom they belong, where they are synchronized to or come from,
//! and what can be done about them.

use access::Permission as P;
use askama::Template;
use directory::{Change, Session};
use model::{EdgeKind, Kind, LinkState, Name, Object, ObjectId, Role, Value};
use store::End;

use super::{
    Line, PAGE, Part, Place,
    attributes::{self, Fact, Section},
    own_id, part,
    ties::{self, Tie},
    with_query,
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "tenant_user.html")]
struct Page {
    frame: Frame,
    base: String,
    path: String,
    user: Object,
    name: String,
    sections: Vec<Section<Fact>>,
    home: Option<Home>,
    manager: Part<Option<Line>>,
    manager_text: String,
    reports: Part<Lines>,
    groups: Part<Lines>,
    roles: Vec<Role>,
    ties: Part<Vec<Tie>>,
    sessions: Part<Vec<Session>>,
    why_not: WhyNot,
    refused: Option<Error>,
    refused_at: &'static str,
}

/// Some lines of a longer list, and the address of more.
pub struct Lines {
    lines: Vec<Line>,
    more: Option<String>,
}

/// Where an external user is at home.
struct Home {
    name: Option<String>,
    object: ObjectId,
}

/// Why the reader may not do things.
struct WhyNot {
    edit: Option<String>,
    enable: Option<String>,
    password: Option<String>,
    delete: Option<String>,
}

/// The person of the address: for readers of users, and for the person alone.
pub fn find(visit: &Visit, place: &Place) -> Result<Object, Error> {
    let (directory, key) = (&visit.center.directory, visit.key("user"));
    let is_own = |id: &ObjectId| key.parse() == Ok(*id);
    if own_id(visit, place.tenant.id).filter(is_own).is_some() {
        return Ok(directory.get_self(visit.actor())?);
    }
    Ok(directory.get_by_key(visit.actor(), place.tenant.id, Kind::User, key, &[])?)
}

/// The page.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

fn page(visit: &Visit, refused: Option<(&'static str, Error)>) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    let user = find(visit, &place)?;
    let (tenant, path) = (place.tenant.id, place.path(&format!("/users/{}", user.id)));
    let (directory, actor) = (&visit.center.directory, visit.actor());
    let (extensions, _) = directory.read_extensions(tenant)?;
    let manager = part(directory.manager_of(actor, tenant, user.id))?;
    let why = |permission| visit.why_not(permission, tenant);
    let roles_are_shown = visit.may(P::ReadUsers, tenant) || own_id(visit, tenant) == Some(user.id);
    let (refused_at, refused) = refused.map_or(("", None), |(at, error)| (at, Some(error)));
    let name = user.display_name();
    let page = Page {
        frame: place.frame(visit, name.clone()).below(text!("nav-users"), place.path("/users")),
        sections: attributes::facts(&user, &extensions),
        home: home(visit, &user)?,
        manager: manager.map(|one| one.map(|one| Line::of(&place, &one))),
        manager_text: visit.form().text("manager").to_owned(),
        reports: lines(visit, &place, (EdgeKind::Manager, End::To), &user)?,
        groups: lines(visit, &place, (EdgeKind::Member, End::To), &user)?,
        roles: if roles_are_shown { directory.roles(tenant, user.id)? } else { Vec::new() },
        ties: ties::read(visit, tenant, (Kind::User, user.id))?,
        sessions: part(directory.list_sessions(actor, tenant, user.id))?,
        why_not: WhyNot {
            edit: why(P::WriteUsers),
            enable: why(P::EnableUsers),
            password: why(P::WritePasswords),
            delete: why(P::DeleteUsers),
        },
        base: place.base,
        path,
        user,
        name,
        refused_at,
        refused,
    };
    let status = page.refused.as_ref().map_or(200, |error| error.status);
    Answer::page_with(status, &page)
}

/// What stands at the other end of a person's edges, from behind the key that the address names.
fn lines(
    visit: &Visit,
    place: &Place,
    relation: (EdgeKind, End),
    user: &Object,
) -> Result<Part<Lines>, Error> {
    let field = if relation.0 == EdgeKind::Member { "groups" } else { "reports" };
    let after = visit.query().get(field).and_then(|text| text.parse().ok());
    let (directory, tenant) = (&visit.center.directory, place.tenant.id);
    let found = part(directory.list_bound(visit.actor(), tenant, relation, user.id, after, PAGE))?;
    let path = place.path(&format!("/users/{}", user.id));
    Ok(found.map(|(objects, next)| Lines {
        lines: Line::all(place, &objects),
        more: next.map(|next| with_query(&path, &[(field, &next.to_string())])),
    }))
}

fn home(visit: &Visit, user: &Object) -> Result<Option<Home>, Error> {
    let Some(home) = user.home else { return Ok(None) };
    let name = match visit.center.directory.tenant(home.tenant) {
        Ok(tenant) => Some(tenant.name),
        Err(error) if error.code() == "not-found" => None,
        Err(error) => return Err(error.into()),
    };
    Ok(Some(Home { name, object: home.object }))
}

/// Lets somebody sign in, or no longer.
pub fn enable(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    let (user, enabled) = (find(visit, &place)?, visit.form().text("enabled") == "yes");
    let mut change = Change::default();
    change.set.set(Name::ACCOUNT_ENABLED, Value::Boolean(enabled));
    let said = if enabled { "said-user-enabled" } else { "said-user-disabled" };
    let done = visit.center.directory.update(visit.actor(), place.tenant.id, user.id, &change);
    after(visit, &place, &user, "enabled", (done.map(drop).map_err(Error::from), said))
}

/// Sets somebody's password. It is never shown or kept as it is.
pub fn set_password(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    let (user, form) = (find(visit, &place)?, visit.form());
    let password = form.raw("password").unwrap_or_default();
    let (identity, must_change) = (&visit.center.identity, form.is_on("must_change"));
    let done =
        identity.set_password(visit.actor(), place.tenant.id, user.id, password, must_change);
    after(visit, &place, &user, "password", (done.map_err(Error::from), "said-user-password"))
}

/// Sets somebody's manager, or takes it away.
pub fn set_manager(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    let user = find(visit, &place)?;
    let (directory, actor, tenant) = (&visit.center.directory, visit.actor(), place.tenant.id);
    let set = || -> Result<(), Error> {
        let manager = match visit.form().get("manager") {
            Some(name) => Some(directory.find(actor, tenant, Kind::User, name)?.id),
            None => None,
        };
        Ok(directory.set_manager(actor, tenant, user.id, manager)?)
    };
    after(visit, &place, &user, "manager", (set(), "said-user-manager"))
}

/// Signs somebody out everywhere.
pub fn end_sessions(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    let user = find(visit, &place)?;
    let done = visit.center.directory.revoke_sessions(visit.actor(), place.tenant.id, user.id);
    after(
        visit,
        &place,
        &user,
        "sessions",
        (done.map(drop).map_err(Error::from), "said-user-sessions"),
    )
}

/// Moves somebody to the deleted ones, where the way back is.
pub fn delete(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    let user = find(visit, &place)?;
    visit.center.directory.delete(visit.actor(), place.tenant.id, user.id)?;
    Ok(Answer::said_of(&place.path("/deleted"), "said-user-deleted", &user.display_name()))
}

/// Back to the page, which says what was done; or the page with why it was not, beside what was asked.
fn after(
    visit: &Visit,
    place: &Place,
    user: &Object,
    at: &'static str,
    (done, said): (Result<(), Error>, &str),
) -> Result<Answer, Error> {
    let path = place.path(&format!("/users/{}", user.id));
    match done {
        Ok(()) => Ok(Answer::said_of(&path, said, &user.display_name())),
        Err(error) if error.is_mendable() && error.status != 403 => page(visit, Some((at, error))),
        // A manager who is not there is a mistake in the form, and no page that is missing.
        Err(error) if at == "manager" && error.status == 404 => {
            page(visit, Some((at, Error { status: 422, ..error })))
        }
        Err(error) => Err(error),
    }
}

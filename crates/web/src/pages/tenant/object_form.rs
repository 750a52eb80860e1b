//! The form for a new user or group and for one who is there. What somebody else changed meanwhile is
//! shown beside what its reader filled in, and nothing is written over it unseen.

use access::Permission as P;
use askama::Template;
use directory::Bound;
use model::{Kind, Object};

use super::{
    Place,
    attributes::{self, Field, Section},
    group, user,
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "tenant_form.html")]
struct Page {
    frame: Frame,
    action: String,
    back: String,
    kind: Kind,
    sections: Vec<Section<Field>>,
    /// The version that the form was made from; none for what is yet to be made.
    version: Option<u64>,
    has_moved: bool,
    refused: Option<Error>,
}

fn place(visit: &Visit, kind: Kind) -> Result<Place, Error> {
    Place::of(visit, folder(kind))
}

fn folder(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "users",
        Kind::Group => "groups",
    }
}

/// What the list is called, and a new one.
fn titles(kind: Kind) -> (String, String) {
    match kind {
        Kind::User => (text!("nav-users"), text!("users-new")),
        Kind::Group => (text!("nav-groups"), text!("groups-new")),
    }
}

/// The empty form.
pub fn new(visit: &Visit, kind: Kind) -> Result<Answer, Error> {
    new_page(visit, kind, None)
}

fn new_page(visit: &Visit, kind: Kind, refused: Option<Error>) -> Result<Answer, Error> {
    let place = place(visit, kind)?;
    let (list, title) = titles(kind);
    let wish = if kind == Kind::User { P::WriteUsers } else { P::CreateGroups };
    if let Some(closed) = place.closed(visit, wish, title.clone())? {
        return Ok(closed);
    }
    let (extensions, _) = visit.center.directory.read_extensions(place.tenant.id)?;
    let mut sections = attributes::fields(kind, None, &extensions);
    attributes::keep(&mut sections, visit.form());
    let path = place.path(&format!("/{}", folder(kind)));
    let page = Page {
        frame: place.frame(visit, title).below(list, path.clone()),
        action: path.clone(),
        back: path,
        kind,
        sections,
        version: None,
        has_moved: false,
        refused,
    };
    let status = page.refused.as_ref().map_or(200, |error| error.status);
    Answer::page_with(status, &page)
}

/// Makes a user, with a first password where one is given, or a group.
pub fn create(visit: &Visit, kind: Kind) -> Result<Answer, Error> {
    let place = place(visit, kind)?;
    match make(visit, &place, kind) {
        Ok(made) => {
            let path = place.path(&format!("/{}/{}", folder(kind), made.id));
            Ok(Answer::said_of(&path, "said-user-made", &made.display_name()))
        }
        Err(error) if error.is_mendable() && error.status != 403 => {
            new_page(visit, kind, Some(error))
        }
        Err(error) => Err(error),
    }
}

fn make(visit: &Visit, place: &Place, kind: Kind) -> Result<Object, Error> {
    let (directory, identity, tenant) =
        (&visit.center.directory, &visit.center.identity, place.tenant.id);
    let (extensions, _) = directory.read_extensions(tenant)?;
    let sections = attributes::fields(kind, None, &extensions);
    let change = attributes::change(&sections, visit.form(), &extensions)?;
    if kind == Kind::Group {
        let bound = Bound::default();
        return Ok(directory.create_group(visit.actor(), tenant, change.set, &bound)?);
    }
    match visit.form().raw("password").filter(|text| !text.is_empty()) {
        None => Ok(directory.create(visit.actor(), tenant, kind, None, change.set)?),
        Some(password) => {
            let password = (password, visit.form().is_on("must_change"));
            Ok(identity.create_person(visit.actor(), tenant, change.set, password)?)
        }
    }
}

/// The form with what stands there.
pub fn edit(visit: &Visit, kind: Kind) -> Result<Answer, Error> {
    edit_page(visit, kind, None)
}

fn find(visit: &Visit, place: &Place, kind: Kind) -> Result<Object, Error> {
    match kind {
        Kind::User => user::find(visit, place),
        Kind::Group => group::find(visit, place),
    }
}

fn edit_page(visit: &Visit, kind: Kind, refused: Option<Error>) -> Result<Answer, Error> {
    let place = place(visit, kind)?;
    let wish = if kind == Kind::User { P::WriteUsers } else { P::WriteGroups };
    if let Some(closed) = place.closed(visit, wish, text!("user-edit"))? {
        return Ok(closed);
    }
    let object = find(visit, &place, kind)?;
    let (extensions, _) = visit.center.directory.read_extensions(place.tenant.id)?;
    let mut sections = attributes::fields(kind, Some(&object), &extensions);
    attributes::keep(&mut sections, visit.form());
    let (list, name) = (place.path(&format!("/{}", folder(kind))), object.display_name());
    let path = format!("{list}/{}", object.id);
    let has_moved = refused.as_ref().is_some_and(|error| error.code == "changed");
    let page = Page {
        frame: place
            .frame(visit, text!("user-edit-of", name = &name))
            .below(titles(kind).0, list)
            .below(name, path.clone()),
        action: format!("{path}/edit"),
        back: path,
        kind,
        sections,
        version: Some(object.version),
        has_moved,
        refused: refused.filter(|_| !has_moved),
    };
    let refused = page.refused.as_ref().map_or(200, |error| error.status);
    Answer::page_with(if has_moved { 409 } else { refused }, &page)
}

/// Writes what its reader changed, if the object still stands as the form was made.
pub fn save(visit: &Visit, kind: Kind) -> Result<Answer, Error> {
    let place = place(visit, kind)?;
    match write(visit, &place, kind) {
        Ok(object) => {
            let path = place.path(&format!("/{}/{}", folder(kind), object.id));
            Ok(Answer::said_of(&path, "said-user-saved", &object.display_name()))
        }
        Err(error) if error.is_mendable() && error.status != 403 => {
            edit_page(visit, kind, Some(error))
        }
        Err(error) => Err(error),
    }
}

fn write(visit: &Visit, place: &Place, kind: Kind) -> Result<Object, Error> {
    let (directory, tenant) = (&visit.center.directory, place.tenant.id);
    let object = find(visit, place, kind)?;
    let (extensions, _) = directory.read_extensions(tenant)?;
    let sections = attributes::fields(kind, Some(&object), &extensions);
    let change = attributes::change(&sections, visit.form(), &extensions)?;
    // A form that does not say what it was made from was not made here.
    let version = visit.form().text("version").parse().unwrap_or_default();
    Ok(directory.update_if(visit.actor(), tenant, object.id, &change, Some(version))?)
}

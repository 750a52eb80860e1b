//! The form for a new user and for one who is there. What somebody else changed meanwhile is shown beside
//! what its reader filled in, and nothing is written over it unseen.

use access::Permission as P;
use askama::Template;
use model::{Kind, Name, Object};

use super::{
    Place,
    attributes::{self, Field, Section},
    user::find,
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "tenant_user_form.html")]
struct Page {
    frame: Frame,
    action: String,
    back: String,
    sections: Vec<Section<Field>>,
    /// The version that the form was made from; none for a new user.
    version: Option<u64>,
    has_moved: bool,
    refused: Option<Error>,
}

/// The empty form.
pub fn new(visit: &Visit) -> Result<Answer, Error> {
    new_page(visit, None)
}

fn new_page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    if let Some(closed) = place.closed(visit, P::WriteUsers, text!("users-new"))? {
        return Ok(closed);
    }
    let (extensions, _) = visit.center.directory.read_extensions(place.tenant.id)?;
    let mut sections = attributes::fields(Kind::User, None, &extensions);
    attributes::keep(&mut sections, visit.form());
    let path = place.path("/users");
    let page = Page {
        frame: place.frame(visit, text!("users-new")).below(text!("nav-users"), path.clone()),
        action: path.clone(),
        back: path,
        sections,
        version: None,
        has_moved: false,
        refused,
    };
    let status = page.refused.as_ref().map_or(200, |error| error.status);
    Answer::page_with(status, &page)
}

/// Makes a user, with a first password where one is given.
pub fn create(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    match make(visit, &place) {
        Ok(user) => {
            let path = place.path(&format!("/users/{}", user.id));
            Ok(Answer::said_of(&path, "said-user-made", &user.display_name()))
        }
        Err(error) if error.is_mendable() && error.status != 403 => new_page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

fn make(visit: &Visit, place: &Place) -> Result<Object, Error> {
    let (directory, identity, tenant) =
        (&visit.center.directory, &visit.center.identity, place.tenant.id);
    let (extensions, _) = directory.read_extensions(tenant)?;
    let sections = attributes::fields(Kind::User, None, &extensions);
    let change = attributes::change(&sections, visit.form(), &extensions)?;
    let password = visit.form().raw("password").filter(|text| !text.is_empty());
    if let Some(password) = password {
        // A user without the password that was meant would be half of what was asked for.
        let name = change.set.text(&Name::USER_PRINCIPAL_NAME).unwrap_or_default();
        identity.check_new_password(password, name)?;
    }
    let user = directory.create(visit.actor(), tenant, Kind::User, None, change.set)?;
    if let Some(password) = password {
        let must_change = visit.form().is_on("must_change");
        identity.set_password(visit.actor(), tenant, user.id, password, must_change)?;
    }
    Ok(user)
}

/// The form with what stands there.
pub fn edit(visit: &Visit) -> Result<Answer, Error> {
    edit_page(visit, None)
}

fn edit_page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    if let Some(closed) = place.closed(visit, P::WriteUsers, text!("user-edit"))? {
        return Ok(closed);
    }
    let user = find(visit, &place)?;
    let (extensions, _) = visit.center.directory.read_extensions(place.tenant.id)?;
    let mut sections = attributes::fields(Kind::User, Some(&user), &extensions);
    attributes::keep(&mut sections, visit.form());
    let (users, name) = (place.path("/users"), user.display_name());
    let path = format!("{users}/{}", user.id);
    let page = Page {
        frame: place
            .frame(visit, text!("user-edit-of", name = &name))
            .below(text!("nav-users"), users)
            .below(name, path.clone()),
        action: format!("{path}/edit"),
        back: path,
        sections,
        version: Some(user.version),
        has_moved: refused.as_ref().is_some_and(|error| error.code == "changed"),
        refused: refused.filter(|error| error.code != "changed"),
    };
    let status =
        if page.has_moved { 409 } else { page.refused.as_ref().map_or(200, |error| error.status) };
    Answer::page_with(status, &page)
}

/// Writes what its reader changed, if the user still stands as the form was made.
pub fn save(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "users")?;
    match write(visit, &place) {
        Ok(user) => {
            let path = place.path(&format!("/users/{}", user.id));
            Ok(Answer::said_of(&path, "said-user-saved", &user.display_name()))
        }
        Err(error) if error.is_mendable() && error.status != 403 => edit_page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

fn write(visit: &Visit, place: &Place) -> Result<Object, Error> {
    let (directory, tenant, user) = (&visit.center.directory, place.tenant.id, find(visit, place)?);
    let (extensions, _) = directory.read_extensions(tenant)?;
    let sections = attributes::fields(Kind::User, Some(&user), &extensions);
    let change = attributes::change(&sections, visit.form(), &extensions)?;
    // A form that does not say what it was made from was not made here.
    let version = visit.form().text("version").parse().unwrap_or_default();
    Ok(directory.update_if(visit.actor(), tenant, user.id, &change, Some(version))?)
}

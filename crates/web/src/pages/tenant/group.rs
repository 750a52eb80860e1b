//! One group: what is kept of it, who is in it and who owns it, and where it is synchronized to.

use access::Permission as P;
use askama::Template;
use directory::Bond;
use model::{
    EdgeKind, Kind, LinkState, Name, Object, ObjectId, Query,
    query::{Order, Predicate},
};
use store::End;

use super::{
    Line, PAGE, Part, Place,
    attributes::{self, Fact, Section},
    groups::kind_of,
    part,
    ties::{self, Tie},
    with_query,
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "tenant_group.html")]
struct Page {
    frame: Frame,
    path: String,
    group: Object,
    name: String,
    kind: String,
    sections: Vec<Section<Fact>>,
    bound: [Bindings; 2],
    groups: Part<Vec<Line>>,
    ties: Part<Vec<Tie>>,
    why_not_edit: Option<String>,
    why_not_delete: Option<String>,
}

/// The members or the owners.
struct Bindings {
    /// The part of the address.
    place: &'static str,
    title: String,
    none: String,
    lines: Part<Vec<Line>>,
    first: Option<String>,
    next: Option<String>,
    why_not: Option<String>,
    /// What was filled in, where it was refused.
    wanted: String,
    refused: Option<Error>,
}

/// The group of the address.
pub fn find(visit: &Visit, place: &Place) -> Result<Object, Error> {
    let (directory, key) = (&visit.center.directory, visit.key("group"));
    Ok(directory.get_by_key(visit.actor(), place.tenant.id, Kind::Group, key, &[])?)
}

/// The page.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

fn page(visit: &Visit, refused: Option<(Bond, Error)>) -> Result<Answer, Error> {
    let place = Place::of(visit, "groups")?;
    let group = find(visit, &place)?;
    let (tenant, directory) = (place.tenant.id, &visit.center.directory);
    let (extensions, _) = directory.read_extensions(tenant)?;
    let relation = (EdgeKind::Member, End::To);
    let groups = directory.list_bound(visit.actor(), tenant, relation, group.id, None, PAGE);
    let status = refused.as_ref().map_or(200, |(_, error)| error.status);
    let bindings = |bond| bindings(visit, &place, (&group, bond), refused.as_ref());
    let name = group.display_name();
    let page = Page {
        frame: place.frame(visit, name.clone()).below(text!("nav-groups"), place.path("/groups")),
        path: place.path(&format!("/groups/{}", group.id)),
        kind: kind_of(&group),
        sections: attributes::facts(&group, &extensions),
        bound: [bindings(Bond::Member)?, bindings(Bond::Owner)?],
        groups: part(groups)?.map(|(groups, _)| Line::all(&place, &groups)),
        ties: ties::read(visit, tenant, (Kind::Group, group.id))?,
        why_not_edit: visit.why_not(P::WriteGroups, tenant),
        why_not_delete: visit.why_not(P::DeleteGroups, tenant),
        group,
        name,
    };
    Answer::page_with(status, &page)
}

fn bindings(
    visit: &Visit,
    place: &Place,
    (group, bond): (&Object, Bond),
    refused: Option<&(Bond, Error)>,
) -> Result<Bindings, Error> {
    let (title, none, wish) = match bond {
        Bond::Member => (text!("groups-members"), text!("groups-members-none"), P::WriteMembers),
        _ => (text!("groups-owners"), text!("groups-owners-none"), P::WriteGroups),
    };
    let (field, tenant) = (bond.collection(), place.tenant.id);
    let after = visit.query().get(field).and_then(|text| text.parse().ok());
    let relation = (bond.edge_kind(), End::From);
    let directory = &visit.center.directory;
    let found = part(directory.list_bound(visit.actor(), tenant, relation, group.id, after, PAGE))?;
    let path = place.path(&format!("/groups/{}", group.id));
    let next = found.as_ref().ok().and_then(|(_, next)| *next);
    let refused = refused.filter(|(own, _)| *own == bond).map(|(_, error)| error.clone());
    Ok(Bindings {
        place: field,
        title,
        none,
        lines: found.map(|(objects, _)| Line::all(place, &objects)),
        first: after.map(|_| path.clone()),
        next: next.map(|next| with_query(&path, &[(field, &next.to_string())])),
        why_not: visit.why_not(wish, tenant),
        wanted: if refused.is_some() { visit.form().text("who").to_owned() } else { String::new() },
        refused,
    })
}

/// Puts somebody into the group, or makes them an owner.
pub fn bind(visit: &Visit, bond: Bond) -> Result<Answer, Error> {
    let place = Place::of(visit, "groups")?;
    let group = find(visit, &place)?;
    let (directory, tenant) = (&visit.center.directory, place.tenant.id);
    let bound = || -> Result<Object, Error> {
        let object = principal(visit, &place, visit.form().text("who"))?;
        directory.bind(visit.actor(), tenant, group.id, bond, &[object.id])?;
        Ok(object)
    };
    let path = place.path(&format!("/groups/{}#{}", group.id, bond.collection()));
    match bound() {
        Ok(object) => Ok(Answer::said_of(&path, "said-group-bound", &object.display_name())),
        Err(error) if error.status == 404 => {
            page(visit, Some((bond, Error { status: 422, ..error })))
        }
        Err(error) if error.is_mendable() && error.status != 403 => {
            page(visit, Some((bond, error)))
        }
        Err(error) => Err(error),
    }
}

/// Takes somebody out of the group, or its owners.
pub fn unbind(visit: &Visit, bond: Bond) -> Result<Answer, Error> {
    let place = Place::of(visit, "groups")?;
    let group = find(visit, &place)?;
    let id: ObjectId = visit.form().text("who").parse().map_err(|_| Error::missing())?;
    let path = place.path(&format!("/groups/{}#{}", group.id, bond.collection()));
    match visit.center.directory.unbind(visit.actor(), place.tenant.id, group.id, bond, id) {
        // Who is out already is where they should be.
        Ok(()) => Ok(Answer::said(&path, "said-group-unbound")),
        Err(error) if error.code() == "not-found" => Ok(Answer::said(&path, "said-group-unbound")),
        Err(error) => match Error::from(error) {
            error if error.status == 422 => page(visit, Some((bond, error))),
            error => Err(error),
        },
    }
}

/// The user with this id, sign-in name or mail address, or else the group with this id or name.
fn principal(visit: &Visit, place: &Place, text: &str) -> Result<Object, Error> {
    let (directory, actor, tenant) = (&visit.center.directory, visit.actor(), place.tenant.id);
    let missing = match directory.find(actor, tenant, Kind::User, text) {
        Err(error) if error.code() == "not-found" => error,
        other => return Ok(other?),
    };
    if text.parse::<ObjectId>().is_ok() {
        return Ok(directory.get_by_key(actor, tenant, Kind::Group, text, &[])?);
    }
    let query = Query {
        kind: Kind::Group,
        deleted: false,
        predicate: Predicate::equals(Name::DISPLAY_NAME, text),
        order: Order::Id,
        descending: false,
        after: None,
        limit: 2,
    };
    let mut found = directory.query(actor, tenant, &query)?.objects;
    match (found.pop(), found.pop()) {
        (Some(group), None) => Ok(group),
        (Some(_), Some(_)) => Err(Error::invalid(text!("groups-several", name = text))),
        (None, _) => Err(missing.into()),
    }
}

/// Moves the group to the deleted ones, where the way back is.
pub fn delete(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit, "groups")?;
    let group = find(visit, &place)?;
    visit.center.directory.delete(visit.actor(), place.tenant.id, group.id)?;
    let path = place.path("/deleted?kind=group");
    Ok(Answer::said_of(&path, "said-group-deleted", &group.display_name()))
}

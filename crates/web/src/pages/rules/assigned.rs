//! Who is assigned: people and groups, page by page; assigning by a search as one types; and taking
//! out, which first shows what it will do.

use access::Permission;
use askama::Template;
use model::{
    EdgeKind, Job, Kind, Name, Object, ObjectId, Query, ScopeMode,
    query::{Field, Order, Predicate, Test},
    words,
};
use store::End;

use super::place::Place;
use crate::{
    answer::Answer,
    error::Error,
    filters,
    form::coded,
    frame::{Frame, Link, tenant_path},
    visit::Visit,
};

/// How many are on a page.
const PAGE: usize = 50;
/// How many of each kind a search shows.
const FOUND: usize = 8;
/// How many pages of the store a search looks at.
const PAGES: usize = 4;
/// How many members of a group are counted, and of how many it is told what becomes of them.
const COUNTED: usize = 200;
const TOLD: usize = 20;

#[derive(Template)]
#[template(path = "rules_assigned.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    place: Place,
    why_not: Option<String>,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    search: Search,
}

/// What a search found.
#[derive(Template)]
#[template(path = "rules_found.html")]
struct Search {
    text: String,
    rows: Vec<Row>,
    /// Whether there may be more than are shown.
    is_cut: bool,
    address: String,
    csrf: String,
    may: bool,
}

/// Somebody, or a group.
struct Row {
    id: ObjectId,
    name: String,
    login: String,
    is_group: bool,
    href: String,
    is_assigned: bool,
}

impl Row {
    fn of(place: &Place, object: &Object, is_assigned: bool) -> Self {
        let is_group = object.kind == Kind::Group;
        let kind = if is_group { "groups" } else { "users" };
        let login = [Name::USER_PRINCIPAL_NAME, Name::MAIL];
        let login = login.iter().find_map(|name| object.text(name)).unwrap_or_default();
        Self {
            id: object.id,
            name: object.display_name(),
            login: login.to_owned(),
            is_group,
            href: format!("{}/{kind}/{}", tenant_path(&place.tenant), object.id),
            is_assigned,
        }
    }
}

/// Who is assigned.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let why_not = visit.why_not(Permission::AssignJobs, place.tenant.id);
    let address = format!("{}/scope/assigned", place.base);
    let search = search(visit, &place, &address, why_not.is_none())?;
    if visit.request.partial {
        return Answer::page(&search);
    }
    let after = visit.query().get("after").and_then(|after| after.parse().ok());
    let directory = &visit.center.directory;
    let (objects, next) = directory.list_assigned_after(visit.actor(), &place.job, after, PAGE)?;
    let next = next.map(|next| format!("{address}?after={next}"));
    Answer::page(&Page {
        frame: place.frame(visit, text!("rules-assigned-title"), "scope"),
        tabs: place.scope_tabs("/scope/assigned"),
        why_not,
        rows: objects.iter().map(|object| Row::of(&place, object, true)).collect(),
        first: after.map(|_| address),
        next,
        search,
        place,
    })
}

fn search(visit: &Visit, place: &Place, address: &str, may: bool) -> Result<Search, Error> {
    let text = visit.query().text("q").to_owned();
    let mut rows = Vec::new();
    if !text.is_empty() {
        for object in find(visit, place, &text)? {
            let found = visit.center.directory.find_assigned(visit.actor(), &place.job, object.id);
            rows.push(Row::of(place, &object, found.is_ok()));
        }
    }
    let is_full = |is_group| rows.iter().filter(|row| row.is_group == is_group).count() >= FOUND;
    let is_cut = is_full(true) || is_full(false);
    Ok(Search { text, rows, is_cut, address: address.to_owned(), csrf: visit.csrf.clone(), may })
}

/// People and groups of the source whose name or address begins so; of groups any word of the name.
fn find(visit: &Visit, place: &Place, text: &str) -> Result<Vec<Object>, Error> {
    let mut found = Vec::new();
    for kind in [Kind::Group, Kind::User] {
        found.extend(find_kind(visit, place, kind, text)?);
    }
    Ok(found)
}

/// The same of one kind.
pub fn find_kind(
    visit: &Visit,
    place: &Place,
    kind: Kind,
    text: &str,
) -> Result<Vec<Object>, Error> {
    // Lists of these texts are kept; words are looked for among groups alone, of which there are few.
    let begins = |name: Name| Predicate::starts_with(name, text);
    let mut any = vec![begins(Name::DISPLAY_NAME), begins(Name::MAIL)];
    match kind {
        Kind::User => any.extend([begins(Name::USER_PRINCIPAL_NAME), begins(Name::new("surname"))]),
        Kind::Group => {
            let words = Test::Words(words::split(text));
            any.push(Predicate::Test(Field::Attribute(Name::DISPLAY_NAME), words));
        }
    }
    let mut query = Query {
        kind,
        deleted: false,
        predicate: Predicate::Or(any),
        order: Order::Row,
        descending: false,
        after: None,
        limit: FOUND,
    };
    let mut found = Vec::new();
    // A page may be short; a search that finds nobody ends all the same.
    for _ in 0..PAGES {
        let page = visit.center.directory.query(visit.actor(), place.tenant.id, &query)?;
        found.extend(page.objects);
        query.after = page.next;
        if query.after.is_none() || found.len() >= FOUND {
            break;
        }
    }
    found.truncate(FOUND);
    Ok(found)
}

/// Assigns somebody.
pub fn assign(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let id: ObjectId = visit.form().text("principal").parse().map_err(|_| Error::missing())?;
    visit.center.directory.assign(visit.actor(), &place.job, &[id], true)?;
    let name = visit.form().text("name");
    let query = visit.form().get("q").map(|q| format!("?q={}", coded(q))).unwrap_or_default();
    Ok(Answer::said_of(&format!("{}/scope/assigned{query}", place.base), "said-assigned", name))
}

#[derive(Template)]
#[template(path = "rules_take_out.html")]
struct Question {
    frame: Frame,
    place: Place,
    why_not: Option<String>,
    row: Row,
    is_all: bool,
    deletes: bool,
    target: String,
    members: Option<Members>,
    /// The assigned groups through which a person stays.
    stays: Vec<String>,
}

/// What becomes of a group's members.
struct Members {
    count: usize,
    more: bool,
    told: Vec<(Row, Vec<String>)>,
}

/// What would happen if somebody were taken out.
pub fn ask(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let id = visit.object("principal")?;
    let directory = &visit.center.directory;
    let object = directory.find_assigned(visit.actor(), &place.job, id)?;
    let row = Row::of(&place, &object, true);
    let (members, stays) = match object.kind {
        Kind::Group => (Some(members(visit, &place, id)?), Vec::new()),
        Kind::User => (None, ways(visit, &place.job, id, id)?),
    };
    let label = text!("rules-take-out-title", name = row.name.as_str());
    let below = format!("{}/scope/assigned", place.base);
    Answer::page(&Question {
        frame: place.frame(visit, label, "scope").below(text!("rules-tab-assigned"), below),
        why_not: visit.why_not(Permission::AssignJobs, place.tenant.id),
        is_all: place.job.scope == ScopeMode::All,
        deletes: place.job.actions.delete,
        target: directory.target_of(&place.job)?.name,
        row,
        members,
        stays,
        place,
    })
}

/// Takes somebody out.
pub fn take_out(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let id = visit.object("principal")?;
    visit.center.directory.assign(visit.actor(), &place.job, &[id], false)?;
    let name = visit.form().text("name");
    Ok(Answer::said_of(&format!("{}/scope/assigned", place.base), "said-taken-out", name))
}

fn members(visit: &Visit, place: &Place, group: ObjectId) -> Result<Members, Error> {
    let directory = &visit.center.directory;
    let (tenant, bound) = (place.tenant.id, (EdgeKind::Member, End::From));
    let (found, next) = directory.list_bound(visit.actor(), tenant, bound, group, None, COUNTED)?;
    let mut told = Vec::new();
    let people = found.iter().filter(|one| one.kind == Kind::User);
    for person in people.take(TOLD) {
        let ways = ways(visit, &place.job, person.id, group)?;
        told.push((Row::of(place, person, false), ways));
    }
    Ok(Members { count: found.len(), more: next.is_some(), told })
}

/// By what else somebody is assigned: directly, or through groups, without the assignment that is
/// taken away.
fn ways(
    visit: &Visit,
    job: &Job,
    person: ObjectId,
    without: ObjectId,
) -> Result<Vec<String>, Error> {
    let directory = &visit.center.directory;
    let is_assigned = |id| directory.find_assigned(visit.actor(), job, id).is_ok();
    let mut ways = Vec::new();
    if person != without && is_assigned(person) {
        ways.push(text!("rules-directly"));
    }
    let bound = (EdgeKind::Member, End::To);
    let (groups, _) =
        directory.list_bound(visit.actor(), job.source, bound, person, None, COUNTED)?;
    let through = groups.iter().filter(|group| group.id != without && is_assigned(group.id));
    ways.extend(through.map(Object::display_name));
    Ok(ways)
}

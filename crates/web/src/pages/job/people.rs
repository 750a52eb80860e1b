//! Finding one person of the source, as somebody types.

use access::Permission;
use askama::Template;
use model::{
    Kind, Name, Object, ObjectId, Query,
    query::{Order, Predicate},
};

use super::place::Place;
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

/// So many are shown.
const SHOWN: usize = 20;
/// So many short pages are asked for before the answer is given.
const PAGES: usize = 4;

#[derive(Template)]
#[template(path = "job_people.html")]
struct Page {
    frame: Frame,
    base: String,
    why_not: Option<String>,
    found: Found,
}

/// Who was found.
#[derive(Template)]
#[template(path = "job_people_found.html")]
struct Found {
    base: String,
    words: String,
    people: Vec<Row>,
    has_more: bool,
}

struct Row {
    id: ObjectId,
    name: String,
    login: String,
    mail: String,
    is_group: bool,
}

/// The search, or only what it finds.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let words = visit.query().text("q").to_owned();
    let why_not = visit.why_not(Permission::ReadUsers, place.job.source);
    let mut people = match why_not.is_none() && !words.is_empty() {
        true => find(visit, &place, &words)?,
        false => Vec::new(),
    };
    let has_more = people.len() > SHOWN;
    people.truncate(SHOWN);
    let found = Found {
        base: place.base.clone(),
        words,
        people: people.iter().map(Row::of).collect(),
        has_more,
    };
    if visit.request.partial {
        return Answer::page(&found);
    }
    let frame = place.frame(visit, text!("nav-people"), "people");
    Answer::page(&Page { frame, base: place.base, why_not, found })
}

impl Row {
    fn of(object: &Object) -> Self {
        let text = |name: Name| object.attributes.get(&name).map(ToString::to_string);
        Self {
            id: object.id,
            name: object.display_name().to_owned(),
            login: text(Name::USER_PRINCIPAL_NAME).unwrap_or_default(),
            mail: text(Name::MAIL).unwrap_or_default(),
            is_group: object.kind == Kind::Group,
        }
    }
}

/// Whose name or address begins so; groups too where they go along.
fn find(visit: &Visit, place: &Place, words: &str) -> Result<Vec<Object>, Error> {
    let begins = |name: Name| Predicate::starts_with(name, words);
    let id = words.parse().ok().map(Predicate::is);
    let of_people = [
        Some(begins(Name::DISPLAY_NAME)),
        Some(begins(Name::USER_PRINCIPAL_NAME)),
        Some(begins(Name::MAIL)),
        Some(begins(Name::new("surname"))),
        id.clone(),
    ];
    let of_people = Predicate::Or(of_people.into_iter().flatten().collect());
    let mut found = ask(visit, place, Kind::User, of_people)?;
    if place.job.groups.enabled && visit.may(Permission::ReadGroups, place.job.source) {
        let of_groups = [Some(begins(Name::DISPLAY_NAME)), id].into_iter().flatten().collect();
        found.extend(ask(visit, place, Kind::Group, Predicate::Or(of_groups))?);
    }
    Ok(found)
}

fn ask(
    visit: &Visit,
    place: &Place,
    kind: Kind,
    predicate: Predicate,
) -> Result<Vec<Object>, Error> {
    let mut query = Query {
        kind,
        deleted: false,
        predicate,
        order: Order::Row,
        descending: false,
        after: None,
        limit: SHOWN + 1,
    };
    let mut objects = Vec::new();
    for _ in 0..PAGES {
        let page = visit.center.directory.query(visit.actor(), place.job.source, &query)?;
        objects.extend(page.objects);
        query.after = page.next;
        if query.after.is_none() || objects.len() > SHOWN {
            break;
        }
    }
    Ok(objects)
}

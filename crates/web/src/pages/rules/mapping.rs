//! One mapping: where its value comes from, when it is applied, what it gives for a real person before it
//! is saved, and what it and the other one say when two administrators change it at once.

use askama::Template;
use model::{Job, Kind, Mapping, Name};

use super::{
    assigned::find_kind,
    conflict::{self, Difference},
    effect::Effect,
    mapping_form::Form,
    mappings::{Told, part_of},
    place::{Place, mappings_of, mappings_of_mut},
};
use crate::{
    answer::Answer, error::Error, filters, form::coded, frame::Frame, markup::escape, visit::Visit,
};

#[derive(Template)]
#[template(path = "rules_mapping.html")]
struct Page {
    frame: Frame,
    place: Place,
    is_new: bool,
    form: Form,
    sources: Vec<(String, &'static str)>,
    targets: Vec<(String, &'static str)>,
    person: String,
    /// What the form rests on: all mappings of the kind, and this one.
    seen: String,
    was: String,
    /// Where the form goes, and what the editor asks.
    address: String,
    editor: Editor,
    effect: Option<Effect>,
    findings: Vec<Told>,
    differences: Vec<Difference>,
    refused: Option<Error>,
}

/// The addresses that the editor asks.
struct Editor {
    check: String,
    complete: String,
    attempt: String,
}

impl Editor {
    fn of(place: &Place, target: &str) -> Self {
        let kind = if place.is_groups() { "&for=groups" } else { "" };
        let (job, target) = (place.job.id, coded(target));
        let known = if target.is_empty() { String::new() } else { format!("&target={target}") };
        Self {
            check: format!("/center/expressions/check?job={job}{known}{kind}"),
            complete: format!("/center/expressions/complete?job={job}{kind}"),
            attempt: format!("{}/mappings/try{}", place.base, place.query()),
        }
    }
}

/// A mapping as it is saved.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let mapping = find(place.mappings(), visit.key("target")).ok_or_else(Error::missing)?;
    let (form, was) = (Form::of(mapping), json(Some(mapping)));
    let seen = place.job.digest_of(part_of(place.kind));
    page(visit, place, form, Shown { seen, was, ..Shown::default() })
}

/// A mapping that is not there yet.
pub fn add(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let form = Form { target: visit.query().text("target").to_owned(), ..Form::default() };
    let seen = place.job.digest_of(part_of(place.kind));
    page(visit, place, form, Shown { seen, ..Shown::default() })
}

/// Saves it, unless somebody else changed this mapping since it was read. What was changed about others
/// is in nobody's way.
pub fn save(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let form = read(visit);
    let (seen, was) = told(visit);
    let wanted = match form.mapping() {
        Ok(wanted) => wanted,
        Err(error) => {
            let shown = Shown { seen, was, refused: Some(error), ..Shown::default() };
            return page(visit, place, form, shown);
        }
    };
    match put(visit, &place, &wanted, (&seen, &was)) {
        Ok(()) => {
            let to = format!("{}/mappings{}", place.base, place.query());
            Ok(Answer::said_of(&to, "said-mapping-saved", &wanted.target))
        }
        Err(error) => refuse(visit, place, form, (seen, was), &wanted, error),
    }
}

fn refuse(
    visit: &Visit,
    place: Place,
    form: Form,
    (seen, was): (String, String),
    wanted: &Mapping,
    error: directory::Error,
) -> Result<Answer, Error> {
    let shown = Shown { seen, was, ..Shown::default() };
    let shown = match error {
        directory::Error::Moved { present } => {
            let theirs = find(mappings_of(&present, place.kind), &wanted.target);
            Shown {
                seen: present.digest_of(part_of(place.kind)),
                was: json(theirs),
                differences: conflict::mappings(theirs, wanted),
                status: 409,
                ..shown
            }
        }
        directory::Error::Findings(found) => {
            Shown { findings: found.iter().map(Told::of).collect(), status: 422, ..shown }
        }
        error => match Error::from(error) {
            error if error.is_mendable() => Shown { refused: Some(error), ..shown },
            error => return Err(error),
        },
    };
    page(visit, place, form, shown)
}

fn put(
    visit: &Visit,
    place: &Place,
    wanted: &Mapping,
    (seen, was): (&str, &str),
) -> Result<(), directory::Error> {
    let kind = place.kind;
    let change = |job: &mut Job| put_into(mappings_of_mut(job, kind), wanted);
    let write = |seen: &str| {
        let parts = [(part_of(kind), seen)];
        let directory = &visit.center.directory;
        directory.update_job_seen(visit.actor(), &place.job, &parts, change).map(|_| ())
    };
    let theirs = find(place.mappings(), &wanted.target);
    if was.is_empty() && theirs.is_some_and(|theirs| theirs != wanted) {
        // A new one for a target that has one already.
        return Err(directory::Error::Moved { present: Box::new(place.job.clone()) });
    }
    match write(seen) {
        Err(directory::Error::Moved { present })
            if json(find(mappings_of(&present, kind), &wanted.target)) == was =>
        {
            write(&present.digest_of(part_of(kind)))
        }
        done => done,
    }
}

/// Takes a mapping out.
pub fn remove(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let target = visit.key("target").to_owned();
    let (seen, was) = told(visit);
    let kind = place.kind;
    let change = |job: &mut Job| {
        mappings_of_mut(job, kind).retain(|one| !one.target.eq_ignore_ascii_case(&target));
    };
    let write = |seen: &str| {
        let parts = [(part_of(kind), seen)];
        visit.center.directory.update_job_seen(visit.actor(), &place.job, &parts, change)
    };
    match write(&seen) {
        Err(directory::Error::Moved { present })
            if json(find(mappings_of(&present, kind), &target)) == was =>
        {
            write(&present.digest_of(part_of(kind)))?;
        }
        done => {
            done?;
        }
    }
    let to = format!("{}/mappings{}", place.base, place.query());
    Ok(Answer::said_of(&to, "said-mapping-removed", &target))
}

/// People of the source for the field that names one, as choices of a list.
pub fn people(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::find(visit)?;
    let text = visit.query().text("person");
    let found =
        if text.is_empty() { Vec::new() } else { find_kind(visit, &place, place.kind, text)? };
    let option = |one: &model::Object| {
        let value = one.text(&Name::USER_PRINCIPAL_NAME).map_or(one.id.to_string(), str::to_owned);
        format!("<option value=\"{}\">{}</option>", escape(&value), escape(&one.display_name()))
    };
    Ok(Answer::Page { status: 200, html: found.iter().map(option).collect() })
}

/// What the form of this page holds.
pub fn read(visit: &Visit) -> Form {
    let target = match visit.key("target") {
        "new" => visit.form().text("target"),
        target => target,
    };
    Form::read(visit.form(), wire::alias::graph_name(target).unwrap_or(target))
}

/// What the form rests on.
pub fn told(visit: &Visit) -> (String, String) {
    let own = |name: &str| visit.form().text(name).to_owned();
    (own("seen"), own("was"))
}

/// What a page shows besides the form.
#[derive(Default)]
pub struct Shown {
    pub seen: String,
    pub was: String,
    pub status: u16,
    pub effect: Option<Effect>,
    pub findings: Vec<Told>,
    pub differences: Vec<Difference>,
    pub refused: Option<Error>,
}

/// The page.
pub fn page(visit: &Visit, place: Place, form: Form, shown: Shown) -> Result<Answer, Error> {
    let is_new = shown.was.is_empty();
    let title = match is_new {
        true => text!("rules-mapping-new"),
        false => text!("rules-mapping-title", target = form.target.as_str()),
    };
    let list = |end| -> Result<Vec<(String, &'static str)>, Error> {
        let found =
            visit.center.directory.list_attributes(visit.actor(), &place.job, (end, place.kind))?;
        Ok(found.iter().map(|one| (one.name.to_string(), one.shape.describe())).collect())
    };
    let (sources, targets) = (list(place.job.source)?, list(place.job.target)?);
    let key = if is_new { "new".to_owned() } else { coded(&form.target) };
    let below = format!("{}/mappings{}", place.base, place.query());
    let status = match &shown.refused {
        Some(error) => error.status,
        None => shown.status.max(200),
    };
    let page = Page {
        frame: place.frame(visit, title, "mappings").below(text!("nav-mappings"), below),
        is_new,
        sources,
        targets,
        person: person(visit, &place),
        seen: shown.seen,
        was: shown.was,
        address: format!("{}/mappings/{key}", place.base),
        editor: Editor::of(&place, &form.target),
        effect: shown.effect,
        findings: shown.findings,
        differences: shown.differences,
        refused: shown.refused,
        form,
        place,
    };
    Answer::page_with(status, &page)
}

/// The person on whom it is tried: the one who was chosen, else the first that there is.
fn person(visit: &Visit, place: &Place) -> String {
    let chosen = visit.form().get("person").or(visit.query().get("person"));
    if let Some(chosen) = chosen {
        return chosen.to_owned();
    }
    let query = model::Query {
        kind: place.kind,
        deleted: false,
        predicate: model::query::Predicate::EVERYTHING,
        order: model::query::Order::Row,
        descending: false,
        after: None,
        limit: 1,
    };
    let found = visit.center.directory.query(visit.actor(), place.tenant.id, &query);
    let first = found.ok().and_then(|found| found.objects.into_iter().next());
    first.map_or_else(String::new, |one| match place.kind {
        Kind::User => one.label(),
        Kind::Group => one.id.to_string(),
    })
}

/// Mappings with this one in the place of that of the same target.
pub fn put_into(mappings: &mut Vec<Mapping>, wanted: &Mapping) {
    match mappings.iter_mut().find(|one| one.target.eq_ignore_ascii_case(&wanted.target)) {
        Some(place) => *place = wanted.clone(),
        None => mappings.push(wanted.clone()),
    }
}

fn find<'m>(mappings: &'m [Mapping], target: &str) -> Option<&'m Mapping> {
    mappings.iter().find(|one| one.target.eq_ignore_ascii_case(target))
}

fn json(mapping: Option<&Mapping>) -> String {
    mapping.and_then(|mapping| serde_json::to_string(mapping).ok()).unwrap_or_default()
}

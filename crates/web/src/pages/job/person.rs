//! One person in one configuration: why they are or are not in the target, what the next run would do for
//! them, and doing it now.

use access::Permission;
use askama::Template;
use model::{Kind, ObjectId, Reason, RunId};
use sync::{Explained, LogQuery, Provisioned, Row, Silent};

use super::{
    entry::{Told, Why, step_name, step_status, told},
    lines::Line,
    place::Place,
    words,
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

/// So many of the newest entries are shown.
const SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "job_person.html")]
struct Page {
    frame: Frame,
    base: String,
    own: String,
    id: ObjectId,
    about: Vec<(String, String)>,
    explained: Option<Explained>,
    silent: Option<Error>,
    preview: Option<Preview>,
    why_not: Option<String>,
    refused: Option<Error>,
    results: Vec<Done>,
    lines: Vec<Line>,
    can_read_log: bool,
}

/// What the line would do.
struct Preview {
    action: String,
    is_change: bool,
    why: Option<Why>,
    steps: Vec<Told>,
    rows: Vec<Row>,
    confirm: String,
}

/// What a run did for the person.
struct Done {
    line: Line,
    steps: Vec<Told>,
}

/// The person.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

/// Takes the person down the whole line, now.
pub fn provision(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let person = visit.object("user")?;
    let done = visit.center.sync.provision(visit.actor(), &place.job, person, &Silent);
    match done.map_err(Error::from) {
        Ok(done) => {
            let run = done.run.as_ref().map(|run| run.id.to_string()).unwrap_or_default();
            let own = format!("{}/people/{person}?run={run}", place.base);
            Ok(match done.run {
                Some(run) if run.changed() > 0 => {
                    Answer::said_of(&own, "said-person-done", &words::told(&run))
                }
                Some(run) if run.held > 0 => Answer::said(&own, "said-person-held"),
                _ => Answer::said_of(&own, "said-person-nothing", &done.name),
            })
        }
        Err(error) if error.is_mendable() => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let id = visit.object("user")?;
    let (about, name) = about(visit, &place, id);
    let (explained, silent) = match visit.center.sync.explain(visit.actor(), &place.job, id) {
        Ok(explained) => (Some(explained), None),
        Err(error) => (None, Some(Error::from(error)).filter(|error| error.status != 404)),
    };
    let name = explained.as_ref().map_or(name, |explained| explained.name.clone());
    let why_not = place.why_not_run(visit);
    let preview = match why_not {
        Some(_) => None,
        None => visit.center.sync.preview(visit.actor(), &place.job, id).ok(),
    };
    let target = place.other_end(visit).name;
    let can_read_log = visit.may(Permission::ReadProvisioning, place.job.source)
        || visit.may(Permission::ReadProvisioning, place.job.target);
    let (results, lines) = match can_read_log {
        true => (results(visit, &place, id)?, newest(visit, &place, id)?),
        false => (Vec::new(), Vec::new()),
    };
    if explained.is_none() && silent.is_none() && lines.is_empty() {
        return Err(Error::missing());
    }
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place
            .frame(visit, name, "people")
            .below(text!("nav-people"), format!("{}/people", place.base)),
        own: format!("{}/people/{id}", place.base),
        preview: preview.map(|shown| Preview::of(&shown, &place, &target)),
        id,
        about,
        explained,
        silent,
        why_not,
        refused,
        results,
        lines,
        can_read_log,
        base: place.base,
    };
    Answer::page_with(status, &page)
}

/// Who it is, as far as the reader may read that.
fn about(visit: &Visit, place: &Place, id: ObjectId) -> (Vec<(String, String)>, String) {
    let find = |kind| {
        let directory = &visit.center.directory;
        directory.find(visit.actor(), place.job.source, kind, &id.to_string()).ok()
    };
    let Some(object) = find(Kind::User).or_else(|| find(Kind::Group)) else {
        return (Vec::new(), id.to_string());
    };
    let shown = ["userPrincipalName", "mail", "department", "jobTitle"];
    let value = |name: &&str| object.attributes.get(&model::Name::new(name));
    let about =
        shown.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?.to_string())));
    (about.collect(), object.label())
}

fn newest(visit: &Visit, place: &Place, id: ObjectId) -> Result<Vec<Line>, Error> {
    let query =
        LogQuery { source: Some(id), newest_first: true, limit: SHOWN, ..LogQuery::default() };
    let found = visit.center.sync.read_log(visit.actor(), &place.job, &query)?;
    Ok(found.entries.iter().map(|entry| Line::of_log(entry, &place.base, false)).collect())
}

/// What the run that the address names did for the person.
fn results(visit: &Visit, place: &Place, id: ObjectId) -> Result<Vec<Done>, Error> {
    let run: Option<RunId> = visit.query().get("run").and_then(|run| run.parse().ok());
    let Some(run) = run else { return Ok(Vec::new()) };
    let query = LogQuery { source: Some(id), run: Some(run), limit: SHOWN, ..LogQuery::default() };
    let found = visit.center.sync.read_log(visit.actor(), &place.job, &query)?;
    let done = found.entries.iter().map(|entry| Done {
        line: Line::of_log(entry, &place.base, false),
        steps: entry.provisioning_steps.iter().map(told).collect(),
    });
    Ok(done.collect())
}

impl Preview {
    fn of(shown: &Provisioned, place: &Place, target: &str) -> Self {
        let action = match (words::find_action(shown.action), shown.action) {
            (Some(action), _) => words::action(action),
            (None, "skip") => text!("person-skip"),
            (None, _) => text!("person-nothing"),
        };
        let steps = shown.steps.iter().map(|step| Told {
            name: step_name(step.name),
            status: step_status(step.status),
            details: step.details.clone(),
        });
        let why = |reason: &Reason| Why::of(reason, &place.base, true);
        Self {
            is_change: words::find_action(shown.action).is_some(),
            confirm: text!(
                "person-confirm",
                action = action.as_str(),
                name = shown.name.as_str(),
                target = target
            ),
            action,
            why: shown.reason.as_ref().map(why),
            steps: steps.collect(),
            rows: rows(&shown.attributes),
        }
    }
}

/// What changes first, then what both sides hold; attributes that are empty everywhere say nothing.
fn rows(all: &[Row]) -> Vec<Row> {
    let says = |row: &&Row| [&row.source_value, &row.old, &row.new].iter().any(|one| one.is_some());
    let mut rows: Vec<Row> = all.iter().filter(says).cloned().collect();
    rows.sort_by_key(|row| !row.changes);
    rows
}

//! Changes that go beyond a limit and wait for somebody: looked at, and approved or rejected, some or all.

use askama::Template;
use model::{ChangeId, Entry, Timestamp};
use sync::{Approval, LogQuery, LogStatus};

use super::{
    lines::Line,
    log::Search,
    place::Place,
    words::{self, Count},
};
use crate::{answer::Answer, error::Error, filters, form::Fields, frame::Frame, visit::Visit};

/// So many are on a page.
const SHOWN: usize = 100;
/// So many are named in the question.
const NAMED: usize = 20;

#[derive(Template)]
#[template(path = "job_held.html")]
struct Page {
    frame: Frame,
    base: String,
    search: Search,
    rows: Vec<Row>,
    first: Option<String>,
    next: Option<String>,
    why_not: Option<String>,
    is_searched: bool,
}

struct Row {
    line: Line,
    expires: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "job_decide.html")]
struct Question {
    frame: Frame,
    base: String,
    is_approval: bool,
    counts: Vec<Count>,
    total: u64,
    named: Vec<(String, String)>,
    fields: Fields,
    refused: Option<Error>,
}

/// What waits, oldest first.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let search = Search::read(visit);
    let behind: Option<ChangeId> = search.fields.get("after").and_then(|id| id.parse().ok());
    let query = LogQuery {
        statuses: vec![LogStatus::Held],
        actions: search.action().into_iter().collect(),
        text: search.text("text").to_owned(),
        behind,
        limit: SHOWN,
        ..LogQuery::default()
    };
    let found = visit.center.sync.read_log(visit.actor(), &place.job, &query)?;
    let row = |entry| {
        let line = Line::of_log(entry, &place.base, true);
        Row { expires: place.job.limits.hold_ends(line.at), line }
    };
    let path = format!("{}/held", place.base);
    let address = |after: &str| format!("{path}?{}", search.fields.with("after", after).query());
    let page = Page {
        frame: place.frame(visit, text!("nav-held"), "held"),
        rows: found.entries.iter().map(row).collect(),
        first: behind.map(|_| address("")),
        next: found.next.map(|id| address(&id.to_string())),
        why_not: place.why_not_run(visit),
        is_searched: search.action().is_some() || !search.text("text").is_empty(),
        search,
        base: place.base,
    };
    Answer::page(&page)
}

/// Asks before it is done, with names and counts.
pub fn ask(visit: &Visit) -> Result<Answer, Error> {
    question(visit, visit.query(), None)
}

/// Does it.
pub fn decide(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let form = visit.form();
    let which = chosen(form);
    if is_nothing(&which) {
        return Ok(none_chosen(&place));
    }
    let (sync, actor, path) = (&visit.center.sync, visit.actor(), format!("{}/held", place.base));
    let done = match is_approval(form) {
        true => sync.begin_approval(actor, &place.job, &which).map(|run| match run {
            Some(run) => Answer::said_of(&path, "said-held-approved", &words::told(&run)),
            None => Answer::said(&place.base, "said-held-approving"),
        }),
        false => sync.reject_held(actor, &place.job, &which).map(|count| {
            Answer::said_of(&path, "said-held-rejected", &crate::texts::figure(count))
        }),
    };
    match done.map_err(Error::from) {
        Err(error) if error.is_mendable() => question(visit, form, Some(error)),
        // A second press comes when it is decided already.
        Err(error) if error.status == 404 => Ok(none_chosen(&place)),
        answered => answered,
    }
}

fn is_approval(fields: &Fields) -> bool {
    fields.text("decision") == "approve"
}

/// Those that are ticked, or all that the search would give.
fn chosen(fields: &Fields) -> Approval {
    if !fields.is_on("all") {
        return Approval::Some(fields.all("id").filter_map(|id| id.parse().ok()).collect());
    }
    let until = fields.get("until").and_then(|at| at.parse().ok());
    Approval::Matching(LogQuery {
        actions: words::find_action(fields.text("action")).into_iter().collect(),
        text: fields.text("text").to_owned(),
        // What came to be held after somebody looked is not meant.
        until,
        ..LogQuery::default()
    })
}

/// Whether nothing was ticked. To the log no ids are no condition, and all would be found.
fn is_nothing(which: &Approval) -> bool {
    matches!(which, Approval::Some(ids) if ids.is_empty())
}

fn none_chosen(place: &Place) -> Answer {
    Answer::said(&format!("{}/held", place.base), "said-held-none")
}

fn question(visit: &Visit, fields: &Fields, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let which = chosen(fields);
    if is_nothing(&which) {
        return Ok(none_chosen(&place));
    }
    let found = match which {
        // What somebody else decided about meanwhile is left out of the question.
        Approval::Some(ids) => {
            let query = LogQuery { ids, ..LogQuery::default() };
            visit.center.sync.list_held(visit.actor(), &place.job, &Approval::Matching(query))?
        }
        which => visit.center.sync.list_held(visit.actor(), &place.job, &which)?,
    };
    if found.is_empty() {
        return Ok(none_chosen(&place));
    }
    let is_approval = is_approval(fields);
    let title = match is_approval {
        true => text!("held-approve-title", count = found.len()),
        false => text!("held-reject-title", count = found.len()),
    };
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Question {
        frame: place
            .frame(visit, title, "held")
            .below(text!("nav-held"), format!("{}/held", place.base)),
        is_approval,
        counts: counts(&found),
        total: found.len() as u64,
        named: found
            .iter()
            .take(NAMED)
            .map(|one| (one.name.clone(), words::action(one.action)))
            .collect(),
        fields: kept(fields, &found),
        refused,
        base: place.base,
    };
    Answer::page_with(status, &page)
}

fn counts(found: &[Entry]) -> Vec<Count> {
    let mut counts = std::collections::BTreeMap::new();
    for entry in found {
        *counts.entry(entry.action.as_str().to_owned()).or_default() += 1;
    }
    words::actions(&counts)
}

/// What the question hands on: the ids, or the search with the instant of the last that it found.
fn kept(fields: &Fields, found: &[Entry]) -> Fields {
    let mut kept = Vec::new();
    let mut keep = |name: &str, value: &str| kept.push((name.to_owned(), value.to_owned()));
    keep("decision", fields.text("decision"));
    if !fields.is_on("all") {
        found.iter().for_each(|entry| keep("id", &entry.id.to_string()));
        return Fields(kept);
    }
    keep("all", "on");
    ["action", "text"].iter().for_each(|name| keep(name, fields.text(name)));
    let last = found.iter().map(|entry| entry.at).max();
    keep("until", &last.map(|at| Timestamp(at.0 + 1).to_string()).unwrap_or_default());
    Fields(kept)
}

//! One entry of the log: the person's way step by step, every attribute before and after, and why.

use askama::Template;
use model::{ChangeId, Reason, RunId};
use sync::{LogEntry, LogQuery, LogStep};

use super::{
    lines::{Shift, shifts_of_log},
    place::Place,
    words::{self, Badge},
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "job_entry.html")]
struct Page {
    frame: Frame,
    base: String,
    entry: LogEntry,
    action: String,
    status: Badge,
    steps: Vec<Told>,
    shifts: Vec<Shift>,
    why: Option<Why>,
    person: Option<String>,
    others: Option<String>,
}

/// A step, told.
pub struct Told {
    /// Its name.
    pub name: String,
    /// How it went.
    pub status: Badge,
    /// Sentences about it.
    pub details: Vec<String>,
}

/// Why, and what to do about it.
pub struct Why {
    /// The sentence and its code.
    pub reason: Reason,
    /// What to do.
    pub remedy: &'static str,
    /// Where.
    pub place: Option<(String, String)>,
}

impl Why {
    /// A reason with its remedy.
    pub fn of(reason: &Reason, base: &str, has_places: bool) -> Self {
        let place = words::place_of(reason.code).filter(|_| has_places);
        Self {
            reason: reason.clone(),
            remedy: reason.code.remedy(),
            place: place.map(|(path, word)| (format!("{base}{path}"), word)),
        }
    }
}

/// The entry.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let run: RunId = visit.key("run").parse().map_err(|_| Error::missing())?;
    let entry = read(visit, &place, run)?;
    let runs = format!("{}/runs", place.base);
    let name = entry.source_identity.display_name.clone();
    let who = entry.source_identity.id;
    let page = Page {
        frame: place
            .frame(visit, name, "runs")
            .below(text!("nav-runs"), runs.clone())
            .below(text!("log-run"), format!("{runs}/{run}")),
        action: words::action(entry.action),
        status: words::status(entry.status()),
        steps: entry.provisioning_steps.iter().map(told).collect(),
        shifts: shifts_of_log(&entry),
        why: entry.reason.as_ref().map(|one| Why::of(one, &place.base, !place.is_incoming)),
        person: who.filter(|_| !place.is_incoming).map(|id| format!("{}/people/{id}", place.base)),
        others: who.map(|id| format!("{}/log?who={id}", place.base)),
        base: place.base,
        entry,
    };
    Answer::page(&page)
}

fn read(visit: &Visit, place: &Place, run: RunId) -> Result<LogEntry, Error> {
    let id: ChangeId = visit.key("entry").parse().map_err(|_| Error::missing())?;
    let query = LogQuery { ids: vec![id], run: Some(run), limit: 1, ..LogQuery::default() };
    let found = visit.center.sync.read_log(visit.actor(), &place.job, &query)?;
    found.entries.into_iter().next().ok_or_else(Error::missing)
}

/// A step of the log.
pub fn told(step: &LogStep) -> Told {
    let mut details = vec![step.description.clone()];
    let more = step
        .details
        .iter()
        .filter(|(name, _)| !["ErrorCode", "RecommendedAction"].contains(&name.as_str()));
    details.extend(more.map(|(name, value)| format!("{name}: {value}")));
    Told { name: step_name(step.provisioning_step_type), status: step_status(step.status), details }
}

/// What a step is called.
pub fn step_name(name: &str) -> String {
    match name {
        "import" => text!("log-step-import"),
        "scoping" | "scope" => text!("log-step-scope"),
        "matching" | "match" => text!("log-step-match"),
        "processing" => text!("log-step-map"),
        "referenceResolution" => text!("log-step-references"),
        _ => text!("log-step-action"),
    }
}

/// How a step went.
pub fn step_status(status: &str) -> Badge {
    match status {
        "success" => Badge::new("ok", text!("word-success")),
        "failure" => Badge::new("bad", text!("word-failure")),
        "warning" => Badge::new("warn", text!("word-held")),
        _ => Badge::new("idle", text!("word-skipped")),
    }
}

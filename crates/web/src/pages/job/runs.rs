//! Runs: a list by the page, and one with what it did.

use askama::Template;
use model::{ChangeId, RunId, RunKind};
use sync::{LogQuery, LogStatus};

use super::{
    lines::Line,
    log::{Search, find_entries},
    overview::RunRow,
    place::Place,
    words,
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

/// So many runs are on a page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "job_runs.html")]
struct List {
    frame: Frame,
    base: String,
    rows: Vec<RunRow>,
    first: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "job_run.html")]
struct Page {
    frame: Frame,
    base: String,
    own: String,
    row: RunRow,
    plan: Option<String>,
    done: Vec<words::Count>,
    lines: Vec<Line>,
    is_searched: bool,
    first: Option<String>,
    next: Option<String>,
}

/// The runs, newest first.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let before: Option<RunId> = visit.query().get("before").and_then(|id| id.parse().ok());
    let sync = &visit.center.sync;
    let runs = sync.list_runs_before(visit.actor(), &place.job, before, SHOWN + 1)?;
    let path = format!("{}/runs", place.base);
    let next = (runs.len() > SHOWN).then(|| format!("{path}?before={}", runs[SHOWN - 1].id));
    let page = List {
        frame: place.frame(visit, text!("nav-runs"), "runs"),
        rows: runs.iter().take(SHOWN).map(RunRow::of).collect(),
        first: before.map(|_| path),
        next,
        base: place.base,
    };
    Answer::page(&page)
}

/// One run: its counts and its entries.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let id: RunId = visit.key("run").parse().map_err(|_| Error::missing())?;
    let run = visit.center.sync.read_run(visit.actor(), &place.job, id)?;
    let own = format!("{}/runs/{id}", place.base);
    let (search, query) = (Search::read(visit), visit.query());
    let behind: Option<ChangeId> = query.get("after").and_then(|id| id.parse().ok());
    let asked = LogQuery {
        run: Some(id),
        actions: search.action().into_iter().collect(),
        statuses: search.status().into_iter().collect::<Vec<LogStatus>>(),
        codes: search.code().into_iter().collect(),
        behind,
        ..LogQuery::default()
    };
    let (lines, next) = find_entries(visit, &place, &asked)?;
    let plan = match run.kind {
        RunKind::Plan => Some(id),
        _ => run.applies,
    };
    let address = |after: &str| match query.with("after", after).with("said", "").query() {
        text if text.is_empty() => own.clone(),
        text => format!("{own}?{text}"),
    };
    let page = Page {
        frame: place
            .frame(visit, text!("runs-one", kind = words::run_kind(run.kind)), "runs")
            .below(text!("nav-runs"), format!("{}/runs", place.base)),
        plan: plan.filter(|_| !place.is_incoming).map(|id| format!("{}/plan/{id}", place.base)),
        done: words::actions(&run.done),
        is_searched: !asked.actions.is_empty() || !asked.codes.is_empty(),
        row: RunRow::of(&run),
        lines,
        first: behind.map(|_| address("")),
        next: next.map(|id| address(&id.to_string())),
        base: place.base,
        own,
    };
    Answer::page(&page)
}

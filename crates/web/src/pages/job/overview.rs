//! How a configuration stands and what to do next, as it happens.

use askama::Template;
use model::{JobState, RunSummary};

use super::{
    look::{Around, Look, Moving},
    place::Place,
    words::{self, Badge},
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, live, visit::Visit};

/// Between two looks at everything lie so many at what is under way only.
const LOOKS: u32 = 6;

#[derive(Template)]
#[template(path = "job_overview.html")]
struct Page {
    frame: Frame,
    base: String,
    refused: Option<Error>,
    standing: Standing,
    progress: Progress,
    figures: Figures,
    newest: Newest,
    why_no_log: Option<String>,
}

/// The sentence, what to do, and the buttons.
#[derive(Template)]
#[template(path = "job_standing.html")]
struct Standing {
    look: Look,
    around: Around,
    is_active: bool,
    is_live: bool,
}

/// What is under way.
#[derive(Template)]
#[template(path = "job_progress.html")]
pub struct Progress {
    /// What is under way.
    pub lives: Vec<Moving>,
}

/// The figures.
#[derive(Template)]
#[template(path = "job_figures.html")]
struct Figures {
    figures: Vec<super::look::Figure>,
}

/// The newest runs.
#[derive(Template)]
#[template(path = "job_newest.html")]
pub struct Newest {
    base: String,
    runs: Vec<RunRow>,
}

impl Newest {
    /// These runs, below a configuration.
    pub fn of(base: &str, runs: &[RunSummary]) -> Self {
        Self { base: base.to_owned(), runs: runs.iter().map(RunRow::of).collect() }
    }
}

/// A run as a row.
pub struct RunRow {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// How it stands.
    pub state: Badge,
    /// The run itself.
    pub run: RunSummary,
    /// How long it took.
    pub took: String,
    /// What was done.
    pub done: String,
    /// Who was left out, by code.
    pub reasons: Vec<words::Count>,
}

impl RunRow {
    /// A run as a row.
    pub fn of(run: &RunSummary) -> Self {
        Self {
            id: run.id.to_string(),
            kind: words::run_kind(run.kind),
            state: words::run_state(run.state),
            took: words::took(run),
            done: words::list(&words::actions(&run.done)),
            reasons: words::codes(&run.reasons),
            run: run.clone(),
        }
    }
}

/// The page.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

/// The page, with what was refused.
pub fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let around = Around::of(visit, &place);
    let mut parts = Parts::of(&around)?;
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, place.job.name.clone(), "overview"),
        base: place.base.clone(),
        refused,
        figures: Figures { figures: std::mem::take(&mut parts.standing.look.figures) },
        standing: parts.standing,
        progress: parts.progress,
        newest: parts.newest,
        why_no_log: around.why_no_log,
    };
    Answer::page_with(status, &page)
}

/// The same as it changes.
pub fn follow(visit: &Visit) -> Result<Answer, Error> {
    let around = Around::of(visit, &Place::of(visit)?);
    let mut beat = 0;
    let mut was_live = false;
    let mut sent: Vec<(&'static str, String)> = Vec::new();
    live::pieces(move || {
        let lives = around.watch()?;
        let is_live = !lives.is_empty();
        // A beginning and an end are news at once; figures are counted now and then.
        if beat % LOOKS == 0 || is_live != was_live {
            let mut parts = Parts::of(&around)?;
            let figures = std::mem::take(&mut parts.standing.look.figures);
            sent = vec![
                ("standing", parts.standing.render()?),
                ("figures", Figures { figures }.render()?),
                ("newest", parts.newest.render()?),
            ];
        }
        (beat, was_live) = (beat + 1, is_live);
        let mut pieces = sent.clone();
        pieces.push(("progress", Progress { lives }.render()?));
        Ok(pieces)
    })
}

struct Parts {
    standing: Standing,
    progress: Progress,
    newest: Newest,
}

impl Parts {
    fn of(around: &Around) -> Result<Self, Error> {
        let mut look = around.look()?;
        let lives = std::mem::take(&mut look.lives);
        Ok(Self {
            newest: Newest::of(&around.base, &look.runs),
            standing: Standing {
                is_active: look.state == Some(JobState::Active),
                is_live: !lives.is_empty(),
                look,
                around: around.clone(),
            },
            progress: Progress { lives },
        })
    }
}

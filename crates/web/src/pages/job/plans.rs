//! Plans: made in the background, and listed with where each stands.

use askama::Template;
use model::{RunId, RunKind};
use sync::{Extent, PlanRow, PlanState};

use super::{
    look::Moving,
    overview::Progress,
    place::Place,
    words::{self, Badge},
};
use crate::{answer::Answer, error::Error, filters, frame::Frame, live, visit::Visit};

/// So many plans are listed.
const SHOWN: usize = 30;
/// Between two looks at the list lie so many at what is under way only.
const LOOKS: u32 = 10;

#[derive(Template)]
#[template(path = "job_plans.html")]
struct Page {
    frame: Frame,
    base: String,
    why_not: Option<String>,
    refused: Option<Error>,
    progress: Progress,
    list: List,
}

#[derive(Template)]
#[template(path = "job_plan_list.html")]
struct List {
    base: String,
    rows: Vec<Row>,
}

/// A plan as a row.
pub struct Row {
    /// Its id.
    pub id: RunId,
    /// Where it stands.
    pub state: Badge,
    /// What it comes to.
    pub done: String,
    /// The plan itself.
    pub plan: PlanRow,
}

impl Row {
    /// A plan as a row.
    pub fn of(plan: PlanRow) -> Self {
        let done = words::list(&words::actions(&plan.changes));
        Self { id: plan.id, state: words::plan_state(plan.state), done, plan }
    }
}

/// The plans.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

/// Makes one.
pub fn make(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let extent = match visit.form().text("extent") {
        "everybody" => Extent::Everybody,
        _ => Extent::NextCycle,
    };
    let path = format!("{}/plan", place.base);
    match visit.center.sync.begin_plan(visit.actor(), &place.job, extent).map_err(Error::from) {
        Ok(Some(saved)) => {
            Ok(Answer::said(&format!("{path}/{}", saved.header.plan), "said-plan-made"))
        }
        Ok(None) => Ok(Answer::said(&path, "said-plan-begun")),
        Err(error) if error.is_mendable() => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let (sync, actor) = (&visit.center.sync, visit.actor());
    let lives = sync.list_live(actor, &place.job)?;
    let lives = lives.iter().filter(|live| live.kind == RunKind::Plan).map(Moving::of).collect();
    let rows = sync.list_plans(actor, &place.job, SHOWN)?;
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, text!("nav-plan"), "plan"),
        why_not: place.why_not_run(visit),
        refused,
        progress: Progress { lives },
        list: List { base: place.base.clone(), rows: rows.into_iter().map(Row::of).collect() },
        base: place.base,
    };
    Answer::page_with(status, &page)
}

/// The list as it changes.
pub fn follow(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let (sync, actor) = (visit.center.sync.clone(), visit.actor().clone());
    let (job, base) = (place.job, place.base);
    let (mut beat, mut were, mut sent) = (0, 0, String::new());
    live::pieces(move || {
        let lives = sync.list_live(&actor, &job)?;
        let lives: Vec<Moving> =
            lives.iter().filter(|live| live.kind == RunKind::Plan).map(Moving::of).collect();
        if beat % LOOKS == 0 || lives.len() != were {
            let rows = sync.list_plans(&actor, &job, SHOWN)?.into_iter().map(Row::of).collect();
            sent = List { base: base.clone(), rows }.render()?;
        }
        (beat, were) = (beat + 1, lives.len());
        Ok(vec![("progress", Progress { lives }.render()?), ("plans", sent.clone())])
    })
}

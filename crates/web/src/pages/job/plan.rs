//! One saved plan: what it comes to in groups, every change of a group, and what becomes of it.

use askama::Template;
use model::{ChangeId, Name, RunId};
use sync::{Example, PlanQuery, PlanRow, PlanState};

use super::{
    lines::Line,
    place::Place,
    plans::Row,
    words::{self, Count},
};
use crate::{answer::Answer, error::Error, filters, form::Fields, frame::Frame, visit::Visit};

/// So many changes are on a page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "job_plan.html")]
struct Page {
    frame: Frame,
    base: String,
    own: String,
    row: Row,
    reasons: Vec<Left>,
    held: Vec<Count>,
    why_not: Option<String>,
    refused: Option<Error>,
    is_ready: bool,
    can_drop: bool,
    confirm: String,
}

/// Those who are left out for one reason.
struct Left {
    count: Count,
    example: Option<Example>,
}

#[derive(Template)]
#[template(path = "job_plan_entries.html")]
struct Entries {
    frame: Frame,
    own: String,
    title: String,
    fields: Fields,
    lines: Vec<Line>,
    first: Option<String>,
    next: Option<String>,
}

/// The plan.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let plan = read(visit, &place)?;
    let own = format!("{}/plan/{}", place.base, plan.id);
    let left = |count: Count| Left {
        example: plan.examples.iter().find(|one| one.reason.code.as_str() == count.word).cloned(),
        count,
    };
    let target = place.other_end(visit).name;
    let row = Row::of(plan.clone());
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place
            .frame(visit, text!("plan-one"), "plan")
            .below(text!("nav-plan"), format!("{}/plan", place.base)),
        reasons: words::codes(&plan.reasons).into_iter().map(left).collect(),
        held: words::actions(&plan.held),
        why_not: place.why_not_run(visit),
        refused,
        is_ready: plan.state == PlanState::Ready && plan.total > 0,
        can_drop: matches!(plan.state, PlanState::Ready | PlanState::Stale | PlanState::Refused),
        confirm: text!("plan-confirm", done = row.done.as_str(), target = target),
        row,
        own,
        base: place.base,
    };
    Answer::page_with(status, &page)
}

fn read(visit: &Visit, place: &Place) -> Result<PlanRow, Error> {
    Ok(visit.center.sync.read_plan(visit.actor(), &place.job, id(visit)?)?)
}

/// The plan of the address.
pub fn id(visit: &Visit) -> Result<RunId, Error> {
    visit.key("plan").parse().map_err(|_| Error::missing())
}

/// The changes of one group, or those that hold some words.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let plan = id(visit)?;
    let fields = visit.query().with("said", "").with("of", "");
    let query = query(&fields);
    let found = visit.center.sync.read_plan_entries(visit.actor(), &place.job, plan, &query)?;
    let own = format!("{}/plan/{plan}", place.base);
    let address = |after: &str| format!("{own}/entries?{}", fields.with("after", after).query());
    let mut title: Vec<String> = query.actions.iter().map(|one| words::action(*one)).collect();
    title.extend(query.attributes.iter().flatten().map(Name::to_string));
    title.extend(query.codes.iter().map(ToString::to_string));
    let title = if title.is_empty() { text!("plan-all") } else { title.join(", ") };
    let page = Entries {
        frame: place
            .frame(visit, title.clone(), "plan")
            .below(text!("nav-plan"), format!("{}/plan", place.base))
            .below(text!("plan-one"), own.clone()),
        lines: found.entries.iter().map(|entry| Line::of_plan(entry, &place.base)).collect(),
        first: query.after.map(|_| address("")),
        next: found.next.map(|id| address(&id.to_string())),
        fields,
        title,
        own,
    };
    Answer::page(&page)
}

fn query(fields: &Fields) -> PlanQuery {
    let names = fields.get("attributes").map(|text| text.split(',').map(Name::new).collect());
    PlanQuery {
        actions: words::find_action(fields.text("action")).into_iter().collect(),
        codes: words::find_code(fields.text("code")).into_iter().collect(),
        attributes: names,
        text: fields.text("text").to_owned(),
        after: fields.get("after").and_then(|id| id.parse::<ChangeId>().ok()),
        limit: SHOWN,
    }
}

/// Does what it says.
pub fn apply(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let plan = id(visit)?;
    let applied = visit.center.sync.begin_apply(visit.actor(), &place.job, plan);
    match applied.map_err(Error::from) {
        Ok(Some(run)) => {
            let own = format!("{}/plan/{plan}", place.base);
            Ok(Answer::said_of(&own, "said-plan-applied", &words::told(&run)))
        }
        Ok(None) => Ok(Answer::said(&place.base, "said-plan-applying")),
        Err(error) if error.is_mendable() => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

/// Drops it.
pub fn discard(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let dropped = visit.center.sync.drop_plan(visit.actor(), &place.job, id(visit)?);
    match dropped.map_err(Error::from) {
        Ok(()) => Ok(Answer::said(&format!("{}/plan", place.base), "said-plan-dropped")),
        Err(error) if error.is_mendable() => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

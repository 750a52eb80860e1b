//! People who could not go on: by what holds them up, one by one, tried again or given up.

use askama::Template;
use model::{Code, ObjectId};
use sync::{Stuck, StuckGroup};

use super::{entry::Why, place::Place, words};
use crate::{answer::Answer, error::Error, filters, frame::Frame, visit::Visit};

/// So many people are on a page.
const SHOWN: usize = 100;
/// So many people of one code are tried again at once.
const MOST: usize = 20_000;

#[derive(Template)]
#[template(path = "job_escrow.html")]
struct Page {
    frame: Frame,
    base: String,
    groups: Vec<Group>,
    has_more: bool,
    code: Option<Code>,
    people: Vec<Stuck>,
    first: Option<String>,
    next: Option<String>,
    why_not: Option<String>,
    refused: Option<Error>,
}

/// Those with one code, and what to do about it.
struct Group {
    group: StuckGroup,
    meaning: &'static str,
    why: Why,
}

/// Who waits.
pub fn list(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None)
}

fn page(visit: &Visit, refused: Option<Error>) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let (sync, actor) = (&visit.center.sync, visit.actor());
    let query = visit.query();
    let code = words::find_code(query.text("code"));
    let after: Option<ObjectId> = query.get("after").and_then(|id| id.parse().ok());
    let (groups, has_more) = sync.group_stuck(actor, &place.job)?;
    let found = sync.list_stuck(actor, &place.job, code, (after, SHOWN))?;
    let group = |group: StuckGroup| Group {
        meaning: words::meaning(group.code),
        why: Why::of(&group.example, &place.base, true),
        group,
    };
    let path = format!("{}/escrow", place.base);
    let address = |after: &str| {
        format!("{path}?{}", query.with("said", "").with("of", "").with("after", after).query())
    };
    let status = refused.as_ref().map_or(200, |error| error.status);
    let page = Page {
        frame: place.frame(visit, text!("escrow-title"), "escrow"),
        groups: groups.into_iter().map(group).collect(),
        has_more,
        code,
        people: found.people,
        first: after.map(|_| address("")),
        next: found.next.map(|id| address(&id.to_string())),
        why_not: place.why_not_run(visit),
        refused,
        base: place.base,
    };
    Answer::page_with(status, &page)
}

/// Tries those who are ticked, those of one code, or everybody again.
pub fn retry(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let form = visit.form();
    let (sync, actor) = (&visit.center.sync, visit.actor());
    let people = match (form.is_on("all"), words::find_code(form.text("code"))) {
        (false, _) => ticked(visit),
        (true, None) => Vec::new(),
        (true, Some(code)) => of_code(visit, &place, code)?,
    };
    let path = format!("{}/escrow", place.base);
    if people.is_empty() && !(form.is_on("all") && form.get("code").is_none()) {
        return Ok(Answer::said(&path, "said-escrow-none"));
    }
    match sync.begin_retry(actor, &place.job, &people).map_err(Error::from) {
        Ok(Some(run)) => Ok(Answer::said_of(&path, "said-escrow-retried", &words::told(&run))),
        Ok(None) => Ok(Answer::said(&place.base, "said-escrow-retrying")),
        Err(error) if error.is_mendable() => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

/// Gives those who are ticked up.
pub fn give_up(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let people = ticked(visit);
    let path = format!("{}/escrow", place.base);
    if people.is_empty() {
        return Ok(Answer::said(&path, "said-escrow-none"));
    }
    let given = visit.center.sync.give_up_escrow(visit.actor(), &place.job, &people);
    match given.map_err(Error::from) {
        Ok(count) => {
            Ok(Answer::said_of(&path, "said-escrow-given-up", &crate::texts::figure(count)))
        }
        Err(error) if error.is_mendable() => page(visit, Some(error)),
        Err(error) => Err(error),
    }
}

fn ticked(visit: &Visit) -> Vec<ObjectId> {
    visit.form().all("id").filter_map(|id| id.parse().ok()).collect()
}

fn of_code(visit: &Visit, place: &Place, code: Code) -> Result<Vec<ObjectId>, Error> {
    let (mut people, mut after) = (Vec::new(), None);
    loop {
        let sync = &visit.center.sync;
        let found = sync.list_stuck(visit.actor(), &place.job, Some(code), (after, 1_000))?;
        people.extend(found.people.iter().map(|one| one.waiting.source));
        after = found.next;
        if after.is_none() || people.len() >= MOST {
            return Ok(people);
        }
    }
}

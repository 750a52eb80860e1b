//! The changes of a plan in groups, told while they are read: a plan of a million is read for seconds, and
//! its first groups stand there at once.

use std::time::{Duration, Instant};

use askama::Template;
use model::Name;
use sync::{PlanGroup, PlanGroups, PlanQuery};

use super::{place::Place, plan, words};
use crate::{answer::Answer, error::Error, filters, form::Fields, live, visit::Visit};

/// So long one look reads on.
const SPELL: Duration = Duration::from_millis(250);

#[derive(Template)]
#[template(path = "job_plan_groups.html")]
struct Groups {
    own: String,
    rows: Vec<Row>,
    others: u64,
    seen: u64,
    total: u64,
    is_whole: bool,
}

/// A group as a row.
struct Row {
    action: String,
    query: String,
    code: Option<model::Code>,
    group: PlanGroup,
}

impl Row {
    fn of(group: &PlanGroup) -> Self {
        let names: Vec<String> = group.attributes.iter().map(Name::to_string).collect();
        let code = group.code.map_or("", |code| code.as_str());
        let query = Fields::default()
            .with("action", group.action.as_str())
            .with("code", code)
            .with("attributes", &names.join(","))
            .query();
        Self { action: words::action(group.action), query, code: group.code, group: group.clone() }
    }
}

/// The groups as they are found.
pub fn follow(visit: &Visit) -> Result<Answer, Error> {
    let place = Place::of(visit)?;
    let id = plan::id(visit)?;
    let (sync, actor) = (visit.center.sync.clone(), visit.actor().clone());
    let total = sync.read_plan(&actor, &place.job, id)?.total;
    let own = format!("{}/plan/{id}", place.base);
    let (mut groups, mut after, mut is_whole) = (PlanGroups::default(), None, false);
    live::pieces(move || {
        // The end of the stream: the page asks no more.
        if is_whole {
            return Err(Error::missing());
        }
        let began = Instant::now();
        while !is_whole && began.elapsed() < SPELL {
            let query = PlanQuery { after, ..PlanQuery::default() };
            let page = sync.read_plan_entries(&actor, &place.job, id, &query)?;
            page.entries.iter().for_each(|entry| groups.add(entry));
            (after, is_whole) = (page.next, page.next.is_none());
        }
        let shown = Groups {
            own: own.clone(),
            rows: groups.list().into_iter().map(Row::of).collect(),
            others: groups.others,
            seen: groups.seen,
            total,
            is_whole,
        };
        Ok(vec![("groups", shown.render()?)])
    })
}

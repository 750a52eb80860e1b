//! People in escrow by the page, with their names, and by what holds them up.

use std::collections::BTreeMap;

use model::{Actor, Code, Job, Kind, ObjectId, Reason, RunSummary, Waiting};
use serde::Serialize;
use store::WaitQuery;

use crate::{Error, Sync, read::PAGE};

/// So many records are looked through for groups.
const MOST: usize = 10_000;
/// So many pages are looked through for one code before the answer is given, found or not.
const SEARCHED_PAGES: usize = 20;

/// Somebody in escrow.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stuck {
    /// What the person, or the group, is called; the id of somebody who is gone.
    pub name: String,
    /// Whether it is a group.
    pub kind: Kind,
    /// Why, since when, and when it is tried again.
    pub waiting: Waiting,
}

/// Some of the people in escrow.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StuckPage {
    /// Who.
    pub people: Vec<Stuck>,
    /// The person behind whom the list goes on; none at its end.
    pub next: Option<ObjectId>,
}

/// Those who wait for the same reason.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StuckGroup {
    /// The code.
    pub code: Code,
    /// How many there are.
    pub count: u64,
    /// How many of them were given up.
    pub given_up: u64,
    /// Why the first of them waits.
    pub example: Reason,
}

impl Sync {
    /// People in escrow, sorted by id, from behind one; only those with a code where one is named.
    pub fn list_stuck(
        &self,
        actor: &Actor,
        job: &Job,
        code: Option<Code>,
        (after, limit): (Option<ObjectId>, usize),
    ) -> Result<StuckPage, Error> {
        self.check_logs(actor, job)?;
        let (mut found, mut next) = (Vec::new(), after);
        let mut is_over = false;
        for _ in 0..SEARCHED_PAGES {
            let page = self.store().waiting(job.source, job.id, &WaitQuery::After(next, PAGE))?;
            is_over = page.len() < PAGE;
            for waiting in page {
                if found.len() == limit {
                    is_over = false;
                    break;
                }
                next = Some(waiting.source);
                if waiting.wait.is_escrow() && code.is_none_or(|code| waiting.reason.code == code) {
                    found.push(waiting);
                }
            }
            if is_over || found.len() == limit {
                break;
            }
        }
        let people = self.name_stuck(job, found)?;
        Ok(StuckPage { people, next: next.filter(|_| !is_over) })
    }

    fn name_stuck(&self, job: &Job, found: Vec<Waiting>) -> Result<Vec<Stuck>, Error> {
        let ids: Vec<ObjectId> = found.iter().map(|one| one.source).collect();
        let objects = self.store().get(job.source, &ids)?;
        let named = found.into_iter().zip(objects).map(|(waiting, object)| Stuck {
            name: object.as_ref().map_or_else(|| waiting.source.to_string(), |one| one.label()),
            kind: object.map_or(Kind::User, |one| one.kind),
            waiting,
        });
        Ok(named.collect())
    }

    /// What holds people up, the commonest first, and whether there are more people than were counted.
    pub fn group_stuck(&self, actor: &Actor, job: &Job) -> Result<(Vec<StuckGroup>, bool), Error> {
        self.check_logs(actor, job)?;
        let mut groups: BTreeMap<Code, StuckGroup> = BTreeMap::new();
        let (mut after, mut seen) = (None, 0);
        loop {
            let page = self.store().waiting(job.source, job.id, &WaitQuery::After(after, PAGE))?;
            after = page.last().map(|one| one.source);
            seen += page.len();
            let is_over = page.len() < PAGE;
            for Waiting { reason, given_up, wait, .. } in page {
                if !wait.is_escrow() {
                    continue;
                }
                let code = reason.code;
                let group = groups.entry(code);
                let new = || StuckGroup { code, count: 0, given_up: 0, example: reason };
                let group = group.or_insert_with(new);
                group.count += 1;
                group.given_up += u64::from(given_up.is_some());
            }
            if is_over || seen >= MOST {
                let mut groups: Vec<StuckGroup> = groups.into_values().collect();
                groups.sort_by_key(|group| std::cmp::Reverse(group.count));
                return Ok((groups, !is_over));
            }
        }
    }

    /// Begins to try people in escrow again, as [`Sync::retry_escrow`] does, in the background. What
    /// came of it if it ended, or was refused, within a moment; none while it is under way.
    pub fn begin_retry(
        &self,
        actor: &Actor,
        job: &Job,
        people: &[ObjectId],
    ) -> Result<Option<RunSummary>, Error> {
        self.check_run(actor, job)?;
        let (sync, who, what, people) = (self.clone(), actor.clone(), job.clone(), people.to_vec());
        self.in_background(job, move |observer| sync.retry_escrow(&who, &what, &people, observer))
    }
}

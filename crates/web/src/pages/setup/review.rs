//! What would happen to everybody: the newest plan, by action and by reason, with its first differences.
//! Making one runs in the background; the page follows it.

use std::time::{Duration, Instant};

use askama::Template;
use model::{Action, Code, Job, RunKind};
use sync::{Live, PlanQuery, PlanRow, PlanState};

use super::{read, runs::Runs};
use crate::{answer::Answer, error::Error, filters, frame::job_path, live, visit::Visit};

/// So many differences are shown.
const FIRST: usize = 12;
/// So many attributes of each.
const ATTRIBUTES: usize = 8;
/// So often the newest plan is read while nothing is under way.
const PAUSE: Duration = Duration::from_secs(2);

/// The newest plan of a configuration.
#[derive(Template)]
#[template(path = "setup_review.html")]
pub struct Review {
    href: String,
    making: Option<Live>,
    plan: Option<PlanRow>,
    actions: Vec<(String, u64)>,
    reasons: Vec<Left>,
    first: Vec<Difference>,
}

/// Why people are left out or cannot go on, and how many.
struct Left {
    count: u64,
    meaning: &'static str,
    example: Option<String>,
}

/// What would be done with one.
struct Difference {
    name: String,
    action: String,
    reason: Option<String>,
    values: Vec<(String, Option<String>, Option<String>)>,
    more: usize,
}

impl Review {
    /// Reads it; nothing for who may not read plans.
    pub fn read(visit: &Visit, job: &Job, base: &str) -> Result<Option<Self>, Error> {
        let readable = [access::Permission::WriteJobs, access::Permission::ReadProvisioning];
        if access::check_any(visit.actor(), &readable, job.source).is_err() {
            return Ok(None);
        }
        Self::of(&visit.center.sync, visit.actor(), job, base).map(Some)
    }

    fn of(sync: &sync::Sync, actor: &model::Actor, job: &Job, base: &str) -> Result<Self, Error> {
        let making = match access::check(actor, access::Permission::ReadJobs, job.source) {
            Ok(()) => {
                sync.list_live(actor, job)?.into_iter().find(|live| live.kind == RunKind::Plan)
            }
            Err(_) => None,
        };
        let plans = sync.list_plans(actor, job, 5)?;
        let plan = plans.into_iter().find(|plan| plan.state != PlanState::Making);
        let first = match &plan {
            Some(plan) => {
                let query = PlanQuery { limit: FIRST, ..PlanQuery::default() };
                sync.read_plan_entries(actor, job, plan.id, &query)?.entries
            }
            None => Vec::new(),
        };
        let href =
            plan.as_ref().map_or_else(String::new, |plan| format!("{base}/plan/{}", plan.id));
        Ok(Self {
            href,
            making,
            actions: plan.as_ref().map(counts).unwrap_or_default(),
            reasons: plan.as_ref().map(left).unwrap_or_default(),
            first: first.iter().map(Difference::of).collect(),
            plan,
        })
    }

    fn is_stale(&self) -> bool {
        let old = [PlanState::Stale, PlanState::Refused, PlanState::Dropped];
        self.plan.as_ref().is_some_and(|plan| old.contains(&plan.state))
    }
}

fn counts(plan: &PlanRow) -> Vec<(String, u64)> {
    let all = Action::ALL.into_iter();
    all.filter_map(|one| Some((action(one), *plan.changes.get(one.as_str())?))).collect()
}

fn left(plan: &PlanRow) -> Vec<Left> {
    let told = |(code, count): (&String, &u64)| {
        let known = Code::ALL.iter().find(|(one, ..)| one.as_str() == code)?;
        let example = plan.examples.iter().find(|example| example.reason.code == known.0);
        let example =
            example.map(|example| format!("{}: {}", example.person, example.reason.sentence));
        Some(Left { count: *count, meaning: known.2, example })
    };
    plan.reasons.iter().filter_map(told).collect()
}

impl Difference {
    fn of(entry: &model::Entry) -> Self {
        let value = |value: &Option<model::Value>| value.as_ref().map(ToString::to_string);
        let all = entry.modifications.iter();
        let values = all.map(|one| (one.name.to_string(), value(&one.old), value(&one.new)));
        Self {
            name: entry.name.clone(),
            action: action(entry.action),
            reason: entry.reason.as_ref().map(|reason| reason.sentence.clone()),
            values: values.take(ATTRIBUTES).collect(),
            more: entry.modifications.len().saturating_sub(ATTRIBUTES),
        }
    }
}

/// What is done, in a word.
fn action(action: Action) -> String {
    match action {
        Action::Create => text!("setup-create"),
        Action::Adopt => text!("setup-adopt"),
        Action::Update => text!("setup-update"),
        Action::Restore => text!("setup-restore"),
        Action::Disable => text!("setup-disable"),
        Action::Remove => text!("setup-remove"),
        Action::Unlink => text!("setup-unlink"),
        Action::Fail => text!("setup-fail"),
        Action::AddMember => text!("setup-join"),
        Action::RemoveMember => text!("setup-leave"),
    }
}

/// The plan while it is made, or the first runs.
pub fn follow(visit: &Visit) -> Result<Answer, Error> {
    let (tenant, job) = read(visit)?;
    let base = job_path(&tenant, &job);
    let (sync, actor) = (visit.center.sync.clone(), visit.actor().clone());
    let mut told: Option<(Instant, String)> = None;
    if visit.query().text("step") == "start" {
        return live::pieces(move || {
            Ok(vec![("runs", Runs::read(&sync, &actor, &job)?.render()?)])
        });
    }
    live::pieces(move || {
        let is_moving = sync.list_live(&actor, &job)?.iter().any(|live| live.kind == RunKind::Plan);
        if let Some((at, html)) = &told
            && !is_moving
            && at.elapsed() < PAUSE
        {
            return Ok(vec![("review", html.clone())]);
        }
        let html = Review::of(&sync, &actor, &job, &base)?.render()?;
        // What was under way a moment ago is read once more at once.
        told = (!is_moving).then(|| (Instant::now(), html.clone()));
        Ok(vec![("review", html)])
    })
}

//! One person on demand: the whole line for somebody, shown step by step, and why somebody is or is
//! not in the target. With `dry run` the line ends before the guard, as for a plan.

use access::Permission;
use engine::{
    Decision, Evaluated, Facts, Record,
    scope::{Asked, Scoped},
};
use model::{
    Action, Actor, Code, Job, Name, Object, ObjectId, Reason, RunKind, RunSummary, ScopeMode, Value,
};
use serde::Serialize;

use crate::{
    Error, Observer, Sync, cycle,
    evaluate::walk,
    journal::Memory,
    pipeline,
    read::{Chosen, Pages, Who},
    records::read_records,
    recover::recover,
    removals,
    session::{Context, Session},
    veil::Veil,
};

/// What the line makes of one person.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Provisioned {
    /// The person.
    pub id: ObjectId,
    /// What to call the person.
    pub name: String,
    /// Import, scope, match, action.
    pub steps: Vec<Step>,
    /// Every mapping with the values on both sides.
    pub attributes: Vec<Row>,
    /// What is to be done: `create`, `update`, …, `nothing`, `skip` or `fail`.
    pub action: &'static str,
    /// Why, where it is more than that a value changed.
    pub reason: Option<Reason>,
    /// Whether it was done; none for a dry run.
    pub run: Option<RunSummary>,
}

/// One step, told.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its name.
    pub name: &'static str,
    /// `success`, `skipped` or `failure`.
    pub status: &'static str,
    /// Sentences about it.
    pub details: Vec<String>,
}

/// One mapping for one person.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The target attribute.
    pub target: String,
    /// The value of the source attribute of the same mapping, where it is one.
    pub source_value: Option<String>,
    /// The mapping's rule.
    pub expression: String,
    /// What the target holds.
    pub old: Option<String>,
    /// What the target is to hold.
    pub new: Option<String>,
    /// Whether that is a change.
    pub changes: bool,
}

/// Why somebody is or is not in the target.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The person.
    pub id: ObjectId,
    /// What to call the person.
    pub name: String,
    /// Whether the target has the person now.
    pub in_target: bool,
    /// The sentences.
    pub sentences: Vec<String>,
}

impl Sync {
    /// Shows what the line makes of one person now, and does nothing.
    pub fn preview(
        &self,
        actor: &Actor,
        job: &Job,
        person: ObjectId,
    ) -> Result<Provisioned, Error> {
        self.check_run(actor, job)?;
        let ctx = Context::read(self, job)?;
        ctx.check_consent()?;
        let veil = Veil::of(actor, job);
        one(&ctx, person, |record, evaluated, facts| show(&ctx, &veil, record, &evaluated, facts))
    }

    /// Takes one person down the whole line. Others are not touched, and the watermark stays.
    pub fn provision(
        &self,
        actor: &Actor,
        job: &Job,
        person: ObjectId,
        observer: &dyn Observer,
    ) -> Result<Provisioned, Error> {
        self.check_run(actor, job)?;
        let mut session = Session::open(self, job, RunKind::OnDemand)?;
        session.ctx.check_consent()?;
        session.ctx.check_tests()?;
        let veil = Veil::of(actor, job);
        let shown = one(&session.ctx, person, |record, evaluated, facts| {
            show(&session.ctx, &veil, record, &evaluated, facts)
        })?;
        let mut memory = Memory::default();
        recover(&mut session, &mut memory)?;
        let result =
            pipeline::run(&mut session, &mut memory, &mut Chosen::new([person]), 1, observer)
                .and_then(|()| removals::finish(&mut session, &mut memory, observer));
        let finished = cycle::finish(session, memory, result);
        self.nudge(job.id);
        let run = finished?;
        Ok(Provisioned { run: Some(run), ..shown })
    }

    /// Why somebody is or is not in the target.
    pub fn explain(&self, actor: &Actor, job: &Job, person: ObjectId) -> Result<Explained, Error> {
        access::check(actor, Permission::ReadJobs, job.source).map_err(directory::Error::from)?;
        let ctx = Context::read(self, job)?;
        // The sentences name what the target holds.
        ctx.check_consent()?;
        one(&ctx, person, |record, evaluated, facts| {
            let linked = facts.find_linked(record.id);
            let groups = group_names(&ctx, record)?;
            let sentences =
                engine::explain(&ctx.rules, record, &evaluated, linked, &groups, ctx.now());
            Ok(Explained {
                id: record.id,
                name: record.label(),
                in_target: linked.is_some_and(|object| object.deleted.is_none()),
                sentences,
            })
        })?
    }
}

/// Takes one person down the line to the plan.
fn one<T>(
    ctx: &Context,
    person: ObjectId,
    show: impl Fn(&Record, Evaluated<'_>, &Facts) -> T,
) -> Result<T, Error> {
    let missing = || directory::Error::NotFound { kind: "user", name: person.to_string() };
    let page = Chosen::new([person]).next(ctx)?.ok_or_else(missing)?;
    let Who::People(people) = page.who else { return Err(missing().into()) };
    let mut records = read_records(ctx, people, page.is_read)?;
    name_managers(ctx, &mut records)?;
    let mut shown = None;
    walk(ctx, &ctx.rules, &records, |record, evaluated, facts| {
        shown = Some(show(record, evaluated, facts));
    })?;
    Ok(shown.ok_or_else(missing)?)
}

/// Sentences about one person name the manager, not the id alone.
fn name_managers(ctx: &Context, records: &mut [Record]) -> Result<(), Error> {
    for record in records {
        let Some(manager) = record.manager else { continue };
        let found = ctx.store().get(ctx.job.source, &[manager])?;
        record.manager_name = found.iter().flatten().next().map(Object::label);
    }
    Ok(())
}

fn group_names(ctx: &Context, record: &Record) -> Result<Vec<String>, Error> {
    let found = ctx.store().get(ctx.job.source, &record.assignment.groups)?;
    Ok(found.iter().flatten().map(|group| format!("group {}", group.display_name())).collect())
}

fn show(
    ctx: &Context,
    veil: &Veil,
    record: &Record,
    evaluated: &Evaluated<'_>,
    facts: &Facts,
) -> Provisioned {
    let linked = facts.find_linked(record.id);
    let (action, reason) = action(&evaluated.decision);
    Provisioned {
        id: record.id,
        name: record.label(),
        steps: steps(ctx, record, evaluated, linked),
        attributes: rows(ctx, veil, evaluated, live(evaluated, linked, facts)),
        action,
        reason: reason.cloned(),
        run: None,
    }
}

/// The object that the values are compared with: the linked one, or the one that is taken over.
fn live<'f>(
    evaluated: &Evaluated<'_>,
    linked: Option<&'f Object>,
    facts: &'f Facts,
) -> Option<&'f Object> {
    match &evaluated.decision {
        Decision::Change(change) | Decision::ChangeAndFail(change, ..) => {
            change.target.and_then(|id| facts.live.get(&id))
        }
        _ => linked,
    }
}

fn action(decision: &Decision) -> (&'static str, Option<&Reason>) {
    match decision {
        Decision::Nothing => ("nothing", None),
        Decision::Skip(reason) => ("skip", Some(reason)),
        Decision::Fail(reason, _) => ("fail", Some(reason)),
        Decision::ChangeAndFail(change, reason, _) => (change.action.as_str(), Some(reason)),
        Decision::Change(change) => (change.action.as_str(), change.reason.as_ref()),
    }
}

fn steps(
    ctx: &Context,
    record: &Record,
    evaluated: &Evaluated<'_>,
    linked: Option<&Object>,
) -> Vec<Step> {
    let step = |name, status, details| Step { name, status, details };
    let import = match &record.object {
        Some(person) => step(
            "import",
            "success",
            vec![
                format!("{} is a user of the source tenant", person.label()),
                format!("active: {}", person.is_enabled() && person.deleted.is_none()),
            ],
        ),
        None => step("import", "skipped", vec!["the source tenant has no such user".to_owned()]),
    };
    let mut scope = Vec::new();
    if ctx.job.scope == ScopeMode::Assigned {
        scope.push(format!("assigned: {}", record.assignment.is_given()));
    }
    if let Some(person) = &record.object {
        let asked = Asked { person, record, now: ctx.now() };
        let clauses = ctx.rules.filter.explain(asked);
        scope.extend(clauses.iter().flatten().map(ToString::to_string));
        let tests = ctx.rules.filter.explain_condition(asked);
        scope.extend(tests.iter().map(ToString::to_string));
    }
    let scope = match &evaluated.scoped {
        Scoped::In(_) => step("scope", "success", scope),
        Scoped::Out(reason) => {
            // A filter's sentence is that of its clauses, which stand there already.
            if reason.code == Code::FILTERED_OUT {
                scope.push(reason.code.to_string());
            } else {
                scope.push(reason.to_string());
            }
            step("scope", "skipped", scope)
        }
        Scoped::Open(reason) => {
            scope.push(reason.to_string());
            step("scope", "failure", scope)
        }
    };
    let found = match (&evaluated.matched_by, linked) {
        (Some(by), Some(object)) => {
            vec![format!("{} stands for the person, by {by}", object.label())]
        }
        (Some(by), None) => vec![format!("found by {by}")],
        (None, _) => vec!["nobody in the target stands for the person".to_owned()],
    };
    let (name, reason) = action(&evaluated.decision);
    let status = match &evaluated.decision {
        Decision::Change(_) => "success",
        Decision::Nothing | Decision::Skip(_) => "skipped",
        Decision::Fail(..) | Decision::ChangeAndFail(..) => "failure",
    };
    let mut told = vec![name.to_owned()];
    told.extend(reason.map(ToString::to_string));
    vec![import, scope, step("match", "success", found), step("action", status, told)]
}

/// Every mapping with the values on both sides; what a change does not touch stays as it is.
fn rows(ctx: &Context, veil: &Veil, evaluated: &Evaluated<'_>, live: Option<&Object>) -> Vec<Row> {
    let Some(Ok(desired)) = &evaluated.desired else { return Vec::new() };
    let modifications = match &evaluated.decision {
        Decision::Change(change) if change.action != Action::Remove => &change.modifications[..],
        Decision::ChangeAndFail(change, ..) => &change.modifications[..],
        _ => &[],
    };
    let (_, why) = action(&evaluated.decision);
    ctx.rules
        .targets()
        .zip(&ctx.job.mappings)
        .map(|((target, rule), mapping)| {
            let change = modifications.iter().find(|one| one.name == *target);
            let old = live.and_then(|object| object.attributes.get(target));
            let held = old.map(|value| veil.show_held(target, value, why));
            let new = match change {
                Some(change) => change.new.as_ref().map(|value| veil.show(target, value)),
                None => held.clone(),
            };
            Row {
                target: target.to_string(),
                source_value: source_value(desired.person, mapping),
                expression: rule.to_owned(),
                old: held,
                new,
                changes: change.is_some(),
            }
        })
        .collect()
}

fn source_value(person: &Object, mapping: &model::Mapping) -> Option<String> {
    let name = match &mapping.source {
        model::Source::Direct(name) => name,
        _ => return None,
    };
    let name = Name::find_known(name).unwrap_or_else(|| Name::new(name));
    person.attributes.get(&name).map(Value::to_string)
}

//! One person on demand: the whole line for somebody, shown step by step, and why somebody is or is
//! not in the target. With `dry run` the line ends before the guard, as for a plan.

use access::Permission;
use engine::{
    Decision, Evaluated, Facts, Record, Rules,
    scope::{Asked, Scoped},
};
use model::{
    Action, Actor, Code, Job, Kind, Name, Object, ObjectId, Reason, RunKind, RunSummary, ScopeMode,
    Value,
};
use serde::Serialize;

use crate::{
    Error, Observer, Sync, cycle,
    evaluate::walk,
    journal::Memory,
    live::Watched,
    pipeline,
    read::Chosen,
    records::{read_group_records, read_records},
    recover::recover,
    removals,
    session::{Context, Session},
    veil::Veil,
    walk::Walk,
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
        let watched = Watched::begin(&session.ctx, RunKind::OnDemand, observer);
        let result = line(&mut session, &mut memory, person, &watched);
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
            let rules = rules_for(&ctx, record);
            let sentences = engine::explain(rules, record, &evaluated, linked, &groups, ctx.now());
            Ok(Explained {
                id: record.id,
                name: record.label(),
                in_target: linked.is_some_and(|object| object.deleted.is_none()),
                sentences,
            })
        })?
    }
}

/// Takes one person, or one group with its members, down the whole line.
fn line(
    session: &mut Session,
    memory: &mut Memory,
    id: ObjectId,
    observer: &dyn Observer,
) -> Result<(), Error> {
    pipeline::run(session, memory, &mut Chosen::new([id]), 1, observer)?;
    if session.ctx.maps_members() {
        // A group that was made only now has no members yet; a person is no group and has none.
        let mut members = Chosen::memberships(Vec::new(), Walk::each([id]));
        pipeline::run(session, memory, &mut members, 1, observer)?;
    }
    removals::finish(session, memory, observer)
}

/// Takes one person, or one group, down the line to the plan.
pub(crate) fn one<T>(
    ctx: &Context,
    id: ObjectId,
    show: impl Fn(&Record, Evaluated<'_>, &Facts) -> T,
) -> Result<T, Error> {
    let missing = || directory::Error::NotFound { kind: "user", name: id.to_string() };
    let found = ctx.store().get(ctx.job.source, &[id])?.pop().flatten();
    // Of what is gone for good nobody knows what it was; by either rules it leaves.
    let kind = found.as_ref().map_or(Kind::User, |object| object.kind);
    let rules = check_rules(ctx, kind)?;
    let whom = vec![(id, found)];
    let mut records = match kind {
        Kind::User => read_records(ctx, whom, true)?,
        Kind::Group => read_group_records(ctx, whom, true)?,
    };
    name_managers(ctx, &mut records)?;
    let mut shown = None;
    walk(ctx, rules, &records, |record, evaluated, facts| {
        shown = Some(show(record, evaluated, facts));
    })?;
    Ok(shown.ok_or_else(missing)?)
}

/// The rules for one kind; groups may stay at home.
pub(crate) fn check_rules(ctx: &Context, kind: Kind) -> Result<&Rules, Error> {
    ctx.rules_of(kind).ok_or_else(|| {
        let sentence = "groups do not go along, or the target does not let them in";
        Error::stopped(Code::GROUPS_NOT_ALLOWED, sentence)
    })
}

/// The rules that a record was evaluated by.
fn rules_for<'c>(ctx: &'c Context, record: &Record) -> &'c Rules {
    let kind = record.object.as_ref().map_or(Kind::User, |object| object.kind);
    ctx.rules_of(kind).unwrap_or(&ctx.rules)
}

/// Sentences about one person name the manager, not the id alone.
pub(crate) fn name_managers(ctx: &Context, records: &mut [Record]) -> Result<(), Error> {
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
        attributes: rows(ctx, veil, record, evaluated, live(evaluated, linked, facts)),
        action,
        reason: reason.cloned(),
        run: None,
    }
}

/// The object that the values are compared with: the linked one, or the one that is taken over.
pub(crate) fn live<'f>(
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

pub(crate) fn action(decision: &Decision) -> (&'static str, Option<&Reason>) {
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
    let rules = rules_for(ctx, record);
    let noun = rules.noun();
    let import = match &record.object {
        Some(person) => step(
            "import",
            "success",
            vec![
                format!("{} is a {} of the source tenant", person.label(), person.kind),
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
        let clauses = rules.filter.explain(asked);
        scope.extend(clauses.iter().flatten().map(ToString::to_string));
        let tests = rules.filter.explain_condition(asked);
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
            vec![format!("{} stands for the {noun}, by {by}", object.label())]
        }
        (Some(by), None) => vec![format!("found by {by}")],
        (None, _) => vec![format!("nobody in the target stands for the {noun}")],
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
fn rows(
    ctx: &Context,
    veil: &Veil,
    record: &Record,
    evaluated: &Evaluated<'_>,
    live: Option<&Object>,
) -> Vec<Row> {
    let Some(Ok(desired)) = &evaluated.desired else { return Vec::new() };
    let modifications = match &evaluated.decision {
        Decision::Change(change) if change.action != Action::Remove => &change.modifications[..],
        Decision::ChangeAndFail(change, ..) => &change.modifications[..],
        _ => &[],
    };
    let (_, why) = action(&evaluated.decision);
    let rules = rules_for(ctx, record);
    let kind = rules.kind;
    let mappings = match kind {
        Kind::User => &ctx.job.mappings,
        Kind::Group => &ctx.job.groups.mappings,
    };
    let shown = rules.targets().enumerate();
    shown
        // Members are no value of the group: each is decided by itself.
        .filter(|(_, (target, _))| kind == Kind::User || **target != Name::members())
        .map(|(index, (target, rule))| {
            let change = modifications.iter().find(|one| one.name == *target);
            let old = live.and_then(|object| object.attributes.get(target));
            let held = old.map(|value| veil.show_held(kind, (target, value), why));
            let new = match change {
                Some(change) => change.new.as_ref().map(|value| veil.show(kind, target, value)),
                None => held.clone(),
            };
            // What holds for all groups stands behind the mappings and is none of them.
            let mapping = mappings.get(index);
            Row {
                target: target.to_string(),
                source_value: mapping.and_then(|mapping| source_value(desired.person, mapping)),
                expression: rule.to_owned(),
                old: held,
                new,
                changes: change.is_some(),
            }
        })
        .collect()
}

pub(crate) fn source_value(person: &Object, mapping: &model::Mapping) -> Option<String> {
    let name = match &mapping.source {
        model::Source::Direct(name) => name,
        _ => return None,
    };
    let name = Name::find_known(name).unwrap_or_else(|| Name::new(name));
    person.attributes.get(&name).map(Value::to_string)
}

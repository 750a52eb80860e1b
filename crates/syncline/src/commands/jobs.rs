//! `syncline job`.

use directory::NewJob;
use model::{
    Actions, Brake, Groups, Job, JobState, Kind, Limits, Mapping, Nested, Quarantine, Retries,
    RunSummary, ScopeMode, Seed, Stage, TenantId, print_duration,
};
use serde_json::json;
use sync::Approval;
use wire::filter_text::Scoping;

use super::{
    Call, describe, groups, mapping_tests,
    mappings::{self, Written},
    schedule, schema, table, watch,
};
use crate::{
    args::{GroupArgs, JobCommand, JobCreate, JobUpdate, NestedGroups, Scope, Switch},
    failure::{Failure, details},
    output::{Output, Reply, Watch},
};

pub fn run(
    call: &Call<'_>,
    command: JobCommand,
    output: &mut dyn Output,
) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let find = |name: &str| directory.find_job(call.actor, name);
    match command {
        JobCommand::Create(args) => create(call, &args),
        JobCommand::List => list(call),
        JobCommand::Runs { job, limit } => runs(call, &find(&job)?, limit),
        JobCommand::Show { job } => show(call, &find(&job)?),
        JobCommand::Update(args) => update(call, *args),
        JobCommand::Test { job } => test(call, &find(&job)?),
        JobCommand::Assign { job, principals } => assign(call, &find(&job)?, &principals, true),
        JobCommand::Unassign { job, principals } => assign(call, &find(&job)?, &principals, false),
        JobCommand::Start { job } => {
            let job = directory
                .update_job(call.actor, &find(&job)?, |job| job.state = JobState::Active)?;
            call.app.sync.lift_quarantine(call.actor, &job)?;
            let text = format!(
                "{} is active; it runs by itself while `syncline serve` owns the data directory, {}",
                job.name, job.schedule
            );
            Ok(Reply::new(document(call, &job), text))
        }
        JobCommand::Pause { job } => {
            let job = directory
                .update_job(call.actor, &find(&job)?, |job| job.state = JobState::Paused)?;
            Ok(Reply::new(document(call, &job), format!("{} is paused", job.name)))
        }
        JobCommand::Schedule { job, on_change, every, cron } => {
            let schedule = schedule::parse(on_change, every.as_deref(), cron.as_deref())?;
            schedule::run(call, &find(&job)?, schedule)
        }
        JobCommand::Restart { job, scope } => schedule::restart(call, &find(&job)?, &scope, output),
        JobCommand::Schema { job, command } => schema::run(call, &find(&job)?, command),
        JobCommand::Tests { job, command } => mapping_tests::run(call, &find(&job)?, command),
        JobCommand::Run { job } => {
            let job = find(&job)?;
            let run = call.app.sync.run_cycle(call.actor, &job, &Watch::new(&job.name, output))?;
            Ok(of_run(&run))
        }
        JobCommand::Watch { job, after } => watch::runs(call, &find(&job)?, after, output),
        JobCommand::AdoptGroup { job, group, target, yes } => {
            adopt_group(call, &find(&job)?, (&group, &target), yes.as_deref())
        }
        JobCommand::Delete { job, yes } => {
            let job = find(&job)?;
            if !yes {
                return Err(Failure::usage(format!(
                    "this deletes {} with its links and its log; its people stay in the target, \
                     unmanaged; add --yes",
                    job.name
                )));
            }
            let progress = call.app.sync.progress(call.actor, &job)?;
            directory.delete_job(call.actor, &job)?;
            let text = format!(
                "deleted job {}; {} stay in the target, unmanaged",
                job.name,
                told(&progress)
            );
            let document = json!({
                "deleted": job.id,
                "unmanaged": progress.linked_people(),
                "unmanagedGroups": progress.linked_groups,
            });
            Ok(Reply::new(document, text))
        }
    }
}

/// How many people and groups are linked.
fn told(progress: &model::Progress) -> String {
    let people = format!("{} people", progress.linked_people());
    match progress.linked_groups {
        0 => people,
        1 => format!("{people} and 1 group"),
        groups => format!("{people} and {groups} groups"),
    }
}

fn adopt_group(
    call: &Call<'_>,
    job: &Job,
    (group, target): (&str, &str),
    yes: Option<&str>,
) -> Result<Reply, Failure> {
    let find = |tenant, name| call.app.directory.find(call.actor, tenant, model::Kind::Group, name);
    let ids = (find(job.source, group)?.id, find(job.target, target)?.id);
    let sync = &call.app.sync;
    let difference = match yes {
        None => sync.compare_groups(call.actor, job, ids.0, ids.1)?,
        Some(word) => sync.adopt_group(call.actor, job, ids, word)?,
    };
    let list = |count: u64, what: &str, names: &[String]| {
        let more = if count > names.len() as u64 { ", …" } else { "" };
        let names =
            if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        format!("  {count} {what}{names}{more}\n")
    };
    let mut text =
        format!("{} of the source, {} of the target\n", difference.group, difference.target);
    text.push_str(&list(difference.joining, "would join", &difference.join));
    text.push_str(&list(difference.leaving, "would leave", &difference.leave));
    text.push_str(&list(difference.staying, "are the target's own and stay", &[]));
    text.push_str(&match yes {
        None => format!("Nothing was written. To take it over: --yes {}", difference.digest),
        Some(_) => "It is the source's group now; the next cycle brings it up to date.".to_owned(),
    });
    Ok(Reply::new(difference, text))
}

/// What a run came to; 3 when changes wait for approval.
pub fn of_run(run: &model::RunSummary) -> Reply {
    let held = run.state == model::RunState::Held;
    let mut text = describe::run(run);
    if held {
        text.push_str("\nhint: look with `syncline hold JOB list`, then approve or reject");
    }
    Reply::new(describe::run_document(run), text).exit(if held { 3 } else { 0 })
}

fn create(call: &Call<'_>, args: &JobCreate) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let source = directory.get_tenant(call.actor, &args.source)?;
    // The source names its partner; that the target exists is no secret of the target's.
    let target = directory.get_tenant(&super::operator(), &args.target)?;
    let flows = mappings::overlay(Mapping::defaults(), &args.mappings)?;
    let filter = args.filter.as_deref().unwrap_or_default();
    let ends = (source.id, target.id);
    let written = read_filter(call, filter, ends, (Kind::User, &flows))?;
    let (groups, of_groups) = chosen(call, &Groups::default(), &args.groups, ends)?;
    let new = NewJob {
        name: args.name.clone(),
        source: source.id,
        target: target.id,
        scope: scope(args.scope),
        filter: written.scoping.filter.clone(),
        condition: written.scoping.condition.clone(),
        mappings: flows,
        groups,
    };
    let job = directory
        .create_job(call.actor, new)
        .map_err(|error| locate([Some(&written), of_groups.as_ref()], error))?;
    let checks = directory.test_job(call.actor, &job)?;
    let failed: Vec<_> = checks.iter().filter(|check| !check.passed).collect();
    let mut text = format!("created job {} ({})", job.name, job.id);
    if !failed.is_empty() {
        text.push_str(&format!(
            "\n{} of {} consents are missing; `syncline job test {}` lists them",
            failed.len(),
            checks.len(),
            job.name
        ));
    }
    text.push_str(&doubts(call, &job)?);
    Ok(Reply::new(document(call, &job), text))
}

/// A filter from its text; what is wrong with the mappings is told along with what is wrong with it.
fn read_filter(
    call: &Call<'_>,
    text: &str,
    (source, target): (TenantId, TenantId),
    (kind, flows): (Kind, &[Mapping]),
) -> Result<Written, Failure> {
    let directory = &call.app.directory;
    let schema = directory.read_schema(source)?.0.of_kind(kind);
    mappings::filter(text, &schema).or_else(|mut failure| {
        for finding in directory.check_mappings(call.actor, (source, target), kind, flows)? {
            failure.message.push_str(&format!("\n\n{}", finding.to_string().trim_end()));
            failure.details.extend(details(&[finding]));
        }
        Err(failure)
    })
}

/// The error, with findings at their places in the filters that were written.
fn locate(written: [Option<&Written>; 2], error: directory::Error) -> directory::Error {
    written.into_iter().flatten().fold(error, |error, written| written.locate(error))
}

/// Objects that the condition names and that were deleted since, as lines.
pub fn gone(call: &Call<'_>, job: &Job) -> Result<(Vec<engine::Finding>, String), Failure> {
    let gone = call.app.directory.list_gone(call.actor, job)?;
    let text = gone.iter().map(|one| format!("warning: {one}\n")).collect();
    Ok((gone, text))
}

/// What is doubtful about the mappings, as lines behind what was done.
fn doubts(call: &Call<'_>, job: &Job) -> Result<String, Failure> {
    let directory = &call.app.directory;
    let mut doubts = directory.list_doubts(call.actor, job, Kind::User, &job.mappings)?;
    doubts.extend(directory.list_doubts(call.actor, job, Kind::Group, &job.groups.mappings)?);
    Ok(doubts.iter().map(|doubt| format!("\n\nwarning: {doubt}")).collect())
}

fn scope(scope: Scope) -> ScopeMode {
    match scope {
        Scope::Assigned => ScopeMode::Assigned,
        Scope::All => ScopeMode::All,
    }
}

fn update(call: &Call<'_>, args: JobUpdate) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let job = directory.find_job(call.actor, &args.job)?;
    let job = match &args.target {
        None => job,
        Some(name) => {
            // The source names its partner; that the target exists is no secret of the target's.
            let target = directory.get_tenant(&super::operator(), name)?;
            directory.choose_target(call.actor, &job, target.id)?
        }
    };
    let flows = mappings::overlay(job.mappings.clone(), &args.mappings)?;
    let ends = (job.source, job.target);
    let of_people = (Kind::User, &flows[..]);
    let written = args.filter.as_deref().map(|text| read_filter(call, text, ends, of_people));
    let written = written.transpose()?;
    let (groups, of_groups) = chosen(call, &job.groups, &args.groups, ends)?;
    let after = schedule::seconds(args.retry_after.as_deref())?;
    let at_most = schedule::seconds(args.retry_at_most.as_deref())?;
    let pause = schedule::seconds(args.quarantine_pause.as_deref())?;
    let longest = schedule::seconds(args.quarantine_pause_at_most.as_deref())?;
    let brakes: Result<Vec<_>, _> = args.brakes.iter().map(|text| brake(text)).collect();
    let brakes = brakes?;
    let before = (job.decision_version(), job.groups.enabled, job.group_version());
    let job = directory.update_job(call.actor, &job, |job| {
        if let Some(name) = &args.name {
            job.name.clone_from(name);
        }
        if let Some(new) = args.scope {
            job.scope = scope(new);
        }
        if let Some(Written { scoping, .. }) = &written {
            job.filter.clone_from(&scoping.filter);
            job.condition.clone_from(&scoping.condition);
        }
        job.mappings.clone_from(&flows);
        job.groups.clone_from(&groups);
        let set = |held: &mut bool, new: Option<crate::args::Switch>| {
            *held = new.map_or(*held, crate::args::Switch::is_on);
        };
        set(&mut job.actions.create, args.create);
        set(&mut job.actions.update, args.update);
        set(&mut job.actions.delete, args.delete);
        let limits = &mut job.limits;
        limits.removals_at_least = args.removals_at_least.unwrap_or(limits.removals_at_least);
        limits.removals_percent = args.removals_percent.unwrap_or(limits.removals_percent);
        limits.removals_at_most = args.removals_at_most.unwrap_or(limits.removals_at_most);
        limits.window_hours = args.window_hours.unwrap_or(limits.window_hours);
        limits.hold_days = args.hold_days.unwrap_or(limits.hold_days);
        for (kind, brake) in &brakes {
            match kind {
                BrakeKind::Removals => {
                    let brake = brake.unwrap_or(Brake::fixed(u64::MAX));
                    limits.removals_at_least = brake.at_least;
                    limits.removals_percent = brake.percent;
                    limits.removals_at_most = brake.at_most;
                }
                BrakeKind::Creates => limits.creates = *brake,
                BrakeKind::Updates => limits.updates = *brake,
                BrakeKind::Clears => limits.clears = *brake,
                BrakeKind::Partings => limits.partings = *brake,
            }
        }
        let retries = &mut job.retries;
        retries.transient_seconds = after.unwrap_or(retries.transient_seconds);
        retries.transient_at_most = at_most.unwrap_or(retries.transient_at_most);
        retries.give_up_days = args.give_up_days.unwrap_or(retries.give_up_days);
        let rules = &mut job.quarantine;
        rules.at_least = args.quarantine_at_least.unwrap_or(rules.at_least);
        rules.percent = args.quarantine_percent.unwrap_or(rules.percent);
        rules.at_most = args.quarantine_at_most.unwrap_or(rules.at_most);
        rules.pause_seconds = pause.unwrap_or(rules.pause_seconds);
        rules.pause_at_most = longest.unwrap_or(rules.pause_at_most);
        rules.disable_days = args.disable_days.unwrap_or(rules.disable_days);
        let retries = &mut job.retries;
        if !args.retry_hours.is_empty() {
            retries.lasting_hours.clone_from(&args.retry_hours);
        }
    });
    let job = job.map_err(|error| locate([written.as_ref(), of_groups.as_ref()], error))?;
    let mut text = format!("updated job {}", job.name);
    let groups_moved = (before.1, before.2) != (job.groups.enabled, job.group_version());
    let who = match job.decision_version() != before.0 {
        true => Some("everybody"),
        false if groups_moved && job.groups.enabled => Some("all groups"),
        false => None,
    };
    if let Some(who) = who {
        text.push_str(&format!(
            "; the next cycle looks at {who}, and `syncline plan` shows who would move"
        ));
    }
    text.push_str(&doubts(call, &job)?);
    Ok(Reply::new(document(call, &job), text))
}

/// What a brake is for.
enum BrakeKind {
    Removals,
    Creates,
    Updates,
    Clears,
    Partings,
}

/// `creates=100`, `clears=500:10:10`, `updates=off`.
fn brake(text: &str) -> Result<(BrakeKind, Option<Brake>), Failure> {
    let wrong = || {
        Failure::usage(format!("'{text}' is no limit"))
            .hint("creates=100, updates=500:10:10 (at most 500, a tenth, 10 always), clears=off")
    };
    let (kind, limit) = text.split_once('=').ok_or_else(wrong)?;
    let kind = match kind {
        "removals" => BrakeKind::Removals,
        "creates" => BrakeKind::Creates,
        "updates" => BrakeKind::Updates,
        "clears" => BrakeKind::Clears,
        "partings" => BrakeKind::Partings,
        _ => return Err(wrong()),
    };
    if limit == "off" {
        return Ok((kind, None));
    }
    limited(limit).map(|brake| (kind, Some(brake))).ok_or_else(wrong)
}

/// `100`, or `500:10:10`: at most 500, a tenth, 10 always.
pub(super) fn limited(text: &str) -> Option<Brake> {
    let numbers: Result<Vec<u64>, _> = text.split(':').map(str::parse).collect();
    match numbers.ok()?[..] {
        [number] => Some(Brake::fixed(number)),
        [at_most, percent, at_least] => Some(Brake { at_least, percent, at_most }),
        _ => None,
    }
}

fn list(call: &Call<'_>) -> Result<Reply, Failure> {
    let jobs = call.app.directory.list_all_jobs(call.actor)?;
    let (mut rows, mut documents) = (Vec::new(), Vec::new());
    for job in &jobs {
        let freshness = call.app.sync.read_freshness(call.actor, job).ok();
        let progress = call.app.sync.progress(call.actor, job).ok();
        let quarantine = progress.and_then(|progress| progress.quarantine);
        rows.push(vec![
            job.id.to_string(),
            job.name.clone(),
            domain(call, job.source),
            domain(call, job.target),
            standing(job, quarantine.as_ref()),
            freshness.as_ref().map(describe::freshness).unwrap_or_default(),
        ]);
        let mut shown = document(call, job);
        shown["freshness"] = json!(freshness);
        shown["quarantineStatus"] = json!(quarantine);
        documents.push(shown);
    }
    let text = table(&["id", "name", "source", "target", "state", "freshness"], rows);
    Ok(Reply::new(documents, text))
}

fn runs(call: &Call<'_>, job: &Job, limit: usize) -> Result<Reply, Failure> {
    let runs = call.app.sync.list_runs(call.actor, job, limit)?;
    let rows = runs.iter().map(|run| {
        let took = run.ended.map(|ended| describe::took(ended.0 - run.began.0));
        vec![
            run.began.to_string(),
            describe::word(&run.kind),
            describe::word(&run.state),
            run.read.to_string(),
            describe::counts(&run.done),
            describe::counts(&run.reasons),
            took.unwrap_or_default(),
            run.id.to_string(),
        ]
    });
    let mut text = table(&["began", "kind", "state", "read", "done", "left", "took", "id"], rows);
    for run in &runs {
        if let Some(reason) = &run.stopped {
            text.push_str(&format!("\n{} stopped: {reason}", run.id));
        }
    }
    let documents: Vec<_> = runs.iter().map(describe::run_document).collect();
    Ok(Reply::new(json!({ "value": documents }), text))
}

fn show(call: &Call<'_>, job: &Job) -> Result<Reply, Failure> {
    let progress = call.app.sync.progress(call.actor, job)?;
    let runs = call.app.sync.list_runs(call.actor, job, 5)?;
    let assigned = call.app.directory.list_assigned(call.actor, job, 1_000)?;
    let mut shown = document(call, job);
    let freshness = call.app.sync.read_freshness(call.actor, job)?;
    shown["linked"] = json!(progress.linked_people());
    shown["linkedGroups"] = json!(progress.linked_groups);
    shown["freshness"] = json!(freshness);
    shown["quarantineStatus"] = json!(progress.quarantine);
    shown["watermark"] = json!(progress.watermark);
    shown["assigned"] = json!(assigned);
    shown["schedule"] = json!(job.schedule);
    shown["retries"] = json!(job.retries);
    shown["nextRun"] = json!(call.app.sync.next_run(call.actor, job)?);
    shown["runs"] = json!(runs.iter().map(describe::run_document).collect::<Vec<_>>());
    shown["held"] = json!(call.app.sync.list_held(call.actor, job, &Approval::All)?.len());
    let (warnings, warned) = gone(call, job)?;
    shown["warnings"] = json!(warnings);
    let filter = match wire::filter_text::print(&job.filter) {
        text if text.is_empty() => "none".to_owned(),
        text => text,
    };
    let condition = match call.app.directory.name_readable(job)? {
        Some(condition) => {
            let condition = Some(condition);
            let scoping = Scoping { condition, ..Scoping::default() };
            let text = wire::filter_text::print_scoping(&scoping);
            format!("{text}   (Syncline's own, in no published filter)")
        }
        None => "none".to_owned(),
    };
    let mut text = format!(
        "{} ({})\n  from      {}\n  to        {}\n  state     {}\n  schedule  {}\n  retries   {}\n  brakes    {}\n  scope     {}\n  groups    {}\n  filter    {filter}\n  \
         condition {condition}\n  tests     {}\n  linked    {}\n  freshness {}\n",
        job.name,
        job.id,
        domain(call, job.source),
        domain(call, job.target),
        standing(job, progress.quarantine.as_ref()),
        schedule::line(call, job)?,
        retries(&job.retries),
        brakes(&job.limits),
        match job.scope {
            ScopeMode::All => "everybody".to_owned(),
            ScopeMode::Assigned => {
                let nested = if job.groups.nested_assignment { ", nested ones too" } else { "" };
                format!("assigned: {} users and groups{nested}", assigned.len())
            }
        },
        told_groups(&job.groups),
        job.tests.len(),
        told(&progress),
        describe::freshness(&freshness),
    );
    if !warned.is_empty() {
        text.push_str(&format!("\n{warned}"));
    }
    if let Some(quarantine) = &progress.quarantine {
        text.push_str(&quarantined(job, quarantine, &runs));
    }
    text.push_str("\nMappings\n");
    text.push_str(&mappings::table_of(&job.mappings));
    text.push_str("\nMappings of groups\n");
    text.push_str(&mappings::table_of(&job.groups.mappings));
    text.push_str("\nNewest runs\n");
    if runs.is_empty() {
        text.push_str("none\n");
    }
    for run in &runs {
        text.push_str(&format!("{}  {}\n", run.began, describe::run(run)));
    }
    Ok(Reply::new(shown, text))
}

/// Groups as the options say, and as they were where those say nothing, with their filter as it was
/// written.
fn chosen(
    call: &Call<'_>,
    groups: &Groups,
    args: &GroupArgs,
    ends: (TenantId, TenantId),
) -> Result<(Groups, Option<Written>), Failure> {
    let is_on = |option: Option<Switch>, usual: bool| option.map_or(usual, Switch::is_on);
    let flows = mappings::overlay(groups.mappings.clone(), &args.mappings())?;
    let written = args.group_filter.as_deref();
    let written = written.map(|text| read_filter(call, text, ends, (Kind::Group, &flows)));
    let written = written.transpose()?;
    let scoping = written.as_ref().map(|written| written.scoping.clone());
    let Scoping { filter, condition } = scoping.unwrap_or_else(|| Scoping {
        filter: groups.filter.clone(),
        condition: groups.condition.clone(),
    });
    let chosen = Groups {
        enabled: is_on(args.groups, groups.enabled),
        nested: match args.nested_groups {
            None => groups.nested,
            Some(NestedGroups::Ignore) => Nested::Ignore,
            Some(NestedGroups::Flatten) => Nested::Flatten,
            Some(NestedGroups::Keep) => Nested::Keep,
        },
        nested_assignment: is_on(args.nested_assignment, groups.nested_assignment),
        filter,
        condition,
        mappings: flows,
        actions: Actions {
            create: is_on(args.group_create, groups.actions.create),
            update: is_on(args.group_update, groups.actions.update),
            delete: is_on(args.group_delete, groups.actions.delete),
        },
    };
    Ok((chosen, written))
}

/// Whether groups go along, which of them, and what may not be done with them.
fn told_groups(groups: &Groups) -> String {
    let mut text = match groups {
        Groups { enabled: false, .. } => "stay at home; they only choose people",
        Groups { nested: Nested::Ignore, .. } => "go along, groups within them are left out",
        Groups { nested: Nested::Flatten, .. } => "go along, groups within them are flattened",
        Groups { nested: Nested::Keep, .. } => "go along, and so do groups within them",
    }
    .to_owned();
    let may = groups.actions;
    if may != Actions::default() {
        let words = [(may.create, "create"), (may.update, "update"), (may.delete, "delete")];
        let not: Vec<&str> = words.iter().filter(|word| !word.0).map(|word| word.1).collect();
        text.push_str(&format!("; never: {}", not.join(", ")));
    }
    let scoping = Scoping { filter: groups.filter.clone(), condition: groups.condition.clone() };
    let filter = wire::filter_text::print_scoping(&scoping);
    if !filter.is_empty() {
        text.push_str(&format!("\n  of them   {filter}"));
    }
    text
}

/// Active, paused or disabled, and whether it is in quarantine.
fn standing(job: &Job, quarantine: Option<&Quarantine>) -> String {
    match quarantine {
        Some(_) if job.state != JobState::Disabled => format!("{}, in quarantine", state(job)),
        _ => state(job).to_owned(),
    }
}

/// Why a job is in quarantine, with the words of what stopped it last, and what ends it.
fn quarantined(job: &Job, quarantine: &Quarantine, runs: &[RunSummary]) -> String {
    let stopped = runs.iter().find_map(|run| run.stopped.as_ref());
    let why = match stopped.filter(|reason| Some(reason.code) == quarantine.code) {
        Some(reason) => reason.to_string(),
        None => match quarantine.code {
            Some(code) => format!("{} ({code})", quarantine.reason.title()),
            None => quarantine.reason.title().to_owned(),
        },
    };
    let next = match job.state {
        JobState::Active => format!("next attempt {}", quarantine.next_attempt),
        JobState::Paused => "no attempt while the job is paused".to_owned(),
        JobState::Disabled => "disabled; `syncline job start` begins anew".to_owned(),
    };
    format!(
        "\nQuarantine\n{why}\n  reason    {}\n  since     {}\n  attempts  {}, the last at {}; {next}\n  \
         It ends by itself when the cause is gone; `syncline job run` tries at once.\n",
        describe::word(&quarantine.reason),
        quarantine.began,
        quarantine.attempts,
        quarantine.tried,
    )
}

fn brakes(limits: &Limits) -> String {
    let brake = |(what, brake): (&str, Option<Brake>)| match brake {
        None => format!("{what} off"),
        Some(Brake { at_least, percent: 0, .. }) => format!("{what} {at_least}"),
        Some(Brake { at_least, percent, at_most }) => {
            format!("{what} {percent} % between {at_least} and {at_most}")
        }
    };
    let removals = Brake {
        at_least: limits.removals_at_least,
        percent: limits.removals_percent,
        at_most: limits.removals_at_most,
    };
    let all = [
        ("removals", Some(removals)),
        ("creates", limits.creates),
        ("updates", limits.updates),
        ("clears", limits.clears),
        ("partings", limits.partings),
    ];
    let expiry = match limits.hold_days {
        0 => "held until somebody decides".to_owned(),
        days => format!("held for {days} days at most"),
    };
    let texts: Vec<String> = all.into_iter().map(brake).collect();
    format!("{} within {} h; {expiry}", texts.join(", "), limits.window_hours)
}

fn retries(retries: &Retries) -> String {
    let hours: Vec<String> = retries.lasting_hours.iter().map(ToString::to_string).collect();
    format!(
        "after {} growing to {}, or after {} h and so on; given up after {} days",
        print_duration(retries.transient_seconds),
        print_duration(retries.transient_at_most),
        hours.join(", "),
        retries.give_up_days
    )
}

fn test(call: &Call<'_>, job: &Job) -> Result<Reply, Failure> {
    let checks = call.app.directory.test_job(call.actor, job)?;
    let mut text = String::new();
    for check in &checks {
        let sign = if check.passed { "ok  " } else { "FAIL" };
        let side = format!("{:?}", check.side).to_lowercase();
        text.push_str(&format!("{sign}  {side:<6}  {}\n", check.message));
        if let Some(remedy) = &check.remedy {
            text.push_str(&format!("              {remedy}\n"));
        }
    }
    let (warnings, warned) = gone(call, job)?;
    text.push_str(&warned);
    let passed = checks.iter().all(|check| check.passed);
    let document = json!({ "passed": passed, "checks": checks, "warnings": warnings });
    Ok(Reply::new(document, text).exit(u8::from(!passed)))
}

fn assign(call: &Call<'_>, job: &Job, names: &[String], present: bool) -> Result<Reply, Failure> {
    let ids = groups::find_members(call, job.source, names)?;
    call.app.directory.assign(call.actor, job, &ids, present)?;
    let what = if present { "assigned to" } else { "taken out of" };
    let text = format!("{} {what} {}", ids.len(), job.name);
    Ok(Reply::new(json!({ "job": job.id, "principals": ids, "assigned": present }), text))
}

fn domain(call: &Call<'_>, tenant: model::TenantId) -> String {
    match call.app.directory.tenant(tenant) {
        Err(_) if tenant == model::TenantId::NIL => "(not chosen)".to_owned(),
        Ok(tenant) => tenant.initial_domain().to_string(),
        Err(_) => tenant.to_string(),
    }
}

fn state(job: &Job) -> &'static str {
    match (job.stage, job.state) {
        (Stage::Application, _) => "no job",
        (_, JobState::Active) => "active",
        (_, JobState::Paused) => "paused",
        (_, JobState::Disabled) => "disabled",
    }
}

pub(super) fn document(call: &Call<'_>, job: &Job) -> serde_json::Value {
    let mut document = json!(Job { seed: Seed::default(), ..job.clone() });
    document.as_object_mut().map(|members| members.remove("seed"));
    // What is usual is not kept, and shown all the same.
    document["groups"] = json!(job.groups);
    document["sourceDomain"] = json!(domain(call, job.source));
    document["targetDomain"] = json!(domain(call, job.target));
    document
}

//! `syncline hold`.

use std::collections::BTreeMap;

use model::{Action, Job};
use serde_json::{Value, json};
use sync::{Approval, LogQuery};

use super::{Call, jobs, log, table};
use crate::{
    args::{HoldArgs, HoldCommand, HoldFilter, HoldWhich},
    failure::Failure,
    output::{Output, Reply, Watch},
};

pub fn run(call: &Call<'_>, args: HoldArgs, output: &mut dyn Output) -> Result<Reply, Failure> {
    let job = call.app.directory.find_job(call.actor, &args.job)?;
    let sync = &call.app.sync;
    match args.command {
        HoldCommand::List { filter } => list(call, &job, &filter),
        HoldCommand::Approve { which } => {
            let which = chosen(call, &job, &which)?;
            let run =
                sync.approve_held(call.actor, &job, &which, &Watch::new("approval", output))?;
            Ok(jobs::of_run(&run))
        }
        HoldCommand::Reject { which } => {
            let which = chosen(call, &job, &which)?;
            let rejected = sync.reject_held(call.actor, &job, &which)?;
            let text = format!("{rejected} rejected; these people stay as they are in the target");
            Ok(Reply::new(json!({ "rejected": rejected }), text))
        }
    }
}

fn list(call: &Call<'_>, job: &Job, filter: &HoldFilter) -> Result<Reply, Failure> {
    let held = call.app.sync.list_held(call.actor, job, &matching(call, job, filter)?)?;
    let ends = |entry: &model::Entry| job.limits.hold_ends(entry.at);
    let rows = held.iter().map(|entry| {
        vec![
            entry.id.to_string(),
            entry.action.as_str().to_owned(),
            entry.name.clone(),
            entry.at.to_string(),
            ends(entry).map_or_else(|| "never".to_owned(), |end| end.to_string()),
        ]
    });
    let mut text = table(&["id", "action", "person", "decided", "rejected by itself"], rows);
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for reason in held.iter().filter_map(|entry| entry.reason.as_ref()) {
        *reasons.entry(reason.to_string()).or_default() += 1;
    }
    for (reason, count) in reasons {
        text.push_str(&format!("\n{count}: {reason}\n"));
    }
    let changes: Vec<Value> = held
        .iter()
        .map(|entry| {
            let mut shown = json!(entry);
            shown["expires"] = json!(ends(entry));
            shown
        })
        .collect();
    Ok(Reply::new(json!({ "held": held.len(), "changes": changes }), text))
}

/// What is decided about: somebody has to say which changes.
fn chosen(call: &Call<'_>, job: &Job, which: &HoldWhich) -> Result<Approval, Failure> {
    if which.all {
        return Ok(Approval::All);
    }
    if which.filter != HoldFilter::default() {
        return matching(call, job, &which.filter);
    }
    if which.ids.is_empty() {
        let hint = "name ids, give --action, --user, --code, --older-than or --text, or say --all";
        return Err(Failure::usage("which held changes are meant?").hint(hint));
    }
    let ids: Result<Vec<_>, _> = which
        .ids
        .iter()
        .map(|id| {
            id.parse().map_err(|_| Failure::usage(format!("'{id}' is no id of a held change")))
        })
        .collect();
    Ok(Approval::Some(ids?))
}

fn matching(call: &Call<'_>, job: &Job, filter: &HoldFilter) -> Result<Approval, Failure> {
    if filter.text.as_ref().is_some_and(|text| text.trim().is_empty()) {
        let hint = "name the words, or say --all";
        return Err(Failure::usage("--text is empty and would mean everything").hint(hint));
    }
    let now = call.app.directory.clock().now();
    let older = filter.older_than.as_deref().map(|text| log::time(text, now)).transpose()?;
    if older.is_some_and(|instant| instant > now) {
        let hint = "how long ago: 45m, 3h, 2d, 1w, or an instant that is over";
        return Err(Failure::usage("--older-than lies ahead and would mean everything").hint(hint));
    }
    Ok(Approval::Matching(LogQuery {
        source: log::person(call, job, filter.user.as_deref())?,
        until: older,
        actions: log::words(&filter.action, "action", &Action::ALL.map(|one| (one.as_str(), one)))?,
        codes: log::words(&filter.code, "code", &log::codes())?,
        text: filter.text.clone().unwrap_or_default(),
        ..LogQuery::default()
    }))
}

//! `syncline hold`.

use std::collections::BTreeMap;

use serde_json::json;
use sync::Approval;

use super::{Call, jobs, table};
use crate::{
    args::{HoldArgs, HoldCommand},
    failure::Failure,
    output::{Output, Reply, Watch},
};

pub fn run(call: &Call<'_>, args: HoldArgs, output: &mut dyn Output) -> Result<Reply, Failure> {
    let job = call.app.directory.find_job(call.actor, &args.job)?;
    let sync = &call.app.sync;
    match args.command {
        HoldCommand::List => {
            let held = sync.list_held(call.actor, &job, 0)?;
            let rows = held.iter().map(|entry| {
                vec![
                    entry.id.to_string(),
                    entry.action.as_str().to_owned(),
                    entry.name.clone(),
                    entry.at.to_string(),
                ]
            });
            let mut text = table(&["id", "action", "person", "decided"], rows);
            let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
            for reason in held.iter().filter_map(|entry| entry.reason.as_ref()) {
                *reasons.entry(reason.to_string()).or_default() += 1;
            }
            for (reason, count) in reasons {
                text.push_str(&format!("\n{count}: {reason}\n"));
            }
            Ok(Reply::new(json!({ "held": held.len(), "changes": held }), text))
        }
        HoldCommand::Approve { ids, all } => {
            let which = which(&ids, all)?;
            let run =
                sync.approve_held(call.actor, &job, &which, &Watch::new("approval", output))?;
            Ok(jobs::of_run(&run))
        }
        HoldCommand::Reject { ids, all } => {
            let rejected = sync.reject_held(call.actor, &job, &which(&ids, all)?)?;
            let text = format!("{rejected} rejected; these people stay in the target");
            Ok(Reply::new(json!({ "rejected": rejected }), text))
        }
    }
}

fn which(ids: &[String], all: bool) -> Result<Approval, Failure> {
    if all {
        return Ok(Approval::All);
    }
    let ids: Result<Vec<_>, _> = ids
        .iter()
        .map(|id| {
            id.parse().map_err(|_| Failure::usage(format!("'{id}' is no id of a held change")))
        })
        .collect();
    Ok(Approval::Some(ids?))
}
